//! The folder of an export, and its files.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crate::ExportError;

/// How a README of ours begins.
pub(super) const FIRST_LINE: &str =
    "Vigie export: numbers, waves, alarms and log of bedside monitors";
const README: &str = "README.txt";
const WAVES: &str = "waves";
const FILES: [&str; 6] =
    ["numerics.csv", "alarms.csv", "log.csv", "gaps.csv", "devices.csv", "streams.csv"];

/// The folder.
#[derive(Debug)]
pub(super) struct Out {
    folder: PathBuf,
}

impl Out {
    /// Makes the folder, or empties one that holds nothing but an earlier export.
    pub(super) fn prepare(folder: &Path) -> Result<Out, ExportError> {
        let out = Out { folder: folder.to_owned() };
        let failed = |error| ExportError::File { what: folder.to_owned(), error };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let names: Vec<String> = fs::read_dir(folder)
            .and_then(|entries| {
                entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
            })
            .map_err(failed)?;
        if names.is_empty() {
            return Ok(out);
        }
        let is_ours = fs::read_to_string(folder.join(README))
            .is_ok_and(|text| text.starts_with(FIRST_LINE))
            && names
                .iter()
                .all(|name| name == README || name == WAVES || FILES.contains(&name.as_str()));
        let waves = folder.join(WAVES);
        let old: Vec<PathBuf> = match fs::read_dir(&waves) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(_) => Vec::new(),
        };
        let is_csv = |path: &PathBuf| path.extension().is_some_and(|end| end == "csv");
        if !is_ours || !old.iter().all(is_csv) {
            return Err(ExportError::Unfit(format!(
                "{}: not empty: name an empty folder, or that of an earlier export, which is replaced",
                folder.display()
            )));
        }
        for path in old.into_iter().chain(FILES.map(|name| folder.join(name))) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(ExportError::File { what: path, error });
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(out)
    }

    /// A file of rows, for its owner alone.
    pub(super) fn table(&self, name: &str, head: &[&str]) -> Result<Table, ExportError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(parent);
            made.map_err(|error| ExportError::File { what: path.clone(), error })?;
        }
        let file = create(&path)?;
        let rows = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BufWriter::with_capacity(1 << 16, file));
        let mut table = Table { path, rows, count: 0 };
        table.write(head)?;
        table.count = 0;
        Ok(table)
    }

    /// Written first, so that an interrupted export is known for one.
    pub(super) fn readme(&self, text: &str) -> Result<(), ExportError> {
        let path = self.folder.join(README);
        let written = create(&path)?.write_all(text.as_bytes());
        written.map_err(|error| ExportError::File { what: path, error })
    }
}

fn create(path: &Path) -> Result<File, ExportError> {
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    options.map_err(|error| ExportError::File { what: path.to_owned(), error })
}

/// A file of rows.
pub(super) struct Table {
    path: PathBuf,
    rows: csv::Writer<BufWriter<File>>,
    pub count: u64,
}

impl Table {
    pub(super) fn write<T: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> Result<(), ExportError> {
        self.count += 1;
        let written = self.rows.write_record(cells);
        written.map_err(|error| ExportError::File { what: self.path.clone(), error: error.into() })
    }

    pub(super) fn end(mut self) -> Result<u64, ExportError> {
        let ended = self.rows.flush();
        ended.map_err(|error| ExportError::File { what: self.path, error })?;
        Ok(self.count)
    }
}
