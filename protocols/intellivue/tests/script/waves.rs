//! Waves: what describes them, in which order it may come, and special samples.

use vigie_intellivue::wire::Attribute;
use vigie_intellivue::wire::float::Float;
use vigie_intellivue::wire::numeric::MeasurementState;
use vigie_intellivue::wire::text::Counted;
use vigie_intellivue::wire::types::{ObjectClass, TextId};
use vigie_intellivue::wire::wave::{
    FixedValue, FixedValueId, SaObsValue, SampleArraySpec, SampleFlags, ScaleAndRange,
};
use vigie_model::{Before, Event, MarkKind, Scale, Text, Unit};

use crate::desk::*;

/// The one handle of all ECG waves.
const ECG: u16 = 0x02AE;

fn samples(raw: &[u16]) -> Vec<u8> {
    raw.iter().flat_map(|sample| sample.to_be_bytes()).collect()
}

fn block(physio_id: u16, bytes: &[u8]) -> SaObsValue<'_> {
    SaObsValue { physio_id, state: MeasurementState(0), samples: Counted { bytes } }
}

fn spec(array_size: u16, significant_bits: u8) -> Attribute<'static> {
    let flags = SampleFlags::EXTENDED_RANGE;
    Attribute::SampleArraySpec(SampleArraySpec {
        array_size,
        sample_bits: 16,
        significant_bits,
        flags,
    })
}

fn scale(upper: u32) -> Attribute<'static> {
    let (lower, upper) = (Float(0), Float(upper));
    Attribute::ScaleAndRange(ScaleAndRange { lower, upper, lower_scaled: 0, upper_scaled: 1_000 })
}

#[test]
fn leads_of_one_handle_find_their_own_scale() {
    let mut desk = Desk::new();
    let (single, compound) = (samples(&[100; 128]), samples(&[100; 64]));
    // Static and dynamic attributes come from different polls; the label is in the second only.
    let send = |desk: &mut Desk, attributes| {
        desk.pass();
        desk.send_result(ObjectClass::SampleArray, vec![object(ECG, attributes)])
    };
    send(&mut desk, vec![spec(64, 14), Attribute::Label(TextId(0x0002_0100)), scale(10)]);
    send(&mut desk, vec![spec(128, 14), Attribute::Label(TextId(0x0002_0101)), scale(20)]);
    let leads = vec![block(0x0102, &compound), block(0x0143, &compound)];
    let attributes = vec![Attribute::WaveCompound(leads), Attribute::Wave(block(0x0101, &single))];
    let events = send(&mut desk, attributes);
    let amounts: Vec<_> = chunks(&events)
        .into_iter()
        .map(|chunk| (chunk.key.vendor.to_string(), chunk.step, chunk.scale.amount(1_000)))
        .collect();
    let expected = [("0102", 32, 10.0), ("0143", 32, 10.0), ("0101", 16, 20.0)];
    let expected = expected.map(|(vendor, step, amount)| (vendor.to_owned(), step, Some(amount)));
    assert_eq!(amounts, expected);
}

#[test]
fn what_describes_a_wave_goes_before_its_samples() {
    let mut desk = Desk::new();
    let bytes = samples(&[500; 32]);
    let label = text("PA");
    let mut attributes = vec![Attribute::Wave(block(0x4A14, &bytes)), scale(100), spec(32, 13)];
    attributes.push(Attribute::UnitCode(0x0F20));
    attributes.extend(labels(0x0002_4A14, &label));
    let events = desk.send_result(ObjectClass::SampleArray, vec![object(9, attributes)]);
    let [stream] = streams(&events)[..] else { panic!("{events:?}") };
    assert_eq!(stream.label, Some(Text::from("PA")));
    assert_eq!(stream.unit, Unit::ucum("mm[Hg]"));
    assert_eq!(chunks(&events)[0].scale.amount(500), Some(50.0));
}

