//! The first three steps: language, distance, name of the unit.

use egui::{Key, Rect, Ui, pos2};
use vigie_ui_kit::{fonts::Face, rows::Rows, sight};
use vigie_words::{Language, TextKey};

use super::{
    Around, Keys, Setup, SetupAct,
    pen::{self, BIG, Entry, GAP},
    steps::Go,
};
use crate::button::field_ui;

/// Distances that are offered, in decimetres as the file writes them, and what they are like.
const DISTANCES: [(u32, &str, Option<TextKey>); 6] = [
    (600, "0.6", Some(TextKey::SetupAtTheDesk)),
    (1_000, "1", None),
    (2_000, "2", None),
    (3_000, "3", Some(TextKey::SetupAcrossTheRoom)),
    (4_000, "4", None),
    (6_000, "6", None),
];
/// Longest name of a unit, in characters; the file takes 64 bytes.
const UNIT_CHARS: usize = 40;

impl Setup {
    /// Each language in its own words.
    pub(super) fn language_ui(
        &mut self,
        ui: &Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) -> Option<Go> {
        let shown = around.phrases.words.language();
        self.fields.language = shown;
        let mut rows = Rows::of(area).with_gap(GAP);
        let mut cursor = Language::ALL.iter().position(|language| *language == shown)?;
        let before = cursor;
        keys.walk(&mut cursor, Language::ALL.len(), 1);
        let mut chosen = Language::ALL.get(cursor).copied().filter(|_| cursor != before);
        for (nth, language) in Language::ALL.into_iter().enumerate() {
            let row = rows.take(BIG + 6.0);
            let row = Rect::from_min_max(
                row.min,
                pos2(row.right().min(row.left() + 420.0), row.bottom()),
            );
            let is_chosen = language == shown;
            let entry = Entry {
                name: language.own_name(),
                more: "",
                is_chosen,
                is_here: is_chosen,
                is_free: true,
            };
            if pen::entry(ui, row, ("language", nth), &entry, around.phrases) {
                chosen = Some(language);
            }
        }
        chosen.map(|language| Go::Act(SetupAct::Language(language)))
    }

    /// How far away people stand, with what that comes to in letters.
    pub(super) fn distance_ui(
        &mut self,
        ui: &Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) -> Option<Go> {
        let phrases = around.phrases;
        let now = self.fields.distance_mm.unwrap_or(phrases.options.viewing_distance_mm);
        let nearest = DISTANCES.iter().enumerate().min_by_key(|(_, (mm, _, _))| mm.abs_diff(now));
        let mut cursor = nearest.map_or(0, |(nth, _)| nth);
        let before = cursor;
        // Read down the first column, then down the second.
        let (half, across) = (DISTANCES.len() / 2, 2);
        let mut walked = Keys { left: false, right: false, ..keys };
        if keys.right && cursor < half {
            cursor += half;
        } else if keys.left && cursor >= half {
            cursor -= half;
        }
        walked.enter = false;
        walked.walk(&mut cursor, DISTANCES.len(), 1);
        let mut chosen = (cursor != before).then_some(cursor);
        for (nth, (mm, metres, like)) in DISTANCES.into_iter().enumerate() {
            let row = (nth % half) as f32;
            let top = area.top() + row * (BIG + 6.0 + GAP);
            let row =
                Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + BIG + 6.0));
            let cell = pen::nth_of(row, nth / half, across);
            let sign = phrases.words.language().decimal_sign().to_string();
            let metres = format!("{} m", metres.replace('.', &sign));
            let name = match like {
                Some(like) => format!("{metres}, {}", phrases.text(like)),
                None => metres,
            };
            let height = sight::height_mm(mm as f32, sight::ARC_MINUTES_MIN);
            let height = format!("{height:.1}").replace('.', &sign);
            let more = phrases.words.setup_letter_mm(&height);
            let is_chosen = nth == cursor;
            let entry =
                Entry { name: &name, more: &more, is_chosen, is_here: is_chosen, is_free: true };
            if pen::entry(ui, cell, ("distance", nth), &entry, phrases) {
                chosen = Some(nth);
            }
        }
        let (mm, _, _) = DISTANCES.get(chosen?)?;
        self.fields.distance_mm = Some(*mm);
        Some(Go::Act(SetupAct::Distance(*mm)))
    }

    /// Writes the distance that was chosen into the draft.
    pub(super) fn take_distance(&mut self) {
        let Some(mm) = self.fields.distance_mm else { return };
        let metres = DISTANCES.iter().find(|(offered, _, _)| *offered == mm);
        if let Some((_, metres, _)) = metres {
            let value = match metres.parse() {
                Ok(whole) => vigie_config::Value::Number(whole),
                Err(_) => vigie_config::Value::Fraction((*metres).to_owned()),
            };
            self.set("screen.viewing_distance_m", value);
        }
    }

    /// What the unit is called.
    pub(super) fn unit_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        is_fresh: bool,
    ) -> Option<Go> {
        let phrases = around.phrases;
        let mut rows = Rows::of(area);
        let name = phrases.text(TextKey::SetupUnitName);
        pen::line(
            ui,
            rows.take(26.0),
            "unit-name",
            &name,
            (Face::Plain, 15.0, phrases.palette.quiet),
        );
        let row = rows.take(BIG);
        let row =
            Rect::from_min_max(row.min, pos2(row.right().min(row.left() + 460.0), row.bottom()));
        let id = pen::id("unit");
        let written = (&mut self.fields.unit, name.as_str());
        let response = field_ui(ui, row, id, written, UNIT_CHARS, phrases);
        if is_fresh {
            response.request_focus();
        }
        left_field(ui, &response)
    }
}

/// Enter in a field goes on, Esc goes back.
pub(super) fn left_field(ui: &Ui, response: &egui::Response) -> Option<Go> {
    if !response.lost_focus() {
        return None;
    }
    ui.input(|input| {
        if input.key_pressed(Key::Enter) {
            Some(Go::Next)
        } else if input.key_pressed(Key::Escape) {
            Some(Go::Back)
        } else {
            None
        }
    })
}
