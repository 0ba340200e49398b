//! `vigie replay --headless` at the moments of `tests/fixtures/intellivue/moments.toml`, whose values
//! were worked out from the bytes by hand.

use serde::Deserialize;

use crate::{fixture, table, text, vigie};

#[derive(Deserialize)]
struct Moments {
    moment: Vec<Moment>,
}

#[derive(Deserialize)]
struct Moment {
    capture: String,
    seconds: u32,
    #[serde(default)]
    numeric: Vec<Numeric>,
    #[serde(default)]
    alarm: Vec<Alarm>,
    #[serde(default)]
    wave: Vec<Wave>,
}

#[derive(Deserialize)]
struct Numeric {
    vendor: String,
    value: Option<String>,
    unit: String,
    validity: String,
    #[serde(default)]
    alarms_off: bool,
}

#[derive(Deserialize)]
struct Alarm {
    kind: String,
    priority: String,
    text: String,
    inactivation: Option<String>,
}

#[derive(Deserialize)]
struct Wave {
    vendor: String,
    samples_per_block: u32,
}

/// What stands on the screen for the physiological ids of the captures.
fn label(vendor: &str) -> &'static str {
    match vendor {
        "0301" => "ST I",
        "4182" => "HR",
        "4261" => "PVC",
        "480A" => "Pulse",
        "4822" => "Pulse SpO2",
        "4A05" => "NIBP sys",
        "4A06" => "NIBP dia",
        "4A07" => "NIBP mean",
        "4A15" => "ABP sys",
        "4A16" => "ABP dia",
        "4A17" => "ABP mean",
        "4BB0" => "PI",
        "4BB8" => "SpO2",
        "500A" => "RR",
        // The monitor's own label, in French: the id is the maker's private one.
        "F0E5" => "Pouls",
        "0101" => "ECG I",
        "0102" => "ECG II",
        "013E" => "ECG aVR",
        "0143" => "ECG V",
        "4A14" => "ABP",
        "4BB4" => "Pleth",
        "5000" => "Resp",
        other => panic!("no label for {other}"),
    }
}

fn unit(ucum: &str) -> &str {
    match ucum {
        "mm[Hg]" => "mmHg",
        "1" => "",
        other => other,
    }
}

/// Digits as sent, or with the decimals of the monitor's own screen: `95.0` and `95` are both right.
fn is_same_number(shown: &str, sent: &str) -> bool {
    shown.parse::<f64>().ok() == sent.parse::<f64>().ok()
}

#[test]
fn the_table_says_what_the_bytes_say() {
    let file = std::fs::read_to_string(fixture("moments.toml")).unwrap();
    let moments: Moments = toml::from_str(&file).unwrap();
    assert_eq!(moments.moment.len(), 12, "three moments of four captures");
    let (mut numbers, mut alarms, mut waves) = (0, 0, 0);
    for Moment { capture, seconds, numeric, alarm, wave } in &moments.moment {
        // Just behind the moment: all that its cycle brought has arrived.
        let after = format!("{seconds}.01");
        let output = vigie(&["replay", &fixture(capture), "--headless", "--after", &after]);
        let place = format!("{capture} after {seconds} s");
        assert!(output.status.success(), "{place}: {}", text(&output.stderr));
        let rows = table::rows(&output.stdout);
        for sent in numeric {
            let name = label(&sent.vendor);
            let mut found = rows.iter().filter(|row| row.parameter == name);
            let (Some(row), None) = (found.next(), found.next()) else {
                panic!("{place}: {name} stands there once: {rows:#?}");
            };
            assert_eq!(row.unit, unit(&sent.unit), "{place}: {name}");
            // All were sent within the last cycle, but for the network capture, which pauses.
            let expected = if capture.starts_with("lan") { ["live", "late"] } else { ["live"; 2] };
            assert!(expected.iter().any(|word| row.state.starts_with(word)), "{place}: {row:?}");
            assert_eq!(row.state.contains("DEMO"), capture.starts_with("lan"), "{place}: {row:?}");
            assert_eq!(row.state.contains("alarm off"), sent.alarms_off, "{place}: {row:?}");
            match &sent.value {
                Some(value) => {
                    assert!(is_same_number(&row.value, value), "{place}: {value}, {row:?}");
                    assert_eq!(sent.validity, "valid");
                }
                None => {
                    assert_eq!(row.value, "---", "{place}: {row:?}");
                    let why = if sent.validity == "invalid" { "invalid" } else { "no value" };
                    assert!(row.state.contains(why), "{place}: {why}: {row:?}");
                }
            }
            numbers += 1;
        }
        for sent in alarm {
            let states = [
                Some(format!("{} priority, {} alarm", sent.priority, sent.kind)),
                sent.inactivation.as_ref().map(|_| "silenced at bedside".to_owned()),
            ];
            let state = states.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let found = rows.iter().find(|row| row.parameter == "alarm" && row.value == sent.text);
            assert_eq!(found.map(|row| &row.state), Some(&state), "{place}: {}", sent.text);
            alarms += 1;
        }
        assert_eq!(rows.iter().filter(|row| row.parameter == "alarm").count(), alarm.len());
        for sent in wave {
            let name = label(&sent.vendor);
            // A block is 256 ms.
            let rate = f64::from(sent.samples_per_block) / 0.256;
            let found = rows.iter().any(|row| {
                row.parameter == name && row.value == "Waveform" && row.unit == format!("{rate} Hz")
            });
            assert!(found, "{place}: {name} at {rate} Hz in {rows:#?}");
            waves += 1;
        }
    }
    assert_eq!((numbers, alarms, waves), (111, 20, 32));
}
