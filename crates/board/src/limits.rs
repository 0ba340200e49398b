//! The station's own limits ("watch limits"). Never those of a device, and never sent to one.
//!
//! Off until the unit states a policy. A bed with a stay then has the limits that a person set for that
//! stay, else those of the patient's category as the device tells it, else none.
//!
//! - **Begins** when a value has lain outside for the policy's delay (at once for apnoea times) and is
//!   LIVE at the end of it. At the limit itself a value is inside.
//! - **Counts** only what is measured on a patient, valid, plausible and in a known unit, as shown.
//!   A value that turns STALE, or that the device takes back for as long, ends the wait. What comes
//!   late from the device's memory begins none: it is never heard.
//! - **Ends** when a live value has come back by the hysteresis: so many hundredths of the limit, one
//!   unit of the value's last digit at least; never more than to the middle between the two limits, nor
//!   beyond what is plausible. It ends as *not known* when the value is LOST, or taken back for as long:
//!   then the alarm about the stream stands in its place.
//! - Other limits end an alarm that they do not share; one that they share goes on.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_model::{
    BedId, Cadence, Decimal, DeviceKey, EnteredBy, LogKind, MetricKey, MonoTime, PatientCategory,
    StationAlarmKind, Text, WatchLimit,
    nomenclature::{METRICS, Role, by_id},
};
use vigie_score::limits::tighten;

use crate::{
    attention::has_initials,
    board::Board,
    command::Refusal,
    device::Device,
    freshness::{AgeLimits, UNDESCRIBED},
    journal::Moment,
    policy::LimitPolicy,
    stream::{Stream, Surroundings},
    view::{Freshness, LimitsView},
};

const NS: Duration = Duration::from_nanos(1);

/// Limits that a person set for a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LimitsSet {
    pub(crate) limits: Vec<WatchLimit>,
    pub(crate) by: EnteredBy,
}

/// The limits by which a device is watched now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Watched {
    by_id: BTreeMap<Text, Bounds>,
    delay: Duration,
    hysteresis_percent: u8,
}

/// Both ends of one measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    low: Option<f64>,
    high: Option<f64>,
    /// The value's plausible span.
    span: (f64, f64),
}

/// Below the lower or above the upper limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

/// Where the value of a stream lies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Excursion {
    state: State,
    /// Since when nothing that counts has come.
    unknown_since: Option<MonoTime>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Inside,
    /// Outside, not yet for long enough.
    Waiting(Side, MonoTime),
    Alarm(Side),
}

impl Watched {
    fn new(limits: &[WatchLimit], policy: &LimitPolicy) -> Watched {
        let bounds = |limit: &WatchLimit| {
            let metric = by_id(limit.id.as_str())?;
            let [low, high] = [limit.low, limit.high].map(|end| end.map(Decimal::to_f64));
            Some((limit.id.clone(), Bounds { low, high, span: metric.plausible }))
        };
        Watched {
            by_id: limits.iter().filter_map(bounds).collect(),
            delay: policy.delay,
            hysteresis_percent: policy.hysteresis_percent,
        }
    }

    fn bounds(&self, stream: &Stream) -> Option<Bounds> {
        self.by_id.get(stream.mapped.id.as_ref()?).copied()
    }

    /// Apnoea is never waited for.
    fn delay(&self, stream: &Stream) -> Duration {
        let is_apnoea = stream.mapped.id.as_ref().is_some_and(|id| id.as_str() == "apnea.time");
        if is_apnoea { Duration::ZERO } else { self.delay }
    }

    /// How far a value must come back: `step` is one unit of its last digit.
    fn margin(&self, limit: f64, step: f64) -> f64 {
        (limit.abs() * f64::from(self.hysteresis_percent) / 100.0).max(step)
    }
}

