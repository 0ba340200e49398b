//! What people read, literally.

use std::time::Duration;

use vigie_model::{
    Decimal, DeviceMode, DeviceTime, FaultKind, Inactivation, MdcCode, MetricKey, Nature,
    PatientCategory, Priority, StationAlarmKind, StationMode, Text, Unit, Validity, WallTime,
    nomenclature::METRICS,
};
use vigie_words::{Language, SpokenState, TextKey, Words};

fn all() -> [Words; 3] {
    Language::ALL.map(Words::new)
}

/// The same thing said in English, French and Indonesian.
fn said(say: impl Fn(&Words) -> String) -> [String; 3] {
    all().map(|words| say(&words))
}

fn seconds(value: u64) -> Duration {
    Duration::from_secs(value)
}

#[test]
fn numbers_keep_their_digits_and_take_the_sign_of_the_language() {
    let spoken = said(|words| words.decimal(&Decimal::new(3_720, -2)));
    assert_eq!(spoken, ["37.20", "37,20", "37,20"]);
    assert_eq!(said(|words| words.decimal(&Decimal::new(-2, -1))), ["-0.2", "-0,2", "-0,2"]);
    assert_eq!(said(|words| words.decimal(&Decimal::whole(97))), ["97", "97", "97"]);
}

#[test]
fn only_a_questionable_number_gets_a_question_mark() {
    let value = Decimal::new(371, -1);
    let english = Words::new(Language::English);
    assert_eq!(english.number(&value, Validity::Questionable), "37.1?");
    for validity in [Validity::Valid, Validity::Validated, Validity::Ongoing, Validity::Calibrating]
    {
        assert_eq!(english.number(&value, validity), "37.1");
    }
    assert_eq!(Words::new(Language::French).number(&value, Validity::Questionable), "37,1?");
}

#[test]
fn units_are_written_as_on_a_monitor() {
    let english = Words::new(Language::English);
    for (ucum, written) in [
        ("mm[Hg]", "mmHg"),
        ("/min", "/min"),
        ("%", "%"),
        ("Cel", "°C"),
        ("cm[H2O]", "cmH2O"),
        ("1", ""),
        ("{score}", ""),
        ("uV", "µV"),
        ("mV", "mV"),
        ("L/(min.m2)", "L/min/m²"),
        ("Ohm", "Ω"),
        ("mL/cm[H2O]", "mL/cmH2O"),
        ("nm/fortnight", "nm/fortnight"),
    ] {
        assert_eq!(english.unit(&Unit::ucum(ucum)), written, "{ucum}");
    }
    let as_sent = Unit::AsSent(Text::from("1"));
    assert_eq!(english.unit(&as_sent), "1", "a device's own text is left alone");
    for metric in METRICS {
        let written = english.unit(&Unit::ucum(metric.ucum));
        assert!(!written.contains(['[', ']', '{', '}']), "{}: {written}", metric.id);
    }
}

#[test]
fn ages_are_rounded_down() {
    for (age, expected) in [
        (0, ["0 s", "0 s", "0 dtk"]),
        (12, ["12 s", "12 s", "12 dtk"]),
        (59, ["59 s", "59 s", "59 dtk"]),
        (60, ["1 min", "1 min", "1 mnt"]),
        (3_599, ["59 min", "59 min", "59 mnt"]),
        (7_500, ["2 h 05 min", "2 h 05 min", "2 jam 05 mnt"]),
        (172_799, ["47 h 59 min", "47 h 59 min", "47 jam 59 mnt"]),
        (183_600, ["2 d 03 h", "2 j 03 h", "2 hari 03 jam"]),
    ] {
        assert_eq!(said(|words| words.age(seconds(age))), expected);
    }
    let longest = Words::new(Language::English).age(Duration::MAX);
    assert_eq!(longest, "213503982334601 d 07 h");
}

