//! Frequency and duty of alarms, measured from painted frames: also while frames are dropped, and on all
//! tiles at once. IEC 60601-1-8 as vendors' manuals quote it: high 1.4 to 2.8 Hz, medium 0.4 to 0.8 Hz,
//! 20 to 60 % on. The clock is scripted.

use std::{collections::BTreeSet, time::Duration};

use egui::{Color32, Context, RawInput, Rect, Shape, Vec2, epaint::ClippedShape};
use vigie_board::view::{BoardView, NumericAlarmState};
use vigie_dashboard::{Dashboard, Theme};
use vigie_model::{Priority, StationMode};
use vigie_session::rng::Rng;
use vigie_ui_kit::tokens::AlarmInk;
use vigie_words::Language;

/// How long is measured.
const SPAN: Duration = Duration::from_secs(24);

/// Fills of all rectangles of a frame.
fn fills(dashboard: &mut Dashboard, source: &crate::common::Fixed, ctx: &Context) -> Vec<Color32> {
    let size = Vec2::new(1280.0, 720.0);
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, size)),
        ..RawInput::default()
    };
    let mut output = ctx.run_ui(input, |ui| dashboard.ui(ui, source));
    let mut fills = Vec::new();
    for ClippedShape { shape, .. } in std::mem::take(&mut output.shapes) {
        collect(&shape, &mut fills);
    }
    output.drop_without_applying_deltas(); // nobody looks at the pixels
    fills
}

fn collect(shape: &Shape, fills: &mut Vec<Color32>) {
    if let Shape::Vec(shapes) = shape {
        shapes.iter().for_each(|shape| collect(shape, fills));
    }
    if let Shape::Rect(rect) = shape {
        fills.push(rect.fill);
    }
}

/// What was seen of one alarm.
#[derive(Debug)]
struct Measured {
    hertz: f64,
    duty: f64,
    /// Shortest and longest time between two beginnings, in seconds.
    periods: (f64, f64),
}

/// Paints frames at the times that `step` gives, and follows one alarm colour. Fails when two places
/// that flash with it show different phases in one frame.
fn measure(
    view: BoardView,
    theme: Theme,
    [on, off]: [AlarmInk; 2],
    mut step: impl FnMut() -> Duration,
) -> Measured {
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.set_theme(theme);
    let mut source = crate::common::fixed(view);
    let ctx = Context::default();
    for _ in 0..2 {
        fills(&mut dashboard, &source, &ctx);
    }
    let (start, mut was, mut begins, mut lit) = (source.now, None, Vec::new(), 0.0);
    while source.now.since(start) < SPAN {
        let fills = fills(&mut dashboard, &source, &ctx);
        let (bright, dark) =
            (fills.contains(&on.fill), fills.iter().filter(|fill| **fill == off.fill).count());
        assert!(bright != (dark > 0), "one phase in a frame: bright {bright}, {dark} dark");
        let at = source.now.since(start).as_secs_f64();
        if bright && was == Some(false) {
            begins.push(at);
        }
        was = Some(bright);
        let by = step();
        // A frame stands until the next is painted.
        lit += if bright { by.as_secs_f64() } else { 0.0 };
        source.now = source.now + by;
    }
    let gaps = || begins.windows(2).map(|pair| pair[1] - pair[0]);
    let whole = begins.last().zip(begins.first()).map_or(0.0, |(last, first)| last - first);
    Measured {
        hertz: (begins.len() as f64 - 1.0) / whole,
        duty: lit / source.now.since(start).as_secs_f64(),
        periods: (gaps().fold(f64::MAX, f64::min), gaps().fold(0.0, f64::max)),
    }
}

/// Eight beds with the same alarm, of which only some have others besides.
fn ward(priority: Priority) -> BoardView {
    let maker = match priority {
        Priority::High => crate::common::escalated,
        Priority::Medium | Priority::Low | Priority::Information => crate::common::medium,
    };
    crate::common::listed(crate::common::board(StationMode::Live, (0..8).map(maker).collect()))
}

