//! Set-up: the first start, step by step, and the menu afterwards. Both change one draft of the file.
//!
//! Pages stand in the main area, so that no alarm is covered. They touch no file, port or socket: what
//! is to be done goes out as [`SetupWish`], what came of it comes back as [`SetupNews`].

mod beds;
mod choices;
mod devices;
mod done;
mod file;
mod lists;
mod map;
mod menu;
mod news;
pub(crate) mod pen;
mod people;
mod sheet;
mod sound;
mod steps;
mod values;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use egui::{Context, Key, Rect, Ui};
use vigie_board::view::{BoardView, Freshness};
use vigie_config::{Draft, Found, FoundPort, Mistake, ScreenConfig, settings::Page};
use vigie_model::{MonoTime, Priority};
use vigie_words::{Language, TextKey};

pub use menu::Section;
pub use news::{
    FileSeen, InterfaceSeen, Offer, PinTyped, PortSeen, PortState, SetupHeard, SetupNews,
    SetupWish, Sheet, SheetDone, SheetText,
};
pub use steps::Step;
pub(crate) use values::worded_choice;

use crate::{phrases::Phrases, sound_test_ui::SoundTest};

/// How often it is asked what is heard.
const HEARD_EVERY: Duration = Duration::from_millis(500);
/// Beds that a file may have.
const BEDS_MAX: usize = 64;
/// Beds that are proposed.
const BEDS_USUAL: usize = 8;

/// Says what is wrong with a draft; the program knows the families and their lines.
pub type Check = fn(&Draft) -> Vec<Mistake>;

/// What set-up needs to be offered at all.
#[derive(Clone, Copy, Debug)]
pub struct SetupOptions {
    /// There is no file yet: the steps of the first start are shown.
    pub is_first: bool,
    /// Says what is wrong with a draft.
    pub check: Check,
}

/// What a page wants of the dashboard around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetupAct {
    /// Show this language.
    Language(Language),
    /// People stand so far away.
    Distance(u32),
    /// Play a sound of this priority.
    Play(Priority),
    /// It was heard, or was not.
    Heard(bool),
    /// Back to the beds.
    Close,
}

/// What a page sees besides the draft.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'a> {
    pub(crate) view: &'a BoardView,
    pub(crate) sound: Option<&'a SoundTest>,
    pub(crate) phrases: &'a Phrases,
}

/// Keys of a frame that belong to the page: none while somebody types or a button has the focus.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keys {
    enter: bool,
    escape: bool,
    up: bool,
    down: bool,
    left: bool,
    right: bool,
}

impl Keys {
    fn of(ctx: &Context) -> Keys {
        if ctx.memory(|memory| memory.focused().is_some()) {
            return Keys::default();
        }
        ctx.input(|input| {
            let pressed = |key: Key| input.key_pressed(key) && input.modifiers.is_none();
            Keys {
                enter: pressed(Key::Enter),
                escape: pressed(Key::Escape),
                up: pressed(Key::ArrowUp),
                down: pressed(Key::ArrowDown),
                left: pressed(Key::ArrowLeft),
                right: pressed(Key::ArrowRight),
            }
        })
    }

    /// Moves a cursor in a list of so many, `across` to a row.
    fn walk(self, cursor: &mut usize, count: usize, across: usize) {
        let Some(last) = count.checked_sub(1) else { return };
        let across = across.max(1);
        let sideways = across > 1;
        if self.down && *cursor + across <= last {
            *cursor += across;
        }
        if self.up && *cursor >= across {
            *cursor -= across;
        }
        if sideways && self.right && *cursor < last {
            *cursor += 1;
        }
        if sideways && self.left && *cursor > 0 {
            *cursor -= 1;
        }
        *cursor = (*cursor).min(last);
    }
}

/// What became of the last wish to save.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Saving {
    /// There was none.
    #[default]
    No,
    /// It is under way.
    Asked,
    /// Done.
    Saved { restarts: bool },
    /// Somebody else changed the file; what it says now.
    Changed { theirs: String },
    /// The draft has mistakes.
    Wrong(Vec<Mistake>),
    /// Not done.
    Failed(String),
}

/// How windows show: language, and what stands under `[screen]`.
pub(crate) type Shown = (Language, ScreenConfig);

/// The state of set-up.
#[derive(Debug)]
pub(crate) struct Setup {
    options: SetupOptions,
    draft: Draft,
    /// The file as it was told; `None`: not yet.
    file: Option<FileSeen>,
    wishes: VecDeque<SetupWish>,
    saving: Saving,
    /// The draft changed while it was being saved.
    saves_again: bool,
    step: Step,
    section: Section,
    checked: menu::Checked,
    /// How this window shows by the draft, and the text that says so; `None`: there is no file yet.
    shown: Option<(String, Shown)>,
    /// The page was not shown yet: fields take the keyboard, what is needed is asked for.
    is_fresh: bool,
    fields: Fields,
    people: people::PeopleForm,
    heard: SetupHeard,
    listening: devices::Listening,
    asked: Option<MonoTime>,
    sheet: Option<Sheet>,
    sheet_done: Option<SheetDone>,
}

