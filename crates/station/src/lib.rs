//! Lines, drivers and the board joined into one ward.
//!
//! [`Ward`] does no I/O and reads no clock: bytes and the time go in, a view comes out. The program
//! runs it on the machine's clock, `tests/world` on a virtual one, and both see the same ward.

mod ward;

pub use ward::{LineIx, Ward};
