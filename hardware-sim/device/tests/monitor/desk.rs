//! A client at a desk: it says bytes to the monitor on a virtual clock and reads what comes back.

use core::net::SocketAddr;
use std::time::Duration;

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::attribute::Attribute;
use vigie_intellivue::wire::data::Data;
use vigie_intellivue::wire::operation::{ActionReply, Reply};
use vigie_model::MonoTime;
use vigie_session::Line;
use vigie_sim_device::intellivue::{Monitor, MonitorConfig, Transport};
use vigie_sim_device::{Destination, Device, Sent};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

use crate::recorded::hex;

/// The request of the recorded client, accepted by a real monitor; 40 s, all options but lists.
pub const REQUEST: &str = "0D EC 05 08 13 01 00 16 01 02 80 00 14 02 00 02 C1 DC 31 80 A0 80 80 01
    01 00 00 A2 80 A0 03 00 00 01 A4 80 30 80 02 01 01 06 04 52 01 00 01 30 80 06 02 51 01 00 00 00
    00 30 80 02 01 02 06 0C 2A 86 48 CE 14 02 01 00 00 00 01 01 30 80 06 0C 2A 86 48 CE 14 02 01 00
    00 00 02 01 00 00 00 00 00 00 61 80 30 80 02 01 01 A0 80 60 80 A1 80 06 0C 2A 86 48 CE 14 02 01
    00 00 00 03 01 00 00 BE 80 28 80 06 0C 2A 86 48 CE 14 02 01 00 00 00 01 01 02 01 02 81 48
    80000000 40000000 00000000 80000000 20000000 0000 0000 0001 002C 0001 0028 80000000 0004E200
    00003000 00003000 00000000 60000000 0001 000C F001 0008 8C000000 0000 0000
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";
/// Confirms the MDS create event.
pub const CONFIRM: &str = "E1000002 0002 0014 0001 0001 000E 0021 0000 0000 00000000 0D06 0000";
pub const RELEASE: &str =
    "09 18 C1 16 61 80 30 80 02 01 01 A0 80 62 80 80 01 00 00 00 00 00 00 00 00 00";
pub const ABORT: &str = "19 2E 11 01 03 C1 29 A0 80 A0 80 30 80 02 01 01 06 02 51 01 00 00 00 00 61
    80 30 80 02 01 01 A0 80 64 80 80 01 01 00 00 00 00 00 00 00 00 00 00";
pub const KEEP_ALIVE: &str = "E1000002 0001 001C 0000 0007 0016 0021 0000 0000 00000000 0C16 0008
    0001 0001 0036 0811";

/// [`REQUEST`] with other values: least poll period in ticks, message size, options.
pub fn request(period: u32, mtu: u32, options: u32) -> Vec<u8> {
    let mut bytes = hex(REQUEST);
    let at = bytes.windows(4).position(|w| w == [0x00, 0x04, 0xE2, 0x00]).unwrap();
    bytes[at..at + 4].copy_from_slice(&period.to_be_bytes());
    bytes[at + 4..at + 8].copy_from_slice(&mtu.to_be_bytes());
    bytes[at + 8..at + 12].copy_from_slice(&mtu.to_be_bytes());
    let at = bytes.windows(4).position(|w| w == [0x8C, 0, 0, 0]).unwrap();
    bytes[at..at + 4].copy_from_slice(&options.to_be_bytes());
    bytes
}

/// A single poll.
pub fn single(invoke: u16, class: u16, group: u16) -> Vec<u8> {
    hex(&format!(
        "E1000002 0001 001C {invoke:04X} 0007 0016 0021 0000 0000 00000000 0C16 0008
         0007 0001 {class:04X} {group:04X}"
    ))
}

/// An extended poll that runs for so many ticks.
pub fn extended(invoke: u16, class: u16, group: u16, ticks: u32) -> Vec<u8> {
    hex(&format!(
        "E1000002 0001 0028 {invoke:04X} 0007 0022 0021 0000 0000 00000000 F13B 0014
         0009 0001 {class:04X} {group:04X} 0001 0008 F13E 0004 {ticks:08X}"
    ))
}

/// An extended poll without a period.
pub fn extended_once(invoke: u16, class: u16, group: u16) -> Vec<u8> {
    hex(&format!(
        "E1000002 0001 0020 {invoke:04X} 0007 001A 0021 0000 0000 00000000 F13B 000C
         0009 0001 {class:04X} {group:04X} 0000 0000"
    ))
}

