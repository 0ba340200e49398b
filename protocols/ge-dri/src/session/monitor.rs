//! One monitor: from records to events, for both sessions.

use std::time::Duration;

use vigie_model::{Event, Fault, FaultKind, MonoTime, Text};

use crate::wire::alarm::{ALARM_STATUS, AlarmStatus};
use crate::wire::aux_info::AuxInfo;
use crate::wire::frame::Deframer;
use crate::wire::phdb::{AUX_INFO, DISPLAYED, Phdb, TREND_10_S, TREND_60_S};
use crate::wire::record::{ALARM, PHDB, Record, WAVE};

use super::alarms::Alarms;
use super::numerics::{Bedside, Numerics, Origin};
use super::options::Options;
use super::waves::Waves;

/// So many equal steps in a row tell how often values come.
const STEPS: u8 = 3;
/// Trends are taken for values when none were displayed for so long.
const DISPLAYED_MISSED: Duration = Duration::from_secs(30);

/// Read as the newest edition, where a record does not say which it follows: status bits still say what
/// is there.
const LEVEL_UNTOLD: u8 = 11;

/// What a record was, for whoever asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) displayed: bool,
    pub(super) trend: bool,
    pub(super) waves: bool,
    pub(super) alarms: bool,
    pub(super) aux: bool,
}

/// What is known of one monitor.
#[derive(Debug)]
pub(super) struct Monitor {
    deframer: Deframer,
    numerics: Numerics,
    waves: Waves,
    alarms: Alarms,
    pace: Pace,
    count: Count,
    displayed_at: Option<MonoTime>,
    level: Option<u8>,
    events: Vec<Event>,
    seen: Seen,
}

/// How often displayed values come, by the monitor's clock.
#[derive(Clone, Copy, Debug)]
struct Pace {
    period: Duration,
    last: Option<u32>,
    step: u32,
    times: u8,
}

/// Whether records of all main types are counted together. Those of the recorded monitor are counted
/// apart; the specification does not say.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Number of the last record, and of the last of waves.
    last: Option<u8>,
    last_wave: Option<u8>,
    /// How often in a row only the one count or the other fitted.
    together: u8,
}

impl Count {
    /// A record came; whether they are counted together, as far as is known.
    fn see(&mut self, record: &Record<'_>) -> bool {
        let follows = |last: Option<u8>| last.is_some_and(|it| it.wrapping_add(1) == record.number);
        let is_together = follows(self.last);
        self.last = Some(record.number);
        if record.main_type == WAVE {
            match (is_together, follows(self.last_wave)) {
                (true, false) => self.together = self.together.saturating_add(1).min(STEPS),
                (false, true) => self.together = 0,
                (true, true) | (false, false) => {}
            }
            self.last_wave = Some(record.number);
        }
        self.together >= STEPS
    }
}

impl Pace {
    fn see(&mut self, time: u32) {
        let Some(last) = self.last.replace(time).filter(|last| *last != time) else { return };
        let step = time.wrapping_sub(last);
        self.times = if step == self.step { self.times.saturating_add(1) } else { 1 };
        self.step = step;
        if self.times >= STEPS && (1..=60).contains(&step) {
            self.period = Duration::from_secs(u64::from(step));
        }
    }
}

