//! Numbers: members that come and go, labels, settings, unknown codes, words.

use std::time::Duration;

use vigie_intellivue::wire::Attribute;
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::association::{
    Association, Package, PollProfile, PollProfileExt, PollProfileExtOptions, PollProfileOptions,
    Profile, StartupMode, SystemType, UserInfo,
};
use vigie_intellivue::wire::float::Float;
use vigie_intellivue::wire::numeric::{
    DisplayResolution, EnumObsValue, EnumValue, MeasurementState, MetricAccess, MetricCategory,
    MetricModality, MetricSpec,
};
use vigie_intellivue::wire::types::{ObjectClass, RelativeTime, TextId};
use vigie_model::{
    Cadence, Category, Decimal, DeviceMode, Event, FaultKind, MdcCode, Measured, Nature, Text,
    Unit, Validity,
};

use crate::desk::*;

const HR: u16 = 0x4182;
const BPM: u16 = 0x0AA0;
const MMHG: u16 = 0x0F20;

#[test]
fn a_pressure_that_falls_to_its_mean_loses_the_other_members() {
    let mut desk = Desk::new();
    let all = [value(0x4A15, 0, MMHG, 120), value(0x4A16, 0, MMHG, 70), value(0x4A17, 0, MMHG, 91)];
    let events =
        desk.send_numerics(vec![object(9, vec![Attribute::NumericCompound(all.to_vec())])]);
    assert_eq!(numerics(&events).len(), 3);
    desk.pass();
    let mean = vec![value(0x4A17, 0, MMHG, 40)];
    let events = desk.send_numerics(vec![object(9, vec![Attribute::NumericCompound(mean)])]);
    let shown: Vec<_> = numerics(&events)
        .into_iter()
        .map(|n| (n.key.vendor.to_string(), n.reading.value(), n.reading.validity()))
        .collect();
    let expected = [
        ("4A17", Some(Decimal::whole(40)), Validity::Valid),
        ("4A15", None, Validity::NotAvailable),
        ("4A16", None, Validity::NotAvailable),
    ];
    assert_eq!(
        shown,
        expected.map(|(vendor, value, validity)| (vendor.to_owned(), value, validity))
    );
    assert!(streams(&events).is_empty());
    // Listed without any value: none of them has one.
    desk.pass();
    let events = desk.send_numerics(vec![object(9, vec![])]);
    assert!(numerics(&events).iter().all(|numeric| numeric.reading.value().is_none()));
    assert_eq!(numerics(&events).len(), 3);
    // Not listed: nothing is said, and the values grow old.
    desk.pass();
    assert_eq!(desk.send_numerics(vec![]), [Event::Alive]);
}

#[test]
fn a_label_that_comes_later_tells_the_stream_again() {
    let mut desk = Desk::new();
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(streams(&events)[0].label, Some(Text::from("HR")));
    let label = text("FC");
    let mut attributes = labels(0x0002_4182, &label);
    let resolution = DisplayResolution { before_point: 3, after_point: 0 };
    attributes.push(Attribute::DisplayResolution(resolution));
    attributes.push(Attribute::Numeric(value(HR, 0, BPM, 81)));
    desk.pass();
    let events = desk.send_numerics(vec![object(9, attributes)]);
    let [stream] = streams(&events)[..] else { panic!("{events:?}") };
    assert_eq!((&stream.label, stream.digits), (&Some(Text::from("FC")), Some(0)));
    // The same key, and told before the value.
    assert!(matches!(&events[..2], [Event::Stream(told), Event::Numeric(n)] if told.key == n.key));
    desk.pass();
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 82)]);
    assert!(streams(&events).is_empty());
    // Another unit is told too.
    desk.pass();
    let events = desk.send_numerics(vec![simple(9, HR, 0, 0x09E0, 82)]);
    assert!(streams(&events).is_empty(), "both are one a minute: {events:?}");
    desk.pass();
    let events = desk.send_numerics(vec![simple(9, HR, 0, 0x09C0, 2)]);
    assert_eq!(streams(&events)[0].unit, Unit::ucum("Hz"));
}

#[test]
fn two_objects_of_one_identifier_are_two_streams() {
    let mut desk = Desk::new();
    let pulses = || vec![simple(9, 0x480A, 0, BPM, 60), simple(4, 0x480A, 0, BPM, 61)];
    for _ in 0..2 {
        let events = desk.send_numerics(pulses());
        let shown: Vec<_> = numerics(&events)
            .into_iter()
            .map(|n| (n.key.instance, n.reading.value().unwrap().mantissa()))
            .collect();
        assert_eq!(shown, [(0, 60), (1, 61)]);
        desk.pass();
    }
}

