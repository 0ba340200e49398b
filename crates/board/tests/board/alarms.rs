//! The device's alarms, mirrored, and how far they can be believed.

use crate::common::*;
use vigie_board::{Command, LineChange, Receipt, view::AlarmsView};
use vigie_model::{
    AlarmKind::{Physiological, Technical},
    AlarmTruth::{Complete, FromEdges, Unknown},
    Priority::{High, Low, Medium},
    *,
};

fn texts(alarms: &AlarmsView) -> Vec<&str> {
    alarms.list.iter().map(|alarm| alarm.text.as_str()).collect()
}

fn mirrored(bench: &mut Bench) -> AlarmsView {
    bench.tile().alarms.clone()
}

#[test]
fn the_most_urgent_comes_first_then_the_patient_then_the_oldest() {
    let mut bench = Bench::new();
    let desat = alarm("SpO2 LOW", Physiological, Medium);
    let lead = alarm("LEADS OFF", Technical, Medium);
    bench.say(alarms(AlarmScope::All, Complete, &[lead.clone(), desat.clone()]));
    bench.pass(secs(1));
    let vtach = alarm("VTACH", Physiological, High);
    let rate = alarm("HR HIGH", Physiological, Medium);
    let battery = alarm("BATT LOW", Technical, Low);
    bench.say(alarms(AlarmScope::All, Complete, &[battery, rate, lead, desat, vtach]));
    let seen = mirrored(&mut bench);
    assert_eq!(texts(&seen), ["VTACH", "SpO2 LOW", "HR HIGH", "LEADS OFF", "BATT LOW"]);
    assert_eq!((seen.truth, seen.unconfirmed_since), (Complete, None));
    assert_eq!(seen.list[1].since, (START, START_WALL));
    assert_eq!(seen.list[2].since.0, START + secs(1));
}

#[test]
fn an_alarm_keeps_its_beginning_while_it_changes_and_the_log_tells_each_change() {
    let mut bench = Bench::new();
    let begun = alarm("HR HIGH", Physiological, Medium);
    let set = |alarm: &Alarm| alarms(AlarmScope::All, Complete, std::slice::from_ref(alarm));
    bench.say(set(&begun)).pass(secs(1));
    let with_value = Alarm { value: Some(Decimal::whole(131)), ..begun.clone() };
    bench.say(set(&with_value)).pass(secs(1));
    let silenced = Alarm { inactivation: Some(Inactivation::Acknowledged), ..with_value };
    bench.say(set(&silenced)).pass(secs(1));
    let raised = Alarm { priority: High, ..silenced.clone() };
    bench.say(set(&raised)).pass(secs(1));
    let latched = Alarm { phase: AlarmPhase::Latched, ..raised.clone() };
    bench.say(set(&latched));
    let seen = mirrored(&mut bench).list[0].clone();
    assert_eq!((seen.priority, seen.phase, seen.since.0), (High, AlarmPhase::Latched, START));
    assert_eq!((seen.inactivation, seen.value), (latched.inactivation, latched.value));
    bench.say(alarms(AlarmScope::All, Complete, &[]));
    assert_eq!(mirrored(&mut bench).list.len(), 0);
    assert_eq!(
        bench.log(),
        [
            LogKind::DeviceAlarm(begun.clone()),
            LogKind::DeviceAlarm(silenced),
            LogKind::DeviceAlarm(raised),
            LogKind::DeviceAlarm(latched),
            LogKind::DeviceAlarmEnded(begun.id),
        ]
    );
}

#[test]
fn a_set_replaces_its_own_scope_and_nothing_else() {
    let mut bench = Bench::new();
    let (patient, technical) =
        (alarm("APNOEA", Physiological, High), alarm("CHECK", Technical, Low));
    bench.say(alarms(AlarmScope::All, Complete, &[patient.clone(), technical]));
    bench.say(alarms(AlarmScope::Technical, Complete, &[]));
    assert_eq!(texts(&mirrored(&mut bench)), ["APNOEA"]);
    // Two conditions with one id: both stay.
    bench.say(alarms(AlarmScope::Physiological, Complete, &[patient.clone(), patient]));
    assert_eq!(texts(&mirrored(&mut bench)), ["APNOEA", "APNOEA"]);
    bench.say(alarms(AlarmScope::All, Complete, &[]));
    assert!(mirrored(&mut bench).list.is_empty());
}

#[test]
fn what_a_device_never_spoke_of_is_not_known() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    let seen = mirrored(&mut bench);
    assert_eq!((seen.truth, seen.unconfirmed_since, seen.list.len()), (Unknown, None, 0));
}

