//! [`Draft`]: the file as it is being changed in a window, with undo.
//!
//! A draft is text. What a person wrote by hand, remarks and order, stays as it is but for what is
//! changed; a draft may be wrong for a while, and [`Draft::check`] says how.

mod assign;
mod place;
mod value;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};
use vigie_session::Factory;
use vigie_words::Language;

use crate::{Config, FILE_BYTES_MAX, Mistake, ScreenConfig};

pub use assign::{CannotAssign, Found, FoundOn, FoundPort};
pub use value::Value;

/// Steps that can be undone.
const STEPS_MAX: usize = 500;

/// The text of `vigie.toml` as it is being changed.
#[derive(Clone, Debug)]
pub struct Draft {
    document: DocumentMut,
    /// As it was read or last saved.
    base: String,
    /// The document as it was then: line ends of other systems are written as ours.
    clean: String,
    /// What was done, with the text before it.
    done: Vec<(Step, String)>,
    /// What was undone, with the text before that.
    undone: Vec<(Step, String)>,
}

/// One thing that was done, and that is undone as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value at this place is another.
    Set(String),
    /// The value at this place was taken out.
    Unset(String),
    /// An element was added to this list; what it is called.
    Added(String, String),
    /// An element was removed from this list; what it was called.
    Removed(String, String),
    /// An element of this list stands elsewhere in it; what it is called.
    Moved(String, String),
    /// The text was typed over.
    Text,
    /// What was heard stands at a bed.
    Assigned {
        /// What it calls itself, or where it was heard.
        device: String,
        /// The bed's id.
        bed: String,
    },
    /// A device or line stands at no bed any more.
    TakenOff(String),
    /// So many beds were made.
    Beds(usize),
}

/// A place where no value can stand, or a value that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced(pub String);

impl Default for Draft {
    fn default() -> Draft {
        Draft::new()
    }
}

impl Draft {
    /// An empty file.
    pub fn new() -> Draft {
        Draft::of(DocumentMut::new(), "")
    }

    /// A file as it is. Only what is no TOML at all is refused.
    pub fn read(text: &str) -> Result<Draft, Vec<Mistake>> {
        Ok(Draft::of(document(text)?, text))
    }

    fn of(document: DocumentMut, base: &str) -> Draft {
        let clean = document.to_string();
        Draft { document, base: base.to_owned(), clean, done: Vec::new(), undone: Vec::new() }
    }

    /// The whole file as it is now.
    pub fn text(&self) -> String {
        if self.is_changed() { self.document.to_string() } else { self.base.clone() }
    }

    /// As it was read or last saved.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether it is another text than that.
    pub fn is_changed(&self) -> bool {
        self.document.to_string() != self.clean
    }

    /// It was saved as it is. What was done can still be undone.
    pub fn saved(&mut self) {
        self.base = self.text();
        self.clean = self.document.to_string();
    }

    /// Somebody else's text is the one on the disk now: this draft would take its place.
    pub fn rebase(&mut self, theirs: &str) {
        theirs.clone_into(&mut self.base);
        self.clean = document(theirs).map_or_else(|_| theirs.to_owned(), |file| file.to_string());
    }

    /// What it means, or all that is wrong with it.
    pub fn check(&self, catalogue: &[&dyn Factory]) -> Result<Config, Vec<Mistake>> {
        Config::read(self.text().as_bytes(), catalogue)
    }

    /// How windows show by it. What is wrong in it counts as not written.
    pub fn shown(&self) -> (Language, ScreenConfig) {
        crate::file::shown(&self.text())
    }

    /// What stands at a place, such as `alarms.pause_minutes` or, counted from 0, `bed.2.label`.
    pub fn get(&self, place: &str) -> Option<Value> {
        place::value(self.document.as_table(), place)
    }

    /// The text at a place, if one stands there.
    pub fn text_at(&self, place: &str) -> Option<String> {
        self.get(place)?.as_text().map(str::to_owned)
    }

    /// Writes a value at a place; sections on the way are made.
    pub fn set(&mut self, place: &str, value: impl Into<Value>) -> Result<(), Misplaced> {
        let value = value.into();
        if self.get(place).as_ref() == Some(&value) {
            return Ok(());
        }
        let before = self.document.clone();
        let outcome = place::set(self.document.as_table_mut(), place, &value);
        match outcome {
            Ok(()) => self.step(Step::Set(place.to_owned()), &before),
            // Sections that were made on the way lead nowhere.
            Err(_) => self.document = before,
        }
        outcome
    }

    /// Takes out what stands at a place: the default holds again.
    pub fn unset(&mut self, place: &str) {
        let before = self.document.clone();
        if place::unset(self.document.as_table_mut(), place) {
            self.step(Step::Unset(place.to_owned()), &before);
        }
    }

    fn list(&self, list: &str) -> Option<&ArrayOfTables> {
        self.document.get(list).and_then(Item::as_array_of_tables)
    }

    /// How many elements a list such as `bed` has.
    pub fn count(&self, list: &str) -> usize {
        self.list(list).map_or(0, ArrayOfTables::len)
    }

    /// What an element is called: its label, name, key or id.
    pub fn called(&self, list: &str, index: usize) -> String {
        let named = |key| self.text_at(&format!("{list}.{index}.{key}"));
        let mut names = ["label", "name", "key", "id", "initials"].into_iter().filter_map(named);
        names.next().unwrap_or_else(|| (index + 1).to_string())
    }

