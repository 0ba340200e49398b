//! Chunks come back as they went in, and any bytes at all cost an error at most.

use std::{sync::Arc, time::Duration};

use vigie_model::{
    Before, Decimal, DeviceTime, Mark, MarkKind, Measured, MetricKey, MonoTime, Nature, Numeric,
    Placement, Reading, Scale, Text, Tick, Timebase, Unit, Validity, WaveChunk,
};
use vigie_session::rng::Rng;

use super::*;

const BASE: Timebase = Timebase { id: 3, tick_ns: 125_000 };

fn key() -> MetricKey {
    MetricKey { code: None, vendor: Text::from("4BB8"), instance: 0 }
}

/// Small numbers more often than large ones, so that every form of column comes up.
fn number(rng: &mut Rng) -> i64 {
    let bits = rng.below(64);
    (rng.next_u64() as i64) >> bits
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.index(from.len())]
}

#[test]
fn columns_come_back_whatever_their_form() {
    let mut forms = [0; 5];
    for seed in 0..4_000 {
        let mut rng = Rng::new(seed);
        let count = rng.index(80);
        let (start, step) = (number(&mut rng), number(&mut rng));
        let kind = rng.below(6);
        let values: Vec<i64> = (0..count as i64)
            .map(|at| match kind {
                0 => start,
                1 => start.wrapping_add(at.wrapping_mul(step)),
                2 => start.wrapping_add(rng.below(16) as i64),
                3 => start.wrapping_add(at.wrapping_mul(step)).wrapping_add(rng.below(4) as i64),
                4 => start.wrapping_add(at / 16 * 1_000_003),
                _ => number(&mut rng),
            })
            .collect();
        let mut out = Vec::new();
        column::write(&mut out, &values);
        if let Some(&form) = out.first() {
            forms[usize::from(form)] += 1;
        }
        let mut cursor = bytes::Cursor(&out);
        assert_eq!(column::read(&mut cursor, count), Ok(values), "seed {seed}");
        assert_eq!(cursor.end(), Ok(()), "seed {seed}");
    }
    assert!(forms.iter().all(|&times| times > 50), "every form came up: {forms:?}");
}

#[test]
fn integers_at_the_edge_come_back() {
    for value in [0, 1, -1, 63, 64, -64, -65, i64::MAX, i64::MIN] {
        let mut out = Vec::new();
        bytes::put_signed(&mut out, value);
        assert_eq!(out.len(), bytes::len_signed(value));
        assert_eq!(bytes::Cursor(&out).get_signed(), Ok(value));
    }
    let too_long = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];
    assert!(bytes::Cursor(&too_long).get().is_err());
    assert!(bytes::Cursor(&[0x80; 11]).get().is_err());
}

/// What [`decode_wave`] owes for what was pushed.
struct Wave {
    chunk: WaveChunk,
    placed: Placement,
    arrival: MonoTime,
    form: u32,
}

