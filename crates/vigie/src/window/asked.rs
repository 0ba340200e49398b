//! What the window asked of the station and waits for: what became of requests, and of a test of the
//! sound. Nothing here holds a frame up.

use std::{collections::VecDeque, time::Duration};

use vigie_board::{Command, Receipt};
use vigie_dashboard::{NotDone, SoundTest};
use vigie_model::{MonoTime, Priority, Text};
use vigie_station::Outcome;

/// A request that was not answered by then counts as one that nobody knows of.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A burst and its way through the slowest buffers.
const TESTED_WITHIN: Duration = Duration::from_secs(20);
/// How long it stands that somebody said whether it was heard.
const NOTED_FOR: Duration = Duration::from_secs(10);
/// Requests waited for at once: as many as the station's socket keeps.
const WAITING_MAX: usize = 32;

/// Says how far an answer is.
pub type Answer = Box<dyn FnMut() -> Outcome>;
/// Says how a test of the sound ended, once it has.
pub type Tested = Box<dyn FnMut() -> Option<Result<(), Text>>>;

/// Requests under way.
#[derive(Default)]
pub struct Requests(VecDeque<(Command, Answer, MonoTime)>);

impl Requests {
    /// Waits for the answer to a request. Gives back the one that is waited for no longer.
    pub fn push(&mut self, command: Command, answer: Answer, now: MonoTime) -> Option<Command> {
        self.0.push_back((command, answer, now));
        if self.0.len() <= WAITING_MAX {
            return None;
        }
        self.0.pop_front().map(|(command, _, _)| command)
    }

    /// What came to nothing since this was last called.
    pub fn not_done(&mut self, now: MonoTime) -> Vec<(Command, NotDone)> {
        let mut not_done = Vec::new();
        for (command, mut answer, since) in std::mem::take(&mut self.0) {
            match answer() {
                Outcome::Answered(Receipt::Done) => {}
                Outcome::Answered(Receipt::Refused(why)) => {
                    not_done.push((command, NotDone::Refused(why)));
                }
                Outcome::Waiting if now.since(since) < ANSWER_WITHIN => {
                    self.0.push_back((command, answer, since));
                }
                Outcome::Waiting | Outcome::Gone => not_done.push((command, NotDone::NoAnswer)),
            }
        }
        not_done
    }
}

/// A test of the sound, from the first press to the line in the log.
#[derive(Default)]
pub struct TestOfSound {
    state: SoundTest,
    /// Since when it is in this state.
    since: MonoTime,
    playing: Option<Tested>,
    noting: Option<(bool, Answer)>,
}

impl TestOfSound {
    /// Somebody wants to hear a priority. `begun`: what says how it ended, or why it was not begun.
    pub fn begin(&mut self, priority: Priority, begun: Result<Tested, Text>, now: MonoTime) {
        let state = match begun {
            Ok(tested) => {
                self.playing = Some(tested);
                SoundTest::Playing(priority)
            }
            Err(why) => SoundTest::Failed(why.to_string()),
        };
        self.set(state, now);
    }

    /// Somebody said whether it was heard. `begun`: the answer of the log, or nothing was asked.
    pub fn note(&mut self, heard: bool, begun: Option<Answer>, now: MonoTime) {
        match begun {
            Some(answer) => self.noting = Some((heard, answer)),
            None => self.set(SoundTest::NotNoted { heard }, now),
        }
    }

    /// How far it is.
    pub fn state(&mut self, now: MonoTime) -> SoundTest {
        if let (SoundTest::Playing(priority), Some(tested)) = (&self.state, &mut self.playing) {
            let (priority, is_late) = (*priority, now.since(self.since) >= TESTED_WITHIN);
            match tested() {
                Some(Ok(())) => self.set(SoundTest::Played(priority), now),
                Some(Err(why)) => self.set(SoundTest::Failed(why.to_string()), now),
                // tidy: not for people
                None if is_late => self.set(SoundTest::Failed("no answer".to_owned()), now),
                None => {}
            }
        }
        if let Some((heard, mut answer)) = self.noting.take() {
            match answer() {
                Outcome::Answered(Receipt::Done) => self.set(SoundTest::Noted { heard }, now),
                Outcome::Answered(Receipt::Refused(_)) | Outcome::Gone => {
                    self.set(SoundTest::NotNoted { heard }, now);
                }
                Outcome::Waiting => self.noting = Some((heard, answer)),
            }
        }
        let is_over = match self.state {
            SoundTest::Noted { .. } => now.since(self.since) >= NOTED_FOR,
            // What is amiss stays until somebody tries again.
            SoundTest::Idle
            | SoundTest::Playing(_)
            | SoundTest::Played(_)
            | SoundTest::Failed(_)
            | SoundTest::NotNoted { .. } => false,
        };
        if is_over {
            self.set(SoundTest::Idle, now);
        }
        self.state.clone()
    }

