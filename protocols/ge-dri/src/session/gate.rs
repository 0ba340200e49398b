//! Which groups count: a group that is not there or not active gives no value, whatever stands in it.

use vigie_model::Validity;

use crate::map::GroupKind;
use crate::wire::phdb::GroupHead;

/// The least level at which "measurement off" has a bit.
const OFF_LEVEL: u8 = 3;

/// The least level at which the saturation of mixed venous blood has bits of its own.
const SVO2_LEVEL: u8 = 8;

/// What a group's status says of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// No module: nothing in the group means anything.
    Absent,
    /// A module that does not measure.
    Off,
    /// It measures; how far its values may be believed.
    On(Validity),
}

/// The gate of a group (DRI, "Status bits"; bits 0 and 1 mean the same everywhere).
pub(super) fn gate(kind: GroupKind, head: GroupHead, level: u8) -> Gate {
    if !head.exists() {
        return Gate::Absent;
    }
    if !head.is_active() || (is_off(kind, head) && level >= OFF_LEVEL) {
        return Gate::Off;
    }
    // Noise and artifact are those of the ECG, whatever pulse the rate beside it is counted from.
    let is_of_ecg = matches!(head.status_bits(3, 4), 0 | 1 | 9);
    let any = |bits: &[u32]| bits.iter().any(|bit| head.has(*bit));
    let (calibrating, questionable): (&[u32], &[u32]) = match kind {
        GroupKind::Plain | GroupKind::Nibp | GroupKind::Output | GroupKind::Balance => (&[], &[]),
        // Headbox off, SSEP cable off.
        GroupKind::Eeg => (&[], &[7, 8]),
        // Learning; incompatible probe, no pleth, arrhythmia, cuff inflated, noise, unknown probe.
        GroupKind::Spi => (&[7], &[2, 3, 4, 5, 6, 8]),
        // Zeroing.
        GroupKind::Pressure => (&[2], &[]),
        // Noise, artifact.
        GroupKind::Rate if !is_of_ecg => (&[], &[]),
        GroupKind::Ecg | GroupKind::Rate => (&[], &[7, 8]),
        // Calibrating, zeroing; occlusion, air leak.
        GroupKind::Co2 => (&[3, 4], &[5, 6]),
        GroupKind::Gas => (&[2], &[]),
        // Calibrating, zeroing; disconnection, obstruction, leak.
        GroupKind::Flow => (&[3, 4], &[2, 5, 6]),
        // Faulty cable, no cable, not calibrated, out of range, check catheter, intensity shift.
        GroupKind::Svo2 if level < SVO2_LEVEL => (&[], &[]),
        GroupKind::Svo2 => (&[], &[3, 4, 5, 7, 8, 9]),
        // Leak, volume dropped, technical failure, cannot fill, PrCO2 over its limit.
        GroupKind::Tono => (&[], &[2, 3, 4, 5, 6]),
        // Starting; cable off, no sensor, sensor off, not an entropy sensor, replace sensor.
        GroupKind::Entropy => (&[11], &[2, 3, 4, 12, 23]),
    };
    Gate::On(if any(calibrating) {
        Validity::Calibrating
    } else if any(questionable) {
        Validity::Questionable
    } else {
        Validity::Valid
    })
}

/// "Measurement off".
fn is_off(kind: GroupKind, head: GroupHead) -> bool {
    match kind {
        GroupKind::Gas => head.has(3),
        GroupKind::Flow => head.has(7),
        GroupKind::Balance => head.has(2),
        GroupKind::Plain
        | GroupKind::Ecg
        | GroupKind::Rate
        | GroupKind::Pressure
        | GroupKind::Nibp
        | GroupKind::Co2
        | GroupKind::Output
        | GroupKind::Svo2
        | GroupKind::Tono
        | GroupKind::Eeg
        | GroupKind::Spi
        | GroupKind::Entropy => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: GroupKind, status: u32, level: u8) -> Gate {
        gate(kind, GroupHead { status, label: 0 }, level)
    }

    #[test]
    fn only_what_exists_and_is_active_counts() {
        for kind in [GroupKind::Plain, GroupKind::Ecg, GroupKind::Nibp, GroupKind::Flow] {
            assert_eq!(of(kind, 0, 10), Gate::Absent);
            assert_eq!(of(kind, 0b10, 10), Gate::Absent, "active without a module is nothing");
            assert_eq!(of(kind, 0b01, 10), Gate::Off);
            assert_eq!(of(kind, 0b11, 10), Gate::On(Validity::Valid));
        }
    }

    #[test]
    fn status_bits_say_how_far_to_believe() {
        assert_eq!(of(GroupKind::Pressure, 0b111, 10), Gate::On(Validity::Calibrating));
        assert_eq!(of(GroupKind::Ecg, 0x83, 10), Gate::On(Validity::Questionable));
        assert_eq!(of(GroupKind::Rate, 0x8B, 10), Gate::On(Validity::Questionable));
        assert_eq!(
            of(GroupKind::Rate, 0xB3, 10),
            Gate::On(Validity::Valid),
            "counted from the pleth"
        );
        assert_eq!(of(GroupKind::Spi, 0x83, 10), Gate::On(Validity::Calibrating));
        assert_eq!(of(GroupKind::Eeg, 0x83, 10), Gate::On(Validity::Questionable));
        assert_eq!(of(GroupKind::Co2, 0x0B, 10), Gate::On(Validity::Calibrating));
        assert_eq!(of(GroupKind::Gas, 0x0B, 10), Gate::Off);
        assert_eq!(of(GroupKind::Gas, 0x0B, 2), Gate::On(Validity::Valid));
        // As recorded: source of the heart rate in bits 3 to 6.
        assert_eq!(of(GroupKind::Ecg, 0x4B, 10), Gate::On(Validity::Valid));
    }
}
