//! `docs/sent.md` against what is sent: every message of every script stands in it, and every row of
//! it was sent.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use vigie_intellivue::session::IntellivueFactory;
use vigie_intellivue::wire::frame::Deframer;
use vigie_session::Factory;

use super::bedside::Door;
use super::pair::Pair;

/// One row: its name, the fixed part, and what may repeat behind it.
struct Row {
    name: String,
    head: Vec<u8>,
    again: Vec<u8>,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sent.md");
        let text = std::fs::read_to_string(path).unwrap();
        let table = text.split("## Philips IntelliVue").nth(1).expect("the family's section");
        let table = table.split("\n## ").next().unwrap();
        let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
        rows.filter(|line| !line.starts_with("| ---")).map(row).collect()
    })
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, name, mask, effect, ..] = cells.as_slice() else { panic!("{line}") };
    assert!(!effect.is_empty(), "{name}: no effect stated");
    let mask = mask.replace([' ', '`'], "");
    let (head, again) = mask.split_once('[').unwrap_or((&mask, "]*"));
    let again = again.strip_suffix("]*").unwrap_or_else(|| panic!("{name}: {again}"));
    assert!(head.len() % 2 == 0 && again.len() % 2 == 0, "{name}: half a byte");
    Row { name: (*name).to_owned(), head: head.into(), again: again.into() }
}

fn fits(mask: &[u8], nibbles: &[u8]) -> bool {
    let fits = |mask: u8, nibble: u8| match (mask as char).to_digit(16) {
        Some(digit) if !mask.is_ascii_lowercase() => digit == u32::from(nibble),
        _ => mask.is_ascii_lowercase(),
    };
    mask.len() == nibbles.len()
        && mask.iter().zip(nibbles).all(|(mask, nibble)| fits(*mask, *nibble))
}

impl Row {
    fn matches(&self, bytes: &[u8]) -> bool {
        let nibbles: Vec<u8> = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]).collect();
        let Some((head, rest)) = nibbles.split_at_checked(self.head.len()) else { return false };
        let is_rest = if self.again.is_empty() {
            rest.is_empty()
        } else {
            rest.len() % self.again.len() == 0
                && rest.chunks(self.again.len()).all(|chunk| fits(&self.again, chunk))
        };
        fits(&self.head, head) && is_rest
    }
}

/// The row that a message stands in.
pub fn row_of(bytes: &[u8]) -> Option<usize> {
    rows().iter().position(|row| row.matches(bytes))
}

/// Rows of both messages of the probe, which asks on a line whose other end is not known.
fn probe_rows() -> BTreeSet<usize> {
    let probe = IntellivueFactory.probe();
    let mut met = BTreeSet::new();
    let mut deframer = Deframer::new();
    deframer.push(probe.ask);
    deframer.push(probe.leave);
    while let Some(frame) = deframer.next_frame() {
        met.insert(row_of(frame.unwrap()).expect("the probe's message stands in docs/sent.md"));
    }
    met
}

#[test]
fn a_message_that_is_not_in_the_table_is_found() {
    let release = IntellivueFactory.probe().leave.to_vec();
    let release = &release[release.len() - 34 + 5..release.len() - 3];
    assert_eq!(row_of(&[0xE1, 0x00]), None);
    assert_eq!(row_of(release), None, "cut off");
    // A set of the monitor's time.
    let set = "E100000200010020 12350005001A 002100000000 00000000 0001000E 0000 0987 0008 2026010110000000";
    assert_eq!(row_of(&crate::recorded::hex(set)), None);
    // The list of waves back to default, and an unconfirmed choice.
    let set = "E1000002000100180001000500120021000000000000000000010006 0003 F23A 0000";
    assert_eq!(row_of(&crate::recorded::hex(set)), None);
}

#[test]
fn every_row_is_sent() {
    let mut met = probe_rows();
    let mut pair = Pair::network();
    pair.up();
    pair.secs(120);
    pair.farewell();
    met.append(&mut pair.rows);
    // A slow line with more numbers than it carries, and a monitor that has no labels of its own.
    let mut pair = Pair::serial("19200");
    pair.bedside().numbers = (0x0002_4A00..0x0002_4A40).collect();
    pair.bedside().option_bits = Some(0x8E00_0000);
    pair.bedside().has_labels = false;
    pair.up();
    pair.secs(120);
    met.append(&mut pair.rows);
    // No package, and no keep-alive of the alert monitor.
    let mut pair = Pair::serial("115200");
    pair.bedside().door = Door::WithoutPackage;
    pair.bedside().deny_system();
    pair.up();
    pair.secs(60);
    met.append(&mut pair.rows);
    // Goodbye before the announcement.
    let mut pair = Pair::network();
    pair.bedside().announce = super::bedside::Announce::Never;
    pair.up();
    pair.secs(5);
    pair.farewell();
    met.append(&mut pair.rows);
    let missing: Vec<&str> = rows()
        .iter()
        .enumerate()
        .filter(|(at, _)| !met.contains(at))
        .map(|(_, row)| row.name.as_str())
        .collect();
    assert!(missing.is_empty(), "in docs/sent.md, and never sent: {missing:?}");
}
