//! A record in virtual time, and a look at what its segment consists of.

use std::{fs, path::Path, path::PathBuf, time::Duration};

use rusqlite::Connection;
use vigie_board::LineChange;
use vigie_history::{At, LinkRow};
use vigie_keyring::{Keyring, Unlock};
use vigie_model::{MonoTime, RunId, StationMode, Text, WallTime};
use vigie_record::{Policy, Seal, Writer, WriterOptions, layout, raw_key};
use vigie_ward::Item;
use vigie_world::Told;

use super::heard::Heard;

/// The disk that a ward of 64 beds is promised 30 days on.
pub const DISK_BYTES: u64 = 256 << 30;
const SECOND: Duration = Duration::from_secs(1);

/// A folder on a disk, not in memory; it goes away with its owner.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

/// What opens the record.
pub fn unlock() -> Unlock {
    let (_, unit) = Keyring::simulation().expect("fixed keys");
    Unlock { unit: Some(unit), machine: None }
}

/// Begins a record.
pub fn begin(folder: &Path, now: MonoTime, wall: WallTime) -> Writer {
    let (keyring, _) = Keyring::simulation().expect("fixed keys");
    let options = WriterOptions {
        folder: folder.to_owned(),
        keyring,
        mode: StationMode::Simulation,
        station: Text::from("bench"),
        program: Text::from("vigie bench"),
        policy: Some(Policy::for_disk(DISK_BYTES)),
    };
    Writer::open(options, RunId(1), now, wall).expect("a record").0
}

/// Writes all that was heard, with a commit a second, into one segment, and closes it.
pub fn write(folder: &Path, heard: &Heard) -> Seal {
    let first = heard.told.first().map(stamp_of).expect("something was heard");
    let mut writer = begin(folder, first.0, first.1);
    let (mut now, mut wall) = first;
    let mut due = now + SECOND;
    for told in &heard.told {
        let (at, then) = stamp_of(told);
        while at >= due {
            writer.commit(due, wall.after(due.since(now))).expect("room");
            due = due + SECOND;
        }
        (now, wall) = (at, then);
        tell(&mut writer, told);
    }
    writer.close(now, wall).expect("a seal")
}

fn tell(writer: &mut Writer, told: &Told) {
    match told {
        Told::Item(Item::Heard(observation)) => writer.handle_observation(observation),
        Told::Item(Item::Line { at, wall, line, devices, change }) => {
            writer.handle_link(&LinkRow {
                at: At { run: RunId(1), mono: *at, wall: *wall },
                line: line.clone(),
                is_up: matches!(change, LineChange::Up | LineChange::Doubled),
                devices: devices.clone(),
            });
        }
        Told::Log(entry) => writer.handle_log(entry),
    }
}

fn stamp_of(told: &Told) -> (MonoTime, WallTime) {
    match told {
        Told::Item(Item::Heard(observation)) => (observation.stamp.mono, observation.stamp.wall),
        Told::Item(Item::Line { at, wall, .. }) => (*at, *wall),
        Told::Log(entry) => (entry.stamp.mono, entry.stamp.wall),
    }
}

/// The file of a segment.
pub fn segment(folder: &Path, number: u32) -> PathBuf {
    let entries = fs::read_dir(layout::segments(folder)).expect("segments").flatten();
    let mut paths = entries.map(|entry| entry.path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        layout::number_of(name) == Some(number) && name.ends_with(".vg")
    };
    paths.find(is_it).expect("its file")
}

/// A segment opened as the `sqlcipher` program opens it.
pub fn open(folder: &Path, number: u32) -> Connection {
    let key = raw_key(folder, number, &unlock()).expect("its key");
    let connection = Connection::open(segment(folder, number)).expect("opened");
    let settings = format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA cipher_compatibility = 3; PRAGMA cipher_page_size = 16384;",
        key.to_hex().as_str()
    );
    connection.execute_batch(&settings).expect("settings");
    connection
}

/// One number that a segment answers.
pub fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).expect(sql)
}

/// Bytes of whole pages of each table with its indices, largest first.
pub fn tables(connection: &Connection) -> Vec<(String, u64)> {
    let sql = "SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) FROM dbstat s
         LEFT JOIN sqlite_master m ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC";
    let mut statement = connection.prepare(sql).expect("pages are counted");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)));
    rows.expect("pages").collect::<Result<_, _>>().expect("pages")
}
