//! What the monitor tells about itself: MDS create event, polls of the MDS, beacons, enumerations.
//!
//! Attributes, their order and their lengths are those of the recordings; names say that the monitor is
//! simulated.

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::attribute::Attribute;
use vigie_intellivue::wire::beacon::Beacon;
use vigie_intellivue::wire::data::Data;
use vigie_intellivue::wire::operation::{Event, EventReport, Request};
use vigie_intellivue::wire::types::{AttributeGroup, ManagedObjectId, ObjectClass, RelativeTime};
use vigie_model::MonoTime;

use super::bytes;
use super::clock::MonitorClock;
use super::config::MonitorConfig;
use super::numerics::{HEART_RATE_HANDLE, PULSE_HANDLE};
use super::results::{Attr, Object, emit};

/// Class of enumerations.
const ENUMERATION: u16 = 0x0005;
/// The invoke id of the MDS create event; one client answers with 1 whatever it was.
const CREATE_INVOKE_ID: u16 = 1;
/// Units of a bed label with its end.
const BED_LABEL_UNITS: usize = 16;

/// The state of the monitor that it tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemState<'a> {
    pub(super) config: &'a MonitorConfig,
    pub(super) clock: &'a MonitorClock,
    pub(super) at: MonoTime,
    /// How many associations there were.
    pub(super) associations: u16,
    pub(super) is_standby: bool,
    pub(super) handle_shift: u16,
}