fn waves(rng: &mut Rng) -> Vec<Wave> {
    let mut tick = rng.next_u64() >> rng.below(60);
    let mut start = 3_600_000_000_000 + rng.below(1 << 40);
    let mut epoch = 0;
    let level = number(rng) as i32 >> 16;
    let noise = 1 << rng.below(12);
    (0..rng.index(14))
        .map(|_| {
            let count = 1 + rng.index(300);
            let is_joined = rng.chance(0.8);
            if rng.chance(0.1) {
                epoch += 1;
                start += rng.below(1_000_000_000);
            }
            if !is_joined {
                tick = tick.wrapping_add(rng.below(10_000));
            }
            // Now and then a part comes again, or from before: it is kept as it came.
            let first = if rng.chance(0.05) { tick.wrapping_sub(rng.below(5_000)) } else { tick };
            tick = first.wrapping_add(16 * count as u64);
            start += 2_000_000 * count as u64 + rng.below(3_000);
            let samples: Arc<[i32]> =
                (0..count).map(|_| level + rng.below(noise) as i32 - noise as i32 / 2).collect();
            let mut marks: Vec<Mark> = (0..rng.index(4))
                .map(|_| Mark {
                    at: rng.index(count) as u32,
                    kind: pick(
                        rng,
                        &[
                            MarkKind::Invalid,
                            MarkKind::Clipped,
                            MarkKind::Pacer,
                            MarkKind::Defibrillator,
                            MarkKind::Qrs,
                            MarkKind::Inspiration,
                        ],
                    ),
                })
                .collect();
            marks.sort_by_key(|mark| mark.at);
            Wave {
                chunk: WaveChunk {
                    key: key(),
                    unit: Unit::ucum("mV"),
                    base: BASE,
                    first: Tick(first),
                    step: 16,
                    before: if is_joined { Before::Joined } else { Before::Gap },
                    scale: Scale::Unknown,
                    samples,
                    marks,
                },
                placed: Placement {
                    start: MonoTime::from_nanos(start),
                    ns_per_tick: 125_000.0 * (1.0 + rng.unit() * 1e-4),
                    epoch,
                },
                arrival: MonoTime::from_nanos(start + rng.below(2_000_000_000)),
                form: rng.below(2) as u32 * 7,
            }
        })
        .collect()
}

fn built(waves: &[Wave]) -> WaveBuilder {
    let mut builder = WaveBuilder::default();
    for wave in waves {
        assert!(builder.push(&wave.chunk, &wave.placed, wave.arrival, wave.form));
    }
    builder
}

fn to_us(time: MonoTime) -> MonoTime {
    MonoTime::from_nanos(time.as_nanos() / 1_000 * 1_000)
}

#[test]
fn waves_come_back_with_their_ticks_marks_epochs_and_gaps() {
    for seed in 0..600 {
        let waves = waves(&mut Rng::new(seed));
        let builder = built(&waves);
        for data in [builder.encode(), builder.encode_fast()] {
            let decoded = decode_wave(&data).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(decoded.parts.len(), waves.len(), "seed {seed}");
            for (part, wave) in decoded.parts.iter().zip(&waves) {
                assert_eq!(part.form, wave.form, "seed {seed}");
                assert_eq!(part.epoch, wave.placed.epoch, "seed {seed}");
                assert_eq!(part.before, wave.chunk.before, "seed {seed}");
                assert_eq!(part.first(16), wave.chunk.first, "seed {seed}");
                assert_eq!(part.start, to_us(wave.placed.start), "seed {seed}");
                assert_eq!(part.arrival, to_us(wave.arrival), "seed {seed}");
                assert_eq!(part.ns_per_tick.to_bits(), wave.placed.ns_per_tick.to_bits());
                assert_eq!(part.marks, wave.chunk.marks, "seed {seed}");
                assert_eq!(decoded.samples[part.samples.clone()], *wave.chunk.samples);
            }
        }
        let start = waves.iter().map(|wave| wave.placed.start).min().unwrap_or_default();
        assert_eq!(builder.start(), start, "seed {seed}");
        assert!(waves.is_empty() || builder.end() > start, "seed {seed}");
    }
}

#[test]
fn samples_of_all_sizes_come_back() {
    for (name, samples) in [
        ("extremes", vec![i32::MIN, i32::MAX, 0, -1, i32::MAX, i32::MIN]),
        ("flat", vec![-7; 5_000]),
        ("one", vec![1]),
        ("a line", (0..10_000).collect()),
    ] {
        let mut builder = WaveBuilder::default();
        let chunk = WaveChunk {
            key: key(),
            unit: Unit::one(),
            base: BASE,
            first: Tick(u64::MAX - 3),
            step: u32::MAX,
            before: Before::Gap,
            scale: Scale::Unknown,
            samples: samples.clone().into(),
            marks: vec![Mark { at: u32::MAX, kind: MarkKind::Qrs }],
        };
        let placed = Placement { start: MonoTime::START, ns_per_tick: f64::NAN, epoch: u32::MAX };
        assert!(builder.push(&chunk, &placed, MonoTime::START, u32::MAX), "{name}");
        for data in [builder.encode(), builder.encode_fast()] {
            let decoded = decode_wave(&data).expect(name);
            assert_eq!(decoded.samples, samples, "{name}");
            assert!(decoded.parts[0].ns_per_tick.is_nan(), "{name}");
            assert_eq!(decoded.parts[0].first(u32::MAX), chunk.first, "{name}");
            assert_eq!(decoded.parts[0].marks, [], "a mark of no sample is left out");
        }
    }
}

