//! One stream of a device: its number, its words or its wave, and how long since it was vouched for.

use std::time::Duration;

use vigie_model::{
    Cadence, Category, Limits, Measured, MetricKey, MonoTime, Nature, Numeric, Scale, StreamInfo,
    Text, TextValue, Unit, Validity, WallTime, WaveChunk,
};

use crate::{
    freshness::{AgeLimits, STALE_AT_LEAST, UNDESCRIBED},
    journal::Moment,
    layout::{Mapped, Place},
    limits::Excursion,
    plausible,
    trace::Trace,
    view::Freshness,
};

/// Of two devices that measure the same, one that was silent or doubtful comes first again when it has
/// been neither for so long: on a cable that comes and goes, nothing changes hands with each word.
pub(crate) const STEADY_AFTER: Duration = STALE_AT_LEAST;

/// A stream. One key may carry a number and a wave; each ages by itself.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) key: MetricKey,
    pub(crate) info: Option<StreamInfo>,
    pub(crate) mapped: Mapped,
    /// Where its number or words stand: fixed when the first value came, so that nothing jumps.
    pub(crate) place: Option<Place>,
    pub(crate) numeric: Option<NumericPart>,
    pub(crate) text: Option<TextPart>,
    pub(crate) wave: Option<WavePart>,
    /// Its alarm limits as the device has them. They stay when a patient goes: a device tells them once.
    pub(crate) limits: Option<Limits>,
    /// When the first of the implausible values in a row was measured.
    pub(crate) implausible_since: Option<MonoTime>,
    /// Where its value lies by the station's own limits.
    pub(crate) excursion: Excursion,
}

/// A number.
#[derive(Debug)]
pub(crate) struct NumericPart {
    pub(crate) life: Life,
    pub(crate) numeric: Numeric,
    /// When the station heard it, less what the device said it was old by then.
    pub(crate) measured: Moment,
    /// Since when it has been believed without a break, if it is.
    pub(crate) good_since: MonoTime,
}

/// A value in words.
#[derive(Debug)]
pub(crate) struct TextPart {
    pub(crate) life: Life,
    pub(crate) value: Option<Text>,
    pub(crate) nature: Nature,
}

/// A wave.
#[derive(Debug)]
pub(crate) struct WavePart {
    pub(crate) life: Life,
    /// Where it stands among the waves.
    pub(crate) place: Place,
    pub(crate) unit: Unit,
    pub(crate) scale: Scale,
    pub(crate) rate_hz: f64,
    pub(crate) trace: Trace,
    /// Since when it has come without a break.
    pub(crate) good_since: MonoTime,
}

/// How silent a stream is, in the words of the station alarms. Sticky: only a value ends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Silence {
    #[default]
    None,
    Stale,
    Lost,
}

/// What keeps a value alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// Its age counts from here.
    pub(crate) from: MonoTime,
    /// Its silence counts from here: as `from`, but for what came from the device's memory.
    pub(crate) spoke: MonoTime,
    /// No alarm about its silence before this: the device itself was silent until a moment ago. Given
    /// once a value, so that a device that comes and goes cannot hide a stream that does not.
    pub(crate) grace: Option<MonoTime>,
    /// The line closed since: LOST until the next value, however soon the line is back.
    pub(crate) broken: bool,
    /// Sent late from the device's memory: never looks live.
    pub(crate) backfilled: bool,
    /// Something other than memory was heard: its silence is worth an alarm.
    pub(crate) watched: bool,
    pub(crate) silence: Silence,
}

/// What of the device decides on the freshness of its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    pub(crate) now: MonoTime,
    /// The last heartbeat that vouches for values sent by change.
    pub(crate) alive: Option<MonoTime>,
    pub(crate) closed: bool,
    /// The device as a whole is LOST or closed.
    pub(crate) lost: bool,
}

/// How old something is, and when that will read otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    pub(crate) freshness: Freshness,
    pub(crate) age: Duration,
    /// When the freshness next changes by silence alone.
    pub(crate) next: Option<MonoTime>,
}

impl Stream {
    pub(crate) fn new(key: MetricKey) -> Stream {
        let mapped = Mapped::of(&key);
        Stream {
            key,
            info: None,
            mapped,
            place: None,
            numeric: None,
            text: None,
            wave: None,
            limits: None,
            implausible_since: None,
            excursion: Excursion::default(),
        }
    }

