//! The wire format: frames, records, and what their subrecords hold.
//!
//! Everything is little-endian and packed to one byte. A [`frame::Deframer`] gives the bytes of
//! records whose checksum **and** length hold; [`record::Record::parse`] gives header and subrecords,
//! each inside its bounds; the other modules read subrecords. None of them panics on any bytes.
//!
//! Sources: GE, *S/5 Computer Interface Specification*, M1017617, 12th edition (2020), called CI; GE,
//! *S/5 System Interface, Datex-Ohmeda Record Specification*, 8005313, 12th edition (2020), called
//! DRI; and a recording of a real monitor (`tests/fixtures/ge-dri`).

pub mod alarm;
pub mod aux_info;
pub mod ecg12;
pub mod frame;
pub mod phdb;
pub mod record;
pub mod request;
pub mod value;
pub mod wave;

/// The bytes of a field; `None` beyond the end.
fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    field(bytes, at).map(u16::from_le_bytes)
}

pub(crate) fn i16_at(bytes: &[u8], at: usize) -> Option<i16> {
    field(bytes, at).map(i16::from_le_bytes)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    field(bytes, at).map(u32::from_le_bytes)
}