#[test]
fn a_setting_is_a_stream_of_its_own() {
    let mut desk = Desk::new();
    let label =
        |id| vec![Attribute::Label(TextId(id)), Attribute::Numeric(value(0x51A8, 0, 0x0F40, 5))];
    let events =
        desk.send_numerics(vec![object(1, label(0x0002_51A8)), object(2, label(0x0402_51A8))]);
    let shown: Vec<_> = streams(&events)
        .into_iter()
        .map(|stream| (stream.key.vendor.as_str(), stream.key.code, stream.category))
        .collect();
    let expected = [
        ("51A8", Some(MdcCode(151_976)), Category::Measured),
        ("0402:51A8", Some(MdcCode(16_929_192)), Category::Setting),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn what_nobody_listed_is_shown_and_named() {
    let mut desk = Desk::new();
    let label = text("Xyz");
    let mut attributes = labels(0x0002_7ABC, &label);
    attributes.push(Attribute::Numeric(value(0x7ABC, 0, 0x1053, 0xFF00_0015)));
    attributes.push(Attribute::Unknown { id: 0xF999, bytes: &[1, 2] });
    let events = desk.send_numerics(vec![object(9, attributes), simple(10, 0x7ABD, 0, BPM, 3)]);
    let [named, bare] = streams(&events)[..] else { panic!("{events:?}") };
    assert_eq!((named.label.clone(), named.key.code), (Some(Text::from("Xyz")), None));
    assert_eq!(named.unit, Unit::AsSent(Text::from("1053 (µ·1040?)")));
    assert_eq!(bare.label, Some(Text::from("7ABD")));
    assert_eq!(numerics(&events)[0].reading.value(), Some(Decimal::new(21, -1)));
    let found: Vec<_> = faults(&events).into_iter().map(|fault| fault.what.as_str()).collect();
    let expected = [
        "attribute 0xF999 in class 0x0006",
        "physiological identifier 0x7ABC in class 0x0006",
        "physiological identifier 0x7ABD in class 0x0006",
        "unit 0x1053",
    ];
    assert_eq!(found, expected);
    assert!(faults(&events).iter().all(|fault| fault.kind == FaultKind::Unknown));
}

#[test]
fn what_is_measured_now_and_then_is_episodic() {
    let spec = |access, category| {
        Attribute::MetricSpec(MetricSpec {
            update_period: RelativeTime(8_192),
            category,
            access: MetricAccess(access),
            structure: 0,
            max_components: 0,
            relevance: 0,
        })
    };
    let auto = MetricCategory::AutoMeasurement;
    let periodic = Cadence::Periodic(Duration::from_millis(1_024));
    let episodic = Cadence::Episodic { interval: None };
    for (attribute, cadence, category) in [
        (spec(0x4228, auto), periodic, Category::Measured),
        (spec(0x5228, auto), episodic, Category::Measured),
        (spec(0x2400, auto), episodic, Category::Measured),
        (spec(0x6000, auto), periodic, Category::Measured),
        (spec(0x4228, MetricCategory::AutoCalculation), periodic, Category::Derived),
        (spec(0x4228, MetricCategory::ManualSetting), periodic, Category::Setting),
        (Attribute::MetricModality(MetricModality::APERIODIC), episodic, Category::Measured),
    ] {
        let mut desk = Desk::new();
        let value = Attribute::Numeric(value(HR, 0, BPM, 80));
        let events = desk.send_numerics(vec![object(9, vec![attribute, value])]);
        assert_eq!(
            (streams(&events)[0].cadence, streams(&events)[0].category),
            (cadence, category)
        );
    }
}

#[test]
fn averages_come_as_often_as_was_granted() {
    let mut desk = Desk::new();
    let options = PollProfileExtOptions::NUMERICS_60S | PollProfileExtOptions::WAVES;
    let extension = PollProfileExt { options, attributes: vec![] };
    let profile = PollProfile {
        revision: 0x8000_0000,
        min_poll_period: RelativeTime(24_000),
        max_mtu_rx: 1_456,
        max_mtu_tx: 1_456,
        max_bw_tx: u32::MAX,
        options: PollProfileOptions(0x6000_0000),
        packages: vec![Package::PollProfileExt(extension)],
    };
    let user = UserInfo {
        protocol_version: 0x8000_0000,
        nomenclature_version: 0x4000_0000,
        functional_units: 0,
        system_type: SystemType::SERVER,
        startup_mode: StartupMode::HOT,
        options: vec![],
        profiles: vec![Profile::Poll(profile)],
    };
    assert_eq!(desk.send(&Message::AssociationResponse(Association::response(user))), []);
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(streams(&events)[0].cadence, Cadence::Periodic(Duration::from_secs(30)));
}

#[test]
fn a_demonstration_is_told_by_the_values_alone() {
    let mut desk = Desk::new();
    let events = desk.send_numerics(vec![simple(9, HR, 0x0400, BPM, 60)]);
    assert_eq!(numerics(&events)[0].nature, Nature::Demo);
    assert!(events.contains(&Event::Mode(DeviceMode::Demo)));
    desk.pass();
    let events = desk.send_numerics(vec![simple(9, HR, 0x0800, BPM, 60)]);
    assert_eq!(numerics(&events)[0].nature, Nature::Test);
    assert!(events.contains(&Event::Mode(DeviceMode::Test)));
    desk.pass();
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 60)]);
    assert!(events.contains(&Event::Mode(DeviceMode::Normal)));
}

