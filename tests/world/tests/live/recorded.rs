//! A record of two wards at once: written as the station writes it, copied, restored, and read again.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_board::LineChange;
use vigie_copy::{BackupOptions, backup, restore, verify};
use vigie_history::{Answer, At, LinkRow, Query, Source, What};
use vigie_keyring::{Keyring, Unlock};
use vigie_model::{MonoTime, RunId, StationMode, Text, WallTime};
use vigie_record::{Policy, Reader, Writer, WriterOptions};
use vigie_ward::Item;
use vigie_world::{Chronicle, LiveWorld, Told};

use crate::exported::{self, Expected};

/// Things told that wait for the writer: some seconds of a ward.
const WAITING: usize = 20_000;
const SECOND: Duration = Duration::from_secs(1);
/// From one commit to the next: the station commits every second, and a day would be spent syncing.
const COMMIT: Duration = Duration::from_secs(10);

/// What one ward told, and when.
pub struct Stamped {
    at: MonoTime,
    wall: WallTime,
    /// `None`: nothing happened before this.
    told: Option<Told>,
}

/// A ward's way to the writer, and the writer's end of it.
pub fn way() -> (Sender<Stamped>, Receiver<Stamped>) {
    bounded(WAITING)
}

/// Tells a writer all that a ward is told.
pub fn listen(world: &mut LiveWorld, to: Sender<Stamped>) {
    world.set_listener(move |told| {
        let (at, wall) = match &told {
            Told::Item(Item::Heard(observation)) => {
                (observation.stamp.mono, observation.stamp.wall)
            }
            Told::Item(Item::Line { at, wall, .. }) => (*at, *wall),
            Told::Log(entry) => (entry.stamp.mono, entry.stamp.wall),
        };
        to.send(Stamped { at, wall, told: Some(told) }).expect("the writer lives");
    });
}

/// Nothing more happens in a ward before now.
pub fn quiet(world: &LiveWorld, to: &Sender<Stamped>) {
    let (at, wall) = world.now();
    to.send(Stamped { at, wall, told: None }).expect("the writer lives");
}

/// A record in a folder that goes away with it.
pub struct Recorded {
    place: tempfile::TempDir,
    told: Chronicle,
    /// What an export must say.
    expected: Expected,
    /// From when on waves are exported: around the middle, where something is lost.
    stretch: (MonoTime, WallTime),
    /// Bytes copied by the first copy, in the middle of the day, and by the second.
    copied: [u64; 2],
    from: WallTime,
    to: WallTime,
}

/// Writes what two wards tell, in the order of time, with a commit every ten seconds and a new segment at
/// each midnight. Half-way a copy is made, while recording goes on.
pub fn write(wards: [Receiver<Stamped>; 2], hours: u32) -> Recorded {
    let place = tempfile::tempdir().expect("a folder");
    let (keyring, _) = Keyring::simulation().expect("keys");
    let mut told = Chronicle::default();
    let mut heads: Vec<Option<Stamped>> = wards.iter().map(|ward| ward.recv().ok()).collect();
    let first = heads.iter().flatten().min_by_key(|head| head.at).expect("somebody tells");
    let (start, from) = (first.at, first.wall);
    let options = WriterOptions {
        folder: record(&place),
        keyring: keyring.clone(),
        mode: StationMode::Simulation,
        station: Text::from("two wards"),
        program: Text::from("vigie-world"),
        policy: Some(Policy::for_disk(256 << 30)),
    };
    let run = RunId(1);
    let (mut writer, _) = Writer::open(options, run, start, from).expect("a record");
    let (mut now, mut wall, mut due) = (start, from, start + COMMIT);
    let half_time = Duration::from_secs(u64::from(hours) * 1_800);
    let stretch = (start + half_time, from.after(half_time));
    let mut half = Some(stretch.0);
    let mut expected = Expected::with_waves_from(stretch.0);
    let mut copied = [0; 2];
    while let Some(ward) = earliest(&heads) {
        let Some(Stamped { at, wall: then, told: what }) = heads[ward].take() else { break };
        heads[ward] = wards[ward].recv().ok();
        while at >= due {
            writer.commit(due, wall.after(due.since(now))).expect("room");
            due = due + COMMIT;
        }
        (now, wall) = (at, then);
        let copy_now = half.is_some_and(|half| half <= now);
        if writer.wants_rotation(wall) || copy_now {
            let seal = writer.rotate(now, wall).expect("a segment").run().expect("a seal");
            writer.sealed(&seal);
            told.new_segment();
        }
        if copy_now {
            half = None;
            copied[0] = copy(&place, &keyring, wall);
        }
        match what {
            Some(Told::Item(Item::Heard(observation))) => {
                told.heard(&observation);
                expected.heard(&observation);
                writer.handle_observation(&observation);
            }
            Some(Told::Item(Item::Line { at, wall, line, devices, change })) => {
                let at = At { run, mono: at, wall };
                let is_up = matches!(change, LineChange::Up | LineChange::Doubled);
                let link = LinkRow { at, line, is_up, devices };
                told.linked(&link);
                writer.handle_link(&link);
            }
            Some(Told::Log(entry)) => {
                told.logged(&entry);
                expected.logged(&entry);
                writer.handle_log(&entry);
            }
            None => {}
        }
    }
    writer.close(now, wall).expect("a seal");
    copied[1] = copy(&place, &keyring, wall);
    Recorded { place, told, expected, stretch, copied, from, to: wall.after(SECOND) }
}

