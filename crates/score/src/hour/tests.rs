//! Synthetic hours: flat, step, drift, artefact, holes, a cuff; and that the order of nothing matters.

use std::time::Duration;

use super::*;

/// The minute in progress: five hours of minutes lie before it.
const NOW: u64 = 400;

fn now() -> MonoTime {
    MonoTime::START + Duration::from_secs(60 * NOW + 17)
}

/// Noise that repeats: -1, 0 or 1, with no trend.
fn noise(minute: u64) -> i64 {
    [0, 1, -1, 0, -1, 1, 1, 0, -1][(minute % 9) as usize]
}

/// Three values in each minute that `of` has a value for, in tenths.
fn stream(of: impl Fn(u64) -> Option<i64>) -> Minutes {
    let mut minutes = Minutes::new();
    for minute in NOW - 300..=NOW {
        let Some(tenths) = of(minute) else {
            continue;
        };
        for second in [5, 25, 45] {
            let at = MonoTime::START + Duration::from_secs(60 * minute + second);
            minutes.push(at, Decimal::new(tenths, -1));
        }
    }
    minutes
}

fn judged(id: &str, of: impl Fn(u64) -> Option<i64>) -> Judgement {
    let floor = floor(id).expect("the id has a floor");
    judge(floor, NOW, stream(of).medians())
}

fn only(id: &str, of: impl Fn(u64) -> Option<i64>) -> Summary {
    summarise(now(), [(id, &stream(of))])
}

/// `id from to direction` of each change.
fn lines(summary: &Summary) -> Vec<String> {
    let line = |change: &Change| {
        format!("{} {} {} {:?}", change.id, change.from, change.to, change.direction)
    };
    summary.changes.iter().map(line).collect()
}

#[test]
fn a_flat_trace_has_no_change() {
    assert_eq!(judged("hr.ecg", |_| Some(800)), Judgement::Same);
    assert_eq!(judged("hr.ecg", |minute| Some(800 + 10 * noise(minute))), Judgement::Same);
    // One unit, and two, of a trace that never moved: the floor holds.
    assert_eq!(
        judged("spo2", |minute| Some(if minute < NOW - 30 { 970 } else { 960 })),
        Judgement::Same
    );
    assert_eq!(
        judged("hr.ecg", |minute| Some(if minute < NOW - 30 { 800 } else { 920 })),
        Judgement::Same
    );
    let summary = only("hr.ecg", |_| Some(800));
    let expected = Summary { coverage: Coverage::Enough, changes: vec![], judged: 1, left_out: 0 };
    assert_eq!(summary, expected);
}

#[test]
fn a_step_is_told_and_then_steady() {
    let step = |at: u64| {
        move |minute: u64| Some(if minute < at { 800 } else { 1100 } + 10 * noise(minute))
    };
    assert_eq!(lines(&only("hr.ecg", step(NOW - 55))), ["hr.ecg 80.0 110.0 Steady"]);
    // Three spreads and not a bit more is none: the floor is 4.
    let by =
        |tenths: i64| move |minute: u64| Some(if minute < NOW - 20 { 800 } else { 800 + tenths });
    assert_eq!(judged("hr.ecg", by(120)), Judgement::Same);
    assert!(
        matches!(judged("hr.ecg", by(121)), Judgement::Changed { strength, .. } if (strength - 3.025).abs() < 1e-9)
    );
    assert!(matches!(judged("hr.ecg", by(-121)), Judgement::Changed { from: 80.0, .. }));
}

#[test]
fn a_wide_baseline_needs_a_wider_change() {
    // Swings of ten about 80: the median deviation is 10, the spread 14.8.
    let swings = |minute: u64| 800 + 100 * noise(minute);
    let by = |tenths: i64| {
        move |minute: u64| Some(swings(minute) + if minute < NOW - 20 { 0 } else { tenths })
    };
    assert_eq!(judged("hr.ecg", by(400)), Judgement::Same);
    assert!(matches!(judged("hr.ecg", by(500)), Judgement::Changed { .. }));
}

