//! Between the page of PINs and the station: wishes go out, what became of them comes back. The window holds
//! no file and decides nothing: the station refuses what whoever came in may not do.

use vigie_dashboard::{Dashboard, PersonSeen, PinNews, PinWish};
use vigie_model::MonoTime;
use vigie_station::{Entering, Entry, Person, Seen, StationClient};

/// A PIN under way.
#[derive(Debug, Default)]
pub struct Pins {
    entering: Option<Entering>,
}

impl Pins {
    /// Tells the dashboard who has a PIN and who is in. Over another connection nobody is.
    pub fn offer(&self, dashboard: &mut Dashboard, client: &StationClient, seen: &Seen) {
        let list = seen.report.people.iter().map(person).collect();
        dashboard.set_people(list, client.who().as_ref().map(person));
    }

    /// Hands wishes on and answers back.
    pub fn run(&mut self, dashboard: &mut Dashboard, client: &StationClient, now: MonoTime) {
        while let Some(wish) = dashboard.poll_pin() {
            match wish {
                PinWish::Leave => client.leave(),
                PinWish::Enter { initials, pin } => match client.enter(initials, pin) {
                    Ok(entering) => self.entering = Some(entering),
                    Err(why) => {
                        tracing::error!(%why, "the station took no PIN");
                        dashboard.tell_pin(PinNews::NoAnswer, now);
                    }
                },
            }
        }
        let Some(answer) = self.entering.as_ref().and_then(Entering::answer) else { return };
        self.entering = None;
        let news = match answer {
            Ok(Entry::In(_)) => PinNews::In,
            Ok(Entry::Wrong(pause) | Entry::TooSoon(pause)) => PinNews::Wrong(pause),
            Err(_) => PinNews::NoAnswer,
        };
        dashboard.tell_pin(news, now);
    }
}

fn person(person: &Person) -> PersonSeen {
    PersonSeen { initials: person.initials.clone(), role: person.role }
}
