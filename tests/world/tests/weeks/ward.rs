//! Eight beds whose monitors speak neutral words to a board: numbers, alarms, now and then waves.

use std::{sync::Arc, time::Duration};

use vigie_board::{Board, BoardConfig, BoardView, Command, LineChange, Receipt, view::AnswerState};
use vigie_model::{nomenclature::by_id, *};
use vigie_session::rng::Rng;

pub const BEDS: usize = 8;
const START: MonoTime = MonoTime::from_nanos(1_000_000_000_000);
const START_WALL: WallTime = WallTime::from_unix_nanos(1_790_000_000_000_000_000);

/// Numbers of each monitor, about what they are around, in the last digit.
const NUMBERS: [(&str, i64, i8, &str); 21] = [
    ("hr.ecg", 80, 0, "/min"),
    ("pr.spo2", 80, 0, "/min"),
    ("spo2", 95, 0, "%"),
    ("pi", 21, -1, "1"),
    ("abp.sys", 118, 0, "mm[Hg]"),
    ("abp.dia", 64, 0, "mm[Hg]"),
    ("abp.mean", 84, 0, "mm[Hg]"),
    ("cvp.mean", 8, 0, "mm[Hg]"),
    ("pap.sys", 28, 0, "mm[Hg]"),
    ("pap.dia", 12, 0, "mm[Hg]"),
    ("pap.mean", 18, 0, "mm[Hg]"),
    ("icp.mean", 11, 0, "mm[Hg]"),
    ("rr.imp", 16, 0, "/min"),
    ("etco2", 36, 0, "mm[Hg]"),
    ("fico2", 1, 0, "mm[Hg]"),
    ("temp.core", 371, -1, "Cel"),
    ("temp.skin", 352, -1, "Cel"),
    ("ecg.pvc_rate", 2, 0, "/min"),
    ("ecg.st.I", 2, -2, "mV"),
    ("ecg.st.II", 3, -2, "mV"),
    ("ecg.st.V5", 1, -2, "mV"),
];
/// The cuff, every quarter of an hour.
const CUFF: [(&str, i64); 3] = [("nibp.sys", 121), ("nibp.dia", 74), ("nibp.mean", 90)];
const CUFF_EVERY: u64 = 900;

/// Waves: samples a second.
const WAVES: [(&str, u32); 5] =
    [("w.ecg.II", 500), ("w.pleth", 125), ("abp", 125), ("w.resp", 125), ("w.co2", 125)];
/// A chunk holds so much.
const CHUNK: Duration = Duration::from_millis(256);

/// What goes wrong, by priority; the text carries a number that is hardly ever the same.
const TROUBLE: [(&str, AlarmKind, Priority); 10] = [
    ("ASYSTOLE", AlarmKind::Physiological, Priority::High),
    ("VENT TACHY", AlarmKind::Physiological, Priority::High),
    ("DESAT", AlarmKind::Physiological, Priority::High),
    ("HR HIGH", AlarmKind::Physiological, Priority::Medium),
    ("HR LOW", AlarmKind::Physiological, Priority::Medium),
    ("ABP LOW", AlarmKind::Physiological, Priority::Medium),
    ("RR HIGH", AlarmKind::Physiological, Priority::Medium),
    ("LEADS OFF", AlarmKind::Technical, Priority::Low),
    ("SpO2 NON-PULSAT.", AlarmKind::Technical, Priority::Low),
    ("BATT LOW", AlarmKind::Technical, Priority::Low),
];
/// Alarms of one monitor at once.
const AT_ONCE: usize = 3;

fn text(text: &str) -> Text {
    Text::from(text)
}

fn key(id: &str) -> MetricKey {
    MetricKey { code: by_id(id).map(|metric| metric.code), vendor: text(id), instance: 0 }
}

struct Monitor {
    key: DeviceKey,
    numbers: Vec<(MetricKey, i64, i64, i8, Unit)>,
    cuff: Vec<(MetricKey, i64)>,
    waves: Vec<(MetricKey, u32)>,
    /// What is on, and until which second.
    alarms: Vec<(Alarm, u64)>,
}

impl Monitor {
    fn new(index: usize) -> Monitor {
        let number = |(id, around, exponent, unit): &(&str, i64, i8, &str)| {
            (key(id), *around, *around, *exponent, Unit::ucum(unit))
        };
        Monitor {
            key: DeviceKey(text(&format!("monitor-{index}"))),
            numbers: NUMBERS.iter().map(number).collect(),
            cuff: CUFF.iter().map(|(id, around)| (key(id), *around)).collect(),
            waves: WAVES.iter().map(|(id, rate)| (key(id), *rate)).collect(),
            alarms: Vec::new(),
        }
    }
}

/// The board and its monitors.
pub struct Ward {
    pub board: Board,
    monitors: Vec<Monitor>,
    rng: Rng,
    /// Seconds since the start.
    at: u64,
    /// From one value of a number to the next.
    pub second: u64,
    /// New alarms of a bed in an hour.
    pub alarms_an_hour: u64,
    /// Alarms so far.
    pub alarms: u64,
    /// Answers and resets so far.
    pub answers: u64,
}

