//! A message as groups: whose it is, and its orders with their rows.
//!
//! `MSH, (PID, PV1, (ORC, OBR, OBX*)*)*`: one message may be about several patients, and a gateway that
//! names no patients begins a bed with its PV1. Rows before any OBR belong to an order that says nothing.

use super::who;
use crate::map::codes::Coded;
use crate::wire::message::Field;
use crate::wire::time::Claimed;
use crate::wire::{Message, Segment, value};

/// All of a message that is about one patient.
#[derive(Clone, Debug, Default)]
pub(super) struct Group<'m> {
    pub(super) patient: Option<&'m Segment<'m>>,
    pub(super) visit: Option<&'m Segment<'m>>,
    pub(super) common_order: Option<&'m Segment<'m>>,
    pub(super) orders: Vec<Order<'m>>,
}

/// An OBR and its rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Order<'m> {
    pub(super) segment: Option<&'m Segment<'m>>,
    pub(super) rows: Vec<Row<'m>>,
}

/// An OBX.
#[derive(Clone, Debug)]
pub(super) struct Row<'m> {
    fields: Vec<Field<'m>>,
    device: &'m str,
}

/// Fields of an OBX that are looked at.
const FIELDS: usize = 20;

impl<'m> Group<'m> {
    /// The groups of a message, at least one.
    pub(super) fn all(message: &'m Message<'m>) -> Vec<Group<'m>> {
        let mut groups = vec![Group::default()];
        let mut device = "";
        for segment in message.segments().iter().skip(1) {
            let is_new = groups.last().is_some_and(|group| match segment.name() {
                "PID" => group.patient.is_some() || !group.orders.is_empty(),
                "PV1" => !group.orders.is_empty(),
                _ => false,
            });
            if is_new {
                groups.push(Group::default());
                device = "";
            }
            let Some(group) = groups.last_mut() else { continue };
            match segment.name() {
                "PID" => group.patient = Some(segment),
                "PV1" => group.visit = Some(segment),
                "ORC" => group.common_order = Some(segment),
                "OBR" => group.orders.push(Order { segment: Some(segment), rows: Vec::new() }),
                "OBX" => {
                    if group.orders.is_empty() {
                        group.orders.push(Order::default());
                    }
                    if let Some(order) = group.orders.last_mut() {
                        let mut row =
                            Row { fields: segment.fields().take(FIELDS).collect(), device };
                        if !row.field(18).is_empty() {
                            device = who::device_id(row.field(18));
                            row.device = device;
                        }
                        order.rows.push(row);
                    }
                }
                _ => {}
            }
        }
        groups
    }

    /// All rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row<'m>> {
        self.orders.iter().flat_map(|order| &order.rows)
    }
}

impl<'m> Order<'m> {
    fn field(&self, number: usize) -> Option<Field<'m>> {
        self.segment.map(|segment| segment.field(number))
    }

    /// OBR-4: what kind of results these are.
    pub(super) fn kind(&self) -> Coded<'m> {
        let empty = Coded { number: "", text: "", system: "" };
        self.field(4).map_or(empty, Coded::of)
    }

    /// OBR-3.1, the filler's number: names an alarm for some senders.
    pub(super) fn filler(&self) -> &'m str {
        self.field(3).map_or("", |field| value::name(field.component(1).text()))
    }

    /// The first part of OBR-29: the number of the order that this one follows.
    pub(super) fn parent(&self) -> &'m str {
        self.field(29).map_or("", |field| {
            // Parent placer and parent filler; either may hold the number.
            let filler = field.component(2).subcomponent(1).text();
            let placer = || field.component(1).subcomponent(1).text();
            value::name(if filler.is_empty() { placer() } else { filler })
        })
    }

    /// OBR-7, or where only OBR-14 is filled, that (Philips PIIC).
    pub(super) fn start(&self) -> Option<Claimed> {
        let at = |number| self.field(number).and_then(|field| Claimed::parse(field.text()));
        at(7).or_else(|| at(14))
    }

    /// Whether the group is of values that are measured now and then (OBR-13 of Nihon Kohden).
    pub(super) fn is_aperiodic(&self) -> bool {
        self.field(13).is_some_and(|field| field.text() == "APERIODIC")
    }

    /// Whether it is an alarm of PCD-04.
    pub(super) fn is_alarm(&self) -> bool {
        let kind = self.kind();
        kind.text == "MDC_EVT_ALARM" || kind.number == "196616"
    }
}

impl<'m> Row<'m> {
    /// A field by its number, from 1.
    pub(super) fn field(&self, number: usize) -> Field<'m> {
        self.fields.get(number.wrapping_sub(1)).copied().unwrap_or(Field::EMPTY)
    }

    /// OBX-2.
    pub(super) fn kind(&self) -> &'m str {
        self.field(2).text()
    }

    /// OBX-3.
    pub(super) fn coded(&self) -> Coded<'m> {
        Coded::of(self.field(3))
    }

    /// OBX-4.
    pub(super) fn sub_id(&self) -> &'m str {
        value::name(self.field(4).text().trim())
    }

    /// The equipment that it is of: OBX-18, and where that is empty what the rows before it said.
    pub(super) fn device(&self) -> &'m str {
        self.device
    }

    /// The numbers of a sub-id of the form `mds.vmd.chan.metric[.facet]`; empty when it has none.
    pub(super) fn place(&self) -> Vec<u32> {
        let numbers: Option<Vec<u32>> =
            self.sub_id().split('.').map(|part| part.parse().ok()).collect();
        numbers.filter(|numbers| numbers.len() > 1).unwrap_or_default()
    }

    /// OBX-11.
    pub(super) fn status(&self) -> &'m str {
        self.field(11).text().trim()
    }

    /// OBX-13: `APERIODIC`, `SETTING`, `CONFIGURATION`.
    pub(super) fn nature(&self) -> &'m str {
        self.field(13).text().trim()
    }

    /// OBX-14, or its first part where it holds start and end.
    pub(super) fn time(&self) -> Option<Claimed> {
        Claimed::parse(self.field(14).component(1).text())
    }

    /// Whether any of the flags of OBX-8 is one of these.
    pub(super) fn has_flag(&self, wanted: &[&str]) -> bool {
        self.field(8).repetitions().any(|flag| wanted.contains(&flag.component(1).text().trim()))
    }

    /// Whether it only says how long its sender's silence is none (PCD-04's MDC_ATTR_CONFIRM_TIMEOUT).
    pub(super) fn is_heartbeat(&self) -> bool {
        self.coded().number == "67860"
    }

    /// Whether it is the event of an alarm of PCD-04.
    pub(super) fn is_alarm(&self) -> bool {
        self.coded().number == "196616"
    }

    /// Whether it only says where the rows after it belong.
    pub(super) fn is_containment(&self) -> bool {
        self.kind().is_empty() && self.field(5).is_empty() && self.status() == "X"
    }
}
