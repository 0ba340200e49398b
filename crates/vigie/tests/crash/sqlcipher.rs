//! Whoever has a segment's key reads it without Vigie: with the `sqlcipher` program of the system.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use crate::{
    contents::read,
    parts::{record, replay},
    program::{run, run_well, scratch},
};

/// What `sqlcipher` is asked after the key was given.
const COUNTS: &str = "
    SELECT 'said ' || coalesce(sum(repeats + 1), 0) FROM event;
    SELECT 'log ' || count(*) FROM log;
    SELECT 'links ' || count(*) FROM link;
    SELECT 'values ' || coalesce(sum(count), 0) FROM numeric;
    SELECT 'samples ' || coalesce(sum(samples), 0) FROM wave;
    SELECT 'tail ' || count(*) FROM tail;
";

#[test]
fn the_sqlcipher_program_opens_a_segment_with_its_key() {
    let root = scratch();
    let well = |arguments: &[String]| {
        run_well(root.path(), arguments).unwrap_or_else(|why| panic!("{why}"))
    };
    well(&replay(root.path(), 0, "75"));
    let record = record(root.path());
    let segment = fs::read_dir(record.join("segments"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|extension| extension == "vg"))
        .expect("a segment");
    let key = run(
        root.path(),
        &["key", "1", "--sql", "--record", &record.to_string_lossy()].map(str::to_owned),
    );
    assert!(key.status.success(), "{}", String::from_utf8_lossy(&key.stderr));

    let mut sqlcipher = Command::new("sqlcipher")
        .args(["-batch", "-list", "-noheader"])
        .arg(&segment)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sqlcipher is there: apt-get install sqlcipher");
    let mut stdin = sqlcipher.stdin.take().expect("piped");
    stdin
        .write_all(&key.stdout)
        .and_then(|()| stdin.write_all(COUNTS.as_bytes()))
        .expect("written");
    drop(stdin);
    let output = sqlcipher.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = |name: &str| -> usize {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
            .unwrap_or_else(|| panic!("no count of {name}: {text}"))
    };

    let contents = read(&record).unwrap_or_else(|why| panic!("{why}"));
    let [(_, lists)] = contents.runs.as_slice() else { panic!("one run") };
    let counts = lists.counts();
    assert_eq!(told("values"), counts.values);
    assert_eq!(told("samples"), counts.samples);
    assert_eq!(told("log"), lists.rows_of("log"));
    assert_eq!(told("links"), lists.rows_of("links"));
    assert_eq!(told("tail"), 0, "a sealed segment has no tail");
    assert!(told("said") >= lists.rows_of("said") && lists.rows_of("said") > 0);
    assert!(counts.values > 500 && counts.samples > 10_000, "{counts:?}");
}
