//! Scores, and what the last hour changed. None of it is an alarm, and none is ever heard.
//!
//! Scores take what the bed's device gives now (live or late; a cuff pressure until it is shown as a
//! number no more) and what a person entered for the stay. NEWS2 and qSOFA are for patients whom the
//! device calls adult, Bedside PEWS for those whom it calls children or newborns; whose category is
//! not known has none. Nothing is inferred: what nobody entered is missing, and then there is no total.
//!
//! Of several sources the first that gives a value counts: respiration from the airway's own rates,
//! systolic pressure from an arterial line before the cuff, pulse from the ECG before the pulse. A skin
//! temperature is no temperature of the patient.
//!
//! The trend keeps the highest total of each quarter hour, for 24 h; the last hour is fed with one
//! value every 5 s, and each cuff pressure once.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_model::{
    Acvpu, BedId, Decimal, Effort, Entered, EnteredBy, LogKind, MonoTime, OxygenFlow, Patient,
    PatientCategory, Refill, Spo2Scale, Text, WallTime,
};
use vigie_score::{
    hour::{Coverage, Minutes, floor, summarise},
    news2::{self, Band, Breathing, Scored},
    pews, qsofa,
};

use crate::{
    attention::has_initials,
    board::Board,
    command::Refusal,
    journal::Moment,
    plausible::Usable,
    view::{HourChange, HourView, ScoreBand, ScoreKind, ScorePart, ScoreView, ScoresView},
};

/// One value of each stream goes into the last hour every so often.
const SAMPLED_EVERY: Duration = Duration::from_secs(5);
/// Totals are taken, and the hour summed up, every so often.
const TOTALLED_EVERY: Duration = Duration::from_secs(60);
/// Of each such time the trend keeps the highest total.
const TREND_STEP: Duration = Duration::from_secs(15 * 60);
/// Totals that a trend holds: 24 h.
const TREND_MAX: usize = 96;

const RESPIRATION: &[&str] = &["rr", "rr.away", "rr.co2", "rr.imp", "vent.rr_total"];
const SATURATION: &[&str] = &["spo2"];
const SYSTOLIC: &[&str] =
    &["abp.sys", "art.sys", "bp.sys", "aorta.sys", "nibp.sys", "nibp.cuff.sys"];
const PULSE: &[&str] = &["hr.ecg", "pr", "pr.spo2", "pr.pleth", "pr.nibp", "pr.ibp"];
const TEMPERATURE: &[&str] = &[
    "temp.core",
    "temp.blood",
    "temp.bladder",
    "temp.esoph",
    "temp.nasoph",
    "temp.rect",
    "temp.tymp",
    "temp.oral",
    "temp",
    "temp.away",
    "temp.axil",
];

/// What was entered and worked out for a stay.
#[derive(Debug, Default)]
pub(crate) struct Assessed {
    entered: Vec<Entry>,
    trends: BTreeMap<ScoreKind, Vec<(WallTime, u8)>>,
    minutes: BTreeMap<&'static str, Kept>,
    hour: HourView,
    next_sample: MonoTime,
    next_total: MonoTime,
}

/// Something that a person entered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    what: Entered,
    by: EnteredBy,
    at: MonoTime,
    /// How old it was when the PC started, which the clock of this run cannot tell.
    age_before: Duration,
}

/// The minutes of one measurement.
#[derive(Debug, Default)]
struct Kept {
    minutes: Minutes,
    /// The measurement that was taken last.
    measured: Option<MonoTime>,
}

/// What a restart must not lose of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AssessedKept {
    entered: Vec<(Entered, EnteredBy)>,
    trends: Vec<(ScoreKind, Vec<(WallTime, u8)>)>,
}

impl AssessedKept {
    pub(crate) fn is_empty(&self) -> bool {
        self.entered.is_empty() && self.trends.is_empty()
    }
}

impl Assessed {
    pub(crate) fn kept(&self) -> AssessedKept {
        let entered = self.entered.iter().map(|entry| (entry.what, entry.by.clone()));
        let trends = self.trends.iter().map(|(kind, trend)| (*kind, trend.clone()));
        AssessedKept { entered: entered.collect(), trends: trends.collect() }
    }

