//! Simulated monitors on loopback that raise one alarm at a time, or a storm of them, and say when each
//! alarm's frame was sent.

use std::{
    net::{Ipv4Addr, SocketAddrV4},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use tokio::{net::UdpSocket, sync::watch};
use vigie_clock::BootClock;
use vigie_intellivue::session::DATA_PORT;
use vigie_model::{Clock, MonoTime};
use vigie_session::Line;
use vigie_sim_device::{
    Destination, Device,
    intellivue::{Monitor, MonitorConfig, Transport},
};
use vigie_sim_patient::script::PatientAct;

/// A bed decides so long before its next round whether it takes the alarm.
const BEFORE: Duration = Duration::from_millis(5);
/// How long a bed is calm before it raises another alarm: an end counts after 3 s.
const CALM: Duration = Duration::from_secs(8);
/// From one round of a monitor to the next: beds are switched on over this time.
const ROUND: Duration = Duration::from_millis(1_024);
const ROUND_OF_RESULTS: &str = "round of results";

/// An alarm that a monitor raises when a sensor comes off.
struct Kind {
    /// As it stands in a frame.
    text: &'static str,
    /// The sensor comes off, or is on again.
    act: fn(bool) -> PatientAct,
    /// So many rounds later the monitor raises it: a mean of pressures has to fall first.
    rounds: u8,
}

/// The first alone, or all of them in a storm.
static KINDS: [Kind; 4] = [
    Kind { text: "SpO\u{2082}   SENSOR OFF", act: |on| PatientAct::SpO2Sensor { on }, rounds: 0 },
    Kind { text: "ECG LEADS OFF", act: |on| PatientAct::Leads { on }, rounds: 0 },
    Kind { text: "CO\u{2082}    SENSOR OFF", act: |on| PatientAct::Co2Sensor { on }, rounds: 0 },
    Kind { text: "ABP    NO TRANSDUC", act: |on| PatientAct::AbpLine { on }, rounds: 3 },
];
/// The most of them.
const ROUNDS: u8 = 3;

/// Alarms of one bed in a storm.
pub const KINDS_OF_STORM: usize = KINDS.len();

/// Where a monitor is. Not where the simulator's are: both may run at once.
pub fn address(bed: u8) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(127, 0, 99, bed), DATA_PORT)
}

/// A frame with a new alarm was handed to the socket.
#[derive(Clone, Copy, Debug)]
pub struct Raised {
    pub bed: u8,
    /// The device's text, as it stands in the frame.
    pub text: &'static str,
    /// Just before.
    pub at: MonoTime,
}

/// All monitors, on a thread of their own.
pub struct Ward {
    orders: Arc<Orders>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

struct Orders {
    /// Somebody is to raise an alarm: whose round comes next.
    raise: AtomicBool,
    /// By bed: it is to raise all its alarms.
    storm: Vec<AtomicBool>,
    /// By bed: its alarm is to end.
    restore: Vec<AtomicBool>,
}

impl Ward {
    pub fn start(beds: u8) -> (Ward, Receiver<Raised>) {
        let each = || (0..beds).map(|_| AtomicBool::new(false)).collect();
        let (storm, restore) = (each(), each());
        let orders = Arc::new(Orders { raise: AtomicBool::new(false), storm, restore });
        let (raised, told) = bounded(usize::from(beds) * KINDS.len());
        let (stop, stopped) = watch::channel(false);
        let of_thread = orders.clone();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let live = live(beds, &of_thread, &raised, stopped);
            runtime.expect("a runtime").block_on(live);
        };
        let thread = std::thread::Builder::new().name("devices".to_owned()).spawn(run);
        (Ward { orders, stop, thread: Some(thread.expect("a thread")) }, told)
    }

    /// The next calm bed raises an alarm.
    pub fn raise(&self) {
        self.orders.raise.store(true, Ordering::Relaxed);
    }

    /// Every bed raises all its alarms in one round, a few rounds from now: rounds are spread over 1.024 s.
    pub fn storm(&self) {
        for bed in &self.orders.storm {
            bed.store(true, Ordering::Relaxed);
        }
    }

    /// The alarms of that bed end.
    pub fn restore(&self, bed: u8) {
        self.orders.restore[usize::from(bed) - 1].store(true, Ordering::Relaxed);
    }
}

impl Drop for Ward {
    fn drop(&mut self) {
        _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("monitors live on");
        }
    }
}

async fn live(
    beds: u8,
    orders: &Arc<Orders>,
    raised: &Sender<Raised>,
    stopped: watch::Receiver<bool>,
) {
    let mut tasks = Vec::new();
    for number in 1..=beds {
        let phase = ROUND * u32::from(number - 1) / u32::from(beds);
        let socket = UdpSocket::bind(std::net::SocketAddr::V4(address(number)));
        let socket = socket.await.expect("an address of loopback");
        let (orders, raised, mut stopped) = (orders.clone(), raised.clone(), stopped.clone());
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep(phase).await;
            let mut bed = Bed::new(number, socket, orders, raised);
            tokio::select! {
                () = bed.run() => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
        }));
    }
    for task in tasks {
        task.await.expect("a monitor lives on");
    }
}

