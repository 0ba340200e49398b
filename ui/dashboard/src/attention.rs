//! Which rows stand where in the attention list.
//!
//! The order is the view's. While somebody points at a row or has chosen one with the keyboard the rows
//! there keep their places, whatever happens: a row that is gone stays as ended, a new one joins at the
//! end with a mark. Pure: neither a clock nor a screen is known here.

use std::collections::{BTreeMap, BTreeSet};

use vigie_board::view::{AttentionRow, ConditionNo};

/// More rows than this are not held: the list is taken afresh.
const HELD_MAX: usize = 1_000;

/// A row and what became of it since the list holds still.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The row as the view has it, or had it last.
    pub row: AttentionRow,
    /// It joined while the list held still.
    pub is_new: bool,
    /// The view has it no longer.
    pub is_gone: bool,
}

/// The rows in the order in which they are shown.
#[derive(Debug, Default)]
pub struct Order {
    rows: Vec<Placed>,
}

impl Order {
    /// Takes in the rows of a view. `is_held`: the pointer is over the list, or a row has the focus.
    pub fn settle(&mut self, rows: &[AttentionRow], is_held: bool) {
        if !is_held || self.rows.len() > HELD_MAX {
            let placed =
                |row: &AttentionRow| Placed { row: row.clone(), is_new: false, is_gone: false };
            self.rows = rows.iter().map(placed).collect();
            return;
        }
        let now: BTreeMap<ConditionNo, &AttentionRow> =
            rows.iter().map(|row| (row.answer.no, row)).collect();
        for placed in &mut self.rows {
            match now.get(&placed.row.answer.no) {
                Some(row) => {
                    placed.is_gone = false;
                    if placed.row != **row {
                        placed.row = (*row).clone();
                    }
                }
                None => placed.is_gone = true,
            }
        }
        // Nothing stands below these: they can go without moving anything.
        while self.rows.last().is_some_and(|placed| placed.is_gone) {
            self.rows.pop();
        }
        let kept: BTreeSet<ConditionNo> =
            self.rows.iter().map(|placed| placed.row.answer.no).collect();
        let fresh = rows.iter().filter(|row| !kept.contains(&row.answer.no));
        self.rows.extend(fresh.map(|row| Placed {
            row: row.clone(),
            is_new: true,
            is_gone: false,
        }));
    }

    /// The rows.
    pub fn rows(&self) -> &[Placed] {
        &self.rows
    }

    /// Those that joined while the list held still, the most urgent first.
    pub fn fresh(&self) -> Vec<&AttentionRow> {
        let mut fresh: Vec<&AttentionRow> =
            self.rows.iter().filter(|placed| placed.is_new).map(|placed| &placed.row).collect();
        fresh.sort_by_key(|row| std::cmp::Reverse(row.priority));
        fresh
    }

    /// Where a condition stands.
    pub fn place_of(&self, no: ConditionNo) -> Option<usize> {
        self.rows.iter().position(|placed| placed.row.answer.no == no)
    }
}

/// The first row to show, so that `rows` rows fill `shown` lines as far as they can and `keep` is among
/// them.
pub fn scrolled(first: usize, rows: usize, shown: usize, keep: Option<usize>) -> usize {
    let first = match keep {
        Some(keep) if keep < first => keep,
        Some(keep) if keep >= first + shown => (keep + 1).saturating_sub(shown),
        Some(_) | None => first,
    };
    first.min(rows.saturating_sub(shown))
}

#[cfg(test)]
mod tests {
    use vigie_board::view::{AnswerState, AnswerView, AttentionOf};
    use vigie_model::{AlarmKind, MonoTime, Priority, Text, WallTime};
    use vigie_session::rng::Rng;

    use super::*;

    fn row(no: u64, priority: Priority) -> AttentionRow {
        AttentionRow {
            bed: None,
            label: Text::from(format!("Bed {no}")),
            source: None,
            what: AttentionOf::Device {
                kind: AlarmKind::Physiological,
                text: Text::from("alarm"),
                value: None,
                limit: None,
            },
            priority,
            since: (MonoTime::START, WallTime::from_unix_nanos(0)),
            count: 1,
            inactivation: None,
            is_confirmed: true,
            answer: AnswerView { no: ConditionNo(no), ..AnswerView::default() },
        }
    }

