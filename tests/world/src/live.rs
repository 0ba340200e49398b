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
use vigie_model::{Bed, BedId, DeviceKey, LogEntry, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_session::{Input, Line, Session, Transmit};
use vigie_sim_device::{Destination, Device};
use vigie_sim_patient::{
    noise::Carrier,
    script::{Act, DeviceAct, LineAct},
};
use vigie_ward::{Item, Ward};

use crate::{Ledger, Mirrored, Terms, cable::Cable};

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
pub(crate) const OURS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 42, 1)), 40_000);
const RIVALS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 42, 2)), 40_000);

/// One bed to be: a monitor, a cable, and the session that speaks with it.
pub struct LiveBed {
    /// The monitor.
    pub device: Box<dyn Device>,
    /// The station's end.
    pub session: Box<dyn Session>,
    /// Its cables, in the order of the lines of the session.
    pub cables: Vec<LiveCable>,
    /// The lasting names under which the station will know the devices that it speaks for, in the
    /// order of [`Sent::device`](vigie_sim_device::Sent). Each has a bed of its own; a device that does
    /// not name itself is known by its line, `line:line-1` for the first bed.
    pub keys: Vec<String>,
}

/// One cable to be.
#[derive(Clone, Copy, Debug)]
pub enum LiveCable {
    /// A serial cable of so many bytes a second.
    Serial {
        /// Bytes a second.
        bytes_per_second: u32,
    },
    /// Datagrams from and to the device at this address.
    Udp(SocketAddr),
    /// The device listens: the station connects, again a second after a connection ended.
    TcpTo(SocketAddr),
    /// The station listens: the device connects, again a second after a connection ended.
    TcpListen(SocketAddr),
}

