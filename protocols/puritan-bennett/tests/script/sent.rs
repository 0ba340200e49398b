//! `docs/sent.md` against what is sent: every message stands in it, every row of it was sent.

use std::collections::BTreeSet;

use vigie_puritan_bennett::PuritanBennettFactory;
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Line, Transmit};

use super::{MISCF, active, ms};

/// The bytes of each row of the family's table.
fn rows() -> BTreeSet<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sent.md");
    let text = std::fs::read_to_string(path).unwrap();
    let table = text.split("\n## Puritan Bennett").nth(1).expect("the family's section");
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let bytes = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(!cells[3].is_empty(), "{line}: no effect stated");
        let hex = cells[2].replace([' ', '`'], "");
        (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
            .collect()
    };
    rows.filter(|line| !line.starts_with("| ---")).map(bytes).collect()
}

#[test]
fn what_is_sent_stands_in_the_document_and_nothing_else_does() {
    let mut sent: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut rig = Rig::new(active());
    for answer in [&b""[..], MISCF, b"\xFF\xFF\xFF", b"SNDF\r"] {
        rig.up(Line::MAIN);
        rig.up(super::waves::LINE);
        for _ in 0..40 {
            rig.advance(ms(1_000));
            rig.bytes(Line::MAIN, answer);
        }
        rig.farewell(ms(2_000)).expect("an end");
        rig.down(Line::MAIN);
    }
    for transmit in rig.take_sent() {
        let Transmit::Bytes { line: Line::MAIN, to: None, bytes } = transmit else {
            panic!("{transmit:?}")
        };
        sent.insert(bytes.to_vec());
    }
    let probe = PuritanBennettFactory.probe();
    sent.insert(probe.ask.to_vec());
    assert!(probe.leave.is_empty());
    assert_eq!(sent, rows());
}
