//! What a person asked for and was not done, and the test of the sound: what a screen reader finds, in
//! every language, and what is handed to the program.

use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use vigie_board::{
    Command, Refusal,
    view::{BoardView, ConditionNo},
};
use vigie_dashboard::{NotDone, Place, SoundTest};
use vigie_model::{
    AnswerKind, BedId, Decimal, DeviceKey, Effort, Entered, Priority, Role, StandbyReason,
    StationMode, Text, WatchLimit,
};
use vigie_words::Language;

use crate::common::{Changing, screen::Screen};

fn ward() -> BoardView {
    crate::common::listed(crate::common::board(
        StationMode::Live,
        vec![crate::common::high(0), crate::common::normal(1)],
    ))
}

fn bed() -> BedId {
    BedId(Text::from("b0"))
}

fn limits() -> Command {
    let limit = WatchLimit { id: Text::from("spo2"), low: Some(Decimal::whole(90)), high: None };
    Command::SetLimits { bed: bed(), limits: Some(vec![limit]) }
}

fn not_done(screen: &mut Screen, command: Command, why: NotDone) {
    screen.dashboard.borrow_mut().note_not_done(command, why, crate::common::NOW);
    screen.step();
}

#[test]
fn a_refusal_says_bed_what_and_why_in_every_language() {
    for (language, said) in [
        (Language::English, "Bed 1: refused: set these limits: a limit that cannot be"),
        (Language::French, "Bed 1: refusé : fixer ces seuils : un seuil impossible"),
        (Language::Indonesian, "Bed 1: ditolak: tetapkan batas ini: batas yang tidak mungkin"),
    ] {
        let mut screen = Screen::of(ward(), language);
        not_done(&mut screen, limits(), NotDone::Refused(Refusal::BadLimit));
        screen.says(said);
    }
}

#[test]
fn a_refusal_goes_by_itself_and_covers_no_alarm() {
    let source = Changing::of(ward());
    let mut screen = Screen::with(source.clone(), Language::English);
    let refused = "refused: audio off: the unit's policy does not allow it";
    screen.never_says(refused);
    not_done(&mut screen, Command::AudioOff, NotDone::Refused(Refusal::NotAllowed));
    screen.says(refused);
    screen.says("Bed 1, high priority alarm: ***VTACH");
    let bar = screen.harness.get_by_label(refused).rect();
    assert!(bar.bottom() <= screen.harness.get_by_label("attention").rect().top());
    source.now.set(crate::common::NOW + Duration::from_secs(11));
    screen.step();
    screen.says(refused);
    source.now.set(crate::common::NOW + Duration::from_secs(12));
    screen.step();
    screen.never_says("refused");
}

#[test]
fn the_same_refusal_twice_is_one_and_what_nobody_knows_is_no_refusal() {
    let mut screen = Screen::of(ward(), Language::English);
    for _ in 0..3 {
        not_done(&mut screen, Command::PauseAudio, NotDone::Busy);
    }
    not_done(&mut screen, Command::AudioOn, NotDone::NoAnswer);
    let said = screen.said();
    let found = |what: &str| said.iter().filter(|line| line.contains(what)).count();
    assert_eq!(found("refused: pause audio: the station took nothing: try again"), 1);
    let unknown = "not known: audio on: no answer from the station: look whether it was done";
    assert_eq!(found(unknown), 1);
}

#[test]
fn every_command_and_every_reason_has_its_words() {
    let alarms = || vec![ConditionNo(1)];
    let commands = [
        Command::Assign { device: DeviceKey(Text::from("d")), bed: Some(bed()) },
        Command::Assign { device: DeviceKey(Text::from("d")), bed: None },
        Command::AssignBeside { device: DeviceKey(Text::from("d")), bed: bed() },
        Command::Prefer { bed: bed(), group: Text::from("abp"), device: None },
        Command::Admit { bed: bed() },
        Command::Discharge { bed: bed() },
        Command::SamePatient { bed: bed() },
        Command::Answer { alarms: alarms(), how: AnswerKind::Acknowledged },
        Command::Answer { alarms: alarms(), how: AnswerKind::Going },
        Command::Reset { alarms: alarms() },
        Command::PauseAudio,
        Command::AudioOff,
        Command::AudioOn,
        Command::Standby { bed: bed(), why: StandbyReason::Away },
        Command::EndStandby { bed: bed() },
        limits(),
        Command::SetLimits { bed: bed(), limits: None },
        Command::Enter { bed: bed(), what: Entered::Effort(Effort::Mild) },
    ];
    let reasons = [
        Refusal::NoSuchBed,
        Refusal::BedTaken(DeviceKey(Text::from("serial 4711"))),
        Refusal::NobodyThere,
        Refusal::NothingUnclear,
        Refusal::NotAllowed,
        Refusal::NoInitials,
        Refusal::BadLimit,
        Refusal::OtherPatient,
        Refusal::Full,
        Refusal::NeedsRole(Role::Chart),
    ];
    for language in Language::ALL {
        let mut said = std::collections::BTreeSet::new();
        for (nth, command) in commands.iter().enumerate() {
            let why = reasons[nth % reasons.len()].clone();
            let mut screen = Screen::of(ward(), language);
            let before = screen.said();
            not_done(&mut screen, command.clone(), NotDone::Refused(why));
            let new: Vec<String> =
                screen.said().into_iter().filter(|line| !before.contains(line)).collect();
            assert_eq!(new.len(), 1, "{language:?}, {command:?}: {new:?}");
            assert!(!new[0].contains("4711"), "no key of a device: {}", new[0]);
            assert!(said.insert(new[0].clone()), "{language:?}: {} is said twice", new[0]);
        }
    }
}

