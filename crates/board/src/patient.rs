//! Whether what a device says of its patient still means the same one.

use serde::{Deserialize, Serialize};
use vigie_model::{BedId, DeviceKey, LogKind, Patient, PatientPresence, Text};

use crate::{board::Board, command::Refusal, journal::Moment, ward::BY_DEVICE};

/// What a device has told of its patient so far. Once told, a thing is remembered until the patient
/// changes: a device that forgets a name for a moment does not make a new patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct KnownPatient {
    pub(crate) id: Option<Text>,
    context: Option<Text>,
    family_name: Option<Text>,
    given_name: Option<Text>,
    presence: PatientPresence,
}

/// What a device's words about its patient mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatientChange {
    /// The same one; `gained`: something was named that was not known before.
    Same { gained: bool },
    /// The identifier or the device's context is another: another patient.
    Other,
    /// The name alone is another: only a person can say.
    Unclear,
    /// The device let its patient go.
    Discharged,
}

impl KnownPatient {
    /// Compares what is told with what was known.
    pub(crate) fn judge(&self, told: &Patient) -> PatientChange {
        if differs(&self.id, &told.id) || differs(&self.context, &told.context) {
            return PatientChange::Other;
        }
        if told.presence == PatientPresence::Empty
            && matches!(self.presence, PatientPresence::Admitted | PatientPresence::PreAdmitted)
        {
            return PatientChange::Discharged;
        }
        if differs(&self.family_name, &told.family_name)
            || differs(&self.given_name, &told.given_name)
        {
            return PatientChange::Unclear;
        }
        let gained =
            |known: &Option<Text>, told: &Option<Text>| known.is_none() && said(told).is_some();
        PatientChange::Same {
            gained: gained(&self.id, &told.id)
                || gained(&self.context, &told.context)
                || gained(&self.family_name, &told.family_name)
                || gained(&self.given_name, &told.given_name)
                || (told.presence == PatientPresence::Admitted
                    && self.presence != PatientPresence::Admitted),
        }
    }

    /// Whether anything was told by which one patient is told from another.
    fn is_somebody(&self) -> bool {
        [&self.id, &self.context, &self.family_name, &self.given_name]
            .into_iter()
            .any(Option::is_some)
    }

    /// Remembers what is told, on top of what was known.
    pub(crate) fn learn(&mut self, told: &Patient) {
        for (known, told) in [
            (&mut self.id, &told.id),
            (&mut self.context, &told.context),
            (&mut self.family_name, &told.family_name),
            (&mut self.given_name, &told.given_name),
        ] {
            if let Some(text) = said(told) {
                *known = Some(text.clone());
            }
        }
        if told.presence != PatientPresence::Unknown {
            self.presence = told.presence;
        }
    }
}

impl Board {
    /// A device speaks of its patient.
    pub(crate) fn take_patient(&mut self, key: &DeviceKey, told: &Patient, at: Moment) {
        let Some(device) = self.devices.get_mut(key) else { return };
        let (bed, by) = (device.bed.clone(), Text::from(BY_DEVICE));
        let mut change = device.known.judge(told);
        let was = device.patient.as_ref().and_then(|known| known.category);
        device.patient = Some(told.clone());
        device.dirty = true;
        if was != told.category {
            self.limits_version += 1;
        }
        let staying = bed.as_ref().and_then(|bed| self.ward.slot(bed)?.stay.as_ref());
        let named = said(&told.id);
        if staying.zip(named).is_some_and(|(stay, named)| stay.is_other(named)) {
            change = PatientChange::Other;
        }
        // Of several devices at a bed the first that tells who lies there decides. When another tells
        // somebody else, one of them is at the wrong bed: a person has to look.
        let tells = |key: &DeviceKey| {
            self.devices.get(key).is_some_and(|device| device.known.is_somebody())
        };
        let is_first = bed
            .as_ref()
            .and_then(|bed| self.ward.slot(bed))
            .and_then(|slot| slot.devices.iter().find(|there| *there == key || tells(there)))
            .is_none_or(|first| first == key);
        let Some(device) = self.devices.get_mut(key) else { return };
        if !is_first && matches!(change, PatientChange::Other | PatientChange::Discharged) {
            change = if change == PatientChange::Other {
                PatientChange::Unclear
            } else {
                PatientChange::Same { gained: false }
            };
        }
        let has_stay = staying.is_some();
        match change {
            PatientChange::Other | PatientChange::Discharged => {
                device.known = KnownPatient::default();
                device.known.learn(told);
                device.forget_values();
                let id = device.known.id.clone();
                if let Some(bed) = &bed {
                    self.end_stay(bed, &by, at);
                    if change == PatientChange::Other {
                        self.begin_stay(bed, id, &by, at);
                    }
                }
            }
            PatientChange::Unclear => {
                if !device.unclear {
                    device.unclear = true;
                    device.attention = true;
                    self.journal.write(at, bed, Some(key.clone()), LogKind::PatientUnclear);
                }
            }
            PatientChange::Same { gained } => {
                device.known.learn(told);
                // The name that was known before is back: there is nothing left to ask.
                let is_named = told.family_name.is_some() || told.given_name.is_some();
                device.attention |= device.unclear && is_named;
                device.unclear &= !is_named;
                let id = device.known.id.clone();
                match bed {
                    Some(bed) if gained && !has_stay => self.begin_stay(&bed, id, &by, at),
                    Some(bed) if gained => {
                        if let Some(stay) =
                            self.ward.slot_mut(&bed).and_then(|slot| slot.stay.as_mut())
                        {
                            // Where another device has another number, that of the first stays.
                            stay.patient_id = stay.patient_id.take().or(id);
                        }
                    }
                    Some(_) | None => {}
                }
            }
        }
    }

