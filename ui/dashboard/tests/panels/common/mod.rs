//! Views as a board would give them, one for each state a tile can be in. Used by the tests and by
//! the gallery.

#![allow(dead_code, reason = "the gallery shows most of it, not all")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod assessed;
#[cfg(test)]
pub mod painted;
#[cfg(test)]
pub mod screen;
pub mod several;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{Arc, OnceLock},
    time::Duration,
};

use vigie_board::view::{
    AlarmView, AlarmsView, AnswerState, AnswerView, Answered, AttentionOf, AttentionRow,
    AudioState, BlockShape, BlockView, BoardView, ConditionNo, DeviceView, Freshness, LinkView,
    NumericAlarm, NumericAlarmState, NumericView, Shown, SoundView, StandbyView, StationAlarmView,
    TextView, TileView, TraceChunk, WatchView, WaveView,
};
use vigie_dashboard::{Log, LogWanted, RecordNote, Trend, TrendView, ViewSource};
use vigie_history::TrendPoint;
use vigie_model::{
    AlarmKind, AlarmPhase, AlarmTruth, AnswerKind, BedId, Before, Decimal, DeviceInfo, DeviceKey,
    DeviceMode, Fault, FaultKind, Inactivation, Mark, MarkKind, MetricKey, MonoTime, Nature,
    Parameter, Patient, PatientCategory, Priority, Scale, StandbyReason, StationAlarmKind,
    StationMode, Text, Unit, Validity, WallTime, nomenclature,
};

/// The moment of all fixtures.
pub const NOW: MonoTime = MonoTime::from_nanos(5_000_000_000_000);
/// 2026-11-21 03:14:15 UTC.
pub const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

/// A source that always gives the same view, at a time that can be moved.
pub struct Fixed {
    pub view: Arc<BoardView>,
    pub now: MonoTime,
    pub trend: fn(&MetricKey) -> Trend,
    pub log: fn(&LogWanted) -> Log,
}

impl ViewSource for Fixed {
    fn view(&self) -> Arc<BoardView> {
        self.view.clone()
    }

    fn now(&self) -> MonoTime {
        self.now
    }

    fn trend(&self, _: &BedId, key: &MetricKey) -> Trend {
        (self.trend)(key)
    }

    fn log(&self, wanted: &LogWanted) -> Log {
        (self.log)(wanted)
    }
}

/// A view that a test changes while it is shown.
#[derive(Clone)]
pub struct Changing {
    pub view: Rc<RefCell<BoardView>>,
    pub now: Rc<Cell<MonoTime>>,
}

impl Changing {
    pub fn of(view: BoardView) -> Changing {
        Changing { view: Rc::new(RefCell::new(view)), now: Rc::new(Cell::new(NOW)) }
    }
}

impl ViewSource for Changing {
    fn view(&self) -> Arc<BoardView> {
        Arc::new(self.view.borrow().clone())
    }

    fn now(&self) -> MonoTime {
        self.now.get()
    }
}

/// Without a record, as a replay is.
pub fn fixed(view: BoardView) -> Fixed {
    Fixed { view: Arc::new(view), now: NOW, trend: |_| Trend::Off, log: |_| Log::Off }
}

/// An hour of a number as it may have gone, with a gap of ten minutes and a step alone.
pub fn hour(key: &MetricKey) -> Trend {
    let (from, to) = (WALL.before(Duration::from_secs(3_555)), WALL.after(Duration::from_secs(45)));
    let minute = Duration::from_secs(60);
    let (middle, swing, digits, unit) = match key.vendor.as_str() {
        "spo2" => (96.0, 2.0, 0, "%"),
        id if id.starts_with("temp") => (37.2, 0.2, 1, "Cel"),
        id if id.starts_with("rr") => (16.0, 3.0, 0, "/min"),
        id if id.starts_with("abp") => (84.0, 9.0, 0, "mm[Hg]"),
        _ => (78.0, 12.0, 0, "/min"),
    };
    let points: Vec<TrendPoint> = (0_u32..60)
        .filter(|nth| !(20..30).contains(nth) && *nth != 32 && *nth != 34)
        .map(|nth| {
            let mean = middle + swing * (f64::from(nth) / 9.0).sin();
            let half = swing * (0.3 + 0.3 * (f64::from(nth) / 4.0).cos().abs());
            let (low, high) = (mean - half, mean + half);
            TrendPoint { from: from.after(minute * nth), low, mean, high, count: 60 }
        })
        .collect();
    let unit = Unit::ucum(unit);
    Trend::Of(Arc::new(TrendView::new((from, to), minute, &unit, Some(digits), &points)))
}

