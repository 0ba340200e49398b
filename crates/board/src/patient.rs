//! Whether what a device says of its patient still means the same one.

use vigie_model::{Patient, PatientPresence, Text};

/// What a device has told of its patient so far. Once told, a thing is remembered until the patient
/// changes: a device that forgets a name for a moment does not make a new patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