    fn set(&mut self, state: SoundTest, now: MonoTime) {
        if !matches!(state, SoundTest::Playing(_)) {
            self.playing = None;
        }
        (self.state, self.since) = (state, now);
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use vigie_board::Refusal;

    use super::*;

    fn at(secs: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(1_000 + secs)
    }

    /// An answer that a test gives when it likes.
    fn scripted() -> (Rc<RefCell<Outcome>>, Answer) {
        let outcome = Rc::new(RefCell::new(Outcome::Waiting));
        let told = outcome.clone();
        (outcome, Box::new(move || told.borrow().clone()))
    }

    #[test]
    fn a_refusal_is_told_once_and_what_was_done_is_not() {
        let mut requests = Requests::default();
        let (done, answer) = scripted();
        assert_eq!(requests.push(Command::PauseAudio, answer, at(0)), None);
        let (refused, answer) = scripted();
        requests.push(Command::AudioOff, answer, at(0));
        assert_eq!(requests.not_done(at(1)), []);
        *done.borrow_mut() = Outcome::Answered(Receipt::Done);
        *refused.borrow_mut() = Outcome::Answered(Receipt::Refused(Refusal::NotAllowed));
        let expected = [(Command::AudioOff, NotDone::Refused(Refusal::NotAllowed))];
        assert_eq!(requests.not_done(at(1)), expected);
        assert_eq!(requests.not_done(at(9)), []);
    }

    #[test]
    fn what_is_not_answered_is_said_not_to_be_known() {
        let mut requests = Requests::default();
        let (_, waits) = scripted();
        let (gone, leaves) = scripted();
        requests.push(Command::AudioOn, waits, at(0));
        requests.push(Command::PauseAudio, leaves, at(0));
        *gone.borrow_mut() = Outcome::Gone;
        assert_eq!(requests.not_done(at(1)), [(Command::PauseAudio, NotDone::NoAnswer)]);
        assert_eq!(requests.not_done(at(4)), []);
        assert_eq!(requests.not_done(at(5)), [(Command::AudioOn, NotDone::NoAnswer)]);
        assert_eq!(requests.not_done(at(60)), []);
    }

    #[test]
    fn no_more_is_waited_for_than_the_socket_keeps() {
        let mut requests = Requests::default();
        let mut dropped = 0;
        for _ in 0..100 {
            dropped += usize::from(requests.push(Command::AudioOn, scripted().1, at(0)).is_some());
        }
        assert_eq!((requests.0.len(), dropped), (WAITING_MAX, 100 - WAITING_MAX));
    }

    #[test]
    fn a_test_is_played_heard_and_noted() {
        let mut test = TestOfSound::default();
        assert_eq!(test.state(at(0)), SoundTest::Idle);
        let ended = Rc::new(RefCell::new(None));
        let told = ended.clone();
        test.begin(Priority::High, Ok(Box::new(move || told.borrow().clone())), at(0));
        assert_eq!(test.state(at(3)), SoundTest::Playing(Priority::High));
        *ended.borrow_mut() = Some(Ok(()));
        assert_eq!(test.state(at(4)), SoundTest::Played(Priority::High));
        assert_eq!(
            test.state(at(600)),
            SoundTest::Played(Priority::High),
            "until somebody answers"
        );
        let (noted, answer) = scripted();
        test.note(true, Some(answer), at(600));
        assert_eq!(test.state(at(600)), SoundTest::Played(Priority::High));
        *noted.borrow_mut() = Outcome::Answered(Receipt::Done);
        assert_eq!(test.state(at(601)), SoundTest::Noted { heard: true });
        assert_eq!(test.state(at(611)), SoundTest::Idle);
    }

    #[test]
    fn a_test_that_fails_says_why_and_stays() {
        let mut test = TestOfSound::default();
        test.begin(Priority::Low, Err("busy".into()), at(0));
        assert_eq!(test.state(at(90)), SoundTest::Failed("busy".to_owned()));
        test.begin(Priority::Low, Ok(Box::new(|| None)), at(100));
        assert_eq!(test.state(at(119)), SoundTest::Playing(Priority::Low));
        assert_eq!(test.state(at(120)), SoundTest::Failed("no answer".to_owned()));
        test.begin(Priority::Low, Ok(Box::new(|| Some(Err("no device".into())))), at(130));
        assert_eq!(test.state(at(131)), SoundTest::Failed("no device".to_owned()));
        test.note(false, None, at(132));
        assert_eq!(test.state(at(900)), SoundTest::NotNoted { heard: false });
    }
}
