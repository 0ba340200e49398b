//! The conversation with a monitor: active, or listening only.
//!
//! An active session asks for displayed values of all classes, for as many waves as the line carries,
//! for alarms, and now and then for the times of what is measured now and then; what falls silent is
//! asked for again. There is no acknowledgement: the only answer is the data. What is sent stands in
//! `docs/sent.md`. A passive session ([`Setup::passive`]) sends nothing and joins in at any moment.
//!
//! | Part | Holds |
//! | --- | --- |
//! | `active`, `asking` | the line; what was asked, when to ask again |
//! | `choice` | which waves to ask for within the line's budget |
//! | `listener` | the passive session |
//! | `monitor` | records to events, for both |
//! | `numerics`, `gate`, `episodes` | physiological records; which groups count; ages |
//! | `waves`, `ticks` | wave records, and the clock that they imply |
//! | `alarms` | alarm records, and what status bits say where there are none |
//!
//! The protocol carries no identity: neither a serial number nor a model, nor a patient. The device
//! keeps the name of its line, and it has no way to say that its values are made up.

mod active;
mod alarms;
mod asking;
mod choice;
mod clocks;
mod episodes;
mod gate;
mod listener;
mod monitor;
mod numerics;
mod options;
mod probe;
mod streams;
mod ticks;
mod waves;

use vigie_session::{Carrier, Factory, Line, LineSpec, Parity, Probe, Session, Setup};

pub use ticks::TIMEBASE;

use active::Active;
use listener::Listener;

/// Name of the protocol family.
pub const FAMILY: &str = "ge-dri";

/// Option: speed of the line in baud, 19,200 if it is left out. It decides how many waves are asked for.
pub const BAUD: &str = "baud";
/// Option: seconds between two sets of values, 1 to 60, 5 if it is left out. The specification allows
/// no less than 5; monitors are known that send every second.
pub const INTERVAL: &str = "interval";
/// Option: names of waves, `ECG1 PLETH INVP1`, the most important first, or `none`; what is there is
/// chosen if it is left out.
pub const WAVES: &str = "waves";
/// Option: `10` or `60`: trends of that many seconds are asked for besides.
pub const TREND: &str = "trend";
/// Option: `high-first` where the monitor packs the differences of a 12-lead ECG so; `low-first` if it
/// is left out.
pub const ECG12_ORDER: &str = "ecg12-order";

/// Makes sessions for S/5, B-series and CARESCAPE monitors.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeDriFactory;

/// 8 data bits, even parity, 1 stop bit, not to be configured (CI, "Physical interface").
const fn serial(baud: u32) -> Carrier {
    Carrier::Serial { baud, parity: Parity::Even, stop_bits: 1 }
}

const LINES: &[LineSpec] = &[LineSpec {
    line: Line::MAIN,
    name: "main",
    carriers: &[serial(19_200), serial(115_200)],
    optional: false,
}];

impl Factory for GeDriFactory {
    fn name(&self) -> &'static str {
        FAMILY
    }

    fn lines(&self) -> &'static [LineSpec] {
        LINES
    }

    fn probe(&self) -> Probe {
        probe::PROBE
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        if setup.passive { Box::new(Listener::new(setup)) } else { Box::new(Active::new(setup)) }
    }
}
