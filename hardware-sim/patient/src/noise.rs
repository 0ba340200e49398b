//! What happens to bytes on the way. A seed decides, and a log tells what it did.
//!
//! Nothing here waits: what is put in gets the moment at which it comes out. What is on its way is
//! bounded. A serial port keeps [`SERIAL_BUFFER_BYTES`] that have not left yet, a cable
//! [`IN_FLIGHT_MAX`] pieces and [`IN_FLIGHT_BYTES_MAX`]; a message that does not fit is dropped whole
//! and counts as hurt. Fates that nobody asks for are forgotten, the oldest first, over
//! [`FATES_MAX`].

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use vigie_model::MonoTime;
use vigie_session::rng::Rng;

use crate::script::LineAct;

/// Bytes that wait for a serial line at most: a second and a half at 115200 baud.
pub const SERIAL_BUFFER_BYTES: usize = 16 * 1024;
/// Pieces on their way at most.
pub const IN_FLIGHT_MAX: usize = 16 * 1024;
/// Bytes on their way at most.
pub const IN_FLIGHT_BYTES_MAX: usize = 1024 * 1024;
/// Fates kept at most.
pub const FATES_MAX: usize = 64 * 1024;

/// A reader of a serial port finds at most so many bytes at once: 16 ms at 115,200 baud, after which
/// usual adapters hand over what they have.
const CHUNK_MAX: u64 = 184;
/// While datagrams are delayed, this share arrives twice.
const DOUBLED: f64 = 0.02;
/// Bytes that are missing when a serial frame is not lost whole.
const HOLE_MAX: u64 = 8;

const NANOS: u128 = 1_000_000_000;

/// One direction of one cable.
#[derive(Debug)]
pub struct Noise {
    carrier: Carrier,
    rng: Rng,
    /// The latest moment that anybody named.
    now: MonoTime,
    unplugged_until: Option<MonoTime>,
    loss: f64,
    flip_every: u32,
    delay_most: Duration,
    wrong_speed: bool,
    /// Pieces by when they come out; the second number keeps the order of equal moments.
    in_flight: BTreeMap<(MonoTime, u64), Piece>,
    in_flight_bytes: usize,
    pieces: u64,
    /// When a stream of bytes without pause began to leave, and how many have been put into it.
    busy: Option<(MonoTime, u64)>,
    /// No piece of a stream comes out before this.
    last_out: MonoTime,
    /// Something was lost on a connection: it ends when what went before has come out.
    has_failed: bool,
    /// Number of the next message, and the fate of those before it that are not asked for yet.
    next: u64,
    fates: VecDeque<Fortune>,
}

/// Part of a message on its way.
#[derive(Debug)]
struct Piece {
    message: u64,
    bytes: Vec<u8>,
}

/// What became of a message so far.
#[derive(Clone, Copy, Debug, Default)]
struct Fortune {
    /// Pieces that are on their way.
    left: u32,
    /// Some piece was lost, some arrived.
    lost: bool,
    arrived: bool,
    /// It does not come out as it was put in.
    damaged: bool,
}

/// What runs over the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Datagrams: lost, doubled, late, out of order; never cut or changed, as UDP's checksum sees to.
    Datagrams,
    /// A stream of bytes at this many a second: flipped, lost, split; never out of order.
    Serial {
        /// Bytes a second.
        bytes_per_second: u32,
    },
    /// A TCP connection: cut anywhere, late, never changed and never out of order. What is lost ends
    /// it, and so does a pulled cable: [`Noise::poll_end`].
    Connection,
}

impl Carrier {
    /// A serial line at this speed: ten bits make a byte, with start and stop bit and no parity.
    pub fn serial(baud: u32) -> Carrier {
        Carrier::Serial { bytes_per_second: baud / 10 }
    }
}

/// What comes out at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When.
    pub at: MonoTime,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What became of one message that was put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// The number that [`Noise::send`] gave it.
    pub message: u64,
    /// Nothing of it, or not all of it, came out unchanged.
    pub hurt: bool,
}

impl Noise {
    /// A good cable.
    pub fn new(seed: u64, carrier: Carrier) -> Noise {
        Noise {
            carrier,
            rng: Rng::new(seed),
            now: MonoTime::START,
            unplugged_until: None,
            loss: 0.0,
            flip_every: 0,
            delay_most: Duration::ZERO,
            wrong_speed: false,
            in_flight: BTreeMap::new(),
            in_flight_bytes: 0,
            pieces: 0,
            busy: None,
            last_out: MonoTime::START,
            has_failed: false,
            next: 0,
            fates: VecDeque::new(),
        }
    }

    /// Something happens to the cable now. What came out before and was not polled yet stays.
    pub fn apply(&mut self, now: MonoTime, act: &LineAct) {
        self.pass(now);
        match act {
            LineAct::Unplug { dark } => self.unplug(now + *dark),
            LineAct::Loss { share } => self.loss = share.clamp(0.0, 1.0),
            LineAct::Flips { every } => self.flip_every = *every,
            LineAct::Delay { most } => self.delay_most = *most,
            LineAct::WrongSpeed { on } => self.wrong_speed = *on,
        }
    }

