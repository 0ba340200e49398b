//! `hold.json`: legal hold. No segment with a moment of a held range is ever deleted by policy.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{RecordError, layout, small_file};

/// A range of time that nothing may delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// From when on, nanoseconds since 1970 UTC.
    pub from_wall_ns: i64,
    /// Up to when, inclusive.
    pub to_wall_ns: i64,
    /// Why, as whoever asked for it wrote.
    pub why: String,
}

impl Hold {
    /// Whether it has a moment in common with a range, both ends inclusive.
    pub fn overlaps(&self, from_wall_ns: i64, to_wall_ns: i64) -> bool {
        self.from_wall_ns <= to_wall_ns && from_wall_ns <= self.to_wall_ns
    }
}

/// The ranges held; none when nothing was ever held. A file that cannot be read is an error, and then
/// nothing may be deleted.
pub fn read_holds(record: &Path) -> Result<Vec<Hold>, RecordError> {
    small_file::read_list(&layout::hold(record), ", and nothing is deleted until it is mended")
}

/// Replaces the ranges held.
pub fn write_holds(record: &Path, holds: &[Hold]) -> Result<(), RecordError> {
    small_file::replace_list(&layout::hold(record), holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_are_read_as_written_and_a_damaged_file_is_named() {
        let record = tempfile::tempdir().expect("a folder");
        assert_eq!(read_holds(record.path()).expect("none"), []);
        let hold = Hold { from_wall_ns: -5, to_wall_ns: 5, why: "an incident".to_owned() };
        write_holds(record.path(), std::slice::from_ref(&hold)).expect("written");
        assert_eq!(read_holds(record.path()).expect("one"), std::slice::from_ref(&hold));
        assert!(hold.overlaps(5, 9) && hold.overlaps(-9, -5) && hold.overlaps(-9, 9));
        assert!(!hold.overlaps(6, 9) && !hold.overlaps(-9, -6));
        std::fs::write(layout::hold(record.path()), b"[{").expect("damaged");
        let damaged = read_holds(record.path()).expect_err("damaged").to_string();
        assert!(damaged.contains("hold.json"), "{damaged}");
    }
}
