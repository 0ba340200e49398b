//! Which numbers of a bed come first. Pure.
//!
//! It goes by what is measured and never by who made the device. Heart rate and SpO2 are large; then
//! pressure (arterial, else cuff), respiration, temperature; then the rest in the order of the board,
//! lists last: circulation, gases, and a ventilator's values as they are read for every maker (rates,
//! airway pressures from peak to PEEP, volumes, minute volumes, mechanics, settings), then FiO2. Where
//! nobody else measures respiration, the ventilator's total rate is it.
//!
//! A monitor that gives no heart rate or no SpO2 keeps the empty place for it: its sensor is off. A
//! ventilator that stands alone has no such places, since it could never fill them; its own first numbers
//! are the large ones.
//!
//! On a tile, where not all have room, some of the ventilator's numbers go before what else a monitor
//! measures: [`VENTILATION`].

use vigie_board::view::{BlockShape, BlockView, TileView};
use vigie_model::Parameter;

use crate::devices;

/// What a ventilator is watched by, the first for the longest: how often it breathes, against which
/// pressure and how much, which tells that a circuit came off or that a tube is blocked; then how much
/// support it gives. Each row holds the groups of which the first that is there is taken. The order is
/// the project's own; no standard has one.
const VENTILATION: [&[&str]; 6] = [
    &["vent.rr_total", "vent.rate"],
    &["vent.pip"],
    &["vent.vte", "vent.vt", "vent.vti"],
    &["vent.peep", "vent.peep_away"],
    &["fio2"],
    &["vent.mve", "vent.mv", "vent.mvi"],
];
/// Of these the large ones of a ventilator that stands alone.
const LARGE: usize = 2;
/// And those that its tile has in any case: volume, PEEP, FiO2.
const ALONE_MUST: usize = 3;

/// A large number of a tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Large {
    /// The block of that place in the list.
    Block(usize),
    /// Nobody gives it: its nomenclature id.
    Empty(&'static str, Parameter),
}

/// The order of a bed's blocks, each a place in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The large ones.
    pub large: Vec<Large>,
    /// The others, in the order in which they may be left out from the end.
    pub others: Vec<usize>,
    /// How many of the others stay in any case.
    pub must: usize,
    /// How many after those stay as long as that makes nothing else much smaller.
    pub wish: usize,
}

/// Of all that come first: what another device measures too is written apart.
fn firsts(tile: &TileView) -> impl Iterator<Item = (usize, &BlockView)> {
    tile.blocks.iter().enumerate().filter(|(_, block)| !block.is_second)
}

fn group_of(block: &BlockView) -> &str {
    block.group.as_ref().map_or("", |group| group.as_str())
}

/// The blocks that a ventilator is watched by, in that order, of devices that are nothing else.
fn ventilation(tile: &TileView) -> Vec<usize> {
    let found = |group: &&str| {
        let mut blocks = firsts(tile).filter(|(_, block)| group_of(block) == *group);
        blocks.find(|(_, block)| devices::is_ventilator(tile, block.source)).map(|(at, _)| at)
    };
    VENTILATION.into_iter().filter_map(|groups| groups.iter().find_map(found)).collect()
}

/// Whether anything that stands there could give a heart rate.
pub fn has_monitor(tile: &TileView) -> bool {
    let mut sources = (0..).zip(&tile.sources);
    tile.sources.is_empty() || sources.any(|(place, _)| !devices::is_ventilator(tile, place))
}

/// The order of the bed view, and of charts.
pub fn order(tile: &TileView) -> Order {
    // `hr` is also `hr.ecg`: the part behind the point says where the number comes from.
    let group = |name: &str| {
        let is_it = |block: &BlockView| {
            let rest = group_of(block).strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                && !block.numerics.is_empty()
        };
        firsts(tile).find(|(_, block)| is_it(block)).map(|(at, _)| at)
    };
    let pressure = |parameter| {
        let is_it =
            |block: &BlockView| block.shape == BlockShape::Pressure && block.parameter == parameter;
        firsts(tile).find(|(_, block)| is_it(block)).map(|(at, _)| at)
    };
    let first_of =
        |parameter| firsts(tile).find(|(_, block)| block.parameter == parameter).map(|(at, _)| at);
    if !has_monitor(tile) {
        return alone(tile);
    }
    let heart = group("hr").or_else(|| group("pr"));
    let large =
        |at: Option<usize>, id, parameter| at.map_or(Large::Empty(id, parameter), Large::Block);
    let large =
        vec![large(heart, "hr.ecg", Parameter::Ecg), large(group("spo2"), "spo2", Parameter::Spo2)];
    let arterial = pressure(Parameter::Abp);
    let cuff = pressure(Parameter::Nibp);
    let must = [
        arterial.or(cuff),
        group("rr")
            .or_else(|| first_of(Parameter::Resp))
            .or_else(|| group("vent.rr_total").or_else(|| group("vent.rate"))),
        first_of(Parameter::Temp),
    ];
    let mut others: Vec<usize> = must.into_iter().flatten().collect();
    let must = others.len();
    others.extend(cuff.filter(|cuff| !others.contains(cuff)));
    with_rest(tile, large, others, must)
}

/// A ventilator, or several, and no monitor.
fn alone(tile: &TileView) -> Order {
    let first = ventilation(tile);
    // One that rests tells its settings only.
    let any = firsts(tile).filter(|(_, block)| block.shape != BlockShape::List).map(|(at, _)| at);
    let first = if first.is_empty() { any.take(LARGE).collect() } else { first };
    let split = first.len().min(LARGE);
    let (large, others) = first.split_at(split);
    let must = others.len().min(ALONE_MUST);
    let large = large.iter().copied().map(Large::Block).collect();
    with_rest(tile, large, others.to_vec(), must)
}

/// Adds all that has no place yet, in the order of the board, lists last.
fn with_rest(tile: &TileView, large: Vec<Large>, mut others: Vec<usize>, must: usize) -> Order {
    let is_placed = |at: usize| others.contains(&at) || large.contains(&Large::Block(at));
    let left = || firsts(tile).filter(|(at, _)| !is_placed(*at));
    let is_list = |block: &BlockView| block.shape == BlockShape::List;
    let rest = left().filter(|(_, block)| !is_list(block));
    let lists = left().filter(|(_, block)| is_list(block));
    let rest: Vec<usize> = rest.chain(lists).map(|(at, _)| at).collect();
    others.extend(rest);
    Order { large, others, must, wish: 0 }
}

/// The order of a tile: as that of the bed, but that the numbers of a ventilator beside a monitor come
/// right after those that every tile has. Its rate comes last of them: a rate stands there already.
pub fn on_tile(tile: &TileView) -> Order {
    let mut order = order(tile);
    if !has_monitor(tile) {
        return order;
    }
    let is_rate = |at: &usize| {
        tile.blocks.get(*at).is_some_and(|block| {
            VENTILATION.first().is_some_and(|groups| groups.contains(&group_of(block)))
        })
    };
    let (musts, rest) = order.others.split_at(order.must.min(order.others.len()));
    let wished = ventilation(tile).into_iter().filter(|at| !musts.contains(at));
    let (rates, wished): (Vec<usize>, Vec<usize>) = wished.partition(is_rate);
    let wished: Vec<usize> = wished.into_iter().chain(rates).collect();
    let rest = rest.iter().filter(|at| !wished.contains(at));
    let others = musts.iter().chain(&wished).chain(rest).copied().collect();
    order.wish = wished.len();
    order.others = others;
    order
}
