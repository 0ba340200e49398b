//! The window while the station is heard: the strip, what the main area shows, the attention column.
//! And while it is silent: the cover.

use egui::{Id, Rect, Ui};
use vigie_board::{
    Command,
    view::{BoardView, DeviceView, TileView},
};
use vigie_model::{BedId, WallTime};
use vigie_ui_kit::tokens;
use vigie_words::TextKey;

use super::Dashboard;
use crate::{
    about_ui::{AboutNow, about_ui},
    attention_ui::{Act, Free, attention_ui},
    bed_forms_ui::FormAct,
    bed_ui::{BedAct, bed_ui},
    copies_ui::{CopiesAct, copies_ui},
    cover_ui::cover_ui,
    devices_ui::DeviceAct,
    help_ui::help_ui,
    keymap::Action,
    layout,
    log_ui::{LogAct, log_ui},
    menu_ui::{Item, MenuAct, menu_ui},
    page::Page,
    pages_ui,
    people::PinForm,
    phrases::Phrases,
    pin_ui::{PinAct, pin_ui},
    place_ui::Wanted,
    setup::{Around, Setup, SetupAct, worded_choice},
    sound_test_ui::{SoundAct, sound_test_ui},
    source::ViewSource,
    strip_ui::{StripAct, strip_ui},
    ward_ui::{covered_ward_ui, ward_ui},
};

impl Dashboard {
    /// Everything below the bar while the station is silent.
    pub(super) fn covered_ui(
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
    pub(super) fn heard_ui(
        &mut self,
        ui: &mut Ui,
        parts: &layout::Window,
        view: &BoardView,
        tile: Option<&TileView>,
        source: &dyn ViewSource,
        phrases: &Phrases,
    ) {
        let width = parts.column.width();
        let can_test = self.sound_test.is_some();
        let strip = strip_ui(ui, parts.strip, width, view, can_test, phrases, &mut self.desk);
        // Under a page no bed is open: no answer goes to what nobody sees.
        let opened = tile;
        let tile = tile.filter(|_| self.page == Page::Beds);
        self.main_ui(ui, parts.main, view, tile, source, phrases);
        let free = self.free(view, tile);
        let column = attention_ui(ui, parts.column, view, free, phrases, &mut self.column);
        let wanted = self.wanted_acts(view);
        for act in wanted.into_iter().chain(strip).chain(column.map(StripAct::Of)) {
            if act == StripAct::Of(Act::Log) {
                self.turn_log(opened);
            }
            self.handle(ui.ctx(), act, view, tile, phrases.now);
        }
        self.column.remember(view);
    }

    /// The page, or the bed that is open, or the ward.
    fn main_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        view: &BoardView,
        tile: Option<&TileView>,
        source: &dyn ViewSource,
        phrases: &Phrases,
    ) {
        match (self.page, tile) {
            (Page::Beds, Some(tile)) => self.bed_ui(ui, area, view, tile, source, phrases),
            (Page::Beds, None) => {
                let opened = ward_ui(ui, area, view, phrases, &mut self.ward);
                if let Some(place) = opened {
                    self.open(Some(place));
                }
                if let Some(refused) = self.ward.take_untold() {
                    // Never back to one that is refused as well.
                    let before = self.tiles_before.take();
                    self.options.tiles = before.filter(|tiles| Some(*tiles) != self.options.tiles);
                    self.said_lately = Some((pages_ui::reason(&refused, phrases), phrases.now));
                }
            }
            (Page::Log, _) => match log_ui(ui, area, view, source, phrases, &mut self.log) {
                Some(LogAct::Close) => self.page = Page::Beds,
                Some(LogAct::Open(place)) => self.open(Some(place)),
                None => {}
            },
            (Page::SoundTest, _) => {
                let test = self.sound_test.clone().unwrap_or_default();
                match sound_test_ui(ui, area, &test, phrases) {
                    Some(SoundAct::Play(priority)) => self.wanted_sound = Some(priority),
                    Some(SoundAct::Heard(heard)) => self.desk.ask_heard(heard),
                    Some(SoundAct::Close) => self.page = Page::Beds,
                    None => {}
                }
            }
            (Page::Copies, _) => {
                let note = self.record.clone().unwrap_or_default();
                match copies_ui(ui, area, &note, phrases) {
                    Some(CopiesAct::Close) => self.page = Page::Beds,
                    Some(CopiesAct::Copy(place)) => self.wanted_copy = Some(place),
                    None => {}
                }
            }
            (Page::Setup, _) => self.setup_ui(ui, area, view, phrases),
            (Page::Map, _) => self.map_ui(ui, area, view, phrases),
            (Page::Closing, _) => self.closing_ui(ui, area, phrases),
            (Page::Pin, _) => {
                if let Some(PinAct::Close) = pin_ui(ui, area, &mut self.people, phrases) {
                    self.people.form = PinForm::default();
                    self.page = Page::Beds;
                }
            }
            (Page::Menu, _) => self.menu_ui(ui, area, view, phrases),
            (Page::About, _) => {
                let now = AboutNow {
                    about: &self.about,
                    record: self.record.as_ref(),
                    is_synchronised: self.is_synchronised,
                };
                if about_ui(ui, area, now, phrases) {
                    self.page = Page::Beds;
                }
            }
            (Page::Calibrate, _) => self.calibrate_ui(ui, area, phrases),
            (Page::Help, _) => {
                if help_ui(ui, area, phrases) {
                    self.page = Page::Beds;
                }
            }
        }
    }

