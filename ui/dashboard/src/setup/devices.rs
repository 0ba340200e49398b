//! Which monitor stands at which bed: what is heard on the left, beds on the right. Two presses, or
//! Enter twice, put the next one at the next free bed.

use std::time::Duration;

use egui::{Rect, Ui, pos2, vec2};
use vigie_config::{CannotAssign, FoundPort};
use vigie_model::MonoTime;
use vigie_ui_kit::{fonts::Face, rows::Rows};
use vigie_words::TextKey;

use super::{
    Around, InterfaceSeen, Keys, Offer, PortSeen, PortState, Setup, SetupHeard, SetupWish, is_live,
    pen::{self, BIG, Entry, GAP},
    steps::Go,
};
use crate::phrases::Phrases;

/// What is to be listened to, and whether that was asked for.
#[derive(Debug)]
pub(super) struct Listening {
    /// The page is shown.
    pub(super) is_wanted: bool,
    serial: bool,
    /// The name of the interface; `None`: not chosen yet; empty: none.
    interface: Option<String>,
    /// What was asked for last.
    asked: Option<(bool, Option<InterfaceSeen>)>,
    /// The interfaces are known.
    is_told: bool,
    last: Option<MonoTime>,
}

impl Default for Listening {
    fn default() -> Listening {
        Listening {
            is_wanted: false,
            serial: true,
            interface: None,
            asked: None,
            is_told: false,
            last: None,
        }
    }
}

impl Listening {
    /// Whether it is time to ask what is heard.
    pub(super) fn is_due(&mut self, now: MonoTime, every: Duration) -> bool {
        let is_due = self.is_wanted && self.last.is_none_or(|last| now.since(last) >= every);
        if is_due {
            self.last = Some(now);
        }
        is_due
    }

    /// What is heard, and on what.
    pub(super) fn note(&mut self, heard: &SetupHeard) {
        self.is_told = true;
        if !heard.is_listening {
            // A station that started again listens no more.
            self.asked = None;
        }
    }

    fn chosen<'a>(&self, heard: &'a SetupHeard) -> Option<&'a InterfaceSeen> {
        match &self.interface {
            Some(name) => heard.interfaces.iter().find(|seen| seen.name == *name),
            None => heard.interfaces.iter().find(|seen| seen.is_up),
        }
    }

    /// What has to be asked for so that it is listened to what is wanted.
    pub(super) fn wish(&mut self, heard: &SetupHeard) -> Option<SetupWish> {
        let wanted = (self.serial, self.chosen(heard).cloned());
        if !self.is_wanted || !self.is_told || self.asked.as_ref() == Some(&wanted) {
            return None;
        }
        self.asked = Some(wanted.clone());
        let (serial, interface) = wanted;
        if !serial && interface.is_none() {
            return Some(SetupWish::StopListening);
        }
        Some(SetupWish::Listen { serial, interface })
    }
}

impl Setup {
    /// What is heard and stands nowhere by the draft.
    fn waiting(&self) -> Vec<Offer> {
        let offers = self.heard.offers.iter();
        offers.filter(|offer| self.bed_of(&offer.found).is_none()).cloned().collect()
    }

    /// The first bed without a device.
    pub(super) fn first_free(&self) -> usize {
        self.beds().iter().position(|(id, _)| self.at_bed(id).is_empty()).unwrap_or_default()
    }

