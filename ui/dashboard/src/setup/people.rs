//! The page of people: who has a PIN and what it opens; to give one, to change it, to take it away.
//!
//! A PIN stands in [`Giving`] while it is typed and goes out once, to be hashed by the program around the
//! window. The draft holds the hash alone.

use egui::{Event, Key, Rect, Ui, pos2, vec2};
use vigie_config::{Step, Value};
use vigie_model::Role;
use vigie_ui_kit::{fonts::Face, rows::Rows, text};
use vigie_words::{TextKey, Words};

use super::{
    Around, Keys, PinTyped, Setup, SetupWish,
    pen::{self, BIG, GAP},
};
use crate::{
    button::{choice_ui, field_ui},
    people::{DIGITS_MAX, DIGITS_MIN},
    phrases::Phrases,
    pin_ui::role_word,
};

/// The list of the file.
const LIST: &str = "person";
/// Roles that take a PIN: to look and to answer alarms takes none.
const ROLES: [Role; 2] = [Role::Chart, Role::Configure];
/// Longest initials, as the file takes them.
const INITIALS_BYTES_MAX: usize = 12;
/// People that a file may have.
const PEOPLE_MAX: usize = 200;
/// Height of a row.
const ROW: f32 = BIG + GAP;
/// The keys of the pad.
const PAD: [[&str; 3]; 4] =
    [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["back", "0", "next"]];

/// What the page is doing.
#[derive(Debug, Default)]
pub(super) struct PeopleForm {
    /// A PIN is being given.
    giving: Option<Giving>,
    /// Whose row waits for a second press before it is removed.
    leaving: Option<String>,
    /// Tells answers apart: of what was given up no answer is taken.
    asked: u64,
}

/// Somebody gets a PIN, or another one.
struct Giving {
    /// Whom the file knows already; `None`: somebody new.
    known: Option<String>,
    initials: String,
    role: Role,
    /// The PIN, and the same once more.
    typed: [String; 2],
    /// Which of the two is typed.
    nth: usize,
    /// It is being hashed: the answer with this number is awaited.
    waits: Option<u64>,
}

impl std::fmt::Debug for Giving {
    /// Never the digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // tidy: not for people
        write!(f, "Giving({:?})", self.initials)
    }
}

impl Giving {
    fn to(known: Option<String>, role: Role) -> Giving {
        let initials = known.clone().unwrap_or_default();
        Giving { known, initials, role, typed: Default::default(), nth: 0, waits: None }
    }

    fn is_whole(&self, nth: usize) -> bool {
        self.typed.get(nth).is_some_and(|it| (DIGITS_MIN..=DIGITS_MAX).contains(&it.len()))
    }

    fn type_digit(&mut self, digit: char) {
        if let Some(typed) = self.typed.get_mut(self.nth)
            && digit.is_ascii_digit()
            && typed.len() < DIGITS_MAX
            && self.waits.is_none()
        {
            typed.push(digit);
        }
    }

    fn erase(&mut self) {
        if let Some(typed) = self.typed.get_mut(self.nth) {
            typed.pop();
        }
    }
}

/// What somebody wants with a row.
#[derive(Clone, Debug)]
enum RowAct {
    Role(Role),
    Pin,
    Remove,
}

impl PeopleForm {
    /// A form is open: arrows and Esc belong to it.
    pub(super) fn is_open(&self) -> bool {
        self.giving.is_some()
    }

    /// Gives up what is being typed. True: there was something.
    pub(super) fn close(&mut self) -> bool {
        self.leaving = None;
        self.giving.take().is_some()
    }
}

impl Setup {
    /// Initials and roles of the draft; `None` for a role that is none.
    fn people(&self) -> Vec<(String, Option<Role>)> {
        let person = |nth: usize| {
            let at = |key: &str| self.draft.text_at(&format!("{LIST}.{nth}.{key}"));
            let role = at("role");
            let role = ROLES.into_iter().find(|known| Some(known.name()) == role.as_deref());
            (at("initials").unwrap_or_default(), role)
        };
        (0..self.draft.count(LIST)).map(person).collect()
    }

