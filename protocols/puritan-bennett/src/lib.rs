//! Puritan Bennett 840 and 980: wire format, meaning, session.