    /// The step.
    pub(super) fn devices_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        keys: Keys,
    ) -> Option<Go> {
        self.ask_heard(around.phrases.now);
        let mut rows = Rows::of(area);
        self.sources_ui(ui, rows.take(BIG), around);
        rows.take(GAP);
        let rest = rows.rest();
        let left =
            Rect::from_min_max(rest.min, pos2(rest.left() + rest.width() * 0.52, rest.bottom()));
        let right = Rect::from_min_max(pos2(left.right() + 12.0, rest.top()), rest.max);
        let waiting = self.waiting();
        self.fields.picked =
            self.fields.picked.filter(|id| waiting.iter().any(|one| one.id == *id));
        let is_picked = self.fields.picked.is_some();
        let beds = self.beds();
        if is_picked {
            keys.walk(&mut self.fields.bed, beds.len(), COLUMNS);
        } else {
            keys.walk(&mut self.fields.offer, waiting.len(), 1);
        }
        let mut picked = self.offers_ui(ui, left, around, &waiting);
        let mut bed = self.map_ui(ui, right, around, &beds);
        if keys.enter {
            match (waiting.get(self.fields.offer), is_picked) {
                (_, true) => bed = bed.or(Some(self.fields.bed)),
                (Some(offer), false) => picked = picked.or(Some(offer.id)),
                (None, false) => return Some(Go::Next),
            }
        }
        if keys.escape {
            if !is_picked {
                return Some(Go::Back);
            }
            self.fields.picked = None;
        }
        if let Some(id) = picked {
            let offer = waiting.iter().find(|offer| offer.id == id);
            self.fields.picked = Some(id);
            self.fields.moving = None;
            self.fields.offer = waiting.iter().position(|one| one.id == id).unwrap_or_default();
            // The bed that it says it stands at, else the first one that is free.
            let named =
                offer.and_then(|offer| offer.found.bed_label.as_deref()).and_then(|label| {
                    beds.iter().position(|(id, own)| own == label && self.at_bed(id).is_empty())
                });
            self.fields.bed = named.unwrap_or_else(|| self.first_free());
            self.fields.said = None;
        } else if let Some((id, label)) = bed.and_then(|nth| beds.get(nth)) {
            if let Some(place) = self.fields.moving.take() {
                self.set(&place, id.as_str());
                self.fields.said = None;
                return None;
            }
            let first = waiting.get(self.fields.offer);
            let chosen =
                waiting.iter().find(|offer| Some(offer.id) == self.fields.picked).or(first);
            if let Some(offer) = chosen {
                self.assign(offer, (id, label), around.phrases);
            }
        }
        None
    }

    fn assign(&mut self, offer: &Offer, (bed, label): (&str, &str), phrases: &Phrases) {
        let name = name(offer);
        self.fields.said = Some(match self.draft.assign(&offer.found, bed) {
            Ok(()) => {
                self.fields.picked = None;
                // In the first start each monitor is to be live at once.
                if self.options.is_first {
                    self.save();
                }
                phrases.words.setup_placed(&name, label)
            }
            Err(why) => {
                let why = phrases.text(reason(why));
                phrases.words.noted(&phrases.text(TextKey::SetupNotAssigned), &why)
            }
        });
    }

    /// What is listened to: serial ports, and one interface.
    fn sources_ui(&mut self, ui: &Ui, row: Rect, around: Around<'_>) {
        let phrases = around.phrases;
        let shown: Vec<InterfaceSeen> = self.heard.interfaces.iter().take(3).cloned().collect();
        let count = shown.len().max(1) + 1;
        let word = phrases.text(TextKey::SetupListenSerial);
        let place = pen::nth_of(row, 0, count);
        let is_on = self.listening.serial;
        if pen::choose(ui, place, "serial", (&word, &word), is_on, phrases) {
            self.listening.serial = !is_on;
        }
        let chosen = self.listening.chosen(&self.heard).map(|seen| seen.name.clone());
        for (nth, seen) in shown.iter().enumerate() {
            let word = format!("{} {}/{}", seen.name, seen.address, seen.prefix);
            let is_chosen = chosen.as_deref() == Some(&seen.name);
            let place = pen::nth_of(row, nth + 1, count);
            if pen::choose(ui, place, ("interface", nth), (&word, &word), is_chosen, phrases) {
                let name = if is_chosen { String::new() } else { seen.name.clone() };
                self.listening.interface = Some(name);
            }
        }
        if shown.is_empty() {
            let said = phrases.text(TextKey::SetupNoInterface);
            let ink = phrases.palette.quiet;
            pen::line(
                ui,
                pen::nth_of(row, 1, count),
                "no-interface",
                &said,
                (Face::Plain, 15.0, ink),
            );
        }
    }

    /// What is heard; and while there is nothing, what is going on at the ports.
    fn offers_ui(
        &self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        waiting: &[Offer],
    ) -> Option<u64> {
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        let mut rows = Rows::of(area);
        let head = if self.heard.is_listening {
            TextKey::SetupListening
        } else {
            TextKey::SetupNotListening
        };
        let head =
            phrases.words.noted(&phrases.text(TextKey::SetupHeardMonitors), &phrases.text(head));
        pen::line(ui, rows.take(28.0), "heard", &head, (Face::Strong, 15.0, palette.quiet));
        if waiting.is_empty() {
            let is_all = !self.heard.offers.is_empty() || self.placed() > 0;
            let key = if is_all { TextKey::SetupAllPlaced } else { TextKey::SetupNothingHeard };
            let said = phrases.text(key);
            let high = pen::note(ui, rows.rest(), "nothing", &said, (16.0, palette.text));
            rows.take(high + GAP);
        }
        let rest = rows.rest();
        let (tall, small) = (BIG + 10.0 + GAP, 24.0);
        let height = waiting.len() as f32 * tall + self.heard.ports.len() as f32 * small;
        pen::scroll(ui, rest, "offers", height, |ui, whole| {
            let mut rows = Rows::of(whole);
            let mut picked = None;
            for (nth, offer) in waiting.iter().enumerate() {
                let row = rows.take(tall);
                let row = Rect::from_min_size(row.min, vec2(row.width(), tall - GAP));
                let is_chosen = self.fields.picked == Some(offer.id);
                let is_here = self.fields.picked.is_none() && nth == self.fields.offer;
                let (name, more) = (name(offer), told(offer, phrases));
                let entry = Entry { name: &name, more: &more, is_chosen, is_here, is_free: true };
                if pen::entry(ui, row, ("offer", offer.id), &entry, phrases) {
                    picked = Some(offer.id);
                }
            }
            for (nth, port) in self.heard.ports.iter().enumerate() {
                let said = port_said(port, phrases);
                let row = rows.take(small);
                pen::line(ui, row, ("port", nth), &said, (Face::Plain, 13.0, palette.quiet));
            }
            picked
        })
    }

    /// The beds, with what stands there.
    fn map_ui(
        &self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        beds: &[(String, String)],
    ) -> Option<usize> {
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        let mut rows = Rows::of(area);
        let head = phrases.text(TextKey::SetupChooseBed);
        pen::line(ui, rows.take(28.0), "its-bed", &head, (Face::Strong, 15.0, palette.quiet));
        let tall = BIG + 4.0 + GAP;
        let height = beds.len().div_ceil(COLUMNS) as f32 * tall;
        pen::scroll(ui, rows.rest(), "beds", height, |ui, whole| {
            let mut pressed = None;
            for (nth, (id, label)) in beds.iter().enumerate() {
                let top = whole.top() + (nth / COLUMNS) as f32 * tall;
                let row =
                    Rect::from_min_size(pos2(whole.left(), top), vec2(whole.width(), tall - GAP));
                let cell = pen::nth_of(row, nth % COLUMNS, COLUMNS);
                let devices = self.at_bed(id);
                let state = if is_live(around.view, id) {
                    phrases.text(TextKey::StateLive)
                } else if devices.is_empty() {
                    phrases.text(TextKey::SetupFreeBed)
                } else {
                    devices.iter().map(|device| short(device)).collect::<Vec<_>>().join(", ")
                };
                let is_here = self.fields.picked.is_some() && nth == self.fields.bed;
                let name = phrases.words.setup_bed(label);
                let entry =
                    Entry { name: &name, more: &state, is_chosen: is_here, is_here, is_free: true };
                if pen::entry(ui, cell, ("bed", nth), &entry, phrases) {
                    pressed = Some(nth);
                }
            }
            pressed
        })
    }
}

