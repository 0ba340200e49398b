//! What a client asks within an association, and what it is answered at once.
//!
//! No recording holds an error; codes and layouts are the guide's ("Remote Operation Error").

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::association::PollProfileExtOptions;
use vigie_intellivue::wire::attribute::Attribute;
use vigie_intellivue::wire::data::Data;
use vigie_intellivue::wire::failure::{
    Failure, FailureStatus, GetFailure, NoSuchAction, SetFailure, UnreadAttribute, UnsetAttribute,
};
use vigie_intellivue::wire::operation::{
    Action, ActionRequest, AttributeReport, Change, GetRequest, Reply, Request, SetRequest,
};
use vigie_intellivue::wire::types::{ManagedObjectId, ObjectClass, TextId, TypeId};
use vigie_model::MonoTime;

use super::association::Granted;
use super::polls::Polls;
use super::priorities::Priorities;
use super::results::emit;

/// Priority lists.
const NUMERIC_LIST: u16 = 0xF239;
const WAVE_LIST: u16 = 0xF23A;
/// Action type of an extended poll.
const EXTENDED_POLL: u16 = 0xF13B;
/// Set operators.
const REPLACE: u16 = 0;
const TO_DEFAULT: u16 = 3;

/// What a request can change.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) granted: &'a Granted,
    pub(super) priorities: &'a mut Priorities,
    pub(super) polls: &'a mut Polls,
}

