//! The port of a line: a serial port, a peer, a group or a Unix socket that the family can run over.

mod serial;

use core::net::SocketAddrV4;

use vigie_session::{Carrier, LineSpec};

use crate::{
    PortConfig,
    address::{Net, can_be_peer, endpoint},
    mistake::{any_of, quote},
    names::fit,
    section::{Field, Reader, Section},
    suggest::nearest,
};

use serial::SETTINGS;
pub use serial::parity_word;

/// Keys that say which port.
const KINDS: [&str; 4] = ["serial", "udp", "tcp", "unix"];
/// All keys of a port.
pub(crate) const PORT_KEYS: &[&str] =
    &["serial", "baud", "parity", "stop_bits", "udp", "tcp", "unix"];
/// Paths of files: bytes. The kernel's PATH_MAX is 4096; nobody types that.
pub(crate) const PATH_BYTES_MAX: usize = 512;
/// Bytes of a Unix socket's path: `sun_path` is 108, less the closing zero (unix(7)).
const SOCKET_PATH_BYTES_MAX: usize = 107;
/// `udp` of a line that takes every device whose beacon it hears.
const BEACONS: &str = "beacons";
/// `udp` and `tcp` of a line that devices send to; a port may follow a colon.
const LISTEN: &str = "listen";

/// A port as it was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) port: PortConfig,
    /// The one device that the session is to speak to over [`PortConfig::UdpSubnet`].
    pub(crate) monitor: Option<SocketAddrV4>,
    /// The line of the key that names it.
    pub(crate) line: usize,
}

impl Chosen {
    fn plain(port: PortConfig, line: usize) -> Option<Chosen> {
        Some(Chosen { port, monitor: None, line })
    }

    /// Whether the line takes every device that it hears.
    pub(crate) fn takes_all(&self) -> bool {
        self.port == PortConfig::UdpSubnet && self.monitor.is_none()
    }
}

/// Whether a port needs the network's interface.
pub(crate) fn is_of_network(port: &PortConfig) -> bool {
    match port {
        PortConfig::Serial { .. } | PortConfig::UnixTo(_) => false,
        PortConfig::UdpTo(_)
        | PortConfig::UdpSubnet
        | PortConfig::UdpGroup { .. }
        | PortConfig::TcpTo(_)
        | PortConfig::TcpListen(_) => true,
    }
}

/// Reads the port of a table.
pub(crate) fn read(
    section: Section<'_>,
    family: &str,
    spec: &LineSpec,
    net: &Net,
    reader: &mut Reader,
) -> Option<Chosen> {
    let given: Vec<&str> = KINDS.into_iter().filter(|kind| section.has(kind)).collect();
    let kind = match given.as_slice() {
        [kind] => *kind,
        [] => {
            let remedy = format!("{family} runs over {}", offers(spec));
            reader.wrong(section.line, format!("no port for {}", spec.name), remedy);
            return None;
        }
        [first, more @ ..] => {
            for kind in more {
                let line = section.line_of(kind, reader);
                reader.wrong(
                    line,
                    format!("\"{kind}\" beside \"{first}\""),
                    "a line has one port: keep one of them",
                );
            }
            return None;
        }
    };
    if kind != "serial" {
        for key in SETTINGS.into_iter().filter(|key| section.has(key)) {
            let line = section.line_of(key, reader);
            reader.wrong(
                line,
                format!("\"{key}\" beside \"{kind}\""),
                "only serial ports have it: remove it",
            );
        }
    }
    let field = section.text(kind, reader)?;
    let is_offered = spec.carriers.iter().any(|carrier| carries(*carrier, kind));
    if !is_offered {
        let remedy = format!("it runs over {}", offers(spec));
        reader.wrong(field.line, format!("{family} has no {kind} for {}", spec.name), remedy);
        return None;
    }
    let chosen = match kind {
        "serial" => serial::read(section, field, family, spec, reader),
        "udp" => udp(field, family, spec, net, reader),
        "tcp" => tcp(field, family, spec, net, reader),
        _ => absolute("unix", field, SOCKET_PATH_BYTES_MAX, reader)
            .and_then(|path| Chosen::plain(PortConfig::UnixTo(path.to_owned()), field.line)),
    }?;
    if is_of_network(&chosen.port) {
        net.must_be_there(&format!("\"{kind}\""), field.line, reader);
    }
    Some(chosen)
}

fn carries(carrier: Carrier, kind: &str) -> bool {
    match carrier {
        // A Unix socket is a stream, as a serial line and TCP are.
        Carrier::Serial { .. } => matches!(kind, "serial" | "unix"),
        // Never without TLS what the family wants inside it.
        Carrier::TcpTo { tls, .. } | Carrier::TcpListen { tls, .. } => {
            !tls && matches!(kind, "tcp" | "unix")
        }
        Carrier::UdpTo { .. } | Carrier::UdpSubnet { .. } | Carrier::UdpGroup { .. } => {
            kind == "udp"
        }
    }
}

/// What can be written, in the order in which the family prefers it.
fn offers(spec: &LineSpec) -> String {
    let mut offers: Vec<&str> = Vec::new();
    for carrier in spec.carriers {
        let offer: &[&str] = match carrier {
            Carrier::Serial { .. } => &["serial = \"/dev/ttyUSB0\""],
            Carrier::TcpTo { tls: false, .. } => &["tcp = \"10.0.42.9\""],
            Carrier::TcpListen { tls: false, .. } => &["tcp = \"listen\""],
            Carrier::TcpTo { tls: true, .. } | Carrier::TcpListen { tls: true, .. } => &[],
            Carrier::UdpTo { .. } => &["udp = \"10.0.42.9\""],
            Carrier::UdpSubnet { .. } => &["udp = \"10.0.42.9\"", "udp = \"beacons\""],
            Carrier::UdpGroup { .. } => &["udp = \"listen\""],
        };
        for words in offer.iter().filter(|words| !offers.contains(words)).collect::<Vec<_>>() {
            offers.push(words);
        }
    }
    any_of(offers)
}

