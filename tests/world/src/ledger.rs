//! [`Ledger`]: what left the monitors, what the noise took, and what the board was told.
//!
//! Values are known by device, vendor code, kind, tick and what they say. Ticks are compared modulo
//! 2^32: the monitor's clock has no more bits, and each side counts its wraps from its own beginning.
//! Where a family says the same thing differently at both ends, its [`Terms`](crate::Terms) put both
//! into one form first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use vigie_model::{Before, Event, WaveChunk};
use vigie_sim_device::Sent;
use vigie_ward::Item;

use crate::{Claim, terms::SaidAs};

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
    /// Other names of devices, with their places.
    aliases: BTreeMap<String, u16>,
    vendors: BTreeMap<String, u16>,
    /// Devices that are compared by terms of their own.
    terms: BTreeMap<u16, SaidAs>,
    /// By device and message, and whether it must be told; what was matched is gone.
    sent: BTreeMap<(u16, u64), Vec<(Value, bool)>>,
    /// Messages that the noise took, since the time before last.
    hurt: BTreeSet<(u16, u64)>,
    hurt_before: BTreeSet<(u16, u64)>,
    /// Messages that arrived as they were sent.
    arrived: BTreeSet<(u16, u64)>,
    /// Samples that are counted, by device and stream, and those on their way by message.
    samples: BTreeMap<(u16, u16), Samples>,
    samples_sent: BTreeMap<(u16, u64), Vec<(u16, u64)>>,
    /// How often each was told; what was matched is gone.
    told: BTreeMap<Value, u32>,
    /// Told before the last settling, of devices with terms: a value may be told just before the cable
    /// says that its message arrived.
    told_before: BTreeMap<Value, u32>,
    matched: u64,
    repeated: u64,
    lost: u64,
    invented: Vec<Value>,
    invented_count: u64,
    /// What was matched lately, by stream: a monitor sends an average again until it has another.
    lately: BTreeMap<(u16, u16), Value>,
    /// Waves told as the direct continuation of what was not told.
    pub false_joins: Vec<String>,
    /// Where the last chunk of each wave ended.
    ends: BTreeMap<(u16, u16), u64>,
}

/// How many samples of a wave.
#[derive(Clone, Copy, Debug, Default)]
struct Samples {
    /// In messages that arrived.
    whole: u64,
    /// In messages that were hurt.
    hurt: u64,
    told: u64,
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
    /// How many.
    pub missing_count: u64,
    /// Told, and never sent, or told twice: the first of them.
    pub invented: Vec<Value>,
    /// How many.
    pub invented_count: u64,
}

/// The newest messages of a monitor may still be on the cable: a second of them.
const ON_ITS_WAY: u64 = 16;

/// Differences that are listed.
const LISTED: usize = 20;

impl Ledger {
    /// A value or a block of a wave left a monitor.
    pub fn sent(&mut self, device: &str, sent: &Sent) {
        let value = self.value(device, &sent.stream, sent.tick, &sent.what);
        self.sent.entry((value.device, sent.message)).or_default().push((value, true));
    }

    /// The same in terms of its own.
    pub(crate) fn claimed(&mut self, device: &str, message: u64, claim: &Claim) {
        let value = self.value(device, &claim.stream, claim.tick, &claim.what);
        if let Some(samples) = claim.samples {
            let sent = self.samples_sent.entry((value.device, message)).or_default();
            sent.push((value.vendor, samples));
            return;
        }
        let claims = self.sent.entry((value.device, message)).or_default();
        claims.push((value, claim.is_certain));
    }

    /// What the board is told of this device is compared as `said` puts it, and nothing is taken for
    /// an old value sent again.
    pub(crate) fn set_terms(&mut self, device: &str, said: SaidAs) {
        let device = self.place(device);
        self.terms.insert(device, said);
    }

