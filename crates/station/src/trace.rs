//! The trace: a line of JSON for everything that the board was told, for engineers and tests.
//!
//! It names no patient. Its queue is bounded; a disk that cannot keep up costs lines, which are
//! counted in the file and in the log, and never holds up the board.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use serde::Serialize;
use vigie_board::LineChange;
use vigie_model::{Before, Event, MetricKey};
use vigie_ward::Item;

use crate::{
    StartError,
    tap::{Tap, Tapped},
};

/// Items that may wait for the disk: ten seconds of a large ward.
const ITEMS: usize = 65_536;
/// The file is brought up to date this often.
const FLUSH_PERIOD: Duration = Duration::from_millis(200);

/// One line of the file.
#[derive(Debug, Serialize)]
struct TraceLine<'a> {
    /// Nanoseconds of CLOCK_BOOTTIME at which it was heard.
    mono: u64,
    line: &'a str,
    device: &'a str,
    kind: &'static str,
    /// The maker's own code and the instance.
    stream: Option<String>,
    /// Of the device's clock.
    tick: Option<u64>,
    what: String,
    before: Option<&'static str>,
}

/// Opens the file and starts the thread that writes it.
pub(crate) fn start(path: &Path) -> Result<(Tap, JoinHandle<()>), StartError> {
    let file = File::create(path).map_err(|error| {
        let path = path.display();
        StartError::Unfit(format!(
            "the trace {path} cannot be written ({error}): name another file"
        ))
    })?;
    let (tap, items) = Tap::new(ITEMS);
    let thread = thread::Builder::new()
        .name("trace".into())
        .spawn(move || write(&items, BufWriter::new(file)))
        .map_err(|error| StartError::Unfit(format!("no thread for the trace ({error})")))?;
    Ok((tap, thread))
}

fn write(items: &Receiver<Tapped>, mut file: impl Write) {
    let mut broken = false;
    loop {
        let written = match items.recv_timeout(FLUSH_PERIOD) {
            Ok(tapped) => write_line(&mut file, &tapped),
            Err(RecvTimeoutError::Timeout) => file.flush(),
            Err(RecvTimeoutError::Disconnected) => {
                _ = file.flush();
                return;
            }
        };
        // Said once, not a line of log for each line of trace.
        if let (Err(error), false) = (&written, broken) {
            tracing::error!("the trace has holes from here on: it cannot be written ({error})");
        }
        broken = written.is_err();
    }
}

fn write_line(file: &mut impl Write, tapped: &Tapped) -> std::io::Result<()> {
    if tapped.lost > 0 {
        tracing::error!(lost = tapped.lost, "the trace could not keep up");
        writeln!(file, "{{\"lost\":{}}}", tapped.lost)?;
    }
    let line = TraceLine::of(tapped);
    serde_json::to_writer(&mut *file, &line)?;
    file.write_all(b"\n")
}

fn stream(key: &MetricKey) -> Option<String> {
    Some(format!("{}/{}", key.vendor, key.instance))
}

impl TraceLine<'_> {
    fn of(tapped: &Tapped) -> TraceLine<'_> {
        let line = tapped.line.as_str();
        let observation = match &tapped.item {
            Item::Heard(observation) => observation,
            Item::Line { at, devices, change, .. } => {
                let what = match change {
                    LineChange::Up => format!("up {}", devices.len()),
                    LineChange::Down => "down".to_owned(),
                    LineChange::Left => format!("left {}", devices.len()),
                    LineChange::Doubled => format!("doubled {}", devices.len()),
                };
                return TraceLine {
                    mono: at.as_nanos(),
                    line,
                    device: "",
                    kind: "line",
                    stream: None,
                    tick: None,
                    what,
                    before: None,
                };
            }
        };
        let mut told = TraceLine {
            mono: observation.stamp.mono.as_nanos(),
            line,
            device: observation.device.0.as_str(),
            kind: "",
            stream: None,
            tick: None,
            what: String::new(),
            before: None,
        };
        match &observation.event {
            Event::Identity(info) => {
                told.kind = "identity";
                told.what = info.key.0.as_str().to_owned();
            }
            Event::Patient(_) => told.kind = "patient",
            Event::Numeric(numeric) => {
                told.kind = "numeric";
                told.stream = stream(&numeric.key);
                told.tick = numeric.tick.map(|(_, tick)| tick.0);
                let value = numeric.reading.value();
                told.what = value.map(|value| value.to_string()).unwrap_or_default();
            }
            Event::Text(text) => {
                told.kind = "text";
                told.stream = stream(&text.key);
                told.what = text.value.as_ref().map(ToString::to_string).unwrap_or_default();
            }
            Event::Wave(chunk) => {
                told.kind = "wave";
                told.stream = stream(&chunk.key);
                told.tick = Some(chunk.first.0);
                told.what = chunk.samples.len().to_string();
                told.before = Some(match chunk.before {
                    Before::Joined => "joined",
                    Before::Gap => "gap",
                });
            }
            Event::Limits(limits) => {
                told.kind = "limits";
                told.stream = stream(&limits.key);
            }
            Event::Alarms(set) => {
                told.kind = "alarms";
                let texts: Vec<&str> = set.active.iter().map(|alarm| alarm.text.as_str()).collect();
                told.what = texts.join("|");
            }
            Event::Stream(info) => {
                told.kind = "stream";
                told.stream = stream(&info.key);
            }
            Event::Mode(mode) => {
                told.kind = "mode";
                told.what = format!("{mode:?}");
            }
            Event::Gap(gap) => {
                told.kind = "gap";
                told.stream = gap.key.as_ref().and_then(stream);
                told.what = gap.lost.map(|lost| lost.to_string()).unwrap_or_default();
            }
            Event::Alive => told.kind = "alive",
            Event::Fault(fault) => {
                told.kind = "fault";
                told.what = format!("{} x{}", fault.what, fault.count);
            }
        }
        told
    }
}
