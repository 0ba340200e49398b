//! Streams of one device: their keys, what is told of them, and how often they come.
//!
//! The same code occurs more than once in a message (T1 and T2, respiration from ECG and from gas), so
//! a stream is told apart by its sub-id and its body site too, and numbered in the order met.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use vigie_model::{
    Cadence, Category, Event, Fault, FaultKind, MdcCode, MetricKey, MonoTime, StreamInfo, Text,
    Unit,
};
use vigie_session::driver::STREAMS_MAX;

use crate::wire::value;

/// How often a bed is taken to be sent until that was heard: gateways are mostly set to a minute.
pub(super) const FIRST_PERIOD: Duration = Duration::from_secs(60);
/// Two rows of one burst.
const BURST: Duration = Duration::from_millis(200);
/// No feed is faster or slower.
const PERIOD_MIN: Duration = Duration::from_secs(1);
const PERIOD_MAX: Duration = Duration::from_secs(900);
/// Intervals that are remembered; a period is believed after [`INTERVALS_FIRST`] of them.
const INTERVALS: usize = 5;
const INTERVALS_FIRST: usize = 3;

/// How often something comes, as heard.
#[derive(Clone, Debug)]
pub(super) struct Rhythm {
    last: Option<MonoTime>,
    recent: VecDeque<Duration>,
    period: Duration,
    is_known: bool,
}

impl Rhythm {
    /// Nothing heard yet; a configured period is never questioned.
    pub(super) fn new(configured: Option<Duration>) -> Rhythm {
        Rhythm {
            last: None,
            recent: VecDeque::new(),
            period: configured.unwrap_or(FIRST_PERIOD),
            is_known: configured.is_some(),
        }
    }

    /// It came now. What is learnt is the middle of the last intervals, in whole seconds, and only a
    /// change by half is one: a feed that stutters keeps its period, and its silence shows.
    pub(super) fn heard(&mut self, now: MonoTime, is_configured: bool) -> Duration {
        let since = self.last.map(|last| now.since(last));
        if since.is_some_and(|since| since < BURST) {
            return self.period;
        }
        self.last = Some(now);
        let Some(interval) = since.filter(|_| !is_configured) else { return self.period };
        if self.recent.len() >= INTERVALS {
            self.recent.pop_front();
        }
        self.recent.push_back(interval);
        if self.recent.len() >= if self.is_known { INTERVALS } else { INTERVALS_FIRST } {
            let mut sorted: Vec<Duration> = self.recent.iter().copied().collect();
            sorted.sort();
            let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(self.period);
            let seconds = (middle.as_secs_f64() - 0.2).ceil().max(1.0);
            let found = Duration::from_secs_f64(seconds).clamp(PERIOD_MIN, PERIOD_MAX);
            let is_change = found * 2 >= self.period * 3 || found * 3 <= self.period * 2;
            if !self.is_known || is_change {
                self.period = found;
                self.is_known = true;
            }
        }
        self.period
    }
}

/// What a row says of its stream.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) label: String,
    pub(super) unit: Unit,
    pub(super) category: Category,
    /// `None`: as often as it is heard.
    pub(super) cadence: Option<Cadence>,
    /// Which channel of its code it is, where the maker's code tells; `None`: in the order met.
    pub(super) channel: Option<u16>,
}

#[derive(Debug)]
struct Known {
    key: MetricKey,
    /// Sub-id and site, as shown behind the label where there are several.
    apart: String,
    rhythm: Rhythm,
    told: Option<Told>,
    said: Option<StreamInfo>,
}

/// All streams of a device.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// By the maker's code.
    known: BTreeMap<String, Vec<Known>>,
    count: usize,
}

impl Streams {
    /// The key of a stream, told to the board when it is new or was told otherwise. `None` when there
    /// are too many.
    #[expect(clippy::too_many_arguments, reason = "one call a row; a struct would be filled once")]
    pub(super) fn key(
        &mut self,
        now: MonoTime,
        code: Option<MdcCode>,
        vendor: &str,
        apart: &str,
        configured: Option<Duration>,
        told: Told,
        events: &mut Vec<Event>,
    ) -> Option<MetricKey> {
        let (vendor, apart) = (value::name(vendor), value::name(apart));
        let told = Told { label: value::name(&told.label).to_owned(), ..told };
        let is_known =
            self.known.get(vendor).is_some_and(|all| all.iter().any(|it| it.apart == apart));
        if !is_known && self.count >= STREAMS_MAX {
            // Before anything is kept of it: a sender can make up codes without end.
            let what = Text::from("too many streams of a bed");
            events.push(Event::Fault(Fault { kind: FaultKind::Capped, what, count: 1 }));
            return None;
        }
        let of_code = self.known.entry(vendor.to_owned()).or_default();
        let at = match of_code.iter().position(|known| known.apart == apart) {
            Some(at) => at,
            None => {
                self.count += 1;
                let met = u16::try_from(of_code.len()).unwrap_or(u16::MAX);
                let instance = told.channel.unwrap_or(met);
                of_code.push(Known {
                    key: MetricKey { code, vendor: Text::from(vendor), instance },
                    apart: apart.to_owned(),
                    rhythm: Rhythm::new(configured),
                    told: None,
                    said: None,
                });
                of_code.len() - 1
            }
        };
        let is_several = of_code.len() > 1;
        let known = of_code.get_mut(at)?;
        // The first words of a stream name it: its code is not questioned by later rows.
        let period = known.rhythm.heard(now, configured.is_some());
        known.told = Some(told);
        let key = known.key.clone();
        for known in of_code {
            known.say(is_several, if known.key == key { Some(period) } else { None }, events);
        }
        Some(key)
    }

