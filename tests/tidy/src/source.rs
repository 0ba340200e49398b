//! One Rust file as rules see it: paths, strings, macros and attributes, each with its line, and
//! whether it is test code.
//!
//! The tokens are rustc's, by way of `proc-macro2`: comments are gone, a doc comment is an
//! attribute. Nothing is resolved: a path is what stands written, with `use` trees spelled out
//! (`use std::{fs, net::TcpStream}` gives `std::fs` and `std::net::TcpStream`).

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::tokens::{attribute, path, punct, string_text, test_only};

/// A Rust file.
#[derive(Debug, Default)]
pub struct Source {
    /// From the root of the repository, with forward slashes.
    pub path: String,
    /// As it stands in the file.
    pub text: String,
    /// Paths, as written.
    pub paths: Vec<Place>,
    /// Macros called, without the exclamation mark.
    pub macros: Vec<Place>,
    /// Attributes, by the first word in them.
    pub attributes: Vec<Place>,
    /// Modules that exist for tests alone: `#[cfg(test)] mod name;`.
    pub test_modules: Vec<String>,
    /// String literals, attributes left out.
    pub strings: Vec<Literal>,
    /// Why the file could not be read as Rust, and where.
    pub unreadable: Option<(usize, String)>,
}

/// A name at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name; the segments of a path are joined by `::`.
    pub name: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Inside an item that only tests have.
    pub test: bool,
}

impl Place {
    /// Whether the path is `prefix` or leads on from it.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    /// The segments of a path.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.name.split("::")
    }
}

/// A string literal at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// What it says, escapes replaced by a space.
    pub text: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Inside an item that only tests have.
    pub test: bool,
    /// The calls and macros around it, outermost first: `egui::Id::new`, `info!`; the name of the
    /// field it is the value of comes last, as `why:`.
    pub inside: Vec<String>,
}

impl Source {
    /// Reads a file. A file that is no Rust says so in `unreadable`.
    pub fn parse(path: &str, text: &str) -> Source {
        let mut source =
            Source { path: path.to_owned(), text: text.to_owned(), ..Default::default() };
        match text.parse::<TokenStream>() {
            Ok(tokens) => source.walk(tokens, &Around::default()),
            Err(error) => source.unreadable = Some((error.span().start().line, error.to_string())),
        }
        source
    }

    /// Paths that the program has, test code left out.
    pub fn program_paths(&self) -> impl Iterator<Item = &Place> {
        self.paths.iter().filter(|place| !place.test)
    }

    /// One line of the text, counted from 1; empty where there is none.
    pub fn line(&self, line: usize) -> &str {
        line.checked_sub(1).and_then(|index| self.text.lines().nth(index)).unwrap_or_default()
    }

    /// Marks everything in the file as test code.
    pub fn mark_as_test(&mut self) {
        let places = [&mut self.paths, &mut self.macros, &mut self.attributes];
        places.into_iter().flatten().for_each(|place| place.test = true);
        self.strings.iter_mut().for_each(|literal| literal.test = true);
    }

