//! What the alarm log wants of the record: the lines of one time, asked for piece by piece.
//!
//! Nothing is asked while the log is not shown, and one question at a time. A page up to now is asked for
//! again and again; one of another time once. Lines that are about an alarm name it by its id alone: where
//! it began before the page, the day before is looked through for its words, newest stretch first.

use std::{sync::Arc, time::Duration};

use vigie_dashboard::{Log, LogPage, LogWanted, Untold};
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

/// The stretches before a page that are looked through, one after the other, until the words of all its
/// alarms are found: a day in all.
const SOUGHT: [Duration; 3] =
    [Duration::from_secs(3_600), Duration::from_secs(4 * 3_600), Duration::from_secs(19 * 3_600)];
/// As many questions at most for one page.
const SOUGHT_MAX: u32 = 24;

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
    /// Alarms of the page that is shown whose words are looked for in the time before it.
    seek: Option<Seek>,
    /// Those that were looked for and not found.
    in_vain: Untold,
}

/// A stretch of time that is looked through.
#[derive(Debug)]
struct Seek {
    untold: Untold,
    /// Which of [`SOUGHT`] it is.
    nth: usize,
    from: WallTime,
    to: WallTime,
    asked: u32,
}

impl Seek {
    fn before(page: &LogPage, untold: Untold) -> Option<Seek> {
        let mut seek = Seek { untold, nth: 0, from: page.from, to: page.from, asked: 0 };
        seek.from = seek.to.before(*SOUGHT.first()?);
        (!seek.untold.is_empty()).then_some(seek)
    }

