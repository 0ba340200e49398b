//! Drivers, board and scripted lines on one virtual clock.
//!
//! A [`World`] is everything but the shells: real bytes go into real sessions, through the driver to
//! the board, while a seeded script cuts, damages, delays, repeats and silences the lines. At every
//! step, what the board shows and what it showed until that moment is held against an [`Oracle`] that
//! only knows when each value was last news, which it reads from the wire by itself.

mod cable;
mod chronicle;
mod ledger;
mod live;
mod mirrored;
mod oracle;
mod progress;
mod script;
mod terms;
mod world;

pub use chronicle::{Chronicle, Totals};
pub use ledger::{Balance, Ledger, Value};
pub use live::{LiveBed, LiveCable, LiveWorld, Told};
pub use mirrored::Mirrored;
pub use oracle::{Oracle, Violation};
pub use progress::{News, Progress};
pub use script::{Act, Script, Trouble};
pub use terms::{Claim, SaidAs, SentAs, Terms, plainly};
pub use world::{World, listening_session};
