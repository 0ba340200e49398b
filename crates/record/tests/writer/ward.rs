//! A small ward that speaks in virtual time, and a look into what it left.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;
use vigie_keyring::{Identity, Keyring, RawKey};
use vigie_model::{
    Before, Decimal, DeviceKey, Event, Measured, MetricKey, MonoTime, Nature, Numeric, Observation,
    Placement, Reading, RunId, Scale, Stamp, StationMode, Text, Tick, Timebase, Unit, Validity,
    WallTime, WaveChunk,
};
use vigie_record::{Policy, Recovered, Seal, Writer, WriterOptions, layout};

/// 2026-11-21T12:00Z.
pub const NOON_NS: i64 = 1_795_262_400_000_000_000;
pub const SECOND_NS: u64 = 1_000_000_000;
pub const MIB: u64 = 1 << 20;

pub fn policy() -> Policy {
    Policy { reserve_bytes: 0, ..Policy::for_disk(64 << 30) }
}

pub fn options(folder: &Path) -> WriterOptions {
    let (keyring, _) = Keyring::simulation().expect("fixed keys");
    WriterOptions {
        folder: folder.to_owned(),
        keyring,
        mode: StationMode::Simulation,
        station: Text::from("ICU"),
        program: Text::from("vigie test"),
        policy: Some(policy()),
    }
}

pub fn unit() -> Identity {
    Keyring::simulation().expect("fixed keys").1
}

/// A ward on a virtual clock, and the writer of its record.
pub struct Ward {
    pub folder: PathBuf,
    pub now_ns: u64,
    pub wall_offset_ns: i64,
    pub run: u64,
    pub beds: u32,
    pub waves: u16,
    pub seq: u64,
    pub writer: Option<Writer>,
    pub recovered: Recovered,
}

impl Ward {
    pub fn start(folder: &Path, beds: u32, waves: u16) -> Ward {
        Ward::start_with(options(folder), 1, 1_000 * SECOND_NS, NOON_NS, beds, waves)
    }

    pub fn start_with(
        options: WriterOptions,
        run: u64,
        now_ns: u64,
        wall_ns: i64,
        beds: u32,
        waves: u16,
    ) -> Ward {
        let folder = options.folder.clone();
        let (writer, recovered) = Writer::open(
            options,
            RunId(run),
            MonoTime::from_nanos(now_ns),
            WallTime::from_unix_nanos(wall_ns),
        )
        .expect("a record");
        Ward {
            folder,
            now_ns,
            wall_offset_ns: wall_ns - now_ns as i64,
            run,
            beds,
            waves,
            seq: 0,
            writer: Some(writer),
            recovered,
        }
    }

    pub fn now(&self) -> MonoTime {
        MonoTime::from_nanos(self.now_ns)
    }

    pub fn wall(&self) -> WallTime {
        WallTime::from_unix_nanos(self.now_ns as i64 + self.wall_offset_ns)
    }

    pub fn writer(&mut self) -> &mut Writer {
        self.writer.as_mut().expect("a writer")
    }

    pub fn stamp(&mut self) -> Stamp {
        self.seq += 1;
        Stamp { run: RunId(self.run), seq: self.seq, mono: self.now(), wall: self.wall() }
    }

    pub fn observe(&mut self, bed: u32, event: Event, placed: Option<Placement>) {
        let stamp = self.stamp();
        let observation = Observation { stamp, device: device(bed), event, placed };
        self.writer().handle_observation(&observation);
    }

    /// A second of all beds: a value and `waves` waves of 250 Hz each, all told apart by the second.
    pub fn second(&mut self) {
        self.now_ns += SECOND_NS;
        let second = self.now_ns / SECOND_NS;
        for bed in 0..self.beds {
            self.observe(bed, Event::Numeric(numeric(60 + (second % 40) as i64)), None);
            for wave in 0..self.waves {
                let placed = Placement {
                    start: MonoTime::from_nanos(self.now_ns - SECOND_NS),
                    ns_per_tick: 1e6,
                    epoch: 0,
                };
                self.observe(bed, Event::Wave(samples(wave, second)), Some(placed));
            }
        }
    }

    pub fn commit(&mut self) -> vigie_record::Durable {
        let (now, wall) = (self.now(), self.wall());
        self.writer().commit(now, wall).expect("committed")
    }

    pub fn seconds(&mut self, count: u64) {
        for _ in 0..count {
            self.second();
            self.commit();
        }
    }

    pub fn rotate_and_seal(&mut self) -> Seal {
        let (now, wall) = (self.now(), self.wall());
        let job = self.writer().rotate(now, wall).expect("the next segment");
        let seal = job.run().expect("sealed");
        self.writer().sealed(&seal);
        seal
    }