#[test]
fn a_scale_of_no_numbers_is_relative() {
    let mut desk = Desk::new();
    let bytes = samples(&[500; 32]);
    let range = |upper_scaled| {
        let (lower, upper) = (Float::NAN, Float::NAN);
        Attribute::ScaleAndRange(ScaleAndRange { lower, upper, lower_scaled: 7, upper_scaled })
    };
    for (upper_scaled, scale) in
        [(4_095, Scale::Relative { low: 7, high: 4_095 }), (7, Scale::Unknown)]
    {
        let wave = Attribute::Wave(block(0x4BB4, &bytes));
        let objects = vec![object(9, vec![range(upper_scaled), wave])];
        let events = desk.send_result(ObjectClass::SampleArray, objects);
        assert_eq!(chunks(&events)[0].scale, scale);
        desk.ticks += 2_048;
    }
}

#[test]
fn the_monitors_own_list_of_special_samples_counts() {
    let mut desk = Desk::new();
    let mut raw = [0x0100_u16; 128];
    (raw[1], raw[2], raw[3]) = (0x8100, 0x4102, 0x9100);
    let bytes = samples(&raw);
    let fixed = [
        FixedValue { id: FixedValueId::Invalid, mask: 0x8000 },
        FixedValue { id: FixedValueId::Qrs, mask: 0x4002 },
        FixedValue { id: FixedValueId::Unknown(9), mask: 0x0100 },
        FixedValue { id: FixedValueId::Pacer, mask: 0x0000 },
    ];
    let attributes = vec![
        spec(128, 12),
        Attribute::FixedValues(fixed.to_vec()),
        Attribute::Wave(block(0x0101, &bytes)),
    ];
    let events = desk.send_result(ObjectClass::SampleArray, vec![object(ECG, attributes)]);
    let chunk = chunks(&events)[0];
    let marks: Vec<(u32, MarkKind)> = chunk.marks.iter().map(|mark| (mark.at, mark.kind)).collect();
    assert_eq!(marks, [(1, MarkKind::Invalid), (2, MarkKind::Qrs), (3, MarkKind::Invalid)]);
    assert_eq!(chunk.samples[..5], [0x0100, 0x0100, 0x0102, 0x0100, 0x0100]);
}

#[test]
fn a_wave_that_nobody_listed_is_shown_and_named() {
    let mut desk = Desk::new();
    let (bytes, odd) = (samples(&[5; 16]), samples(&[5; 100]));
    let objects = |bytes| vec![object(9, vec![Attribute::Wave(block(0x7AAA, bytes))])];
    let events = desk.send_result(ObjectClass::SampleArray, objects(&bytes));
    assert_eq!(streams(&events)[0].label, Some(Text::from("7AAA")));
    assert_eq!(chunks(&events)[0].rate_hz(), 62.5);
    assert_eq!(faults(&events)[0].what.as_str(), "physiological identifier 0x7AAA in class 0x0009");
    desk.ticks += 2_048;
    let events = desk.send_result(ObjectClass::SampleArray, objects(&odd));
    assert!(chunks(&events).is_empty());
    assert_eq!(faults(&events)[0].what.as_str(), "block of wave 0x7AAA with 100 samples");
}

#[test]
fn lost_results_leave_a_gap_and_are_counted() {
    let mut desk = Desk::new();
    let bytes = samples(&[5; 32]);
    let objects = || vec![object(9, vec![Attribute::Wave(block(0x4BB4, &bytes))])];
    desk.send_result(ObjectClass::SampleArray, objects());
    // Four blocks a cycle, one sequence number here: three cycles are lost.
    for _ in 0..4 {
        desk.pass();
    }
    let events = desk.send_result(ObjectClass::SampleArray, objects());
    assert_eq!(chunks(&events)[0].before, Before::Gap);
    let [Event::Wave(_), Event::Fault(fault)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((fault.what.as_str(), fault.count), ("results of class 0x0009 missing", 3));
}