#[test]
fn a_stamp_tells_when_and_an_old_one_the_age() {
    let mut desk = Desk::new();
    let now = desk.ticks;
    let object_at = |handle, stamp| {
        let value = Attribute::Numeric(value(0x0301, 0, 0x0512, 1));
        object(handle, vec![Attribute::RelativeTimeStamp(RelativeTime(stamp)), value])
    };
    let longest = 17 * 8_000;
    let stamps = [now - 80_000, now - longest, now - longest - 8_000, now + 8];
    let objects = (1..).zip(stamps).map(|(handle, stamp)| object_at(handle, stamp));
    let events = desk.send_numerics(objects.collect());
    let shown: Vec<_> = numerics(&events)
        .iter()
        .map(|numeric| (numeric.measured, numeric.tick.unwrap().1.0 as u32))
        .collect();
    let expected = [
        (Measured::Now, now - 80_000),
        (Measured::Now, now - longest),
        (Measured::Ago(Duration::from_secs(18)), now - longest - 8_000),
        (Measured::Unknown, now),
    ];
    assert_eq!(shown, expected);
    // A stamp from nowhere does not move the clock.
    desk.pass();
    let nowhere = vec![object_at(5, now + 1_000_000_000)];
    assert_eq!(numerics(&desk.send_numerics(nowhere))[0].measured, Measured::Unknown);
    desk.pass();
    assert!(streams(&desk.send_numerics(vec![object_at(1, now)])).is_empty(), "no restart");
}

#[test]
fn never_measured_has_no_tick() {
    let mut desk = Desk::new();
    let now = desk.ticks;
    desk.ticks = 0;
    let events = desk.send_numerics(vec![simple(9, HR, 0x2000, BPM, 0x007F_FFFF)]);
    assert_eq!(numerics(&events)[0].tick, None);
    // What it holds nevertheless has no age, and what it held before says nothing anew.
    desk.pass();
    desk.ticks = 0;
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(numerics(&events)[0].measured, Measured::Unknown);
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(faults(&events)[0].what.as_str(), "result of class 0x0006 came again");
    assert_eq!(events.len(), 1);
    desk.ticks = now;
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(numerics(&events)[0].tick.unwrap().1.0 as u32, now);
}

#[test]
fn words() {
    let mut desk = Desk::new();
    let label = text("Rythme");
    let state = |state, value| {
        let state = MeasurementState(state);
        Attribute::Enumeration(EnumObsValue { physio_id: 0xD007, state, value })
    };
    let mut attributes = labels(0x0002_D007, &label);
    attributes.push(state(0, EnumValue::Code(0x4012)));
    let events = desk.send_result(ObjectClass::Enumeration, vec![object(9, attributes)]);
    assert_eq!(streams(&events)[0].label, Some(Text::from("Rythme")));
    let said = |events: &[Event]| {
        let said = events.iter().find_map(|event| match event {
            Event::Text(text) => Some((text.key.vendor.to_string(), text.value.clone())),
            _ => None,
        });
        said.unwrap()
    };
    assert_eq!(said(&events), ("D007".to_owned(), Some(Text::from("ECG_SINUS_RHY"))));
    for (attribute, value, fault) in [
        (state(0x2000, EnumValue::Code(0x4012)), None, None),
        (state(0, EnumValue::Code(0x4321)), Some("4321"), Some("enumeration code 0x4321")),
        (
            state(0, EnumValue::CodeNumber { code: 0x4280, value: Float(3), unit: BPM }),
            Some("ECG_V_P_C_PAIR 3 /min"),
            None,
        ),
        (
            state(0, EnumValue::Unknown { choice: 7, bytes: &[1, 2] }),
            None,
            Some("enumeration value of choice 7"),
        ),
    ] {
        desk.pass();
        let events = desk.send_result(ObjectClass::Enumeration, vec![object(9, vec![attribute])]);
        assert_eq!(said(&events).1, value.map(Text::from));
        assert_eq!(faults(&events).first().map(|fault| fault.what.as_str()), fault);
    }
}
