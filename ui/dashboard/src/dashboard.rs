//! The window's content and its local state: which bed is open, which language, help.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use egui::{Context, Event, Id, Key, Rect, Ui, pos2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::{BedId, DeviceKey, MonoTime, Text, WallTime};
use vigie_ui_kit::{flash, fonts, tokens};
use vigie_words::{Language, TextKey, Words};

use crate::{
    bed_ui::bed_ui,
    copies_ui::{CopiesAct, RecordNote, copies_ui},
    cover_ui::{cover_ui, waiting_ui},
    help_ui::help_ui,
    phrases::Phrases,
    source::ViewSource,
    tile_ui::TileMemory,
    top_bar_ui::{Heard, top_bar_ui},
    ward_ui::{covered_ward_ui, ward_ui},
};

/// Something the shell has to say that is not in any view: input paused, recording ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What it is about, as it stands on the door; `None`: all of it.
    pub label: Option<Text>,
    /// What.
    pub text: NoticeText,
    /// What else there is to say of it, in words of no language: a count, a file's place. Left out where
    /// there is no room.
    pub detail: Option<Text>,
    /// Since when.
    pub since: Option<WallTime>,
}

impl Notice {
    /// A notice without more to say.
    pub fn of(text: impl Into<NoticeText>) -> Notice {
        Notice { label: None, text: text.into(), detail: None, since: None }
    }
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeText {
    /// A text that has nothing to fill in.
    Key(TextKey),
    /// A text that is written already, in the language of [`Dashboard::language`].
    Written(String),
}

impl From<TextKey> for NoticeText {
    fn from(key: TextKey) -> NoticeText {
        NoticeText::Key(key)
    }
}

impl From<String> for NoticeText {
    fn from(written: String) -> NoticeText {
        NoticeText::Written(written)
    }
}

/// What can be opened: a bed, or a device without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A bed.
    Bed(BedId),
    /// A device in the tray.
    Device(DeviceKey),
    /// A tile with neither, by its label.
    Label(Text),
}

impl Place {
    /// Where a tile stands.
    pub fn of(tile: &TileView) -> Place {
        match (&tile.bed, &tile.device) {
            (Some(bed), _) => Place::Bed(bed.clone()),
            (None, Some(device)) => Place::Device(device.key.clone()),
            (None, None) => Place::Label(tile.label.clone()),
        }
    }
}

/// Time between two frames while waves run.
const FRAME: Duration = Duration::from_millis(33);

/// The window's content. Paints views, keeps what is only the window's own.
#[derive(Debug)]
pub struct Dashboard {
    words: Words,
    utc_offset_minutes: i32,
    notices: Vec<Notice>,
    stopped: Option<WallTime>,
    open: Option<Place>,
    is_help_open: bool,
    record: Option<RecordNote>,
    is_copies_open: bool,
    /// The place to copy to that somebody asked for.
    wanted_copy: Option<usize>,
    ward: BTreeMap<Place, TileMemory>,
    bed: TileMemory,
    frames: u64,
}

/// What the window must be cleared with before the dashboard is painted, as
/// `eframe::App::clear_color` wants it. The dashboard paints no ground of its own: on a PC without a
/// graphics card every full-screen fill costs as much as all else in the frame.
pub fn clear_color() -> [f32; 4] {
    tokens::TILE.to_normalized_gamma_f32()
}

impl Dashboard {
    /// A dashboard in a language.
    pub fn new(language: Language) -> Dashboard {
        Dashboard {
            words: Words::new(language),
            utc_offset_minutes: 0,
            notices: Vec::new(),
            stopped: None,
            open: None,
            is_help_open: false,
            record: None,
            is_copies_open: false,
            wanted_copy: None,
            ward: BTreeMap::new(),
            bed: TileMemory::default(),
            frames: 0,
        }
    }

    /// Minutes by which the clock on the wall is ahead of UTC.
    pub fn set_utc_offset_minutes(&mut self, minutes: i32) {
        self.utc_offset_minutes = minutes;
    }

    /// What the shell has to say; replaces what it said before.
    pub fn set_notices(&mut self, notices: Vec<Notice>) {
        self.notices = notices;
    }

    /// What there is to say of the record; `None`: there is none, and nothing to copy.
    pub fn set_record(&mut self, note: Option<RecordNote>) {
        self.is_copies_open &= note.is_some();
        self.record = note;
    }

    /// Shows or hides the copies of the record.
    pub fn show_copies(&mut self, is_open: bool) {
        self.is_copies_open = is_open && self.record.is_some();
    }

    /// The place, counted from 0, to which somebody asked for a copy since this was last called.
    pub fn poll_copy(&mut self) -> Option<usize> {
        self.wanted_copy.take()
    }

    /// The station has been silent since then: every bed is covered with these words, and the bar says
    /// so. `None` takes the cover away.
    pub fn set_stopped(&mut self, since: Option<WallTime>) {
        self.stopped = since;
    }

    /// The language shown.
    pub fn language(&self) -> Language {
        self.words.language()
    }

    /// Its words.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Changes the language.
    pub fn set_language(&mut self, language: Language) {
        self.words = Words::new(language);
    }

    /// Opens a bed, or with `None` goes back to the ward.
    pub fn open(&mut self, place: Option<Place>) {
        self.open = place;
        self.bed = TileMemory::default();
    }

