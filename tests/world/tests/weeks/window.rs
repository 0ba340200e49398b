//! The window, painted as on a screen and tessellated as for one; what it uploads goes nowhere.

use std::{cell::RefCell, collections::VecDeque, sync::Arc, time::Duration};

use egui::{Context, Pos2, RawInput, Rect, Vec2};
use vigie_board::view::BoardView;
use vigie_dashboard::{
    Dashboard, Log, LogPage, LogWanted, Panel, Place, Trend, TrendView, ViewSource,
};
use vigie_history::{LogRow, TrendPoint};
use vigie_model::{BedId, LogEntry, MetricKey, MonoTime, Text, Unit};
use vigie_words::Language;

/// Rows of the log that a page takes.
pub const LOG_ROWS: usize = 4_000;

/// What somebody does at the window, frame by frame: an hour of it is like the next.
pub const HABITS: u64 = 360;

/// What a window is given.
struct Source<'a> {
    view: Arc<BoardView>,
    now: MonoTime,
    rows: &'a RefCell<VecDeque<LogRow>>,
}

impl ViewSource for Source<'_> {
    fn view(&self) -> Arc<BoardView> {
        self.view.clone()
    }

    fn now(&self) -> MonoTime {
        self.now
    }

    fn trend(&self, _: &BedId, _: &MetricKey) -> Trend {
        let (from, to) = (self.view.wall.before(Duration::from_secs(3_600)), self.view.wall);
        let minute = Duration::from_secs(60);
        let point = |nth: u32| {
            let mean = 80.0 + f64::from(nth % 7);
            TrendPoint { from: from.after(minute * nth), low: 75.0, mean, high: 90.0, count: 60 }
        };
        let points: Vec<TrendPoint> = (0..60).map(point).collect();
        let unit = Unit::ucum("/min");
        Trend::Of(Arc::new(TrendView::new((from, to), minute, &unit, Some(0), &points)))
    }

    fn log(&self, wanted: &LogWanted) -> Log {
        let to = wanted.to.unwrap_or(self.view.wall);
        let mut page = LogPage::new(to.before(wanted.length), to);
        let rows = self.rows.borrow();
        let is_wanted =
            |row: &&LogRow| wanted.bed.is_none() || row.bed.is_none() || wanted.bed == row.bed;
        page.rows = rows.iter().filter(is_wanted).cloned().collect();
        Log::Of(Arc::new(page))
    }
}

pub struct Window {
    ctx: Context,
    dashboard: Dashboard,
    rows: RefCell<VecDeque<LogRow>>,
    frames: u64,
    /// Triangles of all frames: that something was painted.
    pub triangles: u64,
    pub waves_painted: u64,
}

impl Window {
    pub fn new() -> Window {
        Window {
            ctx: Context::default(),
            dashboard: Dashboard::new(Language::English),
            rows: RefCell::new(VecDeque::with_capacity(LOG_ROWS)),
            frames: 0,
            triangles: 0,
            waves_painted: 0,
        }
    }

    /// A line of the log, as the record would give it back; the oldest goes when there is no room.
    pub fn note(&self, entry: LogEntry) {
        let LogEntry { stamp, bed, device, kind } = entry;
        let mut rows = self.rows.borrow_mut();
        if rows.len() == LOG_ROWS {
            rows.pop_front();
        }
        rows.push_back(LogRow { stamp, bed, device, kind });
    }

    pub fn rows_kept(&self) -> usize {
        self.rows.borrow().len()
    }

    /// Paints a frame.
    pub fn paint(&mut self, view: &Arc<BoardView>, now: MonoTime) {
        self.use_it();
        let size = Vec2::new(1_920.0, 1_080.0);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(now.as_nanos() as f64 / 1e9),
            ..RawInput::default()
        };
        let source = Source { view: view.clone(), now, rows: &self.rows };
        let dashboard = &mut self.dashboard;
        let mut output = self.ctx.run_ui(input, |ui| dashboard.ui(ui, &source));
        output.textures_delta.clear();
        let painted = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        self.triangles += painted
            .iter()
            .map(|part| match &part.primitive {
                egui::epaint::Primitive::Mesh(mesh) => mesh.indices.len() as u64 / 3,
                egui::epaint::Primitive::Callback(_) => 0,
            })
            .sum::<u64>();
        let chunks = |view: &BoardView| {
            let waves = view.tiles.iter().flat_map(|tile| &tile.waves);
            waves.map(|wave| wave.trace.len() as u64).sum::<u64>()
        };
        self.waves_painted += chunks(view);
        self.frames += 1;
        // What was asked for is for the station: here the nurse of the ward asks.
        while self.dashboard.poll_request().is_some() {}
    }

    /// Mostly the ward; a bed and its forms, the log, the help, another language, other colours.
    fn use_it(&mut self) {
        let bed = |number: u64| Place::Bed(BedId(Text::from((1 + number % 8).to_string())));
        let hour = self.frames / HABITS;
        match self.frames % HABITS {
            30 => self.dashboard.open(Some(bed(hour))),
            36 => self.dashboard.show_form(Some(Panel::Scores)),
            40 => self.dashboard.show_form(Some(Panel::Limits)),
            44 => self.dashboard.show_form(Some(Panel::Devices)),
            90 | 150 => self.dashboard.open_log(None),
            156 => self.dashboard.open_log(Some(BedId(Text::from((1 + hour % 8).to_string())))),
            180 => self.dashboard.show_help(true),
            240 => self.dashboard.set_language(self.dashboard.language().next()),
            270 => self.dashboard.set_theme(self.dashboard.theme().turned()),
            300 => self.dashboard.open(Some(bed(hour + 3))),
            60 | 100 | 160 | 190 | 320 => self.dashboard.open(None),
            _ => {}
        }
    }
}
