//! One table of the file: its keys asked by name and type, with the line of each.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    mistake::{LineIndex, Mistakes, quote},
    suggest::nearest,
};

/// Keys that stand above the first table.
pub(crate) const TOP_KEYS: &[&str] = &[
    "mode", "language", "no_lines", "network", "record", "alarms", "scores", "sound", "screen",
    "bed", "line", "device", "person", "window",
];

/// What reads the file: lines, and what was found wrong so far.
#[derive(Debug)]
pub(crate) struct Reader {
    lines: LineIndex,
    pub(crate) mistakes: Mistakes,
}

impl Reader {
    pub(crate) fn new(text: &str) -> Reader {
        Reader { lines: LineIndex::new(text), mistakes: Mistakes::default() }
    }

    pub(crate) fn line_of<T>(&self, spanned: &Spanned<T>) -> usize {
        self.line_at(spanned.span().start)
    }

    pub(crate) fn line_at(&self, place: usize) -> usize {
        self.lines.line_of(place)
    }

    pub(crate) fn wrong(
        &mut self,
        line: usize,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.mistakes.add(line, what, remedy);
    }
}

/// A value and the line of its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

/// What a number may be, and why no other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) least: u32,
    pub(crate) most: u32,
    /// Ends the remedy: half a sentence.
    pub(crate) why: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'a> {
    table: &'a DeTable<'a>,
    /// As it is written, for messages: `[[line]]`.
    name: &'static str,
    /// Where it begins.
    pub(crate) line: usize,
}

impl<'a> Section<'a> {
    /// A table whose keys are known: any other is a mistake.
    pub(crate) fn open(
        table: &'a DeTable<'a>,
        name: &'static str,
        line: usize,
        known: &[&'static str],
        reader: &mut Reader,
    ) -> Section<'a> {
        for key in table.keys() {
            let written: &str = key.get_ref();
            if !known.contains(&written) {
                let remedy = if let Some(meant) = nearest(written, known.iter().copied()) {
                    format!("did you mean \"{meant}\"?")
                } else if TOP_KEYS.contains(&written) {
                    format!("it stands above the first line in square brackets, not in {name}")
                } else {
                    format!("known here: {}", known.join(", "))
                };
                reader.wrong(
                    reader.line_of(key),
                    format!("unknown key {}", quote(written)),
                    remedy,
                );
            }
        }
        Section { table, name, line }
    }

    fn get(&self, key: &str, reader: &Reader) -> Option<Field<&'a DeValue<'a>>> {
        let (key, value) = self.table.get_key_value(key)?;
        Some(Field { value: value.get_ref(), line: reader.line_of(key) })
    }

    /// Whether the key is there, of whatever type.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The line of a key, or of the table without it.
    pub(crate) fn line_of(&self, key: &str, reader: &Reader) -> usize {
        self.get(key, reader).map_or(self.line, |field| field.line)
    }

