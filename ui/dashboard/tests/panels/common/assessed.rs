//! Beds with scores, limits of the station's own and a last hour; and an hour of the alarm log.

use std::{sync::Arc, time::Duration};

use vigie_board::view::{
    HourChange, HourView, LimitsView, ScoreBand, ScoreKind, ScorePart, ScoreView, ScoresView,
    TileView, WatchView,
};
use vigie_dashboard::{Log, LogPage, LogWanted};
use vigie_history::LogRow;
use vigie_model::{
    Acvpu, Alarm, AlarmKind, AlarmPhase, AnswerKind, BedId, Condition, Decimal, DeviceKey, Entered,
    EnteredBy, Lapse, LogKind, MonoTime, OxygenFlow, Priority, Refill, RunId, Spo2Scale, Stamp,
    StandbyReason, StationAlarmKind, Text, WallTime, WatchLimit,
};

use super::{WALL, high, normal};

fn by(by: &str, minutes: u64) -> EnteredBy {
    EnteredBy { by: Text::from(by), at: WALL.before(Duration::from_secs(60 * minutes)) }
}

fn part(id: &str, value: Option<Decimal>, points: Option<u8>, minutes: Option<u64>) -> ScorePart {
    let age = minutes.map(|minutes| Duration::from_secs(60 * minutes));
    let is_old = minutes.is_some_and(|minutes| minutes > 60);
    ScorePart { id: Text::from(id), value, points, age, is_old }
}

/// The seven parts of NEWS2, all known.
fn parts() -> Vec<ScorePart> {
    let whole = |value| Some(Decimal::whole(value));
    vec![
        part("rr", whole(22), Some(2), Some(0)),
        part("spo2", whole(94), Some(1), Some(0)),
        part("oxygen", None, Some(2), Some(64)),
        part("abp.sys", whole(118), Some(0), Some(0)),
        part("pr", whole(88), Some(0), Some(0)),
        part("consciousness", None, Some(0), Some(24)),
        part("temp", Some(Decimal::new(371, -1)), Some(0), Some(0)),
    ]
}

fn day() -> Vec<(WallTime, u8)> {
    let quarter = Duration::from_secs(900);
    (0_u32..60).map(|nth| (WALL.before(quarter * (60 - nth)), (nth / 9 % 8) as u8)).collect()
}

fn limit(id: &str, low: Option<Decimal>, high: Option<Decimal>) -> WatchLimit {
    WatchLimit { id: Text::from(id), low, high }
}

/// The limits that the fixtures hold.
pub fn limits() -> Vec<WatchLimit> {
    let whole = |value| Some(Decimal::whole(value));
    vec![
        limit("hr.ecg", whole(50), whole(120)),
        limit("spo2", whole(90), None),
        limit("abp.sys", whole(90), whole(160)),
        limit("abp.mean", whole(60), whole(110)),
        limit("rr", whole(8), whole(30)),
        limit("temp", Some(Decimal::new(355, -1)), Some(Decimal::new(390, -1))),
    ]
}

/// What "tighten around now" would make of them.
pub fn tightened() -> Vec<WatchLimit> {
    let mut limits = limits();
    limits[0] = limit("hr.ecg", Some(Decimal::whole(66)), Some(Decimal::whole(98)));
    limits
}

/// All is known: NEWS2 of 5, qSOFA, limits that a person set, changes in the last hour.
pub fn scored(index: usize) -> TileView {
    let qsofa = ScoreView {
        kind: ScoreKind::Qsofa,
        total: Some(1),
        at_least: 1,
        band: ScoreBand::Low,
        parts: vec![
            part("rr", Some(Decimal::whole(22)), Some(1), Some(0)),
            part("abp.sys", Some(Decimal::whole(118)), Some(0), Some(0)),
            part("consciousness", None, Some(0), Some(24)),
        ],
        trend: Vec::new(),
    };
    let news2 = ScoreView {
        kind: ScoreKind::News2,
        total: Some(5),
        at_least: 5,
        band: ScoreBand::Medium,
        parts: parts(),
        trend: day(),
    };
    let change = |id: &str, from: i64, to: i64| HourChange {
        id: Text::from(id),
        from: Decimal::whole(from),
        to: Decimal::whole(to),
    };
    let mut tile = normal(index);
    tile.watch = Arc::new(WatchView {
        limits: Some(LimitsView {
            limits: limits(),
            set: Some(by("CD", 12)),
            tightened: tightened(),
            free: ["etco2", "pr.spo2"].map(Text::from).to_vec(),
        }),
        scores: ScoresView {
            entered: vec![
                (Entered::Oxygen(true), by("AB", 64)),
                (Entered::Consciousness(Acvpu::Alert), by("AB", 24)),
                (Entered::Spo2Scale(Spo2Scale::One), by("EF", 300)),
            ],
            scores: vec![news2, qsofa],
        },
        hour: HourView::Changed(vec![change("hr.ecg", 82, 118), change("spo2", 97, 91)]),
        ..WatchView::default()
    });
    tile
}

