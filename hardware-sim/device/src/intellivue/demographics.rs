//! Patient demographics. All names say that nobody is treated here.

use vigie_intellivue::wire::types::AttributeGroup;

use super::bytes;
use super::config::MonitorConfig;
use super::results::{Attr, Object};

/// Class of demographics.
pub(super) const CLASS: u16 = 0x002A;
/// Its handle, as recorded.
const HANDLE: u16 = 0x0050;
/// Longest identifier and longest name, characters (guide, "Patient Demographics").
const ID_UNITS: usize = 17;
const NAME_UNITS: usize = 19;

/// Who lies in the bed.
#[derive(Clone, Debug)]
pub(super) struct Demographics {
    id: String,
    family_name: String,
    given_name: String,
    is_female: bool,
    /// Counts the patients of this monitor; part of its own number of a patient.
    number: u32,
}

impl Demographics {
    pub(super) fn new(config: &MonitorConfig) -> Demographics {
        Demographics {
            id: format!("SIM-{:04}", config.bed),
            family_name: format!("SIMULATED {}", config.bed),
            given_name: "Patient".to_owned(),
            is_female: config.seed % 2 == 1,
            number: 1,
        }
    }

    /// Somebody else.
    pub(super) fn admit(&mut self, id: &str, name: &str) {
        id.clone_into(&mut self.id);
        name.clone_into(&mut self.family_name);
        self.given_name.clear();
        self.number += 1;
    }

    /// The object with the attributes of a group, in the order of the recording.
    pub(super) fn object(&self, group: AttributeGroup, mac: [u8; 6]) -> Object {
        let mut attributes = Vec::new();
        if matches!(group, AttributeGroup::All | AttributeGroup::PatientDemographics) {
            let mut internal_id = mac.to_vec();
            internal_id.extend(bytes::longs(&[self.number]));
            let born = [0x19, 0x56, 0x03, 0x14, 0, 0, 0, 0];
            let quantity = |value: f64, decimals, unit| {
                let mut quantity = bytes::longs(&[bytes::float(value, decimals)]);
                quantity.extend(bytes::words(&[unit]));
                quantity
            };
            attributes.extend([
                Attr::new(0x0921, bytes::words(&[HANDLE])),
                // Admitted.
                Attr::new(0x0957, bytes::words(&[2])),
                Attr::new(0x0A1A, bytes::words(&[0])),
                Attr::new(0xF001, internal_id),
                // Adult, not paced.
                Attr::new(0x0962, bytes::words(&[1])),
                Attr::new(0x0A1E, bytes::words(&[0])),
                Attr::new(0x095D, bytes::name(&self.given_name, NAME_UNITS)),
                Attr::new(0x095F, bytes::name("", NAME_UNITS)),
                Attr::new(0x095C, bytes::name(&self.family_name, NAME_UNITS)),
                Attr::new(0x095A, bytes::name(&self.id, ID_UNITS)),
                Attr::new(0xF2E1, bytes::name("", ID_UNITS)),
                Attr::new(0xF129, bytes::name("", NAME_UNITS)),
                Attr::new(0xF12A, bytes::name("", NAME_UNITS)),
                Attr::new(0x0961, bytes::words(&[if self.is_female { 2 } else { 1 }])),
                Attr::new(0x0958, born.to_vec()),
                Attr::new(0x09D8, quantity(69.0, 0, 0x0940)),
                Attr::new(0x09DC, quantity(172.0, 1, 0x0511)),
                Attr::new(0x09DF, quantity(71.0, 1, 0x06C3)),
                Attr::new(0x0956, quantity(1.84, 2, 0x05C0)),
                // DuBois.
                Attr::new(0xF1EC, bytes::words(&[2])),
                Attr::new(0xF2E2, bytes::longs(&[0x8075_2095])),
                Attr::new(0xF2E3, bytes::longs(&[0x808B_0D98])),
            ]);
        } else if group == AttributeGroup::VmoStatic {
            attributes.push(Attr::new(0x0921, bytes::words(&[HANDLE])));
            attributes.push(Attr::new(0x092F, bytes::words(&[1, CLASS])));
        }
        Object { context: 0, handle: HANDLE, attributes }
    }
}