#[test]
fn a_full_builder_takes_no_more_and_still_reads() {
    let wave = |count: usize| WaveChunk {
        key: key(),
        unit: Unit::one(),
        base: BASE,
        first: Tick(0),
        step: 1,
        before: Before::Gap,
        scale: Scale::Unknown,
        samples: vec![3; count].into(),
        marks: Vec::new(),
    };
    let placed = Placement { start: MonoTime::START, ns_per_tick: 1e3, epoch: 0 };
    let mut builder = WaveBuilder::default();
    assert!(builder.push(&wave(SAMPLES_MAX), &placed, MonoTime::START, 0));
    assert!(!builder.push(&wave(1), &placed, MonoTime::START, 0));
    assert!(builder.push(&wave(0), &placed, MonoTime::START, 0), "nothing always fits");
    let decoded = decode_wave(&builder.encode()).expect("a full chunk");
    assert_eq!(decoded.samples.len(), SAMPLES_MAX);

    let mut builder = WaveBuilder::default();
    for _ in 0..PARTS_MAX {
        assert!(builder.push(&wave(1), &placed, MonoTime::START, 0));
    }
    assert!(!builder.push(&wave(1), &placed, MonoTime::START, 0));
    assert_eq!(decode_wave(&builder.encode()).expect("a full chunk").parts.len(), PARTS_MAX);
}

fn numerics(rng: &mut Rng, count: usize) -> Vec<(Numeric, MonoTime, u32)> {
    let mut arrival = 3_600_000_000_000 + rng.below(1 << 40);
    let mut tick = rng.next_u64() >> 20;
    let has_ticks = rng.chance(0.5);
    let tidy = rng.chance(0.5);
    (0..count)
        .map(|_| {
            arrival += 1_024_000_000 + rng.below(5_000_000);
            tick += 8_192;
            let validity = if tidy { Validity::Valid } else { pick(rng, &numeric::VALIDITY) };
            let value = if tidy {
                Decimal::new(960 + rng.below(30) as i64, -1)
            } else {
                Decimal::new(number(rng), rng.next_u64() as i8)
            };
            let most = 1 << rng.below(40);
            let ago = Duration::from_millis(rng.below(most));
            let kinds =
                [Measured::Now, Measured::Unknown, Measured::Ago(ago), Measured::Backfill(ago)];
            let device_time = DeviceTime {
                year: rng.next_u64() as u16,
                month: rng.next_u64() as u8,
                day: rng.next_u64() as u8,
                hour: rng.next_u64() as u8,
                minute: rng.next_u64() as u8,
                second: rng.next_u64() as u8,
            };
            let reading = if rng.chance(0.9) {
                Reading::of(value, validity)
            } else {
                Reading::absent(validity)
            };
            let numeric = Numeric {
                key: key(),
                unit: Unit::ucum("%"),
                reading,
                measured: if tidy { Measured::Now } else { pick(rng, &kinds) },
                device_time: rng.chance(0.3).then_some(device_time),
                tick: has_ticks.then_some((BASE, Tick(tick))),
                nature: pick(rng, &[Nature::Real, Nature::Demo, Nature::Test]),
                in_alarm: rng.chance(0.3),
                alarms_off: rng.chance(0.3),
            };
            (numeric, MonoTime::from_nanos(arrival), rng.below(3) as u32)
        })
        .collect()
}

