//! Words that tell a mistyped line: 16 bits as five letters that can be spoken in any language
//! (D. S. Wilkerson, "A Proposal for Proquints", arXiv:0901.4016).

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";
/// Letters of a word.
pub(crate) const LETTERS: usize = 5;

/// 16 bits as a word.
pub(crate) fn word(bits: u16) -> String {
    let consonant = |shift: u16| char::from(CONSONANTS[usize::from(bits >> shift & 15)]);
    let vowel = |shift: u16| char::from(VOWELS[usize::from(bits >> shift & 3)]);
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].iter().collect()
}

/// The word of a text: one mistyped line in 65,536 has the same.
pub(crate) fn check_word(text: &str) -> String {
    words(text, 1).concat()
}

/// Several words of a text, to compare by eye.
pub(crate) fn words(text: &str, count: usize) -> Vec<String> {
    let hash = blake3::hash(text.as_bytes());
    let pairs = hash.as_bytes().chunks_exact(2).take(count);
    pairs.map(|pair| word(u16::from(pair[0]) << 8 | u16::from(pair[1]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 127.0.0.1 is `lusab-babad` in the proposal.
    #[test]
    fn words_are_those_of_the_proposal() {
        assert_eq!((word(0x7F00), word(0x0001)), ("lusab".to_owned(), "babad".to_owned()));
        assert_eq!(word(0xC0A8), "safom");
    }

    #[test]
    fn a_text_has_its_own_words() {
        assert_eq!(words("a", 4).len(), 4);
        assert_ne!(check_word("K1 qpzr"), check_word("K1 qpzy"));
    }
}
