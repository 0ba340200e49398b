//! What this program is, what it is not, and how it is doing: one page of words.

use egui::{Align, Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    copies_ui::RecordNote,
    keymap::Action,
    phrases::Phrases,
};

/// What the program knows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its version.
    pub version: String,
    /// The commit that it was built from; empty: nobody knows.
    pub commit: String,
    /// Where its documents are on this PC; `None`: not here.
    pub documents: Option<String>,
}

impl Default for About {
    fn default() -> About {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        About { version, commit: String::new(), documents: None }
    }
}

/// The product's name, in every language.
const PRODUCT: &str = "Vigie"; // tidy: not for people

impl About {
    /// Name, version and commit, as short as the bar wants them.
    pub fn named(&self) -> String {
        [PRODUCT, &self.version, &self.commit]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What the page says besides.
#[derive(Clone, Copy, Debug)]
pub struct AboutNow<'a> {
    /// What the program knows of itself.
    pub about: &'a About,
    /// How the record is doing; `None`: there is none.
    pub record: Option<&'a RecordNote>,
    /// Whether a time server sets the clock; `None`: not known.
    pub is_synchronised: Option<bool>,
}

const PAD: f32 = 20.0;
const BUTTON: f32 = 48.0;
/// Width of the names of things.
const NAMES: f32 = 170.0;

/// What is said of the clock.
pub fn clock_state(is_synchronised: bool) -> TextKey {
    if is_synchronised { TextKey::ClockSynchronised } else { TextKey::ClockNotSynchronised }
}

/// Paints the page into `area`. True when it is closed.
pub fn about_ui(ui: &Ui, area: Rect, now: AboutNow<'_>, phrases: &Phrases) -> bool {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let page = ui.interact(area, Id::unique("about"), Sense::hover());
    painter.rect_filled(area, 0.0, palette.bar);
    let inner = area.shrink(PAD);
    let title = now.about.named();
    let close = Rect::from_min_size(pos2(inner.right() - 140.0, inner.top()), vec2(140.0, BUTTON));
    let head = Rect::from_min_max(inner.min, pos2(close.left() - 8.0, close.bottom()));
    text::in_rect(painter, head, Align::Min, &title, Face::Strong, 24.0, palette.text);
    let mut spoken = vec![title];
    let mut top = head.bottom() + 10.0;

    let paragraph = |what: &str, left: f32, top: f32, (face, size): (Face, f32), ink| {
        let galley = painter.layout(what.to_owned(), face.id(size), ink, inner.right() - left);
        let height = galley.rect.height();
        painter.galley(pos2(left, top), galley, ink);
        height
    };
    // As large as leaves room for the rest.
    let size = if area.height() > 560.0 { 18.0 } else { tokens::TEXT_BODY };
    for (key, face) in [
        (TextKey::WatchTheBedside, Face::Strong),
        (TextKey::SecondaryDisplay, Face::Strong),
        (TextKey::Disclaimer, Face::Plain),
    ] {
        let what = phrases.text(key);
        top += paragraph(&what, inner.left(), top, (face, size), palette.text) + 8.0;
        spoken.push(what);
    }
    top += 6.0;
    painter.hline(inner.x_range(), top, Stroke::new(1.0, palette.line));
    top += 12.0;
    for (name, what) in rows(now, phrases) {
        let size = size - 2.0;
        let named = paragraph(&name, inner.left(), top, (Face::Strong, size), palette.quiet);
        let said = paragraph(&what, inner.left() + NAMES, top, (Face::Plain, size), palette.text);
        top += named.max(said) + 8.0;
        spoken.push(format!("{name}: {what}"));
    }
    page.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, spoken.join(". ")));
    let word = phrases.text(TextKey::Close);
    let cap = Action::About.press().cap(&phrases.words);
    let button = Button { word: &word, key: &cap, is_free: true };
    button_ui(ui, close, Id::unique("about-close"), button, phrases).clicked()
}

/// Names and what is to be said of them.
fn rows(now: AboutNow<'_>, phrases: &Phrases) -> Vec<(String, String)> {
    let text = |key| phrases.text(key);
    let About { version, commit, documents } = now.about;
    let commit = if commit.is_empty() { text(TextKey::AboutUnknown) } else { commit.clone() };
    let record = match now.record {
        Some(note) => note.said.join(". "),
        None => text(TextKey::AboutNoRecord),
    };
    let clock = now.is_synchronised.map_or(TextKey::AboutUnknown, clock_state);
    let documents = documents.clone().unwrap_or_else(|| text(TextKey::AboutDocumentsElsewhere));
    vec![
        (text(TextKey::AboutVersion), version.clone()),
        (text(TextKey::AboutCommit), commit),
        (text(TextKey::AboutRecord), record),
        (text(TextKey::AboutClock), text(clock)),
        (text(TextKey::AboutLicences), text(TextKey::AboutLicencesText)),
        (text(TextKey::AboutDocuments), documents),
    ]
}
