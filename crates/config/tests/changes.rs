//! What a reload touches, and what it leaves alone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod toys;

use vigie_config::{Changes, Config, Moved, Who};
use vigie_model::{BedId, DeviceKey, Text};

const BEFORE: &str = "
language = \"en\"
network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
bed = [{ id = \"one\" }, { id = \"two\" }]
[[line]]
name = \"a\"
protocol = \"monitor\"
serial = \"/dev/ttyS0\"
bed = \"one\"
[[line]]
name = \"b\"
protocol = \"monitor\"
udp = \"10.0.42.9\"
[[device]]
key = \"monitor:1\"
bed = \"two\"
";

fn config(text: &str) -> Config {
    toys::read(text).expect("the text is right")
}

/// The file with one piece exchanged.
fn after(old: &str, new: &str) -> (Config, Config) {
    assert_eq!(BEFORE.matches(old).count(), 1, "{old}");
    (config(BEFORE), config(&BEFORE.replace(old, new)))
}

fn changes(old: &str, new: &str) -> Changes {
    let (before, after) = after(old, new);
    before.changes_to(&after)
}

fn names(changes: &Changes) -> (Vec<&str>, Vec<&str>) {
    let removed = changes.removed.iter().map(Text::as_str).collect();
    (removed, changes.added.iter().map(|line| line.name.as_str()).collect())
}

fn bed(id: &str) -> Option<BedId> {
    Some(BedId(Text::from(id)))
}

#[test]
fn the_same_file_changes_nothing() {
    assert!(changes("\n[[device]]", "\n\n# a remark\n[[device]]").is_empty());
    let turned = "
[[line]]
name = \"b\"
protocol = \"monitor\"
udp = \"10.0.42.9:24105\"
[[line]]
name = \"a\"
protocol = \"monitor\"
serial = \"/dev/ttyS0\"
baud = 115200
bed = \"one\"
[[device]]";
    let from = BEFORE.find("\n[[line]]").expect("lines");
    let to = BEFORE.find("\n[[device]]").expect("devices") + "\n[[device]]".len();
    assert!(
        changes(&BEFORE[from..to], turned).is_empty(),
        "another order and defaults written out mean the same"
    );
}

#[test]
fn only_lines_that_differ_are_touched() {
    let cases = [
        ("/dev/ttyS0", "/dev/ttyS1"),
        ("serial = \"/dev/ttyS0\"", "serial = \"/dev/ttyS0\"\nbaud = 19200"),
        ("serial = \"/dev/ttyS0\"", "serial = \"/dev/ttyS0\"\npassive = true"),
        ("serial = \"/dev/ttyS0\"", "serial = \"/dev/ttyS0\"\nreal = true"),
        ("serial = \"/dev/ttyS0\"", "serial = \"/dev/ttyS0\"\ncapture = \"/var/a\""),
        ("serial = \"/dev/ttyS0\"", "serial = \"/dev/ttyS0\"\noptions.x = \"y\""),
        ("protocol = \"monitor\"\nserial", "protocol = \"gateway\"\ntcp = \"10.0.42.8\"\n#"),
    ];
    for (old, new) in cases {
        let changes = changes(old, new);
        assert_eq!(names(&changes), (vec!["a"], vec!["a"]), "{new}");
        assert_eq!(changes.moved, [], "{new}");
        assert!(changes.needs_restart.is_empty() && !changes.beds_changed, "{new}");
    }
    let other_peer = changes("10.0.42.9", "10.0.42.10");
    assert_eq!(names(&other_peer), (vec!["b"], vec!["b"]), "the peer stands in the options");
}

#[test]
fn lines_come_and_go() {
    let renamed = changes("name = \"b\"", "name = \"c\"");
    assert_eq!(names(&renamed), (vec!["b"], vec!["c"]));
    let (before, after) = after(
        "[[device]]",
        "[[line]]\nname = \"c\"\nprotocol = \"pump\"\nudp = \"10.0.42.7\"\nbed = \"two\"\n[[device]]",
    );
    let came = before.changes_to(&after);
    assert_eq!(names(&came), (vec![], vec!["c"]));
    assert_eq!(came.moved, [Moved { who: Who::Line("c".into()), from: None, to: bed("two") }]);
    let went = after.changes_to(&before);
    assert_eq!(names(&went), (vec!["c"], vec![]));
    assert_eq!(went.moved, [Moved { who: Who::Line("c".into()), from: bed("two"), to: None }]);
}

#[test]
fn a_line_that_only_moves_stays_open() {
    let moved = changes("bed = \"one\"", "bed = \"two\"");
    assert_eq!(names(&moved), (vec![], vec![]));
    let expected = [Moved { who: Who::Line("a".into()), from: bed("one"), to: bed("two") }];
    assert_eq!(moved.moved, expected);
    let device = changes("bed = \"two\"", "bed = \"one\"");
    let who = Who::Device(DeviceKey("monitor:1".into()));
    assert_eq!(device.moved, [Moved { who, from: bed("two"), to: bed("one") }]);
}

#[test]
fn beds_and_language_touch_no_line() {
    let labelled = changes("{ id = \"two\" }", "{ id = \"two\", label = \"window\" }");
    assert!(labelled.beds_changed && names(&labelled) == (vec![], vec![]));
    let expected = Changes { language_changed: true, ..Changes::default() };
    assert_eq!(changes("\"en\"", "\"fr\""), expected);
}

#[test]
fn what_is_kept_needs_no_restart() {
    let kept = changes("[[line]]\nname = \"a\"", "[record]\nkeep_days = 9\n[[line]]\nname = \"a\"");
    assert_eq!(kept, Changes { record_changed: true, ..Changes::default() });
}

#[test]
fn mode_and_network_need_a_restart() {
    let mode = changes("language", "mode = \"drill\"\nlanguage");
    assert_eq!(mode.needs_restart, ["mode: drill instead of live"]);
    let network = changes("enp3s0", "enp4s0");
    assert_eq!(
        network.needs_restart,
        ["network: enp4s0 on 10.0.42.1/24 instead of enp3s0 on 10.0.42.1/24"]
    );
}
