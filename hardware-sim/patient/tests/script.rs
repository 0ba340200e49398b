//! The language of drills: what is read, what is written, and what an error says.

use std::time::Duration;

use vigie_sim_patient::script::{Act, DeviceAct, Entry, LineAct, PatientAct, Script};

fn entry(line: &str) -> Entry {
    let script = Script::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    assert_eq!(script.entries.len(), 1, "{line}");
    script.entries[0].clone()
}

fn error(text: &str) -> String {
    match Script::parse(text) {
        Ok(script) => panic!("{text}: read as {script:?}"),
        Err(error) => error.to_string(),
    }
}

/// One of each act.
fn acts() -> Vec<Act> {
    let dark = Duration::from_secs(90);
    let patient = [
        PatientAct::Sinus,
        PatientAct::Bradycardia,
        PatientAct::Tachycardia,
        PatientAct::VentricularTachycardia,
        PatientAct::Asystole,
        PatientAct::Desaturation,
        PatientAct::Apnoea,
        PatientAct::Hypotension,
        PatientAct::Leads { on: false },
        PatientAct::Leads { on: true },
        PatientAct::SpO2Sensor { on: false },
        PatientAct::SpO2Sensor { on: true },
        PatientAct::AbpLine { on: false },
        PatientAct::AbpLine { on: true },
        PatientAct::Co2Sensor { on: false },
        PatientAct::Co2Sensor { on: true },
        PatientAct::Cuff,
        PatientAct::Record { name: "03700181".to_owned() },
    ];
    let device = [
        DeviceAct::Reboot { dark },
        DeviceAct::Standby { on: true },
        DeviceAct::Standby { on: false },
        DeviceAct::ClockStep { seconds: 3_601 },
        DeviceAct::ClockStep { seconds: -90 },
        DeviceAct::Silence,
        DeviceAct::Abort,
        DeviceAct::Mute { dark },
        DeviceAct::Readdress,
        DeviceAct::Admit { id: "4711".to_owned(), name: "VAN DER BERG".to_owned() },
    ];
    let line = [
        LineAct::Unplug { dark },
        LineAct::Loss { share: 0.07 },
        LineAct::Loss { share: 0.0 },
        LineAct::Flips { every: 10_000 },
        LineAct::Delay { most: Duration::from_millis(250) },
        LineAct::WrongSpeed { on: true },
        LineAct::WrongSpeed { on: false },
    ];
    let patient = patient.into_iter().map(Act::Patient);
    patient
        .chain(device.into_iter().map(Act::Device))
        .chain(line.into_iter().map(Act::Line))
        .collect()
}

#[test]
fn every_act_is_read_as_it_is_written() {
    for (bed, at) in [(None, 0), (Some(3), 500), (Some(12), 5_430_250)] {
        for act in acts() {
            let one = Entry { at: Duration::from_millis(at), bed, act };
            assert_eq!(entry(&one.to_string()), one, "{one}");
        }
    }
    assert_eq!(entry("at 90s bed * leads-off").to_string(), "at 1m30s bed * leads-off");
    assert_eq!(entry("  at 2h bed 4   unplug  20s # pulled").to_string(), "at 2h bed 4 unplug 20s");
}

#[test]
fn every_word_stands_in_the_help_and_in_the_documentation() {
    let help = Script::help();
    let source = include_str!("../src/script.rs");
    let mut words = 0;
    for line in help.lines().filter(|line| line.starts_with("  ")) {
        let (word, does) = line.trim().split_once("  ").unwrap();
        let row = format!("//! | `{}` | {} |", word.trim(), does.trim());
        assert!(source.contains(&row), "{row}");
        words += 1;
    }
    let rows = source.lines().filter(|line| line.starts_with("//! | `")).count();
    assert_eq!(words, rows);
    for act in acts() {
        let written = act.to_string();
        let word = written.split(' ').next().unwrap();
        assert!(help.lines().any(|line| line.starts_with(&format!("  {word} "))), "{word}");
    }
}

#[test]
fn entries_come_in_the_order_of_time_and_then_of_lines() {
    let script = Script::parse(
        "# drill\n\nat 1m bed 3 sinus\nat 30s bed 1-3 vtach\nat 1m bed 1 cuff\nat 0s bed * leads-on\n",
    );
    let lines: Vec<String> = script.unwrap().entries.iter().map(Entry::to_string).collect();
    assert_eq!(
        lines,
        [
            "at 0s bed * leads-on",
            "at 30s bed 1 vtach",
            "at 30s bed 2 vtach",
            "at 30s bed 3 vtach",
            "at 1m bed 3 sinus",
            "at 1m bed 1 cuff",
        ]
    );
}

