//! [`LiveWorld`]: simulated monitors, noisy cables and a ward that speaks with them, on one clock.
//!
//! Everything but the ports themselves is the product's: the monitor's end of the protocol, the active
//! session, the driver, the board. Each cable is noisy in both directions, from a seed. A [`Ledger`]
//! keeps what left the monitors, what the noise took, and what the board was told.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use vigie_board::{Board, BoardConfig, view::BoardView};
use vigie_intellivue::session::{BEACON, BEACON_PORT};
use vigie_model::{Bed, BedId, LogEntry, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_session::{Down, Input, Line, Session, Transmit};
use vigie_sim_device::{Destination, Device};
use vigie_sim_patient::{
    noise::{Carrier, Noise},
    script::{Act, DeviceAct, LineAct},
};
use vigie_ward::{Item, Ward};

use crate::{Ledger, Mirrored};

/// What a ward tells whoever keeps a record of it, in order.
#[derive(Clone, Debug)]
pub enum Told {
    /// What the board is told.
    Item(Item),
    /// What the board decided.
    Log(LogEntry),
}

/// Listens along.
type Listener = Box<dyn FnMut(Told) + Send>;

const START: MonoTime = MonoTime::from_nanos(400_000_000_000_000);
const START_WALL: WallTime = WallTime::from_unix_nanos(1_795_000_000_000_000_000);
/// Our socket on the isolated network, and another station's.
const OURS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 42, 1)), 40_000);
const RIVALS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 42, 2)), 40_000);

/// One bed to be: a monitor, a cable, and the session that speaks with it.
pub struct LiveBed {
    /// The monitor.
    pub device: Box<dyn Device>,
    /// The station's end.
    pub session: Box<dyn Session>,
    /// What runs over the cable.
    pub carrier: Carrier,
    /// Where the monitor's network port is; `None` on serial cables.
    pub address: Option<SocketAddr>,
    /// The lasting name under which the station will know the monitor.
    pub key: String,
}

/// A ward that speaks with simulated monitors.
pub struct LiveWorld {
    ward: Ward,
    beds: Vec<Cabled>,
    ledger: Arc<Mutex<Ledger>>,
    listener: Arc<Mutex<Option<Listener>>>,
    mirrored: Arc<Mutex<Mirrored>>,
    now: MonoTime,
    /// Things that happened: bytes delivered, timeouts.
    pub steps: u64,
}

struct Cabled {
    device: Box<dyn Device>,
    address: Option<SocketAddr>,
    key: String,
    to_us: Noise,
    to_device: Noise,
    /// Numbers of the cable and of the monitor, of messages whose fate is not known yet.
    on_the_way: BTreeMap<u64, u64>,
    /// The cable as the station sees it.
    is_up: bool,
    /// Another station that speaks with the same monitor, over a good cable.
    rival: Option<Box<dyn Session>>,
    /// When something happens here next; known again after each step that touched it.
    due: Option<MonoTime>,
    /// Something happened here since what it wants to send was fetched.
    is_touched: bool,
}

impl Cabled {
    fn next_at(&self) -> Option<MonoTime> {
        let device = self.device.poll_timeout().map(|due| due.at);
        let rival = self.rival.as_ref().and_then(|it| it.poll_timeout()).map(|due| due.at);
        let cables = [self.to_us.next_at(), self.to_device.next_at()];
        [device, rival].into_iter().chain(cables).flatten().min()
    }
}

impl LiveWorld {
    /// A ward with a bed for each monitor. All cables are plugged in at the first step.
    pub fn new(beds: Vec<LiveBed>, seed: u64) -> LiveWorld {
        LiveWorld::with_beds_from(1, beds, seed)
    }

    /// The same; beds and lines are numbered from `first` on, so that two wards can share a record.
    pub fn with_beds_from(first: usize, beds: Vec<LiveBed>, seed: u64) -> LiveWorld {
        let run = RunId(1);
        let board = Board::new(BoardConfig {
            mode: StationMode::Simulation,
            beds: (first..first + beds.len()).map(bed).collect(),
            run,
        });
        let mut ward = Ward::new(board, run);
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let listener: Arc<Mutex<Option<Listener>>> = Arc::default();
        let mirrored: Arc<Mutex<Mirrored>> = Arc::default();
        let (told, listening, said) = (ledger.clone(), listener.clone(), mirrored.clone());
        ward.set_tap(move |item| {
            told.lock().unwrap_or_else(PoisonError::into_inner).told(item);
            lock(&said).told(item);
            if let Some(listener) = &mut *lock(&listening) {
                listener(Told::Item(item.clone()));
            }
        });
        let mut cabled = Vec::new();
        for (number, one) in (first..).zip(beds) {
            let name = format!("line-{number}");
            ward.add_live(&name, one.session);
            ward.assign_line(START, START_WALL, &name, bed(number).id);
            let seed = seed.wrapping_mul(1_000).wrapping_add(number as u64 * 2);
            cabled.push(Cabled {
                device: one.device,
                address: one.address,
                key: one.key,
                to_us: Noise::new(seed, one.carrier),
                to_device: Noise::new(seed + 1, one.carrier),
                on_the_way: BTreeMap::new(),
                is_up: false,
                rival: None,
                due: None,
                is_touched: true,
            });
        }
        LiveWorld { ward, beds: cabled, ledger, listener, mirrored, now: START, steps: 0 }
    }

