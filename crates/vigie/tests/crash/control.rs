//! That these tests can fail: a plain database is cut off in the same way, once with syncs and once
//! without.

use std::{path::Path, process::Command};

use vigie_session::rng::Rng;

use crate::{
    calls::{Effect, Player},
    forgetful::{Cut, ForgetfulDisk},
    program::{Said, scratch, traced_program, write_image},
};

/// Not whatever `python3` means here: a wrapper would be a second process.
const PYTHON: &str = "/usr/bin/python3";

/// Ten commits, each told of.
const WRITER: &str = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('PRAGMA journal_mode=WAL')
db.execute('PRAGMA synchronous=' + sys.argv[2])
db.execute('PRAGMA wal_autocheckpoint=8')
db.execute('CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)')
for n in range(1, 11):
    db.execute('INSERT INTO t VALUES (?, ?)', (n, 'x' * 3000))
    print('durable', n, 0, flush=True)
";

const READER: &str = "
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM t').fetchone()[0])
";

/// How many images of a power cut hold fewer rows than were told of, and how many there are.
fn lost(synchronous: &str) -> (usize, usize) {
    let root = scratch();
    let path = root.path().join("db").to_string_lossy().into_owned();
    let arguments = ["-I", "-S", "-c", WRITER, &path, synchronous].map(str::to_owned);
    let calls = traced_program(PYTHON, root.path(), &arguments);
    let mut player = Player::new(root.path(), ForgetfulDisk::default());
    let (mut said, mut lost, mut all) = (Said::default(), 0, 0);
    for (index, call) in calls.iter().enumerate() {
        match player.play(call) {
            Effect::Said(text) => said.hear(&text),
            Effect::Synced => {}
            Effect::None | Effect::Changed => continue,
        }
        let mut rng = Rng::new(index as u64);
        for cut in [Cut::Synced, Cut::Torn(&mut rng), Cut::Everything] {
            let after = scratch();
            write_image(after.path(), &player.disk.image(cut));
            let told = said.durable.last().map_or(0, |(rows, _)| *rows);
            lost += usize::from(rows(&after.path().join("db")) < told);
            all += 1;
        }
    }
    assert_eq!(said.durable.len(), 10);
    (lost, all)
}

/// How many rows there are; none when it does not open.
fn rows(database: &Path) -> u64 {
    let output = Command::new(PYTHON).args(["-I", "-S", "-c", READER]).arg(database).output();
    let output = output.expect("python3 is there: apt-get install python3");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0)
}

#[test]
fn a_database_that_syncs_loses_nothing_and_one_that_does_not_is_caught() {
    let (lost_synced, all) = lost("FULL");
    assert!(all >= 30, "{all} images");
    assert_eq!(lost_synced, 0, "of {all} images with synchronous=FULL");
    let (lost_unsynced, all) = lost("OFF");
    assert!(lost_unsynced > all / 4, "only {lost_unsynced} of {all} with synchronous=OFF");
}