    /// The noise took a message about these devices, or a part of it.
    pub fn hurt(&mut self, devices: &[String], message: u64) {
        for device in devices {
            let device = self.place(device);
            self.hurt.insert((device, message));
            for (stream, samples) in
                self.samples_sent.remove(&(device, message)).into_iter().flatten()
            {
                self.samples.entry((device, stream)).or_default().hurt += samples;
            }
        }
    }

    /// A message about these devices arrived as it was sent.
    pub(crate) fn arrived(&mut self, devices: &[String], message: u64) {
        for device in devices {
            let device = self.place(device);
            if self.terms.contains_key(&device) {
                self.arrived.insert((device, message));
            }
            for (stream, samples) in
                self.samples_sent.remove(&(device, message)).into_iter().flatten()
            {
                self.samples.entry((device, stream)).or_default().whole += samples;
            }
        }
    }

    /// A device may be told by another name too.
    pub(crate) fn set_alias(&mut self, alias: &str, device: &str) {
        if alias != device {
            let place = self.place(device);
            self.aliases.insert(alias.to_owned(), place);
        }
    }

    /// The board was told something.
    pub fn told(&mut self, item: &Item) {
        let Item::Heard(observation) = item else { return };
        let device = observation.device.0.as_str();
        let place = self.place(device);
        if let Some(said) = self.terms.get(&place).copied() {
            if let Event::Wave(chunk) = &observation.event {
                let value = self.value(device, chunk.key.vendor.as_str(), 0, "");
                self.follow(value, chunk);
            }
            for claim in said(&observation.event) {
                let value = self.value(device, &claim.stream, claim.tick, &claim.what);
                if let Some(samples) = claim.samples {
                    self.samples.entry((value.device, value.vendor)).or_default().told += samples;
                    continue;
                }
                *self.told.entry(value).or_default() += 1;
            }
            return;
        }
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
        if let Some(place) = self.aliases.get(device) {
            return *place;
        }
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

    /// Matches what was sent with what was told, and forgets both. What is still on its way stays, and
    /// what was hurt stays once: part of it may be told a little later. Nothing is told before it is
    /// sent, so what matches nothing was made up.
    pub fn settle(&mut self) {
        let mut left = BTreeMap::new();
        let newest: BTreeMap<u16, u64> = self.sent.keys().copied().collect();
        let all_hurt: BTreeSet<(u16, u64)> = self.hurt.union(&self.hurt_before).copied().collect();
        // What arrived comes first: the same words may stand in a message that was hurt.
        let (hurt, whole): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sent)
            .into_iter()
            .partition(|(message, _)| all_hurt.contains(message));
        for ((device, message), values) in whole.into_iter().chain(hurt) {
            let is_on_its_way =
                newest.get(&device).is_some_and(|newest| newest - message < ON_ITS_WAY);
            let is_lost = self.hurt_before.contains(&(device, message));
            let has_terms = self.terms.contains_key(&device);
            let is_decided =
                self.arrived.contains(&(device, message)) || all_hurt.contains(&(device, message));
            if has_terms && !is_decided {
                // Without a time, its values are those of others that arrived.
                left.insert((device, message), values);
                continue;
            }
            let mut open = Vec::new();
            for (value, is_certain) in values {
                let is_told = take(&mut self.told_before, &value) || take(&mut self.told, &value);
                let stream = (device, value.vendor);
                if is_told {
                    self.lately.insert(stream, value);
                } else if !has_terms && self.lately.get(&stream) == Some(&value) && !is_on_its_way {
                    self.repeated += 1;
                    continue;
                }
                // Part of a hurt message may have arrived all the same.
                match (is_told, is_lost) {
                    (true, _) => self.matched += 1,
                    (false, _) if !is_certain && !is_on_its_way => {}
                    (false, true) => self.lost += 1,
                    (false, false) => open.push((value, is_certain)),
                }
            }
            if !open.is_empty() {
                left.insert((device, message), open);
            }
        }
        self.arrived.retain(|message| left.contains_key(message));
        self.sent = left;
        self.hurt_before = std::mem::take(&mut self.hurt);
        let (young, old): (BTreeMap<_, _>, _) = std::mem::take(&mut self.told)
            .into_iter()
            .partition(|(value, _)| self.terms.contains_key(&value.device));
        for (value, count) in std::mem::replace(&mut self.told_before, young).into_iter().chain(old)
        {
            self.invented_count += u64::from(count);
            if self.invented.len() < LISTED {
                self.invented.push(value);
            }
        }
    }