#[test]
fn times_of_day_follow_the_offset_and_the_calendar() {
    let words = Words::new(Language::French);
    let wall = |secs: i64| WallTime::from_unix_nanos(secs * 1_000_000_000 + 999_999_999);
    // 2026-11-21T22:30:05Z
    let evening = wall(1_795_300_205);
    assert_eq!(words.clock(evening, 0), "22:30:05");
    assert_eq!(words.clock(evening, 60), "23:30:05");
    assert_eq!(words.clock(evening, 420), "05:30:05");
    assert_eq!(words.clock(evening, -210), "19:00:05");
    assert_eq!(words.date_and_clock(evening, 420), "22/11/2026 05:30:05");
    assert_eq!(words.dated(evening, wall(1_795_300_300), 0), "22:30:05");
    assert_eq!(words.dated(evening, wall(1_795_307_405), 0), "21/11 22:30");
    assert_eq!(words.dated(evening, wall(1_795_307_405), 420), "05:30:05", "one day there");
    for (secs, written) in [
        (0, "01/01/1970 00:00:00"),
        (-1, "31/12/1969 23:59:59"),
        (951_782_400, "29/02/2000 00:00:00"),
        (951_868_800, "01/03/2000 00:00:00"),
        (4_107_542_400, "01/03/2100 00:00:00"),
    ] {
        assert_eq!(words.date_and_clock(wall(secs), 0), written);
    }
    let last = WallTime::from_unix_nanos(i64::MAX);
    assert_eq!(words.date_and_clock(last, i32::MAX), "05/05/6345 01:54:16");
    assert_eq!(words.clock(WallTime::from_unix_nanos(i64::MIN), i32::MIN).len(), 8);
}

#[test]
fn a_cuff_measurement_shows_the_time_of_its_device() {
    let time = DeviceTime { year: 2018, month: 5, day: 27, hour: 9, minute: 4, second: 59 };
    assert_eq!(Words::new(Language::English).device_clock(&time), "09:04");
}

#[test]
fn modes_stand_in_capitals() {
    for (mode, expected) in [
        (StationMode::Live, ["LIVE", "EN DIRECT", "LANGSUNG"]),
        (StationMode::Replay, ["REPLAY", "RELECTURE", "PUTAR ULANG"]),
        (StationMode::Simulation, ["SIMULATION", "SIMULATION", "SIMULASI"]),
        (StationMode::Drill, ["DRILL", "EXERCICE", "LATIHAN"]),
    ] {
        assert_eq!(said(|words| words.station_mode(mode)), expected);
    }
    assert_eq!(
        said(|words| words.device_mode(DeviceMode::Standby)),
        ["standby", "veille", "siaga"]
    );
    let french = Words::new(Language::French);
    assert_eq!(french.nature(Nature::Demo).as_deref(), Some("DÉMO"));
    assert_eq!(french.nature(Nature::Real), None);
}

#[test]
fn priorities_and_what_was_done_about_them() {
    let high = said(|words| words.priority(Priority::High));
    assert_eq!(high, ["high priority", "priorité haute", "prioritas tinggi"]);
    let silenced = said(|words| words.inactivation(Inactivation::Acknowledged));
    assert_eq!(
        silenced,
        ["silenced at bedside", "alarme coupée au lit", "dibisukan di sisi pasien"]
    );
    let english = Words::new(Language::English);
    let marks = [Priority::High, Priority::Medium, Priority::Low, Priority::Information];
    assert_eq!(marks.map(|priority| english.priority_mark(priority)), ["***", "**", "*", ""]);
}

#[test]
fn a_missing_category_is_a_question() {
    assert_eq!(said(|words| words.category(None)), ["category ?", "catégorie ?", "kategori ?"]);
    let newborn = said(|words| words.category(Some(PatientCategory::Neonate)));
    assert_eq!(newborn, ["newborn", "nouveau-né", "neonatus"]);
}

#[test]
fn parameters_have_the_labels_of_the_unit() {
    for (id, expected) in [
        ("hr.ecg", ["HR", "FC", "HR"]),
        ("spo2", ["SpO2", "SpO2", "SpO2"]),
        ("abp", ["ABP", "PA", "ABP"]),
        ("abp.sys", ["ABP sys", "PA sys", "ABP sis"]),
        ("abp.mean", ["ABP mean", "PA moy", "ABP rerata"]),
        ("nibp", ["NIBP", "PNI", "NIBP"]),
        ("nibp.cuff.dia", ["NIBP dia", "PNI dia", "NIBP dia"]),
        ("cvp", ["CVP", "PVC", "CVP"]),
        ("rr", ["RR", "FR", "RR"]),
        ("temp", ["Temp", "Temp", "Suhu"]),
        ("pr", ["Pulse", "Pouls", "Nadi"]),
        ("ecg.pvc_rate", ["PVC", "ESV", "PVC"]),
        ("ecg.pvc_count", ["PVC", "ESV", "PVC"]),
        ("ecg.st", ["ST", "ST", "ST"]),
        ("ecg.st.aVL", ["ST aVL", "ST aVL", "ST aVL"]),
        ("w.ecg.II", ["ECG II", "ECG II", "EKG II"]),
        ("w.pleth", ["Pleth", "Pleth", "Pleth"]),
    ] {
        assert_eq!(said(|words| words.metric_label(id).unwrap_or_default()), expected, "{id}");
    }
    let names = said(|words| words.metric_name("cvp.mean").unwrap_or_default());
    assert_eq!(names[0], "central venous pressure, mean");
    assert_eq!(names[1], "pression veineuse centrale, moyenne");
    assert_eq!(names[2], "tekanan vena sentral, rerata");
    let english = Words::new(Language::English);
    assert_eq!(english.metric_name("bis").as_deref(), Some("BIS"), "the label says it all");
    for unknown in ["", "ecg.st.", "ecg.st.X9", "w.ecg.V9", "x.philips.f03d", ".sys", "no such id"]
    {
        assert_eq!((english.metric_label(unknown), english.metric_name(unknown)), (None, None));
    }
}

