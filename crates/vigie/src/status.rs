//! `vigie status`: what a running station says of itself, out of its record folder.

use std::{fmt::Write as _, path::PathBuf, time::Duration};

use clap::Args;
use serde::Serialize;
use vigie_clock::BootClock;
use vigie_history::{RecordState, RecordStatus};
use vigie_model::{Clock, WallTime};
use vigie_station::{AlarmCounts, LineReport, SoundReport, SoundState, Status};

use crate::{
    folder,
    terminal::{Problem, print},
};

/// Options of `vigie status`.
#[derive(Args, Debug)]
pub struct StatusOptions {
    /// The record folder of the station
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// One JSON object instead of a table
    #[arg(long)]
    pub json: bool,
}

/// The station writes its status once a second; what is older than this was written by one that is
/// gone, or that no longer works.
const FRESH: Duration = Duration::from_secs(5);

/// What is printed as JSON: the status, and how far to believe it.
#[derive(Debug, Serialize)]
struct Judged {
    /// Running, beating, and said so just now.
    is_healthy: bool,
    /// Seconds since it was written.
    age_seconds: f64,
    #[serde(flatten)]
    status: Status,
}

impl Judged {
    fn at(status: Status, now: WallTime) -> Judged {
        let age = i64::max(now.as_unix_nanos() - status.wall.as_unix_nanos(), 0);
        let age = Duration::from_nanos(u64::try_from(age).unwrap_or(0));
        let is_healthy = status.is_running && status.is_beating && age <= FRESH;
        Judged { is_healthy, age_seconds: age.as_secs_f64(), status }
    }

    /// What is wrong, in a word for the exit message.
    fn trouble(&self) -> Option<String> {
        if !self.status.is_running {
            Some("the station was stopped".to_owned())
        } else if self.age_seconds > FRESH.as_secs_f64() {
            Some(format!(
                "the station is gone, or its disk is full: it last wrote {:.0} s ago",
                self.age_seconds
            ))
        } else if !self.status.is_beating {
            Some("the station does not beat: its board or its links stand still".to_owned())
        } else {
            None
        }
    }
}

/// Prints it; an error, and exit code 1, when the station is not healthy.
pub fn run(options: &StatusOptions) -> Result<(), Problem> {
    let folder = folder::record(options.record.as_deref())?;
    let status = Status::read(&folder).map_err(Problem::new)?;
    let judged = Judged::at(status, BootClock.wall());
    if options.json {
        let text = serde_json::to_string_pretty(&judged)
            .map_err(|error| Problem::new(format!("the status cannot be written: {error}")))?;
        print(&text)?;
    } else {
        print(&table(&judged))?;
    }
    match judged.trouble() {
        None => Ok(()),
        Some(trouble) => Err(Problem::new(format!("{}: {trouble}", folder.display()))),
    }
}

fn table(judged: &Judged) -> String {
    let Judged { status, age_seconds, .. } = judged;
    let report = &status.report;
    let state = judged.trouble().unwrap_or_else(|| "healthy".to_owned());
    let mut rows = vec![
        ("state", state),
        ("process", report.pid.to_string()),
        ("written", format!("{age_seconds:.1} s ago")),
        ("mode", format!("{:?}", status.mode).to_lowercase()),
        ("beds", format!("{}, {} live", status.beds, status.beds_live)),
        ("unassigned devices", status.unassigned.to_string()),
        ("windows", status.windows.to_string()),
        ("items left out", report.dropped.to_string()),
        ("alarms", alarms_text(&status.alarms)),
        ("sound", sound_text(&report.sound)),
        ("sounded for window", report.sounds_requested.to_string()),
    ];
    let reasons: Vec<&str> = report.not_isolated.iter().map(vigie_model::Text::as_str).collect();
    let isolated = if reasons.is_empty() { "yes".to_owned() } else { reasons.join(", ") };
    rows.push((if reasons.is_empty() { "isolated" } else { "not isolated" }, isolated));
    let silent = |since: Option<WallTime>| since.map(|_| "silent".to_owned());
    rows.extend(silent(report.guard_silent_since).map(|text| ("guard", text)));
    rows.extend(silent(report.window_silent_since).map(|text| ("window", text)));
    rows.extend(report.config_refused.as_ref().map(|why| ("not applied", why.to_string())));
    let now = status.wall.after(Duration::from_secs_f64(*age_seconds));
    rows.extend(record_rows(&report.record, status.is_running, now));
    rows.extend(report.record_troubles.iter().map(|why| ("record trouble", why.to_string())));
    let mut text = String::new();
    for (name, value) in rows {
        // Writing into a text never fails.
        let _ = writeln!(text, "{name:<20}{value}");
    }
    for line in &report.lines {
        let _ = writeln!(text, "{}", line_text(line));
    }
    text.trim_end().to_owned()
}

