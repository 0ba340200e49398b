//! What somebody asked for, by key or button, and which alarms it is about.

use egui::Context;
use vigie_board::{
    Command,
    view::{AnswerState, AttentionRow, BoardView, ConditionNo, TileView},
};
use vigie_model::{AnswerKind, MonoTime};
use vigie_words::TextKey;

use super::{Dashboard, Place};
use crate::{
    alarms,
    attention_ui::{Act, Free, tile_of},
    page::Page,
    strip_ui::StripAct,
};

impl Dashboard {
    /// The rows that an answer goes to: the row that is chosen, else those of the open bed. Only what
    /// stood on the screen before: nobody answers what nobody could see.
    fn targets(
        &self,
        view: &BoardView,
        tile: Option<&TileView>,
        takes: impl Fn(&AttentionRow) -> bool,
    ) -> Vec<ConditionNo> {
        let is_meant = |row: &&AttentionRow| match (self.column.chosen, tile) {
            (Some(chosen), _) => row.answer.no == chosen,
            (None, Some(tile)) => alarms::is_of(row, tile),
            (None, None) => false,
        };
        let rows = view.attention.iter().filter(is_meant);
        let rows = rows.filter(|row| takes(row) && self.column.was_painted(row.answer.no));
        rows.map(|row| row.answer.no).collect()
    }

    pub(super) fn free(&self, view: &BoardView, tile: Option<&TileView>) -> Free {
        let has = |takes: fn(&AttentionRow) -> bool| !self.targets(view, tile, takes).is_empty();
        Free {
            urgent: view.attention.iter().any(|row| tile_of(row, view).is_some()),
            acknowledge: has(is_active),
            going: has(can_go),
            reset: has(is_latched),
        }
    }

    /// Does what somebody asked for.
    pub(super) fn handle(
        &mut self,
        ctx: &Context,
        act: StripAct,
        view: &BoardView,
        tile: Option<&TileView>,
        now: MonoTime,
    ) {
        let alarms = match &act {
            StripAct::Of(Act::Answer(AnswerKind::Acknowledged)) => {
                self.targets(view, tile, is_active)
            }
            StripAct::Of(Act::Answer(AnswerKind::Going)) => self.targets(view, tile, can_go),
            StripAct::Of(Act::Reset) => self.targets(view, tile, is_latched),
            StripAct::Of(Act::Open(_) | Act::MostUrgent | Act::List | Act::Log)
            | StripAct::Pause
            | StripAct::Off
            | StripAct::On
            | StripAct::TestSound
            | StripAct::Initials => Vec::new(),
        };
        match act {
            StripAct::Of(Act::Open(place)) => {
                // Answers go to the bed from here on, not to the row it was opened with.
                ctx.memory_mut(|memory| {
                    if let Some(id) = memory.focused() {
                        memory.surrender_focus(id);
                    }
                });
                self.open(Some(place));
            }
            StripAct::Of(Act::MostUrgent) => {
                let tile = view.attention.iter().find_map(|row| tile_of(row, view));
                if let Some(tile) = tile {
                    self.open(Some(Place::of(tile)));
                }
            }
            StripAct::Of(Act::Answer(_) | Act::Reset) if alarms.is_empty() => {
                if self.column.chosen.is_none() && tile.is_none() {
                    self.desk.set_hint(TextKey::ChooseFirst, now);
                }
            }
            StripAct::Of(Act::Answer(how)) => self.ask(Command::Answer { alarms, how }),
            StripAct::Of(Act::Reset) => self.ask(Command::Reset { alarms }),
            StripAct::Of(Act::List) => self.column.wants_focus = true,
            // Done already, with the bed that is open.
            StripAct::Of(Act::Log) => {}
            StripAct::Pause => self.ask(Command::PauseAudio),
            StripAct::Off => self.ask(Command::AudioOff),
            StripAct::On => self.ask(Command::AudioOn),
            StripAct::Initials => self.desk.open_field(),
            StripAct::TestSound => self.turn_to(Page::SoundTest, self.page != Page::SoundTest),
        }
    }
}

/// Rows that can be acknowledged.
fn is_active(row: &AttentionRow) -> bool {
    row.answer.state == AnswerState::Active
}

/// Rows to which somebody may still say to be going.
fn can_go(row: &AttentionRow) -> bool {
    let is_going =
        row.answer.answered.as_ref().is_some_and(|answered| answered.how == AnswerKind::Going);
    match row.answer.state {
        AnswerState::Active => true,
        AnswerState::Answered => !is_going,
        AnswerState::Latched => false,
    }
}

/// Rows that can be reset.
fn is_latched(row: &AttentionRow) -> bool {
    row.answer.state == AnswerState::Latched
}
