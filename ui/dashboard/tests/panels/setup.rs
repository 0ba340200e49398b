//! Set-up: from nothing to the first bed by keyboard alone and by mouse alone, over a program that
//! answers what a station would; in every language, at the sizes that screens have.

use core::net::Ipv4Addr;

use egui::{Key, Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use vigie_config::{Draft, Found, FoundPort};
use vigie_dashboard::{
    Page,
    setup::{
        FileSeen, InterfaceSeen, Offer, PortSeen, PortState, SetupHeard, SetupNews, SetupOptions,
        SetupWish, Sheet, SheetText,
    },
};
use vigie_model::StationMode;
use vigie_words::Language;

use crate::common::{Changing, board, high, listed, screen::Screen};

/// A program around the window: a file, two monitors on serial ports.
pub struct Shell {
    pub file: Option<String>,
    pub wishes: Vec<SetupWish>,
    listens: bool,
}

fn offer(id: u64, name: &str) -> Offer {
    let path = format!("/dev/ttyUSB{id}");
    let port = FoundPort::Serial {
        port: path.clone(),
        path,
        baud: 115_200,
        parity: "none".into(),
        stop_bits: 1,
    };
    Offer {
        id,
        found: Found {
            protocol: "intellivue".into(),
            port,
            device: Some(format!("intellivue:{id}")),
            name: Some(name.into()),
            serial: None,
            bed_label: None,
            is_simulated: false,
        },
        is_named: true,
        says: Some("HR 72".into()),
    }
}

impl Shell {
    pub fn new() -> Shell {
        Shell { file: None, wishes: Vec::new(), listens: false }
    }

    fn heard(&self) -> SetupHeard {
        let offers = vec![offer(0, "Monitor A"), offer(1, "Monitor B")];
        SetupHeard {
            offers: if self.listens { offers } else { Vec::new() },
            ports: vec![PortSeen {
                path: "/dev/ttyUSB0".into(),
                product: None,
                state: PortState::Recognised,
            }],
            interfaces: vec![InterfaceSeen {
                name: "enp3s0".into(),
                address: Ipv4Addr::new(10, 0, 42, 1),
                prefix: 24,
                is_up: true,
            }],
            is_listening: self.listens,
        }
    }

    fn answer(&mut self, wish: SetupWish) -> Option<SetupNews> {
        self.wishes.push(wish.clone());
        match wish {
            SetupWish::Read => Some(SetupNews::File(FileSeen {
                path: "/etc/vigie/vigie.toml".into(),
                text: self.file.clone().unwrap_or_default(),
                is_there: self.file.is_some(),
                is_writable: true,
            })),
            SetupWish::Save { text, base } => {
                let now = self.file.clone().unwrap_or_default();
                if now != base {
                    return Some(SetupNews::Changed { theirs: now });
                }
                self.file = Some(text);
                Some(SetupNews::Saved { restarts: false })
            }
            SetupWish::Listen { .. } => {
                self.listens = true;
                None
            }
            SetupWish::StopListening => {
                self.listens = false;
                None
            }
            SetupWish::Heard => Some(SetupNews::Heard(self.heard())),
            SetupWish::Sheet => Some(SetupNews::Sheet(Sheet::Page {
                text: SheetText("VIGIE\nK1 AAAA\n".into()),
                is_simulated: true,
                can_print: false,
            })),
            SetupWish::SaveSheet | SetupWish::PrintSheet => None,
            SetupWish::HashPin { asked, pin } => {
                Some(SetupNews::PinHashed { asked, kept: Ok(hash_of(&pin.0)) })
            }
        }
    }
}

/// What stands for the hash of a PIN here.
pub fn hash_of(pin: &str) -> String {
    format!("$scrypt$ln=15,r=8,p=1${}", pin.len())
}

/// A window with its program.
pub struct Desk {
    pub screen: Screen,
    source: Changing,
    pub shell: Shell,
}

impl Desk {
    fn first(language: Language) -> Desk {
        Desk::of(Shell::new(), true, language)
    }

    pub fn of(shell: Shell, is_first: bool, language: Language) -> Desk {
        let source = Changing::of(listed(board(StationMode::Live, vec![high(0)])));
        let screen = Screen::with(source.clone(), language);
        let options = SetupOptions { is_first, check: |_| Vec::new() };
        screen.dashboard.borrow_mut().set_setup(options);
        let mut desk = Desk { screen, source, shell };
        desk.run();
        desk
    }

    /// Time passes, and the program answers what was asked.
    pub fn run(&mut self) {
        for _ in 0..3 {
            let now = self.source.now.get();
            self.source.now.set(now + std::time::Duration::from_millis(600));
            self.screen.step();
            loop {
                let wish = self.screen.dashboard.borrow_mut().poll_setup();
                let Some(wish) = wish else { break };
                if let Some(news) = self.shell.answer(wish) {
                    self.screen.dashboard.borrow_mut().tell_setup(news);
                }
            }
        }
        self.screen.step();
    }

    pub fn press(&mut self, key: Key) {
        self.screen.press(key);
        self.run();
    }

    pub fn click(&mut self, label: &str) {
        self.screen.harness.get_by_role_and_label(Role::Button, label).click();
        self.run();
    }

    /// Writes into a field.
    pub fn write(&mut self, label: &str, what: &str) {
        let field = self.screen.harness.get_by_role_and_label(Role::TextInput, label);
        field.focus();
        field.type_text(what);
        self.run();
    }

    pub fn file(&self) -> Draft {
        Draft::read(self.shell.file.as_deref().unwrap_or_default()).expect("TOML")
    }
}

#[test]
fn from_nothing_to_the_first_bed_by_enter_alone() {
    let mut desk = Desk::first(Language::English);
    desk.screen.says("Which language?");
    desk.press(Key::Enter);
    desk.screen.says("How far from the screen");
    desk.press(Key::ArrowDown);
    desk.press(Key::Enter);
    desk.screen.says("What is this unit called?");
    desk.write("Name of the unit", "ICU 2");
    desk.press(Key::Enter);
    desk.screen.says("How many beds are there?");
    desk.press(Key::ArrowUp);
    desk.screen.says("Beds 1 to 9");
    desk.press(Key::Enter);
    desk.screen.says("Which monitor stands at which bed?");
    assert!(desk.shell.file.as_deref().is_some_and(|file| file.contains("no_lines = true")));
    desk.screen.says("Monitor A, HR 72");
    desk.press(Key::Enter);
    desk.press(Key::Enter);
    desk.screen.says("Monitor A is at bed 1");
    desk.press(Key::Enter);
    desk.press(Key::Enter);
    desk.screen.says("Monitor B is at bed 2");
    desk.press(Key::Enter);
    desk.screen.says("Can the alarm sounds be heard");
    assert!(!desk.shell.listens, "nothing is sent to ports when nobody looks");
    desk.press(Key::Enter);
    desk.screen.says("SIMULATION: this record holds no patient");
    desk.screen.says("K1 AAAA");
    desk.press(Key::Enter);
    desk.screen.says("Beds: 9. Monitors at beds: 2.");
    desk.press(Key::Enter);
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Beds);
    let file = desk.file();
    assert_eq!(file.text_at("language").as_deref(), Some("en"));
    assert_eq!(file.text_at("record.station").as_deref(), Some("ICU 2"));
    assert_eq!((file.count("bed"), file.count("line")), (9, 2));
    assert_eq!(file.text_at("line.0.bed").as_deref(), Some("bed-1"));
    assert_eq!(file.text_at("line.1.serial").as_deref(), Some("/dev/ttyUSB1"));
    assert!(file.get("no_lines").is_none());
}