/// What is being written or chosen on the page that is shown.
#[derive(Debug, Default)]
struct Fields {
    /// That is shown.
    language: Language,
    distance_mm: Option<u32>,
    unit: String,
    beds: String,
    /// Where the keyboard is in the list of devices.
    offer: usize,
    /// The device that waits for its bed.
    picked: Option<u64>,
    /// Where the keyboard is among the beds.
    bed: usize,
    /// What was typed into a field and is not taken yet, by the field's place.
    typed: BTreeMap<String, String>,
    /// The bed that waits for a second press before it is removed.
    leaving: Option<String>,
    /// The place of the bed of a line or device that is to stand elsewhere.
    moving: Option<String>,
    /// The whole text, while it is typed.
    text: Option<String>,
    /// What is wrong with it.
    text_mistakes: Vec<Mistake>,
    /// What was said last of the page: a device that was placed, or why not.
    said: Option<String>,
}

impl Setup {
    pub(crate) fn new(options: SetupOptions) -> Setup {
        Setup {
            options,
            draft: Draft::new(),
            file: None,
            wishes: VecDeque::from([SetupWish::Read]),
            saving: Saving::No,
            saves_again: false,
            step: Step::Language,
            section: Section::Of(Page::Beds),
            checked: menu::Checked::default(),
            shown: None,
            is_fresh: true,
            fields: Fields::default(),
            people: people::PeopleForm::default(),
            heard: SetupHeard::default(),
            listening: devices::Listening::default(),
            asked: None,
            sheet: None,
            sheet_done: None,
        }
    }

    /// The steps of the first start are under way.
    pub(crate) fn is_first(&self) -> bool {
        self.options.is_first
    }

    /// Asks for the file once more, where it was refused: to whoever came in by PIN since it is given.
    pub(crate) fn read_again(&mut self) {
        if self.file.is_none() && self.wishes.is_empty() {
            self.wish(SetupWish::Read);
            self.saving = Saving::No;
        }
    }

    /// The measure of the screen was written into the file, and nothing else. Whether somebody else wrote
    /// before that is told when the draft is saved.
    pub(crate) fn measured(&mut self, before: &str, after: &str) {
        const PLACE: &str = "screen.pixels_per_mm";
        let value = Draft::read(after).ok().and_then(|file| file.get(PLACE));
        let Some(value) = value.filter(|_| self.draft.base() == before) else { return };
        self.set(PLACE, value);
        self.draft.rebase(after);
    }

    /// The next thing that a page wants done.
    pub(crate) fn poll(&mut self) -> Option<SetupWish> {
        self.wishes.pop_front()
    }

    fn wish(&mut self, wish: SetupWish) {
        self.wishes.push_back(wish);
    }

    /// What came of a wish.
    pub(crate) fn tell(&mut self, news: SetupNews) {
        match news {
            SetupNews::File(file) => {
                if !self.draft.is_changed()
                    && let Ok(draft) = Draft::read(&file.text)
                {
                    self.shown = Some((draft.text(), draft.shown()));
                    self.draft = draft;
                    self.fill_fields();
                }
                self.file = Some(file);
            }
            SetupNews::Saved { restarts } => {
                self.draft.saved();
                self.saving = Saving::Saved { restarts };
                if std::mem::take(&mut self.saves_again) {
                    self.save();
                }
            }
            SetupNews::Changed { theirs } => self.saving = Saving::Changed { theirs },
            SetupNews::Wrong(mistakes) => self.saving = Saving::Wrong(mistakes),
            SetupNews::Failed(why) => self.saving = Saving::Failed(why),
            SetupNews::Heard(heard) => {
                self.asked = None;
                self.listening.note(&heard);
                self.heard = heard;
            }
            SetupNews::Sheet(sheet) => self.sheet = Some(sheet),
            SetupNews::SheetDone(done) => self.sheet_done = Some(done),
            SetupNews::PinHashed { asked, kept } => self.pin_hashed(asked, kept),
        }
    }

    /// Puts into the fields what the draft says.
    fn fill_fields(&mut self) {
        self.fields.unit = self.draft.text_at("record.station").unwrap_or_default();
        let beds = self.draft.count("bed");
        self.fields.beds = if beds == 0 { BEDS_USUAL } else { beds }.to_string();
        self.fields.distance_mm = None;
    }

    /// Saves the draft. What is being saved is finished first.
    fn save(&mut self) {
        if self.saving == Saving::Asked {
            self.saves_again = true;
            return;
        }
        if !self.draft.is_changed() && self.file.as_ref().is_some_and(|file| file.is_there) {
            return;
        }
        if let Some(file) = &mut self.file {
            file.is_there = true;
        }
        // A ward without a line is one that is being set up: the file has to say that it means it.
        if self.draft.count("line") == 0 && self.draft.set("no_lines", true).is_err() {
            tracing::error!("the file has something else where no_lines belongs");
        }
        let (text, base) = (self.draft.text(), self.draft.base().to_owned());
        self.saving = Saving::Asked;
        self.wish(SetupWish::Save { text, base });
    }

