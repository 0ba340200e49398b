//! Everything that can be done in the window, and with which key: one table, which the keyboard, the help
//! and the menu read.
//!
//! A new thing to do is a row here, a text for its name in three languages, and an arm in
//! `Dashboard::perform`; the compiler asks for the arm, a test for the rest.

use egui::{Context, Event, Key, Modifiers};
use vigie_words::{TextKey, Words};

/// What things to do are listed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Answers and the sound.
    Alarms,
    /// Which beds are seen.
    Beds,
    /// How curves are drawn.
    Waves,
    /// How the window looks.
    Screen,
    /// The station and what it keeps.
    Station,
    /// What the program says of itself.
    Program,
}

impl Group {
    /// All, in the order of lists.
    pub const ALL: [Group; 6] =
        [Group::Alarms, Group::Beds, Group::Waves, Group::Screen, Group::Station, Group::Program];

    /// What stands above its rows.
    pub const fn name(self) -> TextKey {
        match self {
            Group::Alarms => TextKey::GroupAlarms,
            Group::Beds => TextKey::GroupBeds,
            Group::Waves => TextKey::GroupWaves,
            Group::Screen => TextKey::GroupScreen,
            Group::Station => TextKey::GroupStation,
            Group::Program => TextKey::GroupProgram,
        }
    }
}

