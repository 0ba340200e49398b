//! Small files of a copy that were to be replaced when a backup was killed.
//!
//! A manifest vouches for the small files as they were when it was written. Their successors wait as
//! `NAME.new` until the next manifest stands there, and take their names after it: at each moment one
//! of the two fits the manifest that stands there.

use std::{collections::BTreeMap, io};

use crate::{
    backup::SMALL_MAX,
    names::{Kind, MANIFEST, NEW, SIGNATURE, in_segments, is_copied, kind_of},
    place::Place,
    survey::{Survey, removed, seal},
    transfer::Want,
};

/// What is said of such a copy.
pub(crate) const INTERRUPTED: &str = "a backup was interrupted at its last step: run it again";

/// Files by name that the manifest wants and that stand there as `NAME.new` alone, with their bytes.
pub(crate) fn pending(
    place: &Place,
    wants: &BTreeMap<String, Want>,
) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut pending = BTreeMap::new();
    for path in left(place)? {
        let Some(name) = path.strip_suffix(NEW) else { continue };
        let Some(want) = wants.get(name).filter(|want| want.bytes <= SMALL_MAX) else { continue };
        let fits = |bytes: &Vec<u8>| Want::of(bytes) == *want;
        let read = |name: &str| place.read_small(name, want.bytes).ok().flatten().filter(fits);
        if read(name).is_none()
            && let Some(bytes) = read(&path)
        {
            pending.insert(name.to_owned(), bytes);
        }
    }
    Ok(pending)
}

/// Every `NAME.new` of a small file of a copy, from the copy's folder on.
pub(crate) fn left(place: &Place) -> io::Result<Vec<String>> {
    let mut names = place.names(None)?;
    // Without the folder nothing waits in it; what else stands under its name is told elsewhere.
    let keys = place.names(Some("keys")).unwrap_or_default();
    names.extend(keys.into_iter().map(|name| format!("keys/{name}")));
    let segments = place.names(Some("segments")).unwrap_or_default();
    names.extend(segments.into_iter().map(|name| in_segments(&name)));
    names.retain(|path| {
        path.strip_suffix(NEW).is_some_and(|name| {
            let is_data = name.strip_prefix("segments/").and_then(kind_of);
            let is_data = is_data.is_some_and(|(_, kind)| kind == Kind::Data);
            is_copied(name) && !is_data || [MANIFEST, SIGNATURE].contains(&name)
        })
    });
    Ok(names)
}

impl Survey {
    /// What waits for its name counts as if it had it.
    pub(crate) fn take(&mut self, pending: &BTreeMap<String, Vec<u8>>) {
        for (name, bytes) in pending {
            let Some((number, kind)) = name.strip_prefix("segments/").and_then(kind_of) else {
                continue;
            };
            match kind {
                Kind::Seal => {
                    let seal = seal(number, bytes).map(|seal| (seal, bytes.clone()));
                    self.seals.insert(number, seal);
                }
                Kind::Removed => {
                    let removed = removed(number, bytes).map(|removed| (removed, bytes.clone()));
                    self.removed.insert(number, removed);
                }
                Kind::Key => {
                    self.keys.insert(number);
                }
                Kind::Data | Kind::Passing => {}
            }
        }
    }
}