    /// Asks what is heard, now and then.
    fn ask_heard(&mut self, now: MonoTime) {
        if self.asked.is_none_or(|at| now.since(at) >= HEARD_EVERY * 4)
            && self.listening.is_due(now, HEARD_EVERY)
        {
            self.asked = Some(now);
            self.wish(SetupWish::Heard);
            if let Some(wish) = self.listening.wish(&self.heard) {
                self.wish(wish);
            }
        }
    }

    /// How windows were to show before the draft changed last, and how they are to now; `None`: the same.
    pub(crate) fn take_shown(&mut self) -> Option<(Shown, Shown)> {
        let text = self.draft.text();
        let (before, was) = self.shown.as_mut().filter(|(before, _)| *before != text)?;
        let is = self.draft.shown();
        *before = text;
        let was = std::mem::replace(was, is.clone());
        (was != is).then_some((was, is))
    }

    /// The ids and labels of the beds, in their order.
    fn beds(&self) -> Vec<(String, String)> {
        let count = self.draft.count("bed");
        let bed = |nth: usize| {
            let id = self.draft.text_at(&format!("bed.{nth}.id")).unwrap_or_default();
            (id, self.draft.called("bed", nth))
        };
        (0..count).map(bed).collect()
    }

    /// What the draft puts at a bed: lines by their port, devices by their key.
    fn at_bed(&self, bed: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (list, keys) in
            [("line", &["serial", "udp", "tcp", "unix", "name"][..]), ("device", &["key"])]
        {
            for nth in 0..self.draft.count(list) {
                let at = |key: &str| self.draft.text_at(&format!("{list}.{nth}.{key}"));
                if at("bed").as_deref() == Some(bed) {
                    found.extend(keys.iter().find_map(|key| at(key)));
                }
            }
        }
        found
    }

    /// The bed at which the draft has what is heard.
    fn bed_of(&self, found: &Found) -> Option<String> {
        let names: Vec<(&str, &str, &str)> = match &found.port {
            FoundPort::Serial { port, path, .. } => {
                vec![("line", "serial", port), ("line", "serial", path)]
            }
            FoundPort::Beacons(_) | FoundPort::TcpListen { .. } => Vec::new(),
        };
        let device = found.device.as_deref().map(|key| ("device", "key", key));
        names.into_iter().chain(device).find_map(|(list, key, name)| {
            let count = self.draft.count(list);
            let nth = (0..count).find(|nth| {
                self.draft.text_at(&format!("{list}.{nth}.{key}")).as_deref() == Some(name)
            })?;
            self.draft.text_at(&format!("{list}.{nth}.bed"))
        })
    }

    /// How many things stand at beds.
    fn placed(&self) -> usize {
        self.beds().iter().map(|(id, _)| self.at_bed(id).len()).sum()
    }

    /// Sets a value; one that has no place is an error of the program's, and changes nothing.
    fn set(&mut self, place: &str, value: impl Into<vigie_config::Value>) {
        if let Err(misplaced) = self.draft.set(place, value) {
            tracing::error!(%misplaced, "a setting has no place in the file");
        }
    }

    /// Paints the page. `is_typing`: keys belong to a field outside of it.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        is_typing: bool,
    ) -> Option<SetupAct> {
        let keys = if is_typing { Keys::default() } else { Keys::of(ui.ctx()) };
        if self.options.is_first {
            self.steps_ui(ui, area, around, keys)
        } else {
            self.menu_ui(ui, area, around, keys)
        }
    }

    /// What to say of saving, in words; and whether it went wrong.
    fn said_of_saving(&self, phrases: &Phrases) -> Option<(String, bool)> {
        let words = &phrases.words;
        let not = |why: &str| (words.noted(&words.text(TextKey::SetupNotSaved), why), true);
        Some(match &self.saving {
            Saving::No => return None,
            Saving::Asked => (words.text(TextKey::SetupSaving), false),
            Saving::Saved { restarts: false } => (words.text(TextKey::SetupSaved), false),
            Saving::Saved { restarts: true } => (words.text(TextKey::SetupSavedRestarts), false),
            Saving::Changed { .. } => not(&words.text(TextKey::SetupConflict)),
            Saving::Failed(why) => not(why),
            Saving::Wrong(mistakes) => {
                let first = mistakes.first().map(|mistake| told(mistake, phrases));
                not(&first.unwrap_or_default())
            }
        })
    }
}

/// A mistake with its line.
fn told(mistake: &Mistake, phrases: &Phrases) -> String {
    let line = phrases.words.setup_in_line(mistake.line);
    format!("{line}: {}: {}", mistake.what, mistake.remedy)
}

/// Whether a bed of the view has a device that is heard in time.
fn is_live(view: &BoardView, bed: &str) -> bool {
    let tile =
        view.tiles.iter().find(|tile| tile.bed.as_ref().is_some_and(|id| id.0.as_str() == bed));
    tile.is_some_and(|tile| tile.link.freshness == Some(Freshness::Live))
}