/// A record that is well, and one that is being copied.
pub fn note(is_copying: bool) -> RecordNote {
    let line = if is_copying {
        ["record: copying 42 %, 3 min left, 12 days left", "record: copying 42 %, 3 min left"]
    } else {
        ["record: copied 02:58:11, 12 days left", "record: copied 02:58:11"]
    };
    let said = ["record: recording", "12 days left", "last good copy: 02:58:11"];
    RecordNote {
        line: line.map(str::to_owned).to_vec(),
        said: said.map(str::to_owned).to_vec(),
        places: vec![Text::from("/media/stick"), Text::from("/mnt/second-disk/copies")],
        progress: is_copying.then_some(0.42),
    }
}

pub fn ago(secs: f64) -> (MonoTime, WallTime) {
    let by = Duration::from_secs_f64(secs);
    (NOW.before(by), WALL.before(by))
}

pub fn key(id: &str) -> MetricKey {
    let code = nomenclature::by_id(id).map(|metric| metric.code);
    MetricKey { code, vendor: Text::from(id), instance: 0 }
}

pub fn number(id: &str, value: Decimal, unit: &str) -> NumericView {
    NumericView {
        key: key(id),
        id: Some(Text::from(id)),
        label: Some(Text::from(id)),
        shown: Shown::Number { value, validity: Validity::Valid },
        unit: Unit::ucum(unit),
        freshness: Freshness::Live,
        age: Duration::from_millis(400),
        show_age: false,
        device_time: None,
        nature: Nature::Real,
        alarm: None,
        alarms_off: false,
        limits: None,
    }
}

/// The mark of a number in alarm.
pub fn marked(priority: Priority, state: NumericAlarmState) -> Option<NumericAlarm> {
    Some(NumericAlarm { priority, state })
}

fn unanswered(priority: Priority) -> Option<NumericAlarm> {
    marked(priority, NumericAlarmState::Unanswered)
}

fn block(group: &str, parameter: Parameter, numerics: Vec<NumericView>) -> BlockView {
    BlockView {
        group: Some(Text::from(group)),
        parameter,
        shape: BlockShape::Single,
        numerics,
        source: 0,
        is_second: false,
        is_preferred: false,
    }
}

fn pressure(group: &str, parameter: Parameter, values: [i64; 3]) -> BlockView {
    let members = ["sys", "dia", "mean"].iter().zip(values);
    let numerics = members
        .map(|(member, value)| {
            number(&format!("{group}.{member}"), Decimal::whole(value), "mm[Hg]")
        })
        .collect();
    BlockView {
        group: Some(Text::from(group)),
        parameter,
        shape: BlockShape::Pressure,
        numerics,
        source: 0,
        is_second: false,
        is_preferred: false,
    }
}

pub fn blocks(seed: u64) -> Vec<BlockView> {
    let vary = |base: i64, by: u64| base + ((seed * 7 + by) % 13) as i64 - 6;
    let mut nibp = pressure("nibp", Parameter::Nibp, [vary(121, 3), vary(74, 5), vary(90, 1)]);
    for numeric in &mut nibp.numerics {
        numeric.age = Duration::from_secs(240);
        numeric.show_age = true;
    }
    let st = ["I", "II", "V5"]
        .map(|lead| number(&format!("ecg.st.{lead}"), Decimal::new(vary(2, 9), -1), "mm"));
    vec![
        block(
            "hr.ecg",
            Parameter::Ecg,
            vec![number("hr.ecg", Decimal::whole(vary(82, 0)), "/min")],
        ),
        block(
            "pr.spo2",
            Parameter::Spo2,
            vec![number("pr.spo2", Decimal::whole(vary(82, 0)), "/min")],
        ),
        block("spo2", Parameter::Spo2, vec![number("spo2", Decimal::whole(97), "%")]),
        pressure("abp", Parameter::Abp, [vary(118, 2), vary(64, 4), vary(84, 6)]),
        nibp,
        block(
            "rr.imp",
            Parameter::Resp,
            vec![number("rr.imp", Decimal::whole(vary(16, 8)), "/min")],
        ),
        block(
            "temp.core",
            Parameter::Temp,
            vec![number("temp.core", Decimal::new(371, -1), "Cel")],
        ),
        block("etco2", Parameter::Co2, vec![number("etco2", Decimal::whole(36), "mm[Hg]")]),
        pressure("cvp", Parameter::Cvp, [12, 4, 8]),
        block(
            "ecg.pvc_rate",
            Parameter::Ecg,
            vec![number("ecg.pvc_rate", Decimal::whole(0), "/min")],
        ),
        BlockView {
            group: Some(Text::from("ecg.st")),
            parameter: Parameter::Ecg,
            shape: BlockShape::List,
            numerics: st.to_vec(),
            source: 0,
            is_second: false,
            is_preferred: false,
        },
    ]
}

