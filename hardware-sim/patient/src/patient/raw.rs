//! 256 ms of waves, with the moments that a monitor would find in them.

/// Samples of a block at 500 Hz.
pub(crate) const ECG_BLOCK: usize = 128;
/// Samples of a block at 125 Hz.
pub(crate) const PULSE_BLOCK: usize = 32;
/// Samples of a block at 62.5 Hz.
pub(crate) const BREATH_BLOCK: usize = 16;

/// A wave and the indices at which its cycles begin: the feet of pulses, the starts of breaths.
#[derive(Clone, Debug)]
pub(crate) struct Wave<const N: usize> {
    pub(crate) samples: [f32; N],
    pub(crate) starts: Vec<usize>,
}

/// A heart beat in the ECG.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Qrs {
    /// Its R peak, 500 Hz, since the start.
    pub(crate) at: i64,
    /// It began in a ventricle.
    pub(crate) ventricular: bool,
}

/// What sensors give in one block; `None` where there is no sensor, or none that is on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raw {
    /// Leads I, II, V.
    pub(crate) ecg: [Option<[f32; ECG_BLOCK]>; 3],
    pub(crate) beats: Vec<Qrs>,
    pub(crate) pleth: Option<Wave<PULSE_BLOCK>>,
    pub(crate) abp: Option<Wave<PULSE_BLOCK>>,
    pub(crate) resp: Option<Wave<BREATH_BLOCK>>,
    pub(crate) co2: Option<Wave<BREATH_BLOCK>>,
}

/// What is connected to a patient, on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Connected {
    pub(crate) ecg: bool,
    pub(crate) lead_ii: bool,
    pub(crate) pleth: bool,
    pub(crate) abp: bool,
    pub(crate) resp: bool,
    pub(crate) co2: bool,
}

impl Connected {
    pub(crate) fn of(raw: &Raw) -> Connected {
        Connected {
            ecg: raw.ecg.iter().any(Option::is_some),
            lead_ii: raw.ecg[1].is_some(),
            pleth: raw.pleth.is_some(),
            abp: raw.abp.is_some(),
            resp: raw.resp.is_some(),
            co2: raw.co2.is_some(),
        }
    }
}
