//! Invented families with each kind of line, and a text to read with them.

use core::net::Ipv4Addr;

use vigie_config::{Config, Mistake};
use vigie_session::{Carrier, Factory, Line, LineSpec, Parity, Probe, Session, Setup};

struct Toy {
    name: &'static str,
    lines: &'static [LineSpec],
}

impl Factory for Toy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn lines(&self) -> &'static [LineSpec] {
        self.lines
    }

    fn probe(&self) -> Probe {
        unreachable!("nothing is searched here")
    }

    fn session(&self, _setup: &Setup) -> Box<dyn Session> {
        unreachable!("nothing is opened here")
    }
}

const fn spec(
    line: u16,
    name: &'static str,
    carriers: &'static [Carrier],
    optional: bool,
) -> LineSpec {
    LineSpec { line: Line(line), name, carriers, optional }
}

const fn serial(baud: u32, parity: Parity, stop_bits: u8) -> Carrier {
    Carrier::Serial { baud, parity, stop_bits }
}

/// Speaks on a serial line or on the network, as the monitors of this milestone do.
const MONITOR: Toy = Toy {
    name: "monitor",
    lines: &[
        spec(
            0,
            "main",
            &[
                serial(115_200, Parity::None, 1),
                serial(19_200, Parity::None, 1),
                Carrier::UdpSubnet { port: 24_105 },
            ],
            false,
        ),
        spec(
            1,
            "beacon",
            &[Carrier::UdpGroup { port: 24_005, group: Some(Ipv4Addr::new(224, 0, 23, 63)) }],
            true,
        ),
    ],
};

/// Two serial lines, one setting of each kind.
const TWO_LINES: Toy = Toy {
    name: "ventilator",
    lines: &[
        spec(0, "main", &[serial(9_600, Parity::Even, 1), serial(9_600, Parity::None, 2)], false),
        spec(1, "waveform", &[serial(38_400, Parity::Odd, 1)], false),
    ],
};

const TCP: Toy = Toy {
    name: "gateway",
    lines: &[spec(
        0,
        "main",
        &[
            Carrier::TcpTo { port: 7_000, tls: false },
            Carrier::TcpListen { port: 6_000, tls: false },
        ],
        false,
    )],
};

const UDP: Toy =
    Toy { name: "pump", lines: &[spec(0, "main", &[Carrier::UdpTo { port: 4_000 }], false)] };

const GROUP: Toy = Toy {
    name: "caller",
    lines: &[spec(0, "main", &[Carrier::UdpGroup { port: 5_000, group: None }], false)],
};

const TLS: Toy = Toy {
    name: "sealed",
    lines: &[spec(0, "main", &[Carrier::TcpTo { port: 443, tls: true }], false)],
};

/// What reads a text with all of them.
pub fn read(text: &str) -> Result<Config, Vec<Mistake>> {
    read_bytes(text.as_bytes())
}

/// The same for bytes.
pub fn read_bytes(bytes: &[u8]) -> Result<Config, Vec<Mistake>> {
    Config::read(bytes, &[&MONITOR, &TWO_LINES, &TCP, &UDP, &GROUP, &TLS])
}
