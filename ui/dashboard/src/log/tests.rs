//! Lines of a page: what they say, which are shown, and how they are written for a spreadsheet.

use vigie_history::Damage;
use vigie_model::{Alarm, AlarmPhase, AnswerKind, Decimal, MonoTime, RunId, Stamp, StandbyReason};
use vigie_words::Language;

use super::*;

const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

fn row(secs: u64, device: Option<&str>, kind: LogKind) -> LogRow {
    let at = Duration::from_secs(secs);
    LogRow {
        stamp: Stamp { run: RunId(1), seq: secs, mono: MonoTime::START + at, wall: WALL.after(at) },
        bed: device.map(|_| BedId(Text::from("b1"))),
        device: device.map(|device| DeviceKey(Text::from(device))),
        kind,
    }
}

fn alarm(id: &str, text: &str, priority: Priority, kind: AlarmKind) -> LogKind {
    LogKind::DeviceAlarm(Alarm {
        id: Text::from(id),
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(id),
        subject: None,
        value: Some(Decimal::whole(171)),
        limit: None,
        text: Text::from(text),
    })
}

fn condition(device: &str, id: &str) -> Condition {
    Condition::Device {
        device: DeviceKey(Text::from(device)),
        kind: AlarmKind::Physiological,
        id: Text::from(id),
    }
}

fn page() -> LogPage {
    let by = || Text::from("AB");
    let of = |secs, kind| row(secs, Some("d"), kind);
    let mut page = LogPage::new(WALL, WALL.after(Duration::from_secs(3_600)));
    page.rows = vec![
        of(1, LogKind::DeviceAlarmEnded(Text::from("7"))),
        of(2, alarm("7", "***VTACH", Priority::High, AlarmKind::Physiological)),
        of(
            3,
            LogKind::Answered {
                condition: condition("d", "7"),
                how: AnswerKind::Acknowledged,
                by: by(),
            },
        ),
        // The same id of another device is another alarm.
        of(4, LogKind::Latched(condition("e", "7"))),
        of(5, alarm("8", "CUFF LEAK", Priority::Low, AlarmKind::Technical)),
        of(6, LogKind::DeviceAlarmEnded(Text::from("7"))),
        row(7, None, LogKind::StationAlarm(StationAlarmKind::NoSound)),
        of(8, LogKind::Standby { why: StandbyReason::Away, by: by() }),
        row(9, None, LogKind::Note(Text::from("=1+1, \"quoted\""))),
    ];
    page
}

fn english() -> Vec<Line> {
    let words = Words::new(Language::English);
    lines(&page(), &words, 0, |bed| format!("Bed {}", bed.0))
}

fn said(kind: Kind, search: &str) -> Vec<String> {
    let lines = english();
    let found = lines.iter().filter(|line| line.matches(kind, &folded(search)));
    found.map(|line| line.said.clone()).collect()
}

#[test]
fn lines_come_newest_first_and_name_the_alarm_that_they_are_about() {
    let all = said(Kind::All, "");
    assert_eq!(
        all,
        [
            "=1+1, \"quoted\"",
            "standby (away) by AB",
            "alarms cannot be heard: no sound device",
            "***VTACH: ended",
            "CUFF LEAK, 171, low priority",
            "alarm: latched",
            "***VTACH: acknowledged by AB",
            "***VTACH, 171, high priority",
            "alarm: ended",
        ]
    );
    let lines = english();
    assert_eq!((lines[0].label.as_str(), lines[1].label.as_str()), ("", "Bed b1"));
    assert!(lines.windows(2).all(|pair| pair[0].at > pair[1].at));
}

#[test]
fn filters_keep_what_is_of_their_kind() {
    let high = ["***VTACH: ended", "***VTACH: acknowledged by AB", "***VTACH, 171, high priority"];
    assert_eq!(said(Kind::High, ""), high);
    // An alarm of the station is found by its priority too.
    assert_eq!(said(Kind::Medium, ""), ["alarms cannot be heard: no sound device"]);
    assert_eq!(said(Kind::Low, ""), ["CUFF LEAK, 171, low priority"]);
    assert_eq!(said(Kind::Technical, ""), ["CUFF LEAK, 171, low priority"]);
    assert_eq!(said(Kind::Station, ""), ["alarms cannot be heard: no sound device"]);
    assert_eq!(said(Kind::People, ""), ["standby (away) by AB", "***VTACH: acknowledged by AB"]);
    assert_eq!(said(Kind::Alarms, "").len(), 8, "all but the note");
}

