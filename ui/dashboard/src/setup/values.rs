//! Rows of settings: name, what it does, what holds without it, and the value to be changed.

use egui::{Key, Rect, Ui, pos2, vec2};
use vigie_config::{
    Step, Value, WindowConfig,
    settings::{self, Kind, Setting, Unit},
};
use vigie_ui_kit::{fonts::Face, rows::Rows};
use vigie_words::{Language, TextKey, Words};

use super::{
    Around, Setup,
    menu::{Section, quiet},
    pen::{self, BIG, GAP},
};
use crate::{button::field_ui, phrases::Phrases};

/// Height of a row.
const ROW: f32 = BIG + 12.0;
/// Longest text that is typed here.
const CHARS_MAX: usize = 256;

/// The list of further windows.
const WINDOW: &str = "window";

/// Choices that stand side by side.
const SIDE_BY_SIDE: usize = 4;

impl Setup {
    /// All settings of a page.
    pub(super) fn settings_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        page: settings::Page,
    ) {
        let all: Vec<&Setting> =
            settings::SETTINGS.iter().filter(|setting| setting.page == page).collect();
        let height = (all.len() + self.further_rows(page)) as f32 * ROW;
        let salt = ("settings", self.section);
        pen::scroll(ui, area, salt, height, |ui, whole| {
            let mut rows = Rows::of(whole);
            for setting in all {
                self.setting_ui(ui, rows.take(ROW), setting, around.phrases);
            }
            if page == settings::Page::Screen {
                self.further_ui(ui, &mut rows, around.phrases);
            }
        });
    }

    /// Rows that further windows take.
    fn further_rows(&self, page: settings::Page) -> usize {
        let count = self.draft.count(WINDOW).min(WindowConfig::MOST);
        if page == settings::Page::Screen { count * 5 + 2 } else { 0 }
    }

    /// Further windows that open with the first.
    fn further_ui(&mut self, ui: &mut Ui, rows: &mut Rows, phrases: &Phrases) {
        let (words, palette) = (&phrases.words, phrases.palette);
        let how = words.text(TextKey::SetupWindowsHow);
        pen::line(ui, rows.take(ROW), "windows-how", &how, (Face::Plain, 15.0, palette.quiet));
        let count = self.draft.count(WINDOW);
        let mut gone = None;
        for (nth, settings) in settings::WINDOWS.iter().enumerate().take(count) {
            let row = rows.take(ROW);
            let row = Rect::from_min_size(row.min, vec2(row.width(), BIG));
            let name = words.setup_window(nth + 1);
            pen::line(ui, row, ("window", nth), &name, (Face::Strong, 17.0, palette.text));
            let remove = Rect::from_min_max(pos2(row.right() - 200.0, row.top()), row.max);
            let word = words.text(TextKey::SetupRemove);
            let said = words.noted(&name, &word);
            if pen::choose(ui, remove, ("window-off", nth), (&word, &said), false, phrases) {
                gone = Some(nth);
            }
            for setting in settings {
                self.setting_ui(ui, rows.take(ROW), setting, phrases);
            }
        }
        let row = rows.take(ROW);
        let add = Rect::from_min_size(row.min, vec2(row.width().min(320.0), BIG));
        let word = words.text(TextKey::SetupWindowAdd);
        let is_free = count < WindowConfig::MOST;
        if pen::press(ui, add, "add-window", (&word, ""), is_free, phrases) {
            let name = words.setup_window(count + 1);
            self.draft.together(Step::Added(WINDOW.to_owned(), name), |draft| {
                draft.add(WINDOW, &[("full_screen", Value::Flag(true))]);
            });
        }
        if let Some(nth) = gone {
            let step = Step::Removed(WINDOW.to_owned(), words.setup_window(nth + 1));
            self.draft.together(step, |draft| draft.remove(WINDOW, nth));
            self.forget_typed();
        }
    }

    /// One row.
    pub(super) fn setting_ui(
        &mut self,
        ui: &mut Ui,
        row: Rect,
        setting: &Setting,
        phrases: &Phrases,
    ) {
        if !ui.is_rect_visible(row) {
            return;
        }
        let words = &phrases.words;
        let place = setting.place;
        let (name, help) =
            words.setting(place).unwrap_or_else(|| (place.to_owned(), String::new()));
        let row = Rect::from_min_size(row.min, vec2(row.width(), ROW - GAP));
        let middle = row.left() + row.width() * 0.46;
        let is_set = self.draft.get(place).is_some();
        let reset_width = 96.0;
        let half = row.top() + 26.0;
        let first = Rect::from_min_max(row.min, pos2(middle - GAP, half));
        let ink = phrases.palette.text;
        pen::line(ui, first, ("setting", place), &name, (Face::Strong, 15.0, ink));
        let usual = if setting.usual.is_empty() {
            help
        } else {
            let usual = with_unit(&worded(setting, setting.usual, words), setting.unit, words);
            let usual = words.setup_default(&usual);
            if help.is_empty() { usual } else { format!("{help} ({usual})") }
        };
        let second = Rect::from_min_max(pos2(row.left(), half), pos2(middle - GAP, row.bottom()));
        quiet(ui, second, &usual, phrases);
        let top = row.center().y - BIG / 2.0;
        let value = Rect::from_min_size(
            pos2(middle, top),
            vec2(row.right() - middle - reset_width - GAP, BIG),
        );
        match setting.kind {
            Kind::Flag => {
                let now = self.draft.get(place).and_then(|value| value.as_flag());
                let now = now.map_or(setting.usual, |flag| if flag { "true" } else { "false" });
                let now = now.to_owned();
                self.choices_ui(ui, value, setting, &["true", "false"], &now, phrases);
            }
            Kind::Choice(choices) => {
                let now = self.draft.text_at(place).unwrap_or_else(|| setting.usual.to_owned());
                self.choices_ui(ui, value, setting, choices, &now, phrases);
            }
            Kind::Number { .. }
            | Kind::NumberOr { .. }
            | Kind::Fraction { .. }
            | Kind::Text { .. }
            | Kind::Texts { .. }
            | Kind::Bed => self.typed_ui(ui, value, setting, &name, phrases),
            Kind::Limits | Kind::Table => {
                let word = phrases.text(TextKey::SetupPageFile);
                if pen::press(ui, value, ("to-file", place), (&word, ""), true, phrases) {
                    self.section = Section::File;
                    self.is_fresh = true;
                }
            }
        }
        if is_set {
            let reset =
                Rect::from_min_size(pos2(row.right() - reset_width, top), vec2(reset_width, BIG));
            let word = phrases.text(TextKey::SetupToDefault);
            if pen::press(ui, reset, ("reset", place), (&word, ""), true, phrases) {
                self.draft.unset(place);
                self.fields.typed.remove(place);
                self.fields.said = None;
            }
        }
    }

    fn choices_ui(
        &mut self,
        ui: &Ui,
        rect: Rect,
        setting: &Setting,
        choices: &[&str],
        now: &str,
        phrases: &Phrases,
    ) {
        let name = phrases.words.setting(setting.place).map(|(name, _)| name).unwrap_or_default();
        if choices.len() > SIDE_BY_SIDE {
            // No finger hits one of so many: each press goes on to the next.
            let word = worded(setting, now, &phrases.words);
            let said = phrases.words.noted(&name, &word);
            let at = choices.iter().position(|choice| *choice == now);
            let next = choices.get(at.map_or(0, |at| (at + 1) % choices.len()));
            if pen::choose(ui, rect, ("value", setting.place, 0), (&word, &said), true, phrases)
                && let Some(next) = next
            {
                self.set(setting.place, Value::Text((*next).to_owned()));
                self.fields.said = None;
            }
            return;
        }
        for (nth, choice) in choices.iter().enumerate() {
            let word = worded(setting, choice, &phrases.words);
            let said = phrases.words.noted(&name, &word);
            let cell = pen::nth_of(rect, nth, choices.len());
            let salt = ("value", setting.place, nth);
            if pen::choose(ui, cell, salt, (&word, &said), *choice == now, phrases) {
                let value = match (setting.kind, *choice) {
                    (Kind::Flag, choice) => Value::Flag(choice == "true"),
                    (_, choice) => Value::Text(choice.to_owned()),
                };
                self.set(setting.place, value);
                self.fields.said = None;
            }
        }
    }

    /// A value that is typed. It is taken when the field is left.
    fn typed_ui(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        setting: &Setting,
        name: &str,
        phrases: &Phrases,
    ) {
        let place = setting.place;
        let words = &phrases.words;
        let unit = unit_word(setting.unit, words);
        let unit_width = if unit.is_empty() { 0.0 } else { 52.0 };
        let is_number = matches!(
            setting.kind,
            Kind::Number { .. } | Kind::NumberOr { .. } | Kind::Fraction { .. }
        );
        let width = if is_number {
            120.0_f32.min(rect.width() - unit_width)
        } else {
            rect.width() - unit_width
        };
        let slot = Rect::from_min_size(rect.min, vec2(width, rect.height()));
        let held = self.draft.get(place).map(|value| written(&value, words.language()));
        let mut typed = self.fields.typed.get(place).cloned();
        let mut shown = typed.clone().or_else(|| held.clone()).unwrap_or_default();
        let id = pen::id(("typed", place));
        let response = field_ui(ui, slot, id, (&mut shown, name), CHARS_MAX, phrases);
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        if response.changed() {
            typed = Some(shown.clone());
            self.fields.typed.insert(place.to_owned(), shown);
        }
        if response.lost_focus()
            && let Some(typed) = typed
        {
            let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
            self.fields.typed.remove(place);
            if !is_given_up {
                self.take_typed(setting, &typed, words);
            }
        }
        if !unit.is_empty() {
            let slot = Rect::from_min_size(
                pos2(slot.right() + GAP, rect.top()),
                vec2(unit_width - GAP, rect.height()),
            );
            quiet(ui, slot, &unit, phrases);
        }
    }

    fn take_typed(&mut self, setting: &Setting, typed: &str, words: &Words) {
        let typed = typed.trim();
        self.fields.said = None;
        if typed.is_empty() {
            self.draft.unset(setting.place);
            return;
        }
        match parsed(setting, typed, words) {
            Ok(value) => self.set(setting.place, value),
            Err(why) => self.fields.said = Some(why),
        }
    }
}

