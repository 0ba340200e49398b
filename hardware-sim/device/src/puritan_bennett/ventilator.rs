//! [`Ventilator`]: timers, what arrives, what is sent.

use core::net::SocketAddr;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use vigie_model::MonoTime;
use vigie_session::rng::Rng;
use vigie_session::{Deadline, Line as Port};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

use super::alarms::{Findings, LIMITS};
use super::answers::{Fields, OF_MISCA, OF_MISCF, misca, miscf};
use super::breathing::{APNOEA_S, Breathing, Line, MANDATORY_TI, SAMPLE, SET_RATE, SUPPORT};
use super::config::{Software, Ventilation, VentilatorConfig};
use crate::intellivue::later;
use crate::{Destination, Device, Outgoing, Sent};

/// The waveform port.
const WAVES: Port = Port(1);
/// Lines leave the port in handfuls of so many samples: 100 ms.
const HANDFUL: u32 = 5;
/// A command is no longer.
const COMMAND_BYTES_MAX: usize = 64;
/// Alarm silence holds so long.
const SILENCE: Duration = Duration::from_secs(120);
/// Handfuls that are later than this are left out: the machine slept.
const LATE_MAX: Duration = Duration::from_secs(3);

/// A simulated ventilator.
#[derive(Debug)]
pub struct Ventilator {
    config: VentilatorConfig,
    power: Power,
    breathing: Breathing,
    /// Half a command.
    command: Vec<u8>,
    /// The question that waits for its answer, and when it is given.
    asked: Option<(MonoTime, Question)>,
    clock_step: i64,
    muted_until: MonoTime,
    silenced_until: MonoTime,
    rng: Rng,
    number: u64,
    unknown_commands: u64,
    outgoing: VecDeque<Outgoing>,
    sent: VecDeque<Sent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Off { until: MonoTime },
    On { since: MonoTime, next: MonoTime, is_standby: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Short,
    Long,
}

impl Ventilator {
    /// A ventilator that is switched on as soon as it is told the time.
    pub fn new(config: VentilatorConfig) -> Ventilator {
        Ventilator {
            breathing: Breathing::new(config.seed, config.ventilation),
            rng: Rng::new(config.seed),
            config,
            power: Power::Off { until: MonoTime::START },
            command: Vec::new(),
            asked: None,
            clock_step: 0,
            muted_until: MonoTime::START,
            silenced_until: MonoTime::START,
            number: 0,
            unknown_commands: 0,
            outgoing: VecDeque::new(),
            sent: VecDeque::new(),
        }
    }

    /// What it was set up with.
    pub fn config(&self) -> &VentilatorConfig {
        &self.config
    }

    /// Commands that it did not know.
    pub fn unknown_commands(&self) -> u64 {
        self.unknown_commands
    }

    /// Everything whose time has come.
    fn run(&mut self, now: MonoTime) {
        if let Power::Off { until } = self.power {
            if until > now {
                return;
            }
            let since = if until == MonoTime::START { now } else { until };
            self.power = Power::On { since, next: since + SAMPLE * HANDFUL, is_standby: false };
        }
        while let Power::On { since, next, is_standby } = self.power {
            // A question is answered by what was measured when its answer begins.
            if let Some((at, question)) = self.asked.filter(|(at, _)| *at <= now && *at <= next) {
                self.asked = None;
                self.answer(at, question);
                continue;
            }
            if next > now {
                break;
            }
            self.handful(next, now, !is_standby);
            self.power = Power::On { since, next: next + SAMPLE * HANDFUL, is_standby };
        }
    }

    /// 100 ms of the waveform port.
    fn handful(&mut self, at: MonoTime, now: MonoTime, connected: bool) {
        let (mut text, mut samples, first) = (String::new(), 0, self.breathing.tick());
        for _ in 0..HANDFUL {
            for line in self.breathing.live(connected) {
                match line {
                    Line::Start(number) => text.push_str(&format!("BS, S:{number},\n")),
                    Line::Sample(flow, pressure) => {
                        samples += 1;
                        let (flow, pressure) = (written(flow, 2), written(pressure, 2));
                        text.push_str(&format!("{flow}, {pressure}\n"));
                    }
                    Line::End => text.push_str("BE\n"),
                }
            }
        }
        if text.is_empty() || now.since(at) > LATE_MAX {
            return;
        }
        let says = if samples == 0 { &[][..] } else { &["flow", "pressure"] };
        let says = says.iter().map(|stream| ((*stream).to_owned(), samples.to_string()));
        self.say(now, WAVES, text.into_bytes(), first, says.collect());
    }

    fn hear(&mut self, now: MonoTime, byte: u8) {
        if byte != b'\r' {
            if self.command.len() < COMMAND_BYTES_MAX {
                self.command.push(byte);
            }
            return;
        }
        let command = core::mem::take(&mut self.command);
        let question = match (command.as_slice(), self.config.software) {
            (b"RSET", _) => {
                self.asked = None;
                return;
            }
            (b"SNDF", Software::Both) => Question::Long,
            (b"SNDA", _) => Question::Short,
            _ => {
                self.unknown_commands += 1;
                return;
            }
        };
        let half = self.config.answers_within / 2;
        self.asked = Some((now + half + half.mul_f64(self.rng.unit()), question));
    }

