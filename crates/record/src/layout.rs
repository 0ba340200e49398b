//! Names of files in a record: `docs/format.md`, "The folder".

use std::path::{Path, PathBuf};

/// What a record is written in.
pub const FORMAT: u32 = 1;
/// `application_id` of a segment: `VIGI`.
pub const APPLICATION_ID: i32 = 0x5649_4749;
/// Bytes of a page of a segment.
pub const PAGE_BYTES: u32 = 16_384;
/// Nanoseconds of a wave's slot.
pub const WAVE_SLOT_NS: u64 = 10_000_000_000;
/// Nanoseconds of a number's slot.
pub const NUMERIC_SLOT_NS: u64 = 60_000_000_000;
/// Nanoseconds of a trend's slot.
pub const TREND_SLOT_NS: u64 = 3_600_000_000_000;
/// Groups of wave streams; each is flushed one second after the one before.
pub const WAVE_GROUPS: u64 = 10;
/// Groups of number streams; each is flushed ten seconds after the one before.
pub const NUMERIC_GROUPS: u64 = 6;
/// The greatest number of a segment: names have six digits, for 2,700 years of one a day.
pub const NUMBER_MAX: u32 = 999_999;
/// Bits of a stream's number in a chunk's id.
pub const STREAM_BITS: u32 = 20;

/// Seconds by which a wave stream's slots begin later: `stream mod 10`.
fn wave_shift_ns(stream: u32) -> u64 {
    u64::from(stream) % WAVE_GROUPS * (WAVE_SLOT_NS / WAVE_GROUPS)
}

fn numeric_shift_ns(stream: u32) -> u64 {
    u64::from(stream) % NUMERIC_GROUPS * (NUMERIC_SLOT_NS / NUMERIC_GROUPS)
}

/// The slot of samples of a wave stream that arrived then. Before the first shift all is slot 0.
pub fn wave_slot(stream: u32, arrival_mono_ns: u64) -> u64 {
    arrival_mono_ns.saturating_sub(wave_shift_ns(stream)) / WAVE_SLOT_NS
}

/// The slot of values of a number stream that arrived then.
pub fn numeric_slot(stream: u32, arrival_mono_ns: u64) -> u64 {
    arrival_mono_ns.saturating_sub(numeric_shift_ns(stream)) / NUMERIC_SLOT_NS
}

/// When a wave stream's slot begins.
pub fn wave_slot_start(stream: u32, slot: u64) -> u64 {
    slot * WAVE_SLOT_NS + wave_shift_ns(stream)
}

/// When a number stream's slot begins. The hour of a slot is `slot / 60`, shifted as its minutes are.
pub fn numeric_slot_start(stream: u32, slot: u64) -> u64 {
    slot * NUMERIC_SLOT_NS + numeric_shift_ns(stream)
}

/// When an hour of a number stream's trend begins.
pub fn trend_slot_start(stream: u32, hour: u64) -> u64 {
    hour * TREND_SLOT_NS + numeric_shift_ns(stream)
}

/// The id of a chunk or trend.
pub fn chunk_id(slot: u64, stream: u32) -> i64 {
    ((slot << STREAM_BITS) | u64::from(stream)) as i64
}

/// `record.json`.
pub fn record_json(record: &Path) -> PathBuf {
    record.join("record.json")
}

/// `keys/`.
pub fn keys(record: &Path) -> PathBuf {
    record.join("keys")
}

/// `segments/`.
pub fn segments(record: &Path) -> PathBuf {
    record.join("segments")
}

/// `segments/000042.key`: the raw key for the unit.
pub fn key(record: &Path, number: u32) -> PathBuf {
    segments(record).join(format!("{number:06}.key"))
}

/// `segments/000042.machine.key`: the raw key for this machine.
pub fn machine_key(record: &Path, number: u32) -> PathBuf {
    segments(record).join(format!("{number:06}.machine.key"))
}

/// `segments/000042.key.was`: while a rekey changes the key of a segment sealed as found.
pub fn key_was(record: &Path, number: u32) -> PathBuf {
    segments(record).join(format!("{number:06}.key.was"))
}

/// `segments/000042.seal`.
pub fn seal(record: &Path, number: u32) -> PathBuf {
    segments(record).join(format!("{number:06}.seal"))
}

/// `segments/000042.removed`.
pub fn removed(record: &Path, number: u32) -> PathBuf {
    segments(record).join(format!("{number:06}.removed"))
}

/// Given up when a full disk leaves no room for `N.removed`.
pub fn ballast(record: &Path) -> PathBuf {
    segments(record).join(".ballast")
}

/// The board's last snapshot.
pub fn board(record: &Path) -> PathBuf {
    record.join("board.machine.age")
}

/// Ranges of time that nothing may delete.
pub fn hold(record: &Path) -> PathBuf {
    record.join("hold.json")
}

/// Where the last good copies are.
pub fn copies(record: &Path) -> PathBuf {
    record.join("copies.json")
}

/// What tools did while no segment was theirs to write.
pub fn audit(record: &Path) -> PathBuf {
    record.join("audit.jsonl")
}

/// The number of a file of `segments/` (`000042...`), whatever it is.
pub fn number_of(name: &str) -> Option<u32> {
    let digits = name.get(..6)?;
    let follows = name.get(6..7)?;
    (matches!(follows, "_" | ".") && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}
