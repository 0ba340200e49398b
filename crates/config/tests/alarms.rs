//! What the unit decides: alarms, limits, scores, sound, screen and paths.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod toys;

use std::time::Duration;

use vigie_board::policy::{AlarmPolicy, Latch, LimitSet};
use vigie_config::{Config, Palette, ScreenConfig, SoundConfig, WavesConfig};
use vigie_model::{Decimal, Text};
use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

/// Four lines that are right; what a case adds begins in line 5.
const LINE: &str = "[[line]]\nname = \"a\"\nprotocol = \"monitor\"\nserial = \"/dev/ttyS0\"\n";

fn config(text: &str) -> Config {
    toys::read(&format!("{LINE}{text}")).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"))
}

#[track_caller]
fn wrong(text: &str, expected: &[&str]) {
    let mistakes = toys::read(&format!("{LINE}{text}")).expect_err("mistakes are expected");
    let told: Vec<String> = mistakes.iter().map(|mistake| mistake.in_file("f")).collect();
    assert_eq!(told, expected, "{text}");
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

#[test]
fn what_is_not_said_is_usual_and_limits_are_off() {
    for text in ["", "[alarms]\n[scores]\n[sound]\n[screen]\n"] {
        let config = config(text);
        assert_eq!(config.alarms, AlarmPolicy::default());
        assert_eq!((config.alarms.limits, config.limits), (None, None));
        assert_eq!(config.sound, SoundConfig::default());
        assert_eq!(config.screen, ScreenConfig::default());
        assert!(!config.sound.is_silent());
    }
}

#[test]
fn every_time_is_taken_in_its_unit() {
    let config = config(
        "[alarms]
pause_minutes = 3
audio_off = 4
acknowledged_reminder_minutes = 20
going_lapses_minutes = 5
high_banner_seconds = 20
high_louder_seconds = 40
medium_reminder_minutes = 6
link_reminder_minutes = 7
standby_reminder_minutes = 60
latch = \"nothing\"
sounds_when_silenced_at_bedside = true
[scores]
news2 = false
qsofa = true
pews = true
input_age_minutes = 90
",
    );
    let alarms = config.alarms;
    assert_eq!(alarms.pause, minutes(3));
    assert_eq!(alarms.audio_off, Some(minutes(4)));
    assert_eq!(alarms.acknowledged_reminder, Some(minutes(20)));
    assert_eq!(alarms.going_lapses, minutes(5));
    assert_eq!(alarms.high_banner, Duration::from_secs(20));
    assert_eq!(alarms.high_louder, Duration::from_secs(40));
    assert_eq!(alarms.medium_reminder, minutes(6));
    assert_eq!(alarms.link_reminder, minutes(7));
    assert_eq!(alarms.standby_reminder, minutes(60));
    assert_eq!(alarms.latch, Latch::Nothing);
    assert!(alarms.sounds_when_silenced_at_bedside);
    let scores = alarms.scores;
    assert_eq!((scores.news2, scores.qsofa, scores.pews), (false, true, true));
    assert_eq!(scores.input_age, minutes(90));
    let never = config_of("[alarms]\naudio_off = \"never\"\nacknowledged_reminder_minutes = 0\n");
    assert_eq!((never.audio_off, never.acknowledged_reminder), (None, None));
}

fn config_of(text: &str) -> AlarmPolicy {
    config(text).alarms
}

#[test]
fn times_that_help_nobody_are_refused_with_the_reason() {
    wrong(
        "[alarms]
pause_minutes = 0
audio_off = 11
acknowledged_reminder_minutes = 121
going_lapses_minutes = 16
high_banner_seconds = 121
high_louder_seconds = 14
medium_reminder_minutes = 0
link_reminder_minutes = 31
standby_reminder_minutes = 1
latch = \"hihg\"
pause = 2
",
        &[
            "f:6: \"pause_minutes\" is 0: write a number from 1 to 10: a longer silence is audio_off, which reminds somebody",
            "f:7: \"audio_off\" is 11: write a number from 1 to 10: whoever turned the sound off must hear of it again",
            "f:8: \"acknowledged_reminder_minutes\" is 121: write a number from 1 to 120: after that nobody remembers it; 0: it asks never again",
            "f:9: \"going_lapses_minutes\" is 16: write a number from 1 to 15: whoever goes to a bed is there by then",
            "f:10: \"high_banner_seconds\" is 121: write a number from 5 to 120: an alarm of high priority cannot wait",
            "f:11: \"high_louder_seconds\" is 14: write a number from 15 to 600: an alarm of high priority cannot wait",
            "f:12: \"medium_reminder_minutes\" is 0: write a number from 1 to 30: a prompt response is asked for, not a late one",
            "f:13: \"link_reminder_minutes\" is 31: write a number from 1 to 30: nobody watches a bed whose link is lost",
            "f:14: \"standby_reminder_minutes\" is 1: write a number from 5 to 720: a bed that is forgotten in standby is not watched",
            "f:15: latch cannot be \"hihg\": did you mean \"high\"?",
            "f:16: unknown key \"pause\": known here: pause_minutes, audio_off, acknowledged_reminder_minutes, going_lapses_minutes, high_banner_seconds, high_louder_seconds, medium_reminder_minutes, link_reminder_minutes, standby_reminder_minutes, latch, sounds_when_silenced_at_bedside, limits",
        ],
    );
    wrong(
        "[alarms]\naudio_off = \"sometimes\"\nhigh_banner_seconds = 60\nhigh_louder_seconds = 30\n",
        &[
            "f:6: \"audio_off\" is a text: write \"never\", or the minutes after which a reminder sounds, from 1 to 10",
            "f:8: an alarm of high priority would be louder before its banner: write 60 seconds or more",
        ],
    );
    wrong(
        "[scores]\nnews = true\ninput_age_minutes = 1\n",
        &[
            "f:6: unknown key \"news\": did you mean \"news2\"?",
            "f:7: \"input_age_minutes\" is 1: write a number from 5 to 1440: a score of older values is history",
        ],
    );
}

#[test]
fn limits_are_the_defaults_but_for_what_the_unit_says() {
    let config = config(
        "[alarms.limits]
policy = \"Dr A, 2026-03-01\"
defaults = true
delay_seconds = 10
hysteresis_percent = 3
[alarms.limits.adult]
spo2 = [88, 99.5]
\"hr.ecg\" = { low = 45 }
abp.mean = false
",
    );
    let stated = config.limits.expect("stated");
    assert_eq!(stated.policy, Some(Text::from("Dr A, 2026-03-01")));
    assert!(stated.defaults);
    let limits = config.alarms.limits.expect("on");
    assert_eq!((limits.delay, limits.hysteresis_percent), (Duration::from_secs(10), 3));
    let of = |set: LimitSet, id: &str| {
        let found = limits.sets[&set].iter().find(|limit| limit.id.as_str() == id);
        found.map(|limit| (limit.low, limit.high))
    };
    let whole = |value| Some(Decimal::whole(value));
    assert_eq!(of(LimitSet::Adult, "spo2"), Some((whole(88), Some(Decimal::new(995, -1)))));
    assert_eq!(of(LimitSet::Adult, "hr.ecg"), Some((whole(45), None)));
    assert_eq!(of(LimitSet::Adult, "abp.mean"), None);
    assert!(of(LimitSet::Adult, "abp.sys").is_some() && of(LimitSet::Adult, "rr").is_some());
    assert!(
        of(LimitSet::Neonate, "abp.mean").is_some() && of(LimitSet::Paediatric, "rr").is_some()
    );
}

#[test]
fn without_defaults_only_what_is_written_holds_and_it_can_be_turned_off() {
    let text = "[alarms.limits]\nenabled = true\nneonate = { spo2 = [-0, 95] }\n";
    let limits = config_of(text).limits.expect("on");
    assert_eq!(limits.sets.len(), 1);
    assert_eq!(limits.sets[&LimitSet::Neonate].len(), 1);
    assert_eq!((limits.delay, limits.hysteresis_percent), (Duration::from_secs(6), 2));
    let off = config(&text.replace("true", "false"));
    assert_eq!(off.alarms.limits, None);
    assert!(off.limits.is_some(), "what was stated can still be shown");
}

#[test]
fn limits_that_cannot_be_are_refused() {
    wrong(
        "[alarms.limits]\ndefaults = true\n",
        &[
            "f:5: [alarms.limits] has no policy: write policy = \"what the unit decided, and when\", or enabled = true",
        ],
    );
    wrong(
        "[alarms.limits]\npolicy = \"x\"\n",
        &[
            "f:5: [alarms.limits] states no limit: write defaults = true, or a table such as [alarms.limits.adult] with spo2 = [88, 100]",
        ],
    );
    const READ: &str = "write [low, high], { low = 90 }, { high = 30 }, or false for none";
    wrong(
        "[alarms.limits]
policy = \"x\"
defaults = true
delay_seconds = 31
hysteresis_percent = 11
[alarms.limits.adult]
spo = [88, 100]
hr.ekg = [50, 120]
spo2 = [100, 88]
rr = 30
pr = [50]
temp = [\"36\", 39]
nibp.sys = [90, 999]
nibp.dia = {}
nibp.mean = { low = 60, hi = 90 }
abp.sys = [1e2, 160]
abp.dia = true
\"etco2\" = [25, 50]
ecg.st.V1 = [ 0x1, 2]
w.ecg.II = [0, 1]
hr.ecg = [50, 120]
\"hr.ecg\" = [50, 120]
xyz = [1, 2]
",
        &[
            "f:8: \"delay_seconds\" is 31: write a number from 0 to 30: a later alarm helps nobody",
            "f:9: \"hysteresis_percent\" is 11: write a number from 0 to 10: with more an alarm would not end",
            "f:11: unknown measurement \"spo\": did you mean \"spo2\"?",
            "f:12: unknown measurement \"hr.ekg\": did you mean \"hr.ecg\"?",
            "f:13: the low limit of \"spo2\" is 100 and the high one 88: write the lower one first",
            &format!("f:14: the limit of \"rr\" cannot be read: {READ}"),
            &format!("f:15: the limit of \"pr\" cannot be read: {READ}"),
            &format!("f:16: the limit of \"temp\" cannot be read: {READ}"),
            "f:17: \"nibp.sys\" never is 999 mm[Hg]: write a limit from 0 to 300 mm[Hg]",
            &format!("f:18: the limit of \"nibp.dia\" cannot be read: {READ}"),
            &format!("f:19: the limit of \"nibp.mean\" cannot be read: {READ}"),
            &format!("f:20: the limit of \"abp.sys\" cannot be read: {READ}"),
            &format!("f:21: the limit of \"abp.dia\" cannot be read: {READ}"),
            &format!("f:23: the limit of \"ecg.st.V1\" cannot be read: {READ}"),
            "f:24: \"w.ecg.II\" is no number: remove it",
            "f:26: \"hr.ecg\" has a limit in line 25 already: keep one of them",
            "f:27: unknown measurement \"xyz\": write one such as hr.ecg, spo2, rr or abp.mean",
        ],
    );
}

#[test]
fn a_volume_below_the_floor_and_silence_without_a_policy_are_refused() {
    let sound = config("[sound]\nvolume = 60\nfloor = 30\ncap = 90\ndevice = \"hw:1\"\n").sound;
    let device = Some("hw:1".to_owned());
    assert_eq!(sound, SoundConfig { enabled: None, volume: 60, floor: 30, cap: 90, device });
    assert_eq!(SoundConfig::decibels(100), 0.0);
    assert_eq!(SoundConfig::decibels(50), -20.0);
    wrong(
        "[sound]\nvolume = 49\n",
        &["f:6: volume 49 is below the floor 50: write 50 or more, or lower the floor"],
    );
    wrong(
        "[sound]\nvolume = 90\ncap = 80\nfloor = 0\n",
        &[
            "f:7: cap 80 is below volume 90 or floor 50: write 90 or more",
            "f:8: \"floor\" is 0: write a number from 1 to 100: a floor of 0 would be none",
        ],
    );
    const POLICY: &str = "if the organisation allows alarms that nobody hears, write allow_silent = true: it is shown for as long as it is so";
    wrong(
        "[sound]\nvolume = 0\nenabled = false\nallow_silent = false\n",
        &[
            &format!("f:6: volume 0 silences every alarm: {POLICY}"),
            &format!("f:7: enabled = false silences every alarm: {POLICY}"),
        ],
    );
    let silent = |text: &str| config(&format!("[sound]\nallow_silent = true\n{text}")).sound;
    assert!(silent("volume = 0\n").is_silent() && silent("enabled = false\n").is_silent());
    assert!(!silent("").is_silent());
}

#[test]
fn a_screen_has_a_distance_and_a_palette() {
    let text = "[screen]\nviewing_distance_m = 1.5\ntiles = 12\npalette = \"colour_blind\"\nnight = true\n";
    let screen = ScreenConfig {
        viewing_distance_mm: 1_500,
        tiles: Some(12),
        palette: Palette::ColourBlind,
        night: true,
        ..ScreenConfig::default()
    };
    assert_eq!(config(text).screen, screen);
    wrong(
        "[screen]\nviewing_distance_m = 0.1\npalette = \"color_blind\"\n",
        &[
            "f:6: \"viewing_distance_m\" is 0.1: write metres from 0.3 to 10",
            "f:7: unknown palette \"color_blind\": did you mean \"colour_blind\"?",
        ],
    );
    wrong(
        "[screen]\ntiles = 10\n",
        &["f:6: \"tiles\" is 10: write one of 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64"],
    );
    wrong(
        "[screen]\nviewing_distance_m = \"2\"\n",
        &[
            "f:6: \"viewing_distance_m\" is a text: write metres without quotation marks, such as 1.5",
        ],
    );
    assert!(toys::read(&format!("{LINE}[screen]\nviewing_distance_m = nan\n")).is_err());
    let text = "[screen]\nspeed_mm_s = 12.5\ngain_mm_mv = 20\nsweep = \"scroll\"\ngrid = true\npixels_per_mm = 3.78\n";
    let waves = WavesConfig {
        speed_centi_mm_s: 1_250,
        gain_centi_mm_mv: Some(2_000),
        scrolls: true,
        has_grid: true,
        milli_pixels_per_mm: Some(3_780),
    };
    assert_eq!(config(text).screen.waves, waves);
    wrong(
        "[screen]\nspeed_mm_s = 30\ngain_mm_mv = 0\nsweep = \"scrol\"\npixels_per_mm = 0\n",
        &[
            "f:6: \"speed_mm_s\" is 30: write one of 6.25, 12.5, 25, 50",
            "f:7: \"gain_mm_mv\" is 0: write one of 1.25, 2.5, 5, 10, 20, 40",
            "f:8: unknown sweep \"scrol\": did you mean \"scroll\"?",
            "f:9: \"pixels_per_mm\" is 0: write pixels from 0.5 to 40",
        ],
    );
    for palette in Palette::ALL {
        let text = format!("[screen]\npalette = \"{}\"\n", palette.name());
        assert_eq!(config(&text).screen.palette, palette);
    }
}

#[test]
fn a_screen_has_units_and_without_them_values_stand_as_they_were_sent() {
    assert_eq!(config("").screen.units, Units::default());
    let text = "[screen]\npressure_unit = \"kPa\"\ntemperature_unit = \"F\"\nairway_pressure_unit = \"mbar\"\n";
    let units = Units {
        pressure: PressureUnit::KPa,
        temperature: TemperatureUnit::Fahrenheit,
        airway: AirwayUnit::Mbar,
    };
    assert_eq!(config(text).screen.units, units);
    wrong(
        "[screen]\npressure_unit = \"kpa\"\ntemperature_unit = \"Kelvin\"\nairway_pressure_unit = \"\"\n",
        &[
            "f:6: unknown pressure unit \"kpa\": did you mean \"kPa\"?",
            "f:7: unknown temperature unit \"Kelvin\": write C or F",
            "f:8: unknown airway pressure unit \"\": write cmH2O or mbar",
        ],
    );
}

#[test]
fn a_line_goes_through_what_it_says_or_through_the_interface() {
    let text = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
[[line]]
name = \"a\"
protocol = \"monitor\"
udp = \"10.0.42.9\"
[[line]]
name = \"b\"
protocol = \"monitor\"
udp = \"10.0.42.10\"
path = \"switch 2\"
[[line]]
name = \"c\"
protocol = \"monitor\"
serial = \"/dev/ttyS0\"
";
    let config = toys::read(text).expect("right");
    let paths: Vec<(String, String)> =
        config.paths().iter().map(|(line, path)| (line.to_string(), path.to_string())).collect();
    assert_eq!(paths, [("a".into(), "enp3s0".into()), ("b".into(), "switch 2".into())]);
}

#[test]
fn a_reload_names_what_the_unit_decided_otherwise_and_touches_no_line() {
    let before = config("");
    for (text, which) in [
        ("[alarms]\npause_minutes = 5\n", 0),
        ("[scores]\nqsofa = true\n", 0),
        ("[alarms.limits]\npolicy = \"x\"\ndefaults = true\n", 0),
        ("[sound]\nvolume = 60\n", 1),
        ("[screen]\nnight = true\n", 2),
    ] {
        let changes = before.changes_to(&config(text));
        let said = [changes.alarms_changed, changes.sound_changed, changes.screen_changed];
        let expected: Vec<bool> = (0..3).map(|number| number == which).collect();
        assert_eq!(said.to_vec(), expected, "{text}");
        assert!(changes.removed.is_empty() && changes.added.is_empty(), "{text}");
        assert!(changes.needs_restart.is_empty(), "{text}");
    }
    let changes = before.changes_to(&config("path = \"hub 1\"\n"));
    assert!(changes.paths_changed && changes.removed.is_empty() && changes.added.is_empty());
}