#[test]
fn a_drift_is_told_with_its_direction() {
    // Flat until the last hour, then half a beat a minute, up or down.
    let drift = |tenths: i64| {
        move |minute: u64| {
            Some(900 + tenths * (minute.saturating_sub(NOW - 60)) as i64 + 10 * noise(minute))
        }
    };
    let up = only("hr.ecg", drift(5));
    assert_eq!(up.changes[0].direction, Direction::Rising, "{up:?}");
    assert_eq!(up.changes[0].from, Decimal::new(900, -1));
    assert!((116.0..119.0).contains(&up.changes[0].to.to_f64()), "{up:?}");
    assert_eq!(only("hr.ecg", drift(-5)).changes[0].direction, Direction::Falling);
}

#[test]
fn an_artefact_changes_nothing() {
    let spike = |from: u64, to: u64| {
        move |minute: u64| {
            Some(if (from..to).contains(&minute) { 2500 } else { 800 + 10 * noise(minute) })
        }
    };
    assert_eq!(judged("hr.ecg", spike(NOW - 3, NOW - 2)), Judgement::Same);
    assert_eq!(judged("hr.ecg", spike(NOW - 4, NOW)), Judgement::Same, "four of ten minutes");
    assert_eq!(judged("hr.ecg", spike(NOW - 200, NOW - 110)), Judgement::Same, "in the baseline");
    assert!(
        matches!(judged("hr.ecg", spike(NOW - 6, NOW)), Judgement::Changed { .. }),
        "six of ten"
    );
    // Within a minute as well: two of seven values.
    let mut minutes = stream(|_| Some(800));
    for minute in NOW + 1..NOW + 20 {
        for (second, value) in [80, 250, 80, 80, 250, 80, 80].into_iter().enumerate() {
            let at = MonoTime::START + Duration::from_secs(60 * minute + second as u64);
            minutes.push(at, Decimal::whole(value));
        }
    }
    let floor = floor("hr.ecg").expect("the id has a floor");
    assert_eq!(judge(floor, NOW + 20, minutes.medians()), Judgement::Same);
}

#[test]
fn the_minute_in_progress_and_what_is_not_finite_do_not_count() {
    let floor = floor("hr.ecg").expect("the id has a floor");
    let medians = |present: f64| {
        (NOW - 300..NOW + 5).map(move |minute| (minute, if minute < NOW { 80.0 } else { present }))
    };
    assert_eq!(judge(floor, NOW, medians(300.0)), Judgement::Same);
    let holes =
        (NOW - 300..NOW).map(|minute| (minute, if minute % 2 == 0 { 80.0 } else { f64::NAN }));
    assert_eq!(judge(floor, NOW, holes), Judgement::Same);
}

#[test]
fn missing_minutes_are_no_values() {
    let step = |minute: u64| if minute < NOW - 30 { 800 } else { 1100 };
    let only_in = |keep: fn(u64) -> bool| move |minute: u64| keep(minute).then(|| step(minute));
    // Every other minute is enough.
    assert!(matches!(
        judged("hr.ecg", only_in(|minute| minute % 2 == 0)),
        Judgement::Changed { .. }
    ));
    // 30 minutes of baseline are enough, 29 are not.
    let thirty = judged("hr.ecg", only_in(|minute| minute >= NOW - 90));
    assert!(matches!(
        thirty,
        Judgement::Changed { direction: Direction::Rising | Direction::Steady, .. }
    ));
    let short = judged("hr.ecg", only_in(|minute| minute >= NOW - 89));
    assert_eq!(short, Judgement::TooLittle { minutes: 29 });
    // Nothing in the last ten minutes: nothing is said, however long the baseline.
    let silent = judged("hr.ecg", only_in(|minute| minute < NOW - 10));
    assert_eq!(silent, Judgement::TooLittle { minutes: 240 });
    // Five of ten are enough, but have no direction when the hour has too few.
    let sparse = judged("hr.ecg", only_in(|minute| !(NOW - 60..NOW - 5).contains(&minute)));
    assert!(
        matches!(sparse, Judgement::Changed { direction: Direction::Unclear, .. }),
        "{sparse:?}"
    );
    let too_sparse = judged("hr.ecg", only_in(|minute| !(NOW - 60..NOW - 4).contains(&minute)));
    assert_eq!(too_sparse, Judgement::TooLittle { minutes: 240 });
}

