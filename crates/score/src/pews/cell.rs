//! A cell of a score's table, as it is printed: `91-119`, `>=120`, `<=90`, `>150`, `<50`.

use std::{fmt, str::FromStr};

/// The whole numbers that a cell holds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub from: i64,
    pub to: i64,
}

impl Cell {
    /// Whether it holds `value`.
    pub fn holds(self, value: i64) -> bool {
        (self.from..=self.to).contains(&value)
    }
}

/// What is wrong with a cell's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoCell;

impl fmt::Display for NoCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write 91-119, >=120, <=90, >150 or <50, in whole numbers from 0 to 999")
    }
}

impl FromStr for Cell {
    type Err = NoCell;

    fn from_str(text: &str) -> Result<Cell, NoCell> {
        let number = |digits: &str| -> Result<i64, NoCell> {
            let is_plain =
                matches!(digits.len(), 1..=3) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_plain { digits.parse().map_err(|_| NoCell) } else { Err(NoCell) }
        };
        let (from, to) = if let Some(digits) = text.strip_prefix(">=") {
            (number(digits)?, i64::MAX)
        } else if let Some(digits) = text.strip_prefix("<=") {
            (i64::MIN, number(digits)?)
        } else if let Some(digits) = text.strip_prefix('>') {
            (number(digits)? + 1, i64::MAX)
        } else if let Some(digits) = text.strip_prefix('<') {
            (i64::MIN, number(digits)? - 1)
        } else {
            let (from, to) = text.split_once('-').ok_or(NoCell)?;
            (number(from)?, number(to)?)
        };
        if from <= to { Ok(Cell { from, to }) } else { Err(NoCell) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_print_a_cell() {
        let cell = |text: &str| text.parse::<Cell>().map(|cell| (cell.from, cell.to));
        assert_eq!(cell("91-119"), Ok((91, 119)));
        assert_eq!(cell(">=120"), Ok((120, i64::MAX)));
        assert_eq!(cell("<=90"), Ok((i64::MIN, 90)));
        assert_eq!(cell(">150"), Ok((151, i64::MAX)));
        assert_eq!(cell("<50"), Ok((i64::MIN, 49)));
        for bad in ["", "91", "119-91", ">= 120", "=<90", "<", "-5", "1000-2000", "9.5-10", "٣-٤"]
        {
            assert_eq!(cell(bad), Err(NoCell), "{bad}");
        }
    }
}