/// What somebody typed, as the file takes it; else why it cannot be taken.
fn parsed(setting: &Setting, typed: &str, words: &Words) -> Result<Value, String> {
    let number = |least: u32, most: u32| {
        let wrong = || words.setup_wrong_number(&least.to_string(), &most.to_string());
        let number: u32 = typed.parse().map_err(|_| wrong())?;
        if (least..=most).contains(&number) { Ok(Value::from(number)) } else { Err(wrong()) }
    };
    match setting.kind {
        Kind::Number { least, most } => number(least, most),
        Kind::NumberOr { word, least, most } => {
            if typed == word || typed == worded(setting, word, words) {
                return Ok(Value::Text(word.to_owned()));
            }
            number(least, most)
        }
        Kind::Fraction { least_milli, most_milli } => {
            let sign = words.language().decimal_sign();
            let plain = typed.replace(sign, ".");
            let said = |milli: u32| {
                (f64::from(milli) / 1000.0).to_string().replace('.', &sign.to_string())
            };
            let wrong = || words.setup_wrong_number(&said(least_milli), &said(most_milli));
            let number: f64 = plain.parse().map_err(|_| wrong())?;
            let span = f64::from(least_milli) / 1000.0..=f64::from(most_milli) / 1000.0;
            if !span.contains(&number) {
                return Err(wrong());
            }
            Ok(plain.parse().map_or(Value::Fraction(plain), Value::Number))
        }
        Kind::Texts { .. } => {
            let texts = typed.split(';').map(str::trim).filter(|text| !text.is_empty());
            Ok(Value::List(texts.map(Value::from).collect()))
        }
        Kind::Text { .. }
        | Kind::Bed
        | Kind::Choice(_)
        | Kind::Flag
        | Kind::Limits
        | Kind::Table => Ok(Value::Text(typed.to_owned())),
    }
}

