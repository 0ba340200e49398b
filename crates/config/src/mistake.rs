//! What is wrong with a file, and where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Mistakes told at once; the first ones by line. Whoever has more has another file in hand.
pub(crate) const MISTAKES_MAX: usize = 50;
/// Signs of a value that are repeated in a message.
const QUOTED_MAX: usize = 60;

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl Mistake {
    /// One line: `vigie.toml:12: unknown key "seriell": did you mean "serial"?`
    pub fn in_file(&self, name: &str) -> String {
        format!("{name}:{}: {}: {}", self.line, self.what, self.remedy)
    }
}

/// Mistakes as they are found; keeps the first ones by line, and counts the others.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    /// By line, then in the order found.
    kept: BTreeMap<(usize, u64), Mistake>,
    found: u64,
}

impl Mistakes {
    pub(crate) fn add(&mut self, line: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.kept
            .insert((line, self.found), Mistake { line, what: what.into(), remedy: remedy.into() });
        self.found += 1;
        if self.kept.len() > MISTAKES_MAX {
            self.kept.pop_last();
        }
    }

    /// All of them in the order of lines; the last one counts those that were left out.
    pub(crate) fn into_list(self) -> Vec<Mistake> {
        let left_out = self.found.saturating_sub(self.kept.len() as u64);
        let mut list: Vec<Mistake> = self.kept.into_values().collect();
        if left_out > 0 {
            list.push(Mistake {
                line: list.last().map_or(1, |last| last.line),
                what: format!("and {left_out} more mistakes"),
                remedy: "mend those above first".into(),
            });
        }
        list
    }
}

/// A text from the file, for a message: in quotation marks, on one line, cut where it is long.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTED_MAX).is_some() {
        quoted.push('…');
    }
    format!("\"{quoted}\"")
}

/// Several, joined as a sentence does it: `a, b or c`.
pub(crate) fn any_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// Where lines begin, so that a place in the text has a line.
#[derive(Debug)]
pub(crate) struct LineIndex {
    /// Places of line ends, in bytes.
    ends: Vec<usize>,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> LineIndex {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        LineIndex { ends: ends.map(|(place, _)| place).collect() }
    }

    /// The line of a place, from 1.
    pub(crate) fn line_of(&self, place: usize) -> usize {
        self.ends.partition_point(|end| *end < place) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_line() {
        let index = LineIndex::new("ab\nc\n\nd");
        let lines: Vec<usize> = (0..8).map(|place| index.line_of(place)).collect();
        assert_eq!(lines, [1, 1, 1, 2, 2, 3, 4, 4]);
        assert_eq!(LineIndex::new("").line_of(0), 1);
    }

    #[test]
    fn the_first_by_line_are_kept_and_the_rest_counted() {
        let mut mistakes = Mistakes::default();
        for line in (1..=60).rev() {
            mistakes.add(line, "wrong", "mend it");
        }
        let list = mistakes.into_list();
        let lines: Vec<usize> = list.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines[..50], (1..=50).collect::<Vec<_>>());
        assert_eq!(list[50].in_file("a"), "a:50: and 10 more mistakes: mend those above first");
    }

    #[test]
    fn a_quotation_stays_on_one_short_line() {
        assert_eq!(quote("a\n\"b\""), r#""a\n\"b\"""#);
        assert_eq!(quote(&"x".repeat(100)), format!("\"{}…\"", "x".repeat(60)));
    }

    #[test]
    fn choices_read_as_a_sentence() {
        assert_eq!(any_of(["a", "b", "c"]), "a, b or c");
        assert_eq!(any_of(["a"]), "a");
    }
}