    /// Tells everything to `listener` as well, from now on.
    pub fn set_listener(&mut self, listener: impl FnMut(Told) + Send + 'static) {
        *lock(&self.listener) = Some(Box::new(listener));
    }

    /// Now, by both clocks.
    pub fn now(&self) -> (MonoTime, WallTime) {
        (self.now, self.wall())
    }

    /// How long the world has run.
    pub fn elapsed(&self) -> Duration {
        self.now - START
    }

    /// What left the monitors, what was lost, what was told.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was said to be in alarm, and whether the board showed it: compared at every step at which
    /// something else was said, and at every look.
    pub fn mirrored(&self) -> MutexGuard<'_, Mirrored> {
        lock(&self.mirrored)
    }

    /// Something happens at a bed, counted from 0.
    pub fn act(&mut self, bed: usize, act: &Act) {
        let now = self.now;
        let Some(cabled) = self.beds.get_mut(bed) else { return };
        cabled.is_touched = true;
        match act {
            Act::Patient(act) => cabled.device.handle_patient_act(now, act),
            Act::Device(act) => {
                cabled.device.handle_device_act(now, act);
                if matches!(act, DeviceAct::Readdress) {
                    cabled.address = cabled.address.map(another);
                }
            }
            Act::Line(act) => {
                cabled.to_us.apply(now, act);
                cabled.to_device.apply(now, act);
            }
        }
        self.carry();
    }

    /// Another station begins to speak with the monitor of a bed, on the same network.
    pub fn add_rival(&mut self, bed: usize, mut session: Box<dyn Session>) {
        session.handle_input(self.now, Input::Up { line: Line::MAIN, peer: None });
        if let Some(cabled) = self.beds.get_mut(bed) {
            cabled.rival = Some(session);
            cabled.is_touched = true;
        }
        self.carry();
    }

    /// The other station says goodbye.
    pub fn rival_leaves(&mut self, bed: usize) {
        let now = self.now;
        if let Some(bed) = self.beds.get_mut(bed)
            && let Some(rival) = &mut bed.rival
        {
            rival.handle_farewell(now);
            bed.is_touched = true;
        }
        self.carry();
    }

    /// The same happens to all cables.
    pub fn act_on_all_cables(&mut self, act: &LineAct) {
        for bed in 0..self.beds.len() {
            self.act(bed, &Act::Line(act.clone()));
        }
    }

    /// Runs on until this long after the start, and looks.
    pub fn run_until(&mut self, until: Duration) -> Arc<BoardView> {
        let end = START + until;
        loop {
            self.carry();
            let Some(next) = self.next_at().filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            self.steps += 1;
            self.let_happen();
            if lock(&self.mirrored).has_changed() {
                self.look();
            }
        }
        self.now = self.now.max(end);
        self.carry();
        self.look()
    }

    fn look(&mut self) -> Arc<BoardView> {
        let view = self.ward.view(self.now, self.wall());
        lock(&self.mirrored).compare(&view);
        view
    }

    fn wall(&self) -> WallTime {
        START_WALL.after(self.now - START)
    }

    fn next_at(&self) -> Option<MonoTime> {
        let beds = self.beds.iter().map(|bed| bed.due);
        let ward = self.ward.poll_timeout().map(|due| due.at);
        beds.chain([ward]).flatten().min()
    }

    /// All that is due now: deliveries both ways, then timers.
    fn let_happen(&mut self) {
        let (now, wall) = (self.now, self.wall());
        for (ix, bed) in self.beds.iter_mut().enumerate() {
            if bed.due.is_none_or(|due| due > now) {
                continue;
            }
            bed.is_touched = true;
            while let Some(delivery) = bed.to_us.poll(now) {
                let bytes = &delivery.bytes;
                let input = Input::Bytes { line: Line::MAIN, from: bed.address, bytes };
                self.ward.handle_input(now, wall, ix, input);
            }
            while let Some(delivery) = bed.to_device.poll(now) {
                let from = bed.address.map(|_| OURS);
                bed.device.handle_input(now, Line::MAIN, from, &delivery.bytes);
            }
            if bed.device.poll_timeout().is_some_and(|due| due.at <= now) {
                bed.device.handle_timeout(now);
            }
            if let Some(rival) = &mut bed.rival
                && rival.poll_timeout().is_some_and(|due| due.at <= now)
            {
                rival.handle_timeout(now);
            }
        }
        if self.ward.poll_timeout().is_some_and(|due| due.at <= now) {
            self.ward.handle_timeout(now, wall);
        }
        while let Some(entry) = self.ward.poll_log() {
            if let Some(listener) = &mut *lock(&self.listener) {
                listener(Told::Log(entry));
            }
        }
    }

    /// Puts on the cables what both ends want to send, and tells of plugs.
    fn carry(&mut self) {
        let (now, wall) = (self.now, self.wall());
        for (ix, bed) in self.beds.iter_mut().enumerate() {
            if !std::mem::take(&mut bed.is_touched) && bed.to_us.plugged_at().is_none() {
                continue;
            }
            // A network card does not notice that the monitor's cable was pulled; a serial adapter's
            // own end stays in the PC as well, but an unplugged adapter is gone.
            let is_plugged = bed.to_us.is_plugged() || bed.address.is_some();
            if is_plugged != bed.is_up {
                bed.is_up = is_plugged;
                let line = Line::MAIN;
                let input = match is_plugged {
                    true => Input::Up { line, peer: None },
                    false => Input::Down { line, why: Down::Unplugged },
                };
                self.ward.handle_input(now, wall, ix, input);
                if is_plugged && bed.address.is_some() {
                    let beacons = Input::Up { line: BEACON, peer: None };
                    self.ward.handle_input(now, wall, ix, beacons);
                }
            }
            if let Some(rival) = &mut bed.rival {
                while let Some(transmit) = rival.poll_transmit() {
                    if let Transmit::Bytes { bytes, .. } = transmit {
                        bed.device.handle_input(now, Line::MAIN, Some(RIVALS), &bytes);
                    }
                }
                while rival.poll_event().is_some() {}
            }
            let mut beacons = Vec::new();
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            while let Some(outgoing) = bed.device.poll_transmit() {
                match (outgoing.to, &mut bed.rival) {
                    (Destination::Everybody, _) => {
                        if bed.to_us.is_plugged() {
                            beacons.push(outgoing.bytes);
                        }
                        continue;
                    }
                    (Destination::Client(client), Some(rival)) if client == RIVALS => {
                        let (from, bytes) = (bed.address, &outgoing.bytes[..]);
                        rival.handle_input(now, Input::Bytes { line: Line::MAIN, from, bytes });
                        continue;
                    }
                    (Destination::Client(_) | Destination::Cable, _) => {}
                }
                let number = bed.to_us.send(now, &outgoing.bytes);
                bed.on_the_way.insert(number, outgoing.number);
            }
            while let Some(sent) = bed.device.poll_sent() {
                ledger.sent(&bed.key, &sent);
            }
            while let Some(fate) = bed.to_us.poll_fate() {
                if let Some(message) = bed.on_the_way.remove(&fate.message)
                    && fate.hurt
                {
                    ledger.hurt(&bed.key, message);
                }
            }
            while bed.to_device.poll_fate().is_some() {}
            drop(ledger);
            for bytes in beacons {
                let from = bed.address.map(|address| SocketAddr::new(address.ip(), BEACON_PORT));
                let input = Input::Bytes { line: BEACON, from, bytes: &bytes };
                self.ward.handle_input(now, wall, ix, input);
            }
            bed.due = bed.next_at();
        }
        while let Some((ix, transmit)) = self.ward.poll_transmit() {
            let Some(bed) = self.beds.get_mut(ix) else { continue };
            match transmit {
                Transmit::Bytes { to, bytes, .. } if to.is_none() || to == bed.address => {
                    bed.to_device.send(now, &bytes);
                    bed.due = bed.next_at();
                }
                // Nobody is at the address any more.
                Transmit::Bytes { .. }
                | Transmit::Pins { .. }
                | Transmit::Open { .. }
                | Transmit::Close { .. } => {}
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The address after this one.
fn another(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) => {
            let [a, b, c, d] = v4.ip().octets();
            SocketAddr::from(([a, b, c, d.wrapping_add(100)], v4.port()))
        }
        SocketAddr::V6(_) => address,
    }
}

fn bed(number: usize) -> Bed {
    let text = Text::from(number.to_string());
    Bed { id: BedId(text.clone()), label: text }
}
