//! Rows with one value: numbers and words.

use std::borrow::Cow;
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
use crate::wire::message::Field;
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
    let time = row.time().or_else(|| start(context, order, is_episodic));
    let measured = measured(context, time, is_episodic);
    let nature = nature(context, row);
    let (reading, words) = match content(row, code.is_some(), coded.zero_is_none()) {
        Content::Number(reading) => (Some(reading), None),
        Content::Words(words) => (None, Some(words)),
        Content::WordsForNumber(words) => (Some(Reading::absent(Validity::Invalid)), Some(words)),
        Content::Odd => {
            let what = Text::from(format!("number of {vendor}"));
            events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
            (Some(Reading::absent(Validity::Invalid)), None)
        }
    };
    if let Some(reading) = reading {
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
        take_limits(bed, row, &key, unit, events);
    }
    if let Some(value) = words {
        events.push(Event::Text(TextValue { key, value, measured, nature }));
    }
}

/// OBR-7 as the time of a row without OBX-14. Many senders write the time of the message there: of what
/// is measured now and then it tells nothing, but where the order says that it is about such values
/// only, and when.
fn start(context: &Context, order: &Order<'_>, is_episodic: bool) -> Option<Claimed> {
    let start = order.start();
    if !is_episodic || order.is_aperiodic() {
        return start;
    }
    let is_episodic = |row: &Row<'_>| {
        row.is_containment()
            || row.nature() == "APERIODIC"
            || codes::is_episodic(row.coded().code(Use::Value))
    };
    let age = start.zip(context.message).and_then(|(start, message)| start.age_in(message));
    start.filter(|_| order.rows.iter().all(is_episodic) && age.is_some_and(|age| age > FRESH))
}

/// OBX-7, where it says otherwise than before. A range without ends takes back the one before.
fn take_limits(
    bed: &mut Bed,
    row: &Row<'_>,
    key: &MetricKey,
    unit: vigie_model::Unit,
    events: &mut Vec<Event>,
) {
    let Some((low, high)) = range(&row.field(7).plain()) else { return };
    let enabled = low.is_some() || high.is_some();
    let known = bed.limits.get(key);
    let is_same = match known {
        Some(known) => (&known.unit, known.low, known.high) == (&unit, low, high),
        None => !enabled,
    };
    if !is_same {
        let limits = Limits { key: key.clone(), unit, low, high, enabled };
        bed.limits.insert(key.clone(), limits.clone());
        events.push(Event::Limits(limits));
    }
}

enum Content {
    Number(Reading),
    Words(Option<Text>),
    /// Words of a stream of numbers (`SENSOR OFF`, `>99`): the number before no longer holds.
    WordsForNumber(Option<Text>),
    /// Said to be a number, and is none.
    Odd,
}

/// `is_of_numbers`: the code is that of a number, whatever OBX-2 says.
fn content(row: &Row<'_>, is_of_numbers: bool, zero_is_none: bool) -> Content {
    let field = row.field(5).first();
    // A ratio has two, and is one in words (`^1^:^2`).
    let is_ratio = row.kind() == "SN" && !field.component(4).is_empty();
    let is_of_numbers = is_of_numbers && !is_ratio;
    let single = (row.kind() == "SN").then(|| single(field)).flatten();
    let plain = single.unwrap_or_else(|| field.plain());
    let validity = validity(row);
    let is_number = match row.kind() {
        "NM" => true,
        // Without a type the value itself tells.
        "" if field.is_empty() => true,
        "SN" if value::decimal(&plain).is_some() => true,
        "" => is_of_numbers || value::decimal(&plain).is_some(),
        _ => {
            let has_none = value::is_none(&plain) || !validity.carries_number();
            is_of_numbers && (has_none || value::decimal(&plain).is_some())
        }
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
    let words = has_value.then(|| Text::from(words));
    if !is_of_numbers {
        Content::Words(words)
    } else if words.is_some() {
        Content::WordsForNumber(words)
    } else {
        Content::Number(Reading::absent(Validity::NotAvailable))
    }
}

/// The number of an SN that says nothing but it: `^94`, `=^94`.
fn single(field: Field<'_>) -> Option<Cow<'_, str>> {
    let is_plain = matches!(field.component(1).text().trim(), "" | "=")
        && field.component(3).is_empty()
        && field.component(4).is_empty();
    is_plain.then(|| field.component(2).plain())
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

/// How old a value was. Both times are the device's own, so that its clock may be wrong by years; where
/// they cannot be compared nobody knows.
fn measured(context: &Context, time: Option<Claimed>, is_episodic: bool) -> Measured {
    let times = context.message.zip(time);
    let age = times.and_then(|(message, time)| time.age_in(message));
    match age {
        Some(age) if !context.lag.is_zero() => Measured::Backfill(age + context.lag),
        None if !context.lag.is_zero() => Measured::Backfill(context.lag),
        Some(age) if age > OLDEST => Measured::Unknown,
        Some(age) if age > FRESH => Measured::Ago(age),
        None if is_episodic || times.is_some() => Measured::Unknown,
        Some(_) | None => Measured::Now,
    }
}

type Range = (Option<vigie_model::Decimal>, Option<vigie_model::Decimal>);

/// Both ends of a range as OBX-7 writes it: `50-120`, `>98`, `<40`, `90-`. Without ends where it says
/// that there are none: `-`, `-100--100`. Nothing at all says nothing.
pub(super) fn range(text: &str) -> Option<Range> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let end = |text: &str| match value::decimal(text) {
        _ if value::is_none(text) => Some(None),
        Some(end) => Some(Some(end)),
        None => None,
    };
    if value::is_none(text) {
        return Some((None, None));
    }
    // `>98` is a range without an upper end.
    if let Some(low) = text.strip_prefix('>') {
        return Some((end(low)?, None));
    }
    if let Some(high) = text.strip_prefix('<') {
        return Some((None, end(high)?));
    }
    // The first minus may be a sign.
    let at = text.get(1..)?.find('-')? + 1;
    let (low, high) = text.split_at_checked(at)?;
    Some((end(low)?, end(high.strip_prefix('-')?)?))
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
            ("90-", Some(("90", ""))),
            ("-100--100", Some(("", ""))),
            ("-100-120", Some(("", "120"))),
            ("-", Some(("", ""))),
            ("---", Some(("", ""))),
            ("", None),
            ("90-x", None),
            ("normal", None),
        ] {
            let expected = expected.map(|(low, high)| (low.to_owned(), high.to_owned()));
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
