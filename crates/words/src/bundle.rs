//! Fluent behind one function that always answers.

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::Language;

/// The texts of one language, with English behind them.
pub(crate) struct Texts {
    own: Bundle,
    /// `None` when the language is English itself.
    english: Option<Bundle>,
}

impl Texts {
    pub(crate) fn new(language: Language) -> Texts {
        let english = (language != Language::English).then(|| Bundle::new(Language::English));
        Texts { own: Bundle::new(language), english }
    }

    /// A text with its places filled, or its id when there is none.
    pub(crate) fn message(&self, id: &str, places: &[(&'static str, FluentValue<'_>)]) -> String {
        self.find(id, None, places).unwrap_or_else(|| id.to_owned())
    }

    /// A text, or its attribute, with its places filled; `None` when it is missing in both
    /// languages or a place of it stays empty.
    pub(crate) fn find(
        &self,
        id: &str,
        attribute: Option<&str>,
        places: &[(&'static str, FluentValue<'_>)],
    ) -> Option<String> {
        let args: FluentArgs<'_> = places.iter().cloned().collect();
        let own = self.own.format(id, attribute, &args);
        own.or_else(|| self.english.as_ref()?.format(id, attribute, &args))
    }
}

struct Bundle(FluentBundle<FluentResource>);

impl Bundle {
    /// Reads the texts that are built in. A line that cannot be read is left out and found missing
    /// later; the tests see to it that there is none.
    fn new(language: Language) -> Bundle {
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Marks around what is filled in help to mix scripts; ours are all Latin, and fonts and
        // terminals would draw the marks as boxes.
        bundle.set_use_isolating(false);
        for text in language.texts() {
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Bundle(bundle)
    }

    fn format(&self, id: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(args), &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}