impl Bounds {
    fn side(&self, value: f64) -> Option<Side> {
        if self.low.is_some_and(|low| value < low) {
            Some(Side::Below)
        } else if self.high.is_some_and(|high| value > high) {
            Some(Side::Above)
        } else {
            None
        }
    }

    /// Whether a value has come back far enough to end an alarm.
    fn is_back(&self, side: Side, value: f64, margin: impl Fn(f64) -> f64) -> bool {
        let middle = self.low.zip(self.high).map(|(low, high)| low.midpoint(high));
        match side {
            Side::Below => self.low.is_none_or(|low| {
                let back = (low + margin(low)).min(middle.unwrap_or(f64::MAX));
                value >= back.min(self.span.1)
            }),
            Side::Above => self.high.is_none_or(|high| {
                let back = (high - margin(high)).max(middle.unwrap_or(f64::MIN));
                value <= back.max(self.span.0)
            }),
        }
    }
}

impl Stream {
    /// The limit alarm that stands.
    pub(crate) fn limit_alarm(&self) -> Option<StationAlarmKind> {
        match self.excursion.state {
            State::Alarm(Side::Below) => Some(StationAlarmKind::BelowLimit(self.key.clone())),
            State::Alarm(Side::Above) => Some(StationAlarmKind::AboveLimit(self.key.clone())),
            State::Inside | State::Waiting(..) => None,
        }
    }

    /// Judges its value. Gives when to judge again although nothing came.
    fn judge(&mut self, watched: Option<&Watched>, around: &Surroundings) -> Option<MonoTime> {
        let watched_bounds = watched.and_then(|watched| Some((watched, watched.bounds(self)?)));
        let (Some((watched, bounds)), Some(part)) = (watched_bounds, &self.numeric) else {
            self.excursion = Excursion::default();
            return None;
        };
        let now = around.now;
        let state = self.excursion.state;
        let Some(value) = self.worth() else {
            // The device takes the value back: judged as if it had fallen silent.
            let limits = match self.cadence() {
                Cadence::Periodic(_) | Cadence::OnChange { .. } => AgeLimits::of(self.cadence()),
                Cadence::Episodic { .. } => AgeLimits::of(UNDESCRIBED),
            };
            let since = *self.excursion.unknown_since.get_or_insert(now);
            let holds = match state {
                State::Inside => return None,
                State::Waiting(..) => limits.stale,
                State::Alarm(_) => limits.lost,
            };
            if now.since(since) > holds {
                self.excursion.state = State::Inside;
                return None;
            }
            return Some(since + holds + NS);
        };
        let (age, delay) = (self.age(&part.life, around), watched.delay(self));
        self.excursion.unknown_since = None;
        let state = match (age.freshness, state) {
            (Freshness::Lost, _) | (Freshness::Stale, State::Waiting(..)) => State::Inside,
            (Freshness::Late | Freshness::Stale, state) => state,
            (Freshness::Live, state) => {
                let (number, step) = (value.to_f64(), Decimal::new(1, value.exponent()).to_f64());
                let margin = |limit| watched.margin(limit, step);
                let is_held = |side: &Side| {
                    state == State::Alarm(*side) && !bounds.is_back(*side, number, margin)
                };
                let standing = [Side::Below, Side::Above].into_iter().find(is_held);
                match (bounds.side(number), standing) {
                    (_, Some(held)) => State::Alarm(held),
                    (Some(side), None) => match state {
                        State::Waiting(was, since) if was == side => State::Waiting(side, since),
                        _ if part.life.backfilled => State::Inside,
                        State::Inside | State::Waiting(..) | State::Alarm(_) => {
                            State::Waiting(side, now)
                        }
                    },
                    (None, None) => State::Inside,
                }
            }
        };
        self.excursion.state = match state {
            State::Waiting(side, since)
                if age.freshness == Freshness::Live && now.since(since) >= delay =>
            {
                State::Alarm(side)
            }
            State::Inside | State::Waiting(..) | State::Alarm(_) => state,
        };
        match self.excursion.state {
            State::Inside => None,
            State::Waiting(_, since) => {
                let end = Some(since + delay).filter(|end| *end > now);
                [end, age.next].into_iter().flatten().min()
            }
            State::Alarm(_) => age.next,
        }
    }

