//! Reads lines.

use super::words::{WORDS, Word, duration};
use super::{Entry, Script, ScriptError};

/// The highest bed.
const BED_MAX: u16 = 500;
/// More entries than any drill has.
const ENTRIES_MAX: usize = 20_000;

pub(super) fn script(text: &str) -> Result<Script, ScriptError> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        read_line(line, &mut entries).map_err(|what| ScriptError { line: number, what })?;
        if entries.len() > ENTRIES_MAX {
            let what = format!("more than {ENTRIES_MAX} entries; `bed *` is one for all beds");
            return Err(ScriptError { line: number, what });
        }
    }
    entries.sort_by_key(|entry: &Entry| entry.at);
    Ok(Script { entries })
}

fn read_line(line: &str, entries: &mut Vec<Entry>) -> Result<(), String> {
    const SHAPE: &str = "a line reads `at TIME bed BED WORD`, as in `at 30s bed 3 vtach`";
    let mut words = line.split_whitespace();
    if words.next() != Some("at") {
        return Err(format!("does not begin with `at`; {SHAPE}"));
    }
    let time = words.next().ok_or(format!("no time after `at`; {SHAPE}"))?;
    let at = duration(time).map_err(|right| format!("`{time}` is no time; write {right}"))?;
    match words.next() {
        Some("bed") => {}
        Some(other) => return Err(format!("`{other}` stands where `bed` should; {SHAPE}")),
        None => return Err(format!("no `bed` after the time; {SHAPE}")),
    }
    let bed = words.next().ok_or(format!("no number after `bed`; {SHAPE}"))?;
    let beds = beds(bed)?;
    let name = words.next().ok_or(format!("nothing happens; {SHAPE}"))?;
    let word = find(name)?;
    // What follows, with single spaces.
    let rest = words.collect::<Vec<_>>().join(" ");
    if word.argument.is_empty() && !rest.is_empty() {
        return Err(format!("`{rest}` after `{}`, which stands alone", word.name));
    }
    let act = (word.read)(&rest).map_err(|right| {
        if rest.is_empty() {
            format!("nothing after `{}`; write {right}", word.name)
        } else {
            format!("`{rest}` after `{}`; write {right}", word.name)
        }
    })?;
    entries.extend(beds.into_iter().map(|bed| Entry { at, bed, act: act.clone() }));
    Ok(())
}

fn beds(text: &str) -> Result<Vec<Option<u16>>, String> {
    if text == "*" {
        return Ok(vec![None]);
    }
    let number = |text: &str| text.parse().ok().filter(|bed| (1..=BED_MAX).contains(bed));
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first..=last).map(Some).collect()),
        _ => Err(format!(
            "`{text}` is no bed; write a number from 1 to {BED_MAX}, a range as in `1-4`, or `*` for all"
        )),
    }
}

fn find(name: &str) -> Result<&'static Word, String> {
    let named = |word: &&Word| word.name == name || word.also.contains(&name);
    if let Some(word) = WORDS.iter().find(named) {
        return Ok(word);
    }
    let names =
        WORDS.iter().flat_map(|word| [word.name].into_iter().chain(word.also.iter().copied()));
    let nearest = names.map(|near| (distance(name, near), near)).min();
    let name: String = name.chars().take(40).collect();
    match nearest {
        // A third of the letters may be wrong.
        Some((distance, near)) if distance <= near.len().div_ceil(3) => {
            Err(format!("`{name}` is no word; did you mean `{near}`?"))
        }
        _ => {
            let all: Vec<&str> = WORDS.iter().map(|word| word.name).collect();
            Err(format!("`{name}` is no word; there are {}", all.join(", ")))
        }
    }
}

/// How many letters must be put in, left out or changed (V. Levenshtein, 1966).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // A word much longer than any of ours is as far away as its first letters are.
    for (n, a) in one.chars().take(64).enumerate() {
        let mut corner = n;
        let mut left = n + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (b, above) in other.iter().zip(row.iter_mut().skip(1)) {
            let changed = corner + usize::from(a != *b);
            corner = *above;
            left = changed.min(corner + 1).min(left + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