    fn answer(&mut self, at: MonoTime, question: Question) {
        let (mut fields, bytes, numbers, letter) = match question {
            Question::Long => {
                let fields = self.long(at);
                let bytes = miscf(&fields);
                (fields, bytes, OF_MISCF, 'F')
            }
            Question::Short => {
                let fields = self.short(at);
                let bytes = misca(&fields);
                (fields, bytes, OF_MISCA, 'A')
            }
        };
        // A blank field says that there is no value, and is listed as empty.
        let says = numbers
            .map(|field| (format!("{letter}{field}"), fields.remove(&field).unwrap_or_default()));
        self.say(at, Port::MAIN, bytes, self.breathing.tick(), says.collect());
    }

    /// Fields of `MISCF`.
    fn long(&self, at: MonoTime) -> Fields {
        let mut fields = self.head(at, 5, 6, 7);
        let mut set = |field: u16, text: &str| _ = fields.insert(field, text.to_owned());
        let is_assist = self.config.ventilation == Ventilation::Assist;
        let volume = written(self.breathing.set_volume / 1_000.0, 3);
        let peep = written(self.breathing.peep, 1);
        let rate = written(SET_RATE, 1);
        set(8, "INVASIVE");
        set(9, if is_assist { "A/C" } else { "SPONT" });
        set(10, if is_assist { "VC+" } else { "" });
        set(11, if is_assist { "NONE" } else { "PS" });
        set(12, "V-Trig");
        if is_assist {
            set(13, &rate);
            set(14, &volume);
            set(47, &written(MANDATORY_TI, 2));
        } else {
            set(31, &written(SUPPORT, 1));
        }
        set(16, "40");
        set(18, &peep);
        set(20, &written(APNOEA_S, 0));
        set(21, &volume);
        set(22, &rate);
        set(24, "100");
        set(28, "VC");
        set(34, &written(LIMITS.pressure_high, 0));
        set(36, &written(LIMITS.minute_high, 1));
        set(37, &written(LIMITS.minute_low, 2));
        let (high, low) = (written(LIMITS.tidal_high, 0), written(LIMITS.tidal_low, 0));
        let (of_own, of_given) = if is_assist { ("OFF", "") } else { ("", "OFF") };
        set(38, if of_given.is_empty() { &high } else { of_given });
        set(39, if of_given.is_empty() { &low } else { of_given });
        set(40, if of_own.is_empty() { &high } else { of_own });
        set(41, if of_own.is_empty() { &low } else { of_own });
        set(42, &written(LIMITS.rate_high, 0));
        set(43, "OFF");
        set(45, "3.0");
        set(51, "7.5");
        set(52, "ET");
        set(53, "HME");
        set(55, "ENABLED");
        set(60, "70");
        set(66, "ADULT");
        set(156, "DISABLED");
        if let Some(last) = self.breathing.last() {
            set(69, &written(last.end_inspiration, 1));
            set(71, &written(last.vt_out / 1_000.0, 3));
            set(73, &written(last.peak, 1));
            set(74, &written(last.mean, 1));
            set(75, &written(last.te / last.ti.max(0.1), 2));
            set(77, "40");
            set(78, &written(last.vt_in / 1_000.0, 3));
            set(87, &written(last.peep, 1));
            set(96, &written(self.breathing.compliance, 0));
            set(97, &written(self.breathing.resistance, 1));
            set(99, &written(last.peak_expiratory, 1));
            set(100, &written(last.end_expiratory, 1));
            if last.is_own && !is_assist {
                set(88, &written(last.ti, 2));
                set(154, &written(last.vt_out / 1_000.0, 3));
            }
        }
        if let Some((rate, minute, own)) = self.breathing.minute() {
            set(70, &written(rate, 0));
            set(72, &written(minute, 2));
            if !is_assist {
                set(89, &written(own, 2));
            }
        }
        for field in (106..=153).chain([95]) {
            set(field, "NORMAL");
        }
        let findings = Findings::of(&self.breathing);
        let tidal_low = if is_assist { 117 } else { 119 };
        for (is_on, field) in [
            (self.silenced_until > at, 105),
            (findings.apnoea, 106),
            (findings.minute_high, 107),
            (findings.tidal_high, 108),
            (findings.pressure_high, 110),
            (findings.rate_high, 112),
            (findings.tidal_low, tidal_low),
            (findings.minute_low, 118),
        ] {
            set(field, if is_on { "ALARM" } else { "NORMAL" });
        }
        fields
    }

