//! Several devices at one bed: what a screen reader finds at each value, on the tile and in the bed view,
//! and what is asked of the board about them.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use egui_kittest::kittest::Queryable as _;
use vigie_board::{
    Command, Refusal,
    view::{BoardView, TileView},
};
use vigie_dashboard::{Dashboard, NotDone, Panel, Place, Request, Trend};
use vigie_model::{BedId, DeviceKey, MonoTime, Parameter, Text, nomenclature};
use vigie_ui_kit::{paper::Paper, tokens::Theme};
use vigie_words::Language;

use crate::common::{
    Fixed, fixed, live,
    painted::{painted, painted_at, texts},
    screen::Screen,
    several,
};

fn click(screen: &mut Screen, label: &str) {
    screen.harness.get_by_label(label).click();
    screen.step();
}

fn asked(screen: &Screen) -> Option<Command> {
    screen.dashboard.borrow_mut().poll_request().map(|request| request.command)
}

fn bed() -> BedId {
    BedId(Text::from("b0"))
}

fn monitor() -> DeviceKey {
    several::monitored(0).device.expect("it has one").key
}

#[test]
fn each_value_names_its_device_where_there_are_several() {
    for screen in [Screen::one(several::ventilated(0)), Screen::opened(several::ventilated(0))] {
        screen.says("HR 76 per minute, from M8004A");
        screen.says("RR tot 14 per minute, from Puritan Bennett");
        screen.says("ECG II, -1 to 1.5 mV, 500 Hz, from M8004A");
        screen.never_says("3510040801");
    }
    // All of them, also those that come second, in the bed view.
    let screen = Screen::opened(several::ventilated(0));
    screen.says("RR tot 13 per minute, also from M8004A");
    screen.says("FiO2 40 percent, from Puritan Bennett");
    let alone = Screen::one(several::monitored(0));
    alone.says("HR 76 per minute");
    alone.never_says("from M8004A");
}

#[test]
fn the_tile_says_whose_mark_is_whose_and_how_often_numbers_come() {
    let legend = "[1] M8004A   [2] Puritan Bennett: SIMV, numbers only, every 2 s";
    Screen::one(several::ventilated(0)).says(&format!("Bed 1, adult, live, {legend}"));
    let screen = Screen::opened(several::ventilated(0));
    screen.says("[1] M8004A: Philips, M8004A, B.00.45");
    screen.says("[2] Puritan Bennett: Puritan Bennett, numbers only, every 2 s");
    screen.says("MODE [2]: SIMV");
    for (language, said) in [
        (Language::English, "numbers only, every 10 s"),
        (Language::French, "valeurs seules, toutes les 10 s"),
        (Language::Indonesian, "hanya nilai, tiap 10 dtk"),
    ] {
        let screen = Screen::of(live(vec![several::numbers_only(0)]), language);
        screen.says(said);
    }
    Screen::one(several::monitored(0)).never_says("numbers only");
}

#[test]
fn a_closed_line_of_one_device_is_said_and_the_others_values_stay() {
    for screen in
        [Screen::one(several::ventilator_lost(0)), Screen::opened(several::ventilator_lost(0))]
    {
        screen.says("[2] Puritan Bennett: ");
        screen.says("line closed, no data since 03:13:00");
        screen.says("Puritan Bennett: connection lost: line closed");
        screen.says("HR 76 per minute, from M8004A");
        screen.says("RR tot no data, lost, from Puritan Bennett");
        screen.says("Bed 1, adult, live");
        screen.says("Bed 1, medium priority alarm: Puritan Bennett: connection lost: line closed");
    }
}

#[test]
fn standby_of_one_device_is_not_the_beds() {
    let screen = Screen::one(several::ventilator_resting(0));
    screen.says("[2] Puritan Bennett: standby, numbers only, every 2 s");
    screen.says("HR 76 per minute, from M8004A");
    screen.never_says("Bed 1, standby");
    // Nor is it where the first of them rests.
    let mut tile = several::ventilated(0);
    tile.mode = vigie_model::DeviceMode::Standby;
    tile.sources[0].mode = tile.mode;
    let screen = Screen::one(tile);
    screen.says("[1] M8004A: standby");
    screen.never_says("Bed 1, standby");
}

#[test]
fn a_bed_that_the_gateway_calls_otherwise_says_what_it_was_called() {
    for (language, said) in [
        (Language::English, "called ICU 3 before, numbers only, every 10 s"),
        (Language::French, "appelé ICU 3 auparavant, valeurs seules, toutes les 10 s"),
        (Language::Indonesian, "dulu disebut ICU 3, hanya nilai, tiap 10 dtk"),
    ] {
        Screen::of(live(vec![several::relabelled(0)]), language).says(said);
    }
    Screen::opened(several::relabelled(0)).says("called ICU 3 before");
}

