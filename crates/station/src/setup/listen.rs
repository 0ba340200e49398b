//! Listening where no line is configured: what speaks there, and who it says it is.
//!
//! A port is listened to at each speed that a protocol has, and asked in each protocol's own way when it
//! is silent; what is sent stands in `docs/sent.md`. What is recognised is then spoken with as a
//! configured line would, but what it says goes to no board: it only tells a person which device it is.
//! Nobody listens on when the window stops asking.

mod talk;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use tokio::{runtime::Handle, sync::watch};
use vigie_config::{Config, FoundOn, FoundPort, Network, PortConfig};
use vigie_model::{Clock, MonoTime, RunId};
use vigie_session::{Carrier, Factory, Line, Parity};

use super::{Heard, ListenTo, Offer, PortSeen, PortState, SetupOptions, ports};
use crate::{shared::lock, wire::Opener};
use ports::PortHere;

/// Who stops asking for so long does not listen any more.
pub(super) const ASKED_WITHIN: Duration = Duration::from_secs(20);
/// Longer than a farewell.
const ENDING: Duration = Duration::from_millis(3_500);

/// What listening needs of the station.
pub(crate) struct EarMakings {
    pub(crate) handle: Handle,
    pub(crate) opener: Opener,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) run: RunId,
    pub(crate) seed: u64,
}

/// What is listened to, and what was heard.
pub(super) struct Ear {
    makings: Arc<EarMakings>,
    heard: Arc<Mutex<Hearing>>,
}

/// Shared with the tasks.
#[derive(Default)]
pub(super) struct Hearing {
    listening: Option<ListenTo>,
    pub(super) asked: MonoTime,
    tasks: BTreeMap<Place, Task>,
    pub(super) states: BTreeMap<Place, PortState>,
    /// By place and, where a place has several devices, by the device's key.
    pub(super) offers: BTreeMap<(Place, String), Offer>,
    pub(super) offered: u64,
}

/// Where is listened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// This device file.
    Serial(PathBuf),
    /// This protocol on the network.
    Network(String),
}

struct Task {
    stop: watch::Sender<bool>,
    /// Closed when it has ended.
    ended: Receiver<()>,
}

/// What one task listens for.
#[derive(Clone)]
pub(super) enum Quest {
    /// Whatever protocol there is on a serial port.
    Serial { port: PortHere, catalogue: Vec<&'static dyn Factory> },
    /// One protocol on the network.
    Network {
        family: &'static dyn Factory,
        network: Network,
        ports: Vec<(Line, PortConfig)>,
        found: FoundPort,
    },
}

/// How a serial port is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SerialSettings {
    pub(super) baud: u32,
    pub(super) parity: Parity,
    pub(super) stop_bits: u8,
}

impl Ear {
    pub(super) fn new(makings: EarMakings) -> Ear {
        Ear { makings: Arc::new(makings), heard: Arc::default() }
    }

