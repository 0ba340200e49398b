//! One bit of a copy turns over: it is found, and the right file is named.

use std::{
    fs::{self, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use vigie_copy::verify;
use vigie_session::rng::Rng;

use crate::{
    parts::{copied, copy, record},
    program::{read_image, scratch, write_image},
};

/// Bits that turn over, one at a time.
const FLIPS: usize = 1_000;

/// Half of the places fall on any byte alike, and so on segments; the other half on any file alike.
fn place(files: &[(PathBuf, u64)], rng: &mut Rng) -> (PathBuf, u64, u8) {
    let all: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let bit = 1 << rng.below(8);
    if rng.chance(0.5) {
        let (path, bytes) = &files[rng.index(files.len())];
        return (path.clone(), rng.below(*bytes), bit);
    }
    let mut at = rng.below(all);
    for (path, bytes) in files {
        if at < *bytes {
            return (path.clone(), at, bit);
        }
        at -= bytes;
    }
    unreachable!("a place below the sum of all lengths")
}

fn flip(path: &Path, at: u64, bit: u8) {
    let file = OpenOptions::new().read(true).write(true).open(path).expect("a file");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("a byte");
    file.write_all_at(&[byte[0] ^ bit], at).expect("written");
}

/// What a check names, `None` when it is content.
fn named(folder: &Path) -> Option<Vec<String>> {
    match verify(folder, None, &mut |_| true) {
        Ok(found) if found.faults.is_empty() => None,
        Ok(found) => {
            Some(found.faults.into_iter().map(|(file, how)| format!("{file}: {how}")).collect())
        }
        Err(error) => Some(vec![error.to_string()]),
    }
}

/// Turns bits over in the files of a folder that `wanted` picks; each must be found and named.
fn turn_over(folder: &Path, seed: u64, flips: usize, wanted: impl Fn(&Path) -> bool) {
    let files: Vec<(PathBuf, u64)> = read_image(folder)
        .into_iter()
        .filter(|(path, _)| wanted(path))
        .filter_map(|(path, content)| Some((path, content?.len() as u64)))
        .filter(|(_, bytes)| *bytes > 0)
        .collect();
    let bytes: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    assert!(bytes > 100_000, "{bytes} bytes are no copy worth it");
    assert_eq!(named(folder), None, "before anything was turned over");
    let mut rng = Rng::new(seed);
    let mut missed = Vec::new();
    for number in 0..flips {
        let (path, at, bit) = place(&files, &mut rng);
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        flip(&folder.join(&path), at, bit);
        let found = named(folder);
        if !found.as_ref().is_some_and(|texts| texts.iter().any(|text| text.contains(&name))) {
            missed.push(format!("{number}: {} byte {at} bit {bit:#x}: {found:?}", path.display()));
        }
        flip(&folder.join(&path), at, bit);
    }
    assert_eq!(named(folder), None, "after everything was turned back");
    println!(
        "{flips} bits turned over in {} files of {bytes} bytes (seed {seed:#x}): {} found and the right file named",
        files.len(),
        flips - missed.len()
    );
    assert!(missed.is_empty(), "seed {seed:#x}\n{}", missed.join("\n"));
}

#[test]
fn a_flipped_bit_of_a_copy_is_found_a_thousand_times() {
    let root = scratch();
    write_image(root.path(), &copied());
    turn_over(&copy(root.path()), 0xB17_F11B, FLIPS, |_| true);
}

/// Of a record those files that never change, and what vouches for them.
#[test]
fn a_flipped_bit_of_a_sealed_segment_is_found_in_the_record_too() {
    let root = scratch();
    write_image(root.path(), &copied());
    turn_over(&record(root.path()), 0xB17_F11C, FLIPS / 4, |path| {
        path.extension().is_some_and(|extension| extension == "vg" || extension == "seal")
    });
}

#[test]
fn a_missing_or_longer_file_of_a_copy_is_named() {
    let root = scratch();
    write_image(root.path(), &copied());
    let copy = copy(root.path());
    for (path, content) in read_image(&copy) {
        let Some(content) = content else { continue };
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        fs::remove_file(copy.join(&path)).expect("removed");
        let found = named(&copy).unwrap_or_else(|| panic!("{name} is missing and nobody says so"));
        assert!(found.iter().any(|text| text.contains(&name)), "{name} is missing: {found:?}");
        let mut longer = content.clone();
        longer.push(b'\n');
        fs::write(copy.join(&path), longer).expect("written");
        let found = named(&copy).unwrap_or_else(|| panic!("{name} is longer and nobody says so"));
        assert!(found.iter().any(|text| text.contains(&name)), "{name} is longer: {found:?}");
        fs::write(copy.join(&path), content).expect("written");
    }
    assert_eq!(named(&copy), None);
}
