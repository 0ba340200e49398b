//! Names of streams. Handles stay inside the session: a monitor gives new ones at every start.

use std::collections::BTreeMap;

use vigie_model::{MdcCode, MetricKey, Text, VendorCode};

use crate::map;
use crate::wire::types::{ManagedObjectId, ObjectClass};

/// Streams of one monitor; as many as the driver lets through for one device.
pub(super) const STREAMS_MAX: usize = 512;
/// "Not otherwise specified": external devices send numbers, waves and words under it.
const UNSPECIFIED: u16 = 0xEFFF;
/// Where waves begin to count when numbers may carry the same identifier.
const WAVES_FROM: u16 = 0x0100;
/// Where values in words begin to count when numbers may carry the same identifier.
const TEXTS_FROM: u16 = 0x0200;

/// Which objects carry the same vendor code, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Keys {
    objects: BTreeMap<(VendorCode, u16), Vec<ManagedObjectId>>,
    count: usize,
}

impl Keys {
    /// The key of the value that `object` sends under `physio_id`; `None` when there are too many.
    pub(super) fn key(
        &mut self,
        object: ManagedObjectId,
        physio_id: u16,
        label_id: Option<u32>,
        is_setting: bool,
    ) -> Option<MetricKey> {
        let (code, vendor) = code(physio_id, label_id, is_setting);
        let from = first_instance(object.class, physio_id);
        let known = self.objects.get(&(vendor.clone(), from));
        let place = known.and_then(|known| known.iter().position(|other| *other == object));
        let place = match place {
            Some(place) => place,
            None if self.count >= STREAMS_MAX => return None,
            None => {
                let objects = self.objects.entry((vendor.clone(), from)).or_default();
                objects.push(object);
                self.count += 1;
                objects.len() - 1
            }
        };
        let instance = from.checked_add(u16::try_from(place).ok()?)?;
        Some(MetricKey { code, vendor, instance })
    }
}

/// 11073 code and vendor code of a value.
fn code(physio_id: u16, label_id: Option<u32>, is_setting: bool) -> (Option<MdcCode>, VendorCode) {
    if !is_setting {
        return (map::mdc_code(physio_id), Text::from(format!("{physio_id:04X}")));
    }
    // A setting shares its identifier with the value it sets; its label tells them apart.
    let label_id = label_id.unwrap_or(u32::from(map::SETTINGS) << 16 | u32::from(physio_id));
    let (partition, code) = (map::partition(label_id), label_id as u16);
    (map::mdc_setting(label_id), Text::from(format!("{partition:04X}:{code:04X}")))
}

/// Numbers count from 0. A wave or a text does so too, unless a number may have the same identifier:
/// then the two must not take each other's key when they come in another order.
fn first_instance(class: ObjectClass, physio_id: u16) -> u16 {
    let is_number = map::numeric(physio_id, None).is_some();
    let is_wave = map::wave(physio_id, None).is_some();
    if class == ObjectClass::SampleArray {
        return if is_wave && !is_number { 0 } else { WAVES_FROM };
    }
    if class == ObjectClass::Enumeration {
        let shared = is_number || is_wave || physio_id == UNSPECIFIED;
        return if shared { TEXTS_FROM } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(class: ObjectClass, handle: u16) -> ManagedObjectId {
        ManagedObjectId { class, context: 1, handle }
    }

    #[test]
    fn the_second_object_of_an_identifier_is_the_second_instance() {
        let mut keys = Keys::default();
        let mut key =
            |handle| keys.key(object(ObjectClass::Numeric, handle), 0x480A, None, false).unwrap();
        assert_eq!((key(7).instance, key(9).instance, key(7).instance), (0, 1, 0));
        assert_eq!(key(9).code, Some(MdcCode(149_514)));
        assert_eq!(key(9).vendor.as_str(), "480A");
    }

    #[test]
    fn a_setting_never_has_the_key_of_the_measured_value() {
        let mut keys = Keys::default();
        let numeric = object(ObjectClass::Numeric, 7);
        let set = keys.key(numeric, 0x51A8, Some(0x0402_51A8), true).unwrap();
        assert_eq!(set.vendor.as_str(), "0402:51A8");
        assert_eq!(set.code, Some(MdcCode(16_929_192)));
        let older = keys.key(numeric, 0x5109, Some(0x0401_80FC), true).unwrap();
        assert_eq!((older.vendor.as_str(), older.code), ("0401:80FC", None));
    }

    #[test]
    fn a_wave_never_has_the_key_of_a_number() {
        let mut keys = Keys::default();
        // Airway pressure is both; 0xEFFF is anything.
        for physio_id in [0x50F0, 0xEFFF] {
            let wave = keys.key(object(ObjectClass::SampleArray, 1), physio_id, None, false);
            let number = keys.key(object(ObjectClass::Numeric, 2), physio_id, None, false);
            let text = keys.key(object(ObjectClass::Enumeration, 3), physio_id, None, false);
            let [wave, number, text] = [wave, number, text].map(|key| key.unwrap().instance);
            assert_eq!((number, wave, text), (0, WAVES_FROM, TEXTS_FROM));
        }
        let pleth = keys.key(object(ObjectClass::SampleArray, 1), 0x4BB4, None, false).unwrap();
        assert_eq!(pleth.instance, 0);
    }

    #[test]
    fn there_is_an_end_to_streams() {
        let mut keys = Keys::default();
        let mut key = |handle| keys.key(object(ObjectClass::Numeric, handle), 0x480A, None, false);
        let given = (0..2_000).filter(|handle| key(*handle).is_some()).count();
        assert_eq!(given, STREAMS_MAX);
    }
}