    /// A text, if the key is there.
    pub(crate) fn text(&self, key: &str, reader: &mut Reader) -> Option<Field<&'a str>> {
        let field = self.get(key, reader)?;
        let text = field.value.as_str();
        if text.is_none() {
            wrong_type(reader, key, field, "a text in quotation marks");
        }
        text.map(|value| Field { value, line: field.line })
    }

    /// A text that must be there.
    pub(crate) fn needed_text(
        &self,
        key: &str,
        example: &str,
        reader: &mut Reader,
    ) -> Option<Field<&'a str>> {
        if !self.has(key) {
            let what = format!("{} has no {key}", self.name);
            reader.wrong(self.line, what, format!("write {key} = \"{example}\""));
        }
        self.text(key, reader)
    }

    /// True or false, if the key is there.
    pub(crate) fn flag(&self, key: &str, reader: &mut Reader) -> Option<Field<bool>> {
        let field = self.get(key, reader)?;
        let flag = field.value.as_bool();
        if flag.is_none() {
            wrong_type(reader, key, field, "true or false, without quotation marks");
        }
        flag.map(|value| Field { value, line: field.line })
    }

    /// A whole number, if the key is there.
    pub(crate) fn number(&self, key: &str, reader: &mut Reader) -> Option<Field<u32>> {
        let field = self.get(key, reader)?;
        let number = field
            .value
            .as_integer()
            .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            wrong_type(reader, key, field, "a whole number without quotation marks");
        }
        number.map(|value| Field { value, line: field.line })
    }

    /// A whole number within a span, if the key is there.
    pub(crate) fn within(&self, key: &str, span: Span, reader: &mut Reader) -> Option<u32> {
        let field = self.number(key, reader)?;
        let Span { least, most, why } = span;
        if (least..=most).contains(&field.value) {
            return Some(field.value);
        }
        let what = format!("\"{key}\" is {}", field.value);
        reader.wrong(field.line, what, format!("write a number from {least} to {most}: {why}"));
        None
    }

    /// Whether the key is there and says 0.
    pub(crate) fn is_zero(&self, key: &str) -> bool {
        let number = self.table.get(key).and_then(|value| value.get_ref().as_integer());
        number.is_some_and(|number| i64::from_str_radix(number.as_str(), number.radix()) == Ok(0))
    }

    /// Whatever stands behind a key.
    pub(crate) fn value(&self, key: &str, reader: &Reader) -> Option<Field<&'a DeValue<'a>>> {
        self.get(key, reader)
    }

    /// A list of texts, if the key is there, each with its line.
    pub(crate) fn texts(&self, key: &str, reader: &mut Reader) -> Vec<Field<&'a str>> {
        const WANTED: &str = "a list of texts: [\"/media/stick\"]";
        let Some(field) = self.get(key, reader) else { return Vec::new() };
        let Some(array) = field.value.as_array() else {
            wrong_type(reader, key, field, WANTED);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for element in array.iter() {
            let line = reader.line_of(element);
            match element.get_ref().as_str() {
                Some(value) => texts.push(Field { value, line }),
                None => wrong_type(reader, key, Field { value: element.get_ref(), line }, WANTED),
            }
        }
        texts
    }

    /// A table inside this one, if the key is there.
    pub(crate) fn table(
        &self,
        key: &str,
        written: &str,
        reader: &mut Reader,
    ) -> Option<Field<&'a DeTable<'a>>> {
        let field = self.get(key, reader)?;
        let table = field.value.as_table();
        if table.is_none() {
            wrong_type(reader, key, field, &format!("a table: {written}"));
        }
        table.map(|value| Field { value, line: field.line })
    }

    /// The tables of a list such as `[[bed]]`, each with its first line.
    pub(crate) fn tables(
        &self,
        key: &'static str,
        reader: &mut Reader,
    ) -> Vec<Field<&'a DeTable<'a>>> {
        let Some(field) = self.get(key, reader) else { return Vec::new() };
        let Some(array) = field.value.as_array() else {
            wrong_type(reader, key, field, &format!("a list of tables: [[{key}]]"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for element in array.iter() {
            let line = reader.line_of(element);
            match element.get_ref().as_table() {
                Some(table) => tables.push(Field { value: table, line }),
                None => wrong_type(
                    reader,
                    key,
                    Field { value: element.get_ref(), line },
                    &format!("a list of tables: [[{key}]]"),
                ),
            }
        }
        tables
    }
}

/// All keys of a table in the order written.
pub(crate) fn in_order<'a>(
    table: &'a DeTable<'a>,
) -> Vec<(&'a Spanned<std::borrow::Cow<'a, str>>, &'a DeValue<'a>)> {
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (key, value.get_ref())).collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

pub(crate) fn wrong_type(reader: &mut Reader, key: &str, field: Field<&DeValue<'_>>, wanted: &str) {
    let found = match field.value {
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Integer(number) => {
            format!("the number {}", number.to_string().chars().take(24).collect::<String>())
        }
        DeValue::Float(_) => "a number with a fraction".to_owned(),
        DeValue::Boolean(_) => "true or false".to_owned(),
        DeValue::Datetime(_) => "a date or time".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    };
    reader.wrong(field.line, format!("\"{key}\" is {found}"), format!("write {wanted}"));
}
