//! The options of a session, from text.

use std::time::Duration;

use vigie_model::{Event, Fault, FaultKind, Text};
use vigie_session::Setup;

use crate::map;
use crate::wire::ecg12::Order;
use crate::wire::request::{Interval, Physiological};

use super::{BAUD, ECG12_ORDER, INTERVAL, TREND, WAVES};

/// Speed of a line that nobody set otherwise.
const BAUD_DEFAULT: u32 = 19_200;
/// The shortest interval that the specification allows for displayed values.
const INTERVAL_DEFAULT: u8 = 5;

/// All options, the last of each name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) baud: u32,
    pub(super) interval_s: u8,
    /// `None`: whatever is there.
    pub(super) waves: Option<Vec<u8>>,
    pub(super) trend: Option<Physiological>,
    pub(super) ecg12_order: Order,
    /// What was not understood.
    odd: Vec<&'static str>,
}

impl Options {
    pub(super) fn of(setup: &Setup) -> Options {
        let mut odd = Vec::new();
        let mut understood = |value: Option<&str>, what: &'static str| {
            if value.is_none() {
                odd.push(what);
            }
        };
        let option = |wanted: &str| {
            let found = setup.options.iter().rev().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let mut baud = BAUD_DEFAULT;
        if let Some(text) = option(BAUD) {
            let told = text.parse().ok().filter(|baud| *baud >= BAUD_DEFAULT);
            understood(told.map(|_| text), "option baud: not a speed; 19200 is taken");
            baud = told.unwrap_or(baud);
        }
        let mut interval_s = INTERVAL_DEFAULT;
        if let Some(text) = option(INTERVAL) {
            let told = text.parse().ok().filter(|seconds| (1..=60).contains(seconds));
            understood(told.map(|_| text), "option interval: not 1 to 60; 5 is taken");
            interval_s = told.unwrap_or(interval_s);
        }
        let mut waves = None;
        if let Some(text) = option(WAVES) {
            let told = kinds(text);
            understood(
                told.as_ref().map(|_| text),
                "option waves: unknown name; waves are chosen by what is there",
            );
            waves = told;
        }
        let trend = match option(TREND) {
            Some("10") => Some(Physiological::Trend10),
            Some("60") => Some(Physiological::Trend60),
            Some(_) => {
                understood(None, "option trend: neither 10 nor 60; none is asked for");
                None
            }
            None => None,
        };
        let ecg12_order = match option(ECG12_ORDER) {
            None | Some("low-first") => Order::LowFirst,
            Some("high-first") => Order::HighFirst,
            Some(_) => {
                understood(None, "option ecg12-order: unknown; low-first is taken");
                Order::LowFirst
            }
        };
        Options { baud, interval_s, waves, trend, ecg12_order, odd }
    }

    /// How often displayed values are asked for.
    pub(super) fn interval(&self) -> Interval {
        Interval::Seconds(self.interval_s)
    }

    /// The same as a time.
    pub(super) fn period(&self) -> Duration {
        Duration::from_secs(u64::from(self.interval_s))
    }

    /// What was not understood, once.
    pub(super) fn take_odd(&mut self) -> Vec<Event> {
        let fault = |what| Fault { kind: FaultKind::Unknown, what: Text::from(what), count: 1 };
        std::mem::take(&mut self.odd).into_iter().map(|what| Event::Fault(fault(what))).collect()
    }
}

/// Type numbers of named waves; `None` when a name is unknown.
fn kinds(text: &str) -> Option<Vec<u8>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let names = text.split([' ', ',']).filter(|name| !name.is_empty());
    names
        .map(|name| match name {
            "ECG12" => Some(map::ECG12),
            name => map::WAVES.iter().find(|wave| wave.name == name).map(|wave| wave.kind),
        })
        .collect()
}
