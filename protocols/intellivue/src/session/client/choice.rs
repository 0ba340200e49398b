//! Which waves, and on a slow line which numbers, are asked for.
//!
//! Limits (guide, "Wave priority list"): up to three single ECG leads or the compound ECG, and up to
//! eight other waves. At 19,200 baud the line carries 1,920 bytes a second, which numbers and alarms
//! nearly fill: one wave of 62.5 samples a second (168 bytes) is all that fits beside them.
//!
//! Only labels that the monitor itself gave are asked for: releases name the same wave differently.

use crate::wire::association::PollProfileExtOptions;

/// Labels of one monitor that are kept.
pub(super) const LABELS_MAX: usize = 64;
/// Single ECG leads.
const LEADS_MAX: usize = 3;
/// Waves besides ECG.
const OTHERS_MAX: usize = 8;
/// Numbers on a slow line: 24 compounds of 50 bytes each leave room for alarms.
pub(in crate::session) const NUMBERS_MAX: usize = 24;

/// The compound ECG.
const COMPOUND: u32 = 0x0002_0100;
/// Single leads: II, then what looks at the heart from another side, then the rest.
const LEADS: [u32; 15] = [
    0x0002_0102, // II
    0x0002_0143, // V
    0x0002_0107, // V5
    0x0002_0103, // V1
    0x0002_0104, // V2
    0x0002_0105, // V3
    0x0002_0106, // V4
    0x0002_0108, // V6
    0x0002_014B, // MCL
    0x0002_014C, // MCL1
    0x0002_0101, // I
    0x0002_013D, // III
    0x0002_0140, // aVF
    0x0002_013F, // aVL
    0x0002_013E, // aVR
];
/// The other waves that are wanted first; the rest follows in the monitor's order.
const WANTED: [u32; 16] = [
    0x0002_4BB4, // Pleth
    0x0002_4A14, // ABP
    0x0002_4A10, // ART
    0x0002_5000, // Resp
    0x0002_50AC, // CO₂
    0x0002_4A44, // CVP
    0x0002_4A1C, // PAP
    0x0002_5808, // ICP
    0x0002_F0A4, // P1
    0x0002_F0A8, // P2
    0x0002_4A28, // UAP
    0x0002_F0BC, // FAP
    0x0002_50F0, // AWP
    0x0002_50D4, // AWF
    0x0002_F0AC, // P3
    0x0002_F0B0, // P4
];
/// Waves of 62.5 samples a second, the more telling first.
const SLOW: [u32; 2] = [
    0x0002_50AC, // CO₂
    0x0002_5000, // Resp
];
/// Numbers that are wanted first on a slow line.
const NUMBERS: [u32; 16] = [
    0x0002_4182, // HR
    0x0002_4BB8, // SpO₂
    0x0002_4A14, // ABP
    0x0002_4A10, // ART
    0x0002_4A04, // NBP
    0x0002_500A, // RR
    0x0002_480A, // Pulse
    0x0002_4822, // Pulse of pleth
    0x0002_4B48, // Temp
    0x0002_50B0, // etCO₂
    0x0002_4A44, // CVP
    0x0002_4A1C, // PAP
    0x0002_5808, // ICP
    0x0002_5804, // CPP
    0x0002_4261, // PVC
    0x0002_50BA, // imCO₂
];

/// How much a line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) enum Budget {
    /// A network, or 115,200 baud.
    Full,
    /// 19,200 baud and below.
    Slow,
}

impl Budget {
    /// What an association is asked to carry. The list of numbers is of use on a slow line only.
    pub(in crate::session) fn options(self) -> PollProfileExtOptions {
        let usual = PollProfileExtOptions::NUMERICS_1S
            | PollProfileExtOptions::WAVES
            | PollProfileExtOptions::ENUMERATIONS;
        match self {
            Budget::Full => usual,
            Budget::Slow => usual | PollProfileExtOptions::NUMERIC_PRIORITY_LIST,
        }
    }

    /// The waves to ask for, out of those that the monitor named.
    pub(super) fn waves(self, named: &[u32]) -> Vec<u32> {
        let is_named = |label: &u32| named.contains(label);
        if self == Budget::Slow {
            return SLOW.into_iter().filter(is_named).take(1).collect();
        }
        let mut chosen: Vec<u32> = LEADS.into_iter().filter(is_named).take(LEADS_MAX).collect();
        if chosen.is_empty() && is_named(&COMPOUND) {
            chosen.push(COMPOUND);
        }
        let is_ecg = |label: &u32| LEADS.contains(label) || *label == COMPOUND;
        let rest = named.iter().copied().filter(|label| !is_ecg(label) && !WANTED.contains(label));
        let mut others: Vec<u32> = Vec::new();
        for label in WANTED.into_iter().filter(is_named).chain(rest) {
            if others.len() < OTHERS_MAX && !others.contains(&label) {
                others.push(label);
            }
        }
        chosen.extend(others);
        chosen
    }

    /// The numbers to ask for; `None` when all of them fit.
    pub(super) fn numbers(self, named: &[u32]) -> Option<Vec<u32>> {
        if self == Budget::Full || named.len() <= NUMBERS_MAX {
            return None;
        }
        let first = NUMBERS.into_iter().filter(|label| named.contains(label));
        let rest = named.iter().copied().filter(|label| !NUMBERS.contains(label));
        Some(first.chain(rest).take(NUMBERS_MAX).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the recorded monitor (G.01.80) named.
    const RECORDED: [u32; 12] = [
        0x0002_0100,
        0x0002_0101,
        0x0002_0102,
        0x0002_013D,
        0x0002_013E,
        0x0002_013F,
        0x0002_0140,
        0x0002_0143,
        0x0002_014B,
        0x0002_4BB4,
        0x0002_4A14,
        0x0002_5000,
    ];

    #[test]
    fn three_leads_and_the_wanted_waves() {
        let chosen = Budget::Full.waves(&RECORDED);
        let expected =
            [0x0002_0102, 0x0002_0143, 0x0002_014B, 0x0002_4BB4, 0x0002_4A14, 0x0002_5000];
        assert_eq!(chosen, expected);
    }

    #[test]
    fn the_compound_where_there_is_no_single_lead() {
        let chosen = Budget::Full.waves(&[0x0002_4BB4, COMPOUND]);
        assert_eq!(chosen, [COMPOUND, 0x0002_4BB4]);
    }

    #[test]
    fn eight_others_at_most_and_none_twice() {
        let named: Vec<u32> = (0..40).map(|label| 0x80AA_F001 + label % 20).collect();
        let chosen = Budget::Full.waves(&named);
        assert_eq!(chosen.len(), 8);
        assert_eq!(chosen[7], 0x80AA_F008);
    }

    #[test]
    fn one_slow_wave_on_a_slow_line() {
        assert_eq!(Budget::Slow.waves(&RECORDED), [0x0002_5000]);
        assert_eq!(Budget::Slow.waves(&[0x0002_5000, 0x0002_50AC]), [0x0002_50AC]);
        assert!(Budget::Slow.waves(&[0x0002_0102, 0x0002_4BB4]).is_empty());
    }

    #[test]
    fn numbers_are_chosen_only_where_they_do_not_fit() {
        let many: Vec<u32> = (0..40).chain([0x0002_4BB8, 0x0002_4182]).collect();
        assert_eq!(Budget::Full.numbers(&many), None);
        assert_eq!(Budget::Slow.numbers(&many[..24]), None);
        let chosen = Budget::Slow.numbers(&many).unwrap();
        assert_eq!((chosen.len(), chosen[0], chosen[1]), (24, 0x0002_4182, 0x0002_4BB8));
    }
}
