//! `--screenshot`: the real window, at one moment, as a PNG.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use egui::{ColorImage, Context, Ui, ViewportCommand};
use vigie_dashboard::Dashboard;
use vigie_words::Words;

use super::{Content, StillSource, dashboard, missing_display, notices, open, place_of};
use crate::{cli::ReplayOptions, replay::Published, terminal::Problem};

/// Frames before the picture: fonts, window size and layout have settled by then.
const FRAMES_BEFORE: u64 = 6;

/// What became of the picture; written from the frame after the one that was asked for.
pub type Written = Arc<Mutex<Option<Result<(), String>>>>;

/// A picture of a window that is open: asked for once, written in the background.
#[derive(Debug)]
pub struct Shot {
    file: PathBuf,
    is_asked: bool,
    written: Written,
}

impl Shot {
    /// For this file.
    pub fn new(file: PathBuf) -> Shot {
        Shot { file, is_asked: false, written: Written::default() }
    }

    /// Where the outcome will stand, after the window has closed too.
    pub fn written(&self) -> Written {
        self.written.clone()
    }

    /// The problem that it ended with, if it did.
    pub fn outcome(written: &Written, file: &Path) -> Result<(), Problem> {
        match written.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Ok(())) => Ok(()),
            Some(Err(why)) => Err(Problem::new(format!("{}: {why}", file.display()))),
            None => Err(no_picture(file, "the window closed first")), // tidy: not for people
        }
    }

    /// Call it at every frame from the moment on that is to be shown; closes the window when written.
    pub fn take(&mut self, ctx: &Context) {
        let is_written = self.written.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_written {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else if !self.is_asked {
            self.is_asked = true;
            let (file, written) = (self.file.clone(), self.written.clone());
            ctx.request_screenshot(move |image| {
                let outcome = write_png(&image, &file);
                *written.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            });
        }
        ctx.request_repaint();
    }
}

fn no_picture(file: &Path, why: &str) -> Problem {
    Problem::new(format!(
        // tidy: not for people
        "{}: no picture without a display ({why}): run it under `xvfb-run`",
        file.display()
    ))
}

/// Opens the window on `still`, writes it to `file` and closes.
pub fn screenshot(
    words: &Words,
    options: &ReplayOptions,
    still: Published,
    file: &Path,
) -> Result<(), Problem> {
    if let Some(why) = missing_display() {
        return Err(no_picture(file, &why));
    }
    let mut dashboard = dashboard(words, options, &still.view);
    dashboard.set_notices(notices(&still.progress));
    let shot = Shot::new(file.to_owned());
    let written = shot.written();
    let app = Picture { dashboard, source: StillSource(still), shot };
    open(place_of(options), Box::new(app)).map_err(|why| no_picture(file, &why))?;
    Shot::outcome(&written, file)
}

struct Picture {
    dashboard: Dashboard,
    source: StillSource,
    shot: Shot,
}

impl Content for Picture {
    fn ui(&mut self, ui: &mut Ui) {
        self.dashboard.ui(ui, &self.source);
        if self.dashboard.frames() > FRAMES_BEFORE {
            self.shot.take(ui.ctx());
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
