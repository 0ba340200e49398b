//! Values in the units of the window, by their labels.

use vigie_dashboard::{Dashboard, Place};
use vigie_model::StationMode;
use vigie_words::{AirwayUnit, Language, PressureUnit, TemperatureUnit, Units};

use crate::common::screen::Screen;

const OTHER: Units = Units {
    pressure: PressureUnit::KPa,
    temperature: TemperatureUnit::Fahrenheit,
    airway: AirwayUnit::Mbar,
};

fn told(change: impl FnOnce(&mut Dashboard)) -> Screen {
    let tile = crate::common::normal(0);
    let place = Place::of(&tile);
    let view = crate::common::board(StationMode::Live, vec![tile]);
    let mut screen = Screen::of(view, Language::English);
    screen.dashboard.borrow_mut().open(Some(place));
    change(&mut screen.dashboard.borrow_mut());
    screen.step();
    screen
}

#[test]
fn values_stand_as_they_were_sent_until_a_unit_is_chosen() {
    let screen = told(|_| {});
    screen.says("ABP 114/62 (84) millimetres of mercury");
    screen.says("T core 37.1 degrees Celsius");
}

#[test]
fn values_are_converted_with_their_unit_and_a_change_of_language_keeps_it() {
    let screen = told(|dashboard| dashboard.set_units(OTHER));
    screen.says("ABP 15.2/8.3 (11.2) kilopascals");
    screen.says("NIBP 15.7/9.7 (11.3) kilopascals, measured 4 min ago");
    screen.says("T core 98.8 degrees Fahrenheit");
    let screen = told(|dashboard| {
        dashboard.set_units(OTHER);
        dashboard.set_language(Language::French);
    });
    screen.says("15,2/8,3 (11,2) kilopascals");
}
