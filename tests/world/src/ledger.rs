//! [`Ledger`]: what left the monitors, what the noise took, and what the board was told.
//!
//! Values are known by device, vendor code, kind, tick and what they say. Ticks are compared modulo
//! 2^32: the monitor's clock has no more bits, and each side counts its wraps from its own beginning.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Before, DeviceKey, Event, WaveChunk};
use vigie_sim_device::Sent;
use vigie_ward::Item;

/// Device, vendor code, tick, and what it says.
pub type Value = (String, String, u32, String);

/// What left, what was lost, what was told.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By device and message; what was matched is gone.
    sent: BTreeMap<(String, u64), Vec<Sent>>,
    hurt: BTreeSet<(String, u64)>,
    /// How often each was told; what was matched is gone.
    told: BTreeMap<Value, u32>,
    matched: u64,
    lost: u64,
    /// Waves told as the direct continuation of what was not told.
    pub false_joins: Vec<String>,
    /// Where the last chunk of each wave ended.
    ends: BTreeMap<(String, String), u64>,
}

/// What arrived and what was told, held against each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Values that left a monitor, arrived, and were told once.
    pub matched: u64,
    /// Values in messages that the noise took.
    pub lost: u64,
    /// Arrived, and not told: the first of them.
    pub missing: Vec<Value>,
    /// Told, and never sent, or told twice: the first of them.
    pub invented: Vec<Value>,
}

/// Differences that are listed.
const LISTED: usize = 20;

impl Ledger {
    /// A value or a block of a wave left a monitor.
    pub fn sent(&mut self, device: &str, sent: Sent) {
        self.sent.entry((device.to_owned(), sent.message)).or_default().push(sent);
    }

    /// The noise took a message, or a part of it.
    pub fn hurt(&mut self, device: &str, message: u64) {
        self.hurt.insert((device.to_owned(), message));
    }

    /// The board was told something.
    pub fn told(&mut self, item: &Item) {
        let Item::Heard(observation) = item else { return };
        let device = key_text(&observation.device);
        match &observation.event {
            Event::Numeric(numeric) => {
                let Some((_, tick)) = numeric.tick else { return };
                let what = numeric.reading.value().map_or_else(String::new, |it| it.to_string());
                self.note(device, numeric.key.vendor.as_str(), tick.0, what);
            }
            Event::Wave(chunk) => {
                self.follow(&device, chunk);
                let what = chunk.samples.len().to_string();
                self.note(device, chunk.key.vendor.as_str(), chunk.first.0, what);
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

    fn note(&mut self, device: String, vendor: &str, tick: u64, what: String) {
        let value = (device, vendor.to_owned(), modulo(tick), what);
        *self.told.entry(value).or_default() += 1;
    }

    /// No line may be drawn over what was lost.
    fn follow(&mut self, device: &str, chunk: &WaveChunk) {
        let key = (device.to_owned(), chunk.key.vendor.as_str().to_owned());
        let end = self.ends.insert(key, chunk.end().0);
        if chunk.before == Before::Joined && end != Some(chunk.first.0) {
            self.false_joins.push(format!("{device} {:?}: {:?} after {end:?}", chunk.key, chunk.first));
        }
    }

    /// Matches what was sent with what was told, and forgets both. What is still on its way stays.
    pub fn settle(&mut self) {
        let mut left = BTreeMap::new();
        for ((device, message), values) in std::mem::take(&mut self.sent) {
            let is_hurt = self.hurt.contains(&(device.clone(), message));
            let mut open = Vec::new();
            for sent in values {
                let value =
                    (device.clone(), sent.stream.clone(), modulo(sent.tick), sent.what.clone());
                let is_told = match self.told.get_mut(&value) {
                    Some(1) => self.told.remove(&value).is_some(),
                    Some(count) => {
                        *count -= 1;
                        true
                    }
                    None => false,
                };
                // Part of a hurt message may have arrived all the same.
                match (is_told, is_hurt) {
                    (true, _) => self.matched += 1,
                    (false, true) => self.lost += 1,
                    (false, false) => open.push(sent),
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
        let values = self.sent.iter().flat_map(|((device, _), values)| {
            values.iter().map(move |sent| {
                (device.clone(), sent.stream.clone(), modulo(sent.tick), sent.what.clone())
            })
        });
        Balance {
            matched: self.matched,
            lost: self.lost,
            missing: values.take(LISTED).collect(),
            invented: self.told.keys().take(LISTED).cloned().collect(),
        }
    }
}

fn modulo(tick: u64) -> u32 {
    (tick & u64::from(u32::MAX)) as u32
}

fn key_text(key: &DeviceKey) -> String {
    key.0.as_str().to_owned()
}