/// How long traces are kept.
const KEPT: Duration = Duration::from_secs(30);

/// A waveform in whole chunks of 256 ms that end in the time `from..until`.
fn trace(
    rate_hz: f64,
    from: MonoTime,
    until: MonoTime,
    shape: impl Fn(f64) -> f64,
) -> Vec<Arc<TraceChunk>> {
    let step_ns = 1e9 / rate_hz;
    let count = (0.256 * rate_hz).round() as usize;
    let chunk_ns = (step_ns * count as f64) as u64;
    let first = from.as_nanos() / chunk_ns;
    (first..until.as_nanos() / chunk_ns)
        .map(|index| {
            let start = MonoTime::from_nanos(index * chunk_ns);
            let at = |i: usize| start.as_nanos() as f64 / 1e9 + i as f64 / rate_hz;
            Arc::new(TraceChunk {
                start,
                step_ns,
                before: if index == first { Before::Gap } else { Before::Joined },
                samples: (0..count).map(|i| shape(at(i)).round() as i32).collect(),
                marks: Vec::new(),
            })
        })
        .collect()
}

/// Lets the waves of a tile run on.
pub fn run_on(tile: &mut TileView, index: usize, from: MonoTime, until: MonoTime) {
    let fresh = waves_between(index as u64, from, until);
    for wave in &mut tile.waves {
        // Waves that have no shape of their own run on as respiration.
        let own = fresh.iter().find(|fresh| fresh.key == wave.key).or(fresh.get(3));
        for chunk in own.iter().flat_map(|fresh| &fresh.trace) {
            wave.trace.push(Arc::new(TraceChunk { before: Before::Joined, ..(**chunk).clone() }));
        }
        wave.trace.retain(|chunk| chunk.end() + KEPT > until);
    }
}

fn bump(phase: f64, center: f64, width: f64) -> f64 {
    (-((phase - center) / width).powi(2)).exp()
}

/// Sinus rhythm in millivolts.
pub fn ecg(t: f64, rate: f64) -> f64 {
    let phase = (t * rate / 60.0).fract();
    0.12 * bump(phase, 0.18, 0.03) - 0.14 * bump(phase, 0.285, 0.008)
        + 1.15 * bump(phase, 0.30, 0.011)
        - 0.28 * bump(phase, 0.322, 0.010)
        + 0.28 * bump(phase, 0.55, 0.055)
}

fn pulse(t: f64, rate: f64) -> f64 {
    let phase = (t * rate / 60.0 + 0.55).fract();
    bump(phase, 0.22, 0.10) + 0.42 * bump(phase, 0.48, 0.13) + 0.16 * bump(phase, 0.7, 0.16)
}

fn wave(
    id: &str,
    unit: &str,
    parameter: Parameter,
    rate_hz: f64,
    scale: Scale,
    trace: Vec<Arc<TraceChunk>>,
) -> WaveView {
    let samples = || trace.iter().flat_map(|chunk| chunk.samples.iter().copied());
    WaveView {
        key: key(id),
        id: Some(Text::from(id)),
        label: Some(Text::from(id)),
        unit: Unit::ucum(unit),
        parameter,
        scale,
        span: samples().min().zip(samples().max()),
        rate_hz,
        freshness: Freshness::Live,
        trace,
        source: 0,
        is_second: false,
        is_preferred: false,
    }
}

fn scale(per_count: f64, low: f64, high: f64) -> Scale {
    Scale::Physical { offset: 0.0, per_count, low, high }
}

