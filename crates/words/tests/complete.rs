//! Every text exists in every language, with the same places to fill, and is used.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use vigie_model::nomenclature::METRICS;
use vigie_words::{Language, TextKey, Words};

macro_rules! files {
    ($tag:literal) => {
        concat!(
            include_str!(concat!("../texts/", $tag, "/ward.ftl")),
            include_str!(concat!("../texts/", $tag, "/metrics.ftl")),
            include_str!(concat!("../texts/", $tag, "/waves.ftl")),
            include_str!(concat!("../texts/", $tag, "/layouts.ftl")),
            include_str!(concat!("../texts/", $tag, "/setup.ftl")),
            include_str!(concat!("../texts/", $tag, "/comfort.ftl")),
            include_str!(concat!("../texts/", $tag, "/people.ftl")),
        )
    };
}

const TEXTS: [(Language, &str); 3] = [
    (Language::English, files!("en")),
    (Language::French, files!("fr")),
    (Language::Indonesian, files!("id")),
];

/// Ids (`last-value`, `metric-spo2.name`) and, for each, the places to fill (`time`).
type Places = BTreeMap<String, BTreeSet<String>>;

/// A reader of its own, so that the one under test is not asked about itself.
fn places(source: &str) -> Places {
    let mut found = Places::new();
    let (mut message, mut entry) = (String::new(), String::new());
    for line in source.lines() {
        let head = line.split_once(" =").map(|(head, _)| head);
        if let Some(id) =
            head.filter(|_| line.starts_with(|first: char| first.is_ascii_lowercase()))
        {
            message = id.to_owned();
            entry = id.to_owned();
            assert!(!found.contains_key(&entry), "{entry} stands twice");
            found.insert(entry.clone(), BTreeSet::new());
        } else if let Some(attribute) = head.and_then(|head| head.trim().strip_prefix('.')) {
            entry = format!("{message}.{attribute}");
            found.insert(entry.clone(), BTreeSet::new());
        }
        for place in line.split('$').skip(1) {
            let name = place.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            found.entry(entry.clone()).or_default().insert(name.to_owned());
        }
    }
    found
}

#[test]
fn the_files_can_be_read() {
    for (language, source) in TEXTS {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{language:?}");
    }
}

#[test]
fn the_languages_hold_the_same_texts_with_the_same_places() {
    let [(_, english), others @ ..] = TEXTS;
    let english = places(english);
    assert!(english.len() > 300, "the reader of this test sees {} texts", english.len());
    assert_eq!(english["last-value"].iter().collect::<Vec<_>>(), ["time", "value"]);
    for (language, source) in others {
        let other = places(source);
        for id in english.keys().chain(other.keys()) {
            assert_eq!(other.get(id), english.get(id), "{language:?}: {id}");
        }
    }
}

#[test]
fn every_key_has_a_text_of_its_own() {
    for (language, source) in TEXTS {
        let (words, known) = (Words::new(language), places(source));
        for key in TextKey::ALL {
            assert!(known.contains_key(key.id()), "{language:?}: {key:?}");
            assert!(!words.text(*key).contains(['{', '}', '\u{2068}', '\u{2069}']), "{key:?}");
        }
    }
}

#[test]
fn every_metric_and_every_block_has_a_label_and_a_name() {
    for language in Language::ALL {
        let words = Words::new(language);
        for id in METRICS.iter().flat_map(|metric| [metric.id, metric.group()]) {
            let label = words.metric_label(id).unwrap_or_default();
            assert!(
                !label.is_empty() && label.chars().count() <= 16,
                "{language:?}: {id}: {label}"
            );
            assert!(
                words.metric_name(id).is_some_and(|name| !name.is_empty()),
                "{language:?}: {id}"
            );
        }
    }
}

#[test]
fn every_text_is_used() {
    let sources = [
        include_str!("../src/alarm.rs"),
        include_str!("../src/attention.rs"),
        include_str!("../src/layout.rs"),
        include_str!("../src/log.rs"),
        include_str!("../src/metric.rs"),
        include_str!("../src/record.rs"),
        include_str!("../src/score.rs"),
        include_str!("../src/sentence.rs"),
        include_str!("../src/setup.rs"),
        include_str!("../src/spoken.rs"),
        include_str!("../src/state.rs"),
        include_str!("../src/time.rs"),
        include_str!("../src/unit.rs"),
        include_str!("../src/wave.rs"),
    ]
    .concat();
    let keys: BTreeSet<_> = TextKey::ALL.iter().map(|key| key.id().to_owned()).collect();
    let metrics: BTreeSet<_> = METRICS
        .iter()
        .flat_map(|metric| [metric.id, metric.group(), metric.id.trim_end_matches(".sys")])
        .map(|id| format!("metric-{}", id.replace('.', "-")))
        .collect();
    for id in places(TEXTS[0].1).keys() {
        let message = id.trim_end_matches(".name").trim_end_matches(".help");
        let used = keys.contains(message)
            || metrics.contains(message)
            || sources.contains(&format!("\"{message}\""));
        assert!(used, "{id}");
    }
}

#[test]
fn every_font_and_terminal_has_the_characters() {
    for (language, source) in TEXTS {
        let strange: BTreeSet<char> =
            source.chars().filter(|c| *c > '\u{ff}' && !"œŒ".contains(*c)).collect();
        assert_eq!(strange, BTreeSet::new(), "{language:?}");
    }
}
