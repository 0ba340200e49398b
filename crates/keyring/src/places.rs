//! Names of the files in `keys/`: `docs/format.md`, "The folder".

use std::path::{Path, PathBuf};

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
