//! Associations that end and begin, monitors that start anew, clocks that wrap.

use vigie_intellivue::wire::association::Control;
use vigie_intellivue::wire::system::OperatingMode;
use vigie_intellivue::wire::text::VariableLabel;
use vigie_intellivue::wire::types::{AbsoluteTime, Civil, RelativeTime};
use vigie_intellivue::wire::{Attribute, Message};
use vigie_model::{AlarmTruth, DeviceMode, Event, Measured};
use vigie_session::Line;

use crate::desk::*;

const HR: u16 = 0x4182;
const BPM: u16 = 0x0AA0;

fn identities(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Identity(_))).count()
}

#[test]
fn an_announcement_that_comes_again_changes_nothing() {
    let mut desk = Desk::new();
    assert_eq!(identities(&desk.send_create(7, vec![])), 1);
    desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    desk.send_alarms(0, vec![], vec![]);
    desk.pass();
    assert_eq!(desk.send_create(7, vec![]), [Event::Alive]);
    assert!(streams(&desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)])).is_empty());
}

#[test]
fn a_new_association_has_new_handles_and_the_same_keys() {
    let mut desk = Desk::new();
    desk.send_create(7, vec![]);
    let pulses = |a, b| vec![simple(a, 0x480A, 0, BPM, 60), simple(b, 0x480A, 0, BPM, 61)];
    let before = desk.send_numerics(pulses(1, 2));
    desk.send_alarms(0, vec![], vec![]);
    desk.pass();
    let events = desk.send_create(8, vec![]);
    assert_eq!(sets(&events)[0].truth, AlarmTruth::Unknown);
    let after = desk.send_numerics(pulses(2, 3));
    let keys = |events: &[Event]| -> Vec<_> {
        streams(events).into_iter().map(|stream| stream.key.clone()).collect()
    };
    assert_eq!(keys(&after).len(), 2);
    assert_eq!(keys(&after), keys(&before));
}

#[test]
fn release_and_abort_leave_the_alarms_unknown() {
    for end in [Message::ReleaseResponse(Control::RELEASE_RESPONSE), Message::Abort(Control::ABORT)]
    {
        let mut desk = Desk::new();
        desk.send_alarms(0, vec![], vec![]);
        let events = desk.send(&end);
        assert_eq!(sets(&events)[0].truth, AlarmTruth::Unknown);
    }
    // A request to release may come from somebody who never was associated.
    let mut desk = Desk::new();
    desk.send_alarms(0, vec![], vec![]);
    assert_eq!(desk.send(&Message::ReleaseRequest(Control::RELEASE_REQUEST)), []);
}

#[test]
fn a_clock_that_goes_back_is_a_restart_and_ticks_go_on() {
    let mut desk = Desk::new();
    desk.ticks = 400_000_000;
    let before = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    // Two results are not believed.
    desk.ticks = 240_000 - 3 * 8_192;
    for _ in 0..2 {
        desk.pass();
        assert!(numerics(&desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)])).is_empty());
    }
    desk.pass();
    let after = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
    assert_eq!(streams(&after).len(), 1);
    let tick = |events: &[Event]| numerics(events)[0].tick.unwrap().1;
    assert!(tick(&after) > tick(&before));
    assert_eq!(tick(&after).0 as u32, 240_000);
}

#[test]
fn ticks_go_on_through_a_wrap() {
    let mut desk = Desk::new();
    desk.ticks = u32::MAX - 8_191;
    let mut ticks = Vec::new();
    for _ in 0..3 {
        let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 80)]);
        assert_eq!(streams(&events).len(), usize::from(ticks.is_empty()), "no restart");
        ticks.push(numerics(&events)[0].tick.map(|(_, tick)| tick.0));
        desk.pass();
    }
    // Tick 0 cannot be told from "never".
    let first = ticks[0].unwrap();
    assert_eq!(ticks, [Some(first), None, Some(first + 2 * 8_192)]);
}

#[test]
fn another_monitor_on_the_line_is_another_monitor() {
    let mut desk = Desk::new();
    desk.send_create(7, vec![Attribute::OperatingMode(OperatingMode::DEMO)]);
    let other = VariableLabel { bytes: &[0x00, 0x09, 0xFB, 0x0A, 0x0B, 0x0C], pad: None };
    // The same counter by chance; the first system id of the two is overridden by the later one.
    desk.pass();
    let events = desk.send_create(7, vec![Attribute::SystemId(other)]);
    let key = events.iter().find_map(|event| match event {
        Event::Identity(info) => Some(info.key.0.to_string()),
        _ => None,
    });
    assert_eq!(key.as_deref(), Some("intellivue:0009fb0a0b0c"));
}

#[test]
fn a_clock_set_ahead_makes_the_age_unknown() {
    let mut desk = Desk::new();
    let civil = Civil { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    let shown = AbsoluteTime::from_civil(civil);
    let pair = |at| vec![Attribute::DateTime(shown), Attribute::RelativeTime(RelativeTime(at))];
    let later = AbsoluteTime::from_civil(Civil { minute: 5, ..civil });
    let cuff = || {
        let value = Attribute::Numeric(value(0x4A05, 0, 0x0F20, 120));
        vec![object(3, vec![Attribute::AbsoluteTimeStamp(later), value])]
    };
    // Joined in mid-stream: what the monitor's clock shows is not known.
    let events = desk.send_numerics(cuff());
    assert_eq!(numerics(&events)[0].measured, Measured::Unknown);
    assert_eq!(numerics(&events)[0].device_time.unwrap().minute, 5);
    let ticks = desk.ticks;
    desk.send_create(7, pair(ticks));
    desk.pass();
    let events = desk.send_numerics(cuff());
    assert_eq!(numerics(&events)[0].measured, Measured::Unknown);
}

#[test]
fn a_line_that_closed_is_forgotten() {
    let mut desk = Desk::new();
    desk.send_create(7, vec![Attribute::OperatingMode(OperatingMode::MONITORING)]);
    desk.send_alarms(0, vec![], vec![]);
    desk.rig.down(Line::MAIN);
    assert_eq!(sets(&desk.heard())[0].truth, AlarmTruth::Unknown);
    desk.rig.up(Line::MAIN);
    let events = desk.send_create(7, vec![Attribute::OperatingMode(OperatingMode::MONITORING)]);
    assert_eq!(identities(&events), 1);
    assert!(events.contains(&Event::Mode(DeviceMode::Normal)));
}
