//! `INDEX.txt`: what a copy is, for whoever finds it.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use vigie_record::Seal;

use crate::error::Megabytes;

/// What it says.
pub(crate) struct Index<'a> {
    pub mode: &'a str,
    pub unit: &'a str,
    pub signer: String,
    pub made_wall_ns: i64,
    pub segments: Vec<&'a Seal>,
    pub removed: usize,
    /// `keys/unit.age` is there: a passphrase was set.
    pub has_passphrase: bool,
    /// Not all segments of the record are in it.
    pub is_partial: bool,
    /// The zone of the PC that makes the copy.
    pub zone: TimeZone,
}

impl Index<'_> {
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text never fails.
        _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "COPY OF A VIGIE RECORD: what bedside monitors sent, encrypted")?;
        writeln!(text)?;
        if self.mode != "live" {
            writeln!(text, "Mode          {}: NOT of patients", self.mode)?;
        }
        writeln!(text, "Copied        {}", self.both(self.made_wall_ns))?;
        let from = self.segments.iter().map(|seal| seal.first_wall_ns).min();
        let to = self.segments.iter().map(|seal| seal.last_wall_ns).max();
        if let (Some(from), Some(to)) = (from, to) {
            writeln!(text, "From          {}", self.both(from))?;
            writeln!(text, "To            {}", self.both(to))?;
        }
        let bytes = self.segments.iter().flat_map(|seal| &seal.files).map(|file| file.bytes).sum();
        let numbers = match (self.segments.first(), self.segments.last()) {
            (Some(first), Some(last)) => format!(", {:06} to {:06}", first.number, last.number),
            (Some(_), None) | (None, Some(_)) | (None, None) => String::new(),
        };
        let count = self.segments.len();
        writeln!(text, "Segments      {count}{numbers}; {}", Megabytes(bytes))?;
        if self.removed > 0 {
            writeln!(
                text,
                "Deleted       {} by the station's policy before this copy",
                self.removed
            )?;
        }
        writeln!(text, "Unit key      {}", self.unit)?;
        writeln!(text, "Signed by     {}", self.signer)?;
        if self.is_partial {
            writeln!(text)?;
            writeln!(
                text,
                "NOT COMPLETE: the copy was interrupted, or parts of the record are damaged."
            )?;
            writeln!(text, "Run `vigie backup` again onto this folder.")?;
        }
        writeln!(text)?;
        writeln!(text, "To check it (no passphrase needed):   vigie verify FOLDER")?;
        writeln!(
            text,
            "    Compare \"signed by\" with the recovery sheet, or give it: --signer HEX"
        )?;
        writeln!(text, "To use it on another PC:              vigie restore FOLDER --record NEW")?;
        if self.has_passphrase {
            writeln!(
                text,
                "To read it: the unit's passphrase, its key file or the recovery sheet."
            )?;
        } else {
            writeln!(
                text,
                "To read it: no passphrase was set. Only the PC that made it, or its recovery"
            )?;
            writeln!(
                text,
                "    sheet, opens it. Set a passphrase there (`vigie key`) and copy again."
            )?;
        }
        writeln!(
            text,
            "Vigie is no medical device. Without Vigie: `age`, `sqlcipher`, docs/format.md."
        )?;
        writeln!(text)?;
        writeln!(text, "Segment  From (UTC)            To (UTC)              Size")?;
        for seal in &self.segments {
            let bytes = seal.files.iter().map(|file| file.bytes).sum();
            writeln!(
                text,
                "{:06}   {}  {}  {}{}",
                seal.number,
                utc(seal.first_wall_ns),
                utc(seal.last_wall_ns),
                Megabytes(bytes),
                if seal.as_found.is_some() { "  as found, not closed properly" } else { "" },
            )?;
        }
        Ok(())
    }

    fn both(&self, wall_ns: i64) -> String {
        let local = Timestamp::from_nanosecond(i128::from(wall_ns))
            .map(|at| at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string());
        format!("{}  (local {})", utc(wall_ns), local.unwrap_or_default())
    }
}

fn utc(wall_ns: i64) -> String {
    let at = Timestamp::from_nanosecond(i128::from(wall_ns)).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
