//! Who did what with a record, told before it is done: a row in `audit.jsonl`, which the station takes
//! over into the record.

use std::{env, fs, path::Path};

use rustix::process::getuid;
use vigie_clock::BootClock;
use vigie_keyring::RawKey;
use vigie_model::Clock;
use vigie_record::{AuditRow, append_audit};

use crate::{folder, terminal::Problem};

/// Whether a folder is a copy of a record. Nothing may be added to one: its manifest names every file.
pub fn is_copy(place: &Path) -> bool {
    place.join("manifest.json").exists() // tidy: not for people
}

/// A copy has no audit that anything could be noted in.
pub fn is_record(place: &Path) -> Result<(), Problem> {
    if is_copy(place) {
        return Err(Problem::new(format!(
            "{}: this is a copy: restore it first (`vigie restore`)", // tidy: not for people
            place.display()
        )));
    }
    Ok(())
}

/// Notes it on the disk. What cannot be noted is not done.
pub fn note(record: &Path, what: &str, body: &str) -> Result<(), Problem> {
    is_record(record)?;
    folder::is_ours(record)?;
    let refused = |why: String| {
        Problem::new(format!("not done, since it cannot be noted in the record's audit: {why}"))
    };
    let id = RawKey::random().map_err(|error| refused(error.to_string()))?.to_hex();
    let row = AuditRow {
        id: id.get(..32).unwrap_or_default().to_owned(),
        wall_ns: BootClock.wall().as_unix_nanos(),
        who: who(),
        what: what.to_owned(),
        body: body.to_owned(),
    };
    append_audit(record, &row).map_err(|error| refused(error.to_string()))
}

/// The user of this process as the PC knows him, and who became him by `sudo`.
pub fn who() -> String {
    named(&passwd(), getuid().as_raw(), env::var("SUDO_USER").ok().as_deref()) // tidy: not for people
}

/// A user as the PC knows him.
pub fn user(uid: u32) -> String {
    named(&passwd(), uid, None)
}

fn passwd() -> String {
    fs::read_to_string("/etc/passwd").unwrap_or_default()
}

fn named(passwd: &str, uid: u32, sudo_user: Option<&str>) -> String {
    // `name:password:uid:...` (passwd(5)).
    let of_line = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    };
    let user = passwd.lines().find_map(of_line).unwrap_or_else(|| format!("user {uid}"));
    match sudo_user {
        Some(other) if uid == 0 && !other.is_empty() => format!("{user} ({other} by sudo)"),
        Some(_) | None => user,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_noted_in_a_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        note(folder.path(), "export", "all").expect("noted");
        fs::write(folder.path().join("manifest.json"), "{}").expect("written");
        let before = fs::read(folder.path().join("audit.jsonl")).expect("there");
        let said = note(folder.path(), "export", "all").expect_err("a copy").to_string();
        assert!(said.contains("this is a copy: restore it first"), "{said}");
        assert_eq!(fs::read(folder.path().join("audit.jsonl")).expect("there"), before);
    }

    #[test]
    fn users_are_named_as_the_pc_knows_them() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/srv/anna:/bin/sh\n";
        assert_eq!(named(passwd, 1000, None), "anna");
        assert_eq!(named(passwd, 1000, Some("root")), "anna");
        assert_eq!(named(passwd, 0, Some("anna")), "root (anna by sudo)");
        assert_eq!(named(passwd, 61_234, None), "user 61234");
    }
}
