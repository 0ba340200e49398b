//! Every fault by hand, and every cut and hurt byte by chance.

use proptest::prelude::*;

use super::*;

const DELIMITERS: Delimiters =
    Delimiters { begin: 0xC0, end: 0xC1, escape: 0x7D, xor: 0x20, frame_bytes_max: 16 };

type Item = Result<Vec<u8>, FrameFault>;

fn drain(framer: &mut DelimitedFramer) -> Vec<Item> {
    let mut all = Vec::new();
    while let Some(item) = framer.next_frame() {
        all.push(item.map(<[u8]>::to_vec));
    }
    all
}

fn frames(pieces: &[&[u8]]) -> Vec<Item> {
    let mut framer = DelimitedFramer::new(DELIMITERS);
    let mut all = Vec::new();
    for piece in pieces {
        framer.push(piece);
        all.extend(drain(&mut framer));
    }
    all.extend(framer.close().map(Err));
    all
}

#[test]
fn a_published_frame_goes_both_ways() {
    // IntelliVue programming guide: 3A 91 and its check sequence, of which one byte is reserved.
    let wire = [0xC0, 0x3A, 0x91, 0x95, 0x7D, 0xE1, 0xC1];
    let content = [0x3A, 0x91, 0x95, 0xC1];
    assert_eq!(frames(&[&wire]), [Ok(content.to_vec())]);
    let mut wrapped = Vec::new();
    DELIMITERS.wrap(&content, &mut wrapped);
    assert_eq!(wrapped, wire);
}

#[test]
fn each_fault_is_named_and_costs_one_frame() {
    let good = Ok(vec![5]);
    for (name, wire, expected) in [
        (
            "begin missing",
            vec![1, 2, 0xC1, 0xC0, 5, 0xC1],
            vec![Err(FrameFault::Noise { bytes: 3 }), good.clone()],
        ),
        (
            "end missing",
            vec![0xC0, 1, 2, 0xC0, 5, 0xC1],
            vec![Err(FrameFault::Restarted { bytes: 3 }), good.clone()],
        ),
        (
            "begin after escape",
            vec![0xC0, 1, 0x7D, 0xC0, 5, 0xC1],
            vec![Err(FrameFault::Restarted { bytes: 3 }), good.clone()],
        ),
        (
            "begin twice",
            vec![0xC0, 0xC0, 5, 0xC1],
            vec![Err(FrameFault::Restarted { bytes: 1 }), good.clone()],
        ),
        (
            "aborted",
            vec![0xC0, 1, 0x7D, 0xC1, 0xC0, 5, 0xC1],
            vec![Err(FrameFault::Aborted { bytes: 4 }), good.clone()],
        ),
        ("empty", vec![0xC0, 0xC1, 0xC0, 5, 0xC1], vec![Ok(vec![]), good.clone()]),
        (
            "closed inside",
            vec![0xC0, 5, 0xC1, 0xC0, 1, 0x7D],
            vec![good.clone(), Err(FrameFault::Unfinished { bytes: 3 })],
        ),
        (
            "closed in noise",
            vec![0xC0, 5, 0xC1, 9],
            vec![good.clone(), Err(FrameFault::Noise { bytes: 1 })],
        ),
    ] {
        assert_eq!(frames(&[&wire]), expected, "{name}");
    }
}

#[test]
fn the_longest_frame_passes_and_one_byte_more_does_not() {
    for last in [vec![7], vec![0x7D, 0xE0]] {
        let longest = [vec![0xC0], vec![7; 15], last.clone(), vec![0xC1]].concat();
        assert!(matches!(frames(&[&longest])[..], [Ok(ref content)] if content.len() == 16));
        let longer = [vec![0xC0], vec![7; 16], last, vec![0xC1, 0xC0, 5, 0xC1]].concat();
        let all = frames(&[&longer]);
        assert!(matches!(all[0], Err(FrameFault::TooLong { .. })), "{all:?}");
        assert_eq!(all.last(), Some(&Ok(vec![5])));
    }
}

#[test]
fn a_line_of_noise_is_told_while_it_lasts() {
    let all = frames(&[&[0x55; NOISE_BYTES_MAX], &[0x55; 3]]);
    assert_eq!(
        all,
        [Err(FrameFault::Noise { bytes: NOISE_BYTES_MAX }), Err(FrameFault::Noise { bytes: 3 })]
    );
}

#[test]
fn a_caller_that_never_drains_is_bounded_and_told() {
    let mut framer = DelimitedFramer::new(DELIMITERS);
    framer.push(&[0xC0, 5, 0xC1].repeat(PENDING_BYTES_MAX / 3 + 1));
    framer.push(&[0xC0, 6]);
    framer.push(&[0xC1]);
    let all = drain(&mut framer);
    assert_eq!(all.len(), PENDING_BYTES_MAX / 3 + 2);
    assert_eq!(all.last(), Some(&Err(FrameFault::Overrun { bytes: 3 })));
    framer.push(&[0xC0, 7, 0xC1]);
    assert_eq!(drain(&mut framer), [Ok(vec![7])], "it carries on behind the hole");
}

/// Bytes in which reserved ones are common.
fn wire() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(0xC0), Just(0xC1), Just(0x7D), any::<u8>()];
    proptest::collection::vec(byte, 0..400)
}

proptest! {
    #[test]
    fn cutting_changes_nothing_and_every_byte_is_accounted_for(
        wire in wire(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
        cuts.extend([0, wire.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|ends| &wire[ends[0]..ends[1]]).collect();
        let whole = frames(&[&wire]);
        prop_assert_eq!(&frames(&pieces), &whole);

        let mut lost = 0;
        let mut framed = 0;
        for item in &whole {
            match item {
                // Begin and end, and at most two bytes on the wire for each of the content.
                Ok(content) => framed += 2 + content.len(),
                Err(fault) => lost += fault.bytes(),
            }
        }
        let escapes = wire.iter().filter(|byte| **byte == 0x7D).count();
        prop_assert!(framed + lost <= wire.len());
        prop_assert!(framed + lost + escapes >= wire.len());
    }

    #[test]
    fn what_was_wrapped_comes_out(contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..=16), 0..20)) {
        let mut wire = Vec::new();
        for content in &contents {
            DELIMITERS.wrap(content, &mut wire);
        }
        let expected: Vec<Item> = contents.into_iter().map(Ok).collect();
        prop_assert_eq!(frames(&[&wire]), expected);
    }

    #[test]
    fn a_hurt_byte_costs_at_most_the_frames_it_touches(
        contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..=12), 5..10),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let mut wire = Vec::new();
        let mut ends = Vec::new();
        for content in &contents {
            DELIMITERS.wrap(content, &mut wire);
            ends.push(wire.len());
        }
        let at = at.index(wire.len());
        wire[at] ^= flip;
        let touched = ends.iter().position(|end| at < *end).unwrap();
        let found: Vec<Vec<u8>> = frames(&[&wire]).into_iter().filter_map(Result::ok).collect();
        // A hurt end joins a frame to the next one, whose begin restarts it: still only one is lost.
        let before = &contents[..touched];
        let after = &contents[touched + 1..];
        prop_assert_eq!(&found[..before.len()], before);
        prop_assert_eq!(&found[found.len() - after.len()..], after);
    }
}
