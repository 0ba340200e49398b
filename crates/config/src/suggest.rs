//! The word that was meant.

/// Longer words are no slip of the finger; comparing them would only cost time.
const WORD_MAX: usize = 32;

/// The known word nearest to a mistyped one, when it is near at all.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let signs: Vec<char> = word.chars().take(WORD_MAX + 1).flat_map(char::to_lowercase).collect();
    if signs.len() > WORD_MAX {
        return None;
    }
    // A third of the word may be wrong: `seriell` is two steps from `serial`.
    let steps_max = (signs.len() / 3).max(1);
    let near = known.into_iter().filter_map(|candidate| {
        let steps = steps_between(&signs, candidate);
        (steps <= steps_max).then_some((steps, candidate))
    });
    near.min_by_key(|(steps, _)| *steps).map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, with two neighbours exchanged counted as one step.
fn steps_between(word: &[char], candidate: &str) -> usize {
    let other: Vec<char> = candidate.chars().take(WORD_MAX).flat_map(char::to_lowercase).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, sign) in word.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other_sign) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(sign != other_sign);
            let mut steps = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let exchanged =
                row > 0 && column > 0 && *sign == other[column - 1] && word[row - 1] == *other_sign;
            if exchanged {
                steps = steps.min(before_last[column - 1] + 1);
            }
            current.push(steps);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood() {
        let known = ["serial", "baud", "udp", "tcp", "bed", "passive"];
        let cases = [
            ("seriell", Some("serial")),
            ("sreial", Some("serial")),
            ("Baud", Some("baud")),
            ("pasive", Some("passive")),
            ("beds", Some("bed")),
            ("temperature", None),
            ("", None),
        ];
        for (word, meant) in cases {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
