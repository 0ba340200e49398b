//! How large text and buttons are.

use egui::Context;
use vigie_model::MonoTime;
use vigie_words::TextKey;

use super::Dashboard;

/// Least and greatest size of text, in hundredths of the usual one.
pub const TEXT_PERCENT: (u16, u16) = (80, 200);
/// The window never shows less than this many points: below it pages have no room.
const POINTS_MIN: egui::Vec2 = egui::vec2(960.0, 540.0);

impl Dashboard {
    /// Text and buttons so large, in hundredths; from 80 to 200.
    pub fn set_text_percent(&mut self, percent: u16) {
        self.text_usual = percent.clamp(TEXT_PERCENT.0, TEXT_PERCENT.1);
        self.text_percent = self.text_usual;
    }

    /// How large text and buttons are.
    pub fn text_percent(&self) -> u16 {
        self.text_percent
    }

    /// Gives the toolkit the size that is wanted, or the largest that this window has room for; which is
    /// said. Nothing where neither changed.
    pub(super) fn zoom(&mut self, ctx: &Context, now: MonoTime) {
        // The toolkit's own keys know no limits.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let zoom = ctx.zoom_factor();
        let size = ctx.viewport_rect().size() * zoom;
        let most = (size / POINTS_MIN).min_elem().max(1.0);
        let most = ((most * 100.0) as u16).clamp(TEXT_PERCENT.0, TEXT_PERCENT.1);
        if self.text_percent > most {
            let said = self.words.text(TextKey::NoMoreRoom);
            let said = self.words.noted(&format!("{most} %"), &said);
            self.said_lately = Some((said, now));
            self.text_percent = most;
        }
        let wanted = f32::from(self.text_percent) / 100.0;
        if (wanted - zoom).abs() > 0.001 {
            ctx.set_zoom_factor(wanted);
        }
    }
}