#[test]
fn who_does_not_know_ends_no_alarm() {
    let mut bench = Bench::new();
    let (first, second) = (alarm("ASYSTOLE", Physiological, High), alarm("WEAK", Technical, Low));
    bench.say(alarms(AlarmScope::All, Complete, std::slice::from_ref(&first)));
    bench.pass(secs(9)).say(alarms(AlarmScope::All, Unknown, &[second]));
    let seen = mirrored(&mut bench);
    assert_eq!(texts(&seen), ["ASYSTOLE", "WEAK"]);
    assert_eq!((seen.truth, seen.unconfirmed_since), (Unknown, Some(START_WALL)));
    bench.say(alarms(AlarmScope::All, Complete, &[first]));
    let seen = mirrored(&mut bench);
    assert_eq!(
        (texts(&seen), seen.truth, seen.unconfirmed_since),
        (vec!["ASYSTOLE"], Complete, None)
    );
}

#[test]
fn alarms_of_a_lost_device_stay_as_not_confirmed_since_it_was_heard() {
    let mut bench = Bench::new();
    let vtach = alarm("VTACH", Physiological, High);
    let set = alarms(AlarmScope::All, Complete, &[vtach]);
    bench.say(set.clone()).run(secs(2)).say(numeric("hr.ecg", 170)).run(secs(10));
    assert_eq!(mirrored(&mut bench).truth, Complete, "at the limit");
    bench.run(NS);
    let seen = mirrored(&mut bench);
    assert_eq!(texts(&seen), ["VTACH"]);
    assert_eq!((seen.truth, seen.unconfirmed_since), (Unknown, Some(START_WALL.after(secs(2)))));
    // That it speaks again says nothing of its alarms; only a set does.
    bench.say(numeric("hr.ecg", 170));
    assert_eq!(mirrored(&mut bench).truth, Unknown);
    bench.say(set);
    let seen = mirrored(&mut bench);
    assert_eq!((seen.truth, seen.unconfirmed_since), (Complete, None));
    assert_eq!(seen.list[0].since.0, START);
}

#[test]
fn alarms_that_stop_while_the_device_goes_on_are_an_alarm_of_the_station() {
    let unknown = alarms(AlarmScope::All, Unknown, &[]);
    let missed = (StationAlarmKind::AlarmsNotConfirmed, Medium);
    for set in [vec![], vec![alarm("VTACH", Physiological, High)]] {
        let mut bench = Bench::new();
        bench.say(unknown.clone());
        assert_eq!(bench.station_alarms(), [], "never confirmed, so nothing is missed");
        let set = alarms(AlarmScope::All, Complete, &set);
        bench.say(numeric("hr.ecg", 80)).say(set.clone());
        for _ in 0..4 {
            bench.run(secs(1)).say(numeric("hr.ecg", 80));
        }
        bench.run(secs(1)).say(unknown.clone());
        assert_eq!(bench.station_alarms(), [], "the device as a whole may be silent");
        bench.say(numeric("hr.ecg", 80));
        assert_eq!(bench.station_alarms(), std::slice::from_ref(&missed));
        // One alarm for what is one silence.
        bench.run(secs(6));
        assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceStale, Low)]);
        bench.run(secs(6));
        assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Medium)]);
        // Back, it has 5 s to state its alarms again, and not more.
        bench.say(numeric("hr.ecg", 80));
        for _ in 0..5 {
            assert_eq!(bench.station_alarms(), []);
            bench.run(secs(1)).say(numeric("hr.ecg", 80));
        }
        bench.run(NS).say(numeric("hr.ecg", 80));
        assert_eq!(bench.station_alarms(), std::slice::from_ref(&missed));
        bench.say(set);
        assert_eq!(bench.station_alarms(), []);
    }
}

#[test]
fn a_set_missing_for_a_moment_is_no_alarm() {
    let mut bench = Bench::new();
    let set = alarms(AlarmScope::All, Complete, &[]);
    bench.say(numeric("hr.ecg", 80)).say(set.clone()).run(secs(1));
    // A new association: what was in alarm is not known until the next result.
    bench.say(alarms(AlarmScope::All, Unknown, &[])).say(numeric("hr.ecg", 80));
    bench.run(secs(1)).say(numeric("hr.ecg", 80));
    assert_eq!((mirrored(&mut bench).truth, bench.station_alarms()), (Unknown, vec![]));
    bench.say(set).run(secs(4)).say(numeric("hr.ecg", 80));
    assert_eq!((mirrored(&mut bench).truth, bench.station_alarms()), (Complete, vec![]));
}

