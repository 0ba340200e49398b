//! GE S/5 monitors with their DRI output.