pub fn waves(seed: u64, until: MonoTime) -> Vec<WaveView> {
    waves_between(seed, until.before(KEPT), until)
}

fn waves_between(seed: u64, from: MonoTime, until: MonoTime) -> Vec<WaveView> {
    let rate = 76.0 + (seed * 5 % 23) as f64;
    let shift = seed as f64 * 0.37;
    vec![
        wave(
            "w.ecg.II",
            "mV",
            Parameter::Ecg,
            500.0,
            scale(0.0025, -5.0, 5.0),
            trace(500.0, from, until, |t| ecg(t + shift, rate) / 0.0025),
        ),
        wave(
            "w.pleth",
            "1",
            Parameter::Spo2,
            125.0,
            Scale::Relative { low: 0, high: 4_000 },
            trace(125.0, from, until, |t| 700.0 + 2_300.0 * pulse(t + shift, rate)),
        ),
        wave(
            "abp",
            "mm[Hg]",
            Parameter::Abp,
            125.0,
            scale(0.1, 0.0, 200.0),
            trace(125.0, from, until, |t| (62.0 + 58.0 * pulse(t + shift, rate)) * 10.0),
        ),
        wave(
            "w.resp",
            "Ohm",
            Parameter::Resp,
            62.5,
            scale(0.01, -3.0, 3.0),
            trace(62.5, from, until, |t| {
                ((t + shift) * 16.0 / 60.0 * std::f64::consts::TAU).sin() * 90.0
            }),
        ),
        wave(
            "w.co2",
            "mm[Hg]",
            Parameter::Co2,
            62.5,
            scale(0.1, 0.0, 100.0),
            trace(62.5, from, until, |t| {
                let phase = ((t + shift) * 16.0 / 60.0).fract();
                (360.0
                    * (1.0 / (1.0 + (-(phase - 0.42) * 60.0).exp()))
                    * (1.0 / (1.0 + ((phase - 0.93) * 90.0).exp())))
                .max(0.0)
            }),
        ),
    ]
}

/// An adult whose monitor is heard in time, without any alarm.
pub fn normal(index: usize) -> TileView {
    let seed = index as u64;
    TileView {
        bed: Some(BedId(Text::from(format!("b{index}")))),
        label: Text::from(format!("Bed {}", index + 1)),
        device: Some(device(index)),
        patient: Some(Patient { category: Some(PatientCategory::Adult), ..Patient::default() }),
        link: link(Some(Freshness::Live), 0.3, seed),
        mode: DeviceMode::Normal,
        nature: Nature::Real,
        alarms: alarms(Vec::new()),
        station_alarms: Vec::new(),
        blocks: blocks(seed),
        texts: Vec::new(),
        waves: waves(seed, NOW),
        faults: Vec::new(),
        watch: Arc::default(),
        sources: Vec::new(),
    }
}

fn device(index: usize) -> DeviceView {
    let key = DeviceKey(Text::from(format!("mac:00095c{index:06x}")));
    DeviceView {
        key: key.clone(),
        info: Some(DeviceInfo {
            key,
            family: Text::from("intellivue"),
            manufacturer: Some(Text::from("Philips")),
            model: Some(Text::from("M8004A")),
            serial: Some(Text::from(format!("DE0000{index:04}"))),
            software: Some(Text::from("B.00.45")),
            bed_label: None,
            clock: None,
        }),
    }
}

fn link(freshness: Option<Freshness>, heard_secs: f64, seed: u64) -> LinkView {
    LinkView {
        freshness,
        closed: false,
        heard: freshness.map(|_| ago(heard_secs)),
        heartbeat: 1_000 + seed,
    }
}

fn alarms(list: Vec<AlarmView>) -> AlarmsView {
    AlarmsView { truth: AlarmTruth::Complete, unconfirmed_since: None, list }
}

pub fn alarm(priority: Priority, kind: AlarmKind, text: &str) -> AlarmView {
    AlarmView {
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        text: Text::from(text),
        value: None,
        limit: None,
        since: ago(42.0),
        answer: AnswerView::default(),
        source: 0,
        truth: AlarmTruth::Complete,
        unconfirmed_since: None,
    }
}

/// Alarms for which no device vouches any more.
pub fn doubted(since: WallTime, list: Vec<AlarmView>) -> AlarmsView {
    let (truth, unconfirmed_since) = (AlarmTruth::Unknown, Some(since));
    let list = list.into_iter().map(|alarm| AlarmView { truth, unconfirmed_since, ..alarm });
    AlarmsView { truth, unconfirmed_since, list: list.collect() }
}