impl Ward {
    pub fn new(seed: u64, second: u64, alarms_an_hour: u64) -> Ward {
        let bed = |index: usize| {
            let name = text(&index.to_string());
            Bed { id: BedId(name.clone()), label: name }
        };
        let beds = (1..=BEDS).map(bed).collect();
        let config = BoardConfig { mode: StationMode::Replay, beds, run: RunId(1) };
        let mut ward = Ward {
            board: Board::new(config),
            monitors: (1..=BEDS).map(Monitor::new).collect(),
            rng: Rng::new(seed),
            at: 0,
            second,
            alarms_an_hour,
            alarms: 0,
            answers: 0,
        };
        for index in 0..BEDS {
            ward.introduce(index);
        }
        ward
    }

    pub fn now(&self) -> MonoTime {
        START + Duration::from_secs(self.at)
    }

    fn wall(&self) -> WallTime {
        START_WALL.after(self.now() - START)
    }

    pub fn wall_at(&self, now: MonoTime) -> WallTime {
        START_WALL.after(now - START)
    }

    fn introduce(&mut self, index: usize) {
        let device = self.monitors[index].key.clone();
        let (now, wall) = (self.now(), self.wall());
        let line = text(&format!("com{index}"));
        self.board.handle_line(now, wall, &line, std::slice::from_ref(&device), LineChange::Up);
        let bed = Some(BedId(text(&(index + 1).to_string())));
        self.command(Command::Assign { device: device.clone(), bed });
        self.say(
            index,
            Event::Identity(DeviceInfo {
                key: device,
                family: text("intellivue"),
                manufacturer: None,
                model: None,
                serial: None,
                software: None,
                bed_label: None,
                clock: None,
            }),
        );
        self.say(
            index,
            Event::Patient(Patient {
                id: Some(text(&format!("P{index}"))),
                presence: PatientPresence::Admitted,
                category: Some(PatientCategory::Adult),
                ..Patient::default()
            }),
        );
        let every = Duration::from_secs(self.second);
        let monitor = &self.monitors[index];
        let info = |key: &MetricKey, unit: &Unit, cadence: Cadence| {
            Event::Stream(StreamInfo {
                key: key.clone(),
                label: Some(key.vendor.clone()),
                unit: unit.clone(),
                digits: None,
                category: Category::Measured,
                cadence,
            })
        };
        let numbers = monitor.numbers.iter();
        let mut streams: Vec<Event> =
            numbers.map(|(key, _, _, _, unit)| info(key, unit, Cadence::Periodic(every))).collect();
        let episodic = Cadence::Episodic { interval: Some(Duration::from_secs(CUFF_EVERY)) };
        let cuff = monitor.cuff.iter();
        streams.extend(cuff.map(|(key, _)| info(key, &Unit::ucum("mm[Hg]"), episodic)));
        let waves = monitor.waves.iter();
        streams
            .extend(waves.map(|(key, _)| info(key, &Unit::ucum("mV"), Cadence::Periodic(CHUNK))));
        for stream in streams {
            self.say(index, stream);
        }
    }

    fn command(&mut self, command: Command) -> Receipt {
        let (now, wall) = (self.now(), self.wall());
        self.board.handle_command(now, wall, text("AB"), command)
    }

    fn say(&mut self, index: usize, event: Event) {
        self.say_placed(index, event, None, Duration::ZERO);
    }

    fn say_placed(&mut self, index: usize, event: Event, placed: Option<Placement>, by: Duration) {
        let (mono, wall) = (self.now() + by, self.wall().after(by));
        let stamp = Stamp { run: RunId(1), seq: 0, mono, wall };
        let device = self.monitors[index].key.clone();
        self.board.handle_observation(&Arc::new(Observation { stamp, device, event, placed }));
    }

    /// One second of it. `waves`: they run in this second.
    pub fn pass(&mut self, waves: bool) {
        self.at += 1;
        let (now, wall) = (self.now(), self.wall());
        while let Some((due, _)) = self.board.poll_timeout().filter(|(due, _)| *due <= now) {
            let wall = self.wall_at(due);
            self.board.handle_timeout(due, wall);
        }
        self.board.handle_timeout(now, wall);
        for index in 0..BEDS {
            if self.at.is_multiple_of(self.second) {
                self.numbers(index);
            }
            if (self.at + 60 * index as u64).is_multiple_of(CUFF_EVERY) {
                self.cuff(index);
            }
            self.trouble(index);
            if waves {
                self.waves(index);
            }
        }
    }

    fn numbers(&mut self, index: usize) {
        for nth in 0..self.monitors[index].numbers.len() {
            let step = self.rng.below(3) as i64 - 1;
            let (key, around, value, exponent, unit) = &mut self.monitors[index].numbers[nth];
            *value = (*value + step).clamp(*around - 6, *around + 4);
            let reading = Reading::of(Decimal::new(*value, *exponent), Validity::Valid);
            let event = Event::Numeric(number(key.clone(), unit.clone(), reading));
            self.say(index, event);
        }
    }

