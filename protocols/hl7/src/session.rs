//! The conversations: a gateway that pushes, and a Mindray monitor that is asked.
//!
//! Two families, because nothing of the second holds for the first: here we connect or listen, there we
//! only connect; here each message is acknowledged, there none is and an echo keeps the line; here many
//! beds speak on one connection, there one.
//!
//! | Module | Holds |
//! | --- | --- |
//! | `gateway` | family `hl7`: connections, acknowledgements, which bed a message is about |
//! | `itself` | senders that call themselves a monitor and may be a gateway |
//! | `bed` | one bed: from groups of rows to events |
//! | `rows`, `numbers`, `samples`, `alarms`, `who` | rows; values, waves, alarms, device and patient |
//! | `pds` | family `mindray-pds`: burst, query, echo, and its messages |
//! | `streams` | keys and cadence of streams, for both |
//! | `options` | options of both |

mod alarms;
mod bed;
mod gateway;
mod itself;
mod numbers;
mod options;
mod pds;
mod rows;
mod samples;
mod streams;
mod who;

use std::time::Duration;

use vigie_session::{Carrier, Factory, Line, LineSpec, Probe, Session, Setup};

/// Family of gateways and monitors that push.
pub const HL7: &str = "hl7";
/// Family of Mindray monitors that are asked.
pub const MINDRAY_PDS: &str = "mindray-pds";

/// Usual port of a receiver of HL7 over MLLP (registered with IANA).
pub const MLLP_PORT: u16 = 2_575;
/// Port on which a Mindray monitor waits for clients.
pub const PDS_PORT: u16 = 4_601;

/// Option of `hl7`: which acknowledgement is sent: [`ACK_AS_ASKED`] and the default, `aa`, `ca` or `none`.
pub const ACK: &str = "ack";
/// [`ACK`]: what MSH-15 and MSH-16 ask for.
pub const ACK_AS_ASKED: &str = "as-asked";
/// Option of both: the set of texts where a message names none: `utf-8`, `latin-1`, `gbk`.
pub const CHARSET: &str = "charset";
/// Option of `hl7`: how often a bed is sent, in seconds. Without it that is learnt.
pub const INTERVAL: &str = "interval";
/// Option of `mindray-pds`: `ADDRESS/BED` of a bed behind Mindray's own gateway. Without it the monitor
/// itself is asked.
pub const TARGET: &str = "target";
/// Option of `mindray-pds`: ids of numbers, separated by commas, asked for besides the usual ones.
pub const NUMBERS: &str = "numbers";
/// Option of `mindray-pds`: ids of waves, separated by commas, or `none`.
pub const WAVES: &str = "waves";
/// Option of `mindray-pds`: the unit chosen on the monitor for carbon dioxide, as UCUM writes it.
pub const CO2_UNIT: &str = "co2_unit";
/// Option of `mindray-pds`: the unit chosen on the monitor for other gases, as UCUM writes it.
pub const GAS_UNIT: &str = "gas_unit";

/// Makes sessions for gateways and monitors that push HL7 over MLLP.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hl7Factory;

/// Makes sessions for Mindray monitors with PDS.
#[derive(Clone, Copy, Debug, Default)]
pub struct MindrayPdsFactory;

const HL7_LINES: &[LineSpec] = &[LineSpec {
    line: Line::MAIN,
    name: "main",
    carriers: &[
        Carrier::TcpListen { port: MLLP_PORT, tls: false },
        Carrier::TcpTo { port: MLLP_PORT, tls: false },
    ],
    optional: false,
}];

const PDS_LINES: &[LineSpec] = &[LineSpec {
    line: Line::MAIN,
    name: "main",
    carriers: &[Carrier::TcpTo { port: PDS_PORT, tls: false }],
    optional: false,
}];

/// How long a line is listened to before anything is concluded.
const PROBE_LISTEN: Duration = Duration::from_secs(5);

/// Whether bytes are a message of HL7 v2 in its frame.
fn is_mllp(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|window| window == b"\x0bMSH")
}

/// Whether they are one of PDS: nobody named, a kind where others have a number, version 2.3.1.
fn is_pds(bytes: &[u8]) -> bool {
    const HEAD: &[u8] = b"\x0bMSH|^~\\&|||||||";
    let starts = bytes.windows(HEAD.len()).enumerate().filter(|(_, window)| *window == HEAD);
    let mut heads = starts.filter_map(|(at, _)| bytes.get(at + HEAD.len()..));
    heads.any(|rest| {
        let mut fields = rest.split(|byte| *byte == b'|').skip(1);
        let kind = fields.next().unwrap_or_default();
        let is_kind = (2..=4).contains(&kind.len()) && kind.iter().all(u8::is_ascii_digit);
        is_kind && fields.nth(1).is_some_and(|version| version.starts_with(b"2.3.1"))
    })
}

impl Factory for Hl7Factory {
    fn name(&self) -> &'static str {
        HL7
    }

    fn lines(&self) -> &'static [LineSpec] {
        HL7_LINES
    }

    fn carries_many(&self) -> bool {
        true
    }

    fn probe(&self) -> Probe {
        let recognise = |bytes: &[u8]| is_mllp(bytes) && !is_pds(bytes);
        Probe { listen: PROBE_LISTEN, ask: &[], recognise, leave: &[] }
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        Box::new(gateway::Gateway::new(setup))
    }
}

impl Factory for MindrayPdsFactory {
    fn name(&self) -> &'static str {
        MINDRAY_PDS
    }

    fn lines(&self) -> &'static [LineSpec] {
        PDS_LINES
    }

    fn probe(&self) -> Probe {
        Probe { listen: PROBE_LISTEN, ask: &[], recognise: is_pds, leave: &[] }
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        Box::new(pds::Pds::new(setup))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_knows_its_own_bytes() {
        let hl7 = b"\x0bMSH|^~\\&|MINDRAY_EGATEWAY^00A0^EUI-64|";
        let pds = b"\x0bMSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\r\x1c\r";
        assert!((Hl7Factory.probe().recognise)(hl7) && !(Hl7Factory.probe().recognise)(pds));
        assert!((MindrayPdsFactory.probe().recognise)(pds));
        assert!(!(MindrayPdsFactory.probe().recognise)(hl7));
        let piic = b"\x0bMSH|^~\\&|||||||ORU^R01|HP104|P|2.3.1\r";
        assert!((Hl7Factory.probe().recognise)(piic));
        assert!(!is_mllp(b"MSH|^~\\&"));
    }
}
