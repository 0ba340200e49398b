//! Records, byte for byte (8005313; offsets are those of its structures).

use vigie_sim_patient::{Finding, Signal, Vital};

use super::body::Body;
use super::fields;

const HEADER: usize = 40;
const SUBRECORD: usize = 278;
/// The longest group, that of the EEG.
const GROUP_MAX: usize = 72;
/// What a value is that is not there.
const NO_DATA: i16 = -32_767;
/// The same in the list of what was sent.
const NOTHING: &str = "-";
/// Ambient pressure of the simulated ward, 1/10 mmHg.
const AMBIENT: i16 = 7_598;

/// The monitor's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// Seconds since 1970.
    pub(super) time: u32,
    /// Seconds since it was switched on.
    pub(super) second: u64,
}

/// What a message says: stream, tick, value.
pub(super) type Says = (&'static str, String);

/// A record of subrecords; the header's list ends with FF.
pub(super) fn record(
    main: u8,
    number: u8,
    level: u8,
    time: u32,
    subs: &[(u8, Vec<u8>)],
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + 4 * SUBRECORD);
    let length = HEADER + subs.iter().map(|(_, sub)| sub.len()).sum::<usize>();
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend([number, level, 0, 0]);
    bytes.extend(time.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend([main, 0]);
    let mut offset = 0u16;
    for (kind, sub) in subs.iter().take(8) {
        bytes.extend(offset.to_le_bytes());
        bytes.push(*kind);
        offset += sub.len() as u16;
    }
    if subs.len() < 8 {
        bytes.extend([0, 0, 0xFF]);
    }
    bytes.resize(HEADER, 0);
    subs.iter().for_each(|(_, sub)| bytes.extend(sub));
    bytes
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(field) = bytes.get_mut(at..at + value.len()) {
        field.copy_from_slice(value);
    }
}

/// One class of values; `standby`: modules are there and measure nothing.
pub(super) fn phdb(
    class: u8,
    clock: Clock,
    level: u8,
    body: &Body,
    is_cuff_old: bool,
    standby: bool,
) -> (Vec<u8>, Vec<Says>) {
    let (mut bytes, mut says) = (vec![0; SUBRECORD], Vec::new());
    put(&mut bytes, 0, &clock.time.to_le_bytes());
    put(&mut bytes, 276, &[0xA1, class]);
    let groups = || fields::groups(class).iter().filter(|group| group.level <= level);
    // What is not measured is no value; what has no module is zero, as in recordings.
    for group in groups().filter(|group| group.is_there(body)) {
        let next = groups().map(|other| other.head).filter(|head| *head > group.head).min();
        let end = next.unwrap_or(272).min(group.head + GROUP_MAX);
        // Bits of the rhythm are no value.
        let is_value = |at: &usize| (class, group.head) != (1, 4) || *at < 16;
        let places = (group.head + 6..end).step_by(2).filter(is_value);
        places.for_each(|at| put(&mut bytes, at, &NO_DATA.to_le_bytes()));
    }
    for group in groups() {
        let is_there = group.is_there(body);
        let mut status: u32 = if !is_there {
            0
        } else if standby {
            0b01
        } else {
            0b11
        };
        let found = |finding| body.findings().contains(&finding);
        let mut label = group.label;
        match (class, group.head) {
            (0, 4) | (1, 4 | 52) if is_there => {
                // The heart rate is of the ECG.
                status |= 1 << 3;
                status |= u32::from(found(Finding::Asystole)) << 2;
                status |= if found(Finding::LeadsOff) { 0b111 << 11 } else { 0 };
            }
            (0, 76) => label |= u16::from(is_cuff_old) << 8,
            (0, 136) if is_there => status |= u32::from(found(Finding::Apnoea)) << 2,
            _ => {}
        }
        put(&mut bytes, group.head, &status.to_le_bytes());
        put(&mut bytes, group.head + 4, &label.to_le_bytes());
        for (at, digits, name, source) in group.rows {
            let value = source.value(body, clock.second).filter(|_| is_there && !standby);
            let Some(value) = value else {
                says.push((*name, NOTHING.to_owned()));
                continue;
            };
            let raw = (value * 10f64.powi(i32::from(*digits))).round() as i16;
            put(&mut bytes, *at, &raw.to_le_bytes());
            says.push((*name, decimal(raw, *digits)));
        }
    }
    if class == 0 && level >= 2 {
        says.extend(relaxation(&mut bytes, clock.second, standby));
    }
    if class == 0 {
        // Beside the group of the ECG: the highest and lowest rate are not kept.
        [232, 234].iter().for_each(|at| put(&mut bytes, *at, &NO_DATA.to_le_bytes()));
    }
    if class == 1 && !standby && body.has(Vital::HeartRate) {
        put(&mut bytes, 16, &fields::rhythm(body.findings()).to_le_bytes());
    }
    (bytes, says)
}

/// Count of twitches and current, packed into one word with a tetanic count that is not available.
fn relaxation(bytes: &mut [u8], second: u64, standby: bool) -> [Says; 2] {
    let (count, current) = ((second / 7 % 5) as u16, 40u16);
    let packed = if standby { NO_DATA.cast_unsigned() } else { 31 | count << 5 | current << 9 };
    put(bytes, 228, &packed.to_le_bytes());
    let said = |value: u16| if standby { NOTHING.to_owned() } else { value.to_string() };
    [("nmt.count", said(count)), ("nmt.current", said(current))]
}

/// Digits as they are meant.
fn decimal(raw: i16, digits: u8) -> String {
    if digits == 0 {
        return raw.to_string();
    }
    let (sign, amount) = (if raw < 0 { "-" } else { "" }, u32::from(raw.unsigned_abs()));
    let whole = 10u32.pow(u32::from(digits));
    format!("{sign}{}.{:0width$}", amount / whole, amount % whole, width = usize::from(digits))
}

/// Auxiliary information: when the cuff measured last.
pub(super) fn aux_info(cuff_time: u32) -> Vec<u8> {
    let mut bytes = vec![0; 114];
    put(&mut bytes, 0, &cuff_time.to_le_bytes());
    bytes
}

/// Type of the 12-lead ECG, which has records of its own.
pub(super) const ECG12: u8 = 22;
/// Samples a second of the 12-lead ECG on the line, by which it is admitted.
pub(super) const ECG12_RATE: u16 = 500;
/// Records of the 12-lead ECG in a second: one must not be longer than 1,450 bytes.
pub(super) const ECG12_PARTS: usize = 4;

/// What a wave shows.
#[derive(Clone, Copy)]
pub(super) enum Shows {
    /// A signal of the patient, so many counts for one of its units from this amount on.
    Patient(Signal, f32, f32),
    /// The brain's: noise.
    Brain,
}

use Shows::{Brain, Patient};

/// Waves that there are modules for: type, samples a second, what it shows, name.
pub(super) const WAVES: [(u8, u16, Shows, &str); 13] = [
    (1, 300, Patient(Signal::EcgII, 1_000.0, 0.0), "ECG1"),
    (2, 300, Patient(Signal::EcgI, 1_000.0, 0.0), "ECG2"),
    (3, 300, Patient(Signal::EcgV, 1_000.0, 0.0), "ECG3"),
    (4, 100, Patient(Signal::Abp, 100.0, 0.0), "INVP1"),
    // A modulation of ten per cent around its middle.
    (8, 100, Patient(Signal::Pleth, 1_000.0, 0.5), "PLETH"),
    (9, 25, Patient(Signal::Co2, 100_000.0 / AMBIENT as f32, 0.0), "CO2"),
    // What is not carbon dioxide.
    (10, 25, Patient(Signal::Co2, -15.0, 270.0), "O2"),
    (12, 25, Patient(Signal::Co2, -2.0, 110.0), "AA"),
    // The chest moves with the airway.
    (13, 25, Patient(Signal::Resp, 60.0, -2.0), "AWP"),
    (14, 25, Patient(Signal::Resp, 200.0, 0.0), "FLOW"),
    (15, 25, Patient(Signal::Resp, 100.0, 0.0), "RESP"),
    (32, 100, Brain, "ENT_100"),
    (38, 100, Patient(Signal::Pleth, 800.0, 0.5), "PLETH_2"),
];

/// Status of a wave; the first ones after a request begin with a gap.
fn status(second: u64, has_gap: bool) -> u16 {
    0x0402 | ((second % 60) as u16) << 4 | u16::from(has_gap)
}

/// The waves of one second.
pub(super) fn wave(kind: u8, second: u64, has_gap: bool, body: &Body) -> Option<(Vec<u8>, Says)> {
    let (_, rate, shows, name) = *WAVES.iter().find(|(of, ..)| *of == kind)?;
    let mut bytes = rate.to_le_bytes().to_vec();
    bytes.extend(status(second, has_gap).to_le_bytes());
    bytes.extend([0; 2]);
    let samples: Vec<i16> = match shows {
        Patient(signal, counts, from) => {
            let count = |sample: f32| ((sample - from) * counts).round().clamp(-31_999.0, 32_767.0);
            let samples = body.samples(signal, second, rate).into_iter();
            samples.map(|sample| sample.map_or(NO_DATA, |sample| count(sample) as i16)).collect()
        }
        Brain => (0..u64::from(rate))
            .map(|at| ((second * u64::from(rate) + at) * 7_919 % 401) as i16 - 200)
            .collect(),
    };
    samples.iter().for_each(|sample| bytes.extend(sample.to_le_bytes()));
    Some((bytes, (name, rate.to_string())))
}

/// Leads of a 12-lead ECG that are sent, and how they look beside the three that the patient has.
const LEADS: [(Signal, f32); 8] = [
    (Signal::EcgI, 1.0),
    (Signal::EcgII, 1.0),
    (Signal::EcgV, -0.4),
    (Signal::EcgV, 0.2),
    (Signal::EcgV, 0.6),
    (Signal::EcgV, 1.0),
    (Signal::EcgV, 0.9),
    (Signal::EcgV, 0.7),
];
/// Names of the leads that come out of them.
const LEADS_SHOWN: [&str; 12] = [
    "ECG12.I",
    "ECG12.II",
    "ECG12.III",
    "ECG12.aVR",
    "ECG12.aVL",
    "ECG12.aVF",
    "ECG12.V1",
    "ECG12.V2",
    "ECG12.V3",
    "ECG12.V4",
    "ECG12.V5",
    "ECG12.V6",
];

/// The 12-lead ECG of one second, in parts: blocks of 10 ms with five samples of eight leads, the first
/// whole and four as differences (8005313, "12-lead ECG waveform"). One count is 4 µV.
pub(super) fn ecg12(second: u64, has_gap: bool, body: &Body) -> Vec<(Vec<u8>, Vec<Says>)> {
    let leads = LEADS.map(|(signal, factor)| -> Vec<Option<i16>> {
        let samples = body.samples(signal, second, ECG12_RATE).into_iter();
        let counts =
            |sample: f32| (sample * factor * 250.0).round().clamp(-30_000.0, 30_000.0) as i16;
        samples.map(|sample| sample.map(counts)).collect()
    });
    let part = usize::from(ECG12_RATE) / ECG12_PARTS;
    let parts = (0..ECG12_PARTS).map(|number| {
        let gap = has_gap && number == 0;
        let mut bytes = ((part / 5) as u16).to_le_bytes().to_vec();
        bytes.extend(status(second, gap).to_le_bytes());
        bytes.extend(0x01FFu16.to_le_bytes());
        for word in [14, 0x8000, 0x8000, 3 << 1 | 28 << 10, 2 << 6 | 1 << 9, 0x0321, 2] {
            bytes.extend(u16::to_le_bytes(word));
        }
        for block in 0..part / 5 {
            let first = number * part + block * 5;
            let counter = ((second * 100) as usize + first / 5) % 8_000;
            bytes.extend(block12(&leads, first, counter as u16));
        }
        let says = LEADS_SHOWN.map(|name| (name, part.to_string()));
        (bytes, says.to_vec())
    });
    parts.collect()
}

fn block12(leads: &[Vec<Option<i16>>; 8], first: usize, counter: u16) -> Vec<u8> {
    let (mut bytes, mut signs) = (Vec::with_capacity(56), [0u16; 2]);
    for (number, lead) in leads.iter().enumerate() {
        let samples: Option<Vec<i16>> =
            lead.get(first..first + 5).and_then(|samples| samples.iter().copied().collect());
        let Some(samples) = samples else {
            bytes.extend(NO_DATA.to_le_bytes());
            bytes.extend([0; 4]);
            continue;
        };
        let mut at = i32::from(samples.first().copied().unwrap_or_default());
        bytes.extend((at as i16).to_le_bytes());
        for (place, sample) in samples.iter().skip(1).enumerate() {
            // What does not fit is carried into the next difference.
            let step = (i32::from(*sample) - at).clamp(-255, 255);
            at += step;
            bytes.push(step.unsigned_abs() as u8);
            if let Some(signs) = signs.get_mut(place / 2).filter(|_| step < 0) {
                *signs |= 1 << (15 - 2 * number - place % 2);
            }
        }
    }
    signs.iter().for_each(|signs| bytes.extend(signs.to_le_bytes()));
    bytes.extend(counter.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

/// What a finding is called and how urgent: 1 white, 2 yellow, 3 red.
fn line(finding: Finding) -> (&'static str, u8) {
    match finding {
        Finding::Asystole => ("ASYSTOLE", 3),
        Finding::VentricularTachycardia => ("V TACH", 3),
        Finding::ExtremeBradycardia => ("BRADY", 3),
        Finding::ExtremeTachycardia => ("TACHY", 3),
        Finding::Desaturation => ("SpO2 very low", 3),
        Finding::Apnoea => ("APNEA", 3),
        Finding::HeartRateLow => ("HR low", 2),
        Finding::HeartRateHigh => ("HR high", 2),
        Finding::SpO2Low => ("SpO2 low", 2),
        Finding::RespLow => ("RR low", 2),
        Finding::RespHigh => ("RR high", 2),
        Finding::AbpLow => ("ART low", 2),
        Finding::AbpHigh => ("ART high", 2),
        Finding::LeadsOff => ("ECG leads off", 1),
        Finding::SpO2SensorOff => ("SpO2 probe off", 1),
        Finding::AbpDisconnected => ("ART disconnected", 1),
        Finding::Co2SensorOff => ("CO2 sensor off", 1),
    }
}

/// The alarms on the screen: five lines of 98 bytes, the most urgent first.
pub(super) fn alarms(findings: &[Finding], is_silenced: bool) -> Vec<u8> {
    let mut bytes = vec![0; 510];
    put(&mut bytes, 2, &1u16.to_le_bytes());
    // All, for two minutes.
    put(&mut bytes, 8, &if is_silenced { 5u16 } else { 0 }.to_le_bytes());
    let mut lines: Vec<_> = findings.iter().map(|finding| line(*finding)).collect();
    lines.sort_by_key(|(_, color)| std::cmp::Reverse(*color));
    for (number, (text, color)) in lines.into_iter().take(5).enumerate() {
        let at = 10 + 98 * number;
        put(&mut bytes, at, text.as_bytes());
        put(&mut bytes, at + 80, &1u16.to_le_bytes());
        put(&mut bytes, at + 82, &u16::from(color).to_le_bytes());
    }
    bytes
}