fn earliest(heads: &[Option<Stamped>]) -> Option<usize> {
    let heads = heads.iter().enumerate();
    heads.filter_map(|(ix, head)| Some((head.as_ref()?.at, ix))).min().map(|(_, ix)| ix)
}

fn record(place: &tempfile::TempDir) -> PathBuf {
    place.path().join("record")
}

/// Copies, and says how many bytes were new.
fn copy(place: &tempfile::TempDir, keyring: &Keyring, wall: WallTime) -> u64 {
    let options = BackupOptions { same_disk: true };
    let target = place.path().join("copy");
    let copied = backup(&record(place), &target, keyring.signer(), options, wall, &mut |_| true);
    copied.expect("a copy").bytes
}

impl Recorded {
    /// Restores the copy into an empty folder and holds all that it answers against all that was told.
    pub fn check(&self) -> String {
        let (copy, new) = (self.place.path().join("copy"), self.place.path().join("restored"));
        let found = verify(&copy, None, &mut |_| true).expect("a copy");
        assert_eq!(found.faults, []);
        restore(&copy, &new, &mut |_| true).expect("a record");
        let read = self.read(&new);
        let differences = self.told.differences(&read);
        let shown = differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
        assert!(differences.is_empty(), "{} differences:\n{shown}", differences.len());
        let files = self.check_files(&new);
        let again = backup_nothing(&self.place);
        format!(
            "written, copied, restored and read: {}; 0 differences; bytes copied while recording {}, at the \
             end {}, a third time {again}; exported as CSV and read: {files}; 0 differences",
            read.totals(),
            self.copied[0],
            self.copied[1]
        )
    }

    /// Exports, and holds the files against what was told.
    fn check_files(&self, record: &Path) -> String {
        let (_, unit) = Keyring::simulation().expect("keys");
        let mut reader =
            Reader::open(record, Unlock { unit: Some(unit), machine: None }).expect("it");
        let what = What::Streams { device: None };
        let streams = reader.ask(&Query { from: self.from, to: self.to, what }).expect("an answer");
        let Answer::Streams(streams) = streams.answer else { panic!("streams are asked for") };
        let numerics = streams.iter().filter(|stream| !stream.is_wave);
        let numerics: Vec<String> =
            numerics.map(|stream| stream.key.vendor.as_str().to_owned()).collect();
        let place = self.place.path().join("files");
        std::fs::create_dir(&place).expect("a folder");
        let range = (self.from, self.to);
        let (said, _) = exported::read_files(&mut reader, &place, range, &numerics, self.stretch);
        assert_eq!(self.expected.differences(&said), Vec::<String>::new());
        said.to_string()
    }

    /// All that a record answers about the whole time.
    fn read(&self, folder: &Path) -> Chronicle {
        let (_, unit) = Keyring::simulation().expect("keys");
        let unlock = Unlock { unit: Some(unit), machine: None };
        let mut reader = Reader::open(folder, unlock).expect("a record");
        let mut read = Chronicle::default();
        let mut ask = |what: What, read: &mut Chronicle| -> Option<Answer> {
            let (mut from, mut first) = (self.from, None);
            loop {
                let query = Query { from, to: self.to, what: what.clone() };
                let slice = reader.ask(&query).expect("an answer");
                let wrong = read.read(&self.told, &slice);
                assert_eq!(wrong, Vec::<String>::new(), "{what:?}");
                first.get_or_insert(slice.answer);
                match slice.more_from {
                    Some(more) => from = more,
                    None => return first,
                }
            }
        };
        let Some(Answer::Streams(streams)) = ask(What::Streams { device: None }, &mut read) else {
            panic!("streams are answered with streams")
        };
        for stream in streams {
            let source = Source::Device { device: stream.device, key: stream.key };
            let what = match stream.is_wave {
                true => What::Waves { source },
                false => What::Numerics { source },
            };
            ask(what, &mut read);
        }
        ask(What::Said { device: None }, &mut read);
        ask(What::Log { bed: None, alarms_only: false }, &mut read);
        ask(What::Links, &mut read);
        ask(What::Gaps, &mut read);
        read
    }
}

/// A copy of what did not change.
fn backup_nothing(place: &tempfile::TempDir) -> u64 {
    let (keyring, _) = Keyring::simulation().expect("keys");
    let bytes = copy(place, &keyring, WallTime::default());
    assert_eq!(bytes, 0, "nothing is new");
    bytes
}
