//! The thread that writes. It takes what waits in the lanes, commits once a second and within
//! [`URGENT`] after rows, begins segments, and tries again each second what failed.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Select, Sender, TryRecvError};
use serde::{Deserialize, Serialize};
use vigie_board::BoardSnapshot;
use vigie_keyring::RawKey;
use vigie_model::{Clock, MonoTime, RunId, Text, WallTime};
use vigie_record::{AuditRow, RecordError, Recovered};

use super::{
    Book, Opened, Restored, Row, Sealing, Shelf,
    copying::Place,
    lanes::{Load, RecordLanes},
    sealing::{JOBS, Sealed},
    state::RecordState,
};
use crate::{
    StartError,
    desk::{Answer, Order},
};

/// The longest until a sample is on the disk, the commit included; and between two attempts.
const PERIOD: Duration = Duration::from_secs(1);
/// Room that is left for the next commit, in lengths of the last one: some have more chunks to write.
const ROOM: u32 = 2;
/// The longest that an urgent row waits for one.
const URGENT: Duration = Duration::from_millis(20);
/// And the shortest time between two commits, in lengths of the last one: a slow disk is not kept busy
/// with syncing alone.
const REST: u32 = 2;
/// The longest rest.
const REST_MAX: Duration = Duration::from_millis(500);
/// The longest sleep: so often the thread shows that it is alive.
const TURN: Duration = Duration::from_millis(250);
/// How often the disk, the keys and the copies are looked at.
const LOOK: Duration = Duration::from_secs(10);
/// How long the end waits for those who read and seal: whoever has a segment open keeps it from being
/// closed.
const OTHERS_PATIENCE: Duration = Duration::from_secs(1);
/// Hex digits of the name of a line of the audit.
const ID_DIGITS: usize = 32;
/// Who writes the station's own lines of the audit.
const BY: &str = "station";

/// The board's snapshot as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptBoard {
    /// When it was taken.
    wall: WallTime,
    board: BoardSnapshot,
}

/// Who waits for a segment to be sealed.
#[derive(Default)]
pub(super) struct Waiting(BTreeMap<u32, Vec<Answer<u32>>>);

/// All that the thread owns.
pub(super) struct Keeper {
    pub(super) shelf: Box<dyn Shelf>,
    pub(super) book: Option<Box<dyn Book>>,
    pub(super) lanes: RecordLanes,
    pub(super) state: Arc<RecordState>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) run: RunId,
    /// From clients.
    pub(super) orders: Receiver<Order>,
    /// From the copier.
    pub(super) own_orders: Receiver<Errand>,
    pub(super) copies: Sender<Place>,
    pub(super) seals: Sender<Box<dyn Sealing>>,
    pub(super) results: Receiver<Sealed>,
    /// Closed when the threads that read and seal have ended.
    pub(super) others: Receiver<()>,
    /// Closed when the station ends.
    pub(super) stopped: Receiver<()>,
    pub(super) desk: Waiting,
}

/// What the copier wants of the keeper.
pub(super) enum Errand {
    /// The open segment sealed.
    Seal(Answer<u32>),
    /// A line in the audit.
    Audit(AuditRow),
}

/// When something is due.
struct Due {
    commit: MonoTime,
    look: MonoTime,
    /// No commit before this.
    rest: MonoTime,
}

impl Due {
    /// A commit of what was taken from `taken` on has ended. What came since waits: it is taken early
    /// enough to be on the disk a [`PERIOD`] after it came. A disk that is slower than a fifth of that
    /// rests all the same.
    fn worked(&mut self, taken: MonoTime, now: MonoTime) {
        let took = now.since(taken);
        self.rest = now + (took * REST).min(REST_MAX);
        self.commit = (taken + PERIOD.saturating_sub(took * ROOM)).max(self.rest);
    }
}

impl Keeper {
    /// Runs until the station ends. `restored` is told the board's last snapshot, before anything slow.
    pub(super) fn run(mut self, restored: &Sender<Result<Option<Restored>, StartError>>) {
        let wall = self.clock.wall();
        match self.shelf.board() {
            Ok(board) => _ = restored.try_send(Ok(board.and_then(|board| restore(&board, wall)))),
            Err(why) => {
                _ = restored.try_send(Err(StartError::Unfit(why)));
                return;
            }
        }
        let now = self.clock.mono();
        let mut due = Due { commit: now, look: now, rest: now };
        loop {
            self.state.beat();
            let is_over = self.stopped.try_recv() == Err(TryRecvError::Disconnected);
            self.obey_all();
            self.take_seals();
            let now = self.clock.mono();
            let is_urgent = self.take_load();
            if is_urgent {
                due.commit = due.commit.min((now + URGENT).max(due.rest));
            }
            if is_over {
                break;
            }
            if now >= due.commit {
                self.work(&mut due, now);
                continue;
            }
            self.wait(due.commit);
        }
        self.finish();
    }