    /// The balance. Asked when nothing is on its way.
    pub fn balance(&mut self) -> Balance {
        self.settle();
        self.settle();
        let samples = self.samples.values();
        let (mut matched, mut lost) = (self.matched, self.lost);
        let (mut samples_missing, mut samples_invented) = (0, 0);
        for Samples { whole, hurt, told } in samples {
            matched += told.min(&(whole + hurt));
            lost += (whole + hurt).saturating_sub(*told).min(*hurt);
            samples_missing += whole.saturating_sub(*told);
            samples_invented += told.saturating_sub(whole + hurt);
        }
        let missing = || self.sent.values().flatten().filter(|(_, is_certain)| *is_certain);
        Balance {
            matched,
            repeated: self.repeated,
            lost,
            missing: missing().take(LISTED).map(|(value, _)| *value).collect(),
            missing_count: missing().count() as u64 + samples_missing,
            invented: self.invented.clone(),
            invented_count: self.invented_count + samples_invented,
        }
    }

    /// A value with the names of its device and stream.
    pub fn spelt(&self, value: &Value) -> String {
        let device = self.devices.get(usize::from(value.device)).map_or("", String::as_str);
        let named = self.vendors.iter().find(|(_, place)| **place == value.vendor);
        let stream = named.map_or("", |(name, _)| name.as_str());
        format!("{device}, {stream} at tick {}: {}", value.tick, value.what())
    }
}

/// Takes one of them away, if there is one.
fn take(told: &mut BTreeMap<Value, u32>, value: &Value) -> bool {
    match told.get_mut(value) {
        Some(1) => told.remove(value).is_some(),
        Some(count) => {
            *count -= 1;
            true
        }
        None => false,
    }
}

impl Value {
    fn what(&self) -> String {
        String::from_utf8_lossy(&self.what).trim_end_matches('\0').to_owned()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Value { device, vendor, tick, .. } = self;
        write!(f, "device {device}, stream {vendor} at tick {tick}: {}", self.what())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONITOR: &str = "monitor";

    /// One message of one value, which the board was told, and a settling before the cable says what
    /// became of the message.
    fn told_before_decided() -> Ledger {
        let mut ledger = Ledger::default();
        ledger.set_terms(MONITOR, |_| Vec::new());
        ledger.claimed(MONITOR, 1, &Claim::certain("height", 0, "170.0"));
        let value = ledger.value(MONITOR, "height", 0, "170.0");
        ledger.told.insert(value, 1);
        ledger.settle();
        ledger
    }

    #[test]
    fn what_is_told_before_its_message_is_decided_is_neither_invented_nor_missing() {
        let mut arrived = told_before_decided();
        arrived.arrived(&[MONITOR.into()], 1);
        let balance = arrived.balance();
        assert_eq!((balance.matched, balance.missing_count, balance.invented_count), (1, 0, 0));
        let mut hurt = told_before_decided();
        hurt.hurt(&[MONITOR.into()], 1);
        let balance = hurt.balance();
        assert_eq!((balance.matched, balance.missing_count, balance.invented_count), (1, 0, 0));
    }

    #[test]
    fn what_was_told_and_never_sent_is_invented() {
        let mut ledger = told_before_decided();
        let value = ledger.value(MONITOR, "height", 0, "171.0");
        ledger.told.insert(value, 1);
        ledger.arrived(&[MONITOR.into()], 1);
        let balance = ledger.balance();
        assert_eq!((balance.matched, balance.invented), (1, vec![value]));
    }
}
