//! What is said of the record: whether it runs, how long it will, and how old its copies are.
//! Times and ages are handed over as written.

use crate::{TextKey, Words};

impl Words {
    /// `record: copied 03:14, 12 days left`: the calm line; without parts, that it runs.
    pub fn record_line(&self, parts: &[String]) -> String {
        let running = || self.text(TextKey::RecordRunning);
        let said = if parts.is_empty() { running() } else { parts.join(", ") };
        self.noted(&self.text(TextKey::Record), &said)
    }

    /// `12 days left`: until the disk is full.
    pub fn days_left(&self, days: u32) -> String {
        // More digits than a person can use, and no `usize` everywhere.
        self.message("days-left", &[("count", usize::try_from(days).unwrap_or(usize::MAX).into())])
    }

    /// `disk almost full: 2 days left`; without days, that it is.
    pub fn disk_filling(&self, days: Option<u32>) -> String {
        match days {
            Some(days) => {
                self.message("disk-filling", &[("left", self.days_left(days).as_str().into())])
            }
            None => self.message("alarm-disk-filling", &[]),
        }
    }

    /// `copied 03:14:15`.
    pub fn copied_at(&self, time: &str) -> String {
        self.message("copied-at", &[("time", time.into())])
    }

    /// `last good copy: 03:14:15`, in the list of copies.
    pub fn last_copy(&self, time: &str) -> String {
        self.message("last-copy", &[("time", time.into())])
    }

    /// `last good copy 30 h 05 min old`.
    pub fn copy_old(&self, age: &str) -> String {
        self.message("copy-old", &[("age", age.into())])
    }

    /// `copying 42 %, 3 min left`.
    pub fn copy_progress(&self, percent: u32, left: Option<&str>) -> String {
        let percent = percent.to_string();
        match left {
            Some(left) => {
                self.message("copy-at-left", &[("percent", percent.into()), ("left", left.into())])
            }
            None => self.message("copy-at", &[("percent", percent.into())]),
        }
    }

    /// `copy now to /media/stick`: what a screen reader says of the button.
    pub fn copy_to(&self, place: &str) -> String {
        self.message("copy-to", &[("place", place.into())])
    }

    /// `HR, last hour: 62 to 84 per minute`.
    pub fn trend_spoken(&self, label: &str, range: &str) -> String {
        self.message("trend-spoken", &[("label", label.into()), ("range", range.into())])
    }
}
