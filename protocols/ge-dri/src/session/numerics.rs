//! Physiological records to numbers and words.

use std::time::Duration;

use vigie_model::{
    Cadence, Category, Decimal, Event, MdcCode, Measured, MetricKey, MonoTime, Reading, StreamInfo,
    Text, TextValue, Unit, Validity,
};

use crate::map::{self, FIELDS, Field, GroupKind, Naming};
use crate::wire::aux_info::AuxInfo;
use crate::wire::phdb::{Class, GroupHead, Phdb};
use crate::wire::value::Value;

use super::clocks::device_time;
use super::episodes::Episode;
use super::gate::{Gate, gate};
use super::streams::{Streams, numeric, words};

/// From this level on the saturation has a group of its own.
const OWN_SVO2_LEVEL: u8 = 10;
/// Values that are 0 while nothing is measured, as recorded: they count when another value of their
/// group is a number.
const ZERO_NEEDS_A_WITNESS: [&str; 4] =
    ["aa.mac_sum", "aa2.mac_age_sum", "flow_vol.ppeak", "flow_vol.peep"];
/// At or below this the packed relaxation value means nothing (DRI, "NMT group").
const PTC_MIN: i16 = -31_000;

/// Heads of groups that other parts look at.
mod head {
    pub(super) const ECG: usize = 4;
    pub(super) const NIBP: usize = 76;
    pub(super) const CO2: usize = 136;
    pub(super) const OUTPUT: usize = 204;
    pub(super) const NMT: usize = 218;
    pub(super) const ARRHYTHMIA: usize = 4;
    /// P1 to P8: class and offset.
    pub(super) const PRESSURES: [(bool, usize); 8] = [
        (true, 20),
        (true, 34),
        (true, 48),
        (true, 62),
        (true, 244),
        (true, 258),
        (false, 82),
        (false, 96),
    ];
}

/// What waves are called by: set at the bedside, told in the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bedside {
    /// Names were heard at all.
    pub(super) is_known: bool,
    /// Label of the ECG group.
    pub(super) ecg_label: u16,
    /// Labels of the pressure groups.
    pub(super) pressure_labels: [u16; 8],
    /// Ambient pressure, mmHg.
    pub(super) ambient_mmhg: Option<u16>,
    /// Which waves there are sensors for, by type.
    pub(super) present: Present,
}

/// Groups that are active, as far as waves hang on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Present {
    /// ECG channels that are not off.
    pub(super) ecg: [bool; 3],
    pub(super) pressures: [bool; 8],
    pub(super) pleth: bool,
    pub(super) pleth_2: bool,
    pub(super) co2: bool,
    pub(super) o2: bool,
    pub(super) agent: bool,
    pub(super) impedance: bool,
    pub(super) flow: bool,
    pub(super) entropy: bool,
    pub(super) bis: bool,
    pub(super) eeg: bool,
}

/// Where a subrecord came from and how often to expect it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) now: MonoTime,
    pub(super) level: u8,
    pub(super) period: Duration,
    /// An average of the last 10 or 60 s.
    pub(super) is_trend: bool,
}

/// Numbers of one monitor.
#[derive(Debug, Default)]
pub(super) struct Numerics {
    streams: Streams,
    cuff: Episode,
    output: Episode,
    wedge: Episode,
    bedside: Bedside,
}

impl Numerics {
    /// What waves are called by.
    pub(super) fn bedside(&self) -> &Bedside {
        &self.bedside
    }

    /// Whether the time of something that is shown is not known.
    pub(super) fn is_undated(&self) -> bool {
        [&self.cuff, &self.output, &self.wedge].into_iter().any(Episode::is_undated)
    }

    /// Times of what is measured now and then; `clock` is what the monitor's shows.
    pub(super) fn take_aux(&mut self, now: MonoTime, clock: u32, aux: &AuxInfo) {
        self.cuff.date(now, clock, aux.nibp_time);
        self.output.date(now, clock, aux.co_time);
        self.wedge.date(now, clock, aux.pcwp_time);
    }

