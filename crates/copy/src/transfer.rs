//! Bytes from one disk to another, and back again to see whether they are there.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use rustix::fs::{Advice, fadvise};

use crate::{
    Progress, Step,
    names::{NEW, PART},
    place::Place,
};

/// Bytes of a file of a segment, as a seal or a manifest says: far more than any grows to.
pub(crate) const FILE_MAX: u64 = 1 << 40;
/// Bytes between two looks at the progress callback.
const BLOCK: usize = 1 << 20;

/// Why a transfer did not end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The progress callback said so.
    Stopped,
    /// The source cannot be read.
    Source(io::Error),
    /// The source is not what it should be: how.
    Differs(String),
    /// The target cannot be written.
    Target(io::Error),
    /// What was read back is not what was written.
    ReadBack,
}

/// What a file should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, hex.
    pub blake3: String,
}

impl Want {
    pub(crate) fn of(bytes: &[u8]) -> Want {
        Want { bytes: bytes.len() as u64, blake3: blake3::hash(bytes).to_hex().to_string() }
    }
}

/// Counts for the progress callback.
pub(crate) struct Meter<'a> {
    step: Step,
    progress: Progress<'a>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(all_bytes: u64, progress: Progress<'a>) -> Meter<'a> {
        Meter { step: Step { done_bytes: 0, all_bytes }, progress }
    }

    pub(crate) fn add(&mut self, bytes: u64) -> Result<(), Halt> {
        self.step.done_bytes = self.step.done_bytes.saturating_add(bytes).min(self.step.all_bytes);
        if (self.progress)(self.step) { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// More is to be done than was known.
    pub(crate) fn extend(&mut self, bytes: u64) {
        self.step.all_bytes = self.step.all_bytes.saturating_add(bytes);
    }
}

/// A whole block, or what is left of the file.
fn read_block(file: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = block.get_mut(filled..)
        && !room.is_empty()
    {
        match file.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The kernel gives up what it holds of the file, so that the disk itself is asked. What it cannot give
/// up (a file in memory) has no disk behind it.
fn drop_cache(file: &File) {
    if let Err(error) = fadvise(file, 0, None, Advice::DontNeed) {
        tracing::debug!(%error, "the page cache stays");
    }
}

/// Reads a file from its beginning, and says how it differs from what it should be. Nothing is read of
/// one that has another size.
pub(crate) fn check(file: &mut File, want: &Want, meter: &mut Meter<'_>) -> Result<(), Halt> {
    let size = file.metadata().map_err(Halt::Source)?.len();
    if size != want.bytes {
        return Err(Halt::Differs(format!("has {size} bytes, and should have {}", want.bytes)));
    }
    drop_cache(file);
    file.seek(SeekFrom::Start(0)).map_err(Halt::Source)?;
    let mut block = vec![0; BLOCK];
    let mut hasher = blake3::Hasher::new();
    // A file that grows meanwhile is not read for ever.
    let mut source = file.take(want.bytes);
    loop {
        let count = read_block(&mut source, &mut block).map_err(Halt::Source)?;
        if count == 0 {
            break;
        }
        hasher.update(block.get(..count).unwrap_or_default());
        meter.add(count as u64)?;
    }
    drop_cache(file);
    if hasher.finalize().to_hex().as_str() == want.blake3 {
        Ok(())
    } else {
        Err(Halt::Differs("its bytes are not those that were sealed".to_owned()))
    }
}

/// Copies a file: into `NAME.part`, which goes on where it fits the source; synced, read back with the
/// cache dropped, and only then renamed. Calls the meter for twice its bytes.
pub(crate) fn copy(
    mut source: File,
    want: &Want,
    target: &Place,
    name: &str,
    meter: &mut Meter<'_>,
) -> Result<(), Halt> {
    let size = source.metadata().map_err(Halt::Source)?.len();
    if size != want.bytes {
        return Err(Halt::Differs(format!("has {size} bytes, and should have {}", want.bytes)));
    }
    let part = format!("{name}{PART}");
    let mut file = target.write(&part).map_err(Halt::Target)?;
    match fill(&mut source, &mut file, want, meter) {
        Ok(()) => {}
        // What stands there is no beginning of anything.
        Err(Halt::Differs(why)) => {
            drop(file);
            target.remove(&part).map_err(Halt::Target)?;
            return Err(Halt::Differs(why));
        }
        Err(halt) => return Err(halt),
    }
    drop_cache(&source);
    match check(&mut file, want, meter) {
        Ok(()) => {}
        Err(Halt::Differs(_)) => {
            drop(file);
            target.remove(&part).map_err(Halt::Target)?;
            return Err(Halt::ReadBack);
        }
        Err(Halt::Source(error)) => return Err(Halt::Target(error)),
        Err(halt) => return Err(halt),
    }
    drop(file);
    target.rename(&part, name).map_err(Halt::Target)
}

fn fill(
    source: &mut File,
    file: &mut File,
    want: &Want,
    meter: &mut Meter<'_>,
) -> Result<(), Halt> {
    let mut there = file.metadata().map_err(Halt::Target)?.len();
    let mut at = 0;
    let (mut block, mut old) = (vec![0; BLOCK], vec![0; BLOCK]);
    let mut hasher = blake3::Hasher::new();
    // A file that grows meanwhile is not read for ever.
    let mut source = source.take(want.bytes);
    loop {
        let count = read_block(&mut source, &mut block).map_err(Halt::Source)?;
        let new = block.get(..count).unwrap_or_default();
        if new.is_empty() {
            break;
        }
        hasher.update(new);
        let is_there = at < there && {
            let old = old.get_mut(..count).unwrap_or_default();
            read_block(file, old).map_err(Halt::Target)? == count && old == new
        };
        if !is_there {
            if at < there {
                file.set_len(at).map_err(Halt::Target)?;
                file.seek(SeekFrom::Start(at)).map_err(Halt::Target)?;
                there = 0;
            }
            file.write_all(new).map_err(Halt::Target)?;
        }
        at += count as u64;
        meter.add(count as u64)?;
    }
    if at != want.bytes || hasher.finalize().to_hex().as_str() != want.blake3 {
        return Err(Halt::Differs("its bytes are not those that were sealed".to_owned()));
    }
    file.set_len(at).and_then(|()| file.sync_all()).map_err(Halt::Target)
}

/// Writes a small file: `NAME.new`, synced, read back, renamed. What stands there already is left alone.
pub(crate) fn put(target: &Place, name: &str, bytes: &[u8]) -> Result<(), Halt> {
    if target.read_small(name, bytes.len() as u64).is_ok_and(|old| old.as_deref() == Some(bytes)) {
        return Ok(());
    }
    let new = format!("{name}{NEW}");
    write_new(target, &new, bytes)?;
    target.rename(&new, name).map_err(Halt::Target)
}

/// The first half of [`put`]: the file stands there under the name given, and is read back.
pub(crate) fn write_new(target: &Place, new: &str, bytes: &[u8]) -> Result<(), Halt> {
    let mut file = target.write(new).map_err(Halt::Target)?;
    let written = file
        .set_len(0)
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .map_err(Halt::Target);
    written?;
    let mut quiet = |_: Step| true;
    match check(&mut file, &Want::of(bytes), &mut Meter::new(0, &mut quiet)) {
        Ok(()) => Ok(()),
        Err(Halt::Source(error)) => Err(Halt::Target(error)),
        Err(_) => Err(Halt::ReadBack),
    }
}
