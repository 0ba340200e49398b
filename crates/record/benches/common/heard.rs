//! Signals: what wards heard, in the order of time.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use vigie_board::{Board, BoardConfig};
use vigie_intellivue::session::{
    DATA_PORT, FRAMING, FRAMING_DATAGRAM, FRAMING_RS232, IntellivueFactory,
};
use vigie_model::{
    Bed, BedId, DeviceKey, Event, MetricKey, MonoTime, Observation, RunId, StationMode, Text,
    WallTime,
};
use vigie_replay::{Playback, PlaybackOptions, StepKind, Transport, read};
use vigie_session::{Down, Factory, Input, Line, Session, Setup, rng::Rng};
use vigie_sim_device::intellivue::{Monitor, MonitorConfig, Transport as Cable};
use vigie_sim_patient::script::{Act, PatientAct};
use vigie_ward::{Item, Ward};
use vigie_world::{LiveBed, LiveCable, LiveWorld, Told};

const CAPTURES: [&str; 4] = [
    "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin",
    "rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin",
    "rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin",
    "lan_mp40_G0180_frames_001-100_141-152.pcap",
];
const BAUD: u32 = 115_200;
/// Something happens at a bed so often.
const ACT_PERIOD: Duration = Duration::from_secs(60);

/// What wards heard.
pub struct Heard {
    /// All of it.
    pub told: Vec<Told>,
    /// Seconds of one bed, over all beds.
    pub bed_seconds: f64,
}

/// One stream's observations.
pub type Streams = BTreeMap<(DeviceKey, MetricKey), Vec<Arc<Observation>>>;

impl Heard {
    /// Waves, by stream.
    pub fn waves(&self) -> Streams {
        self.streams(|event| match event {
            Event::Wave(chunk) => Some(chunk.key.clone()),
            _ => None,
        })
    }

    /// Numbers, by stream.
    pub fn numerics(&self) -> Streams {
        self.streams(|event| match event {
            Event::Numeric(numeric) => Some(numeric.key.clone()),
            _ => None,
        })
    }

    fn streams(&self, key: impl Fn(&Event) -> Option<MetricKey>) -> Streams {
        let mut streams = Streams::new();
        for told in &self.told {
            if let Told::Item(Item::Heard(observation)) = told
                && let Some(key) = key(&observation.event)
            {
                let of = (observation.device.clone(), key);
                streams.entry(of).or_default().push(observation.clone());
            }
        }
        streams
    }
}

/// Ticks from one sample of a wave to the next.
pub fn step_of(stream: &[Arc<Observation>]) -> Option<u32> {
    stream.iter().find_map(|one| match &one.event {
        Event::Wave(chunk) => Some(chunk.step),
        _ => None,
    })
}