    /// All of one subrecord.
    pub(super) fn take(&mut self, from: Origin, phdb: &Phdb<'_>, events: &mut Vec<Event>) {
        self.look_around(from, phdb);
        if phdb.class == Class::Basic {
            self.see_episodes(from.now, phdb);
        }
        for field in FIELDS.iter().filter(|field| field.class == phdb.class) {
            let head = phdb.group(field.group);
            let is_unused = field.naming == Naming::OldSvo2 && from.level >= OWN_SVO2_LEVEL;
            let gate = if field.level > from.level || is_unused {
                Gate::Absent
            } else {
                match gate(field.kind, head, from.level) {
                    Gate::On(Validity::Valid) if is_channel_hurt(field, head) => {
                        Gate::On(Validity::Questionable)
                    }
                    gate @ (Gate::Absent | Gate::Off | Gate::On(_)) => gate,
                }
            };
            let (code, label) = name(field, head);
            let info = StreamInfo {
                key: MetricKey { code, vendor: Text::from(field.vendor), instance: field.instance },
                label: Some(label),
                unit: Unit::ucum(field.unit),
                digits: field.digits,
                category: Category::Measured,
                cadence: self.cadence(from, field.kind),
            };
            let mut value = phdb.value(field.at);
            if value == Value::Number(0) && lacks_witness(field, phdb) {
                value = Value::NoData;
            }
            let scaled = |raw| Decimal::new(i64::from(raw), field.exponent);
            self.say(field.vendor, info, gate, value, scaled, (from, phdb.time), events);
        }
        if phdb.class == Class::Basic {
            self.take_co2(from, phdb, events);
            self.take_relaxation(from, phdb, events);
        }
        if phdb.class == Class::Ext1 {
            self.take_rhythm(from, phdb, events);
        }
    }

    /// One value through its gate.
    #[expect(clippy::too_many_arguments, reason = "all of a value, said in one place")]
    fn say(
        &mut self,
        vendor: &'static str,
        info: StreamInfo,
        gate: Gate,
        value: Value,
        scaled: impl Fn(i16) -> Decimal,
        (from, time): (Origin, u32),
        events: &mut Vec<Event>,
    ) {
        let reading = match (gate, value) {
            (Gate::Absent, _) => return self.streams.forget(vendor, events),
            // It says nothing new, and nothing is gone.
            (Gate::On(_), Value::NotUpdated) => return,
            (Gate::On(validity), Value::Number(raw)) => Reading::of(scaled(raw), validity),
            (Gate::On(_), Value::UnderRange) => Reading::absent(Validity::Underflow),
            (Gate::On(_), Value::OverRange) => Reading::absent(Validity::Overflow),
            (Gate::On(_), Value::NotCalibrated | Value::Unknown(_)) => {
                Reading::absent(Validity::Invalid)
            }
            (Gate::On(_), Value::NoData | Value::Discontinuity) | (Gate::Off, _) => {
                Reading::absent(Validity::NotAvailable)
            }
        };
        // Most of the 200 values of a monitor are never measured: they become streams when they are.
        if reading.validity() == Validity::NotAvailable && !self.streams.is_told(vendor) {
            return;
        }
        let episode = match info.cadence {
            Cadence::Episodic { .. } => self.episode(vendor),
            Cadence::Periodic(_) | Cadence::OnChange { .. } => None,
        };
        let (measured, at) = match episode {
            Some(episode) => (episode.measured(from.now), episode.device_time()),
            None => (Measured::Now, device_time(time)),
        };
        self.streams.tell(vendor, info.clone(), events);
        events.push(Event::Numeric(numeric(&info, reading, measured, at)));
    }

    fn episode(&self, vendor: &str) -> Option<&Episode> {
        match vendor {
            "co_wedge.co" | "co_wedge.ref" => Some(&self.output),
            "co_wedge.pcwp" => Some(&self.wedge),
            vendor if vendor.starts_with("nibp.") => Some(&self.cuff),
            _ => None,
        }
    }

