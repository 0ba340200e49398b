//! Auxiliary information: when the measurements that are made now and then were made.

use super::{i16_at, u32_at};

/// Bytes of a subrecord.
pub const AUX_INFO_BYTES: usize = 114;

/// Times are seconds since 1970 by the monitor's clock; `None`: unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuxInfo {
    /// Of the last cuff pressure.
    pub nibp_time: Option<u32>,
    /// Of the last cardiac output.
    pub co_time: Option<u32>,
    /// Of the last wedge pressure.
    pub pcwp_time: Option<u32>,
    /// Body surface of the patient, 1/100 m².
    pub body_surface: i16,
}

impl AuxInfo {
    /// Reads a subrecord; `None` when it is too short.
    pub fn parse(bytes: &[u8]) -> Option<AuxInfo> {
        let bytes = bytes.first_chunk::<AUX_INFO_BYTES>()?;
        let time = |at| u32_at(bytes, at).map(|time| (time != 0).then_some(time));
        Some(AuxInfo {
            nibp_time: time(0)?,
            co_time: time(6)?,
            pcwp_time: time(10)?,
            body_surface: i16_at(bytes, 14)?,
        })
    }
}
