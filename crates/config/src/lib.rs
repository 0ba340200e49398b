//! `vigie.toml`: text to beds, lines and language.
//!
//! Pure: the program reads the file and hands in its bytes, and the catalogue of protocols. What is
//! wrong is answered with file, line, what is wrong and what would be right, all mistakes at once.
//!
//! | Module | Duty |
//! | --- | --- |
//! | `types` | [`Config`] and its parts, as the station takes them |
//! | `file` | from bytes to [`Config`] or [`Mistake`]s |
//! | `section`, `suggest`, `names`, `mistake` | one table of the file: keys, types, texts, what is told |
//! | `network`, `record`, `bed`, `line`, `port`, `device`, `address` | one kind of table each |
//! | `alarms`, `sound`, `screen` | the same: what the unit decided about alarms, scores, sound, screen |
//! | `window` | further windows that are opened with the first |
//! | `person` | who may do what at a window, by PIN |
//! | `path` | what a line goes through, where it says nothing |
//! | `changes` | what a reload touches, and what it does not |
//! | `responder` | the file for an address server |
//! | `draft` | the file as it is being changed in a window, with undo |
//! | [`settings`] | every key of the file, for a window that offers all of them |

mod address;
mod alarms;
mod bed;
mod changes;
mod device;
mod draft;
mod file;
mod line;
mod map;
mod mistake;
mod names;
mod network;
mod path;
mod person;
mod port;
mod record;
mod responder;
mod screen;
mod section;
pub mod settings;
mod sound;
mod suggest;
mod types;
mod window;

pub use changes::{Changes, Moved, Who};
pub use device::mac_text;
pub use draft::{CannotAssign, Draft, Found, FoundOn, FoundPort, Misplaced, Step, Value};
pub use file::FILE_BYTES_MAX;
pub use line::serial_name;
pub use map::{BedPlace, PLACES_MAX, lay_out, printed};
pub use mistake::Mistake;
pub use port::parity_word;
pub use types::{
    Config, DeviceConfig, LimitsStated, LineConfig, Network, Palette, PersonConfig, PortConfig,
    RecordConfig, ScreenConfig, SerialPort, SoundConfig, WavesConfig, WindowConfig,
};
