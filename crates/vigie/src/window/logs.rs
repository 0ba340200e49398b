//! What the alarm log wants of the record: the lines of one time, asked for piece by piece.
//!
//! Nothing is asked while the log is not shown, and one question at a time. A page up to now is asked for
//! again and again; one of another time once.

use std::{sync::Arc, time::Duration};

use vigie_dashboard::{Log, LogPage, LogWanted};
use vigie_history::{Answer, Query, RecordState, Slice, What};
use vigie_model::{MonoTime, Text, WallTime};

use super::trends::Asker;

/// A page up to now is asked for so often, and one that could not be read too.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// An answer that has not come by then is not waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// What was not painted for so long is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(2);
/// A page up to now ends so much later, so that it has the second that is under way.
const SECOND: Duration = Duration::from_secs(1);

/// The log as it is shown now.
#[derive(Debug, Default)]
pub struct Logs(Option<Wanted>);

#[derive(Debug)]
struct Wanted {
    what: LogWanted,
    log: Log,
    /// When it was last painted.
    painted: MonoTime,
    /// When its first piece was last asked for.
    asked: Option<MonoTime>,
    /// The question under way, and since when.
    waiting: Option<(u64, MonoTime)>,
    /// The page that is put together, and from when on its next piece is.
    gathered: Option<(LogPage, WallTime)>,
}

impl Logs {
    /// What there is of the log; asks for it when it is time to.
    pub fn of(
        &mut self,
        wanted: &LogWanted,
        (mono, wall): (MonoTime, WallTime),
        record: &RecordState,
        ask: Asker<'_>,
    ) -> Log {
        if *record == RecordState::Off {
            return Log::NoRecord;
        }
        let known = self.0.take().filter(|known| known.what == *wanted);
        let known = self.0.insert(known.unwrap_or_else(|| Wanted {
            what: wanted.clone(),
            log: Log::Loading,
            painted: mono,
            asked: None,
            waiting: None,
            gathered: None,
        }));
        known.painted = mono;
        known.ask(mono, wall, ask);
        known.log.clone()
    }

    /// Takes the answers to its own questions, gives back the others, and forgets what is painted no
    /// longer.
    pub fn take(
        &mut self,
        answers: Vec<(u64, Result<Slice, Text>)>,
        now: MonoTime,
    ) -> Vec<(u64, Result<Slice, Text>)> {
        let mut others = Vec::new();
        for (ticket, answer) in answers {
            match &mut self.0 {
                Some(known) if known.waiting.is_some_and(|(waiting, _)| waiting == ticket) => {
                    known.take(answer);
                }
                Some(_) | None => others.push((ticket, answer)),
            }
        }
        if self.0.as_ref().is_some_and(|known| now.since(known.painted) >= FORGET_AFTER) {
            self.0 = None;
        }
        others
    }
}

impl Wanted {
    fn ask(&mut self, mono: MonoTime, wall: WallTime, ask: Asker<'_>) {
        match self.waiting {
            Some((_, since)) if mono.since(since) < ANSWER_WITHIN => return,
            Some(_) => {
                // Begun anew: what is known of the page may have a hole.
                (self.waiting, self.gathered, self.asked) = (None, None, None);
            }
            None => {}
        }
        let age = self.asked.map(|asked| mono.since(asked));
        let must_refresh = self.what.to.is_none() || !matches!(self.log, Log::Of(_));
        let is_due = age.is_none_or(|age| must_refresh && age >= ASK_EVERY);
        let gathered = match self.gathered.take() {
            Some(gathered) => Some(gathered),
            None if is_due => {
                let to = self.what.to.unwrap_or_else(|| wall.after(SECOND));
                let from = to.before(self.what.length);
                self.asked = None;
                Some((LogPage::new(from, to), from))
            }
            None => None,
        };
        let Some((page, next)) = gathered else { return };
        let what = What::Log { bed: self.what.bed.clone(), alarms_only: false };
        let query = Query { from: next, to: page.to, what };
        // Refused: there is no room for it now. The next frame tries again.
        if let Some(ticket) = ask(query) {
            self.waiting = Some((ticket, mono));
            self.asked = self.asked.or(Some(mono));
        }
        self.gathered = Some((page, next));
    }

