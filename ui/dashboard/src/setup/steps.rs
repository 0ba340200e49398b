//! The steps of the first start: a rail, one question at a time, Enter goes on and Esc back.

use egui::{Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use super::{
    Around, BEDS_MAX, Keys, Setup, SetupAct, SetupWish,
    pen::{self, BIG, GAP},
};

/// A step of the first start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Which language.
    #[default]
    Language,
    /// How far away people stand.
    Distance,
    /// What the unit is called.
    Unit,
    /// How many beds.
    Beds,
    /// Which monitor stands where.
    Devices,
    /// Whether alarms are heard.
    Sound,
    /// The recovery sheet.
    Sheet,
    /// All is said.
    Done,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Step; 8] = [
        Step::Language,
        Step::Distance,
        Step::Unit,
        Step::Beds,
        Step::Devices,
        Step::Sound,
        Step::Sheet,
        Step::Done,
    ];

    fn number(self) -> usize {
        Step::ALL.iter().position(|step| *step == self).unwrap_or_default()
    }

    fn name(self) -> TextKey {
        match self {
            Step::Language => TextKey::SetupStepLanguage,
            Step::Distance => TextKey::SetupStepDistance,
            Step::Unit => TextKey::SetupStepUnit,
            Step::Beds => TextKey::SetupStepBeds,
            Step::Devices => TextKey::SetupStepDevices,
            Step::Sound => TextKey::SetupStepSound,
            Step::Sheet => TextKey::SetupStepSheet,
            Step::Done => TextKey::SetupStepDone,
        }
    }

    /// The question, and what helps to answer it.
    fn asks(self) -> (TextKey, Option<TextKey>) {
        match self {
            Step::Language => (TextKey::SetupAskLanguage, Some(TextKey::SetupHintLanguage)),
            Step::Distance => (TextKey::SetupAskDistance, Some(TextKey::SetupHintDistance)),
            Step::Unit => (TextKey::SetupAskUnit, Some(TextKey::SetupHintUnit)),
            Step::Beds => (TextKey::SetupAskBeds, Some(TextKey::SetupHintBeds)),
            Step::Devices => (TextKey::SetupAskDevices, Some(TextKey::SetupHintDevices)),
            Step::Sound => (TextKey::SetupAskSound, Some(TextKey::SoundTestListen)),
            Step::Sheet => (TextKey::SetupAskSheet, Some(TextKey::SetupHintSheet)),
            Step::Done => (TextKey::SetupAskDone, None),
        }
    }
}

/// Where a step wants to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    /// To the next one.
    Next,
    /// To the one before.
    Back,
    /// Nowhere: the dashboard has to do something.
    Act(SetupAct),
}

/// Width of the rail, at most.
const RAIL: f32 = 190.0;