    fn cadence(&self, from: Origin, kind: GroupKind) -> Cadence {
        match kind {
            GroupKind::Nibp | GroupKind::Output => Cadence::Episodic { interval: None },
            GroupKind::Plain
            | GroupKind::Ecg
            | GroupKind::Rate
            | GroupKind::Eeg
            | GroupKind::Spi
            | GroupKind::Pressure
            | GroupKind::Co2
            | GroupKind::Gas
            | GroupKind::Balance
            | GroupKind::Flow
            | GroupKind::Svo2
            | GroupKind::Tono
            | GroupKind::Entropy => Cadence::Periodic(from.period),
        }
    }

    fn see_episodes(&mut self, now: MonoTime, phdb: &Phdb<'_>) {
        let raw = |at| match phdb.value(at) {
            Value::Number(raw) => raw,
            Value::NoData
            | Value::NotUpdated
            | Value::Discontinuity
            | Value::UnderRange
            | Value::OverRange
            | Value::NotCalibrated
            | Value::Unknown(_) => i16::MIN,
        };
        let cuff = phdb.group(head::NIBP);
        if cuff.is_active() {
            // Bit 8 of the label: older than 60 s.
            self.cuff.see(now, [raw(82), raw(84), raw(86)], cuff.label_bits(8, 1) == 1);
        }
        let output = phdb.group(head::OUTPUT);
        if output.is_active() {
            self.output.see(now, [raw(210), raw(214), 0], output.label_bits(0, 1) == 1);
            self.wedge.see(now, [raw(216), 0, 0], output.label_bits(1, 1) == 1);
        }
    }

    /// EtCO2 and FiCO2 as pressures: volume per cent of the ambient pressure, dry, which is what other
    /// monitors show. Example: 4.87 % at 759.8 mmHg are 37.0 mmHg.
    fn take_co2(&mut self, from: Origin, phdb: &Phdb<'_>, events: &mut Vec<Event>) {
        let head = phdb.group(head::CO2);
        let gate = gate(GroupKind::Co2, head, from.level);
        let ambient = phdb.value(148);
        for (vendor, id, label, at) in
            [("co2.et_mmhg", "etco2.pp", "EtCO2", 142), ("co2.fi_mmhg", "fico2", "FiCO2", 144)]
        {
            let value = match (phdb.value(at), ambient) {
                (Value::Number(raw), Value::Number(ambient)) if ambient > 0 => {
                    let tenths = (i32::from(raw) * i32::from(ambient) + 5_000).div_euclid(10_000);
                    i16::try_from(tenths).map_or(Value::OverRange, Value::Number)
                }
                (Value::Number(_), _) => Value::NoData,
                (code, _) => code,
            };
            let info = StreamInfo {
                key: MetricKey { code: map::code(id), vendor: Text::from(vendor), instance: 0 },
                label: Some(Text::from(label)),
                unit: Unit::ucum("mm[Hg]"),
                digits: Some(0),
                category: Category::Derived,
                cadence: Cadence::Periodic(from.period),
            };
            let scaled = |raw| Decimal::new(i64::from(raw), -1);
            self.say(vendor, info, gate, value, scaled, (from, phdb.time), events);
        }
    }

