//! `copies.json`: where the last good copies of a record are.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{RecordError, layout, small_file};

/// Copies that are remembered; of more, the oldest are forgotten.
const COPIES_MAX: usize = 64;

/// A copy that was read back, and whose manifest was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeCopy {
    /// Its folder.
    pub place: String,
    /// When it was made, nanoseconds since 1970 UTC: what was recorded later is not in it.
    pub finished_wall_ns: i64,
    /// The last segment in it.
    pub up_to: u32,
}

/// The copies of a record, oldest first; none when there is no such file.
pub fn read_copies(record: &Path) -> Result<Vec<MadeCopy>, RecordError> {
    small_file::read_list(&layout::copies(record), ": remove it; the next copy writes it again")
}

/// Remembers a copy; an earlier one in the same folder is forgotten. A damaged file is begun anew.
pub fn remember_copy(record: &Path, copy: MadeCopy) -> Result<(), RecordError> {
    let mut copies = read_copies(record).unwrap_or_default();
    copies.retain(|known| known.place != copy.place);
    copies.push(copy);
    let surplus = copies.len().saturating_sub(COPIES_MAX);
    copies.drain(..surplus);
    small_file::replace_list(&layout::copies(record), &copies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(place: &str, up_to: u32) -> MadeCopy {
        MadeCopy { place: place.to_owned(), finished_wall_ns: i64::from(up_to), up_to }
    }

    #[test]
    fn a_folder_is_named_once_and_a_damaged_file_is_begun_anew() {
        let record = tempfile::tempdir().expect("a folder");
        let record = record.path();
        assert_eq!(read_copies(record).expect("none yet"), []);
        for made in [copy("a", 1), copy("b", 2), copy("a", 3)] {
            remember_copy(record, made).expect("written");
        }
        assert_eq!(read_copies(record).expect("read"), [copy("b", 2), copy("a", 3)]);
        std::fs::write(layout::copies(record), "[{").expect("written");
        let said = read_copies(record).expect_err("damaged").to_string();
        assert!(said.contains("copies.json") && said.contains("remove it"), "{said}");
        remember_copy(record, copy("c", 4)).expect("written");
        assert_eq!(read_copies(record).expect("read"), [copy("c", 4)]);
        for number in 0..100 {
            remember_copy(record, copy(&number.to_string(), number)).expect("written");
        }
        assert_eq!(read_copies(record).expect("read").len(), COPIES_MAX);
    }
}
