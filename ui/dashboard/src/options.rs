//! What the unit's configuration says of the window. The program fills it in.

use egui::Context;
use vigie_ui_kit::{
    scale::Gain,
    sight::Sight,
    sweep::{Motion, Speed},
};

/// How far the eyes of whoever watches are from the screen, unless the configuration says otherwise: 1
/// m, from which the text of alarms must be legible by IEC 60601-1-8 as vendors' manuals quote it. To be
/// configured where the screen hangs on a wall.
pub const VIEWING_DISTANCE_MM: u32 = 1_000;

/// What the unit's configuration says of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewOptions {
    /// From the eyes to the screen. A layout whose critical digits would be under 16 minutes of arc from
    /// there is refused.
    pub viewing_distance_mm: u32,
    /// Pixels in a millimetre of this screen, as somebody measured them; `None`: 96 dots an inch at a
    /// scale of one.
    pub pixels_per_mm: Option<f32>,
    /// Paper speed of the waves; breathing goes slower.
    pub speed: Speed,
    /// How high a millivolt of an ECG stands; `None`: as each trace fits.
    pub gain: Option<Gain>,
    /// How time goes over the screen.
    pub motion: Motion,
    /// Whether waves stand on a grid of millimetres.
    pub has_grid: bool,
    /// Tiles on a page, one of the layouts; `None`, or none that can be read: as the beds and the viewing
    /// distance want it.
    pub tiles: Option<u16>,
    /// The ward is a wall: numbers only, huge.
    pub is_wall: bool,
    /// The window fills the screen for good.
    pub is_kiosk: bool,
    /// The unit's policy lets a person turn the sound off without a time: the button is shown.
    pub may_turn_audio_off: bool,
    /// Names and identifiers of patients are not shown.
    pub is_private: bool,
}

impl Default for ViewOptions {
    fn default() -> ViewOptions {
        ViewOptions {
            viewing_distance_mm: VIEWING_DISTANCE_MM,
            pixels_per_mm: None,
            speed: Speed::USUAL,
            gain: None,
            motion: Motion::EraseBar,
            has_grid: false,
            tiles: None,
            is_wall: false,
            is_kiosk: false,
            may_turn_audio_off: false,
            is_private: false,
        }
    }
}

impl ViewOptions {
    /// How it is to be seen on the screen of a context.
    pub(crate) fn sight(&self, ctx: &Context) -> Sight {
        let native = ctx.native_pixels_per_point().unwrap_or(1.0);
        let distance_mm = self.viewing_distance_mm as f32;
        Sight::new(distance_mm, self.pixels_per_mm, native, ctx.pixels_per_point())
    }
}
