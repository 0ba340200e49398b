//! The toolkit's own shell: eframe, with OpenGL.

use eframe::{App, Frame, NativeOptions};
use egui::{Context, Ui, Visuals};

use super::{Content, Place, ground};

/// Opens a window and stays until it is closed; the error is in English, for an engineer.
pub fn open_gl(place: Place, content: Box<dyn Content>) -> Result<(), String> {
    let native = NativeOptions {
        viewport: place.builder(),
        // Text must look the same on every machine, and the bundled fonts cover what is shown.
        system_font_fallback: false,
        // Costs a shader step a pixel on a PC without a GPU, and hides nothing that is painted here.
        dithering: false,
        ..NativeOptions::default()
    };
    eframe::run_native("vigie", native, Box::new(|_| Ok(Box::new(Framed(content)))))
        .map_err(|error| error.to_string())
}

struct Framed(Box<dyn Content>);

impl App for Framed {
    fn clear_color(&self, _: &Visuals) -> [f32; 4] {
        ground().to_normalized_gamma_f32()
    }

    fn logic(&mut self, ctx: &Context, _: &mut Frame) {
        self.0.logic(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut Frame) {
        self.0.ui(ui);
    }
}
