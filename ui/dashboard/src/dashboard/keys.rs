//! The keyboard.

use egui::{Context, Event, Key};
use vigie_board::view::{AudioState, BoardView};
use vigie_model::AnswerKind;

use super::Dashboard;
use crate::{
    attention_ui::Act,
    forms::Forms,
    page::Page,
    pages,
    strip_ui::{StripAct, field_id},
};

/// A wish for another number of tiles on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layout {
    More,
    Fewer,
    Automatic,
}

impl Layout {
    /// What is typed for it, on any keyboard.
    fn typed(self) -> &'static str {
        match self {
            Layout::More => "+",
            Layout::Fewer => "-",
            Layout::Automatic => "0",
        }
    }
}

impl Dashboard {
    /// What the keys of this frame ask for.
    pub(super) fn key_act(&self, ctx: &Context, view: &BoardView) -> Option<StripAct> {
        if self.is_typing(ctx) {
            return None;
        }
        let pressed =
            |key: Key| ctx.input(|input| input.key_pressed(key) && input.modifiers.is_none());
        let keys = [
            (Key::U, StripAct::Of(Act::MostUrgent)),
            (Key::A, StripAct::Of(Act::Answer(AnswerKind::Acknowledged))),
            (Key::G, StripAct::Of(Act::Answer(AnswerKind::Going))),
            (Key::R, StripAct::Of(Act::Reset)),
            (Key::F, StripAct::Of(Act::List)),
            (Key::J, StripAct::Of(Act::Log)),
            (Key::I, StripAct::Initials),
            (Key::S, StripAct::TestSound),
        ];
        if pressed(Key::P) {
            let is_on = view.sound.audio == AudioState::On;
            return Some(if is_on { StripAct::Pause } else { StripAct::On });
        }
        keys.into_iter().find(|(key, _)| pressed(*key)).map(|(_, act)| act)
    }

    /// Whether keys are letters: of initials, of a limit, of a search.
    pub(super) fn is_typing(&self, ctx: &Context) -> bool {
        let has_initials = self.desk.field.is_some()
            && (self.desk.is_fresh || ctx.memory(|memory| memory.has_focus(field_id())));
        has_initials || ctx.text_edit_focused()
    }

    pub(super) fn handle_keys(&mut self, ctx: &Context) {
        if self.is_typing(ctx) {
            return;
        }
        let (escape, language, copies, colours, help, setup, wall, layout) = ctx.input(|input| {
            let typed = |what: &str| {
                input.events.iter().any(|event| matches!(event, Event::Text(text) if text == what))
            };
            let pressed = |key: Key| input.key_pressed(key) && input.modifiers.is_none();
            (
                input.key_pressed(Key::Escape),
                pressed(Key::L),
                pressed(Key::C),
                pressed(Key::T),
                typed("?"),
                pressed(Key::Comma),
                pressed(Key::W),
                [Layout::More, Layout::Fewer, Layout::Automatic]
                    .into_iter()
                    .find(|wish| typed(wish.typed())),
            )
        });
        if help {
            self.turn_to(Page::Help, self.page != Page::Help);
        } else if escape && self.page != Page::Setup {
            self.leave();
        }
        if setup {
            self.turn_to(Page::Setup, self.page != Page::Setup);
        }
        if let Some(wish) = layout.filter(|_| self.page == Page::Beds && self.open.is_none()) {
            self.change_layout(wish);
        }
        if wall {
            self.turn_wall();
        }
        if copies {
            self.turn_to(Page::Copies, self.page != Page::Copies);
        }
        if colours {
            self.theme = self.theme.turned();
        }
        if language {
            self.set_language(self.words.language().next());
        }
    }

    /// To the wall, or from it back to the ward.
    fn turn_wall(&mut self) {
        let is_seen = self.page == Page::Beds && self.open.is_none();
        self.options.is_wall = !(is_seen && self.options.is_wall);
        self.open(None);
    }

    /// The next layout from the one that is shown; what cannot be read is refused as it is painted.
    fn change_layout(&mut self, wish: Layout) {
        let Some(tiles) = self.ward.tiles() else { return };
        let tiles = match wish {
            Layout::More => Some(pages::next(tiles, true)),
            Layout::Fewer => Some(pages::next(tiles, false)),
            Layout::Automatic => None,
        };
        self.set_tiles(tiles.and_then(|tiles| u16::try_from(tiles).ok()));
    }

    /// Out of what was entered last.
    fn leave(&mut self) {
        if self.desk.field.is_some() {
            self.desk.close_field();
        } else if self.page != Page::Beds {
            self.page = Page::Beds;
        } else if self.bed.forms.open.is_some() {
            self.bed.forms = Forms::default();
        } else {
            self.open(None);
        }
    }
}
