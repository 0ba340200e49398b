//! One place that is listened to: recognising, and then speaking with who is there.

use std::{sync::Mutex, time::Duration};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use vigie_config::{Found, FoundPort, LineConfig, Network, PortConfig, SerialPort, parity_word};
use vigie_link::{LinkConfig, Nature, What, nature};
use vigie_model::{DeviceKey, Event, Observation, Text};
use vigie_session::{Factory, Line, Transmit};
use vigie_ward::{Item, WardLine};

use super::{
    ASKED_WITHIN, EarMakings, Hearing, Place, Quest, SerialSettings, all_settings, settings_of,
};
use crate::{
    setup::{Offer, PortState, ports::PortHere},
    shared::lock,
    wire::{Wire, link_config, setup},
};

/// How long an answer to a question may take.
const ANSWER: Duration = Duration::from_millis(1_500);
/// A device that said nothing for so long is not there any more.
const SILENCE: Duration = Duration::from_secs(20);
/// How often somebody is looked for who stopped asking.
const TURN: Duration = Duration::from_millis(250);
/// A farewell.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long what was sent last may take to leave.
const CLOSING: Duration = Duration::from_millis(500);
/// Bytes that are looked through for a protocol.
const LOOKED_AT: usize = 16 * 1024;
/// Values that tell a person whose they are.
const SAYS_MAX: usize = 4;

/// Listens at one place until it is stopped, or nobody asks any more.
pub(super) async fn run(
    makings: &EarMakings,
    heard: &Mutex<Hearing>,
    place: &Place,
    quest: &Quest,
    stop: watch::Receiver<bool>,
) {
    let mut quested = Quested { makings, heard, place, stop };
    match quest {
        Quest::Serial { port, catalogue } => quested.serial(port, catalogue).await,
        Quest::Network { family, network, ports, found } => {
            let line = line(*family, ports.clone());
            while !quested.is_over() {
                let found = (found.clone(), false);
                quested.talk(*family, &line, Some(network), &found).await;
                quested.wait(TURN).await;
            }
        }
    }
}

struct Quested<'a> {
    makings: &'a EarMakings,
    heard: &'a Mutex<Hearing>,
    place: &'a Place,
    stop: watch::Receiver<bool>,
}

fn line(family: &dyn Factory, ports: Vec<(Line, PortConfig)>) -> LineConfig {
    LineConfig {
        name: Text::from("heard"),
        protocol: family.name().to_owned(),
        passive: false,
        real: false,
        bed: None,
        ports,
        options: Vec::new(),
        capture: None,
        path: None,
    }
}

fn serial_line(family: &dyn Factory, port: &PortHere, settings: SerialSettings) -> LineConfig {
    let SerialSettings { baud, parity, stop_bits } = settings;
    let port = SerialPort::Path(port.path.display().to_string());
    line(family, vec![(Line::MAIN, PortConfig::Serial { port, baud, parity, stop_bits })])
}