struct Bed {
    number: u8,
    socket: UdpSocket,
    monitor: Monitor,
    orders: Arc<Orders>,
    raised: Sender<Raised>,
    state: State,
    /// The round for which it has decided.
    decided: MonoTime,
    /// What no frame has told yet.
    untold: Vec<&'static str>,
}

#[derive(Clone, Copy)]
enum State {
    Calm {
        since: MonoTime,
    },
    /// So many rounds until all alarms of a storm are on.
    Gathering {
        rounds: u8,
    },
    /// Alarms are on; not every one has been sent, perhaps.
    Alarmed,
}

impl Bed {
    fn new(number: u8, socket: UdpSocket, orders: Arc<Orders>, raised: Sender<Raised>) -> Bed {
        let mut config = MonitorConfig::new(u16::from(number), u64::from(number), Transport::LAN);
        config.address = address(number);
        config.beacons = None;
        Bed {
            number,
            socket,
            monitor: Monitor::new(config),
            orders,
            raised,
            state: State::Calm { since: BootClock.mono() },
            decided: MonoTime::START,
            untold: Vec::new(),
        }
    }

    async fn run(&mut self) {
        let mut buffer = vec![0; 4_096];
        loop {
            let deadline = self.monitor.poll_timeout();
            let now = BootClock.mono();
            let mut at = deadline.map_or(now + ROUND, |deadline| deadline.at);
            if deadline.is_some_and(|deadline| deadline.why == ROUND_OF_RESULTS)
                && at > self.decided
            {
                if now + BEFORE >= at {
                    self.decide(now, at);
                } else {
                    at = at.before(BEFORE);
                }
            }
            let heard = tokio::select! {
                heard = self.socket.recv_from(&mut buffer) => heard.ok(),
                () = tokio::time::sleep(at.since(now)) => None,
            };
            let now = BootClock.mono();
            if let Some((count, from)) = heard {
                self.monitor.handle_input(now, Line::MAIN, Some(from), &buffer[..count]);
            }
            if self.monitor.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
                self.monitor.handle_timeout(now);
            }
            self.send().await;
        }
    }

    /// What this round tells.
    fn decide(&mut self, now: MonoTime, round: MonoTime) {
        self.decided = round;
        // A round that is due already was made of what was before.
        if now >= round {
            return;
        }
        let place = usize::from(self.number) - 1;
        match self.state {
            State::Calm { since } => {
                if !self.monitor.has_client() {
                    return;
                }
                if self.orders.storm[place].swap(false, Ordering::Relaxed) {
                    self.gather(now, ROUNDS);
                } else if now.since(since) >= CALM
                    && self.orders.raise.swap(false, Ordering::Relaxed)
                {
                    self.state = State::Alarmed;
                    self.take_off(now, &KINDS[0]);
                }
            }
            State::Gathering { rounds } => self.gather(now, rounds - 1),
            State::Alarmed => {
                let restore = &self.orders.restore[place];
                if self.untold.is_empty() && restore.swap(false, Ordering::Relaxed) {
                    self.state = State::Calm { since: now };
                    for kind in &KINDS {
                        self.monitor.handle_patient_act(now, &(kind.act)(true));
                    }
                }
            }
        }
    }

    /// Takes off what is raised after so many rounds.
    fn gather(&mut self, now: MonoTime, rounds: u8) {
        for kind in KINDS.iter().filter(|kind| kind.rounds == rounds) {
            self.take_off(now, kind);
        }
        self.state = if rounds == 0 { State::Alarmed } else { State::Gathering { rounds } };
    }

    fn take_off(&mut self, now: MonoTime, kind: &Kind) {
        self.untold.push(kind.text);
        self.monitor.handle_patient_act(now, &(kind.act)(false));
    }

    async fn send(&mut self) {
        while let Some(outgoing) = self.monitor.poll_transmit() {
            let Destination::Client(to) = outgoing.to else { continue };
            let at = BootClock.mono();
            // A datagram that nobody takes is lost, as on a network.
            _ = self.socket.send_to(&outgoing.bytes, to).await;
            let (bed, raised) = (self.number, &self.raised);
            self.untold.retain(|text| {
                let is_told = tells(&outgoing.bytes, text);
                if is_told {
                    _ = raised.try_send(Raised { bed, text, at });
                }
                !is_told
            });
        }
        while self.monitor.poll_sent().is_some() {}
    }
}

/// Whether a frame has this text.
fn tells(bytes: &[u8], text: &str) -> bool {
    let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    bytes.windows(text.len()).any(|bytes| bytes == text)
}