#[test]
fn from_nothing_to_the_first_bed_by_mouse_alone() {
    let mut desk = Desk::first(Language::English);
    desk.click("Français");
    desk.screen.says("Quelle langue ?");
    desk.click("Suivant");
    desk.screen.harness.get_by_label_contains("3 m, à travers la salle").click();
    desk.run();
    desk.click("Suivant");
    desk.click("Suivant");
    desk.click("Lits 1 à 4");
    desk.click("Suivant");
    desk.screen.harness.get_by_label_contains("Monitor B").click();
    desk.run();
    desk.click("lit 3, libre");
    desk.screen.says("Monitor B est au lit 3");
    let file = desk.file();
    assert_eq!(file.text_at("line.0.bed").as_deref(), Some("bed-3"));
    assert_eq!(file.text_at("language").as_deref(), Some("fr"));
    assert_eq!(file.get("screen.viewing_distance_m"), Some(vigie_config::Value::Number(3)));
    assert!(desk.shell.file.as_deref().is_some_and(|file| !file.contains("Monitor A")));
}

#[test]
fn escape_goes_back_and_what_was_answered_stays() {
    let mut desk = Desk::first(Language::English);
    desk.press(Key::Enter);
    desk.press(Key::Enter);
    desk.write("Name of the unit", "ICU");
    desk.press(Key::Enter);
    desk.press(Key::Escape);
    desk.screen.says("What is this unit called?");
    desk.press(Key::Escape);
    desk.screen.says("How far from the screen");
    desk.press(Key::Enter);
    desk.press(Key::Enter);
    desk.screen.says("How many beds");
    desk.press(Key::Enter);
    assert_eq!(desk.file().text_at("record.station").as_deref(), Some("ICU"));
}