impl SystemState<'_> {
    fn relative(&self) -> u32 {
        self.clock.tick(self.at) as u32
    }

    fn attribute(&self, id: u16) -> Attr {
        let config = self.config;
        let value = match id {
            0x090C => bytes::words(&[0]),
            // Intensive care.
            0x090D => bytes::words(&[2]),
            0x091D => bytes::words(&[self.associations]),
            0x091E => bytes::string(&config.label, BED_LABEL_UNITS, 0),
            0x0921 => bytes::words(&[0]),
            0x0928 => [bytes::label("VIGIE", 8), bytes::label("SIM", 6)].concat(),
            0x092D => production(config, &MDS_PARTS),
            // 50 Hz.
            0x0935 => bytes::words(&[1]),
            // Text catalogue, English, Unicode.
            0x0937 => bytes::words(&[0x0628, 0x0628, 1, 11]),
            0x0946 => {
                let mode = if config.is_demo { 0x2000 } else { 0x4000 };
                bytes::words(&[mode | if self.is_standby { 0x0002 } else { 0 }])
            }
            0x0948 => bytes::longs(&[0x0001_0000]),
            0x0984 => bytes::counted(&config.mac),
            0x0985 => system_spec(),
            // Multi-parameter patient monitor.
            0x0986 => bytes::words(&[1, 0x114D]),
            0x0987 => self.clock.shows(self.at).0.to_vec(),
            0x098F => bytes::longs(&[self.relative()]),
            // Operating.
            0x09A7 => bytes::words(&[6]),
            0xF1FA => {
                let handles =
                    [PULSE_HANDLE, HEART_RATE_HANDLE].map(|h| h.wrapping_add(self.handle_shift));
                let [pulse, source] = handles;
                bytes::words(&[1, 16, 1, 12, 6, 1, pulse, 6, 1, source])
            }
            // Safety standard 0, and nothing else is asked for.
            _ => bytes::words(&[0]),
        };
        Attr::new(id, value)
    }

    fn attributes(&self, ids: &[u16]) -> Vec<Attr> {
        ids.iter().map(|id| self.attribute(*id)).collect()
    }

    /// The MDS with the attributes of a group; all of them in the order of the recording.
    pub(super) fn object(&self, group: AttributeGroup) -> Object {
        let application =
            [0x0946, 0x090D, 0x0935, 0x0982, 0x090C, 0xF1FA, 0x09A7, 0x091E, 0x0987, 0x098F];
        let identification = [0x0984, 0x0986, 0x091D, 0x0928, 0x0985, 0x0948, 0x0937];
        let attributes = match group {
            AttributeGroup::All => self.attributes(&[
                0x0946, 0x090D, 0x0935, 0x0982, 0x090C, 0xF1FA, 0x09A7, 0x0984, 0x091E, 0x0987,
                0x098F, 0x0986, 0x091D, 0x0921, 0x0928, 0x092D, 0x0985, 0x0948, 0x0937,
            ]),
            AttributeGroup::SystemApplication => self.attributes(&application),
            AttributeGroup::SystemIdentification => self.attributes(&identification),
            AttributeGroup::SystemProduction => self.attributes(&[0x092D]),
            AttributeGroup::VmoStatic => self.attributes(&[0x0921, 0x0986]),
            AttributeGroup::AlertMonitor
            | AttributeGroup::MetricObservedValue
            | AttributeGroup::PatientDemographics
            | AttributeGroup::VmoDynamic
            | AttributeGroup::Unknown(_) => Vec::new(),
        };
        Object { context: 0, handle: 0, attributes }
    }

    /// The event that opens an association: 290 bytes, as recorded.
    pub(super) fn create_event(&self) -> Vec<u8> {
        let values = self.attributes(&[
            0x0984, 0x0986, 0x091D, 0x0928, 0x0948, 0x0937, 0x0946, 0x090D, 0x0935, 0x0982, 0x090C,
            0xF1FA, 0x09A7, 0x091E, 0x0987, 0x098F, 0x0985,
        ]);
        let values: Vec<(u16, Vec<u8>)> = values.into_iter().map(plain).collect();
        let attributes = unlisted(&values);
        emit(&Message::Data(Data::Invoke {
            invoke_id: CREATE_INVOKE_ID,
            request: Request::Event {
                confirmed: true,
                report: EventReport {
                    object: ManagedObjectId::MDS,
                    time: RelativeTime(self.relative()),
                    event: Event::MdsCreate { object: ManagedObjectId::MDS, attributes },
                },
            },
        }))
    }

    /// The beacon: that of software L.01.18 without what is about interfaces this one does not have.
    pub(super) fn beacon(&self) -> Vec<u8> {
        let config = self.config;
        let mut network = config.mac.to_vec();
        network.extend(config.address.ip().octets());
        network.extend(config.netmask.octets());
        let mut interfaces = bytes::words(&[1, 0x8000, 1, 18, 0xF100, 14]);
        interfaces.extend(&network);
        let port = config.address.port();
        let services = [[1, 3, 24_000, 0], [2, 3, 24_000, 0], [1, 1, port, 0], [5, 1, port, 0]]
            .map(|service| bytes::words(&service));
        let values = [
            (0x0920, bytes::words(&[3, 0])),
            plain(self.attribute(0x0986)),
            plain(self.attribute(0x0937)),
            (0xF136, bytes::longs(&[0])),
            (0xF27C, interfaces),
            (0xF135, bytes::units(&config.label, BED_LABEL_UNITS, 0)),
            (0xF100, network),
            (0xF101, bytes::list(&services)),
            plain(self.attribute(0x0984)),
            plain(self.attribute(0x0928)),
            (0x092D, production(config, &BEACON_PARTS)),
            (0xF15A, bytes::longs(&[2])),
        ];
        let class = ObjectClass::CompositeSingleBedMds;
        emit(&Message::Beacon(Beacon {
            major: 1,
            minor: 0,
            invoke_id: 0,
            object: ManagedObjectId { class, context: 0, handle: 0 },
            time: RelativeTime(self.relative()),
            attributes: unlisted(&values),
        }))
    }
}

fn plain(attribute: Attr) -> (u16, Vec<u8>) {
    match attribute.value {
        super::results::Value::Bytes(bytes) => (attribute.id, bytes),
        super::results::Value::List(items) => (attribute.id, bytes::list(&items)),
    }
}