    /// Other limits hold: what they do not share with the old ones ends.
    fn change_limits(&mut self, old: Option<&Watched>, new: Option<&Watched>) {
        let was = old.and_then(|old| old.bounds(self));
        let is = new.and_then(|new| new.bounds(self));
        if was == is {
            return;
        }
        let side = is.zip(self.worth()).and_then(|(is, value)| is.side(value.to_f64()));
        let is_shared = match self.excursion.state {
            State::Inside => true,
            State::Waiting(was, _) | State::Alarm(was) => side == Some(was),
        };
        if !is_shared {
            self.excursion.state = State::Inside;
        }
    }
}

impl Device {
    /// A number of a stream came in.
    pub(crate) fn judge_stream(&mut self, key: &MetricKey, now: MonoTime) {
        if self.watched.is_none() {
            return;
        }
        let around = self.surroundings(now);
        let Some(stream) = self.streams.get_mut(key) else { return };
        let before = stream.limit_alarm();
        let due = stream.judge(self.watched.as_deref(), &around);
        self.attention |= stream.limit_alarm() != before;
        self.limits_due = [self.limits_due, due].into_iter().flatten().min();
    }

    /// Time has passed, or something is otherwise: all streams are judged.
    pub(crate) fn judge_limits(&mut self, now: MonoTime) {
        let around = self.surroundings(now);
        self.limits_due = None;
        for stream in self.streams.values_mut() {
            let before = stream.limit_alarm();
            let due = stream.judge(self.watched.as_deref(), &around);
            self.attention |= stream.limit_alarm() != before;
            self.limits_due = [self.limits_due, due].into_iter().flatten().min();
        }
    }

    fn watch_by(&mut self, watched: Option<Watched>, now: MonoTime) {
        if self.watched.as_deref() == watched.as_ref() {
            return;
        }
        let old = std::mem::replace(&mut self.watched, watched.map(Arc::new));
        for stream in self.streams.values_mut() {
            let before = stream.limit_alarm();
            stream.change_limits(old.as_deref(), self.watched.as_deref());
            self.attention |= stream.limit_alarm() != before;
        }
        self.judge_limits(now);
    }
}

impl Board {
    /// Limits, categories, stays or places may be others: every device looks its limits up again, and
    /// who belongs to which path is asked again.
    pub(crate) fn look_up_limits(&mut self) {
        self.limits_version += 1;
        self.paths_due = true;
    }

    /// The limits of a bed, and who set them.
    pub(crate) fn limits_of(&self, bed: &BedId) -> Option<(&[WatchLimit], Option<&EnteredBy>)> {
        let policy = self.policy.limits.as_ref()?;
        let slot = self.ward.slot(bed)?;
        slot.stay.as_ref()?;
        if let Some(set) = &slot.watch.limits {
            return Some((&set.limits, Some(&set.by)));
        }
        let limits = policy.sets.get(&self.category(bed)?.into())?;
        Some((limits, None))
    }

    /// The category of whoever lies there, as the device tells it.
    pub(crate) fn category(&self, bed: &BedId) -> Option<PatientCategory> {
        let mut devices = self.ward.slot(bed)?.devices.iter();
        devices.find_map(|key| self.devices.get(key)?.patient.as_ref()?.category)
    }

    /// Lets a device know by which limits it is watched now.
    pub(crate) fn refresh_limits(&mut self, key: &DeviceKey) {
        let version = self.limits_version;
        let Some(device) = self.devices.get(key).filter(|device| device.limits_version != version)
        else {
            return;
        };
        let limits = device.bed.as_ref().and_then(|bed| self.limits_of(bed));
        let watched = limits
            .zip(self.policy.limits.as_ref())
            .map(|((limits, _), policy)| Watched::new(limits, policy));
        let now = self.now;
        if let Some(device) = self.devices.get_mut(key) {
            device.limits_version = version;
            device.watch_by(watched, now);
        }
    }

