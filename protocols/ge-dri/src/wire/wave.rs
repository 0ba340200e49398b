//! Wave subrecords: how many samples, their status, and the samples.

use super::{i16_at, u16_at, value::Value};

/// Length, status, label.
pub const WAVE_HEAD_BYTES: usize = 6;

/// Samples of one wave. Those of one record cover the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveData<'a> {
    /// Bits; those that are documented have methods. The others are set in recordings.
    pub status: u16,
    /// Reserved for most waves; 0 in recordings.
    pub label: u16,
    /// Two bytes each.
    samples: &'a [u8],
}

impl<'a> WaveData<'a> {
    /// Reads a subrecord; `None` when it has fewer samples than it says.
    pub fn parse(bytes: &'a [u8]) -> Option<WaveData<'a>> {
        let count = usize::try_from(i16_at(bytes, 0)?).ok()?;
        let samples = bytes.get(WAVE_HEAD_BYTES..)?.get(..2 * count)?;
        Some(WaveData { status: u16_at(bytes, 2)?, label: u16_at(bytes, 4)?, samples })
    }

    /// Samples are missing before these; also on the first ones after a request.
    pub const fn has_gap(&self) -> bool {
        self.status & 0x0001 != 0
    }

    /// The pulse of a pacemaker was seen within these samples; at which is not told.
    pub const fn has_pacer(&self) -> bool {
        self.status & 0x0004 != 0
    }

    /// The ECG channel is off.
    pub const fn is_lead_off(&self) -> bool {
        self.status & 0x0008 != 0
    }

    /// How many samples.
    pub const fn len(&self) -> usize {
        self.samples.len() / 2
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The samples, oldest first.
    pub fn samples(&self) -> impl Iterator<Item = Value> {
        // Codes of samples begin at -32000, one above those of other values (DRI, "Waveforms").
        self.samples.as_chunks::<2>().0.iter().map(|pair| match i16::from_le_bytes(*pair) {
            super::value::VALUE_MIN => Value::NoData,
            raw => Value::from(raw),
        })
    }
}
