//! A station for tests: lines whose ports are scripts, and a protocol in which a word is a line of
//! text.

use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    path::Path,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;
use vigie_board::AlarmPolicy;
use vigie_board::view::{BoardView, Shown, TileView};
use vigie_clock::BootClock;
use vigie_config::{Config, LineConfig, PortConfig, RecordConfig, ScreenConfig, SoundConfig};
use vigie_keyring::MachineKeyPlace;
use vigie_link::{LinkEvent, PortStatus, What};
use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Bed, BedId, Before, Cadence,
    Category, Clock, Decimal, DeviceInfo, DeviceKey, Event, Measured, MetricKey, MonoTime, Nature,
    Numeric, Patient, Priority, Reading, Scale, StationMode, StreamInfo, Text, Tick, Timebase,
    Unit, Validity, WallTime, WaveChunk, nomenclature::by_id,
};
use vigie_session::{
    Carrier, Deadline, DeviceIx, Factory, Heard, Input, Line, LineSpec, Probe, Session, Setup,
    Transmit,
};
use vigie_speaker::{Capture, Output};
use vigie_words::Language;

use crate::{
    RecordOptions, Station, StationOptions,
    record::Shelf,
    shared::lock,
    station::Parts,
    wire::{Opener, Wire},
};

/// Long enough for a machine that builds something else meanwhile.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something holds.
pub(crate) fn until<T>(what: &str, mut get: impl FnMut() -> Option<T>) -> T {
    let deadline = BootClock.mono() + PATIENCE;
    while BootClock.mono() < deadline {
        if let Some(got) = get() {
            return got;
        }
        std::thread::park_timeout(Duration::from_millis(3));
    }
    panic!("in vain: {what}");
}

/// Waits for as long as something is to hold.
pub(crate) fn pass(time: Duration) {
    let end = BootClock.mono() + time;
    while BootClock.mono() < end {
        std::thread::park_timeout(end.since(BootClock.mono()));
    }
}

/// One word a line, of the first device or, after `@N `, of another on the same line: `id NAME`, `hr 80`, `wave 64`, `alarm TEXT`, `calm`, `panic`, `spin`,
/// `all high TEXT|low TEXT`: every alarm that is on.
pub(crate) struct WordSession {
    events: VecDeque<Heard>,
    transmits: VecDeque<Transmit>,
    leaving: Option<MonoTime>,
    tick: u64,
}

/// Makes [`WordSession`]s.
pub(crate) struct WordFactory;

pub(crate) const WORDS: &str = "words";
pub(crate) const HELLO: &[u8] = b"hello";
pub(crate) const BYE: &[u8] = b"bye";

impl Factory for WordFactory {
    fn name(&self) -> &'static str {
        WORDS
    }

    fn lines(&self) -> &'static [LineSpec] {
        const CARRIER: Carrier = Carrier::UdpTo { port: 1 };
        &[LineSpec { line: Line::MAIN, name: "main", carriers: &[CARRIER], optional: false }]
    }

    fn probe(&self) -> Probe {
        Probe { listen: Duration::ZERO, ask: &[], recognise: |_| false, leave: &[] }
    }

    fn session(&self, _setup: &Setup) -> Box<dyn Session> {
        Box::new(WordSession {
            events: VecDeque::new(),
            transmits: VecDeque::new(),
            leaving: None,
            tick: 0,
        })
    }
}

pub(crate) fn key(id: &str) -> MetricKey {
    let code = by_id(id).map(|metric| metric.code);
    MetricKey { code, vendor: Text::from(id), instance: 0 }
}

pub(crate) fn numeric(id: &str, value: i64) -> Event {
    Event::Numeric(Numeric {
        key: key(id),
        unit: Unit::one(),
        reading: Reading::of(Decimal::whole(value), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    })
}

/// A chunk at 250 Hz.
pub(crate) fn wave(id: &str, first: u64, samples: usize) -> Event {
    Event::Wave(WaveChunk {
        key: key(id),
        unit: Unit::one(),
        base: Timebase { id: 0, tick_ns: 1_000_000 },
        first: Tick(first),
        step: 4,
        before: Before::Joined,
        scale: Scale::Unknown,
        samples: (0..samples).map(|sample| (sample % 50) as i32).collect(),
        marks: Vec::new(),
    })
}

pub(crate) fn alarms(texts: &[&str]) -> Event {
    listed(texts.iter().map(|text| (Priority::High, *text)))
}

fn listed<'a>(alarms: impl Iterator<Item = (Priority, &'a str)>) -> Event {
    let alarm = |(priority, text): (Priority, &str)| Alarm {
        id: Text::from(text),
        kind: AlarmKind::Physiological,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(text),
        subject: None,
        value: None,
        limit: None,
        text: Text::from(text),
    };
    Event::Alarms(AlarmSet {
        scope: AlarmScope::All,
        truth: AlarmTruth::Complete,
        active: alarms.map(alarm).collect(),
        told: [].into(),
    })
}