    /// One commit, or one attempt to have something to commit to, of what was taken from the lanes
    /// from `taken` on.
    fn work(&mut self, due: &mut Due, taken: MonoTime) {
        let (began, wall) = (self.clock.mono(), self.clock.wall());
        let result = self.try_work(began, wall);
        let now = self.clock.mono();
        due.worked(taken, now);
        let waiting = self.lanes.len() as u64;
        match result {
            Ok(()) => {
                if let Some(book) = &self.book {
                    self.state.write(book.status(), waiting);
                }
            }
            Err(error) => {
                let is_full = matches!(error, RecordError::Full { .. });
                let why = error.to_string();
                if !self.state.is_stopped_by(&why) {
                    tracing::error!("nothing is recorded: {why}");
                }
                if let Some(book) = &self.book {
                    self.state.tell(book.status(), waiting);
                }
                self.state.stop(now, wall, is_full, Text::from(why));
            }
        }
        if now >= due.look {
            due.look = now + LOOK;
            self.look();
        }
    }

    fn try_work(&mut self, now: MonoTime, wall: WallTime) -> Result<(), RecordError> {
        if self.book.is_none() {
            self.open(now, wall)?;
        }
        let Some(book) = &mut self.book else { return Ok(()) };
        let durable = book.commit(now, wall)?;
        tracing::trace!(?durable, "committed");
        if book.wants_rotation(wall) {
            self.rotate(None)?;
        }
        Ok(())
    }

    fn open(&mut self, now: MonoTime, wall: WallTime) -> Result<(), RecordError> {
        let Opened { mut book, recovered } = self.shelf.open(self.run, now, wall)?;
        let Recovered { durable, sealed, damaged, jobs } = recovered;
        tracing::info!(?durable, ?sealed, "the record is open");
        book.handle_audit(&audit(wall, "start", format!("run {}; sealed {sealed:?}", self.run.0)));
        let mut troubles = Vec::new();
        for (number, why) in damaged {
            tracing::error!(number, "a segment was left open and could not be closed: {why}");
            let trouble = format!("segment {number} could not be closed properly: {why}");
            book.handle_audit(&audit(wall, "damage", trouble.clone()));
            troubles.push(trouble);
        }
        self.state.set_troubles(troubles);
        for job in jobs {
            let number = job.number();
            if self.seals.try_send(Box::new(job)).is_err() {
                tracing::error!(number, "not sealed now: the next start does");
            }
        }
        self.book = Some(book);
        // What came while there was no book.
        self.take_load();
        Ok(())
    }

    /// Hands all that waits to the book. `true`: something of it is urgent. Without a book rows and
    /// samples stay where they are, and are bounded there.
    fn take_load(&mut self) -> bool {
        let Some(book) = &mut self.book else { return false };
        let is_woken = self.lanes.woken.try_recv().is_ok();
        let Load { rows, samples, snapshot, lost } = self.lanes.take();
        for row in rows {
            match row {
                Row::Heard(observation) => book.handle_observation(&observation),
                Row::Link(link) => book.handle_link(&link),
                Row::Log(entry) => book.handle_log(&entry),
            }
        }
        for observation in samples {
            book.handle_observation(&observation);
        }
        for lost in lost {
            tracing::error!(?lost, "the record took nothing for too long");
            book.handle_lost(&lost);
        }
        if let Some(board) = snapshot {
            let kept = KeptBoard { wall: self.clock.wall(), board: *board };
            match serde_json::to_vec(&kept) {
                Ok(bytes) => book.handle_snapshot(bytes),
                Err(error) => tracing::error!("the board cannot be kept: {error}"),
            }
        }
        is_woken
    }

    /// Begins the next segment and has the old one sealed. `answer` is told when it is.
    fn rotate(&mut self, answer: Option<Answer<u32>>) -> Result<(), RecordError> {
        let Some(book) = &mut self.book else {
            refuse(answer, "nothing is recorded at the moment: look at `vigie status`");
            return Ok(());
        };
        if self.seals.len() >= JOBS {
            refuse(answer, "several segments are being sealed already: try again in a minute");
            return Ok(());
        }
        match book.rotate(self.clock.mono(), self.clock.wall()) {
            Ok(job) => {
                let number = job.number();
                tracing::info!(number, "a segment is closed");
                let who_waits = self.desk.0.entry(number).or_default();
                who_waits.extend(answer);
                if self.seals.try_send(job).is_err() {
                    tracing::error!(number, "not sealed now: the next start does");
                }
                Ok(())
            }
            Err(error) => {
                refuse(answer, &error.to_string());
                Err(error)
            }
        }
    }

    fn take_seals(&mut self) {
        for Sealed { number, result } in self.results.try_iter() {
            if let (Ok(seal), Some(book)) = (&result, &mut self.book) {
                book.sealed(seal);
                let row = audit(self.clock.wall(), "seal", format!("segment {number}"));
                book.handle_audit(&row);
            }
            for answer in self.desk.0.remove(&number).unwrap_or_default() {
                answer(result.as_ref().map(|_| number).map_err(Clone::clone));
            }
        }
    }