fn alarms_text(alarms: &AlarmCounts) -> String {
    let AlarmCounts { high, medium, low, unanswered, is_audio_off } = alarms;
    let off = if *is_audio_off { "; AUDIO PAUSED OR OFF" } else { "" };
    format!("{high} high, {medium} medium, {low} low; {unanswered} unanswered{off}")
}

fn sound_text(sound: &SoundReport) -> String {
    let SoundReport { state, device, why, gaps, heard } = sound;
    let mut text = match state {
        SoundState::Off => return "off: no window belongs to this station".to_owned(),
        SoundState::Silent => return "SILENT: the configuration wants no sound".to_owned(),
        SoundState::Starting => "starting".to_owned(),
        SoundState::Working => {
            format!("works: {}", device.as_ref().map_or("", vigie_model::Text::as_str))
        }
        SoundState::Broken => {
            format!("NONE: {}", why.as_ref().map_or("", vigie_model::Text::as_str))
        }
    };
    if *gaps > 0 {
        let _ = write!(text, "; {gaps} gaps");
    }
    match heard {
        // Writing into a text never fails.
        Some((_, by)) => _ = write!(text, "; its test was heard by {by}"),
        None => text.push_str("; nobody has confirmed to hear it"),
    }
    text
}

/// How the record is doing.
fn record_rows(
    record: &RecordStatus,
    is_running: bool,
    now: WallTime,
) -> Vec<(&'static str, String)> {
    let state = match &record.state {
        RecordState::Off => return vec![("record", "none".to_owned())],
        RecordState::Writing | RecordState::Stopped { .. } if !is_running => {
            "not written: the station was stopped".to_owned()
        }
        RecordState::Writing => "written".to_owned(),
        RecordState::Stopped { since, is_full, why } => {
            let cause = if *is_full { "disk full" } else { "stopped" };
            format!("NOT WRITTEN for {}, {cause}: {why}", span(now.since(*since)))
        }
    };
    let ago = |at: Option<WallTime>, never: &str| {
        at.map_or(never.to_owned(), |at| format!("{} ago", span(now.since(at))))
    };
    let mut rows = vec![
        ("record", state),
        ("segment", record.segment.to_string()),
        ("last commit", ago(record.committed, "none yet")),
        (
            "record's size",
            format!("{}, {} free", megabytes(record.bytes), megabytes(record.free_bytes)),
        ),
    ];
    let left = match record.days_left {
        Some(days) => format!("{days} at {} a day", megabytes(record.bytes_per_day)),
        None => "not known yet".to_owned(),
    };
    let filling =
        if record.is_filling { "; FILLING: older segments go before their time" } else { "" };
    rows.push(("days left", format!("{left}{filling}")));
    if record.lost > 0 || record.waiting > 0 {
        let text = format!("{} waiting, {} lost", record.waiting, record.lost);
        rows.push(("observations", text));
    }
    let copy = &record.copy;
    let old = if copy.is_old { ", TOO OLD" } else { "" };
    rows.push(("last good copy", format!("{}{old}", ago(copy.last_good, "none"))));
    rows.extend(copy.running.as_ref().map(|running| {
        let done = megabytes(running.done_bytes);
        let all = megabytes(running.all_bytes);
        let left = running
            .left_s
            .map(|left| format!(", {} left", span(Duration::from_secs(u64::from(left)))));
        let left = left.unwrap_or_default();
        ("copying", format!("to {}: {done} of {all}{left}", running.place))
    }));
    rows.extend(copy.failed.as_ref().map(|why| ("last copy failed", why.to_string())));
    if record.is_unprotected {
        let text = "NO: nobody has set a passphrase: `vigie key passphrase`";
        rows.push(("record protected", text.to_owned()));
    }
    rows
}

