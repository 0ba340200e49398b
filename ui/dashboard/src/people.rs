//! Who came in by PIN at this window, and what that opens. The station decides: here is only shown what it
//! would refuse, and where a PIN is given.

use std::{collections::VecDeque, time::Duration};

use vigie_model::{MonoTime, Role, Text};

/// Most digits of a PIN.
pub const DIGITS_MAX: usize = 12;
/// Fewest.
pub const DIGITS_MIN: usize = 4;
/// Whoever came in is out again after so long without a key or a touch, unless the unit says otherwise.
pub const LEAVE_AFTER: Duration = Duration::from_secs(300);

/// Somebody who has a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSeen {
    /// Initials.
    pub initials: Text,
    /// What the PIN opens.
    pub role: Role,
}

/// What is wanted of the station.
#[derive(Clone, PartialEq, Eq)]
pub enum PinWish {
    /// Somebody comes in.
    Enter {
        /// Whose PIN it is.
        initials: Text,
        /// The PIN.
        pin: String,
    },
    /// Whoever came in goes out.
    Leave,
}

impl std::fmt::Debug for PinWish {
    /// Never the PIN.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // tidy: not for people
            PinWish::Enter { initials, .. } => write!(f, "Enter({initials})"),
            // tidy: not for people
            PinWish::Leave => write!(f, "Leave"),
        }
    }
}

/// What became of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinNews {
    /// It is right.
    In,
    /// It is wrong: the next one is looked at after this time.
    Wrong(Duration),
    /// No station looked at it.
    NoAnswer,
}

/// What stands on the page while a PIN is given.
#[derive(Default)]
pub struct PinForm {
    /// Whose.
    pub chosen: Option<Text>,
    /// Its digits so far.
    pub digits: String,
    /// It is being looked at.
    pub is_waiting: bool,
    /// What became of the last one.
    pub said: Option<(PinNews, MonoTime)>,
    /// What somebody wanted to do that takes a PIN.
    pub wanted: Option<Role>,
}

impl std::fmt::Debug for PinForm {
    /// Never the digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // tidy: not for people
        write!(f, "PinForm({:?})", self.chosen)
    }
}

impl PinForm {
    /// How long until the next PIN is looked at.
    pub fn pause(&self, now: MonoTime) -> Duration {
        match self.said {
            Some((PinNews::Wrong(pause), at)) => (at + pause).since(now),
            Some((PinNews::In | PinNews::NoAnswer, _)) | None => Duration::ZERO,
        }
    }

    /// Whether a PIN can be given in now.
    pub fn is_ready(&self, now: MonoTime) -> bool {
        self.chosen.is_some()
            && !self.is_waiting
            && (DIGITS_MIN..=DIGITS_MAX).contains(&self.digits.len())
            && self.pause(now).is_zero()
    }

    /// Another digit.
    pub fn type_digit(&mut self, digit: char) {
        if digit.is_ascii_digit() && self.digits.len() < DIGITS_MAX {
            self.digits.push(digit);
        }
    }
}

/// Who may do what at this window.
#[derive(Debug)]
pub struct People {
    list: Vec<PersonSeen>,
    who: Option<PersonSeen>,
    /// The page.
    pub form: PinForm,
    wishes: VecDeque<PinWish>,
    last_input: MonoTime,
    leave_after: Duration,
}

impl Default for People {
    fn default() -> People {
        People {
            list: Vec::new(),
            who: None,
            form: PinForm::default(),
            wishes: VecDeque::new(),
            last_input: MonoTime::START,
            leave_after: LEAVE_AFTER,
        }
    }
}

impl People {
    /// Who has a PIN, and who is in, as the station says.
    pub fn set(&mut self, list: Vec<PersonSeen>, who: Option<PersonSeen>) {
        (self.list, self.who) = (list, who);
    }

    /// Who has a PIN.
    pub fn list(&self) -> &[PersonSeen] {
        &self.list
    }

    /// Who is in.
    pub fn who(&self) -> Option<&PersonSeen> {
        self.who.as_ref()
    }