#[test]
fn a_device_that_comes_and_goes_cannot_hide_its_missing_alarms() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).say(alarms(AlarmScope::All, Complete, &[]));
    for _ in 0..3 {
        bench.run(secs(6)).say(alarms(AlarmScope::All, Unknown, &[])).say(numeric("hr.ecg", 80));
    }
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::AlarmsNotConfirmed, Medium)]);
}

#[test]
fn a_device_that_only_tells_alarms_is_missed_when_it_tells_none() {
    let mut bench = Bench::new();
    bench.say(alarms(AlarmScope::All, Complete, &[]));
    bench.run(secs(5)).say(alarms(AlarmScope::All, Unknown, &[]));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::AlarmsNotConfirmed, Medium)]);
    bench.line("com1", &["mp"], LineChange::Up).line("com1", &["mp"], LineChange::Down);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::LineClosed, Medium)]);
}

#[test]
fn alarms_behind_a_closed_line_are_not_confirmed_at_once() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up);
    bench.say(alarms(AlarmScope::All, Complete, &[alarm("APNOEA", Physiological, High)]));
    bench.pass(secs(1)).line("com1", &["mp"], LineChange::Down);
    let seen = mirrored(&mut bench);
    assert_eq!((texts(&seen), seen.truth), (vec!["APNOEA"], Unknown));
    assert_eq!(seen.unconfirmed_since, Some(START_WALL));
    // A set that was still under way is shown, and confirmed no more than the other.
    bench.say(alarms(AlarmScope::All, Complete, &[alarm("ASYSTOLE", Physiological, High)]));
    let seen = mirrored(&mut bench);
    assert_eq!((texts(&seen), seen.truth), (vec!["ASYSTOLE"], Unknown));
}

#[test]
fn what_edges_reported_is_not_confirmed_over_ten_minutes() {
    let mut bench = Bench::new();
    let (early, late) =
        (alarm("HR HIGH", Physiological, Medium), alarm("RR LOW", Physiological, Medium));
    bench.say(alarms(AlarmScope::All, FromEdges, std::slice::from_ref(&early)));
    let quiet = |bench: &mut Bench, seconds: u64| {
        for _ in 0..seconds {
            bench.run(secs(1)).say(numeric("hr.ecg", 80));
        }
    };
    quiet(&mut bench, 300);
    // Another edge says nothing of the first alarm.
    bench.say(alarms(AlarmScope::All, FromEdges, &[early, late.clone()]));
    quiet(&mut bench, 300);
    assert_eq!(mirrored(&mut bench).truth, FromEdges, "at ten minutes");
    bench.run(NS);
    let seen = mirrored(&mut bench);
    assert_eq!((seen.truth, seen.unconfirmed_since), (Unknown, Some(START_WALL)));
    assert_eq!(texts(&seen), ["HR HIGH", "RR LOW"]);
    bench.say(alarms(AlarmScope::All, FromEdges, &[late]));
    assert_eq!(mirrored(&mut bench).truth, FromEdges);
}

#[test]
fn what_edges_reported_and_nothing_confirms_is_cleared_by_a_person_only() {
    let mut bench = Bench::new();
    let high = alarm("APNOEA", Physiological, High);
    let said = alarms(AlarmScope::All, FromEdges, std::slice::from_ref(&high));
    bench.say(said.clone());
    let reset = |bench: &mut Bench| {
        let alarms = bench.view().attention.iter().map(|row| row.answer.no).collect();
        bench.command(Command::Reset { alarms })
    };
    // While it is confirmed it is on, whatever a person says.
    assert_eq!(reset(&mut bench), Receipt::Done);
    assert_eq!(texts(&mirrored(&mut bench)), ["APNOEA"]);
    for _ in 0..601 {
        bench.run(secs(1)).say(numeric("hr.ecg", 80));
    }
    assert_eq!(mirrored(&mut bench).truth, Unknown);
    assert_eq!(reset(&mut bench), Receipt::Done);
    assert_eq!(texts(&mirrored(&mut bench)), [""; 0]);
    assert_eq!(bench.view().attention, [], "and it is latched by nobody");
    // The gateway goes on to state what it never heard end, and that is no news.
    bench.say(said);
    assert_eq!(texts(&mirrored(&mut bench)), [""; 0]);
    // Another beginning is.
    let again = Alarm { priority: Medium, ..high };
    bench.say(alarms(AlarmScope::All, FromEdges, &[again]));
    assert_eq!(texts(&mirrored(&mut bench)), ["APNOEA"]);
    assert_eq!(bench.view().attention.len(), 1);
}