    /// Who has a PIN.
    pub(super) fn people_page_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) {
        if let Some(mut giving) = self.people.giving.take() {
            if self.giving_ui(ui, area, &mut giving, around.phrases, keys) {
                self.people.giving = Some(giving);
            }
            return;
        }
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        let people = self.people();
        let mut rows = Rows::of(area);
        let free = phrases.text(TextKey::PinFree);
        pen::line(ui, rows.take(24.0), "free", &free, (Face::Plain, 15.0, palette.quiet));
        let note = if people.is_empty() {
            TextKey::PeopleNone
        } else if vigie_config::Draft::read(self.draft.base())
            .is_ok_and(|base| base.count(LIST) == 0)
        {
            TextKey::PeopleFirst
        } else {
            TextKey::PeopleHashed
        };
        let note = phrases.text(note);
        pen::line(ui, rows.take(24.0), "people-note", &note, (Face::Plain, 15.0, palette.quiet));
        rows.take(GAP);
        let rest = rows.rest();
        let list = Rect::from_min_max(rest.min, pos2(rest.right(), rest.bottom() - ROW));
        let mut act = None;
        pen::scroll(ui, list, "people", people.len() as f32 * ROW, |ui, whole| {
            let mut rows = Rows::of(whole);
            for (nth, (initials, role)) in people.iter().enumerate() {
                let row = rows.take(ROW);
                if ui.is_rect_visible(row) {
                    let wanted = self.person_row_ui(ui, row, (nth, initials), *role, phrases);
                    act = act.take().or(wanted.map(|wanted| (nth, initials.clone(), wanted)));
                }
            }
        });
        let add = Rect::from_min_size(
            pos2(area.left(), area.bottom() - BIG),
            vec2(area.width().min(260.0), BIG),
        );
        let word = phrases.text(TextKey::PeopleAdd);
        if pen::press(ui, add, "add-person", (&word, ""), people.len() < PEOPLE_MAX, phrases) {
            // Without anybody who may set up, the next one is to.
            let role = if somebody_sets_up(&people) { Role::Chart } else { Role::Configure };
            self.people.giving = Some(Giving::to(None, role));
            self.people.leaving = None;
            self.fields.said = None;
        }
        if let Some((nth, initials, act)) = act {
            self.person_act(nth, initials, act, people, &phrases.words);
        }
    }

    fn person_row_ui(
        &mut self,
        ui: &mut Ui,
        row: Rect,
        (nth, initials): (usize, &str),
        role: Option<Role>,
        phrases: &Phrases,
    ) -> Option<RowAct> {
        let row = Rect::from_min_size(row.min, vec2(row.width(), BIG));
        let wide = (row.width() - 4.0 * GAP) / 5.0;
        let cell = |nth: usize| {
            let left = row.left() + nth as f32 * (wide + GAP);
            Rect::from_min_size(pos2(left, row.top()), vec2(wide, BIG))
        };
        let ink = phrases.palette.text;
        pen::line(ui, cell(0), ("initials", nth), initials, (Face::Strong, 18.0, ink));
        let mut act = None;
        for (at, own) in ROLES.into_iter().enumerate() {
            let word = phrases.text(role_word(own));
            let said = format!("{initials}: {word}");
            let is_chosen = role == Some(own);
            let salt = ("role", nth, at);
            if pen::choose(ui, cell(at + 1), salt, (&word, &said), is_chosen, phrases) && !is_chosen
            {
                act = Some(RowAct::Role(own));
            }
        }
        let word = phrases.text(TextKey::PeopleNewPin);
        let said = format!("{initials}: {word}");
        if pen::choose(ui, cell(3), ("new-pin", nth), (&word, &said), false, phrases) {
            act = Some(RowAct::Pin);
        }
        let is_leaving = self.people.leaving.as_deref() == Some(initials);
        let key = if is_leaving { TextKey::SetupSure } else { TextKey::SetupRemove };
        let word = phrases.text(key);
        let said = format!("{initials}: {word}");
        if pen::choose(ui, cell(4), ("remove-person", nth), (&word, &said), is_leaving, phrases) {
            act = Some(RowAct::Remove);
        }
        act
    }

    fn person_act(
        &mut self,
        nth: usize,
        initials: String,
        act: RowAct,
        mut people: Vec<(String, Option<Role>)>,
        words: &Words,
    ) {
        let leaving = self.people.leaving.take();
        self.fields.said = None;
        match act {
            RowAct::Pin => {
                let role = people.get(nth).and_then(|(_, role)| *role).unwrap_or(Role::Chart);
                self.people.giving = Some(Giving::to(Some(initials), role));
            }
            RowAct::Role(role) => {
                if let Some((_, now)) = people.get_mut(nth) {
                    *now = Some(role);
                }
                if !somebody_sets_up(&people) {
                    self.fields.said = Some(words.text(TextKey::PeopleNobodySetsUp));
                    return;
                }
                let called = format!("{initials}: {}", words.text(role_word(role)));
                self.draft.together(Step::Moved(LIST.to_owned(), called), |draft| {
                    let place = format!("{LIST}.{nth}.role");
                    if let Err(misplaced) = draft.set(&place, role.name()) {
                        tracing::error!(%misplaced, "a role has no place in the file");
                    }
                });
            }
            RowAct::Remove => {
                people.remove(nth);
                if !people.is_empty() && !somebody_sets_up(&people) {
                    self.fields.said = Some(words.text(TextKey::PeopleNobodySetsUp));
                } else if leaving.as_deref() == Some(initials.as_str()) {
                    self.draft.remove(LIST, nth);
                } else {
                    // A second press, so that nobody goes by a slip.
                    self.people.leaving = Some(initials);
                }
            }
        }
    }

    /// The form in which somebody gets a PIN. False: it is given up.
    fn giving_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        giving: &mut Giving,
        phrases: &Phrases,
        keys: Keys,
    ) -> bool {
        let palette = phrases.palette;
        let mut rows = Rows::of(area);
        let title = match &giving.known {
            Some(initials) => format!("{initials}: {}", phrases.text(TextKey::PeopleNewPin)),
            None => phrases.text(TextKey::PeopleAdd),
        };
        pen::line(ui, rows.take(28.0), "giving", &title, (Face::Strong, 18.0, palette.text));
        let rest = rows.rest();
        let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - BIG), rest.max);
        let body = Rect::from_min_max(rest.min, pos2(rest.right(), foot.top() - GAP));
        let middle = body.left() + body.width() * 0.46;
        let who = Rect::from_min_max(body.min, pos2(middle - 2.0 * GAP, body.bottom()));
        if giving.known.is_none() {
            who_ui(ui, who, giving, phrases);
        } else {
            let how = phrases.text(TextKey::PeopleHow);
            pen::note(ui, who, "how", &how, (15.0, palette.quiet));
        }
        let pad = Rect::from_min_max(pos2(middle, body.top()), body.max);
        let mut wants = pad_ui(ui, pad, giving, phrases);
        wants |= typed(ui, giving, keys);
        let [give_up, take] = pen::parts::<2>(foot);
        let word = phrases.text(TextKey::PeopleGiveUp);
        let is_over = pen::press(ui, give_up, "give-up", (&word, "Esc"), true, phrases); // tidy: not for people
        let is_free = giving.is_whole(0) && giving.is_whole(1) && giving.waits.is_none();
        let word = phrases.text(match giving.waits {
            Some(_) => TextKey::PeopleHashing,
            None => TextKey::PeopleTake,
        });
        wants |= pen::press(ui, take, "take-person", (&word, ""), is_free, phrases);
        if wants && is_free {
            self.take_pin(giving, &phrases.words);
        }
        !is_over
    }

    /// Hands the PIN out to be hashed, unless something is wrong with it.
    fn take_pin(&mut self, giving: &mut Giving, words: &Words) {
        self.fields.said = None;
        let people = self.people();
        let [first, second] = &giving.typed;
        let initials = giving.initials.trim();
        let is_taken =
            |(other, _): &(String, Option<Role>)| other.to_uppercase() == initials.to_uppercase();
        let wrong = if giving.known.is_some() {
            None
        } else if initials.is_empty() || initials.len() > INITIALS_BYTES_MAX {
            Some(TextKey::PeopleNoInitials)
        } else if people.iter().any(is_taken) {
            Some(TextKey::PeopleTwice)
        } else if giving.role != Role::Configure && !somebody_sets_up(&people) {
            Some(TextKey::PeopleNobodySetsUp)
        } else {
            None
        };
        let is_same = first == second;
        if let Some(wrong) = wrong.or((!is_same).then_some(TextKey::PeopleNotSame)) {
            self.fields.said = Some(words.text(wrong));
            if !is_same {
                (giving.typed, giving.nth) = (Default::default(), 0);
            }
            return;
        }
        self.people.asked += 1;
        giving.waits = Some(self.people.asked);
        let [pin, again] = std::mem::take(&mut giving.typed);
        drop(again);
        self.wish(SetupWish::HashPin { asked: self.people.asked, pin: PinTyped(pin) });
    }

    /// The hash of a PIN is there, or why there is none.
    pub(super) fn pin_hashed(&mut self, asked: u64, kept: Result<String, String>) {
        let Some(giving) = self.people.giving.take_if(|giving| giving.waits == Some(asked)) else {
            return;
        };
        let kept = match kept {
            Ok(kept) => kept,
            Err(why) => {
                self.fields.said = Some(why);
                self.people.giving =
                    Some(Giving { typed: Default::default(), nth: 0, waits: None, ..giving });
                return;
            }
        };
        let initials = giving.initials.trim();
        match giving.known {
            Some(known) => {
                let Some(nth) = self.draft.index_of(LIST, "initials", &known) else { return };
                let called = format!("{known}: PIN"); // tidy: not for people
                self.draft.together(Step::Moved(LIST.to_owned(), called), |draft| {
                    if let Err(misplaced) = draft.set(&format!("{LIST}.{nth}.pin"), kept) {
                        tracing::error!(%misplaced, "a PIN has no place in the file");
                    }
                });
            }
            None => {
                let fields: [(&str, Value); 3] = [
                    ("initials", initials.into()),
                    ("role", giving.role.name().into()),
                    ("pin", kept.into()),
                ];
                if self.draft.add(LIST, &fields).is_none() {
                    tracing::error!("people have no place in the file");
                }
            }
        }
    }

    /// What was typed of a PIN and not handed out is forgotten: set-up is not shown.
    pub(crate) fn forget_pins(&mut self) {
        self.people.close();
    }
}

