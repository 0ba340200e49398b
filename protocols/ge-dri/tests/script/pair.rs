//! A session and a simulated monitor on one cable and one clock.

use std::time::Duration;

use vigie_ge_dri::GeDriFactory;
use vigie_ge_dri::wire::frame::Deframer;
use vigie_model::Event;
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Line, Session, Setup, Transmit};
use vigie_sim_device::ge_dri::{Monitor, MonitorConfig};
use vigie_sim_device::{Device, Sent};

/// An active session.
pub fn session(options: &[(&str, &str)]) -> Box<dyn Session> {
    let options = options.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    GeDriFactory.session(&Setup { passive: false, seed: 1, options: options.collect() })
}

/// Both ends.
pub struct Pair {
    pub rig: Rig,
    pub monitor: Monitor,
    /// Records that the session sent.
    pub requests: Vec<Vec<u8>>,
    /// Bytes that the monitor sent.
    pub bytes: usize,
    /// What it sent, as it says itself.
    pub said: Vec<Sent>,
    deframer: Deframer,
}

impl Pair {
    pub fn new(config: MonitorConfig, options: &[(&str, &str)]) -> Pair {
        Pair {
            rig: Rig::new(session(options)),
            monitor: Monitor::new(config),
            requests: Vec::new(),
            bytes: 0,
            said: Vec::new(),
            deframer: Deframer::new(),
        }
    }

    pub fn up(&mut self) {
        self.rig.up(Line::MAIN);
        self.carry();
    }

    pub fn secs(&mut self, secs: u64) {
        for _ in 0..secs * 20 {
            self.rig.advance(Duration::from_millis(50));
            self.carry();
        }
    }

    /// Takes everything to the other end.
    pub fn carry(&mut self) {
        let now = self.rig.now();
        for transmit in self.rig.take_sent() {
            let Transmit::Bytes { bytes, .. } = transmit else { panic!("{transmit:?}") };
            self.deframer.push(&bytes);
            while let Some(record) = self.deframer.next_record() {
                self.requests.push(record.expect("a record").to_vec());
            }
            self.monitor.handle_input(now, Line::MAIN, None, &bytes);
        }
        self.monitor.handle_timeout(now);
        while let Some(outgoing) = self.monitor.poll_transmit() {
            self.bytes += outgoing.bytes.len();
            self.rig.bytes(Line::MAIN, &outgoing.bytes);
        }
        while let Some(sent) = self.monitor.poll_sent() {
            self.said.push(sent);
        }
    }

    pub fn events(&mut self) -> Vec<Event> {
        self.rig.take_heard().into_iter().map(|heard| heard.event).collect()
    }
}
