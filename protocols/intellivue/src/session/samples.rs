//! Samples: how they are packed, and which of them are no plain values.

use vigie_model::MarkKind;

use crate::wire::wave::{FixedValue, FixedValueId, SampleArraySpec};

/// Width of a value where the monitor has not told: that of ECG, the widest ever seen.
const USUAL_SIGNIFICANT_BITS: u8 = 14;
/// Width of a sample where the monitor has not told: the only one ever seen.
const USUAL_SAMPLE_BITS: u8 = 16;

/// Special samples of ECG, as a real monitor (G.01.80) lists them.
const ECG_MARKS: &[FixedValue] = &[
    FixedValue { id: FixedValueId::Saturation, mask: 0x8008 },
    FixedValue { id: FixedValueId::Defibrillator, mask: 0x4001 },
    FixedValue { id: FixedValueId::Pacer, mask: 0x8004 },
];
/// Identifiers of ECG waves: electrode potentials.
const ECG: std::ops::RangeInclusive<u16> = 0x0100..=0x01FF;

/// How samples are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packing {
    /// Bits from one sample to the next.
    pub(super) sample_bits: u8,
    significant_bits: u8,
}

impl Packing {
    /// As the monitor says.
    pub(super) fn of(spec: SampleArraySpec) -> Packing {
        Packing { sample_bits: spec.sample_bits, significant_bits: spec.significant_bits }
    }

    /// As in every capture, for waves whose specification nobody polled.
    pub(super) const USUAL: Packing =
        Packing { sample_bits: USUAL_SAMPLE_BITS, significant_bits: USUAL_SIGNIFICANT_BITS };

    /// The samples as sent; `None` for widths that no document describes.
    pub(super) fn unpack(&self, bytes: &[u8]) -> Option<Vec<u32>> {
        let pair = |pair: &[u8]| pair.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        match self.sample_bits {
            8 => Some(bytes.iter().map(|byte| u32::from(*byte)).collect()),
            16 => Some(bytes.chunks_exact(2).map(pair).collect()),
            32 => Some(bytes.chunks_exact(4).map(pair).collect()),
            _ => None,
        }
    }

    /// The value of a sample: its significant bits.
    pub(super) fn value(&self, raw: u32) -> i32 {
        (raw & self.mask()).cast_signed()
    }

    /// Whether a sample has bits that are no part of its value.
    pub(super) fn is_beyond(&self, raw: u32) -> bool {
        raw & !self.mask() != 0
    }

    fn mask(&self) -> u32 {
        // 31 bits at most, so that a value is never negative.
        match self.significant_bits {
            0 => 0x7FFF_FFFF,
            bits => (1_u32.checked_shl(u32::from(bits.min(31))).unwrap_or(0)).wrapping_sub(1),
        }
    }
}

/// The special samples of a wave whose own list nobody polled.
pub(super) fn usual_marks(physio_id: u16) -> &'static [FixedValue] {
    if ECG.contains(&physio_id) { ECG_MARKS } else { &[] }
}

/// What a special sample says.
pub(super) fn mark(fixed: &FixedValue) -> Option<MarkKind> {
    match fixed.id {
        FixedValueId::Invalid => Some(MarkKind::Invalid),
        FixedValueId::Pacer => Some(MarkKind::Pacer),
        FixedValueId::Defibrillator => Some(MarkKind::Defibrillator),
        FixedValueId::Saturation => Some(MarkKind::Clipped),
        FixedValueId::Qrs => Some(MarkKind::Qrs),
        FixedValueId::Unknown(_) => None,
    }
}
