//! Dialogues with times, golden bytes, and what every session must stand.

#![allow(clippy::unwrap_used, clippy::expect_used)]

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
    heard.iter().rev().find_map(|heard| {
        let Event::Numeric(numeric) = &heard.event else { return None };
        (numeric.key.vendor.as_str() == vendor).then_some(numeric)
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
    heard.iter().rev().find_map(|heard| {
        let Event::Text(TextValue { key, value, .. }) = &heard.event else { return None };
        let value = value.as_ref().filter(|_| key.vendor.as_str() == vendor);
        value.map(|value| value.as_str())
    })
}

fn stream<'a>(heard: &'a [Heard], vendor: &str) -> Option<&'a StreamInfo> {
    heard.iter().find_map(|heard| {
        let Event::Stream(info) = &heard.event else { return None };
        (info.key.vendor.as_str() == vendor).then_some(info)
    })
}

fn waves<'a>(heard: &'a [Heard], vendor: &str) -> Vec<&'a WaveChunk> {
    let of = |heard: &'a Heard| {
        let Event::Wave(chunk) = &heard.event else { return None };
        (chunk.key.vendor.as_str() == vendor).then_some(chunk)
    };
    heard.iter().filter_map(of).collect()
}

fn faults(heard: &[Heard]) -> Vec<String> {
    let of = |heard: &Heard| {
        let Event::Fault(fault) = &heard.event else { return None };
        Some(format!("{:?}: {}", fault.kind, fault.what))
    };
    heard.iter().filter_map(of).collect()
}

/// What was sent, as text.
fn said(sent: &[Transmit]) -> Vec<String> {
    let of = |transmit: &Transmit| {
        let Transmit::Bytes { line: Line::MAIN, to: None, bytes } = transmit else {
            panic!("{transmit:?}")
        };
        String::from_utf8_lossy(bytes).trim_end().to_owned()
    };
    sent.iter().map(of).collect()
}
