//! `docs/sent.md` against what is sent: every request stands in it, and every row of it was sent.

use std::collections::BTreeSet;

use vigie_ge_dri::GeDriFactory;
use vigie_ge_dri::wire::frame::Deframer;
use vigie_session::Factory;
use vigie_sim_device::ge_dri::MonitorConfig;

use crate::pair::Pair;

fn rows() -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sent.md");
    let text = std::fs::read_to_string(path).expect("the table");
    let table = text.split("## GE S/5 DRI").nth(1).expect("the family's section");
    let table = table.split("\n## ").next().expect("a section");
    let rows = table.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(!cells[3].is_empty(), "{}: no effect stated", cells[1]);
        (cells[1].to_owned(), cells[2].replace([' ', '`'], ""))
    })
    .collect()
}

/// The rows that fit best: fixed digits before letters.
fn row_of(rows: &[(String, String)], request: &[u8]) -> Option<usize> {
    let hex: String = request.iter().map(|byte| format!("{byte:02X}")).collect();
    let fits = |mask: &str| {
        let same = |(mask, digit): (char, char)| mask.is_ascii_lowercase() || mask == digit;
        mask.len() == hex.len() && mask.chars().zip(hex.chars()).all(same)
    };
    let free = |mask: &str| mask.chars().filter(char::is_ascii_lowercase).count();
    (0..rows.len()).filter(|at| fits(&rows[*at].1)).min_by_key(|at| free(&rows[*at].1))
}

#[test]
fn every_request_stands_in_the_table_and_every_row_is_sent() {
    let rows = rows();
    assert_eq!(rows.len(), 13);
    let mut met = BTreeSet::new();
    let mut meet = |request: &[u8]| {
        let row =
            row_of(&rows, request).unwrap_or_else(|| panic!("not in the table: {request:02X?}"));
        met.insert(row);
    };
    let probe = GeDriFactory.probe();
    let mut deframer = Deframer::new();
    deframer.push(probe.ask);
    deframer.push(probe.leave);
    while let Some(record) = deframer.next_record() {
        meet(record.expect("a record"));
    }
    for (baud, options) in [
        (19_200, vec![("trend", "10")]),
        (115_200, vec![("trend", "60"), ("baud", "115200"), ("waves", "ECG12 ECG1 PLETH")]),
        (19_200, vec![("waves", "none"), ("interval", "30")]),
    ] {
        let mut pair = Pair::new(MonitorConfig::new(1, 3, baud), &options);
        pair.up();
        pair.secs(90);
        pair.rig.farewell(std::time::Duration::from_secs(2));
        pair.carry();
        pair.requests.iter().for_each(|request| meet(request));
    }
    let missing: Vec<&String> =
        (0..rows.len()).filter(|at| !met.contains(at)).map(|at| &rows[at].0).collect();
    assert!(missing.is_empty(), "in docs/sent.md, and never sent: {missing:?}");
}

#[test]
fn what_would_change_a_monitor_is_not_in_the_table() {
    let rows = rows();
    let mut request = vec![0u8; 52];
    (request[0], request[14], request[21]) = (0x34, 4, 0xFF);
    assert!(row_of(&rows, &request).is_some());
    // An alarm command that nobody documents, and a record of another main type.
    request[40] = 1;
    assert_eq!(row_of(&rows, &request), None);
    (request[40], request[14]) = (0, 5);
    assert_eq!(row_of(&rows, &request), None);
}
