//! The window's content and its local state: which bed is open, which language, help.

use std::{sync::Arc, time::Duration};

use egui::{Context, Event, Id, Key, Rect, Ui};
use vigie_board::{
    Command,
    view::{AnswerState, AttentionRow, AudioState, BoardView, ConditionNo, DeviceView, TileView},
};
use vigie_model::{AnswerKind, BedId, DeviceKey, MonoTime, Priority, Text, WallTime};
use vigie_ui_kit::{
    flash, fonts,
    tokens::{self, Theme},
};
use vigie_words::{Language, TextKey, Words};

use crate::{
    alarms,
    attention_ui::{Act, Column, Free, attention_ui, tile_of},
    bed_forms_ui::FormAct,
    bed_ui::{BedAct, bed_ui},
    copies_ui::{CopiesAct, RecordNote, copies_ui},
    cover_ui::{cover_ui, waiting_ui},
    desk::{Desk, Request},
    devices_ui::DeviceAct,
    forms::{Forms, Panel},
    help_ui::help_ui,
    layout,
    log_ui::{LogAct, LogMemory, log_ui},
    options::ViewOptions,
    phrases::Phrases,
    place_ui::Wanted,
    refused::{NotDone, NotDoneLately},
    sound_test_ui::{SoundAct, SoundTest, sound_test_ui},
    source::ViewSource,
    strip_ui::{StripAct, field_id, strip_ui},
    tile_ui::TileMemory,
    top_bar_ui::{Heard, top_bar_ui},
    ward_ui::{WardMemory, covered_ward_ui, ward_ui},
};

