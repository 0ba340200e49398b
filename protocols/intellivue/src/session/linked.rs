//! Results that did not fit one message: parts, then a last one that is an ordinary result.
//!
//! Only what must be whole waits here: alarm lists, the MDS, demographics. Numbers and waves are taken
//! from each part as it comes, so that a lost part costs what it held and nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::MonoTime;

use crate::wire::data::LinkState;

/// Rows of parts at the same time; one for each request that is being answered.
const ROWS_MAX: usize = 8;
/// Bytes of one row. A monitor sends at most some dozen alarms of 68 bytes.
const BYTES_MAX: usize = 32 * 1024;
/// A row that is not finished by then is given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// What tells that two parts belong to the same result.
pub(super) type RowId = (u16, Option<u16>, u32);

/// Unfinished rows by invoke id.
#[derive(Debug, Default)]
pub(super) struct Linked {
    rows: BTreeMap<u16, Row>,
}

#[derive(Debug)]
struct Row {
    id: RowId,
    begun: MonoTime,
    parts: Vec<Vec<u8>>,
    bytes: usize,
    /// The part that says to be the last before the end was there.
    has_last: bool,
    /// A part is missing: the rest is collected no more, and its end must not pass for the whole.
    is_broken: bool,
}

/// What the last message of a result completes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// These messages and the last one.
    Parts(Vec<Vec<u8>>),
    /// Parts are missing.
    Broken,
}

impl Linked {
    /// One linked part. Whether an older row had to be given up.
    pub(super) fn part(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        id: RowId,
        (state, count): (LinkState, u8),
        message: &[u8],
    ) -> bool {
        let fresh =
            Row { id, begun: now, parts: Vec::new(), bytes: 0, has_last: false, is_broken: false };
        let (mut row, mut gave_up) = match self.rows.remove(&invoke_id) {
            Some(row) if row.id == id && now.since(row.begun) <= PATIENCE => (row, false),
            Some(_) => (fresh, true),
            None => (fresh, false),
        };
        let is_next = usize::from(count) == row.parts.len() + 1;
        if !is_next || row.bytes + message.len() > BYTES_MAX {
            row.is_broken = true;
        }
        if !row.is_broken {
            row.bytes += message.len();
            row.parts.push(message.to_vec());
        }
        row.has_last |= state == LinkState::Last;
        if self.rows.len() >= ROWS_MAX {
            let oldest = self.rows.iter().min_by_key(|(_, row)| row.begun).map(|(id, _)| *id);
            gave_up |= oldest.and_then(|oldest| self.rows.remove(&oldest)).is_some();
        }
        self.rows.insert(invoke_id, row);
        gave_up
    }

    /// The last message of a result: what came before it.
    pub(super) fn finish(&mut self, now: MonoTime, invoke_id: u16, id: RowId) -> Whole {
        match self.rows.remove(&invoke_id) {
            None => Whole::Parts(Vec::new()),
            // An older result whose end was lost: this one is whole in itself.
            Some(row) if row.id != id => Whole::Parts(Vec::new()),
            Some(row) => {
                let is_late = now.since(row.begun) > PATIENCE;
                let is_broken = row.is_broken || !row.has_last || is_late;
                if is_broken { Whole::Broken } else { Whole::Parts(row.parts) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: RowId = (0, Some(7), 1_000);
    const FIRST: (LinkState, u8) = (LinkState::First, 1);
    /// The only linked part: the end follows.
    const ONLY: (LinkState, u8) = (LinkState::Last, 1);

    fn at(millis: u64) -> MonoTime {
        MonoTime::START + Duration::from_millis(millis)
    }

    #[test]
    fn parts_are_joined_in_order() {
        let mut linked = Linked::default();
        assert!(!linked.part(at(0), 3, ID, FIRST, b"one"));
        assert!(!linked.part(at(1), 3, ID, (LinkState::Last, 2), b"two"));
        let whole = linked.finish(at(2), 3, ID);
        assert_eq!(whole, Whole::Parts(vec![b"one".to_vec(), b"two".to_vec()]));
        assert_eq!(linked.finish(at(3), 3, ID), Whole::Parts(vec![]));
    }

    #[test]
    fn a_missing_part_breaks_the_row() {
        let mut linked = Linked::default();
        linked.part(at(0), 3, ID, (LinkState::Last, 2), b"two");
        assert_eq!(linked.finish(at(1), 3, ID), Whole::Broken);
        linked.part(at(2), 3, ID, FIRST, b"one");
        linked.part(at(3), 3, ID, (LinkState::Last, 3), b"three");
        assert_eq!(linked.finish(at(4), 3, ID), Whole::Broken);
        linked.part(at(5), 3, ID, FIRST, b"one");
        assert_eq!(linked.finish(at(6), 3, ID), Whole::Broken, "no last part");
    }

    #[test]
    fn an_unfinished_row_does_not_mix_with_the_next_result() {
        let mut linked = Linked::default();
        let next = (0, Some(8), 9_192);
        linked.part(at(0), 3, ID, FIRST, b"old");
        assert!(linked.part(at(1), 3, next, ONLY, b"new"));
        assert_eq!(linked.finish(at(2), 3, next), Whole::Parts(vec![b"new".to_vec()]));
        linked.part(at(3), 3, ID, FIRST, b"old");
        assert_eq!(linked.finish(at(4), 3, next), Whole::Parts(vec![]));
        linked.part(at(5), 3, ID, ONLY, b"slow");
        assert_eq!(linked.finish(at(2_100), 3, ID), Whole::Broken);
    }

    #[test]
    fn memory_is_bounded() {
        let mut linked = Linked::default();
        for invoke_id in 0..1_000 {
            linked.part(at(0), invoke_id, ID, FIRST, &[0; 1_400]);
        }
        assert_eq!(linked.rows.len(), ROWS_MAX);
        for count in 1..=255 {
            linked.part(at(0), 999, ID, (LinkState::Middle, count), &[0; 1_400]);
        }
        let held: usize = linked.rows.values().map(|row| row.bytes).sum();
        assert!(held <= ROWS_MAX * BYTES_MAX, "{held}");
        assert_eq!(linked.finish(at(0), 999, ID), Whole::Broken);
    }
}
