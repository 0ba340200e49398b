//! An answer that grows until it is full, and can be gone on with exactly where it ended.

use vigie_model::WallTime;

/// What was found, up to a bound. Things come piece by piece; within a piece their wall times rise.
/// Where the PC's clock was set back pieces overlap, so the end of the answer is a wall time: all that
/// lies before it is in the answer, whatever piece it is from.
#[derive(Debug)]
pub(super) struct Paged<T> {
    found: Vec<Found<T>>,
    from: WallTime,
    to: WallTime,
    until: WallTime,
    weight: usize,
    weight_max: usize,
    piece: PieceSoFar,
}

#[derive(Debug)]
struct Found<T> {
    wall: WallTime,
    segment: u32,
    mono: u64,
    thing: T,
}

#[derive(Clone, Copy, Debug, Default)]
struct PieceSoFar {
    weight: usize,
    weight_max: usize,
    last: Option<WallTime>,
}

impl<T> Paged<T> {
    /// Of things from `from` up to `to`, of about so much weight in all.
    pub(super) fn new(from: WallTime, to: WallTime, weight_max: usize) -> Paged<T> {
        let piece = PieceSoFar::default();
        Paged { found: Vec::new(), from, to, until: to, weight: 0, weight_max, piece }
    }

    /// A piece begins; pieces come in the order of their wall times. `false`: nothing of it belongs in
    /// the answer any more.
    pub(super) fn begin_piece(&mut self, begins: WallTime) -> bool {
        let begins = begins.max(self.from);
        if self.weight >= self.weight_max && begins > self.from {
            self.until = self.until.min(begins);
        }
        // A clock that was set back over and over must not fill the memory.
        let least = (self.weight_max / 64).max(1);
        let weight_max = self.weight_max.saturating_sub(self.weight).max(least);
        self.piece = PieceSoFar { weight: 0, weight_max, last: None };
        begins < self.until
    }

    /// Takes the next thing of the piece. `false`: it and all after it lie beyond the answer.
    pub(super) fn push(
        &mut self,
        wall: WallTime,
        (segment, mono): (u32, u64),
        weight: usize,
        thing: T,
    ) -> bool {
        if wall < self.from {
            return true;
        }
        let is_over = self.piece.weight >= self.piece.weight_max
            && wall > self.from
            && self.piece.last.is_some_and(|last| wall > last);
        if is_over {
            self.until = self.until.min(wall);
        }
        if wall >= self.until {
            return false;
        }
        self.piece.last = Some(wall);
        self.piece.weight += weight;
        self.weight += weight;
        self.found.push(Found { wall, segment, mono, thing });
        true
    }

    /// What is in the answer, in the order of the run's clock, and from when on there is more.
    pub(super) fn finish(mut self) -> (Vec<T>, Option<WallTime>) {
        self.found.retain(|found| found.wall < self.until);
        self.found.sort_by_key(|found| (found.segment, found.mono));
        let more_from = (self.until < self.to).then_some(self.until);
        (self.found.into_iter().map(|found| found.thing).collect(), more_from)
    }
}

/// Puts in order what comes nearly in order.
#[derive(Debug)]
pub(super) struct Sorter<T> {
    held: Vec<(u64, T)>,
}

impl<T> Sorter<T> {
    /// Holds nothing.
    pub(super) fn new() -> Sorter<T> {
        Sorter { held: Vec::new() }
    }

    /// Holds a thing of this time.
    pub(super) fn hold(&mut self, time: u64, thing: T) {
        self.held.push((time, thing));
    }

    /// Lets go of all that is earlier than `before`: nothing earlier comes any more.
    pub(super) fn release(&mut self, before: u64) -> impl Iterator<Item = (u64, T)> {
        // Stable, so that things of one moment stay as they came.
        self.held.sort_by_key(|&(time, _)| time);
        let ready = self.held.partition_point(|&(time, _)| time < before);
        self.held.drain(..ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(nanos: i64) -> WallTime {
        WallTime::from_unix_nanos(nanos)
    }

    /// Asks page by page, as an export does.
    fn all(pieces: &[(u64, Vec<i64>)], weight_max: usize) -> (Vec<i64>, usize) {
        let (mut from, to) = (wall(0), wall(1_000));
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let mut paged = Paged::new(from, to, weight_max);
            let mut sorted: Vec<_> = pieces.iter().collect();
            sorted.sort_by_key(|(_, times)| times.first().copied());
            for (mono, times) in sorted {
                let Some(&first) = times.first() else { continue };
                if !paged.begin_piece(wall(first)) {
                    continue;
                }
                for (at, &time) in times.iter().enumerate() {
                    if !paged.push(wall(time), (1, mono + at as u64), 1, time) {
                        break;
                    }
                }
            }
            let (found, more_from) = paged.finish();
            pages += 1;
            seen.extend(found);
            match more_from {
                Some(next) => {
                    assert!(next > from, "every page goes on");
                    from = next;
                }
                None => return (seen, pages),
            }
        }
    }

    #[test]
    fn page_by_page_everything_comes_once() {
        for weight_max in [1, 2, 3, 7, 100, 1_000] {
            let once = vec![(0, (0..50).collect::<Vec<i64>>()), (100, (60..90).collect())];
            let (seen, pages) = all(&once, weight_max);
            assert_eq!(seen, (0..50).chain(60..90).collect::<Vec<_>>(), "{weight_max}");
            assert!(pages >= 80 / (weight_max + 1), "{weight_max}: {pages}");

            // Set back at 50 to 20: from 20 on each time comes twice.
            let twice = vec![(0, (0..50).collect::<Vec<i64>>()), (100, (20..70).collect())];
            let (mut seen, _) = all(&twice, weight_max);
            seen.sort_unstable();
            let mut owed: Vec<i64> = (0..50).chain(20..70).collect();
            owed.sort_unstable();
            assert_eq!(seen, owed, "{weight_max}");
        }
    }

    #[test]
    fn things_of_one_moment_stay_together() {
        let same = vec![(0, vec![5; 40])];
        assert_eq!(all(&same, 3).0.len(), 40);
    }
}