    /// The menu, and what is chosen there.
    fn menu_ui(&mut self, ui: &mut Ui, area: Rect, view: &BoardView, phrases: &Phrases) {
        let is_fresh = std::mem::take(&mut self.is_menu_fresh);
        let free = self.free(view, None);
        let item = |action| self.item(action, &free, phrases);
        match menu_ui(ui, area, phrases, is_fresh, item) {
            Some(MenuAct::Do(action)) => {
                // What is done to the ward is seen there.
                if matches!(action, Action::More | Action::Fewer | Action::Automatic) {
                    self.open(None);
                }
                self.perform(action);
            }
            Some(MenuAct::Close) => self.page = Page::Beds,
            None => {}
        }
    }

    /// A thing to do as it is now: what it would change, and whether it can be done.
    fn item(&self, action: Action, free: &Free, phrases: &Phrases) -> Item {
        let as_sent = |name: &str| match name {
            "" => phrases.text(TextKey::AsSent),
            name => name.to_owned(),
        };
        let units = phrases.words.units();
        let night = if self.theme.is_night { TextKey::MenuNight } else { TextKey::MenuDay };
        let said = [
            (Action::Language, self.language().own_name().to_owned()),
            (Action::Colours, phrases.text(night)),
            (Action::Palette, worded_choice(self.theme.inks.name(), &phrases.words)),
            (Action::Pressure, as_sent(units.pressure.name())),
            (Action::Temperature, as_sent(units.temperature.name())),
            (Action::Airway, as_sent(units.airway.name())),
            (Action::UsualSize, format!("{} %", self.text_percent())),
        ];
        let now = said.into_iter().find(|(about, _)| *about == action);
        let now = now.map(|(_, said)| said).unwrap_or_default();
        // The others can always be done.
        let free = [
            (Action::MostUrgent, free.urgent),
            (Action::Acknowledge, free.acknowledge),
            (Action::Going, free.going),
            (Action::Reset, free.reset),
            (Action::Copies, self.record.is_some()),
            (Action::SoundTest, self.sound_test.is_some()),
            (Action::Setup, self.setup.is_some()),
        ];
        let is_free = free.into_iter().find(|(about, _)| *about == action);
        let is_free = is_free.is_none_or(|(_, is_free)| is_free);
        Item { now, is_free }
    }

    /// Set-up, and what it wants of the window itself.
    fn setup_ui(&mut self, ui: &mut Ui, area: Rect, view: &BoardView, phrases: &Phrases) {
        let is_typing = self.desk.field.is_some();
        let Some(setup) = &mut self.setup else { return };
        let around = Around { view, sound: self.sound_test.as_ref(), phrases };
        match setup.ui(ui, area, around, is_typing) {
            Some(SetupAct::Language(language)) => self.set_language(language),
            Some(SetupAct::Distance(mm)) => self.options.viewing_distance_mm = mm,
            Some(SetupAct::Play(priority)) => self.wanted_sound = Some(priority),
            Some(SetupAct::Heard(heard)) => self.desk.ask_heard(heard),
            Some(SetupAct::Close) => self.page = Page::Beds,
            None => {}
        }
        if let Some((was, is)) = self.setup.as_mut().and_then(Setup::take_shown) {
            self.take_shown(&was, &is);
        }
    }

    /// The bed that is open, and what is asked for in it.
    fn bed_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        view: &BoardView,
        tile: &TileView,
        source: &dyn ViewSource,
        phrases: &Phrases,
    ) {
        let asked = bed_ui(ui, area, tile, view, source, phrases, &mut self.bed);
        match (asked, &tile.bed) {
            (Some(BedAct::Close), _) => self.open(None),
            (Some(BedAct::Standby(why)), Some(bed)) => {
                self.ask(Command::Standby { bed: bed.clone(), why });
            }
            (Some(BedAct::EndStandby), Some(bed)) => {
                self.ask(Command::EndStandby { bed: bed.clone() });
            }
            (Some(BedAct::Form(FormAct::Enter(what))), Some(bed)) => {
                self.ask(Command::Enter { bed: bed.clone(), what });
            }
            (Some(BedAct::Form(FormAct::SetLimits(limits))), Some(bed)) => {
                self.ask(Command::SetLimits { bed: bed.clone(), limits });
            }
            (Some(BedAct::Form(FormAct::Devices(act))), Some(bed)) => {
                self.ask(about_devices(act, bed));
            }
            (Some(BedAct::Form(FormAct::Place(wanted))), None) => {
                if let Some(device) = &tile.device {
                    self.ask(put(device, wanted));
                }
            }
            (Some(BedAct::Form(FormAct::Place(_))), Some(_))
            | (Some(BedAct::Standby(_) | BedAct::EndStandby | BedAct::Form(_)), None)
            | (None, _) => {}
        }
    }

    /// Shows the log, of the open bed where there is one, or hides it.
    fn turn_log(&mut self, opened: Option<&TileView>) {
        if self.page == Page::Log {
            self.page = Page::Beds;
        } else {
            self.open_log(opened.and_then(|tile| tile.bed.clone()));
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