/// What is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// One of these keys, without Shift, Ctrl or Alt.
    Keys(&'static [Key]),
    /// One of these with Ctrl.
    Ctrl(&'static [Key]),
    /// A character, wherever the keyboard has it.
    Typed(&'static str),
    /// No key of its own: a button of the menu.
    InMenu,
    /// One of these keys, read where it acts. Finger and mouse press the thing itself: a bed, a page.
    There(&'static [Key]),
}

impl Press {
    /// Whether this frame has it.
    fn is_in(self, ctx: &Context) -> bool {
        ctx.input(|input| match self {
            Press::Keys(keys) => {
                input.modifiers.is_none() && keys.iter().any(|key| input.key_pressed(*key))
            }
            Press::Ctrl(keys) => {
                // Plus needs Shift on most keyboards.
                input.modifiers.matches_logically(Modifiers::CTRL)
                    && keys.iter().any(|key| input.key_pressed(*key))
            }
            Press::Typed(typed) => {
                input.events.iter().any(|event| matches!(event, Event::Text(text) if text == typed))
            }
            Press::InMenu | Press::There(_) => false,
        })
    }

    /// As it stands on the keys.
    pub fn cap(self, words: &Words) -> String {
        let joined = |keys: &[Key]| {
            let caps: Vec<String> = keys.iter().map(|key| key_cap(*key, words)).collect();
            caps.join(", ")
        };
        match self {
            Press::There(keys) if keys.contains(&Key::ArrowUp) => words.text(TextKey::KeyArrows),
            Press::There([first, .., last]) if *first == Key::Num1 => {
                format!("{} - {}", first.name(), last.name())
            }
            Press::Keys(keys) | Press::There(keys) => joined(keys),
            // The others are the same key elsewhere.
            // tidy: not for people
            Press::Ctrl(keys) => format!("Ctrl {}", joined(keys.get(..1).unwrap_or(keys))),
            Press::Typed(typed) => typed.to_owned(),
            Press::InMenu => String::new(),
        }
    }
}

/// What stands on a key.
fn key_cap(key: Key, words: &Words) -> String {
    let named = [
        (Key::Escape, TextKey::KeyEscape),
        (Key::Enter, TextKey::KeyEnter),
        (Key::Home, TextKey::KeyHome),
        (Key::PageUp, TextKey::KeyPageUp),
        (Key::PageDown, TextKey::KeyPageDown),
    ];
    match named.into_iter().find(|(known, _)| *known == key) {
        Some((_, name)) => words.text(name),
        // The toolkit writes a sign that not every font has.
        None if key == Key::Minus => "-".to_owned(),
        None => key.symbol_or_name().to_owned(),
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident: $group:ident, $press:expr, $name:ident;)*) => {
        /// Something that can be done in the window.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// All, in the order of lists.
            pub const ALL: &[Action] = &[$(Action::$action),*];

            /// What it is listed under.
            pub const fn group(self) -> Group {
                match self {
                    $(Action::$action => Group::$group,)*
                }
            }

            /// Its key.
            pub const fn press(self) -> Press {
                match self {
                    $(Action::$action => $press,)*
                }
            }

            /// What it is called.
            pub const fn name(self) -> TextKey {
                match self {
                    $(Action::$action => TextKey::$name,)*
                }
            }
        }
    };
}

const ARROWS: &[Key] = &[Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight];

/// The first nine pages by their numbers.
pub const NUMBERS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

actions! {
    /// Opens the bed with the most urgent alarm.
    MostUrgent: Alarms, Press::Keys(&[Key::U]), ActionUrgent;
    /// Acknowledges the alarm that is chosen, or those of the open bed.
    Acknowledge: Alarms, Press::Keys(&[Key::A]), ActionAcknowledge;
    /// Says of them that somebody is on the way.
    Going: Alarms, Press::Keys(&[Key::G]), ActionGoing;
    /// Takes away what is over and was never answered.
    Reset: Alarms, Press::Keys(&[Key::R]), ActionReset;
    /// Takes the keyboard to the attention column.
    List: Alarms, Press::Keys(&[Key::F]), ActionList;
    /// Shows or hides the alarm log.
    Log: Alarms, Press::Keys(&[Key::J]), ActionLog;
    /// Silence for the policy's time; or sound again.
    Audio: Alarms, Press::Keys(&[Key::P]), ActionAudio;
    /// Whose answers these are.
    Initials: Alarms, Press::Keys(&[Key::I]), ActionInitials;
    /// From bed to bed.
    Choose: Beds, Press::There(ARROWS), ActionChoose;
    /// The first bed of the first page.
    First: Beds, Press::There(&[Key::Home]), ActionFirst;
    /// Opens the bed.
    Open: Beds, Press::There(&[Key::Enter]), ActionOpen;
    /// Out of what was entered last.
    Back: Beds, Press::Keys(&[Key::Escape]), ActionBack;
    /// The page before and the next one.
    Turn: Beds, Press::There(&[Key::PageUp, Key::PageDown]), ActionTurn;
    /// A page by its number.
    Page: Beds, Press::There(&NUMBERS), ActionPage;
    /// The next larger layout.
    More: Beds, Press::Typed("+"), ActionMore;
    /// The next smaller layout.
    Fewer: Beds, Press::Typed("-"), ActionFewer;
    /// The layout that viewing distance and beds want.
    Automatic: Beds, Press::Typed("0"), ActionAutomatic;
    /// The next paper speed.
    Speed: Waves, Press::Keys(&[Key::F2]), ActionSpeed;
    /// The next gain of the ECG.
    Gain: Waves, Press::Keys(&[Key::F3]), ActionGain;
    /// The erase bar instead of scrolling, or the other way round.
    Motion: Waves, Press::Keys(&[Key::F4]), ActionMotion;
    /// A grid of millimetres, or none.
    Grid: Waves, Press::Keys(&[Key::F5]), ActionGrid;
    /// Shows or hides the page that measures the screen.
    Calibrate: Waves, Press::Keys(&[Key::F6]), ActionCalibrate;
    /// Freezes the waves of the open bed, or lets them run again.
    Freeze: Waves, Press::Keys(&[Key::F8]), ActionFreeze;
    /// Numbers only, huge; or the ward again.
    Wall: Screen, Press::Keys(&[Key::W]), ActionWall;
    /// Where beds lie.
    Map: Beds, Press::Keys(&[Key::M]), ActionMap;
    /// The same, to find a patient.
    Find: Beds, Press::Typed("/"), ActionFind;
    /// One more window, for another screen.
    Window: Screen, Press::Keys(&[Key::N]), ActionWindow;
    /// The whole screen, and back.
    FullScreen: Screen, Press::Keys(&[Key::F11]), ActionFullScreen;
    /// Day or night.
    Colours: Screen, Press::Keys(&[Key::T]), ActionColours;
    /// The next language.
    Language: Screen, Press::Keys(&[Key::L]), ActionLanguage;
    /// The next colours of numbers and waves.
    Palette: Screen, Press::InMenu, ActionPalette;
    /// The next unit of pressures of blood and gases.
    Pressure: Screen, Press::InMenu, ActionPressure;
    /// The next unit of temperatures.
    Temperature: Screen, Press::InMenu, ActionTemperature;
    /// The next unit of pressures of the airway.
    Airway: Screen, Press::InMenu, ActionAirway;
    /// Larger text and buttons.
    Larger: Screen, Press::Ctrl(&[Key::Plus, Key::Equals]), ActionLarger;
    /// Smaller ones.
    Smaller: Screen, Press::Ctrl(&[Key::Minus]), ActionSmaller;
    /// Text as large as the configuration wants it.
    UsualSize: Screen, Press::Ctrl(&[Key::Num0]), ActionUsualSize;
    /// Hides names of patients, or shows them again.
    Privacy: Screen, Press::Keys(&[Key::V]), ActionPrivacy;
    /// Somebody comes in by PIN, or goes out.
    Pin: Station, Press::Keys(&[Key::K]), ActionPin;
    /// Shows or hides the copies of the record.
    Copies: Station, Press::Keys(&[Key::C]), ActionCopies;
    /// Shows or hides the test of the sound.
    SoundTest: Station, Press::Keys(&[Key::S]), ActionSound;
    /// Shows or hides set-up.
    Setup: Station, Press::Keys(&[Key::Comma]), ActionSetup;
    /// Shows or hides all there is to do, as buttons.
    Menu: Program, Press::Keys(&[Key::F10, Key::X]), ActionMenu;
    /// Shows or hides what this program is and is not.
    About: Program, Press::Keys(&[Key::B]), ActionAbout;
    /// Shows or hides the keys.
    Help: Program, Press::Typed("?"), ActionHelp;
}

impl Action {
    /// What the keys of this frame ask for.
    pub fn pressed(ctx: &Context) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(|action| action.press().is_in(ctx))
    }

    /// Whether the menu has a button for it: a finger presses beds and pages themselves, and leaves by
    /// buttons of their own.
    pub fn is_in_menu(self) -> bool {
        !matches!(self.press(), Press::There(_)) && !matches!(self, Action::Back | Action::Menu)
    }

    /// Those of a group.
    pub fn of(group: Group) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| action.group() == group)
    }
}