fn each(tile: &mut TileView, change: impl Fn(&mut NumericView)) {
    tile.blocks.iter_mut().flat_map(|block| &mut block.numerics).for_each(change);
}

fn only(tile: &mut TileView, id: &str, change: impl Fn(&mut NumericView)) {
    each(tile, |numeric| {
        if numeric.id.as_ref().is_some_and(|found| found.as_str().starts_with(id)) {
            change(numeric);
        }
    });
}

/// Heard a little too late.
pub fn late(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.link = link(Some(Freshness::Late), 4.0, 0);
    each(&mut tile, |numeric| {
        numeric.freshness = Freshness::Late;
        numeric.age = numeric.age.max(Duration::from_secs(4));
        numeric.show_age = true;
    });
    tile
}

/// Older than its rule.
pub fn stale(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.link = link(Some(Freshness::Stale), 7.0, 0);
    each(&mut tile, |numeric| {
        numeric.freshness = Freshness::Stale;
        numeric.age = numeric.age.max(Duration::from_secs(7));
        numeric.show_age = true;
    });
    tile.waves = waves(index as u64, NOW.before(Duration::from_secs(7)));
    for wave in &mut tile.waves {
        wave.freshness = Freshness::Stale;
    }
    tile.station_alarms = vec![StationAlarmView {
        kind: StationAlarmKind::DeviceStale,
        priority: Priority::Low,
        since: ago(2.0),
        answer: AnswerView::default(),
        source: None,
    }];
    tile
}

/// Nothing comes any more; alarms of before are not confirmed.
pub fn lost(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.link = LinkView { closed: true, ..link(Some(Freshness::Lost), 15.0, 0) };
    each(&mut tile, |numeric| {
        if let Shown::Number { value, .. } = numeric.shown {
            numeric.shown = Shown::Dashes { last: Some((value, ago(15.0).1)) };
        }
        numeric.freshness = Freshness::Lost;
        numeric.age = numeric.age.max(Duration::from_secs(15));
        numeric.show_age = true;
    });
    tile.waves = waves(index as u64, NOW.before(Duration::from_secs(15)));
    for wave in &mut tile.waves {
        wave.freshness = Freshness::Lost;
    }
    tile.station_alarms = vec![StationAlarmView {
        kind: StationAlarmKind::LineClosed,
        priority: Priority::Medium,
        since: ago(15.0),
        answer: AnswerView::default(),
        source: None,
    }];
    tile
}

/// Sensor off, and numbers that the device calls invalid or doubts.
pub fn invalid(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "spo2", |numeric| numeric.shown = Shown::Absent(Validity::NotAvailable));
    only(&mut tile, "abp", |numeric| numeric.shown = Shown::Absent(Validity::Calibrating));
    only(&mut tile, "rr", |numeric| numeric.shown = Shown::Absent(Validity::Invalid));
    tile.alarms = alarms(vec![alarm(Priority::Low, AlarmKind::Technical, "SpO2 SENSOR OFF")]);
    tile
}

/// As the board lists a bed after a restart, before its monitor is heard: nothing but its alarms.
pub fn restarted(index: usize) -> TileView {
    let tile = high(index);
    TileView {
        alarms: doubted(WALL.before(Duration::from_secs(312)), tile.alarms.list.clone()),
        link: LinkView { freshness: None, closed: false, heard: None, heartbeat: 0 },
        blocks: Vec::new(),
        texts: Vec::new(),
        waves: Vec::new(),
        ..tile
    }
}

pub fn questionable(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "spo2", |numeric| {
        numeric.shown =
            Shown::Number { value: Decimal::whole(91), validity: Validity::Questionable };
    });
    tile.patient = Some(Patient { paced: Some(true), ..Patient::default() });
    tile
}

pub fn high(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "hr", |numeric| {
        numeric.shown = Shown::Number { value: Decimal::whole(171), validity: Validity::Valid };
        numeric.alarm = unanswered(Priority::High);
    });
    tile.alarms = alarms(vec![
        alarm(Priority::High, AlarmKind::Physiological, "***VTACH"),
        AlarmView {
            value: Some(Decimal::whole(171)),
            limit: Some(Decimal::whole(120)),
            ..alarm(Priority::Medium, AlarmKind::Physiological, "**HR 171>120")
        },
        alarm(Priority::Low, AlarmKind::Technical, "NBP CUFF LEAK"),
    ]);
    tile
}

