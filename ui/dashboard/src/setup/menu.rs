//! Set-up afterwards: a page for each part of the file, undo, and a button that says what saving does.

use egui::{Id, Key, Modifiers, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_config::{
    Draft, Mistake, Step as Done,
    settings::{self, Page},
};
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::{TextKey, Words};

use super::{
    Around, Keys, Saving, Setup, SetupAct,
    pen::{self, BIG, GAP},
};
use crate::phrases::Phrases;

/// A page of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// Keys of the file that belong together.
    Of(Page),
    /// The whole text.
    File,
}

impl Section {
    /// All, in their order.
    pub const ALL: [Section; 9] = [
        Section::Of(Page::Beds),
        Section::Of(Page::Devices),
        Section::Of(Page::Screen),
        Section::Of(Page::Sound),
        Section::Of(Page::Alarms),
        Section::Of(Page::Record),
        Section::Of(Page::Network),
        Section::Of(Page::People),
        Section::File,
    ];

    fn name(self) -> TextKey {
        match self {
            Section::Of(Page::Beds) => TextKey::SetupPageBeds,
            Section::Of(Page::Devices) => TextKey::SetupPageDevices,
            Section::Of(Page::Screen) => TextKey::SetupPageScreen,
            Section::Of(Page::Sound) => TextKey::SetupPageSound,
            Section::Of(Page::Alarms) => TextKey::SetupPageAlarms,
            Section::Of(Page::Record) => TextKey::SetupPageRecord,
            Section::Of(Page::Network) => TextKey::SetupPageNetwork,
            Section::Of(Page::People) => TextKey::SetupPagePeople,
            Section::File => TextKey::SetupPageFile,
        }
    }
}

/// What is known of the draft as it is now; worked out when it changes.
#[derive(Debug, Default)]
pub(super) struct Checked {
    text: String,
    base: String,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) restarts: bool,
}

const RAIL: f32 = 190.0;

impl Setup {
    /// Works out what is wrong with the draft and what saving it does, if that is not known yet.
    pub(super) fn check(&mut self) {
        let (text, base) = (self.draft.text(), self.draft.base().to_owned());
        if self.checked.text == text && self.checked.base == base {
            return;
        }
        let mistakes = (self.options.check)(&self.draft);
        let before = Draft::read(&base).unwrap_or_default();
        let mut restarting = settings::SETTINGS.iter().filter(|setting| setting.restarts);
        let restarts =
            restarting.any(|setting| before.get(setting.place) != self.draft.get(setting.place));
        self.checked = Checked { text, base, mistakes, restarts };
    }