    /// A person says that the new name means the same patient.
    pub(crate) fn confirm_patient(
        &mut self,
        bed: &BedId,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        let slot = self.ward.slot(bed).ok_or(Refusal::NoSuchBed)?;
        let is_unclear =
            |key: &&DeviceKey| self.devices.get(*key).is_some_and(|device| device.unclear);
        let key = slot.devices.iter().find(is_unclear).cloned().ok_or(Refusal::NothingUnclear)?;
        let device = self.devices.get_mut(&key).ok_or(Refusal::NothingUnclear)?;
        device.unclear = false;
        device.attention = true;
        if let Some(told) = &device.patient {
            device.known.learn(told);
        }
        let told = device.known.id.clone();
        let stay = self.ward.slot_mut(bed).and_then(|slot| slot.stay.as_mut());
        if let (Some(stay), Some(told)) = (stay, told) {
            stay.take_also(&told);
        }
        let note = Text::from(format!("the same patient under another name, says {by}"));
        self.journal.write(at, Some(bed.clone()), Some(key.clone()), LogKind::Note(note));
        self.settle(&key, at);
        Ok(())
    }
}

fn said(text: &Option<Text>) -> Option<&Text> {
    text.as_ref().filter(|text| !text.is_empty())
}

fn differs(known: &Option<Text>, told: &Option<Text>) -> bool {
    matches!((known, said(told)), (Some(known), Some(told)) if known != told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(id: &str, context: &str, family: &str, presence: PatientPresence) -> Patient {
        let text = |text: &str| Some(Text::from(text)).filter(|text| !text.is_empty());
        Patient {
            presence,
            id: text(id),
            context: text(context),
            family_name: text(family),
            ..Patient::default()
        }
    }

    #[test]
    fn only_identifiers_make_another_patient() {
        use PatientPresence::{Admitted, Empty, Unknown};
        let same = |gained| PatientChange::Same { gained };
        // First told, then told, what it means.
        for (first, then, means) in [
            (("", "", "", Unknown), ("7", "", "", Unknown), same(true)),
            (("", "", "", Empty), ("", "", "Weiss", Admitted), same(true)),
            (("7", "", "", Unknown), ("7", "", "Weiss", Unknown), same(true)),
            (("7", "", "Weiss", Unknown), ("7", "", "Weiss", Unknown), same(false)),
            (("7", "", "Weiss", Unknown), ("", "", "", Unknown), same(false)),
            (("7", "", "", Unknown), ("8", "", "", Unknown), PatientChange::Other),
            (("7", "1", "", Unknown), ("7", "2", "", Unknown), PatientChange::Other),
            (("7", "", "Weiss", Unknown), ("7", "", "Noir", Unknown), PatientChange::Unclear),
            (("", "", "Weiss", Unknown), ("", "", "Noir", Unknown), PatientChange::Unclear),
            (("", "", "Weiss", Unknown), ("9", "", "Noir", Unknown), PatientChange::Unclear),
            (("7", "", "Weiss", Admitted), ("", "", "", Empty), PatientChange::Discharged),
            (("7", "", "Weiss", Admitted), ("8", "", "", Empty), PatientChange::Other),
        ] {
            let told =
                |told: (&str, &str, &str, PatientPresence)| patient(told.0, told.1, told.2, told.3);
            let mut known = KnownPatient::default();
            known.learn(&told(first));
            assert_eq!(known.judge(&told(then)), means, "{first:?} then {then:?}");
        }
    }

    #[test]
    fn a_patient_who_is_not_told_for_a_while_is_remembered() {
        let mut known = KnownPatient::default();
        known.learn(&patient("7", "", "", PatientPresence::Unknown));
        known.learn(&patient("", "", "", PatientPresence::Unknown));
        let other = patient("8", "", "", PatientPresence::Unknown);
        assert_eq!(known.judge(&other), PatientChange::Other);
    }
}
