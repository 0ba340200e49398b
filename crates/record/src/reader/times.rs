//! Wall times of a segment: `run_clock` one way and the other.

use vigie_model::{MonoTime, WallTime};

/// `run_clock` of a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunClock {
    /// From when on by the run's clock, and what the PC's clock said then; in order.
    rows: Vec<(u64, i64)>,
}

/// A stretch of a run in which both clocks rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// From when on.
    pub(super) from: u64,
    /// Up to when, exclusive.
    pub(super) to: u64,
}

impl RunClock {
    /// From the rows of the table, in order of `mono_ns`.
    pub(super) fn new(rows: Vec<(u64, i64)>) -> RunClock {
        RunClock { rows }
    }

    /// The PC's clock at a moment of the run. Before the first row and after the last it goes on evenly.
    pub(super) fn wall(&self, mono: u64) -> WallTime {
        let at = self.rows.partition_point(|&(from, _)| from <= mono).saturating_sub(1);
        let (from, wall) = self.rows.get(at).copied().unwrap_or_default();
        let nanos = i128::from(wall) + i128::from(mono) - i128::from(from);
        WallTime::from_unix_nanos(clamp(nanos))
    }

    /// The rows of the table.
    pub(super) fn rows(&self) -> &[(u64, i64)] {
        &self.rows
    }

    /// When the segment was opened, by both clocks.
    pub(super) fn first(&self) -> Option<(MonoTime, WallTime)> {
        let &(mono, wall) = self.rows.first()?;
        Some((MonoTime::from_nanos(mono), WallTime::from_unix_nanos(wall)))
    }

    /// The stretches of the run in which the PC's clock said a time from `from` up to `to`. A clock
    /// that was set back makes several: each time of day came twice.
    pub(super) fn pieces(&self, from: WallTime, to: WallTime) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut is_set_back = false;
        for (at, &(mono, wall)) in self.rows.iter().enumerate() {
            let low = if at == 0 { 0 } else { mono };
            let high = self.rows.get(at + 1).map_or(u64::MAX, |&(next, _)| next);
            if let Some(&(before, wall_before)) = at.checked_sub(1).and_then(|at| self.rows.get(at))
            {
                let went_on = i128::from(wall_before) + i128::from(mono) - i128::from(before);
                is_set_back |= i128::from(wall) < went_on;
            }
            let offset = i128::from(mono) - i128::from(wall);
            let within = |wall: WallTime| {
                let mono = i128::from(wall.as_unix_nanos()) + offset;
                mono.clamp(i128::from(low), i128::from(high)) as u64
            };
            let piece = Piece { from: within(from), to: within(to) };
            if piece.from >= piece.to {
                continue;
            }
            match pieces.last_mut() {
                Some(last) if !is_set_back && last.to == piece.from => last.to = piece.to,
                Some(_) | None => pieces.push(piece),
            }
            is_set_back = false;
        }
        pieces
    }
}

fn clamp(nanos: i128) -> i64 {
    nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    fn wall(seconds: i64) -> WallTime {
        WallTime::from_unix_nanos(seconds * S as i64)
    }

    #[test]
    fn a_clock_that_was_set_forward_leaves_a_hole() {
        let clock = RunClock::new(vec![(100 * S, 5_000 * S as i64), (200 * S, 6_100 * S as i64)]);
        assert_eq!(clock.wall(90 * S), wall(4_990), "before the opening it goes on evenly");
        assert_eq!(clock.wall(199 * S), wall(5_099));
        assert_eq!(clock.wall(200 * S), wall(6_100));
        assert_eq!(
            clock.pieces(wall(5_050), wall(6_150)),
            [Piece { from: 150 * S, to: 250 * S }],
            "one stretch: both clocks rise all along"
        );
        assert_eq!(clock.pieces(wall(5_500), wall(6_000)), [], "no moment was called that");
    }

    #[test]
    fn a_clock_that_was_set_back_gives_the_same_time_twice() {
        let clock = RunClock::new(vec![(100 * S, 5_000 * S as i64), (200 * S, 5_040 * S as i64)]);
        assert_eq!(
            clock.pieces(wall(5_050), wall(5_080)),
            [Piece { from: 150 * S, to: 180 * S }, Piece { from: 210 * S, to: 240 * S }]
        );
        assert_eq!(
            clock.pieces(wall(5_000), wall(5_200)),
            [Piece { from: 100 * S, to: 200 * S }, Piece { from: 200 * S, to: 360 * S }]
        );
    }

    #[test]
    fn times_at_the_edge_of_the_numbers_do_no_harm() {
        let clock = RunClock::new(vec![(u64::MAX - 5, i64::MAX - 3), (u64::MAX, i64::MIN)]);
        let whole = (WallTime::from_unix_nanos(i64::MIN), WallTime::from_unix_nanos(i64::MAX));
        assert!(!clock.pieces(whole.0, whole.1).is_empty());
        assert!(clock.wall(0) < clock.wall(u64::MAX - 6));
        assert_eq!(RunClock::default().pieces(whole.0, whole.1), []);
    }
}
