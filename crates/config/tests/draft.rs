//! The file as it is changed in a window: what is written reads back, and undo gives the exact text.

use std::collections::BTreeMap;

use proptest::prelude::*;
use vigie_config::{CannotAssign, Config, Draft, Found, FoundOn, FoundPort, Step, Value};
use vigie_session::Factory;

const CATALOGUE: &[&dyn Factory] = &[
    &vigie_intellivue::session::IntellivueFactory,
    &vigie_ge_dri::GeDriFactory,
    &vigie_hl7::Hl7Factory,
];

const BY_HAND: &str = r#"# The ICU of the second floor. Ask Awa before changing this.
language = "fr" # as everybody here

[screen]
viewing_distance_m = 2.5

# By the window.
[[bed]]
id = "w"
label = "1"

[[bed]]
id = "d"   # by the door
label = "2"

[[line]]
name = "a"
protocol = "intellivue"
serial = "/dev/ttyUSB0"
bed = "w"
[line.options]
x = "y"

[[line]]
name = "b"
protocol = "ge-dri"
serial = "/dev/ttyUSB1"
bed = "d"

[alarms]
pause_minutes = 3
"#;

fn draft() -> Draft {
    Draft::read(BY_HAND).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

#[test]
fn a_change_touches_its_own_line_only() {
    let mut draft = draft();
    draft.set("language", "en").expect("set");
    draft.set("alarms.pause_minutes", 5_u32).expect("set");
    draft.set("bed.1.label", "2b").expect("set");
    let wanted = BY_HAND
        .replace("language = \"fr\"", "language = \"en\"")
        .replace("pause_minutes = 3", "pause_minutes = 5")
        .replace("label = \"2\"", "label = \"2b\"");
    assert_eq!(draft.text(), wanted);
    assert!(draft.is_changed() && draft.base() == BY_HAND);
}

#[test]
fn sections_are_made_on_the_way_and_read_as_the_station_reads_them() {
    let mut draft = draft();
    draft.set("alarms.limits.policy", "head of department").expect("set");
    let limits = Value::Table(vec![("low".into(), Value::Number(45))]);
    draft.set("alarms.limits.adult.hr.ecg", limits).expect("set");
    let both = Value::List(vec![Value::Number(88), Value::Number(100)]);
    draft.set("alarms.limits.adult.spo2", both).expect("set");
    draft.set("line.0.ports.beacon", false).expect("set");
    draft.set("sound.volume", 70_u32).expect("set");
    draft.unset("line.0.ports.beacon");
    draft.unset("line.0.options.x");
    let text = draft.text();
    assert!(!text.contains("beacon"), "{text}");
    assert!(text.contains("hr.ecg = { low = 45 }"), "{text}");
    let config = draft.check(CATALOGUE).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    assert_eq!(config.sound.volume, 70);
    assert!(config.alarms.limits.is_some());
}

#[test]
fn elements_move_with_what_belongs_to_them() {
    let mut draft = draft();
    draft.move_to("line", 0, 1);
    draft.move_to("bed", 1, 0);
    let config = draft.check(CATALOGUE);
    let config = config.unwrap_or_else(|wrong| panic!("{wrong:?}\n{}", draft.text()));
    let names: Vec<&str> = config.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert!(config.lines[0].options.is_empty() && config.lines[1].options.len() == 1);
    assert_eq!(config.beds[0].id.0.as_str(), "d");
    assert!(draft.text().contains("# By the window.\n[[bed]]\nid = \"w\""), "{}", draft.text());
    assert_eq!(draft.undo(), Some(Step::Moved("bed".into(), "2".into())));
    assert_eq!(draft.undo(), Some(Step::Moved("line".into(), "a".into())));
    assert_eq!(draft.text(), BY_HAND);
}

#[test]
fn what_cannot_stand_somewhere_changes_nothing() {
    let mut draft = draft();
    for (place, value) in [
        ("language.more", Value::Flag(true)),
        ("bed.9.label", "x".into()),
        ("bed", "x".into()),
        ("screen.viewing_distance_m", Value::Fraction("far".into())),
        ("", Value::Flag(true)),
    ] {
        assert!(draft.set(place, value).is_err(), "{place}");
    }
    assert!(draft.replace_text("language = ").is_err());
    assert_eq!(draft.add("language", &[]), None);
    draft.remove("bed", 7);
    draft.unset("sound.volume");
    assert_eq!((draft.text(), draft.can_undo()), (BY_HAND.to_owned(), None));
}

#[test]
fn line_ends_of_another_system_are_no_change() {
    let text = "\u{feff}language = \"fr\"\r\n[screen]\r\nnight = true\r\n";
    let mut draft = Draft::read(text).expect("it reads");
    assert!(!draft.is_changed());
    assert_eq!(draft.text(), text);
    draft.set("language", "en").expect("set");
    draft.undo();
    assert_eq!(draft.text(), text);
}

fn serial(path: &str, is_simulated: bool) -> Found {
    Found {
        protocol: "ge-dri".into(),
        port: FoundPort::Serial {
            port: format!("usb-serial:{path}"),
            path: format!("/dev/{path}"),
            baud: 19_200,
            parity: "even".into(),
            stop_bits: 1,
        },
        device: None,
        name: Some("GE S/5".into()),
        serial: None,
        bed_label: None,
        is_simulated,
    }
}

fn on_network(key: &str) -> Found {
    let address = core::net::Ipv4Addr::new(10, 0, 42, 1);
    let on = FoundOn { interface: "enp3s0".into(), address, prefix: 24 };
    Found {
        protocol: "intellivue".into(),
        port: FoundPort::Beacons(on),
        device: Some(key.into()),
        name: None,
        serial: None,
        bed_label: Some("3".into()),
        is_simulated: false,
    }
}

#[test]
fn from_nothing_to_a_ward() {
    let mut draft = Draft::new();
    assert_eq!(draft.assign(&serial("A1", false), "bed-1"), Err(CannotAssign::NoBed));
    draft.beds_1_to(3);
    draft.set("no_lines", true).expect("set");
    draft.check(CATALOGUE).expect("beds alone are a file, when it says so");
    draft.assign(&serial("A1", false), "bed-2").expect("assigned");
    draft.assign(&on_network("intellivue:0009fb000001"), "bed-1").expect("assigned");
    draft.assign(&on_network("intellivue:0009fb000002"), "bed-3").expect("assigned");
    let refused = draft.assign(&serial("sim", true), "bed-1");
    assert_eq!(refused, Err(CannotAssign::SimulatedInLive));
    let config = draft.check(CATALOGUE);
    let config = config.unwrap_or_else(|wrong| panic!("{wrong:?}\n{}", draft.text()));
    assert_eq!((config.beds.len(), config.lines.len(), config.devices.len()), (3, 2, 2));
    assert_eq!(config.lines[0].bed, Some(config.beds[1].id.clone()));
    assert_eq!(config.devices[1].bed, Some(config.beds[2].id.clone()));
    assert_eq!(config.network.map(|network| network.prefix), Some(24));

    // Heard again, it goes to another bed and takes nothing along.
    let before = draft.text();
    draft.assign(&serial("A1", false), "bed-3").expect("assigned");
    draft.take_off("intellivue:0009fb000002");
    let config = draft.check(CATALOGUE).expect("right");
    assert_eq!((config.lines.len(), config.devices.len()), (2, 1));
    assert_eq!(config.lines[0].bed, Some(config.beds[2].id.clone()));
    draft.undo();
    assert!(matches!(draft.undo(), Some(Step::Assigned { device, .. }) if device == "GE S/5"));
    assert_eq!(draft.text(), before);
}

#[test]
fn the_first_simulated_monitor_makes_a_simulated_ward() {
    let mut draft = Draft::new();
    draft.beds_1_to(1);
    draft.assign(&serial("sim", true), "bed-1").expect("assigned");
    assert_eq!(draft.text_at("mode").as_deref(), Some("simulation"));
    assert_eq!(draft.assign(&serial("A1", false), "bed-1"), Err(CannotAssign::RealInSimulation));
    while draft.undo().is_some() {}
    assert_eq!(draft.text(), "");
}

/// Places whose values do not touch each other.
const PLACES: &[&str] = &[
    "language",
    "mode",
    "no_lines",
    "screen.night",
    "screen.viewing_distance_m",
    "sound.device",
    "alarms.pause_minutes",
    "alarms.limits.policy",
    "alarms.limits.adult.hr.ecg",
    "alarms.limits.adult.abp.mean",
    "alarms.limits.neonate.spo2",
    "record.copies",
    "bed.0.label",
    "bed.1.id",
    "line.0.ports.beacon",
    "line.0.ports.waves.serial",
    "line.1.options.a",
    "line.1.bed",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Number),
        (0_u32..1_000).prop_map(|tenths| Value::Fraction(format!(
            "{}.{}",
            tenths / 10,
            tenths % 10
        ))),
        "\\PC{0,12}".prop_map(Value::Text),
        prop::collection::vec("[a-z\"\\\\\n#\\]]{0,5}".prop_map(Value::Text), 1..3)
            .prop_map(Value::List),
        Just(Value::Table(vec![
            ("low".into(), Value::Number(1)),
            ("high".into(), Value::Flag(false))
        ])),
    ]
}