fn udp(
    field: Field<&str>,
    family: &str,
    spec: &LineSpec,
    net: &Net,
    reader: &mut Reader,
) -> Option<Chosen> {
    let wants_beacons = field.value == BEACONS;
    let listen = listen(field, reader);
    if let (Listen::No, false, Some(word)) =
        (listen, wants_beacons, nearest(field.value, [BEACONS, LISTEN]))
    {
        let what = format!("{} is no address", quote(field.value));
        reader.wrong(field.line, what, format!("did you mean \"{word}\"?"));
        return None;
    }
    for carrier in spec.carriers {
        match (*carrier, listen) {
            (_, Listen::Wrong) => return None,
            (Carrier::UdpSubnet { .. }, Listen::No) if wants_beacons => {
                return Chosen::plain(PortConfig::UdpSubnet, field.line);
            }
            (Carrier::UdpSubnet { port }, Listen::No) => {
                let monitor = Some(peer(field, port, net, reader)?);
                return Some(Chosen { port: PortConfig::UdpSubnet, monitor, line: field.line });
            }
            (Carrier::UdpTo { port }, Listen::No) if !wants_beacons => {
                let peer = peer(field, port, net, reader)?;
                return Chosen::plain(PortConfig::UdpTo(peer), field.line);
            }
            (Carrier::UdpGroup { port, group }, Listen::On(own)) => {
                let port = own.unwrap_or(port);
                return Chosen::plain(PortConfig::UdpGroup { port, group }, field.line);
            }
            (
                Carrier::Serial { .. }
                | Carrier::TcpTo { .. }
                | Carrier::TcpListen { .. }
                | Carrier::UdpTo { .. }
                | Carrier::UdpSubnet { .. }
                | Carrier::UdpGroup { .. },
                Listen::No | Listen::On(_),
            ) => {}
        }
    }
    not_so(field, "udp", family, spec, reader)
}

fn tcp(
    field: Field<&str>,
    family: &str,
    spec: &LineSpec,
    net: &Net,
    reader: &mut Reader,
) -> Option<Chosen> {
    let listen = listen(field, reader);
    for carrier in spec.carriers {
        match (*carrier, listen) {
            (_, Listen::Wrong) => return None,
            (Carrier::TcpListen { port, tls: false }, Listen::On(own)) => {
                return Chosen::plain(PortConfig::TcpListen(own.unwrap_or(port)), field.line);
            }
            (Carrier::TcpTo { port, tls: false }, Listen::No) => {
                let peer = peer(field, port, net, reader)?;
                return Chosen::plain(PortConfig::TcpTo(peer), field.line);
            }
            (
                Carrier::Serial { .. }
                | Carrier::TcpTo { .. }
                | Carrier::TcpListen { .. }
                | Carrier::UdpTo { .. }
                | Carrier::UdpSubnet { .. }
                | Carrier::UdpGroup { .. },
                Listen::No | Listen::On(_),
            ) => {}
        }
    }
    not_so(field, "tcp", family, spec, reader)
}

fn not_so(
    field: Field<&str>,
    kind: &str,
    family: &str,
    spec: &LineSpec,
    reader: &mut Reader,
) -> Option<Chosen> {
    let what = format!("{family} has no {kind} = {} for {}", quote(field.value), spec.name);
    reader.wrong(field.line, what, format!("it runs over {}", offers(spec)));
    None
}

fn peer(
    field: Field<&str>,
    usual_port: u16,
    net: &Net,
    reader: &mut Reader,
) -> Option<SocketAddrV4> {
    let peer = endpoint(field, usual_port, reader)?;
    can_be_peer(*peer.ip(), field.line, net, reader).then_some(peer)
}

/// What a text says about listening.
#[derive(Clone, Copy, Debug)]
enum Listen {
    /// Nothing: it is an address or a mistake.
    No,
    /// `listen`, or `listen:6000`.
    On(Option<u16>),
    /// `listen:`, with a port that is none: told.
    Wrong,
}

fn listen(field: Field<&str>, reader: &mut Reader) -> Listen {
    let Some(rest) = field.value.strip_prefix(LISTEN) else { return Listen::No };
    if rest.is_empty() {
        return Listen::On(None);
    }
    let Some(port) = rest.strip_prefix(':') else { return Listen::No };
    // Ports below 1024 would need rights that the station does not have.
    let Some(number) = port.parse().ok().filter(|number: &u16| *number >= 1024) else {
        let what = format!("{} is no port to listen on", quote(port));
        reader.wrong(field.line, what, "write one from 1024 to 65535");
        return Listen::Wrong;
    };
    Listen::On(Some(number))
}

/// An absolute path.
pub(crate) fn absolute<'a>(
    key: &str,
    field: Field<&'a str>,
    bytes_max: usize,
    reader: &mut Reader,
) -> Option<&'a str> {
    let path = fit(key, field, bytes_max, reader)?;
    if !path.starts_with('/') {
        let what = format!("{} is no absolute path", quote(path));
        reader.wrong(field.line, what, "begin it with /: nobody knows where the station starts");
        return None;
    }
    Some(path)
}
