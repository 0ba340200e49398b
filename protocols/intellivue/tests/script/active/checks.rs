//! What every session must stand, with an active one.
//!
//! The wrapper lets a moment pass when the line opens, so that the association is asked for and the
//! scripted bytes are its answer.

use std::time::Duration;

use vigie_intellivue::session::IntellivueFactory;
use vigie_intellivue::wire::frame::emit_frame;
use vigie_model::MonoTime;
use vigie_session::testkit::{
    check_any_chunking, check_damage, check_farewell, check_reconnect, check_silence,
};
use vigie_session::{Deadline, Factory, Heard, Input, Line, Session, Setup, Transmit};

use super::pair::{Pair, unframed};

const SETTLE: Duration = Duration::from_millis(1_500);

struct Asked {
    inner: Box<dyn Session>,
    ahead: Duration,
}

fn session() -> Box<dyn Session> {
    let setup = Setup { passive: false, seed: 7, options: Vec::new() };
    Box::new(Asked { inner: IntellivueFactory.session(&setup), ahead: Duration::ZERO })
}

impl Session for Asked {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        self.inner.handle_input(now + self.ahead, input);
        if matches!(input, Input::Up { line: Line::MAIN, .. }) {
            self.ahead += SETTLE;
            let end = now + self.ahead;
            while let Some(due) = self.inner.poll_timeout().filter(|due| due.at <= end) {
                self.inner.handle_timeout(due.at);
                while self.inner.poll_transmit().is_some() {}
            }
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.inner.handle_timeout(now + self.ahead);
    }

    fn handle_farewell(&mut self, now: MonoTime) {
        self.inner.handle_farewell(now + self.ahead);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.inner.poll_transmit()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.inner.poll_event()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let due = self.inner.poll_timeout()?;
        Some(Deadline { at: due.at.before(self.ahead), ..due })
    }
}

/// What a monitor sends in the first seconds of an association, framed. `from` 0 is the response.
fn recorded(secs: u64) -> Vec<u8> {
    let mut pair = Pair::serial("115200");
    pair.up();
    pair.advance(SETTLE);
    let mut line = Vec::new();
    line.extend(emit_frame(super::bedside::response()).unwrap());
    let now = pair.now;
    pair.bedside().create(now);
    let end = pair.now + Duration::from_secs(secs);
    loop {
        let now = pair.now;
        for bytes in pair.bedside().poll(now) {
            if bytes[0] == 0xE1 {
                line.extend(emit_frame(&bytes).unwrap());
            }
            pair.deliver(None, &bytes);
        }
        if pair.now >= end {
            return line;
        }
        pair.advance_session(Duration::from_millis(10));
    }
}

#[test]
fn any_chunking_gives_the_same_events() {
    check_any_chunking(session, &recorded(6), 1);
}

#[test]
fn silence_damage_reconnection_goodbye() {
    let line = recorded(6);
    check_silence(session, &line);
    let sent = check_farewell(session, &line);
    let Some(Transmit::Bytes { bytes, .. }) = sent.last() else { panic!("{sent:?}") };
    assert_eq!(unframed(bytes)[0], 0x09, "a release");
    // The response and the announcement: what follows carries the numbers of one association only.
    let head = recorded(0);
    check_damage(session, &head, 1, 200);
    check_reconnect(session, &head, 1);
}
