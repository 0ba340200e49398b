//! Opening large age files, such as raw captures, in bounded memory.

use std::{
    io::{self, Read, Write},
    iter,
    path::Path,
};

use age::{Decryptor, armor::ArmoredReader};

use crate::{Identity, KeyError, keys::failure};

/// What became of a file that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Bytes that came out.
    pub bytes: u64,
    /// It ended properly. Else it was cut off, or is damaged from there on, and what came out is what
    /// stands before.
    pub is_whole: bool,
}

/// Opens an age file piece by piece. `what` is named in errors. Damage behind the head ends it and is no
/// error: every piece is authenticated, and what came out is right.
pub fn open_stream(
    by: &Identity,
    sealed: impl Read,
    mut out: impl Write,
    what: &Path,
) -> Result<Opened, KeyError> {
    let failed = |error| KeyError::File { what: what.to_owned(), error };
    let sealed = ArmoredReader::new(sealed);
    let decryptor = Decryptor::new(sealed).map_err(|error| failure(&error, what))?;
    let mut clear = decryptor
        .decrypt(iter::once(by.as_age() as &dyn age::Identity))
        .map_err(|error| failure(&error, what))?;
    let mut piece = vec![0; 64 * 1024];
    let mut bytes = 0_u64;
    let is_whole = loop {
        match clear.read(&mut piece) {
            Ok(0) => break true,
            Ok(count) => {
                out.write_all(piece.get(..count).unwrap_or_default()).map_err(failed)?;
                bytes += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Of age: a piece that is cut off, or not as it was written.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
                ) =>
            {
                break false;
            }
            Err(error) => return Err(failed(error)),
        }
    };
    out.flush().map_err(failed)?;
    Ok(Opened { bytes, is_whole })
}
