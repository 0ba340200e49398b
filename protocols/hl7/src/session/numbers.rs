//! Rows with one value: numbers and words.

use std::time::Duration;

use vigie_model::{
    Cadence, Category, Event, Fault, FaultKind, Limits, Measured, MetricKey, MonoTime, Nature,
    Numeric, Reading, Text, TextValue, Tick, Timebase, Validity,
};

use super::bed::Bed;
use super::rows::{Order, Row};
use super::streams::Told;
use crate::map::codes::{self, Use};
use crate::map::units;
use crate::wire::time::Claimed;
use crate::wire::value;

/// The device's calendar, in milliseconds: names the moment of a value.
pub const CALENDAR: Timebase = Timebase { id: 0, tick_ns: 1_000_000 };

/// A value is as fresh as its transport allows when it is no older than this in its own message.
const FRESH: Duration = Duration::from_secs(2);
/// Beyond this the times of a message contradict each other.
const OLDEST: Duration = Duration::from_secs(7 * 86_400);

/// What holds for all rows of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) now: MonoTime,
    /// When the message was made, by the device.
    pub(super) message: Option<Claimed>,
    /// How much later than others of its sender it came.
    pub(super) lag: Duration,
    /// The whole message is for training or debugging (MSH-11).
    pub(super) nature: Nature,
    /// The configured interval.
    pub(super) interval: Option<Duration>,
}

/// One row with a value.
pub(super) fn take(
    bed: &mut Bed,
    context: &Context,
    order: &Order<'_>,
    row: &Row<'_>,
    events: &mut Vec<Event>,
) {
    let coded = row.coded();
    if coded.number.is_empty() && coded.text.is_empty() {
        let what = Text::from("row without a code");
        events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
        return;
    }
    let code = coded.code(Use::Value);
    let is_episodic =
        row.nature() == "APERIODIC" || order.is_aperiodic() || codes::is_episodic(code);
    let is_setting = matches!(row.nature(), "SETTING" | "CONFIGURATION") || codes::is_setting(code);
    let told = Told {
        label: coded.label(),
        unit: units::unit(row.field(6)),
        category: if is_setting { Category::Setting } else { Category::Measured },
        cadence: is_episodic.then_some(Cadence::Episodic { interval: None }),
        channel: None,
    };
    let unit = told.unit.clone();
    let vendor = coded.vendor();
    let apart = bed.apart(&vendor, row);
    let Some(key) =
        bed.streams.key(context.now, code, &vendor, &apart, context.interval, told, events)
    else {
        return;
    };
    let time = row.time().or_else(|| order.start());
    let measured = measured(context, time, is_episodic);
    let nature = nature(context, row);
    match content(row, coded.zero_is_none()) {
        Content::Number(reading) => {
            events.push(Event::Numeric(Numeric {
                key: key.clone(),
                unit: unit.clone(),
                reading,
                measured,
                device_time: time.map(Claimed::device_time),
                tick: time.map(|time| (CALENDAR, Tick(time.millis))),
                nature,
                in_alarm: row.has_flag(&["H", "HH", "L", "LL", "A", "AA", "PH", "PM", "PL"]),
                alarms_off: false,
            }));
            if let Some(limits) = limits(row, &key, unit)
                && bed.limits.get(&key) != Some(&limits)
            {
                bed.limits.insert(key, limits.clone());
                events.push(Event::Limits(limits));
            }
        }
        Content::Words(value) => {
            events.push(Event::Text(TextValue { key, value, measured, nature }));
        }
        Content::Odd => {
            let what = Text::from(format!("number of {vendor}"));
            events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
        }
    }
}

enum Content {
    Number(Reading),
    Words(Option<Text>),
    /// Said to be a number, and is none.
    Odd,
}

