//! Records, byte for byte (8005313; offsets are those of its structures).

use vigie_sim_patient::{Finding, Signal, Vital};

use super::body::Body;

const HEADER: usize = 40;
const SUBRECORD: usize = 278;
/// What a value is that is not there.
const NO_DATA: i16 = -32_767;
/// The same in the list of what was sent.
const NOTHING: &str = "-";
/// Ambient pressure of the simulated ward, 1/10 mmHg.
const AMBIENT: i16 = 7_598;

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

/// Vital signs and where they stand: head, offset, hundredths or ones, the specification's name.
const VALUES: [(usize, usize, bool, &str, Vital); 16] = [
    (4, 10, false, "ecg.hr", Vital::HeartRate),
    (4, 14, true, "ecg.st2", Vital::StII),
    (4, 18, false, "ecg.imp_rr", Vital::RespRate),
    (20, 26, true, "p1.sys", Vital::AbpSystolic),
    (20, 28, true, "p1.dia", Vital::AbpDiastolic),
    (20, 30, true, "p1.mean", Vital::AbpMean),
    (76, 82, true, "nibp.sys", Vital::NbpSystolic),
    (76, 84, true, "nibp.dia", Vital::NbpDiastolic),
    (76, 86, true, "nibp.mean", Vital::NbpMean),
    (90, 96, true, "t1.temp", Vital::Temp),
    (122, 128, true, "SpO2.SpO2", Vital::SpO2),
    (122, 130, false, "SpO2.pr", Vital::PulseRate),
    (122, 132, true, "SpO2.ir_amp", Vital::Perfusion),
    (136, 142, true, "co2.et", Vital::EtCo2),
    (136, 146, false, "co2.rr", Vital::AwayRespRate),
    (4, 230, false, "ecg_extra.hr_ecg", Vital::HeartRate),
];
/// Heads of groups in the basic class, with the label that they carry.
const HEADS: [(usize, u16); 6] = [(4, 0x0210), (20, 1), (76, 0x000B), (90, 15), (122, 0), (136, 1)];

/// One class of values; `standby`: modules are there and measure nothing.
pub(super) fn phdb(
    class: u8,
    time: u32,
    body: &Body,
    is_cuff_old: bool,
    standby: bool,
) -> (Vec<u8>, Vec<Says>) {
    let (mut bytes, mut says) = (vec![0; SUBRECORD], Vec::new());
    put(&mut bytes, 0, &time.to_le_bytes());
    put(&mut bytes, 276, &[0xA1, class]);
    if class != 0 {
        return (bytes, says);
    }
    let fields = VALUES.iter().map(|(_, at, ..)| *at).chain([12, 16, 32, 88, 134, 144, 232, 234]);
    fields.for_each(|at| put(&mut bytes, at, &NO_DATA.to_le_bytes()));
    for (head, label) in HEADS {
        let is_there = VALUES.iter().any(|(of, .., vital)| *of == head && body.has(*vital));
        let mut status: u32 = if !is_there {
            0
        } else if standby {
            0b01
        } else {
            0b11
        };
        let found = |finding| body.findings().contains(&finding);
        let mut label = label;
        match head {
            4 if is_there => {
                // The heart rate is of the ECG.
                status |= 1 << 3;
                status |= u32::from(found(Finding::Asystole)) << 2;
                status |= if found(Finding::LeadsOff) { 0b111 << 11 } else { 0 };
            }
            76 => label |= u16::from(is_cuff_old) << 8,
            136 if is_there => status |= u32::from(found(Finding::Apnoea)) << 2,
            _ => {}
        }
        put(&mut bytes, head, &status.to_le_bytes());
        put(&mut bytes, head + 4, &label.to_le_bytes());
    }
    if body.has(Vital::EtCo2) && !standby {
        put(&mut bytes, 148, &AMBIENT.to_le_bytes());
        says.push(("co2.amb_press", "759.8".to_owned()));
    } else {
        says.push(("co2.amb_press", NOTHING.to_owned()));
    }
    for (_, at, is_hundredths, name, vital) in VALUES {
        let Some(value) = body.vital(vital).filter(|_| !standby) else {
            says.push((name, NOTHING.to_owned()));
            continue;
        };
        // Carbon dioxide goes out in per cent of the ambient pressure.
        let value =
            if vital == Vital::EtCo2 { value * 1_000.0 / f64::from(AMBIENT) } else { value };
        let raw = (if is_hundredths { value * 100.0 } else { value }).round() as i16;
        put(&mut bytes, at, &raw.to_le_bytes());
        says.push((name, decimal(raw, is_hundredths)));
    }
    (bytes, says)
}

/// Digits as they are meant.
fn decimal(raw: i16, is_hundredths: bool) -> String {
    if !is_hundredths {
        return raw.to_string();
    }
    let (sign, amount) = (if raw < 0 { "-" } else { "" }, raw.unsigned_abs());
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// Auxiliary information: when the cuff measured last.
pub(super) fn aux_info(cuff_time: u32) -> Vec<u8> {
    let mut bytes = vec![0; 114];
    put(&mut bytes, 0, &cuff_time.to_le_bytes());
    bytes
}

/// Waves that there are modules for: type, samples a second, signal, name.
pub(super) const WAVES: [(u8, u16, Signal, &str); 7] = [
    (1, 300, Signal::EcgII, "ECG1"),
    (2, 300, Signal::EcgI, "ECG2"),
    (3, 300, Signal::EcgV, "ECG3"),
    (4, 100, Signal::Abp, "INVP1"),
    (8, 100, Signal::Pleth, "PLETH"),
    (9, 25, Signal::Co2, "CO2"),
    (15, 25, Signal::Resp, "RESP"),
];

/// The waves of one second; the first ones after a request begin with a gap.
pub(super) fn wave(kind: u8, second: u64, has_gap: bool, body: &Body) -> Option<(Vec<u8>, Says)> {
    let (_, rate, signal, name) = *WAVES.iter().find(|(of, ..)| *of == kind)?;
    let status = 0x0402 | ((second % 60) as u16) << 4 | u16::from(has_gap);
    let mut bytes = rate.to_le_bytes().to_vec();
    bytes.extend(status.to_le_bytes());
    bytes.extend([0; 2]);
    for sample in body.samples(signal, second, rate) {
        let raw = sample.map_or(NO_DATA, |sample| {
            let scaled = match signal {
                Signal::EcgI | Signal::EcgII | Signal::EcgV => sample * 1_000.0,
                Signal::Abp | Signal::Resp => sample * 100.0,
                // A modulation of ten per cent around its middle.
                Signal::Pleth => (sample - 0.5) * 1_000.0,
                Signal::Co2 => sample * 100_000.0 / f32::from(AMBIENT),
            };
            scaled.round().clamp(-31_999.0, 32_767.0) as i16
        });
        bytes.extend(raw.to_le_bytes());
    }
    Some((bytes, (name, rate.to_string())))
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