/// The largest unit that it has at least one of.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7_199 => format!("{} min", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn line_text(line: &LineReport) -> String {
    let state = match (&line.refusal, line.is_open) {
        (Some(why), _) => format!("refused: {why}"),
        (None, true) => "open".to_owned(),
        (None, false) => "closed".to_owned(),
    };
    let mut parts = vec![line.protocol.clone(), state];
    parts.extend(line.ports.iter().cloned());
    parts.push(format!("{} observations", line.observations));
    if line.refused > 0 {
        parts.push(format!("{} refused", line.refused));
    }
    if line.restarts > 0 {
        parts.push(format!("{} restarts", line.restarts));
    }
    if !line.devices.is_empty() {
        parts.push(line.devices.join(" "));
    }
    format!("line {:<15}{}", line.name, parts.join("; "))
}

#[cfg(test)]
mod tests {
    use vigie_model::StationMode;
    use vigie_station::StationReport;

    use super::*;

    const NOW: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

    fn status() -> Status {
        Status {
            wall: NOW.before(Duration::from_secs(1)),
            is_running: true,
            is_beating: true,
            mode: StationMode::Simulation,
            beds: 8,
            beds_live: 7,
            unassigned: 0,
            windows: 1,
            alarms: AlarmCounts::default(),
            report: StationReport::default(),
        }
    }

    #[test]
    fn only_a_station_that_beats_now_is_healthy() {
        assert_eq!(Judged::at(status(), NOW).trouble(), None);
        let old = Status { wall: NOW.before(Duration::from_secs(60)), ..status() };
        let wrong = [
            (old, "last wrote 60 s ago"),
            (Status { is_beating: false, ..status() }, "does not beat"),
            (Status { is_running: false, is_beating: false, ..status() }, "was stopped"),
        ];
        for (status, words) in wrong {
            let judged = Judged::at(status, NOW);
            assert!(!judged.is_healthy);
            assert!(judged.trouble().is_some_and(|trouble| trouble.contains(words)), "{words}");
        }
        // A clock that was set back does not make a station old.
        let ahead = Status { wall: NOW.after(Duration::from_secs(900)), ..status() };
        assert!(Judged::at(ahead, NOW).is_healthy);
    }

    #[test]
    fn the_table_names_every_line_and_why_it_is_closed() {
        let mut status = status();
        let port = "MAIN /dev/ttyUSB0: no such device".to_owned();
        status.report.lines = vec![LineReport {
            name: "bed-1".to_owned(),
            protocol: "intellivue".to_owned(),
            ports: vec![port],
            ..LineReport::default()
        }];
        let table = table(&Judged::at(status, NOW));
        assert!(table.contains("beds                8, 7 live"), "{table}");
        let line = "line bed-1          intellivue; closed; MAIN /dev/ttyUSB0: no such device";
        assert!(table.contains(line), "{table}");
    }

    #[test]
    fn alarms_and_sound_have_a_line_each() {
        let mut status = status();
        status.alarms = AlarmCounts { high: 1, low: 2, unanswered: 3, ..AlarmCounts::default() };
        status.report.sound = SoundReport {
            state: SoundState::Broken,
            why: Some("no such device".into()),
            ..SoundReport::default()
        };
        let text = table(&Judged::at(status.clone(), NOW));
        assert!(
            text.contains("\nalarms              1 high, 0 medium, 2 low; 3 unanswered\n"),
            "{text}"
        );
        let sound = "\nsound               NONE: no such device; nobody has confirmed to hear it\n";
        assert!(text.contains(sound), "{text}");
        status.report.sound.state = SoundState::Silent;
        let text = table(&Judged::at(status, NOW));
        assert!(text.contains("\nsound               SILENT: the configuration"), "{text}");
    }

    #[test]
    fn the_record_of_a_station_that_was_stopped_is_not_said_to_be_written() {
        let mut status = status();
        status.report.record.state = RecordState::Writing;
        status.report.record.committed = Some(NOW.before(Duration::from_secs(61)));
        let written = table(&Judged::at(status.clone(), NOW));
        assert!(written.contains("record              written\n"), "{written}");
        assert!(written.contains("last commit         61 s ago\n"), "{written}");
        status.is_running = false;
        let stopped = table(&Judged::at(status, NOW));
        assert!(stopped.contains("record              not written: the station was"), "{stopped}");
    }
}
