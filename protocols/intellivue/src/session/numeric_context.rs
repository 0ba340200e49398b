//! What describes a numeric object: label, digits, category, how it is measured.

use vigie_model::{Category, Text};

use crate::map;
use crate::wire::Attribute;
use crate::wire::numeric::{
    DisplayResolution, MetricAccess, MetricCategory, MetricModality, MetricSpec, NuObsValue,
};
use crate::wire::types::{AbsoluteTime, RelativeTime};

/// Numbers that are measured when somebody wants them, or computed from such: cuff pressure and its
/// pulse, wedge pressure, bolus cardiac output and index, thermodilution volumes, resistances, oxygen
/// consumption, saturation of a blood sample, coma score. Which ones is our own reading of the names
/// in the guide; recordings have the first two.
const ON_DEMAND: [u16; 17] = [
    0x4A05, 0x4A06, 0x4A07, 0xF0E5, 0x4A24, 0x4B04, 0x490C, 0xF040, 0xF042, 0xF044, 0x4B28, 0x4900,
    0x4B24, 0xF067, 0x4B00, 0x4B34, 0x5880,
];

/// What is known of an object besides its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NumericContext {
    pub(super) label_id: Option<u32>,
    pub(super) label: Option<Text>,
    pub(super) resolution: Option<DisplayResolution>,
    pub(super) spec: Option<MetricSpec>,
    pub(super) modality: Option<MetricModality>,
    /// Its values carry the time of the measurement on the wall clock.
    pub(super) is_stamped: bool,
}

/// The attributes of one object in one result, sorted.
#[derive(Default)]
pub(super) struct Observation {
    pub(super) values: Vec<NuObsValue>,
    pub(super) absolute: Option<AbsoluteTime>,
    pub(super) relative: Option<RelativeTime>,
}

impl NumericContext {
    /// Takes in what the attributes say of the object; hands out the values among them.
    #[expect(clippy::wildcard_enum_match_arm, reason = "of 70 attributes, 9 are about numbers")]
    pub(super) fn take(&mut self, attributes: &[Attribute<'_>]) -> Observation {
        let mut observation = Observation::default();
        for attribute in attributes {
            match attribute {
                Attribute::Label(label) => self.label_id = Some(label.0),
                Attribute::LabelString(label) => {
                    let label = label.text();
                    self.label = (!label.is_empty()).then(|| Text::from(label));
                }
                Attribute::DisplayResolution(resolution) => self.resolution = Some(*resolution),
                Attribute::MetricSpec(spec) => self.spec = Some(*spec),
                Attribute::MetricModality(modality) => self.modality = Some(*modality),
                Attribute::AbsoluteTimeStamp(stamp) => {
                    self.is_stamped = true;
                    observation.absolute = Some(*stamp);
                }
                Attribute::RelativeTimeStamp(stamp) => observation.relative = Some(*stamp),
                Attribute::Numeric(value) => observation.values.push(*value),
                Attribute::NumericCompound(values) => {
                    observation.values.extend(values);
                }
                _ => {}
            }
        }
        observation
    }

    /// Measured, computed or set: as the label says, else the specification, else our table.
    pub(super) fn category(&self, row: Option<&map::Row>) -> Category {
        if self.label_id.is_some_and(|label_id| map::partition(label_id) == map::SETTINGS) {
            return Category::Setting;
        }
        let fallback = row.map_or(Category::Measured, |row| row.category);
        let Some(spec) = &self.spec else { return fallback };
        match spec.category {
            MetricCategory::AutoMeasurement
            | MetricCategory::ManualMeasurement
            | MetricCategory::AutoAdjustedToTemperature
            | MetricCategory::ManualAdjustedToTemperature => match fallback {
                // Monitors call a difference of two measurements a measurement.
                Category::Derived => Category::Derived,
                Category::Measured | Category::Setting => Category::Measured,
            },
            MetricCategory::AutoCalculation | MetricCategory::ManualCalculation => {
                Category::Derived
            }
            MetricCategory::AutoSetting
            | MetricCategory::ManualSetting
            | MetricCategory::AlarmLimit => Category::Setting,
            MetricCategory::Unspecified | MetricCategory::Multiple | MetricCategory::Unknown(_) => {
                fallback
            }
        }
    }

    /// The name of a member: after the monitor's own label, else the English one, else hex.
    pub(super) fn name(&self, physio_id: u16, row: Option<&map::Row>) -> Text {
        let own = self.label.clone();
        let label = own.or_else(|| self.label_id.filter(|_| row.is_none()).and_then(map::label));
        match (row, label) {
            (Some(row), Some(label)) => row.name(label.as_str()),
            (Some(row), None) => row.name(row.label),
            (None, Some(label)) => label,
            (None, None) => Text::from(format!("{physio_id:04X}")),
        }
    }

    /// Measured now and then, such as cuff pressure: the specification and the modality tell.
    ///
    /// Without them a stamp tells, but only of what can be measured so: nobody would miss a stamped
    /// heart rate that stopped.
    pub(super) fn is_episodic(&self, physio_id: u16) -> bool {
        let access = self.spec.as_ref().map_or(MetricAccess::default(), |spec| spec.access);
        let is_aperiodic =
            self.modality.is_some_and(|modality| modality.has(MetricModality::APERIODIC));
        if is_aperiodic || access.has(MetricAccess::NON_CONTINUOUS) {
            return true;
        }
        if access.has(MetricAccess::PERIODIC) {
            return false;
        }
        let is_listed = || map::numeric(physio_id, self.label_id).is_some();
        let is_stamped_so = self.is_stamped && (ON_DEMAND.contains(&physio_id) || !is_listed());
        access.has(MetricAccess::EPISODIC) || is_stamped_so
    }
}
