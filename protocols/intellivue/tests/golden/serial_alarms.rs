//! The three recorded serial lines: alarms. Texts, priorities and states as the monitor sent them.

use vigie_model::{
    AlarmKind, AlarmPhase, AlarmScope, AlarmTruth, Event, Inactivation, MdcCode, Priority,
};

use crate::heard::*;
use crate::recorded::SERIAL;

fn hear(line: usize) -> Vec<Event> {
    hear_serial(&wire_frames(SERIAL[line].0).concat())
}

/// One alarm: whom it is about, priority, whether silenced, text, vendor code, subject.
type Shown = (AlarmKind, Priority, bool, &'static str, &'static str, Option<&'static str>);

use AlarmKind::{Physiological, Technical};
use Priority::{High, Low, Medium};

const fn malf(silenced: bool) -> Shown {
    (Technical, Medium, silenced, "Rem.AlarmDev.Malf.", "F222:0047", None)
}
const fn st(silenced: bool) -> Shown {
    (Technical, Low, silenced, "CANNOT ANALYZE ST", "0300:0180", Some("0301"))
}
const fn vtach(silenced: bool) -> Shown {
    (Physiological, High, silenced, "*** VTACH", "4261:0C98", Some("4261"))
}
const fn spo2_low(silenced: bool) -> Shown {
    (Physiological, Medium, silenced, "** SpO₂   LOW", "4BB8:003E", Some("4BB8"))
}
const NON_PULSATILE: Shown =
    (Technical, Medium, false, "SpO₂   NON-PULSAT.", "4BB8:01BA", Some("4BB8"));
const SENSOR_OFF: Shown =
    (Technical, Medium, false, "SpO₂   SENSOR OFF", "4BB8:0134", Some("4BB8"));
const SEARCHING: Shown = (Technical, Low, false, "SpO₂   SEARCHING", "4BB8:1850", Some("4BB8"));

/// Checks all sets of a line: runs of equal ones, in the device's order.
fn check(line: usize, runs: &[(usize, &[Shown])]) {
    let events = hear(line);
    let sets = alarm_sets(&events);
    assert_eq!(sets.len(), runs.iter().map(|(count, _)| count).sum::<usize>());
    let expected = runs.iter().flat_map(|(count, alarms)| vec![*alarms; *count]);
    for (at, (set, expected)) in sets.into_iter().zip(expected).enumerate() {
        assert_eq!((set.scope, set.truth), (AlarmScope::All, AlarmTruth::Complete));
        let shown: Vec<_> = set
            .active
            .iter()
            .map(|alarm| {
                assert_eq!(alarm.phase, AlarmPhase::Active);
                assert_eq!((alarm.value, alarm.limit), (None, None));
                assert_eq!(alarm.id, alarm.vendor);
                let silenced = match alarm.inactivation {
                    None => false,
                    Some(Inactivation::Acknowledged) => true,
                    Some(other) => panic!("{other:?}"),
                };
                let subject = alarm.subject.as_ref().map(|key| key.vendor.as_str());
                let (text, vendor) = (alarm.text.as_str(), alarm.vendor.as_str());
                (alarm.kind, alarm.priority, silenced, text, vendor, subject)
            })
            .collect();
        assert_eq!(shown, expected, "set {at}");
    }
}

#[test]
fn sinus_rhythm_with_one_technical_alarm() {
    check(0, &[(238, &[malf(false)])]); // from 656
}

#[test]
fn low_saturation_sounds_and_is_then_silenced() {
    let sounding = [spo2_low(false), malf(false)]; // from 656
    let silenced = [spo2_low(true), malf(true)]; // from 5348
    check(1, &[(3, &sounding), (233, &silenced)]);
}

#[test]
fn tachycardia_throughout_while_the_sensor_comes_off() {
    let (vtach, malf, st) = (vtach(true), malf(true), st(true));
    let sounding = [self::vtach(false), malf, self::st(false)]; // from 656
    let silenced = [vtach, malf, st]; // 5552, 329164
    let non_pulsatile = [vtach, NON_PULSATILE, malf, st]; // 88784
    let sensor_off = [vtach, SENSOR_OFF, malf, st]; // 255384, 317264
    let searching = [vtach, malf, st, SEARCHING]; // 300604, 319644
    check(
        2,
        &[
            (3, &sounding),
            (36, &silenced),
            (70, &non_pulsatile),
            (19, &sensor_off),
            (7, &searching),
            (1, &sensor_off),
            (4, &searching),
            (94, &silenced),
        ],
    );
}

#[test]
fn alarm_codes_are_11073_events_where_they_are_not_private() {
    let events = hear(2);
    let sets = alarm_sets(&events);
    let codes = |set: usize| -> Vec<Option<MdcCode>> {
        sets[set].active.iter().map(|alarm| alarm.code).collect()
    };
    // ECG_V_TACHY, MALF (70: the lowest bit says that the source is an object class), SIG_UNANALYZEABLE.
    assert_eq!(codes(0), [199_832, 196_678, 196_992].map(|code| Some(MdcCode(code))));
    // WAVE_OSCIL_ABSENT comes second.
    assert_eq!(codes(50)[1], Some(MdcCode(197_050)));
}