fn check(priority: Priority, theme: Theme, what: &str, step: impl FnMut() -> Duration) {
    let inks = theme.palette().alarm(priority, false);
    let found = measure(ward(priority), theme, inks, step);
    let (aim, low, high) = match priority {
        Priority::High => (2.0, 1.4, 2.8),
        Priority::Medium | Priority::Low | Priority::Information => (0.5, 0.4, 0.8),
    };
    let what = format!("{priority:?}, {theme:?}, {what}: {found:?}");
    assert!((found.hertz - aim).abs() < aim * 0.04, "{what}");
    assert!((0.40..=0.60).contains(&found.duty), "{what}");
    // Also the single periods stay inside the limits, as far as whole frames allow.
    assert!(1.0 / found.periods.1 >= low * 0.9 && 1.0 / found.periods.0 <= high * 1.1, "{what}");
}

#[test]
fn at_60_frames_a_second() {
    for priority in [Priority::High, Priority::Medium] {
        check(priority, Theme::DAY, "60 fps", || Duration::from_nanos(16_666_667));
    }
}

#[test]
fn at_7_frames_a_second() {
    for priority in [Priority::High, Priority::Medium] {
        check(priority, Theme::DAY, "7 fps", || Duration::from_nanos(142_857_143));
    }
}

#[test]
fn at_frames_that_come_as_they_like() {
    for seed in 1..=3 {
        for priority in [Priority::High, Priority::Medium] {
            let mut rng = Rng::new(seed);
            // 5 to 125 ms, as on a PC that does too much.
            let step = move || Duration::from_micros(5_000 + rng.below(120_000));
            check(priority, Theme::DAY, &format!("seed {seed}"), step);
        }
    }
}

#[test]
fn in_every_palette() {
    for theme in Theme::all() {
        check(Priority::High, theme, "33 ms", || Duration::from_millis(33));
    }
}

#[test]
fn low_and_what_somebody_answered_stand_still() {
    let tiles = vec![
        crate::common::acknowledged(0),
        crate::common::technical(1),
        crate::common::latched(2),
    ];
    let mut source =
        crate::common::fixed(crate::common::listed(crate::common::board(StationMode::Live, tiles)));
    let mut dashboard = Dashboard::new(Language::English);
    let ctx = Context::default();
    for _ in 0..2 {
        fills(&mut dashboard, &source, &ctx);
    }
    let mut seen = Vec::new();
    for _ in 0..80 {
        let mut fills = fills(&mut dashboard, &source, &ctx);
        fills.sort_by_key(|fill| fill.to_array());
        fills.dedup();
        seen.push(fills);
        source.now = source.now + Duration::from_millis(50);
    }
    assert!(seen.iter().all(|fills| *fills == seen[0]));
}

/// Fills of the numbers' colours over four seconds of frames, for a bed whose only mark of an alarm is at
/// a number.
fn seen_of_number(state: NumericAlarmState) -> BTreeSet<[u8; 4]> {
    let mut tile = crate::common::normal(0);
    for numeric in tile.blocks.iter_mut().flat_map(|block| &mut block.numerics).take(1) {
        numeric.alarm = crate::common::marked(Priority::High, state);
    }
    let mut source = crate::common::fixed(crate::common::board(StationMode::Live, vec![tile]));
    let inks = Theme::DAY.palette().alarm(Priority::High, false).map(|ink| ink.fill);
    let mut dashboard = Dashboard::new(Language::English);
    let ctx = Context::default();
    let mut seen = BTreeSet::new();
    for frame in 0..120 {
        let fills = fills(&mut dashboard, &source, &ctx);
        if frame > 2 {
            seen.extend(fills.iter().filter(|fill| inks.contains(fill)).map(Color32::to_array));
        }
        source.now = source.now + Duration::from_millis(33);
    }
    seen
}

#[test]
fn a_number_flashes_until_its_alarm_is_dealt_with_and_then_stands_still() {
    assert_eq!(seen_of_number(NumericAlarmState::Unanswered).len(), 2);
    for state in [
        NumericAlarmState::Answered,
        NumericAlarmState::SilencedAtBedside,
        NumericAlarmState::Latched,
        NumericAlarmState::NotConfirmed,
    ] {
        assert_eq!(seen_of_number(state).len(), 1, "{state:?}: one colour that stays");
    }
}
