//! Who the monitor is, gathered from the MDS and from beacons.

use vigie_model::{DeviceInfo, DeviceKey, DeviceTime, Event, Text};

use crate::wire::Attribute;
use crate::wire::system::{ProductionComponent, ProductionKind, ProductionSpec};
use crate::wire::text::WireString;

use super::clocks::device_time;

/// Name of the protocol family.
pub(super) const FAMILY: &str = "intellivue";
/// The bed label in beacons: not in the guide, 17 units of UTF-16 without a length word.
const BEACON_BED_LABEL: u16 = 0xF135;

/// What one source tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Facts {
    system_id: Option<Text>,
    manufacturer: Option<Text>,
    model: Option<Text>,
    serial: Option<Text>,
    software: Option<Text>,
    bed_label: Option<Text>,
}

/// Gathers identity and says it when it is new.
///
/// The key is the system id. Beacons of older monitors lack it and give the MAC address of the
/// network interface instead, which differs from it in the last digit; so a beacon adds facts and
/// never makes another device of a known one.
#[derive(Debug, Default)]
pub(super) struct Identity {
    mds: Facts,
    beacon: Facts,
    clock: Option<DeviceTime>,
    told: Option<DeviceInfo>,
}

impl Identity {
    /// Whether these attributes of the MDS are of another monitor than the one known.
    pub(super) fn is_other(&self, attributes: &[Attribute<'_>]) -> bool {
        let known = self.mds.system_id.as_ref();
        let told = attributes.iter().find_map(system_id);
        known.is_some() && told.is_some() && known != told.as_ref()
    }

    /// The system id that the MDS told.
    pub(super) fn system_id(&self) -> Option<&Text> {
        self.mds.system_id.as_ref()
    }

    /// Attributes of the MDS.
    pub(super) fn take_mds(&mut self, attributes: &[Attribute<'_>]) {
        self.mds.take(attributes);
        for attribute in attributes {
            if let Attribute::DateTime(shown) = attribute {
                self.clock = device_time(*shown);
            }
        }
    }

    /// Attributes of a beacon.
    pub(super) fn take_beacon(&mut self, attributes: &[Attribute<'_>]) {
        self.beacon.take(attributes);
    }

    /// The identity, when there is one and it is new.
    pub(super) fn tell(&mut self, events: &mut Vec<Event>) {
        let Some(key) = self.key() else { return };
        let (mds, beacon) = (&self.mds, &self.beacon);
        let either =
            |fact: fn(&Facts) -> &Option<Text>| fact(mds).clone().or_else(|| fact(beacon).clone());
        let info = DeviceInfo {
            key,
            family: Text::from(FAMILY),
            manufacturer: either(|facts| &facts.manufacturer),
            model: either(|facts| &facts.model),
            serial: either(|facts| &facts.serial),
            software: either(|facts| &facts.software),
            bed_label: either(|facts| &facts.bed_label),
            clock: self.clock,
        };
        if self.told.as_ref() != Some(&info) {
            self.told = Some(info.clone());
            events.push(Event::Identity(info));
        }
    }

    fn key(&self) -> Option<DeviceKey> {
        let id = self.mds.system_id.as_ref().or(self.beacon.system_id.as_ref());
        let serial = || self.mds.serial.as_ref().map(|serial| format!("{FAMILY}:serial:{serial}"));
        let name = id.map(|id| format!("{FAMILY}:{id}")).or_else(serial)?;
        Some(DeviceKey(Text::from(name)))
    }
}

impl Facts {
    fn take(&mut self, attributes: &[Attribute<'_>]) {
        for attribute in attributes {
            if let Some(id) = system_id(attribute) {
                self.system_id = Some(id);
            } else if let Attribute::Model(model) = attribute {
                self.manufacturer = filled(model.manufacturer.text());
                self.model = filled(model.model.text());
            } else if let Attribute::ProductionSpec(spec) = attribute {
                let product = ProductionComponent::Product;
                self.serial = entry(spec, ProductionKind::SerialNumber, product);
                let application = ProductionComponent::ApplicationSoftware;
                self.software = entry(spec, ProductionKind::SoftwareRevision, application);
            } else if let Attribute::BedLabel(label) = attribute {
                self.bed_label = filled(label.text());
            } else if let Attribute::Unknown { id: BEACON_BED_LABEL, bytes } = attribute {
                self.bed_label = filled(WireString { units: bytes }.text());
            }
        }
    }
}

/// Whether an attribute that the catalogue does not list is understood here.
pub(super) fn is_understood(attribute: &Attribute<'_>) -> bool {
    matches!(attribute, Attribute::Unknown { id: BEACON_BED_LABEL, .. })
}

/// The system id in an attribute, in hexadecimal.
pub(super) fn system_id(attribute: &Attribute<'_>) -> Option<Text> {
    let Attribute::SystemId(id) = attribute else { return None };
    name_of(id.bytes)
}

/// An address of 6 or 8 bytes, in hexadecimal; `None` when it names nobody.
pub(super) fn name_of(bytes: &[u8]) -> Option<Text> {
    let bytes = match bytes {
        // A MAC address inside an EUI-64 is the same address.
        [a, b, c, 0xFF, 0xFE | 0xFF, d, e, f] => vec![*a, *b, *c, *d, *e, *f],
        bytes => bytes.to_vec(),
    };
    // All 0 or all FF names nobody.
    let is_named = [0x00, 0xFF].iter().all(|blank| bytes.iter().any(|byte| byte != blank));
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    is_named.then(|| Text::from(hex))
}

fn entry(
    spec: &ProductionSpec<'_>,
    kind: ProductionKind,
    component: ProductionComponent,
) -> Option<Text> {
    let is_it = |entry: &&crate::wire::system::ProductionEntry<'_>| {
        entry.kind == kind && entry.component == component
    };
    spec.entries.iter().find(is_it).and_then(|entry| filled(entry.text.text()))
}

fn filled(text: String) -> Option<Text> {
    (!text.is_empty()).then(|| Text::from(text))
}
