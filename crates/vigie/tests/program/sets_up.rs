//! From nothing to a bed that shows values, without a file and without a window: a simulated monitor on a
//! pty is heard, put at a bed over the socket, and the station that starts again as it says shows it.

use std::{
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use vigie_config::Draft;
use vigie_model::{Clock, MonoTime, StationMode};
use vigie_station::{Heard, Holds, ListenTo, Offer, SetupAsk, SetupSays, StationClient, catalogue};

use crate::counted::{end, vigie, wait};

/// Far more than any step takes on a slow PC.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(100);

/// The station as a guard starts it.
fn station(folder: &Path) -> Child {
    vigie()
        .args(["record", "--guarded", "--set-up", "--config"])
        .arg(folder.join("config/vigie.toml"))
        .arg("--record")
        .arg(folder.join("record"))
        .arg("--listen-on")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the station starts")
}

/// Waits for something to come true.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun: MonoTime = vigie_clock::BootClock.mono();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(vigie_clock::BootClock.mono().since(begun) < PATIENCE, "never: {what}");
        wait(STEP);
    }
}

fn ask(client: &StationClient, ask: &SetupAsk) -> SetupSays {
    until("an answer", || client.setup(ask.clone()).ok()?.wait(PATIENCE).ok())
}

fn heard(client: &StationClient) -> Heard {
    match ask(client, &SetupAsk::Heard) {
        SetupSays::Heard(heard) => heard,
        other @ (SetupSays::File { .. }
        | SetupSays::Saved { .. }
        | SetupSays::Changed { .. }
        | SetupSays::Wrong(_)
        | SetupSays::NeedsRole(_)
        | SetupSays::Failed(_)
        | SetupSays::Listening(_)) => panic!("{other:?}"),
    }
}

#[test]
fn from_no_file_to_a_bed_with_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut monitor = vigie()
        .args(["simulate", "intellivue", "--serial", "--beds", "1", "--dir"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the simulator starts");
    let mut first = station(folder.path());
    let client = StationClient::connect(&folder.path().join("record"));
    let report = until("a first view", || client.seen()).report;
    assert!(report.in_setup, "there is no file yet");
    assert!(matches!(ask(&client, &SetupAsk::Read), SetupSays::File { is_there: false, .. }));

    // Listened to, it names itself.
    let to = ListenTo { serial: true, network: None };
    assert_eq!(ask(&client, &SetupAsk::Listen(to)), SetupSays::Listening(true));
    let offer: Offer = until("a monitor that names itself", || {
        heard(&client).offers.into_iter().find(|offer| offer.is_named && !offer.says.is_empty())
    });
    assert_eq!(offer.found.protocol, "intellivue");
    assert!(offer.found.is_simulated && offer.found.device.is_some(), "{offer:?}");

    // What is wrong is not saved, and neither is what is not based on the file.
    let save = |text: &str, base: &str| SetupAsk::Save { text: text.into(), base: base.into() };
    assert!(matches!(ask(&client, &save("", "")), SetupSays::Wrong(_)));
    let theirs = SetupSays::Changed { theirs: String::new() };
    assert_eq!(ask(&client, &save("no_lines = true", "x = 1")), theirs);

    let mut draft = Draft::new();
    draft.beds_1_to(2);
    draft.assign(&offer.found, "bed-2").expect("it is assigned");
    draft.check(catalogue()).expect("it is right");
    // The first monitor is a simulated one: another mode needs another start.
    let saved = ask(&client, &save(&draft.text(), draft.base()));
    assert_eq!(saved, SetupSays::Saved { holds: Holds::AfterRestart });
    let code = until("the station to end", || first.try_wait().expect("it can be asked"));
    assert_eq!(code.code(), Some(75), "it wants to be started again");

    let mut second = station(folder.path());
    let view = until("a bed with values", || {
        let seen = client.seen()?;
        let tile = seen.view.tiles.get(1)?;
        (!tile.blocks.is_empty() && seen.report.pid == second.id()).then_some(seen)
    });
    assert!(!view.report.in_setup);
    assert_eq!(view.view.mode, StationMode::Simulation);
    assert_eq!(view.view.tiles[1].label.as_str(), "2");

    // From now on a change holds at once: the bed has another name, and the line was not touched.
    let mut draft = Draft::read(&draft.text()).expect("it reads");
    draft.set("bed.1.label", "2 window").expect("it is set");
    let saved = ask(&client, &save(&draft.text(), draft.base()));
    assert_eq!(saved, SetupSays::Saved { holds: Holds::Soon });
    until("the new name", || {
        let seen = client.seen()?;
        (seen.view.tiles.get(1)?.label.as_str() == "2 window").then_some(())
    });
    let kept = std::fs::read_to_string(folder.path().join("config/vigie.toml.1"));
    assert!(kept.expect("the file before").contains("label = \"2\""));
    end(&mut monitor);
    end(&mut second);
}
