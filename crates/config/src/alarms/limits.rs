//! `[alarms.limits]`: the station's own limits, off until the unit states its policy.

use std::{collections::BTreeMap, time::Duration};

use toml::de::{DeTable, DeValue};
use vigie_board::policy::{LimitPolicy, LimitSet};
use vigie_model::{
    Decimal, PatientCategory, Text, WatchLimit,
    nomenclature::{METRICS, Metric, Role, by_id},
};

use crate::{
    mistake::quote,
    names::{TEXT_BYTES_MAX, fit, stood_before},
    section::{Field, Reader, Section, Span, in_order},
    suggest::nearest,
    types::LimitsStated,
};

const KEYS: &[&str] = &[
    "policy",
    "enabled",
    "defaults",
    "delay_seconds",
    "hysteresis_percent",
    "adult",
    "paediatric",
    "neonate",
];
/// Six seconds: the default of monitors, which have 1 to 15.
const DELAY_S: u32 = 6;
const DELAY: Span = Span { least: 0, most: 30, why: "a later alarm helps nobody" };
const HYSTERESIS_PERCENT: u32 = 2;
const HYSTERESIS: Span = Span { least: 0, most: 10, why: "with more an alarm would not end" };
/// Measurements of one category. A monitor has a few dozen.
const LIMITS_MAX: usize = 64;
/// Dots of an id: `ecg.st.V1` has two.
const DEPTH_MAX: usize = 3;
/// Digits of a limit.
const DIGITS_MAX: usize = 9;

/// `None`: they are off. The first part is `None` too when they are stated and turned off.
pub(super) fn read(
    alarms: Section<'_>,
    reader: &mut Reader,
) -> Option<(Option<LimitPolicy>, LimitsStated)> {
    let table = alarms.table("limits", "[alarms.limits]", reader)?;
    let section = Section::open(table.value, "[alarms.limits]", table.line, KEYS, reader);
    let policy = section.text("policy", reader);
    let policy = policy.and_then(|field| fit("policy", field, TEXT_BYTES_MAX, reader));
    let enabled = section.flag("enabled", reader).map(|flag| flag.value);
    if !section.has("policy") && !section.has("enabled") {
        reader.wrong(
            table.line,
            "[alarms.limits] has no policy",
            "write policy = \"what the unit decided, and when\", or enabled = true",
        );
    }
    let defaults = section.flag("defaults", reader).is_some_and(|flag| flag.value);
    let delay = section.within("delay_seconds", DELAY, reader).unwrap_or(DELAY_S);
    let hysteresis = section.within("hysteresis_percent", HYSTERESIS, reader);
    let mut sets = BTreeMap::new();
    for (category, key, written) in [
        (PatientCategory::Adult, "adult", "[alarms.limits.adult]"),
        (PatientCategory::Paediatric, "paediatric", "[alarms.limits.paediatric]"),
        (PatientCategory::Neonate, "neonate", "[alarms.limits.neonate]"),
    ] {
        let usual = if defaults { vigie_score::limits::defaults(category) } else { Vec::new() };
        let own = section.table(key, written, reader);
        let limits = match own {
            Some(own) => overridden(usual, of_category(own, written, reader)),
            None => usual,
        };
        if !limits.is_empty() {
            sets.insert(LimitSet::from(category), limits);
        }
    }
    let is_on = enabled.unwrap_or(true);
    if sets.is_empty() && is_on {
        reader.wrong(
            table.line,
            "[alarms.limits] states no limit",
            "write defaults = true, or a table such as [alarms.limits.adult] with spo2 = [88, 100]",
        );
    }
    let stated = LimitsStated { policy: policy.map(Text::from), defaults };
    let hysteresis_percent =
        u8::try_from(hysteresis.unwrap_or(HYSTERESIS_PERCENT)).unwrap_or(u8::MAX);
    let delay = Duration::from_secs(u64::from(delay));
    Some((is_on.then_some(LimitPolicy { delay, hysteresis_percent, sets }), stated))
}