    /// Listens there from now on.
    pub(super) fn listen(
        &self,
        to: ListenTo,
        options: &SetupOptions,
        current: &Config,
        catalogue: &[&'static dyn Factory],
    ) {
        let is_another = {
            let mut heard = lock(&self.heard);
            let is_another = heard.listening.as_ref().is_some_and(|other| *other != to);
            heard.listening = Some(to);
            is_another
        };
        if is_another {
            self.end(|place| matches!(place, Place::Network(_)));
        }
        self.refresh(options, current, catalogue);
    }

    /// Listens no more, and takes leave of who was heard.
    pub(super) fn stop(&self) {
        lock(&self.heard).listening = None;
        self.end(|_| true);
    }

    /// Lets go of what a configuration needs; of everything, if the station ends.
    pub(super) fn let_go_of(&self, config: &Config, everything: bool) {
        let taken = ports::in_use(config);
        let on_network = protocols_on_network(config);
        self.end(|place| {
            everything
                || match place {
                    Place::Serial(path) => taken.contains_key(path),
                    Place::Network(protocol) => on_network.contains(&protocol.as_str()),
                }
        });
    }

    /// Somebody still asks: ports that came are listened to, and those that lines took are not.
    pub(super) fn refresh(
        &self,
        options: &SetupOptions,
        current: &Config,
        catalogue: &[&'static dyn Factory],
    ) {
        let to = {
            let mut heard = lock(&self.heard);
            heard.asked = self.makings.clock.mono();
            heard.listening.clone()
        };
        let Some(to) = to else { return };
        let mut wanted: BTreeMap<Place, Quest> = BTreeMap::new();
        if to.serial {
            let taken = ports::in_use(current);
            for port in ports::here(&options.listen_on) {
                let path = ports::whole(&port.path);
                if port.denied.is_none() && !taken.contains_key(&path) {
                    let quest = Quest::Serial { port, catalogue: catalogue.to_vec() };
                    wanted.insert(Place::Serial(path), quest);
                }
            }
        }
        if let Some((interface, address, prefix)) = to.network {
            let network = Network { interface, address, prefix };
            let taken = protocols_on_network(current);
            let free = catalogue.iter().filter(|family| !taken.contains(&family.name()));
            for family in free {
                if let Some(quest) = on_network(*family, &network) {
                    wanted.insert(Place::Network(family.name().to_owned()), quest);
                }
            }
        }
        let gone = |place: &Place| !wanted.contains_key(place);
        self.end(gone);
        let mut heard = lock(&self.heard);
        // A task that ended by itself begins again.
        heard.tasks.retain(|_, task| !has_ended(task));
        for (place, quest) in wanted {
            heard.tasks.entry(place).or_insert_with_key(|place| self.start(place.clone(), quest));
        }
    }

    fn start(&self, place: Place, quest: Quest) -> Task {
        let (stop, stopped) = watch::channel(false);
        let (ending, ended) = bounded::<()>(0);
        let (makings, heard) = (self.makings.clone(), self.heard.clone());
        self.makings.handle.spawn(async move {
            talk::run(&makings, &heard, &place, &quest, stopped).await;
            {
                let mut heard = lock(&heard);
                heard.offers.retain(|(at, _), _| *at != place);
                heard.states.remove(&place);
            }
            drop(ending);
        });
        Task { stop, ended }
    }

    /// Ends the tasks of some places and waits for their farewells.
    fn end(&self, which: impl Fn(&Place) -> bool) {
        let ending: Vec<Task> = {
            let mut heard = lock(&self.heard);
            let places: Vec<Place> =
                heard.tasks.keys().filter(|place| which(place)).cloned().collect();
            places.iter().filter_map(|place| heard.tasks.remove(place)).collect()
        };
        for task in &ending {
            _ = task.stop.send(true);
        }
        for task in ending {
            if task.ended.recv_timeout(ENDING) == Err(RecvTimeoutError::Timeout) {
                tracing::warn!("a port that was listened to is not free in time");
            }
        }
    }

    /// What was heard so far.
    pub(super) fn heard(&self, options: &SetupOptions, current: &Config) -> Heard {
        let taken = ports::in_use(current);
        let heard = lock(&self.heard);
        let ports = ports::here(&options.listen_on).into_iter().map(|port| {
            let path = ports::whole(&port.path);
            let state = match (taken.get(&path), port.denied) {
                (Some(line), _) => PortState::InUse(line.clone()),
                (None, Some(why)) => PortState::Refused(why),
                (None, None) => {
                    heard.states.get(&Place::Serial(path)).cloned().unwrap_or(PortState::Free)
                }
            };
            PortSeen { path: port.path.display().to_string(), product: port.product, state }
        });
        Heard {
            is_listening: heard.listening.is_some(),
            offers: heard.offers.values().cloned().collect(),
            ports: ports.collect(),
            interfaces: (options.interfaces)(),
        }
    }
}

fn has_ended(task: &Task) -> bool {
    task.ended.try_recv() == Err(crossbeam_channel::TryRecvError::Disconnected)
}

/// Protocols that configured lines already hear on the network.
fn protocols_on_network(config: &Config) -> Vec<&str> {
    let is_shared = |port: &PortConfig| match port {
        PortConfig::UdpSubnet | PortConfig::UdpGroup { .. } | PortConfig::TcpListen(_) => true,
        PortConfig::Serial { .. }
        | PortConfig::UdpTo(_)
        | PortConfig::TcpTo(_)
        | PortConfig::UnixTo(_) => false,
    };
    let lines = config.lines.iter();
    lines
        .filter(|line| line.ports.iter().any(|(_, port)| is_shared(port)))
        .map(|line| line.protocol.as_str())
        .collect()
}

/// How devices of a family come to be heard on a network, if they do.
fn on_network(family: &'static dyn Factory, network: &Network) -> Option<Quest> {
    let Network { interface, address, prefix } = network.clone();
    let on = FoundOn { interface, address, prefix };
    let mut found = None;
    let mut ports = Vec::new();
    for spec in family.lines() {
        let mut carriers = spec.carriers.iter();
        let port = carriers.find_map(|carrier| match carrier {
            Carrier::UdpSubnet { .. } => {
                Some((PortConfig::UdpSubnet, FoundPort::Beacons(on.clone())))
            }
            Carrier::UdpGroup { port, group } => Some((
                PortConfig::UdpGroup { port: *port, group: *group },
                FoundPort::Beacons(on.clone()),
            )),
            Carrier::TcpListen { port, tls: false } => Some((
                PortConfig::TcpListen(*port),
                FoundPort::TcpListen { on: on.clone(), port: *port },
            )),
            Carrier::Serial { .. }
            | Carrier::TcpTo { .. }
            | Carrier::TcpListen { .. }
            | Carrier::UdpTo { .. } => None,
        });
        let (port, place) = port?;
        if spec.line == Line::MAIN {
            found = Some(place);
        }
        ports.push((spec.line, port));
    }
    Some(Quest::Network { family, network: network.clone(), ports, found: found? })
}

/// The serial settings of a family, the usual one first.
pub(super) fn settings_of(family: &dyn Factory) -> Vec<SerialSettings> {
    let main = family.lines().iter().filter(|spec| spec.line == Line::MAIN);
    main.flat_map(|spec| spec.carriers)
        .filter_map(|carrier| match carrier {
            Carrier::Serial { baud, parity, stop_bits } => {
                Some(SerialSettings { baud: *baud, parity: *parity, stop_bits: *stop_bits })
            }
            Carrier::TcpTo { .. }
            | Carrier::TcpListen { .. }
            | Carrier::UdpTo { .. }
            | Carrier::UdpSubnet { .. }
            | Carrier::UdpGroup { .. } => None,
        })
        .collect()
}

/// All settings of all families: what is usual for one comes before what is unusual for another.
pub(super) fn all_settings(catalogue: &[&'static dyn Factory]) -> Vec<SerialSettings> {
    let of_each: Vec<Vec<SerialSettings>> =
        catalogue.iter().map(|family| settings_of(*family)).collect();
    let most = of_each.iter().map(Vec::len).max().unwrap_or(0);
    let mut all = Vec::new();
    for rank in 0..most {
        for settings in of_each.iter().filter_map(|settings| settings.get(rank)) {
            if !all.contains(settings) {
                all.push(*settings);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn what_is_usual_is_tried_first() {
        let tried: Vec<(u32, Parity)> =
            all_settings(catalogue()).iter().map(|one| (one.baud, one.parity)).collect();
        assert_eq!(
            tried,
            [
                (115_200, Parity::None),
                (19_200, Parity::Even),
                (9_600, Parity::None),
                (19_200, Parity::None),
                (115_200, Parity::Even),
                (38_400, Parity::None),
            ]
        );
    }

    #[test]
    fn devices_come_by_beacons_or_by_connecting() {
        let network = Network { interface: "lo".into(), address: [127, 0, 0, 1].into(), prefix: 8 };
        let heard: Vec<&str> = catalogue()
            .iter()
            .filter(|family| on_network(**family, &network).is_some())
            .map(|family| family.name())
            .collect();
        assert_eq!(heard, ["intellivue", "hl7"]);
    }
}