    /// Three values in one word (DRI, "NMT group"): post-tetanic count, count of twitches, current.
    fn take_relaxation(&mut self, from: Origin, phdb: &Phdb<'_>, events: &mut Vec<Event>) {
        let gate = gate(GroupKind::Plain, phdb.group(head::NMT), from.level.max(2));
        let packed = match phdb.value(228) {
            Value::Number(packed) if packed > PTC_MIN => Some(packed.cast_unsigned()),
            Value::Number(_)
            | Value::NoData
            | Value::NotUpdated
            | Value::Discontinuity
            | Value::UnderRange
            | Value::OverRange
            | Value::NotCalibrated
            | Value::Unknown(_) => None,
        };
        let tetanic = packed.map(|packed| packed & 0x1F).filter(|count| *count != 31);
        // Counts are not valid in trends.
        let twitches =
            packed.map(|packed| packed >> 5 & 0x0F).filter(|count| !from.is_trend && *count <= 4);
        let current = packed.map(|packed| packed >> 9);
        for (vendor, label, unit, value) in [
            ("nmt.ptc", "PTC", "1", tetanic),
            ("nmt.count", "TOF count", "1", twitches),
            ("nmt.current", "NMT current", "mA", current),
        ] {
            let info = StreamInfo {
                key: MetricKey { code: None, vendor: Text::from(vendor), instance: 0 },
                label: Some(Text::from(label)),
                unit: Unit::ucum(unit),
                digits: Some(0),
                category: Category::Measured,
                cadence: Cadence::Periodic(from.period),
            };
            let value = value.and_then(|value| i16::try_from(value).ok());
            let value = value.map_or(Value::NoData, Value::Number);
            let scaled = |raw| Decimal::whole(i64::from(raw));
            self.say(vendor, info, gate, value, scaled, (from, phdb.time), events);
        }
    }

    /// The arrhythmia status in words.
    fn take_rhythm(&mut self, from: Origin, phdb: &Phdb<'_>, events: &mut Vec<Event>) {
        const VENDOR: &str = "arrh_ecg.status";
        let head = phdb.group(head::ARRHYTHMIA);
        let bits = if head.is_active() && from.level >= 3 { phdb.bits(16) } else { 0 };
        let named = (0..).zip(map::RHYTHMS).filter(|(bit, _)| bits >> bit & 1 == 1);
        let text = named.map(|(_, word)| word).collect::<Vec<_>>().join(", ");
        if text.is_empty() && !self.streams.is_told(VENDOR) {
            return;
        }
        let info = words(VENDOR, "Rhythm", from.period);
        let key = info.key.clone();
        self.streams.tell(VENDOR, info, events);
        events.push(Event::Text(TextValue {
            key,
            value: (!text.is_empty()).then(|| Text::from(text)),
            measured: Measured::Now,
            nature: vigie_model::Nature::Real,
        }));
    }

    /// What waves are called by, and which there are.
    fn look_around(&mut self, from: Origin, phdb: &Phdb<'_>) {
        let active = |at, level| phdb.group(at).is_active() && from.level >= level;
        let bedside = &mut self.bedside;
        let present = &mut bedside.present;
        for (channel, (is_basic, at)) in head::PRESSURES.iter().enumerate() {
            let class = if *is_basic { Class::Basic } else { Class::Ext1 };
            if phdb.class != class {
                continue;
            }
            let level = if *is_basic { 1 } else { OWN_SVO2_LEVEL };
            if let (Some(label), Some(is_there)) =
                (bedside.pressure_labels.get_mut(channel), present.pressures.get_mut(channel))
            {
                *label = phdb.group(*at).label;
                *is_there = active(*at, level);
            }
        }
        match phdb.class {
            Class::Basic => {
                bedside.is_known = true;
                let ecg = phdb.group(head::ECG);
                bedside.ecg_label = ecg.label;
                // Bits 11 to 13: channels that are off.
                for (channel, is_on) in (11..).zip(&mut present.ecg) {
                    *is_on = ecg.is_active() && !ecg.has(channel);
                }
                present.pleth = active(122, 1);
                present.co2 = active(head::CO2, 1);
                present.o2 = active(150, 1);
                present.agent = active(170, 1);
                present.flow = active(182, 1);
                present.impedance = matches!(phdb.value(18), Value::Number(_)) && ecg.is_active();
                if let (true, Value::Number(tenths)) = (present.co2, phdb.value(148)) {
                    settle(&mut bedside.ambient_mmhg, tenths);
                }
            }
            Class::Ext1 => present.pleth_2 = active(110, OWN_SVO2_LEVEL),
            Class::Ext2 => {
                present.eeg = active(28, 5);
                present.bis = active(100, 7);
                present.entropy = active(116, 8);
            }
            Class::Ext3 | Class::Unknown(_) => {}
        }
    }
}

