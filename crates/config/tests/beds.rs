//! Several devices at one bed: what may be written, what it means, and what a reload makes of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;

use vigie_config::{Config, Mistake, Moved, Who};
use vigie_hl7::Hl7Factory;
use vigie_intellivue::session::IntellivueFactory;
use vigie_model::{BedId, Text};
use vigie_puritan_bennett::session::PuritanBennettFactory;

fn read(text: &str) -> Result<Config, Vec<Mistake>> {
    Config::parse(text, &[&IntellivueFactory, &PuritanBennettFactory, &Hl7Factory])
}

fn told(text: &str) -> Vec<String> {
    let mistakes = read(text).expect_err("mistakes are expected");
    mistakes.iter().map(|mistake| mistake.in_file("f")).collect()
}

fn bed(id: &str) -> BedId {
    BedId(Text::from(id))
}

/// Two beds; the first line that is added stands in line 6.
const BEDS: &str = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
[[bed]]
id = \"1\"
[[bed]]
id = \"2\"
";

fn line(name: &str, family: &str, bed: &str) -> String {
    format!(
        "[[line]]\nname = \"{name}\"\nprotocol = \"{family}\"\nserial = \"/dev/{name}\"\nbed = \"{bed}\"\n"
    )
}

#[test]
fn monitor_and_ventilator_stand_at_one_bed() {
    let ventilator = line("pb", "puritan-bennett", "1");
    let monitor = line("mp", "intellivue", "1");
    let config = read(&format!("{BEDS}{monitor}{ventilator}")).expect("it is right");
    let beds: Vec<Option<BedId>> = config.lines.iter().map(|line| line.bed.clone()).collect();
    assert_eq!(beds, [Some(bed("1")), Some(bed("1"))]);
    // The ventilator goes to the other bed: nothing else changes, and no port is closed.
    let elsewhere = line("pb", "puritan-bennett", "2");
    let moved = read(&format!("{BEDS}{monitor}{elsewhere}")).expect("it is right");
    let changes = config.changes_to(&moved);
    let who = Who::Line(Text::from("pb"));
    assert_eq!(changes.moved, [Moved { who, from: Some(bed("1")), to: Some(bed("2")) }]);
    assert!(changes.removed.is_empty() && changes.added.is_empty(), "{changes:?}");
}

#[test]
fn a_bed_takes_no_more_devices_than_the_board() {
    let lines = |count: usize| {
        (0..count).fold(String::new(), |mut text, number| {
            write!(text, "{}", line(&format!("d{number}"), "intellivue", "2")).expect("a string");
            text
        })
    };
    assert!(read(&format!("{BEDS}{}", lines(8))).is_ok());
    let ninth = format!("{BEDS}{}[[device]]\nkey = \"intellivue:7\"\nbed = \"2\"\n", lines(8));
    assert_eq!(
        told(&ninth),
        [
            "f:48: 8 lines and devices stand at bed \"2\" already, the first in line 10: one bed takes 8: name another, or write each device once only"
        ]
    );
}

#[test]
fn a_gateway_has_no_bed_of_its_own() {
    for tcp in ["listen", "10.0.42.9"] {
        let gateway =
            format!("[[line]]\nname = \"gw\"\nprotocol = \"hl7\"\ntcp = \"{tcp}\"\nbed = \"1\"\n");
        assert_eq!(
            told(&format!("{BEDS}{gateway}")),
            [
                "f:10: a line of hl7 may carry many beds, and has none itself: give each device its bed with [[device]], by its name in the unassigned tray"
            ]
        );
    }
}
