//! The raw key of a segment, and which segments a secret opens.

use std::{fmt::Write as _, fs, path::Path};

use vigie_record::{layout, opens_segment, raw_key};
use zeroize::Zeroizing;

use crate::{
    audit,
    terminal::{Problem, print},
    unlock::{self, UnlockOptions},
};

/// How a key is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SQL with remarks.
    Told,
    /// SQL alone.
    Sql,
    /// 64 hex digits.
    Raw,
}

/// Prints the key of a segment; noted in the audit before.
pub fn print_key(
    record: &Path,
    options: &UnlockOptions,
    number: u32,
    form: Form,
) -> Result<(), Problem> {
    let unlock = unlock::unlock(record, options)?;
    let name = segment_file(record, number);
    let key = raw_key(record, number, &unlock).map_err(|error| {
        let told = match &name {
            Some(_) => String::new(),
            None => format!("there is no segment {number}: `vigie inspect` lists them; "),
        };
        Problem::new(format!("{told}{error}"))
    })?;
    audit::note(record, "key", &format!("raw key of segment {number} printed"))?;
    print(&text(number, name.as_deref(), &key.to_hex(), form))
}

/// `docs/format.md`, "Segments": what SQLCipher has to be told.
fn text(number: u32, name: Option<&str>, hex: &str, form: Form) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(512));
    if form == Form::Raw {
        text.push_str(hex);
        return text;
    }
    if form == Form::Told {
        let name = name.unwrap_or("deleted");
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "-- segment {number}: segments/{name}\n-- as SQL before anything else, in any SQLCipher of \
             version 3 or later; the file can be opened read-only"
        );
    }
    let _ = write!(
        text,
        "PRAGMA key = \"x'{hex}'\";\nPRAGMA cipher_compatibility = 3;\nPRAGMA cipher_page_size = {};",
        layout::PAGE_BYTES
    );
    text
}

/// The name of a segment's file.
fn segment_file(record: &Path, number: u32) -> Option<String> {
    let names = fs::read_dir(layout::segments(record)).ok()?.flatten();
    names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .find(|name| name.ends_with(".vg") && layout::number_of(name) == Some(number))
}

/// Tries a secret on every segment.
pub fn check(record: &Path, options: &UnlockOptions) -> Result<(), Problem> {
    let unlock = unlock::unlock(record, options)?;
    let mut numbers: Vec<u32> = fs::read_dir(layout::segments(record))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".vg"))
        .filter_map(|name| layout::number_of(&name))
        .collect();
    numbers.sort_unstable();
    let mut locked = 0;
    for number in &numbers {
        let name = segment_file(record, *number).unwrap_or_default();
        let path = layout::segments(record).join(&name);
        let opened = raw_key(record, *number, &unlock).and_then(|key| opens_segment(&path, &key));
        match opened {
            Ok(()) => print(&format!("opens   {name}"))?,
            Err(error) => {
                locked += 1;
                print(&format!("LOCKED  {name}: {error}"))?;
            }
        }
    }
    print(&format!("{} of {} segments open", numbers.len() - locked, numbers.len()))?;
    match locked {
        0 => Ok(()),
        locked => Err(Problem::new(format!("{locked} segments do not open with this secret"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_is_sql_in_every_form_but_the_raw_one() {
        let hex = "ab".repeat(32);
        let sql = format!(
            "PRAGMA key = \"x'{hex}'\";\nPRAGMA cipher_compatibility = 3;\nPRAGMA cipher_page_size = {};",
            layout::PAGE_BYTES
        );
        assert_eq!(*text(7, Some("000007_x.vg"), &hex, Form::Sql), sql);
        assert_eq!(*text(7, Some("000007_x.vg"), &hex, Form::Raw), hex);
        let told = text(7, Some("000007_x.vg"), &hex, Form::Told);
        assert!(told.ends_with(&sql) && told.contains("segments/000007_x.vg"));
        let remarks = told.strip_suffix(&sql).expect("remarks");
        assert!(remarks.lines().all(|line| line.starts_with("-- ")), "{remarks}");
    }
}
