//! Texts that people chose: short, visible, on one line.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    mistake::quote,
    section::{Field, Reader},
};

/// Names of beds and lines, paths: bytes.
pub(crate) const NAME_BYTES_MAX: usize = 64;
/// What stands on a tile: bytes.
pub(crate) const LABEL_BYTES_MAX: usize = 48;
/// Keys of devices, values of options: bytes. The driver's own cap of a text.
pub(crate) const TEXT_BYTES_MAX: usize = 256;

/// A text that is fit to be shown and compared, or `None` and a mistake.
pub(crate) fn fit<'a>(
    what: &str,
    field: Field<&'a str>,
    bytes_max: usize,
    reader: &mut Reader,
) -> Option<&'a str> {
    let text = field.value;
    if text.trim().is_empty() {
        reader.wrong(
            field.line,
            format!("\"{what}\" is empty"),
            "write at least one letter or digit",
        );
    } else if text.len() > bytes_max {
        reader.wrong(
            field.line,
            format!("\"{what}\" has {} bytes", text.len()),
            format!("shorten it to {bytes_max}"),
        );
    } else if let Some(sign) = text.chars().find(|sign| cannot_be_seen(*sign)) {
        reader.wrong(
            field.line,
            format!("\"{what}\" holds U+{:04X}, which cannot be seen", u32::from(sign)),
            "remove it",
        );
    } else if text.trim() != text {
        reader.wrong(
            field.line,
            format!("{} begins or ends with a space", quote(text)),
            "remove the space",
        );
    } else {
        return Some(text);
    }
    None
}

/// Control characters, line ends, and what turns or joins text without being seen itself: two names
/// that look the same must be the same.
fn cannot_be_seen(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Notes where something stands; the line of its first time when this is not the first.
pub(crate) fn stood_before<K: Ord>(
    seen: &mut BTreeMap<K, usize>,
    what: K,
    line: usize,
) -> Option<usize> {
    match seen.entry(what) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(free) => {
            free.insert(line);
            None
        }
    }
}