    fn obey_all(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Seal(answer) => self.seal(answer),
                Order::Copy { place, answer } => self.copy(place, answer),
            }
        }
        while let Ok(errand) = self.own_orders.try_recv() {
            match errand {
                Errand::Seal(answer) => self.seal(answer),
                Errand::Audit(row) => {
                    if let Some(book) = &mut self.book {
                        book.handle_audit(&row);
                    }
                }
            }
        }
    }

    fn seal(&mut self, answer: Answer<u32>) {
        // What was heard before it was asked for is in the segment that is sealed.
        self.take_load();
        if let Err(error) = self.rotate(Some(answer)) {
            tracing::error!("a segment cannot be closed now: {error}");
        }
    }

    fn copy(&mut self, place: usize, answer: Answer<()>) {
        let config = self.state.config();
        let Some(path) = config.copies.get(place) else {
            let count = config.copies.len();
            let why = format!("{count} places for copies are configured: name one of them");
            return answer(Err(Text::from(why)));
        };
        if self.book.is_none() {
            return answer(Err(Text::from("nothing is recorded at the moment")));
        }
        let begun = self.copies.try_send(Place(path.into()));
        answer(begun.map_err(|_| Text::from("a copy is being made already: wait for its end")));
    }

    /// What changes slowly.
    fn look(&mut self) {
        let policy = self.shelf.policy();
        if let Some(book) = &mut self.book {
            book.set_policy(policy);
        }
        self.state.set_unprotected(self.shelf.is_unprotected());
        self.state.set_last_copy(self.shelf.last_copy(), policy.copy_age_max);
    }

    /// Sleeps until something comes, or something is due.
    fn wait(&self, due: MonoTime) {
        let mut select = Select::new();
        if self.book.is_some() {
            select.recv(&self.lanes.woken);
        }
        select.recv(&self.orders);
        select.recv(&self.own_orders);
        select.recv(&self.results);
        select.recv(&self.stopped);
        // Which of them it was is asked again anyway.
        _ = select.ready_timeout(due.since(self.clock.mono()).min(TURN));
    }

    /// The last commit, and the seal.
    fn finish(&mut self) {
        // Nothing is ever sent: whatever comes of it, they had their time.
        _ = self.others.recv_timeout(OTHERS_PATIENCE);
        self.take_seals();
        let wall = self.clock.wall();
        let Some(mut book) = self.book.take() else { return };
        book.handle_audit(&audit(wall, "stop", format!("run {}", self.run.0)));
        match book.close(self.clock.mono(), wall) {
            Ok(seal) => tracing::info!(number = seal.number, "the record is closed"),
            Err(error) => tracing::error!("the record could not be closed properly: {error}"),
        }
    }
}

fn refuse(answer: Option<Answer<u32>>, why: &str) {
    if let Some(answer) = answer {
        answer(Err(Text::from(why)));
    }
}

/// A line of the audit by the station itself.
pub(super) fn audit(wall: WallTime, what: &str, body: String) -> AuditRow {
    // Without randomness the time alone tells rows apart.
    let mut id = RawKey::random().map_or_else(
        |_| format!("{:032x}", wall.as_unix_nanos()),
        |random| random.to_hex().to_string(),
    );
    id.truncate(ID_DIGITS);
    AuditRow { id, wall_ns: wall.as_unix_nanos(), who: BY.into(), what: what.into(), body }
}

/// What stands in the board's last snapshot. One that cannot be read is as good as none.
fn restore(bytes: &[u8], now: WallTime) -> Option<Restored> {
    match serde_json::from_slice::<KeptBoard>(bytes) {
        Ok(KeptBoard { wall, board }) => Some(Restored { board, last_seen: wall.min(now) }),
        Err(error) => {
            tracing::error!("the board's last snapshot cannot be read: {error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With commits of a length that doubles, as when chunks of many streams end at once, nothing waits
    /// for longer than a second.
    #[test]
    fn a_sample_is_on_the_disk_within_a_second() {
        let taken = MonoTime::from_nanos(7_000_000_000);
        let due = |took: Duration| {
            let mut due = Due { commit: taken, look: taken, rest: taken };
            due.worked(taken, taken + took);
            due
        };
        for took_ms in [0, 1, 16, 33, 100, 200] {
            let took = Duration::from_millis(took_ms);
            let due = due(took);
            // What came just after the taking is on the disk after the next commit.
            assert!(due.commit + took * 2 <= taken + PERIOD, "{took_ms} ms");
            assert!(due.commit >= due.rest, "{took_ms} ms: {:?}", due.commit);
        }
        // A disk that cannot do it is not kept busy with syncing alone.
        for took_ms in [250, 400, 900, 5_000] {
            let took = Duration::from_millis(took_ms);
            let due = due(took);
            assert_eq!(due.commit, due.rest, "{took_ms} ms");
            assert_eq!(due.rest, taken + took + (took * 2).min(REST_MAX), "{took_ms} ms");
        }
    }
}