pub fn medium_silenced(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "spo2", |numeric| {
        numeric.shown = Shown::Number { value: Decimal::whole(86), validity: Validity::Valid };
        numeric.alarm = marked(Priority::Medium, NumericAlarmState::SilencedAtBedside);
    });
    tile.alarms = alarms(vec![AlarmView {
        inactivation: Some(Inactivation::Acknowledged),
        ..alarm(Priority::Medium, AlarmKind::Physiological, "**SpO2 86<90")
    }]);
    tile
}

pub fn medium(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "abp", |numeric| numeric.alarm = unanswered(Priority::Medium));
    tile.alarms = alarms(vec![alarm(Priority::Medium, AlarmKind::Physiological, "**ABPs 82<90")]);
    tile
}

pub fn technical(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "rr", |numeric| numeric.alarms_off = true);
    tile.alarms = alarms(vec![alarm(Priority::Low, AlarmKind::Technical, "RESP LEADS OFF")]);
    tile
}

pub fn latched(index: usize) -> TileView {
    let mut tile = normal(index);
    only(&mut tile, "hr", |numeric| {
        numeric.alarm = marked(Priority::High, NumericAlarmState::Latched);
    });
    tile.alarms = alarms(vec![AlarmView {
        phase: AlarmPhase::Latched,
        since: ago(600.0),
        ..alarm(Priority::High, AlarmKind::Physiological, "***ASYSTOLE")
    }]);
    tile
}

pub fn not_confirmed(index: usize) -> TileView {
    let mut tile = lost(index);
    let apnoea = alarm(Priority::High, AlarmKind::Physiological, "***APNEA");
    tile.alarms = doubted(ago(15.0).1, vec![apnoea]);
    tile
}

pub fn demo(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.nature = Nature::Demo;
    tile.mode = DeviceMode::Demo;
    each(&mut tile, |numeric| numeric.nature = Nature::Demo);
    tile
}

pub fn standby(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.mode = DeviceMode::Standby;
    tile.blocks.clear();
    tile.waves.clear();
    tile.alarms.truth = AlarmTruth::Unknown;
    tile
}

/// Answered at the station.
pub fn answered(how: AnswerKind) -> AnswerView {
    AnswerView {
        state: AnswerState::Answered,
        answered: Some(Answered { how, by: Text::from("AB"), at: ago(12.0) }),
        ..AnswerView::default()
    }
}

/// A high alarm that somebody acknowledged at the station, and a medium one that somebody goes to.
pub fn acknowledged(index: usize) -> TileView {
    let mut tile = normal(index);
    let answered_number = |priority| marked(priority, NumericAlarmState::Answered);
    only(&mut tile, "spo2", |numeric| {
        numeric.shown = Shown::Number { value: Decimal::whole(78), validity: Validity::Valid };
        numeric.alarm = answered_number(Priority::High);
    });
    only(&mut tile, "rr", |numeric| numeric.alarm = answered_number(Priority::Medium));
    tile.alarms = alarms(vec![
        AlarmView {
            answer: answered(AnswerKind::Acknowledged),
            ..alarm(Priority::High, AlarmKind::Physiological, "***DESAT 78<80")
        },
        AlarmView {
            answer: answered(AnswerKind::Going),
            ..alarm(Priority::Medium, AlarmKind::Physiological, "**RR 34>30")
        },
    ]);
    tile
}

/// A high alarm that nobody answered for so long that it asks in larger letters.
pub fn escalated(index: usize) -> TileView {
    let mut tile = high(index);
    for alarm in tile.alarms.list.iter_mut().take(1) {
        alarm.answer.escalated = 1;
        alarm.since = ago(95.0);
    }
    tile
}

/// A bed that somebody set to standby at the station.
pub fn away(index: usize) -> TileView {
    let mut tile = empty(index);
    tile.device = Some(device(index));
    tile.link = link(Some(Freshness::Lost), 4_000.0, 0);
    tile.watch = Arc::new(WatchView {
        standby: Some(StandbyView {
            why: StandbyReason::Theatre,
            by: Text::from("AB"),
            since: ago(4_100.0),
        }),
        ..WatchView::default()
    });
    tile
}