    pub fn close(&mut self) -> Seal {
        let (now, wall) = (self.now(), self.wall());
        self.writer.take().expect("a writer").close(now, wall).expect("closed")
    }

    /// What is there if the PC dies now.
    pub fn copy_as_it_lies(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a folder");
        copy_tree(&self.folder, copy.path());
        copy
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file");
        }
    }
}

pub fn device(bed: u32) -> DeviceKey {
    DeviceKey(Text::from(format!("SIM{bed:03}")))
}

pub fn key(instance: u16) -> MetricKey {
    MetricKey { code: None, vendor: Text::from("4BB8"), instance }
}

pub fn numeric(value: i64) -> Numeric {
    Numeric {
        key: key(0),
        unit: Unit::ucum("/min"),
        reading: Reading::of(Decimal::whole(value), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}

pub fn samples(wave: u16, second: u64) -> WaveChunk {
    let samples: Vec<i32> = (0..250)
        .map(|at| {
            let phase = f64::from(at + i32::from(wave)) / 250.0 * std::f64::consts::TAU;
            (phase.sin() * 1_000.0) as i32 + (second % 7) as i32
        })
        .collect();
    WaveChunk {
        key: key(100 + wave),
        unit: Unit::ucum("mV"),
        base: Timebase { id: 0, tick_ns: 1_000_000 },
        first: Tick(second * 1_000),
        step: 4,
        before: Before::Joined,
        scale: Scale::Physical { offset: 0.0, per_count: 0.005, low: -5.0, high: 5.0 },
        samples: samples.into(),
        marks: Vec::new(),
    }
}

/// Name and path of a segment's file.
pub fn segment(record: &Path, number: u32) -> Option<PathBuf> {
    fs::read_dir(layout::segments(record)).expect("segments").flatten().map(|e| e.path()).find(
        |path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            layout::number_of(name) == Some(number) && name.ends_with(".vg")
        },
    )
}

/// A segment opened with the unit's key, as `sqlcipher` would.
pub fn opened(record: &Path, number: u32) -> Connection {
    let path = segment(record, number).expect("its file");
    let key = layout::key(record, number);
    let key = RawKey::unwrap(&unit(), &fs::read(&key).expect("its key"), &key).expect("opens");
    let connection = Connection::open(path).expect("opened");
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA cipher_compatibility = 3;
             PRAGMA cipher_page_size = 16384;",
            key.to_hex().as_str()
        ))
        .expect("settings");
    connection
}

pub fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).expect(sql)
}

pub fn text(connection: &Connection, sql: &str) -> String {
    connection.query_row(sql, [], |row| row.get(0)).expect(sql)
}

/// Numbers of files in `segments/` by their kind.
pub fn kinds(record: &Path) -> BTreeMap<u32, Vec<String>> {
    let mut kinds = BTreeMap::<u32, Vec<String>>::new();
    for entry in fs::read_dir(layout::segments(record)).expect("segments").flatten() {
        let name = entry.file_name().to_str().expect("a name").to_owned();
        if let Some(number) = layout::number_of(&name) {
            let kind = name.split_once('.').map_or("", |(_, kind)| kind).to_owned();
            kinds.entry(number).or_default().push(kind);
        }
    }
    kinds.values_mut().for_each(|kinds| kinds.sort());
    kinds
}

pub fn seal(record: &Path, number: u32) -> Seal {
    let path = layout::seal(record, number);
    Seal::parse(&fs::read(&path).expect("a seal"), &path).expect("a seal")
}

/// Every seal and removal from the first to the last: each follows from the one before.
pub fn check_chain(record: &Path, last: u32) {
    let mut previous = "0".repeat(64);
    for number in 1..=last {
        let path = layout::removed(record, number);
        let seal = if path.exists() {
            let removed = fs::read(&path).expect("read");
            let removed = vigie_record::Removed::parse(&removed, &path).expect("a removal");
            assert_eq!(removed.fault(), None, "segment {number}");
            removed.seal
        } else {
            let seal = seal(record, number);
            for file in &seal.files {
                let bytes = fs::read(layout::segments(record).join(&file.name)).expect("a file");
                assert_eq!(bytes.len() as u64, file.bytes, "{}", file.name);
                assert_eq!(blake3::hash(&bytes).to_hex().as_str(), file.blake3, "{}", file.name);
            }
            seal
        };
        assert_eq!(seal.fault(), None, "segment {number}");
        assert_eq!(seal.previous, previous, "segment {number}");
        previous = seal.chain;
    }
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
