//! [`Ledger`]: what left the monitors, what the noise took, and what the board was told.
//!
//! Values are known by device, vendor code, kind, tick and what they say. Ticks are compared modulo
//! 2^32: the monitor's clock has no more bits, and each side counts its wraps from its own beginning.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use vigie_model::{Before, Event, WaveChunk};
use vigie_sim_device::Sent;
use vigie_ward::Item;

/// Device by its place in the ledger, vendor code, tick, and what it says. Millions are compared, so
/// they hold no text of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    device: u16,
    /// By its place in the ledger.
    vendor: u16,
    tick: u32,
    /// The first signs of it; no number is longer.
    what: [u8; 8],
}

/// What left, what was lost, what was told.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Their keys, and the vendors' codes, by place.
    devices: Vec<String>,
    vendors: BTreeMap<String, u16>,
    /// By device and message; what was matched is gone.
    sent: BTreeMap<(u16, u64), Vec<Value>>,
    hurt: BTreeSet<(u16, u64)>,
    /// How often each was told; what was matched is gone.
    told: BTreeMap<Value, u32>,
    matched: u64,
    repeated: u64,
    lost: u64,
    /// What was matched lately, by stream: a monitor sends an average again until it has another.
    lately: BTreeMap<(u16, u16), Value>,
    /// Waves told as the direct continuation of what was not told.
    pub false_joins: Vec<String>,
    /// Where the last chunk of each wave ended.
    ends: BTreeMap<(u16, u16), u64>,
}

/// What arrived and what was told, held against each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Values that left a monitor, arrived, and were told once.
    pub matched: u64,
    /// Values that were sent again, word for word, and told once.
    pub repeated: u64,
    /// Values in messages that the noise took.
    pub lost: u64,
    /// Arrived, and not told: the first of them.
    pub missing: Vec<Value>,
    /// Told, and never sent, or told twice: the first of them.
    pub invented: Vec<Value>,
}

/// The newest messages of a monitor may still be on the cable: a second of them.
const ON_ITS_WAY: u64 = 16;

/// Differences that are listed.
const LISTED: usize = 20;

impl Ledger {
    /// A value or a block of a wave left a monitor.
    pub fn sent(&mut self, device: &str, sent: &Sent) {
        let value = self.value(device, &sent.stream, sent.tick, &sent.what);
        self.sent.entry((value.device, sent.message)).or_default().push(value);
    }

    /// The noise took a message about these devices, or a part of it.
    pub fn hurt(&mut self, devices: &[String], message: u64) {
        for device in devices {
            let device = self.place(device);
            self.hurt.insert((device, message));
        }
    }

    /// The board was told something.
    pub fn told(&mut self, item: &Item) {
        let Item::Heard(observation) = item else { return };
        let device = observation.device.0.as_str();
        match &observation.event {
            Event::Numeric(numeric) => {
                let tick = numeric.tick.map_or(0, |(_, tick)| tick.0);
                let what = numeric.reading.value().map_or_else(|| "-".into(), |it| it.to_string());
                let value = self.value(device, numeric.key.vendor.as_str(), tick, &what);
                *self.told.entry(value).or_default() += 1;
            }
            Event::Wave(chunk) => {
                let what = chunk.samples.len().to_string();
                let value = self.value(device, chunk.key.vendor.as_str(), chunk.first.0, &what);
                self.follow(value, chunk);
                *self.told.entry(value).or_default() += 1;
            }
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {}
        }
    }

    fn value(&mut self, device: &str, vendor: &str, tick: u64, what: &str) -> Value {
        let mut signs = [0; 8];
        signs.iter_mut().zip(what.bytes()).for_each(|(sign, byte)| *sign = byte);
        let next = self.vendors.len() as u16;
        let vendor = match self.vendors.get(vendor) {
            Some(place) => *place,
            None => *self.vendors.entry(vendor.to_owned()).or_insert(next),
        };
        let tick = (tick & u64::from(u32::MAX)) as u32;
        Value { device: self.place(device), vendor, tick, what: signs }
    }

    fn place(&mut self, device: &str) -> u16 {
        let place = self.devices.iter().position(|known| known == device);
        place.unwrap_or_else(|| {
            self.devices.push(device.to_owned());
            self.devices.len() - 1
        }) as u16
    }

    /// No line may be drawn over what was lost.
    fn follow(&mut self, value: Value, chunk: &WaveChunk) {
        let end = self.ends.insert((value.device, value.vendor), chunk.end().0);
        if chunk.before == Before::Joined && end != Some(chunk.first.0) {
            self.false_joins.push(format!("{value}: {:?} after {end:?}", chunk.first));
        }
    }

    /// Matches what was sent with what was told, and forgets both. What is still on its way stays.
    pub fn settle(&mut self) {
        let mut left = BTreeMap::new();
        let newest: BTreeMap<u16, u64> = self.sent.keys().copied().collect();
        // What arrived comes first: the same words may stand in a message that was hurt.
        let (hurt, whole): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sent)
            .into_iter()
            .partition(|(message, _)| self.hurt.contains(message));
        for ((device, message), values) in whole.into_iter().chain(hurt) {
            let is_on_its_way =
                newest.get(&device).is_some_and(|newest| newest - message < ON_ITS_WAY);
            let is_hurt = self.hurt.contains(&(device, message));
            let mut open = Vec::new();
            for value in values {
                let is_told = match self.told.get_mut(&value) {
                    Some(1) => self.told.remove(&value).is_some(),
                    Some(count) => {
                        *count -= 1;
                        true
                    }
                    None => false,
                };
                let stream = (device, value.vendor);
                if is_told {
                    self.lately.insert(stream, value);
                } else if self.lately.get(&stream) == Some(&value) && !is_on_its_way {
                    self.repeated += 1;
                    continue;
                }
                // Part of a hurt message may have arrived all the same.
                match (is_told, is_hurt) {
                    (true, _) => self.matched += 1,
                    (false, true) => self.lost += 1,
                    (false, false) => open.push(value),
                }
            }
            if !open.is_empty() {
                left.insert((device, message), open);
            }
        }
        self.sent = left;
        // A message is entered before its fate is: what is hurt has been settled now.
        self.hurt.clear();
    }

    /// The balance. Asked when nothing is on its way.
    pub fn balance(&mut self) -> Balance {
        self.settle();
        let missing = self.sent.values().flatten();
        Balance {
            matched: self.matched,
            repeated: self.repeated,
            lost: self.lost,
            missing: missing.take(LISTED).copied().collect(),
            invented: self.told.keys().take(LISTED).copied().collect(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = String::from_utf8_lossy(&self.what);
        let what = what.trim_end_matches('\0');
        write!(f, "device {}, stream {} at tick {}: {what}", self.device, self.vendor, self.tick)
    }
}