/// `high TEXT|low TEXT`: a complete list of them.
fn all_alarms(words: &str) -> Event {
    listed(words.split('|').map(|word| {
        let (priority, text) = word.split_once(' ').expect("a priority and a text");
        let priority = match priority {
            "high" => Priority::High,
            "medium" => Priority::Medium,
            _ => Priority::Low,
        };
        (priority, text)
    }))
}

pub(crate) fn identity(name: &str) -> Event {
    Event::Identity(DeviceInfo {
        key: DeviceKey(Text::from(name)),
        family: Text::from(WORDS),
        manufacturer: None,
        model: None,
        serial: None,
        software: None,
        bed_label: None,
        clock: None,
    })
}

impl WordSession {
    fn hear(&mut self, word: &str) {
        let (device, word) = match word.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
            Some((number, word)) => (DeviceIx(number.parse().expect("a number")), word),
            None => (DeviceIx::ONLY, word),
        };
        let (verb, what) = word.split_once(' ').unwrap_or((word, ""));
        let event = match verb {
            "id" => identity(what),
            "hr" => numeric("hr.ecg", what.parse().expect("a number")),
            "wave" => {
                let samples: usize = what.parse().expect("a count");
                let first = self.tick;
                self.tick += 4 * samples as u64;
                wave("ecg.ii", first, samples)
            }
            "every" => Event::Stream(StreamInfo {
                key: key("hr.ecg"),
                label: None,
                unit: Unit::one(),
                digits: None,
                category: Category::Measured,
                cadence: Cadence::Periodic(Duration::from_millis(
                    what.parse().expect("milliseconds"),
                )),
            }),
            "patient" => {
                Event::Patient(Patient { id: Some(Text::from(what)), ..Patient::default() })
            }
            "alarm" => alarms(&[what]),
            "calm" => alarms(&[]),
            "all" => all_alarms(what),
            "panic" => panic!("on purpose"),
            _ => Event::Alive,
        };
        self.events.push_back(Heard { device, event });
    }
}

impl Session for WordSession {
    fn handle_input(&mut self, _now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => self.transmits.push_back(Transmit::main(HELLO)),
            Input::Bytes { bytes, .. } => {
                let text = std::str::from_utf8(bytes).expect("words");
                text.lines().for_each(|word| self.hear(word));
            }
            Input::Accepted { .. } | Input::Down { .. } => {}
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        if self.leaving.is_some_and(|leaving| leaving <= now) {
            self.leaving = None;
        }
    }

    fn handle_farewell(&mut self, now: MonoTime) {
        self.transmits.push_back(Transmit::main(BYE));
        self.leaving = Some(now + Duration::from_millis(20));
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.leaving.map(|at| Deadline { at, why: "leaving" })
    }
}

/// The other end of a line's ports.
#[derive(Clone, Default)]
pub(crate) struct Ports(Arc<Mutex<BTreeMap<String, Port>>>);

#[derive(Default)]
struct Port {
    events: Option<mpsc::Sender<What>>,
    sent: Vec<Vec<u8>>,
    opened: usize,
    closed: usize,
}

impl Ports {
    fn opener(&self) -> Opener {
        let ports = self.clone();
        Arc::new(move |config, _| {
            let (sender, events) = mpsc::channel(1_024);
            sender.try_send(What::Up(None)).expect("room");
            let name = config.name.as_str().to_owned();
            let mut all = lock(&ports.0);
            let port = all.entry(name.clone()).or_default();
            port.events = Some(sender);
            port.opened += 1;
            Box::new(ScriptedWire { ports: ports.clone(), name, events })
        })
    }

    /// The device says these words, one a line. `false`: nobody listens, or not fast enough.
    pub(crate) fn say(&self, line: &str, words: &str) -> bool {
        let bytes = bytes::Bytes::copy_from_slice(words.as_bytes());
        self.event(line, What::Bytes { from: None, bytes })
    }

    pub(crate) fn event(&self, line: &str, what: What) -> bool {
        let all = lock(&self.0);
        let sender = all.get(line).and_then(|port| port.events.as_ref());
        sender.is_some_and(|sender| sender.try_send(what).is_ok())
    }

    /// What the station sent on a line.
    pub(crate) fn sent(&self, line: &str) -> Vec<Vec<u8>> {
        lock(&self.0).get(line).map(|port| port.sent.clone()).unwrap_or_default()
    }

    /// How often a line was opened and closed.
    pub(crate) fn counts(&self, line: &str) -> (usize, usize) {
        lock(&self.0).get(line).map_or((0, 0), |port| (port.opened, port.closed))
    }
}

struct ScriptedWire {
    ports: Ports,
    name: String,
    events: mpsc::Receiver<What>,
}