    fn unplug(&mut self, until: MonoTime) {
        let until = self.unplugged_until.map_or(until, |before| before.max(until));
        self.unplugged_until = Some(until);
        // A serial port goes on sending into the air: what leaves after the cable is back arrives.
        let lost = match self.carrier {
            Carrier::Datagrams => self.in_flight.split_off(&(self.now, u64::MAX)),
            Carrier::Connection => {
                self.has_failed = true;
                self.in_flight.split_off(&(self.now, u64::MAX))
            }
            Carrier::Serial { .. } => {
                let mut lost = self.in_flight.split_off(&(self.now, u64::MAX));
                let mut later = lost.split_off(&(until, u64::MAX));
                self.in_flight.append(&mut later);
                lost
            }
        };
        for piece in lost.into_values() {
            self.in_flight_bytes -= piece.bytes.len();
            self.settle(piece.message, |fortune| fortune.lost = true);
        }
    }

    /// A message goes in; its number. On a serial line it leaves at the speed of the line, after what
    /// went in before.
    pub fn send(&mut self, now: MonoTime, bytes: &[u8]) -> u64 {
        self.pass(now);
        let message = self.next;
        self.next += 1;
        self.fates.push_back(Fortune::default());
        while self.fates.len() > FATES_MAX {
            self.fates.pop_front();
        }
        let too_much = self.in_flight.len() >= IN_FLIGHT_MAX
            || self.in_flight_bytes + 2 * bytes.len() > IN_FLIGHT_BYTES_MAX;
        if !self.is_plugged() || too_much {
            self.damage(message);
            return message;
        }
        match self.carrier {
            Carrier::Datagrams => self.send_datagram(message, bytes),
            Carrier::Serial { bytes_per_second } => {
                self.send_serial(message, bytes, bytes_per_second.max(1));
            }
            Carrier::Connection => self.send_stream(message, bytes),
        }
        message
    }

    fn send_stream(&mut self, message: u64, bytes: &[u8]) {
        if self.has_failed {
            self.damage(message);
            return;
        }
        let mut left = bytes;
        if self.rng.chance(self.loss) {
            self.damage(message);
            self.has_failed = true;
            left = left.get(..self.rng.index(bytes.len().max(1))).unwrap_or_default();
        }
        while !left.is_empty() {
            let size = 1 + self.rng.index(left.len());
            let (piece, rest) = left.split_at(size);
            let at = (self.now + self.late()).max(self.last_out);
            self.last_out = at;
            self.launch(message, at, piece.to_vec());
            left = rest;
        }
    }

    /// Whether a connection ends now: something was lost on it, and what went before has come out.
    /// Told once; what is sent from then on belongs to the next connection.
    pub fn poll_end(&mut self) -> bool {
        let ends = self.has_failed && self.in_flight.is_empty();
        self.has_failed &= !ends;
        ends
    }

    /// The connection was closed at the other end: what is on its way is lost.
    pub fn close(&mut self, now: MonoTime) {
        self.pass(now);
        self.has_failed = false;
        for piece in std::mem::take(&mut self.in_flight).into_values() {
            self.in_flight_bytes -= piece.bytes.len();
            self.settle(piece.message, |fortune| fortune.lost = true);
        }
    }

    fn send_datagram(&mut self, message: u64, bytes: &[u8]) {
        let whole = match self.flip_every {
            0 => 1.0,
            every => (1.0 - 1.0 / f64::from(every)).powf(bytes.len() as f64),
        };
        // One draw for each, whatever happens: the same seed hurts the same messages.
        let (lost, flipped) = (self.rng.chance(self.loss), !self.rng.chance(whole));
        if lost || flipped {
            self.damage(message);
            return;
        }
        let copies = if !self.delay_most.is_zero() && self.rng.chance(DOUBLED) { 2 } else { 1 };
        for _ in 0..copies {
            let at = self.now + self.late();
            self.launch(message, at, bytes.to_vec());
        }
    }

    fn send_serial(&mut self, message: u64, bytes: &[u8], speed: u32) {
        if bytes.len().saturating_add(self.waiting(speed)) > SERIAL_BUFFER_BYTES {
            self.damage(message);
            return;
        }
        let (began, put) = self.busy.unwrap_or((self.now, 0));
        self.busy = Some((began, put + bytes.len() as u64));
        let arrives = |nth: u64| began + took(put + nth, speed);
        let (mut changed, damaged) = self.changed(bytes);
        if damaged {
            self.damage(message);
        }
        // What comes out of other length is spread over the time that the message takes.
        let (count, length) = (changed.len() as u64, bytes.len() as u64);
        let mut out = 0u64;
        while !changed.is_empty() {
            let size = (1 + self.rng.below(CHUNK_MAX)).min(changed.len() as u64);
            let rest = changed.split_off(usize::try_from(size).unwrap_or(usize::MAX));
            let chunk = std::mem::replace(&mut changed, rest);
            out += size;
            let nth = if count == length { out } else { (out * length).div_ceil(count) };
            let at = (arrives(nth) + self.late()).max(self.last_out);
            self.last_out = at;
            self.launch(message, at, chunk);
        }
    }

