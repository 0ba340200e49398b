//! What a restart must not lose of the alarms: answers, latches, how long somebody has been asked for,
//! and whether alarms sound.
//!
//! Numbers go on far above the last one that was kept, so that a window which outlives the station
//! cannot answer one alarm by the number of another.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_model::{AnswerKind, Condition, LogKind, MonoTime, Priority, StayId, Text, WallTime};

use crate::{
    attention::{
        audio::{Audio, AudioKept},
        condition::{Answer, Fact, Presence, Row},
        listed::Listed,
    },
    board::Board,
    journal::Moment,
    view::ConditionNo,
};

/// Numbers left out at a restart: more than can be given between two snapshots.
const NUMBERS_LEFT_OUT: u64 = 1 << 20;
/// An alarm of the station itself that was on has so long to come back with its answer. Devices are
/// missed again after 30 s.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// The rows of one device, or of the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ListedKept {
    stay: Option<StayId>,
    rows: Vec<RowKept>,
}

/// What concerns all conditions together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AttentionKept {
    last_no: u64,
    audio: Option<AudioKept>,
    station: ListedKept,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RowKept {
    no: ConditionNo,
    condition: Condition,
    fact: Fact,
    since: WallTime,
    count: u32,
    presence: PresenceKept,
    #[serde(default)]
    answer: Option<AnswerKept>,
    #[serde(default)]
    asks: Option<WallTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PresenceKept {
    On,
    Ended,
    Latched,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct AnswerKept {
    how: AnswerKind,
    by: Text,
    at: WallTime,
    priority: Priority,
}

impl Listed {
    /// `now`: a moment by both clocks, by which the times of this run are written for the next.
    pub(crate) fn kept(&self, now: Moment) -> ListedKept {
        let rows = self.rows.iter().filter_map(|(condition, row)| {
            let presence = match row.presence {
                Presence::On | Presence::Awaited(_) => PresenceKept::On,
                Presence::Ended(_) => PresenceKept::Ended,
                Presence::Latched => PresenceKept::Latched,
                Presence::Gone => return None,
            };
            let answer = row.answer.as_ref().map(|answer| AnswerKept {
                how: answer.how,
                by: answer.by.clone(),
                at: answer.at.wall,
                priority: answer.priority,
            });
            Some(RowKept {
                no: row.no,
                condition: condition.clone(),
                fact: row.fact.clone(),
                since: row.since.wall,
                count: row.count,
                presence,
                answer,
                asks: row.asks.map(|asks| now.wall.before(now.mono.since(asks))),
            })
        });
        ListedKept { stay: self.stay, rows: rows.collect() }
    }

    pub(crate) fn restored(kept: &ListedKept, at: Moment) -> Listed {
        let mut listed = Listed { stay: kept.stay, is_stale: true, ..Listed::default() };
        for row in &kept.rows {
            listed.rows.insert(row.condition.clone(), row.restored(at));
        }
        listed
    }
}

impl RowKept {
    fn restored(&self, at: Moment) -> Row {
        let presence = match (self.presence, &self.condition) {
            // The mirror has it again already.
            (PresenceKept::On, Condition::Device { .. }) => Presence::On,
            (PresenceKept::On, Condition::Station { .. }) => {
                Presence::Awaited(at.mono + BACK_WITHIN)
            }
            (PresenceKept::Ended, _) => Presence::Ended(at.mono),
            (PresenceKept::Latched, _) => Presence::Latched,
        };
        let answer = self.answer.as_ref().map(|answer| {
            let ago = at.wall.since(answer.at);
            let mono = at.mono.before(ago);
            Answer {
                how: answer.how,
                by: answer.by.clone(),
                at: Moment { mono, wall: answer.at },
                priority: answer.priority,
                held_before: ago.saturating_sub(at.mono.since(mono)),
            }
        });
        let since = in_this_run(self.since, at);
        Row {
            count: self.count,
            presence,
            answer,
            asked_before: self.asks.map(|asks| in_this_run(asks, at).mono),
            restored: Some(at.wall),
            ..Row::new(self.no, self.fact.clone(), since)
        }
    }
}

impl Board {
    pub(crate) fn attention_kept(&self, now: Moment) -> AttentionKept {
        AttentionKept {
            last_no: self.attention.next_no,
            audio: self.attention.audio.kept(),
            station: self.attention.station.kept(now),
        }
    }

    pub(crate) fn restore_attention(&mut self, kept: &AttentionKept, at: Moment) {
        let from = kept.last_no.saturating_add(NUMBERS_LEFT_OUT);
        self.attention.next_no = self.attention.next_no.max(from);
        self.attention.station = Listed::restored(&kept.station, at);
        if let Some(audio) = &kept.audio {
            self.attention.audio = Audio::restored(audio, at, &self.policy);
        }
        let (mut answered, mut latched) = (0, 0);
        for (_, row) in self.all_rows() {
            answered += usize::from(row.answer.is_some());
            latched += usize::from(row.presence == Presence::Latched);
        }
        if answered + latched > 0 || kept.audio.is_some() {
            let sound = match kept.audio {
                None => "on",
                Some(AudioKept::Paused { .. }) => "paused",
                Some(AudioKept::Off { .. }) => "off",
            };
            let note = format!(
                "restart: {answered} answers and {latched} latched alarms go on; the sound was {sound}"
            );
            self.journal.write(at, None, None, LogKind::Note(Text::from(note)));
        }
    }
}

/// A moment of the run before, in this run's clock as far as the PC's clock can tell.
fn in_this_run(wall: WallTime, at: Moment) -> Moment {
    let mono: MonoTime = at.mono.before(at.wall.since(wall));
    Moment { mono, wall }
}