/// A bed behind a switch that is lost.
pub fn cut_off(index: usize) -> TileView {
    let mut tile = lost(index);
    tile.station_alarms = Vec::new();
    tile.watch =
        Arc::new(WatchView { path_lost: Some(Text::from("switch ICU 2")), ..WatchView::default() });
    tile
}

/// An alarm of before a restart.
pub fn restored(index: usize) -> TileView {
    let mut tile = high(index);
    for alarm in &mut tile.alarms.list {
        alarm.answer.restored = Some(WALL.before(Duration::from_secs(120)));
    }
    tile
}

/// A recording without scales, with a gap, unmapped numbers and unusable data.
pub fn without_scale(index: usize) -> TileView {
    let mut tile = normal(index);
    for wave in &mut tile.waves {
        wave.scale = Scale::Unknown;
        wave.trace.remove(wave.trace.len() - 10);
        let at = wave.trace.len() - 10;
        let mut chunk = (*wave.trace[at]).clone();
        chunk.before = Before::Gap;
        chunk.marks = vec![Mark { at: 3, kind: MarkKind::Pacer }];
        wave.trace[at] = Arc::new(chunk);
    }
    tile.blocks.push(BlockView {
        group: None,
        parameter: Parameter::Other,
        shape: BlockShape::Single,
        numerics: vec![NumericView {
            key: MetricKey { code: None, vendor: Text::from("F0E5"), instance: 0 },
            id: None,
            label: Some(Text::from("QTc")),
            ..number("x", Decimal::whole(412), "ms")
        }],
        source: 0,
        is_second: false,
        is_preferred: false,
    });
    tile.texts = vec![TextView {
        key: MetricKey { code: None, vendor: Text::from("rhythm"), instance: 0 },
        label: Some(Text::from("Rhythm")),
        value: Some(Text::from("Sinus Rhythm")),
        freshness: Freshness::Live,
        source: 0,
    }];
    tile.faults =
        vec![Fault { kind: FaultKind::Unknown, what: Text::from("attribute 0x0920"), count: 12 }];
    tile
}

/// A bed at which no device stands.
pub fn empty(index: usize) -> TileView {
    TileView {
        device: None,
        patient: None,
        link: link(None, 0.0, 0),
        blocks: Vec::new(),
        waves: Vec::new(),
        alarms: AlarmsView {
            truth: AlarmTruth::Unknown,
            unconfirmed_since: None,
            list: Vec::new(),
        },
        ..normal(index)
    }
}

/// All states, in a fixed order, again and again.
pub fn any(index: usize) -> TileView {
    let makers = [
        normal,
        high,
        medium_silenced,
        normal,
        stale,
        lost,
        normal,
        invalid,
        questionable,
        normal,
        medium,
        technical,
        latched,
        not_confirmed,
        normal,
        demo,
        without_scale,
        empty,
        late,
        normal,
        standby,
        normal,
        normal,
    ];
    makers[index % makers.len()](index)
}

pub fn board(mode: StationMode, tiles: Vec<TileView>) -> BoardView {
    BoardView {
        at: NOW,
        wall: WALL,
        mode,
        tiles: tiles.into_iter().map(Arc::new).collect(),
        unassigned: Vec::new(),
        station_alarms: Vec::new(),
        attention: Vec::new(),
        sound: SoundView::default(),
        heartbeat: 123,
    }
}

/// A live ward of these beds, its alarms listed.
pub fn live(tiles: Vec<TileView>) -> BoardView {
    listed(board(StationMode::Live, tiles))
}

