//! The pace of a log that has no times of its own: when each cycle was on the line.
//!
//! The monitor speaks once in 1.024 s (numerics, alarms, then four blocks of waves), and each of
//! these results carries the monitor's relative time. Numerics set the pace; while they are missing
//! or stand still, the alarms go on with it, then the waves. A file is not to be waited for: a time
//! that cannot be true, or a pause longer than [`STEP_TICKS_MAX`], takes one cycle.

use std::time::Duration;

use vigie_intellivue::wire::types::RelativeTime;

/// The monitor's cycle: 8,192 ticks of 125 µs.
const CYCLE_TICKS: i64 = 8_192;
/// A step beyond this is a restart, another recording or a damaged time, not a pause to wait for.
const STEP_TICKS_MAX: i64 = 60 * RelativeTime::TICKS_PER_SECOND as i64;
const TICK: Duration = Duration::from_micros(125);

/// Which results carry a time, the ones to be followed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Numerics,
    Alarms,
    Waves,
}

impl Source {
    const ALL: [Source; 3] = [Source::Numerics, Source::Alarms, Source::Waves];
}

/// The time that a result carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) source: Source,
    pub(crate) time: RelativeTime,
    /// Between two times that follow each other and that this one does not fit: damaged.
    pub(crate) is_lone: bool,
}

/// Marks the stamps whose time is alone between its neighbours.
pub(crate) fn mark_lone<'a>(stamps: impl Iterator<Item = &'a mut Stamp>) {
    let mut runs: [Run<'a>; 3] = Default::default();
    for stamp in stamps {
        let [numerics, alarms, waves] = &mut runs;
        let run = match stamp.source {
            Source::Numerics => numerics,
            Source::Alarms => alarms,
            Source::Waves => waves,
        };
        run.take(stamp);
    }
}

/// Stamps of one source that carry the same time, and the time before.
#[derive(Default)]
struct Run<'a> {
    before: Option<RelativeTime>,
    stamps: Vec<&'a mut Stamp>,
}

impl<'a> Run<'a> {
    fn take(&mut self, next: &'a mut Stamp) {
        let time = self.stamps.first().map(|stamp| stamp.time);
        if let Some(time) = time
            && time != next.time
        {
            if self.before.is_some_and(|before| is_lone(before, time, next.time)) {
                self.stamps.iter_mut().for_each(|stamp| stamp.is_lone = true);
            } else {
                self.before = Some(time);
            }
            self.stamps.clear();
        }
        self.stamps.push(next);
    }
}

fn is_lone(before: RelativeTime, time: RelativeTime, after: RelativeTime) -> bool {
    let whole = after.ticks_since(before);
    i64::from(whole) <= STEP_TICKS_MAX && time.ticks_since(before) > whole
}

/// Where an item belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    /// To the burst so far.
    Same,
    /// It begins the next burst.
    Next,
    /// It belongs to the next burst, which began behind the last item that was
    /// [a landmark](Pace::is_landmark).
    NextFromLandmark,
}

/// Follows the times through a log.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The first source that the log has at all.
    lead: Option<Source>,
    /// When the present burst is, from the start of the recording.
    at_ticks: i64,
    /// The lead's time seen last, good or not.
    lead_time: Option<RelativeTime>,
    /// What was when: the lead's for good, the others' for the present burst.
    anchors: [Option<Anchor>; 3],
    /// Times that cost one cycle, by source.
    steps: [usize; 3],
}

#[derive(Clone, Copy, Debug)]
struct Anchor {
    time: RelativeTime,
    at_ticks: i64,
}

