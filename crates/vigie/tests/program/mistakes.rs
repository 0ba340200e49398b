//! What cannot work is answered in a line that names the place and the remedy, never a backtrace.

use crate::{fixture, text, vigie};

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";

/// Runs what must fail and returns what it says.
fn complaint(arguments: &[&str]) -> String {
    let output = vigie(arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    let said = text(&output.stderr);
    assert!(!said.contains("stack backtrace") && !said.contains("panicked"), "{said}");
    said
}

#[test]
fn a_file_that_is_no_recording_is_named() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let said = complaint(&["replay", manifest, "--headless"]);
    assert!(said.contains("Cargo.toml: neither a classic pcap nor a log"), "{said}");
    let said = complaint(&["replay", "no-such-file", "--headless"]);
    assert!(
        said.contains("no-such-file: cannot be opened") && said.contains("check the name"),
        "{said}"
    );
}

#[test]
fn nothing_left_of_a_recording_is_said() {
    let late = format!("{}@100000", fixture(SINUS));
    let said = complaint(&["replay", &late, "--headless"]);
    assert!(said.contains("nothing is left from second 100000 on"), "{said}");
}

#[test]
fn two_beds_of_one_name_are_refused_and_an_unknown_one_is_not_opened() {
    let (first, second) = (format!("7={}", fixture(SINUS)), fixture(SINUS));
    let said = complaint(&["replay", &first, &first, "--headless"]);
    assert!(said.contains("two beds are called 7"), "{said}");
    let said = complaint(&["replay", &first, &second, "--headless", "--open", "9"]);
    assert!(said.contains("--open 9: no bed is called so; there are: 7, 2"), "{said}");
}

#[test]
fn options_that_make_no_sense_are_refused_with_an_example() {
    for (option, value, words) in [
        ("--speed", "0", "such as 4 or 0.5"),
        ("--pause-at", "soon", "such as 15 or 0.5"),
        ("--after", "90000", "a day"),
        ("--language", "de", "en, fr or id is wanted"),
        ("--size", "9x9", "such as 1920x1080"),
    ] {
        let said = complaint(&["replay", &fixture(SINUS), option, value]);
        assert!(said.contains(words), "{option}: {said}");
    }
    assert!(complaint(&["replay"]).contains("FILE"));
}

#[test]
fn a_picture_without_a_display_names_the_remedy() {
    let picture = std::env::temp_dir().join("vigie-no-display.png");
    let said = complaint(&[
        "replay",
        &fixture(SINUS),
        "--after",
        "1",
        "--screenshot",
        &picture.to_string_lossy(),
    ]);
    assert!(said.contains("vigie-no-display.png") && !picture.exists(), "{said}");
}

#[cfg(feature = "window")]
#[test]
fn without_a_display_the_terminal_goes_on_and_says_so() {
    // At this speed the four minutes are over in a quarter of a second.
    let output = vigie(&["replay", &fixture(SINUS), "--speed", "1000"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(said.to_lowercase().contains("no display"), "{said}");
    let table = text(&output.stdout);
    assert!(table.contains("REPLAY") && table.contains("recording ended"), "{table}");
}

#[test]
fn the_table_speaks_the_language_asked_for() {
    let arguments = ["replay", &fixture(SINUS), "--headless", "--after", "60", "--language", "fr"];
    let table = text(&vigie(&arguments).stdout);
    assert!(
        table.contains("RELECTURE") && table.contains("100,0") && table.contains("FC"),
        "{table}"
    );
}