    fn rows(nos: &[u64]) -> Vec<AttentionRow> {
        nos.iter().map(|no| row(*no, Priority::Medium)).collect()
    }

    fn nos(order: &Order) -> Vec<u64> {
        order.rows().iter().map(|placed| placed.row.answer.no.0).collect()
    }

    #[test]
    fn the_order_is_the_views_while_nobody_points_at_it() {
        let mut order = Order::default();
        for nos_now in [&[3, 1, 2][..], &[2, 3], &[], &[9, 2]] {
            order.settle(&rows(nos_now), false);
            assert_eq!(nos(&order), nos_now);
            assert!(order.rows().iter().all(|placed| !placed.is_new && !placed.is_gone));
        }
    }

    #[test]
    fn rows_keep_their_places_while_somebody_points_at_one() {
        let mut order = Order::default();
        order.settle(&rows(&[1, 2, 3]), false);
        // 7 is more urgent than all and comes last; 2 is gone and keeps its place.
        let mut now = rows(&[7, 3, 1]);
        now[0].priority = Priority::High;
        now[1].answer.state = AnswerState::Latched;
        order.settle(&now, true);
        assert_eq!(nos(&order), [1, 2, 3, 7]);
        let marks: Vec<(bool, bool)> =
            order.rows().iter().map(|placed| (placed.is_new, placed.is_gone)).collect();
        assert_eq!(marks, [(false, false), (false, true), (false, false), (true, false)]);
        assert_eq!(order.rows()[2].row.answer.state, AnswerState::Latched, "rows stay current");
        // 2 is back, another one is new: the most urgent of them is named first.
        order.settle(&rows(&[8, 2, 7, 3, 1]), true);
        assert_eq!(nos(&order), [1, 2, 3, 7, 8]);
        assert!(!order.rows()[1].is_gone);
        let mut now = rows(&[8, 2, 7, 3, 1]);
        now[0].priority = Priority::High;
        order.settle(&now, true);
        assert_eq!(order.fresh().iter().map(|row| row.answer.no.0).collect::<Vec<_>>(), [8, 7]);
        // Nobody points at it any more: the view's order.
        order.settle(&now, false);
        assert_eq!(nos(&order), [8, 2, 7, 3, 1]);
        assert!(order.fresh().is_empty());
    }

    #[test]
    fn what_ended_at_the_end_of_the_list_goes() {
        let mut order = Order::default();
        order.settle(&rows(&[1, 2, 3]), false);
        order.settle(&rows(&[1]), true);
        assert_eq!(nos(&order), [1]);
        order.settle(&rows(&[]), true);
        assert_eq!(nos(&order), [] as [u64; 0]);
    }

    #[test]
    fn no_row_ever_moves_while_it_is_held_and_none_is_left_out() {
        let seed = 0x5EED_0A11;
        let mut rng = Rng::new(seed);
        let mut order = Order::default();
        let mut now: Vec<u64> = Vec::new();
        let mut next = 1;
        for step in 0..4_000 {
            let is_held = step % 50 >= 10;
            if rng.chance(0.33) && !now.is_empty() {
                let at = rng.index(now.len());
                now.remove(at);
            } else if now.len() < 40 {
                let at = rng.index(now.len() + 1);
                now.insert(at, next);
                next += 1;
            }
            let before = nos(&order);
            order.settle(&rows(&now), is_held);
            let after = nos(&order);
            for no in &now {
                assert!(after.contains(no), "seed {seed:#x}, step {step}: {no} is missing");
            }
            if is_held {
                let common = before.len().min(after.len());
                assert_eq!(before[..common], after[..common], "seed {seed:#x}, step {step}");
                assert!(before[common..].iter().all(|no| !now.contains(no)), "step {step}");
            }
        }
    }

    #[test]
    fn scrolling_stays_inside_and_follows_the_chosen_row() {
        assert_eq!(scrolled(0, 5, 10, None), 0);
        assert_eq!(scrolled(9, 20, 10, None), 9);
        assert_eq!(scrolled(15, 20, 10, None), 10, "no empty lines at the end");
        assert_eq!(scrolled(0, 20, 10, Some(12)), 3);
        assert_eq!(scrolled(8, 20, 10, Some(2)), 2);
        assert_eq!(scrolled(5, 20, 10, Some(8)), 5);
        assert_eq!(scrolled(3, 0, 10, None), 0);
    }
}