    pub(crate) fn restored(kept: &AssessedKept, at: Moment) -> Assessed {
        let mut assessed = Assessed::default();
        for (what, by) in &kept.entered {
            let ago = at.wall.since(by.at);
            let mono = at.mono.before(ago);
            let age_before = ago.saturating_sub(at.mono.since(mono));
            assessed.enter(Entry { what: *what, by: by.clone(), at: mono, age_before });
        }
        for (kind, trend) in &kept.trends {
            let skipped = trend.len().saturating_sub(TREND_MAX);
            assessed.trends.insert(*kind, trend.iter().skip(skipped).copied().collect());
        }
        assessed
    }

    fn enter(&mut self, entry: Entry) {
        self.entered.retain(|known| !known.what.is_same_question(&entry.what));
        self.entered.push(entry);
    }

    pub(crate) fn hour(&self) -> HourView {
        self.hour.clone()
    }

    /// The entry that gives something, and what it gives.
    fn given<T>(&self, give: impl Fn(Entered) -> Option<T>) -> Option<(T, &Entry)> {
        self.entered.iter().find_map(|entry| Some((give(entry.what)?, entry)))
    }

    fn oxygen(&self) -> Option<(bool, &Entry)> {
        self.given(|what| match what {
            Entered::Oxygen(is_given) => Some(is_given),
            Entered::OxygenFlow(flow) => Some(flow != OxygenFlow::Air),
            Entered::Consciousness(_)
            | Entered::Spo2Scale(_)
            | Entered::Refill(_)
            | Entered::Effort(_) => None,
        })
    }

    /// How much oxygen; not known of whoever is only said to be given some.
    fn oxygen_flow(&self) -> Option<(OxygenFlow, &Entry)> {
        self.given(|what| match what {
            Entered::Oxygen(is_given) => (!is_given).then_some(OxygenFlow::Air),
            Entered::OxygenFlow(flow) => Some(flow),
            Entered::Consciousness(_)
            | Entered::Spo2Scale(_)
            | Entered::Refill(_)
            | Entered::Effort(_) => None,
        })
    }

    fn consciousness(&self) -> Option<(Acvpu, &Entry)> {
        self.given(|what| match what {
            Entered::Consciousness(acvpu) => Some(acvpu),
            Entered::Oxygen(_)
            | Entered::OxygenFlow(_)
            | Entered::Spo2Scale(_)
            | Entered::Refill(_)
            | Entered::Effort(_) => None,
        })
    }

    fn scale(&self) -> Option<Spo2Scale> {
        let scale = self.given(|what| match what {
            Entered::Spo2Scale(scale) => Some(scale),
            Entered::Oxygen(_)
            | Entered::OxygenFlow(_)
            | Entered::Consciousness(_)
            | Entered::Refill(_)
            | Entered::Effort(_) => None,
        });
        scale.map(|(scale, _)| scale)
    }

    fn refill(&self) -> Option<(Refill, &Entry)> {
        self.given(|what| match what {
            Entered::Refill(refill) => Some(refill),
            Entered::Oxygen(_)
            | Entered::OxygenFlow(_)
            | Entered::Consciousness(_)
            | Entered::Spo2Scale(_)
            | Entered::Effort(_) => None,
        })
    }

    fn effort(&self) -> Option<(Effort, &Entry)> {
        self.given(|what| match what {
            Entered::Effort(effort) => Some(effort),
            Entered::Oxygen(_)
            | Entered::OxygenFlow(_)
            | Entered::Consciousness(_)
            | Entered::Spo2Scale(_)
            | Entered::Refill(_) => None,
        })
    }

    /// Feeds the last hour.
    fn sample(&mut self, usable: &BTreeMap<&'static str, Usable>, now: MonoTime) {
        for (id, number) in usable {
            if floor(id).is_none() {
                continue;
            }
            let kept = self.minutes.entry(*id).or_default();
            let at = if number.is_episodic { number.measured } else { now };
            if number.is_episodic && kept.measured == Some(at) {
                continue;
            }
            kept.measured = Some(at);
            kept.minutes.push(at, number.value);
        }
    }

    fn sum_up(&mut self, now: MonoTime) {
        let summary = summarise(now, self.minutes.iter().map(|(id, kept)| (*id, &kept.minutes)));
        self.hour = match summary.coverage {
            Coverage::TooLittle { .. } => HourView::TooLittle,
            Coverage::Enough if summary.changes.is_empty() => HourView::Steady,
            Coverage::Enough => {
                let changes = summary.changes.into_iter();
                let view = changes.map(|change| HourChange {
                    id: change.id,
                    from: change.from,
                    to: change.to,
                });
                HourView::Changed(view.collect())
            }
        };
    }

