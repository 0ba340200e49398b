//! Between the pages of set-up and the station: wishes go out, answers come back. The recovery sheet is
//! made here, since its key belongs to this user and to no socket.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, bounded};
use vigie_config::{Draft, Mistake};
use vigie_dashboard::{
    Dashboard,
    setup::{
        FileSeen, InterfaceSeen, Offer, PinTyped, PortSeen, PortState, SetupHeard, SetupNews,
        SetupOptions, SetupWish, Sheet, SheetDone, SheetText,
    },
};
use vigie_keyring::hash_pin;
use vigie_model::MonoTime;
use vigie_station::{Holds, ListenTo, Seen, SetupAsk, SetupAsked, SetupSays, StationClient};
use vigie_words::{TextKey, Words};
use zeroize::Zeroizing;

use crate::key::{SheetMade, sheet_for_screen};

/// A wish that was not answered by then failed.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Answers waited for at once.
const WAITING_MAX: usize = 16;
/// The program that prints, where there is one.
const PRINTER: &str = "lp"; // tidy: not for people
/// Names that are tried for the sheet's file.
const NAMES_MAX: usize = 20;

/// A wish that is not answered yet.
struct Waiting {
    asked: SetupAsked,
    since: MonoTime,
    /// Whether it is said when nothing comes of it. What is asked again and again is not: a station
    /// that starts again is silent for a moment, and nothing was lost.
    is_told: bool,
}

/// Wishes under way, and the sheet while it is shown.
#[derive(Default)]
pub struct SetupBridge {
    waiting: Vec<Waiting>,
    sheet: Option<Zeroizing<String>>,
    /// The answer of the thread that hashes a PIN. One of a form that was given up is not waited for.
    hashing: Option<Receiver<SetupNews>>,
    is_offered: bool,
}

impl SetupBridge {
    /// Offers set-up, once it is known whether the station has a file.
    pub fn offer(&mut self, dashboard: &mut Dashboard, seen: &Seen) {
        if !self.is_offered {
            self.is_offered = true;
            let is_first = seen.report.in_setup;
            dashboard.set_setup(SetupOptions { is_first, check: mistakes });
        }
    }

    /// Hands wishes on and answers back.
    pub fn run(
        &mut self,
        dashboard: &mut Dashboard,
        client: &StationClient,
        record: &Path,
        now: MonoTime,
    ) {
        while let Some(wish) = dashboard.poll_setup() {
            if let Some(news) = self.begin(wish, client, record, now) {
                dashboard.tell_setup(news);
            }
        }
        if let Some(news) = self.hashing.as_ref().and_then(|it| it.try_recv().ok()) {
            self.hashing = None;
            dashboard.tell_setup(news);
        }
        let mut waiting = Vec::with_capacity(self.waiting.len());
        for waits in self.waiting.drain(..) {
            let mut fail = |why: String| {
                if waits.is_told {
                    dashboard.tell_setup(SetupNews::Failed(why));
                }
            };
            match waits.asked.answer() {
                Some(Ok(says)) => {
                    if let Some(news) = news(says, dashboard.words()) {
                        dashboard.tell_setup(news);
                    }
                }
                Some(Err(why)) => fail(why.to_string()),
                None if now.since(waits.since) < ANSWER_WITHIN => waiting.push(waits),
                None => fail("the station did not answer".to_owned()), // tidy: not for people
            }
        }
        self.waiting = waiting;
    }

    fn begin(
        &mut self,
        wish: SetupWish,
        client: &StationClient,
        record: &Path,
        now: MonoTime,
    ) -> Option<SetupNews> {
        let ask = match wish {
            SetupWish::Read => SetupAsk::Read,
            SetupWish::Save { text, base } => SetupAsk::Save { text, base },
            SetupWish::Listen { serial, interface } => {
                let network = interface.map(|seen| (seen.name, seen.address, seen.prefix));
                SetupAsk::Listen(ListenTo { serial, network })
            }
            SetupWish::StopListening => SetupAsk::StopListening,
            SetupWish::Heard => SetupAsk::Heard,
            SetupWish::Sheet => return Some(SetupNews::Sheet(self.make_sheet(record))),
            SetupWish::SaveSheet => return Some(SetupNews::SheetDone(self.save_sheet())),
            SetupWish::PrintSheet => return Some(SetupNews::SheetDone(self.print_sheet())),
            SetupWish::HashPin { asked, pin } => return self.hash(asked, pin),
        };
        if self.waiting.len() >= WAITING_MAX {
            // tidy: not for people
            return Some(SetupNews::Failed("the station is busy".to_owned()));
        }
        let is_told = matches!(ask, SetupAsk::Read | SetupAsk::Save { .. });
        match client.setup(ask) {
            Ok(asked) => {
                self.waiting.push(Waiting { asked, since: now, is_told });
                None
            }
            Err(why) => is_told.then(|| SetupNews::Failed(why.to_string())),
        }
    }

    /// Begins to hash a PIN, which takes as long as it is meant to: no frame waits for it.
    fn hash(&mut self, asked: u64, PinTyped(pin): PinTyped) -> Option<SetupNews> {
        let pin = Zeroizing::new(pin);
        let (answer, answered) = bounded(1);
        let hash = move || {
            let kept = hash_pin(&pin).map_err(|why| why.to_string());
            // Nobody waits for it any more: the form was given up.
            let _ = answer.send(SetupNews::PinHashed { asked, kept });
        };
        match thread::Builder::new().name("pin".into()).spawn(hash) {
            Ok(_) => {
                self.hashing = Some(answered);
                None
            }
            Err(why) => Some(SetupNews::PinHashed { asked, kept: Err(why.to_string()) }),
        }
    }