/// A child scored by Bedside PEWS, of which two parts are entered.
pub fn pews(index: usize) -> TileView {
    let whole = |value| Some(Decimal::whole(value));
    let parts = vec![
        part("hr.ecg", whole(142), Some(1), Some(0)),
        part("abp.sys", whole(98), Some(0), Some(0)),
        part("refill", None, Some(4), Some(64)),
        part("rr", whole(44), Some(1), Some(0)),
        part("effort", None, None, None),
        part("spo2", whole(95), Some(0), Some(0)),
        part("oxygen", None, Some(2), Some(12)),
    ];
    let score = ScoreView {
        kind: ScoreKind::Pews,
        total: None,
        at_least: 8,
        band: ScoreBand::Incomplete,
        parts,
        trend: Vec::new(),
    };
    let mut tile = scored(index);
    let watch = Arc::make_mut(&mut tile.watch);
    watch.scores.scores = vec![score];
    watch.scores.entered = vec![
        (Entered::OxygenFlow(OxygenFlow::Low), by("AB", 12)),
        (Entered::Refill(Refill::From3s), by("CD", 64)),
    ];
    tile
}

/// The same with an alarm.
pub fn scored_in_alarm(index: usize) -> TileView {
    let watch = scored(index).watch;
    TileView { watch, ..high(index) }
}

/// Nobody entered anything; the limits are those of the category.
pub fn not_entered(index: usize) -> TileView {
    let mut tile = scored(index);
    let watch = Arc::make_mut(&mut tile.watch);
    watch.scores.entered.clear();
    watch.scores.scores.truncate(1);
    for score in &mut watch.scores.scores {
        (score.total, score.at_least, score.band) = (None, 3, ScoreBand::Incomplete);
        score.trend.clear();
        for part in &mut score.parts {
            if part.value.is_none() {
                (part.points, part.age, part.is_old) = (None, None, false);
            }
        }
    }
    if let Some(limits) = &mut watch.limits {
        limits.set = None;
        limits.tightened = limits.limits.clone();
    }
    watch.hour = HourView::Steady;
    tile
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
        value: None,
        limit: None,
        text: Text::from(text),
    })
}

/// A line of the log of a bed, so many minutes ago.
pub fn line(bed: Option<&str>, minutes: u64, kind: LogKind) -> LogRow {
    let at = WALL.before(Duration::from_secs(60 * minutes));
    LogRow {
        stamp: Stamp { run: RunId(1), seq: 0, mono: MonoTime::START, wall: at },
        bed: bed.map(|bed| BedId(Text::from(bed))),
        device: bed.map(|bed| DeviceKey(Text::from(format!("device of {bed}")))),
        kind,
    }
}

/// The lines of an hour, oldest first.
pub fn log_rows(bed: &str) -> Vec<LogRow> {
    let condition = || Condition::Device {
        device: DeviceKey(Text::from(format!("device of {bed}"))),
        kind: AlarmKind::Physiological,
        id: Text::from("7"),
    };
    let by = || Text::from("AB");
    let of = |minutes, kind| line(Some(bed), minutes, kind);
    vec![
        of(55, alarm("7", "***VTACH", Priority::High, AlarmKind::Physiological)),
        of(54, LogKind::Answered { condition: condition(), how: AnswerKind::Going, by: by() }),
        of(50, LogKind::AnswerLapsed { condition: condition(), why: Lapse::Returned }),
        of(45, LogKind::DeviceAlarmEnded(Text::from("7"))),
        of(44, LogKind::Reset { condition: condition(), by: by() }),
        of(40, alarm("8", "NBP CUFF LEAK", Priority::Low, AlarmKind::Technical)),
        line(None, 30, LogKind::AudioPaused { until: WALL, by: by() }),
        of(20, LogKind::StationAlarm(StationAlarmKind::DeviceLost)),
        of(19, LogKind::StationAlarmEnded(StationAlarmKind::DeviceLost)),
        of(10, LogKind::Standby { why: StandbyReason::Away, by: by() }),
        of(5, LogKind::Entered { what: Entered::Oxygen(true), by: by() }),
        line(None, 2, LogKind::Note(Text::from("restarted after 12 s"))),
    ]
}

/// The log of the time that is wanted, as a record has it.
pub fn log(wanted: &LogWanted) -> Log {
    let to = wanted.to.unwrap_or(WALL);
    let mut page = LogPage::new(to.before(wanted.length), to);
    let rows = log_rows("b0").into_iter();
    let is_in = |row: &LogRow| {
        page.from <= row.stamp.wall
            && row.stamp.wall < page.to
            && wanted.bed.as_ref().is_none_or(|bed| row.bed.as_ref() == Some(bed))
    };
    page.rows = rows.filter(is_in).collect();
    Log::Of(Arc::new(page))
}
