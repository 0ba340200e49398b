//! The recovery sheet: the unit's private key as lines that people type back, each with a check word.
//!
//! ```text
//! K1  W5JA FY9D QQXK 9LLS NZ7E  dilav
//! ```
//!
//! The key is `AGE-SECRET-KEY-1` and then the groups of K1 to K3 without spaces. Its letters are those
//! of Bech32 (BIP 173), which has no B, I, O and 1: what is typed as O was printed as 0, and what is
//! typed as I or 1 was printed as L. Upper and lower case, spaces and signs between do not matter.

use zeroize::Zeroizing;

use crate::{
    Identity, KeyError, KeyringFile, PublicKey,
    check_word::{LETTERS, check_word, words},
};

/// What every private key begins with.
const PREFIX: &str = "AGE-SECRET-KEY-1";
/// Letters of a group, and groups of a line.
const GROUP: usize = 4;
const GROUPS: usize = 5;
/// Letters of the lines of a private key: 32 bytes and the checksum in Bech32.
const LENGTHS: [usize; 3] = [20, 20, 18];
/// Hex digits of a line of a public key.
const HEX_DIGITS: usize = 16;

/// A line of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// `K1` to `K3` for the private key, `S1` to `S4` for a public key.
    pub label: String,
    /// Four letters or digits each.
    pub groups: Vec<String>,
    /// Tells a mistyped line.
    pub check: String,
}

impl SheetLine {
    fn new(label: String, body: &str) -> SheetLine {
        let letters: Vec<char> = body.chars().collect();
        let groups = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        SheetLine { check: check_of(&label, body), label, groups }
    }

    /// As it is printed: `K1  W5JA FY9D QQXK 9LLS NZ7E  dilav`.
    pub fn printed(&self) -> Zeroizing<String> {
        let width = GROUPS * (GROUP + 1) - 1;
        Zeroizing::new(format!(
            "{}  {:<width$}  {}",
            self.label,
            self.groups.join(" ").to_uppercase(),
            self.check
        ))
    }
}

fn check_of(label: &str, body: &str) -> String {
    check_word(&format!("vigie sheet {label} {}", body.to_lowercase()))
}

/// The private key as lines of the sheet.
pub fn key_lines(unit: &Identity) -> Vec<SheetLine> {
    let text = unit.to_text();
    let mut rest = text.strip_prefix(PREFIX).unwrap_or(&text);
    let mut lines = Vec::new();
    for (number, length) in LENGTHS.into_iter().enumerate() {
        let (body, behind) = rest.split_at(length.min(rest.len()));
        lines.push(SheetLine::new(format!("K{}", number + 1), body));
        rest = behind;
    }
    lines
}

/// A public key as lines of the sheet, to compare a signature's by.
pub fn public_lines(key: &PublicKey) -> Vec<SheetLine> {
    let hex = key.to_string();
    let bodies = hex.as_bytes().chunks(HEX_DIGITS).map(String::from_utf8_lossy);
    bodies.zip(1..).map(|(body, number)| SheetLine::new(format!("S{number}"), &body)).collect()
}

impl KeyringFile {
    /// Four words that name the unit's key, to compare a sheet with a record by eye.
    pub fn fingerprint(&self) -> String {
        words(&self.unit, 4).join("-")
    }
}

