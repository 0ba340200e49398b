//! Whom the monitor watches. These texts go into events and nowhere else.

use vigie_model::{Event, Patient, PatientCategory, PatientPresence, Sex, Text};

use crate::wire::Attribute;
use crate::wire::system::{DemographicsState, PacedMode, PatientType, Sex as WireSex};
use crate::wire::text::WireString;

/// Gathers demographics and says them when they change.
#[derive(Debug, Default)]
pub(super) struct Demographics {
    told: Option<Patient>,
}

impl Demographics {
    /// One complete set of demographics; `objects` are those of one result.
    pub(super) fn take<'a, 'b: 'a>(
        &mut self,
        attributes: impl Iterator<Item = &'a Attribute<'b>>,
        events: &mut Vec<Event>,
    ) {
        let mut patient = Patient::default();
        let mut is_told = false;
        for attribute in attributes {
            is_told |= take(&mut patient, attribute);
        }
        if is_told && self.told.as_ref() != Some(&patient) {
            self.told = Some(patient.clone());
            events.push(Event::Patient(patient));
        }
    }
}

/// Whether the attribute says anything about the patient.
fn take(patient: &mut Patient, attribute: &Attribute<'_>) -> bool {
    if let Attribute::DemographicsState(state) = attribute {
        patient.presence = presence(*state);
    } else if let Attribute::PatientId(id) = attribute {
        patient.id = filled(*id);
    } else if let Attribute::PatientInternalId(id) = attribute {
        let hex: String = id.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_set = id.bytes.iter().any(|byte| *byte != 0);
        patient.context = is_set.then(|| Text::from(hex));
    } else if let Attribute::FamilyName(name) = attribute {
        patient.family_name = filled(*name);
    } else if let Attribute::GivenName(name) = attribute {
        patient.given_name = filled(*name);
    } else if let Attribute::PatientType(kind) = attribute {
        patient.category = match kind {
            PatientType::Adult => Some(PatientCategory::Adult),
            PatientType::Paediatric => Some(PatientCategory::Paediatric),
            PatientType::Neonatal => Some(PatientCategory::Neonate),
            PatientType::Unspecified | PatientType::Unknown(_) => None,
        };
    } else if let Attribute::Sex(sex) = attribute {
        patient.sex = match sex {
            WireSex::Male => Some(Sex::Male),
            WireSex::Female => Some(Sex::Female),
            WireSex::NotSpecified => Some(Sex::Unspecified),
            WireSex::NotKnown | WireSex::Unknown(_) => None,
        };
    } else if let Attribute::DateOfBirth(born) = attribute {
        patient.born = born
            .civil()
            .map(|born| Text::from(format!("{:04}-{:02}-{:02}", born.year, born.month, born.day)));
    } else if let Attribute::PacedMode(mode) = attribute {
        patient.paced = Some(*mode != PacedMode::NotPaced);
    } else {
        return false;
    }
    true
}

/// A monitor that never had a patient says "discharged".
fn presence(state: DemographicsState) -> PatientPresence {
    match state {
        DemographicsState::Empty | DemographicsState::Discharged => PatientPresence::Empty,
        DemographicsState::PreAdmitted => PatientPresence::PreAdmitted,
        DemographicsState::Admitted => PatientPresence::Admitted,
        DemographicsState::Unknown(_) => PatientPresence::Unknown,
    }
}

fn filled(text: WireString<'_>) -> Option<Text> {
    let text = text.text();
    (!text.is_empty()).then(|| Text::from(text))
}