fn unlisted(values: &[(u16, Vec<u8>)]) -> Vec<Attribute<'_>> {
    values.iter().map(|(id, bytes)| Attribute::Unknown { id: *id, bytes }).collect()
}

/// Kind, component, text and how many characters: serial 10, part 14, revision 8 (guide, "Production
/// Specification").
type Part = (u16, u16, &'static str, usize);

/// `#` stands for the serial number.
const MDS_PARTS: [Part; 8] = [
    (1, 0x0008, "#", 10),
    (2, 0x0008, "SIM", 14),
    (2, 0x0058, "SIM-APP", 14),
    (4, 0x0058, "SIM.1.00", 8),
    (2, 0x0010, "SIM-CONFIG", 14),
    (4, 0x0010, "SIM.1.00", 8),
    (2, 0x0018, "SIM-BOOT", 14),
    (4, 0x0018, "SIM.1.00", 8),
];
const BEACON_PARTS: [Part; 6] = [
    (1, 0x0008, "#", 12),
    (2, 0x0008, "SIM", 14),
    (3, 0x0008, "SIM.A.00", 8),
    (5, 0x0078, "--------", 8),
    (2, 0x0058, "SIM-APP", 14),
    (4, 0x0058, "SIM.1.00", 8),
];

fn production(config: &MonitorConfig, parts: &[Part]) -> Vec<u8> {
    let serial = format!("SIM-{:06}", config.bed);
    let part = |(kind, component, text, width): &Part| {
        let text = if *text == "#" { serial.as_str() } else { text };
        let mut entry = bytes::words(&[*kind, *component]);
        entry.extend(bytes::label(text, *width));
        entry
    };
    bytes::list(&parts.iter().map(part).collect::<Vec<_>>())
}

/// Component 0102: how many objects of each class there can be, as recorded.
fn system_spec() -> Vec<u8> {
    let classes = [(0x21, 1), (0x06, 201), (0x09, 60), (0x2A, 1), (0x36, 1), (0x05, 60)];
    let entries = classes.map(|(class, most)| bytes::words(&[1, class, 0, most]));
    let objects = bytes::counted(&bytes::list(&entries));
    let mut spec = bytes::words(&[1, bytes::word(objects.len() + 2), 0x0102]);
    spec.extend(objects);
    spec
}

/// The two enumerations that the recorded monitor has; they hold no value there either.
pub(super) fn enumerations(group: AttributeGroup, handle_shift: u16) -> Vec<Object> {
    let rows: [(u16, u16, &str); 2] = [(0x82CE, 0xD007, "Rhythm"), (0x82D0, 0xD006, "Ectop")];
    rows.iter()
        .map(|(handle, label, name)| {
            let handle = handle.wrapping_add(handle_shift);
            let mut attributes = Vec::new();
            if matches!(group, AttributeGroup::All | AttributeGroup::VmoStatic) {
                let mut spec = bytes::longs(&[8_192]);
                spec.extend(bytes::words(&[1, 0x4220, 0, 0]));
                attributes.push(Attr::new(0x0921, bytes::words(&[handle])));
                attributes.push(Attr::new(0x092F, bytes::words(&[1, ENUMERATION])));
                attributes.push(Attr::new(0x093F, spec));
            }
            if matches!(group, AttributeGroup::All | AttributeGroup::VmoDynamic) {
                // Six characters and no terminator, as recorded.
                let mut text = bytes::units(name, 6, 0x20);
                text.truncate(12);
                let label = 0x0002_0000 | u32::from(*label);
                attributes.push(Attr::new(0x0924, bytes::longs(&[label])));
                attributes.push(Attr::new(0x0927, bytes::counted(&text)));
                attributes.push(Attr::new(0x0911, bytes::words(&[2])));
            }
            Object { context: 1, handle, attributes }
        })
        .collect()
}
