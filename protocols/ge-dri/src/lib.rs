//! GE S/5 DRI: wire format, meaning, session.
