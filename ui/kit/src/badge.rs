//! The alarm band: colour, sign and word, in one line.

use egui::{Align, Painter, Rect, Stroke, StrokeKind, pos2};
use vigie_model::{MonoTime, Priority};

use crate::{
    flash,
    fonts::Face,
    signs::{self, Cross, Sign},
    text,
    tokens::{self, AlarmInk},
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
    /// The cause has gone, the device keeps the alarm.
    pub latched: bool,
    /// The priority's mark or word, in front of the text.
    pub mark: String,
    /// The alarm's text.
    pub text: String,
    /// What stands at the right edge: how many more there are.
    pub more: String,
}

/// Whether a band flashes. What flashes is what nobody has answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// In the rhythm of its priority.
    Flashing,
    /// Bright: answered at the bedside, still there.
    Bright,
    /// Dark: over, or switched off at the bedside.
    Dark,
}

impl Badge {
    /// The colours at a moment.
    pub fn ink(&self, now: MonoTime) -> AlarmInk {
        let inks = match (self.technical, self.priority) {
            (_, Priority::Information) => tokens::INFORMATION,
            (true, Priority::High | Priority::Medium | Priority::Low) => tokens::TECHNICAL,
            (false, Priority::High) => tokens::HIGH,
            (false, Priority::Medium) => tokens::MEDIUM,
            (false, Priority::Low) => tokens::LOW,
        };
        let [bright, dark] = inks;
        let is_bright = match self.pace {
            Pace::Flashing => flash::is_on(self.priority, now),
            Pace::Bright => true,
            Pace::Dark => false,
        };
        if is_bright { bright } else { dark }
    }

    /// Paints the band into `rect`.
    pub fn paint(&self, painter: &Painter, rect: Rect, now: MonoTime) {
        let ink = self.ink(now);
        painter.rect(rect, 2.0, ink.fill, Stroke::new(1.0, ink.border), StrokeKind::Inside);
        let height = rect.height();
        let size = (height * 0.70).floor().clamp(tokens::TEXT_MIN, 26.0);
        let pad = (height * 0.22).clamp(3.0, 10.0);
        let icon = (height * 0.62).clamp(9.0, 24.0);
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
        if let Some(cross) = self.bell {
            signs::bell(
                painter,
                cross,
                pos2(right - icon / 2.0, rect.center().y),
                icon * 1.1,
                ink.text,
            );
            right -= icon + pad;
        }
        if self.latched {
            signs::latch(painter, pos2(right - icon / 2.0, rect.center().y), icon, ink.text);
            right -= icon + pad;
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
            text::in_rect(painter, slot, Align::Min, &self.text, Face::Strong, size, ink.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(priority: Priority, pace: Pace) -> Badge {
        Badge {
            priority,
            technical: false,
            pace,
            bell: None,
            latched: false,
            mark: String::new(),
            text: String::new(),
            more: String::new(),
        }
    }

    #[test]
    fn what_nobody_answered_flashes_and_the_rest_stands_still() {
        let (on, off) = (MonoTime::from_nanos(0), MonoTime::from_nanos(300_000_000));
        let high = badge(Priority::High, Pace::Flashing);
        assert_ne!(high.ink(on), high.ink(off));
        let low = badge(Priority::Low, Pace::Flashing);
        assert_eq!(low.ink(on), low.ink(off));
        for pace in [Pace::Bright, Pace::Dark] {
            let still = badge(Priority::High, pace);
            assert_eq!(still.ink(on), still.ink(off));
        }
        assert_ne!(
            badge(Priority::High, Pace::Bright).ink(on),
            badge(Priority::High, Pace::Dark).ink(on)
        );
    }
}
