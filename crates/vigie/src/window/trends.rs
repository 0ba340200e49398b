//! What the open bed wants of the record: the last hour of its main numbers, asked again and again.
//!
//! Nothing is asked while no bed is open, and no question twice while its answer is under way.

use std::{collections::BTreeMap, time::Duration};

use vigie_dashboard::Trend;
use vigie_history::{Query, RecordState, Slice, Source, What};
use vigie_model::{BedId, DeviceKey, MetricKey, MonoTime, Text, WallTime};

/// A chart is asked for so often: it has a mark a minute.
const ASK_EVERY: Duration = Duration::from_secs(20);
/// An answer that has not come by then is not waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// What was not painted for so long is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(2);
/// Marks of a chart.
const MINUTES: u16 = 60;

/// Whoever carries questions to the record; `None`: not now.
pub type Asker<'a> = &'a dyn Fn(Query) -> Option<u64>;

/// The charts of the open bed.
#[derive(Debug, Default)]
pub struct Trends {
    charts: BTreeMap<(BedId, Option<DeviceKey>, MetricKey), Chart>,
}

#[derive(Debug)]
struct Chart {
    trend: Trend,
    /// When it was last painted.
    wanted: MonoTime,
    asked: Option<MonoTime>,
    waiting: Option<Waiting>,
}

/// A question under way.
#[derive(Debug)]
struct Waiting {
    ticket: u64,
    from: WallTime,
    to: WallTime,
}

impl Trends {
    /// What there is of one number; asks for it when it is time to. `device`: of whose, where two of the
    /// bed have streams of that key.
    pub fn of(
        &mut self,
        bed: &BedId,
        (device, key): (Option<&DeviceKey>, &MetricKey),
        now: (MonoTime, WallTime),
        record: &RecordState,
        ask: Asker<'_>,
    ) -> Trend {
        if *record == RecordState::Off {
            return Trend::NoRecord;
        }
        let (mono, wall) = now;
        let chart =
            self.charts.entry((bed.clone(), device.cloned(), key.clone())).or_insert_with(|| {
                Chart { trend: Trend::Loading, wanted: mono, asked: None, waiting: None }
            });
        chart.wanted = mono;
        let age = chart.asked.map(|asked| mono.since(asked));
        if age.is_some_and(|age| age >= ANSWER_WITHIN) {
            chart.waiting = None;
        }
        if chart.waiting.is_none() && age.is_none_or(|age| age >= ASK_EVERY) {
            let (from, to) = last_hour(wall);
            let (bed, key) = (bed.clone(), key.clone());
            let source = match device.cloned() {
                Some(device) => Source::DeviceAtBed { bed, device, key },
                None => Source::Bed { bed, key },
            };
            let query = Query { from, to, what: What::Trend { source, points_max: MINUTES } };
            // Refused: there is no room for it now. The next frame tries again.
            if let Some(ticket) = ask(query) {
                chart.asked = Some(mono);
                chart.waiting = Some(Waiting { ticket, from, to });
            }
        }
        chart.trend.clone()
    }

    /// Takes what was answered, and forgets what is painted no longer.
    pub fn take(&mut self, answers: Vec<(u64, Result<Slice, Text>)>, now: MonoTime) {
        for (ticket, answer) in answers {
            let is_its = |chart: &&mut Chart| {
                chart.waiting.as_ref().is_some_and(|waiting| waiting.ticket == ticket)
            };
            let Some(chart) = self.charts.values_mut().find(is_its) else { continue };
            let Some(Waiting { from, to, .. }) = chart.waiting.take() else { continue };
            match answer {
                Ok(slice) => chart.trend = Trend::of_slice(&slice, from, to),
                Err(why) => {
                    tracing::debug!(%why, "a trend was not answered");
                    // A chart that is there stays: it says up to when it goes.
                    if chart.trend == Trend::Loading {
                        chart.trend = Trend::Unreadable;
                    }
                }
            }
        }
        self.charts.retain(|_, chart| now.since(chart.wanted) < FORGET_AFTER);
    }
}