impl Monitor {
    pub(super) fn new(options: &Options) -> Monitor {
        Monitor {
            deframer: Deframer::new(),
            numerics: Numerics::default(),
            waves: Waves::new(options.ecg12_order),
            alarms: Alarms::default(),
            pace: Pace { period: options.period(), last: None, step: 0, times: 0 },
            count: Count::default(),
            displayed_at: None,
            level: None,
            events: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// Bytes of the line.
    pub(super) fn handle_bytes(&mut self, now: MonoTime, bytes: &[u8]) {
        let mut deframer = std::mem::take(&mut self.deframer);
        deframer.push(bytes);
        while let Some(found) = deframer.next_record() {
            match found {
                Ok(bytes) => match Record::parse(bytes) {
                    Ok(record) => self.handle_record(now, &record),
                    Err(error) => self.fault(FaultKind::Malformed, error.to_string()),
                },
                Err(fault) => self.events.push(Event::Fault(fault.into())),
            }
        }
        self.deframer = deframer;
    }

    /// When [`Monitor::handle_timeout`] has something to do.
    pub(super) fn deadline(&self) -> Option<MonoTime> {
        self.alarms.doubtful_at().into_iter().chain(self.waves.deadline()).min()
    }

    /// Alarms that were not stated again in time are not known any more; waves that waited for others
    /// are told.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) {
        self.waves.give_up(Some(now), self.numerics.bedside(), &mut self.events);
        if self.alarms.doubtful_at().is_some_and(|at| at <= now) {
            self.events.extend(self.alarms.doubt());
        }
    }

    /// The line closed: another monitor may be on it next time.
    pub(super) fn close(&mut self, options: &Options) {
        if let Some(fault) = self.deframer.close() {
            self.events.push(Event::Fault(fault.into()));
        }
        self.waves.give_up(None, self.numerics.bedside(), &mut self.events);
        self.events.extend(self.alarms.doubt());
        let events = std::mem::take(&mut self.events);
        *self = Monitor { events, ..Monitor::new(options) };
    }

    /// What was heard since this was last asked.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Which records came since this was last asked.
    pub(super) fn take_seen(&mut self) -> Seen {
        std::mem::take(&mut self.seen)
    }

    /// The edition that the monitor follows, once heard.
    pub(super) fn level(&self) -> Option<u8> {
        self.level
    }

    /// What stands at the bedside.
    pub(super) fn bedside(&self) -> &Bedside {
        self.numerics.bedside()
    }

    /// Whether the time of something that is shown is not known.
    pub(super) fn is_undated(&self) -> bool {
        self.numerics.is_undated()
    }

    fn handle_record(&mut self, now: MonoTime, record: &Record<'_>) {
        if self.count.see(record) && record.main_type != WAVE {
            self.waves.see_other();
        }
        match record.main_type {
            PHDB => self.handle_phdb(now, record),
            WAVE if is_request(record) => {}
            WAVE => {
                self.level = Some(record.level).filter(|level| *level != 0).or(self.level);
                self.seen.waves = true;
                self.waves.take(now, record, self.numerics.bedside(), &mut self.events);
            }
            ALARM => self.handle_alarms(now, record),
            other => self.fault(FaultKind::Unknown, format!("record of main type {other}")),
        }
    }

    fn handle_phdb(&mut self, now: MonoTime, record: &Record<'_>) {
        let (mut has_values, mut alarms) = (false, None);
        for sub in &record.subrecords {
            let trend_s = match sub.kind {
                DISPLAYED => None,
                TREND_10_S => Some(10),
                TREND_60_S => Some(60),
                AUX_INFO => {
                    self.handle_aux(now, record, sub.bytes);
                    continue;
                }
                // A request, heard on a tapped cable or as an echo.
                0 => continue,
                other => {
                    self.fault(FaultKind::Unknown, format!("physiological record of type {other}"));
                    continue;
                }
            };
            let Some(mut phdb) = Phdb::parse(sub.bytes) else {
                self.fault(FaultKind::Malformed, "physiological record too short".into());
                continue;
            };
            if phdb.time == 0 {
                phdb.time = record.time;
            }
            self.level = Some(record.level).filter(|level| *level != 0).or(self.level);
            has_values = true;
            let is_displayed = trend_s.is_none();
            if is_displayed {
                self.seen.displayed = true;
                self.displayed_at = Some(now);
                self.pace.see(phdb.time);
            } else {
                self.seen.trend = true;
                // An average must not take the place of what is displayed now.
                if self.displayed_at.is_some_and(|at| now.since(at) < DISPLAYED_MISSED) {
                    continue;
                }
            }
            let period = trend_s.map_or(self.pace.period, Duration::from_secs);
            let level = if record.level == 0 { LEVEL_UNTOLD } else { record.level };
            let from = Origin { now, level, period, is_trend: !is_displayed };
            self.numerics.take(from, &phdb, &mut self.events);
            alarms = self.alarms.take_status(now, level, &phdb).or(alarms);
        }
        // What the classes say together.
        self.events.extend(alarms.map(Event::Alarms));
        if has_values {
            self.events.push(Event::Alive);
        }
    }

    fn handle_aux(&mut self, now: MonoTime, record: &Record<'_>, bytes: &[u8]) {
        match AuxInfo::parse(bytes) {
            Some(aux) => {
                self.seen.aux = true;
                self.numerics.take_aux(now, record.time, &aux);
            }
            None => self.fault(FaultKind::Malformed, "auxiliary information too short".into()),
        }
    }

    fn handle_alarms(&mut self, now: MonoTime, record: &Record<'_>) {
        for sub in &record.subrecords {
            match sub.kind {
                ALARM_STATUS => match AlarmStatus::parse(sub.bytes) {
                    Some(status) => {
                        self.seen.alarms = true;
                        let set = self.alarms.take_list(now, &status);
                        self.events.push(Event::Alarms(set));
                    }
                    None => self.fault(FaultKind::Malformed, "alarm record makes no sense".into()),
                },
                0 => {}
                other => self.fault(FaultKind::Unknown, format!("alarm record of type {other}")),
            }
        }
    }

    fn fault(&mut self, kind: FaultKind, what: String) {
        self.events.push(Event::Fault(Fault { kind, what: Text::from(what), count: 1 }));
    }
}

/// A request of a client: one subrecord of type 0.
fn is_request(record: &Record<'_>) -> bool {
    matches!(record.subrecords.as_slice(), [sub] if sub.kind == 0)
}