#[test]
fn no_number_of_beds_that_cannot_be_is_taken() {
    let mut desk = Desk::first(Language::English);
    for _ in 0..3 {
        desk.press(Key::Enter);
    }
    desk.write("Number of beds", "00");
    desk.run();
    // Two characters are all it takes: 8 stands there, and one more fits.
    desk.press(Key::Enter);
    desk.screen.says("A number from 1 to 64");
    desk.screen.says("How many beds are there?");
    assert!(desk.shell.file.is_none());
}

#[test]
fn no_step_covers_an_alarm_or_leaves_its_place() {
    for language in Language::ALL {
        for (size, zoom) in
            [(vec2(1280.0, 720.0), 1.0), (vec2(1920.0, 1080.0), 1.0), (vec2(1280.0, 720.0), 1.3)]
        {
            let mut desk = Desk::first(language);
            desk.screen.harness.set_size(size);
            desk.screen.dashboard.borrow_mut().set_text_percent((zoom * 100.0) as u16);
            desk.run();
            desk.screen.harness.set_size(size / zoom);
            desk.run();
            for step in 0..8 {
                let column = desk.screen.harness.get_by_label_contains("VTACH").rect();
                let mut places = Vec::new();
                let mut nodes = vec![desk.screen.harness.root()];
                while let Some(node) = nodes.pop() {
                    nodes.extend(node.children());
                    let is_button = node.accesskit_node().role() == Role::Button;
                    let Some(bounds) = node.accesskit_node().raw_bounds() else { continue };
                    let is_empty = bounds.width() <= 0.0;
                    let rect = if is_empty { continue } else { node.rect() };
                    if is_button && rect.right() < column.left() && rect.top() > 85.0 {
                        let label = node.accesskit_node().label();
                        let label = label.unwrap_or_default();
                        assert!(!label.is_empty(), "{rect:?}");
                        // Beds scroll in a place of their own, which cuts off what has no room.
                        let free = [", free", ", libre", ", kosong"];
                        if step == 4 && free.iter().any(|free| label.ends_with(free)) {
                            continue;
                        }
                        places.push(rect);
                    }
                }
                assert!(places.len() > 6, "{language:?} step {step}: {}", places.len());
                for (nth, place) in places.iter().enumerate() {
                    assert!(place.bottom() <= size.y / zoom, "{language:?} step {step}: {place:?}");
                    for other in places.iter().skip(nth + 1) {
                        let shared = place.shrink(0.5).intersect(*other);
                        assert!(
                            !shared.is_positive(),
                            "{language:?} step {step} at {size} {zoom}: {place:?} over {other:?}"
                        );
                    }
                }
                if step == 4 {
                    // Past the devices without assigning any.
                    let next = match language {
                        Language::English => "Next",
                        Language::French => "Suivant",
                        Language::Indonesian => "Lanjut",
                    };
                    desk.click(next);
                } else {
                    desk.press(Key::Enter);
                }
            }
            assert_eq!(desk.screen.dashboard.borrow().page(), Page::Beds, "{language:?}");
        }
    }
}

pub const FILE: &str = "# Ours.\nlanguage = \"en\"\n\n[[bed]]\nid = \"bed-1\"\nlabel = \"1\"\n\n\
    [[bed]]\nid = \"bed-2\"\nlabel = \"2\"\n\n[[line]]\nname = \"a\"\nprotocol = \"intellivue\"\n\
    serial = \"/dev/ttyS0\"\nbed = \"bed-1\"\n";

/// Set-up of a ward that works already.
fn menu(language: Language) -> Desk {
    menu_of(FILE, language)
}

