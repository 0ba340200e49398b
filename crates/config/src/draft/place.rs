//! Where a key stands: `alarms.pause_minutes`, `bed.0.label`; and what is done there.

use toml_edit::{Item, Table, TableLike};

use super::{Misplaced, Value};

/// The steps of a place.
pub(super) fn steps(place: &str) -> Vec<&str> {
    place.split('.').collect()
}

/// What stands at a place.
pub(super) fn find<'a>(top: &'a Table, place: &str) -> Option<&'a Item> {
    let steps = steps(place);
    let (first, rest) = steps.split_first()?;
    rest.iter().try_fold(top.get(first)?, |item, step| match item {
        Item::ArrayOfTables(_) | Item::None => None,
        Item::Table(_) | Item::Value(_) => item.as_table_like()?.get(step),
    })
}

/// The same through lists of tables: their elements are no items of their own.
pub(super) fn value(top: &Table, place: &str) -> Option<Value> {
    let steps = steps(place);
    if let [list, index, rest @ ..] = steps.as_slice()
        && let Some(list) = top.get(list).and_then(Item::as_array_of_tables)
    {
        let element = list.get(index.parse().ok()?)?;
        if rest.is_empty() {
            return Value::of_item(&Item::Table(element.clone()));
        }
        return Value::of_item(find(element, &rest.join("."))?);
    }
    Value::of_item(find(top, place)?)
}

/// Writes a value at a place; tables on the way are made.
pub(super) fn set(top: &mut Table, place: &str, value: &Value) -> Result<(), Misplaced> {
    let misplaced = || Misplaced(place.to_owned());
    let mut written = value.written().ok_or_else(misplaced)?;
    let steps = steps(place);
    if steps.iter().any(|step| step.is_empty()) {
        return Err(misplaced());
    }
    let (table, way, is_dotted) = begin(top, &steps).ok_or_else(misplaced)?;
    let (last, way) = way.split_last().ok_or_else(misplaced)?;
    let table = descend(table, way, is_dotted).ok_or_else(misplaced)?;
    match table.get_mut(last) {
        Some(Item::Value(there)) => {
            // The remark behind it stays.
            *written.decor_mut() = there.decor().clone();
            *there = written;
        }
        Some(Item::ArrayOfTables(_)) => return Err(misplaced()),
        Some(Item::None | Item::Table(_)) | None => {
            table.insert(last, Item::Value(written));
        }
    }
    Ok(())
}

/// Removes what stands at a place, and tables that only led there. Whether anything did.
pub(super) fn unset(top: &mut Table, place: &str) -> bool {
    let steps = steps(place);
    let Some((table, way, _)) = begin(top, &steps) else { return false };
    remove(table, way)
}

fn remove(table: &mut dyn TableLike, way: &[&str]) -> bool {
    match way {
        [] => false,
        [last] => table.remove(last).is_some(),
        [step, rest @ ..] => {
            let Some(item) = table.get_mut(step) else { return false };
            let Some(inner) = item.as_table_like_mut() else { return false };
            let is_removed = remove(inner, rest);
            // A table with a heading of its own stays: it may have remarks.
            let only_led = inner.is_empty() && inner.is_dotted() || is_inline_and_empty(item);
            if is_removed && only_led {
                table.remove(step);
            }
            is_removed
        }
    }
}

fn is_inline_and_empty(item: &Item) -> bool {
    item.as_inline_table().is_some_and(toml_edit::InlineTable::is_empty)
}

/// Where a way begins: the whole file, or an element of a list; and whether tables that are made on the
/// way are written with dots there.
fn begin<'a, 's>(
    top: &'a mut Table,
    steps: &'s [&'s str],
) -> Option<(&'a mut dyn TableLike, &'s [&'s str], bool)> {
    if let [list, index, rest @ ..] = steps
        && top.get(list).is_some_and(Item::is_array_of_tables)
    {
        let list = top.get_mut(list)?.as_array_of_tables_mut()?;
        return Some((list.get_mut(index.parse().ok()?)?, rest, true));
    }
    Some((top, steps, false))
}

/// Sections with headings go so deep: `[alarms.limits.adult]`.
const HEADINGS: usize = 3;

fn descend<'a>(
    table: &'a mut dyn TableLike,
    way: &[&str],
    is_dotted: bool,
) -> Option<&'a mut dyn TableLike> {
    let mut at = table;
    for (depth, step) in way.iter().enumerate() {
        if at.get(step).is_none_or(Item::is_none) {
            let mut made = Table::new();
            made.set_dotted(is_dotted || depth >= HEADINGS);
            made.set_implicit(true);
            at.insert(step, Item::Table(made));
        }
        at = at.get_mut(step)?.as_table_like_mut()?;
    }
    Some(at)
}
