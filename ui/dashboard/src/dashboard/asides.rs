//! What is asked of the window itself: another one, the whole screen, its end.

use std::sync::Arc;

use egui::{Context, Rect, Ui, ViewportCommand};
use vigie_board::view::{BoardView, TileView};
use vigie_config::{BedPlace, lay_out};
use vigie_model::{MonoTime, Role};
use vigie_words::TextKey;

use super::Dashboard;
use crate::{
    closing_ui::{ClosingAct, closing_ui},
    map_ui::{Drawn, MapAct, map_ui},
    page::Page,
    phrases::Phrases,
    setup::Setup,
};

impl Dashboard {
    /// Whether somebody wants one more window, since this was last called.
    pub fn poll_window(&mut self) -> bool {
        std::mem::take(&mut self.wants_window)
    }

    /// Says for a while in the bar what became of a wish about windows.
    pub fn say_of_window(&mut self, what: TextKey, now: MonoTime) {
        self.said_lately = Some((self.words.text(what), now));
    }

    /// Somebody closes the window. False: not yet, it is asked first; also while the station is stopped, for
    /// it may be starting again. Where there never was one, nothing is asked.
    pub fn wants_to_close(&mut self, now: MonoTime) -> bool {
        let is_seen = self.frames > 0 && self.is_heard;
        if self.closing.is_closed || !is_seen {
            return true;
        }
        self.closing.begin(now);
        self.page = Page::Closing;
        false
    }

    /// Whether a person who was asked wants it closed.
    pub fn is_closed(&self) -> bool {
        self.closing.is_closed
    }

    /// Asks whether the window is to be closed; who does not answer stays.
    pub(super) fn closing_ui(&mut self, ui: &mut Ui, area: Rect, phrases: &Phrases) {
        match closing_ui(ui, area, &mut self.closing, phrases) {
            Some(ClosingAct::Close) => self.closing.is_closed = true,
            Some(ClosingAct::Stay) => self.page = Page::Beds,
            None => {}
        }
    }

    /// Shows or hides the bed map.
    pub fn show_map(&mut self, is_open: bool) {
        self.turn_to(Page::Map, is_open);
    }

    /// Opens the map with the field to find a patient in.
    pub(super) fn find(&mut self) {
        self.map.find();
        self.page = Page::Map;
    }

    /// The map, and what is asked for on it.
    pub(super) fn map_ui(&mut self, ui: &mut Ui, area: Rect, view: &BoardView, phrases: &Phrases) {
        let set_up = self.setup.as_ref().filter(|setup| setup.can_draw());
        let may_draw = self.people.may(Role::Configure);
        let said = set_up.and_then(|setup| setup.said_of_map(phrases));
        let around = Drawn {
            places: self.places_of(view),
            can_draw: set_up.is_some() && may_draw,
            can_undo: set_up.is_some_and(Setup::can_undo_map),
            said,
        };
        let Some(act) = map_ui(ui, area, view, &around, phrases, &mut self.map) else { return };
        match (act, &mut self.setup) {
            (MapAct::Close, _) => {
                self.map.forget();
                self.page = Page::Beds;
            }
            (MapAct::Open(place), _) => {
                self.map.forget();
                self.open(Some(place));
            }
            (MapAct::Move(nth, to), Some(setup)) => {
                let mut all = around.places;
                let from = all.get(nth).copied();
                if let (Some(from), Some(other)) = (from, all.iter().position(|at| *at == to))
                    && let Some(other) = all.get_mut(other)
                {
                    // Whoever lies there comes here.
                    *other = from;
                }
                if let Some(at) = all.get_mut(nth) {
                    *at = to;
                }
                let ids = view.tiles.iter().map(|tile| tile.bed.as_ref().map(|bed| bed.0.as_str()));
                setup.draw(ids.zip(all).filter_map(|(id, at)| Some((id?, at))));
            }
            (MapAct::Undo, Some(setup)) => setup.undo_map(),
            (MapAct::Save, Some(setup)) => setup.save_map(),
            (MapAct::Move(..) | MapAct::Undo | MapAct::Save, None) => {}
        }
    }

    /// The whole screen, and back. A kiosk has nothing else.
    pub(super) fn turn_full_screen(&mut self, ctx: &Context) {
        let is_asked = std::mem::take(&mut self.wants_full_screen);
        if is_asked && !self.options.is_kiosk {
            let is_full = ctx.input(|input| input.viewport().fullscreen.unwrap_or_default());
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(!is_full));
        }
    }

    /// Where the beds of a view lie: as somebody moved them here, else as the station says. What was read
    /// of the file here may be old, or was never given to who has not come in by PIN.
    fn places_of(&self, view: &BoardView) -> Vec<BedPlace> {
        let moved = self.setup.as_ref().filter(|setup| setup.can_undo_map());
        let place = |tile: &Arc<TileView>| {
            let bed = tile.bed.as_ref()?;
            moved.map_or_else(
                || self.places.get(bed).copied(),
                |setup| setup.place_of(bed.0.as_str()),
            )
        };
        lay_out(&view.tiles.iter().map(place).collect::<Vec<_>>())
    }
}
