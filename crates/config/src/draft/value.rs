//! What stands behind a key, apart from how it is written.

use toml_edit::{Array, InlineTable, Item};

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A number with a fraction, with its digits as written.
    Fraction(String),
    /// A text.
    Text(String),
    /// Several.
    List(Vec<Value>),
    /// Keys with values of their own, in the order written.
    Table(Vec<(String, Value)>),
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Flag(_)
            | Value::Number(_)
            | Value::Fraction(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }

    /// True or false, if it is that.
    pub fn as_flag(&self) -> Option<bool> {
        match self {
            Value::Flag(flag) => Some(*flag),
            Value::Number(_)
            | Value::Fraction(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Flag(_)
            | Value::Fraction(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }

    /// As it is written in the file. `None`: a fraction that is no number.
    pub(super) fn written(&self) -> Option<toml_edit::Value> {
        Some(match self {
            Value::Flag(flag) => (*flag).into(),
            Value::Number(number) => (*number).into(),
            Value::Fraction(digits) => {
                let value = digits.parse::<toml_edit::Value>().ok()?;
                if !(value.is_float() || value.is_integer()) {
                    return None;
                }
                value
            }
            Value::Text(text) => text.as_str().into(),
            Value::List(list) => {
                let mut array = Array::new();
                for value in list {
                    array.push(value.written()?);
                }
                array.into()
            }
            Value::Table(entries) => {
                let mut table = InlineTable::new();
                for (key, value) in entries {
                    table.insert(key, value.written()?);
                }
                table.into()
            }
        })
    }

    /// Of what is written in the file. `None`: a list of tables, or nothing.
    pub(super) fn of_item(item: &Item) -> Option<Value> {
        match item {
            Item::None | Item::ArrayOfTables(_) => None,
            Item::Value(value) => Some(Value::of(value)),
            Item::Table(table) => Some(Value::Table(
                table
                    .iter()
                    .filter_map(|(key, item)| Some((key.to_owned(), Value::of_item(item)?)))
                    .collect(),
            )),
        }
    }

    fn of(value: &toml_edit::Value) -> Value {
        match value {
            toml_edit::Value::String(text) => Value::Text(text.value().clone()),
            toml_edit::Value::Integer(number) => Value::Number(*number.value()),
            toml_edit::Value::Float(number) => {
                Value::Fraction(number.display_repr().trim().to_owned())
            }
            toml_edit::Value::Boolean(flag) => Value::Flag(*flag.value()),
            toml_edit::Value::Datetime(time) => Value::Text(time.value().to_string()),
            toml_edit::Value::Array(array) => Value::List(array.iter().map(Value::of).collect()),
            toml_edit::Value::InlineTable(table) => Value::Table(
                table.iter().map(|(key, value)| (key.to_owned(), Value::of(value))).collect(),
            ),
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Number(i64::from(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}