/// The ambient pressure, in whole mmHg and only when it moved: the scale of a wave must not flicker.
fn settle(known: &mut Option<u16>, tenths: i16) {
    let Ok(mmhg) = u16::try_from((i32::from(tenths) + 5) / 10) else { return };
    if mmhg > 0 && known.is_none_or(|known| known.abs_diff(mmhg) > 3) {
        *known = Some(mmhg);
    }
}

/// Leads off, artifact or noise on the channel that a value of the EEG is of.
fn is_channel_hurt(field: &Field, head: GroupHead) -> bool {
    let is_of_channel = field.kind == GroupKind::Eeg && field.vendor.starts_with("eeg.ch");
    is_of_channel && [9, 13, 17].iter().any(|first| head.has(first + u32::from(field.instance)))
}

/// A zero that is there although nothing is measured.
fn lacks_witness(field: &Field, phdb: &Phdb<'_>) -> bool {
    if !ZERO_NEEDS_A_WITNESS.contains(&field.vendor) {
        return false;
    }
    let others = FIELDS.iter().filter(|other| {
        other.class == field.class && other.group == field.group && other.at != field.at
    });
    let is_number = |other: &Field| matches!(phdb.value(other.at), Value::Number(raw) if raw != 0);
    !others.into_iter().any(is_number)
}

/// Code and label of a value.
fn name(field: &Field, head: GroupHead) -> (Option<MdcCode>, Text) {
    let plain = |id: Option<&str>| (id.and_then(map::code), Text::from(field.label));
    let site = |site: map::Name, suffix: &str| {
        let id = site.id.map(|id| format!("{id}{suffix}"));
        (id.as_deref().and_then(map::code), site.label)
    };
    match field.naming {
        Naming::Id(id) => plain(Some(id)),
        Naming::Unmapped => plain(None),
        Naming::HeartRate => {
            let source = map::heart_rate(head.status_bits(3, 4));
            (source.id.and_then(map::code), Text::from(source.label))
        }
        Naming::St(channel) => match map::lead(head.label, channel) {
            Some(lead) => (map::code(&format!("ecg.st.{lead}")), Text::from(format!("ST {lead}"))),
            None => plain(None),
        },
        Naming::Pressure(member) => {
            let pressure = map::pressure(head.label, field.instance);
            let (code, label) = site(pressure, &format!(".{member}"));
            (code, Text::from(format!("{label} {member}")))
        }
        Naming::PressureRate => {
            let pressure = map::pressure(head.label, field.instance);
            // Only an artery pulses with the heart's rate as everybody means it.
            let is_arterial = matches!(pressure.id, Some("art" | "abp" | "bp" | "uap"));
            let code = is_arterial.then(|| map::code("pr")).flatten();
            (code, Text::from(format!("{} PR", pressure.label)))
        }
        Naming::Temperature => match map::temperature(head.label) {
            Some(name) => {
                let (code, label) = site(name, "");
                (code, Text::from(label))
            }
            None => plain(Some("temp")),
        },
        Naming::Saturation => {
            let blood = map::saturation(head.label);
            let label = if field.instance == 0 {
                blood.label.to_owned()
            } else {
                format!("{} {}", blood.label, field.instance + 1)
            };
            (blood.id.and_then(map::code), Text::from(label))
        }
        Naming::OldSvo2 => plain(Some("svo2")),
        Naming::Agent(any) => {
            let Some(agent) = map::agent(head.label) else { return plain(Some(any)) };
            let own = agent.id.map(|own| any.replace("agent", own));
            let code = map::code(own.as_deref().unwrap_or(any));
            (code, Text::from(format!("{}{}", field.label, agent.label)))
        }
    }
}