/// A value as people of a language write it.
fn written(value: &Value, language: Language) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Fraction(text) => text.replace('.', &language.decimal_sign().to_string()),
        Value::Text(text) => text.clone(),
        Value::List(list) => {
            let all: Vec<String> = list.iter().map(|value| written(value, language)).collect();
            all.join("; ")
        }
        Value::Table(_) => String::new(),
    }
}

/// A word of the file as people say it.
fn worded(setting: &Setting, word: &str, words: &Words) -> String {
    if setting.place == "language" {
        let language = Language::from_tag(word);
        return language.map_or_else(|| word.to_owned(), |own| own.own_name().to_owned());
    }
    worded_choice(word, words)
}

/// A choice as people call it.
pub(crate) fn worded_choice(word: &str, words: &Words) -> String {
    let key = match word {
        "true" => TextKey::SetupOn,
        "false" => TextKey::SetupOff,
        "live" => TextKey::ModeLive,
        "simulation" => TextKey::ModeSimulation,
        "drill" => TextKey::ModeDrill,
        "high" => TextKey::ChoiceHigh,
        "nothing" => TextKey::ChoiceNothing,
        "usual" => TextKey::ChoiceUsual,
        "colour_blind" => TextKey::ChoiceColourBlind,
        "never" => TextKey::ChoiceNever,
        "erase-bar" => TextKey::ChoiceEraseBar,
        "scroll" => TextKey::ChoiceScroll,
        other => return other.replace('_', " "),
    };
    words.text(key)
}

