//! Names that a record and a copy may have. What a manifest or a seal says is held against them before
//! anything is opened.

use vigie_record::layout;

/// The list of a copy's files.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Its hash and its signature.
pub(crate) const SIGNATURE: &str = "manifest.sig";
/// For people.
pub(crate) const INDEX: &str = "INDEX.txt";
/// What a record says of its keys.
pub(crate) const RECORD: &str = "record.json";
/// The unit's private key under the passphrase.
pub(crate) const UNIT: &str = "keys/unit.age";
/// The next one, while it is being changed: public half and private key. Read in this order, one of
/// them always opens what the others are wrapped to.
const NEXT_PUBLIC: &str = "keys/unit.next.pub";
const NEXT: &str = "keys/unit.next.age";
/// Legal hold.
pub(crate) const HOLD: &str = "hold.json";
/// Small files that a copy has when the record has them, in the order in which they are read.
pub(crate) const SMALL: [&str; 4] = [NEXT_PUBLIC, NEXT, UNIT, HOLD];
/// In `segments/` of a record: given up when a full disk leaves no room; holds nothing.
pub(crate) const BALLAST: &str = ".ballast";
/// A file that is being written.
pub(crate) const PART: &str = ".part";
/// A small file that is being replaced.
pub(crate) const NEW: &str = ".new";
/// Longest name in `segments/`.
const NAME_MAX: usize = 80;

/// What a file of `segments/` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A segment, or its WAL as it was found.
    Data,
    /// Its key for the unit.
    Key,
    /// Its seal.
    Seal,
    /// What is left of one that policy deleted.
    Removed,
    /// Of a station at work or a copy under way: `-shm`, `.machine.key`, `.new`, `.part`.
    Passing,
}

/// The number and the kind of a file of `segments/`; `None`: none of ours.
pub(crate) fn kind_of(name: &str) -> Option<(u32, Kind)> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.len() > NAME_MAX || !name.bytes().all(plain) {
        return None;
    }
    let number = layout::number_of(name)?;
    let rest = name.get(6..)?;
    let kind = match rest {
        ".key" => Kind::Key,
        ".seal" => Kind::Seal,
        ".removed" => Kind::Removed,
        ".machine.key" => Kind::Passing,
        _ if rest.ends_with(PART) || rest.ends_with(NEW) || rest.ends_with(".vg-shm") => {
            Kind::Passing
        }
        _ if rest.starts_with('_') && (rest.ends_with(".vg") || rest.ends_with(".vg-wal")) => {
            Kind::Data
        }
        _ => return None,
    };
    Some((number, kind))
}

/// Whether a file may stand in a manifest.
pub(crate) fn is_copied(name: &str) -> bool {
    match name.strip_prefix("segments/") {
        Some(name) => {
            matches!(kind_of(name), Some((_, Kind::Data | Kind::Key | Kind::Seal | Kind::Removed)))
        }
        None => matches!(name, INDEX | RECORD) || SMALL.contains(&name),
    }
}

/// `segments/NAME`.
pub(crate) fn in_segments(name: &str) -> String {
    format!("segments/{name}")
}

pub(crate) fn seal_name(number: u32) -> String {
    in_segments(&format!("{number:06}.seal"))
}

pub(crate) fn key_name(number: u32) -> String {
    in_segments(&format!("{number:06}.key"))
}

pub(crate) fn removed_name(number: u32) -> String {
    in_segments(&format!("{number:06}.removed"))
}

/// A name for a line of text, whatever a hostile disk called it.
pub(crate) fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(120).flat_map(char::escape_debug).collect();
    if name.chars().nth(120).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_record_has_is_a_name() {
        let good = [
            ("000042_2026-11-21T00-00Z.vg", Kind::Data),
            ("000042_2026-11-21T00-00Z.vg-wal", Kind::Data),
            ("000042.key", Kind::Key),
            ("000042.seal", Kind::Seal),
            ("000042.removed", Kind::Removed),
            ("000042.machine.key", Kind::Passing),
            ("000042_2026-11-21T00-00Z.vg.part", Kind::Passing),
            ("000042.seal.new", Kind::Passing),
        ];
        for (name, kind) in good {
            assert_eq!(kind_of(name), Some((42, kind)), "{name}");
        }
        for name in
            ["", "..", "000042", "000042.", "42.key", "000042.txt", "000042_/../a.vg", "0000é"]
        {
            assert_eq!(kind_of(name), None, "{name}");
        }
        assert!(is_copied("segments/000001.seal") && is_copied("record.json"));
        for name in ["segments/../a", "/etc/passwd", "segments/000001.machine.key", "manifest.json"]
        {
            assert!(!is_copied(name), "{name}");
        }
        assert_eq!(shown("a\u{1b}[2J\n"), "a\\u{1b}[2J\\n");
    }
}