impl LiveCable {
    pub(crate) fn carrier(self) -> Carrier {
        match self {
            LiveCable::Serial { bytes_per_second } => Carrier::Serial { bytes_per_second },
            LiveCable::Udp(_) => Carrier::Datagrams,
            LiveCable::TcpTo(_) | LiveCable::TcpListen(_) => Carrier::Connection,
        }
    }
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
    cables: Vec<Cable>,
    keys: Vec<String>,
    /// The name of its line.
    line: String,
    terms: Option<Terms>,
    /// How many messages of each length left the device.
    lengths: BTreeMap<usize, u64>,
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
        let cables = self.cables.iter().filter_map(Cable::next_at);
        [device, rival].into_iter().flatten().chain(cables).min()
    }

    fn address(&self) -> Option<SocketAddr> {
        self.cables.iter().find_map(|cable| cable.address)
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
            beds: (first..)
                .zip(beds.iter().flat_map(|one| &one.keys))
                .map(|(it, _)| bed(it))
                .collect(),
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
        let mut number = first;
        for one in beds {
            let name = format!("line-{number}");
            ward.add_live(&name, one.session);
            match one.keys.as_slice() {
                [] | [_] => ward.assign_line(START, START_WALL, &name, bed(number).id),
                keys => {
                    for (number, key) in (number..).zip(keys) {
                        let key = DeviceKey(Text::from(key.as_str()));
                        ward.assign_device(START, START_WALL, key, bed(number).id);
                    }
                }
            }
            let seed = seed.wrapping_mul(1_000).wrapping_add(number as u64 * 2);
            number += one.keys.len();
            let cables = (0..).zip(one.cables).map(|(line, cable)| {
                Cable::new(Line(line), cable, seed.wrapping_add(u64::from(line) << 32))
            });
            cabled.push(Cabled {
                device: one.device,
                cables: cables.collect(),
                keys: one.keys,
                line: name,
                terms: None,
                lengths: BTreeMap::new(),
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

    /// A device, by its place among those that the world was made of, is compared in these terms.
    pub fn set_terms(&mut self, device: usize, terms: Terms) {
        let Some(cabled) = self.beds.get_mut(device) else { return };
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        cabled.keys.iter().for_each(|key| ledger.set_terms(key, terms.said));
        if let [key] = cabled.keys.as_slice() {
            // What comes before its name does is told of its line.
            ledger.set_alias(DeviceKey::of_line(&cabled.line).0.as_str(), key);
        }
        cabled.terms = Some(terms);
    }

    /// How many messages of each length left a device, by its place.
    pub fn lengths(&self, device: usize) -> BTreeMap<usize, u64> {
        self.beds.get(device).map(|bed| bed.lengths.clone()).unwrap_or_default()
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
                    for cable in &mut cabled.cables {
                        cable.address = cable.address.map(another);
                    }
                }
            }
            Act::Line(act) => {
                for cable in &mut cabled.cables {
                    cable.to_us.apply(now, act);
                    cable.to_device.apply(now, act);
                }
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
            for cable in &mut bed.cables {
                while let Some(delivery) = cable.to_us.poll(now) {
                    let (line, from) = (cable.spoken, cable.from());
                    let input = Input::Bytes { line, from, bytes: &delivery.bytes };
                    self.ward.handle_input(now, wall, ix, input);
                }
                while let Some(delivery) = cable.to_device.poll(now) {
                    let from = cable.from().map(|_| OURS);
                    bed.device.handle_input(now, cable.line, from, &delivery.bytes);
                }
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
            if !std::mem::take(&mut bed.is_touched) && bed.cables.iter().all(Cable::is_settled) {
                continue;
            }
            for cable in &mut bed.cables {
                cable.plug(now, wall, &mut self.ward, ix, &mut *bed.device);
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
            let mut messages = BTreeMap::new();
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            while let Some(outgoing) = bed.device.poll_transmit() {
                match (outgoing.to, &mut bed.rival) {
                    (Destination::Everybody, _) => {
                        if bed.cables.iter().any(|cable| cable.to_us.is_plugged()) {
                            beacons.push(outgoing.bytes);
                        }
                        continue;
                    }
                    (Destination::Client(client), Some(rival)) if client == RIVALS => {
                        let (from, bytes) = (
                            bed.cables.iter().find_map(|cable| cable.address),
                            &outgoing.bytes[..],
                        );
                        rival.handle_input(now, Input::Bytes { line: Line::MAIN, from, bytes });
                        continue;
                    }
                    (Destination::Client(_) | Destination::Cable, _) => {}
                }
                if bed.terms.is_some() {
                    messages.insert(outgoing.number, outgoing.bytes.clone());
                }
                match bed.cables.iter_mut().find(|cable| cable.line == outgoing.line) {
                    Some(cable) if cable.is_up => {
                        *bed.lengths.entry(outgoing.bytes.len()).or_default() += 1;
                        let number = cable.to_us.send(now, &outgoing.bytes);
                        cable.on_the_way.insert(number, outgoing.number);
                    }
                    // Into the air.
                    Some(_) | None => ledger.hurt(&bed.keys, outgoing.number),
                }
            }
            while let Some(sent) = bed.device.poll_sent() {
                let key = bed.keys.get(usize::from(sent.device)).map_or("", String::as_str);
                match &mut bed.terms {
                    None => ledger.sent(key, &sent),
                    Some(terms) => {
                        let bytes = messages.get(&sent.message);
                        let bytes = bytes.map(|bytes| &bytes[..]).unwrap_or_default();
                        let claims = (terms.sent)(&sent, bytes);
                        claims.iter().for_each(|claim| ledger.claimed(key, sent.message, claim));
                    }
                }
            }
            for cable in &mut bed.cables {
                while let Some(fate) = cable.to_us.poll_fate() {
                    match cable.on_the_way.remove(&fate.message) {
                        Some(message) if fate.hurt => ledger.hurt(&bed.keys, message),
                        Some(message) => ledger.arrived(&bed.keys, message),
                        None => {}
                    }
                }
                while cable.to_device.poll_fate().is_some() {}
            }
            drop(ledger);
            for bytes in beacons {
                let from = bed.address().map(|address| SocketAddr::new(address.ip(), BEACON_PORT));
                let input = Input::Bytes { line: BEACON, from, bytes: &bytes };
                self.ward.handle_input(now, wall, ix, input);
            }
            bed.due = bed.next_at();
        }
        while let Some((ix, transmit)) = self.ward.poll_transmit() {
            let Some(bed) = self.beds.get_mut(ix) else { continue };
            match transmit {
                Transmit::Bytes { line, to, bytes } => {
                    let cable = bed.cables.iter_mut().find(|cable| cable.spoken == line);
                    // Nobody is at another address any more.
                    if let Some(cable) = cable.filter(|cable| to.is_none() || to == cable.address) {
                        cable.to_device.send(now, &bytes);
                    }
                }
                Transmit::Close { line } => {
                    if let Some(cable) = bed.cables.iter_mut().find(|it| it.spoken == line) {
                        cable.hang_up(now);
                        bed.is_touched = true;
                    }
                }
                Transmit::Pins { .. } | Transmit::Open { .. } => {}
            }
            bed.due = bed.next_at();
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
