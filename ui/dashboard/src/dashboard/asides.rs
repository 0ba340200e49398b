//! What is asked of the window itself: another one, the whole screen, its end.

use egui::{Context, Rect, Ui, ViewportCommand};
use vigie_model::MonoTime;
use vigie_words::TextKey;

use super::Dashboard;
use crate::{
    closing_ui::{ClosingAct, closing_ui},
    page::Page,
    phrases::Phrases,
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

    /// Somebody closes the window. False: not yet, it is asked first. Where nothing can be seen, nothing is
    /// asked.
    pub fn wants_to_close(&mut self, now: MonoTime) -> bool {
        let is_seen = self.frames > 0 && self.stopped.is_none() && self.is_heard;
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

    /// The whole screen, and back. A kiosk has nothing else.
    pub(super) fn turn_full_screen(&mut self, ctx: &Context) {
        let is_asked = std::mem::take(&mut self.wants_full_screen);
        if is_asked && !self.options.is_kiosk {
            let is_full = ctx.input(|input| input.viewport().fullscreen.unwrap_or_default());
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(!is_full));
        }
    }
}
