//! How much room there is, and what goes first when there is not enough.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::OpenOptions,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use vigie_keyring::{Signer, replace, sync_folder};
use vigie_model::{MonoTime, WallTime};

use super::folder::{self, Found};
use crate::{
    Hold, Policy, RecordError, Removed, Seal, error::of_io, layout, read_holds, writer::rows::Row,
};

/// The disk is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// The rate is that of so much time at most.
const RATE_SPAN: Duration = Duration::from_secs(6 * 3_600);
/// No rate is known before so much was recorded.
const RATE_SPAN_MIN: Duration = Duration::from_secs(600);
/// Machine keys of sealed segments stay so long, so that a restart still shows the last trends.
const MACHINE_KEY_NS: i64 = 2 * 3_600 * 1_000_000_000;
/// Given up when a full disk leaves no room for `N.removed`, and made again afterwards.
const BALLAST_BYTES: usize = 128 << 10;
/// Nanoseconds of a day.
const DAY_NS: f64 = 86_400e9;
/// Segments that one look lets go at most, so that the commit after it is not late.
const DELETED_MAX: usize = 64;
/// A file system may free what was deleted much later: another program still reads it, or it frees in
/// the background. For so long it counts as free, and no further segment goes in its place: shorter than
/// samples wait for a disk that is really full.
const FREED_WITHIN: Duration = Duration::from_secs(300);

/// A sealed segment.
#[derive(Clone, Debug)]
struct Sealed {
    bytes: u64,
    opened_wall_ns: i64,
    closed_wall_ns: i64,
    first_wall_ns: i64,
    last_wall_ns: i64,
    has_machine_key: bool,
}

/// What is known of the disk and the sealed segments.
#[derive(Debug)]
pub(super) struct Capacity {
    record: PathBuf,
    pub(super) policy: Policy,
    sealed: BTreeMap<u32, Sealed>,
    looked_at: Option<MonoTime>,
    /// Bytes free on the disk.
    free: u64,
    /// Bytes deleted, and when, that do not show as free yet; oldest first.
    awaited: VecDeque<(MonoTime, u64)>,
    /// Bytes recorded in this run until some times, oldest first.
    recorded: VecDeque<(MonoTime, u64)>,
    /// Of the segments of this run that are closed.
    recorded_closed: u64,
    bytes_per_day: u64,
    is_filling: bool,
    /// In tests: so much is free instead.
    pub(super) pretended: Option<Pretended>,
}

/// In tests: what is free on the disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pretended {
    pub(super) free: u64,
    /// What is deleted stays in use.
    pub(super) frees_late: bool,
}

/// What came of a look at the disk.
#[derive(Debug)]
pub(super) struct Looked {
    /// Rows for `removed`, of what was deleted, whatever came after.
    pub(super) rows: Vec<Row>,
    /// What ended it.
    pub(super) error: Option<RecordError>,
}

impl Capacity {
    pub(super) fn new(record: &Path, policy: Option<Policy>) -> Result<Capacity, RecordError> {
        let disk = rustix::fs::statvfs(record).map_err(|error| of_io(record, error.into()))?;
        let total = disk.f_blocks.saturating_mul(disk.f_frsize);
        Ok(Capacity {
            record: record.to_owned(),
            policy: policy.unwrap_or_else(|| Policy::for_disk(total)),
            sealed: BTreeMap::new(),
            looked_at: None,
            free: disk.f_bavail.saturating_mul(disk.f_frsize),
            awaited: VecDeque::new(),
            recorded: VecDeque::new(),
            recorded_closed: 0,
            bytes_per_day: 0,
            is_filling: false,
            pretended: None,
        })
    }

    /// A segment is sealed.
    pub(super) fn add(&mut self, seal: &Seal) {
        self.sealed.insert(
            seal.number,
            Sealed {
                bytes: seal.files.iter().map(|file| file.bytes).sum(),
                opened_wall_ns: seal.opened_wall_ns,
                closed_wall_ns: seal.closed_wall_ns,
                first_wall_ns: seal.first_wall_ns,
                last_wall_ns: seal.last_wall_ns,
                has_machine_key: layout::machine_key(&self.record, seal.number).exists(),
            },
        );
    }

    /// A segment of this run is closed: so large it was.
    pub(super) fn closed(&mut self, bytes: u64) {
        self.recorded_closed += bytes;
    }

    /// What earlier runs recorded, until this one knows better.
    pub(super) fn estimate(&mut self) {
        let mut bytes = 0;
        let mut span_ns = 0_i64;
        for sealed in self.sealed.values().rev() {
            bytes += sealed.bytes;
            span_ns += (sealed.closed_wall_ns - sealed.opened_wall_ns).max(0);
            if span_ns as f64 >= DAY_NS {
                break;
            }
        }
        if span_ns as u128 >= RATE_SPAN_MIN.as_nanos() {
            self.bytes_per_day = (bytes as f64 * DAY_NS / span_ns as f64) as u64;
        }
    }