/// Set-up of a ward with this file.
pub fn menu_of(file: &str, language: Language) -> Desk {
    let shell = Shell { file: Some(file.into()), ..Shell::new() };
    let mut desk = Desk::of(shell, false, language);
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Beds);
    desk.press(Key::Comma);
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Setup);
    desk
}

#[test]
fn a_value_is_set_undone_done_again_and_saved_with_what_saving_does() {
    let mut desk = menu(Language::English);
    desk.screen.says("nothing is changed");
    desk.click("Screen");
    desk.click("Colours: usual");
    desk.screen.says("taken over at once when saved");
    desk.click("Undo: Colours");
    desk.screen.says("nothing is changed");
    desk.click("Redo: Colours");
    desk.click("Save");
    desk.screen.says("Saved");
    let file = desk.file();
    assert_eq!(file.text_at("screen.palette").as_deref(), Some("philips"));
    assert!(file.text().starts_with("# Ours."), "{}", file.text());
    desk.click("Devices and ports");
    desk.click("Network");
    desk.write("Network interface", "enp3s0");
    desk.run();
    desk.press(Key::Enter);
    desk.screen.says("the station starts again when this is saved");
}

#[test]
fn what_an_editor_changed_meanwhile_is_not_lost_and_neither_is_ours() {
    for keep in [false, true] {
        let mut desk = menu(Language::English);
        desk.click("Screen");
        desk.click("Colours: usual");
        let theirs = FILE.replace("# Ours.", "# Theirs.");
        desk.shell.file = Some(theirs.clone());
        desk.click("Save");
        desk.screen.says("Somebody changed the file meanwhile");
        assert_eq!(desk.shell.file.as_deref(), Some(theirs.as_str()), "not written over");
        if keep {
            desk.click("Keep mine");
            let file = desk.file();
            assert_eq!(file.text_at("screen.palette").as_deref(), Some("philips"));
        } else {
            desk.click("Take theirs");
            assert_eq!(desk.shell.file.as_deref(), Some(theirs.as_str()));
            desk.screen.says("nothing is changed");
            // Ours is one step back.
            desk.click("Undo: the whole text");
            desk.click("Save");
            assert_eq!(desk.file().text_at("screen.palette").as_deref(), Some("philips"));
        }
    }
}

#[test]
fn beds_are_renamed_moved_and_removed_by_two_presses() {
    let mut desk = menu(Language::English);
    desk.click("bed 2: up");
    desk.click("bed 1: Remove");
    assert_eq!(desk.shell.file.as_deref(), Some(FILE));
    desk.click("bed 1: Press again");
    desk.click("Add a bed");
    desk.click("Save");
    let file = desk.file();
    assert_eq!(file.text_at("bed.0.id").as_deref(), Some("bed-2"));
    assert_eq!(file.count("bed"), 2);
    assert!(file.text_at("line.0.bed").is_none(), "what stood there stands nowhere");
}

#[test]
fn a_device_is_moved_and_taken_off() {
    let mut desk = menu(Language::English);
    desk.click("Devices and ports");
    desk.screen.harness.get_by_label_contains("a  /dev/ttyS0, bed 1").click();
    desk.run();
    desk.screen.harness.get_by_label_contains("bed 2, free").click();
    desk.run();
    desk.screen.says("a  /dev/ttyS0, bed 2");
    assert_eq!(desk.shell.file.as_deref(), Some(FILE), "saved when somebody saves");
    desk.click("a  /dev/ttyS0: Take off");
    desk.click("Save");
    assert!(desk.file().text_at("line.0.bed").is_none());
}

#[test]
fn every_page_of_the_menu_is_labelled_in_every_language_and_covers_no_alarm() {
    for (language, pages) in [
        (Language::English, ["Beds", "Alarms and limits", "Record and copies", "File"]),
        (Language::French, ["Lits", "Alarmes et seuils", "Enregistrement, copies", "Fichier"]),
        (
            Language::Indonesian,
            ["Tempat tidur", "Alarm dan batas", "Rekaman dan salinan", "Berkas"],
        ),
    ] {
        let mut desk = menu(language);
        for page in pages {
            desk.click(page);
            desk.screen.says(page);
            desk.screen.says("VTACH");
            assert!(desk.screen.harness.query_by_label_contains("setting-").is_none(), "{page}");
        }
        desk.screen.harness.get_by_label_contains("vigie.toml");
        desk.press(Key::Escape);
    }
}