    /// All is to be told again: another connection, perhaps another bed behind it.
    pub(super) fn say_again(&mut self) {
        self.known.values_mut().flatten().for_each(|known| known.said = None);
    }
}

impl Known {
    fn say(&mut self, is_several: bool, period: Option<Duration>, events: &mut Vec<Event>) {
        let Some(told) = &self.told else { return };
        let period = period.unwrap_or(self.rhythm.period);
        let mut label = told.label.clone();
        if is_several && !self.apart.is_empty() {
            label = format!("{label} {}", self.apart);
        }
        let info = StreamInfo {
            key: self.key.clone(),
            label: Some(Text::from(label)).filter(|label| !label.is_empty()),
            unit: told.unit.clone(),
            digits: None,
            category: told.category,
            cadence: told.cadence.unwrap_or(Cadence::Periodic(period)),
        };
        if self.said.as_ref() != Some(&info) {
            self.said = Some(info.clone());
            events.push(Event::Stream(info));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_is_learnt_and_a_stutter_changes_nothing() {
        let mut rhythm = Rhythm::new(None);
        let mut now = MonoTime::START;
        assert_eq!(rhythm.heard(now, false), FIRST_PERIOD);
        for _ in 0..3 {
            now = now + Duration::from_millis(10_050);
            rhythm.heard(now, false);
            // The rest of the burst.
            rhythm.heard(now + Duration::from_millis(50), false);
        }
        assert_eq!(rhythm.period, Duration::from_secs(10));
        for gap in [10, 30, 10, 40, 10, 10] {
            now = now + Duration::from_secs(gap);
            assert_eq!(rhythm.heard(now, false), Duration::from_secs(10), "{gap}");
        }
        for _ in 0..5 {
            now = now + Duration::from_secs(60);
            rhythm.heard(now, false);
        }
        assert_eq!(rhythm.period, Duration::from_secs(60));
    }

    #[test]
    fn a_configured_period_stays() {
        let mut rhythm = Rhythm::new(Some(Duration::from_secs(60)));
        for second in 0..10 {
            let now = MonoTime::START + Duration::from_secs(second);
            assert_eq!(rhythm.heard(now, true), Duration::from_secs(60));
        }
    }

    #[test]
    fn streams_of_one_code_are_numbered_and_named_apart() {
        let mut streams = Streams::default();
        let mut events = Vec::new();
        let mut key = |apart: &str, events: &mut Vec<Event>| {
            let told = Told {
                label: "TEMP".into(),
                unit: Unit::ucum("Cel"),
                category: Category::Measured,
                cadence: None,
                channel: None,
            };
            streams.key(MonoTime::START, None, "MDC_TEMP", apart, None, told, events)
        };
        assert_eq!(key("1.2.1", &mut events).map(|key| key.instance), Some(0));
        assert_eq!(key("1.2.2", &mut events).map(|key| key.instance), Some(1));
        assert_eq!(key("1.2.1", &mut events).map(|key| key.instance), Some(0));
        let labels: Vec<String> = events
            .iter()
            .filter_map(|event| {
                let Event::Stream(info) = event else { return None };
                info.label.as_ref().map(ToString::to_string)
            })
            .collect();
        assert_eq!(labels, ["TEMP", "TEMP 1.2.1", "TEMP 1.2.2"]);
    }

    #[test]
    fn codes_and_places_without_end_cost_what_the_cap_says() {
        let mut streams = Streams::default();
        let mut events = Vec::new();
        let long = "x".repeat(100_000);
        for number in 0..3 * STREAMS_MAX {
            let told = Told {
                label: long.clone(),
                unit: Unit::one(),
                category: Category::Measured,
                cadence: None,
                channel: None,
            };
            let (vendor, apart) = (format!("{number}{long}"), format!("{number}.{long}"));
            streams.key(MonoTime::START, None, &vendor, &apart, None, told, &mut events);
        }
        assert_eq!(streams.known.len(), STREAMS_MAX, "what is refused is not remembered");
        let bytes = |known: &Known| {
            known.apart.len() + known.told.as_ref().map_or(0, |told| told.label.len())
        };
        let kept: usize = streams
            .known
            .iter()
            .map(|(vendor, all)| vendor.len() + all.iter().map(bytes).sum::<usize>())
            .sum();
        assert!(kept <= STREAMS_MAX * 3 * 256, "{kept}");
    }
}