    /// Whether a minute has passed since the last look.
    pub(super) fn is_due(&self, now: MonoTime) -> bool {
        self.looked_at.is_none_or(|at| now.since(at) >= LOOK_EVERY)
    }

    /// Looks at the disk, and lets go what policy says. `open_bytes` is the size of the open segment.
    pub(super) fn look(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        open_bytes: u64,
        signer: &Signer,
    ) -> Looked {
        self.looked_at = Some(now);
        self.forget_machine_keys(wall);
        let mut rows = Vec::new();
        let looked = self.measure(now).and_then(|()| {
            self.reckon(now, open_bytes);
            let let_go = self.let_go(now, wall, signer, &mut rows);
            self.measure(now).and(let_go)
        });
        self.is_filling = self.fills(wall);
        Looked { rows, error: looked.err() }
    }

    /// How much a day is recorded.
    fn reckon(&mut self, now: MonoTime, open_bytes: u64) {
        self.recorded.push_back((now, self.recorded_closed + open_bytes));
        while let Some(&(at, _)) = self.recorded.front()
            && now.since(at) > RATE_SPAN
        {
            self.recorded.pop_front();
        }
        if let (Some(&(from, before)), Some(&(to, after))) =
            (self.recorded.front(), self.recorded.back())
            && to.since(from) >= RATE_SPAN_MIN
        {
            let span_ns = to.since(from).as_nanos() as f64;
            self.bytes_per_day = (after.saturating_sub(before) as f64 * DAY_NS / span_ns) as u64;
        }
    }

    fn measure(&mut self, now: MonoTime) -> Result<(), RecordError> {
        let disk =
            rustix::fs::statvfs(&self.record).map_err(|error| of_io(&self.record, error.into()))?;
        let there = disk.f_bavail.saturating_mul(disk.f_frsize);
        let free = self.pretended.map_or(there, |pretended| pretended.free);
        // Who freed it makes no difference: no more is wanted than is missing.
        let mut risen = free.saturating_sub(self.free);
        self.free = free;
        self.awaited.retain(|&(at, _)| now.since(at) < FREED_WITHIN);
        while let Some((_, bytes)) = self.awaited.front_mut() {
            let seen = risen.min(*bytes);
            risen -= seen;
            *bytes -= seen;
            if *bytes > 0 {
                break;
            }
            self.awaited.pop_front();
        }
        Ok(())
    }

    fn let_go(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        signer: &Signer,
        rows: &mut Vec<Row>,
    ) -> Result<(), RecordError> {
        let too_old = wall.before(self.policy.keep).as_unix_nanos();
        let newest = self.sealed.values().map(|sealed| sealed.last_wall_ns).max();
        // When all is too old the PC's clock may be wrong: nothing goes for its age alone until
        // something was recorded at the new time.
        let trusts_clock = newest.is_some_and(|newest| newest >= too_old);
        let mut holds = None;
        for _ in 0..DELETED_MAX {
            // What is measured in between would count what was just deleted twice, or not at all.
            let awaited: u64 = self.awaited.iter().map(|&(_, bytes)| bytes).sum();
            let is_full = self.free.saturating_add(awaited) < self.policy.reserve_bytes;
            let goes = |sealed: &Sealed| is_full || trusts_clock && sealed.last_wall_ns < too_old;
            if !self.sealed.values().any(goes) {
                break;
            }
            let holds = match &holds {
                Some(holds) => holds,
                None => holds.insert(read_holds(&self.record)?),
            };
            let Some(number) = self
                .sealed
                .iter()
                .find(|(_, sealed)| goes(sealed) && !is_held(holds, sealed))
                .map(|(&number, _)| number)
            else {
                break;
            };
            let why = if is_full {
                "the disk is nearly full".to_owned()
            } else {
                format!("older than {} days", self.policy.keep.as_secs() / 86_400)
            };
            let deleted = match delete(&self.record, number, wall, &why, signer) {
                Ok(row) => {
                    rows.push(row);
                    true
                }
                // One that cannot be deleted must not keep the next ones here.
                Err(error @ RecordError::Damaged { .. }) => {
                    tracing::error!(segment = number, "not deleted: {error}");
                    false
                }
                Err(error) => return Err(error),
            };
            let bytes = self.sealed.remove(&number).map_or(0, |sealed| sealed.bytes);
            if deleted {
                self.awaited.push_back((now, bytes));
                if let Some(Pretended { free, frees_late: false }) = &mut self.pretended {
                    *free += bytes;
                }
            }
        }
        if self.free >= self.policy.reserve_bytes || !rows.is_empty() {
            make_ballast(&self.record);
        }
        Ok(())
    }