/// Sixty whole minutes, the present one last.
fn last_hour(wall: WallTime) -> (WallTime, WallTime) {
    const MINUTE_NANOS: i64 = 60_000_000_000;
    let begun = wall.as_unix_nanos().div_euclid(MINUTE_NANOS).saturating_mul(MINUTE_NANOS);
    let to = WallTime::from_unix_nanos(begun.saturating_add(MINUTE_NANOS));
    (to.before(Duration::from_secs(60) * u32::from(MINUTES)), to)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use vigie_history::{Answer, TrendPoint};
    use vigie_model::Unit;

    use super::*;

    const START: MonoTime = MonoTime::from_nanos(1 << 45);
    const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

    struct Bench {
        trends: Trends,
        asked: RefCell<Vec<Query>>,
        is_full: Cell<bool>,
    }

    impl Bench {
        fn new() -> Bench {
            let (trends, asked) = (Trends::default(), RefCell::default());
            Bench { trends, asked, is_full: Cell::new(false) }
        }

        /// Paints the heart rate of a bed, so long after the start.
        fn paint(&mut self, bed: &str, secs: u64, record: &RecordState) -> Trend {
            let after = Duration::from_secs(secs);
            let now = (START + after, WALL.after(after));
            let key = MetricKey { code: None, vendor: "hr".into(), instance: 0 };
            let asked = &self.asked;
            let ask = |query: Query| {
                let mut asked = asked.borrow_mut();
                (!self.is_full.get()).then(|| asked.push(query)).map(|()| asked.len() as u64)
            };
            self.trends.of(&BedId(bed.into()), (None, &key), now, record, &ask)
        }

        fn answer(&mut self, ticket: u64, secs: u64, answer: Result<Slice, Text>) {
            let now = START + Duration::from_secs(secs);
            self.trends.take(vec![(ticket, answer)], now);
        }

        fn pass(&mut self, secs: u64) {
            self.trends.take(Vec::new(), START + Duration::from_secs(secs));
        }

        fn count(&self) -> usize {
            self.asked.borrow().len()
        }
    }

    fn slice() -> Slice {
        let from = last_hour(WALL).0;
        let point = TrendPoint { from, low: 60.0, mean: 70.0, high: 80.0, count: 60 };
        Slice {
            answer: Answer::Trend {
                step_s: 60,
                unit: Unit::one(),
                digits: Some(0),
                points: vec![point],
            },
            more_from: None,
            damage: Vec::new(),
            locked: Vec::new(),
        }
    }

    #[test]
    fn a_chart_is_asked_for_every_20_s_and_never_twice_at_once() {
        let mut bench = Bench::new();
        for secs in 0..19 {
            assert_eq!(bench.paint("1", secs, &RecordState::Writing), Trend::Loading);
            bench.pass(secs);
        }
        assert_eq!(bench.count(), 1);
        bench.answer(1, 19, Ok(slice()));
        assert!(matches!(bench.paint("1", 19, &RecordState::Writing), Trend::Of(_)));
        assert_eq!(bench.count(), 1);
        assert!(matches!(bench.paint("1", 20, &RecordState::Writing), Trend::Of(_)));
        assert_eq!(bench.count(), 2);
        let query = bench.asked.borrow()[0].clone();
        assert_eq!(query.to.since(query.from), Duration::from_secs(3_600));
        assert_eq!(query.from.as_unix_nanos() % 60_000_000_000, 0);
        assert!(query.from < WALL && WALL < query.to);
    }

    #[test]
    fn an_answer_that_never_comes_is_asked_for_again() {
        let mut bench = Bench::new();
        for secs in 0..60 {
            bench.paint("1", secs, &RecordState::Writing);
            bench.pass(secs);
        }
        assert_eq!(bench.count(), 1);
        bench.paint("1", 60, &RecordState::Writing);
        assert_eq!(bench.count(), 2);
        // The late answer of the first question is nobody's.
        bench.answer(1, 60, Ok(slice()));
        assert_eq!(bench.paint("1", 61, &RecordState::Writing), Trend::Loading);
    }

    #[test]
    fn a_bed_that_is_closed_costs_nothing_and_is_forgotten() {
        let mut bench = Bench::new();
        bench.paint("1", 0, &RecordState::Writing);
        bench.answer(1, 0, Ok(slice()));
        bench.pass(5);
        assert!(bench.trends.charts.is_empty());
        assert_eq!(bench.paint("2", 6, &RecordState::Writing), Trend::Loading);
        assert_eq!(bench.count(), 2);
    }

    #[test]
    fn what_cannot_be_answered_says_so_and_takes_no_chart_away() {
        let mut bench = Bench::new();
        assert_eq!(bench.paint("1", 0, &RecordState::Off), Trend::NoRecord);
        assert_eq!(bench.count(), 0);
        bench.is_full.set(true);
        assert_eq!(bench.paint("1", 0, &RecordState::Writing), Trend::Loading);
        bench.is_full.set(false);
        bench.paint("1", 1, &RecordState::Writing);
        assert_eq!(bench.count(), 1, "as soon as there is room");
        bench.answer(1, 1, Err("the station went away".into()));
        assert_eq!(bench.paint("1", 2, &RecordState::Writing), Trend::Unreadable);
        for secs in 2..22 {
            bench.paint("1", secs, &RecordState::Writing);
            bench.pass(secs);
        }
        bench.answer(2, 22, Ok(slice()));
        let there = bench.paint("1", 22, &RecordState::Writing);
        assert!(matches!(there, Trend::Of(_)));
        for secs in 22..42 {
            bench.paint("1", secs, &RecordState::Writing);
            bench.pass(secs);
        }
        bench.answer(3, 42, Err("the station went away".into()));
        assert_eq!(bench.paint("1", 42, &RecordState::Writing), there);
    }
}
