//! Records: a header of 40 bytes and up to eight subrecords.

use std::fmt;

use super::{i16_at, u16_at, u32_at};

/// Bytes of the header, to which the offsets of subrecords are relative.
pub const HEADER_BYTES: usize = 40;
/// Descriptions of subrecords in a header.
pub const SUBRECORDS_MAX: usize = 8;
/// The type that ends the list of subrecords; what follows it is undefined.
const END: u8 = 0xFF;

/// Main type of physiological records.
pub const PHDB: i16 = 0;
/// Main type of wave records.
pub const WAVE: i16 = 1;
/// Main type of alarm records.
pub const ALARM: i16 = 4;

mod field {
    pub(super) const NUMBER: usize = 2;
    pub(super) const LEVEL: usize = 3;
    pub(super) const PLUG_ID: usize = 4;
    pub(super) const TIME: usize = 6;
    pub(super) const MAIN_TYPE: usize = 14;
    pub(super) const DESCRIPTIONS: usize = 16;
    pub(super) const DESCRIPTION_BYTES: usize = 3;
}

/// A record whose subrecords all lie within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Counts the records of one main type, modulo 256.
    pub number: u8,
    /// Which edition of the record specification the monitor follows: 2 is '95, 10 is '09; 0, which no
    /// monitor's edition is, where the sender does not say.
    pub level: u8,
    /// The sender's plug id; 0 on serial lines.
    pub plug_id: u16,
    /// Seconds since 1970 by the monitor's clock, whose zone is not stated.
    pub time: u32,
    /// What kind of record.
    pub main_type: i16,
    /// In the order of the header.
    pub subrecords: Vec<Subrecord<'a>>,
}

/// A part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subrecord<'a> {
    /// What kind; its meaning depends on the main type.
    pub kind: u8,
    /// Up to the next subrecord, or the end of the record.
    pub bytes: &'a [u8],
}

/// Why bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// Shorter than the header.
    Header,
    /// A subrecord begins outside the record.
    Offset,
    /// The length in the header is not that of the bytes.
    Length,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RecordError::Header => "record shorter than its header",
            RecordError::Offset => "subrecord begins outside its record",
            RecordError::Length => "record longer or shorter than its header says",
        })
    }
}

impl<'a> Record<'a> {
    /// Reads the bytes of a record, checksum left out.
    pub fn parse(bytes: &'a [u8]) -> Result<Record<'a>, RecordError> {
        let (header, data) = bytes.split_at_checked(HEADER_BYTES).ok_or(RecordError::Header)?;
        let length = i16_at(header, 0).and_then(|length| usize::try_from(length).ok());
        if length != Some(bytes.len()) {
            return Err(RecordError::Length);
        }
        let read = || {
            Some((
                *header.get(field::NUMBER)?,
                *header.get(field::LEVEL)?,
                u16_at(header, field::PLUG_ID)?,
                u32_at(header, field::TIME)?,
                i16_at(header, field::MAIN_TYPE)?,
            ))
        };
        let (number, level, plug_id, time, main_type) = read().ok_or(RecordError::Header)?;
        let mut described = Vec::new();
        for index in 0..SUBRECORDS_MAX {
            let at = field::DESCRIPTIONS + index * field::DESCRIPTION_BYTES;
            let (Some(offset), Some(kind)) = (i16_at(header, at), header.get(at + 2)) else {
                break;
            };
            if *kind == END {
                break;
            }
            let offset = usize::try_from(offset).ok().filter(|offset| *offset <= data.len());
            described.push((offset.ok_or(RecordError::Offset)?, *kind));
        }
        let subrecords = described
            .iter()
            .map(|(offset, kind)| {
                let ends = described.iter().map(|(other, _)| *other).filter(|other| other > offset);
                let end = ends.min().unwrap_or(data.len());
                Subrecord { kind: *kind, bytes: data.get(*offset..end).unwrap_or_default() }
            })
            .collect();
        Ok(Record { number, level, plug_id, time, main_type, subrecords })
    }
}