impl Wire for ScriptedWire {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = LinkEvent> + Send + '_>> {
        Box::pin(async {
            match self.events.recv().await {
                Some(what) => LinkEvent {
                    line: Line::MAIN,
                    at: BootClock.mono(),
                    wall: BootClock.wall(),
                    what,
                },
                None => std::future::pending().await,
            }
        })
    }

    fn send(&mut self, transmit: Transmit) {
        if let Transmit::Bytes { bytes, .. } = transmit {
            let mut all = lock(&self.ports.0);
            all.entry(self.name.clone()).or_default().sent.push(bytes.to_vec());
        }
    }

    fn status(&self) -> Vec<PortStatus> {
        let status = PortStatus {
            line: Line::MAIN,
            what: format!("script {}", self.name),
            is_open: true,
            trouble: None,
            received: 0,
            sent: 0,
            refused: 0,
            opened: 1,
        };
        vec![status]
    }

    fn close(self: Box<Self>, _patience: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            lock(&self.ports.0).entry(self.name.clone()).or_default().closed += 1;
        })
    }
}

/// A ward of so many beds, each with a line of its name: `1`, `2`, ...
pub(crate) fn config(beds: usize) -> Config {
    let names: Vec<String> = (1..=beds).map(|number| number.to_string()).collect();
    Config {
        mode: StationMode::Live,
        language: Language::default(),
        network: None,
        beds: names.iter().map(|name| bed(name)).collect(),
        places: std::collections::BTreeMap::new(),
        lines: names.iter().map(|name| line(name)).collect(),
        devices: Vec::new(),
        record: RecordConfig::default(),
        alarms: AlarmPolicy::default(),
        limits: None,
        sound: SoundConfig::default(),
        screen: ScreenConfig::default(),
        windows: Vec::new(),
        people: Vec::new(),
    }
}

pub(crate) fn bed(name: &str) -> Bed {
    Bed { id: BedId(Text::from(name)), label: Text::from(name) }
}

pub(crate) fn line(name: &str) -> LineConfig {
    LineConfig {
        name: Text::from(name),
        protocol: WORDS.into(),
        passive: false,
        // A script is behind it, but the station need not know.
        real: true,
        bed: Some(BedId(Text::from(name))),
        ports: vec![(Line::MAIN, PortConfig::UnixTo(format!("/nowhere/{name}")))],
        options: Vec::new(),
        capture: None,
        path: None,
    }
}

pub(crate) fn options(config: Config, folder: &Path) -> StationOptions {
    StationOptions {
        config,
        folder: folder.to_owned(),
        expects_window: false,
        sounds: false,
        setup: None,
        seed: 1,
        record: None,
        trace: None,
        confine: None,
        fault: None,
    }
}

/// Starts a station on scripted lines.
pub(crate) fn start(options: StationOptions, ports: &Ports) -> Station {
    start_by(options, ports, Arc::new(BootClock))
}

/// The same by another clock.
pub(crate) fn start_by(options: StationOptions, ports: &Ports, clock: Arc<dyn Clock>) -> Station {
    start_heard(options, ports, clock, &Capture::new(8_000))
}

/// The same with a loudspeaker of the test's own.
pub(crate) fn start_heard(
    options: StationOptions,
    ports: &Ports,
    clock: Arc<dyn Clock>,
    loudspeaker: &Capture,
) -> Station {
    let parts = Parts {
        catalogue: vec![&WordFactory],
        opener: ports.opener(),
        clock,
        shelf: None,
        output: Output::Capture(loudspeaker.clone()),
    };
    Station::start_with(options, parts).expect("it starts")
}

/// The same with a record of the test's own making.
pub(crate) fn start_recording(
    mut options: StationOptions,
    ports: &Ports,
    shelf: Box<dyn Shelf>,
) -> Station {
    options.record = Some(record_options(options.folder.as_path()));
    let (opener, clock) = (ports.opener(), Arc::new(BootClock));
    let output = Output::Capture(Capture::new(8_000));
    let parts = Parts { catalogue: vec![&WordFactory], opener, clock, shelf: Some(shelf), output };
    Station::start_with(options, parts).expect("it starts")
}

/// The same with a record on the disk.
pub(crate) fn start_on_disk(mut options: StationOptions, ports: &Ports) -> Station {
    options.record = Some(record_options(options.folder.as_path()));
    start(options, ports)
}

/// A machine key beside a record folder.
pub(crate) fn record_options(folder: &Path) -> RecordOptions {
    let machine = MachineKeyPlace::file(folder.with_extension("machine.key"));
    RecordOptions { machine, program: Text::from("vigie test") }
}

/// The PC's clock, which jumps as it does over a standstill of the process.
#[derive(Default)]
pub(crate) struct JumpingClock(AtomicU64);

impl JumpingClock {
    pub(crate) fn jump(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).expect("small");
        self.0.fetch_add(nanos, Ordering::Relaxed);
    }
}

impl Clock for JumpingClock {
    fn mono(&self) -> MonoTime {
        BootClock.mono() + Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    fn wall(&self) -> WallTime {
        BootClock.wall()
    }
}

/// The first number on a tile.
pub(crate) fn number(tile: &TileView) -> Option<String> {
    match &tile.blocks.first()?.numerics.first()?.shown {
        Shown::Number { value, .. } => Some(value.to_string()),
        Shown::Absent(_) | Shown::Dashes { .. } => None,
    }
}

/// The first number on the tile of a bed, counted from 0.
pub(crate) fn number_at(view: &BoardView, bed: usize) -> Option<String> {
    view.tiles.get(bed).and_then(|tile| number(tile))
}
