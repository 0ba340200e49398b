//! What the window may not hold: a colour of its own, and a sentence of its own.
//!
//! Colours stand in [`TOKENS`], so that the two themes stay whole and no alarm colour is spent on
//! something else. Texts for people at the bedside stand in `vigie-words`, so that each exists in
//! every language. What engineers read (ids, log lines, panics, command errors) is English and stays
//! where it arises: a line that holds such a text and is found here carries the [`MARKER`].

use crate::{
    Finding, Source,
    source::{Literal, Place},
};

/// The one file with colours, and the beginning of the paths of its parts.
pub const TOKENS: &str = "ui/kit/src/tokens.rs";
const TOKEN_PARTS: &str = "ui/kit/src/tokens/";
/// Mixes the colours that it is handed, pixel by pixel, and has none of its own.
const MIXER: &str = "ui/canvas/src/";

/// Folders whose files paint or print for people at the bedside.
const FOR_PEOPLE: &[&str] = &["ui/", "crates/vigie/"];

/// Texts in these are read by whoever typed the command, and are English: the command line itself.
/// Each entry is the beginning of a path.
const COMMAND_LINE: &[&str] = &[
    "crates/vigie/src/audit",
    "crates/vigie/src/backup",
    "crates/vigie/src/bench",
    "crates/vigie/src/check_config",
    "crates/vigie/src/check_screen.rs",
    "crates/vigie/src/cli.rs",
    "crates/vigie/src/demo",
    "crates/vigie/src/doctor",
    "crates/vigie/src/export",
    "crates/vigie/src/hold",
    "crates/vigie/src/inspect",
    "crates/vigie/src/isolation",
    "crates/vigie/src/key",
    "crates/vigie/src/main.rs",
    "crates/vigie/src/pin.rs",
    "crates/vigie/src/record",
    "crates/vigie/src/restore",
    "crates/vigie/src/sandbox",
    "crates/vigie/src/simulate",
    "crates/vigie/src/sound",
    "crates/vigie/src/status",
    "crates/vigie/src/terminal.rs",
    "crates/vigie/src/unlock",
    "crates/vigie/src/verify",
];

/// On the line of a text, or on the line above it: engineers read it.
pub const MARKER: &str = "// tidy: not for people";

/// Colour types of the toolkit; naming the type is free, making a value is not.
const COLOUR_TYPES: &[&str] = &["Color32", "Rgba", "Hsva"];

/// Not colours: nothing at all, and the toolkit's word for "as given when painted".
const NO_COLOUR: &[&str] = &["TRANSPARENT", "PLACEHOLDER"];

/// Makers of colours, whatever the type is called.
const COLOUR_MAKERS: &[&str] = &[
    "from_rgb",
    "from_rgba_premultiplied",
    "from_rgba_unmultiplied",
    "from_gray",
    "from_black_alpha",
    "from_white_alpha",
    "hex_color",
];

/// Calls and macros whose texts engineers read: the last word of a path, or the last two.
const FOR_ENGINEERS: &[&str] = &[
    "trace!",
    "debug!",
    "info!",
    "warn!",
    "error!",
    "event!",
    "span!",
    "panic!",
    "unreachable!",
    "assert!",
    "assert_eq!",
    "assert_ne!",
    "debug_assert!",
    "debug_assert_eq!",
    "debug_assert_ne!",
    "matches!",
    "env!",
    "include_str!",
    "include_bytes!",
    "expect",
    "expect_err",
    "Id::new",
    "id_salt",
    "push_id",
    "why:",
    // Errors of a command, for whoever typed it.
    "Err",
    "map_err",
    "ok_or",
    "ok_or_else",
];

/// Whether the rules of this module hold for a file.
pub fn applies(path: &str) -> bool {
    FOR_PEOPLE.iter().any(|folder| path.starts_with(folder))
}

/// Colours made outside the tokens.
pub fn check_colours(source: &Source) -> Vec<Finding> {
    let is_free = [TOKEN_PARTS, MIXER].iter().any(|part| source.path.starts_with(part));
    if source.path == TOKENS || is_free {
        return Vec::new();
    }
    let made = |place: &&Place| {
        let words: Vec<&str> = place.segments().collect();
        let of_type = words
            .split_last()
            .is_some_and(|(_, before)| before.iter().any(|word| COLOUR_TYPES.contains(word)));
        let last = |known: &[&str]| words.last().is_some_and(|word| known.contains(word));
        !last(NO_COLOUR) && (of_type || last(COLOUR_MAKERS))
    };
    let named = source.program_paths().filter(made).map(|place| (place.line, place.name.as_str()));
    let strings =
        source.strings.iter().filter(|literal| !literal.test && is_hex_colour(&literal.text));
    let written = strings.map(|literal| (literal.line, literal.text.as_str()));
    named
        .chain(written)
        .map(|(line, what)| Finding {
            path: source.path.clone(),
            line,
            what: format!("`{what}` is a colour outside {TOKENS}"),
            remedy: "give it a name in the tokens and take it from there",
        })
        .collect()
}

/// Sentences for people outside `vigie-words`.
pub fn check_sentences(source: &Source) -> Vec<Finding> {
    if COMMAND_LINE.iter().any(|start| source.path.starts_with(start)) {
        return Vec::new();
    }
    let for_people = |literal: &&Literal| {
        !literal.test
            && reads_as_text(&literal.text)
            && !literal.inside.iter().any(|call| for_engineers(call))
            && !marked(source, literal.line)
    };
    let texts = source.strings.iter().filter(for_people);
    texts
        .map(|literal| Finding {
            path: source.path.clone(),
            line: literal.line,
            what: format!("\"{}\" reads as a text for people", literal.text.trim()),
            remedy: "move it into vigie-words, in all languages; a text for engineers takes the comment `// tidy: not for people`",
        })
        .collect()
}

