//! What cables and monitors do, and what the screen shows after how long. `docs/outages.md` holds the
//! table; with `VIGIE_WRITE_DOCS` set, this test writes it anew.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::{fmt::Write as _, fs, path::PathBuf, time::Duration};

use vigie_board::view::{BoardView, Freshness, Shown, TileView};
use vigie_model::StationAlarmKind;
use vigie_sim_patient::script::{Act, DeviceAct, LineAct};
use vigie_world::LiveWorld;

use crate::ward::{lan_session, ward};

/// All beds are up and steady by then.
const STEADY: Duration = Duration::from_secs(60);
/// How finely times are taken.
const LOOK: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

/// What was seen of a bed after something happened to it.
#[derive(Debug, Default)]
struct Seen {
    stale: Option<Duration>,
    lost: Option<Duration>,
    alarm: Option<(StationAlarmKind, Duration)>,
    /// The first live number after it had been lost or the end of the trouble.
    live: Option<Duration>,
    /// What else stands on the tile, for an engineer.
    says: Vec<String>,
}

struct Row {
    what: &'static str,
    carrier: &'static str,
    seen: Seen,
}

/// Lets something happen to a bed for `dark`, and watches it.
fn watch(world: &mut LiveWorld, bed: usize, acts: &[Act], dark: Duration) -> Seen {
    world.run_until(STEADY);
    let mut seen = Seen::default();
    for act in acts {
        world.act(bed, act);
    }
    let mut passed = Duration::ZERO;
    while passed < dark + Duration::from_secs(60) && seen.live.is_none() {
        passed += LOOK;
        let view = world.run_until(STEADY + passed);
        let tile = &view.tiles[bed];
        note(&mut seen, tile, passed, dark);
        others_are_live(&view, bed, acts);
    }
    seen
}

fn note(seen: &mut Seen, tile: &TileView, passed: Duration, dark: Duration) {
    let freshness = tile.link.freshness;
    if matches!(freshness, Some(Freshness::Stale | Freshness::Lost)) {
        seen.stale.get_or_insert(passed);
    }
    if freshness == Some(Freshness::Lost) || tile.link.closed {
        seen.lost.get_or_insert(passed);
    }
    if seen.alarm.is_none()
        && let Some(alarm) = tile.station_alarms.first()
    {
        seen.alarm = Some((alarm.kind.clone(), passed));
    }
    for fault in &tile.faults {
        let text = fault.what.to_string();
        if !seen.says.contains(&text) {
            seen.says.push(text);
        }
    }
    if passed > dark && has_live_number(tile) {
        seen.live = Some(passed - dark);
    }
}

fn has_live_number(tile: &TileView) -> bool {
    tile.link.freshness == Some(Freshness::Live)
        && tile.blocks.iter().flat_map(|block| &block.numerics).any(|numeric| {
            numeric.freshness == Freshness::Live
                && matches!(numeric.shown, Shown::Number { .. })
                && !numeric.show_age
        })
}

/// What happens at one bed is not seen at another, unless it happens to the switch.
fn others_are_live(view: &BoardView, bed: usize, acts: &[Act]) {
    if acts.len() > 1 {
        return;
    }
    for (number, tile) in view.tiles.iter().enumerate().filter(|(number, _)| *number != bed) {
        let freshness = tile.link.freshness;
        assert!(
            matches!(freshness, Some(Freshness::Live | Freshness::Late)),
            "bed {number} while {acts:?} at {bed}: {freshness:?}"
        );
    }
}

fn unplugged(carrier: &'static str, bed: usize) -> Row {
    let dark = 20 * SECOND;
    let mut world = ward(1, 1, 7);
    let seen = watch(&mut world, bed, &[Act::Line(LineAct::Unplug { dark })], dark);
    Row { what: "cable pulled for 20 s", carrier, seen }
}

fn rebooted(carrier: &'static str, bed: usize) -> Row {
    let dark = 30 * SECOND;
    let mut world = ward(1, 1, 8);
    let seen = watch(&mut world, bed, &[Act::Device(DeviceAct::Reboot { dark })], dark);
    Row { what: "monitor switched off and on, dark for 30 s", carrier, seen }
}

fn readdressed() -> Row {
    let mut world = ward(0, 2, 9);
    let seen = watch(&mut world, 0, &[Act::Device(DeviceAct::Readdress)], 6 * SECOND);
    Row { what: "monitor gets another address", carrier: "LAN", seen }
}

fn switch_down() -> Row {
    let dark = 20 * SECOND;
    let mut world = ward(0, 4, 10);
    world.run_until(STEADY);
    let act = LineAct::Unplug { dark };
    world.act_on_all_cables(&act);
    let mut all = Vec::new();
    for bed in 0..4 {
        all.push((bed, Seen::default()));
    }
    let mut passed = Duration::ZERO;
    while passed < 60 * SECOND {
        passed += LOOK;
        let view = world.run_until(STEADY + passed);
        for (bed, seen) in all.iter_mut().filter(|(_, seen)| seen.live.is_none()) {
            note(seen, &view.tiles[*bed], passed, dark);
        }
    }
    let slowest = all.into_iter().max_by_key(|(_, seen)| seen.live);
    let seen = slowest.unwrap().1;
    Row { what: "switch without power for 20 s, the slowest of 4 beds", carrier: "LAN", seen }
}

