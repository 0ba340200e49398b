//! How high an amount stands: fixed ranges by parameter, labelled; the trace's own range when it
//! does not fit or has no scale, and said so.

use vigie_board::view::WaveView;
use vigie_model::{Decimal, Parameter, Scale};

/// How high a millivolt of an ECG stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    centi_mm_per_millivolt: u16,
}

impl Gain {
    /// 10 mm/mV: the usual.
    pub const USUAL: Gain = Gain::of(1_000);
    /// All of them: an eighth to four times the usual.
    pub const ALL: [Gain; 6] = [
        Gain::of(125),
        Gain::of(250),
        Gain::of(500),
        Gain::USUAL,
        Gain::of(2_000),
        Gain::of(4_000),
    ];

    const fn of(centi_mm_per_millivolt: u16) -> Gain {
        Gain { centi_mm_per_millivolt }
    }

    /// The one after this, without one the first of those that people use most; after the last none:
    /// each ECG to its own range.
    pub fn after(gain: Option<Gain>) -> Option<Gain> {
        match gain {
            None => Some(Gain::ALL[1]),
            Some(gain) => Gain::ALL.into_iter().find(|next| *next > gain),
        }
    }

    /// The gain of so many hundredths of a millimetre a millivolt, if there is one.
    pub fn from_centi_mm(centi_mm_per_millivolt: u16) -> Option<Gain> {
        Gain::ALL.into_iter().find(|gain| gain.centi_mm_per_millivolt == centi_mm_per_millivolt)
    }

    /// In hundredths of a millimetre a millivolt, for the label.
    pub const fn centi_mm_per_millivolt(self) -> i64 {
        self.centi_mm_per_millivolt as i64
    }

    /// Millimetres of a millivolt.
    pub fn mm_per_millivolt(self) -> f64 {
        f64::from(self.centi_mm_per_millivolt) / 100.0
    }
}

/// What the vertical axis of a wave is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// A millivolt is so high.
    Gain {
        /// This is how high.
        gain: Gain,
        /// A person chose more, but then the trace would be cut: must be labelled as such.
        is_less: bool,
    },
    /// A fixed range for this parameter.
    Fixed,
    /// The range was widened so that the trace fits: must be labelled as such.
    Auto,
    /// The device's own 0 to 1: no amounts exist (pleth).
    Relative,
    /// The device told no scale: drawn to its own range, and that must be said.
    Unknown,
}

/// The vertical axis of a wave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Which kind.
    pub axis: Axis,
    /// Raw count at the bottom.
    pub raw_low: f64,
    /// Raw count at the top.
    pub raw_high: f64,
    /// Amounts at bottom and top, in the wave's unit; `None` without a physical scale.
    pub ends: Option<(Decimal, Decimal)>,
    /// Height of 1 mV in raw counts, for the calibration bar of an ECG in millivolts.
    pub millivolt: Option<f64>,
    /// The raw count of 0, where amounts exist.
    pub zero: Option<f64>,
}

impl Span {
    /// Where a raw count stands: 0 at the bottom, 1 at the top; not limited.
    pub fn part(&self, raw: f64) -> f32 {
        ((raw - self.raw_low) / (self.raw_high - self.raw_low)) as f32
    }

    /// How far below the top of a place `height` high it stands, in the unit of `height`; `half`: half the
    /// thickness of the line, which stays whole at the edges.
    pub fn below_top(&self, raw: f64, height: f32, half: f32) -> f32 {
        half + (1.0 - self.part(raw)) * (height - 2.0 * half)
    }
}

/// Display ranges by parameter and unit, the usual one first (spans of VitalDB's viewer and of
/// common monitors); values in tenths.
fn ranges(parameter: Parameter, unit: &str) -> &'static [(i64, i64)] {
    match (parameter, unit) {
        (Parameter::Ecg, "mV") => &[(-10, 15), (-15, 15), (-10, 25), (-25, 25), (-50, 50)],
        (Parameter::Abp | Parameter::Nibp, "mm[Hg]") => &[(0, 1_600), (0, 2_000), (-500, 3_500)],
        (Parameter::Abp | Parameter::Nibp, "kPa") => &[(0, 300), (-50, 450)],
        (Parameter::Cvp | Parameter::Pap | Parameter::Icp, "mm[Hg]") => {
            &[(0, 300), (0, 600), (-100, 1_000), (-500, 3_500)]
        }
        (Parameter::Cvp | Parameter::Pap | Parameter::Icp, "kPa") => {
            &[(0, 40), (0, 80), (-50, 450)]
        }
        (Parameter::Co2, "mm[Hg]") => &[(0, 600), (0, 1_000), (-100, 2_000)],
        (Parameter::Co2, "kPa") => &[(0, 80), (0, 150), (-10, 300)],
        (Parameter::Vent, "cm[H2O]" | "hPa" | "mbar") => &[(-100, 300), (-200, 600), (-500, 1_500)],
        _ => &[],
    }
}

