//! What could not be used or named, added up so that a hostile line cannot fill the memory.

use std::collections::BTreeMap;

use vigie_model::{Fault, FaultKind, Text};

/// Rows kept a device. What comes on top is counted in one row named [`OTHERS`].
const ROWS_MAX: usize = 64;
/// What the row of the overflow says.
const OTHERS: &str = "others";

/// Faults of one device, by kind and text.
#[derive(Debug, Default)]
pub(crate) struct FaultTable {
    rows: BTreeMap<(FaultKind, Text), u32>,
    others: u32,
}

impl FaultTable {
    /// Counts a fault in.
    pub(crate) fn add(&mut self, fault: &Fault) {
        let count = fault.count.max(1);
        if let Some(row) = self.rows.get_mut(&(fault.kind, fault.what.clone())) {
            *row = row.saturating_add(count);
        } else if self.rows.len() < ROWS_MAX {
            self.rows.insert((fault.kind, fault.what.clone()), count);
        } else {
            self.others = self.others.saturating_add(count);
        }
    }

    /// Counts one occurrence of something that the board itself found wrong.
    pub(crate) fn note(&mut self, kind: FaultKind, what: &str) {
        self.add(&Fault { kind, what: Text::from(what), count: 1 });
    }

    /// Adds all of another table.
    pub(crate) fn absorb(&mut self, other: &FaultTable) {
        for fault in other.list() {
            self.add(&fault);
        }
    }

    /// All rows, by kind and text, the overflow last.
    pub(crate) fn list(&self) -> Vec<Fault> {
        let mut list: Vec<Fault> = self
            .rows
            .iter()
            .map(|((kind, what), count)| Fault { kind: *kind, what: what.clone(), count: *count })
            .collect();
        if self.others > 0 {
            let what = Text::from(OTHERS);
            list.push(Fault { kind: FaultKind::Capped, what, count: self.others });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(what: &str, count: u32) -> Fault {
        Fault { kind: FaultKind::Unknown, what: Text::from(what), count }
    }

    #[test]
    fn the_same_fault_is_one_row() {
        let mut table = FaultTable::default();
        table.add(&fault("attribute 0x0920", 3));
        table.add(&fault("attribute 0x0920", 4));
        table.add(&fault("attribute 0x0921", 1));
        let counts: Vec<u32> = table.list().iter().map(|row| row.count).collect();
        assert_eq!(counts, [7, 1]);
    }

    #[test]
    fn a_flood_of_kinds_ends_in_one_row_and_none_is_uncounted() {
        let mut table = FaultTable::default();
        for number in 0..1000 {
            table.add(&fault(&format!("attribute {number:04}"), 2));
        }
        let list = table.list();
        assert_eq!(list.len(), ROWS_MAX + 1);
        assert_eq!(list.iter().map(|row| row.count).sum::<u32>(), 2000);
        assert_eq!(list.last().map(|row| row.what.as_str()), Some(OTHERS));
    }

    #[test]
    fn counts_stop_at_the_top() {
        let mut table = FaultTable::default();
        table.add(&fault("x", u32::MAX));
        table.add(&fault("x", u32::MAX));
        assert_eq!(table.list(), [fault("x", u32::MAX)]);
    }
}
