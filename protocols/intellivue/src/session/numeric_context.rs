//! What describes a numeric object: label, digits, category, how it is measured.

use vigie_model::{Category, Text};

use crate::map;
use crate::wire::Attribute;
use crate::wire::numeric::{
    DisplayResolution, MetricAccess, MetricCategory, MetricModality, MetricSpec, NuObsValue,
};
use crate::wire::types::{AbsoluteTime, RelativeTime};

/// What is known of an object besides its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NumericContext {
    pub(super) label_id: Option<u32>,
    pub(super) label: Option<Text>,
    pub(super) resolution: Option<DisplayResolution>,
    pub(super) spec: Option<MetricSpec>,
    pub(super) modality: Option<MetricModality>,
    /// Its values carry the time of the measurement.
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

    /// Measured now and then, such as cuff pressure.
    pub(super) fn is_episodic(&self) -> bool {
        let access = self.spec.as_ref().map_or(MetricAccess::default(), |spec| spec.access);
        let is_only_episodic =
            access.has(MetricAccess::EPISODIC) && !access.has(MetricAccess::PERIODIC);
        self.is_stamped
            || is_only_episodic
            || access.has(MetricAccess::NON_CONTINUOUS)
            || self.modality.is_some_and(|modality| modality.has(MetricModality::APERIODIC))
    }
}
