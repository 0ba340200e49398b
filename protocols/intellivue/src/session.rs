//! The conversation with monitors: active, or listening only.
//!
//! An active session associates, polls and keeps alive; what it sends stands in `docs/sent.md`. Its
//! parts: `active` has the lines and addresses, `client` one conversation with one monitor,
//! `client::running` what is asked within one association, `requests` every message that is sent,
//! `times` every time.
//!
//! A passive session ([`Setup::passive`]) sends nothing, so that a monitor that nobody else has asked
//! for data stays silent. It is for recordings, and for a tapped cable. It joins in at any moment;
//! what it then lacks (labels, scales, who the monitor is) stays open until it comes by; a wave without
//! scale says so. Of a network capture it hears both sides: what a client sends never makes a value.
//!
//! Linked results: numbers and waves are taken from each part as it comes, so that a lost part costs
//! what it held; alarm lists, the MDS and demographics count only when whole. A monitor's restart
//! shows in its counter of associations or in a clock that went back, which takes three results in a
//! row to be believed; then handles are forgotten. A result that comes again, or after a newer one of
//! its class, is counted and dropped: it is no sign of life, and confirms no alarm.

mod active;
mod alarms;
mod association;
mod client;
mod clocks;
mod common;
mod identity;
mod keys;
mod linked;
mod listener;
mod mode;
mod monitor;
mod newest;
mod numeric_context;
mod numerics;
mod oddities;
mod options;
mod patient;
mod probe;
mod readings;
mod requests;
mod samples;
mod texts;
mod times;
mod wave_context;
mod waves;

use vigie_session::{Carrier, Factory, Line, LineSpec, Parity, Probe, Session, Setup};

pub use clocks::TIMEBASE;

use active::Active;
use listener::Listener;

/// UDP port of a monitor's data export; a beacon may name another.
pub const DATA_PORT: u16 = 24_105;
/// UDP port that monitors send beacons from and to.
pub const BEACON_PORT: u16 = 24_005;
/// Multicast group of the beacons of newer monitors; older ones broadcast to the subnet.
pub const BEACON_GROUP: core::net::Ipv4Addr = core::net::Ipv4Addr::new(224, 0, 23, 63);
/// The line on which beacons are heard.
pub const BEACON: Line = Line(1);

/// Option that says how messages lie on the main line.
pub const FRAMING: &str = "framing";
/// [`FRAMING`] of serial lines, and the default: a stream of frames.
pub const FRAMING_RS232: &str = "rs232";
/// [`FRAMING`] of networks: each datagram is one message.
pub const FRAMING_DATAGRAM: &str = "datagram";

/// Option of an active session on a network: the address of one monitor, with or without port. Without
/// it every monitor is taken whose beacon is heard.
pub const MONITOR: &str = "monitor";
/// Option of an active session on a serial line: its speed in baud, 115,200 if it is left out.
pub const BAUD: &str = "baud";

/// Makes sessions for IntelliVue monitors.
#[derive(Clone, Copy, Debug, Default)]
pub struct IntellivueFactory;

/// 8 data bits, no parity, 1 stop bit, no flow control (guide, "MIB/RS232 interface").
const fn serial(baud: u32) -> Carrier {
    Carrier::Serial { baud, parity: Parity::None, stop_bits: 1 }
}

const LINES: &[LineSpec] = &[
    LineSpec {
        line: Line::MAIN,
        name: "main",
        carriers: &[serial(115_200), serial(19_200), Carrier::UdpSubnet { port: DATA_PORT }],
        optional: false,
    },
    LineSpec {
        line: BEACON,
        name: "beacon",
        carriers: &[Carrier::UdpGroup { port: BEACON_PORT, group: Some(BEACON_GROUP) }],
        optional: true,
    },
];

impl Factory for IntellivueFactory {
    fn name(&self) -> &'static str {
        identity::FAMILY
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
