//! The reader beside a real writer, in virtual time: nothing twice, nothing missing, everything named.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "reader/beside.rs"]
mod beside;
#[path = "reader/damaged.rs"]
mod damaged;
#[path = "reader/hostile.rs"]
mod hostile;
#[path = "reader/said.rs"]
mod said;
#[expect(dead_code, reason = "the writer's tests use the rest of it")]
#[path = "writer/ward.rs"]
mod ward;

use std::path::Path;

use vigie_history::{Answer, NumericRow, Query, Slice, Source, What};
use vigie_keyring::Unlock;
use vigie_model::{DeviceKey, MetricKey, Text, WallTime};
use vigie_record::Reader;

use ward::{NOON_NS, SECOND_NS, samples};

fn reader(record: &Path) -> Reader {
    let unlock = Unlock { unit: Some(ward::unit()), machine: None };
    Reader::open(record, unlock).expect("a record")
}

fn of_device(device: DeviceKey, key: MetricKey) -> Source {
    Source::Device { device, key }
}

/// From seconds before or after noon, up to others.
fn ask(reader: &mut Reader, from_s: i64, to_s: i64, what: What) -> Slice {
    let at = |seconds: i64| WallTime::from_unix_nanos(NOON_NS + seconds * SECOND_NS as i64);
    reader.ask(&Query { from: at(from_s), to: at(to_s), what }).expect("an answer")
}

/// Of a month around noon.
fn ask_all(reader: &mut Reader, what: What) -> Slice {
    ask(reader, -15 * 86_400, 15 * 86_400, what)
}

fn values(slice: &Slice) -> &[NumericRow] {
    let Answer::Numerics(rows) = &slice.answer else { panic!("{slice:?}") };
    rows
}

/// When its values arrived, in seconds of the run.
fn seconds(slice: &Slice) -> Vec<u64> {
    values(slice).iter().map(|row| row.at.mono.as_nanos() / SECOND_NS).collect()
}

fn samples_of(slice: &Slice) -> Vec<i32> {
    let Answer::Waves(runs) = &slice.answer else { panic!("{slice:?}") };
    runs.iter().flat_map(|run| run.samples.iter().copied()).collect()
}

/// What the ward's wave has from one second up to another, inclusive.
fn samples_from_to(from: u64, to: u64) -> Vec<i32> {
    (from..=to).flat_map(|second| samples(0, second).samples.to_vec()).collect()
}

fn text(text: &str) -> Text {
    Text::from(text)
}
