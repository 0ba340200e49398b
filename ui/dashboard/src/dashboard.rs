//! The window's content and its local state: which bed is open, which page, which language.

mod acts;
mod asides;
mod heard;
mod keys;
mod look;
mod waves;
mod zoom;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use egui::{Color32, Context, Ui};
use vigie_board::{
    Command,
    view::{BoardView, TileView},
};
use vigie_config::BedPlace;
use vigie_model::{BedId, DeviceKey, MonoTime, Priority, Role, Text, WallTime};
use vigie_ui_kit::{
    flash, fonts,
    paper::Paper,
    tokens::{self, Theme},
};
use vigie_words::{Language, TextKey, Units, Words};

use crate::{
    about_ui::About,
    attention_ui::Column,
    calibrate_ui::Calibrate,
    closing_ui::Closing,
    copies_ui::RecordNote,
    cover_ui::waiting_ui,
    desk::{Desk, Request},
    forms::{Forms, Panel},
    help_ui::help_ui,
    keymap::Action,
    layout,
    log_ui::LogMemory,
    map_ui::MapMemory,
    options::ViewOptions,
    page::Page,
    people::{People, PersonSeen, PinNews, PinWish},
    phrases::Phrases,
    refused::{NotDone, NotDoneLately},
    setup::{Setup, SetupNews, SetupOptions, SetupWish},
    sound_test_ui::SoundTest,
    source::ViewSource,
    tile_ui::TileMemory,
    top_bar_ui::{Heard, Own, top_bar_ui},
    ward_ui::WardMemory,
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

/// Time between two frames while waves run, unless the shell says otherwise.
const FRAME: Duration = Duration::from_millis(33);

/// How long it is said that a layout is refused.
const SAID_FOR: Duration = Duration::from_secs(8);

/// The window's content. Paints views, keeps what is only the window's own.
#[derive(Debug)]
pub struct Dashboard {
    words: Words,
    utc_offset_minutes: i32,
    notices: Vec<Notice>,
    stopped: Option<WallTime>,
    open: Option<Place>,
    page: Page,
    record: Option<RecordNote>,
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
    /// The priority that somebody wants to hear.
    wanted_sound: Option<Priority>,
    /// Set-up; `None`: there is no station that could be set up.
    setup: Option<Setup>,
    people: People,
    theme: Theme,
    options: ViewOptions,
    frame_time: Duration,
    /// The layout before the one that somebody chose last.
    tiles_before: Option<u16>,
    /// What became of a wish about the window itself, and when.
    said_lately: Option<(String, MonoTime)>,
    /// What was asked of the board in this frame, by key or in the menu.
    wanted: Vec<Action>,
    /// Size of text that is wanted, and that the configuration says, in hundredths; what the window has room
    /// for, and the last such limit that was said.
    text_percent: u16,
    text_usual: u16,
    text_most: u16,
    text_said: Option<u16>,
    /// How waves are shown was changed, and the bar has not said it yet.
    unsaid: Option<waves::WaveWish>,
    /// The menu was just opened: the keyboard begins there.
    is_menu_fresh: bool,
    about: About,
    /// Whether a time server sets the clock; `None`: not known.
    is_synchronised: Option<bool>,
    /// The page that measures the screen, and what it gave and nobody took yet.
    calibrate: Calibrate,
    calibrated: Option<f32>,
    frames: u64,
    /// There is a view: the last frame showed beds, or a page over them.
    is_heard: bool,
    closing: Closing,
    map: MapMemory,
    /// Where beds lie, as the station says.
    places: BTreeMap<BedId, BedPlace>,
    /// Somebody wants one more window.
    wants_window: bool,
    /// Somebody wants the whole screen, or not any more.
    wants_full_screen: bool,
}

/// What the window must be cleared with before the dashboard is painted: it paints no ground of its own,
/// because a full-screen fill costs as much as all else in a frame that is painted from nothing.
pub fn clear_color() -> Color32 {
    tokens::TILE
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
            page: Page::default(),
            record: None,
            wanted_copy: None,
            ward: WardMemory::default(),
            bed: TileMemory::default(),
            column: Column::default(),
            log: LogMemory::default(),
            desk: Desk::default(),
            not_done: NotDoneLately::default(),
            sound_test: None,
            wanted_sound: None,
            setup: None,
            people: People::default(),
            theme: Theme::default(),
            options: ViewOptions::default(),
            frame_time: FRAME,
            tiles_before: None,
            said_lately: None,
            wanted: Vec::new(),
            text_percent: 100,
            text_usual: 100,
            text_most: zoom::TEXT_PERCENT.1,
            text_said: None,
            unsaid: None,
            is_menu_fresh: false,
            about: About::default(),
            is_synchronised: None,
            calibrate: Calibrate::default(),
            calibrated: None,
            frames: 0,
            is_heard: false,
            closing: Closing::default(),
            map: MapMemory::default(),
            places: BTreeMap::new(),
            wants_window: false,
            wants_full_screen: false,
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
        self.record = note;
        self.leave_what_is_gone();
    }

    /// Shows or hides the copies of the record.
    pub fn show_copies(&mut self, is_open: bool) {
        self.turn_to(Page::Copies, is_open);
    }

    /// The place, counted from 0, to which somebody asked for a copy since this was last called.
    pub fn poll_copy(&mut self) -> Option<usize> {
        self.wanted_copy.take()
    }

    /// What the unit's configuration says of the window: viewing distance, density, policy.
    pub fn set_options(&mut self, options: ViewOptions) {
        self.options = options;
    }

    /// Time between the beginnings of two frames while waves run.
    pub fn set_frame_time(&mut self, time: Duration) {
        self.frame_time = time;
    }

    /// What the unit's configuration and whoever stands here made of it.
    pub fn options(&self) -> &ViewOptions {
        &self.options
    }

    /// So many tiles on a page, one of the layouts; `None`: as the beds and the viewing distance want it.
    /// A layout that cannot be read from there is refused, which the bar says.
    pub fn set_tiles(&mut self, tiles: Option<u16>) {
        if tiles != self.options.tiles {
            self.tiles_before = std::mem::replace(&mut self.options.tiles, tiles);
        }
    }

    /// Turns to a page of the ward, counted from 0; the last one where there are fewer.
    pub fn turn_ward(&mut self, page: usize) {
        self.ward.page = page;
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
        self.sound_test = test;
        self.leave_what_is_gone();
    }

    /// Shows or hides the test of the sound.
    pub fn show_sound_test(&mut self, is_open: bool) {
        self.turn_to(Page::SoundTest, is_open);
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

    /// There is a station whose file can be changed here. A first start opens set-up by itself.
    pub fn set_setup(&mut self, options: SetupOptions) {
        let setup = Setup::new(options);
        let is_first = setup.is_first();
        self.setup = Some(setup);
        if is_first {
            self.turn_to(Page::Setup, true);
        }
    }

    /// Whether there is set-up already.
    pub fn has_setup(&self) -> bool {
        self.setup.is_some()
    }

    /// Shows or hides set-up.
    pub fn show_setup(&mut self, is_open: bool) {
        self.turn_to(Page::Setup, is_open);
    }

    /// The next thing that set-up wants done. To be taken after each frame until there is none.
    pub fn poll_setup(&mut self) -> Option<SetupWish> {
        self.setup.as_mut()?.poll()
    }

    /// What came of it.
    pub fn tell_setup(&mut self, news: SetupNews) {
        if let Some(setup) = &mut self.setup {
            setup.tell(news);
        }
    }

    /// Who has a PIN, and who is in, as the station says. Without people everybody may do everything.
    pub fn set_people(&mut self, list: Vec<PersonSeen>, who: Option<PersonSeen>) {
        let before = self.people.who().map(|who| who.initials.clone());
        let now = who.as_ref().map(|who| who.initials.clone());
        if before != now {
            // Whoever is in signs; whoever went out does so no longer.
            self.desk.set_initials(now);
        }
        self.people.set(list, who);
        self.leave_what_is_gone();
    }

    /// Where beds lie, as the station says; one that is not named lies where there is room.
    pub fn set_places(&mut self, places: &BTreeMap<BedId, BedPlace>) {
        if self.places != *places {
            self.places.clone_from(places);
        }
    }

    /// How long somebody stays in without a key or a touch.
    pub fn set_leave_after(&mut self, after: Duration) {
        self.people.set_leave_after(after);
    }

    /// What is wanted of the station about PINs. To be taken after each frame until there is none.
    pub fn poll_pin(&mut self) -> Option<PinWish> {
        self.people.poll()
    }

    /// What became of a PIN.
    pub fn tell_pin(&mut self, news: PinNews, now: MonoTime) {
        self.people.tell(news, now);
    }

    /// Whether names and identifiers of patients are hidden.
    pub fn is_private(&self) -> bool {
        self.options.is_private
    }

    /// Shows or hides the page on which somebody comes in by PIN.
    pub fn show_pin(&mut self, is_open: bool) {
        self.turn_to(Page::Pin, is_open);
    }

    /// Asks the station for something, or for a PIN where it takes one.
    fn ask(&mut self, command: Command) {
        let role = command.role();
        if self.people.may(role) {
            self.desk.ask(command);
        } else {
            self.ask_pin(role);
        }
    }

    /// Somebody wants to do what takes a PIN.
    fn ask_pin(&mut self, role: Role) {
        self.page = Page::Pin;
        self.people.form.wanted = Some(role);
    }

    /// Somebody comes in by PIN, or goes out.
    fn turn_pin(&mut self) {
        if self.people.who().is_some() {
            self.people.leave();
            self.desk.set_initials(None);
            self.leave_what_is_gone();
        } else {
            self.people.form = crate::people::PinForm::default();
            self.turn_to(Page::Pin, self.page != Page::Pin);
        }
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
        self.words = Words::new(language).in_units(self.words.units());
    }

    /// Changes the units that values are shown in.
    pub fn set_units(&mut self, units: Units) {
        self.words = self.words.clone().in_units(units);
    }

    /// Opens a bed, or with `None` goes back to the ward.
    pub fn open(&mut self, place: Option<Place>) {
        self.open = place;
        self.bed = TileMemory::default();
        self.column.chosen = None;
        self.page = Page::Beds;
    }

    /// Shows a form of the open bed, or none.
    pub fn show_form(&mut self, panel: Option<Panel>) {
        self.bed.forms = Forms { open: panel, ..Forms::default() };
    }

    /// Shows the alarm log, of one bed or of all, up to now.
    pub fn open_log(&mut self, bed: Option<BedId>) {
        self.log.open(bed);
        self.page = Page::Log;
    }

    /// Which bed is open.
    pub fn opened(&self) -> Option<&Place> {
        self.open.as_ref()
    }

    /// Shows or hides the help.
    pub fn show_help(&mut self, is_open: bool) {
        self.turn_to(Page::Help, is_open);
    }

    /// Shows or hides everything that can be done.
    pub fn show_menu(&mut self, is_open: bool) {
        self.is_menu_fresh = is_open;
        self.turn_to(Page::Menu, is_open);
    }

    /// Shows or hides what this program is.
    pub fn show_about(&mut self, is_open: bool) {
        self.turn_to(Page::About, is_open);
    }

    /// What the program knows of itself.
    pub fn set_about(&mut self, about: About) {
        self.about = about;
    }

    /// Whether a time server sets the PC's clock; `None`: not known.
    pub fn set_clock_synchronised(&mut self, is_synchronised: Option<bool>) {
        self.is_synchronised = is_synchronised;
    }

    /// What the main area shows.
    pub fn page(&self) -> Page {
        self.page
    }

    /// Turns to a page, or from it back to the beds. A page without a subject is not turned to: copies
    /// without a record, a test without a loudspeaker.
    fn turn_to(&mut self, page: Page, is_open: bool) {
        if is_open && page == Page::Setup && !self.people.may(Role::Configure) {
            self.ask_pin(Role::Configure);
        } else if is_open {
            if let Some(setup) = self.setup.as_mut().filter(|_| page == Page::Setup) {
                setup.read_again();
            }
            self.page = page;
            self.leave_what_is_gone();
        } else if self.page == page {
            self.page = Page::Beds;
        }
    }

    /// Back to the beds from a page that lost its subject.
    fn leave_what_is_gone(&mut self) {
        let is_there = match self.page {
            Page::Copies => self.record.is_some(),
            Page::SoundTest => self.sound_test.is_some(),
            Page::Setup => self.setup.is_some() && self.people.may(Role::Configure),
            Page::Pin => !self.people.list().is_empty(),
            Page::Beds | Page::Log | Page::Map | Page::Closing => true,
            Page::Help | Page::Calibrate | Page::Menu | Page::About => true,
        };
        if !is_there {
            self.page = Page::Beds;
        }
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
        self.is_heard = true;
        let phrases = self.phrases(ui.ctx(), view.wall.after(now.since(view.at)), now);
        self.frames += 1;
        let is_input = ui.input(|input| !input.events.is_empty());
        if self.people.pass(is_input, now) {
            self.desk.set_initials(None);
            self.leave_what_is_gone();
        }
        self.handle_keys(ui.ctx());
        if let Some(setup) = self.setup.as_mut().filter(|_| self.page != Page::Setup) {
            setup.forget_pins();
        }
        self.say_waves(&phrases);
        self.turn_full_screen(ui.ctx());
        self.zoom(ui.ctx(), now);
        Paper::begin(ui.painter());
        let area = ui.max_rect();
        let parts = layout::window(area);
        let said = self.said(&view, now);
        let heard =
            if self.stopped.is_some() { Heard::Nothing } else { Heard::Station(self.frames) };
        // What is not heard any more has no record to speak of.
        let record = self.record.clone().filter(|_| self.stopped.is_none());
        let program = self.about.named();
        let own = Own { program: &program, is_synchronised: self.is_synchronised };
        let bar = parts.bar;
        let asked = top_bar_ui(ui, bar, &view, &phrases, &said, record.as_ref(), (heard, own));
        if let Some(action) = asked {
            self.perform(action);
        }
        let tile = self.open_tile(&view);
        match self.stopped {
            Some(since) => {
                let below = parts.main.union(parts.column).union(parts.strip);
                if self.page == Page::Closing {
                    self.closing_ui(ui, below, &phrases);
                } else {
                    self.covered_ui(ui, below, &view, tile.as_deref(), since, &phrases);
                }
            }
            None => self.heard_ui(ui, &parts, &view, tile.as_deref(), source, &phrases),
        }
        Paper::end(ui.ctx());
        ui.ctx().request_repaint_after(self.frame_time.min(flash::until_change(now)));
    }

    /// Paints one frame before any view is there, and asks for the next. `wall`: the PC's clock.
    pub fn waiting_ui(&mut self, ui: &mut Ui, wall: WallTime, now: MonoTime) {
        if !has_fonts(ui.ctx()) {
            fonts::install(ui.ctx());
            ui.ctx().request_repaint();
            return;
        }
        self.frames += 1;
        self.is_heard = false;
        self.handle_keys(ui.ctx());
        self.turn_full_screen(ui.ctx());
        let phrases = self.phrases(ui.ctx(), wall, now);
        let area = ui.max_rect();
        if self.page != Page::Help {
            waiting_ui(ui, area, &phrases);
        } else if help_ui(ui, area, &phrases) {
            self.page = Page::Beds;
        }
        ui.ctx().request_repaint_after(FRAME);
    }

    pub(crate) fn phrases(&self, ctx: &Context, wall: WallTime, now: MonoTime) -> Phrases {
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

    /// What stands in the bar, the most urgent first.
    fn said(&mut self, view: &BoardView, now: MonoTime) -> Vec<Notice> {
        let stopped = self
            .stopped
            .map(|since| Notice { since: Some(since), ..Notice::of(TextKey::StationStopped) });
        // Whoever asked stands there now; the others are said for longer.
        let not_done = self.not_done.notices(view, &self.words, now);
        if self.said_lately.as_ref().is_some_and(|(_, at)| now.since(*at) >= SAID_FOR) {
            self.said_lately = None;
        }
        let said = self.said_lately.iter().map(|(said, _)| Notice::of(said.clone()));
        stopped
            .into_iter()
            .chain(not_done)
            .chain(said)
            .chain(self.notices.iter().cloned())
            .collect()
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
}

fn has_fonts(ctx: &Context) -> bool {
    let strong = fonts::Face::Strong.id(tokens::TEXT_BODY).family;
    ctx.fonts(|fonts| fonts.families().contains(&strong))
}
