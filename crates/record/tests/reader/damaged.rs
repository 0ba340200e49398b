//! Segments that a crash left, and that are damaged or locked for the station: sealed as found, named,
//! and read as far as they go.

use std::fs;

use vigie_history::{Slice, What};
use vigie_record::{Reader, SegmentState, layout};

use super::{
    ask_all, of_device, reader, samples_from_to, samples_of, seconds,
    ward::{SECOND_NS, Ward, check_chain, device, key, number, opened, options, seal, segment},
};

fn numbers(reader: &mut Reader) -> Slice {
    ask_all(reader, What::Numerics { source: of_device(device(0), key(0)) })
}

fn waves(reader: &mut Reader) -> Slice {
    ask_all(reader, What::Waves { source: of_device(device(0), key(100)) })
}

#[test]
fn a_segment_that_the_machine_cannot_open_is_sealed_with_its_wal_and_read_by_the_unit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 1);
    ward.seconds(25);
    let copy = ward.copy_as_it_lies();
    fs::remove_file(layout::machine_key(copy.path(), 1)).expect("the machine's key");
    let wall = ward.wall().as_unix_nanos();
    let again = Ward::start_with(options(copy.path()), 2, 9 * SECOND_NS, wall, 1, 0);
    let [(1, why)] = again.recovered.damaged.as_slice() else { panic!("{:?}", again.recovered) };
    assert!(why.contains("000001.machine.key"), "{why}");
    let names: Vec<String> = seal(copy.path(), 1).files.into_iter().map(|file| file.name).collect();
    assert!(names.len() == 2 && names[1].ends_with("-wal"), "{names:?}");
    check_chain(copy.path(), 1);
    let mut reader = reader(copy.path());
    let infos = reader.segments().expect("listed");
    assert_eq!(infos[0].state, SegmentState::AsFound(why.clone()));
    let slice = numbers(&mut reader);
    assert_eq!((seconds(&slice), slice.damage), ((1_001..=1_025).collect(), vec![]));
    assert!(samples_of(&waves(&mut reader)) == samples_from_to(1_001, 1_025));
    // What was sealed stays as it was, whoever read it.
    check_chain(copy.path(), 1);
}

#[test]
fn a_damaged_page_of_a_segment_left_open_is_named_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 4, 3);
    ward.seconds(130);
    ward.writer = None;
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let segment_1 = opened(folder.path(), 1);
    let left: i64 =
        segment_1.query_row(checkpoint, [], |row| row.get(0)).expect("the pages are in the file");
    assert_eq!(left, 0);
    // By what lies above its chunks alone are these found.
    let root = "SELECT rootpage - 1 FROM sqlite_master WHERE name = 'wave'";
    let root = number(&segment_1, root) as u64;
    drop(segment_1);
    let pages =
        fs::metadata(segment(folder.path(), 1).expect("its file")).expect("there").len() / 16_384;
    let (mut hurt_numbers, mut hurt_waves) = (0, 0);
    let mut tried: Vec<u64> = (1..=10).map(|part| part * (pages - 1) / 10).collect();
    tried.push(root);
    for page in &tried {
        let copy = ward.copy_as_it_lies();
        let file = segment(copy.path(), 1).expect("its file");
        let mut bytes = fs::read(&file).expect("read");
        bytes[*page as usize * 16_384 + 2_000] ^= 1;
        fs::write(&file, bytes).expect("written");
        let wall = ward.wall().as_unix_nanos();
        let mut again = Ward::start_with(options(copy.path()), 2, 9 * SECOND_NS, wall, 1, 0);
        let [(1, why)] = again.recovered.damaged.as_slice() else {
            panic!("page {page}: {:?}", again.recovered)
        };
        assert!(why.contains("damaged pages"), "page {page}: {why}");
        assert_eq!(seal(copy.path(), 1).as_found.as_ref(), Some(why));
        // The chain goes on, and the next run records.
        again.seconds(3);
        again.close();
        check_chain(copy.path(), 2);
        let mut reader = reader(copy.path());
        let slice = numbers(&mut reader);
        let mut there = seconds(&slice);
        there.retain(|second| *second > 1_000);
        assert!(there.windows(2).all(|pair| pair[0] < pair[1]), "page {page}: none twice");
        if there.len() < 130 {
            assert!(
                slice.damage.iter().any(|damage| damage.segment == 1),
                "page {page}: {slice:?}"
            );
            hurt_numbers += 1;
        }
        let slice = waves(&mut reader);
        let samples = samples_of(&slice).len();
        if samples < 130 * 250 {
            assert!(slice.damage.iter().any(|damage| damage.segment == 1), "page {page}");
            // A page is some chunks, not the segment: but for the one that leads to all chunks of waves.
            let is_bounded = samples >= 60 * 250 || there.is_empty();
            assert!(is_bounded || *page == root, "page {page}: {samples} samples");
            assert!(*page != root || there.len() == 130, "the numbers are not hurt by it");
            hurt_waves += 1;
        }
    }
    assert!(hurt_waves > 0, "of pages {tried:?} of {pages}");
    println!(
        "pages {tried:?}: numbers of the first monitor hurt by {hurt_numbers}, waves by {hurt_waves}"
    );
}