/// Starts and ends put together: what is in alarm, and of which of them the device spoke just now.
fn edges(active: &[Alarm], told: &[&str]) -> Event {
    let told = told.iter().map(|id| (*id).into()).collect();
    let (scope, truth) = (AlarmScope::All, FromEdges);
    Event::Alarms(AlarmSet { scope, truth, active: active.into(), told })
}

#[test]
fn an_alarm_that_its_device_tells_again_stays_confirmed_and_no_other_does() {
    let mut bench = Bench::new();
    let both = [alarm("HR HIGH", Physiological, High), alarm("RR LOW", Physiological, Medium)];
    bench.say(edges(&both[..1], &["HR HIGH"])).say(edges(&both, &["RR LOW"]));
    for minute in 1..=13 {
        for _ in 0..60 {
            bench.run(secs(1)).say(numeric("hr.ecg", 150));
        }
        bench.say(edges(&both, &["HR HIGH"]));
        let seen = mirrored(&mut bench);
        let truths: Vec<_> = seen.list.iter().map(|alarm| alarm.truth).collect();
        let of_the_other = if minute > 10 { Unknown } else { FromEdges };
        assert_eq!(truths, [FromEdges, of_the_other], "after {minute} minutes");
    }
    // A person saw that the second is over; its device tells it again.
    let reset = bench.view().attention.iter().map(|row| row.answer.no).collect();
    assert_eq!(bench.command(Command::Reset { alarms: reset }), Receipt::Done);
    bench.say(edges(&both, &["RR LOW"]));
    assert_eq!(texts(&mirrored(&mut bench)), ["HR HIGH", "RR LOW"]);
}

#[test]
fn after_a_loss_an_edge_confirms_its_own_alarm_only() {
    let mut bench = Bench::new();
    let (old, new) =
        (alarm("HR HIGH", Physiological, High), alarm("RR LOW", Physiological, Medium));
    bench.say(edges(std::slice::from_ref(&old), &["HR HIGH"])).run(secs(5));
    bench.say(alarms(AlarmScope::All, Unknown, std::slice::from_ref(&old))).run(secs(5));
    let both = [old, new];
    let truths = |bench: &mut Bench| {
        mirrored(bench).list.iter().map(|alarm| alarm.truth).collect::<Vec<_>>()
    };
    bench.say(edges(&both, &["RR LOW"]));
    assert_eq!(truths(&mut bench), [Unknown, FromEdges]);
    assert_eq!(mirrored(&mut bench).truth, Unknown);
    bench.say(edges(&both, &["HR HIGH"]));
    assert_eq!(truths(&mut bench), [FromEdges, FromEdges]);
    assert_eq!(mirrored(&mut bench).truth, FromEdges);
}

#[test]
fn the_board_asks_to_be_woken_when_edges_grow_too_old() {
    let mut bench = Bench::new();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    bench.say(numeric("nibp.sys", 120));
    bench.say(alarms(AlarmScope::All, FromEdges, &[]));
    let due = bench.board.poll_timeout().map(|(due, _)| due);
    assert_eq!(due, Some(START + secs(600) + NS));
}

#[test]
fn a_number_in_alarm_carries_the_priority_that_the_device_gives() {
    let about_hr =
        |priority| Alarm { subject: Some(key("hr.ecg")), ..alarm("HR", Physiological, priority) };
    let flagged =
        |id| Event::Numeric(Numeric { in_alarm: true, ..numeric_of(key(id), reading(140)) });
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 140)).say(numeric("spo2", 97));
    let priority = |bench: &mut Bench, id: &str| bench.number(id).alarm.map(|alarm| alarm.priority);
    assert_eq!(priority(&mut bench, "hr.ecg"), None);
    bench.say(alarms(AlarmScope::All, Complete, &[about_hr(Low), about_hr(High)]));
    assert_eq!((priority(&mut bench, "hr.ecg"), priority(&mut bench, "spo2")), (Some(High), None));
    // Flagged, and no alarm names it: it may be the one that names nothing.
    bench.say(flagged("spo2"));
    assert_eq!(priority(&mut bench, "spo2"), Some(Medium));
    bench.say(alarms(AlarmScope::All, Complete, &[alarm("DESAT", Physiological, High)]));
    assert_eq!((priority(&mut bench, "hr.ecg"), priority(&mut bench, "spo2")), (None, Some(High)));
    // A technical alarm is not what the device means by a value in alarm.
    bench.say(alarms(AlarmScope::All, Complete, &[alarm("BATT", Technical, Low)]));
    assert_eq!(priority(&mut bench, "spo2"), Some(Medium));
    bench.pass(secs(10) + NS);
    assert_eq!(priority(&mut bench, "spo2"), None, "dashes are in no alarm of their own");
}
