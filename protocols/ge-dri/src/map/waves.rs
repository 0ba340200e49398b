//! The waves: type numbers, rates, units.
//!
//! Source: DRI, "Waveform types", but for NIBP, RESP_100 and the EEG at 200 Hz, whose numbers stand in
//! a third party's table only (pyCollect's `waves5`). Units disagree between third parties and DRI for
//! ECG and FLOW; DRI's are taken. Recorded on a real monitor: PLETH and ENT_100.

use super::Proof::{self, Document as D, Recorded as R};

/// Type of the 12-lead ECG, which is packed in its own way.
pub const ECG12: u8 = 22;

/// One wave that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaveKind {
    /// Its number in requests and records.
    pub kind: u8,
    /// The specification's name.
    pub name: &'static str,
    /// Samples a second.
    pub rate: u16,
    /// Amount of one count, in `unit`.
    pub per_count: f64,
    /// UCUM unit.
    pub unit: &'static str,
    /// The usual range in `unit`: where to draw it when nothing else is known.
    pub span: (f64, f64),
    /// Where its code comes from.
    pub naming: WaveNaming,
    /// The least level of a monitor that sends it.
    pub level: u8,
    /// Who says so.
    pub proof: Proof,
}

/// Where the code of a wave comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveNaming {
    /// A row of the nomenclature.
    Id(&'static str),
    /// None.
    Unmapped,
    /// The lead on this ECG channel, 1 to 3.
    Lead(u8),
    /// The site of this pressure channel, from 0.
    Pressure(u16),
    /// Carbon dioxide: volume per cent, drawn as a pressure once the ambient one is known.
    Co2,
}

use WaveNaming::{Co2, Id, Lead, Pressure, Unmapped};

macro_rules! rows {
    ($($kind:literal $name:literal $rate:literal $per_count:literal $unit:literal $span:expr,
       $naming:expr, $level:literal $proof:ident;)*) => {
        &[$(WaveKind {
            kind: $kind,
            name: $name,
            rate: $rate,
            per_count: $per_count,
            unit: $unit,
            span: $span,
            naming: $naming,
            level: $level,
            proof: $proof,
        },)*]
    };
}

/// All waves of equally spaced plain samples, by number.
#[rustfmt::skip]
pub static WAVES: &[WaveKind] = rows![
    1  "ECG1"       300 0.001 "mV"       (-1.0, 1.5),    Lead(1),        3 D;
    2  "ECG2"       300 0.001 "mV"       (-1.0, 1.5),    Lead(2),        3 D;
    3  "ECG3"       300 0.001 "mV"       (-1.0, 1.5),    Lead(3),        3 D;
    4  "INVP1"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(0),    3 D;
    5  "INVP2"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(1),    3 D;
    6  "INVP3"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(2),    3 D;
    7  "INVP4"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(3),    3 D;
    8  "PLETH"      100 0.01  "%"        (-5.0, 5.0),    Id("w.pleth"),  3 R;
    9  "CO2"        25  0.01  "%"        (0.0, 8.0),     Co2,            3 D;
    10 "O2"         25  0.01  "%"        (0.0, 100.0),   Unmapped,       3 D;
    11 "N2O"        25  0.01  "%"        (0.0, 100.0),   Unmapped,       3 D;
    12 "AA"         25  0.01  "%"        (0.0, 8.0),     Unmapped,       3 D;
    13 "AWP"        25  0.1   "cm[H2O]"  (-10.0, 30.0),  Id("w.paw"),    3 D;
    14 "FLOW"       25  0.1   "L/min"    (-60.0, 60.0),  Id("w.flow"),   3 D;
    15 "RESP"       25  0.01  "Ohm"      (-2.0, 2.0),    Id("w.resp"),   3 D;
    16 "INVP5"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(4),    3 D;
    17 "INVP6"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(5),    3 D;
    18 "EEG1"       100 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    19 "EEG2"       100 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    20 "EEG3"       100 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    21 "EEG4"       100 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    23 "VOL"        25  1.0   "mL"       (0.0, 800.0),   Id("w.vol"),    5 D;
    24 "TONO_PRESS" 25  0.1   "mbar"     (0.0, 100.0),   Unmapped,       5 D;
    28 "NIBP"       100 0.01  "mm[Hg]"   (0.0, 200.0),   Unmapped,       3 D;
    32 "ENT_100"    100 0.1   "uV"       (-100.0, 100.0), Unmapped,      8 R;
    35 "EEG_BIS"    300 1.0   "uV"       (-100.0, 100.0), Unmapped,      8 D;
    36 "INVP7"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(6),    9 D;
    37 "INVP8"      100 0.01  "mm[Hg]"   (0.0, 200.0),   Pressure(7),    9 D;
    38 "PLETH_2"    100 0.01  "%"        (-5.0, 5.0),    Id("w.pleth"),  9 D;
    39 "RESP_100"   100 0.01  "Ohm"      (-2.0, 2.0),    Id("w.resp"),   11 D;
    40 "EEG1_200"   200 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    41 "EEG2_200"   200 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    42 "EEG3_200"   200 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
    43 "EEG4_200"   200 0.1   "uV"       (-100.0, 100.0), Unmapped,      5 D;
];

/// The leads of a 12-lead ECG in the order in which they are shown: name, and what of I and II (times
/// one half) or which lead that was sent (from 2) it is.
pub const ECG12_LEADS: [(&str, Source12); 12] = [
    ("I", Source12::Sent(0)),
    ("II", Source12::Sent(1)),
    ("III", Source12::Halves(-2, 2)),
    ("aVR", Source12::Halves(-1, -1)),
    ("aVL", Source12::Halves(2, -1)),
    ("aVF", Source12::Halves(-1, 2)),
    ("V1", Source12::Sent(2)),
    ("V2", Source12::Sent(3)),
    ("V3", Source12::Sent(4)),
    ("V4", Source12::Sent(5)),
    ("V5", Source12::Sent(6)),
    ("V6", Source12::Sent(7)),
];

/// Where a lead of a 12-lead ECG comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source12 {
    /// Sent, in this place.
    Sent(usize),
    /// So many halves of I and of II (Einthoven, Goldberger).
    Halves(i32, i32),
}

/// A wave by its number.
pub fn wave(kind: u8) -> Option<&'static WaveKind> {
    WAVES.iter().find(|wave| wave.kind == kind)
}
