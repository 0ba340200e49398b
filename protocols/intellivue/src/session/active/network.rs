//! The monitors of one network: who is where, and who moved.
//!
//! A monitor is known by its hardware address or system id, since addresses are given out anew. What
//! calls itself by a known name at a new address is the same monitor, once it no longer speaks at
//! the old one: until then the beacon is remembered and nothing is done, so that a doubled name does
//! not tear a conversation apart.

use core::net::{IpAddr, SocketAddr};
use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{MonoTime, Text};
use vigie_session::rng::Rng;

use crate::wire::Attribute;
use crate::wire::system::ApplicationProtocol;

use super::super::DATA_PORT;
use super::super::client::{Budget, Client};
use super::super::identity;
use super::super::options::Whom;

/// Monitors of one line.
pub(super) const MONITORS_MAX: usize = 64;
/// Names of one monitor: its hardware addresses, its system id.
const NAMES_MAX: usize = 4;

/// All monitors of one line.
pub(super) struct Network {
    rng: Rng,
    whom: Whom,
    budget: Budget,
    is_up: bool,
    /// By device index.
    monitors: Vec<Known>,
    by_address: BTreeMap<IpAddr, usize>,
}

/// One monitor.
struct Known {
    client: Client,
    address: Option<IpAddr>,
    /// As the option or a beacon named it.
    port: u16,
    /// The option named a port of its own: no beacon changes it.
    is_port_fixed: bool,
    names: BTreeSet<Text>,
    /// Where a beacon of it came from while it spoke elsewhere.
    elsewhere: Option<(IpAddr, u16)>,
}

/// Whose beacon it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Of(usize),
    /// Of a monitor that nobody asked for.
    OfOthers,
    /// There is no place for one more.
    Full,
}

impl Network {
    pub(super) fn new(seed: u64, whom: Whom, budget: Budget) -> Network {
        let mut network = Network {
            rng: Rng::new(seed),
            whom,
            budget,
            is_up: false,
            monitors: Vec::new(),
            by_address: BTreeMap::new(),
        };
        if let Whom::One(address, port) = whom {
            let index = network.admit(address, port.unwrap_or(DATA_PORT));
            if let Some(known) = network.monitors.get_mut(index) {
                known.is_port_fixed = port.is_some();
            }
        }
        network
    }

    fn admit(&mut self, address: IpAddr, port: u16) -> usize {
        let client = Client::new(self.rng.next_u64(), self.budget);
        self.monitors.push(Known {
            client,
            address: Some(address),
            port,
            is_port_fixed: false,
            names: BTreeSet::new(),
            elsewhere: None,
        });
        let index = self.monitors.len() - 1;
        self.by_address.insert(address, index);
        index
    }

    /// The line opened.
    pub(super) fn start(&mut self, now: MonoTime) {
        self.is_up = true;
        for known in &mut self.monitors {
            if known.address.is_some() {
                known.client.start(now);
            }
        }
    }

    /// The line closed.
    pub(super) fn stop(&mut self) {
        self.is_up = false;
    }

    /// Who speaks from an address. Without one it can only be the monitor that the options name.
    pub(super) fn speaker(&self, from: Option<SocketAddr>) -> Option<usize> {
        let Some(from) = from else {
            return (self.monitors.len() == 1).then_some(0);
        };
        let index = *self.by_address.get(&from.ip())?;
        let known = self.monitors.get(index)?;
        (known.port == from.port()).then_some(index)
    }

    pub(super) fn client(&mut self, index: usize) -> Option<&mut Client> {
        self.monitors.get_mut(index).map(|known| &mut known.client)
    }

    pub(super) fn clients(&mut self) -> impl Iterator<Item = (usize, &mut Client)> {
        self.monitors.iter_mut().map(|known| &mut known.client).enumerate()
    }

    /// All monitors, with where to send.
    pub(super) fn conversations(
        &mut self,
    ) -> impl Iterator<Item = (usize, Option<SocketAddr>, &mut Client)> {
        self.monitors.iter_mut().enumerate().map(|(index, known)| {
            let to = known.address.map(|address| SocketAddr::new(address, known.port));
            (index, to, &mut known.client)
        })
    }