#[test]
fn alarms_say_which_device_states_them() {
    for screen in [
        Screen::one(several::ventilated_in_alarm(0)),
        Screen::opened(several::ventilated_in_alarm(0)),
    ] {
        screen.says("high priority alarm: APNEA, from Puritan Bennett");
        screen.says("medium priority alarm: **HR 121>120, from M8004A");
    }
}

#[test]
fn two_of_one_model_are_told_apart() {
    let screen = Screen::opened(several::twins(0));
    screen.says("HR 76 per minute, from M8004A 1");
    screen.says("HR 84 per minute, also from M8004A 2");
    screen.says("[1] M8004A 1: Philips");
    screen.says("[2] M8004A 2: Philips");
}

/// The traces as they are inked, in an order of their own.
fn traces(ctx: &egui::Context) -> Vec<Vec<u8>> {
    let mut inked = Paper::of(ctx).lock().coverages();
    inked.sort();
    inked
}

#[test]
fn seconds_are_small_stand_below_and_none_is_left_out_in_the_bed_view() {
    let tile = several::twins(0);
    let count = tile.blocks.iter().filter(|block| block.is_second).count();
    let screen = Screen::opened(tile.clone());
    let said = screen.said();
    let seconds = said.iter().filter(|line| line.contains("also from M8004A 2"));
    let waves = tile.waves.iter().filter(|wave| wave.is_second).count();
    // ST is a list of three.
    assert_eq!(seconds.count(), count + 2 + waves);
    let place = |what: &str| screen.harness.get_by_label(what).rect();
    let first = place("HR 76 per minute, from M8004A 1, on the device: hr.ecg");
    let second = place("HR 84 per minute, also from M8004A 2, on the device: hr.ecg");
    assert!(second.top() > first.bottom() && second.height() < first.height() / 2.0);
    // More than have room take turns: within some turns each is painted.
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.open(Some(Place::of(&tile)));
    let mut source = fixed(live(vec![tile]));
    let mut marks = std::collections::BTreeSet::new();
    for turn in 0..6 {
        source.now = crate::common::NOW + std::time::Duration::from_secs(4 * turn);
        let shapes = painted(&mut dashboard, &mut source, 3);
        marks.extend(texts(&shapes).into_iter().map(|(text, _, _)| text));
    }
    for value in ["84", "97", "13", "37.1", "36", "0"] {
        assert!(marks.contains(value), "{value}: {marks:?}");
    }
}

#[test]
fn traces_of_equal_streams_are_kept_apart_also_when_the_first_device_goes() {
    let (both, rest) = (several::twins(0), several::without_first(several::twins(0)));
    let show = |view: BoardView, dashboard: &mut Dashboard| {
        let mut source = fixed(view);
        let ctx = egui::Context::default();
        painted_at(&ctx, dashboard, &mut source, 3, egui::vec2(1280.0, 720.0));
        traces(&ctx)
    };
    let place = Some(Place::of(&both));
    let mut kept = Dashboard::new(Language::English);
    kept.open(place.clone());
    let traces = show(live(vec![both]), &mut kept);
    assert_eq!(traces.len(), 10, "five waves of each");
    for (index, one) in traces.iter().enumerate() {
        assert!(traces[..index].iter().all(|other| other != one), "{index}");
    }
    let mut fresh = Dashboard::new(Language::English);
    fresh.open(place);
    let rest = live(vec![rest]);
    assert_eq!(show(rest.clone(), &mut kept), show(rest, &mut fresh));
}

#[test]
fn charts_of_equal_streams_are_asked_for_by_device() {
    type Asked = Rc<RefCell<Vec<(Option<DeviceKey>, String)>>>;
    struct Source {
        fixed: Fixed,
        asked: Asked,
    }
    impl vigie_dashboard::ViewSource for Source {
        fn view(&self) -> Arc<BoardView> {
            self.fixed.view.clone()
        }
        fn now(&self) -> MonoTime {
            self.fixed.now
        }
        fn trend(&self, _: &BedId, key: &vigie_model::MetricKey) -> Trend {
            self.asked.borrow_mut().push((None, key.vendor.to_string()));
            Trend::Loading
        }
        fn trend_of(&self, _: &BedId, device: &DeviceKey, key: &vigie_model::MetricKey) -> Trend {
            self.asked.borrow_mut().push((Some(device.clone()), key.vendor.to_string()));
            Trend::Loading
        }
    }
    for (tile, device) in [(several::twins(0), Some(monitor())), (several::monitored(0), None)] {
        let asked = Asked::default();
        let source = Source { fixed: fixed(live(vec![tile.clone()])), asked: asked.clone() };
        let mut screen = Screen::with(source, Language::English);
        screen.dashboard.borrow_mut().open(Some(Place::of(&tile)));
        screen.step();
        let asked = asked.borrow();
        assert!(asked.contains(&(device.clone(), "hr.ecg".to_owned())), "{asked:?}");
        assert!(asked.iter().all(|(of, _)| *of == device), "{asked:?}");
    }
}