#[test]
fn station_alarms_have_their_priority_in_every_line_about_them() {
    let condition = || Condition::Station {
        device: Some(DeviceKey(Text::from("d"))),
        kind: StationAlarmKind::PathLost(Text::from("switch 2")),
    };
    let mut page = page();
    page.rows = vec![
        row(1, Some("d"), LogKind::StationAlarm(StationAlarmKind::DeviceStale)),
        row(2, Some("d"), LogKind::StationAlarmEnded(StationAlarmKind::DeviceStale)),
        row(3, None, LogKind::Escalated { condition: condition(), step: 1 }),
        row(4, None, LogKind::Reset { condition: condition(), by: Text::from("AB") }),
    ];
    let lines = lines(&page, &Words::new(Language::English), 0, |bed| bed.0.to_string());
    let of = |kind: Kind| lines.iter().filter(|line| line.matches(kind, &[])).count();
    assert_eq!((of(Kind::High), of(Kind::Medium), of(Kind::Low)), (2, 0, 2));
    assert_eq!((of(Kind::Station), of(Kind::Technical)), (4, 0));
}

#[test]
fn what_began_before_the_page_has_its_words_all_the_same() {
    let mut page = page();
    let mut untold = page.untold();
    assert!(!untold.is_empty());
    // Neither another device's alarm of the same id, nor the older of two texts.
    let older = row(0, Some("d"), alarm("7", "**VT", Priority::Medium, AlarmKind::Physiological));
    let newer = row(0, Some("d"), alarm("7", "***VFIB", Priority::High, AlarmKind::Physiological));
    let other =
        row(0, Some("f"), alarm("7", "**APNEA", Priority::Medium, AlarmKind::Physiological));
    untold.see(&[older, newer.clone(), other]);
    page.before = untold.settle();
    assert_eq!(page.before, [newer]);
    assert!(!untold.is_empty(), "that of device e was not found");
    assert_eq!(page.untold(), untold);
    let lines = lines(&page, &Words::new(Language::English), 0, |bed| bed.0.to_string());
    let first = lines.last().unwrap();
    assert_eq!((first.said.as_str(), first.priority), ("***VFIB: ended", Some(Priority::High)));
    // From its own text on, the page speaks for itself.
    assert!(lines.iter().any(|line| line.said == "***VTACH: ended"));
    untold.forget(&untold.clone());
    assert!(untold.is_empty());
}

#[test]
fn a_search_finds_lines_that_have_all_of_its_words_in_any_case() {
    assert_eq!(said(Kind::All, "vtach ENDED"), ["***VTACH: ended"]);
    assert_eq!(said(Kind::All, "bed b1").len(), 7, "also what stands on the door");
    assert_eq!(said(Kind::All, "  ").len(), 9);
    assert_eq!(said(Kind::All, "nowhere").len(), 0);
}

#[test]
fn a_spreadsheet_reads_what_is_copied_and_runs_none_of_it() {
    let lines = english();
    let words = Words::new(Language::English);
    let written = csv(lines.iter().take(2), &words, 60);
    assert_eq!(
        written,
        "Time,Bed,alarm log\r\n\
         21/11/2026 04:14:24,,\"'=1+1, \"\"quoted\"\"\"\r\n\
         21/11/2026 04:14:23,Bed b1,standby (away) by AB\r\n"
    );
}

#[test]
fn a_moment_of_another_day_has_its_date() {
    let words = Words::new(Language::English);
    assert_eq!(when(&words, WALL, WALL, 0), "03:14:15");
    let day_before = WALL.before(Duration::from_secs(86_400));
    assert_eq!(when(&words, day_before, WALL, 0), "20/11/2026 03:14:15");
}

fn slice(rows: Vec<LogRow>, more_from: Option<WallTime>) -> Slice {
    Slice { answer: Answer::Log(rows), more_from, damage: Vec::new(), locked: Vec::new() }
}

#[test]
fn a_page_is_asked_for_to_its_end_and_never_for_ever() {
    let rows = page().rows;
    let mut page = LogPage::new(WALL, WALL.after(Duration::from_secs(3_600)));
    let more = WALL.after(Duration::from_secs(5));
    assert_eq!(page.take(slice(rows[..4].to_vec(), Some(more))), Some(more));
    assert_eq!(page.take(slice(rows[4..].to_vec(), None)), None);
    assert_eq!((page.rows.len(), page.is_cut, page.is_partial), (9, false, false));
    // An answer that stands still, or goes past the end.
    assert_eq!(page.take(slice(Vec::new(), Some(page.from))), None);
    assert_eq!(page.take(slice(Vec::new(), Some(page.to))), None);
    let many = vec![rows[0].clone(); ROWS_MAX];
    assert_eq!(page.take(slice(many, Some(more))), None);
    assert_eq!((page.rows.len(), page.is_cut), (ROWS_MAX, true));
}

#[test]
fn what_could_not_be_read_is_said() {
    let new = || LogPage::new(WALL, WALL.after(Duration::from_secs(3_600)));
    let damage = Damage { segment: 3, what: Text::from("a page is damaged") };
    let mut page = new();
    page.take(Slice { damage: vec![damage], ..slice(Vec::new(), None) });
    assert!(page.is_partial);
    let mut page = new();
    page.take(Slice { locked: vec![3], ..slice(Vec::new(), None) });
    assert!(page.is_partial);
    let mut page = new();
    page.take(Slice { answer: Answer::Links(Vec::new()), ..slice(Vec::new(), None) });
    assert!(page.is_partial && page.rows.is_empty());
}
