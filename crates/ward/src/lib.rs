//! Lines, drivers and the board joined into one ward.
//!
//! Nothing here does I/O or reads a clock. [`WardLine`] is one line with its driver: bytes and the
//! time go in, [`Item`]s come out, and what is to be sent. The station runs each on a task and carries
//! the items over its lanes to the board's thread; [`Ward`] holds all lines and the board in one
//! place, for replays and for `tests/world`. Both see the same ward.

mod line;
mod ward;

pub use line::{Item, WardLine};
pub use ward::{LineIx, Ward};
