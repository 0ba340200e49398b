//! Objects to messages: one result, or linked ones when it is too long.
//!
//! As recorded: a result of more than ten objects with all their attributes comes in parts of ten,
//! whatever the message size that was granted. The parts are ROLRS and carry state and count; an empty
//! RORS always ends them.

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::attribute::Attribute;
use vigie_intellivue::wire::data::{Data, LinkState};
use vigie_intellivue::wire::operation::{ActionReply, ActionResult, Reply};
use vigie_intellivue::wire::poll::{ContextPoll, ObservationPoll, PollResult};
use vigie_intellivue::wire::types::{
    AbsoluteTime, AttributeGroup, ManagedObjectId, RelativeTime, TypeId,
};

use super::bytes;

/// Bytes of a part of an extended result before its contexts; the granted size counts without the 4
/// bytes of the session header (guide, "Maximum Transmit Unit").
const HEAD_BYTES: usize = 48;
/// Context, count, length.
const CONTEXT_BYTES: usize = 6;
/// Handle, count, length.
const OBJECT_BYTES: usize = 6;
/// Id, length.
const ATTRIBUTE_BYTES: usize = 4;
/// Objects with all their attributes in one message, as recorded.
const OBJECTS_PER_PART: usize = 10;

/// Some attributes of one object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) context: u16,
    pub(super) handle: u16,
    pub(super) attributes: Vec<Attr>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub(super) struct Attr {
    pub(super) id: u16,
    pub(super) value: Value,
    /// What a reader takes from it.
    pub(super) says: Vec<Says>,
}

/// What an attribute holds. Lists can be cut.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Bytes(Vec<u8>),
    List(Vec<Vec<u8>>),
}

/// A value, or a block of a wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Says {
    pub(super) physio_id: u16,
    pub(super) tick: u64,
    pub(super) what: String,
}

/// What stands before the objects of a result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) invoke_id: u16,
    pub(super) poll_number: u16,
    pub(super) sequence: Option<u16>,
    pub(super) time: RelativeTime,
    pub(super) class: TypeId,
    pub(super) group: AttributeGroup,
}

/// A message and what it says.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    pub(super) bytes: Vec<u8>,
    pub(super) says: Vec<Says>,
}

impl Attr {
    pub(super) fn new(id: u16, value: Vec<u8>) -> Attr {
        Attr { id, value: Value::Bytes(value), says: Vec::new() }
    }

    pub(super) fn list(id: u16, items: Vec<Vec<u8>>) -> Attr {
        Attr { id, value: Value::List(items), says: Vec::new() }
    }

    fn bytes(&self) -> Vec<u8> {
        match &self.value {
            Value::Bytes(bytes) => bytes.clone(),
            Value::List(items) => bytes::list(items),
        }
    }

    fn len(&self) -> usize {
        ATTRIBUTE_BYTES
            + match &self.value {
                Value::Bytes(bytes) => bytes.len(),
                Value::List(items) => 4 + items.iter().map(Vec::len).sum::<usize>(),
            }
    }
}

impl Object {
    fn len(&self) -> usize {
        OBJECT_BYTES + self.attributes.iter().map(Attr::len).sum::<usize>()
    }
}

/// The messages of one result. `contexts` are named even when they hold no object.
pub(super) fn messages(
    head: &Head,
    contexts: &[u16],
    objects: Vec<Object>,
    mtu: usize,
) -> Vec<Spoken> {
    let has_all = head.group == AttributeGroup::All;
    let most = if has_all { OBJECTS_PER_PART } else { usize::MAX };
    let mut parts = split(objects, mtu.saturating_sub(HEAD_BYTES + contexts.len() * 6), most);
    if parts.len() <= 1 {
        let objects = parts.pop().unwrap_or_default();
        return vec![message(head, None, Some(contexts), &objects)];
    }
    let last = parts.len() - 1;
    let mut spoken = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let state = if at == last {
            LinkState::Last
        } else if at == 0 {
            LinkState::First
        } else {
            LinkState::Middle
        };
        let count = u8::try_from(at + 1).unwrap_or(u8::MAX);
        spoken.push(message(head, Some((state, count)), None, part));
    }
    spoken.push(message(head, None, None, &[]));
    spoken
}

/// Parts of at most `room` bytes and `most` objects.
fn split(objects: Vec<Object>, room: usize, most: usize) -> Vec<Vec<Object>> {
    let mut parts: Vec<Vec<Object>> = Vec::new();
    let mut used = 0;
    for object in objects.into_iter().flat_map(|object| fit(object, room)) {
        let size = CONTEXT_BYTES + object.len();
        match parts.last_mut() {
            Some(part) if part.len() < most && used + size <= room => {
                used += size;
                part.push(object);
            }
            Some(_) | None => {
                used = size;
                parts.push(vec![object]);
            }
        }
    }
    parts
}

