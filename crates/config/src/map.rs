//! The bed map: where beds lie in the unit, by columns and rows. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Columns and rows of the largest map.
pub const PLACES_MAX: u8 = 32;
/// Columns of a map that nobody drew.
const COLUMNS_USUAL: u8 = 8;
/// Letters of a line of paper.
const PAPER: usize = 80;
/// Least letters of a place on paper, its left border included.
const CELL_MIN: usize = 10;

/// Where a bed lies; both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BedPlace {
    /// From the left.
    pub column: u8,
    /// From above.
    pub row: u8,
}

/// Where all beds lie. A bed without a place, or whose place another one has already, takes the first free
/// one, row by row.
pub fn lay_out(given: &[Option<BedPlace>]) -> Vec<BedPlace> {
    let widest = given.iter().flatten().map(|place| place.column).max();
    let square = (1..=COLUMNS_USUAL).find(|side| {
        let side = usize::from(*side);
        side * side >= given.len() * 2
    });
    // As many rows as a file may name hold all of them.
    let least = u8::try_from(given.len().div_ceil(usize::from(PLACES_MAX))).unwrap_or(u8::MAX);
    let columns = widest.unwrap_or(square.unwrap_or(COLUMNS_USUAL)).max(least).max(1);
    let mut taken = BTreeSet::new();
    let firsts: Vec<Option<BedPlace>> =
        given.iter().map(|place| place.filter(|place| taken.insert(*place))).collect();
    let all =
        (1..=u8::MAX).flat_map(|row| (1..=columns).map(move |column| BedPlace { column, row }));
    let mut free = all.filter(|place| !taken.contains(place));
    let last = BedPlace { column: 1, row: u8::MAX };
    firsts.into_iter().map(|place| place.or_else(|| free.next()).unwrap_or(last)).collect()
}

/// The map for paper: at most 80 letters wide, a wider one in parts below each other. Each bed has its
/// label, and a line to write on.
pub fn printed(beds: &[(String, BedPlace)]) -> String {
    let most = |of: fn(&BedPlace) -> u8| beds.iter().map(|(_, place)| of(place)).max().unwrap_or(1);
    let (columns, rows) = (most(|place| place.column), most(|place| place.row));
    let across_max = (PAPER - 1) / CELL_MIN;
    let mut text = String::new();
    let mut first = 1;
    while first <= columns {
        let across = usize::from(columns - first + 1).min(across_max);
        let inner = (PAPER - 1) / across.max(4) - 1;
        let border = format!("+{}", "-".repeat(inner)).repeat(across) + "+\n";
        let blank = format!("|{}", " ".repeat(inner)).repeat(across) + "|\n";
        for row in 1..=rows {
            text += &border;
            for column in (first..=columns).take(across) {
                let place = BedPlace { column, row };
                let bed = beds.iter().find(|(_, at)| *at == place);
                let label: String =
                    bed.map_or("", |(label, _)| label.as_str()).chars().take(inner - 2).collect();
                text += &format!("| {label:<width$}", width = inner - 1);
            }
            text += "|\n";
            text += &blank;
        }
        text += &border;
        first = first.saturating_add(u8::try_from(across).unwrap_or(u8::MAX));
        if first <= columns {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(column: u8, row: u8) -> BedPlace {
        BedPlace { column, row }
    }

    #[test]
    fn beds_without_a_place_take_the_free_ones_and_no_two_lie_together() {
        let given = [None, Some(at(2, 1)), Some(at(2, 1)), None, Some(at(3, 2))];
        let places = lay_out(&given);
        assert_eq!(places, [at(1, 1), at(2, 1), at(3, 1), at(1, 2), at(3, 2)]);
        for count in 0..=64 {
            let places = lay_out(&vec![None; count]);
            let distinct: BTreeSet<_> = places.iter().collect();
            assert_eq!(distinct.len(), count);
            assert!(places.is_sorted_by_key(|place| (place.row, place.column)), "reading order");
        }
        let full = lay_out(&[Some(at(1, 1)); 64]);
        assert_eq!(full.iter().collect::<BTreeSet<_>>().len(), 64);
    }

    #[test]
    fn paper_is_eighty_letters_wide_and_has_every_bed_once() {
        for columns in [1, 3, 4, 8, 20, 32] {
            let given: Vec<_> =
                (0..32).map(|nth| Some(at(nth % columns + 1, nth / columns + 1))).collect();
            let beds: Vec<_> = lay_out(&given)
                .into_iter()
                .enumerate()
                .map(|(nth, place)| (format!("B{nth}."), place))
                .collect();
            let text = printed(&beds);
            assert!(text.lines().all(|line| line.chars().count() <= PAPER), "{text}");
            for (label, _) in &beds {
                assert_eq!(text.matches(&format!(" {label}")).count(), 1, "{label}\n{text}");
            }
        }
        assert!(
            printed(&[("a label that is longer than its place".repeat(3), at(1, 1))])
                .contains("a label")
        );
    }
}
