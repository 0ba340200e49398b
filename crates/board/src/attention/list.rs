//! The attention list, in its order, and what is to be heard.
//!
//! Priority, then unanswered before answered, then age: the oldest first. So what is new stands below
//! what is there already within its rank, and rows move as little as they can; and who has waited
//! longest stands first.

use std::collections::BTreeMap;

use vigie_model::{BedId, Condition, LogKind, MonoTime, Priority, Text};

use crate::{
    attention::{
        condition::Row,
        listed::{Listed, state_rank},
    },
    board::Board,
    device::Device,
    journal::Moment,
    tile,
    view::{AnswerView, AttentionOf, AttentionRow, SoundView},
    ward::BedSlot,
};

/// Rows listed. The most urgent come first, so it is the least urgent that do not fit; they sound all
/// the same.
const ROWS_MAX: usize = 2_048;

/// The list as it was last written.
#[derive(Debug, Default)]
pub(crate) struct List {
    rows: Vec<AttentionRow>,
    /// More are listed than fit.
    is_over_full: bool,
}

/// What asks most urgently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loudest {
    priority: Option<Priority>,
    step: u8,
}

impl Board {
    /// The attention list and the sound at this moment; both are written anew only after a change.
    pub(crate) fn attention_view(&mut self, at: Moment) -> (Vec<AttentionRow>, SoundView) {
        if self.attention.is_dirty {
            self.write_list(at);
            self.attention.loudest = self.loudest();
            self.attention.is_dirty = false;
        }
        let attention = &self.attention;
        let Loudest { priority, step } = attention.loudest;
        let (priority, step) = match &attention.audio {
            audio if audio.is_on() => {
                let reminds = attention.reminds_until.is_some_and(|until| at.mono < until);
                (priority.max(reminds.then_some(Priority::Low)), step)
            }
            audio => (audio.reminds(at.mono, &self.policy).then_some(Priority::Low), 0),
        };
        let sound =
            SoundView { priority, call: attention.call, step, audio: attention.audio.view() };
        (attention.list.rows.clone(), sound)
    }

    /// Every row with the device that it is about.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = ((Option<&Device>, &Condition), &Row)> {
        fn rows<'a>(
            device: Option<&'a Device>,
            listed: &'a Listed,
        ) -> impl Iterator<Item = ((Option<&'a Device>, &'a Condition), &'a Row)> {
            listed.rows.iter().map(move |(condition, row)| ((device, condition), row))
        }
        let of_devices =
            self.devices.values().flat_map(|device| rows(Some(device), &device.listed));
        of_devices.chain(rows(None, &self.attention.station))
    }

    pub(crate) fn answer_of(&self, condition: &Condition) -> AnswerView {
        self.attention.station.answer(condition)
    }

    fn loudest(&self) -> Loudest {
        let asking = self.all_rows().map(|(_, row)| row).filter(|row| row.asks.is_some());
        let loudest = asking.map(|row| {
            let steps = row.escalated().saturating_sub(1);
            (row.fact.priority, steps)
        });
        let (priority, step) = loudest.max().unzip();
        Loudest { priority, step: step.unwrap_or(0) }
    }

    fn write_list(&mut self, at: Moment) {
        let slots: BTreeMap<&BedId, &BedSlot> =
            self.ward.slots.iter().map(|slot| (&slot.bed.id, slot)).collect();
        let mut rows: Vec<((Option<&Device>, &Condition), &Row)> =
            self.all_rows().filter(|(_, row)| row.is_listed()).collect();
        rows.sort_by_key(|(_, row)| {
            let since: MonoTime = row.since.mono;
            (std::cmp::Reverse(row.fact.priority), state_rank(row.state()), since, row.no)
        });
        let surplus = rows.len().saturating_sub(ROWS_MAX);
        rows.truncate(ROWS_MAX);
        let written = rows.into_iter().map(|((device, condition), row)| {
            let bed = device.and_then(|device| device.bed.clone());
            let slot = bed.as_ref().and_then(|bed| slots.get(bed));
            let label = slot.map(|slot| slot.bed.label.clone());
            let label = label.or_else(|| device.map(tile::own_label));
            let source = slot.zip(device).and_then(|(slot, device)| slot.source_of(&device.key));
            let label = label.unwrap_or_else(|| Text::from(""));
            AttentionRow { source, ..written(bed, label, condition, row) }
        });
        let rows = written.collect();
        let list = &mut self.attention.list;
        list.rows = rows;
        let was_over_full = std::mem::replace(&mut list.is_over_full, surplus > 0);
        if surplus > 0 && !was_over_full {
            let note = format!("{surplus} alarms do not fit in the attention list of {ROWS_MAX}");
            self.journal.write(at, None, None, LogKind::Note(Text::from(note)));
        }
    }
}

fn written(bed: Option<BedId>, label: Text, condition: &Condition, row: &Row) -> AttentionRow {
    let what = match condition {
        Condition::Device { kind, .. } => {
            let words = row.fact.words.as_ref();
            AttentionOf::Device {
                kind: *kind,
                text: words.map_or_else(|| Text::from(""), |words| words.text.clone()),
                value: words.and_then(|words| words.value),
                limit: words.and_then(|words| words.limit),
            }
        }
        Condition::Station { kind, .. } => {
            AttentionOf::Station { kind: kind.clone(), beds: row.fact.beds }
        }
    };
    AttentionRow {
        bed,
        label,
        source: None,
        what,
        priority: row.fact.priority,
        since: row.since.pair(),
        count: row.count,
        inactivation: row.fact.inactivation,
        is_confirmed: row.fact.is_confirmed,
        answer: row.view(),
    }
}
