//! Plausible spans, in the UCUM unit of the row that uses them.
//!
//! A value outside is kept as sent and questioned, never hidden. All of them are spans that devices
//! can measure, written down from memory and not from a standard: defaults to be configurable. Where
//! no span was at hand (marked "wide"), it is a generous one around what a living body can show.

/// From, to; both inside.
pub(super) type Range = (f64, f64);

// Heart and pulse.
pub(super) const RATE: Range = (0.0, 350.0);
pub(super) const ST: Range = (-5.0, 5.0); // wide
pub(super) const QT: Range = (0.0, 2_000.0); // wide
pub(super) const ECG_WAVE: Range = (-20.0, 20.0); // wide

// Oximetry.
pub(super) const PERCENT: Range = (0.0, 100.0);
pub(super) const PERFUSION: Range = (0.0, 100.0); // wide
pub(super) const PLETH_WAVE: Range = (-100.0, 100.0); // wide: no absolute scale

// Pressures.
pub(super) const PRESSURE: Range = (-50.0, 360.0);
pub(super) const CUFF: Range = (0.0, 300.0);
pub(super) const VENOUS: Range = (-50.0, 150.0);

// Output.
pub(super) const OUTPUT: Range = (0.0, 25.0);
pub(super) const STROKE: Range = (0.0, 500.0); // wide
pub(super) const RESISTANCE: Range = (0.0, 20_000.0); // wide

// Temperature.
pub(super) const TEMP: Range = (0.0, 50.0);
pub(super) const TEMP_DIFF: Range = (-50.0, 50.0);

// Respiration and gases.
pub(super) const BREATHS: Range = (0.0, 200.0);
pub(super) const APNOEA: Range = (0.0, 600.0); // wide
pub(super) const RESP_WAVE: Range = (-1_000.0, 10_000.0); // wide
pub(super) const CO2: Range = (0.0, 150.0);
pub(super) const CO2_WAVE: Range = (-20.0, 150.0); // a baseline may drift below zero
pub(super) const FIO2: Range = (15.0, 100.0);
pub(super) const AGENT: Range = (0.0, 25.0); // wide
pub(super) const MAC: Range = (0.0, 20.0); // wide

// Ventilator.
pub(super) const AIRWAY: Range = (-30.0, 150.0);
pub(super) const PEEP: Range = (0.0, 60.0);
pub(super) const TIDAL: Range = (0.0, 3_000.0);
pub(super) const MINUTE: Range = (0.0, 100.0);
pub(super) const RATIO: Range = (0.0, 100.0); // wide
pub(super) const COMPLIANCE: Range = (0.0, 500.0); // wide
pub(super) const RAW: Range = (0.0, 500.0); // wide
pub(super) const RSBI: Range = (0.0, 1_000.0); // wide
pub(super) const FLOW: Range = (0.0, 300.0); // wide
pub(super) const FLOW_WAVE: Range = (-300.0, 300.0); // wide
pub(super) const VOLUME_WAVE: Range = (-1_000.0, 6_000.0); // wide
pub(super) const TI: Range = (0.0, 60.0); // wide
pub(super) const PF: Range = (0.0, 1_000.0); // wide

// Brain.
pub(super) const EDGE: Range = (0.0, 100.0); // wide
pub(super) const GCS: Range = (3.0, 15.0);
pub(super) const GCS_EYE: Range = (1.0, 4.0);
pub(super) const GCS_MOTOR: Range = (1.0, 6.0);
pub(super) const GCS_VERBAL: Range = (1.0, 5.0);

// Pumps and body.
pub(super) const PUMP: Range = (0.0, 2_000.0);
pub(super) const INFUSED: Range = (0.0, 100_000.0); // wide
pub(super) const WEIGHT: Range = (0.1, 600.0); // wide
pub(super) const HEIGHT: Range = (10.0, 280.0); // wide
