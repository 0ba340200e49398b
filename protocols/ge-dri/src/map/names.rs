//! Names that are set at the bedside, in label and status words (DRI, "Label" and "Status bits").

/// A name on the monitor's screen, and the row of the nomenclature that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// As on the monitor's screen.
    pub label: &'static str,
    /// Our id, or the beginning of it; `None`: no row fits.
    pub id: Option<&'static str>,
}

const fn name(label: &'static str, id: &'static str) -> Name {
    Name { label, id: Some(id) }
}

const fn unmapped(label: &'static str) -> Name {
    Name { label, id: None }
}

/// Sites of invasive pressures. Channels that only have a number stay without a code: their pressure
/// may be of any vessel.
const PRESSURES: [Name; 23] = [
    unmapped(""),
    name("ART", "art"),
    name("CVP", "cvp"),
    name("PA", "pap"),
    name("RAP", "rap"),
    unmapped("RVP"),
    name("LAP", "lap"),
    name("ICP", "icp"),
    name("ABP", "abp"),
    unmapped("P1"),
    unmapped("P2"),
    unmapped("P3"),
    unmapped("P4"),
    unmapped("P5"),
    unmapped("P6"),
    unmapped("SP"),
    name("FEM", "bp"), // femoral artery
    name("UAC", "uap"),
    name("UVC", "uvp"),
    name("ICP2", "icp"),
    unmapped("P7"),
    unmapped("P8"),
    unmapped("FEMV"),
];

/// The site of an invasive pressure. Channel numbers count from 0 and name what has no label.
pub fn pressure(label: u16, channel: u16) -> Name {
    const NUMBERS: [&str; 8] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"];
    match PRESSURES.get(usize::from(label)) {
        Some(known) if !known.label.is_empty() => *known,
        Some(_) | None => unmapped(NUMBERS.get(usize::from(channel)).copied().unwrap_or("P")),
    }
}

/// Sites of temperatures.
const TEMPERATURES: [Name; 19] = [
    unmapped(""),
    name("ESO", "temp.esoph"),
    name("NASO", "temp.nasoph"),
    name("TYMP", "temp.tymp"),
    name("RECT", "temp.rect"),
    name("BLAD", "temp.bladder"),
    name("AXIL", "temp.axil"),
    name("SKIN", "temp.skin"),
    name("AIRW", "temp.away"),
    unmapped("ROOM"), // not of the patient
    unmapped("MYO"),
    name("T1", "temp"),
    name("T2", "temp"),
    name("T3", "temp"),
    name("T4", "temp"),
    name("CORE", "temp.core"),
    unmapped("SURF"),
    name("T5", "temp"),
    name("T6", "temp"),
];

/// The site of a temperature; `None` when the label says nothing.
pub fn temperature(label: u16) -> Option<Name> {
    TEMPERATURES.get(usize::from(label)).copied().filter(|name| !name.label.is_empty())
}

/// The source of the displayed heart rate, in bits 3 to 6 of the ECG status. A rate from pleth or a
/// pressure is a pulse rate.
pub fn heart_rate(source: u32) -> Name {
    match source {
        1 | 9 => name("HR", "hr.ecg"),
        6 => name("HR (pleth)", "pr.pleth"),
        12 => name("HR (pleth 2)", "pr.pleth"),
        2..=5 | 7 | 8 | 10 | 11 => name("HR (pressure)", "pr"),
        _ => unmapped("HR (source not told)"),
    }
}

/// Leads: 0 none, 1 to 6 limb leads, 7 chest lead.
const LEADS: [&str; 8] = ["", "I", "II", "III", "aVR", "aVL", "aVF", "V"];

/// The lead on a channel (1 to 3), in the label of the ECG group: channel 3 stands in the lowest bits.
pub fn lead(label: u16, channel: u8) -> Option<&'static str> {
    let shift = 4 * 3u16.checked_sub(u16::from(channel))?;
    let lead = LEADS.get(usize::from(label >> shift & 0x0F))?;
    (!lead.is_empty()).then_some(lead)
}

/// What blood a saturation is of, in bits 0 and 1 of the label.
pub fn saturation(label: u16) -> Name {
    match label & 0b11 {
        1 => name("SaO2", "sao2"),
        2 => name("SvO2", "svo2"),
        _ => name("SpO2", "spo2"),
    }
}

/// The agent in the label, and its own rows where there are some.
pub fn agent(label: u16) -> Option<Name> {
    Some(match label {
        2 => unmapped("HAL"),
        3 => unmapped("ENF"),
        4 => unmapped("ISO"),
        5 => unmapped("DES"),
        6 => name("SEV", "sevo"),
        _ => return None,
    })
}

/// Words for the bits of the arrhythmia status, from bit 0 (DRI, "Arrhythmia status"): DRI describes
/// the bits, the words are ours.
pub const RHYTHMS: [&str; 32] = [
    "Asystole",
    "V fib",
    "Rapid V tach",
    "V tach",
    "Extreme brady",
    "Extreme tachy",
    "PVC run",
    "Long R-R",
    "PVC triplet",
    "PVC couplet",
    "R on T",
    "Idioventricular",
    "Bigeminy",
    "Trigeminy",
    "Frequent PVCs",
    "Multifocal PVCs",
    "SVT",
    "Frequent SVCs",
    "Missing beat",
    "Unclassified",
    "Noisy ECG",
    "Problem QRS",
    "Low amplitude",
    "Salvo",
    "Pacer non-function",
    "Pacer non-capture",
    "New QRS",
    "Brady",
    "Tachy",
    "Ventricular brady",
    "Arrhythmia off",
    "No telemetry",
];
