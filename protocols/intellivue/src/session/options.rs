//! The options of a session, from text.

use core::net::{IpAddr, SocketAddr};

use vigie_session::Setup;

use super::client::Budget;
use super::{BAUD, DATA_PORT, FRAMING, FRAMING_DATAGRAM, FRAMING_RS232, MONITOR};

/// Below this the line does not carry more than one slow wave.
const FULL_BAUD: u32 = 115_200;

/// How messages lie on the main line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// A stream of frames.
    Rs232,
    /// One message a datagram.
    Datagram,
}

/// Which monitors a session on a network takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// Every one whose beacon is heard.
    Everybody,
    /// This one; the port when the option names another than the usual one.
    One(IpAddr, Option<u16>),
    /// The option means nothing: nobody.
    Nobody,
}

/// All options, the last of each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) framing: Framing,
    /// [`FRAMING`] was not understood.
    pub(super) is_framing_odd: bool,
    pub(super) whom: Whom,
    pub(super) budget: Budget,
    /// [`BAUD`] was not understood.
    pub(super) is_baud_odd: bool,
}

impl Options {
    pub(super) fn of(setup: &Setup) -> Options {
        let option = |wanted: &str| {
            let found = setup.options.iter().rev().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let (framing, is_framing_odd) = match option(FRAMING) {
            None | Some(FRAMING_RS232) => (Framing::Rs232, false),
            Some(FRAMING_DATAGRAM) => (Framing::Datagram, false),
            Some(_) => (Framing::Rs232, true),
        };
        let whom = match option(MONITOR) {
            None => Whom::Everybody,
            Some(value) => whom(value).unwrap_or(Whom::Nobody),
        };
        let baud = option(BAUD).map(str::parse::<u32>);
        let is_slow = matches!(baud, Some(Ok(baud)) if baud < FULL_BAUD);
        let is_serial = framing == Framing::Rs232;
        let budget = if is_slow && is_serial { Budget::Slow } else { Budget::Full };
        Options { framing, is_framing_odd, whom, budget, is_baud_odd: matches!(baud, Some(Err(_))) }
    }
}

fn whom(value: &str) -> Option<Whom> {
    if let Ok(address) = value.parse::<IpAddr>() {
        return Some(Whom::One(address, None));
    }
    let address = value.parse::<SocketAddr>().ok().filter(|address| address.port() != 0)?;
    Some(Whom::One(address.ip(), Some(address.port()).filter(|port| *port != DATA_PORT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[(&str, &str)]) -> Options {
        let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Options::of(&Setup { options: options.collect(), ..Setup::default() })
    }

    #[test]
    fn options_from_text() {
        let usual = of(&[]);
        assert_eq!((usual.framing, usual.whom), (Framing::Rs232, Whom::Everybody));
        assert_eq!(
            (usual.budget, usual.is_baud_odd, usual.is_framing_odd),
            (Budget::Full, false, false)
        );
        assert_eq!(of(&[(BAUD, "19200")]).budget, Budget::Slow);
        assert_eq!(of(&[(BAUD, "19200"), (BAUD, "115200")]).budget, Budget::Full);
        assert_eq!(of(&[(BAUD, "19200"), (FRAMING, FRAMING_DATAGRAM)]).budget, Budget::Full);
        assert!(of(&[(BAUD, "fast")]).is_baud_odd);
        assert!(of(&[(FRAMING, "udp")]).is_framing_odd);
        let address = IpAddr::from([10, 0, 42, 9]);
        assert_eq!(of(&[(MONITOR, "10.0.42.9")]).whom, Whom::One(address, None));
        assert_eq!(of(&[(MONITOR, "10.0.42.9:24105")]).whom, Whom::One(address, None));
        assert_eq!(of(&[(MONITOR, "10.0.42.9:9000")]).whom, Whom::One(address, Some(9000)));
        for odd in ["", "monitor-3", "10.0.42", "10.0.42.9:0"] {
            assert_eq!(of(&[(MONITOR, odd)]).whom, Whom::Nobody, "{odd}");
        }
    }
}