/// The object, cut between its attributes, and in its lists, so that each piece fits alone.
fn fit(object: Object, room: usize) -> Vec<Object> {
    if CONTEXT_BYTES + object.len() <= room {
        return vec![object];
    }
    let room = room.saturating_sub(CONTEXT_BYTES + OBJECT_BYTES);
    let mut pieces: Vec<Vec<Attr>> = Vec::new();
    let mut used = 0;
    for attribute in object.attributes.into_iter().flat_map(|attribute| cut(attribute, room)) {
        let size = attribute.len();
        match pieces.last_mut() {
            Some(piece) if used + size <= room => {
                used += size;
                piece.push(attribute);
            }
            Some(_) | None => {
                used = size;
                pieces.push(vec![attribute]);
            }
        }
    }
    let (context, handle) = (object.context, object.handle);
    pieces.into_iter().map(|attributes| Object { context, handle, attributes }).collect()
}

/// A list in pieces that fit; nothing of a value that cannot be cut, since no message could hold it.
fn cut(attribute: Attr, room: usize) -> Vec<Attr> {
    if attribute.len() <= room {
        return vec![attribute];
    }
    let Value::List(items) = attribute.value else { return Vec::new() };
    let mut lists: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut used = 0;
    for item in items {
        let size = item.len();
        match lists.last_mut() {
            Some(list) if used + size <= room => {
                used += size;
                list.push(item);
            }
            Some(_) | None => {
                used = ATTRIBUTE_BYTES + 4 + size;
                lists.push(vec![item]);
            }
        }
    }
    lists.into_iter().map(|items| Attr::list(attribute.id, items)).collect()
}

/// One message. Parts name only contexts that hold an object.
fn message(
    head: &Head,
    link: Option<(LinkState, u8)>,
    named: Option<&[u16]>,
    objects: &[Object],
) -> Spoken {
    let values: Vec<Vec<(u16, Vec<u8>)>> = objects
        .iter()
        .map(|object| {
            object.attributes.iter().map(|attribute| (attribute.id, attribute.bytes())).collect()
        })
        .collect();
    let mut contexts: Vec<ContextPoll<'_>> = named
        .unwrap_or_default()
        .iter()
        .map(|context| ContextPoll { context: *context, objects: Vec::new() })
        .collect();
    for (object, values) in objects.iter().zip(&values) {
        let attributes =
            values.iter().map(|(id, bytes)| Attribute::Unknown { id: *id, bytes }).collect();
        let observation = ObservationPoll { handle: object.handle, attributes };
        match contexts.iter_mut().find(|context| context.context == object.context) {
            Some(context) => context.objects.push(observation),
            None => {
                contexts.push(ContextPoll { context: object.context, objects: vec![observation] })
            }
        }
    }
    let reply = Reply::Action(ActionResult {
        object: ManagedObjectId::MDS,
        reply: ActionReply::Poll(PollResult {
            poll_number: head.poll_number,
            sequence: head.sequence,
            time: head.time,
            absolute_time: AbsoluteTime::UNSET,
            class: head.class,
            group: head.group,
            contexts,
        }),
    });
    let invoke_id = head.invoke_id;
    let data = match link {
        Some((state, count)) => Data::Linked { state, count, invoke_id, reply },
        None => Data::Result { invoke_id, reply },
    };
    let says = objects.iter().flat_map(|object| &object.attributes);
    Spoken {
        bytes: emit(&Message::Data(data)),
        says: says.flat_map(|attribute| attribute.says.iter().cloned()).collect(),
    }
}

/// The bytes of a message. Nothing that is put together here is longer than its length fields say.
pub(super) fn emit(message: &Message<'_>) -> Vec<u8> {
    message.emit().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(handle: u16, sizes: &[usize]) -> Object {
        let attributes = sizes.iter().map(|size| Attr::new(0x0950, vec![0; *size])).collect();
        Object { context: 1, handle, attributes }
    }

    fn sizes(parts: &[Vec<Object>]) -> Vec<usize> {
        parts.iter().map(Vec::len).collect()
    }

    #[test]
    fn parts_are_as_long_as_granted_and_no_longer() {
        let objects = || (0..7).map(|handle| object(handle, &[20])).collect::<Vec<_>>();
        // 6 + 6 + 4 + 20 = 36 bytes each.
        assert_eq!(sizes(&split(objects(), 3 * 36, usize::MAX)), [3, 3, 1]);
        assert_eq!(sizes(&split(objects(), 3 * 36 - 1, usize::MAX)), [2, 2, 2, 1]);
        assert_eq!(sizes(&split(objects(), 10_000, 5)), [5, 2]);
        assert_eq!(sizes(&split(Vec::new(), 100, 5)), [0usize; 0]);
    }

    #[test]
    fn an_object_that_is_too_long_is_cut_between_attributes_and_in_lists() {
        let parts = split(vec![object(3, &[40, 40, 40])], 104, usize::MAX);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts.iter().flatten().map(|o| o.attributes.len()).collect::<Vec<_>>(), [2, 1]);
        let alarms = Attr::list(0x0902, vec![vec![7; 68]; 5]);
        let object = Object { context: 0, handle: 9, attributes: vec![alarms] };
        let parts = split(vec![object], 240, usize::MAX);
        let lists: Vec<usize> = parts
            .iter()
            .flatten()
            .flat_map(|object| &object.attributes)
            .map(|attribute| match &attribute.value {
                Value::List(items) => items.len(),
                Value::Bytes(_) => 0,
            })
            .collect();
        assert_eq!(lists, [3, 2]);
    }
}
