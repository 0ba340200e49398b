//! What a person at this window asks for: who it is, what was asked, and what waits for initials.
//!
//! Initials are asked for once, in a field in the strip below the top bar, before the first request that
//! needs them; it covers nothing. They stay until somebody changes them or the window closes.

use std::collections::VecDeque;

use vigie_board::Command;
use vigie_model::{MonoTime, Text};
use vigie_words::TextKey;

/// Requests that wait to be taken; more are not kept, and nobody presses that many keys in a frame.
const REQUESTS_MAX: usize = 64;
/// Longest initials, in characters.
pub const INITIALS_MAX: usize = 6;
/// How long a hint stands.
const HINT_NANOS: u64 = 6_000_000_000;

/// A command and who gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Initials.
    pub by: Text,
    /// What is asked of the board.
    pub command: Command,
}

/// Keeps initials and requests.
#[derive(Debug, Default)]
pub struct Desk {
    by: Option<Text>,
    /// What stands in the field while it is open.
    pub field: Option<String>,
    /// The field was opened in this frame and wants the keyboard.
    pub is_fresh: bool,
    /// What is asked for as soon as there are initials.
    waiting: Vec<Command>,
    /// Whether a test of the sound was heard, and who says so once that is known.
    heard: Option<bool>,
    requests: VecDeque<Request>,
    hint: Option<(TextKey, MonoTime)>,
}

impl Desk {
    /// Whose requests these are.
    pub fn initials(&self) -> Option<&Text> {
        self.by.as_ref()
    }

    /// Sets or forgets whose requests these are.
    pub fn set_initials(&mut self, by: Option<Text>) {
        self.by = by;
    }

    /// Asks for something; without initials it waits and the field opens.
    pub fn ask(&mut self, command: Command) {
        match &self.by {
            Some(by) => {
                let request = Request { by: by.clone(), command };
                if self.requests.len() < REQUESTS_MAX {
                    self.requests.push_back(request);
                }
            }
            None => {
                self.waiting = vec![command];
                self.open_field();
            }
        }
    }

    /// Somebody says whether a test of the sound was heard; without initials it waits for them.
    pub fn ask_heard(&mut self, heard: bool) {
        self.heard = Some(heard);
        if self.by.is_none() {
            self.open_field();
        }
    }

    /// What somebody said about a test of the sound, once it is known who.
    pub fn poll_heard(&mut self) -> Option<(Text, bool)> {
        let by = self.by.clone()?;
        self.heard.take().map(|heard| (by, heard))
    }

    /// Opens the field for initials.
    pub fn open_field(&mut self) {
        let written = self.by.as_ref().map(Text::to_string).unwrap_or_default();
        self.field = Some(written);
        self.is_fresh = true;
    }

    /// Closes the field; what waited for it is not asked for.
    pub fn close_field(&mut self) {
        self.field = None;
        self.waiting.clear();
        if self.by.is_none() {
            self.heard = None;
        }
    }

    /// Takes what stands in the field as initials and asks for what waited. Nothing there: the field
    /// stays open.
    pub fn confirm(&mut self) {
        let Some(field) = &self.field else { return };
        let written: String = field.trim().chars().take(INITIALS_MAX).collect();
        if written.is_empty() {
            self.is_fresh = true;
            return;
        }
        self.by = Some(Text::from(written));
        self.field = None;
        for command in std::mem::take(&mut self.waiting) {
            self.ask(command);
        }
    }

    /// Whether something waits for initials.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty() || self.heard.is_some()
    }

    /// The next request.
    pub fn poll(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// Says for a while why nothing was asked for.
    pub fn set_hint(&mut self, hint: TextKey, now: MonoTime) {
        self.hint = Some((hint, now));
    }

    /// What is to be said now.
    pub fn hint(&self, now: MonoTime) -> Option<TextKey> {
        let (hint, since) = self.hint?;
        (now.since(since).as_nanos() < u128::from(HINT_NANOS)).then_some(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_request_waits_for_initials_and_the_next_do_not() {
        let mut desk = Desk::default();
        desk.ask(Command::PauseAudio);
        assert!(desk.is_waiting() && desk.poll().is_none());
        assert_eq!(desk.field.as_deref(), Some(""));
        desk.confirm();
        assert!(desk.field.is_some(), "nothing was written");
        desk.field = Some("  AB ".to_owned());
        desk.confirm();
        let by = Text::from("AB");
        let paused = Request { by: by.clone(), command: Command::PauseAudio };
        assert_eq!(desk.poll(), Some(paused));
        assert!(desk.field.is_none() && desk.poll().is_none());
        desk.ask(Command::AudioOn);
        assert_eq!(desk.poll(), Some(Request { by, command: Command::AudioOn }));
    }

    #[test]
    fn what_waited_is_forgotten_when_the_field_is_closed() {
        let mut desk = Desk::default();
        desk.ask(Command::PauseAudio);
        desk.close_field();
        desk.open_field();
        desk.field = Some("CD".to_owned());
        desk.confirm();
        assert!(desk.poll().is_none() && !desk.is_waiting());
        // Only the last of several waits: nothing happens twice by surprise.
        desk.set_initials(None);
        desk.ask(Command::AudioOff);
        desk.ask(Command::PauseAudio);
        desk.field = Some("EF".to_owned());
        desk.confirm();
        assert_eq!(desk.poll().map(|request| request.command), Some(Command::PauseAudio));
        assert!(desk.poll().is_none());
    }

    #[test]
    fn whether_a_sound_was_heard_waits_for_initials_too() {
        let mut desk = Desk::default();
        desk.ask_heard(true);
        assert!(desk.is_waiting() && desk.poll_heard().is_none());
        desk.close_field();
        assert!(!desk.is_waiting(), "forgotten with the field");
        desk.ask_heard(false);
        desk.field = Some("AB".to_owned());
        desk.confirm();
        assert_eq!(desk.poll_heard(), Some((Text::from("AB"), false)));
        assert_eq!(desk.poll_heard(), None);
        desk.ask_heard(true);
        assert_eq!(desk.poll_heard(), Some((Text::from("AB"), true)));
    }

    #[test]
    fn initials_are_short_and_requests_are_bounded() {
        let mut desk = Desk::default();
        desk.open_field();
        desk.field = Some("ABCDEFGHIJ".to_owned());
        desk.confirm();
        assert_eq!(desk.initials().map(Text::as_str), Some("ABCDEF"));
        for _ in 0..1_000 {
            desk.ask(Command::PauseAudio);
        }
        assert_eq!(std::iter::from_fn(|| desk.poll()).count(), REQUESTS_MAX);
    }

    #[test]
    fn a_hint_goes_by_itself() {
        let mut desk = Desk::default();
        desk.set_hint(TextKey::ChooseFirst, MonoTime::from_nanos(0));
        assert_eq!(desk.hint(MonoTime::from_nanos(5_000_000_000)), Some(TextKey::ChooseFirst));
        assert_eq!(desk.hint(MonoTime::from_nanos(6_000_000_000)), None);
    }
}