#[derive(Clone, Debug)]
enum Edit {
    Set(usize, Value),
    Unset(usize),
    Undo,
    Redo,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..PLACES.len(), value()).prop_map(|(place, value)| Edit::Set(place, value)),
        2 => (0..PLACES.len()).prop_map(Edit::Unset),
        2 => Just(Edit::Undo),
        1 => Just(Edit::Redo),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_edits_read_back_as_set_and_undo_to_the_exact_text(
        edits in prop::collection::vec(edit(), 1..25)
    ) {
        let mut draft = draft();
        let start: BTreeMap<&str, Value> =
            PLACES.iter().filter_map(|place| Some((*place, draft.get(place)?))).collect();
        // What it must say, with the text, after each step that can be undone.
        let mut done = vec![(start, draft.text())];
        let mut undone = Vec::new();
        for edit in edits {
            let (mut says, before) = done.last().expect("never empty").clone();
            match edit {
                Edit::Set(place, value) => {
                    draft.set(PLACES[place], value.clone()).expect("a place of the file");
                    says.insert(PLACES[place], value);
                }
                Edit::Unset(place) => {
                    draft.unset(PLACES[place]);
                    says.remove(PLACES[place]);
                }
                Edit::Undo => {
                    prop_assert_eq!(draft.undo().is_some(), done.len() > 1);
                    if done.len() > 1 {
                        undone.extend(done.pop());
                    }
                }
                Edit::Redo => {
                    prop_assert_eq!(draft.redo().is_some(), !undone.is_empty());
                    done.extend(undone.pop());
                }
            }
            let text = draft.text();
            let (expected, is_step) = match &done.last() {
                Some((_, at)) if *at == text => (None, false),
                _ => (Some(says), text != before),
            };
            if let (Some(says), true) = (expected, is_step) {
                done.push((says, text.clone()));
                undone.clear();
            }
            let (says, at) = done.last().expect("never empty");
            prop_assert_eq!(at, &text);
            let read = Draft::read(&text).expect("what is written is TOML");
            for place in PLACES {
                let read = read.get(place);
                prop_assert_eq!(read.as_ref(), says.get(place), "{}\n{}", place, text);
            }
        }
    }

    /// Whatever text there is: a draft of it never panics, and gives it back as it was.
    #[test]
    fn any_text_is_kept(text in "[a-z=\\[\\]\"#.\n ]{0,60}") {
        if let Ok(draft) = Draft::read(&text) {
            prop_assert_eq!(draft.text(), text);
        } else {
            prop_assert!(Config::parse(&text, CATALOGUE).is_err());
        }
    }
}

#[test]
fn how_windows_show_is_read_from_a_draft_that_is_wrong_elsewhere_or_right_there() {
    let mut draft = Draft::read(BY_HAND).expect("TOML");
    let (language, screen) = draft.shown();
    assert_eq!((language, screen.viewing_distance_mm), (vigie_words::Language::French, 2_500));
    draft.set("screen.palette", "ge").expect("a place");
    draft.set("screen.tiles", 5_u32).expect("a place");
    draft.set("line.0.protocol", "nothing").expect("a place");
    let (_, screen) = draft.shown();
    assert_eq!((screen.palette, screen.tiles), (vigie_config::Palette::Ge, None));
    draft.undo();
    draft.undo();
    draft.undo();
    assert_eq!(draft.shown().1.palette, vigie_config::Palette::Usual);
}