/// The private key from a typed sheet: the whole of it, or the lines K1 to K3 alone. A line that is not
/// as printed is named.
pub fn read_sheet(text: &str) -> Result<Identity, KeyError> {
    let mistyped = |line: &str, why: String| KeyError::Mistyped { line: line.to_owned(), why };
    let mut bodies: [Option<Zeroizing<String>>; 3] = [None, None, None];
    // Why the first line of a number is not as printed. Words of the sheet begin so too ("kidney", as one of
    // the four words of the key): such a line counts only where no other of its number fits.
    let mut faults: [Option<String>; 3] = [None, None, None];
    for line in text.lines() {
        let letters = letters_of(line);
        let Some((number, rest)) = numbered(&letters) else { continue };
        let (Some(body), Some(fault)) = (bodies.get_mut(number), faults.get_mut(number)) else {
            continue;
        };
        if body.is_some() {
            continue;
        }
        match body_of(number, rest) {
            Ok(read) => *body = Some(read),
            Err(why) => {
                fault.get_or_insert(why);
            }
        }
    }
    for (number, (body, fault)) in bodies.iter().zip(faults).enumerate() {
        if let (None, Some(why)) = (body, fault) {
            return Err(mistyped(&label(number), why));
        }
    }
    if bodies.iter().all(Option::is_none) {
        return whole_key(text).ok_or_else(|| {
            let why = "no line begins with K1, K2 or K3: type these three lines, check words \
                       included";
            mistyped("", why.to_owned())
        });
    }
    let mut key = Zeroizing::new(PREFIX.to_owned());
    for (number, body) in bodies.iter().enumerate() {
        let missing = || mistyped(&label(number), "it is missing".to_owned());
        key.push_str(&body.as_ref().ok_or_else(missing)?.to_uppercase());
    }
    key.parse().map_err(|_| {
        let why = "each line is as printed, and together they are no key: are they from one sheet?";
        mistyped("", why.to_owned())
    })
}

fn label(number: usize) -> String {
    format!("K{}", number + 1)
}

/// Letters and digits alone, in lower case.
fn letters_of(line: &str) -> Zeroizing<String> {
    let kept = line.chars().filter(char::is_ascii_alphanumeric);
    Zeroizing::new(kept.map(|letter| letter.to_ascii_lowercase()).collect())
}

/// The number of a line from 0, and what stands behind its label. Sentences of the sheet begin otherwise,
/// or are far from a line's length.
fn numbered(letters: &str) -> Option<(usize, &str)> {
    let rest = letters.strip_prefix('k')?;
    let number = match rest.as_bytes().first()? {
        b'1' | b'i' | b'l' => 0,
        b'2' => 1,
        b'3' => 2,
        _ => return None,
    };
    Some((number, rest.get(1..)?)).filter(|(_, rest)| (8..=60).contains(&rest.len()))
}

/// The letters of a line whose check word fits.
fn body_of(number: usize, letters: &str) -> Result<Zeroizing<String>, String> {
    let wanted = LENGTHS.get(number).copied().unwrap_or_default();
    if letters.len() != wanted + LETTERS {
        return Err(format!(
            "it has {} letters and digits behind its label, {} are wanted: compare it with the sheet",
            letters.len(),
            wanted + LETTERS
        ));
    }
    let (body, check) = letters.split_at(wanted);
    let body: String = body
        .chars()
        .map(|letter| match letter {
            'o' => '0',
            'i' | '1' => 'l',
            other => other,
        })
        .collect();
    if check_of(&label(number), &body) != check {
        return Err(
            "its check word does not fit: a letter, a digit or the word is mistyped; compare it with \
             the sheet"
                .to_owned(),
        );
    }
    Ok(Zeroizing::new(body))
}