fn with_test(test: SoundTest) -> Screen {
    let mut screen = Screen::of(ward(), Language::English);
    screen.dashboard.borrow_mut().set_sound_test(Some(test));
    screen.step();
    screen
}

fn click(screen: &mut Screen, label: &str) {
    screen.harness.get_by_label(label).click();
    screen.step();
}

#[test]
fn a_window_without_a_station_offers_no_sound_test() {
    let mut screen = Screen::of(ward(), Language::English);
    screen.never_says("sound test");
    screen.press(Key::S);
    screen.never_says("play a sound and listen");
}

#[test]
fn the_sound_test_plays_what_is_asked_for_and_leaves_the_alarms_in_sight() {
    let mut screen = with_test(SoundTest::Idle);
    click(&mut screen, "sound test");
    screen.says("play a sound and listen where alarms must be heard");
    screen.says("Bed 1, high priority alarm: ***VTACH");
    for (button, priority) in [
        ("high priority", Priority::High),
        ("medium priority", Priority::Medium),
        ("low priority", Priority::Low),
    ] {
        click(&mut screen, button);
        let wanted = screen.dashboard.borrow_mut().poll_sound_test();
        assert_eq!(wanted, Some(priority));
        assert_eq!(screen.dashboard.borrow_mut().poll_sound_test(), None);
    }
    screen.press(Key::S);
    screen.never_says("play a sound and listen");
    screen.press(Key::S);
    screen.says("play a sound and listen");
    screen.press(Key::Escape);
    screen.never_says("play a sound and listen");
}

#[test]
fn while_it_plays_no_other_is_begun_and_then_somebody_says_whether_it_was_heard() {
    let mut screen = with_test(SoundTest::Playing(Priority::Medium));
    screen.press(Key::S);
    screen.says("medium priority: playing");
    screen.never_says("not heard");
    click(&mut screen, "high priority");
    assert_eq!(screen.dashboard.borrow_mut().poll_sound_test(), None);
    screen.dashboard.borrow_mut().set_sound_test(Some(SoundTest::Played(Priority::Medium)));
    screen.step();
    screen.says("medium priority: played: was it heard?");
    click(&mut screen, "heard");
    assert_eq!(screen.dashboard.borrow_mut().poll_heard(), None, "nobody said who");
    for letter in ["S", "P"] {
        screen.harness.event(egui::Event::Text(letter.to_owned()));
        screen.step();
    }
    screen.press(Key::Enter);
    let heard = screen.dashboard.borrow_mut().poll_heard();
    assert_eq!(heard, Some((Text::from("SP"), true)));
    click(&mut screen, "not heard");
    let heard = screen.dashboard.borrow_mut().poll_heard();
    assert_eq!(heard, Some((Text::from("SP"), false)));
}

#[test]
fn what_went_wrong_comes_with_a_remedy_and_what_went_well_with_none() {
    let remedy = "check loudspeaker, cable and volume";
    for (test, said, has_remedy) in [
        (SoundTest::Failed("no device".to_owned()), "not played: no device", true),
        (SoundTest::Noted { heard: false }, "not heard: it stands in the log", true),
        (SoundTest::Noted { heard: true }, "heard: it stands in the log", false),
        (SoundTest::NotNoted { heard: false }, "not heard: the station took nothing", true),
    ] {
        let mut screen = with_test(test);
        screen.press(Key::S);
        screen.says(said);
        if has_remedy {
            screen.says(remedy);
        } else {
            screen.never_says(remedy);
        }
    }
}

#[test]
fn under_the_sound_test_no_answer_goes_to_a_bed_that_nobody_sees() {
    let mut screen = with_test(SoundTest::Idle);
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    screen.dashboard.borrow_mut().open(Some(Place::Bed(bed())));
    screen.press(Key::S);
    screen.press(Key::A);
    assert!(screen.dashboard.borrow_mut().poll_request().is_none());
    screen.press(Key::Escape);
    assert!(screen.dashboard.borrow().opened().is_some(), "the bed is there again");
    screen.press(Key::A);
    assert!(screen.dashboard.borrow_mut().poll_request().is_some());
}