    /// Which bed is open.
    pub fn opened(&self) -> Option<&Place> {
        self.open.as_ref()
    }

    /// Shows or hides the help.
    pub fn show_help(&mut self, is_open: bool) {
        self.is_help_open = is_open;
    }

    /// Frames painted so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Paints one frame over all of `ui` and asks for the next.
    pub fn ui(&mut self, ui: &mut Ui, source: &dyn ViewSource) {
        if !has_fonts(ui.ctx()) {
            // The fonts are there from the next frame on.
            fonts::install(ui.ctx());
            ui.ctx().request_repaint();
            return;
        }
        let (view, now) = (source.view(), source.now());
        let phrases = Phrases {
            words: self.words.clone(),
            wall: view.wall.after(now.since(view.at)),
            now,
            utc_offset_minutes: self.utc_offset_minutes,
        };
        self.frames += 1;
        self.handle_keys(ui.ctx());
        let area = ui.max_rect();
        let bar = Rect::from_min_max(area.min, pos2(area.right(), area.top() + tokens::TOP_BAR));
        let said = self.said();
        let heard =
            if self.stopped.is_some() { Heard::Nothing } else { Heard::Station(self.frames) };
        // What is not heard any more has no record to speak of.
        let record = self.record.clone().filter(|_| self.stopped.is_none());
        if top_bar_ui(ui, bar, &view, &phrases, &said, record.as_ref(), heard) {
            self.is_copies_open = true;
        }
        let below = Rect::from_min_max(pos2(area.left(), bar.bottom()), area.max);
        match (self.stopped, self.open_tile(&view)) {
            (Some(since), Some(tile)) => {
                let id = Id::unique("covered");
                cover_ui(
                    ui,
                    below.shrink(tokens::TILE_GAP / 2.0),
                    id,
                    &tile,
                    view.mode,
                    since,
                    &phrases,
                );
            }
            (Some(since), None) => covered_ward_ui(ui, below, &view, since, &phrases),
            (None, Some(tile)) => {
                if bed_ui(ui, below, &tile, view.mode, source, &phrases, &mut self.bed) {
                    self.open(None);
                }
            }
            (None, None) => {
                if let Some(place) = ward_ui(ui, below, &view, &phrases, &mut self.ward) {
                    self.open(Some(place));
                }
            }
        }
        if let Some(note) = record.filter(|_| self.is_copies_open) {
            match copies_ui(ui, area, &note, &phrases) {
                CopiesAct::None => {}
                CopiesAct::Close => self.is_copies_open = false,
                CopiesAct::Copy(place) => self.wanted_copy = Some(place),
            }
        }
        if self.is_help_open && help_ui(ui, area, &phrases) {
            self.is_help_open = false;
        }
        ui.ctx().request_repaint_after(FRAME.min(flash::until_change(now)));
    }

    /// Paints one frame before any view is there, and asks for the next. `wall`: the PC's clock.
    pub fn waiting_ui(&mut self, ui: &mut Ui, wall: WallTime, now: MonoTime) {
        if !has_fonts(ui.ctx()) {
            fonts::install(ui.ctx());
            ui.ctx().request_repaint();
            return;
        }
        self.frames += 1;
        self.handle_keys(ui.ctx());
        let phrases = Phrases {
            words: self.words.clone(),
            wall,
            now,
            utc_offset_minutes: self.utc_offset_minutes,
        };
        waiting_ui(ui, ui.max_rect(), &phrases);
        if self.is_help_open && help_ui(ui, ui.max_rect(), &phrases) {
            self.is_help_open = false;
        }
        ui.ctx().request_repaint_after(FRAME);
    }

    /// What stands in the bar, the most urgent first.
    fn said(&self) -> Vec<Notice> {
        let stopped = self
            .stopped
            .map(|since| Notice { since: Some(since), ..Notice::of(TextKey::StationStopped) });
        stopped.into_iter().chain(self.notices.iter().cloned()).collect()
    }

    /// The tile of the open bed; a bed that is no longer there closes.
    fn open_tile(&mut self, view: &BoardView) -> Option<Arc<TileView>> {
        let place = self.open.as_ref()?;
        let tile = view.tiles.iter().chain(&view.unassigned).find(|tile| Place::of(tile) == *place);
        if tile.is_none() {
            self.open = None;
        }
        tile.cloned()
    }

    fn handle_keys(&mut self, ctx: &Context) {
        let (escape, language, copies, help) = ctx.input(|input| {
            let typed = |what: &str| {
                input.events.iter().any(|event| matches!(event, Event::Text(text) if text == what))
            };
            (
                input.key_pressed(Key::Escape),
                input.key_pressed(Key::L) && input.modifiers.is_none(),
                input.key_pressed(Key::C) && input.modifiers.is_none(),
                typed("?"),
            )
        });
        if help {
            self.is_help_open = !self.is_help_open;
        } else if escape && self.is_help_open {
            self.is_help_open = false;
        } else if escape && self.is_copies_open {
            self.is_copies_open = false;
        } else if escape {
            self.open(None);
        }
        if copies {
            self.show_copies(!self.is_copies_open);
        }
        if language {
            self.set_language(self.words.language().next());
        }
    }
}

fn has_fonts(ctx: &Context) -> bool {
    let strong = fonts::Face::Strong.id(tokens::TEXT_BODY).family;
    ctx.fonts(|fonts| fonts.families().contains(&strong))
}