#[test]
fn times_are_read_in_their_units() {
    for (text, millis) in [("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000)] {
        assert_eq!(entry(&format!("at {text} bed 1 cuff")).at, Duration::from_millis(millis));
    }
    for text in ["", "5", "m", "1m1h", "5x", "-5s", "1.5s", "99999999999999999999s", "99999999999h"]
    {
        assert!(Script::parse(&format!("at {text} bed 1 cuff")).is_err(), "{text}");
    }
}

#[test]
fn shares_are_read_as_numbers_and_per_cent() {
    for (text, share) in [("5%", 0.05), ("0.05", 0.05), ("0", 0.0), ("100%", 1.0)] {
        let act = Act::Line(LineAct::Loss { share });
        assert_eq!(entry(&format!("at 1s bed 1 loss {text}")).act, act);
    }
    for text in ["101%", "-1", "NaN", "much", ""] {
        let said = error(&format!("at 1s bed 1 loss {text}"));
        assert!(said.ends_with("write a share from 0 to 1, as in `5%` or `0.05`"), "{said}");
    }
}

#[test]
fn an_error_names_the_line_and_what_would_be_right() {
    let shape = "a line reads `at TIME bed BED WORD`, as in `at 30s bed 3 vtach`";
    let cases = [
        ("\n\nat 1s bed 1 vtac", "line 3: `vtac` is no word; did you mean `vtach`?".to_owned()),
        ("at 1s bed 1 apnae", "line 1: `apnae` is no word; did you mean `apnea`?".to_owned()),
        ("on 1s bed 1 vtach", format!("line 1: does not begin with `at`; {shape}")),
        ("at", format!("line 1: no time after `at`; {shape}")),
        (
            "at soon bed 1 vtach",
            "line 1: `soon` is no time; write a time, as in `500ms`, `30s`, `5m` or `1h30m`".to_owned(),
        ),
        ("at 1s", format!("line 1: no `bed` after the time; {shape}")),
        ("at 1s room 1 vtach", format!("line 1: `room` stands where `bed` should; {shape}")),
        ("at 1s bed", format!("line 1: no number after `bed`; {shape}")),
        (
            "at 1s bed 0 vtach",
            "line 1: `0` is no bed; write a number from 1 to 500, a range as in `1-4`, or `*` for all"
                .to_owned(),
        ),
        ("at 1s bed 1", format!("line 1: nothing happens; {shape}")),
        ("at 1s bed 1 vtach 5s", "line 1: `5s` after `vtach`, which stands alone".to_owned()),
        (
            "at 1s bed 1 unplug",
            "line 1: nothing after `unplug`; write a time, as in `500ms`, `30s`, `5m` or `1h30m`"
                .to_owned(),
        ),
        (
            "at 1s bed 1 record joe",
            "line 1: `joe` after `record`; write one of v102s, 03700181, 3234460_0018".to_owned(),
        ),
        (
            "at 1s bed 1 clock 5s",
            "line 1: `5s` after `clock`; write whole seconds forward or back, as in `+90s` or `-1h`"
                .to_owned(),
        ),
        (
            "at 1s bed 1 admit 4711",
            "line 1: `4711` after `admit`; write an identifier and a name, as in `4711 DOE`".to_owned(),
        ),
    ];
    for (text, said) in cases {
        assert_eq!(error(text), said);
    }
    let said = error("at 1s bed 1 helicopter");
    assert!(said.starts_with("line 1: `helicopter` is no word; there are sinus, brady,"), "{said}");
    assert!(error("at 1s bed 4-1 cuff").contains("is no bed"));
}

#[test]
fn hostile_text_costs_little() {
    let many = "at 1s bed 1-500 cuff\n".repeat(1_000);
    let said = error(&many);
    assert!(said.contains("more than 20000 entries"), "{said}");
    let long = "x".repeat(1_000_000);
    assert!(Script::parse(&format!("at 1s bed 1 {long}")).is_err());
    assert!(Script::parse("at 1s bed 1 é\u{0}\u{1F4A5} #").is_err());
}

#[test]
fn the_demo_is_a_calm_ward_of_eight_beds() {
    let demo = Script::demo();
    assert!(demo.entries.len() > 15);
    assert!(demo.entries.iter().all(|entry| entry.bed.is_none_or(|bed| bed <= 8)));
    assert!(demo.entries.iter().all(|entry| entry.at < Duration::from_secs(600)));
    let has = |bed, act: Act| demo.entries.iter().any(|one| one.bed == Some(bed) && one.act == act);
    assert!(has(3, Act::Patient(PatientAct::Desaturation)));
    assert!(has(5, Act::Patient(PatientAct::VentricularTachycardia)));
    assert!(has(4, Act::Line(LineAct::Unplug { dark: Duration::from_secs(20) })));
    assert!(has(8, Act::Device(DeviceAct::Standby { on: true })));
}
