//! The operating system's side of a window: what opens it, hands it keys, and brings pixels to the screen.
//!
//! Two ways to the screen, with the same content:
//! - [`pixels`]: painted in memory, only what changed, and only that is handed to the display server. The
//!   usual way: a ward's window then costs a fraction of a core on a PC without a graphics card.
//! - [`gl`]: the toolkit's own shell, with OpenGL. For a large, dense screen with a graphics card, and
//!   where the display server takes no pixels.

mod gl;
mod pixels;

use egui::{Color32, Context, Ui, ViewportBuilder};

use crate::cli::Size;

/// What stands in a window.
pub trait Content {
    /// Runs before each frame, also where none can be painted.
    fn logic(&mut self, _: &Context) {}

    /// Paints a frame.
    fn ui(&mut self, ui: &mut Ui);
}

/// How a window opens.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its size, unless it fills the screen.
    pub size: Size,
    /// Whether it does.
    pub is_full_screen: bool,
    /// Whether it does for good, without a frame.
    pub is_kiosk: bool,
    /// Which screen it fills, counted from 0; `None`: where the desktop puts it.
    pub screen: Option<usize>,
    /// Painted with OpenGL.
    pub is_gl: bool,
}

/// The product's name, in every language.
const PRODUCT: &str = "Vigie"; // tidy: not for people

impl Place {
    fn builder(self) -> ViewportBuilder {
        let size = [f32::from(self.size.width), f32::from(self.size.height)];
        let is_full = self.is_full_screen || self.is_kiosk;
        let viewport = ViewportBuilder::default()
            .with_title(PRODUCT)
            .with_app_id("vigie")
            .with_inner_size(size)
            .with_fullscreen(is_full)
            .with_decorations(!self.is_kiosk)
            .with_min_inner_size([640.0, 480.0]);
        // A screen that is not there is none.
        match self.screen.filter(|_| is_full) {
            Some(screen) => viewport.with_monitor(screen),
            None => viewport,
        }
    }
}

/// What a window is cleared with.
fn ground() -> Color32 {
    vigie_dashboard::clear_color()
}

/// Opens a window and stays until it is closed; the error is in English, for an engineer.
pub fn open(place: Place, content: Box<dyn Content>) -> Result<(), String> {
    if place.is_gl { gl::open_gl(place, content) } else { pixels::open_pixels(place, content) }
}
