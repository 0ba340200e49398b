//! Alarm lists out of what is wrong with the patient.

use vigie_sim_patient::script::{DeviceAct, PatientAct};

use crate::desk::*;

/// Source, code, kind, state of one list.
fn entries(poll: &PollBytes, id: u16) -> Vec<[u16; 4]> {
    let list = poll.objects[0].2.iter().find(|attribute| attribute.0 == id).unwrap();
    let word = |entry: &[u8], at: usize| u16::from_be_bytes([entry[at], entry[at + 1]]);
    let entries = list.1[4..].chunks(68);
    entries.map(|entry| [0, 2, 4, 6].map(|at| word(entry, at))).collect()
}

fn condition(poll: &PollBytes) -> Vec<u16> {
    let value = &poll.objects[0].2.iter().find(|attribute| attribute.0 == 0x0916).unwrap().1;
    value.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// The newest alarm result.
fn newest(desk: &mut Desk) -> PollBytes {
    poll(desk.take_results(1).last().unwrap())
}

fn desk() -> Desk {
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x36, 0x0801, LONG));
    desk.say(&extended(2, 0x06, 0x0803, LONG));
    desk
}

#[test]
fn a_red_alarm_is_entered_as_recorded_latches_and_goes_with_silence() {
    let mut desk = desk();
    desk.wait_alive(3_000);
    let calm = newest(&mut desk);
    assert_eq!((entries(&calm, 0x0902), condition(&calm)[0]), (vec![], 0x0100));
    desk.patient(&PatientAct::VentricularTachycardia);
    desk.wait_alive(25_000);
    let results: Vec<PollBytes> = desk.take_results(1).iter().map(|bytes| poll(bytes)).collect();
    let of = |poll: &PollBytes| entries(poll, 0x0902).into_iter().find(|entry| entry[1] == 0x0C98);
    let states: Vec<u16> = results.iter().filter_map(of).map(|entry| entry[3]).collect();
    assert_eq!((states[0], states[1]), (0x0008, 0), "new once");
    let last = results.last().unwrap();
    let list = &last.objects[0].2.iter().find(|attribute| attribute.0 == 0x0902).unwrap().1;
    let at = list.windows(4).position(|w| w == [0x42, 0x61, 0x0C, 0x98]).unwrap();
    // As recorded: PVC is the source; text id, priority, flags; stars.
    assert_eq!(list[at..at + 10], [0x42, 0x61, 0x0C, 0x98, 4, 0, 0, 0, 0, 6]);
    assert_eq!(
        list[at + 14..at + 30],
        [2, 4, 0, 50, 0, 0, 0, 3, 0x0C, 0x98, 0, 2, 0x78, 0, 0, 0x26]
    );
    assert_eq!(list[at + 30..at + 40], [0xE4, 0x0D, 0xE4, 0x0D, 0xE4, 0x0D, 0, 0x20, 0, 0x56]);
    assert_eq!((condition(last)[2], condition(last)[4]), (0x0400, 0x0400));

    // Gone, and still there.
    desk.patient(&PatientAct::Sinus);
    desk.wait_alive(25_000);
    let latched = newest(&mut desk);
    assert_eq!(of(&latched).map(|entry| entry[3]), Some(0x2000));
    desk.device(&DeviceAct::Silence);
    desk.wait_alive(2_048);
    assert_eq!(of(&newest(&mut desk)), None);
}

#[test]
fn silence_is_told_and_a_value_in_alarm_says_so() {
    let mut desk = desk();
    desk.patient(&PatientAct::Desaturation);
    desk.wait_alive(240_000);
    let loud = newest(&mut desk);
    let about_spo2 = |poll: &PollBytes| {
        entries(poll, 0x0902).into_iter().find(|entry| entry[0] == 0x4BB8).expect("SpO2 alarm")
    };
    assert_eq!(about_spo2(&loud)[3] & 0x1000, 0);
    desk.device(&DeviceAct::Silence);
    desk.wait_alive(2_048);
    let heard = desk.take();
    let alarm = heard.iter().rfind(|h| h.bytes[9] == 1).map(|h| poll(&h.bytes)).unwrap();
    let numbers = heard.iter().rfind(|h| h.bytes[9] == 2).map(|h| poll(&h.bytes)).unwrap();
    assert_eq!(about_spo2(&alarm)[3], 0x1000);
    assert_eq!(condition(&alarm)[4], 0, "nothing sounds");
    assert_ne!(condition(&alarm)[2], 0, "it is still listed");
    let (state, value) = number(&numbers, 0x4BB8).unwrap();
    assert_eq!(state, 0x0402, "made up, in alarm");
    assert!(value < 90.0, "{value}");
}

#[test]
fn a_sensor_that_is_off_is_a_technical_alarm_and_a_value_without_number() {
    let mut desk = desk();
    desk.wait_alive(5_000);
    desk.patient(&PatientAct::SpO2Sensor { on: false });
    desk.patient(&PatientAct::Leads { on: false });
    desk.wait_alive(10_000);
    let heard = desk.take();
    let alarm = heard.iter().rfind(|h| h.bytes[9] == 1).map(|h| poll(&h.bytes)).unwrap();
    let numbers = heard.iter().rfind(|h| h.bytes[9] == 2).map(|h| poll(&h.bytes)).unwrap();
    let technical = entries(&alarm, 0x0904);
    let codes: Vec<(u16, u16)> = technical.iter().map(|entry| (entry[1], entry[2])).collect();
    assert!(codes.contains(&(308, 2)) && codes.contains(&(274, 2)), "{codes:?}");
    assert_eq!(condition(&alarm)[3], 0x0002);
    for physio_id in [0x4BB8, 0x4182] {
        let (state, value) = number(&numbers, physio_id).unwrap();
        assert!(value.is_nan() && state == 0x2400, "{physio_id:04X} {state:04X}");
    }
    desk.patient(&PatientAct::SpO2Sensor { on: true });
    desk.wait_alive(30_000);
    let codes: Vec<u16> = entries(&newest(&mut desk), 0x0904).iter().map(|e| e[1]).collect();
    assert!(!codes.contains(&308), "{codes:?}");
}
