//! The bed map in the draft: where beds lie, with the same undo and the same file.

use vigie_config::{BedPlace, Step};
use vigie_words::TextKey;

use super::{Saving, Setup};
use crate::phrases::Phrases;

/// What the step is called under which beds were moved.
const STEP: &str = "bed";

impl Setup {
    /// Whether the file is known and beds stand in it.
    pub(crate) fn can_draw(&self) -> bool {
        // What else was changed and is not saved would be saved with the map, unseen.
        let is_alone = !self.draft.is_changed() || self.can_undo_map();
        self.file.is_some() && !self.options.is_first && is_alone && self.draft.count("bed") > 0
    }

    /// Where a bed lies; `None`: nobody has drawn it.
    pub(crate) fn place_of(&self, id: &str) -> Option<BedPlace> {
        let nth = self.draft.index_of("bed", "id", id)?;
        let number = |key: &str| {
            let value = self.draft.get(&format!("bed.{nth}.{key}"))?.as_number()?;
            u8::try_from(value).ok()
        };
        Some(BedPlace { column: number("column")?, row: number("row")? })
    }

    /// Draws all beds, as one step: one without a place would move when another gets one.
    pub(crate) fn draw<'a>(&mut self, beds: impl Iterator<Item = (&'a str, BedPlace)>) {
        let step = Step::Moved(STEP.to_owned(), String::new());
        self.draft.together(step, |draft| {
            for (id, place) in beds {
                let Some(nth) = draft.index_of("bed", "id", id) else { continue };
                for (key, value) in [("column", place.column), ("row", place.row)] {
                    if let Err(misplaced) = draft.set(&format!("bed.{nth}.{key}"), i64::from(value))
                    {
                        tracing::error!(%misplaced, "a bed has no place in the file");
                    }
                }
            }
        });
    }

    /// Whether the last change was to the map.
    pub(crate) fn can_undo_map(&self) -> bool {
        matches!(self.draft.can_undo(), Some(Step::Moved(list, called)) if list == STEP && called.is_empty())
    }

    /// Undoes it.
    pub(crate) fn undo_map(&mut self) {
        if self.can_undo_map() {
            self.draft.undo();
        }
    }

    /// Saves the file.
    pub(crate) fn save_map(&mut self) {
        self.save();
    }

    /// What there is to say of saving.
    pub(crate) fn said_of_map(&self, phrases: &Phrases) -> Option<String> {
        let said = self.said_of_saving(phrases).map(|(said, _)| said);
        if self.saving != Saving::Asked && self.can_undo_map() && self.draft.is_changed() {
            return Some(phrases.text(TextKey::MapHow));
        }
        said
    }
}
