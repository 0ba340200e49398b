//! [`Monitor`]: timers, what arrives, what is sent.

use core::net::SocketAddr;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use vigie_model::MonoTime;
use vigie_session::{Deadline, Line};
use vigie_sim_patient::Finding;
use vigie_sim_patient::script::{DeviceAct, PatientAct};

use crate::{Destination, Device, Outgoing, Sent};

use super::body::Body;
use super::config::MonitorConfig;
use super::frame::{Hearing, Request, framed};
use super::records::{self, Clock, ECG12, ECG12_RATE, Says};

const SECOND: Duration = Duration::from_secs(1);
/// Samples a second at 19,200 baud; requested waves beyond are left out without a word.
const SAMPLES_MAX: u16 = 600;
/// Waves of one record, and of a slow line.
const WAVES_MAX: usize = 8;
/// Waves of a fast line.
const WAVES_MAX_FAST: usize = 24;
/// A cuff pressure older than this says so.
const CUFF_OLD_SECS: u64 = 60;
/// Between two alarm records in differential mode.
const ALARMS_GAP_SECS: u64 = 2;
/// A second that is later than this is left out: the machine slept.
const LATE_MAX: Duration = Duration::from_secs(3);

const PHDB: usize = 0;
const WAVE: usize = 1;
const ALARM: usize = 2;

/// A simulated monitor.
#[derive(Debug)]
pub struct Monitor {
    config: MonitorConfig,
    body: Body,
    hearing: Hearing,
    /// When it was first switched on; seconds count from here.
    since: Option<MonoTime>,
    /// Seconds that have passed.
    second: u64,
    off_until: Option<MonoTime>,
    muted_until: MonoTime,
    /// By which the clock was set.
    clock_step: i64,
    is_standby: bool,
    is_silenced: bool,
    asked: Asked,
    /// Count of records of each main type.
    numbers: [u8; 3],
    number: u64,
    outgoing: VecDeque<Outgoing>,
    sent: VecDeque<Sent>,
}

/// What clients asked for; forgotten when the power goes.
#[derive(Debug, Default)]
struct Asked {
    /// Interval and classes of displayed values.
    displayed: Option<(u64, u32)>,
    /// Classes of 10-s and 60-s trends.
    trends: [Option<u32>; 2],
    waves: Vec<u8>,
    has_gap: bool,
    /// What the last alarm record said, in differential mode, and in which second.
    alarms: Option<(Option<Vec<Finding>>, u64)>,
}

impl Monitor {
    /// A monitor that is switched on at the first call.
    pub fn new(config: MonitorConfig) -> Monitor {
        Monitor {
            config,
            body: Body::new(config.seed),
            hearing: Hearing::default(),
            since: None,
            second: 0,
            off_until: None,
            muted_until: MonoTime::START,
            clock_step: 0,
            is_standby: false,
            is_silenced: false,
            asked: Asked::default(),
            numbers: [0; 3],
            number: 0,
            outgoing: VecDeque::new(),
            sent: VecDeque::new(),
        }
    }

    /// What it was set up with.
    pub fn config(&self) -> &MonitorConfig {
        &self.config
    }

    /// Seconds since 1970 by its clock.
    fn clock(&self, second: u64) -> u32 {
        let passed = i64::try_from(second).unwrap_or(i64::MAX);
        let shown = i64::from(self.config.clock).saturating_add(passed);
        u32::try_from(shown.saturating_add(self.clock_step)).unwrap_or(0)
    }

    fn run(&mut self, now: MonoTime) {
        let since = *self.since.get_or_insert(now);
        loop {
            let at = since + Duration::from_secs(self.second + 1);
            if at > now {
                break;
            }
            self.second += 1;
            self.body.live(self.second);
            if self.off_until.is_some_and(|until| at < until) {
                continue;
            }
            self.off_until = None;
            if now.since(at) <= LATE_MAX {
                self.speak(now);
            }
        }
    }

    fn is_off(&self) -> bool {
        self.off_until.is_some()
    }