/// Whether anybody could still set up at a window.
fn somebody_sets_up(people: &[(String, Option<Role>)]) -> bool {
    people.iter().any(|(_, role)| *role == Some(Role::Configure))
}

/// Initials and role of somebody new, with what each role may.
fn who_ui(ui: &mut Ui, area: Rect, giving: &mut Giving, phrases: &Phrases) {
    let palette = phrases.palette;
    let mut rows = Rows::of(area);
    let name = phrases.text(TextKey::PeopleInitials);
    pen::line(ui, rows.take(22.0), "initials-name", &name, (Face::Plain, 14.0, palette.quiet));
    let id = pen::id("initials-field");
    let field = rows.take(BIG);
    let is_fresh = giving.initials.is_empty() && giving.typed.iter().all(String::is_empty);
    let written = (&mut giving.initials, name.as_str());
    let response = field_ui(ui, field, id, written, INITIALS_BYTES_MAX, phrases);
    if is_fresh && ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    rows.take(GAP);
    for (nth, own) in ROLES.into_iter().enumerate() {
        let word = phrases.text(role_word(own));
        let may = phrases.text(match own {
            Role::Configure => TextKey::RoleConfigureMay,
            Role::Chart | Role::View => TextKey::RoleChartMay,
        });
        let is_chosen = giving.role == own;
        let entry =
            pen::Entry { name: &word, more: &may, is_chosen, is_here: false, is_free: true };
        if pen::entry(ui, rows.take(BIG + 6.0), ("new-role", nth), &entry, phrases) {
            giving.role = own;
        }
        rows.take(GAP);
    }
    let how = phrases.text(TextKey::PeopleHow);
    pen::note(ui, rows.rest(), "how", &how, (15.0, palette.quiet));
}