#[cfg(test)]
mod tests {
    use vigie_words::Language;

    use super::*;

    /// Each single thing that can be pressed.
    fn strokes(press: Press) -> Vec<String> {
        let plain = |keys: &[Key]| keys.iter().map(|key| format!("{key:?}")).collect();
        match press {
            Press::Keys(keys) | Press::There(keys) => plain(keys),
            Press::Ctrl(keys) => keys.iter().map(|key| format!("Ctrl {key:?}")).collect(),
            Press::InMenu => Vec::new(),
            Press::Typed(typed) => {
                // What is typed is a key as well.
                Key::from_name(typed)
                    .map(|key| format!("{key:?}"))
                    .into_iter()
                    .chain([typed.to_owned()])
                    .collect()
            }
        }
    }

    #[test]
    fn no_key_does_two_things() {
        let mut seen = std::collections::BTreeMap::new();
        for action in Action::ALL {
            for stroke in strokes(action.press()) {
                let before = seen.insert(stroke.clone(), action);
                assert_eq!(before, None, "{stroke}: {action:?}");
            }
        }
        assert!(seen.len() > Action::ALL.len());
    }

    #[test]
    fn everything_has_a_key_and_a_name_of_its_own_in_every_language() {
        for language in Language::ALL {
            let words = Words::new(language);
            let mut names = std::collections::BTreeSet::new();
            for action in Action::ALL {
                let has_key = !action.press().cap(&words).is_empty();
                assert!(has_key != (action.press() == Press::InMenu), "{action:?}");
                let name = words.text(action.name());
                assert!(!name.is_empty() && name != action.name().id(), "{language:?} {action:?}");
                assert!(names.insert(name), "{language:?}: {action:?} is called as another");
            }
        }
    }

    #[test]
    fn keys_are_written_as_they_stand_on_keyboards() {
        let cap = |action: Action, language| action.press().cap(&Words::new(language));
        assert_eq!(cap(Action::MostUrgent, Language::English), "U");
        assert_eq!(cap(Action::Setup, Language::English), ",");
        assert_eq!(cap(Action::Page, Language::English), "1 - 9");
        assert_eq!(cap(Action::Back, Language::French), "Échap");
        assert_eq!(cap(Action::Turn, Language::French), "Page préc., Page suiv.");
        assert_eq!(cap(Action::Choose, Language::Indonesian), "panah");
    }

    #[test]
    fn the_page_of_documentation_has_every_key() {
        let words = Words::new(Language::English);
        let row = |action: &Action| {
            let cap = match action.press().cap(&words) {
                cap if cap.is_empty() => "menu".to_owned(),
                cap => format!("`{cap}`"),
            };
            format!("| {cap} | {} |", words.text(action.name()))
        };
        let rows: Vec<String> = Action::ALL.iter().map(row).collect();
        let page = include_str!("../../../docs/window.md");
        let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(*row)).collect();
        assert!(missing.is_empty(), "missing in docs/window.md; all of it:\n{}", rows.join("\n"));
    }

    #[test]
    fn every_action_is_listed_under_one_group() {
        let listed: Vec<Action> = Group::ALL.into_iter().flat_map(Action::of).collect();
        assert_eq!(listed.len(), Action::ALL.len());
    }
}