#[test]
fn a_cuff_needs_three_measurements() {
    let every_quarter =
        |of: fn(u64) -> i64| move |minute: u64| (minute % 15 == 3).then(|| of(minute));
    // Measured 385, 370, 355 (and 340): one low reading is not told, two are.
    let one = every_quarter(|minute| if minute == 393 || minute < 385 { 1200 } else { 800 });
    assert_eq!(judged("nibp.sys", one), Judgement::Same);
    let two = every_quarter(|minute| if minute >= 370 { 800 } else { 1200 });
    assert!(matches!(judged("nibp.sys", two), Judgement::Changed { to: 80.0, from: 120.0, .. }));
    let rare = |minute: u64| (minute % 60 == 30).then_some(1200);
    assert_eq!(judged("nibp.sys", rare), Judgement::TooLittle { minutes: 4 });
}

#[test]
fn the_most_striking_come_first_one_of_a_family_and_three_in_all() {
    let by =
        |from: i64, to: i64| stream(move |minute| Some(if minute < NOW - 30 { from } else { to }));
    let streams = [
        ("hr.ecg", by(800, 1100)),    // 7.5 spreads
        ("pr.spo2", by(800, 1110)),   // 7.75, the same story
        ("spo2", by(970, 900)),       // 7
        ("abp.sys", by(1200, 850)),   // 7
        ("abp.mean", by(850, 600)),   // 6.25
        ("rr", by(160, 300)),         // 7
        ("temp", by(370, 377)),       // 3.5
        ("etco2", by(400, 400)),      // 0
        ("some.thing", by(10, 90)),   // has no floor
        ("cvp.mean", Minutes::new()), // nothing known
    ];
    let summary = summarise(now(), streams.iter().map(|(id, minutes)| (*id, minutes)));
    let ids: Vec<&str> = summary.changes.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["pr.spo2", "abp.sys", "rr"], "equal ones by their id");
    assert_eq!((summary.judged, summary.left_out), (8, 1));
    assert_eq!(summary.coverage, Coverage::Enough);

    // Whatever the order, and however often.
    for turn in 0..streams.len() {
        let mut turned: Vec<_> = streams.iter().collect();
        turned.rotate_left(turn);
        if turn % 2 == 0 {
            turned.reverse();
        }
        let again = summarise(now(), turned.into_iter().map(|(id, minutes)| (*id, minutes)));
        assert_eq!(again, summary);
    }
}

#[test]
fn a_bed_that_just_came_says_how_little_is_known() {
    let fresh = |minutes: u64| stream(move |minute| (minute >= NOW - minutes).then_some(800));
    let (hr, spo2) = (fresh(75), fresh(40));
    let summary = summarise(now(), [("hr.ecg", &hr), ("spo2", &spo2)]);
    assert_eq!(summary.coverage, Coverage::TooLittle { minutes: 15 });
    assert_eq!((summary.changes.len(), summary.judged, summary.left_out), (0, 0, 2));
    let nothing = summarise(now(), []);
    assert_eq!(nothing.coverage, Coverage::TooLittle { minutes: 0 });
    // The machine has just started: no subtraction goes below zero.
    let start = summarise(MonoTime::START, [("hr.ecg", &hr)]);
    assert_eq!(start.coverage, Coverage::TooLittle { minutes: 0 });
}

#[test]
fn values_without_sense_end_in_a_summary_all_the_same() {
    let mut minutes = Minutes::new();
    for minute in NOW - 300..NOW {
        let exponent = (minute % 255) as u8 as i8;
        minutes.push(
            MonoTime::START + Duration::from_secs(60 * minute),
            Decimal::new(i64::MIN, exponent),
        );
    }
    let summary = summarise(now(), [("hr.ecg", &minutes)]);
    assert!(summary.changes.iter().all(|change| change.strength.is_finite()));
}
