//! Weeks of memory: a board and its window on virtual time keep what they have, and no more.
//!
//! Live bytes are counted by the allocator of this test program. One day is watched here; `./run week`
//! watches seven. See docs/weeks.md.

mod memory;
mod ward;
mod week;
mod window;

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;

use crate::{
    memory::Hours,
    week::{Pace, Week},
};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Growth that is none.
const FLAT: f64 = 0.05;

/// What is allocated is counted for the whole program: one ward at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Days that are watched: one, or as `./run week` says.
fn days() -> u64 {
    std::env::var("VIGIE_WEEK_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(1).max(1)
}

/// Eight beds, every number every second, alarms that come, are answered and go, waves one minute in
/// sixty, a frame every ten seconds in which somebody uses the window.
#[test]
fn memory_is_flat_over_days() {
    let _alone = alone();
    let days = days();
    let mut week = Week::new(Pace::USUAL);
    let mut hours = Hours::default();
    for day in 1..=days {
        for _ in 0..24 {
            hours.push(week.hour());
        }
        println!("{}", hours.day(day));
    }
    println!("{}", week.told());
    assert!(week.alarms() > days * 8 * 100, "{} alarms in {days} days", week.alarms());
    assert!(week.waves_painted() > 0, "waves were never seen");
    let (what, early, late) = if days >= 3 {
        (format!("day 2 to day {days}"), hours.mean(24..48), hours.mean((days - 1) * 24..days * 24))
    } else {
        ("hours 5 to 8 to hours 21 to 24".to_owned(), hours.mean(4..8), hours.mean(20..24))
    };
    let growth = late / early - 1.0;
    println!("{what}: {:+.2} % (allowed: {:.0} %)", 100.0 * growth, 100.0 * FLAT);
    assert!(growth.abs() < FLAT, "{what}: {early:.0} bytes became {late:.0}");
}

/// Ten times the alarms, the last ones like the first: once the log is as long as it gets, nothing is
/// left of those that are over. Each time everything that is done at the window is done once, unmeasured,
/// and once more: it holds more in the hour of the log than in that of a bed.
#[test]
fn nothing_grows_with_the_history_of_alarms() {
    let _alone = alone();
    let mut week = Week::new(Pace { alarms_an_hour: 480, second: 10, frame: 60 });
    let mut seen = Vec::new();
    for alarms in [3_000, 30_000] {
        week.set_alarms(480);
        while week.alarms() < alarms {
            week.hour();
        }
        week.set_alarms(0);
        week.round();
        let calm = week.round();
        println!("{} alarms: {calm:.0} bytes live", week.alarms());
        assert_eq!(week.rows_kept(), window::LOG_ROWS, "the log is full");
        seen.push(calm);
    }
    let growth = seen[1] / seen[0] - 1.0;
    println!("ten times the alarms: {:+.2} % (allowed: {:.0} %)", 100.0 * growth, 100.0 * FLAT);
    assert!(growth.abs() < FLAT, "{seen:?}");
}

/// The measure itself: what a window would forget to let go of is seen within hours.
#[test]
fn a_leak_is_seen() {
    let _alone = alone();
    let mut week = Week::new(Pace { second: 10, frame: 60, ..Pace::USUAL });
    week.hour();
    let before = week.hour();
    let mut leaked = Vec::new();
    let mut after = before;
    for _ in 0..2 {
        leaked.push(vec![0_u8; before.live as usize / 20 + 1]);
        after = week.hour();
    }
    let growth = after.live / before.live - 1.0;
    assert!(growth > FLAT, "{growth} of {} leaked pieces", leaked.len());
}