#[test]
fn the_makers_own_label_stands_in_the_bed_view_where_it_is_another() {
    let screen = Screen::opened(several::ventilated(0));
    screen.says("RR tot 14 per minute, from Puritan Bennett, on the device: RESP RATE");
    screen.says("FiO2 40 percent, from Puritan Bennett, on the device: O2 %");
    screen.says("PEEP 7.1 centimetres of water, from Puritan Bennett");
    screen.never_says("on the device: PEEP,");
    Screen::one(several::ventilated(0)).never_says("on the device");
    // Where a cell has no room for it, it stands in the list.
    let mut screen = Screen::opened(several::ventilated(0));
    click(&mut screen, "devices");
    screen.says("what the makers call it");
    screen.says("RR tot [2]: RESP RATE");
    screen.says("RR tot [1]: awRR");
    screen.never_says("PEEP [2]: PEEP");
}

/// The same bed from another maker: other codes, other labels, other instances.
fn of_another_maker(mut tile: TileView) -> TileView {
    for numeric in tile.blocks.iter_mut().flat_map(|block| &mut block.numerics) {
        numeric.key.vendor = Text::from(format!("0x{:x}", numeric.key.vendor.as_str().len() * 977));
        numeric.label = numeric.label.as_ref().map(|label| Text::from(format!("My {label}")));
    }
    for wave in &mut tile.waves {
        wave.key.vendor = Text::from("wave 7");
        wave.label = Some(Text::from("My wave"));
    }
    tile
}

#[test]
fn a_measurement_has_one_name_one_place_and_one_colour_whoever_made_the_device() {
    let show = |tile: TileView, is_open: bool| {
        let mut dashboard = Dashboard::new(Language::English);
        dashboard.open(is_open.then(|| Place::of(&tile)));
        let mut source = fixed(live(vec![tile]));
        texts(&painted(&mut dashboard, &mut source, 3))
    };
    let other = of_another_maker(several::ventilated(0));
    let (ours, theirs) = (show(several::ventilated(0), false), show(other, false));
    assert!(ours.len() > 20);
    assert_eq!(ours, theirs);
    let ours = show(several::ventilated(0), true);
    let palette = Theme::DAY.palette();
    for (label, parameter) in [
        ("HR", Parameter::Ecg),
        ("SpO2", Parameter::Spo2),
        ("ABP", Parameter::Abp),
        ("RR tot", Parameter::Vent),
        ("Ppeak", Parameter::Vent),
        ("PEEP", Parameter::Vent),
        ("Vte", Parameter::Vent),
        ("MVe", Parameter::Vent),
        ("FiO2", Parameter::Gas),
    ] {
        let found: Vec<_> = ours.iter().filter(|(text, _, _)| text == label).collect();
        assert!(!found.is_empty(), "{label}");
        assert!(found.iter().all(|(_, ink, _)| *ink == palette.ink(parameter)), "{label}");
    }
}

#[test]
fn a_ventilators_values_have_their_order_and_their_ink() {
    // As people read a ventilator: rates, airway pressures, volumes, minute volume, settings; then FiO2.
    let order = [
        "vent.rate",
        "vent.rr_total",
        "vent.rr_spont",
        "vent.pip",
        "vent.pmean",
        "vent.pplat",
        "vent.peep",
        "vent.vt",
        "vent.vte",
        "vent.mv",
        "vent.mve",
        "vent.ie",
        "vent.set.vt",
        "vent.set.peep",
    ];
    let row = |id: &str| nomenclature::METRICS.iter().position(|metric| metric.id == id);
    let rows: Vec<_> = order.iter().map(|id| row(id).expect("an id of ours")).collect();
    assert!(rows.is_sorted(), "{rows:?}");
    let of = |id: &str| nomenclature::by_id(id).map(|metric| metric.parameter);
    for id in order.into_iter().chain(["w.paw", "w.flow", "w.vol"]) {
        assert_eq!(of(id), Some(Parameter::Vent), "{id}");
    }
    assert_eq!(of("fio2"), Some(Parameter::Gas));
}

/// A monitor at bed 1, nobody at bed 2, and a ventilator in the tray, opened.
fn with_waiting() -> Screen {
    let mut view = live(vec![several::monitored(0), crate::common::empty(1)]);
    let waiting = several::waiting();
    view.unassigned = vec![waiting.clone()];
    let mut screen = Screen::of(view, Language::English);
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    screen.dashboard.borrow_mut().open(Some(Place::of(&waiting)));
    screen.step();
    screen
}