/// Names the alarms of a board and lists them, the most urgent first, as a board does.
pub fn listed(mut view: BoardView) -> BoardView {
    let mut rows = Vec::new();
    let mut next = 0;
    let mut name = |answer: &mut AnswerView| {
        next += 1;
        answer.no = ConditionNo(next);
    };
    for tile in view.tiles.iter_mut().chain(&mut view.unassigned) {
        let tile = Arc::make_mut(tile);
        let has_several = tile.sources.len() > 1;
        let (bed, label) = (tile.bed.clone(), tile.label.clone());
        for alarm in &mut tile.alarms.list {
            name(&mut alarm.answer);
            let mut answer = alarm.answer.clone();
            if alarm.phase == AlarmPhase::Latched {
                answer.state = AnswerState::Latched;
            }
            rows.push(AttentionRow {
                bed: bed.clone(),
                label: label.clone(),
                source: Some(alarm.source).filter(|_| has_several),
                what: AttentionOf::Device {
                    kind: alarm.kind,
                    text: alarm.text.clone(),
                    value: alarm.value,
                    limit: alarm.limit,
                },
                priority: alarm.priority,
                since: alarm.since,
                count: 1,
                inactivation: alarm.inactivation,
                is_confirmed: alarm.truth != AlarmTruth::Unknown,
                answer,
            });
        }
        for alarm in &mut tile.station_alarms {
            name(&mut alarm.answer);
            let source = alarm.source.filter(|_| has_several);
            let row = of_station(alarm, bed.clone(), label.clone(), 1);
            rows.push(AttentionRow { source, ..row });
        }
    }
    for alarm in &mut view.station_alarms {
        name(&mut alarm.answer);
        let is_path = matches!(alarm.kind, StationAlarmKind::PathLost(_));
        let cut_off = view.tiles.iter().filter(|tile| is_path && tile.watch.path_lost.is_some());
        let beds = cut_off.count() as u32;
        rows.push(of_station(alarm, None, Text::from(""), beds));
    }
    rows.sort_by_key(|row| {
        let is_answered = row.answer.state != AnswerState::Active;
        (std::cmp::Reverse(row.priority), is_answered, row.since.0)
    });
    BoardView { attention: rows, ..view }
}

fn of_station(
    alarm: &StationAlarmView,
    bed: Option<BedId>,
    label: Text,
    beds: u32,
) -> AttentionRow {
    AttentionRow {
        bed,
        label,
        source: None,
        what: AttentionOf::Station { kind: alarm.kind.clone(), beds },
        priority: alarm.priority,
        since: alarm.since,
        count: 1,
        inactivation: None,
        is_confirmed: true,
        answer: alarm.answer.clone(),
    }
}

/// Sound paused for another 103 s.
pub fn paused() -> SoundView {
    let left = Duration::from_secs(103);
    SoundView {
        audio: AudioState::Paused { until: (NOW + left, WALL.after(left)), by: Text::from("AB") },
        ..SoundView::default()
    }
}

/// Sound off, which the policy must allow.
pub fn off() -> SoundView {
    SoundView {
        audio: AudioState::Off { since: ago(300.0), by: Text::from("AB") },
        ..SoundView::default()
    }
}

/// A ward whose second half stands behind a switch that is lost: one alarm of the station, and a mark on
/// each bed.
pub fn switch_lost(count: usize) -> BoardView {
    let tiles =
        (0..count).map(|index| if index < count / 2 { normal(index) } else { cut_off(index) });
    let mut view = board(StationMode::Live, tiles.collect());
    view.station_alarms = vec![StationAlarmView {
        kind: StationAlarmKind::PathLost(Text::from("switch ICU 2")),
        priority: Priority::High,
        since: ago(20.0),
        answer: AnswerView::default(),
        source: None,
    }];
    listed(view)
}

/// A ward in which every state of an alarm occurs, listed.
pub fn alarms_ward(mode: StationMode, count: usize) -> BoardView {
    let makers = [
        normal,
        escalated,
        acknowledged,
        medium_silenced,
        latched,
        not_confirmed,
        away,
        technical,
        medium,
        restored,
        normal,
        cut_off,
    ];
    let tiles = (0..count).map(|index| makers[index % makers.len()](index)).collect();
    listed(board(mode, tiles))
}

/// The first beds of a ward in which every state occurs.
pub fn ward(mode: StationMode, count: usize) -> BoardView {
    // Their waves take a while to compute: once is enough.
    static TILES: OnceLock<Vec<Arc<TileView>>> = OnceLock::new();
    let tiles = TILES.get_or_init(|| (0..64).map(|index| Arc::new(any(index))).collect());
    listed(BoardView {
        tiles: tiles.iter().take(count).cloned().collect(),
        ..board(mode, Vec::new())
    })
}

/// Two devices without a bed.
pub fn tray() -> Vec<Arc<TileView>> {
    let mut one = high(70);
    one.bed = None;
    one.label = Text::from("M8004A 2");
    let mut two = normal(71);
    two.bed = None;
    two.label = Text::from("Evita V800");
    vec![Arc::new(one), Arc::new(two)]
}
