//! Fields of `MISCA`. Sources and conventions: [`super`].
//!
//! 60, 62, 84 and 87 repeat what stands in other fields and are not told twice; numbers that are not
//! listed are reserved, or have no meaning in the table.

use vigie_model::Priority::{High, Medium};

use super::{
    Row, What,
    short::{
        apnoea, derived, high, is, low, manoeuvre, manoeuvre_volume, own, patient, set, set_as,
        set_volume, technical, volume, words,
    },
};

/// The rows, by field.
#[rustfmt::skip]
pub static MISCA: &[Row] = &[
    Row { field: 5, label: "Ventilator time", what: What::Time },
    Row { field: 6, label: "Ventilator id", what: What::Id },
    Row { field: 8, label: "Date", what: What::Date },
    // Settings.
    words(9, "Set: mode"),
    set(10, "Set: respiratory rate", "/min"),
    set_volume(11, "Set: tidal volume", Some("vent.set.vt")),
    set(12, "Set: peak flow", "L/min"),
    set(13, "Set: O2", "%"),
    set(14, "Set: pressure sensitivity", "cm[H2O]"),
    set_as(15, "Set: PEEP or low PEEP", "vent.set.peep", "cm[H2O]"),
    set(16, "Set: plateau time", "s"),
    set(21, "Set: apnea interval", "s"),
    set_volume(22, "Set: apnea tidal volume", None),
    set(23, "Set: apnea respiratory rate", "/min"),
    set(24, "Set: apnea peak flow", "L/min"),
    set(25, "Set: apnea O2", "%"),
    set(26, "Set: support pressure", "cm[H2O]"),
    words(27, "Set: flow pattern"),
    words(30, "Set: 100 % O2"),
    // Monitored.
    is(34, "Respiratory rate", "vent.rr_total", "/min"),
    volume(35, "Exhaled tidal volume", Some("vent.vte")),
    is(36, "Exhaled minute volume", "vent.mve", "L/min"),
    own(37, "Exhaled spont minute volume", "L/min"),
    is(38, "Maximum circuit pressure", "vent.pip", "cm[H2O]"),
    is(39, "Mean airway pressure", "vent.pmean", "cm[H2O]"),
    own(40, "End inspiratory pressure", "cm[H2O]"),
    derived(41, "I:E, E part (I = 1)", None, "1"),
    // Alarm limits and states.
    high(42, "Limit: circuit pressure high", 38),
    low(45, "Limit: exhaled tidal volume low", 35),
    low(46, "Limit: exhaled minute volume low", 36),
    high(47, "Limit: respiratory rate high", 34),
    patient(48, "Circuit pressure", Medium, Some(38)),
    patient(51, "Exhaled tidal volume", Medium, Some(35)),
    patient(52, "Exhaled minute volume", Medium, Some(36)),
    patient(53, "Respiratory rate", Medium, Some(34)),
    technical(54, "No O2 supply", High),
    technical(55, "No air supply", High),
    apnoea(57, "Apnea"),
    // Measured by a pause or a manoeuvre.
    manoeuvre(63, "Static compliance, insp pause", Some("vent.compl.stat"), "mL/cm[H2O]"),
    manoeuvre(64, "Static resistance, insp pause", Some("vent.raw"), "cm[H2O].s/L"),
    derived(65, "Dynamic compliance", Some("vent.compl.dyn"), "mL/cm[H2O]"),
    derived(66, "Dynamic resistance", None, "cm[H2O].s/L"),
    manoeuvre(67, "Negative inspiratory force", None, "cm[H2O]"),
    manoeuvre_volume(68, "Vital capacity"),
    own(69, "Peak spont flow", "L/min"),
    set(70, "Set: base flow", "L/min"),
    set(71, "Set: flow sensitivity", "L/min"),
    // Settings of pressure modes.
    set(85, "Set: insp pressure or high PEEP", "cm[H2O]"),
    set_as(86, "Set: insp time or high PEEP time", "vent.set.ti", "s"),
    set(88, "Set: apnea insp pressure", "cm[H2O]"),
    set(89, "Set: apnea rate, pressure mode", "/min"),
    set(90, "Set: apnea insp time", "s"),
    set(91, "Set: apnea O2, pressure mode", "%"),
    set(92, "Set: apnea circuit pressure limit", "cm[H2O]"),
    Row { field: 93, label: "Alarm silence", what: What::Silence },
    apnoea(94, "Apnea alarm status"),
    technical(95, "Severe occlusion or disconnect", High),
    set(96, "Set: I:E, I part", "1"),
    set(97, "Set: I:E, E part", "1"),
    set(98, "Set: apnea I:E, I part", "1"),
    set(99, "Set: apnea I:E, E part", "1"),
    words(100, "Set: constant during rate change"),
    derived(101, "Monitored I:E", None, "1"),
];