/// The recordings of real monitors.
pub fn captures() -> Heard {
    let start = MonoTime::from_nanos(3_600_000_000_000);
    let wall = WallTime::from_unix_nanos(1_795_262_400_000_000_000);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    let recordings: Vec<_> = CAPTURES
        .iter()
        .flat_map(|name| {
            read(name, &fs::read(folder.join(name)).expect(name)).expect("a recording")
        })
        .collect();
    let bed_seconds = recordings.iter().map(|recording| recording.duration().as_secs_f64()).sum();
    let beds: Vec<Bed> = (1..=recordings.len()).map(bed).collect();
    let config = BoardConfig { mode: StationMode::Replay, beds: beds.clone(), run: RunId(1) };
    let mut ward = Ward::new(Board::new(config), RunId(1));
    let told = Arc::new(Mutex::new(Vec::new()));
    let tap = told.clone();
    ward.set_tap(move |item| {
        tap.lock().unwrap_or_else(PoisonError::into_inner).push(Told::Item(item.clone()));
    });
    for (recording, bed) in recordings.iter().zip(beds) {
        let framing = match recording.transport {
            Transport::Serial => FRAMING_RS232,
            Transport::Datagrams => FRAMING_DATAGRAM,
        };
        let line = format!("line-{}", bed.id.0);
        ward.add_recording(&line, session(true, 0, &[(FRAMING, framing)]));
        ward.assign_line(start, wall, &line, bed.id);
    }
    let mut playback = Playback::new(recordings, PlaybackOptions::default(), start);
    loop {
        while let Some(entry) = ward.poll_log() {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(Told::Log(entry));
        }
        let (step, due) = (playback.next_at(), ward.poll_timeout().map(|due| due.at));
        let Some(step_at) = step else { break };
        if let Some(due) = due.filter(|due| *due < step_at) {
            ward.handle_timeout(due, wall.after(due - start));
            continue;
        }
        let Some(step) = playback.poll(step_at) else { break };
        let input = match &step.kind {
            StepKind::Up => Input::Up { line: Line::MAIN, peer: None },
            StepKind::Bytes { from, bytes } => {
                Input::Bytes { line: Line::MAIN, from: *from, bytes }
            }
            StepKind::Down => Input::Down { line: Line::MAIN, why: Down::Closed },
        };
        ward.handle_input(step_at, wall.after(step_at - start), step.line, input);
    }
    drop(ward);
    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    Heard { told, bed_seconds }
}

/// Simulated monitors, half of them on cables; something happens at some bed each minute.
pub fn simulated(beds: u16, length: Duration, seed: u64) -> Heard {
    let beds = (1..=beds).map(|number| live_bed(number, number % 2 == 0, seed)).collect::<Vec<_>>();
    let count = beds.len();
    let mut world = LiveWorld::new(beds, seed);
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    world.set_listener(move |told| {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    });
    let mut rng = Rng::new(seed);
    let mut at = Duration::ZERO;
    while at < length {
        at = length.min(at + ACT_PERIOD);
        world.run_until(at);
        world.act(rng.index(count), &Act::Patient(something(&mut rng)));
    }
    drop(world);
    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    Heard { told, bed_seconds: length.as_secs_f64() * count as f64 }
}

fn live_bed(number: u16, is_serial: bool, seed: u64) -> LiveBed {
    let address = SocketAddrV4::new(Ipv4Addr::new(10, 0, 42, 10 + number as u8), DATA_PORT);
    let transport = if is_serial { Cable::Rs232 { baud: BAUD } } else { Cable::LAN };
    let mut config = MonitorConfig::new(number, seed + u64::from(number), transport);
    config.address = address;
    let (options, cable) = if is_serial {
        let options = [(FRAMING, FRAMING_RS232.to_owned()), ("baud", BAUD.to_string())];
        (options, LiveCable::Serial { bytes_per_second: BAUD / 10 })
    } else {
        let options = [(FRAMING, FRAMING_DATAGRAM.to_owned()), ("monitor", address.to_string())];
        (options, LiveCable::Udp(SocketAddr::V4(address)))
    };
    let options = options.each_ref().map(|(name, value)| (*name, value.as_str()));
    LiveBed {
        keys: vec![config.device_key()],
        device: Box::new(Monitor::new(config)),
        session: session(false, seed, &options),
        cables: vec![cable],
    }
}

fn session(passive: bool, seed: u64, options: &[(&str, &str)]) -> Box<dyn Session> {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    IntellivueFactory.session(&Setup { passive, seed, options })
}

fn something(rng: &mut Rng) -> PatientAct {
    let on = rng.chance(0.7);
    match rng.below(8) {
        0 => PatientAct::Bradycardia,
        1 => PatientAct::Tachycardia,
        2 => PatientAct::VentricularTachycardia,
        3 => PatientAct::Desaturation,
        4 => PatientAct::Leads { on },
        5 => PatientAct::SpO2Sensor { on },
        6 => PatientAct::Cuff,
        _ => PatientAct::Sinus,
    }
}

fn bed(number: usize) -> Bed {
    let text = Text::from(number.to_string());
    Bed { id: BedId(text.clone()), label: text }
}
