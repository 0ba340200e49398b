//! How the window shows, as set-up changes it: at once, and back again when that is undone.

use std::time::Duration;

use vigie_config::ScreenConfig;
use vigie_ui_kit::{
    scale::Gain,
    sweep::{Motion, Speed},
    tokens::Inks,
};
use vigie_words::Language;

use super::Dashboard;

impl Dashboard {
    /// Shows what the file says otherwise than before, and nothing else: what somebody chose in this window
    /// alone stays as it is. How the window fills the screen and with what it is painted stands from its
    /// start.
    pub(super) fn take_shown(
        &mut self,
        (language_was, was): &(Language, ScreenConfig),
        (language, is): &(Language, ScreenConfig),
    ) {
        if language != language_was {
            self.set_language(*language);
        }
        if is.units != was.units {
            self.set_units(is.units);
        }
        if is.palette != was.palette {
            self.theme.inks = Inks::named(is.palette.name()).unwrap_or_default();
        }
        if is.night != was.night {
            self.theme.is_night = is.night;
        }
        if is.text_percent != was.text_percent {
            self.set_text_percent(is.text_percent);
        }
        if is.leave_minutes != was.leave_minutes {
            self.set_leave_after(Duration::from_secs(60 * u64::from(is.leave_minutes)));
        }
        if is.tiles != was.tiles {
            self.set_tiles(is.tiles);
        }
        let options = &mut self.options;
        if is.viewing_distance_mm != was.viewing_distance_mm {
            options.viewing_distance_mm = is.viewing_distance_mm;
        }
        if is.wall != was.wall {
            options.is_wall = is.wall;
        }
        if is.privacy != was.privacy {
            options.is_private = is.privacy;
        }
        let (waves, before) = (is.waves, was.waves);
        if waves.speed_centi_mm_s != before.speed_centi_mm_s {
            options.speed = Speed::from_centi_mm(waves.speed_centi_mm_s).unwrap_or(Speed::USUAL);
        }
        if waves.gain_centi_mm_mv != before.gain_centi_mm_mv {
            options.gain = waves.gain_centi_mm_mv.and_then(Gain::from_centi_mm);
        }
        if waves.scrolls != before.scrolls {
            options.motion = if waves.scrolls { Motion::Scroll } else { Motion::EraseBar };
        }
        if waves.has_grid != before.has_grid {
            options.has_grid = waves.has_grid;
        }
        if waves.milli_pixels_per_mm != before.milli_pixels_per_mm {
            let pixels = waves.milli_pixels_per_mm.map(|milli| milli as f32 / 1_000.0);
            options.pixels_per_mm = pixels;
        }
    }
}
