//! The options of a session, from text.

use vigie_session::Setup;

use super::{LIST, list_of};
use crate::wire::Kind;

/// Speed of the line, which the port itself is set to.
const BAUD: &str = "baud";

/// All options, the last of each name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// Ask for this list only.
    pub(super) list: Option<Kind>,
    /// What was not understood.
    pub(super) odd: Option<String>,
}

impl Options {
    pub(super) fn of(setup: &Setup) -> Options {
        let mut options = Options::default();
        for (name, value) in &setup.options {
            // Told to every family on a serial line: the questions here fit the slowest of them.
            if name == BAUD {
                continue;
            }
            if name != LIST {
                options.odd = Some(format!("option {name} is not known"));
                continue;
            }
            options.list = list_of(value);
            if options.list.is_none() {
                options.odd = Some(format!("option {LIST} is neither MISCF nor MISCA"));
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[(&str, &str)]) -> Options {
        let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Options::of(&Setup { options: options.collect(), ..Setup::default() })
    }

    #[test]
    fn options_from_text() {
        assert_eq!(of(&[]), Options::default());
        assert_eq!(of(&[(LIST, "MISCA")]).list, Some(Kind::A));
        assert_eq!(of(&[(LIST, "MISCA"), (LIST, "MISCF")]).list, Some(Kind::F));
        assert!(of(&[(LIST, "all")]).odd.is_some());
        assert!(of(&[("speed", "9600")]).odd.is_some());
        assert_eq!(of(&[("baud", "9600")]), Options::default());
    }
}
