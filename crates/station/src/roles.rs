//! Who may do what through the socket, by PIN.
//!
//! A connection begins as whoever stands there: it sees everything, answers alarms and pauses sound. A PIN
//! opens more for this connection alone, until it is given back or the connection ends. Without people in
//! the configuration everybody may do everything.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_config::PersonConfig;
use vigie_model::{MonoTime, Role, Text};

use crate::shared::lock;

/// After the first wrong PIN of somebody; each further one doubles it.
const PAUSE: Duration = Duration::from_secs(1);
/// Nobody is kept from a patient's chart for longer by what somebody else typed.
const PAUSE_MAX: Duration = Duration::from_secs(64);
/// Wrong PINs are forgotten after so long without one.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Somebody who has a PIN, as windows may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Initials.
    pub initials: Text,
    /// What the PIN opens.
    pub role: Role,
}

/// What became of a PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// It is right.
    In(Person),
    /// It is wrong, or nobody has these initials; the next one is looked at after this time.
    Wrong(Duration),
    /// It was not looked at: it came before that time was over, of which so much is left.
    TooSoon(Duration),
}

/// Wrong PINs, by initials: of the whole station, whichever window they come from.
#[derive(Debug, Default)]
pub(crate) struct Door(Mutex<BTreeMap<Text, Tries>>);

#[derive(Clone, Copy, Debug)]
struct Tries {
    wrong: u32,
    last: MonoTime,
}

impl Tries {
    fn until(self) -> MonoTime {
        let doubled = 1_u32.checked_shl(self.wrong.saturating_sub(1)).unwrap_or(u32::MAX);
        self.last + PAUSE.saturating_mul(doubled.max(1)).min(PAUSE_MAX)
    }
}

impl Door {
    /// Somebody gives initials and a PIN. `is_right`: whether a PIN is the one of which the second is
    /// kept; asked only when it is time, and it takes its time.
    pub(crate) fn enter(
        &self,
        people: &[PersonConfig],
        (initials, pin): (&Text, &str),
        now: MonoTime,
        is_right: impl Fn(&str, &str) -> bool,
    ) -> Entry {
        let Some(person) = people.iter().find(|person| person.initials == *initials) else {
            return Entry::Wrong(PAUSE);
        };
        // Counted before it is looked at: many connections try no more PINs than one.
        let until = {
            let mut tries = lock(&self.0);
            // Only people of the configuration stand here: as many as those.
            tries.retain(|initials, tries| {
                now.since(tries.last) < FORGOTTEN
                    && people.iter().any(|person| person.initials == *initials)
            });
            let until = tries.get(initials).map(|tries| tries.until());
            if let Some(until) = until.filter(|until| *until > now) {
                return Entry::TooSoon(until.since(now));
            }
            let tries = tries.entry(initials.clone()).or_insert(Tries { wrong: 0, last: now });
            *tries = Tries { wrong: tries.wrong.saturating_add(1), last: now };
            tries.until()
        };
        if is_right(pin, &person.pin) {
            lock(&self.0).remove(initials);
            return Entry::In(Person { initials: person.initials.clone(), role: person.role });
        }
        Entry::Wrong(until.since(now))
    }
}

/// What somebody may do who came in with these initials, or nobody did.
pub(crate) fn role_of(people: &[PersonConfig], who: Option<&Text>) -> Role {
    if people.is_empty() {
        return Role::Configure;
    }
    let person = who.and_then(|who| people.iter().find(|person| person.initials == *who));
    person.map_or(Role::View, |person| person.role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<PersonConfig> {
        [("AB", Role::Chart, "1111"), ("CD", Role::Configure, "2222")]
            .map(|(initials, role, pin)| PersonConfig {
                initials: Text::from(initials),
                role,
                pin: pin.to_owned(),
            })
            .to_vec()
    }

    fn at(seconds: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(1_000 + seconds)
    }

    fn enter(door: &Door, initials: &str, pin: &str, seconds: u64) -> Entry {
        let is_right = |pin: &str, kept: &str| pin == kept;
        door.enter(&people(), (&Text::from(initials), pin), at(seconds), is_right)
    }

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_right_pin_opens_its_role() {
        let door = Door::default();
        let person = Person { initials: Text::from("AB"), role: Role::Chart };
        assert_eq!(enter(&door, "AB", "1111", 0), Entry::In(person));
        assert_eq!(enter(&door, "AB", "2222", 1), Entry::Wrong(secs(1)), "another one's");
        assert_eq!(enter(&door, "XY", "1111", 1), Entry::Wrong(secs(1)), "nobody");
    }

    #[test]
    fn each_wrong_pin_doubles_the_pause_up_to_a_minute() {
        let door = Door::default();
        let mut now = 0;
        for pause in [1, 2, 4, 8, 16, 32, 64, 64] {
            assert_eq!(enter(&door, "AB", "0000", now), Entry::Wrong(secs(pause)));
            let early = enter(&door, "AB", "1111", now + pause - 1);
            assert_eq!(early, Entry::TooSoon(secs(1)), "a right one is not looked at either");
            assert!(matches!(enter(&door, "CD", "2222", now), Entry::In(_)), "others do not wait");
            now += pause;
        }
        assert!(matches!(enter(&door, "AB", "1111", now), Entry::In(_)));
        assert_eq!(enter(&door, "AB", "0000", now), Entry::Wrong(secs(1)), "begins anew");
    }

    #[test]
    fn while_one_connection_has_its_pin_looked_at_no_other_one_has() {
        let door = Door::default();
        let looked_at = std::cell::Cell::new(0);
        let initials = Text::from("AB");
        let first = door.enter(&people(), (&initials, "0000"), at(0), |_, _| {
            looked_at.set(looked_at.get() + 1);
            let other = door.enter(&people(), (&initials, "0001"), at(0), |_, _| {
                looked_at.set(looked_at.get() + 1);
                false
            });
            assert_eq!(other, Entry::TooSoon(secs(1)));
            false
        });
        assert_eq!((first, looked_at.get()), (Entry::Wrong(secs(1)), 1));
    }

    #[test]
    fn wrong_pins_are_forgotten() {
        let door = Door::default();
        enter(&door, "AB", "0000", 0);
        enter(&door, "AB", "0000", 1);
        assert_eq!(enter(&door, "AB", "0000", 700), Entry::Wrong(secs(1)));
    }

    #[test]
    fn without_people_everybody_may_do_everything() {
        assert_eq!(role_of(&[], None), Role::Configure);
        assert_eq!(role_of(&people(), None), Role::View);
        assert_eq!(role_of(&people(), Some(&Text::from("AB"))), Role::Chart);
        assert_eq!(
            role_of(&people(), Some(&Text::from("gone"))),
            Role::View,
            "taken out meanwhile"
        );
    }
}