impl Pace {
    pub(crate) fn new<'a>(stamps: impl Iterator<Item = &'a Stamp>) -> Pace {
        Pace {
            lead: stamps.map(|stamp| stamp.source).min(),
            at_ticks: 0,
            lead_time: None,
            anchors: [None; 3],
            steps: [0; 3],
        }
    }

    /// When the present burst is, from the start of the recording.
    pub(crate) fn at(&self) -> Duration {
        let ticks = u64::try_from(self.at_ticks).unwrap_or_default();
        Duration::from_micros(ticks.saturating_mul(TICK.as_micros() as u64))
    }

    /// How many times were not followed. One event hits all sources, so that the source that was hit
    /// most often counts.
    pub(crate) fn steps(&self) -> usize {
        self.steps.into_iter().max().unwrap_or_default()
    }

    /// Whether what stands behind a result with this stamp may belong to the next cycle.
    pub(crate) fn is_landmark(&self, stamp: Stamp) -> bool {
        self.lead != Some(stamp.source)
    }

    /// Goes one cycle on without a time.
    pub(crate) fn skip_cycle(&mut self) {
        self.at_ticks += CYCLE_TICKS;
    }

    /// Goes on to a result.
    pub(crate) fn follow(&mut self, stamp: Stamp) -> Cue {
        if self.lead == Some(stamp.source) {
            self.follow_lead(stamp)
        } else if stamp.is_lone {
            Cue::Same
        } else {
            self.follow_other(stamp)
        }
    }

    fn follow_lead(&mut self, stamp: Stamp) -> Cue {
        if self.lead_time.replace(stamp.time) == Some(stamp.time) {
            return Cue::Same;
        }
        let Some(ahead) = self.ahead_ticks(stamp) else {
            self.anchor(stamp, self.at_ticks);
            return Cue::Same;
        };
        if stamp.is_lone {
            self.count(stamp.source);
            self.skip_cycle();
        } else if (-CYCLE_TICKS..=STEP_TICKS_MAX).contains(&ahead) {
            self.anchor(stamp, self.at_ticks + ahead);
            self.at_ticks += ahead.max(0);
        } else {
            self.jump(stamp);
        }
        self.forget_all_but(stamp.source);
        Cue::Next
    }

    /// The others only count when a whole cycle has gone by without the lead.
    fn follow_other(&mut self, stamp: Stamp) -> Cue {
        let Some(ahead) = self.ahead_ticks(stamp) else {
            self.anchor(stamp, self.at_ticks);
            return Cue::Same;
        };
        if (-STEP_TICKS_MAX..CYCLE_TICKS).contains(&ahead) {
            return Cue::Same;
        }
        if ahead <= STEP_TICKS_MAX {
            self.at_ticks += ahead.max(0);
            self.anchor(stamp, self.at_ticks);
        } else {
            self.jump(stamp);
        }
        self.forget_all_but(stamp.source);
        Cue::NextFromLandmark
    }

    /// How far ahead of the present burst a result is; `None` for the first one of its source.
    fn ahead_ticks(&self, stamp: Stamp) -> Option<i64> {
        let anchor = (*self.anchors.get(stamp.source as usize)?)?;
        let since = i64::from(stamp.time.ticks_since(anchor.time));
        Some(anchor.at_ticks + since - self.at_ticks)
    }

    fn anchor(&mut self, stamp: Stamp, at_ticks: i64) {
        if let Some(anchor) = self.anchors.get_mut(stamp.source as usize) {
            *anchor = Some(Anchor { time: stamp.time, at_ticks });
        }
    }

    /// A new beginning, one cycle on.
    fn jump(&mut self, stamp: Stamp) {
        self.count(stamp.source);
        self.skip_cycle();
        self.anchor(stamp, self.at_ticks);
    }

    fn count(&mut self, source: Source) {
        if let Some(steps) = self.steps.get_mut(source as usize) {
            *steps += 1;
        }
    }

    /// The others are measured from the burst that now begins; the lead is never forgotten.
    fn forget_all_but(&mut self, source: Source) {
        for (other, anchor) in Source::ALL.into_iter().zip(&mut self.anchors) {
            if other != source && Some(other) != self.lead {
                *anchor = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays stamps, written as source and time in cycles, and says when each burst is, in cycles,
    /// and where it began: `|` at the item itself, `/` behind the last landmark.
    fn played(log: &[(char, f64)]) -> (String, usize) {
        let mut stamps: Vec<Stamp> = log
            .iter()
            .map(|(source, cycles)| Stamp {
                source: match source {
                    'n' => Source::Numerics,
                    'a' => Source::Alarms,
                    _ => Source::Waves,
                },
                time: RelativeTime((cycles * CYCLE_TICKS as f64) as i64 as u32),
                is_lone: false,
            })
            .collect();
        mark_lone(stamps.iter_mut());
        let mut pace = Pace::new(stamps.iter());
        let mut text = String::new();
        for (stamp, (name, _)) in stamps.iter().zip(log) {
            let mark = match pace.follow(*stamp) {
                Cue::Same => "",
                Cue::Next => "|",
                Cue::NextFromLandmark => "/",
            };
            if !mark.is_empty() {
                text += &format!("{mark}{}", pace.at_ticks as f64 / CYCLE_TICKS as f64);
            }
            text.push(*name);
        }
        (text, pace.steps())
    }

    #[track_caller]
    fn check(log: &[(char, f64)], text: &str, steps: usize) {
        assert_eq!(played(log), (text.to_owned(), steps));
    }

    #[test]
    fn a_cycle_is_paced_by_its_numerics() {
        check(
            &[('n', 5.0), ('a', 5.0), ('w', 4.0), ('n', 6.0), ('w', 4.25), ('w', 5.0), ('n', 8.5)],
            "naw|1nww|3.5n",
            0,
        );
    }

    #[test]
    fn without_numerics_alarms_pace_and_without_both_waves() {
        check(&[('a', 5.0), ('w', 4.0), ('a', 6.0), ('w', 5.0)], "aw|1aw", 0);
        check(&[('w', 5.0), ('w', 5.25), ('w', 5.5)], "w|0.25w|0.5w", 0);
    }

    #[test]
    fn alarms_and_waves_go_on_where_numerics_stop_or_stand_still() {
        check(
            &[('n', 1.0), ('a', 1.0), ('n', 1.0), ('a', 2.0), ('n', 1.0), ('a', 3.0), ('n', 4.0)],
            "nan/1an/2a|3n",
            0,
        );
        check(
            &[('n', 1.0), ('w', 1.0), ('w', 1.5), ('w', 2.0), ('w', 2.5), ('w', 3.0)],
            "nww/1ww/2w",
            0,
        );
    }

    #[test]
    fn a_lone_time_costs_nothing_in_the_end() {
        for wrong in [3_000.0, 0.0, 7.0, -5.0] {
            check(&[('n', 1.0), ('n', 2.0), ('n', wrong), ('n', 4.0)], "n|1n|2n|3n", 1);
        }
        // Of two that contradict each other either may be the wrong one.
        check(&[('n', 1.0), ('n', 2.0), ('n', 1.5), ('n', 4.0)], "n|1n|1n|3n", 1);
        check(&[('n', 1.0), ('w', 1.0), ('w', 9.0), ('w', 1.5), ('n', 2.0)], "nwww|1n", 0);
    }

    #[test]
    fn a_step_is_waited_for_up_to_a_minute() {
        let minute = STEP_TICKS_MAX as f64 / CYCLE_TICKS as f64;
        check(&[('n', 1.0), ('n', 1.0 + minute)], &format!("n|{minute}n"), 0);
        check(&[('n', 1.0), ('n', 1.1 + minute), ('n', 2.1 + minute)], "n|1n|2n", 1);
        check(&[('n', 9.0), ('a', 9.0), ('n', 3.0), ('a', 3.0), ('n', 4.0)], "na|1na|2n", 1);
    }

    #[test]
    fn numerics_that_come_back_behind_the_waves_are_a_new_beginning() {
        check(
            &[('n', 1.0), ('w', 1.0), ('w', 5.0), ('w', 9.0), ('n', 2.0), ('n', 3.0)],
            "nw/4w/8w|9n|10n",
            1,
        );
    }
}