    /// What the bed view shows of them.
    pub(crate) fn limits_view(&self, bed: &BedId) -> Option<LimitsView> {
        let (limits, set) = self.limits_of(bed)?;
        Some(LimitsView {
            limits: limits.to_vec(),
            set: set.cloned(),
            tightened: self.tightened(bed, limits).unwrap_or_default(),
            free: self.free(bed, limits),
        })
    }

    /// What is measured at a bed now and has no limits.
    fn free(&self, bed: &BedId, limits: &[WatchLimit]) -> Vec<Text> {
        let is_free = |id: &&str| limits.iter().all(|limit| limit.id.as_str() != *id);
        self.usable_at(bed, self.now).into_keys().filter(is_free).map(Text::from).collect()
    }

    /// The same limits around the values of now; what cannot be tightened stays as it is.
    fn tightened(&self, bed: &BedId, limits: &[WatchLimit]) -> Option<Vec<WatchLimit>> {
        let category = self.category(bed)?;
        let usable = self.usable_at(bed, self.now);
        let tightened = limits.iter().map(|limit| {
            let value = usable.get(limit.id.as_str()).map(|number| number.value);
            let around = value.and_then(|value| tighten(category, limit.id.as_str(), value));
            match around {
                Some((low, high)) => {
                    WatchLimit { id: limit.id.clone(), low: Some(low), high: Some(high) }
                }
                None => limit.clone(),
            }
        });
        Some(tightened.collect())
    }

    /// A person sets the limits of a stay, or lets them be those of the category again.
    pub(crate) fn set_limits(
        &mut self,
        bed: &BedId,
        limits: Option<Vec<WatchLimit>>,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        let slot = self.ward.slot_mut(bed).ok_or(Refusal::NoSuchBed)?;
        if self.policy.limits.is_none() {
            return Err(Refusal::NotAllowed);
        }
        slot.stay.as_ref().ok_or(Refusal::NobodyThere)?;
        if limits.as_ref().is_some_and(|limits| !are_possible(limits)) {
            return Err(Refusal::BadLimit);
        }
        let entered = EnteredBy { by: by.clone(), at: at.wall };
        slot.watch.limits = limits.clone().map(|limits| LimitsSet { limits, by: entered });
        slot.watch.touch();
        let devices = slot.devices.clone();
        self.look_up_limits();
        let line = LogKind::WatchLimits { limits, by: by.clone() };
        self.journal.write(at, Some(bed.clone()), None, line);
        self.settle_all(&devices, at);
        Ok(())
    }
}

/// Whether limits can be meant: each for another number of the nomenclature, with an end at least,
/// plausible ones, and the lower end the lower. An empty list watches nothing.
pub(crate) fn are_possible(limits: &[WatchLimit]) -> bool {
    let is_possible = |limit: &WatchLimit| {
        let Some(metric) = by_id(limit.id.as_str()).filter(|metric| metric.role == Role::Numeric)
        else {
            return false;
        };
        let ends = [limit.low, limit.high].map(|end| end.map(Decimal::to_f64));
        let [low, high] = ends;
        ends.iter().any(Option::is_some)
            && ends.iter().flatten().all(|end| metric.is_plausible(*end))
            && low.zip(high).is_none_or(|(low, high)| low < high)
    };
    let is_first = |place: usize, limit: &WatchLimit| {
        limits.iter().take(place).all(|before| before.id != limit.id)
    };
    limits.len() <= METRICS.len()
        && limits.iter().all(is_possible)
        && limits.iter().enumerate().all(|(place, limit)| is_first(place, limit))
}
