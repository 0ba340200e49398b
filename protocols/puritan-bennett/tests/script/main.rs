//! Dialogues with times, golden bytes, and what every session must stand.

mod answers;
mod any_bytes;
mod asking;
mod kit;
mod sent;
mod waves;

use std::time::Duration;

use vigie_model::{Event, Numeric, StreamInfo, TextValue, WaveChunk};
use vigie_puritan_bennett::PuritanBennettFactory;
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Heard, Line, Session, Setup, Transmit};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/fixtures/puritan-bennett/", $name))
    };
}

const MISCF: &[u8] = fixture!("miscf.bin");
const MISCF_ALARMS: &[u8] = fixture!("miscf-alarms.bin");
const MISCF_STANDBY: &[u8] = fixture!("miscf-standby.bin");
const MISCF_980: &[u8] = fixture!("miscf-980.bin");
const MISCA: &[u8] = fixture!("misca.bin");
const WAVES: &[u8] = fixture!("waves.txt");
const WAVES_HURT: &[u8] = fixture!("waves-hurt.txt");

fn session(passive: bool, options: &[(&str, &str)]) -> Box<dyn Session> {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    PuritanBennettFactory.session(&Setup { passive, seed: 1, options })
}

fn active() -> Box<dyn Session> {
    session(false, &[])
}

fn passive() -> Box<dyn Session> {
    session(true, &[])
}

/// A rig whose parameter port is open, in mid-stream.
fn listening() -> Rig {
    let mut rig = Rig::new(passive());
    rig.up(Line::MAIN);
    rig
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn numeric<'a>(heard: &'a [Heard], vendor: &str) -> Option<&'a Numeric> {
    heard.iter().rev().find_map(|heard| match &heard.event {
        Event::Numeric(numeric) if numeric.key.vendor.as_str() == vendor => Some(numeric),
        _ => None,
    })
}

/// A number as text, or what is in its place.
fn shown(heard: &[Heard], vendor: &str) -> String {
    match numeric(heard, vendor) {
        None => "-".to_owned(),
        Some(Numeric { reading, unit, .. }) => match reading.value() {
            Some(value) => format!("{value} {}", unit.as_str()),
            None => format!("{:?}", reading.validity()),
        },
    }
}

fn words<'a>(heard: &'a [Heard], vendor: &str) -> Option<&'a str> {
    heard.iter().rev().find_map(|heard| match &heard.event {
        Event::Text(TextValue { key, value, .. }) if key.vendor.as_str() == vendor => {
            value.as_ref().map(|value| value.as_str())
        }
        _ => None,
    })
}

fn stream<'a>(heard: &'a [Heard], vendor: &str) -> Option<&'a StreamInfo> {
    heard.iter().find_map(|heard| match &heard.event {
        Event::Stream(info) if info.key.vendor.as_str() == vendor => Some(info),
        _ => None,
    })
}

fn waves<'a>(heard: &'a [Heard], vendor: &str) -> Vec<&'a WaveChunk> {
    let of = |heard: &'a Heard| match &heard.event {
        Event::Wave(chunk) if chunk.key.vendor.as_str() == vendor => Some(chunk),
        _ => None,
    };
    heard.iter().filter_map(of).collect()
}

fn faults(heard: &[Heard]) -> Vec<String> {
    let of = |heard: &Heard| match &heard.event {
        Event::Fault(fault) => Some(format!("{:?}: {}", fault.kind, fault.what)),
        _ => None,
    };
    heard.iter().filter_map(of).collect()
}

/// What was sent, as text.
fn said(sent: &[Transmit]) -> Vec<String> {
    let of = |transmit: &Transmit| match transmit {
        Transmit::Bytes { line: Line::MAIN, to: None, bytes } => {
            String::from_utf8_lossy(bytes).trim_end().to_owned()
        }
        other => panic!("{other:?}"),
    };
    sent.iter().map(of).collect()
}
