//! The log: JSON lines of every value and every block of a wave that was sent, and of what noise took.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;

use vigie_model::MonoTime;
use vigie_sim_device::Sent;

/// One log for all beds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    file: Option<Rc<RefCell<BufWriter<File>>>>,
}

impl Log {
    /// A log into a new file.
    pub(crate) fn create(path: &Path) -> io::Result<Log> {
        let file = BufWriter::new(File::create(path)?);
        Ok(Log { file: Some(Rc::new(RefCell::new(file))) })
    }

    /// A value, or a block of a wave. All texts are hexadecimal digits or numbers: nothing is escaped.
    pub(crate) fn sent(&self, now: MonoTime, device: &str, sent: &Sent) {
        let Sent { message, stream, tick, what, device: _ } = sent;
        let mono = now.as_nanos();
        self.line(&format!(
            "{{\"mono\":{mono},\"device\":\"{device}\",\"message\":{message},\
             \"stream\":\"{stream}\",\"tick\":{tick},\"what\":\"{what}\"}}"
        ));
    }

    /// Nothing of a message, or not all of it, came out unchanged.
    pub(crate) fn hurt(&self, device: &str, message: u64) {
        self.line(&format!("{{\"message\":{message},\"device\":\"{device}\",\"hurt\":true}}"));
    }

    /// What was logged is in the file from now on.
    pub(crate) fn flush(&self) {
        if let Some(file) = &self.file
            && let Err(error) = file.borrow_mut().flush()
        {
            tracing::error!(%error, "log of what was sent");
        }
    }

    fn line(&self, line: &str) {
        if let Some(file) = &self.file
            && let Err(error) = writeln!(file.borrow_mut(), "{line}")
        {
            tracing::error!(%error, "log of what was sent");
        }
    }
}
