//! What short runs of tokens mean: attributes, paths, string literals.

use proc_macro2::{Delimiter, Group, TokenTree};

/// Whether a token is this mark.
pub fn punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// After `#`: whether the attribute is an inner one, its group, and how many tokens both took.
pub fn attribute(rest: &[TokenTree]) -> Option<(bool, &Group, usize)> {
    match rest {
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Bracket => {
            Some((false, group, 1))
        }
        [TokenTree::Punct(mark), TokenTree::Group(group), ..]
            if mark.as_char() == '!' && group.delimiter() == Delimiter::Bracket =>
        {
            Some((true, group, 2))
        }
        _ => None,
    }
}

/// `test`, `cfg(test)` and `cfg(all(test, ..))`: the item exists for tests alone.
pub fn test_only(attribute: &Group) -> bool {
    let words = attribute.stream().to_string().replace(' ', "");
    words == "test" || words == "cfg(test)" || words.starts_with("cfg(all(test,")
}

/// The longest path at the start of `tokens`, and how many tokens it took.
pub fn path(tokens: &[TokenTree]) -> (String, usize) {
    let mut name = String::new();
    let mut taken = 0;
    let mut rest = tokens;
    while let [TokenTree::Ident(word), after @ ..] = rest {
        name.push_str(&word.to_string());
        taken += 1;
        match after {
            [one, two, TokenTree::Ident(_), ..]
                if punct(Some(one), ':') && punct(Some(two), ':') =>
            {
                name.push_str("::");
                taken += 2;
                rest = after.get(2..).unwrap_or_default();
            }
            _ => break,
        }
    }
    (name, taken)
}

/// What a string literal says; `None` for numbers, characters and lifetimes.
pub fn string_text(written: &str) -> Option<String> {
    let open = written.find('"')?;
    let prefix = written.get(..open)?;
    if !prefix.chars().all(|sign| matches!(sign, 'r' | 'b' | 'c' | '#')) {
        return None;
    }
    let close = written.rfind('"').filter(|close| *close > open)?;
    let body = written.get(open + 1..close)?;
    if prefix.contains('r') {
        return Some(body.to_owned());
    }
    let mut text = String::new();
    let mut signs = body.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if signs.next() == Some('u') => {
                _ = signs.by_ref().find(|sign| *sign == '}');
                text.push('\u{fffd}');
            }
            '\\' => text.push(' '),
            sign => text.push(sign),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_not_letters() {
        assert_eq!(string_text(r#""a\nb\"c""#).as_deref(), Some("a b c"));
        assert_eq!(string_text(r#""d\u{e9}s""#).as_deref(), Some("d\u{fffd}s"));
        assert_eq!(string_text("'a'"), None);
        assert_eq!(string_text("0xC0"), None);
    }
}