fn built_numeric(numerics: &[(Numeric, MonoTime, u32)]) -> NumericBuilder {
    let mut builder = NumericBuilder::default();
    for (numeric, arrival, form) in numerics {
        assert!(builder.push(numeric, *arrival, *form));
    }
    builder
}

#[test]
fn numbers_come_back_with_their_digits_and_their_validity() {
    for seed in 0..600 {
        let mut rng = Rng::new(seed);
        let count = rng.index(120);
        let numerics = numerics(&mut rng, count);
        let data = built_numeric(&numerics).encode();
        let decoded = decode_numeric(&data).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(decoded.len(), numerics.len(), "seed {seed}");
        for (value, (numeric, arrival, form)) in decoded.iter().zip(&numerics) {
            let to_ms = MonoTime::from_nanos(arrival.as_nanos() / 1_000_000 * 1_000_000);
            let owed = NumericValue {
                form: *form,
                arrival: to_ms,
                reading: numeric.reading,
                measured: numeric.measured,
                nature: numeric.nature,
                in_alarm: numeric.in_alarm,
                alarms_off: numeric.alarms_off,
                device_time: numeric.device_time,
                tick: numeric.tick.map_or(0, |(_, tick)| tick.0),
            };
            assert_eq!(*value, owed, "seed {seed}");
        }
    }
}

#[test]
fn a_summary_is_of_the_values_with_a_number() {
    let mut builder = NumericBuilder::default();
    let mut push = |reading, second: u64| {
        let numeric = Numeric {
            key: key(),
            unit: Unit::ucum("%"),
            reading,
            measured: Measured::Now,
            device_time: None,
            tick: None,
            nature: Nature::Real,
            in_alarm: false,
            alarms_off: false,
        };
        assert!(builder.push(&numeric, MonoTime::from_nanos(second * 1_000_000_000), 0));
    };
    push(Reading::absent(Validity::NotAvailable), 5);
    push(Reading::of(Decimal::new(-20, -1), Validity::Valid), 6);
    push(Reading::of(Decimal::new(50, -1), Validity::Questionable), 7);
    push(Reading::of(Decimal::new(999, 0), Validity::Invalid), 8);
    let summary = builder.summary();
    assert_eq!(summary.start, MonoTime::from_nanos(5_000_000_000));
    assert_eq!(summary.end, MonoTime::from_nanos(8_000_000_000));
    assert_eq!(summary.count, 4);
    assert_eq!(summary.tier, Some(Minute { valid: 2, low: -2.0, high: 5.0, mean: 1.5 }));
}

#[test]
fn hours_come_back_and_add_up() {
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let mut minutes = [None; HOUR_MINUTES];
        for minute in &mut minutes {
            if rng.chance(0.7) {
                let low = rng.below(200) as f64 / 10.0;
                let high = low + rng.below(50) as f64;
                let mean = low + (high - low) * rng.unit();
                *minute = Some(Minute { valid: 1 + rng.below(60) as u32, low, high, mean });
            }
        }
        let data = encode_trend(&minutes);
        assert_eq!(decode_trend(&data), Ok(minutes), "seed {seed}");
        let whole = combine(minutes.into_iter().flatten()).expect("some minutes");
        assert!((whole.low..=whole.high).contains(&whole.mean), "seed {seed}");
        let valid: u32 = minutes.iter().flatten().map(|minute| minute.valid).sum();
        assert_eq!(whole.valid, valid, "seed {seed}");
    }
    assert_eq!(combine([]), None);
}

#[test]
fn a_tail_gives_its_chunks_until_it_is_damaged() {
    let mut data = Vec::new();
    push_tail(&mut data, 5, b"five");
    push_tail(&mut data, 1 << 19, b"");
    let read: Vec<_> = read_tail(&data).collect();
    assert_eq!(read, [Ok((5, &b"five"[..])), Ok((1 << 19, &b""[..]))]);
    data.truncate(4);
    let read: Vec<_> = read_tail(&data).collect();
    assert_eq!(read, [Err(ChunkError("it is cut short"))]);
}