/// The axis to draw a wave on.
pub fn span_of(wave: &WaveView) -> Span {
    match wave.scale {
        Scale::Physical { offset, per_count, .. } if per_count != 0.0 && per_count.is_finite() => {
            physical(wave, offset, per_count)
        }
        Scale::Relative { low, high } if low != high => Span {
            axis: Axis::Relative,
            raw_low: f64::from(low),
            raw_high: f64::from(high),
            ends: None,
            millivolt: None,
            zero: None,
        },
        Scale::Physical { .. } | Scale::Relative { .. } | Scale::Unknown => own(wave),
    }
}

/// Its own range with a little air.
fn own(wave: &WaveView) -> Span {
    let (low, high) =
        wave.span.map_or((-1.0, 1.0), |(low, high)| (f64::from(low), f64::from(high)));
    let air = ((high - low) * 0.08).max(1.0);
    Span {
        axis: Axis::Unknown,
        raw_low: low - air,
        raw_high: high + air,
        ends: None,
        millivolt: None,
        zero: None,
    }
}

/// Part of the height below the zero line of an ECG, where its trace fits so.
const BELOW_ZERO: f64 = 0.4;
/// Where it does not, it moves in steps of such a part of the height, so that it does not tremble.
const STEPS: f64 = 20.0;

/// The axis of an ECG on a place `height_mm` high where somebody chose a gain; `None`: this wave has no
/// millivolts. A gain that cuts the trace is halved until it does not: no QRS is lost to a choice.
pub fn span_at(wave: &WaveView, chosen: Gain, height_mm: f32) -> Option<Span> {
    let Scale::Physical { offset, per_count, .. } = wave.scale else { return None };
    let is_ecg = wave.parameter == Parameter::Ecg && wave.unit.as_str() == "mV";
    let is_sane = per_count != 0.0 && per_count.is_finite() && height_mm > 0.0;
    if !is_ecg || !is_sane {
        return None;
    }
    let (a, b) = wave.span.map_or((offset, offset), |(low, high)| {
        (offset + f64::from(low) * per_count, offset + f64::from(high) * per_count)
    });
    let (lowest, highest) = (a.min(b), a.max(b));
    let range = |gain: Gain| f64::from(height_mm) / gain.mm_per_millivolt();
    let fits = |gain: &Gain| highest - lowest <= range(*gain) * (1.0 - 1.0 / STEPS);
    let mut up_to = Gain::ALL.into_iter().rev().filter(|gain| *gain <= chosen);
    let gain = up_to.find(fits).unwrap_or(Gain::ALL[0]);
    let range = range(gain);
    let mut low = -BELOW_ZERO * range;
    if lowest < low || highest > low + range {
        let step = range / STEPS;
        low = (((lowest + highest - range) / 2.0) / step).round() * step;
    }
    let raw = |amount: f64| (amount - offset) / per_count;
    Some(Span {
        axis: Axis::Gain { gain, is_less: gain < chosen },
        raw_low: raw(low),
        raw_high: raw(low + range),
        ends: None,
        millivolt: Some(1.0 / per_count),
        zero: Some(raw(0.0)),
    })
}

