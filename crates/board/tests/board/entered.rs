//! What people enter at a bed for a child's score, and the measurements that they may give limits.

use std::collections::BTreeMap;

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Command, Receipt,
    policy::{LimitPolicy, LimitSet, ScorePolicy},
    view::{ScoreKind, ScorePart, ScoreView},
};
use vigie_model::*;

const VITALS: [(&str, i64); 4] = [("hr.ecg", 100), ("abp.sys", 100), ("rr", 30), ("spo2", 97)];

fn in_unit(id: &str, value: i64) -> Event {
    let ucum = key(id).metric().expect("a row").ucum;
    Event::Numeric(Numeric { unit: Unit::ucum(ucum), ..numeric_of(key(id), reading(value)) })
}

/// A child of two years, and a policy with scores for children and limits.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let sets = BTreeMap::from([(
        LimitSet::Paediatric,
        vec![WatchLimit { id: text("spo2"), low: Some(Decimal::whole(90)), high: None }],
    )]);
    bench.board.set_policy(AlarmPolicy {
        scores: ScorePolicy { pews: true, ..ScorePolicy::default() },
        limits: Some(LimitPolicy { delay: secs(6), hysteresis_percent: 2, sets }),
        ..AlarmPolicy::default()
    });
    let born = bench.wall().before(secs(2 * 366 * 86_400));
    let year = 1970 + born.as_unix_nanos() / 31_556_952_000_000_000;
    bench.say(Event::Patient(Patient {
        id: Some(text("7")),
        category: Some(PatientCategory::Paediatric),
        born: Some(text(&format!("{year}-01-15"))),
        ..Patient::default()
    }));
    for (id, value) in VITALS {
        bench.say(stream(key(id), every(60_000)));
        bench.say(in_unit(id, value));
    }
    bench
}

fn enter(bench: &mut Bench, what: Entered) {
    assert_eq!(bench.command(Command::Enter { bed: bed("1"), what }), Receipt::Done);
}

fn pews(bench: &mut Bench) -> ScoreView {
    let tile = bench.tile();
    let scores = &tile.watch.scores.scores;
    scores.iter().find(|score| score.kind == ScoreKind::Pews).expect("PEWS").clone()
}

fn part(score: &ScoreView, id: &str) -> ScorePart {
    score.parts.iter().find(|part| part.id.as_str() == id).expect("the part").clone()
}

#[test]
fn pews_is_complete_once_the_three_things_that_no_monitor_tells_are_entered() {
    let mut bench = bench();
    let open = pews(&mut bench);
    let missing = open.parts.iter().filter(|part| part.points.is_none()).count();
    assert_eq!((open.total, missing), (None, 3));
    enter(&mut bench, Entered::OxygenFlow(OxygenFlow::Air));
    enter(&mut bench, Entered::Refill(Refill::Under3s));
    assert_eq!(pews(&mut bench).total, None);
    enter(&mut bench, Entered::Effort(Effort::Normal));
    let whole = pews(&mut bench);
    assert_eq!(whole.total, Some(whole.at_least));
    let base = whole.total.unwrap();
    // Each of them counts, and takes the place of what was entered before.
    for (what, id) in [
        (Entered::OxygenFlow(OxygenFlow::Low), "oxygen"),
        (Entered::OxygenFlow(OxygenFlow::High), "oxygen"),
        (Entered::Refill(Refill::From3s), "refill"),
        (Entered::Effort(Effort::Mild), "effort"),
        (Entered::Effort(Effort::Severe), "effort"),
    ] {
        let before = pews(&mut bench);
        enter(&mut bench, what);
        let after = pews(&mut bench);
        assert!(part(&after, id).points > part(&before, id).points, "{what:?}");
        assert!(after.total > before.total && after.total > Some(base), "{what:?}");
    }
    let entered = bench.tile().watch.scores.entered.clone();
    assert_eq!(entered.len(), 3);
    assert!(entered.iter().all(|(_, entry)| entry.by == text("AB")));
}

#[test]
fn oxygen_is_one_question_in_whichever_words_it_is_answered() {
    let mut bench = bench();
    enter(&mut bench, Entered::OxygenFlow(OxygenFlow::High));
    enter(&mut bench, Entered::Oxygen(false));
    assert_eq!(part(&pews(&mut bench), "oxygen").points, Some(0), "air is no oxygen");
    enter(&mut bench, Entered::Oxygen(true));
    let oxygen = part(&pews(&mut bench), "oxygen");
    assert_eq!((oxygen.points, oxygen.age), (None, Some(secs(0))), "how much, nobody said");
    assert_eq!(bench.tile().watch.scores.entered.len(), 1);
}

#[test]
fn entries_for_a_child_have_an_age_and_outlive_a_restart() {
    let mut bench = bench();
    for what in [
        Entered::OxygenFlow(OxygenFlow::Low),
        Entered::Refill(Refill::From3s),
        Entered::Effort(Effort::Moderate),
    ] {
        enter(&mut bench, what);
    }
    let kept = serde_json::to_string(&bench.board.snapshot()).expect("a snapshot is JSON");
    bench.pass(secs(600)).say(in_unit("spo2", 97));
    let score = pews(&mut bench);
    for id in ["oxygen", "refill", "effort"] {
        assert_eq!(part(&score, id).age, Some(secs(600)), "{id}");
    }
    let kept = serde_json::from_str(&kept).expect("and is read again");
    let entered = bench.tile().watch.scores.entered.clone();
    let mut again = Bench { now: bench.now, ..Bench::with_beds(2) };
    let wall = again.wall();
    again.board.restore(again.now, wall, &kept, wall);
    assert_eq!(again.tile().watch.scores.entered, entered);
}

fn free(bench: &mut Bench) -> Vec<String> {
    let tile = bench.tile();
    let limits = tile.watch.limits.as_ref().expect("limits of the category");
    limits.free.iter().map(|id| id.to_string()).collect()
}

#[test]
fn what_is_measured_now_and_has_no_limits_may_be_given_some() {
    let mut bench = bench();
    assert_eq!(free(&mut bench), ["abp.sys", "hr.ecg", "rr"]);
    let limits = vec![
        WatchLimit { id: text("rr"), low: None, high: Some(Decimal::whole(50)) },
        WatchLimit { id: text("hr.ecg"), low: Some(Decimal::whole(60)), high: None },
    ];
    let command = Command::SetLimits { bed: bed("1"), limits: Some(limits) };
    assert_eq!(bench.command(command), Receipt::Done);
    assert_eq!(free(&mut bench), ["abp.sys", "spo2"]);
    // By what is too old to be believed nobody would be watched.
    bench.run(secs(3_600));
    assert_eq!(free(&mut bench), Vec::<String>::new());
}
