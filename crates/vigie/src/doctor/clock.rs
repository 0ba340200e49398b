//! Date, time zone, time server, sleep.

use std::time::UNIX_EPOCH;
#[cfg(feature = "window")]
use std::{path::Path, time::Duration};

use vigie_clock::BootClock;
use vigie_model::Clock;
#[cfg(feature = "window")]
use vigie_model::MonoTime;

use super::check::Check;
use crate::isolation::Surroundings;

/// 2025-01-01 UTC, in seconds: before it nobody had this program.
const FIRST_YEAR_SECS: i64 = 1_735_689_600;
const SECS_PER_DAY: i64 = 86_400;
const NANOS_PER_SEC: i64 = 1_000_000_000;

/// All of them.
pub fn checks(here: &Surroundings) -> Vec<Check> {
    let wall = BootClock.wall();
    let offset = vigie_clock::local_offset_minutes(wall);
    vec![
        date(wall.as_unix_nanos() / NANOS_PER_SEC, built()),
        server(here),
        zone(here, offset),
        sleep(here),
    ]
}

/// When the file of this program was written, in seconds since 1970.
fn built() -> Option<i64> {
    let written = std::env::current_exe().ok()?.metadata().ok()?.modified().ok()?;
    written.duration_since(UNIX_EPOCH).ok().and_then(|age| i64::try_from(age.as_secs()).ok())
}

fn date(now: i64, built: Option<i64>) -> Check {
    const NAME: &str = "clock";
    let remedy = "set date and time by a watch: `timedatectl set-time '2026-01-31 12:00:00'`; if it happens at every start, change the battery of the PC's clock";
    // The same zone and the other side of midnight are no reason to complain.
    let not_before = built.unwrap_or(0).saturating_sub(SECS_PER_DAY);
    let day = day(now);
    if now < FIRST_YEAR_SECS {
        Check::bad(NAME, format!("the date is wrong: {day} (UTC)"), remedy)
    } else if now < not_before {
        Check::bad(
            NAME,
            format!("the date {day} (UTC) is before this program was installed"),
            remedy,
        )
    } else {
        Check::ok(NAME, format!("{day} (UTC): compare it with a watch"))
    }
}

/// `2026-01-31 12:00`, of seconds since 1970. Days to civil date as in H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn day(secs: i64) -> String {
    let (days, rest) = (secs.div_euclid(SECS_PER_DAY), secs.rem_euclid(SECS_PER_DAY));
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", rest / 3_600, rest % 3_600 / 60)
}

/// Whether a time server sets the clock.
fn is_synchronised(here: &Surroundings) -> bool {
    // systemd-timesyncd(8) makes this file when it has set the clock.
    here.path("run/systemd/timesync/synchronized").exists()
}

/// The same for a window, which shows it all the time and looks now and then.
#[cfg(feature = "window")]
#[derive(Debug, Default)]
pub struct ClockState {
    looked: Option<MonoTime>,
    is_synchronised: bool,
}

#[cfg(feature = "window")]
impl ClockState {
    const LOOKS_EVERY: Duration = Duration::from_secs(10);

    /// Whether a time server sets the clock, as it was at most ten seconds ago.
    pub fn is_synchronised(&mut self, now: MonoTime) -> bool {
        if self.looked.is_none_or(|at| now.since(at) >= Self::LOOKS_EVERY) {
            self.looked = Some(now);
            self.is_synchronised = is_synchronised(&Surroundings::new(Path::new("/")));
        }
        self.is_synchronised
    }
}

fn server(here: &Surroundings) -> Check {
    if is_synchronised(here) {
        Check::ok("time server", "the clock is set by a time server")
    } else {
        Check::ok(
            "time server",
            "none: usual on an isolated PC. Its clock drifts by up to some seconds a day; compare it weekly",
        )
    }
}

fn zone(here: &Surroundings, offset_minutes: i32) -> Check {
    const NAME: &str = "time zone";
    let set = here.path("etc/localtime").exists() || std::env::var_os("TZ").is_some();
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
    if set {
        Check::ok(NAME, format!("UTC{sign}{hours:02}:{minutes:02}"))
    } else {
        let remedy = "`timedatectl set-timezone Europe/Paris`, or wherever the ward is";
        Check::warning(NAME, "not set: times are shown in UTC", remedy)
    }
}

/// A PC that sleeps watches nobody.
fn sleep(here: &Surroundings) -> Check {
    let times: u64 = here.word("sys/power/suspend_stats/success").parse().unwrap_or(0);
    if times == 0 {
        Check::ok("sleep", "this PC has not slept since it was started")
    } else {
        let remedy =
            "`systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target`";
        Check::warning(
            "sleep",
            format!("this PC has slept {times} times since it was started"),
            remedy,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    #[test]
    fn dates_are_read_as_people_write_them() {
        assert_eq!(day(0), "1970-01-01 00:00");
        assert_eq!(day(FIRST_YEAR_SECS - 1), "2024-12-31 23:59");
        assert_eq!(day(951_782_400), "2000-02-29 00:00");
        assert_eq!(day(-1), "1969-12-31 23:59");
    }

    #[test]
    fn a_clock_before_the_program_is_wrong() {
        let built = FIRST_YEAR_SECS + 400 * SECS_PER_DAY;
        assert_eq!(date(0, None).state, State::Bad);
        assert_eq!(date(built - 2 * SECS_PER_DAY, Some(built)).state, State::Bad);
        assert_eq!(date(built - 3_600, Some(built)).state, State::Ok, "a zone, not a wrong clock");
        assert_eq!(date(built, Some(built)).state, State::Ok);
    }

    #[test]
    fn a_pc_that_slept_is_told_to_stay_awake() {
        let machine = Machine::isolated();
        assert_eq!(sleep(&machine.surroundings()).state, State::Ok);
        machine.write("sys/power/suspend_stats/success", "3\n");
        let check = sleep(&machine.surroundings());
        assert_eq!((check.state, check.what.contains("slept 3 times")), (State::Warning, true));
    }

    #[test]
    fn zones_west_of_greenwich_are_written_so() {
        let machine = Machine::isolated();
        machine.write("etc/localtime", "TZif2");
        assert_eq!(zone(&machine.surroundings(), -210).what, "UTC-03:30");
        assert_eq!(zone(&machine.surroundings(), 420).what, "UTC+07:00");
    }
}
