//! Pure crates reach nothing that has a clock, a thread, a file or a socket, and walk no hash map.
//!
//! Time comes in as an argument, bytes come in as slices, randomness as a seed: so that a day of
//! monitoring runs in seconds, and runs the same way twice.

use crate::{Finding, Source, source::Place};

/// Paths that reach outside, with what to take instead.
const OUTSIDE: &[(&str, &str)] = &[
    ("std::fs", "take the bytes as an argument"),
    ("std::path", "take the bytes as an argument; names of files are the caller's"),
    ("std::io::stdin", "take the bytes as an argument"),
    ("std::io::stdout", "give the text to the caller"),
    ("std::io::stderr", "give the text to the caller"),
    ("std::net", "sockets live in vigie-link; plain addresses are in core::net"),
    ("std::os", "what belongs to the machine is not for a pure crate"),
    ("std::thread", "threads live in the program"),
    ("std::process", "processes live in the program"),
    ("std::env", "take the setting as an argument"),
    ("tokio", "I/O lives in vigie-link"),
    ("mio", "I/O lives in vigie-link"),
    ("socket2", "I/O lives in vigie-link"),
    ("serialport", "I/O lives in vigie-link"),
    ("tokio_serial", "I/O lives in vigie-link"),
    ("rustix", "clocks live in vigie-clock"),
    ("libc", "what belongs to the machine is not for a pure crate"),
    ("getrandom", "take the seed as an argument"),
    ("rand::rng", "take the seed as an argument"),
    ("rand::random", "take the seed as an argument"),
];

/// Words that stand nowhere in a pure crate, whatever the path before them.
const WORDS: &[(&str, &str)] = &[
    ("Instant", "take a MonoTime as an argument"),
    ("SystemTime", "take a WallTime as an argument"),
    ("thread_rng", "take the seed as an argument"),
    ("HashMap", "use BTreeMap: its order repeats"),
    ("HashSet", "use BTreeSet: its order repeats"),
    ("RandomState", "use a map whose order repeats"),
];

/// Macros that reach outside.
const MACROS: &[(&str, &str)] = &[
    ("print", "give the text to the caller"),
    ("println", "give the text to the caller"),
    ("eprint", "give the text to the caller"),
    ("eprintln", "give the text to the caller"),
    ("dbg", "remove it"),
    ("thread_local", "keep state in a value that the caller owns"),
];

/// What drives sessions in tests of other crates: it may say which seed failed.
const TESTKIT: &str = "crates/session/src/testkit";

/// What [`TESTKIT`] may name besides.
const SAYS_SEED: &[&str] = &["eprintln", "std::thread::panicking"];

/// Checks one file of a pure crate; its test code is free.
pub fn check(source: &Source) -> Vec<Finding> {
    let free = |place: &Place| {
        source.path.starts_with(TESTKIT) && SAYS_SEED.contains(&place.name.as_str())
    };
    let outside = |place: &Place| {
        let path = OUTSIDE.iter().find(|(path, _)| place.starts_with(path));
        path.or_else(|| {
            WORDS.iter().find(|(word, _)| place.segments().any(|segment| segment == *word))
        })
    };
    let paths = source.program_paths().filter_map(|place| Some((place, outside(place)?.1)));
    let calls = source.macros.iter().filter(|place| !place.test).filter_map(|place| {
        let name = place.segments().last()?;
        let (_, remedy) = MACROS.iter().find(|(macro_name, _)| *macro_name == name)?;
        Some((place, *remedy))
    });
    paths
        .chain(calls)
        .filter(|(place, _)| !free(place))
        .map(|(place, remedy)| Finding {
            path: source.path.clone(),
            line: place.line,
            what: format!("`{}` in a pure crate", place.name),
            remedy,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        let source = Source::parse("crates/model/src/lib.rs", text);
        check(&source).into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn each_way_outside_is_found() {
        let bad = [
            "use std::time::Instant;",
            "fn a() { let now = std::time::SystemTime::now(); }",
            "use std::{collections::BTreeMap, fs};",
            "fn a() { std::thread::spawn(b); }",
            "use std::net::{IpAddr, TcpStream};",
            "use tokio::sync::Semaphore;",
            "use std::env::var as setting;",
            "fn a() -> u64 { rand::thread_rng().next_u64() }",
            "use std::collections::{BTreeMap, HashMap};",
            "fn a() { println!(\"{}\", 1) }",
        ];
        for text in bad {
            assert!(!found(text).is_empty(), "not found: {text}");
        }
    }

    #[test]
    fn the_line_is_named() {
        let expected = [(2, "`std::fs` in a pure crate".to_owned())];
        assert_eq!(found("use std::time::Duration;\nuse std::fs;"), expected);
    }

    #[test]
    fn the_testkit_may_say_its_seed_and_no_more() {
        let text = "fn drop() { if std::thread::panicking() { eprintln!(\"seed 1\") } }";
        let path = "crates/session/src/testkit/checks.rs";
        assert_eq!(check(&Source::parse(path, text)), []);
        assert_eq!(found(text).len(), 2, "elsewhere it may not");
        assert_eq!(check(&Source::parse(path, "use std::thread::spawn;")).len(), 1);
    }

    #[test]
    fn what_reaches_nothing_is_free() {
        let good = [
            "use core::net::SocketAddr;\nuse std::{collections::BTreeMap, time::Duration};",
            "/// Like std::fs.\nconst NOTE: &str = \"std::net\"; // Instant::now",
            "#[cfg(test)]\nmod tests { use std::collections::HashSet; fn a() { println!(\"seed 1\") } }",
            "const WORDS: &str = include_str!(\"en.ftl\"); const NAME: &str = env!(\"CARGO_PKG_NAME\");",
        ];
        for text in good {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