fn for_engineers(call: &str) -> bool {
    FOR_ENGINEERS.iter().any(|known| {
        call.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with("::"))
    })
}

fn marked(source: &Source, line: usize) -> bool {
    source.line(line).contains(MARKER) || source.line(line.saturating_sub(1)).trim() == MARKER
}

/// Two words with a space between, or one word that begins with a capital: placeholders left out.
fn reads_as_text(text: &str) -> bool {
    let text = without_placeholders(text);
    let words: Vec<&str> = text.split_whitespace().filter_map(word).collect();
    words.len() >= 2 || words.iter().any(|word| word.chars().next().is_some_and(char::is_uppercase))
}

/// The word in a run of signs, punctuation around it left out; `abp.sys` and `1b` are none.
fn word(signs: &str) -> Option<&str> {
    let word = signs.trim_matches(|sign: char| !sign.is_alphanumeric());
    let spelled =
        |sign: char| sign.is_alphabetic() || matches!(sign, '-' | '\'' | '’' | '\u{fffd}');
    (word.chars().count() >= 2 && word.chars().all(spelled)).then_some(word)
}

/// `{name:>5}` says nothing itself.
fn without_placeholders(text: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for sign in text.chars() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            sign if depth == 0 => plain.push(sign),
            _ => {}
        }
    }
    plain
}

fn is_hex_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 6 | 8) && digits.chars().all(|sign| sign.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(text: &str) -> usize {
        check_colours(&Source::parse("ui/dashboard/src/tile_ui.rs", text)).len()
    }

    fn sentences(text: &str) -> usize {
        check_sentences(&Source::parse("ui/dashboard/src/tile_ui.rs", text)).len()
    }

    #[test]
    fn each_way_to_make_a_colour_is_found() {
        let bad = [
            "const RED: egui::Color32 = egui::Color32::RED;",
            "fn a() { let ink = Color32::from_rgb(255, 0, 0); }",
            "fn a() { let ink = Rgba::from_luminance_alpha(1.0, 0.5); }",
            "fn a() { let ink = egui::hex_color!(\"#ff0000\"); }",
            "const RED: &str = \"#FF0000\";",
            "type C = Color32; fn a() { C::from_gray(9); }",
        ];
        for text in bad {
            assert!(colours(text) > 0, "not found: {text}");
        }
    }

    #[test]
    fn passing_a_colour_on_is_free() {
        let good = "use egui::Color32; fn a(ink: Color32) -> Color32 { Color32::TRANSPARENT } const ID: &str = \"#pleth\";";
        assert_eq!(colours(good), 0);
        let tokens =
            Source::parse(TOKENS, "pub const RED: Color32 = Color32::from_rgb(255, 0, 0);");
        assert_eq!(check_colours(&tokens), []);
        let part = Source::parse(
            "ui/kit/src/tokens/palettes.rs",
            "const RED: Color32 = Color32::from_rgb(255, 0, 0);",
        );
        assert_eq!(check_colours(&part), []);
    }

    #[test]
    fn each_text_for_people_is_found() {
        let bad = [
            "fn a() { ui.label(\"no data\"); }",
            "fn a() { painter.text(at, align, format!(\"stale for {age} s, {since}\"), font, ink); }",
            "fn a() { println!(\"{bed}: sensor off\"); }",
            "const WORD: &str = \"REPLAY\";",
            "fn a() { ui.label(\"Périmé\"); }",
            "fn a() { ui.label(\"{count} beds lost.\"); }",
        ];
        for text in bad {
            assert_eq!(sentences(text), 1, "{text}");
        }
    }

    #[test]
    fn what_engineers_read_is_free() {
        let good = [
            "/// Paints the tile.\n#[expect(clippy::too_many_arguments, reason = \"all of them are needed\")]\nfn a() {}",
            "fn a() { tracing::warn!(\"window lost its socket\"); }",
            "fn a() { egui::Id::new(\"Ward grid\"); ui.push_id(\"bed view\", b); }",
            "fn a() { let deadline = Deadline { at, why: \"sweep moves on\" }; }",
            "fn a() { value.expect(\"the ward has a bed\"); }",
            "fn a() { ui.label(format!(\"{value} {unit}\")); ui.label(\"/ ( ) %\"); let id = \"abp.sys\"; }",
            "const CLEAR: &str = \"\\x1b[H\\x1b[2J\";",
            "const NAME: &str = \"DejaVu Sans\"; // tidy: not for people",
            "// tidy: not for people\nconst NAME: &str = \"DejaVu Sans\";",
            "#[cfg(test)]\nmod tests { fn a() { get_by_label(\"SpO2 97 percent\"); } }",
        ];
        for text in good {
            assert_eq!(sentences(text), 0, "{text}");
        }
    }

    #[test]
    fn the_marker_frees_its_own_line_alone() {
        let text = "const NAME: &str = \"DejaVu Sans\"; // tidy: not for people\nconst WORD: &str = \"no data\";\nconst MORE: &str = \"no more\";";
        assert_eq!(sentences(text), 2);
    }

    #[test]
    fn the_rules_hold_for_what_paints_and_prints() {
        assert!(applies("ui/dashboard/src/tile_ui.rs") && applies("crates/vigie/src/table.rs"));
        assert!(!applies("crates/words/src/lib.rs"));
    }
}