    /// The bytes as they come out, and whether they are others.
    fn changed(&mut self, bytes: &[u8]) -> (Vec<u8>, bool) {
        if self.wrong_speed {
            // Bits are taken for too long or too short: other bytes, and another number of them.
            let share = if self.rng.chance(0.5) { 0.5 } else { 1.7 } + 0.2 * self.rng.unit();
            let count = (bytes.len() as f64 * share).ceil() as usize;
            let garbled = (0..count).map(|_| self.rng.next_u64().to_le_bytes()[0]).collect();
            return (garbled, true);
        }
        if self.rng.chance(self.loss) {
            if self.rng.chance(0.5) {
                return (Vec::new(), true);
            }
            let from = self.rng.index(bytes.len());
            let hole = (1 + self.rng.below(HOLE_MAX)) as usize;
            let mut left = bytes.to_vec();
            left.drain(from..(from + hole).min(bytes.len()));
            return (left, true);
        }
        let mut changed = bytes.to_vec();
        let mut hurt = false;
        if self.flip_every > 0 {
            for byte in &mut changed {
                if self.rng.below(u64::from(self.flip_every)) == 0 {
                    *byte ^= 1 << self.rng.below(8);
                    hurt = true;
                }
            }
        }
        (changed, hurt)
    }

    fn late(&mut self) -> Duration {
        self.delay_most.mul_f64(self.rng.unit())
    }

    fn launch(&mut self, message: u64, at: MonoTime, bytes: Vec<u8>) {
        self.in_flight_bytes += bytes.len();
        self.in_flight.insert((at, self.pieces), Piece { message, bytes });
        self.pieces += 1;
        if let Some(fortune) = self.fortune(message) {
            fortune.left += 1;
        }
    }

    /// What has come out by now, in the order of arrival.
    pub fn poll(&mut self, now: MonoTime) -> Option<Delivery> {
        self.pass(now);
        let first = self.in_flight.first_entry().filter(|first| first.key().0 <= now)?;
        let ((at, _), piece) = first.remove_entry();
        self.in_flight_bytes -= piece.bytes.len();
        self.settle(piece.message, |fortune| fortune.arrived = true);
        Some(Delivery { at, bytes: piece.bytes })
    }

    /// When something comes out next.
    pub fn next_at(&self) -> Option<MonoTime> {
        self.in_flight.first_key_value().map(|((at, _), _)| *at)
    }

    /// Whether the cable is plugged in, at the latest moment that was named.
    pub fn is_plugged(&self) -> bool {
        self.unplugged_until.is_none()
    }

    /// When the cable is plugged in again; `None` while it is.
    pub fn plugged_at(&self) -> Option<MonoTime> {
        self.unplugged_until
    }

    /// What became of the messages, in the order they were put in, once it is decided: when the last
    /// of a message was polled, or lost.
    pub fn poll_fate(&mut self) -> Option<Fate> {
        let fortune = self.fates.pop_front_if(|fortune| fortune.left == 0)?;
        let message = self.next - self.fates.len() as u64 - 1;
        let hurt = fortune.damaged
            || match self.carrier {
                Carrier::Datagrams => !fortune.arrived,
                Carrier::Serial { .. } | Carrier::Connection => fortune.lost,
            };
        Some(Fate { message, hurt })
    }

    /// How long the bytes that wait take to leave.
    pub fn backlog(&self, now: MonoTime) -> Duration {
        match (self.carrier, self.busy) {
            (Carrier::Serial { bytes_per_second }, Some((began, put))) => {
                (began + took(put, bytes_per_second.max(1))).since(now)
            }
            (Carrier::Datagrams | Carrier::Serial { .. } | Carrier::Connection, _) => {
                Duration::ZERO
            }
        }
    }

    /// Bytes that have not left yet.
    fn waiting(&self, speed: u32) -> usize {
        let nanos = self.backlog(self.now).as_nanos();
        usize::try_from((nanos * u128::from(speed)).div_ceil(NANOS)).unwrap_or(usize::MAX)
    }

    /// Time has come to `now`.
    fn pass(&mut self, now: MonoTime) {
        self.now = self.now.max(now);
        self.unplugged_until = self.unplugged_until.filter(|until| *until > self.now);
        if self.backlog(self.now).is_zero() {
            self.busy = None;
        }
    }

    fn fortune(&mut self, message: u64) -> Option<&mut Fortune> {
        let first = self.next - self.fates.len() as u64;
        self.fates.get_mut(usize::try_from(message.checked_sub(first)?).ok()?)
    }

    fn damage(&mut self, message: u64) {
        if let Some(fortune) = self.fortune(message) {
            fortune.damaged = true;
        }
    }

    /// One piece of a message is not on its way any more.
    fn settle(&mut self, message: u64, how: impl FnOnce(&mut Fortune)) {
        if let Some(fortune) = self.fortune(message) {
            fortune.left = fortune.left.saturating_sub(1);
            how(fortune);
        }
    }
}

/// How long so many bytes take.
fn took(bytes: u64, speed: u32) -> Duration {
    let nanos = u128::from(bytes) * NANOS / u128::from(speed);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