impl Setup {
    /// Paints the rail, the step and the way on.
    pub(super) fn steps_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) -> Option<SetupAct> {
        let phrases = around.phrases;
        ui.painter().rect_filled(area, 0.0, tokens::TILE);
        let around_all = ui.interact(area, Id::unique("set-up"), Sense::hover());
        let spoken = [TextKey::SetupTitle, TextKey::SetupFirstTitle].map(|key| phrases.text(key));
        around_all.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, spoken.join(". ")));
        let inner = area.shrink(12.0);
        let width = RAIL.min(inner.width() * 0.24);
        let rail = Rect::from_min_size(inner.min, vec2(width, inner.height()));
        let chosen = self.rail_ui(ui, rail, around);
        let body = Rect::from_min_max(pos2(rail.right() + 20.0, inner.top()), inner.max);
        let mut rows = Rows::of(body);
        let (question, hint) = self.step.asks();
        let ink = phrases.palette.text;
        let question = phrases.text(question);
        pen::line(ui, rows.take(36.0), "question", &question, (Face::Strong, 24.0, ink));
        if let Some(hint) = hint {
            let hint = phrases.text(hint);
            let high = pen::note(ui, rows.rest(), "hint", &hint, (15.0, phrases.palette.quiet));
            rows.take(high + 12.0);
        }
        let rest = rows.rest();
        let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - BIG), rest.max);
        let said = Rect::from_min_max(
            pos2(rest.left(), foot.top() - 30.0),
            pos2(rest.right(), foot.top()),
        );
        let place = Rect::from_min_max(rest.min, pos2(rest.right(), said.top() - GAP));
        let fresh = std::mem::take(&mut self.is_fresh);
        if fresh {
            self.enter_step();
        }
        let asked = match self.step {
            Step::Language => self.language_ui(ui, place, around, keys),
            Step::Distance => self.distance_ui(ui, place, around, keys),
            Step::Unit => self.unit_ui(ui, place, around, fresh),
            Step::Beds => self.beds_ui(ui, place, around, fresh),
            Step::Devices => self.devices_ui(ui, place, around, keys),
            Step::Sound => self.sound_ui(ui, place, around),
            Step::Sheet => self.sheet_ui(ui, place, around),
            Step::Done => self.done_ui(ui, place, around),
        };
        self.said_ui(ui, said, around);
        let pressed = self.foot_ui(ui, foot, around);
        // On the page of devices Enter and Esc are about devices first.
        let takes_keys = self.step == Step::Devices;
        let typed = match keys {
            Keys { enter: true, .. } if !takes_keys => Some(Go::Next),
            Keys { escape: true, .. } if !takes_keys => Some(Go::Back),
            _ => None,
        };
        if let Some(step) = chosen {
            self.leave_step();
            self.go_to(ui, step);
        }
        match asked.or(pressed).or(typed)? {
            Go::Act(act) => Some(act),
            Go::Next => self.next(ui),
            Go::Back => {
                let before = self.step.number().checked_sub(1).and_then(|nth| Step::ALL.get(nth));
                if let Some(step) = before {
                    self.leave_step();
                    self.go_to(ui, *step);
                }
                None
            }
        }
    }

    /// One row a step; a press goes there.
    fn rail_ui(&self, ui: &Ui, rail: Rect, around: Around<'_>) -> Option<Step> {
        let phrases = around.phrases;
        let (painter, palette) = (ui.painter(), phrases.palette);
        let mut rows = Rows::of(rail);
        let title = phrases.text(TextKey::SetupFirstTitle);
        pen::line(ui, rows.take(36.0), "title", &title, (Face::Strong, 18.0, palette.quiet));
        let height = ((rows.rest().height() / Step::ALL.len() as f32) - 4.0).clamp(30.0, BIG);
        let mut chosen = None;
        for (nth, step) in Step::ALL.into_iter().enumerate() {
            let row = rows.take(height + 4.0);
            let row = Rect::from_min_size(row.min, vec2(row.width(), height));
            let name = phrases.text(step.name());
            let response = ui.interact(row, pen::id(("step", nth)), Sense::click());
            let is_here = step == self.step;
            let said = format!("{}: {name}", phrases.words.setup_step_of(nth + 1, Step::ALL.len()));
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, &said));
            let is_past = step < self.step;
            let ink = match (is_here, is_past) {
                (true, _) => palette.on_bright,
                (false, true) => palette.text,
                (false, false) => palette.quiet,
            };
            if is_here {
                painter.rect_filled(row, tokens::CORNER, palette.notice);
            } else if response.hovered() || response.has_focus() {
                painter.rect_filled(row, tokens::CORNER, palette.line);
            }
            let center = pos2(row.left() + 18.0, row.center().y);
            let dot = 5.0;
            if is_past {
                painter.circle_filled(center, dot, palette.link_live);
            } else {
                painter.circle_stroke(center, dot, Stroke::new(1.5, ink));
            }
            let slot = Rect::from_min_max(
                pos2(row.left() + 34.0, row.top()),
                pos2(row.right() - 4.0, row.bottom()),
            );
            let size = text::fitting(painter, &name, Face::Strong, slot.width(), 11.5, 11.0);
            text::in_rect(painter, slot, egui::Align::Min, &name, Face::Strong, size, ink);
            if response.clicked() && !is_here {
                chosen = Some(step);
            }
        }
        chosen
    }

    /// What was said of the page, or of saving.
    fn said_ui(&self, ui: &Ui, rect: Rect, around: Around<'_>) {
        let palette = around.phrases.palette;
        let waiting =
            self.file.is_none().then(|| (around.phrases.text(TextKey::SetupReading), false));
        let saving = self.said_of_saving(around.phrases);
        let bad = saving.clone().filter(|(_, is_bad)| *is_bad);
        let page = self.fields.said.clone().map(|said| (said, false));
        let Some((said, is_bad)) = bad.or(page).or(saving).or(waiting) else { return };
        let ink = if is_bad { palette.notice } else { palette.text };
        pen::line(ui, rect, "said", &said, (Face::Plain, 15.0, ink));
    }

    /// The way back and the way on.
    fn foot_ui(&self, ui: &Ui, foot: Rect, around: Around<'_>) -> Option<Go> {
        let phrases = around.phrases;
        let width = 190.0_f32.min(foot.width() / 3.0);
        let mut go = None;
        if self.step != Step::Language {
            let back = Rect::from_min_size(foot.min, vec2(width, foot.height()));
            let word = phrases.text(TextKey::SetupBack);
            // tidy: not for people
            if pen::press(ui, back, "back", (&word, "Esc"), true, phrases) {
                go = Some(Go::Back);
            }
        }
        let is_last = self.step == Step::Done;
        let key = if is_last { TextKey::SetupFinish } else { TextKey::SetupNext };
        let wide = width * if is_last { 1.4 } else { 1.0 };
        let next = Rect::from_min_max(pos2(foot.right() - wide, foot.top()), foot.max);
        let (word, enter) = (phrases.text(key), phrases.text(TextKey::KeyEnter));
        if pen::press(ui, next, "next", (&word, &enter), self.file.is_some(), phrases) {
            go = Some(Go::Next);
        }
        go
    }

    /// Takes what the step was answered with, and goes on.
    fn next(&mut self, ui: &Ui) -> Option<SetupAct> {
        // Nothing is answered before it is known what the file says.
        self.file.as_ref()?;
        if !self.take_answer(ui) {
            return None;
        }
        self.leave_step();
        match Step::ALL.get(self.step.number() + 1) {
            Some(step) => {
                self.go_to(ui, *step);
                None
            }
            None => {
                self.save();
                self.options.is_first = false;
                self.sheet = None;
                Some(SetupAct::Close)
            }
        }
    }

    /// Writes into the draft what this step asks. False: it cannot be taken.
    fn take_answer(&mut self, _: &Ui) -> bool {
        match self.step {
            Step::Devices | Step::Sound | Step::Sheet | Step::Done => {}
            Step::Language => self.set("language", self.fields.language.tag()),
            Step::Distance => self.take_distance(),
            Step::Unit => {
                let name = self.fields.unit.trim().to_owned();
                if name.is_empty() {
                    self.draft.unset("record.station");
                } else {
                    self.set("record.station", name);
                }
            }
            Step::Beds => {
                let written = self.fields.beds.trim().parse::<usize>();
                let Ok(count @ 1..=BEDS_MAX) = written else { return false };
                self.take_beds(count);
                self.save();
            }
        }
        true
    }

    /// What a step needs, when it is entered.
    fn enter_step(&mut self) {
        match self.step {
            Step::Devices => {
                self.listening.is_wanted = true;
                self.fields.bed = self.first_free();
            }
            Step::Sheet if !matches!(self.sheet, Some(super::Sheet::Page { .. })) => {
                self.wish(SetupWish::Sheet);
            }
            Step::Language | Step::Distance | Step::Unit | Step::Beds | Step::Sound => {}
            Step::Sheet | Step::Done => {}
        }
    }

    /// What a step no longer needs.
    fn leave_step(&mut self) {
        if self.step == Step::Devices {
            self.listening.is_wanted = false;
            self.wish(SetupWish::StopListening);
        }
        self.fields.said = None;
        self.fields.picked = None;
    }

    fn go_to(&mut self, ui: &Ui, step: Step) {
        self.step = step;
        self.is_fresh = true;
        // Enter belongs to the page again, and to no button of the step before.
        ui.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
    }
}