/// Somebody has the key itself in one piece.
fn whole_key(text: &str) -> Option<Identity> {
    text.split_whitespace().find_map(|word| word.to_uppercase().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the simulation, so that failures may be printed.
    fn key() -> Identity {
        crate::Keyring::simulation().expect("fixed keys").1
    }

    fn sheet() -> Vec<String> {
        key_lines(&key()).iter().map(|line| line.printed().to_string()).collect()
    }

    fn read(text: &str) -> Result<String, String> {
        read_sheet(text).map(|key| key.to_text().to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_word_that_begins_as_a_label_is_no_line_of_the_key() {
        let unit = Identity::generate();
        let key: String = key_lines(&unit)
            .iter()
            .map(|line| format!("{} {} {}\n", line.label, line.groups.join(" "), line.check))
            .collect();
        for word in ["kidney-arrow-fold-moon", "kilo", "klinik kami ada di sini"] {
            let page = format!("{word}\n{key}{word}\n");
            let back = read_sheet(&page).expect("the key");
            assert_eq!(back.recipient(), unit.recipient(), "{word}");
        }
        let mistyped = format!("kidney-arrow-fold-moon\n{}", key.replacen("K1", "X1", 1));
        assert!(read_sheet(&mistyped).is_err());
    }

    #[test]
    fn a_sheet_is_read_back_however_it_is_typed() {
        let wanted = Ok(key().to_text().to_string());
        let lines = sheet();
        let text = lines.join("\n");
        assert_eq!(read(&text), wanted);
        assert_eq!(read(&text.to_lowercase()), wanted);
        assert_eq!(read(&text.replace(' ', "")), wanted);
        assert_eq!(read(&text.replace('0', "O").replace('L', "I")), wanted, "{text}");
        assert_eq!(read(&format!("{}\r\n\r\n{}\n {}", lines[2], lines[0], lines[1])), wanted);
        assert_eq!(read(&text.replace(' ', " - ").replace("K1", "k1:")), wanted);
        assert_eq!(read(&format!("Keep this sheet\n{text}\nS1 0011 2233 lusab\n")), wanted);
        let sentence = "K1 to K3 have no B, I or O and no digit 1. A mistyped line is named.";
        assert_eq!(read(&format!("{text}\n  {sentence}\n")), wanted);
        assert_eq!(read(&key().to_text()), wanted, "the key itself");
        assert_eq!(read(&key().to_text().to_lowercase()), wanted);
    }

    #[test]
    fn every_single_mistake_is_found_and_its_line_is_named() {
        let lines = sheet();
        for (number, line) in lines.iter().enumerate() {
            let label = format!("K{}", number + 1);
            for (at, letter) in line.char_indices().skip(4).filter(|(_, letter)| *letter != ' ') {
                let other = if letter.eq_ignore_ascii_case(&'q') { 'p' } else { 'q' };
                let mut wrong = lines.clone();
                wrong[number].replace_range(at..=at, &other.to_string());
                let said = read(&wrong.join("\n")).expect_err("a mistake");
                assert!(said.contains(&format!("line {label} ")), "{said}: {wrong:?}");
                // A letter left out, and one typed twice.
                wrong[number] = format!("{}{}", &line[..at], &line[at + 1..]);
                let said = read(&wrong.join("\n")).expect_err("one less");
                assert!(said.contains(&format!("line {label} ")), "{said}: {wrong:?}");
            }
        }
    }

    #[test]
    fn missing_and_swapped_lines_are_named() {
        let lines = sheet();
        let said = read(&[&*lines[0], &*lines[2]].join("\n")).expect_err("K2 is missing");
        assert!(said.contains("line K2") && said.contains("missing"), "{said}");
        let swapped =
            [lines[0].replacen("K1", "K2", 1), lines[1].replacen("K2", "K1", 1), lines[2].clone()];
        assert!(read(&swapped.join("\n")).expect_err("swapped").contains("line K"));
        assert!(read("").expect_err("nothing").contains("K1, K2 or K3"));
        assert!(read(&"k1 ".repeat(100_000)).is_err());
    }

    #[test]
    fn lines_of_two_sheets_are_no_key() {
        let other: Vec<String> = key_lines(&Identity::generate())
            .iter()
            .map(|line| line.printed().to_string())
            .collect();
        let said = read(&[&*sheet()[0], &*other[1], &*other[2]].join("\n")).expect_err("mixed");
        assert!(said.contains("from one sheet"), "{said}");
    }

    #[test]
    fn a_public_key_has_four_lines() {
        let lines = public_lines(&crate::Signer::from_seed(&[7; 32]).public());
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.groups.len() == 4 && line.check.len() == 5));
        assert_eq!(lines[3].label, "S4");
    }
}
