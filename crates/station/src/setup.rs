//! What a window sets up: the file, and what is heard where no line is configured yet.
//!
//! Everything here happens on the thread of the window that asks. A save is refused when the file on the
//! disk is not the one that was read: an editor's change is never lost.

mod file;
mod listen;
mod ports;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use core::net::Ipv4Addr;
use serde::{Deserialize, Serialize};
use vigie_config::{BedPlace, Config, Found, Mistake, PersonConfig, PortConfig};
use vigie_model::{BedId, Role, WallTime};
use vigie_session::Factory;

use crate::{Person, setup::listen::Ear, shared::lock};
pub(crate) use listen::EarMakings;

/// What a station needs so that windows can set it up.
#[derive(Clone, Debug)]
pub struct SetupOptions {
    /// The file that is read and written.
    pub file: PathBuf,
    /// There is none yet: nothing is set up.
    pub is_first: bool,
    /// Somebody starts the station again when it ends: what needs a restart can be saved.
    pub restarts: bool,
    /// Folders with ptys that are listened on as serial ports are: for drills and tests.
    pub listen_on: Vec<PathBuf>,
    /// The interfaces of this PC.
    pub interfaces: fn() -> Vec<InterfaceSeen>,
}

/// What a window asks about setting up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SetupAsk {
    /// The file as it is.
    Read,
    /// The file is to be this; it was that when it was read.
    Save {
        /// The whole file.
        text: String,
        /// The file as it was read.
        base: String,
    },
    /// Listen where nothing is configured.
    Listen(ListenTo),
    /// Listen no more.
    StopListening,
    /// What was heard. Who stops asking has the listening stopped.
    Heard,
}

impl SetupAsk {
    /// What takes a PIN, where a unit has any: to see the file too, since it says who has one.
    pub(crate) const fn role(&self) -> Role {
        match self {
            SetupAsk::Read | SetupAsk::Save { .. } | SetupAsk::Listen(_) => Role::Configure,
            SetupAsk::StopListening | SetupAsk::Heard => Role::View,
        }
    }
}

/// Where to listen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListenTo {
    /// On serial ports.
    pub serial: bool,
    /// On this interface: its name, our address, the bits of its subnet.
    pub network: Option<(String, Ipv4Addr, u8)>,
}

/// What the station says to a [`SetupAsk`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupSays {
    /// The file.
    File {
        /// Where it stands.
        path: String,
        /// What it says; empty where there is none.
        text: String,
        /// Whether it is there.
        is_there: bool,
    },
    /// Saved.
    Saved {
        /// When it holds.
        holds: Holds,
    },
    /// Not saved: the file is another one than was read.
    Changed {
        /// What it says now.
        theirs: String,
    },
    /// Not saved: it is wrong.
    Wrong(Vec<Mistake>),
    /// Not done: why, in English for engineers.
    Failed(String),
    /// Not done: it takes a PIN with this role.
    NeedsRole(Role),
    /// Listening begins or ends.
    Listening(bool),
    /// What was heard.
    Heard(Heard),
}

/// When what was saved holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holds {
    /// Within a second.
    Soon,
    /// The station starts again at once, and then.
    AfterRestart,
    /// When somebody has started the station again.
    WhenRestarted,
}

/// What was heard so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Whether it is listened.
    pub is_listening: bool,
    /// What can be assigned.
    pub offers: Vec<Offer>,
    /// Serial ports of this PC.
    pub ports: Vec<PortSeen>,
    /// Its interfaces.
    pub interfaces: Vec<InterfaceSeen>,
}

/// Something that can be assigned to a bed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The same for as long as it is heard.
    pub id: u64,
    /// What, and where.
    pub found: Found,
    /// Whether the device named itself; else its bytes are the protocol's.
    pub is_named: bool,
    /// The values heard last, by label: so that a person sees which patient it is.
    pub says: Vec<(String, String)>,
    /// When it was last heard.
    pub seen_at: WallTime,
}

/// A serial port of this PC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortSeen {
    /// Its device file.
    pub path: String,
    /// What its adapter calls itself.
    pub product: Option<String>,
    /// How it is.
    pub state: PortState,
}

/// How a serial port is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortState {
    /// Nobody listens.
    Free,
    /// A configured line has it: which.
    InUse(String),
    /// It is listened on with this protocol's settings.
    Trying {
        /// Speed.
        baud: u32,
    },
    /// Something speaks there.
    Heard,
    /// This user may not open it, or it does not open: why, in English for engineers.
    Refused(String),
}

/// A network interface of this PC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceSeen {
    /// Its name.
    pub name: String,
    /// Our address on it and the bits of its subnet, where it has one.
    pub address: Option<(Ipv4Addr, u8)>,
    /// A cable is there, and it is switched on.
    pub is_up: bool,
}

/// The desk at which windows set up.
pub(crate) struct SetupDesk {
    options: Option<SetupOptions>,
    catalogue: Vec<&'static dyn Factory>,
    /// As the station started: what TCP it may use was fixed then.
    started: Config,
    current: Mutex<Config>,
    is_first: AtomicBool,
    saved: AtomicBool,
    ear: OnceLock<Ear>,
}

const UNFIT: &str = "this station is not set up from a window";