fn physical(wave: &WaveView, offset: f64, per_count: f64) -> Span {
    let raw = |amount: f64| (amount - offset) / per_count;
    let unit = wave.unit.as_str();
    let (a, b) = wave.span.map_or((offset, offset), |(low, high)| {
        (offset + f64::from(low) * per_count, offset + f64::from(high) * per_count)
    });
    let (lowest, highest) = (a.min(b), a.max(b));
    let ranges = ranges(wave.parameter, unit);
    let fitting = ranges
        .iter()
        .position(|(low, high)| *low as f64 / 10.0 <= lowest && highest <= *high as f64 / 10.0);
    let (axis, low, high) = match fitting.and_then(|index| Some((index, ranges.get(index)?))) {
        Some((index, (low, high))) => (
            if index == 0 { Axis::Fixed } else { Axis::Auto },
            short(Decimal::new(*low, -1)),
            short(Decimal::new(*high, -1)),
        ),
        None => {
            let (low, high) = round_outwards(lowest, highest);
            (Axis::Auto, low, high)
        }
    };
    Span {
        axis,
        raw_low: raw(low.to_f64()),
        raw_high: raw(high.to_f64()),
        ends: Some((low, high)),
        millivolt: (wave.parameter == Parameter::Ecg && unit == "mV").then_some(1.0 / per_count),
        zero: Some(raw(0.0)),
    }
}

/// Without zeros at the end behind the point: ends of an axis are no measurements.
fn short(value: Decimal) -> Decimal {
    let (mut mantissa, mut exponent) = (value.mantissa(), value.exponent());
    while exponent < 0 && mantissa % 10 == 0 {
        (mantissa, exponent) = (mantissa / 10, exponent + 1);
    }
    Decimal::new(mantissa, exponent)
}

/// Ends in steps of 1, 2 or 5 times a power of ten that enclose the trace.
fn round_outwards(lowest: f64, highest: f64) -> (Decimal, Decimal) {
    let range = (highest - lowest).clamp(1e-9, 1e15);
    let exponent = (range / 4.0).log10().floor().clamp(-12.0, 12.0);
    let power = 10_f64.powf(exponent);
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|part| part * power).into_iter().find(|s| range / s <= 4.0);
    let step = step.unwrap_or(power * 10.0);
    let per_step = (step / power).round() as i64;
    let ends = (
        Decimal::new((lowest / step).floor() as i64 * per_step, exponent as i8),
        Decimal::new((highest / step).ceil() as i64 * per_step, exponent as i8),
    );
    if ends.0 == ends.1 {
        let above = Decimal::new(ends.1.mantissa().saturating_add(per_step), exponent as i8);
        return (short(ends.0), short(above));
    }
    (short(ends.0), short(ends.1))
}

#[cfg(test)]
mod tests {
    use vigie_board::view::Freshness;
    use vigie_model::{MetricKey, Text, Unit};

    use super::*;

    fn wave(parameter: Parameter, unit: &str, scale: Scale, span: (i32, i32)) -> WaveView {
        WaveView {
            key: MetricKey { code: None, vendor: Text::from("X"), instance: 0 },
            id: None,
            label: None,
            unit: Unit::ucum(unit),
            parameter,
            scale,
            span: Some(span),
            rate_hz: 125.0,
            freshness: Freshness::Live,
            trace: Vec::new(),
            source: 0,
            is_second: false,
            is_preferred: false,
        }
    }

    fn physical_scale(per_count: f64) -> Scale {
        Scale::Physical { offset: 0.0, per_count, low: 0.0, high: 1.0 }
    }