#[test]
fn forms_come_back_and_floats_to_the_last_bit() {
    let physical =
        |offset, per_count| Scale::Physical { offset, per_count, low: -0.0, high: 1e300 };
    let mut scales = vec![Scale::Unknown, Scale::Relative { low: -5, high: 4_095 }];
    let mut rng = Rng::new(11);
    scales.extend(
        (0..500).map(|_| physical(f64::from_bits(rng.next_u64() >> 2), 0.1 + 0.2 * rng.unit())),
    );
    for scale in scales {
        let form = Form::Wave(WaveForm { unit: Unit::ucum("mV"), base: BASE, step: 16, scale });
        assert_eq!(Form::parse(&form.body()).expect("a form"), form);
    }
    for base in [None, Some(BASE)] {
        let form = Form::Numeric(NumericForm { unit: Unit::AsSent(Text::from("\"odd\"")), base });
        assert_eq!(Form::parse(&form.body()).expect("a form"), form);
    }
    let nan = Form::Wave(WaveForm {
        unit: Unit::one(),
        base: BASE,
        step: 1,
        scale: physical(f64::NAN, f64::NEG_INFINITY),
    });
    let Ok(Form::Wave(WaveForm { scale: Scale::Physical { offset, per_count, .. }, .. })) =
        Form::parse(&nan.body())
    else {
        panic!("{}", nan.body());
    };
    assert!(offset.is_nan() && per_count == f64::NEG_INFINITY);
}

/// Bytes that hurt: cut, flipped, replaced, or random from the start.
fn hurt(rng: &mut Rng, whole: &[u8]) -> Vec<u8> {
    let mut data = whole.to_vec();
    match rng.below(4) {
        0 => data.truncate(rng.index(whole.len())),
        1 => {
            for _ in 0..=rng.below(3) {
                let at = rng.index(data.len());
                data[at] ^= 1 << rng.below(8);
            }
        }
        2 => {
            let at = rng.index(data.len());
            for byte in data.iter_mut().skip(at).take(8) {
                *byte = rng.next_u64() as u8;
            }
        }
        _ => {
            data = (0..rng.index(200)).map(|_| rng.next_u64() as u8).collect();
            if let Some(first) = data.first_mut() {
                *first = VERSION;
            }
        }
    }
    data
}

#[test]
fn any_bytes_at_all_are_read_or_refused() {
    let (mut refused, mut read) = (0, 0);
    for seed in 0..6_000 {
        let mut rng = Rng::new(seed);
        let wave = built(&waves(&mut rng));
        let numeric = built_numeric(&numerics(&mut rng, 40));
        let minutes = [Some(Minute { valid: 3, low: 1.0, high: 2.5, mean: 1.7 }); HOUR_MINUTES];
        for whole in [wave.encode(), wave.encode_fast()] {
            match decode_wave(&hurt(&mut rng, &whole)) {
                Ok(decoded) => {
                    read += 1;
                    assert!(decoded.samples.len() <= SAMPLES_MAX, "seed {seed}");
                    for part in &decoded.parts {
                        assert!(part.samples.end <= decoded.samples.len(), "seed {seed}");
                    }
                }
                Err(_) => refused += 1,
            }
        }
        let results = [
            decode_numeric(&hurt(&mut rng, &numeric.encode())).map(drop),
            decode_trend(&hurt(&mut rng, &encode_trend(&minutes))).map(drop),
        ];
        refused += results.iter().filter(|result| result.is_err()).count();
        let mut tail = Vec::new();
        push_tail(&mut tail, 3, &numeric.encode());
        let tail = hurt(&mut rng, &tail);
        assert!(read_tail(&tail).count() <= tail.len(), "seed {seed}");
    }
    assert!(refused > 10_000 && read > 100, "{refused} refused, {read} read");
}
