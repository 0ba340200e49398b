//! What is true now.
//!
//! [`Board`] takes in what devices say ([`Board::handle_observation`]), what lines do
//! ([`Board::handle_line`]), what people decide ([`Board::handle_command`]) and the passing of time,
//! and gives a [`view::BoardView`] in which everything is decided: how fresh, how many digits, in
//! which order, in which alarm. It has no clock, no thread, no file and no socket; it says no sentence
//! and picks no colour. Every time is an argument.
//!
//! After every `handle_*`: drain [`Board::poll_log`], ask [`Board::poll_timeout`] once, and take
//! [`Board::view`] when something is to be painted.
//!
//! - [`freshness`] is the one table by which values age.
//! - `device` keeps what one device said; `stream` and `trace` its numbers, words and waves.
//! - `watch` tells the silence of a device from that of one stream, and makes station alarms of both.
//! - `mirror` keeps its alarms as it stated them: never lowered, never dropped.
//! - `attention` is what people made of all alarms, who is reminded, and what is to be heard.
//! - `ward` knows beds, stays and who stands where, `beds` how their map changes; `sources` which line each device is heard on.
//! - `snapshot` is what a restart must not lose, and how it is taken up again.
//! - `bedwatch` is what the station itself adds to a bed: `standby`, its own `limits`, scores and the
//!   last hour (`assess`). `plausible` says which values that may be concluded from.
//! - `paths` makes one alarm of a switch that is lost with all behind it; `jump` is about the PC's clock.
//! - `layout` fixes the order on a tile; `tile` writes it, `merge` makes one of all devices of a bed.

mod assess;
mod attention;
mod beds;
mod bedwatch;
mod board;
mod command;
mod device;
mod faults;
pub mod freshness;
mod journal;
mod jump;
mod layout;
mod limits;
mod merge;
mod mirror;
mod paths;
mod patient;
mod plausible;
pub mod policy;
mod snapshot;
mod sources;
mod standby;
mod stream;
mod tile;
mod trace;
pub mod view;
mod ward;
mod watch;

pub use board::{Board, BoardConfig};
pub use command::{Command, Over, Receipt, Refusal};
pub use policy::AlarmPolicy;
pub use snapshot::BoardSnapshot;
pub use sources::LineChange;
pub use view::BoardView;
pub use ward::DEVICES_A_BED_MAX;