    /// All that is due at the end of a second.
    fn speak(&mut self, now: MonoTime) {
        if let Some((interval, classes)) = self.asked.displayed
            && self.second.is_multiple_of(interval)
        {
            self.say_values(now, 1, classes);
            let trends = self.asked.trends;
            for (kind, every, classes) in [(2, 10, trends[0]), (3, 60, trends[1])] {
                let is_due = self.config.has_case && self.second.is_multiple_of(every);
                if let Some(classes) = classes.filter(|_| is_due) {
                    self.say_values(now, kind, classes);
                }
            }
        }
        self.say_waves(now);
        let findings = self.findings();
        if let Some((known, at)) = &self.asked.alarms
            && known.as_ref() != Some(&findings)
            && self.second >= at + ALARMS_GAP_SECS
        {
            self.asked.alarms = Some((Some(findings), self.second));
            self.say_alarms(now);
        }
    }

    fn findings(&self) -> Vec<Finding> {
        if self.is_standby { Vec::new() } else { self.body.findings().to_vec() }
    }

    fn say_values(&mut self, now: MonoTime, kind: u8, classes: u32) {
        let time = self.clock(self.second);
        let age = self.body.cuff_second().map(|at| self.second.saturating_sub(at));
        let is_old = age.is_some_and(|age| age > CUFF_OLD_SECS);
        let (mut subs, mut says) = (Vec::new(), Vec::new());
        // Bit 0 denies the basic class.
        for class in (0..4).filter(|class| (classes >> class & 1 == 1) != (*class == 0)) {
            let clock = Clock { time, second: self.second };
            let level = self.config.level;
            let (bytes, said) =
                records::phdb(class, clock, level, &self.body, is_old, self.is_standby);
            subs.push((kind, bytes));
            says.extend(said);
        }
        if kind != 1 {
            says.clear();
        }
        self.say(now, PHDB, &subs, says);
    }

    /// Waves of a second, eight to a record; the 12-lead ECG by itself.
    fn say_waves(&mut self, now: MonoTime) {
        let has_gap = std::mem::take(&mut self.asked.has_gap);
        let second = self.second;
        let wanted = self.asked.waves.clone();
        let plain: Vec<u8> = wanted.iter().copied().filter(|kind| *kind != ECG12).collect();
        for kinds in plain.chunks(WAVES_MAX) {
            let waves = kinds.iter().filter_map(|kind| {
                Some((*kind, records::wave(*kind, second, has_gap, &self.body)?))
            });
            let (subs, says): (Vec<_>, Vec<_>) =
                waves.map(|(kind, (bytes, says))| ((kind, bytes), says)).unzip();
            self.say(now, WAVE, &subs, says);
        }
        if wanted.contains(&ECG12) {
            for (bytes, says) in records::ecg12(second, has_gap, &self.body) {
                self.say(now, WAVE, &[(ECG12, bytes)], says);
            }
        }
    }

    fn say_alarms(&mut self, now: MonoTime) {
        let bytes = records::alarms(&self.findings(), self.is_silenced);
        self.say(now, ALARM, &[(1, bytes)], Vec::new());
    }

    fn say(&mut self, now: MonoTime, main: usize, subs: &[(u8, Vec<u8>)], says: Vec<Says>) {
        if now < self.muted_until {
            return;
        }
        let Some(count) = self.numbers.get_mut(main) else { return };
        let main_type = [0, 1, 4].get(main).copied().unwrap_or(0);
        let (number, level) = (*count, self.config.level);
        *count = count.wrapping_add(1);
        let time = self.clock(self.second);
        let bytes = framed(&records::record(main_type, number, level, time, subs));
        let message = self.number;
        self.number += 1;
        self.outgoing.push_back(Outgoing {
            number: message,
            line: Line::MAIN,
            to: Destination::Cable,
            bytes: Bytes::from(bytes),
        });
        let tick = self.second;
        self.sent.extend(says.into_iter().map(|(stream, what)| Sent {
            message,
            device: 0,
            stream: stream.to_owned(),
            tick,
            what,
        }));
    }

