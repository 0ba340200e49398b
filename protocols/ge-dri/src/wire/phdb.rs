//! Physiological subrecords: 278 bytes of groups, in one of four layouts.

use super::{i16_at, u16_at, u32_at, value::Value};

/// Bytes of a subrecord.
pub const PHDB_BYTES: usize = 278;
const MARKER: usize = 274;
const CLASS: usize = 276;

/// Subrecord type of values as displayed.
pub const DISPLAYED: u8 = 1;
/// Subrecord type of 10-second trends.
pub const TREND_10_S: u8 = 2;
/// Subrecord type of 60-second trends.
pub const TREND_60_S: u8 = 3;
/// Subrecord type of auxiliary information.
pub const AUX_INFO: u8 = 4;

/// Which layout the groups have; stated in the subrecord itself, whatever its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Vital signs, gases, flow.
    Basic,
    /// Arrhythmia, 12-lead ST, more pressures and temperatures.
    Ext1,
    /// Relaxation, EEG, entropy.
    Ext2,
    /// Gas exchange, more of flow, cardiac output.
    Ext3,
    /// None of the four that the specification lists.
    Unknown(u8),
}

impl Class {
    const fn of(bits: u8) -> Class {
        match bits {
            0 => Class::Basic,
            1 => Class::Ext1,
            2 => Class::Ext2,
            3 => Class::Ext3,
            other => Class::Unknown(other),
        }
    }
}

/// A physiological subrecord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phdb<'a> {
    /// Seconds since 1970 of the data, by the monitor's clock.
    pub time: u32,
    /// Number of the latest event mark entered on the monitor.
    pub marker: u8,
    /// Which layout.
    pub class: Class,
    bytes: &'a [u8; PHDB_BYTES],
}

/// What stands before the values of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupHead {
    /// Bits; 0 and 1 mean the same everywhere.
    pub status: u32,
    /// Meaning depends on the group.
    pub label: u16,
}

impl GroupHead {
    /// The module that measures it is there. If not, whatever the group holds means nothing: absent
    /// groups of real monitors hold zeros as well as codes.
    pub const fn exists(self) -> bool {
        self.has(0)
    }

    /// The measurement is on.
    pub const fn is_active(self) -> bool {
        self.exists() && self.has(1)
    }

    /// Whether a bit of the status is set.
    pub const fn has(self, bit: u32) -> bool {
        self.status >> bit & 1 == 1
    }

    /// So many bits of the status.
    pub const fn status_bits(self, from: u32, count: u32) -> u32 {
        self.status >> from & ((1 << count) - 1)
    }

    /// So many bits of the label.
    pub const fn label_bits(self, from: u32, count: u32) -> u16 {
        self.label >> from & ((1 << count) - 1)
    }
}

impl<'a> Phdb<'a> {
    /// Reads a subrecord; `None` when it is too short. What a later edition appends is left alone.
    pub fn parse(bytes: &'a [u8]) -> Option<Phdb<'a>> {
        let bytes = bytes.first_chunk::<PHDB_BYTES>()?;
        Some(Phdb {
            time: u32_at(bytes, 0)?,
            marker: *bytes.get(MARKER)?,
            // The other bits are reserved, and not zero in recordings.
            class: Class::of(bytes.get(CLASS + 1)? & 0x0F),
            bytes,
        })
    }

    /// The head of the group at an offset.
    pub fn group(&self, at: usize) -> GroupHead {
        let head = || Some((u32_at(self.bytes, at)?, u16_at(self.bytes, at + 4)?));
        head().map_or(GroupHead::default(), |(status, label)| GroupHead { status, label })
    }

    /// The value at an offset.
    pub fn value(&self, at: usize) -> Value {
        i16_at(self.bytes, at).map_or(Value::NoData, Value::from)
    }

    /// 32 bits at an offset.
    pub fn bits(&self, at: usize) -> u32 {
        u32_at(self.bytes, at).unwrap_or_default()
    }
}