impl Quested<'_> {
    fn is_over(&self) -> bool {
        let asked = lock(self.heard).asked;
        *self.stop.borrow() || self.makings.clock.mono().since(asked) > ASKED_WITHIN
    }

    /// Waits so long, or until it is stopped.
    async fn wait(&mut self, time: Duration) {
        _ = timeout(time, self.stop.wait_for(|stop| *stop)).await;
    }

    fn state(&self, state: PortState) {
        lock(self.heard).states.insert(self.place.clone(), state);
    }

    async fn serial(&mut self, port: &PortHere, catalogue: &[&'static dyn Factory]) {
        let all = all_settings(catalogue);
        while !self.is_over() {
            for settings in &all {
                if self.is_over() {
                    return;
                }
                self.state(PortState::Trying { baud: settings.baud });
                let Some(family) = self.recognise(port, *settings, catalogue).await else {
                    continue;
                };
                // A pty has no speed: whatever was tried, the file names one that the family has.
                let known = settings_of(family);
                let of_family =
                    if known.contains(settings) { Some(settings) } else { known.first() };
                let Some(settings) = of_family.copied() else { continue };
                self.state(PortState::Heard);
                let line = serial_line(family, port, settings);
                let is_simulated = link_config(&line, None).is_ok_and(|link| {
                    link.ports.iter().any(|(_, port)| nature(port) == Nature::Simulated)
                });
                let found = FoundPort::Serial {
                    port: port.written.clone(),
                    path: port.path.display().to_string(),
                    baud: settings.baud,
                    parity: parity_word(settings.parity).to_owned(),
                    stop_bits: settings.stop_bits,
                };
                let found = (found, is_simulated);
                self.talk(family, &line, None, &found).await;
            }
        }
    }

    /// Which family speaks on a port, at one speed.
    async fn recognise(
        &mut self,
        port: &PortHere,
        settings: SerialSettings,
        catalogue: &[&'static dyn Factory],
    ) -> Option<&'static dyn Factory> {
        let on_serial: Vec<&'static dyn Factory> =
            catalogue.iter().copied().filter(|family| !settings_of(*family).is_empty()).collect();
        let any = on_serial.first()?;
        let link = link_config(&serial_line(*any, port, settings), None).ok()?;
        let mut wire = (self.makings.opener)(link, None);
        let found = self.recognise_on(wire.as_mut(), settings, &on_serial).await;
        if found.is_none()
            && let Some(why) = wire.status().into_iter().find_map(|port| port.trouble)
        {
            self.state(PortState::Refused(why));
            self.wait(ANSWER).await;
        }
        wire.close(CLOSING).await;
        found
    }

    async fn recognise_on(
        &mut self,
        wire: &mut dyn Wire,
        settings: SerialSettings,
        families: &[&'static dyn Factory],
    ) -> Option<&'static dyn Factory> {
        let of_speed: Vec<&'static dyn Factory> = families
            .iter()
            .copied()
            .filter(|family| settings_of(*family).contains(&settings))
            .collect();
        let listen = of_speed.iter().map(|family| family.probe().listen).max()?;
        let mut bytes = Vec::new();
        if let Some(found) = self.hears(wire, &mut bytes, families, listen).await {
            return Some(found);
        }
        for family in of_speed {
            let probe = family.probe();
            if probe.ask.is_empty() || self.is_over() {
                continue;
            }
            wire.send(Transmit::main(probe.ask));
            let answered = self.hears(wire, &mut bytes, &[family], ANSWER).await;
            if !probe.leave.is_empty() {
                wire.send(Transmit::main(probe.leave));
            }
            if answered.is_some() {
                return answered;
            }
        }
        None
    }

    /// Whether one of some families is heard within a time.
    async fn hears(
        &mut self,
        wire: &mut dyn Wire,
        bytes: &mut Vec<u8>,
        families: &[&'static dyn Factory],
        time: Duration,
    ) -> Option<&'static dyn Factory> {
        let until = self.makings.clock.mono() + time;
        loop {
            let left = until.since(self.makings.clock.mono());
            if left.is_zero() || self.is_over() {
                return None;
            }
            let event = tokio::select! {
                biased;
                _ = self.stop.wait_for(|stop| *stop) => return None,
                () = sleep(left.min(TURN)) => continue,
                event = wire.next() => event,
            };
            let What::Bytes { bytes: more, .. } = event.what else { continue };
            bytes.extend_from_slice(&more);
            let over = bytes.len().saturating_sub(LOOKED_AT);
            bytes.drain(..over);
            let found = families.iter().find(|family| (family.probe().recognise)(bytes));
            if let Some(found) = found {
                return Some(*found);
            }
        }
    }

    /// Speaks with who is there until it is stopped, or nobody says anything any more.
    async fn talk(
        &mut self,
        family: &'static dyn Factory,
        line: &LineConfig,
        network: Option<&Network>,
        found: &(FoundPort, bool),
    ) {
        let link: LinkConfig = match link_config(line, network) {
            Ok(link) => link,
            Err(why) => return self.state(PortState::Refused(why)),
        };
        let (clock, run) = (&self.makings.clock, self.makings.run);
        let session = family.session(&setup(line, family, self.makings.seed));
        let mut talk = WardLine::live(line.name.as_str(), run, false, session);
        let mut wire = (self.makings.opener)(link, None);
        let mut heard_at = clock.mono();
        while !self.is_over() && clock.mono().since(heard_at) < SILENCE {
            let wait = talk.poll_timeout().map_or(TURN, |due| due.at.since(clock.mono()).min(TURN));
            tokio::select! {
                biased;
                _ = self.stop.wait_for(|stop| *stop) => {}
                event = wire.next() => talk.handle_input(event.at, event.wall, event.input()),
                () = sleep(wait) => talk.handle_timeout(clock.mono(), clock.wall()),
            }
            while let Some(transmit) = talk.poll_transmit() {
                wire.send(transmit);
            }
            while let Some(item) = talk.poll_item(clock.mono(), clock.wall()) {
                if let Item::Heard(observation) = item {
                    heard_at = clock.mono();
                    self.note(family, found, &observation);
                }
            }
        }
        self.say_goodbye(&mut talk, wire.as_mut()).await;
        wire.close(CLOSING).await;
        lock(self.heard).offers.retain(|(place, _), _| place != self.place);
    }

    async fn say_goodbye(&self, talk: &mut WardLine, wire: &mut dyn Wire) {
        let clock = &self.makings.clock;
        let until = clock.mono() + FAREWELL;
        talk.handle_farewell(clock.mono(), clock.wall());
        loop {
            while let Some(transmit) = talk.poll_transmit() {
                wire.send(transmit);
            }
            while talk.poll_item(clock.mono(), clock.wall()).is_some() {}
            let (Some(due), left) = (talk.poll_timeout(), until.since(clock.mono())) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                biased;
                event = wire.next() => talk.handle_input(event.at, event.wall, event.input()),
                () = sleep(due.at.since(clock.mono()).min(left)) => {
                    talk.handle_timeout(clock.mono(), clock.wall());
                }
            }
        }
    }

    /// What was said, for the person who has to tell devices apart.
    fn note(&self, family: &dyn Factory, found: &(FoundPort, bool), said: &Observation) {
        let own = Some(&said.device).filter(|key| !key.is_of_line());
        let is_serial = matches!(self.place, Place::Serial(_));
        if own.is_none() && !is_serial {
            return;
        }
        // A serial port has one device, whatever it is called before it names itself.
        let of = own.filter(|_| !is_serial).map_or_else(String::new, key_text);
        let mut heard = lock(self.heard);
        heard.offered += 1;
        let id = heard.offered;
        let (port, is_simulated) = found.clone();
        let offer = heard.offers.entry((self.place.clone(), of)).or_insert_with(|| Offer {
            id,
            found: Found {
                protocol: family.name().to_owned(),
                port,
                device: None,
                name: None,
                serial: None,
                bed_label: None,
                is_simulated,
            },
            is_named: false,
            says: Vec::new(),
            seen_at: said.stamp.wall,
        });
        offer.seen_at = said.stamp.wall;
        if let Some(key) = own {
            offer.found.device = Some(key_text(key));
            offer.is_named = true;
        }
        match &said.event {
            Event::Identity(info) => {
                let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
                let names = [text(&info.manufacturer), text(&info.model)];
                let name: Vec<String> = names.into_iter().flatten().collect();
                offer.found.name = Some(name.join(" ")).filter(|name| !name.is_empty());
                offer.found.serial = text(&info.serial).or(offer.found.serial.take());
                offer.found.bed_label = text(&info.bed_label).or(offer.found.bed_label.take());
            }
            Event::Numeric(numeric) => {
                if let (Some(metric), Some(value)) = (numeric.key.metric(), numeric.reading.value())
                {
                    let value = value.to_string();
                    let has_room = offer.says.len() < SAYS_MAX;
                    match offer.says.iter_mut().find(|(id, _)| id == metric.id) {
                        Some((_, there)) => *there = value,
                        None if has_room => offer.says.push((metric.id.to_owned(), value)),
                        None => {}
                    }
                }
            }
            Event::Patient(_)
            | Event::Text(_)
            | Event::Wave(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {}
        }
    }
}

fn key_text(key: &DeviceKey) -> String {
    key.0.as_str().to_owned()
}