    pub(crate) fn label(&self) -> Option<&Text> {
        self.info.as_ref().and_then(|info| info.label.as_ref())
    }

    pub(crate) fn cadence(&self) -> Cadence {
        self.info.as_ref().map_or(UNDESCRIBED, |info| info.cadence)
    }

    pub(crate) fn lives(&self) -> impl Iterator<Item = &Life> {
        let numeric = self.numeric.as_ref().map(|part| &part.life);
        let text = self.text.as_ref().map(|part| &part.life);
        let wave = self.wave.as_ref().map(|part| &part.life);
        numeric.into_iter().chain(text).chain(wave)
    }

    pub(crate) fn lives_mut(&mut self) -> impl Iterator<Item = &mut Life> {
        let numeric = self.numeric.as_mut().map(|part| &mut part.life);
        let text = self.text.as_mut().map(|part| &mut part.life);
        let wave = self.wave.as_mut().map(|part| &mut part.life);
        numeric.into_iter().chain(text).chain(wave)
    }

    /// The worst silence of its parts.
    pub(crate) fn silence(&self) -> Silence {
        self.lives().map(|life| life.silence).max().unwrap_or_default()
    }

    /// Forgets all values; what the stream is stays known.
    pub(crate) fn forget(&mut self) {
        (self.numeric, self.text, self.wave, self.place) = (None, None, None, None);
        (self.implausible_since, self.excursion) = (None, Excursion::default());
    }

    /// Takes a number in. `false`: it came from memory and something newer is there.
    pub(crate) fn take_numeric(&mut self, numeric: &Numeric, at: Moment) -> bool {
        let (ago, backfilled) = ago(numeric.measured);
        let mut measured = Moment { mono: at.mono.before(ago), wall: at.wall.before(ago) };
        if let Some(known) = &self.numeric {
            if backfilled && known.measured.mono >= measured.mono {
                return false;
            }
            // Devices send the last cuff pressure again and again: its age is that of the measurement.
            if matches!(self.cadence(), Cadence::Episodic { .. })
                && is_same_measurement(&known.numeric, numeric)
            {
                measured = known.measured;
            }
        }
        let known = self.numeric.as_ref().map(|part| part.life);
        let life = Life::follow(known, measured.mono, backfilled);
        let is_odd = !backfilled && self.is_measured() && !plausible::is_plausible(numeric);
        let since = self.implausible_since.unwrap_or(measured.mono);
        self.implausible_since = is_odd.then_some(since);
        let good_since = at.mono;
        self.numeric = Some(NumericPart { life, numeric: numeric.clone(), measured, good_since });
        true
    }

    /// Since when its number has been believed and current without a break; `None`: it is not now.
    pub(crate) fn good_number_since(&self, around: &Surroundings) -> Option<MonoTime> {
        let part = self.numeric.as_ref()?;
        let is_good = is_believed(part.numeric.reading.validity())
            && !self.is_implausible()
            && part.numeric.reading.value().is_some()
            && self.age(&part.life, around).freshness <= Freshness::Late;
        is_good.then_some(part.good_since)
    }

    /// The same of its wave.
    pub(crate) fn good_wave_since(&self, around: &Surroundings) -> Option<MonoTime> {
        let part = self.wave.as_ref()?;
        (self.age(&part.life, around).freshness <= Freshness::Late).then_some(part.good_since)
    }

    /// Whether it is measured, and not set by a person.
    pub(crate) fn is_measured(&self) -> bool {
        self.info.as_ref().is_none_or(|info| info.category != Category::Setting)
    }

    /// Takes words in, by the same rules.
    pub(crate) fn take_text(&mut self, text: &TextValue, at: MonoTime) -> bool {
        let (ago, backfilled) = ago(text.measured);
        let from = at.before(ago);
        if backfilled && self.text.as_ref().is_some_and(|known| known.life.from >= from) {
            return false;
        }
        let known = self.text.as_ref().map(|part| part.life);
        let life = Life::follow(known, from, backfilled);
        self.text = Some(TextPart { life, value: text.value.clone(), nature: text.nature });
        true
    }