#[test]
fn one_label_means_one_thing() {
    // In French FR is the respiratory rate and PVC the central venous pressure: the first is also the
    // tag of the language, the second an extrasystole in English.
    for words in all() {
        let mut meaning = std::collections::BTreeMap::new();
        for metric in METRICS {
            let label = words.metric_label(metric.id).unwrap_or_default();
            let same = match metric.id {
                "pr.pleth" => "pr.spo2",
                "ecg.pvc_count" => "ecg.pvc_rate",
                "w.resp.any" => "w.resp",
                "w.co2.pp" => "w.co2",
                "vent.peep_away" => "vent.peep",
                _ => metric.group(),
            };
            let other = meaning.insert(label.clone(), same);
            assert!(
                other.is_none_or(|other| other == same),
                "{words:?}: {label}: {other:?}, {same}"
            );
        }
    }
    let french = Words::new(Language::French);
    let called = |label: &str| -> Vec<&str> {
        let labelled = |id: &str| french.metric_label(id).as_deref() == Some(label);
        METRICS.iter().map(|metric| metric.id).filter(|id| labelled(id)).collect()
    };
    assert_eq!((called("FR"), called("PVC")), (vec!["rr"], vec!["cvp"]));
    let texts = TextKey::ALL.iter().map(|key| french.text(*key));
    let names = Language::ALL.map(|language| language.own_name().to_owned());
    for text in texts.chain(names) {
        assert!(!text.split(' ').any(|word| word == "FR"), "{text}");
    }
}

fn key(code: Option<u32>) -> MetricKey {
    MetricKey { code: code.map(MdcCode), vendor: Text::from("F03D"), instance: 0 }
}

#[test]
fn a_stream_without_a_code_keeps_a_name() {
    let french = Words::new(Language::French);
    let label = Text::from("STindx");
    assert_eq!(french.stream_label(&key(Some(147_842)), Some(&Text::from("HR"))), "FC");
    assert_eq!(french.stream_label(&key(None), Some(&label)), "STindx");
    assert_eq!(french.stream_label(&key(None), Some(&Text::from(""))), "F03D");
    assert_eq!(french.stream_label(&key(Some(1)), None), "F03D");
}

#[test]
fn alarms_of_the_station_say_what_they_are_about() {
    let stale =
        said(|words| words.station_alarm(&StationAlarmKind::StreamStale(key(Some(150_456)))));
    assert_eq!(stale, ["SpO2: stale value", "SpO2 : valeur périmée", "SpO2: nilai kedaluwarsa"]);
    let lost = said(|words| words.station_alarm(&StationAlarmKind::StreamLost(key(None))));
    assert_eq!(lost, ["F03D: no data", "F03D : aucune donnée", "F03D: tidak ada data"]);
    let unconfirmed = said(|words| words.station_alarm(&StationAlarmKind::AlarmsNotConfirmed));
    assert_eq!(unconfirmed[1], "alarmes du moniteur non confirmées");
    assert_eq!(unconfirmed[2], "alarm dari monitor tidak terkonfirmasi");
    let english = Words::new(Language::English);
    let about = StationAlarmKind::StreamLost(key(None));
    assert_eq!(english.station_alarm_about(&about, "STindx"), "STindx: no data");
    for (kind, text) in [
        (StationAlarmKind::DeviceStale, "monitor is late: nothing heard"),
        (StationAlarmKind::DeviceLost, "connection lost: nothing heard from the monitor"),
        (StationAlarmKind::LineClosed, "connection lost: line closed"),
        (StationAlarmKind::AlarmsNotConfirmed, "alarms from the monitor not confirmed"),
        (StationAlarmKind::DuplicateDevice, "two devices claim to be the same"),
        (StationAlarmKind::PatientUnclear, "patient may have changed: confirm"),
    ] {
        assert_eq!(english.station_alarm(&kind), text);
    }
}

