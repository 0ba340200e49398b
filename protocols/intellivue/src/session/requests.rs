//! What the active session says: every message, and the number that tells its answer.

use bytes::Bytes;

use crate::wire::association::{
    Association, Control, Package, PollProfile, PollProfileExt, PollProfileExtOptions,
    PollProfileOptions, Profile, StartupMode, SystemType, UserInfo,
};
use crate::wire::data::Data;
use crate::wire::operation::{
    Action, ActionRequest, Change, EventResult, GetRequest, Reply, Request, SetRequest,
};
use crate::wire::poll::{ExtendedPoll, SinglePoll};
use crate::wire::text::Counted;
use crate::wire::types::{
    AttributeGroup, ManagedObjectId, ObjectClass, RelativeTime, TextId, TypeId,
};
use crate::wire::{Attribute, Message};

use super::times;

/// Largest message that we take, in bytes: monitors grant 1,456 at most.
const MTU: u32 = 1_456;
/// Event type of the announcement that is confirmed.
const MDS_CREATE: u16 = 0x0D06;

/// Kinds of requests. At most one of each is unanswered at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    KeepAlive,
    Numerics,
    Waves,
    Alarms,
    Mds,
    Demographics,
    NumericLabels,
    NumericSpecs,
    WaveLabels,
    WaveSpecs,
    GetWaves,
    SetWaves,
    GetNumerics,
    SetNumerics,
    Words,
}

/// All kinds, by their number.
const KINDS: [Kind; 15] = [
    Kind::KeepAlive,
    Kind::Numerics,
    Kind::Waves,
    Kind::Alarms,
    Kind::Mds,
    Kind::Demographics,
    Kind::NumericLabels,
    Kind::NumericSpecs,
    Kind::WaveLabels,
    Kind::WaveSpecs,
    Kind::GetWaves,
    Kind::SetWaves,
    Kind::GetNumerics,
    Kind::SetNumerics,
    Kind::Words,
];

impl Kind {
    /// What was asked for, in English, for faults.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::KeepAlive => "keep-alive",
            Kind::Numerics => "poll of numbers",
            Kind::Waves => "poll of waves",
            Kind::Alarms => "poll of alarms",
            Kind::Mds => "poll of the system",
            Kind::Demographics => "poll of demographics",
            Kind::NumericLabels => "poll of labels of numbers",
            Kind::NumericSpecs => "poll of specifications of numbers",
            Kind::WaveLabels => "poll of labels of waves",
            Kind::WaveSpecs => "poll of specifications of waves",
            Kind::GetWaves => "reading of the wave list",
            Kind::SetWaves => "choice of waves",
            Kind::GetNumerics => "reading of the list of numbers",
            Kind::SetNumerics => "choice of numbers",
            Kind::Words => "poll of values in words",
        }
    }

    /// The class that a poll of this kind is for; `None` for get and set.
    pub(super) fn class(self) -> Option<ObjectClass> {
        match self {
            Kind::KeepAlive | Kind::Alarms => Some(ObjectClass::AlertMonitor),
            Kind::Numerics | Kind::NumericLabels | Kind::NumericSpecs => Some(ObjectClass::Numeric),
            Kind::Waves | Kind::WaveLabels | Kind::WaveSpecs => Some(ObjectClass::SampleArray),
            Kind::Mds => Some(ObjectClass::Mds),
            Kind::Demographics => Some(ObjectClass::PatientDemographics),
            Kind::Words => Some(ObjectClass::Enumeration),
            Kind::GetWaves | Kind::SetWaves | Kind::GetNumerics | Kind::SetNumerics => None,
        }
    }
}

/// Which association a request belongs to: 12 bits of every invoke id, so that what is left of an
/// older association, ours or another program's, does not pass for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epoch(u16);

impl Epoch {
    /// From a seed. 0 is left out: it is what other clients use.
    pub(super) fn new(random: u64) -> Epoch {
        Epoch((random % 0x0FFF) as u16 + 1)
    }

    /// That of the next association.
    pub(super) fn next(self) -> Epoch {
        Epoch(self.0 % 0x0FFF + 1)
    }

    /// The invoke id of a kind of request.
    pub(super) fn id(self, kind: Kind) -> u16 {
        self.0 << 4 | kind as u16
    }

    /// What an invoke id asked for, when it is of this association.
    pub(super) fn kind(self, invoke_id: u16) -> Option<Kind> {
        (invoke_id >> 4 == self.0).then(|| KINDS.get(usize::from(invoke_id & 0x0F)).copied())?
    }
}

/// Whatever we say fits its length fields; what did not would not be sent.
fn bytes(message: &Message<'_>) -> Bytes {
    message.emit().unwrap_or_default().into()
}

fn invoke(invoke_id: u16, request: Request<'_>) -> Bytes {
    bytes(&Message::Data(Data::Invoke { invoke_id, request }))
}