    /// Whose beacon came from an address.
    pub(super) fn place(
        &mut self,
        now: MonoTime,
        from: IpAddr,
        attributes: &[Attribute<'_>],
    ) -> Place {
        let (names, port) = (names(attributes), port(attributes));
        let named = self.monitors.iter().position(|known| known.is_called(&names));
        let here = self.by_address.get(&from).copied();
        let index = match (named, here) {
            (Some(named), here) => {
                if here != Some(named) {
                    self.hear_elsewhere(now, named, (from, port));
                }
                named
            }
            // Nothing is known of who is at this address, so it is this one.
            (None, Some(here)) if self.is_unnamed(here) => here,
            (None, here) => {
                if let Whom::One(named, _) = self.whom {
                    // Another monitor was given the address that the option names.
                    match here.filter(|_| named == from) {
                        Some(here) => here,
                        None => return Place::OfOthers,
                    }
                } else if self.whom == Whom::Nobody {
                    return Place::OfOthers;
                } else if self.monitors.len() >= MONITORS_MAX {
                    return Place::Full;
                } else {
                    if let Some(known) = here.and_then(|here| self.monitors.get_mut(here)) {
                        known.leave();
                    }
                    let index = self.admit(from, port);
                    if self.is_up
                        && let Some(known) = self.monitors.get_mut(index)
                    {
                        known.client.start(now);
                    }
                    index
                }
            }
        };
        if let Some(known) = self.monitors.get_mut(index) {
            for name in names {
                if known.names.len() < NAMES_MAX {
                    known.names.insert(name);
                }
            }
            if known.address == Some(from) && known.port != port && !known.is_port_fixed {
                known.port = port;
                if self.is_up {
                    known.client.moved(now);
                }
            }
        }
        Place::Of(index)
    }

    fn is_unnamed(&self, index: usize) -> bool {
        self.monitors.get(index).is_some_and(|known| known.names.is_empty())
    }

    fn hear_elsewhere(&mut self, now: MonoTime, index: usize, place: (IpAddr, u16)) {
        if let Some(known) = self.monitors.get_mut(index) {
            known.elsewhere = Some(place);
        }
        self.settle(now, index);
    }

    /// A monitor that was heard elsewhere and no longer speaks where it was has moved.
    pub(super) fn settle(&mut self, now: MonoTime, index: usize) {
        let Some(known) = self.monitors.get_mut(index) else { return };
        let Some((address, port)) = known.elsewhere.filter(|_| !known.client.is_alive(now)) else {
            return;
        };
        known.elsewhere = None;
        if let Some(old) = known.address.replace(address) {
            self.by_address.remove(&old);
        }
        known.port = port;
        if self.is_up {
            known.client.moved(now);
        }
        let before = self.by_address.insert(address, index).filter(|before| *before != index);
        // Whoever was there before is not there any more.
        if let Some(before) = before.and_then(|before| self.monitors.get_mut(before)) {
            before.leave();
        }
    }

    /// The time has come.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) {
        for index in 0..self.monitors.len() {
            if let Some(known) = self.monitors.get_mut(index)
                && known.deadline().is_some_and(|(at, _)| at <= now)
            {
                known.client.handle_timeout(now);
            }
            self.settle(now, index);
        }
    }

    /// When [`Network::handle_timeout`] is wanted next, and why.
    pub(super) fn deadline(&self) -> Option<(MonoTime, &'static str)> {
        self.monitors.iter().filter_map(Known::deadline).min_by_key(|(at, _)| *at)
    }
}

impl Known {
    fn is_called(&self, names: &BTreeSet<Text>) -> bool {
        let own = self.client.known().system_id();
        own.is_some_and(|own| names.contains(own)) || !self.names.is_disjoint(names)
    }

    /// Somebody else has its address; its next beacon tells where it is.
    fn leave(&mut self) {
        self.address = None;
        self.client.lose_way();
    }

    fn deadline(&self) -> Option<(MonoTime, &'static str)> {
        let own = self.client.deadline();
        let moved = self.elsewhere.and(self.client.silent_at());
        own.into_iter().chain(moved.map(|at| (at, "moved"))).min_by_key(|(at, _)| *at)
    }
}

/// What a beacon calls its monitor.
fn names(attributes: &[Attribute<'_>]) -> BTreeSet<Text> {
    let name = |attribute: &Attribute<'_>| {
        if let Attribute::NetworkAddress(address) = attribute {
            return identity::name_of(&address.mac);
        }
        identity::system_id(attribute)
    };
    attributes.iter().filter_map(name).take(NAMES_MAX).collect()
}

/// The port of data export that a beacon names, else the usual one.
fn port(attributes: &[Attribute<'_>]) -> u16 {
    let entries = attributes.iter().filter_map(|attribute| {
        let Attribute::ProtocolSupport(entries) = attribute else { return None };
        entries.iter().find(|entry| entry.application == ApplicationProtocol::DataOut)
    });
    entries.map(|entry| entry.port).find(|port| *port != 0).unwrap_or(DATA_PORT)
}