    fn walk(&mut self, tokens: TokenStream, around: &Around) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut file_test = around.test; // from `#![cfg(test)]` on
        let mut item_test = false; // from `#[cfg(test)]` to the end of its item
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let rest = tokens.get(at + 1..).unwrap_or_default();
            let around = Around { test: file_test || item_test, ..around.clone() };
            at += 1;
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if let Some((inner, group, taken)) = attribute(rest) {
                        at += taken;
                        self.attribute(group, &around);
                        match (test_only(group), inner) {
                            (true, true) => file_test = true,
                            (true, false) => item_test = true,
                            (false, _) => {}
                        }
                    }
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => item_test = false,
                TokenTree::Punct(_) => {}
                TokenTree::Ident(word) if word == "use" && !punct(rest.first(), '<') => {
                    let end = rest.iter().position(|token| punct(Some(token), ';'));
                    let tree = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    at += tree.len();
                    self.use_tree("", tree, around.test);
                }
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), true) = (rest.first(), around.test) {
                        self.test_modules.push(name.to_string());
                    }
                }
                TokenTree::Ident(_) => {
                    let (name, taken) = path(tokens.get(at - 1..).unwrap_or_default());
                    at += taken - 1;
                    let line = token.span().start().line;
                    self.paths.push(Place { name: name.clone(), line, test: around.test });
                    at +=
                        self.after_path(&name, line, tokens.get(at..).unwrap_or_default(), &around);
                }
                TokenTree::Group(group) => {
                    self.walk(group.stream(), &around);
                    if group.delimiter() == Delimiter::Brace {
                        item_test = false;
                    }
                }
                TokenTree::Literal(literal) => {
                    self.literal(&literal.to_string(), literal.span().start().line, &around);
                }
            }
        }
    }

    /// Looks whether a path is called, is a macro, or names a field; returns the tokens it took.
    fn after_path(
        &mut self,
        name: &str,
        line: usize,
        rest: &[TokenTree],
        around: &Around,
    ) -> usize {
        let inside = |what: String| {
            let mut around = around.clone();
            around.inside.push(what);
            around
        };
        match rest {
            [TokenTree::Punct(mark), TokenTree::Group(group), ..] if mark.as_char() == '!' => {
                self.macros.push(Place { name: name.to_owned(), line, test: around.test });
                self.walk(group.stream(), &inside(format!("{name}!")));
                2
            }
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Parenthesis => {
                self.walk(group.stream(), &inside(name.to_owned()));
                1
            }
            [TokenTree::Punct(colon), TokenTree::Literal(literal), ..]
                if colon.as_char() == ':' =>
            {
                let line = literal.span().start().line;
                self.literal(&literal.to_string(), line, &inside(format!("{name}:")));
                2
            }
            _ => 0,
        }
    }

    fn attribute(&mut self, group: &Group, around: &Around) {
        if let Some(TokenTree::Ident(first)) = group.stream().into_iter().next() {
            let line = first.span().start().line;
            self.attributes.push(Place { name: first.to_string(), line, test: around.test });
        }
    }

    fn use_tree(&mut self, prefix: &str, tokens: &[TokenTree], test: bool) {
        let branches = tokens.split(|token| punct(Some(token), ','));
        for branch in branches.filter(|branch| !branch.is_empty()) {
            // `pub(crate)` never stands here: visibility comes before `use`.
            let start = branch.iter().position(|token| !punct(Some(token), ':')).unwrap_or(0);
            let branch = branch.get(start..).unwrap_or_default();
            let (name, taken) = path(branch);
            let full = match (prefix, name.as_str()) {
                ("", name) => name.to_owned(),
                (prefix, "" | "self") => prefix.to_owned(),
                (prefix, name) => format!("{prefix}::{name}"),
            };
            let after = branch.iter().skip(taken).find_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
            });
            match (after, branch.first()) {
                (Some(tree), _) => {
                    let tree: Vec<TokenTree> = tree.into_iter().collect();
                    self.use_tree(&full, &tree, test);
                }
                (None, Some(first)) => {
                    let line = first.span().start().line;
                    self.paths.push(Place { name: full, line, test });
                }
                (None, None) => {}
            }
        }
    }

    fn literal(&mut self, written: &str, line: usize, around: &Around) {
        if let Some(text) = string_text(written) {
            let (test, inside) = (around.test, around.inside.clone());
            self.strings.push(Literal { text, line, test, inside });
        }
    }
}

/// What stands around a token.
#[derive(Clone, Debug, Default)]
struct Around {
    test: bool,
    inside: Vec<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn names(source: &Source) -> Vec<&str> {
        source.program_paths().map(|place| place.name.as_str()).collect()
    }

    #[test]
    fn use_trees_are_spelled_out() {
        let source =
            Source::parse("a.rs", "pub(crate) use std::{fs, net::{self, TcpStream as T}, io::*};");
        let expected = ["pub", "crate", "std::fs", "std::net", "std::net::TcpStream", "std::io"];
        assert_eq!(names(&source), expected);
    }

    #[test]
    fn comments_and_strings_hold_no_paths() {
        let source = Source::parse(
            "a.rs",
            "// std::fs\n/* std::net */ /// std::env\nconst A: &str = \"std::os\";",
        );
        assert!(names(&source).iter().all(|name| !name.starts_with("std")), "{source:?}");
        assert_eq!(
            source.strings.iter().map(|literal| literal.text.as_str()).collect::<Vec<_>>(),
            ["std::os"]
        );
    }

    #[test]
    fn test_items_are_told_apart_from_the_program() {
        let text = "fn a() { b::c() }\n#[cfg(test)]\nmod tests { fn d() { e::f() } }\n#[cfg(not(test))]\nfn g() { h::i() }";
        let source = Source::parse("a.rs", text);
        assert!(names(&source).contains(&"b::c"));
        assert!(names(&source).contains(&"h::i"), "the item after a test module is program again");
        assert!(!names(&source).contains(&"e::f"));
        let inner = Source::parse("a.rs", "#![cfg(test)]\nfn a() { b::c() }");
        assert_eq!(names(&inner), Vec::<&str>::new());
    }

    #[test]
    fn a_module_file_for_tests_is_named() {
        let source = Source::parse("a.rs", "#[cfg(test)]\nmod golden;\nmod wire;");
        assert_eq!(source.test_modules, ["golden"]);
    }

    #[test]
    fn strings_know_what_they_stand_in() {
        let text = "fn a() { ui.label(format!(\"two words {x}\")); D { why: \"a reason\" }; egui::Id::new(r#\"an id\"#); }";
        let source = Source::parse("a.rs", text);
        let seen: Vec<(&str, Vec<&str>)> = source
            .strings
            .iter()
            .map(|literal| {
                (literal.text.as_str(), literal.inside.iter().map(String::as_str).collect())
            })
            .collect();
        let expected = [
            ("two words {x}", vec!["label", "format!"]),
            ("a reason", vec!["why:"]),
            ("an id", vec!["egui::Id::new"]),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_no_rust_says_where() {
        let source = Source::parse("a.rs", "fn a() {\n  \"open\n");
        assert!(source.unreadable.is_some());
    }
}
