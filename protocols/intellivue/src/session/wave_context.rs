//! What describes waves: specifications, scales, labels, found again for a block of samples.

use vigie_model::{Scale, Text};

use crate::wire::Attribute;
use crate::wire::float::Float;
use crate::wire::wave::{FixedValue, SampleArraySpec};

/// Descriptions kept for one handle: the compound and every ECG lead there is.
const CONTEXTS_MAX: usize = 20;
/// Partition of physiological identifiers.
const SCADA: u32 = 0x0002_0000;

/// What describes one wave, or one compound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WaveContext {
    pub(super) label_id: Option<u32>,
    pub(super) label: Option<Text>,
    pub(super) unit_code: Option<u16>,
    pub(super) spec: Option<SampleArraySpec>,
    pub(super) scale: Scale,
    fixed: Option<Vec<FixedValue>>,
}

/// All descriptions of one handle.
#[derive(Debug, Default)]
pub(super) struct WaveContexts {
    known: Vec<WaveContext>,
}

impl WaveContext {
    const EMPTY: WaveContext = WaveContext {
        label_id: None,
        label: None,
        unit_code: None,
        spec: None,
        scale: Scale::Unknown,
        fixed: None,
    };

    /// The special samples, if the monitor has listed them.
    pub(super) fn marks(&self) -> Option<&[FixedValue]> {
        self.fixed.as_deref()
    }

    /// Bytes in one block.
    fn block_bytes(&self) -> Option<usize> {
        let spec = self.spec?;
        Some(usize::from(spec.array_size) * usize::from(spec.sample_bits) / 8)
    }

    /// Takes in the attributes of one observation that describe; whether there were any.
    #[expect(clippy::wildcard_enum_match_arm, reason = "of 70 attributes, 8 describe waves")]
    fn take(&mut self, attributes: &[Attribute<'_>]) -> bool {
        let mut is_described = false;
        for attribute in attributes {
            match attribute {
                Attribute::Label(label) => self.label_id = Some(label.0),
                Attribute::LabelString(label) => {
                    let label = label.text();
                    self.label = (!label.is_empty()).then(|| Text::from(label));
                }
                Attribute::UnitCode(code) => self.unit_code = Some(*code),
                Attribute::SampleArraySpec(spec) => self.spec = Some(*spec),
                Attribute::FixedValues(fixed) => self.fixed = Some(fixed.clone()),
                Attribute::ScaleAndRange(told) => {
                    let raw = (told.lower_scaled.into(), told.upper_scaled.into());
                    self.scale = scale((told.lower, told.upper), raw);
                }
                Attribute::ScaleAndRange32(told) => {
                    let raw = (told.lower_scaled, told.upper_scaled);
                    self.scale = scale((told.lower, told.upper), raw);
                }
                Attribute::ScaleAndRange8(told) => {
                    let raw = (told.lower_scaled.into(), told.upper_scaled.into());
                    self.scale = scale((told.lower, told.upper), raw);
                }
                _ => continue,
            }
            is_described = true;
        }
        is_described
    }
}

impl WaveContexts {
    /// Takes in what describes; whether anything is new.
    pub(super) fn take(&mut self, attributes: &[Attribute<'_>]) -> bool {
        let mut told = WaveContext::EMPTY;
        if !told.take(attributes) {
            return false;
        }
        let Some(place) = self.place(&told) else {
            if self.known.len() >= CONTEXTS_MAX {
                return false;
            }
            self.known.push(told);
            return true;
        };
        let Some(known) = self.known.get_mut(place) else { return false };
        let before = known.clone();
        known.take(attributes);
        *known != before
    }

    /// Which of the known ones is told of: by label; without a label, by the length of its blocks.
    /// A poll of one attribute group may tell the label without the length, or the other way round.
    fn place(&self, told: &WaveContext) -> Option<usize> {
        let by_label = |known: &WaveContext| known.label_id == told.label_id;
        let is_compatible = |known: &WaveContext| {
            let same_label = known.label_id.is_none() || told.label_id.is_none();
            let lengths = known.block_bytes().zip(told.block_bytes());
            same_label && lengths.is_none_or(|(known, told)| known == told)
        };
        let labelled = told.label_id.and_then(|_| self.known.iter().position(by_label));
        labelled.or_else(|| {
            let mut compatible = (0..).zip(&self.known).filter(|(_, known)| is_compatible(known));
            match (compatible.next(), compatible.next()) {
                (Some((place, _)), None) => Some(place),
                _ => None,
            }
        })
    }

    /// What describes a block of so many bytes: the description labelled with its identifier, if the
    /// length fits; else the only one whose length fits; else the only one there is.
    pub(super) fn of(&self, physio_id: u16, bytes: usize) -> Option<&WaveContext> {
        let label_id = SCADA | u32::from(physio_id);
        let fits = |known: &&WaveContext| known.block_bytes().is_none_or(|block| block == bytes);
        let own = |known: &&WaveContext| known.label_id == Some(label_id) && fits(known);
        let fitting = |known: &&WaveContext| known.block_bytes() == Some(bytes);
        if let Some(own) = self.known.iter().find(own) {
            return Some(own);
        }
        if let Some(fitting) = self.known.iter().find(fitting) {
            return Some(fitting);
        }
        match self.known.as_slice() {
            [only] if fits(&only) => Some(only),
            _ => None,
        }
    }
}

/// What a raw sample means, from two samples and the amounts they stand for. Amounts that are no
/// numbers: the wave has no absolute scale.
fn scale((lower, upper): (Float, Float), (low, high): (u32, u32)) -> Scale {
    if low == high {
        return Scale::Unknown;
    }
    let Some((lower, upper)) = lower.number().zip(upper.number()) else {
        let bounds = i32::try_from(low).ok().zip(i32::try_from(high).ok());
        return bounds.map_or(Scale::Unknown, |(low, high)| Scale::Relative { low, high });
    };
    let (lower, upper) = (lower.to_f64(), upper.to_f64());
    let per_count = (upper - lower) / (f64::from(high) - f64::from(low));
    let offset = lower - f64::from(low) * per_count;
    if per_count == 0.0 || !per_count.is_finite() || !offset.is_finite() {
        return Scale::Unknown;
    }
    Scale::Physical { offset, per_count, low: lower, high: upper }
}