#[test]
fn sentences_with_places() {
    let [english, french, indonesian] = all();
    assert_eq!(english.not_confirmed_since("03:14:15"), "not confirmed since 03:14:15");
    assert_eq!(french.last_value("36,9", "03:14:15"), "dernière 36,9 à 03:14:15");
    assert_eq!(indonesian.no_data_since("03:14:15"), "tidak ada data sejak 03:14:15");
    assert_eq!(french.station_stopped_since("03:14:15"), "STATION ARRÊTÉE depuis 03:14:15");
    assert_eq!(english.more(3), "+3 more");
    assert_eq!([0, 1, 2].map(|n| english.alarm_count(n)), ["no alarm", "1 alarm", "2 alarms"]);
    assert_eq!(
        [0, 1, 2].map(|n| french.alarm_count(n)),
        ["aucune alarme", "1 alarme", "2 alarmes"]
    );
    assert_eq!([0, 1].map(|n| indonesian.alarm_count(n)), ["tidak ada alarm", "1 alarm"]);
    assert_eq!(french.unassigned_count(2), "appareils sans lit : 2");
    assert_eq!(english.fault_count(FaultKind::Checksum, 12), "wrong checksum: 12");
    assert_eq!(english.limits(Some("90"), Some("100")), "90 to 100");
    assert_eq!(french.limits(Some("0,5"), None), "en dessous de 0,5");
    assert_eq!(indonesian.limits(None, Some("120")), "di atas 120");
    assert_eq!(english.limits(None, None), "");
    assert_eq!(french.speed(2.5), "vitesse 2,5 fois");
    assert_eq!(french.sampling_rate(62.5), "62,5 Hz");
    assert_eq!(english.sampling_rate(499.999_99), "500 Hz");
}

#[test]
fn a_screen_reader_hears_the_number_and_its_state() {
    let percent = Unit::ucum("%");
    let say = |state, age: Option<u64>| {
        said(|words| words.spoken_numeric("SpO2", "97", &percent, age.map(seconds), state))
    };
    assert_eq!(
        say(SpokenState::Live, None),
        ["SpO2 97 percent", "SpO2 97 pour cent", "SpO2 97 persen"]
    );
    assert_eq!(
        say(SpokenState::Stale, Some(12)),
        [
            "SpO2 97 percent, stale 12 s",
            "SpO2 97 pour cent, valeur périmée 12 s",
            "SpO2 97 persen, kedaluwarsa 12 dtk",
        ]
    );
    assert_eq!(say(SpokenState::Late, None)[0], "SpO2 97 percent, late");
    assert_eq!(say(SpokenState::Questionable, None)[0], "SpO2 97 percent, questionable");
    assert_eq!(say(SpokenState::Lost, Some(45))[0], "SpO2 no data, lost 45 s");
    assert_eq!(say(SpokenState::Absent(Validity::NotAvailable), None)[0], "SpO2 no value");
    assert_eq!(say(SpokenState::Absent(Validity::Overflow), None)[0], "SpO2 no value: over range");
}

#[test]
fn a_screen_reader_hears_doubt_and_age_together() {
    let english = Words::new(Language::English);
    let mmhg = Unit::ucum("mm[Hg]");
    let (age, live) = (Some(seconds(180)), SpokenState::Live);
    assert_eq!(
        english.spoken_numeric("NIBP", "120/80 (93)", &mmhg, age, live),
        "NIBP 120/80 (93) millimetres of mercury, measured 3 min ago"
    );
    assert_eq!(
        english.spoken_numeric("PI", "1.2?", &Unit::one(), Some(seconds(9)), SpokenState::Stale),
        "PI 1.2, questionable, stale 9 s"
    );
    let unknown = Unit::AsSent(Text::from("F005"));
    assert_eq!(english.spoken_numeric("EMG", "4", &unknown, None, live), "EMG 4 F005");
}

#[test]
fn a_screen_reader_hears_an_alarm_with_its_priority() {
    let silenced = Some(Inactivation::Acknowledged);
    assert_eq!(
        said(|words| words.spoken_alarm(Priority::High, "***VTACH", silenced)),
        [
            "high priority alarm: ***VTACH, silenced at bedside",
            "alarme de priorité haute : ***VTACH, alarme coupée au lit",
            "alarm prioritas tinggi: ***VTACH, dibisukan di sisi pasien",
        ]
    );
    let english = Words::new(Language::English);
    let information = english.spoken_alarm(Priority::Information, "SOME ECG ALRMS OFF", None);
    assert_eq!(information, "information: SOME ECG ALRMS OFF");
    // What a device sends is a text to show and never a pattern to fill.
    let odd = english.spoken_alarm(Priority::Low, "{ $text } \u{0}", None);
    assert_eq!(odd, "low priority alarm: { $text } \u{0}");
}