    /// How old a part of this stream is.
    pub(crate) fn age(&self, life: &Life, around: &Surroundings) -> Age {
        let cadence = self.cadence();
        let limits = AgeLimits::of(cadence);
        let from = if life.backfilled {
            life.from
        } else {
            life.from.max(life.vouched(cadence, around.alive).unwrap_or(life.from))
        };
        let age = around.now.since(from);
        let lost = match cadence {
            Cadence::Periodic(_) | Cadence::OnChange { .. } => life.broken || around.closed,
            Cadence::Episodic { .. } => around.lost,
        };
        if lost {
            return Age { freshness: Freshness::Lost, age, next: None };
        }
        let mut freshness = limits.judge(age);
        if life.backfilled && !matches!(cadence, Cadence::Episodic { .. }) {
            freshness = freshness.max(Freshness::Stale);
        }
        Age { freshness, age, next: limits.next_change(from, around.now) }
    }
}

impl NumericPart {
    /// When the number was measured, by the wall clock, for the small dated text.
    pub(crate) fn dated(&self) -> WallTime {
        self.measured.wall
    }
}

impl WavePart {
    pub(crate) fn new(place: Place, at: MonoTime, wave: &WaveChunk) -> WavePart {
        let mut part = WavePart {
            life: Life::new(at),
            place,
            unit: wave.unit.clone(),
            scale: wave.scale,
            rate_hz: 0.0,
            trace: Trace::default(),
            good_since: at,
        };
        part.describe(wave);
        part
    }

    /// What there is to know of it besides its samples.
    pub(crate) fn describe(&mut self, wave: &WaveChunk) {
        self.unit = wave.unit.clone();
        self.scale = finite(wave.scale);
        self.rate_hz = wave.rate_hz();
    }
}

impl Life {
    pub(crate) fn new(from: MonoTime) -> Life {
        Life {
            from,
            spoke: from,
            grace: None,
            broken: false,
            backfilled: false,
            watched: true,
            silence: Silence::None,
        }
    }

    /// The heartbeat that stands for the value, where values come by change only. After the line was
    /// closed a change may have been missed: then only a value counts.
    pub(crate) fn vouched(&self, cadence: Cadence, alive: Option<MonoTime>) -> Option<MonoTime> {
        match cadence {
            Cadence::OnChange { .. } => alive.filter(|alive| !self.broken && *alive > self.spoke),
            Cadence::Periodic(_) | Cadence::Episodic { .. } => None,
        }
    }

    /// What comes from memory neither breaks nor excuses the silence before it.
    fn follow(known: Option<Life>, from: MonoTime, backfilled: bool) -> Life {
        let fresh = Life::new(from);
        match known {
            _ if !backfilled => fresh,
            Some(known) => Life { from, backfilled, ..known },
            None => Life { backfilled, watched: false, ..fresh },
        }
    }
}

fn ago(measured: Measured) -> (Duration, bool) {
    match measured {
        Measured::Now | Measured::Unknown => (Duration::ZERO, false),
        Measured::Ago(ago) => (ago, false),
        Measured::Backfill(ago) => (ago, true),
    }
}

/// Whether a number without a told age is the measurement already known, sent again.
fn is_same_measurement(known: &Numeric, again: &Numeric) -> bool {
    let untold = match again.measured {
        Measured::Now => again.device_time.is_some(),
        Measured::Unknown => true,
        Measured::Ago(_) | Measured::Backfill(_) => false,
    };
    untold && known.device_time == again.device_time && known.reading == again.reading
}

/// Whether the device itself stands by a number.
pub(crate) fn is_believed(validity: Validity) -> bool {
    match validity {
        Validity::Valid | Validity::Validated => true,
        Validity::Ongoing
        | Validity::Questionable
        | Validity::Calibrating
        | Validity::Invalid
        | Validity::Overflow
        | Validity::Underflow
        | Validity::NotAvailable => false,
    }
}

/// A scale with a number that is none is no scale.
fn finite(scale: Scale) -> Scale {
    match scale {
        Scale::Physical { offset, per_count, low, high }
            if ![offset, per_count, low, high].iter().all(|amount| amount.is_finite()) =>
        {
            Scale::Unknown
        }
        Scale::Physical { .. } | Scale::Relative { .. } | Scale::Unknown => scale,
    }
}