#[test]
fn a_device_of_the_tray_is_put_beside_another_on_purpose() {
    let mut screen = with_waiting();
    click(&mut screen, "put on a bed");
    click(&mut screen, "Bed 1, beside M8004A");
    screen.says("Puritan Bennett on Bed 1, beside M8004A");
    assert_eq!(asked(&screen), None, "chosen is not asked for");
    click(&mut screen, "put it beside");
    let device = several::ventilator().key;
    assert_eq!(asked(&screen), Some(Command::AssignBeside { device, bed: bed() }));
}

#[test]
fn a_device_of_the_tray_is_put_on_an_empty_bed_and_the_choice_can_be_left() {
    let mut screen = with_waiting();
    click(&mut screen, "put on a bed");
    click(&mut screen, "Bed 1, beside M8004A");
    click(&mut screen, "close");
    click(&mut screen, "Bed 2");
    screen.says("Puritan Bennett on Bed 2");
    click(&mut screen, "put it there");
    let device = several::ventilator().key;
    let there = Some(BedId(Text::from("b1")));
    assert_eq!(asked(&screen), Some(Command::Assign { device, bed: there }));
    assert_eq!(asked(&screen), None);
}

#[test]
fn who_puts_a_device_beside_another_is_asked_for_initials() {
    let mut screen = with_waiting();
    screen.dashboard.borrow_mut().set_initials(None);
    click(&mut screen, "put on a bed");
    click(&mut screen, "Bed 1, beside M8004A");
    click(&mut screen, "put it beside");
    assert_eq!(asked(&screen), None);
    screen.says("initials");
}

#[test]
fn a_source_is_preferred_for_what_several_measure_and_for_nothing_else() {
    let mut screen = Screen::opened(several::ventilated(0));
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    click(&mut screen, "devices");
    screen.says("measured by several: which comes first");
    screen.never_says("HR: M8004A");
    for (pressed, device) in [
        ("RR tot: M8004A", Some(monitor())),
        ("RR tot: Puritan Bennett", Some(several::ventilator().key)),
        ("RR tot: by rule", None),
    ] {
        click(&mut screen, pressed);
        let by = Text::from("AB");
        let group = Text::from("vent.rr_total");
        let command = Command::Prefer { bed: bed(), group, device };
        let request = screen.dashboard.borrow_mut().poll_request();
        assert_eq!(request, Some(Request { by, command }));
    }
    // Numbers stay beside the form.
    screen.says("RR tot 13 per minute, also from M8004A");
}

#[test]
fn a_bed_without_doubles_says_so_and_one_device_has_no_choice() {
    let mut screen = Screen::opened(several::ventilator_resting(0));
    click(&mut screen, "devices");
    screen.says("no measurement comes from two devices");
    let mut screen = Screen::opened(several::monitored(0));
    click(&mut screen, "devices");
    screen.never_says("no measurement comes from two devices");
    screen.says("take off");
}

#[test]
fn a_device_is_taken_off_with_the_second_press() {
    let mut screen = Screen::opened(several::monitored(0));
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    click(&mut screen, "devices");
    click(&mut screen, "take off");
    assert_eq!(asked(&screen), None);
    click(&mut screen, "take the device off its bed");
    let off = Command::Assign { device: monitor(), bed: None };
    assert_eq!(asked(&screen), Some(off));
}

#[test]
fn refusals_are_said_in_words() {
    let device = several::ventilator().key;
    let beside = || Command::AssignBeside { device: device.clone(), bed: bed() };
    for (command, why, said) in [
        (
            beside(),
            Refusal::OtherPatient,
            "Bed 1: refused: put the device beside the other one: it names another patient than \
             the one who lies there",
        ),
        (
            Command::Assign { device: device.clone(), bed: Some(bed()) },
            Refusal::BedTaken(monitor()),
            "Bed 1: refused: put the device on a bed: another device stands there: take it off \
             first, or put this one beside it",
        ),
        (
            Command::Prefer { bed: bed(), group: Text::from("abp"), device: None },
            Refusal::NobodyThere,
            "Bed 1: refused: choose the device of a measurement: nobody is on this bed",
        ),
    ] {
        let screen = &mut Screen::one(several::ventilated(0));
        screen.dashboard.borrow_mut().note_not_done(
            command,
            NotDone::Refused(why),
            crate::common::NOW,
        );
        screen.step();
        screen.says(said);
    }
}

#[test]
fn the_form_of_devices_opens_from_outside() {
    let screen = &mut Screen::opened(several::ventilated(0));
    screen.dashboard.borrow_mut().show_form(Some(Panel::Devices));
    screen.step();
    screen.says("measured by several: which comes first");
}
