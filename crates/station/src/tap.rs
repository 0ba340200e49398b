//! Who else is shown what the board is told: the trace today, the record's lanes later.
//!
//! A tap is a bounded queue that is never waited for: what it cannot take is counted, and its reader
//! is told the count, so that a hole cannot be mistaken for calm.

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_model::Text;
use vigie_ward::Item;

use crate::lanes::Taken;

/// The board's end.
#[derive(Debug)]
pub(crate) struct Tap {
    items: Sender<Tapped>,
    lost: u64,
}

/// What the reader gets.
#[derive(Clone, Debug)]
pub(crate) struct Tapped {
    pub(crate) line: Text,
    pub(crate) item: Item,
    /// So many items were left out before this one.
    pub(crate) lost: u64,
}

impl Tap {
    /// A tap that holds so many items.
    pub(crate) fn new(items: usize) -> (Tap, Receiver<Tapped>) {
        let (sender, receiver) = bounded(items);
        (Tap { items: sender, lost: 0 }, receiver)
    }

    pub(crate) fn offer(&mut self, taken: &Taken) {
        let tapped = Tapped { line: taken.line.clone(), item: taken.item.clone(), lost: self.lost };
        match self.items.try_send(tapped) {
            Ok(()) => self.lost = 0,
            Err(_) => self.lost = self.lost.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_board::LineChange;
    use vigie_model::{MonoTime, WallTime};

    use super::*;

    #[test]
    fn what_a_tap_cannot_take_is_counted() {
        let (mut tap, items) = Tap::new(2);
        let name = Text::from("com1");
        let item = Item::Line {
            at: MonoTime::START,
            wall: WallTime::default(),
            line: name.clone(),
            devices: Vec::new(),
            change: LineChange::Up,
        };
        let taken = Taken { line: name, item };
        for _ in 0..5 {
            tap.offer(&taken);
        }
        let lost = |items: &Receiver<Tapped>| -> Vec<u64> {
            items.try_iter().map(|tapped| tapped.lost).collect()
        };
        assert_eq!(lost(&items), [0, 0]);
        tap.offer(&taken);
        tap.offer(&taken);
        assert_eq!(lost(&items), [3, 0]);
    }
}
