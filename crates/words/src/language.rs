//! Which languages there are.

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English; also what stands in when a text is missing.
    #[default]
    English,
    /// French.
    French,
    /// Indonesian.
    Indonesian,
}

impl Language {
    /// All of them, in the order in which a key press walks through them.
    pub const ALL: [Language; 3] = [Language::English, Language::French, Language::Indonesian];

    /// From a language tag or a POSIX locale: `fr`, `fr-CA`, `fr_FR.UTF-8`. `None`: not one of ours.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_', '.', '@']).next()?;
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The BCP 47 tag. Never for people: `fr` beside a number reads as the French respiratory rate.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
            Language::Indonesian => "id",
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::French => "Français",
            Language::Indonesian => "Bahasa Indonesia",
        }
    }

    /// The one after it, round and round.
    pub const fn next(self) -> Language {
        match self {
            Language::English => Language::French,
            Language::French => Language::Indonesian,
            Language::Indonesian => Language::English,
        }
    }

    /// The sign between the whole and the fraction on screen and paper.
    pub const fn decimal_sign(self) -> char {
        match self {
            Language::English => '.',
            Language::French | Language::Indonesian => ',',
        }
    }

    /// Its texts, a file a subject.
    pub(crate) const fn texts(self) -> [&'static str; 7] {
        macro_rules! files {
            ($tag:literal) => {
                [
                    include_str!(concat!("../texts/", $tag, "/ward.ftl")),
                    include_str!(concat!("../texts/", $tag, "/metrics.ftl")),
                    include_str!(concat!("../texts/", $tag, "/waves.ftl")),
                    include_str!(concat!("../texts/", $tag, "/layouts.ftl")),
                    include_str!(concat!("../texts/", $tag, "/setup.ftl")),
                    include_str!(concat!("../texts/", $tag, "/comfort.ftl")),
                    include_str!(concat!("../texts/", $tag, "/people.ftl")),
                ]
            };
        }
        match self {
            Language::English => files!("en"),
            Language::French => files!("fr"),
            Language::Indonesian => files!("id"),
        }
    }
}
