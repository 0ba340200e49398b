//! Which waves to ask for: what is there, the most important first, within what the line carries.

use crate::map::{self, ECG12};

use super::numerics::Present;

/// Samples a second that a monitor sends at 19,200 baud; it drops what is beyond without a word (CI,
/// "Waveform request").
const SAMPLES_MAX: u32 = 600;
/// Waves in a request that every monitor understands.
const FEW: usize = 8;
/// Waves that a monitor at 115,200 baud sends; with a 12-lead ECG 17 (CI, "Waveform request").
const MANY: usize = 24;
const MANY_WITH_ECG12: usize = 17;
/// 8 data bits with start, parity and stop bit.
const BITS_PER_BYTE: u32 = 11;
/// Of what the line carries, so much is planned for; the rest is for escapes and jitter.
const PLANNED_PERCENT: u32 = 95;
/// A record of all four classes, its checksum and flags (recorded: 1,152 bytes).
const PHDB_BYTES: u32 = 1_155;
/// A second's wave record without samples: header, eight heads, checksum and flags.
const WAVE_HEAD_BYTES: u32 = 40 + 8 * 6 + 3;
/// Alarms every 30 s, auxiliary information now and then, a second.
const OTHER_BYTES: u32 = 25;
/// Samples a second of the 12-lead ECG as they are packed: 28 words in 10 ms.
const ECG12_LOAD: u32 = 2_800;

/// What a line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Samples a second.
    pub(super) samples: u32,
    /// Waves.
    pub(super) waves: usize,
    is_fast: bool,
}

impl Budget {
    /// Of a line at so many baud that carries values every so many seconds.
    pub(super) fn of(baud: u32, interval_s: u8) -> Budget {
        let is_fast = baud > 19_200;
        let bytes = baud / BITS_PER_BYTE * PLANNED_PERCENT / 100;
        let numbers = PHDB_BYTES.div_ceil(u32::from(interval_s.max(1)));
        let free = bytes.saturating_sub(numbers + WAVE_HEAD_BYTES + OTHER_BYTES) / 2;
        let samples = if is_fast { free } else { free.min(SAMPLES_MAX) };
        Budget { samples, waves: if is_fast { MANY } else { FEW }, is_fast }
    }
}

/// The order of importance: one wave of each kind first.
const ORDER: [u8; 27] = [
    1, 8, 4, 9, 15, 5, 13, 6, 2, 14, 7, 38, 16, 17, 3, 10, 12, 32, 35, 18, 19, 20, 21, 36, 37, 23,
    24,
];

fn is_present(kind: u8, present: &Present) -> bool {
    let pressure = |channel: usize| present.pressures.get(channel).copied().unwrap_or(false);
    match kind {
        1..=3 => present.ecg.get(usize::from(kind) - 1).copied().unwrap_or(false),
        4..=7 => pressure(usize::from(kind) - 4),
        8 => present.pleth,
        9 => present.co2,
        10 => present.o2,
        12 => present.agent,
        13 | 14 => present.flow,
        15 => present.impedance,
        16 | 17 => pressure(usize::from(kind) - 12),
        18..=21 => present.eeg,
        32 => present.entropy,
        35 => present.bis,
        36 | 37 => pressure(usize::from(kind) - 30),
        38 => present.pleth_2,
        _ => false,
    }
}

fn load(kind: u8) -> u32 {
    if kind == ECG12 { ECG12_LOAD } else { map::wave(kind).map_or(0, |wave| u32::from(wave.rate)) }
}

/// The waves to ask for: those named, or those that are there, as many as fit. A monitor of a lower
/// level than a wave needs is not asked for it.
pub(super) fn choose(
    wanted: Option<&[u8]>,
    present: &Present,
    level: u8,
    budget: Budget,
) -> Vec<u8> {
    let there: Vec<u8> = match wanted {
        Some(wanted) => wanted.to_vec(),
        None => ORDER.into_iter().filter(|kind| is_present(*kind, present)).collect(),
    };
    let most =
        if there.contains(&ECG12) { MANY_WITH_ECG12.min(budget.waves) } else { budget.waves };
    let (mut chosen, mut left) = (Vec::new(), budget.samples);
    for kind in there {
        let load = load(kind);
        let needs = map::wave(kind).map_or(5, |wave| wave.level);
        let is_possible = needs <= level && (kind != ECG12 || budget.is_fast);
        if load > 0 && load <= left && is_possible && chosen.len() < most && !chosen.contains(&kind)
        {
            chosen.push(kind);
            left -= load;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Present {
        Present {
            ecg: [true; 3],
            pressures: [true; 8],
            pleth: true,
            pleth_2: true,
            co2: true,
            o2: true,
            agent: true,
            impedance: true,
            flow: true,
            entropy: true,
            bis: true,
            eeg: true,
        }
    }

    fn samples(kinds: &[u8]) -> u32 {
        kinds.iter().map(|kind| load(*kind)).sum()
    }

    #[test]
    fn a_slow_line_is_never_asked_for_more_than_it_carries() {
        for interval_s in 1..=60 {
            let budget = Budget::of(19_200, interval_s);
            assert!(budget.samples <= SAMPLES_MAX);
            let chosen = choose(None, &all(), 11, budget);
            assert!(chosen.len() <= FEW && samples(&chosen) <= budget.samples);
            let bytes = 2 * samples(&chosen)
                + WAVE_HEAD_BYTES
                + OTHER_BYTES
                + PHDB_BYTES / u32::from(interval_s);
            assert!(bytes <= 19_200 / 11, "{bytes} bytes a second at {interval_s} s");
        }
        let usual = Budget::of(19_200, 5);
        assert_eq!(usual.samples, SAMPLES_MAX);
        assert_eq!(choose(None, &all(), 11, usual), [1, 8, 4, 9, 15, 13, 14]);
    }

    #[test]
    fn a_fast_line_carries_all_that_a_request_names() {
        let budget = Budget::of(115_200, 5);
        let chosen = choose(None, &all(), 11, budget);
        assert_eq!(chosen.len(), MANY);
        assert!(samples(&chosen) <= budget.samples);
        assert_eq!(choose(Some(&[ECG12, 8]), &all(), 11, budget), [ECG12, 8]);
        assert_eq!(choose(Some(&[ECG12, 8]), &all(), 11, Budget::of(19_200, 5)), [8]);
    }

    #[test]
    fn what_is_not_there_is_not_asked_for() {
        let budget = Budget::of(19_200, 5);
        assert_eq!(choose(None, &Present::default(), 11, budget), []);
        let pleth = Present { pleth: true, entropy: true, ..Present::default() };
        assert_eq!(choose(None, &pleth, 11, budget), [8, 32]);
        assert_eq!(choose(None, &pleth, 7, budget), [8], "entropy came with level 8");
        assert_eq!(choose(Some(&[]), &all(), 11, budget), []);
    }
}
