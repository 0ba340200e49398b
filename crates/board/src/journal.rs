//! The log lines that wait to be fetched.

use std::collections::VecDeque;

use vigie_model::{BedId, DeviceKey, LogEntry, LogKind, MonoTime, RunId, Stamp, Text, WallTime};

/// Lines that may wait: hours of a bad night.
const WAITING_MAX: usize = 16_384;

/// One moment by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) mono: MonoTime,
    pub(crate) wall: WallTime,
}

impl Moment {
    /// As the view writes it.
    pub(crate) fn pair(self) -> (MonoTime, WallTime) {
        (self.mono, self.wall)
    }
}

/// A bounded queue. When it is full, new lines are not taken but counted; a note with the count takes
/// their place as soon as there is room, so that nobody can mistake the hole for calm.
#[derive(Debug)]
pub(crate) struct Journal {
    run: RunId,
    next_seq: u64,
    waiting: VecDeque<LogEntry>,
    refused: u64,
    refused_at: Option<Moment>,
}

impl Journal {
    pub(crate) fn new(run: RunId) -> Journal {
        Journal { run, next_seq: 0, waiting: VecDeque::new(), refused: 0, refused_at: None }
    }

    /// Writes a line.
    pub(crate) fn write(
        &mut self,
        at: Moment,
        bed: Option<BedId>,
        device: Option<DeviceKey>,
        kind: LogKind,
    ) {
        if self.refused > 0 || self.waiting.len() >= WAITING_MAX {
            self.refused = self.refused.saturating_add(1);
            self.refused_at.get_or_insert(at);
            return;
        }
        self.append(at, bed, device, kind);
    }

    /// Hands out the oldest line.
    pub(crate) fn fetch(&mut self) -> Option<LogEntry> {
        let entry = self.waiting.pop_front();
        if let Some(at) = self.refused_at.take() {
            let note = format!("{} log entries were not taken: the queue was full", self.refused);
            self.refused = 0;
            self.append(at, None, None, LogKind::Note(Text::from(note)));
        }
        entry
    }

    fn append(&mut self, at: Moment, bed: Option<BedId>, device: Option<DeviceKey>, kind: LogKind) {
        let stamp = Stamp { run: self.run, seq: self.next_seq, mono: at.mono, wall: at.wall };
        self.next_seq = self.next_seq.saturating_add(1);
        self.waiting.push_back(LogEntry { stamp, bed, device, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(number: usize) -> LogKind {
        LogKind::Note(Text::from(number.to_string()))
    }

    #[test]
    fn a_full_queue_counts_what_it_cannot_take_and_says_so() {
        let at = Moment { mono: MonoTime::from_nanos(5), wall: WallTime::from_unix_nanos(9) };
        let mut journal = Journal::new(RunId(1));
        for number in 0..WAITING_MAX + 3 {
            journal.write(at, None, None, note(number));
        }
        let mut entries = Vec::new();
        while let Some(entry) = journal.fetch() {
            entries.push(entry);
        }
        assert_eq!(entries.len(), WAITING_MAX + 1);
        let seqs: Vec<u64> = entries.iter().map(|entry| entry.stamp.seq).collect();
        assert!(seqs.iter().enumerate().all(|(place, seq)| *seq == place as u64));
        let last = entries.last().map(|entry| entry.kind.clone());
        let said = "3 log entries were not taken: the queue was full";
        assert_eq!(last, Some(LogKind::Note(Text::from(said))));
        journal.write(at, None, None, note(7));
        assert_eq!(journal.fetch().map(|entry| entry.kind), Some(note(7)));
    }
}