    /// The stretch before this one, if there is one and something is still looked for.
    fn next(mut self, begins: WallTime) -> Result<Seek, Untold> {
        self.nth += 1;
        match SOUGHT.get(self.nth) {
            Some(length) if !self.untold.is_empty() => {
                (self.from, self.to) = (begins.before(*length), begins);
                Ok(self)
            }
            Some(_) | None => Err(self.untold),
        }
    }
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
            seek: None,
            in_vain: Untold::default(),
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
                self.seek = None;
            }
            None => {}
        }
        if let Some(seek) = &mut self.seek {
            let what = What::Log { bed: None, alarms_only: true };
            if let Some(ticket) = ask(Query { from: seek.from, to: seek.to, what }) {
                seek.asked += 1;
                self.waiting = Some((ticket, mono));
            }
            return;
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
        if let Some(seek) = self.seek.take() {
            self.found(seek, answer);
            return;
        }
        let Some((mut page, _)) = self.gathered.take() else { return };
        match answer {
            Ok(slice) => {
                let is_empty = matches!(&slice.answer, Answer::Log(rows) if rows.is_empty());
                let is_locked = is_empty && !slice.locked.is_empty();
                match page.take(slice) {
                    Some(next) => self.gathered = Some((page, next)),
                    None if is_locked && page.rows.is_empty() => self.log = Log::Locked,
                    None => self.finish(page),
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

    /// A page is whole: it is shown, and what it does not tell itself is looked for.
    fn finish(&mut self, mut page: LogPage) {
        let mut untold = page.untold();
        if let Log::Of(last) = &self.log {
            untold.see(last.before.iter().chain(&last.rows));
            page.before = untold.settle();
        }
        untold.forget(&self.in_vain);
        self.seek = Seek::before(&page, untold);
        self.log = Log::Of(Arc::new(page));
    }

    /// Part of a stretch before the page was read.
    fn found(&mut self, mut seek: Seek, answer: Result<Slice, Text>) {
        let Log::Of(page) = &mut self.log else { return };
        let more_from = match answer {
            Ok(Slice { answer: Answer::Log(rows), more_from, .. }) => {
                seek.untold.see(&rows);
                // An answer that stands still would be asked for without an end.
                more_from.filter(|more| seek.from < *more && *more < seek.to)
            }
            Ok(_) | Err(_) => None,
        };
        if seek.asked >= SOUGHT_MAX {
            self.in_vain.join(seek.untold);
            return;
        }
        if let Some(more) = more_from {
            seek.from = more;
            self.seek = Some(seek);
            return;
        }
        let found = seek.untold.settle();
        if !found.is_empty() {
            Arc::make_mut(page).before.extend(found);
        }
        let earlier = SOUGHT.iter().take(seek.nth + 1).sum::<Duration>();
        match seek.next(page.from.before(earlier)) {
            Ok(next) => self.seek = Some(next),
            Err(untold) => self.in_vain.join(untold),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use vigie_history::LogRow;
    use vigie_model::{
        Alarm, AlarmKind, AlarmPhase, BedId, DeviceKey, LogKind, Priority, RunId, Stamp,
    };

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

    fn of_alarm(secs: u64, kind: LogKind) -> LogRow {
        LogRow { device: Some(DeviceKey("d".into())), kind, ..row(secs) }
    }

    fn ended(secs: u64, id: &str) -> LogRow {
        of_alarm(secs, LogKind::DeviceAlarmEnded(id.into()))
    }

    fn began(secs: u64, id: &str) -> LogRow {
        let alarm = Alarm {
            id: id.into(),
            kind: AlarmKind::Physiological,
            priority: Priority::High,
            phase: AlarmPhase::Active,
            inactivation: None,
            code: None,
            vendor: id.into(),
            subject: None,
            value: None,
            limit: None,
            text: "***VTACH".into(),
        };
        of_alarm(secs, LogKind::DeviceAlarm(alarm))
    }

    fn before(log: &Log) -> usize {
        let Log::Of(page) = log else { panic!("{log:?}") };
        page.before.len()
    }

    #[test]
    fn an_alarm_that_began_before_the_page_is_looked_for_stretch_by_stretch() {
        let mut bench = Bench::default();
        bench.paint(&now(), 0);
        bench.answer(1, 0, Ok(slice(vec![ended(900, "7"), ended(300, "8")], None)));
        // The page is there at once.
        let shown = bench.paint(&now(), 1);
        assert_eq!((rows(&shown), before(&shown)), (2, 0));
        let page_from = WALL.after(SECOND).before(HOUR);
        let query = bench.asked.borrow()[1].clone();
        let what = What::Log { bed: None, alarms_only: true };
        assert_eq!(query, Query { from: page_from.before(HOUR), to: page_from, what });
        // In two pieces; of an alarm that was told twice the newer line counts.
        let more = page_from.before(HOUR / 2);
        bench.answer(2, 1, Ok(slice(vec![began(6_000, "7")], Some(more))));
        bench.paint(&now(), 2);
        assert_eq!(bench.asked.borrow()[2].from, more);
        bench.answer(3, 2, Ok(slice(vec![began(4_000, "7")], None)));
        let shown = bench.paint(&now(), 3);
        assert_eq!(before(&shown), 1);
        let Log::Of(page) = &shown else { panic!() };
        assert_eq!(page.before[0].stamp.wall, WALL.before(Duration::from_secs(4_000)));
        // The other one is older than a day: looked for to the end, and not again.
        let query = bench.asked.borrow()[3].clone();
        assert_eq!((query.from, query.to), (page_from.before(HOUR * 5), page_from.before(HOUR)));
        bench.answer(4, 3, Ok(slice(Vec::new(), None)));
        bench.paint(&now(), 4);
        let query = bench.asked.borrow()[4].clone();
        assert_eq!(query.from, page_from.before(HOUR * 24));
        bench.answer(5, 4, Err("unreadable".into()));
        bench.paint(&now(), 5);
        assert_eq!(bench.count(), 5);
        // Asked anew, the page keeps what is known, and what was not found is let be.
        bench.paint(&now(), 10);
        bench.answer(6, 10, Ok(slice(vec![ended(900, "7"), ended(300, "8")], None)));
        assert_eq!(before(&bench.paint(&now(), 11)), 1);
        assert_eq!(bench.count(), 6);
    }

    #[test]
    fn looking_for_alarms_ends() {
        let mut bench = Bench::default();
        bench.paint(&now(), 0);
        bench.answer(1, 0, Ok(slice(vec![ended(900, "7")], None)));
        for secs in 1..200 {
            bench.paint(&now(), 1);
            // A log of which each answer is a piece.
            let ticket = bench.count() as u64;
            let from = bench.asked.borrow().last().unwrap().from;
            bench.answer(ticket, 1, Ok(slice(Vec::new(), Some(from.after(SECOND)))));
            assert!(bench.count() <= 1 + SOUGHT_MAX as usize, "{secs}");
        }
        assert_eq!(bench.count(), 1 + SOUGHT_MAX as usize);
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