    /// Paints the menu and the page that is chosen.
    pub(super) fn menu_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) -> Option<SetupAct> {
        let phrases = around.phrases;
        ui.painter().rect_filled(area, 0.0, tokens::TILE);
        let whole = ui.interact(area, Id::unique("set-up"), Sense::hover());
        let title = phrases.text(TextKey::SetupTitle);
        whole.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &title));
        self.check();
        let inner = area.shrink(12.0);
        let width = RAIL.min(inner.width() * 0.24);
        let rail = Rect::from_min_size(inner.min, vec2(width, inner.height()));
        let mut closed = self.sections_ui(ui, rail, around, keys);
        let body = Rect::from_min_max(pos2(rail.right() + 16.0, inner.top()), inner.max);
        let mut rows = Rows::of(body);
        let head = phrases.text(self.section.name());
        let ink = phrases.palette.text;
        pen::line(ui, rows.take(34.0), "section", &head, (Face::Strong, 22.0, ink));
        let rest = rows.rest();
        let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - BIG), rest.max);
        let said = Rect::from_min_max(
            pos2(rest.left(), foot.top() - 30.0),
            pos2(rest.right(), foot.top()),
        );
        let place = Rect::from_min_max(rest.min, pos2(rest.right(), said.top() - GAP));
        let is_fresh = std::mem::take(&mut self.is_fresh);
        self.listening.is_wanted = self.section == Section::Of(Page::Devices);
        match self.section {
            Section::Of(Page::Beds) => self.beds_page_ui(ui, place, around),
            Section::Of(Page::Devices) => self.devices_page_ui(ui, place, around, keys),
            Section::Of(
                page @ (Page::Screen | Page::Sound | Page::Alarms | Page::Record | Page::Network),
            ) => self.settings_ui(ui, place, around, page),
            Section::Of(Page::People) => self.people_page_ui(ui, place, around, keys),
            Section::File => self.file_ui(ui, place, around, is_fresh),
        }
        self.check();
        if matches!(self.saving, Saving::Changed { .. }) {
            self.conflict_ui(ui, said, foot, phrases);
        } else {
            self.state_ui(ui, said, phrases);
            self.edit_ui(ui, foot, phrases);
        }
        // Esc gives up a PIN that is being typed, and only then set-up.
        closed |= keys.escape && !self.people.close();
        closed.then(|| {
            self.leave_menu();
            SetupAct::Close
        })
    }

    fn leave_menu(&mut self) {
        if std::mem::take(&mut self.listening.is_wanted) {
            self.wish(super::SetupWish::StopListening);
        }
        self.fields.picked = None;
        self.fields.said = None;
        self.people.close();
    }

    /// One row a page. True: set-up is left.
    fn sections_ui(&mut self, ui: &Ui, rail: Rect, around: Around<'_>, keys: Keys) -> bool {
        let phrases = around.phrases;
        let mut rows = Rows::of(rail);
        let count = Section::ALL.len() as f32 + 2.0;
        let height = (rail.height() / count - 4.0).clamp(30.0, BIG);
        let now = Section::ALL.iter().position(|section| *section == self.section).unwrap_or(0);
        let mut cursor = now;
        let is_elsewhere = self.fields.picked.is_some()
            && self.section == Section::Of(Page::Devices)
            || self.people.is_open();
        if !is_elsewhere {
            keys.walk(&mut cursor, Section::ALL.len(), 1);
        }
        for (nth, section) in Section::ALL.into_iter().enumerate() {
            let row = rows.take(height + 4.0);
            let row = Rect::from_min_size(row.min, vec2(row.width(), height));
            let word = phrases.text(section.name());
            if pen::choose(ui, row, ("section", nth), (&word, &word), nth == now, phrases) {
                cursor = nth;
            }
        }
        if cursor != now
            && let Some(section) = Section::ALL.get(cursor)
        {
            self.leave_menu();
            self.section = *section;
            self.is_fresh = true;
        }
        rows.take(6.0);
        let again = rows.take(height + 4.0);
        let again = Rect::from_min_size(again.min, vec2(again.width(), height));
        let word = phrases.text(TextKey::SetupFirstAgain);
        if pen::press(ui, again, "again", (&word, ""), true, phrases) {
            self.leave_menu();
            self.options.is_first = true;
            self.step = super::Step::Language;
            self.fill_fields();
            self.is_fresh = true;
        }
        let close = rows.take(height);
        let word = phrases.text(TextKey::Close);
        pen::press(ui, close, "close", (&word, "Esc"), true, phrases) // tidy: not for people
    }

    /// What saving would do, or what came of it.
    fn state_ui(&self, ui: &Ui, rect: Rect, phrases: &Phrases) {
        let words = &phrases.words;
        let is_writable = self.file.as_ref().is_none_or(|file| file.is_writable);
        let count = self.checked.mistakes.len();
        let page = self.fields.said.clone();
        let saving = self.said_of_saving(phrases);
        let (said, is_bad) = if self.file.is_none() {
            saving.unwrap_or_else(|| (words.text(TextKey::SetupReading), false))
        } else if !is_writable {
            (words.text(TextKey::SetupReadOnly), true)
        } else if let Some(said) = page {
            (said, false)
        } else if self.draft.is_changed() && count > 0 {
            (words.noted(&words.setup_mistakes(count), &words.text(TextKey::SetupMistakes)), true)
        } else if let Some((said, true)) = saving {
            (said, true)
        } else if self.draft.is_changed() {
            let key = if self.checked.restarts {
                TextKey::SetupWillRestart
            } else {
                TextKey::SetupWillApply
            };
            (words.text(key), self.checked.restarts)
        } else {
            saving.unwrap_or_else(|| (words.text(TextKey::SetupUnchanged), false))
        };
        let ink = if is_bad { phrases.palette.notice } else { phrases.palette.quiet };
        pen::line(ui, rect, "state", &said, (Face::Plain, 15.0, ink));
    }

    /// Undo, redo, save; and their keys.
    fn edit_ui(&mut self, ui: &Ui, foot: Rect, phrases: &Phrases) {
        let words = &phrases.words;
        let [undo, redo, save] = pen::parts::<3>(foot);
        let named = |key: TextKey, step: Option<&Done>| match step {
            Some(step) => words.noted(&words.text(key), &step_name(step, words)),
            None => words.text(key),
        };
        let (back, again) = (self.draft.can_undo(), self.draft.can_redo());
        let undo_word = named(TextKey::SetupUndo, back);
        let redo_word = named(TextKey::SetupRedo, again);
        let (can_undo, can_redo) = (back.is_some(), again.is_some());
        let is_typing = ui.ctx().text_edit_focused();
        let hit =
            |key: Key| !is_typing && ui.input_mut(|input| input.consume_key(Modifiers::CTRL, key));
        // tidy: not for people
        if pen::press(ui, undo, "undo", (&undo_word, "Ctrl Z"), can_undo, phrases) || hit(Key::Z) {
            self.draft.undo();
            self.forget_typed();
        }
        // tidy: not for people
        if pen::press(ui, redo, "redo", (&redo_word, "Ctrl Y"), can_redo, phrases) || hit(Key::Y) {
            self.draft.redo();
            self.forget_typed();
        }
        let is_free = self.file.as_ref().is_some_and(|file| file.is_writable)
            && self.draft.is_changed()
            && self.checked.mistakes.is_empty()
            && self.saving != Saving::Asked;
        let word = words.text(TextKey::SetupSave);
        let wants =
            pen::press(ui, save, "save", (&word, "Ctrl S"), is_free, phrases) || hit(Key::S); // tidy: not for people
        if wants && is_free {
            self.fields.said = None;
            self.save();
        }
    }

    /// Somebody else changed the file: whose holds is a person's choice, and undo has the other.
    fn conflict_ui(&mut self, ui: &Ui, said: Rect, foot: Rect, phrases: &Phrases) {
        let Saving::Changed { theirs } = &self.saving else { return };
        let theirs = theirs.clone();
        let what = phrases.text(TextKey::SetupConflict);
        pen::line(ui, said, "conflict", &what, (Face::Strong, 15.0, phrases.palette.notice));
        let [take, keep] = pen::parts::<2>(foot);
        let word = phrases.text(TextKey::SetupTakeTheirs);
        if pen::press(ui, take, "theirs", (&word, ""), true, phrases) {
            self.draft.rebase(&theirs);
            // As a step: whoever wants the own text back undoes it.
            self.saving = match self.draft.replace_text(&theirs) {
                Ok(()) => Saving::No,
                Err(mistakes) => Saving::Wrong(mistakes),
            };
            self.forget_typed();
        }
        let word = phrases.text(TextKey::SetupKeepMine);
        if pen::press(ui, keep, "mine", (&word, ""), true, phrases) {
            self.draft.rebase(&theirs);
            self.saving = Saving::No;
            self.save();
        }
    }

    /// What was typed and not taken is gone: the draft says something else now.
    pub(super) fn forget_typed(&mut self) {
        self.fields.typed.clear();
        self.fields.text = None;
        self.fields.said = None;
    }
}

/// A step as people call it.
fn step_name(step: &Done, words: &Words) -> String {
    let place =
        |place: &str| words.setting(place).map_or_else(|| place.to_owned(), |(name, _)| name);
    match step {
        Done::Set(at) | Done::Unset(at) => place(at),
        Done::Added(_, what) => format!("+ {what}"),
        Done::Removed(_, what) => format!("- {what}"),
        Done::Moved(_, what) | Done::TakenOff(what) => what.clone(),
        Done::Text => words.text(TextKey::SetupTextTyped),
        Done::Assigned { device, bed } => words.setup_placed(device, bed),
        Done::Beds(count) => words.setup_beds_made(*count),
    }
}

/// Says a quiet line in a row.
pub(super) fn quiet(ui: &Ui, rect: Rect, what: &str, phrases: &Phrases) {
    let ink = phrases.palette.quiet;
    let size = text::fitting(ui.painter(), what, Face::Plain, rect.width(), 9.2, 11.0);
    text::in_rect(ui.painter(), rect, egui::Align::Min, what, Face::Plain, size, ink);
}
