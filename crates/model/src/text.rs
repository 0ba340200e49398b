//! Short texts that travel with every sample: cheap to clone, never changed.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A short text as a device or a configuration wrote it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Text(Arc<str>);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// At most `bytes_max` bytes of the text, cut at a character.
    pub fn truncated(&self, bytes_max: usize) -> Text {
        if self.0.len() <= bytes_max {
            return self.clone();
        }
        let mut end = bytes_max;
        while !self.0.is_char_boundary(end) {
            end -= 1;
        }
        Text::from(&self.0[..end])
    }

    /// True when there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(Arc::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(Arc::from(text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// A unit of measure: a UCUM code, or the device's own text when no UCUM code is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A case-sensitive UCUM code, such as `mm[Hg]`.
    Ucum(Text),
    /// What the device wrote, for a unit that is not mapped. Shown, never converted.
    AsSent(Text),
}

impl Unit {
    /// A unit by its UCUM code.
    pub fn ucum(code: &str) -> Unit {
        Unit::Ucum(Text::from(code))
    }

    /// The UCUM unit `1`: a ratio or an index.
    pub fn one() -> Unit {
        Unit::ucum("1")
    }

    /// The code or text, whichever it is.
    pub fn as_str(&self) -> &str {
        match self {
            Unit::Ucum(text) | Unit::AsSent(text) => text.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_character() {
        let text = Text::from("pré-réa");
        assert_eq!(text.truncated(3).as_str(), "pr");
        assert_eq!(text.truncated(4).as_str(), "pré");
        assert_eq!(text.truncated(99).as_str(), "pré-réa");
    }
}