fn two_stations() -> Row {
    let mut world = ward(0, 2, 11);
    // The other one was first: our line finds the monitor taken.
    let dark = 40 * SECOND;
    let address = SocketAddrV4::new(Ipv4Addr::new(10, 0, 42, 11), 24_105);
    world.act(0, &Act::Line(LineAct::Unplug { dark: 15 * SECOND }));
    world.add_rival(0, lan_session(99, address));
    world.run_until(dark);
    let view = world.run_until(dark);
    let mut seen = Seen::default();
    note(&mut seen, &view.tiles[0], dark, 2 * dark);
    // It was never heard: nothing grew old.
    (seen.stale, seen.lost) = (None, None);
    world.rival_leaves(0);
    let mut passed = Duration::ZERO;
    while passed < 60 * SECOND && seen.live.is_none() {
        passed += LOOK;
        let view = world.run_until(dark + passed);
        if has_live_number(&view.tiles[0]) {
            seen.live = Some(passed);
        }
    }
    Row { what: "another station holds the monitor, then leaves", carrier: "LAN", seen }
}

#[test]
fn what_is_shown_and_after_how_long() {
    let rows = [
        unplugged("RS-232", 0),
        unplugged("LAN", 1),
        rebooted("RS-232", 0),
        rebooted("LAN", 1),
        readdressed(),
        switch_down(),
        two_stations(),
    ];
    for row in &rows {
        let live =
            row.seen.live.unwrap_or_else(|| panic!("{} {}: never live", row.what, row.carrier));
        let most = match (row.what, row.carrier) {
            // A refused station tries again every 30 s at most.
            ("another station holds the monitor, then leaves", _) => 35 * SECOND,
            (_, "RS-232") => 10 * SECOND,
            _ => 15 * SECOND,
        };
        assert!(live <= most, "{} {}: live after {live:?}", row.what, row.carrier);
        let down = row.seen.stale.or(row.seen.lost);
        if let Some(down) = down.filter(|_| row.what.contains(" for ")) {
            assert!(down <= 5_200 * LOOK / 100 + LOOK, "{} {}: {down:?}", row.what, row.carrier);
        }
    }
    let table = table(&rows);
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/outages.md");
    let text = fs::read_to_string(&file).unwrap_or_default();
    let (head, rest) = text.split_once("<!-- table -->\n").expect("a place for the table");
    let tail = rest.split_once("<!-- end -->\n").expect("an end of the table").1;
    let wanted = format!("{head}<!-- table -->\n{table}<!-- end -->\n{tail}");
    if std::env::var_os("VIGIE_WRITE_DOCS").is_some() {
        fs::write(&file, &wanted).expect("docs can be written");
    }
    println!("{table}");
    assert_eq!(text, wanted, "docs/outages.md is not what happens");
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| What happens | Line | Stale after | Lost after | The station says | First live value after the trouble |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    let seconds = |time: Option<Duration>| {
        time.map_or_else(|| "-".to_owned(), |time| format!("{:.1} s", time.as_secs_f64()))
    };
    for row in rows {
        let refused = || row.seen.says.iter().find(|text| text.contains("client")).cloned();
        let alarm = row.seen.alarm.as_ref().map_or_else(
            || refused().map_or_else(|| "-".to_owned(), |text| format!("\"{text}\"")),
            |(kind, at)| format!("{} at {}", name(kind), seconds(Some(*at))),
        );
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {alarm} | {} |",
            row.what,
            row.carrier,
            seconds(row.seen.stale),
            seconds(row.seen.lost),
            seconds(row.seen.live)
        );
    }
    table
}

fn name(kind: &StationAlarmKind) -> &'static str {
    match kind {
        StationAlarmKind::StreamStale(_) => "value stale",
        StationAlarmKind::StreamLost(_) => "value lost",
        StationAlarmKind::DeviceStale => "monitor stale",
        StationAlarmKind::DeviceLost => "monitor lost",
        StationAlarmKind::LineClosed => "line closed",
        StationAlarmKind::AlarmsNotConfirmed => "alarms not confirmed",
        StationAlarmKind::DuplicateDevice => "duplicate device",
        StationAlarmKind::PatientUnclear => "patient unclear",
        StationAlarmKind::RecordStopped => "record stopped",
        StationAlarmKind::RecordBehind => "record behind",
        StationAlarmKind::DiskFilling => "disk filling",
        StationAlarmKind::CopyOld => "copy old",
        StationAlarmKind::AboveLimit(_) => "above limit",
        StationAlarmKind::BelowLimit(_) => "below limit",
        StationAlarmKind::Implausible(_) => "implausible",
        StationAlarmKind::PathLost(_) => "path lost",
        StationAlarmKind::ClockJumped => "clock jumped",
        StationAlarmKind::NoSound => "no sound",
        StationAlarmKind::WindowStalled => "window stalled",
    }
}
