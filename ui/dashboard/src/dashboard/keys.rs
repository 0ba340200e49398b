//! The keyboard.

use egui::Context;
use vigie_board::view::{AudioState, BoardView};
use vigie_model::AnswerKind;
use vigie_ui_kit::tokens::Inks;
use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

use super::{Dashboard, waves::WaveWish, zoom::TEXT_STEP};
use crate::{
    attention_ui::Act,
    forms::Forms,
    keymap::Action,
    page::Page,
    pages,
    strip_ui::{StripAct, field_id},
};

/// The one after `now`, round and round.
fn next<T: Copy + PartialEq>(all: &[T], now: T) -> T {
    let after = all.iter().skip_while(|one| **one != now).nth(1);
    after.or(all.first()).copied().unwrap_or(now)
}

impl Dashboard {
    /// Does what the keys of this frame ask for.
    pub(super) fn handle_keys(&mut self, ctx: &Context) {
        // What nobody could do in the last frame is not done later.
        self.wanted.clear();
        if self.is_typing(ctx) {
            return;
        }
        for action in Action::pressed(ctx) {
            // Set-up has steps of its own to go back.
            if action != Action::Back || self.page != Page::Setup {
                self.perform(action);
            }
        }
    }

    /// Does what somebody asked for, by key or by finger. What is asked of the board waits until the view
    /// was painted.
    pub(super) fn perform(&mut self, action: Action) {
        match action {
            Action::MostUrgent
            | Action::Acknowledge
            | Action::Going
            | Action::Reset
            | Action::List
            | Action::Log
            | Action::Audio
            | Action::Initials
            | Action::SoundTest => self.wanted.push(action),
            // Read where they act.
            Action::Choose | Action::First | Action::Open | Action::Turn | Action::Page => {}
            Action::Back => self.leave(),
            Action::More => self.change_layout(Some(true)),
            Action::Fewer => self.change_layout(Some(false)),
            Action::Automatic => self.change_layout(None),
            Action::Speed => self.change_waves(WaveWish::Speed),
            Action::Gain => self.change_waves(WaveWish::Gain),
            Action::Motion => self.change_waves(WaveWish::Motion),
            Action::Grid => self.change_waves(WaveWish::Grid),
            Action::Calibrate => self.turn_calibration(),
            Action::Freeze => {
                self.bed.freeze.is_wanted = self.page == Page::Beds && self.open.is_some();
            }
            Action::Wall => self.turn_wall(),
            Action::Map => self.turn_to(Page::Map, self.page != Page::Map),
            Action::Find => self.find(),
            Action::Window => self.wants_window = true,
            Action::FullScreen => self.wants_full_screen = true,
            Action::Colours => self.theme = self.theme.turned(),
            Action::Palette => self.theme.inks = next(&Inks::ALL, self.theme.inks),
            Action::Pressure => self.change_units(|units| {
                units.pressure = next(&PressureUnit::ALL, units.pressure);
            }),
            Action::Temperature => self.change_units(|units| {
                units.temperature = next(&TemperatureUnit::ALL, units.temperature);
            }),
            Action::Airway => self.change_units(|units| {
                units.airway = next(&AirwayUnit::ALL, units.airway);
            }),
            Action::Language => self.set_language(self.words.language().next()),
            Action::Larger => self.change_text(TEXT_STEP),
            Action::Smaller => self.change_text(-TEXT_STEP),
            Action::UsualSize => self.text_percent = self.text_usual,
            Action::Pin => self.turn_pin(),
            Action::Privacy => self.options.is_private = !self.options.is_private,
            Action::Copies => self.turn_to(Page::Copies, self.page != Page::Copies),
            Action::Setup => self.turn_to(Page::Setup, self.page != Page::Setup),
            Action::Menu => self.show_menu(self.page != Page::Menu),
            Action::About => self.turn_to(Page::About, self.page != Page::About),
            Action::Help => self.turn_to(Page::Help, self.page != Page::Help),
        }
    }

    /// What is asked of the board, now that the view is there.
    pub(super) fn wanted_acts(&mut self, view: &BoardView) -> Vec<StripAct> {
        let is_on = view.sound.audio == AudioState::On;
        let act = |action| match action {
            Action::MostUrgent => Some(StripAct::Of(Act::MostUrgent)),
            Action::Acknowledge => Some(StripAct::Of(Act::Answer(AnswerKind::Acknowledged))),
            Action::Going => Some(StripAct::Of(Act::Answer(AnswerKind::Going))),
            Action::Reset => Some(StripAct::Of(Act::Reset)),
            Action::List => Some(StripAct::Of(Act::List)),
            Action::Log => Some(StripAct::Of(Act::Log)),
            Action::Audio => Some(if is_on { StripAct::Pause } else { StripAct::On }),
            Action::Initials => Some(StripAct::Initials),
            Action::SoundTest => Some(StripAct::TestSound),
            Action::Choose
            | Action::First
            | Action::Open
            | Action::Back
            | Action::Turn
            | Action::Page
            | Action::More
            | Action::Fewer
            | Action::Automatic
            | Action::Speed
            | Action::Gain
            | Action::Motion
            | Action::Grid
            | Action::Calibrate
            | Action::Freeze
            | Action::Wall
            | Action::Map
            | Action::Find
            | Action::Window
            | Action::FullScreen
            | Action::Colours
            | Action::Language
            | Action::Palette
            | Action::Pressure
            | Action::Temperature
            | Action::Airway
            | Action::Larger
            | Action::Smaller
            | Action::UsualSize
            | Action::Copies
            | Action::Pin
            | Action::Privacy
            | Action::Setup
            | Action::Menu
            | Action::About
            | Action::Help => None,
        };
        std::mem::take(&mut self.wanted).into_iter().filter_map(act).collect()
    }

    /// To the wall, or from it back to the ward.
    fn turn_wall(&mut self) {
        let is_seen = self.page == Page::Beds && self.open.is_none();
        self.options.is_wall = !(is_seen && self.options.is_wall);
        self.open(None);
    }

    /// Whether keys are letters: of initials, of a limit, of a search.
    pub(super) fn is_typing(&self, ctx: &Context) -> bool {
        let has_initials = self.desk.field.is_some()
            && (self.desk.is_fresh || ctx.memory(|memory| memory.has_focus(field_id())));
        has_initials || ctx.text_edit_focused()
    }

    /// More or fewer beds than are shown, or as the distance wants it; what cannot be read is refused as it
    /// is painted.
    fn change_layout(&mut self, is_more: Option<bool>) {
        if self.page != Page::Beds || self.open.is_some() {
            return;
        }
        let Some(tiles) = self.ward.tiles() else { return };
        let tiles = is_more.map(|is_more| pages::next(tiles, is_more));
        self.set_tiles(tiles.and_then(|tiles| u16::try_from(tiles).ok()));
    }

    fn change_units(&mut self, change: impl FnOnce(&mut Units)) {
        let mut units = self.words.units();
        change(&mut units);
        self.set_units(units);
    }

    /// Out of what was entered last.
    fn leave(&mut self) {
        if self.desk.field.is_some() {
            self.desk.close_field();
        } else if self.page != Page::Beds {
            self.page = Page::Beds;
        } else if self.bed.freeze.frozen.is_some() {
            self.bed.freeze.frozen = None;
        } else if self.bed.forms.open.is_some() {
            self.bed.forms = Forms::default();
        } else {
            self.open(None);
        }
    }
}