impl Desk<'_> {
    /// A request; the answer, when it is given at once. Polls are answered in the next round.
    pub(super) fn handle(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        request: &Request<'_>,
    ) -> Option<Vec<u8>> {
        let answer = match request {
            Request::Action(action) => match self.action(now, invoke_id, action) {
                Ok(()) => return None,
                Err(failure) => Err(failure),
            },
            Request::Get(get) => self.get(get).map(Reply::Get),
            Request::Set { confirmed, request } => {
                let report = self.set(request);
                if !confirmed {
                    return None;
                }
                report.map(|report| Reply::Set { confirmed: true, report })
            }
            // A client reports nothing, and has no other commands.
            Request::Event { .. } | Request::Unknown { .. } => return None,
        };
        Some(emit(&Message::Data(match answer {
            Ok(reply) => Data::Result { invoke_id, reply },
            Err(failure) => Data::Error { invoke_id, failure },
        })))
    }

    fn action(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        request: &ActionRequest<'_>,
    ) -> Result<(), Failure<'static>> {
        addressed(request.object, request.scope)?;
        match &request.action {
            Action::SinglePoll(poll) => {
                let class = known_class(poll.class)?;
                self.polls.wait(now, invoke_id, class, *poll);
            }
            Action::ExtendedPoll(poll) => {
                if !self.granted.has_extended_polls() {
                    let class = ObjectClass::Mds;
                    let action = EXTENDED_POLL;
                    return Err(Failure::NoSuchAction(NoSuchAction { class, action }));
                }
                let class = known_class(poll.class)?;
                let is_granted = match class {
                    ObjectClass::Numeric | ObjectClass::AlertMonitor => true,
                    ObjectClass::SampleArray => self.granted.has(PollProfileExtOptions::WAVES),
                    // The guide lets no other class be polled periodically.
                    ObjectClass::Vmo
                    | ObjectClass::Vmd
                    | ObjectClass::Enumeration
                    | ObjectClass::Mds
                    | ObjectClass::CompositeSingleBedMds
                    | ObjectClass::SimpleMds
                    | ObjectClass::Battery
                    | ObjectClass::PatientDemographics
                    | ObjectClass::Unknown(_) => {
                        return Err(Failure::NoSuchObjectClass(class));
                    }
                };
                if !is_granted {
                    return Err(Failure::AccessDenied);
                }
                self.polls.start(invoke_id, class, poll);
            }
            Action::Unknown { action, .. } => {
                let (class, action) = (ObjectClass::Mds, *action);
                return Err(Failure::NoSuchAction(NoSuchAction { class, action }));
            }
        }
        Ok(())
    }

    fn get(&self, request: &GetRequest) -> Result<AttributeReport<'static>, Failure<'static>> {
        addressed(request.object, request.scope)?;
        let (mut attributes, mut unread) = (Vec::new(), Vec::new());
        for id in &request.attributes {
            match *id {
                NUMERIC_LIST => attributes.push(self.list(NUMERIC_LIST)),
                WAVE_LIST => attributes.push(self.list(WAVE_LIST)),
                attribute => {
                    let status = FailureStatus::NoSuchAttribute;
                    unread.push(UnreadAttribute { status, attribute });
                }
            }
        }
        if unread.is_empty() {
            Ok(AttributeReport { object: ManagedObjectId::MDS, attributes })
        } else {
            let object = ManagedObjectId::MDS;
            Err(Failure::Get(GetFailure { object, attributes: unread }))
        }
    }

    /// Sets all it can; the answer tells what is stored, or what could not be set.
    fn set(
        &mut self,
        request: &SetRequest<'_>,
    ) -> Result<AttributeReport<'static>, Failure<'static>> {
        addressed(request.object, request.scope)?;
        let (mut attributes, mut unset) = (Vec::new(), Vec::new());
        for change in &request.changes {
            let (operator, attribute) = match change {
                Change::Replace(attribute) => (REPLACE, attribute.id()),
                Change::ToDefault { attribute } => (TO_DEFAULT, *attribute),
                Change::Unknown { operator, attribute, .. } => (*operator, *attribute),
            };
            match self.change(change) {
                Ok(()) => attributes.push(self.list(attribute)),
                Err(status) => unset.push(UnsetAttribute { status, operator, attribute }),
            }
        }
        if unset.is_empty() {
            Ok(AttributeReport { object: ManagedObjectId::MDS, attributes })
        } else {
            let object = ManagedObjectId::MDS;
            Err(Failure::Set(SetFailure { object, attributes: unset }))
        }
    }

    fn change(&mut self, change: &Change<'_>) -> Result<(), FailureStatus> {
        let numeric_list = PollProfileExtOptions::NUMERIC_PRIORITY_LIST;
        let labels = |list: &[TextId]| list.iter().map(|label| label.0).collect::<Vec<u32>>();
        match change {
            Change::Replace(attribute) => {
                if let Attribute::WavePriorityList(list) = attribute {
                    self.priorities.set_waves(&labels(list));
                } else if let Attribute::NumericPriorityList(list) = attribute {
                    if !self.granted.has(numeric_list) {
                        return Err(FailureStatus::AccessDenied);
                    }
                    self.priorities.set_numerics(&labels(list));
                } else if [NUMERIC_LIST, WAVE_LIST].contains(&attribute.id()) {
                    return Err(FailureStatus::InvalidAttributeValue);
                } else {
                    return Err(FailureStatus::NoSuchAttribute);
                }
                Ok(())
            }
            Change::ToDefault { attribute: WAVE_LIST } => {
                self.priorities.reset_waves();
                Ok(())
            }
            Change::ToDefault { attribute: NUMERIC_LIST } => {
                self.priorities.reset_numerics();
                Ok(())
            }
            Change::ToDefault { .. } => Err(FailureStatus::NoSuchAttribute),
            Change::Unknown { .. } => Err(FailureStatus::InvalidOperator),
        }
    }

    fn list(&self, id: u16) -> Attribute<'static> {
        let text_ids = |labels: &[u32]| labels.iter().map(|label| TextId(*label)).collect();
        if id == NUMERIC_LIST {
            Attribute::NumericPriorityList(text_ids(&self.priorities.numerics()))
        } else {
            Attribute::WavePriorityList(text_ids(self.priorities.waves()))
        }
    }
}

/// Everything is asked of the MDS; another object is an error.
fn addressed(object: ManagedObjectId, scope: u32) -> Result<(), Failure<'static>> {
    if object.class != ObjectClass::Mds {
        return Err(Failure::NoSuchObjectClass(object.class));
    }
    if object != ManagedObjectId::MDS {
        return Err(Failure::NoSuchObjectInstance(object));
    }
    if scope != 0 {
        return Err(Failure::InvalidScope(scope));
    }
    Ok(())
}

/// The classes that the monitor has objects of.
fn known_class(id: TypeId) -> Result<ObjectClass, Failure<'static>> {
    let classes = [
        ObjectClass::Enumeration,
        ObjectClass::Numeric,
        ObjectClass::SampleArray,
        ObjectClass::Mds,
        ObjectClass::PatientDemographics,
        ObjectClass::AlertMonitor,
    ];
    let class = id.class().filter(|class| classes.contains(class));
    class.ok_or(Failure::NoSuchObjectClass(ObjectClass::Unknown(id.code)))
}