#[test]
fn the_disclaimer_says_what_this_is_not() {
    for (language, part) in [
        (Language::English, "not a certified medical device"),
        (Language::French, "n'est pas un dispositif médical certifié"),
        (Language::Indonesian, "bukan alat kesehatan bersertifikat"),
    ] {
        let words = Words::new(language);
        assert!(words.text(TextKey::Disclaimer).contains(part));
        assert_eq!(words.text(TextKey::NotCertified), part);
    }
    let english = Words::new(Language::English);
    assert_eq!(
        english.text(TextKey::SecondaryDisplay),
        "Secondary display. Do not rely on it for receipt of alarm signals."
    );
}

#[test]
fn languages_are_known_by_tag_and_locale() {
    for (tag, language) in [
        ("en", Some(Language::English)),
        ("fr_FR.UTF-8", Some(Language::French)),
        ("FR-ca", Some(Language::French)),
        ("id", Some(Language::Indonesian)),
        ("C", None),
        ("", None),
        ("de", None),
    ] {
        assert_eq!(Language::from_tag(tag), language, "{tag}");
    }
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
        assert_eq!(language.next().next().next(), language);
        assert_ne!(language.next(), language);
    }
}

#[test]
fn the_record_is_said_calmly_and_its_troubles_with_what_is_left() {
    let parts = |words: &Words| vec![words.copied_at("03:14"), words.days_left(12)];
    let line = said(|words| words.record_line(&parts(words)));
    assert_eq!(line[0], "record: copied 03:14, 12 days left");
    assert_eq!(line[1], "enregistrement : sauvegardé 03:14, 12 jours restants");
    assert_eq!(line[2], "rekaman: dicadangkan 03:14, sisa 12 hari");
    assert_eq!(said(|words| words.record_line(&[]))[0], "record: recording");
    let days = |days| said(move |words| words.disk_filling(Some(days)));
    assert_eq!(days(1)[0], "disk almost full: 1 day left");
    assert_eq!(days(0)[1], "disque presque plein : moins d'un jour restant");
    assert_eq!(days(3)[2], "disk hampir penuh: sisa 3 hari");
    let progress = said(|words| words.copy_progress(42, Some("3 min")));
    assert_eq!(progress[0], "copying 42 %, 3 min left");
    assert_eq!(said(|words| words.copy_progress(0, None))[1], "sauvegarde 0 %");
    assert_eq!(said(|words| words.copy_old("30 h 00 min"))[0], "last good copy 30 h 00 min old");
    for kind in [
        StationAlarmKind::RecordStopped,
        StationAlarmKind::RecordBehind,
        StationAlarmKind::DiskFilling,
        StationAlarmKind::CopyOld,
    ] {
        let all = said(|words| words.station_alarm(&kind));
        assert!(all.iter().all(|one| !one.is_empty()), "{kind:?}: {all:?}");
        assert_ne!(all[0], all[1], "{kind:?}");
    }
}

#[test]
fn the_axis_of_a_trend_has_hours_and_minutes() {
    let wall = WallTime::from_unix_nanos(1_795_230_855_000_000_000);
    let words = Words::new(Language::English);
    assert_eq!(words.hour_and_minute(wall, 0), "03:14");
    assert_eq!(words.hour_and_minute(wall, 7 * 60), "10:14");
}

#[test]
fn answers_pauses_and_standby_are_said_with_who_and_how_long() {
    use vigie_model::{AnswerKind, StandbyReason};
    assert_eq!(
        said(|words| words.answered(AnswerKind::Going, "AB")),
        ["AB is going", "AB y va", "AB ke sana"]
    );
    // A countdown never says that it is over before it is.
    let paused = said(|words| words.audio_paused_for(Duration::from_millis(102_100)));
    assert_eq!(paused, ["audio paused 1:43", "son en pause 1:43", "suara dijeda 1:43"]);
    assert_eq!(
        said(|words| words.standby_since(StandbyReason::Theatre, "02:05")),
        ["in theatre, since 02:05", "au bloc, depuis 02:05", "di kamar operasi, sejak 02:05",]
    );
    let one_and_many = said(|words| format!("{} {}", words.new_count(1), words.bed_count(2)));
    assert_eq!(one_and_many, ["1 new 2 beds", "1 nouvelle 2 lits", "1 baru 2 tempat tidur"]);
    let english = Words::new(Language::English);
    assert_eq!(
        english.too_small(64, 31, 47, 10_000),
        "64 beds on one page: digits 3.1 mm high, 4.7 mm are needed at 1.0 m"
    );
}
