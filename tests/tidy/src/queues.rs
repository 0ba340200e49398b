//! No queue without a bound: each says what happens when it is full.

use crate::{Finding, Source, source::Place};

/// Names of queues that grow without end, in the crates of the field.
const WORDS: &[&str] =
    &["unbounded", "unbounded_channel", "UnboundedSender", "UnboundedReceiver", "SegQueue"];

/// Checks one file; its test code is free.
pub fn check(source: &Source) -> Vec<Finding> {
    let grows = |place: &&Place| {
        // Of std's channels the default one has no bound.
        place.starts_with("std::sync::mpsc") || place.segments().any(|word| WORDS.contains(&word))
    };
    let places = source.program_paths().filter(grows);
    places
        .map(|place| Finding {
            path: source.path.clone(),
            line: place.line,
            what: format!("`{}` has no bound", place.name),
            remedy: "use crossbeam_channel::bounded or tokio::sync::mpsc::channel, and say what happens when it is full",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unbounded_queue_is_found() {
        let bad = [
            "fn a() { let (tx, rx) = crossbeam_channel::unbounded(); }",
            "use crossbeam_channel::{bounded, unbounded};",
            "use std::sync::mpsc;",
            "use std::sync::{Arc, mpsc::channel};",
            "fn a() { let (tx, rx) = tokio::sync::mpsc::unbounded_channel::<u8>(); }",
        ];
        for text in bad {
            assert_eq!(check(&Source::parse("a.rs", text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn bounded_queues_and_tests_are_free() {
        let good = [
            "use crossbeam_channel::bounded; use tokio::sync::mpsc; fn a() { mpsc::channel(8); }",
            "fn a() { let queue = std::collections::VecDeque::new(); }",
            "#[cfg(test)]\nmod tests { use std::sync::mpsc; }",
        ];
        for text in good {
            assert_eq!(check(&Source::parse("a.rs", text)), [], "{text}");
        }
    }
}
