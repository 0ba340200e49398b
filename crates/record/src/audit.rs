//! `audit.jsonl`: what tools did with the record while no segment was theirs to write. The writer takes
//! the rows over into the open segment.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rustix::{
    fs::{FlockOperation, OFlags, flock},
    io::Errno,
};
use vigie_keyring::sync_folder;

use crate::{AuditRow, RecordError, layout, small_file};

/// More than this was not written by tools: hundreds of thousands of rows.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Adds a row; it is on the disk when this returns. Tools say what they do before they do it.
pub fn append_audit(record: &Path, row: &AuditRow) -> Result<(), RecordError> {
    let path = layout::audit(record);
    append(record, &path, row).map_err(|error| crate::error::of_io(&path, error))
}

fn append(record: &Path, path: &Path, row: &AuditRow) -> io::Result<()> {
    let mut file = opened(path)?;
    flock(&file, FlockOperation::LockExclusive)?;
    let mut line = serde_json::to_vec(row).map_err(io::Error::other)?;
    line.push(b'\n');
    // A line that a power cut tore is ended, so that it does not take this one with it.
    let end = file.seek(SeekFrom::End(0))?;
    if end > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            line.insert(0, b'\n');
        }
    }
    file.write_all(&line)?;
    file.sync_all()?;
    if end == 0 { sync_folder(record) } else { Ok(()) }
}

/// Rows that wait to be taken over, and what could not be read of the file. Whoever takes them calls
/// [`AuditQueue::empty`] once they are committed, and keeps the queue until then: tools wait meanwhile.
#[derive(Debug)]
pub struct AuditQueue {
    file: File,
    /// The rows, oldest first.
    pub rows: Vec<AuditRow>,
    /// Lines that are no rows, torn by a power cut or damaged.
    pub damaged: usize,
}

impl AuditQueue {
    /// Opens what waits, without waiting itself; `None`: nothing does, or a tool is writing just now.
    pub fn open(record: &Path) -> Result<Option<AuditQueue>, RecordError> {
        let path = layout::audit(record);
        let failed = |error| RecordError::File { what: path.clone(), error };
        match small_file::check(&path).and_then(|()| path.metadata()) {
            Ok(there) if there.len() == 0 => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
        let mut file = opened(&path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(failed(error.into())),
        }
        let mut bytes = Vec::new();
        (&mut file).take(BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let (mut rows, mut damaged) = (Vec::new(), 0);
        for line in lines {
            match serde_json::from_slice(line) {
                Ok(row) => rows.push(row),
                Err(_) => damaged += 1,
            }
        }
        Ok(Some(AuditQueue { file, rows, damaged }))
    }

    /// They are committed: the file is emptied.
    pub fn empty(self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.sync_all()
    }
}

/// The file, made if need be.
fn opened(path: &Path) -> io::Result<File> {
    match small_file::check(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn row(number: u32) -> AuditRow {
        AuditRow {
            id: format!("{number:032x}"),
            wall_ns: i64::from(number),
            who: "root".to_owned(),
            what: "key".to_owned(),
            body: format!("segment {number}"),
        }
    }

    #[test]
    fn rows_wait_in_order_until_they_are_taken_over() {
        let record = tempfile::tempdir().expect("a folder");
        let record = record.path();
        assert!(AuditQueue::open(record).expect("nothing").is_none());
        append_audit(record, &row(1)).expect("written");
        append_audit(record, &row(2)).expect("written");
        let queue = AuditQueue::open(record).expect("read").expect("two rows");
        assert_eq!((queue.rows.as_slice(), queue.damaged), (&[row(1), row(2)][..], 0));
        drop(queue);
        let queue = AuditQueue::open(record).expect("read").expect("still there");
        queue.empty().expect("emptied");
        assert!(AuditQueue::open(record).expect("nothing").is_none());
        append_audit(record, &row(3)).expect("written");
        assert_eq!(AuditQueue::open(record).expect("read").expect("one").rows, [row(3)]);
    }

    #[test]
    fn a_torn_line_costs_itself_alone() {
        let record = tempfile::tempdir().expect("a folder");
        let record = record.path();
        append_audit(record, &row(1)).expect("written");
        append_audit(record, &row(2)).expect("written");
        let whole = fs::read(layout::audit(record)).expect("bytes");
        for length in 0..=whole.len() {
            fs::write(layout::audit(record), &whole[..length]).expect("torn");
            append_audit(record, &row(3)).expect("written");
            let queue = AuditQueue::open(record).expect("read").expect("rows");
            assert_eq!(queue.rows.last(), Some(&row(3)), "after {length} bytes");
            assert!(queue.damaged <= 1, "after {length} bytes: {queue:?}");
        }
    }

    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let record = tempfile::tempdir().expect("a folder");
        append_audit(record.path(), &row(1)).expect("written");
        let mode = layout::audit(record.path()).metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