fn unit_word(unit: Unit, words: &Words) -> String {
    match unit {
        Unit::None => String::new(),
        Unit::Percent => "%".to_owned(),
        Unit::Seconds => words.text(TextKey::UnitSeconds),
        Unit::Minutes => words.text(TextKey::UnitMinutes),
        Unit::Hours => words.text(TextKey::UnitHours),
        Unit::Days => words.text(TextKey::UnitDays),
        Unit::Metres => words.text(TextKey::UnitMetres),
        Unit::Mebibytes => words.text(TextKey::UnitMebibytes),
    }
}

fn with_unit(value: &str, unit: Unit, words: &Words) -> String {
    let unit = unit_word(unit, words);
    if unit.is_empty() || value.parse::<f64>().is_err() {
        return value.to_owned();
    }
    format!("{value} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_file_has_a_name_and_says_what_it_does() {
        for language in Language::ALL {
            let words = Words::new(language);
            for setting in settings::SETTINGS {
                let (name, help) = words.setting(setting.place).unwrap_or_default();
                assert!(!name.is_empty() && !help.is_empty(), "{language:?}: {}", setting.place);
            }
        }
    }

    #[test]
    fn what_is_typed_is_taken_within_its_span_and_by_the_sign_of_the_language() {
        let of = |place: &str| settings::of(place).expect("a setting");
        let (english, french) = (Words::new(Language::English), Words::new(Language::French));
        let pause = of("alarms.pause_minutes");
        assert_eq!(parsed(pause, "10", &english), Ok(Value::Number(10)));
        for wrong in ["0", "11", "-1", "two", "1.5"] {
            assert!(parsed(pause, wrong, &english).is_err(), "{wrong}");
        }
        let far = of("screen.viewing_distance_m");
        assert_eq!(parsed(far, "2,5", &french), Ok(Value::Fraction("2.5".into())));
        assert_eq!(parsed(far, "3", &french), Ok(Value::Number(3)));
        assert!(parsed(far, "11", &english).is_err());
        let off = of("alarms.audio_off");
        assert_eq!(parsed(off, "jamais", &french), Ok(Value::Text("never".into())));
        assert_eq!(parsed(off, "5", &french), Ok(Value::Number(5)));
        let copies = of("record.copies");
        let list = Value::List(vec!["/a".into(), "/b".into()]);
        assert_eq!(parsed(copies, "/a; /b;", &english), Ok(list.clone()));
        assert_eq!(written(&list, Language::French), "/a; /b");
    }
}
