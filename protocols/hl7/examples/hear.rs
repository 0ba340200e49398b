//! Prints what a session hears in files of MLLP bytes: `hear hl7|mindray-pds FILE...`.
//!
//! For holding our reading against messages that may not be kept in the tree.

use std::process::ExitCode;

use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_model::{Event, MonoTime};
use vigie_session::{Factory, Input, Line, Setup};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for engineers")]
fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let factory: &dyn Factory = match args.next().as_deref() {
        Some("hl7") => &Hl7Factory,
        Some("mindray-pds") => &MindrayPdsFactory,
        _ => {
            eprintln!("usage: hear hl7|mindray-pds FILE...");
            return ExitCode::FAILURE;
        }
    };
    for path in args {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::FAILURE;
            }
        };
        println!("== {path}: {} bytes", bytes.len());
        let mut session = factory.session(&Setup::default());
        session.handle_input(MonoTime::START, Input::Up { line: Line::MAIN, peer: None });
        let input = Input::Bytes { line: Line::MAIN, from: None, bytes: &bytes };
        session.handle_input(MonoTime::START, input);
        while let Some(sent) = session.poll_transmit() {
            println!("sent {sent:?}");
        }
        while let Some(heard) = session.poll_event() {
            let device = heard.device.0;
            match heard.event {
                Event::Numeric(it) => {
                    let value = it.reading.value().map_or("none".into(), |value| value.to_string());
                    let code = it.key.code.map_or(0, |code| code.0);
                    println!(
                        "{device} {}/{} [{code}] {value} {} {:?} {:?}",
                        it.key.vendor,
                        it.key.instance,
                        it.unit.as_str(),
                        it.measured,
                        it.nature,
                    );
                }
                Event::Wave(it) => println!(
                    "{device} wave {}/{} {:?} {} samples at {:.1} Hz, first {}, {:?} {:?}, {} marks",
                    it.key.vendor,
                    it.key.instance,
                    it.key.code,
                    it.samples.len(),
                    it.rate_hz(),
                    it.first.0,
                    it.before,
                    it.scale,
                    it.marks.len(),
                ),
                Event::Stream(it) => println!(
                    "{device} stream {}/{} {:?} {:?} {:?}",
                    it.key.vendor, it.key.instance, it.label, it.category, it.cadence
                ),
                event @ (Event::Identity(_)
                | Event::Patient(_)
                | Event::Text(_)
                | Event::Limits(_)
                | Event::Alarms(_)
                | Event::Mode(_)
                | Event::Gap(_)
                | Event::Alive
                | Event::Fault(_)) => println!("{device} {event:?}"),
            }
        }
    }
    ExitCode::SUCCESS
}
