//! `[[window]]`: further windows that are opened with the first, each for a screen of its own.

use crate::{
    WindowConfig,
    section::{Reader, Section, Span},
};

const KEYS: &[&str] = &["page", "wall", "screen", "full_screen"];
/// A ward of one bed a page has so many.
const PAGE: Span = Span { least: 1, most: 64, why: "a ward has no more pages" };
/// Counted as the desktop does.
const SCREEN: Span = Span { least: 0, most: 15, why: "screens are counted from 0" };

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> Vec<WindowConfig> {
    let tables = top.tables("window", reader);
    if let Some(first_over) = tables.get(WindowConfig::MOST) {
        let what = format!("there are {} further windows", tables.len());
        let remedy = format!("at most {} open beside the first", WindowConfig::MOST);
        reader.wrong(first_over.line, what, remedy);
    }
    let window = |table: crate::section::Field<_>| {
        let section = Section::open(table.value, "[[window]]", table.line, KEYS, reader);
        WindowConfig {
            page: section.within("page", PAGE, reader).and_then(|page| u16::try_from(page).ok()),
            wall: section.flag("wall", reader).map(|flag| flag.value),
            screen: section.within("screen", SCREEN, reader).and_then(|it| u8::try_from(it).ok()),
            full_screen: section.flag("full_screen", reader).is_some_and(|flag| flag.value),
        }
    };
    tables.into_iter().map(window).collect()
}