    fn take(&mut self, answer: Result<Slice, Text>) {
        self.waiting = None;
        let Some((mut page, _)) = self.gathered.take() else { return };
        match answer {
            Ok(slice) => {
                let is_empty = matches!(&slice.answer, Answer::Log(rows) if rows.is_empty());
                let is_locked = is_empty && !slice.locked.is_empty();
                match page.take(slice) {
                    Some(next) => self.gathered = Some((page, next)),
                    None if is_locked && page.rows.is_empty() => self.log = Log::Locked,
                    None => self.log = Log::Of(Arc::new(page)),
                }
            }
            Err(why) => {
                tracing::debug!(%why, "the log was not answered");
                // A page that is there stays: it says up to when it goes.
                if self.log == Log::Loading {
                    self.log = Log::Unreadable;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use vigie_history::LogRow;
    use vigie_model::{BedId, LogKind, RunId, Stamp};

    use super::*;

    const START: MonoTime = MonoTime::from_nanos(1 << 45);
    const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    #[derive(Default)]
    struct Bench {
        logs: Logs,
        asked: RefCell<Vec<Query>>,
        is_full: Cell<bool>,
    }

    fn now() -> LogWanted {
        LogWanted { to: None, length: HOUR, bed: None }
    }

    fn row(secs: u64) -> LogRow {
        let at = WALL.before(Duration::from_secs(secs));
        let stamp = Stamp { run: RunId(1), seq: 0, mono: START, wall: at };
        LogRow { stamp, bed: None, device: None, kind: LogKind::Note("restarted".into()) }
    }

    fn slice(rows: Vec<LogRow>, more_from: Option<WallTime>) -> Slice {
        Slice { answer: Answer::Log(rows), more_from, damage: Vec::new(), locked: Vec::new() }
    }

    impl Bench {
        fn paint(&mut self, wanted: &LogWanted, secs: u64) -> Log {
            let after = Duration::from_secs(secs);
            let asked = &self.asked;
            let ask = |query: Query| {
                let mut asked = asked.borrow_mut();
                (!self.is_full.get()).then(|| asked.push(query)).map(|()| asked.len() as u64)
            };
            let now = (START + after, WALL.after(after));
            self.logs.of(wanted, now, &RecordState::Writing, &ask)
        }

        fn answer(&mut self, ticket: u64, secs: u64, answer: Result<Slice, Text>) -> usize {
            let now = START + Duration::from_secs(secs);
            self.logs.take(vec![(ticket, answer)], now).len()
        }

        fn count(&self) -> usize {
            self.asked.borrow().len()
        }
    }

    fn rows(log: &Log) -> usize {
        let Log::Of(page) = log else { panic!("{log:?}") };
        page.rows.len()
    }

    #[test]
    fn a_page_is_put_together_from_its_pieces() {
        let mut bench = Bench::default();
        assert_eq!(bench.paint(&now(), 0), Log::Loading);
        assert_eq!(bench.paint(&now(), 1), Log::Loading);
        assert_eq!(bench.count(), 1, "one question at a time");
        let more = WALL.before(Duration::from_secs(600));
        assert_eq!(bench.answer(1, 1, Ok(slice(vec![row(900), row(700)], Some(more)))), 0);
        assert_eq!(bench.paint(&now(), 1), Log::Loading, "half a page is none");
        let asked = bench.asked.borrow()[1].clone();
        assert_eq!((asked.from, asked.to), (more, WALL.after(SECOND)));
        assert_eq!(bench.answer(7, 1, Ok(slice(Vec::new(), None))), 1, "another's answer");
        bench.answer(2, 1, Ok(slice(vec![row(500)], None)));
        assert_eq!(rows(&bench.paint(&now(), 1)), 3);
    }

    #[test]
    fn the_newest_page_is_kept_fresh_and_an_older_one_is_not_asked_for_again() {
        let mut bench = Bench::default();
        bench.paint(&now(), 0);
        bench.answer(1, 0, Ok(slice(vec![row(5)], None)));
        for secs in 1..10 {
            bench.paint(&now(), secs);
        }
        assert_eq!(bench.count(), 1);
        assert_eq!(rows(&bench.paint(&now(), 10)), 1, "it stays while the next is on its way");
        assert_eq!(bench.count(), 2);
        bench.answer(2, 10, Ok(slice(vec![row(5), row(1)], None)));
        assert_eq!(rows(&bench.paint(&now(), 11)), 2);
        let older = LogWanted { to: Some(WALL), bed: Some(BedId("1".into())), ..now() };
        assert_eq!(bench.paint(&older, 12), Log::Loading);
        bench.answer(3, 12, Ok(slice(Vec::new(), None)));
        for secs in 12..60 {
            assert_eq!(rows(&bench.paint(&older, secs)), 0);
        }
        assert_eq!(bench.count(), 3);
        let query = bench.asked.borrow()[2].clone();
        let what = What::Log { bed: Some(BedId("1".into())), alarms_only: false };
        assert_eq!(query, Query { from: WALL.before(HOUR), to: WALL, what });
    }

    #[test]
    fn what_cannot_be_answered_says_so_and_is_tried_again() {
        let mut bench = Bench::default();
        bench.is_full.set(true);
        assert_eq!(bench.paint(&now(), 0), Log::Loading);
        bench.is_full.set(false);
        bench.paint(&now(), 1);
        assert_eq!(bench.count(), 1, "as soon as there is room");
        bench.answer(1, 1, Err("the station went away".into()));
        assert_eq!(bench.paint(&now(), 2), Log::Unreadable);
        for secs in 3..12 {
            bench.paint(&now(), secs);
        }
        assert_eq!(bench.count(), 2);
        // No answer: asked for again after a minute, and the late one is nobody's.
        for secs in 12..72 {
            bench.paint(&now(), secs);
        }
        assert_eq!(bench.count(), 3);
        assert_eq!(bench.answer(2, 71, Ok(slice(Vec::new(), None))), 1);
        let locked = Slice { locked: vec![3], ..slice(Vec::new(), None) };
        bench.answer(3, 71, Ok(locked));
        assert_eq!(bench.paint(&now(), 72), Log::Locked);
        let off = bench.logs.of(&now(), (START, WALL), &RecordState::Off, &|_| None);
        assert_eq!(off, Log::NoRecord);
    }

    #[test]
    fn a_log_that_is_closed_costs_nothing_and_is_forgotten() {
        let mut bench = Bench::default();
        bench.paint(&now(), 0);
        bench.answer(1, 0, Ok(slice(vec![row(5)], None)));
        assert!(bench.logs.take(Vec::new(), START + Duration::from_secs(5)).is_empty());
        assert!(bench.logs.0.is_none());
        assert_eq!(bench.paint(&now(), 6), Log::Loading);
    }
}