    fn hear(&mut self, now: MonoTime, request: Request) {
        match request {
            Request::Physiological { kind: 4, interval, .. } if interval != 0 => {
                // Only the cuff is measured now and then; 0 is "not known".
                let at = self.body.cuff_second().map_or(0, |second| self.clock(second));
                self.say(now, PHDB, &[(4, records::aux_info(at))], Vec::new());
            }
            Request::Physiological { kind: 1, interval, classes } => {
                match u64::try_from(interval) {
                    Ok(0) => self.asked.displayed = None,
                    Ok(seconds) => self.asked.displayed = Some((seconds, classes)),
                    Err(_) => self.say_values(now, 1, classes),
                }
            }
            Request::Physiological { kind: kind @ (2 | 3), interval, classes } => {
                let wanted = (interval > 0).then_some(classes);
                let [ten, sixty] = &mut self.asked.trends;
                *(if kind == 2 { ten } else { sixty }) = wanted;
            }
            Request::Physiological { .. } => {}
            Request::Waves(wanted) => {
                self.asked.has_gap = !wanted.is_empty();
                self.asked.waves = self.admitted(&wanted);
            }
            Request::Alarms(command) if self.config.has_alarms => match command {
                0 => self.say_alarms(now),
                2 => {
                    self.asked.alarms = Some((Some(self.findings()), self.second));
                    self.say_alarms(now);
                }
                3 => self.asked.alarms = None,
                _ => {}
            },
            // Older monitors know no alarm requests.
            Request::Alarms(_) => {}
        }
    }

    /// The waves that are sent: in their order until the sum would be too much. Only a fast line carries
    /// more than eight, and 12 leads.
    fn admitted(&self, wanted: &[u8]) -> Vec<u8> {
        let is_fast = self.config.baud > 19_200;
        let most = if is_fast { WAVES_MAX_FAST } else { WAVES_MAX };
        let (mut sum, mut admitted) = (0u16, Vec::new());
        for kind in wanted {
            let known =
                records::WAVES.iter().find(|(of, ..)| of == kind).map(|(_, rate, ..)| *rate);
            let Some(rate) = known.or((is_fast && *kind == ECG12).then_some(ECG12_RATE)) else {
                continue;
            };
            sum += rate;
            if (sum > SAMPLES_MAX && !is_fast) || admitted.len() >= most {
                break;
            }
            admitted.push(*kind);
        }
        admitted
    }
}

impl Device for Monitor {
    fn handle_input(
        &mut self,
        now: MonoTime,
        _line: Line,
        _from: Option<SocketAddr>,
        bytes: &[u8],
    ) {
        self.run(now);
        if self.is_off() {
            return;
        }
        for request in self.hearing.push(bytes) {
            self.hear(now, request);
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.run(now);
    }

    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct) {
        self.run(now);
        self.body.apply(act);
    }

    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct) {
        self.run(now);
        match act {
            DeviceAct::Reboot { dark } => {
                self.off_until = Some(now + *dark);
                self.asked = Asked::default();
                self.hearing = Hearing::default();
                self.numbers = [0; 3];
                (self.is_standby, self.is_silenced) = (false, false);
            }
            DeviceAct::Standby { on } => self.is_standby = *on,
            DeviceAct::ClockStep { seconds } => {
                self.clock_step = self.clock_step.saturating_add(*seconds);
            }
            DeviceAct::Silence => {
                self.is_silenced = true;
                // A change of the screen, which differential mode tells at the next second.
                if let Some((known, _)) = &mut self.asked.alarms {
                    *known = None;
                }
            }
            // There is nothing to abort but what was asked for.
            DeviceAct::Abort => self.asked = Asked::default(),
            DeviceAct::Mute { dark } => self.muted_until = now + *dark,
            // A serial line has no address, and the protocol no patient.
            DeviceAct::Readdress | DeviceAct::Admit { .. } => {}
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    fn poll_sent(&mut self) -> Option<Sent> {
        self.sent.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let at = self
            .since
            .map_or(MonoTime::START, |since| since + Duration::from_secs(self.second) + SECOND);
        Some(Deadline { at, why: "second" })
    }
}