    fn cuff(&mut self, index: usize) {
        for nth in 0..self.monitors[index].cuff.len() {
            let by = self.rng.below(9) as i64 - 4;
            let (key, around) = &self.monitors[index].cuff[nth];
            let reading = Reading::of(Decimal::whole(around + by), Validity::Valid);
            let event = Event::Numeric(number(key.clone(), Unit::ucum("mm[Hg]"), reading));
            self.say(index, event);
        }
    }

    /// Alarms begin and end; the list is told whenever it changes, and every five seconds.
    fn trouble(&mut self, index: usize) {
        let at = self.at;
        let before = self.monitors[index].alarms.len();
        self.monitors[index].alarms.retain(|(_, until)| *until > at);
        let mut changed = self.monitors[index].alarms.len() != before;
        let begins = self.rng.below(3_600) < self.alarms_an_hour;
        if begins && self.monitors[index].alarms.len() < AT_ONCE {
            self.alarms += 1;
            let (name, kind, priority) = TROUBLE[self.rng.index(TROUBLE.len())];
            let value = 20 + self.rng.below(200) as i64;
            // Every third has a name of its own, as some makers number what happens.
            let id = match self.alarms % 3 {
                0 => text(&format!("{name}-{}", self.alarms)),
                _ => text(name),
            };
            if self.monitors[index].alarms.iter().all(|(alarm, _)| alarm.id != id) {
                let alarm = Alarm {
                    id,
                    kind,
                    priority,
                    phase: AlarmPhase::Active,
                    inactivation: None,
                    code: None,
                    vendor: text(name),
                    subject: None,
                    value: Some(Decimal::whole(value)),
                    limit: Some(Decimal::whole(120)),
                    text: text(&format!("{name} {value}")),
                };
                let until = at + 15 + self.rng.below(60);
                self.monitors[index].alarms.push((alarm, until));
                changed = true;
            }
        }
        if changed || at.is_multiple_of(5) {
            let active = self.monitors[index].alarms.iter().map(|(alarm, _)| alarm.clone());
            let set = AlarmSet {
                scope: AlarmScope::All,
                truth: AlarmTruth::Complete,
                active: active.collect(),
                told: [].into(),
            };
            self.say(index, Event::Alarms(set));
        }
    }

    /// A second of waves, chunk by chunk.
    fn waves(&mut self, index: usize) {
        let chunk = CHUNK.as_nanos() as u64;
        let (from, to) = (self.at * 1_000_000_000, (self.at + 1) * 1_000_000_000);
        for nth in from.div_ceil(chunk)..to.div_ceil(chunk) {
            for wave in 0..self.monitors[index].waves.len() {
                let (key, rate) = self.monitors[index].waves[wave].clone();
                let count = rate as usize * 256 / 1_000;
                let first = nth * 256;
                let sample = |at: usize| ((nth as usize * count + at) * 37 % 900) as i32 - 300;
                let chunk_of = WaveChunk {
                    key,
                    unit: Unit::ucum("mV"),
                    base: Timebase { id: 1, tick_ns: 1_000_000 },
                    first: Tick(first),
                    step: 1_000 / rate,
                    before: Before::Joined,
                    scale: Scale::Physical { offset: 0.0, per_count: 0.0025, low: -5.0, high: 5.0 },
                    samples: (0..count).map(sample).collect(),
                    marks: Vec::new(),
                };
                let start = START + Duration::from_nanos(nth * chunk) - MonoTime::START;
                let placed = Placement {
                    start: MonoTime::START + start,
                    ns_per_tick: 1_000_000.0,
                    epoch: 0,
                };
                let by = Duration::from_nanos(nth * chunk - from);
                self.say_placed(index, Event::Wave(chunk_of), Some(placed), by);
            }
        }
    }

    /// A nurse comes by: what asks is answered, what is over and stays is reset.
    pub fn attend(&mut self, view: &BoardView) {
        let of = |state: AnswerState| {
            let rows = view.attention.iter().filter(move |row| row.answer.state == state);
            rows.map(|row| row.answer.no).collect::<Vec<_>>()
        };
        let (active, over) = (of(AnswerState::Active), of(AnswerState::Latched));
        for (alarms, is_over) in [(active, false), (over, true)] {
            if alarms.is_empty() {
                continue;
            }
            self.answers += 1;
            let how = AnswerKind::Acknowledged;
            let command =
                if is_over { Command::Reset { alarms } } else { Command::Answer { alarms, how } };
            assert_eq!(self.command(command), Receipt::Done);
        }
        if self.rng.chance(0.2) {
            self.command(Command::PauseAudio);
        }
    }
}

fn number(key: MetricKey, unit: Unit, reading: Reading) -> Numeric {
    Numeric {
        key,
        unit,
        reading,
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}