    /// Adds an element to the end of a list and gives its number. `None`: there is something else of
    /// this name, or a value cannot be written.
    pub fn add(&mut self, list: &str, fields: &[(&str, Value)]) -> Option<usize> {
        let before = self.document.clone();
        let mut table = Table::new();
        for (key, value) in fields {
            place::set(&mut table, key, value).ok()?;
        }
        let item = self.document.entry(list).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let Some(elements) = item.as_array_of_tables_mut() else {
            self.document = before;
            return None;
        };
        let index = elements.len();
        elements.push(table);
        let called = self.called(list, index);
        self.step(Step::Added(list.to_owned(), called), &before);
        Some(index)
    }

    /// Removes an element of a list.
    pub fn remove(&mut self, list: &str, index: usize) {
        if index >= self.count(list) {
            return;
        }
        let before = self.document.clone();
        let called = self.called(list, index);
        let Some(elements) = self.document.get_mut(list).and_then(Item::as_array_of_tables_mut)
        else {
            return;
        };
        elements.remove(index);
        if elements.is_empty() {
            self.document.remove(list);
        }
        self.step(Step::Removed(list.to_owned(), called), &before);
    }

    /// Puts an element of a list elsewhere in it.
    pub fn move_to(&mut self, list: &str, from: usize, to: usize) {
        let count = self.count(list);
        if from == to || from >= count || to >= count {
            return;
        }
        let before = self.document.clone();
        let called = self.called(list, from);
        let Some(elements) = self.document.get_mut(list).and_then(Item::as_array_of_tables_mut)
        else {
            return;
        };
        let mut tables: Vec<Table> = elements.iter().cloned().collect();
        // Where they stand in the file; whoever moves takes the place of another.
        let places: Vec<Option<isize>> = tables.iter().map(Table::position).collect();
        let moved = tables.remove(from);
        tables.insert(to, moved);
        elements.clear();
        for (mut table, place) in tables.into_iter().zip(places) {
            follow(&mut table);
            table.set_position(place);
            elements.push(table);
        }
        self.step(Step::Moved(list.to_owned(), called), &before);
    }

    /// Takes another text as the whole file. What is no TOML is refused, and nothing changes.
    pub fn replace_text(&mut self, text: &str) -> Result<(), Vec<Mistake>> {
        let document = document(text)?;
        let before = std::mem::replace(&mut self.document, document);
        self.step(Step::Text, &before);
        Ok(())
    }

    /// Several changes as one step.
    pub fn together<T>(&mut self, step: Step, change: impl FnOnce(&mut Draft) -> T) -> T {
        let before = self.document.clone();
        let (done, undone) = (std::mem::take(&mut self.done), std::mem::take(&mut self.undone));
        let given = change(self);
        (self.done, self.undone) = (done, undone);
        self.step(step, &before);
        given
    }

    /// Notes what was done, if anything was.
    fn step(&mut self, step: Step, before: &DocumentMut) {
        let before = before.to_string();
        if before == self.document.to_string() {
            return;
        }
        self.undone.clear();
        if self.done.len() >= STEPS_MAX {
            self.done.remove(0);
        }
        self.done.push((step, before));
    }

    /// Undoes the last step, and says which it was.
    pub fn undo(&mut self) -> Option<Step> {
        let (step, text) = self.done.pop()?;
        let now = self.restore(&text);
        self.undone.push((step.clone(), now));
        Some(step)
    }

    /// Does again what was undone last, and says what it was.
    pub fn redo(&mut self) -> Option<Step> {
        let (step, text) = self.undone.pop()?;
        let now = self.restore(&text);
        self.done.push((step.clone(), now));
        Some(step)
    }

    /// Puts a text in place and gives the one before.
    fn restore(&mut self, text: &str) -> String {
        let now = self.document.to_string();
        // What was written by a document reads as one.
        if let Ok(document) = text.parse() {
            self.document = document;
        }
        now
    }

    /// What [`Draft::undo`] would undo.
    pub fn can_undo(&self) -> Option<&Step> {
        self.done.last().map(|(step, _)| step)
    }

    /// What [`Draft::redo`] would do again.
    pub fn can_redo(&self) -> Option<&Step> {
        self.undone.last().map(|(step, _)| step)
    }
}

/// The sections inside a table stand behind it wherever it goes.
fn follow(table: &mut Table) {
    for (_, item) in table.iter_mut() {
        if let Some(inner) = item.as_table_mut() {
            inner.set_position(None);
            follow(inner);
        }
    }
}

fn document(text: &str) -> Result<DocumentMut, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > FILE_BYTES_MAX {
        return Err(Config::parse(text, &[]).err().unwrap_or_default());
    }
    text.parse::<DocumentMut>().map_err(|error| {
        // The reader of the file names every mistake with its line.
        let told = Config::parse(text, &[]).err().unwrap_or_default();
        if told.is_empty() {
            let what = error.message().replace('\n', " ");
            return vec![Mistake { line: 1, what, remedy: "this is not TOML".into() }];
        }
        told
    })
}

impl std::fmt::Display for Misplaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no such value can stand at {}", self.0)
    }
}
