//! Texts for people at the bedside in English, French and Indonesian; numbers, units and times as
//! they are written there.
//!
//! The texts stand in `texts/*/*.ftl` (Project Fluent), where a translator can read them. This crate
//! decides nothing: it is handed what is true and says it. It reads no clock and no locale: the
//! language and the offset from UTC are handed in.
//!
//! Start at [`Words`]. No call fails: a text that is missing is said in English, and a text that is
//! missing there is shown as its key, which the tests keep from happening.

mod alarm;
mod attention;
mod bundle;
mod key;
mod language;
mod layout;
mod log;
mod metric;
mod number;
mod record;
mod score;
mod sentence;
mod setup;
mod spoken;
mod state;
mod time;
mod unit;
mod units;
mod wave;

use std::{collections::BTreeMap, fmt, sync::Arc};

use fluent_bundle::FluentValue;

pub use key::TextKey;
pub use language::Language;
pub use spoken::SpokenState;
pub use units::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

use bundle::Texts;
use metric::Names;

/// The words of one language. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Words(Arc<Inner>, Units);

struct Inner {
    language: Language,
    texts: Texts,
    /// By nomenclature id; worked out once, since a window asks for them at every frame.
    metrics: BTreeMap<&'static str, Names>,
}

impl Words {
    /// The words of a language.
    pub fn new(language: Language) -> Words {
        let texts = Texts::new(language);
        let metrics = metric::names(&texts);
        Words(Arc::new(Inner { language, texts, metrics }), Units::default())
    }

    /// Which language it is.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// A text that has nothing to fill in.
    pub fn text(&self, key: TextKey) -> String {
        self.message(key.id(), &[])
    }

    /// A text with its places filled.
    fn message(&self, id: &str, places: &[(&'static str, FluentValue<'_>)]) -> String {
        self.0.texts.message(id, places)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.0.language).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_text_is_its_key_and_never_a_panic() {
        let words = Words::new(Language::French);
        assert_eq!(words.message("no-such-text", &[]), "no-such-text");
        assert_eq!(words.message("last-value", &[]), "last-value", "its places stay empty");
    }

    #[test]
    fn words_go_where_they_are_needed() {
        fn shared<T: Clone + Send + Sync>(_: &T) {}
        let words = Words::new(Language::Indonesian);
        shared(&words);
        assert_eq!(words.clone().language(), Language::Indonesian);
    }
}