/// Digits, Backspace and Enter of the keyboard. True: Enter was pressed behind the second PIN.
fn typed(ui: &Ui, giving: &mut Giving, keys: Keys) -> bool {
    if ui.ctx().text_edit_focused() {
        return false;
    }
    let (digits, back) = ui.input(|input| {
        let mut digits = String::new();
        for event in &input.events {
            if let Event::Text(text) = event {
                digits.push_str(text);
            }
        }
        (digits, input.key_pressed(Key::Backspace))
    });
    digits.chars().for_each(|digit| giving.type_digit(digit));
    if back {
        giving.erase();
    }
    keys.enter && goes_on(giving)
}

/// On from the first PIN to the second; true behind that.
fn goes_on(giving: &mut Giving) -> bool {
    if giving.nth == 0 && giving.is_whole(0) {
        giving.nth = 1;
        return false;
    }
    giving.nth == 1
}

/// What was typed twice, as dots, and the pad. True: the last key of it was pressed behind the second.
fn pad_ui(ui: &Ui, area: Rect, giving: &mut Giving, phrases: &Phrases) -> bool {
    let mut rows = Rows::of(area);
    let slots = rows.take(BIG + 22.0);
    for (nth, name) in [TextKey::PeoplePin, TextKey::PeopleAgain].into_iter().enumerate() {
        let cell = pen::nth_of(slots, nth, 2);
        let (head, slot) = cell.split_top_bottom_at_y(cell.top() + 22.0);
        let (name, ink) = (phrases.text(name), phrases.palette.quiet);
        text::in_rect(ui.painter(), head, egui::Align::Min, &name, Face::Plain, 14.0, ink);
        let count = giving.typed.get(nth).map_or(0, String::len);
        let said = phrases.words.noted(&name, &phrases.words.pin_digits(count));
        let dots = "*".repeat(count);
        let id = pen::id(("pin-slot", nth));
        if choice_ui(ui, slot, id, (&dots, &said), giving.nth == nth, phrases).clicked() {
            giving.nth = nth;
            ui.memory_mut(|memory| memory.surrender_focus(id));
        }
    }
    rows.take(GAP);
    let height = ((rows.rest().height() - 3.0 * GAP) / 4.0).clamp(BIG - 2.0, 64.0);
    let mut wants = false;
    for line in PAD {
        let row = rows.take(height);
        rows.take(GAP);
        for (nth, cap) in line.into_iter().enumerate() {
            let word = match cap {
                "back" => phrases.text(TextKey::PinBack),
                "next" => phrases.text(TextKey::SetupNext),
                digit => digit.to_owned(),
            };
            let rect = pen::nth_of(row, nth, 3);
            if pen::press(ui, rect, ("pad", cap), (&word, ""), giving.waits.is_none(), phrases) {
                match cap {
                    "back" => giving.erase(),
                    "next" => wants = goes_on(giving),
                    digit => digit.chars().for_each(|digit| giving.type_digit(digit)),
                }
                // Enter on the keyboard goes on, whichever key was touched last.
                ui.memory_mut(|memory| memory.surrender_focus(pen::id(("press", ("pad", cap)))));
            }
        }
    }
    wants
}