/// Association request.
pub(super) fn association(options: PollProfileExtOptions) -> Bytes {
    let extension = PollProfileExt { options, attributes: Vec::new() };
    let poll = PollProfile {
        revision: 0x8000_0000,
        min_poll_period: RelativeTime(times::MIN_POLL_PERIOD_TICKS),
        max_mtu_rx: MTU,
        max_mtu_tx: MTU,
        max_bw_tx: u32::MAX,
        options: PollProfileOptions::DYNAMIC_CREATION | PollProfileOptions::DYNAMIC_DELETION,
        packages: vec![Package::PollProfileExt(extension)],
    };
    let user = UserInfo {
        protocol_version: 0x8000_0000,
        nomenclature_version: 0x4000_0000,
        functional_units: 0,
        system_type: SystemType::CLIENT,
        startup_mode: StartupMode::COLD,
        options: Vec::new(),
        profiles: vec![Profile::Poll(poll)],
    };
    bytes(&Message::AssociationRequest(Association::request(user)))
}

/// Release request.
pub(super) fn release() -> Bytes {
    bytes(&Message::ReleaseRequest(Control::RELEASE_REQUEST))
}

/// Abort.
pub(super) fn abort() -> Bytes {
    bytes(&Message::Abort(Control::ABORT))
}

/// Answer to an announcement. Its time may be 0 (capture).
pub(super) fn confirmation(invoke_id: u16) -> Bytes {
    let result = EventResult {
        object: ManagedObjectId::MDS,
        time: RelativeTime(0),
        event: MDS_CREATE,
        data: Counted { bytes: &[] },
    };
    bytes(&Message::Data(Data::Result {
        invoke_id,
        reply: Reply::Event { confirmed: true, result },
    }))
}

fn action(invoke_id: u16, action: Action<'_>) -> Bytes {
    let request = ActionRequest { object: ManagedObjectId::MDS, scope: 0, action };
    invoke(invoke_id, Request::Action(request))
}

/// One result.
pub(super) fn single_poll(
    invoke_id: u16,
    poll_number: u16,
    class: ObjectClass,
    group: AttributeGroup,
) -> Bytes {
    let poll = SinglePoll { poll_number, class: TypeId::object(class), group };
    action(invoke_id, Action::SinglePoll(poll))
}

/// Results for some time.
pub(super) fn extended_poll(
    invoke_id: u16,
    poll_number: u16,
    class: ObjectClass,
    group: AttributeGroup,
    active_ticks: u32,
) -> Bytes {
    let attributes = vec![Attribute::ActivePeriod(RelativeTime(active_ticks))];
    let poll = ExtendedPoll { poll_number, class: TypeId::object(class), group, attributes };
    action(invoke_id, Action::ExtendedPoll(poll))
}

/// Which waves, or which numbers, this association is sent.
pub(super) fn get(invoke_id: u16, attribute: u16) -> Bytes {
    let attributes = vec![attribute];
    let request = GetRequest { object: ManagedObjectId::MDS, scope: 0, attributes };
    invoke(invoke_id, Request::Get(request))
}

/// Chooses which waves, or which numbers, this association is sent.
pub(super) fn set(invoke_id: u16, list: Attribute<'_>) -> Bytes {
    let changes = vec![Change::Replace(list)];
    let request = SetRequest { object: ManagedObjectId::MDS, scope: 0, changes };
    invoke(invoke_id, Request::Set { confirmed: true, request })
}

/// Labels as the protocol counts them.
pub(super) fn labels(labels: &[u32]) -> Vec<TextId> {
    labels.iter().map(|label| TextId(*label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invoke_ids_tell_kind_and_association() {
        let epoch = Epoch::new(0x0FFE);
        for (number, kind) in (0_u16..).zip(KINDS) {
            assert_eq!(kind as u16, number);
            assert_eq!(epoch.kind(epoch.id(kind)), Some(kind));
            assert_eq!(epoch.next().kind(epoch.id(kind)), None);
        }
        assert_eq!(epoch.kind(epoch.id(Kind::KeepAlive) | 0x0F), None);
        assert_eq!(epoch.next(), Epoch(1));
        assert!((0..10_000).all(|random| Epoch::new(random).0 != 0));
    }

    #[test]
    fn requests_are_the_published_ones() {
        let hex = |bytes: &Bytes| {
            bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
        };
        let single = single_poll(1, 1, ObjectClass::Numeric, AttributeGroup::All);
        let head = "E10000020001001C000100070016002100000000000000000C160008";
        assert_eq!(hex(&single), format!("{head}0001000100060000"));
        let keep = single_poll(0, 1, ObjectClass::AlertMonitor, AttributeGroup::VmoStatic);
        assert!(hex(&keep).ends_with("0001000100360811"));
        let confirmed =
            "E10000020002001400010001000E0021000000000000000 00D060000".replace(' ', "");
        assert_eq!(hex(&confirmation(1)), confirmed);
        let list = Attribute::WavePriorityList(labels(&[
            0x0002_0100,
            0x0002_0101,
            0x0002_4BB4,
            0x0002_4A14,
            0x0002_5000,
        ]));
        let recorded = "E10000020001003203ED0005002C002100000000000000000001001E0000F23A0018\
                        00050014000201000002010100024BB400024A1400025000";
        assert_eq!(hex(&set(0x03ED, list)), recorded.replace(' ', ""));
        assert_eq!(
            hex(&get(0, 0xF23A)),
            "E100000200010016000000030010002100000000000000000001 0002F23A".replace(' ', "")
        );
        assert_eq!(association(PollProfileExtOptions::WAVES).len(), 238);
    }
}
