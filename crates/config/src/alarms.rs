//! `[alarms]` and `[scores]`: what the unit decided about alarms.

mod limits;

use std::time::Duration;

use toml::de::DeValue;
use vigie_board::policy::{AlarmPolicy, Latch, ScorePolicy};

use crate::{
    mistake::quote,
    section::{Field, Reader, Section, Span, wrong_type},
    suggest::nearest,
    types::LimitsStated,
};

const KEYS: &[&str] = &[
    "pause_minutes",
    "audio_off",
    "acknowledged_reminder_minutes",
    "going_lapses_minutes",
    "high_banner_seconds",
    "high_louder_seconds",
    "medium_reminder_minutes",
    "link_reminder_minutes",
    "standby_reminder_minutes",
    "latch",
    "sounds_when_silenced_at_bedside",
    "limits",
];
const SCORE_KEYS: &[&str] = &["news2", "qsofa", "pews", "input_age_minutes"];

// Spans of times. All of them are ours [m], to be narrowed by whoever knows better: a default that a
// unit may move, within what still helps somebody.
const PAUSE: Span =
    Span { least: 1, most: 10, why: "a longer silence is audio_off, which reminds somebody" };
/// The reminder of audio off sounds every 1 to 10 min by the habit of vendors.
const AUDIO_OFF: Span =
    Span { least: 1, most: 10, why: "whoever turned the sound off must hear of it again" };
const ACKNOWLEDGED: Span =
    Span { least: 1, most: 120, why: "after that nobody remembers it; 0: it asks never again" };
const GOING: Span = Span { least: 1, most: 15, why: "whoever goes to a bed is there by then" };
const BANNER: Span = Span { least: 5, most: 120, why: "an alarm of high priority cannot wait" };
const LOUDER: Span = Span { least: 15, most: 600, why: "an alarm of high priority cannot wait" };
const MEDIUM: Span =
    Span { least: 1, most: 30, why: "a prompt response is asked for, not a late one" };
const LINK: Span = Span { least: 1, most: 30, why: "nobody watches a bed whose link is lost" };
const STANDBY: Span =
    Span { least: 5, most: 720, why: "a bed that is forgotten in standby is not watched" };
const INPUT_AGE: Span = Span { least: 5, most: 1_440, why: "a score of older values is history" };

/// The policy, and what was stated about the station's own limits.
pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> (AlarmPolicy, Option<LimitsStated>) {
    let scores = scores(top, reader);
    let usual = AlarmPolicy { scores, ..AlarmPolicy::default() };
    let Some(table) = top.table("alarms", "[alarms]", reader) else { return (usual, None) };
    let section = Section::open(table.value, "[alarms]", table.line, KEYS, reader);
    let limits = limits::read(section, reader);
    let (limits, stated) = limits.map_or((None, None), |(limits, stated)| (limits, Some(stated)));
    let mut minutes = |key, span: Span, usual: Duration| {
        section.within(key, span, reader).map_or(usual, minutes_of)
    };
    let policy = AlarmPolicy {
        pause: minutes("pause_minutes", PAUSE, usual.pause),
        going_lapses: minutes("going_lapses_minutes", GOING, usual.going_lapses),
        medium_reminder: minutes("medium_reminder_minutes", MEDIUM, usual.medium_reminder),
        link_reminder: minutes("link_reminder_minutes", LINK, usual.link_reminder),
        standby_reminder: minutes("standby_reminder_minutes", STANDBY, usual.standby_reminder),
        acknowledged_reminder: acknowledged(section, usual.acknowledged_reminder, reader),
        audio_off: audio_off(section, reader),
        high_banner: seconds(section, "high_banner_seconds", BANNER, usual.high_banner, reader),
        high_louder: seconds(section, "high_louder_seconds", LOUDER, usual.high_louder, reader),
        latch: latch(section, usual.latch, reader),
        sounds_when_silenced_at_bedside: section
            .flag("sounds_when_silenced_at_bedside", reader)
            .map_or(usual.sounds_when_silenced_at_bedside, |flag| flag.value),
        limits,
        scores,
    };
    if policy.high_louder < policy.high_banner {
        let line = section.line_of("high_louder_seconds", reader);
        reader.wrong(
            line,
            "an alarm of high priority would be louder before its banner",
            format!("write {} seconds or more", policy.high_banner.as_secs()),
        );
    }
    (policy, stated)
}

fn scores(top: Section<'_>, reader: &mut Reader) -> ScorePolicy {
    let usual = ScorePolicy::default();
    let Some(table) = top.table("scores", "[scores]", reader) else { return usual };
    let section = Section::open(table.value, "[scores]", table.line, SCORE_KEYS, reader);
    let mut flag = |key, usual| section.flag(key, reader).map_or(usual, |flag| flag.value);
    let (news2, qsofa, pews) =
        (flag("news2", usual.news2), flag("qsofa", usual.qsofa), flag("pews", usual.pews));
    let age = section.within("input_age_minutes", INPUT_AGE, reader);
    ScorePolicy { news2, qsofa, pews, input_age: age.map_or(usual.input_age, minutes_of) }
}

fn minutes_of(minutes: u32) -> Duration {
    Duration::from_secs(60 * u64::from(minutes))
}

fn seconds(
    section: Section<'_>,
    key: &str,
    span: Span,
    usual: Duration,
    reader: &mut Reader,
) -> Duration {
    let seconds = section.within(key, span, reader);
    seconds.map_or(usual, |seconds| Duration::from_secs(u64::from(seconds)))
}

/// Minutes; 0: never.
fn acknowledged(
    section: Section<'_>,
    usual: Option<Duration>,
    reader: &mut Reader,
) -> Option<Duration> {
    const KEY: &str = "acknowledged_reminder_minutes";
    if section.is_zero(KEY) {
        return None;
    }
    section.within(KEY, ACKNOWLEDGED, reader).map_or(usual, |minutes| Some(minutes_of(minutes)))
}

/// `"never"`, or the minutes of its reminder. Without a word the unit has not allowed it.
fn audio_off(section: Section<'_>, reader: &mut Reader) -> Option<Duration> {
    const KEY: &str = "audio_off";
    match section.value(KEY, reader)? {
        Field { value: DeValue::String(word), .. } if word == "never" => None,
        Field { value: DeValue::Integer(_), .. } => {
            section.within(KEY, AUDIO_OFF, reader).map(minutes_of)
        }
        field => {
            let wanted = "\"never\", or the minutes after which a reminder sounds, from 1 to 10";
            wrong_type(reader, KEY, field, wanted);
            None
        }
    }
}

fn latch(section: Section<'_>, usual: Latch, reader: &mut Reader) -> Latch {
    let Some(field) = section.text("latch", reader) else { return usual };
    match field.value {
        "high" => Latch::High,
        "nothing" => Latch::Nothing,
        other => {
            let remedy = match nearest(other, ["high", "nothing"]) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "write high or nothing".to_owned(),
            };
            reader.wrong(field.line, format!("latch cannot be {}", quote(other)), remedy);
            usual
        }
    }
}
