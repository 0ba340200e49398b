//! Roles at the socket: what a PIN opens, for whom, and for how long.

use std::time::Duration;

use vigie_board::Command;
use vigie_config::PersonConfig;
use vigie_model::{BedId, StandbyReason};

use super::*;
use crate::{
    Outcome, SetupAsk, StationClient,
    testing::{PATIENCE, Ports, config, options, start, until},
};

fn people() -> Vec<PersonConfig> {
    [("AB", Role::Chart, "4711"), ("CD", Role::Configure, "0815")]
        .map(|(initials, role, pin)| PersonConfig {
            initials: Text::from(initials),
            role,
            pin: vigie_keyring::hash_pin(pin).expect("kept"),
        })
        .to_vec()
}

fn standby() -> Command {
    Command::Standby { bed: BedId(Text::from("1")), why: StandbyReason::Empty }
}

fn ask(client: &StationClient, command: Command) -> Receipt {
    client.command(Text::from("XY"), command, PATIENCE).expect("an answer")
}

fn enter(client: &StationClient, initials: &str, pin: &str) -> Entry {
    let entering = client.enter(Text::from(initials), pin.to_owned()).expect("taken");
    entering.wait(PATIENCE).expect("an answer")
}

#[test]
fn a_pin_opens_what_the_station_refuses_without_it() {
    let place = tempfile::tempdir().expect("a folder");
    let mut config = config(1);
    config.people = people();
    let station = start(options(config, place.path()), &Ports::default());
    let client = StationClient::connect(place.path());
    let seen = until("it is seen", || client.seen());
    let named: Vec<&str> = seen.report.people.iter().map(|it| it.initials.as_str()).collect();
    assert_eq!(named, ["AB", "CD"]);

    // Whoever stands there: alarms and sound, and nothing else.
    assert_eq!(ask(&client, Command::PauseAudio), Receipt::Done);
    assert_eq!(ask(&client, Command::AudioOn), Receipt::Done);
    let refused = Receipt::Refused(Refusal::NeedsRole(Role::Chart));
    assert_eq!(ask(&client, standby()), refused);
    let setup = |client: &StationClient| {
        client.setup(SetupAsk::Read).expect("taken").wait(PATIENCE).expect("an answer")
    };
    assert_eq!(setup(&client), SetupSays::NeedsRole(Role::Configure));

    // A wrong PIN, and a right one too soon.
    assert!(matches!(enter(&client, "AB", "4712"), Entry::Wrong(_)));
    assert_eq!(client.who(), None);
    let person = until("the pause is over", || match enter(&client, "AB", "4711") {
        Entry::In(person) => Some(person),
        Entry::Wrong(_) | Entry::TooSoon(_) => None,
    });
    assert_eq!((client.who(), person.role), (Some(person.clone()), Role::Chart));
    assert_eq!(ask(&client, standby()), Receipt::Done);
    assert_eq!(setup(&client), SetupSays::NeedsRole(Role::Configure), "not that");

    // It is of this connection alone, and until it is given back.
    let other = StationClient::connect(place.path());
    until("another window", || other.seen());
    assert_eq!(ask(&other, standby()), refused);
    client.leave();
    assert_eq!(client.who(), None);
    assert_eq!(ask(&client, standby()), refused);
    assert!(matches!(enter(&client, "CD", "0815"), Entry::In(_)));
    assert!(!matches!(setup(&client), SetupSays::NeedsRole(_)));
    drop(station);
    until("nobody is in without a station", || client.who().is_none().then_some(()));
}

#[test]
fn whoever_leaves_is_out_also_while_too_much_is_asked_of_the_station() {
    let place = tempfile::tempdir().expect("a folder");
    let mut config = config(1);
    config.people = people();
    let station = start(options(config, place.path()), &Ports::default());
    let client = StationClient::connect(place.path());
    until("it is seen", || client.seen());
    assert!(matches!(enter(&client, "AB", "4711"), Entry::In(_)));
    let began = |_| client.begin(Text::from("XY"), Command::AudioOn);
    let begun: Vec<_> = (0..30).map(began).take_while(Result::is_ok).flatten().collect();
    assert!(begun.len() < 30, "nothing was too much");
    client.leave();
    // The connection is still the same: each of them has its answer.
    for asked in begun {
        let outcome = || Some(asked.outcome()).filter(|outcome| *outcome != Outcome::Waiting);
        assert_eq!(until("an answer", outcome), Outcome::Answered(Receipt::Done));
    }
    let refused = Receipt::Refused(Refusal::NeedsRole(Role::Chart));
    assert_eq!(ask(&client, standby()), refused);
    drop(station);
}

#[test]
fn without_people_nothing_takes_a_pin() {
    let place = tempfile::tempdir().expect("a folder");
    let station = start(options(config(1), place.path()), &Ports::default());
    let client = StationClient::connect(place.path());
    until("it is seen", || client.seen());
    assert_eq!(ask(&client, standby()), Receipt::Done);
    assert_eq!(enter(&client, "AB", "4711"), Entry::Wrong(Duration::from_secs(1)));
    drop(station);
}