    #[test]
    fn an_ecg_that_fits_stands_on_the_fixed_range_with_its_bar() {
        let span = span_of(&wave(Parameter::Ecg, "mV", physical_scale(0.005), (-60, 240)));
        assert_eq!(span.axis, Axis::Fixed);
        assert_eq!(span.ends, Some((Decimal::whole(-1), Decimal::new(15, -1))));
        assert_eq!(span.millivolt, Some(200.0));
        assert!((span.part(0.0) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn a_gain_is_true_in_millimetres_and_never_cuts_the_trace() {
        for gain in Gain::ALL {
            for height_mm in [6.0, 15.0, 40.0, 90.0] {
                for trace in [(-60, 240), (-400, 100), (900, 1_000), (0, 0), (-2_000, 2_000)] {
                    let wave = wave(Parameter::Ecg, "mV", physical_scale(0.005), trace);
                    let span = span_at(&wave, gain, height_mm).unwrap();
                    let Axis::Gain { gain: held, is_less } = span.axis else { panic!("{span:?}") };
                    let millivolt = span.millivolt.unwrap();
                    let mm = f64::from(height_mm) * millivolt / (span.raw_high - span.raw_low);
                    assert!((mm - held.mm_per_millivolt()).abs() < 1e-6, "{span:?}: {mm} mm");
                    assert_eq!(is_less, held < gain);
                    // Only what fits under no gain is cut.
                    let parts = [trace.0, trace.1].map(|raw| span.part(f64::from(raw)));
                    let is_whole = parts.iter().all(|part| (-0.001..=1.001).contains(part));
                    assert!(is_whole || held == Gain::ALL[0], "{gain:?} {height_mm} {trace:?}");
                }
            }
        }
    }

    #[test]
    fn a_gain_is_as_chosen_where_the_trace_fits_and_less_where_it_does_not() {
        let ecg = wave(Parameter::Ecg, "mV", physical_scale(0.005), (-60, 240));
        let of = |gain, height_mm| span_at(&ecg, gain, height_mm).unwrap().axis;
        assert_eq!(of(Gain::USUAL, 40.0), Axis::Gain { gain: Gain::USUAL, is_less: false });
        assert_eq!(of(Gain::USUAL, 10.0), Axis::Gain { gain: Gain::ALL[2], is_less: true });
        // Zero stays where it is as long as the trace allows it.
        assert!((span_at(&ecg, Gain::USUAL, 40.0).unwrap().part(0.0) - 0.4).abs() < 1e-6);
        // Microvolts, pressures and waves without a scale have no such gain.
        let pressure = wave(Parameter::Abp, "mm[Hg]", physical_scale(1.0), (60, 120));
        let unscaled = wave(Parameter::Ecg, "mV", Scale::Unknown, (0, 10));
        assert_eq!(span_at(&pressure, Gain::USUAL, 40.0), None);
        assert_eq!(span_at(&unscaled, Gain::USUAL, 40.0), None);
    }

    #[test]
    fn what_does_not_fit_is_widened_and_says_so() {
        let span = span_of(&wave(Parameter::Ecg, "mV", physical_scale(0.005), (-60, 480)));
        assert_eq!(
            (span.axis, span.ends),
            (Axis::Auto, Some((Decimal::whole(-1), Decimal::new(25, -1))))
        );
        let span = span_of(&wave(Parameter::Abp, "mm[Hg]", physical_scale(1.0), (60, 120)));
        assert_eq!(
            (span.axis, span.ends),
            (Axis::Fixed, Some((Decimal::whole(0), Decimal::whole(160))))
        );
        let span = span_of(&wave(Parameter::Abp, "mm[Hg]", physical_scale(1.0), (60, 220)));
        assert_eq!(span.axis, Axis::Auto);
    }

    #[test]
    fn a_unit_without_a_usual_range_gets_round_ends_that_hold_the_trace() {
        for (low, high) in [(-37, 412), (3, 4), (0, 0), (-2, 999_999), (-5, -5)] {
            let span = span_of(&wave(Parameter::Resp, "Ohm", physical_scale(0.01), (low, high)));
            assert_eq!(span.axis, Axis::Auto);
            assert!(span.part(f64::from(low)) >= -1e-3, "{low} {high} {span:?}");
            assert!(span.part(f64::from(high)) <= 1.0 + 1e-3, "{low} {high} {span:?}");
            let (bottom, top) = span.ends.unwrap();
            assert!(bottom.to_f64() < top.to_f64());
        }
    }

    #[test]
    fn a_scale_that_runs_downwards_turns_the_trace() {
        let span = span_of(&wave(Parameter::Ecg, "mV", physical_scale(-0.005), (-240, 60)));
        assert!(span.part(-240.0) > span.part(60.0));
    }

    #[test]
    fn without_a_scale_there_are_no_amounts() {
        let span = span_of(&wave(Parameter::Ecg, "mV", Scale::Unknown, (8_000, 8_400)));
        assert_eq!((span.axis, span.ends, span.millivolt), (Axis::Unknown, None, None));
        assert!(span.part(8_000.0) > 0.0 && span.part(8_400.0) < 1.0);
        let pleth = Scale::Relative { low: 0, high: 4_000 };
        let span = span_of(&wave(Parameter::Spo2, "1", pleth, (100, 3_000)));
        assert_eq!((span.axis, span.ends), (Axis::Relative, None));
        assert_eq!(span.part(4_000.0), 1.0);
    }
}