/// Something the shell has to say that is not in any view: input paused, recording ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What it is about, as it stands on the door; `None`: all of it.
    pub label: Option<Text>,
    /// What.
    pub text: NoticeText,
    /// What else there is to say of it: a count, a file's place, a reason. Left out where there is no
    /// room.
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
    ward: WardMemory,
    bed: TileMemory,
    column: Column,
    log: LogMemory,
    desk: Desk,
    not_done: NotDoneLately,
    /// What became of the test of the sound; `None`: no station could play one.
    sound_test: Option<SoundTest>,
    is_sound_test_open: bool,
    /// The priority that somebody wants to hear.
    wanted_sound: Option<Priority>,
    theme: Theme,
    options: ViewOptions,
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
            ward: WardMemory::default(),
            bed: TileMemory::default(),
            column: Column::default(),
            log: LogMemory::default(),
            desk: Desk::default(),
            not_done: NotDoneLately::default(),
            sound_test: None,
            is_sound_test_open: false,
            wanted_sound: None,
            theme: Theme::default(),
            options: ViewOptions::default(),
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

    /// What the unit's configuration says of the window: viewing distance, density, policy.
    pub fn set_options(&mut self, options: ViewOptions) {
        self.options = options;
    }

    /// The next thing that somebody asked for, with whose initials. To be taken after each frame until
    /// there is none; it is done when the view says so.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.desk.poll()
    }

    /// Something that was asked for was not done: said in the bar for a while.
    pub fn note_not_done(&mut self, command: Command, why: NotDone, now: MonoTime) {
        self.not_done.push(command, why, now);
    }

    /// What became of the test of the sound; `None`: no station could play one, and there is no button.
    pub fn set_sound_test(&mut self, test: Option<SoundTest>) {
        self.is_sound_test_open &= test.is_some();
        self.sound_test = test;
    }

    /// Shows or hides the test of the sound.
    pub fn show_sound_test(&mut self, is_open: bool) {
        self.is_sound_test_open = is_open && self.sound_test.is_some();
    }

    /// The priority that somebody wants to hear, since this was last called.
    pub fn poll_sound_test(&mut self) -> Option<Priority> {
        self.wanted_sound.take()
    }

    /// Whether somebody heard the test of the sound, with initials, since this was last called.
    pub fn poll_heard(&mut self) -> Option<(Text, bool)> {
        self.desk.poll_heard()
    }

    /// Whose requests these are; `None`: asked before the next one.
    pub fn initials(&self) -> Option<&Text> {
        self.desk.initials()
    }

    /// Sets or forgets whose requests these are.
    pub fn set_initials(&mut self, by: Option<Text>) {
        self.desk.set_initials(by);
    }

    /// Opens the field for initials, as its button does.
    pub fn ask_initials(&mut self) {
        self.desk.open_field();
    }

    /// Which colours are shown.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Changes the colours.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
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
        self.column.chosen = None;
        self.log.is_open = false;
        self.is_sound_test_open = false;
    }

    /// Shows a form of the open bed, or none.
    pub fn show_form(&mut self, panel: Option<Panel>) {
        self.bed.forms = Forms { open: panel, ..Forms::default() };
    }

    /// Shows the alarm log, of one bed or of all, up to now.
    pub fn open_log(&mut self, bed: Option<BedId>) {
        self.log.open(bed);
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
        let phrases = self.phrases(ui.ctx(), view.wall.after(now.since(view.at)), now);
        self.frames += 1;
        self.handle_keys(ui.ctx());
        let area = ui.max_rect();
        let parts = layout::window(area);
        let said = self.said(&view, now);
        let heard =
            if self.stopped.is_some() { Heard::Nothing } else { Heard::Station(self.frames) };
        // What is not heard any more has no record to speak of.
        let record = self.record.clone().filter(|_| self.stopped.is_none());
        if top_bar_ui(ui, parts.bar, &view, &phrases, &said, record.as_ref(), heard) {
            self.is_copies_open = true;
        }
        let tile = self.open_tile(&view);
        match self.stopped {
            Some(since) => {
                let below = parts.main.union(parts.column).union(parts.strip);
                self.covered_ui(ui, below, &view, tile.as_deref(), since, &phrases);
            }
            None => self.heard_ui(ui, &parts, &view, tile.as_deref(), source, &phrases),
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
        let phrases = self.phrases(ui.ctx(), wall, now);
        waiting_ui(ui, ui.max_rect(), &phrases);
        if self.is_help_open && help_ui(ui, ui.max_rect(), &phrases) {
            self.is_help_open = false;
        }
        ui.ctx().request_repaint_after(FRAME);
    }

    fn phrases(&self, ctx: &Context, wall: WallTime, now: MonoTime) -> Phrases {
        Phrases {
            words: self.words.clone(),
            wall,
            now,
            utc_offset_minutes: self.utc_offset_minutes,
            palette: self.theme.palette(),
            options: self.options,
            sight: self.options.sight(ctx),
        }
    }

    /// Everything below the bar while the station is silent.
    fn covered_ui(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &BoardView,
        tile: Option<&TileView>,
        since: WallTime,
        phrases: &Phrases,
    ) {
        match tile {
            Some(tile) => {
                let rect = area.shrink(tokens::TILE_GAP / 2.0);
                let id = Id::unique("covered");
                cover_ui(ui, rect, id, tile, view.mode, since, phrases);
            }
            None => covered_ward_ui(ui, area, view, since, phrases),
        }
    }

    /// Everything below the bar: the strip, the ward or a bed, the attention column.
    fn heard_ui(
        &mut self,
        ui: &mut Ui,
        parts: &layout::Window,
        view: &BoardView,
        tile: Option<&TileView>,
        source: &dyn ViewSource,
        phrases: &Phrases,
    ) {
        let key = self.key_act(ui.ctx(), view);
        let width = parts.column.width();
        let can_test = self.sound_test.is_some();
        let strip = strip_ui(ui, parts.strip, width, view, can_test, phrases, &mut self.desk);
        // Under the log no bed is open: no answer goes to what nobody sees.
        let opened = tile;
        let tile = tile.filter(|_| !self.log.is_open);
        let sound_test = self.sound_test.clone().filter(|_| self.is_sound_test_open);
        // Neither under the test of the sound.
        let tile = tile.filter(|_| sound_test.is_none());
        match tile {
            None if sound_test.is_some() => {
                let test = sound_test.unwrap_or_default();
                match sound_test_ui(ui, parts.main, &test, phrases) {
                    Some(SoundAct::Play(priority)) => self.wanted_sound = Some(priority),
                    Some(SoundAct::Heard(heard)) => self.desk.ask_heard(heard),
                    Some(SoundAct::Close) => self.is_sound_test_open = false,
                    None => {}
                }
            }
            None if self.log.is_open => {
                match log_ui(ui, parts.main, view, source, phrases, &mut self.log) {
                    Some(LogAct::Close) => self.log.is_open = false,
                    Some(LogAct::Open(place)) => self.open(Some(place)),
                    None => {}
                }
            }
            Some(tile) => {
                let asked = bed_ui(ui, parts.main, tile, view, source, phrases, &mut self.bed);
                match (asked, &tile.bed) {
                    (Some(BedAct::Close), _) => self.open(None),
                    (Some(BedAct::Standby(why)), Some(bed)) => {
                        self.desk.ask(Command::Standby { bed: bed.clone(), why });
                    }
                    (Some(BedAct::EndStandby), Some(bed)) => {
                        self.desk.ask(Command::EndStandby { bed: bed.clone() });
                    }
                    (Some(BedAct::Form(FormAct::Enter(what))), Some(bed)) => {
                        self.desk.ask(Command::Enter { bed: bed.clone(), what });
                    }
                    (Some(BedAct::Form(FormAct::SetLimits(limits))), Some(bed)) => {
                        self.desk.ask(Command::SetLimits { bed: bed.clone(), limits });
                    }
                    (Some(BedAct::Form(FormAct::Devices(act))), Some(bed)) => {
                        self.desk.ask(about_devices(act, bed));
                    }
                    (Some(BedAct::Form(FormAct::Place(wanted))), None) => {
                        if let Some(device) = &tile.device {
                            self.desk.ask(put(device, wanted));
                        }
                    }
                    (Some(BedAct::Form(FormAct::Place(_))), Some(_))
                    | (Some(BedAct::Standby(_) | BedAct::EndStandby | BedAct::Form(_)), None)
                    | (None, _) => {}
                }
            }
            None => {
                let opened = ward_ui(ui, parts.main, view, phrases, &mut self.ward);
                if let Some(place) = opened {
                    self.open(Some(place));
                }
            }
        }
        let free = self.free(view, tile);
        let column = attention_ui(ui, parts.column, view, free, phrases, &mut self.column);
        for act in key.into_iter().chain(strip).chain(column.map(StripAct::Of)) {
            if act == StripAct::Of(Act::Log) {
                self.is_sound_test_open = false;
                self.turn_log(opened);
            }
            self.handle(ui.ctx(), act, view, tile, phrases.now);
        }
        self.column.remember(view);
    }

    /// Shows the log, of the open bed where there is one, or hides it.
    fn turn_log(&mut self, opened: Option<&TileView>) {
        if self.log.is_open {
            self.log.is_open = false;
        } else {
            self.log.open(opened.and_then(|tile| tile.bed.clone()));
        }
    }

    /// What the keys of this frame ask for.
    fn key_act(&self, ctx: &Context, view: &BoardView) -> Option<StripAct> {
        if self.is_typing(ctx) {
            return None;
        }
        let pressed =
            |key: Key| ctx.input(|input| input.key_pressed(key) && input.modifiers.is_none());
        let keys = [
            (Key::U, StripAct::Of(Act::MostUrgent)),
            (Key::A, StripAct::Of(Act::Answer(AnswerKind::Acknowledged))),
            (Key::G, StripAct::Of(Act::Answer(AnswerKind::Going))),
            (Key::R, StripAct::Of(Act::Reset)),
            (Key::F, StripAct::Of(Act::List)),
            (Key::J, StripAct::Of(Act::Log)),
            (Key::I, StripAct::Initials),
            (Key::S, StripAct::TestSound),
        ];
        if pressed(Key::P) {
            let is_on = view.sound.audio == AudioState::On;
            return Some(if is_on { StripAct::Pause } else { StripAct::On });
        }
        keys.into_iter().find(|(key, _)| pressed(*key)).map(|(_, act)| act)
    }

    /// The rows that an answer goes to: the row that is chosen, else those of the open bed. Only what
    /// stood on the screen before: nobody answers what nobody could see.
    fn targets(
        &self,
        view: &BoardView,
        tile: Option<&TileView>,
        takes: impl Fn(&AttentionRow) -> bool,
    ) -> Vec<ConditionNo> {
        let is_meant = |row: &&AttentionRow| match (self.column.chosen, tile) {
            (Some(chosen), _) => row.answer.no == chosen,
            (None, Some(tile)) => alarms::is_of(row, tile),
            (None, None) => false,
        };
        let rows = view.attention.iter().filter(is_meant);
        let rows = rows.filter(|row| takes(row) && self.column.was_painted(row.answer.no));
        rows.map(|row| row.answer.no).collect()
    }

    fn free(&self, view: &BoardView, tile: Option<&TileView>) -> Free {
        let has = |takes: fn(&AttentionRow) -> bool| !self.targets(view, tile, takes).is_empty();
        Free {
            urgent: view.attention.iter().any(|row| tile_of(row, view).is_some()),
            acknowledge: has(is_active),
            going: has(can_go),
            reset: has(is_latched),
        }
    }

    /// Does what somebody asked for.
    fn handle(
        &mut self,
        ctx: &Context,
        act: StripAct,
        view: &BoardView,
        tile: Option<&TileView>,
        now: MonoTime,
    ) {
        let alarms = match &act {
            StripAct::Of(Act::Answer(AnswerKind::Acknowledged)) => {
                self.targets(view, tile, is_active)
            }
            StripAct::Of(Act::Answer(AnswerKind::Going)) => self.targets(view, tile, can_go),
            StripAct::Of(Act::Reset) => self.targets(view, tile, is_latched),
            StripAct::Of(Act::Open(_) | Act::MostUrgent | Act::List | Act::Log)
            | StripAct::Pause
            | StripAct::Off
            | StripAct::On
            | StripAct::TestSound
            | StripAct::Initials => Vec::new(),
        };
        match act {
            StripAct::Of(Act::Open(place)) => {
                // Answers go to the bed from here on, not to the row it was opened with.
                ctx.memory_mut(|memory| {
                    if let Some(id) = memory.focused() {
                        memory.surrender_focus(id);
                    }
                });
                self.open(Some(place));
            }
            StripAct::Of(Act::MostUrgent) => {
                let tile = view.attention.iter().find_map(|row| tile_of(row, view));
                if let Some(tile) = tile {
                    self.open(Some(Place::of(tile)));
                }
            }
            StripAct::Of(Act::Answer(_) | Act::Reset) if alarms.is_empty() => {
                if self.column.chosen.is_none() && tile.is_none() {
                    self.desk.set_hint(TextKey::ChooseFirst, now);
                }
            }
            StripAct::Of(Act::Answer(how)) => self.desk.ask(Command::Answer { alarms, how }),
            StripAct::Of(Act::Reset) => self.desk.ask(Command::Reset { alarms }),
            StripAct::Of(Act::List) => self.column.wants_focus = true,
            // Done already, with the bed that is open.
            StripAct::Of(Act::Log) => {}
            StripAct::Pause => self.desk.ask(Command::PauseAudio),
            StripAct::Off => self.desk.ask(Command::AudioOff),
            StripAct::On => self.desk.ask(Command::AudioOn),
            StripAct::Initials => self.desk.open_field(),
            StripAct::TestSound => self.show_sound_test(!self.is_sound_test_open),
        }
    }

    /// Whether keys are letters: of initials, of a limit, of a search.
    fn is_typing(&self, ctx: &Context) -> bool {
        let has_initials = self.desk.field.is_some()
            && (self.desk.is_fresh || ctx.memory(|memory| memory.has_focus(field_id())));
        has_initials || ctx.text_edit_focused()
    }

    /// What stands in the bar, the most urgent first.
    fn said(&mut self, view: &BoardView, now: MonoTime) -> Vec<Notice> {
        let stopped = self
            .stopped
            .map(|since| Notice { since: Some(since), ..Notice::of(TextKey::StationStopped) });
        // Whoever asked stands there now; the others are said for longer.
        let not_done = self.not_done.notices(view, &self.words, now);
        stopped.into_iter().chain(not_done).chain(self.notices.iter().cloned()).collect()
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
        if self.is_typing(ctx) {
            return;
        }
        let (escape, language, copies, colours, help) = ctx.input(|input| {
            let typed = |what: &str| {
                input.events.iter().any(|event| matches!(event, Event::Text(text) if text == what))
            };
            let pressed = |key: Key| input.key_pressed(key) && input.modifiers.is_none();
            (
                input.key_pressed(Key::Escape),
                pressed(Key::L),
                pressed(Key::C),
                pressed(Key::T),
                typed("?"),
            )
        });
        if help {
            self.is_help_open = !self.is_help_open;
        } else if escape && self.is_help_open {
            self.is_help_open = false;
        } else if escape && self.is_copies_open {
            self.is_copies_open = false;
        } else if escape && self.desk.field.is_some() {
            self.desk.close_field();
        } else if escape && self.is_sound_test_open {
            self.is_sound_test_open = false;
        } else if escape && self.log.is_open {
            self.log.is_open = false;
        } else if escape && self.bed.forms.open.is_some() {
            self.bed.forms = Forms::default();
        } else if escape {
            self.open(None);
        }
        if copies {
            self.show_copies(!self.is_copies_open);
        }
        if colours {
            self.theme = self.theme.next();
        }
        if language {
            self.set_language(self.words.language().next());
        }
    }
}

