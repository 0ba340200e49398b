//! Names of the files in `keys/`, and where segments lie: `docs/format.md`, "The folder".

use std::path::{Path, PathBuf};

/// `segments/`.
pub(crate) fn segments(record: &Path) -> PathBuf {
    record.join("segments")
}

/// `keys/`.
pub(crate) fn keys(record: &Path) -> PathBuf {
    record.join("keys")
}

/// The unit's private key under the passphrase.
pub(crate) fn unit(record: &Path) -> PathBuf {
    keys(record).join("unit.age")
}

/// The same under the machine key, until a passphrase is set.
pub(crate) fn unit_machine(record: &Path) -> PathBuf {
    keys(record).join("unit.machine.age")
}

/// An empty file: the unit's private key lies nowhere, since no machine key could be kept as it was made.
/// From the day that one can be, there is a new key.
pub(crate) fn unit_none(record: &Path) -> PathBuf {
    keys(record).join("unit.none")
}

/// The signing seed under the machine key.
pub(crate) fn signing(record: &Path) -> PathBuf {
    keys(record).join("signing.machine.age")
}

/// The unit's next private key while it is being changed, under the passphrase.
pub(crate) fn unit_next(record: &Path) -> PathBuf {
    keys(record).join("unit.next.age")
}

/// Its public half, written before it.
pub(crate) fn unit_next_public(record: &Path) -> PathBuf {
    keys(record).join("unit.next.pub")
}