/// Beds in a row.
const COLUMNS: usize = 2;

/// What a device calls itself, else its protocol and where it is.
fn name(offer: &Offer) -> String {
    let found = &offer.found;
    let own = found.name.clone().or_else(|| found.device.clone());
    own.unwrap_or_else(|| found.protocol.clone())
}

/// Where it is heard, and what it says.
fn told(offer: &Offer, phrases: &Phrases) -> String {
    let found = &offer.found;
    let place = match &found.port {
        FoundPort::Serial { path, baud, .. } => format!("{} {baud}", short(path)),
        FoundPort::Beacons(on) => on.interface.clone(),
        FoundPort::TcpListen { on, port } => format!("{} :{port}", on.interface),
    };
    let simulated = found.is_simulated.then(|| phrases.text(TextKey::ModeSimulation));
    let serial = found.serial.clone();
    let sure = (!offer.is_named).then(|| phrases.text(TextKey::SetupOfferLikely));
    let bed = found.bed_label.as_deref().map(|label| phrases.words.setup_bed(label));
    let all = simulated.into_iter().chain(offer.says.clone()).chain(bed);
    let all = all.chain([place]).chain(serial).chain(sure);
    all.collect::<Vec<_>>().join("  ")
}

/// The last part of a path; of a device's key what follows its family.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn port_said(port: &PortSeen, phrases: &Phrases) -> String {
    let words = &phrases.words;
    let state = |key: TextKey| words.text(key);
    let with = |key: TextKey, what: &str| words.noted(&words.text(key), what);
    let state = match &port.state {
        PortState::Free => state(TextKey::SetupPortFree),
        PortState::InUse(line) => with(TextKey::SetupPortInUse, line),
        PortState::Trying(protocol) => with(TextKey::SetupPortTrying, protocol),
        PortState::Recognised => state(TextKey::SetupPortRecognised),
        PortState::Silent => state(TextKey::SetupPortSilent),
        PortState::Denied(why) => with(TextKey::SetupPortDenied, why),
    };
    let product = port.product.as_deref().map(|product| format!(" ({product})"));
    words.noted(&format!("{}{}", short(&port.path), product.unwrap_or_default()), &state)
}

fn reason(why: CannotAssign) -> TextKey {
    match why {
        CannotAssign::NoBed => TextKey::SetupCannotNoBed,
        CannotAssign::SimulatedInLive => TextKey::SetupCannotSimulated,
        CannotAssign::RealInSimulation => TextKey::SetupCannotReal,
        CannotAssign::Nameless => TextKey::SetupCannotNameless,
        CannotAssign::NoList => TextKey::SetupCannotFile,
    }
}
