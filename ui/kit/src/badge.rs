//! The alarm band: colour, sign and word, in one line.

use egui::{Align, Color32, Painter, Rect, Stroke, StrokeKind, pos2};
use vigie_model::{MonoTime, Priority};

use crate::{
    flash,
    fonts::Face,
    signs::{self, Cross, Sign},
    text,
    tokens::{self, AlarmInk, Palette},
};

/// What stands in an alarm band. All texts come ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Badge {
    /// As the device or the station ranks it.
    pub priority: Priority,
    /// About equipment or the station.
    pub technical: bool,
    /// Whether it flashes or stands still.
    pub pace: Pace,
    /// Somebody at the bedside turned the sound off.
    pub bell: Option<Cross>,
    /// The cause has gone, the alarm is kept until somebody resets it.
    pub latched: bool,
    /// What somebody at the station made of it.
    pub answer: Option<Answer>,
    /// It was taken over from before a restart.
    pub restored: bool,
    /// The priority's mark or word, in front of the text.
    pub mark: String,
    /// The alarm's text.
    pub text: String,
    /// What stands at the right edge: how many more there are.
    pub more: String,
}

/// The sign of an answer at the station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A check mark: acknowledged.
    Check,
    /// An arrow: somebody is on the way.
    Going,
}

/// Whether a band flashes. What flashes is what nobody has answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// In the rhythm of its priority.
    Flashing,
    /// Bright: answered, still there.
    Bright,
    /// Dark: over, or switched off at the bedside.
    Dark,
}

impl Badge {
    /// The colours at a moment.
    pub fn ink(&self, now: MonoTime, palette: &Palette) -> AlarmInk {
        let [bright, dark] = palette.alarm(self.priority, self.technical);
        let is_bright = match self.pace {
            Pace::Flashing => flash::is_on(self.priority, now),
            Pace::Bright => true,
            Pace::Dark => false,
        };
        if is_bright { bright } else { dark }
    }

    /// Paints the band into `rect`.
    pub fn paint(&self, painter: &Painter, rect: Rect, now: MonoTime, palette: &Palette) {
        let ink = self.ink(now, palette);
        painter.rect(rect, 2.0, ink.fill, Stroke::new(1.0, ink.border), StrokeKind::Inside);
        let height = rect.height();
        let size = text_size(height);
        let pad = (height * 0.22).clamp(3.0, 10.0);
        let icon = (height * 0.62).clamp(9.0, 32.0);
        let mut left = rect.left() + pad;
        let mut right = rect.right() - pad;
        let sign = Sign::of(self.priority, self.technical);
        signs::alarm(painter, sign, pos2(left + icon / 2.0, rect.center().y), icon, ink.text);
        left += icon + pad;
        if !self.more.is_empty() {
            let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
            let small = (size * 0.86).max(tokens::TEXT_MIN);
            let put =
                text::in_rect(painter, slot, Align::Max, &self.more, Face::Strong, small, ink.text);
            right = put.left() - pad;
        }
        // Signs of the state, from the right; in a short band they give way to the text.
        let least = left + 3.0 * size;
        let mut next = || {
            let center = pos2(right - icon / 2.0, rect.center().y);
            (right - icon - pad >= least).then(|| {
                right -= icon + pad;
                center
            })
        };
        if let Some(cross) = self.bell
            && let Some(center) = next()
        {
            signs::bell(painter, Some(cross), center, icon * 1.1, ink.text);
        }
        if self.latched
            && let Some(center) = next()
        {
            signs::latch(painter, center, icon, ink.text);
        }
        if let Some(answer) = self.answer
            && let Some(center) = next()
        {
            match answer {
                Answer::Check => signs::check(painter, center, icon, ink.text),
                Answer::Going => signs::going(painter, center, icon, ink.text),
            }
        }
        if self.restored
            && let Some(center) = next()
        {
            signs::restored(painter, center, icon, ink.text);
        }
        let mut slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        if !self.mark.is_empty()
            && text::width(painter, &self.mark, Face::Strong, size) < slot.width()
        {
            let put =
                text::in_rect(painter, slot, Align::Min, &self.mark, Face::Strong, size, ink.text);
            slot.min.x = put.right() + pad * 0.8;
        }
        if slot.width() > size {
            write(painter, slot, &self.text, size, ink.text);
        }
    }
}

/// Writes a text at its size; a longer one smaller, then on two lines, then with an ellipsis.
fn write(painter: &Painter, slot: Rect, what: &str, size: f32, color: Color32) {
    let width = |size: f32| text::width(painter, what, Face::Strong, size) + 1.0;
    let least = (size * 0.72).floor().max(tokens::TEXT_MIN);
    let mut smaller = size;
    while smaller > least && width(smaller) > slot.width() {
        smaller -= 1.0;
    }
    let halved = (slot.height() * 0.40).floor();
    if width(smaller) <= slot.width() || halved < tokens::TEXT_MIN {
        text::in_rect(painter, slot, Align::Min, what, Face::Strong, smaller, color);
        return;
    }
    let (above, below) = slot.shrink2(egui::vec2(0.0, 1.0)).split_top_bottom_at_fraction(0.5);
    match text::broken(painter, what, Face::Strong, halved, slot.width() - 1.0) {
        Some((first, second)) => {
            text::in_rect(painter, above, Align::Min, first, Face::Strong, halved, color);
            text::in_rect(painter, below, Align::Min, second, Face::Strong, halved, color);
        }
        None => {
            text::in_rect(painter, slot, Align::Min, what, Face::Strong, smaller, color);
        }
    }
}

/// Part of a band's height that its letters' size takes.
const TEXT_PART: f32 = 0.70;

/// Size of the text in a band of that height.
pub fn text_size(height: f32) -> f32 {
    (height * TEXT_PART).floor().max(tokens::TEXT_MIN)
}

/// Least height of a band whose text is of at least `size`.
pub fn height_for(size: f32) -> f32 {
    (size.ceil() / TEXT_PART).ceil()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Theme;

    fn badge(priority: Priority, pace: Pace) -> Badge {
        Badge {
            priority,
            technical: false,
            pace,
            bell: None,
            latched: false,
            answer: None,
            restored: false,
            mark: String::new(),
            text: String::new(),
            more: String::new(),
        }
    }

    #[test]
    fn what_nobody_answered_flashes_and_the_rest_stands_still() {
        let (on, off) = (MonoTime::from_nanos(0), MonoTime::from_nanos(300_000_000));
        let palette = Theme::DAY.palette();
        let high = badge(Priority::High, Pace::Flashing);
        assert_ne!(high.ink(on, palette), high.ink(off, palette));
        let low = badge(Priority::Low, Pace::Flashing);
        assert_eq!(low.ink(on, palette), low.ink(off, palette));
        for pace in [Pace::Bright, Pace::Dark] {
            let still = badge(Priority::High, pace);
            assert_eq!(still.ink(on, palette), still.ink(off, palette));
        }
        assert_ne!(
            badge(Priority::High, Pace::Bright).ink(on, palette),
            badge(Priority::High, Pace::Dark).ink(on, palette)
        );
    }

    #[test]
    fn a_band_made_for_a_size_writes_at_least_that() {
        for size in 11..80 {
            let size = size as f32;
            assert!(text_size(height_for(size)) >= size, "{size}");
        }
    }
}
