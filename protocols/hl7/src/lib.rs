//! HL7 v2 over MLLP: wire format, meaning, session.