/// What is asked of the board about the devices of a bed.
fn about_devices(act: DeviceAct, bed: &BedId) -> Command {
    match act {
        DeviceAct::TakeOff(device) => Command::Assign { device, bed: None },
        DeviceAct::Prefer(group, device) => Command::Prefer { bed: bed.clone(), group, device },
    }
}

/// A device comes to a bed. Beside another one only if the person saw that one there.
fn put(device: &DeviceView, wanted: Wanted) -> Command {
    let device = device.key.clone();
    if wanted.is_beside {
        Command::AssignBeside { device, bed: wanted.bed }
    } else {
        Command::Assign { device, bed: Some(wanted.bed) }
    }
}

/// Rows that can be acknowledged.
fn is_active(row: &AttentionRow) -> bool {
    row.answer.state == AnswerState::Active
}

/// Rows to which somebody may still say to be going.
fn can_go(row: &AttentionRow) -> bool {
    let is_going =
        row.answer.answered.as_ref().is_some_and(|answered| answered.how == AnswerKind::Going);
    match row.answer.state {
        AnswerState::Active => true,
        AnswerState::Answered => !is_going,
        AnswerState::Latched => false,
    }
}

/// Rows that can be reset.
fn is_latched(row: &AttentionRow) -> bool {
    row.answer.state == AnswerState::Latched
}

fn has_fonts(ctx: &Context) -> bool {
    let strong = fonts::Face::Strong.id(tokens::TEXT_BODY).family;
    ctx.fonts(|fonts| fonts.families().contains(&strong))
}