    /// Whether the disk will be full within the days that are warned of, although segments go that
    /// are old enough.
    fn fills(&self, wall: WallTime) -> bool {
        if self.free < self.policy.reserve_bytes {
            return true;
        }
        if self.bytes_per_day == 0 {
            return false;
        }
        let holds = read_holds(&self.record).ok();
        (1..=u64::from(self.policy.warn_days)).any(|day| {
            let until = wall.after(Duration::from_secs(day * 86_400)).before(self.policy.keep);
            let goes: u64 = self
                .sealed
                .values()
                .filter(|sealed| sealed.last_wall_ns < until.as_unix_nanos())
                .filter(|sealed| holds.as_ref().is_some_and(|holds| !is_held(holds, sealed)))
                .map(|sealed| sealed.bytes)
                .sum();
            self.free_bytes() + goes < self.bytes_per_day.saturating_mul(day)
        })
    }

    fn forget_machine_keys(&mut self, wall: WallTime) {
        for (&number, sealed) in &mut self.sealed {
            let age_ns = wall.as_unix_nanos().saturating_sub(sealed.closed_wall_ns);
            if sealed.has_machine_key && age_ns > MACHINE_KEY_NS {
                match folder::remove(&layout::machine_key(&self.record, number)) {
                    Ok(()) => sealed.has_machine_key = false,
                    Err(error) => tracing::warn!("a machine key stays for now: {error}"),
                }
            }
        }
    }

    /// Free bytes less the reserve.
    pub(super) fn free_bytes(&self) -> u64 {
        self.free.saturating_sub(self.policy.reserve_bytes)
    }

    pub(super) fn bytes_per_day(&self) -> u64 {
        self.bytes_per_day
    }

    pub(super) fn days_left(&self) -> Option<u32> {
        let days = self.free_bytes().checked_div(self.bytes_per_day)?;
        Some(u32::try_from(days).unwrap_or(u32::MAX))
    }

    pub(super) fn is_filling(&self) -> bool {
        self.is_filling
    }

    /// Bytes of the sealed segments, and the earliest time in them.
    pub(super) fn sealed(&self) -> (u64, Option<i64>) {
        let bytes = self.sealed.values().map(|sealed| sealed.bytes).sum();
        (bytes, self.sealed.values().map(|sealed| sealed.first_wall_ns).min())
    }
}

fn is_held(holds: &[Hold], sealed: &Sealed) -> bool {
    holds.iter().any(|hold| hold.overlaps(sealed.first_wall_ns, sealed.last_wall_ns))
}

/// Deletes a sealed segment: `N.removed` first, then the files.
fn delete(
    record: &Path,
    number: u32,
    wall: WallTime,
    why: &str,
    signer: &Signer,
) -> Result<Row, RecordError> {
    let path = layout::seal(record, number);
    let seal = Seal::parse(&folder::read(&path)?, &path)?;
    let mut removed = Removed {
        seal,
        removed_wall_ns: wall.as_unix_nanos(),
        why: why.to_owned(),
        signer: String::new(),
        signature: String::new(),
    };
    removed.sign(signer);
    let path = layout::removed(record, number);
    let bytes = removed.to_bytes();
    if let Err(error) = replace(&path, &bytes) {
        let error = of_io(&path, error);
        if !matches!(error, RecordError::Full { .. }) {
            return Err(error);
        }
        folder::remove(&layout::ballast(record))?;
        replace(&path, &bytes).map_err(|error| of_io(&path, error))?;
    }
    let found = folder::scan(record)?.remove(&number).unwrap_or_default();
    finish_deletion(record, number, &found)?;
    tracing::warn!(segment = number, why, "deleted");
    Ok(removed_row(&removed))
}

/// What the segment then open says of a deletion.
pub(super) fn removed_row(removed: &Removed) -> Row {
    let seal = &removed.seal;
    Row::Removed {
        number: seal.number,
        wall: WallTime::from_unix_nanos(removed.removed_wall_ns),
        name: seal.files.first().map(|file| file.name.clone()).unwrap_or_default(),
        chain: seal.chain.clone(),
        why: removed.why.clone(),
    }
}

/// Deletes all files of a number but `N.removed`, which is there.
pub(super) fn finish_deletion(
    record: &Path,
    number: u32,
    found: &Found,
) -> Result<(), RecordError> {
    let segments = layout::segments(record);
    if let Some(name) = &found.name {
        let file = segments.join(name);
        for suffix in ["-shm", "-wal", ""] {
            folder::remove(&folder::beside(&file, suffix))?;
        }
    }
    folder::remove(&layout::machine_key(record, number))?;
    folder::remove(&layout::key_was(record, number))?;
    folder::remove(&layout::key(record, number))?;
    folder::remove(&layout::seal(record, number))?;
    sync_folder(&segments).map_err(|error| of_io(&segments, error))
}

/// Not there is no harm: it is a second way out of a full disk.
pub(super) fn make_ballast(record: &Path) {
    let path = layout::ballast(record);
    if path.exists() {
        return;
    }
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(&[0x56; BALLAST_BYTES]));
    if let Err(error) = made {
        tracing::debug!("no ballast: {error}");
        _ = folder::remove(&path);
    }
}