    fn make_sheet(&mut self, record: &Path) -> Sheet {
        match sheet_for_screen(record) {
            Ok(SheetMade::Page { text, is_simulated }) => {
                let shown = SheetText(text.to_string());
                self.sheet = Some(text);
                let can_print = program(PRINTER).is_some();
                Sheet::Page { text: shown, is_simulated, can_print }
            }
            Ok(SheetMade::Locked) => Sheet::Locked,
            Err(problem) => Sheet::Failed(problem.to_string()),
        }
    }

    fn save_sheet(&self) -> SheetDone {
        let Some(sheet) = &self.sheet else { return SheetDone::Failed(String::new()) };
        match written(sheet) {
            Ok(path) => SheetDone::Written(path.display().to_string()),
            Err(error) => SheetDone::Failed(error.to_string()),
        }
    }

    fn print_sheet(&self) -> SheetDone {
        let Some(sheet) = &self.sheet else { return SheetDone::Failed(String::new()) };
        match printed(sheet) {
            Ok(()) => SheetDone::Printed,
            Err(error) => SheetDone::Failed(error.to_string()),
        }
    }
}

/// What is wrong with a draft, by the families of this program.
fn mistakes(draft: &Draft) -> Vec<Mistake> {
    draft.check(vigie_station::catalogue()).err().unwrap_or_default()
}

/// Writes the sheet into the user's home, for this user alone, over nothing that is there.
fn written(sheet: &str) -> io::Result<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from); // tidy: not for people
    let folder = home.filter(|home| home.is_absolute()).unwrap_or_else(std::env::temp_dir);
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for nth in 1..=NAMES_MAX {
        let name = match nth {
            1 => "vigie-recovery-sheet.txt".to_owned(),
            nth => format!("vigie-recovery-sheet-{nth}.txt"),
        };
        let path = folder.join(name);
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        match opened {
            Ok(mut file) => {
                file.write_all(sheet.as_bytes())?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Where a program stands.
fn program(name: &str) -> Option<PathBuf> {
    let places = std::env::var_os("PATH")?; // tidy: not for people
    std::env::split_paths(&places).map(|place| place.join(name)).find(|path| path.is_file())
}

/// Hands the sheet to the print service. It takes the page and prints later: nothing waits here long.
fn printed(sheet: &str) -> io::Result<()> {
    let path = program(PRINTER).ok_or(io::ErrorKind::NotFound)?;
    let mut child = Command::new(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(sheet.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// What the station says, as the pages take it.
fn news(says: SetupSays, words: &Words) -> Option<SetupNews> {
    Some(match says {
        // Whether it can be written shows when it is: it is the station's file.
        SetupSays::File { path, text, is_there } => {
            SetupNews::File(FileSeen { path, text, is_there, is_writable: true })
        }
        SetupSays::Saved { holds } => SetupNews::Saved {
            restarts: match holds {
                Holds::Soon => false,
                Holds::AfterRestart | Holds::WhenRestarted => true,
            },
        },
        SetupSays::Changed { theirs } => SetupNews::Changed { theirs },
        SetupSays::Wrong(mistakes) => SetupNews::Wrong(mistakes),
        SetupSays::Failed(why) => SetupNews::Failed(why),
        SetupSays::NeedsRole(_) => SetupNews::Failed(words.text(TextKey::RefusedNeedsRole)),
        SetupSays::Listening(_) => return None,
        SetupSays::Heard(heard) => SetupNews::Heard(SetupHeard {
            offers: heard.offers.into_iter().map(|offered| offer(offered, words)).collect(),
            ports: heard.ports.into_iter().map(port).collect(),
            interfaces: heard.interfaces.into_iter().filter_map(interface).collect(),
            is_listening: heard.is_listening,
        }),
    })
}

fn offer(offer: vigie_station::Offer, words: &Words) -> Offer {
    let value = |(id, value): (String, String)| {
        format!("{} {value}", words.metric_label(&id).unwrap_or(id))
    };
    let says: Vec<String> = offer.says.into_iter().map(value).collect();
    let says = (!says.is_empty()).then(|| says.join("  "));
    Offer { id: offer.id, found: offer.found, is_named: offer.is_named, says }
}

fn port(seen: vigie_station::PortSeen) -> PortSeen {
    use vigie_station::PortState as State;
    let state = match seen.state {
        State::Free => PortState::Free,
        State::InUse(line) => PortState::InUse(line),
        State::Trying { baud } => PortState::Trying(baud.to_string()),
        State::Heard => PortState::Recognised,
        State::Refused(why) => PortState::Denied(why),
    };
    PortSeen { path: seen.path, product: seen.product, state }
}

/// Only one with an address can be listened on.
fn interface(seen: vigie_station::InterfaceSeen) -> Option<InterfaceSeen> {
    let (address, prefix) = seen.address?;
    Some(InterfaceSeen { name: seen.name, address, prefix, is_up: seen.is_up })
}

#[cfg(test)]
mod tests {
    use vigie_keyring::is_right_pin;

    use super::*;

    #[test]
    fn a_pin_is_hashed_beside_the_window_and_a_weak_one_is_refused() {
        let mut bridge = SetupBridge::default();
        let mut hashed = |pin: &str| {
            let begun = bridge.hash(7, PinTyped(pin.to_owned()));
            assert_eq!(begun, None, "no frame waits");
            let answer = bridge.hashing.take().expect("a thread").recv();
            let Ok(SetupNews::PinHashed { asked: 7, kept }) = answer else {
                panic!("{answer:?}");
            };
            kept
        };
        let kept = hashed("4711").expect("hashed");
        assert!(is_right_pin("4711", &kept) && !is_right_pin("4712", &kept), "{kept}");
        assert!(hashed("47").is_err());
    }
}