    /// Takes a total into its trend.
    fn note(&mut self, kind: ScoreKind, total: u8, wall: WallTime) {
        let step = i64::try_from(TREND_STEP.as_nanos()).unwrap_or(i64::MAX);
        let step_of = |wall: WallTime| wall.as_unix_nanos().div_euclid(step);
        let trend = self.trends.entry(kind).or_default();
        match trend.last_mut() {
            Some(last) if step_of(last.0) == step_of(wall) => {
                if total > last.1 {
                    *last = (wall, total);
                }
            }
            Some(_) | None => {
                trend.push((wall, total));
                if trend.len() > TREND_MAX {
                    trend.remove(0);
                }
            }
        }
    }
}

/// What a score is worked out from.
struct Sources<'a> {
    usable: BTreeMap<&'static str, Usable>,
    assessed: &'a Assessed,
    now: MonoTime,
    old_after: Duration,
}

impl Sources<'_> {
    /// The first of several ids that has a value.
    fn first(&self, ids: &[&'static str]) -> Option<&Usable> {
        ids.iter().find_map(|id| self.usable.get(id))
    }

    fn value(&self, ids: &[&'static str]) -> Option<Decimal> {
        self.first(ids).map(|number| number.value)
    }

    /// A part as it is shown. Ages in whole minutes, so that a view reads the same for that long.
    fn part(
        &self,
        id: &str,
        value: Option<Decimal>,
        points: Option<u8>,
        age: Option<Duration>,
    ) -> ScorePart {
        let told = age.map(|age| Duration::from_secs(age.as_secs() / 60 * 60));
        let is_old = age.is_some_and(|age| age > self.old_after);
        ScorePart { id: Text::from(id), value, points, age: told, is_old }
    }

    fn age_of(&self, ids: &[&'static str]) -> Option<Duration> {
        self.first(ids).map(|number| number.age.age)
    }

    fn age_of_entry(&self, entry: Option<&Entry>) -> Option<Duration> {
        entry.map(|entry| self.now.since(entry.at) + entry.age_before)
    }

    fn news2(&self) -> ScoreView {
        let (oxygen, consciousness) = (self.assessed.oxygen(), self.assessed.consciousness());
        let score = news2::news2(&news2::Inputs {
            rr: self.value(RESPIRATION),
            spo2: self.value(SATURATION),
            scale: self.assessed.scale(),
            oxygen: oxygen.map(|(is_given, _)| Breathing::from(is_given)),
            systolic: self.value(SYSTOLIC),
            pulse: self.value(PULSE),
            consciousness: consciousness.map(|(acvpu, _)| acvpu),
            temperature: self.value(TEMPERATURE),
        });
        let parts = score.parts.iter().map(|part| {
            let age = match part.which {
                news2::Which::Respiration => self.age_of(RESPIRATION),
                news2::Which::Saturation => self.age_of(SATURATION),
                news2::Which::Oxygen => self.age_of_entry(oxygen.map(|(_, entry)| entry)),
                news2::Which::Systolic => self.age_of(SYSTOLIC),
                news2::Which::Pulse => self.age_of(PULSE),
                news2::Which::Consciousness => {
                    self.age_of_entry(consciousness.map(|(_, entry)| entry))
                }
                news2::Which::Temperature => self.age_of(TEMPERATURE),
            };
            let value = match part.value {
                Some(Scored::Number(value)) => Some(value),
                Some(Scored::Breathing(_) | Scored::Consciousness(_)) | None => None,
            };
            self.part(part.which.id(), value, part.points.ok(), age)
        });
        let band = match score.settled_band() {
            None => ScoreBand::Incomplete,
            Some(Band::Zero) => ScoreBand::Zero,
            Some(Band::Low) => ScoreBand::Low,
            Some(Band::LowMedium) => ScoreBand::LowMedium,
            Some(Band::Medium) => ScoreBand::Medium,
            Some(Band::High) => ScoreBand::High,
        };
        let parts = parts.collect();
        self.score(ScoreKind::News2, score.total, score.at_least, band, parts)
    }

    fn qsofa(&self) -> ScoreView {
        let consciousness = self.assessed.consciousness();
        let score = qsofa::qsofa(&qsofa::Inputs {
            rr: self.value(RESPIRATION),
            systolic: self.value(SYSTOLIC),
            // A person judged it, by ACVPU: whoever is not alert is altered.
            mentation: consciousness.map(|(acvpu, _)| match acvpu {
                Acvpu::Alert => qsofa::Mentation::Normal,
                Acvpu::Confusion | Acvpu::Voice | Acvpu::Pain | Acvpu::Unresponsive => {
                    qsofa::Mentation::Altered
                }
            }),
        });
        let parts = score.parts.iter().map(|part| {
            let (id, age) = match part.which {
                qsofa::Which::Respiration => (part.which.id(), self.age_of(RESPIRATION)),
                qsofa::Which::Systolic => (part.which.id(), self.age_of(SYSTOLIC)),
                qsofa::Which::Mentation => (
                    news2::Which::Consciousness.id(),
                    self.age_of_entry(consciousness.map(|(_, entry)| entry)),
                ),
            };
            self.part(id, part.value, part.points.ok(), age)
        });
        let band = match (score.verdict, score.total) {
            (qsofa::Verdict::Positive, _) => ScoreBand::High,
            (qsofa::Verdict::Negative, Some(0)) => ScoreBand::Zero,
            (qsofa::Verdict::Negative, Some(_) | None) => ScoreBand::Low,
            (qsofa::Verdict::Open, _) => ScoreBand::Incomplete,
        };
        let parts = parts.collect();
        self.score(ScoreKind::Qsofa, score.total, score.at_least, band, parts)
    }

    fn pews(&self, table: &pews::Table, patient: &Patient, wall: WallTime) -> ScoreView {
        let (refill, effort) = (self.assessed.refill(), self.assessed.effort());
        // The answer itself has an age, also where it does not say how much.
        let (flow, oxygen) = (self.assessed.oxygen_flow(), self.assessed.oxygen());
        let score = pews::pews(
            table,
            &pews::Inputs {
                age_months: patient.born.as_ref().and_then(|born| age_months(born.as_str(), wall)),
                heart_rate: self.value(PULSE),
                systolic: self.value(SYSTOLIC),
                rr: self.value(RESPIRATION),
                spo2: self.value(SATURATION),
                oxygen: flow.map(|(flow, _)| flow),
                refill: refill.map(|(refill, _)| refill),
                effort: effort.map(|(effort, _)| effort),
            },
        );
        let parts = score.parts.iter().map(|part| {
            let age = match part.which {
                pews::Which::HeartRate => self.age_of(PULSE),
                pews::Which::Systolic => self.age_of(SYSTOLIC),
                pews::Which::Respiration => self.age_of(RESPIRATION),
                pews::Which::Saturation => self.age_of(SATURATION),
                pews::Which::Oxygen => self.age_of_entry(oxygen.map(|(_, entry)| entry)),
                pews::Which::Refill => self.age_of_entry(refill.map(|(_, entry)| entry)),
                pews::Which::Effort => self.age_of_entry(effort.map(|(_, entry)| entry)),
            };
            self.part(part.which.id(), part.value, part.points.ok(), age)
        });
        let parts = parts.collect();
        // The chart publishes points and no bands.
        self.score(ScoreKind::Pews, score.total, score.at_least, ScoreBand::Incomplete, parts)
    }

    fn score(
        &self,
        kind: ScoreKind,
        total: Option<u8>,
        at_least: u8,
        band: ScoreBand,
        parts: Vec<ScorePart>,
    ) -> ScoreView {
        let trend = self.assessed.trends.get(&kind).cloned().unwrap_or_default();
        ScoreView { kind, total, at_least, band, parts, trend }
    }
}

impl Board {
    /// A person enters a part of a score.
    pub(crate) fn enter(
        &mut self,
        bed: &BedId,
        what: Entered,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        let slot = self.ward.slot_mut(bed).ok_or(Refusal::NoSuchBed)?;
        slot.stay.as_ref().ok_or(Refusal::NobodyThere)?;
        let entered = EnteredBy { by: by.clone(), at: at.wall };
        slot.watch.assessed.enter(Entry {
            what,
            by: entered,
            at: at.mono,
            age_before: Duration::ZERO,
        });
        slot.watch.touch();
        let line = LogKind::Entered { what, by: by.clone() };
        self.journal.write(at, Some(bed.clone()), None, line);
        Ok(())
    }

    /// Something came from a bed: what is due for its hour and its trends is taken.
    pub(crate) fn assess(&mut self, bed: &BedId, at: Moment) {
        let Some(slot) = self.ward.slot(bed).filter(|slot| slot.stay.is_some()) else { return };
        let assessed = &slot.watch.assessed;
        if at.mono < assessed.next_sample {
            return;
        }
        let usable = self.usable_at(bed, at.mono);
        let is_total_due = at.mono >= assessed.next_total;
        let scores = if is_total_due { self.scores(bed, at) } else { Vec::new() };
        let Some(slot) = self.ward.slot_mut(bed) else { return };
        let assessed = &mut slot.watch.assessed;
        assessed.next_sample = at.mono + SAMPLED_EVERY;
        assessed.sample(&usable, at.mono);
        if is_total_due {
            assessed.next_total = at.mono + TOTALLED_EVERY;
            assessed.sum_up(at.mono);
            for score in scores {
                if let Some(total) = score.total {
                    assessed.note(score.kind, total, at.wall);
                }
            }
        }
    }

    pub(crate) fn scores_view(&self, bed: &BedId, at: Moment) -> ScoresView {
        let Some(slot) = self.ward.slot(bed) else { return ScoresView::default() };
        let entered = slot.watch.assessed.entered.iter();
        ScoresView {
            entered: entered.map(|entry| (entry.what, entry.by.clone())).collect(),
            scores: self.scores(bed, at),
        }
    }

    /// The scores of a bed, in a fixed order.
    fn scores(&self, bed: &BedId, at: Moment) -> Vec<ScoreView> {
        let Some(slot) = self.ward.slot(bed).filter(|slot| slot.stay.is_some()) else {
            return Vec::new();
        };
        // Who tells a category tells of the patient.
        let told = slot.devices.iter().filter_map(|key| self.devices.get(key)?.patient.as_ref());
        let told: Vec<&Patient> = told.collect();
        let of_category = told.iter().find(|patient| patient.category.is_some());
        let Some(patient) = of_category.or(told.first()).copied() else { return Vec::new() };
        let policy = &self.policy.scores;
        let (is_adult, is_child) = match patient.category {
            Some(PatientCategory::Adult) => (true, false),
            Some(PatientCategory::Paediatric | PatientCategory::Neonate) => (false, true),
            None => (false, false),
        };
        if !(is_adult && (policy.news2 || policy.qsofa) || is_child && policy.pews) {
            return Vec::new();
        }
        let sources = Sources {
            usable: self.usable_at(bed, at.mono),
            assessed: &slot.watch.assessed,
            now: at.mono,
            old_after: policy.input_age,
        };
        let mut scores = Vec::new();
        if is_adult && policy.news2 {
            scores.push(sources.news2());
        }
        if is_adult && policy.qsofa {
            scores.push(sources.qsofa());
        }
        if let Some(table) = self.pews_table.as_ref().filter(|_| is_child && policy.pews) {
            scores.push(sources.pews(table, patient, at.wall));
        }
        scores
    }
}

/// Completed months since a date of birth, `YYYY-MM-DD`, on the day of the PC's clock (UTC).
fn age_months(born: &str, wall: WallTime) -> Option<u16> {
    let mut parts = born.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    if !(1..=9_999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (now_year, now_month, now_day) = civil(wall);
    let months = (now_year - year) * 12 + now_month - month - i64::from(now_day < day);
    u16::try_from(months).ok()
}

/// Year, month and day of a moment in UTC, by Hinnant's `civil_from_days`.
fn civil(wall: WallTime) -> (i64, i64, i64) {
    const DAY_NANOS: i64 = 86_400_000_000_000;
    let days = wall.as_unix_nanos().div_euclid(DAY_NANOS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_counted_in_completed_months() {
        const DAY: i64 = 86_400_000_000_000;
        // 2024-02-29 is day 19,782 since 1970.
        let leap_day = WallTime::from_unix_nanos(19_782 * DAY + DAY / 2);
        assert_eq!(civil(leap_day), (2024, 2, 29));
        assert_eq!(civil(WallTime::from_unix_nanos(-1)), (1969, 12, 31));
        for (born, months) in [
            ("2024-02-29", Some(0)),
            ("2024-01-30", Some(0)),
            ("2024-01-29", Some(1)),
            ("2023-02-28", Some(12)),
            ("2012-03-01", Some(143)),
            ("2012-02-29", Some(144)),
            ("2024-03-01", None),
            ("2024-13-01", None),
            ("2024-02", None),
            ("2024-02-29-1", None),
            ("yesterday", None),
            ("0000-01-01", None),
        ] {
            assert_eq!(age_months(born, leap_day), months, "{born}");
        }
    }
}
