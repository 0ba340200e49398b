//! The pages of beds and of devices: names, order, what stands where.

use egui::{Key, Rect, Ui, pos2, vec2};
use vigie_ui_kit::{fonts::Face, rows::Rows};
use vigie_words::TextKey;

use super::{
    Around, BEDS_MAX, Keys, Setup,
    pen::{self, BIG, Entry, GAP},
};
use crate::{button::field_ui, phrases::Phrases};

/// Height of a row.
const ROW: f32 = BIG + GAP;
/// Longest name of a bed, in characters; the file takes 48 bytes.
const LABEL_CHARS: usize = 24;

/// What somebody wants with a row.
#[derive(Clone, Copy, Debug)]
enum RowAct {
    Move(usize, usize),
    Remove(usize),
}

impl Setup {
    /// Names and order of the beds.
    pub(super) fn beds_page_ui(&mut self, ui: &mut Ui, area: Rect, around: Around<'_>) {
        let phrases = around.phrases;
        let beds = self.beds();
        let mut rows = Rows::of(area);
        let head = phrases.text(TextKey::SetupLabel);
        pen::line(ui, rows.take(24.0), "label", &head, (Face::Plain, 14.0, phrases.palette.quiet));
        let rest = rows.rest();
        let list = Rect::from_min_max(rest.min, pos2(rest.right(), rest.bottom() - ROW));
        let mut act = None;
        pen::scroll(ui, list, "bed-list", beds.len() as f32 * ROW, |ui, whole| {
            let mut rows = Rows::of(whole);
            for (nth, (id, label)) in beds.iter().enumerate() {
                let row = rows.take(ROW);
                if ui.is_rect_visible(row) {
                    act = act.or(self.bed_row_ui(ui, row, (nth, id, label), beds.len(), phrases));
                }
            }
        });
        let add = Rect::from_min_size(
            pos2(area.left(), area.bottom() - BIG),
            vec2(area.width().min(260.0), BIG),
        );
        let word = phrases.text(TextKey::SetupAddBed);
        if pen::press(ui, add, "add-bed", (&word, ""), beds.len() < BEDS_MAX, phrases) {
            self.draft.beds_1_to(beds.len() + 1);
            self.fields.leaving = None;
        }
        match act {
            Some(RowAct::Move(from, to)) => {
                self.fields.leaving = None;
                self.draft.move_to("bed", from, to);
            }
            Some(RowAct::Remove(nth)) => {
                let id = beds.get(nth).map(|(id, _)| id.clone()).unwrap_or_default();
                // A second press, so that no bed goes by a slip.
                if self.fields.leaving.take().as_deref() == Some(&id) {
                    self.remove_bed(nth, &id);
                } else {
                    self.fields.leaving = Some(id);
                }
            }
            None => {}
        }
    }

    /// A bed goes, and what stood there stands nowhere.
    fn remove_bed(&mut self, nth: usize, id: &str) {
        let called = self.draft.called("bed", nth);
        let step = vigie_config::Step::Removed("bed".into(), called);
        self.draft.together(step, |draft| {
            for list in ["line", "device"] {
                for at in 0..draft.count(list) {
                    let place = format!("{list}.{at}.bed");
                    if draft.text_at(&place).as_deref() == Some(id) {
                        draft.unset(&place);
                    }
                }
            }
            draft.remove("bed", nth);
        });
    }

    fn bed_row_ui(
        &mut self,
        ui: &mut Ui,
        row: Rect,
        (nth, id, label): (usize, &str, &str),
        count: usize,
        phrases: &Phrases,
    ) -> Option<RowAct> {
        let row = Rect::from_min_size(row.min, vec2(row.width(), BIG));
        let small = 84.0_f32.min(row.width() / 6.0);
        let wide = small * 1.5;
        let buttons = row.right() - 2.0 * small - wide - 2.0 * GAP;
        let field = Rect::from_min_max(row.min, pos2(buttons - GAP, row.bottom()));
        let place = format!("bed.{nth}.label");
        let name = format!("{} {}", phrases.text(TextKey::SetupLabel), nth + 1);
        // By the bed's lasting id: what is typed stays with the bed when it moves.
        let key = format!("label of {id}"); // tidy: not for people
        let mut shown = self.fields.typed.get(&key).cloned().unwrap_or_else(|| label.to_owned());
        let written = (&mut shown, name.as_str());
        let response =
            field_ui(ui, field, pen::id(("bed-label", id)), written, LABEL_CHARS, phrases);
        if response.changed() {
            self.fields.typed.insert(key.clone(), shown);
        }
        if response.lost_focus()
            && let Some(typed) = self.fields.typed.remove(&key)
            && !ui.input(|input| input.key_pressed(Key::Escape))
            && !typed.trim().is_empty()
        {
            self.set(&place, typed.trim());
        }
        let at =
            |left: f32, width: f32| Rect::from_min_size(pos2(left, row.top()), vec2(width, BIG));
        let said =
            |key: TextKey| phrases.words.noted(&phrases.words.setup_bed(label), &phrases.text(key));
        let (up, down) = (phrases.text(TextKey::SetupUp), phrases.text(TextKey::SetupDown));
        let mut act = None;
        let moves = [
            (at(buttons, small), up, TextKey::SetupUp, nth.checked_sub(1)),
            (
                at(buttons + small + GAP, small),
                down,
                TextKey::SetupDown,
                (nth + 1 < count).then_some(nth + 1),
            ),
        ];
        for (rect, word, key, to) in moves {
            let spoken = said(key);
            if pen::choose(ui, rect, ("move", id, key), (&word, &spoken), false, phrases)
                && let Some(to) = to
            {
                act = Some(RowAct::Move(nth, to));
            }
        }
        let is_leaving = self.fields.leaving.as_deref() == Some(id);
        let key = if is_leaving { TextKey::SetupSure } else { TextKey::SetupRemove };
        let (word, spoken) = (phrases.text(key), said(key));
        let rect = at(row.right() - wide, wide);
        if pen::choose(ui, rect, ("remove", id), (&word, &spoken), is_leaving, phrases) {
            act = Some(RowAct::Remove(nth));
        }
        act
    }

