//! The ports of one line as a task drives them, and what of the configuration they are made of.

use std::{future::Future, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use vigie_config::{LineConfig, Network, PortConfig, SerialPort};
use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, FRAMING_RS232};
use vigie_keyring::Recipient;
use vigie_link::{Link, LinkConfig, LinkEvent, Nature, Nic, Port, PortStatus, SerialName};
use vigie_model::StationMode;
use vigie_session::{Factory, Line, Setup, Transmit};

/// Open ports. [`Link`] in the product; a script in tests.
pub(crate) trait Wire: Send {
    /// What happened next. Cancel-safe.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = LinkEvent> + Send + '_>>;
    /// Sends without waiting.
    fn send(&mut self, transmit: Transmit);
    /// How the ports are doing.
    fn status(&self) -> Vec<PortStatus>;
    /// Waits until what was sent has left, and closes.
    fn close(self: Box<Self>, patience: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

impl Wire for Link {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = LinkEvent> + Send + '_>> {
        Box::pin(Link::next(self))
    }

    fn send(&mut self, transmit: Transmit) {
        Link::send(self, transmit);
    }

    fn status(&self) -> Vec<PortStatus> {
        Link::status(self)
    }

    fn close(self: Box<Self>, patience: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(Link::close(*self, patience))
    }
}

/// Opens the ports of a line, inside the runtime, and has what is captured encrypted to somebody.
pub(crate) type Opener = Arc<dyn Fn(LinkConfig, Option<&Recipient>) -> Box<dyn Wire> + Send + Sync>;

/// The product's.
pub(crate) fn link_opener() -> Opener {
    Arc::new(|config, capture_to| Box::new(Link::open_for(config, capture_to)))
}

/// The ports that a line asks for; the error is for an engineer.
pub(crate) fn link_config(
    line: &LineConfig,
    network: Option<&Network>,
) -> Result<LinkConfig, String> {
    let nic = || {
        let network = network.ok_or_else(|| {
            "it needs a network and none is configured: name the interface under [network]"
                .to_owned()
        })?;
        let Network { interface, address, prefix } = network;
        Ok::<Nic, String>(Nic { interface: interface.clone(), address: *address, prefix: *prefix })
    };
    let port = |port: &PortConfig| -> Result<Port, String> {
        Ok(match port {
            PortConfig::Serial { port, baud, parity, stop_bits } => Port::Serial {
                name: match port {
                    SerialPort::Path(path) => SerialName::Path(PathBuf::from(path)),
                    SerialPort::UsbSerial(serial) => SerialName::UsbSerial(serial.clone()),
                    SerialPort::UsbPath(path) => SerialName::UsbPath(path.clone()),
                },
                baud: *baud,
                parity: *parity,
                stop_bits: *stop_bits,
            },
            PortConfig::UdpTo(peer) => Port::UdpTo { nic: nic()?, peer: *peer },
            PortConfig::UdpSubnet => Port::UdpSubnet { nic: nic()? },
            PortConfig::UdpGroup { port, group } => {
                Port::UdpGroup { nic: nic()?, port: *port, group: *group }
            }
            PortConfig::TcpTo(peer) => Port::TcpTo { nic: nic()?, peer: *peer },
            PortConfig::TcpListen(port) => Port::TcpListen { nic: nic()?, port: *port },
            PortConfig::UnixTo(path) => Port::UnixTo { path: PathBuf::from(path) },
        })
    };
    let ports: Result<Vec<(Line, Port)>, String> =
        line.ports.iter().map(|(number, config)| Ok((*number, port(config)?))).collect();
    Ok(LinkConfig {
        name: line.name.clone(),
        ports: ports?,
        capture: line.capture.as_ref().map(PathBuf::from),
    })
}

/// Why a line does not fit the mode of the station, if it does not. In a drill both kinds take part:
/// its name stands on every tile.
pub(crate) fn misfit(
    mode: StationMode,
    is_real: bool,
    ports: &[(Line, Port)],
    nature: impl Fn(&Port) -> Nature,
) -> Option<String> {
    let is_simulated = |(_, port): &&(Line, Port)| !is_real && nature(port) == Nature::Simulated;
    match mode {
        StationMode::Live => ports.iter().find(is_simulated).map(|_| {
            "a pty, loopback or Unix socket counts as simulated, and the station is live: set \
             mode = \"simulation\", or real = true on the line if a real device is behind it"
                .to_owned()
        }),
        StationMode::Simulation => ports.iter().find(|port| !is_simulated(port)).map(|_| {
            "it leads to a real device, and the station shows simulated ones: take it out, or \
                 set mode = \"live\""
                .to_owned()
        }),
        StationMode::Replay => Some("a replay has no lines: take it out".to_owned()),
        StationMode::Drill => None,
    }
}

/// A serial port of a line that is not there, and what to do.
pub(crate) fn missing(ports: &[(Line, Port)]) -> Option<String> {
    ports.iter().find_map(|(_, port)| match port {
        Port::Serial { name: SerialName::Path(path), .. } if !path.exists() => Some(format!(
            "{} is not there: start what makes it, or correct the line",
            path.display()
        )),
        Port::Serial { .. }
        | Port::UdpTo { .. }
        | Port::UdpSubnet { .. }
        | Port::UdpGroup { .. }
        | Port::TcpTo { .. }
        | Port::TcpListen { .. }
        | Port::UnixTo { .. } => None,
    })
}

/// How the session of a line is made. What the carrier says comes last and gives way to what the
/// configuration says itself.
pub(crate) fn setup(line: &LineConfig, family: &dyn Factory, seed: u64) -> Setup {
    let mut options = line.options.clone();
    let mut add = |name: &str, value: String| {
        if options.iter().all(|(there, _)| there != name) {
            options.push((name.to_owned(), value));
        }
    };
    for (number, port) in &line.ports {
        if *number != Line::MAIN {
            continue;
        }
        let framing = match port {
            PortConfig::Serial { baud, .. } => {
                add("baud", baud.to_string());
                FRAMING_RS232
            }
            PortConfig::TcpTo(_) | PortConfig::TcpListen(_) | PortConfig::UnixTo(_) => {
                FRAMING_RS232
            }
            PortConfig::UdpTo(_) | PortConfig::UdpSubnet | PortConfig::UdpGroup { .. } => {
                FRAMING_DATAGRAM
            }
        };
        if family.name() == vigie_intellivue::session::IntellivueFactory.name() {
            add(FRAMING, framing.to_owned());
        }
    }
    Setup { passive: line.passive, seed: seed_of(seed, line.name.as_str()), options }
}

/// A seed of its own for each line (FNV-1a over the name, 64 bits; Fowler, Noll, Vo).
fn seed_of(seed: u64, name: &str) -> u64 {
    name.bytes().fold(seed ^ 0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use vigie_intellivue::session::IntellivueFactory;
    use vigie_model::Text;
    use vigie_session::Parity;

    use super::*;

    fn line(port: PortConfig) -> LineConfig {
        LineConfig {
            name: Text::from("com1"),
            protocol: "intellivue".into(),
            passive: false,
            real: false,
            bed: None,
            ports: vec![(Line::MAIN, port)],
            options: vec![("monitor".into(), "10.0.0.9:24105".into())],
            capture: None,
            path: None,
        }
    }

    fn serial() -> PortConfig {
        PortConfig::Serial {
            port: SerialPort::Path("/dev/ttyS0".into()),
            baud: 19_200,
            parity: Parity::None,
            stop_bits: 1,
        }
    }

    #[test]
    fn the_carrier_tells_the_session_its_framing_and_speed() {
        let options = |line: &LineConfig| setup(line, &IntellivueFactory, 1).options;
        let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
        };
        let monitor = ("monitor", "10.0.0.9:24105");
        let rs232 = of(&[monitor, ("baud", "19200"), (FRAMING, FRAMING_RS232)]);
        assert_eq!(options(&line(serial())), rs232);
        let datagram = of(&[monitor, (FRAMING, FRAMING_DATAGRAM)]);
        assert_eq!(options(&line(PortConfig::UdpSubnet)), datagram);
        let mut own = line(serial());
        own.options = of(&[("baud", "300"), (FRAMING, "other")]);
        assert_eq!(options(&own), own.options, "what is written holds");
    }

    #[test]
    fn each_line_has_its_own_seed_and_keeps_it() {
        let seed = |name: &str| seed_of(7, name);
        assert_eq!(seed("a"), seed("a"));
        assert_ne!(seed("a"), seed("b"));
        assert_ne!(seed("a"), seed_of(8, "a"));
    }

    #[test]
    fn a_network_line_without_a_network_is_refused_with_the_remedy() {
        let refusal = link_config(&line(PortConfig::UdpSubnet), None).expect_err("refused");
        assert!(refusal.contains("[network]"), "{refusal}");
        assert!(link_config(&line(serial()), None).is_ok());
    }

    #[test]
    fn a_port_that_is_not_there_is_named() {
        let name = SerialName::Path(PathBuf::from("/nowhere/bed-1.tty"));
        let port = Port::Serial { name, baud: 115_200, parity: Parity::None, stop_bits: 1 };
        let text = missing(&[(Line::MAIN, port)]).expect("it is missing");
        assert!(text.starts_with("/nowhere/bed-1.tty is not there"), "{text}");
    }

    #[test]
    fn simulated_and_real_lines_never_meet_but_in_a_drill() {
        let ports = [(Line::MAIN, Port::UnixTo { path: PathBuf::from("/run/sim") })];
        let misfit = |mode, is_real, nature| misfit(mode, is_real, &ports, |_| nature).is_some();
        for (mode, real_line, simulated_line, said_real) in [
            (StationMode::Live, false, true, false),
            (StationMode::Simulation, true, false, true),
            (StationMode::Replay, true, true, true),
            (StationMode::Drill, false, false, false),
        ] {
            assert_eq!(misfit(mode, false, Nature::Real), real_line, "{mode:?}");
            assert_eq!(misfit(mode, false, Nature::Simulated), simulated_line, "{mode:?}");
            assert_eq!(misfit(mode, true, Nature::Simulated), said_real, "{mode:?}");
        }
    }
}