    /// Fields of `MISCA`.
    fn short(&self, at: MonoTime) -> Fields {
        let mut fields = self.head(at, 5, 6, 8);
        let mut set = |field: u16, text: &str| _ = fields.insert(field, text.to_owned());
        let is_assist = self.config.ventilation == Ventilation::Assist;
        set(9, if is_assist { "CMV" } else { "CPAP" });
        if is_assist {
            set(10, &written(SET_RATE, 1));
            set(11, &written(self.breathing.set_volume / 1_000.0, 3));
        } else {
            set(26, &written(SUPPORT, 1));
        }
        set(13, "40");
        set(15, &written(self.breathing.peep, 1));
        set(21, &written(APNOEA_S, 0));
        if let Some(last) = self.breathing.last() {
            set(35, &written(last.vt_out / 1_000.0, 3));
            set(38, &written(last.peak, 1));
            set(39, &written(last.mean, 1));
            set(40, &written(last.end_inspiration, 1));
            set(41, &written(last.te / last.ti.max(0.1), 2));
            set(65, &written(self.breathing.compliance, 0));
        }
        if let Some((rate, minute, own)) = self.breathing.minute() {
            set(34, &written(rate, 0));
            set(36, &written(minute, 2));
            set(37, &written(own, 2));
        }
        set(42, &written(LIMITS.pressure_high, 0));
        set(45, &written(LIMITS.tidal_low, 0));
        set(46, &written(LIMITS.minute_low, 2));
        set(47, &written(LIMITS.rate_high, 0));
        set(93, if self.silenced_until > at { "ON" } else { "OFF" });
        let findings = Findings::of(&self.breathing);
        for (is_on, field) in [
            (findings.pressure_high, 48),
            (findings.tidal_low, 51),
            (findings.minute_low, 52),
            (findings.rate_high, 53),
            (false, 54),
            (false, 55),
            (findings.apnoea, 57),
            (findings.apnoea, 94),
            (false, 95),
        ] {
            set(field, if is_on { "ALARM" } else { "NORMAL" });
        }
        fields
    }

    /// Time, id and date.
    fn head(&self, at: MonoTime, time: u16, id: u16, date: u16) -> Fields {
        const MONTHS: [&str; 12] =
            ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        let on_since = match self.power {
            Power::On { since, .. } => since,
            Power::Off { .. } => at,
        };
        let passed = i64::try_from(at.since(on_since).as_secs()).unwrap_or(0);
        let shows = later(self.config.clock, passed.saturating_add(self.clock_step));
        let month = MONTHS.get(usize::from(shows.month).saturating_sub(1)).unwrap_or(&"JAN");
        Fields::from([
            (time, format!("{:02}:{:02}", shows.hour, shows.minute)),
            (id, self.config.id.clone()),
            (date, format!("{month} {:02} {:04}", shows.day, shows.year)),
        ])
    }

    fn say(
        &mut self,
        now: MonoTime,
        line: Port,
        bytes: Vec<u8>,
        tick: u64,
        says: Vec<(String, String)>,
    ) {
        if now < self.muted_until {
            return;
        }
        let number = self.number;
        self.number += 1;
        let to = Destination::Cable;
        self.outgoing.push_back(Outgoing { number, line, to, bytes: Bytes::from(bytes) });
        self.sent.extend(says.into_iter().map(|(stream, what)| Sent {
            message: number,
            device: 0,
            stream,
            tick,
            what,
        }));
    }
}

impl Device for Ventilator {
    fn handle_input(&mut self, now: MonoTime, line: Port, _from: Option<SocketAddr>, bytes: &[u8]) {
        self.run(now);
        // Nobody listens behind the waveform port.
        if line == Port::MAIN && matches!(self.power, Power::On { .. }) {
            bytes.iter().for_each(|byte| self.hear(now, *byte));
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.run(now);
    }

    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct) {
        self.run(now);
        self.breathing.apply(act);
    }

    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct) {
        self.run(now);
        match act {
            DeviceAct::Reboot { dark } => {
                if let Power::On { since, .. } = self.power {
                    let passed = i64::try_from((now + *dark).since(since).as_secs()).unwrap_or(0);
                    self.config.clock = later(self.config.clock, passed);
                    self.power = Power::Off { until: now + *dark };
                    self.breathing.rest();
                    self.asked = None;
                    self.command.clear();
                    self.silenced_until = MonoTime::START;
                }
            }
            DeviceAct::Standby { on } => {
                if let Power::On { is_standby, .. } = &mut self.power {
                    *is_standby = *on;
                    self.breathing.rest();
                }
            }
            DeviceAct::ClockStep { seconds } => {
                self.clock_step = self.clock_step.saturating_add(*seconds);
            }
            DeviceAct::Silence => self.silenced_until = now + SILENCE,
            DeviceAct::Mute { dark } => self.muted_until = now + *dark,
            // It has no association, no address, and knows no patient.
            DeviceAct::Abort | DeviceAct::Readdress | DeviceAct::Admit { .. } => {}
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    fn poll_sent(&mut self) -> Option<Sent> {
        self.sent.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let next = match self.power {
            Power::Off { until } => Deadline { at: until, why: "switch on" },
            Power::On { next, .. } => Deadline { at: next, why: "waves" },
        };
        match self.asked {
            Some((at, _)) if at < next.at => Some(Deadline { at, why: "answer" }),
            Some(_) | None => Some(next),
        }
    }
}

/// A number with so many digits behind the point; never -0.
fn written(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}