impl SetupDesk {
    pub(crate) fn new(
        options: Option<SetupOptions>,
        catalogue: Vec<&'static dyn Factory>,
        config: &Config,
    ) -> SetupDesk {
        SetupDesk {
            is_first: AtomicBool::new(options.as_ref().is_some_and(|options| options.is_first)),
            options,
            catalogue,
            started: config.clone(),
            current: Mutex::new(config.clone()),
            saved: AtomicBool::new(false),
            ear: OnceLock::new(),
        }
    }

    /// Lines can be listened on from now on.
    pub(crate) fn set_ear(&self, makings: EarMakings) {
        _ = self.ear.set(Ear::new(makings));
    }

    /// Nothing has been set up yet.
    pub(crate) fn is_first(&self) -> bool {
        self.is_first.load(Ordering::Relaxed)
    }

    /// A configuration was taken over.
    pub(crate) fn set_current(&self, config: &Config) {
        *lock(&self.current) = config.clone();
        self.is_first.store(false, Ordering::Relaxed);
    }

    /// Who has a PIN now.
    pub(crate) fn people(&self) -> Vec<PersonConfig> {
        lock(&self.current).people.clone()
    }

    /// The same, as windows may know it.
    pub(crate) fn people_seen(&self) -> Vec<Person> {
        let current = lock(&self.current);
        let people = current.people.iter();
        people.map(|it| Person { initials: it.initials.clone(), role: it.role }).collect()
    }

    /// Where beds lie now.
    pub(crate) fn places(&self) -> BTreeMap<BedId, BedPlace> {
        lock(&self.current).places.clone()
    }

    /// Whether a window has saved since this was last asked.
    pub(crate) fn take_saved(&self) -> bool {
        self.saved.swap(false, Ordering::Relaxed)
    }

    /// Answers a window; takes as long as a disk takes, and a farewell to who was listened to.
    pub(crate) fn answer(&self, ask: SetupAsk) -> SetupSays {
        let Some(options) = &self.options else { return SetupSays::Failed(UNFIT.to_owned()) };
        match ask {
            SetupAsk::Read => read(&options.file),
            SetupAsk::Save { text, base } => self.save(options, &text, &base),
            SetupAsk::Listen(to) => self.hear(|ear| {
                ear.listen(to, options, &lock(&self.current).clone(), &self.catalogue);
                SetupSays::Listening(true)
            }),
            SetupAsk::StopListening => self.hear(|ear| {
                ear.stop();
                SetupSays::Listening(false)
            }),
            SetupAsk::Heard => self.hear(|ear| {
                let current = lock(&self.current).clone();
                ear.refresh(options, &current, &self.catalogue);
                SetupSays::Heard(ear.heard(options, &current))
            }),
        }
    }

    fn hear(&self, done: impl FnOnce(&Ear) -> SetupSays) -> SetupSays {
        match self.ear.get() {
            Some(ear) => done(ear),
            None => SetupSays::Failed("the station has only begun: ask again".to_owned()),
        }
    }

    /// Whether a configuration can only be taken over by starting again.
    pub(crate) fn needs_restart(&self, config: &Config) -> bool {
        let started = tcp(&self.started);
        // Without a file there was nothing to record, and no mode to record it in.
        let begins_to_record = self.options.as_ref().is_some_and(|options| options.is_first)
            && !config.lines.is_empty();
        begins_to_record
            || !lock(&self.current).changes_to(config).needs_restart.is_empty()
            || !tcp(config).iter().all(|port| started.contains(port))
    }

    fn save(&self, options: &SetupOptions, text: &str, base: &str) -> SetupSays {
        let config = match Config::read(text.as_bytes(), &self.catalogue) {
            Ok(config) => config,
            Err(mistakes) => return SetupSays::Wrong(mistakes),
        };
        let needs_restart = self.needs_restart(&config);
        match file::save(&options.file, text, base) {
            Ok(None) => {}
            Ok(Some(theirs)) => return SetupSays::Changed { theirs },
            Err(why) => return SetupSays::Failed(why),
        }
        tracing::info!(file = %options.file.display(), "a window saved the configuration");
        // The lines of the new file find their ports free.
        if let Some(ear) = self.ear.get() {
            ear.let_go_of(&config, needs_restart);
        }
        self.saved.store(true, Ordering::Relaxed);
        let holds = match (needs_restart, options.restarts) {
            (false, _) => Holds::Soon,
            (true, true) => Holds::AfterRestart,
            (true, false) => Holds::WhenRestarted,
        };
        SetupSays::Saved { holds }
    }
}

fn read(path: &Path) -> SetupSays {
    match file::read(path) {
        Ok(text) => SetupSays::File {
            path: path.display().to_string(),
            is_there: text.is_some(),
            text: text.unwrap_or_default(),
        },
        Err(why) => SetupSays::Failed(why),
    }
}

/// TCP ports of a configuration, and whether they are listened on: a process is held to them.
fn tcp(config: &Config) -> Vec<(bool, u16)> {
    let ports = config.lines.iter().flat_map(|line| &line.ports);
    ports
        .filter_map(|(_, port)| match port {
            PortConfig::TcpTo(peer) => Some((false, peer.port())),
            PortConfig::TcpListen(port) => Some((true, *port)),
            PortConfig::Serial { .. }
            | PortConfig::UdpTo(_)
            | PortConfig::UdpSubnet
            | PortConfig::UdpGroup { .. }
            | PortConfig::UnixTo(_) => None,
        })
        .collect()
}
