//! Values in words: rhythm and ectopic status. No capture has one; the layout is the guide's.

use std::collections::BTreeMap;

use vigie_model::{Cadence, Category, Event, Measured, StreamInfo, Text, TextValue, Unit};

use crate::map;
use crate::wire::Attribute;
use crate::wire::numeric::{EnumObsValue, EnumValue};
use crate::wire::types::{ManagedObjectId, ObjectClass};

use super::common::Common;
use super::oddities::Oddity;

/// Enumeration objects of one monitor; it announces 60.
const OBJECTS_MAX: usize = 256;

/// All enumeration objects of an association.
#[derive(Debug, Default)]
pub(super) struct Texts {
    objects: BTreeMap<(u16, u16), Object>,
}

#[derive(Debug, Default)]
struct Object {
    label_id: Option<u32>,
    label: Option<Text>,
    told: BTreeMap<u16, StreamInfo>,
}

impl Texts {
    /// One object of a result.
    pub(super) fn observe(
        &mut self,
        common: &mut Common,
        (context, handle): (u16, u16),
        attributes: &[Attribute<'_>],
    ) {
        if !self.objects.contains_key(&(context, handle)) && self.objects.len() >= OBJECTS_MAX {
            common.oddities.note(Oddity::TooMany);
            return;
        }
        let object = self.objects.entry((context, handle)).or_default();
        for attribute in attributes {
            if let Attribute::Label(label) = attribute {
                object.label_id = Some(label.0);
            } else if let Attribute::LabelString(label) = attribute {
                let label = label.text();
                object.label = (!label.is_empty()).then(|| Text::from(label));
            }
        }
        let id = ManagedObjectId { class: ObjectClass::Enumeration, context, handle };
        for attribute in attributes {
            if let Attribute::Enumeration(value) = attribute {
                object.value(common, id, value);
            }
        }
    }
}

impl Object {
    fn value(&mut self, common: &mut Common, id: ManagedObjectId, value: &EnumObsValue<'_>) {
        let physio_id = value.physio_id;
        let Some(key) = common.keys.key(id, physio_id, self.label_id, false) else {
            common.oddities.note(Oddity::TooMany);
            return;
        };
        let scada = map::of_scada(physio_id);
        let name = self.label.clone().or_else(|| self.label_id.and_then(map::label));
        let name = name.or_else(|| map::label(scada));
        let info = StreamInfo {
            key: key.clone(),
            label: Some(name.unwrap_or_else(|| Text::from(format!("{physio_id:04X}")))),
            unit: Unit::AsSent(Text::from("")),
            digits: None,
            category: Category::Measured,
            // Polled one at a time, as often as somebody likes.
            cadence: Cadence::Episodic { interval: None },
        };
        if self.told.get(&physio_id) != Some(&info) {
            common.events.push(Event::Stream(info.clone()));
            self.told.insert(physio_id, info);
        }
        let words = words(common, value);
        common.events.push(Event::Text(TextValue {
            key,
            value: words.filter(|_| value.state.is_usable()),
            measured: Measured::Now,
            nature: common.mode.nature(value.state),
        }));
    }
}

/// The name of the state, with its number if it has one.
fn words(common: &mut Common, value: &EnumObsValue<'_>) -> Option<Text> {
    let mut name = |code: u16| match map::state_name(code) {
        Some(name) => name.to_owned(),
        None => {
            common.oddities.note(Oddity::EnumCode { code });
            format!("{code:04X}")
        }
    };
    match value.value {
        EnumValue::Code(code) => Some(Text::from(name(code))),
        EnumValue::CodeNumber { code, value, unit } => {
            Some(Text::from(format!("{} {value} {}", name(code), map::unit(unit).as_str())))
        }
        EnumValue::Unknown { choice, .. } => {
            common.oddities.note(Oddity::EnumChoice { choice });
            None
        }
    }
}
