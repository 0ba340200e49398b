//! Senders that call themselves a monitor: whether one of them is a gateway after all.
//!
//! A monitor that sends by itself writes its own name into MSH-3 and OBX-18, and so do gateways that put
//! their name where the monitor's belongs. The first stands at one place at a time, and may be carried
//! to another; the second speaks of several places by turns. Which of the two it is shows at the third
//! word, and until then nothing of the new place is shown: it could be another patient.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::MonoTime;
use vigie_session::driver::DEVICES_MAX;

/// So many messages from a new place, and none from the one before, are a monitor that was moved.
const MESSAGES_TO_MOVE: u8 = 3;
/// Beds of a gateway that speak further apart than this are taken for one monitor that is moved often.
const TURNS_WITHIN: Duration = Duration::from_secs(1_800);

/// What a sender is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// The monitor that it calls itself.
    Monitor,
    /// A gateway: its beds are told apart by their places.
    Gateway,
    /// A monitor that was moved, or a gateway.
    Doubtful,
}

/// All that call themselves a monitor.
#[derive(Debug, Default)]
pub(super) struct Itselves {
    known: BTreeMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    place: String,
    heard: MonoTime,
    /// Another place that it spoke of since, and how often.
    other: Option<(String, u8)>,
    is_gateway: bool,
}

impl Itselves {
    /// Its message speaks of several places.
    pub(super) fn is_gateway(&mut self, now: MonoTime, name: &str) {
        self.at(now, name, "").is_gateway = true;
    }

    /// It spoke of a place.
    pub(super) fn heard(&mut self, now: MonoTime, name: &str, place: &str) -> Is {
        let known = self.at(now, name, place);
        let since = now.since(core::mem::replace(&mut known.heard, now));
        if known.is_gateway {
            return Is::Gateway;
        }
        if place.is_empty() || known.place.is_empty() {
            place.clone_into(&mut known.place);
            return Is::Monitor;
        }
        if since > TURNS_WITHIN {
            known.other = None;
        }
        let is_same = known.place == place;
        match &mut known.other {
            None if is_same => Is::Monitor,
            None => {
                known.other = Some((place.to_owned(), 1));
                Is::Doubtful
            }
            Some((other, count)) if other == place => {
                *count += 1;
                if *count < MESSAGES_TO_MOVE {
                    return Is::Doubtful;
                }
                (known.place, known.other) = (place.to_owned(), None);
                Is::Monitor
            }
            // Back at the first place, or at a third.
            Some(_) => {
                known.is_gateway = true;
                Is::Gateway
            }
        }
    }

    fn at(&mut self, now: MonoTime, name: &str, place: &str) -> &mut Known {
        if !self.known.contains_key(name) && self.known.len() >= DEVICES_MAX {
            let silent = self.known.iter().min_by_key(|(_, known)| known.heard);
            if let Some(silent) = silent.map(|(name, _)| name.clone()) {
                self.known.remove(&silent);
            }
        }
        self.known.entry(name.to_owned()).or_insert_with(|| Known {
            place: place.to_owned(),
            heard: now,
            other: None,
            is_gateway: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(places: &[&str]) -> Vec<Is> {
        let mut all = Itselves::default();
        let words = places.iter().zip(0u64..);
        let heard = |(place, second): (&&str, u64)| {
            all.heard(MonoTime::START + Duration::from_secs(second), "gw", place)
        };
        words.map(heard).collect()
    }

    #[test]
    fn a_monitor_may_be_moved_and_a_gateway_has_several_places() {
        use Is::{Doubtful, Gateway, Monitor};
        assert_eq!(told(&["a", "a", "", "a"]), [Monitor, Monitor, Monitor, Monitor]);
        assert_eq!(told(&["a", "b", "a", "b"]), [Monitor, Doubtful, Gateway, Gateway]);
        assert_eq!(told(&["a", "b", "c"]), [Monitor, Doubtful, Gateway]);
        let moved = told(&["a", "b", "b", "b", "b"]);
        assert_eq!(moved, [Monitor, Doubtful, Doubtful, Monitor, Monitor]);
    }

    #[test]
    fn names_without_end_are_not_kept() {
        let mut all = Itselves::default();
        for number in 0..3 * DEVICES_MAX {
            all.heard(MonoTime::START, &number.to_string(), "a");
        }
        assert_eq!(all.known.len(), DEVICES_MAX);
    }
}