/// A confirmed SET of a priority list.
pub fn set(invoke: u16, id: u16, labels: &[u32]) -> Vec<u8> {
    let bytes = labels.len() * 4;
    let labels: String = labels.iter().map(|label| format!("{label:08X}")).collect();
    let (value, list, data) = (4 + bytes, 10 + bytes, 24 + bytes);
    hex(&format!(
        "E1000002 0001 {:04X} {invoke:04X} 0005 {data:04X} 0021 0000 0000 00000000
         0001 {list:04X} 0000 {id:04X} {value:04X} {:04X} {bytes:04X} {labels}",
        data + 6,
        bytes / 4,
    ))
}

/// 600 s.
pub const LONG: u32 = 0x0049_3E00;

/// What the monitor sent, and when.
#[derive(Clone, Debug)]
pub struct Heard {
    pub at: MonoTime,
    pub to: Destination,
    pub number: u64,
    pub bytes: Vec<u8>,
}

pub struct Desk {
    pub monitor: Monitor,
    pub now: MonoTime,
    pub heard: Vec<Heard>,
    pub sent: Vec<Sent>,
    from: Option<SocketAddr>,
}

pub fn client(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Desk {
    pub fn new(config: MonitorConfig) -> Desk {
        let from = match config.transport {
            Transport::Lan { .. } => Some(client(40_000)),
            Transport::Rs232 { .. } => None,
        };
        let now = MonoTime::from_nanos(7_777_000_000);
        let mut desk =
            Desk { monitor: Monitor::new(config), now, heard: Vec::new(), sent: Vec::new(), from };
        desk.monitor.handle_timeout(now);
        desk.collect();
        desk
    }

    /// On a network, without beacons.
    pub fn lan() -> Desk {
        Desk::new(quiet())
    }

    /// The same with an association that is confirmed.
    pub fn associated() -> Desk {
        let mut desk = Desk::lan();
        desk.associate();
        desk
    }

    pub fn associate(&mut self) {
        self.say(&hex(REQUEST));
        self.say(&hex(CONFIRM));
        self.take();
    }

    fn collect(&mut self) {
        while let Some(outgoing) = self.monitor.poll_transmit() {
            self.heard.push(Heard {
                at: self.now,
                to: outgoing.to,
                number: outgoing.number,
                bytes: outgoing.bytes.to_vec(),
            });
        }
        while let Some(sent) = self.monitor.poll_sent() {
            self.sent.push(sent);
        }
    }

    pub fn say(&mut self, bytes: &[u8]) {
        self.say_from(self.from, bytes);
    }

    pub fn say_from(&mut self, from: Option<SocketAddr>, bytes: &[u8]) {
        self.monitor.handle_input(self.now, Line::MAIN, from, bytes);
        self.collect();
    }

    /// Time passes.
    pub fn wait(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while let Some(deadline) = self.monitor.poll_timeout().filter(|next| next.at <= end) {
            self.now = self.now.max(deadline.at);
            self.monitor.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    /// Time passes, and the client says that it is there every 8 s.
    pub fn wait_alive(&mut self, ms: u64) {
        let mut rest = ms;
        while rest > 0 {
            let piece = rest.min(8_000);
            self.wait(piece);
            self.say(&hex(CONFIRM));
            rest -= piece;
        }
    }

    pub fn patient(&mut self, act: &PatientAct) {
        self.monitor.handle_patient_act(self.now, act);
        self.collect();
    }

    pub fn device(&mut self, act: &DeviceAct) {
        self.monitor.handle_device_act(self.now, act);
        self.collect();
    }

    /// Everything heard since the last time.
    pub fn take(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }

    /// The messages among it that answer an invoke id.
    pub fn take_results(&mut self, invoke: u16) -> Vec<Vec<u8>> {
        let is_it = |bytes: &Vec<u8>| {
            matches!(bytes[..], [0xE1, _, _, _, 0, 2 | 3, _, _, high, low, ..]
                if u16::from_be_bytes([high, low]) == invoke)
                || matches!(bytes[..], [0xE1, _, _, _, 0, 5, _, _, _, _, high, low, ..]
                if u16::from_be_bytes([high, low]) == invoke)
        };
        self.take().into_iter().map(|heard| heard.bytes).filter(is_it).collect()
    }
}

/// A monitor on a network that sends no beacons.
pub fn quiet() -> MonitorConfig {
    MonitorConfig { beacons: None, ..MonitorConfig::new(3, 42, Transport::LAN) }
}

/// One attribute as id and value, out of a result.
pub type Attr = (u16, Vec<u8>);

/// A result, taken apart by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollBytes {
    pub sequence: Option<u16>,
    pub time: u32,
    pub class: u16,
    pub group: u16,
    /// Context, handle, attributes.
    pub objects: Vec<(u16, u16, Vec<Attr>)>,
    pub contexts: Vec<u16>,
    /// State and count of a linked part.
    pub link: Option<(u8, u8)>,
}

/// Takes a poll result apart by the offsets of the guide, and proves that nothing is left over.
pub fn poll(bytes: &[u8]) -> PollBytes {
    let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    assert_eq!(bytes[..4], [0xE1, 0, 0, 2]);
    let shift = match word(4) {
        2 => 0,
        5 => 2,
        other => panic!("remote operation {other}"),
    };
    assert_eq!(usize::from(word(6)) + 8, bytes.len(), "remaining length");
    assert_eq!(word(10 + shift), 7, "command");
    assert_eq!(usize::from(word(12 + shift)) + 14 + shift, bytes.len(), "command length");
    assert_eq!(bytes[14 + shift..20 + shift], [0, 0x21, 0, 0, 0, 0], "object");
    let action = word(20 + shift);
    assert_eq!(usize::from(word(22 + shift)) + 24 + shift, bytes.len(), "action length");
    let (sequence, base) = match action {
        0x0C16 => (None, 26 + shift),
        0xF13B => (Some(word(26 + shift)), 28 + shift),
        other => panic!("action {other:04X}"),
    };
    let time = u32::from(word(base)) << 16 | u32::from(word(base + 2));
    assert_eq!(bytes[base + 4..base + 12], [0xFF; 8], "absolute time");
    assert_eq!(word(base + 12), 1, "partition of the class");
    let (class, group) = (word(base + 14), word(base + 16));
    let mut at = base + 18;
    let (contexts_left, end) = (word(at), at + 4 + usize::from(word(at + 2)));
    assert_eq!(end, bytes.len());
    at += 4;
    let (mut objects, mut contexts) = (Vec::new(), Vec::new());
    for _ in 0..contexts_left {
        let (context, count) = (word(at), word(at + 2));
        let context_end = at + 6 + usize::from(word(at + 4));
        contexts.push(context);
        at += 6;
        for _ in 0..count {
            let (handle, attribute_count) = (word(at), word(at + 2));
            let object_end = at + 6 + usize::from(word(at + 4));
            at += 6;
            let mut attributes = Vec::new();
            for _ in 0..attribute_count {
                let length = usize::from(word(at + 2));
                attributes.push((word(at), bytes[at + 4..at + 4 + length].to_vec()));
                at += 4 + length;
            }
            assert_eq!(at, object_end, "object {handle:04X}");
            objects.push((context, handle, attributes));
        }
        assert_eq!(at, context_end, "context {context}");
    }
    assert_eq!(at, end, "nothing is left over");
    let link = (shift == 2).then(|| (bytes[8], bytes[9]));
    let by_hand = PollBytes { sequence, time, class, group, objects, contexts, link };
    check_wire(bytes, &by_hand);
    by_hand
}

/// `wire` reads the same, every attribute fits its catalogue entry, and it writes it back.
fn check_wire(bytes: &[u8], by_hand: &PollBytes) {
    let message = Message::parse(bytes).unwrap();
    assert_eq!(message.emit().unwrap(), bytes);
    let Message::Data(data) = &message else { panic!("{message}") };
    let link = matches!(data, Data::Linked { .. });
    let Some(Reply::Action(result)) = data.reply() else { panic!("{message}") };
    let ActionReply::Poll(poll) = &result.reply else { panic!("{message}") };
    assert_eq!((link, poll.sequence), (by_hand.link.is_some(), by_hand.sequence));
    assert_eq!(poll.objects().count(), by_hand.objects.len());
    for (_, object) in poll.objects() {
        for attribute in &object.attributes {
            assert!(!matches!(attribute, Attribute::Misfit { .. }), "{attribute:?}");
        }
    }
}

/// State and number of a numeric, wherever it stands.
pub fn number(poll: &PollBytes, physio_id: u16) -> Option<(u16, f64)> {
    let mut values: Vec<&[u8]> = Vec::new();
    for (id, value) in poll.objects.iter().flat_map(|object| &object.2) {
        match id {
            0x0950 => values.push(value),
            0x094B => values.extend(value[4..].chunks(10)),
            _ => {}
        }
    }
    let value = values.into_iter().find(|value| value[..2] == physio_id.to_be_bytes())?;
    let state = u16::from_be_bytes([value[2], value[3]]);
    if value[7..] == [0x7F, 0xFF, 0xFF] {
        return Some((state, f64::NAN));
    }
    let mantissa = i32::from_be_bytes([value[7], value[8], value[9], 0]) >> 8;
    Some((state, f64::from(mantissa) * 10f64.powi(i32::from(value[6] as i8))))
}