/// What a category's table says of one measurement; `None`: no limit.
type Said = (&'static str, Option<(Option<Decimal>, Option<Decimal>)>);

fn overridden(usual: Vec<WatchLimit>, own: Vec<Said>) -> Vec<WatchLimit> {
    let is_own = |limit: &WatchLimit| own.iter().any(|(id, _)| *id == limit.id.as_str());
    let usual = usual.into_iter().filter(|limit| !is_own(limit)).collect::<Vec<_>>();
    let own = own.iter().filter_map(|(id, said)| {
        let (low, high) = (*said)?;
        Some(WatchLimit { id: Text::from(*id), low, high })
    });
    usual.into_iter().chain(own).collect()
}

/// One category's table: measurements by their ids, with or without quotation marks.
fn of_category(table: Field<&DeTable<'_>>, written: &str, reader: &mut Reader) -> Vec<Said> {
    let mut found = Vec::new();
    leaves(table.value, "", 1, &mut found, reader);
    if found.len() > LIMITS_MAX {
        let what = format!("{written} has {} limits", found.len());
        reader.wrong(table.line, what, format!("write at most {LIMITS_MAX}"));
        return Vec::new();
    }
    let mut seen = BTreeMap::new();
    let mut said = Vec::new();
    for (id, field) in found {
        let Some(metric) = known(&id, field.line, reader) else { continue };
        if let Some(first) = stood_before(&mut seen, metric.id, field.line) {
            let what = format!("{} has a limit in line {first} already", quote(metric.id));
            reader.wrong(field.line, what, "keep one of them");
            continue;
        }
        if let Some(span) = span(metric, field, reader) {
            said.push((metric.id, span));
        }
    }
    said
}

/// Ids and what stands behind them: `abp.mean` without quotation marks is a table in a table.
fn leaves<'a>(
    table: &'a DeTable<'a>,
    before: &str,
    depth: usize,
    found: &mut Vec<(String, Field<&'a DeValue<'a>>)>,
    reader: &Reader,
) {
    for (key, value) in in_order(table) {
        let part: &str = key.get_ref();
        let id = if before.is_empty() { part.to_owned() } else { format!("{before}.{part}") };
        let is_limit =
            |table: &DeTable<'_>| table.contains_key("low") || table.contains_key("high");
        match value.as_table() {
            Some(inner) if depth < DEPTH_MAX && !inner.is_empty() && !is_limit(inner) => {
                leaves(inner, &id, depth + 1, found, reader);
            }
            Some(_) | None => found.push((id, Field { value, line: reader.line_of(key) })),
        }
    }
}

fn known(id: &str, line: usize, reader: &mut Reader) -> Option<&'static Metric> {
    let measured = || METRICS.iter().filter(|metric| metric.role == Role::Numeric);
    match by_id(id) {
        Some(metric) if metric.role == Role::Numeric => Some(metric),
        Some(_) => {
            reader.wrong(line, format!("{} is no number", quote(id)), "remove it");
            None
        }
        None => {
            let remedy = match nearest(id, measured().map(|metric| metric.id)) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "write one such as hr.ecg, spo2, rr or abp.mean".to_owned(),
            };
            reader.wrong(line, format!("unknown measurement {}", quote(id)), remedy);
            None
        }
    }
}

/// `[low, high]`, `{ low = 90 }`, `{ high = 30 }`, or `false` for none.
#[expect(clippy::option_option, reason = "no limit is something else than a mistake")]
fn span(
    metric: &'static Metric,
    field: Field<&DeValue<'_>>,
    reader: &mut Reader,
) -> Option<Option<(Option<Decimal>, Option<Decimal>)>> {
    const WANTED: &str = "write [low, high], { low = 90 }, { high = 30 }, or false for none";
    let wrong = |reader: &mut Reader| {
        let what = format!("the limit of {} cannot be read", quote(metric.id));
        reader.wrong(field.line, what, WANTED);
        None
    };
    let (low, high) = match field.value {
        DeValue::Boolean(false) => return Some(None),
        DeValue::Array(array) => match array.iter().collect::<Vec<_>>().as_slice() {
            [low, high] => (Some(low.get_ref()), Some(high.get_ref())),
            _ => return wrong(reader),
        },
        DeValue::Table(table) => {
            if table.keys().any(|key| !matches!(&**key.get_ref(), "low" | "high")) {
                return wrong(reader);
            }
            let end = |key: &str| table.get(key).map(toml::Spanned::get_ref);
            (end("low"), end("high"))
        }
        DeValue::Boolean(true)
        | DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_) => return wrong(reader),
    };
    let ends = [low, high].map(|end| end.map(decimal));
    if ends.contains(&Some(None)) || ends == [None, None] {
        return wrong(reader);
    }
    let [low, high] = ends.map(Option::flatten);
    for end in [low, high].into_iter().flatten() {
        if !metric.is_plausible(end.to_f64()) {
            let (from, to) = metric.plausible;
            let unit = metric.ucum;
            reader.wrong(
                field.line,
                format!("{} never is {end} {unit}", quote(metric.id)),
                format!("write a limit from {from} to {to} {unit}"),
            );
            return None;
        }
    }
    if let (Some(low), Some(high)) = (low, high)
        && low.to_f64() >= high.to_f64()
    {
        let what =
            format!("the low limit of {} is {low} and the high one {high}", quote(metric.id));
        reader.wrong(field.line, what, "write the lower one first");
        return None;
    }
    Some(Some((low, high)))
}

/// A number with the digits as written.
fn decimal(value: &DeValue<'_>) -> Option<Decimal> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.len() > DIGITS_MAX {
        return None;
    }
    let exponent = i8::try_from(fraction.len()).ok()?.checked_neg()?;
    Some(Decimal::new(digits.parse().ok()?, exponent))
}