    /// How long somebody stays in without a key or a touch.
    pub fn set_leave_after(&mut self, after: Duration) {
        self.leave_after = after;
    }

    /// Whether whoever stands here may do what takes this role.
    pub fn may(&self, role: Role) -> bool {
        let has = self.who.as_ref().map_or(Role::View, |who| who.role);
        self.list.is_empty() || has >= role
    }

    /// Hands the PIN in.
    pub fn enter(&mut self, now: MonoTime) {
        if !self.form.is_ready(now) {
            return;
        }
        let pin = std::mem::take(&mut self.form.digits);
        if let Some(initials) = self.form.chosen.clone() {
            self.form.is_waiting = true;
            self.form.said = None;
            self.wishes.clear();
            self.wishes.push_back(PinWish::Enter { initials, pin });
        }
    }

    /// Whoever is in goes out.
    pub fn leave(&mut self) {
        if self.who.take().is_some() {
            self.wishes.push_back(PinWish::Leave);
        }
        self.form = PinForm::default();
    }

    /// Somebody was there now, or nobody: true when whoever was in is out again for it.
    pub fn pass(&mut self, is_input: bool, now: MonoTime) -> bool {
        if is_input || self.who.is_none() {
            self.last_input = now;
        }
        let is_over = now.since(self.last_input) >= self.leave_after;
        if is_over {
            self.leave();
        }
        is_over
    }

    /// The next thing that is wanted of the station.
    pub fn poll(&mut self) -> Option<PinWish> {
        self.wishes.pop_front()
    }

    /// What became of a PIN.
    pub fn tell(&mut self, news: PinNews, now: MonoTime) {
        self.form.is_waiting = false;
        self.form.said = Some((news, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(1_000 + seconds)
    }

    fn person(initials: &str, role: Role) -> PersonSeen {
        PersonSeen { initials: Text::from(initials), role }
    }

    #[test]
    fn without_people_everything_is_free() {
        let mut people = People::default();
        assert!(people.may(Role::Configure));
        people.set(vec![person("AB", Role::Chart)], None);
        assert!(people.may(Role::View) && !people.may(Role::Chart));
        people.set(vec![person("AB", Role::Chart)], Some(person("AB", Role::Chart)));
        assert!(people.may(Role::Chart) && !people.may(Role::Configure));
    }

    #[test]
    fn whoever_came_in_is_out_after_a_while_without_a_touch() {
        let mut people = People::default();
        people.set(vec![person("AB", Role::Chart)], Some(person("AB", Role::Chart)));
        assert!(!people.pass(true, at(0)));
        assert!(!people.pass(false, at(299)));
        assert!(!people.pass(true, at(299)), "a touch");
        assert!(!people.pass(false, at(598)));
        assert!(people.pass(false, at(599)));
        assert_eq!(people.who(), None);
        assert_eq!(people.poll(), Some(PinWish::Leave));
        assert!(!people.may(Role::Chart));
    }

    #[test]
    fn a_pin_is_handed_in_when_it_is_whole_and_its_pause_is_over() {
        let mut people = People::default();
        people.form.chosen = Some(Text::from("AB"));
        "471".chars().for_each(|digit| people.form.type_digit(digit));
        people.enter(at(0));
        assert_eq!(people.poll(), None, "too short");
        people.form.type_digit('x');
        people.form.type_digit('1');
        people.enter(at(0));
        let wish = PinWish::Enter { initials: Text::from("AB"), pin: "4711".to_owned() };
        assert_eq!(people.poll(), Some(wish.clone()));
        assert!(!format!("{wish:?}").contains("4711"));
        people.tell(PinNews::Wrong(Duration::from_secs(2)), at(0));
        "4711".chars().for_each(|digit| people.form.type_digit(digit));
        people.enter(at(1));
        assert_eq!(people.poll(), None, "it waits");
        people.enter(at(2));
        assert_eq!(people.poll(), Some(wish));
    }
}
