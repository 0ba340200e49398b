//! Small files of a record, read as all of them are: with a bound, and never through a link or a pipe.

use std::{io, path::Path};

use serde::{Serialize, de::DeserializeOwned};
pub(crate) use vigie_keyring::{check_plain as check, open_plain as open};

use crate::{RecordError, error::of_io};

/// Reads a plain file of the size that seals, holds and keys have.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    vigie_keyring::read_plain(path, vigie_keyring::SMALL_BYTES_MAX)
}

/// A list in JSON; empty when there is no such file. `remedy`: what a person is told of a damaged one.
pub(crate) fn read_list<T: DeserializeOwned>(
    path: &Path,
    remedy: &str,
) -> Result<Vec<T>, RecordError> {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(of_io(path, error)),
    };
    serde_json::from_slice(&bytes).map_err(|error| RecordError::Damaged {
        what: path.to_owned(),
        why: format!("damaged ({error}){remedy}"),
    })
}

/// Puts a list in the place of the one that was there; a crash leaves one or the other.
pub(crate) fn replace_list<T: Serialize>(path: &Path, list: &[T]) -> Result<(), RecordError> {
    let mut bytes =
        serde_json::to_vec_pretty(list).map_err(|error| of_io(path, io::Error::from(error)))?;
    bytes.push(b'\n');
    vigie_keyring::replace(path, &bytes).map_err(|error| of_io(path, error))
}
