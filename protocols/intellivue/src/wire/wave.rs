//! Waves: samples, how they are packed, and what they amount to.

use super::codec::{bits, codes, packed};
use super::float::Float;
use super::numeric::MeasurementState;
use super::text::Counted;

packed! {
    /// Sample array observed value (SaObsValue): one block of one wave.
    #[derive(Copy)]
    pub struct SaObsValue<'a> {
        /// Physiological identifier, a code of partition 2.
        pub physio_id: u16,
        /// Whether the samples may be used.
        pub state: MeasurementState,
        /// The samples, undecoded; see [`SaObsValue::samples`].
        pub samples: Counted<'a>,
    }

    /// Sample array specification: how samples are packed.
    #[derive(Copy)]
    pub struct SampleArraySpec {
        /// Samples in one block.
        pub array_size: u16,
        /// Bits from one sample to the next; 16 in every capture.
        pub sample_bits: u8,
        /// Low bits of a sample that are its value.
        pub significant_bits: u8,
        /// How to draw it.
        pub flags: SampleFlags,
    }

    /// Scale and range, 16-bit samples: two samples and the physical values they stand for.
    #[derive(Copy)]
    pub struct ScaleAndRange {
        /// Value at `lower_scaled`; not a number where the wave has no absolute scale.
        pub lower: Float,
        /// Value at `upper_scaled`.
        pub upper: Float,
        /// Sample at the lower end.
        pub lower_scaled: u16,
        /// Sample at the upper end.
        pub upper_scaled: u16,
    }

    /// Scale and range, 32-bit samples (ISO/IEEE 11073-10201; no capture has it).
    #[derive(Copy)]
    pub struct ScaleAndRange32 {
        /// Value at `lower_scaled`.
        pub lower: Float,
        /// Value at `upper_scaled`.
        pub upper: Float,
        /// Sample at the lower end.
        pub lower_scaled: u32,
        /// Sample at the upper end.
        pub upper_scaled: u32,
    }

    /// Scale and range, 8-bit samples (ISO/IEEE 11073-10201; no capture has it).
    #[derive(Copy)]
    pub struct ScaleAndRange8 {
        /// Value at `lower_scaled`.
        pub lower: Float,
        /// Value at `upper_scaled`.
        pub upper: Float,
        /// Sample at the lower end.
        pub lower_scaled: u8,
        /// Sample at the upper end.
        pub upper_scaled: u8,
    }

    /// Calibration pulse: where to draw a calibration bar.
    #[derive(Copy)]
    pub struct Calibration {
        /// Value of the lower level.
        pub lower: Float,
        /// Value of the upper level.
        pub upper: Float,
        /// Sample at the lower level.
        pub lower_scaled: u16,
        /// Sample at the upper level.
        pub upper_scaled: u16,
        /// Step of a stair.
        pub increment: u16,
        /// Bar or stair.
        pub kind: CalibrationKind,
    }

    /// Samples between which the signal is to be expected.
    #[derive(Copy)]
    pub struct PhysiologicalRange {
        /// Lowest sample.
        pub lower_scaled: u16,
        /// Highest sample.
        pub upper_scaled: u16,
    }

    /// One line of a grid to be drawn behind a wave.
    #[derive(Copy)]
    pub struct GridLine {
        /// Its value.
        pub value: Float,
        /// The sample at that value.
        pub scaled: u16,
        /// Importance of the line.
        pub level: u16,
    }

    /// A mask that marks a sample as special, outside or inside the significant bits.
    #[derive(Copy)]
    pub struct FixedValue {
        /// What such a sample says.
        pub id: FixedValueId,
        /// A sample says so when all bits of this are set in it.
        pub mask: u16,
    }
}

bits! {
    /// Flags of a sample array (guide: "SaFlags").
    pub struct SampleFlags(u16) {
        /// Draw smooth.
        SMOOTH = 0x8000,
        /// The curve is delayed.
        DELAYED = 0x4000,
        /// Scale and range never change.
        STATIC_SCALE = 0x2000,
        /// Bits above the significant ones are no part of the value.
        EXTENDED_RANGE = 0x1000,
    }

    /// How a wave is measured.
    pub struct MeasureMode(u16) {
        /// CO₂, side stream.
        CO2_SIDESTREAM = 0x0400,
        /// ECG of a paced patient.
        ECG_PACED = 0x0200,
        /// ECG of a patient without pacemaker.
        ECG_NOT_PACED = 0x0100,
        /// ECG filter: diagnostic.
        ECG_DIAGNOSTIC = 0x0080,
        /// ECG filter: monitor.
        ECG_MONITOR = 0x0040,
        /// ECG filter: filter.
        ECG_FILTER = 0x0020,
        /// EASI electrodes.
        ECG_EASI = 0x0008,
        /// ECG: the primary lead.
        ECG_PRIMARY = 0x0004,
    }
}

codes! {
    /// What a special sample says (guide: "SaFixedValId").
    pub enum FixedValueId {
        /// Invalid.
        Invalid = 1,
        /// Pacemaker pulse.
        Pacer = 2,
        /// Defibrillator discharge.
        Defibrillator = 3,
        /// The signal is larger than can be sampled.
        Saturation = 4,
        /// Heart beat.
        Qrs = 5,
    }

    /// How to draw a calibration pulse.
    pub enum CalibrationKind {
        /// A bar.
        Bar = 0,
        /// A stair.
        Stair = 1,
    }
}

impl<'a> SaObsValue<'a> {
    /// The samples, 16 bits each as [`SampleArraySpec::sample_bits`] says in every capture; marks of
    /// [`FixedValue`] are not taken off.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = u16> + 'a {
        self.samples.bytes.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        })
    }
}

impl SampleArraySpec {
    /// The value bits of a sample: all, unless bits above the significant ones carry marks.
    pub fn value_mask(&self) -> u16 {
        if self.flags.has(SampleFlags::EXTENDED_RANGE) && self.significant_bits < 16 {
            (1 << self.significant_bits) - 1
        } else {
            u16::MAX
        }
    }
}
