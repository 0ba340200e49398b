//! How large text and buttons are.

use egui::Context;
use vigie_model::MonoTime;
use vigie_words::TextKey;

use super::Dashboard;

/// Least and greatest size of text, in hundredths of the usual one.
pub const TEXT_PERCENT: (u16, u16) = (80, 200);
/// Hundredths between two sizes of text.
pub(super) const TEXT_STEP: i16 = 10;
/// The window never shows less than this many points: below it pages have no room.
const POINTS_MIN: egui::Vec2 = egui::vec2(960.0, 540.0);

impl Dashboard {
    /// Text and buttons so large, in hundredths; from 80 to 200.
    pub fn set_text_percent(&mut self, percent: u16) {
        self.text_usual = percent.clamp(TEXT_PERCENT.0, TEXT_PERCENT.1);
        self.text_percent = self.text_usual;
    }

    /// How large text and buttons are: as wanted, or as large as the window has room for.
    pub fn text_percent(&self) -> u16 {
        self.text_percent.min(self.text_most)
    }

    /// Larger or smaller text by so many hundredths of what is seen. What is wanted and has no room now is
    /// not forgotten by asking for more.
    pub(super) fn change_text(&mut self, by: i16) {
        let seen = self.text_percent();
        let wanted = seen.saturating_add_signed(by);
        // To whole steps, also from what the configuration says.
        let step = TEXT_STEP.unsigned_abs();
        let wanted = if by > 0 { wanted / step * step } else { wanted.div_ceil(step) * step };
        let wanted = wanted.clamp(TEXT_PERCENT.0, TEXT_PERCENT.1);
        let is_too_large = by > 0 && wanted > self.text_most;
        self.text_percent = if is_too_large { self.text_percent.max(wanted) } else { wanted };
        self.text_said = None;
    }

    /// Gives the toolkit the size that is wanted, or the largest that this window has room for; which is
    /// said, once for each limit. What is wanted is kept: a window that grows, or fills the screen later, gets
    /// it. Nothing where neither changed.
    pub(super) fn zoom(&mut self, ctx: &Context, now: MonoTime) {
        // The toolkit's own keys know no limits.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let zoom = ctx.zoom_factor();
        let size = ctx.viewport_rect().size() * zoom;
        let most = (size / POINTS_MIN).min_elem().max(1.0);
        let most = ((most * 100.0) as u16).clamp(TEXT_PERCENT.0, TEXT_PERCENT.1);
        self.text_most = most;
        let limited = (self.text_percent > most).then_some(most);
        if limited.is_some() && limited != self.text_said {
            let said = self.words.text(TextKey::NoMoreRoom);
            let said = self.words.noted(&format!("{most} %"), &said);
            self.said_lately = Some((said, now));
        }
        self.text_said = limited;
        let wanted = f32::from(self.text_percent()) / 100.0;
        if (wanted - zoom).abs() > 0.001 {
            ctx.set_zoom_factor(wanted);
        }
    }
}