fn content(row: &Row<'_>, zero_is_none: bool) -> Content {
    let field = row.field(5).first();
    let plain = field.plain();
    let validity = validity(row);
    let is_number = match row.kind() {
        "NM" => true,
        // Without a type the value itself tells.
        "" => field.is_empty() || value::decimal(&plain).is_some(),
        _ => false,
    };
    if is_number {
        if value::is_none(&plain) || !validity.carries_number() {
            return Content::Number(Reading::absent(validity));
        }
        return match value::decimal(&plain) {
            Some(number) if zero_is_none && number.mantissa() == 0 => {
                Content::Number(Reading::absent(Validity::NotAvailable))
            }
            Some(number) => Content::Number(Reading::of(number, validity)),
            None => Content::Odd,
        };
    }
    let words = match row.kind() {
        // Comparator, number, separator, number: `^1^:^2` is 1:2, `>^98` is >98.
        "SN" => field.components().collect::<String>(),
        "CE" | "CWE" | "CNE" | "CF" => {
            let name = field.component(2).plain();
            if name.is_empty() {
                field.component(1).plain().into_owned()
            } else {
                name.into_owned()
            }
        }
        _ => plain.into_owned(),
    };
    let has_value = validity.carries_number() && !value::is_none(&words);
    Content::Words(has_value.then(|| Text::from(words)))
}

/// OBX-11 (HL7 table 0085) and the flags of OBX-8. `O` of Nihon Kohden stands beside good values, and R,
/// "not verified", beside all that monitors send.
fn validity(row: &Row<'_>) -> Validity {
    match row.status() {
        "X" | "I" | "N" | "U" => return Validity::NotAvailable,
        "D" | "W" => return Validity::Invalid,
        _ => {}
    }
    // IHE PCD technical framework, volume 2, appendix B (from memory; none of them was seen).
    if row.has_flag(&["INV"]) {
        Validity::Invalid
    } else if row.has_flag(&["NAV"]) {
        Validity::NotAvailable
    } else if row.has_flag(&["QUES"]) {
        Validity::Questionable
    } else if row.has_flag(&["CAL"]) {
        Validity::Calibrating
    } else {
        Validity::Valid
    }
}

/// Whether a row is of a patient.
pub(super) fn nature(context: &Context, row: &Row<'_>) -> Nature {
    if row.has_flag(&["DEMO"]) {
        Nature::Demo
    } else if row.has_flag(&["TEST"]) {
        Nature::Test
    } else {
        context.nature
    }
}

/// How old a value was. Both times are the device's own, so that its clock may be wrong by years.
fn measured(context: &Context, time: Option<Claimed>, is_episodic: bool) -> Measured {
    let age = match (context.message, time) {
        (Some(message), Some(time)) => {
            Some(Duration::from_millis(message.millis.saturating_sub(time.millis)))
        }
        _ => None,
    };
    match age {
        Some(age) if !context.lag.is_zero() => Measured::Backfill(age + context.lag),
        None if !context.lag.is_zero() => Measured::Backfill(context.lag),
        Some(age) if age > OLDEST => Measured::Unknown,
        Some(age) if age > FRESH => Measured::Ago(age),
        None if is_episodic => Measured::Unknown,
        Some(_) | None => Measured::Now,
    }
}

/// OBX-7: `50-120`, `>98`, `<40`; `-` and nothing say nothing.
fn limits(row: &Row<'_>, key: &MetricKey, unit: vigie_model::Unit) -> Option<Limits> {
    let plain = row.field(7).plain();
    let (low, high) = range(&plain)?;
    Some(Limits { key: key.clone(), unit, low, high, enabled: true })
}

type Range = (Option<vigie_model::Decimal>, Option<vigie_model::Decimal>);

/// Both ends of a range as OBX-7 writes it.
pub(super) fn range(text: &str) -> Option<Range> {
    let text = text.trim();
    // `>98` is a range without an upper end.
    if let Some(low) = text.strip_prefix('>') {
        return Some((Some(value::decimal(low)?), None));
    }
    if let Some(high) = text.strip_prefix('<') {
        return Some((None, Some(value::decimal(high)?)));
    }
    // The first minus may be a sign.
    let at = text.get(1..)?.find('-')? + 1;
    let (low, high) = text.split_at_checked(at)?;
    Some((Some(value::decimal(low)?), Some(value::decimal(high.strip_prefix('-')?)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(String, String)> {
        let end = |end: Option<vigie_model::Decimal>| end.map_or("".into(), |it| it.to_string());
        range(text).map(|(low, high)| (end(low), end(high)))
    }

    #[test]
    fn ranges() {
        for (text, expected) in [
            ("50-120", Some(("50", "120"))),
            ("-5-10", Some(("-5", "10"))),
            ("-5--1.5", Some(("-5", "-1.5"))),
            (">98", Some(("98", ""))),
            ("<40", Some(("", "40"))),
            ("-", None),
            ("", None),
            ("normal", None),
        ] {
            let expected = expected.map(|(low, high)| (low.to_owned(), high.to_owned()));
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
