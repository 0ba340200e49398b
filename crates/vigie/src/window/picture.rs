//! `--screenshot`: the real window, at one moment, as a PNG.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use eframe::{App, Frame};
use egui::{ColorImage, Ui, ViewportCommand, Visuals};
use vigie_dashboard::Dashboard;
use vigie_words::Words;

use super::{StillSource, dashboard, missing_display, notices, open};
use crate::{cli::ReplayOptions, replay::Published, terminal::Problem};

/// Frames before the picture: fonts, window size and layout have settled by then.
const FRAMES_BEFORE: u64 = 6;

/// What became of the picture; written from the frame after the one that was asked for.
type Written = Arc<Mutex<Option<Result<(), String>>>>;

/// Opens the window on `still`, writes it to `file` and closes.
pub fn screenshot(
    words: &Words,
    options: &ReplayOptions,
    still: Published,
    file: &Path,
) -> Result<(), Problem> {
    let problem = |why: &str| {
        Problem::new(format!(
            // tidy: not for people
            "{}: no picture without a display ({why}): run it under `xvfb-run`",
            file.display()
        ))
    };
    if let Some(why) = missing_display() {
        return Err(problem(&why));
    }
    let written = Written::default();
    let mut dashboard = dashboard(words, options, &still.view);
    dashboard.set_notices(notices(&still.progress));
    let app = Picture {
        dashboard,
        source: StillSource(still),
        file: file.to_owned(),
        asked: false,
        written: written.clone(),
    };
    open(options, move |_| Box::new(app)).map_err(|why| problem(&why))?;
    let outcome = written.lock().unwrap_or_else(PoisonError::into_inner).take();
    match outcome {
        Some(Ok(())) => Ok(()),
        Some(Err(why)) => Err(Problem::new(format!("{}: {why}", file.display()))),
        None => Err(problem("the window closed first")),
    }
}

struct Picture {
    dashboard: Dashboard,
    source: StillSource,
    file: PathBuf,
    asked: bool,
    written: Written,
}

impl App for Picture {
    fn clear_color(&self, _: &Visuals) -> [f32; 4] {
        vigie_dashboard::clear_color()
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut Frame) {
        self.dashboard.ui(ui, &self.source);
        let is_written = self.written.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_written {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        } else if !self.asked && self.dashboard.frames() > FRAMES_BEFORE {
            self.asked = true;
            let (file, written) = (self.file.clone(), self.written.clone());
            ui.ctx().request_screenshot(move |image| {
                let outcome = write_png(&image, &file);
                *written.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            });
        }
        ui.ctx().request_repaint();
    }
}

fn write_png(image: &ColorImage, file: &Path) -> Result<(), String> {
    let out = File::create(file)
        .map_err(|error| format!("cannot be written ({error}): choose another folder"))?;
    let size = |pixels: usize| u32::try_from(pixels).map_err(|error| error.to_string());
    let mut encoder =
        png::Encoder::new(BufWriter::new(out), size(image.width())?, size(image.height())?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let rgb: Vec<u8> =
        image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&rgb)?;
        writer.finish()
    });
    written.map_err(|error| format!("cannot be written ({error}): is the disk full?"))
}