    /// What is heard and where it goes, as in the first start; above it what the file has already.
    pub(super) fn devices_page_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) {
        let phrases = around.phrases;
        let placed = self.lines();
        let room = (area.height() * 0.36).min(24.0 + placed.len().max(1) as f32 * ROW);
        let mut rows = Rows::of(area);
        let head = phrases.text(TextKey::SetupPlacedHere);
        let ink = phrases.palette.quiet;
        pen::line(ui, rows.take(24.0), "at-beds", &head, (Face::Strong, 14.0, ink));
        let list = rows.take(room - 24.0);
        let mut off = None;
        let mut wanted = None;
        pen::scroll(ui, list, "lines", placed.len() as f32 * ROW, |ui, whole| {
            let mut rows = Rows::of(whole);
            for (nth, line) in placed.iter().enumerate() {
                let row = rows.take(ROW);
                let row = Rect::from_min_size(row.min, vec2(row.width(), BIG));
                let wide = 130.0_f32.min(row.width() * 0.25);
                let first =
                    Rect::from_min_max(row.min, pos2(row.right() - wide - GAP, row.bottom()));
                let bed = self.beds().into_iter().find(|(id, _)| Some(id) == line.bed.as_ref());
                let more = match bed {
                    Some((_, label)) => phrases.words.setup_bed(&label),
                    None => phrases.text(TextKey::SetupNotSet),
                };
                let is_chosen = self.fields.moving.as_deref() == Some(line.place.as_str());
                let entry = Entry {
                    name: &line.name,
                    more: &more,
                    is_chosen,
                    is_here: false,
                    is_free: true,
                };
                if pen::entry(ui, first, ("line", nth), &entry, phrases) {
                    wanted = Some(line.place.clone());
                }
                let rect = Rect::from_min_max(pos2(first.right() + GAP, row.top()), row.max);
                let word = phrases.text(TextKey::SetupTakeOff);
                let spoken = phrases.words.noted(&line.name, &word);
                if pen::choose(ui, rect, ("off", nth), (&word, &spoken), false, phrases) {
                    off = Some(line.key.clone());
                }
            }
        });
        if let Some(key) = off {
            self.draft.take_off(&key);
            self.fields.moving = None;
        }
        if let Some(place) = wanted {
            let is_same = self.fields.moving.as_deref() == Some(&place);
            self.fields.moving = (!is_same).then_some(place);
            self.fields.picked = None;
        }
        rows.take(GAP);
        // Esc leaves set-up; Enter is about devices alone.
        let keys = Keys { escape: keys.escape && self.fields.picked.is_some(), ..keys };
        self.devices_ui(ui, rows.rest(), around, keys);
    }

    /// The lines and devices of the file that can stand at a bed.
    fn lines(&self) -> Vec<Placed> {
        let mut lines = Vec::new();
        for (list, key) in [("line", "name"), ("device", "key")] {
            for nth in 0..self.draft.count(list) {
                let at = |key: &str| self.draft.text_at(&format!("{list}.{nth}.{key}"));
                let port = ["serial", "udp", "tcp", "unix"].into_iter().find_map(at);
                let name = at(key).unwrap_or_default();
                // A line that many devices share stands at no bed itself.
                let is_shared = port
                    .as_deref()
                    .is_some_and(|port| port == "beacons" || port.starts_with("listen"));
                if is_shared {
                    continue;
                }
                lines.push(Placed {
                    name: port.map_or_else(|| name.clone(), |port| format!("{name}  {port}")),
                    key: name,
                    place: format!("{list}.{nth}.bed"),
                    bed: at("bed"),
                });
            }
        }
        lines
    }
}

/// A line or a device of the file.
struct Placed {
    name: String,
    key: String,
    place: String,
    bed: Option<String>,
}
