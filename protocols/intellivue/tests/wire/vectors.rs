//! The byte vectors that the description of the wire format gives, both ways.
//!
//! Sources: guide = Philips "IntelliVue Data Export Interface Programming Guide" 4535 642 59271;
//! LAN and RS-232 = the recordings in `tests/fixtures/intellivue`.

use crate::recorded::hex;
use vigie_intellivue::wire::alarm::{AlertFlags, AlertState, AlertType};
use vigie_intellivue::wire::association::{
    Association, Control, LengthForm, Package, PollProfile, PollProfileExt, PollProfileExtOptions,
    PollProfileOptions, Profile, StartupMode, SystemType, UserInfo,
};
use vigie_intellivue::wire::data::{Data, LinkState};
use vigie_intellivue::wire::failure::{
    Failure, FailureStatus, GetFailure, InvalidArgument, NoSuchAction, ProcessingFailure,
    SetFailure, UnreadAttribute, UnsetAttribute,
};
use vigie_intellivue::wire::float::{Float, FloatValue};
use vigie_intellivue::wire::frame::{Deframer, emit_frame};
use vigie_intellivue::wire::numeric::{EnumValue, MeasurementState, NuObsValue};
use vigie_intellivue::wire::operation::{
    Action, ActionReply, ActionRequest, ActionResult, AttributeReport, Change, EventResult,
    GetRequest, Reply, Request, SetRequest,
};
use vigie_intellivue::wire::poll::{ContextPoll, ExtendedPoll, PollResult, SinglePoll};
use vigie_intellivue::wire::system::ObjectSupport;
use vigie_intellivue::wire::text::Counted;
use vigie_intellivue::wire::types::{
    AbsoluteTime, AttributeGroup, ManagedObjectId, ObjectClass, RelativeTime, TextId, TypeId,
};
use vigie_intellivue::wire::{Attribute, Message, Problem, WireError};

/// `bytes` say `message`, and `message` is sent as `bytes`.
#[track_caller]
fn both_ways(bytes: &str, message: &Message) {
    let bytes = hex(bytes);
    assert_eq!(Message::parse(&bytes).as_ref(), Ok(message));
    assert_eq!(message.emit(), Ok(bytes.clone()));
    assert_eq!(message.buffer_len(), bytes.len());
}

/// `frame` is one serial frame around `user_data`.
#[track_caller]
fn framed(user_data: &[u8], frame: &str) {
    let frame = hex(frame);
    assert_eq!(emit_frame(user_data), Some(frame.clone()));
    let mut deframer = Deframer::new();
    for byte in &frame[..frame.len() - 1] {
        deframer.push(&[*byte]);
        assert_eq!(deframer.next_frame(), None);
    }
    deframer.push(&frame[frame.len() - 1..]);
    assert_eq!(deframer.next_frame(), Some(Ok(user_data)));
}

fn poll_request(invoke_id: u16, action: Action<'_>) -> Message<'_> {
    let request = Request::Action(ActionRequest { object: ManagedObjectId::MDS, scope: 0, action });
    Message::Data(Data::Invoke { invoke_id, request })
}

fn single_poll(
    invoke_id: u16,
    poll_number: u16,
    class: ObjectClass,
    group: u16,
) -> Message<'static> {
    let (class, group) = (TypeId::object(class), AttributeGroup::from(group));
    poll_request(invoke_id, Action::SinglePoll(SinglePoll { poll_number, class, group }))
}

const MDS_CREATE_RESULT: &str =
    "E100 0002 0002 0014 0001 0001 000E 0021 0000 0000 00000000 0D06 0000";

#[test]
fn requests_in_serial_frames() {
    let create_result = Message::Data(Data::Result {
        invoke_id: 1,
        reply: Reply::Event {
            confirmed: true,
            result: EventResult {
                object: ManagedObjectId::MDS,
                time: RelativeTime(0),
                event: 0x0D06,
                data: Counted { bytes: &[] },
            },
        },
    });
    both_ways(MDS_CREATE_RESULT, &create_result);

    for (message, frame) in [
        (
            Message::ReleaseRequest(Control::RELEASE_REQUEST),
            "C0 11 01 00 1A 09 18 7D E1 16 61 80 30 80 02 01 01 A0 80 62 80 80 01 00 00 00 00 00
             00 00 00 00 41 08 C1",
        ),
        (
            create_result,
            "C0 11 01 00 1C E1 00 00 02 00 02 00 14 00 01 00 01 00 0E 00 21 00 00 00 00 00 00 00
             00 0D 06 00 00 C3 09 C1",
        ),
        (
            single_poll(1, 1, ObjectClass::Numeric, 0),
            "C0 11 01 00 24 E1 00 00 02 00 01 00 1C 00 01 00 07 00 16 00 21 00 00 00 00 00 00 00
             00 0C 16 00 08 00 01 00 01 00 06 00 00 C6 C7 C1",
        ),
        (
            single_poll(0, 1, ObjectClass::AlertMonitor, 0x0811),
            "C0 11 01 00 24 E1 00 00 02 00 01 00 1C 00 00 00 07 00 16 00 21 00 00 00 00 00 00 00
             00 0C 16 00 08 00 01 00 01 00 36 08 11 E8 DC C1",
        ),
        (
            // Its check sequence holds a reserved byte.
            single_poll(0x00A9, 1, ObjectClass::AlertMonitor, 0x0811),
            "C0 11 01 00 24 E1 00 00 02 00 01 00 1C 00 A9 00 07 00 16 00 21 00 00 00 00 00 00 00
             00 0C 16 00 08 00 01 00 01 00 36 08 11 7D E0 73 C1",
        ),
    ] {
        framed(&message.emit().unwrap(), frame);
    }
    framed(&[0xC0, 0xC1, 0x7D], "C0 11 01 00 03 7D E0 7D E1 7D 5D 00 F6 C1");
}

#[test]
fn replies_in_serial_frames() {
    // RS-232: what the monitor answered to a wave priority list.
    let reply = Message::Data(Data::Result {
        invoke_id: 0x0400,
        reply: Reply::Set {
            confirmed: true,
            report: AttributeReport {
                object: ManagedObjectId::MDS,
                attributes: vec![Attribute::WavePriorityList(vec![
                    TextId(0x0002_0101),
                    TextId(0x0002_4BB4),
                    TextId(0x0002_5000),
                ])],
            },
        },
    });
    framed(
        &reply.emit().unwrap(),
        "C0 11 01 00 2C E1 00 00 02 00 02 00 24 04 00 00 05 00 1E 00 21 00 00 00 00 00 01 00 14 F2
         3A 00 10 00 03 00 0C 00 02 01 01 00 02 4B B4 00 02 50 00 F6 3D C1",
    );
    // RS-232: a wave result without waves.
    let object = |context| ContextPoll { context, objects: vec![] };
    let empty = Message::Data(Data::Result {
        invoke_id: 1,
        reply: Reply::Action(ActionResult {
            object: ManagedObjectId::MDS,
            reply: ActionReply::Poll(PollResult {
                poll_number: 0,
                sequence: Some(0),
                time: RelativeTime(0x00C8_2C00),
                absolute_time: AbsoluteTime::UNSET,
                class: TypeId::object(ObjectClass::SampleArray),
                group: AttributeGroup::MetricObservedValue,
                contexts: vec![object(0), object(1)],
            }),
        }),
    });
    framed(
        &empty.emit().unwrap(),
        "C0 11 01 00 3E E1 00 00 02 00 02 00 36 00 01 00 07 00 30 00 21 00 00 00 00 F1 3B 00 26 00
         00 00 00 00 C8 2C 00 FF FF FF FF FF FF FF FF 00 01 00 09 08 03 00 02 00 0C 00 00 00 00 00
         00 00 01 00 00 00 00 24 DC C1",
    );
    assert_eq!(
        empty.to_string(),
        "extended poll result, invoke 1, poll 0, sequence 0, class 0009, tick 13118464, 0 objects"
    );
    // LAN: the last part of a linked result, empty.
    let last = hex(
        "E1 00 00 02 00 02 00 2A 03 EB 00 07 00 24 00 21 00 00 00 00 F1 3B 00 1A 00 00 00 00 0D 61
         73 00 FF FF FF FF FF FF FF FF 00 01 00 06 00 00 00 00 00 00",
    );
    let message = Message::parse(&last).unwrap();
    assert_eq!(message.kind(), "extended poll result");
    assert_eq!(message.emit().unwrap(), last);
}

fn poll_profile(min_poll_period: u32, mtu: u32, max_bw_tx: u32) -> Profile<'static> {
    Profile::Poll(PollProfile {
        revision: 0x8000_0000,
        min_poll_period: RelativeTime(min_poll_period),
        max_mtu_rx: mtu,
        max_mtu_tx: mtu,
        max_bw_tx,
        options: PollProfileOptions::DYNAMIC_CREATION | PollProfileOptions::DYNAMIC_DELETION,
        packages: vec![Package::PollProfileExt(PollProfileExt {
            options: PollProfileExtOptions::NUMERICS_1S
                | PollProfileExtOptions::WAVES
                | PollProfileExtOptions::ENUMERATIONS,
            attributes: vec![],
        })],
    })
}

fn user_info(system_type: SystemType, startup_mode: StartupMode, profile: Profile) -> UserInfo {
    UserInfo {
        protocol_version: 0x8000_0000,
        nomenclature_version: 0x4000_0000,
        functional_units: 0,
        system_type,
        startup_mode,
        options: vec![],
        profiles: vec![profile],
    }
}

/// LAN: a request that a monitor accepted, 238 bytes.
const REQUEST: &str = "
    0D EC 05 08 13 01 00 16 01 02 80 00 14 02 00 02
    C1 DC 31 80 A0 80 80 01 01 00 00 A2 80 A0 03 00 00 01
    A4 80 30 80 02 01 01 06 04 52 01 00 01 30 80 06 02 51 01 00 00 00 00
    30 80 02 01 02 06 0C 2A 86 48 CE 14 02 01 00 00 00 01 01
    30 80 06 0C 2A 86 48 CE 14 02 01 00 00 00 02 01 00 00 00 00 00 00
    61 80 30 80 02 01 01 A0 80 60 80 A1 80 06 0C 2A 86 48 CE 14 02 01 00 00 00 03 01 00 00
    BE 80 28 80 06 0C 2A 86 48 CE 14 02 01 00 00 00 01 01 02 01 02 81
    48
    80000000 40000000 00000000 80000000 20000000 0000 0000 0001 002C 0001 0028
    80000000 0004E200 00003000 00003000 00000000 60000000 0001 000C F001 0008 8C000000 0000 0000
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

/// LAN: the answer, 208 bytes.
const RESPONSE: &str = "
    0E CE 05 08 13 01 00 16 01 02 80 00 14 02 00 02
    C1 BE 31 80 A0 80 80 01 01 00 00 A2 80 A0 03 00 00 01
    A5 80 30 80 80 01 00 81 02 51 01 00 00 30 80 80 01 00 81 0C 2A 86 48 CE 14 02 01 00 00 00 02 01
    00 00 00 00
    61 80 30 80 02 01 01 A0 80 61 80 A1 80 06 0C 2A 86 48 CE 14 02 01 00 00 00 03 01 00 00
    A2 03 02 01 00 A3 05 A1 03 02 01 00
    BE 80 28 80 02 01 02 81
    48
    80000000 40000000 00000000 00800000 80000000 0000 0000 0001 002C 0001 0028
    80000000 0004E200 000005B0 000005B0 FFFFFFFF 60000000 0001 000C F001 0008 8C000000 0000 0000
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

#[test]
fn association_request_and_response() {
    let profile = poll_profile(0x0004_E200, 0x3000, 0);
    let request = user_info(SystemType::CLIENT, StartupMode::COLD, profile);
    both_ways(REQUEST, &Message::AssociationRequest(Association::request(request)));
    let profile = poll_profile(0x0004_E200, 0x05B0, 0xFFFF_FFFF);
    let response = user_info(SystemType::SERVER, StartupMode::HOT, profile);
    both_ways(RESPONSE, &Message::AssociationResponse(Association::response(response)));

    for (bytes, frame_bytes, check_sequence) in
        [(REQUEST, 238 + 8, [0xB1, 0xE5]), (RESPONSE, 208 + 8, [0xD3, 0xCA])]
    {
        let frame = emit_frame(&hex(bytes)).unwrap();
        let escapes = frame.iter().filter(|byte| **byte == 0x7D).count();
        assert_eq!(frame.len() - escapes, frame_bytes);
        assert_eq!(frame[frame.len() - 3..], [check_sequence[0], check_sequence[1], 0xC1]);
    }
}

#[test]
fn association_with_lengths_of_two_and_three_bytes() {
    // A client that announces the objects it handles and writes 128 as `82 00 80`: 300 bytes.
    let profile = poll_profile(0x0004_E200, 1_456, 0xFFFF_FFFF);
    let mut user = user_info(SystemType::CLIENT, StartupMode::COLD, profile);
    let classes = [
        (ObjectClass::Mds, 1),
        (ObjectClass::Numeric, 0xC9),
        (ObjectClass::SampleArray, 0x3C),
        (ObjectClass::Enumeration, 0x10),
        (ObjectClass::PatientDemographics, 1),
        (ObjectClass::AlertMonitor, 1),
    ];
    let objects = classes.map(|(class, max_instances)| ObjectSupport {
        class: TypeId::object(class),
        max_instances,
    });
    user.profiles.push(Profile::Objects(objects.to_vec()));
    let mut association = Association::request(user);
    association.length_form = LengthForm::Long2;
    let message = Message::AssociationRequest(association.clone());
    let bytes = message.emit().unwrap();
    assert_eq!(bytes.len(), 300);
    assert_eq!(bytes[..4], [0x0D, 0xFF, 0x01, 0x28]);
    assert_eq!(bytes[18..22], [0xC1, 0xFF, 0x01, 0x16]);
    assert_eq!(bytes[153..156], [0x82, 0x00, 0x80]);
    assert_eq!(Message::parse(&bytes), Ok(message));

    // One byte less for the same length.
    association.length_form = LengthForm::Long1;
    let message = Message::AssociationRequest(association.clone());
    let bytes = message.emit().unwrap();
    assert_eq!(bytes.len(), 299);
    assert_eq!(Message::parse(&bytes), Ok(message));

    // A form that is too short for the length grows.
    association.length_form = LengthForm::Short;
    assert_eq!(Message::AssociationRequest(association).emit().unwrap(), bytes);
}

#[test]
fn association_response_with_the_shorter_marker() {
    let mut bytes = hex(RESPONSE);
    let marker = bytes.windows(8).position(|at| at == [0xBE, 0x80, 0x28, 0x80, 2, 1, 2, 0x81]);
    let at = marker.unwrap() + 4;
    bytes.drain(at..at + 3);
    bytes[1] -= 3;
    bytes[17] -= 3;
    let message = Message::parse(&bytes).unwrap();
    let Message::AssociationResponse(response) = &message else { panic!("{message}") };
    assert_eq!(response.user.system_type, SystemType::SERVER);
    assert_eq!(message.emit().unwrap(), bytes);
}

#[test]
fn control_messages() {
    both_ways("0C 03 32 01 00", &Message::Refuse(Control::REFUSE));
    both_ways(
        "09 18 C1 16 61 80 30 80 02 01 01 A0 80 62 80 80 01 00 00 00 00 00 00 00 00 00",
        &Message::ReleaseRequest(Control::RELEASE_REQUEST),
    );
    both_ways(
        "0A 18 C1 16 61 80 30 80 02 01 01 A0 80 63 80 80 01 00 00 00 00 00 00 00 00 00",
        &Message::ReleaseResponse(Control::RELEASE_RESPONSE),
    );
    both_ways(
        "19 2E 11 01 03 C1 29 A0 80 A0 80 30 80 02 01 01 06 02 51 01 00 00 00 00 61 80 30 80 02 01
         01 A0 80 64 80 80 01 01 00 00 00 00 00 00 00 00 00 00",
        &Message::Abort(Control::ABORT),
    );
    // The first byte alone tells.
    both_ways("19", &Message::Abort(Control { body: &[] }));
}

#[test]
fn extended_poll_and_priority_lists() {
    let poll = |attributes| {
        Action::ExtendedPoll(ExtendedPoll {
            poll_number: 2,
            class: TypeId::object(ObjectClass::Numeric),
            group: AttributeGroup::MetricObservedValue,
            attributes,
        })
    };
    both_ways(
        "E1000002 0001 0028 0002 0007 0022 0021 0000 0000 00000000 F13B 0014
         0002 0001 0006 0803 0001 0008 F13E 0004 00493E00",
        &poll_request(2, poll(vec![Attribute::ActivePeriod(RelativeTime(600 * 8_000))])),
    );
    both_ways(
        "E1000002 0001 002E 0002 0007 0028 0021 0000 0000 00000000 F13B 001A
         0002 0001 0006 0803 0002 000E F13E 0004 00493E00 F228 0002 0010",
        &poll_request(
            2,
            poll(vec![
                Attribute::ActivePeriod(RelativeTime(600 * 8_000)),
                Attribute::PrioritisedObjects(16),
            ]),
        ),
    );
    let request = |request| Message::Data(Data::Invoke { invoke_id: 0x03ED, request });
    both_ways(
        "E1000002 0001 0016 03ED 0003 0010 0021 0000 0000 00000000 0001 0002 F23A",
        &request(Request::Get(GetRequest {
            object: ManagedObjectId::MDS,
            scope: 0,
            attributes: vec![0xF23A],
        })),
    );
    let waves = || {
        let codes = [0x0100, 0x0101, 0x4BB4, 0x4A14, 0x5000];
        Attribute::WavePriorityList(codes.map(|code| TextId(0x0002_0000 | code)).to_vec())
    };
    let set = |confirmed, changes| {
        let set = SetRequest { object: ManagedObjectId::MDS, scope: 0, changes };
        request(Request::Set { confirmed, request: set })
    };
    both_ways(
        "E1 00 00 02 00 01 00 32 03 ED 00 05 00 2C 00 21 00 00 00 00 00 00 00 00 00 01 00 1E 00 00
         F2 3A 00 18 00 05 00 14 00 02 01 00 00 02 01 01 00 02 4B B4 00 02 4A 14 00 02 50 00",
        &set(true, vec![Change::Replace(waves())]),
    );
    both_ways(
        "E1 00 00 02 00 01 00 1A 03 ED 00 04 00 14 00 21 00 00 00 00 00 00 00 00 00 01 00 06 00 03
         F2 3A 00 00",
        &set(false, vec![Change::ToDefault { attribute: 0xF23A }]),
    );
    both_ways(
        "E1 00 00 02 00 02 00 2C 03 ED 00 05 00 26 00 21 00 00 00 00 00 01 00 1C
         F2 3A 00 18 00 05 00 14 00 02 01 00 00 02 01 01 00 02 4B B4 00 02 4A 14 00 02 50 00",
        &Message::Data(Data::Result {
            invoke_id: 0x03ED,
            reply: Reply::Set {
                confirmed: true,
                report: AttributeReport { object: ManagedObjectId::MDS, attributes: vec![waves()] },
            },
        }),
    );
}

#[test]
fn errors_with_what_is_appended() {
    let error = |failure| Message::Data(Data::Error { invoke_id: 7, failure });
    for (appended, failure) in [
        ("0000 0002 0006", Failure::NoSuchObjectClass(ObjectClass::Numeric)),
        ("0001 0006 0021 0000 0000", Failure::NoSuchObjectInstance(ManagedObjectId::MDS)),
        ("0002 0000", Failure::AccessDenied),
        (
            "0008 0010 0021 0000 0000 0001 0006 0006 0000 F23A",
            Failure::Set(SetFailure {
                object: ManagedObjectId::MDS,
                attributes: vec![UnsetAttribute {
                    status: FailureStatus::InvalidAttributeValue,
                    operator: 0,
                    attribute: 0xF23A,
                }],
            }),
        ),
        (
            "0007 000E 0021 0000 0000 0001 0004 0005 F239",
            Failure::Get(GetFailure {
                object: ManagedObjectId::MDS,
                attributes: vec![UnreadAttribute {
                    status: FailureStatus::NoSuchAttribute,
                    attribute: 0xF239,
                }],
            }),
        ),
        (
            "0009 0004 0021 F13B",
            Failure::NoSuchAction(NoSuchAction { class: ObjectClass::Mds, action: 0xF13B }),
        ),
        (
            "000A 0004 0000 0000",
            Failure::Processing(ProcessingFailure { id: 0, data: Counted { bytes: &[] } }),
        ),
        (
            "000F 000C 0021 0000 0000 F13B 0002 1234",
            Failure::InvalidArgument(InvalidArgument {
                object: ManagedObjectId::MDS,
                action: 0xF13B,
                data: Counted { bytes: &[0x12, 0x34] },
            }),
        ),
        ("0010 0004 00000001", Failure::InvalidScope(1)),
        ("0011 0006 0021 0000 0000", Failure::InvalidObjectInstance(ManagedObjectId::MDS)),
        ("0063 0001 AA", Failure::Unknown { code: 99, bytes: &[0xAA] }),
        // One client library knows this error without the operator: kept, not guessed.
        (
            "0008 000E 0021 0000 0000 0001 0004 0006 F23A",
            Failure::Unknown {
                code: 8,
                bytes: &[0, 0x21, 0, 0, 0, 0, 0, 1, 0, 4, 0, 6, 0xF2, 0x3A],
            },
        ),
    ] {
        let length = 2 + hex(appended).len();
        both_ways(&format!("E1000002 0003 {length:04X} 0007 {appended}"), &error(failure));
    }
}

/// Alarm entries of the RS-232 recordings, in one result.
const ALARMS: &str = "
    E1 00 00 02 00 02 01 2E 00 03 00 07 01 28 00 21 00 00 00 00 F1 3B 01 1E 00 00 00 00 01 F8 EC 00
    FF FF FF FF FF FF FF FF 00 01 00 36 00 00 00 01 01 04 00 00 00 01 00 FE 83 C0 00 05 00 F8
    09 21 00 02 83 C0 09 2F 00 04 00 01 00 36 09 16 00 0A 00 00 25 44 04 00 00 02 04 00
    09 02 00 48 00 01 00 44
    4261 0C98 0400 0000 0006 0001 82B8 0204 0032 0000 00030C98 0002 7800 0026
    E40D E40D E40D 0020 0056 0054 0041 0043 0048
    0020 0020 0020 0020 0020 0020 0020 0020 0020 0000
    09 04 00 8C 00 02 00 88
    F222 0047 0002 1000 0002 0000 890B 0204 0032 0000 8075046E 0002 7800 0026
    0052 0065 006D 002E 0041 006C 0061 0072 006D 0044 0065 0076 002E 004D 0061 006C 0066 002E 0000
    0300 0180 0001 0000 0006 0001 82B1 0204 0032 0000 00030180 0000 7800 0026
    0043 0041 004E 004E 004F 0054 0020 0041 004E 0041 004C 0059 005A 0045 0020 0053 0054 0020 0000";

#[test]
fn alarm_lists() {
    let bytes = hex(ALARMS);
    assert_eq!(bytes.len(), 310);
    let message = Message::parse(&bytes).unwrap();
    assert_eq!(message.emit().unwrap(), bytes);
    let Message::Data(Data::Result { invoke_id: 3, reply: Reply::Action(result) }) = &message
    else {
        panic!("{message}");
    };
    let ActionReply::Poll(poll) = &result.reply else { panic!("{message}") };
    let [(0, object)] = poll.objects().collect::<Vec<_>>()[..] else { panic!("{message}") };
    let [
        Attribute::Handle(0x83C0),
        Attribute::ObjectType(class),
        Attribute::DeviceAlertCondition(condition),
        Attribute::PatientAlarms(patient),
        Attribute::TechnicalAlarms(technical),
    ] = &object.attributes[..]
    else {
        panic!("{object:?}");
    };
    assert_eq!(class.class(), Some(ObjectClass::AlertMonitor));
    assert_eq!(condition.highest_patient, AlertType::PatientRed);
    assert_eq!(condition.highest_technical, AlertType::TechnicalMedium);
    assert_eq!(condition.highest_audible, AlertType::PatientRed);

    let seen = patient.iter().chain(technical).map(|entry| {
        let object = (u16::from(entry.object.class), entry.object.context, entry.object.handle);
        (entry.source, entry.code, entry.kind, entry.state, object, entry.info.text().unwrap())
    });
    let silent = AlertState(0);
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            (0x4261, 3224, AlertType::PatientRed, silent, (6, 1, 0x82B8), "*** VTACH".into()),
            (
                0xF222,
                71,
                AlertType::TechnicalMedium,
                AlertState::SILENCED,
                (2, 0, 0x890B),
                "Rem.AlarmDev.Malf.".into()
            ),
            (
                0x0300,
                384,
                AlertType::TechnicalLow,
                silent,
                (6, 1, 0x82B1),
                "CANNOT ANALYZE ST".into()
            ),
        ]
    );
    let detail = patient[0].info.detail().unwrap();
    assert_eq!((detail.text_id, detail.priority), (TextId(0x0003_0C98), 2));
    assert!(detail.flags.has(AlertFlags::BEDSIDE_AUDIBLE | AlertFlags::AUDIBLE_LATCHING));
}

/// A get result with one attribute.
fn attribute_in_message(id: u16, value: &[u8]) -> Vec<u8> {
    let mut list = Vec::new();
    list.extend(id.to_be_bytes());
    list.extend((value.len() as u16).to_be_bytes());
    list.extend(value);
    let body = 6 + 4 + list.len();
    let mut out = hex("E1000002 0002");
    out.extend((body as u16 + 6).to_be_bytes());
    out.extend(hex("0001 0003"));
    out.extend((body as u16).to_be_bytes());
    out.extend(hex("0021 0000 0000 0001"));
    out.extend((list.len() as u16).to_be_bytes());
    out.extend(list);
    out
}

/// The attribute that `value` is, after showing that it is emitted again.
#[track_caller]
fn with_attribute(id: u16, value: &str, check: impl Fn(&Attribute)) {
    let bytes = attribute_in_message(id, &hex(value));
    let message = Message::parse(&bytes).unwrap();
    assert_eq!(message.emit().unwrap(), bytes);
    let Message::Data(Data::Result { reply: Reply::Get(report), .. }) = &message else {
        panic!("{message}");
    };
    check(&report.attributes[0]);
}

#[test]
fn observed_values() {
    for (value, physio_id, state, unit, shown) in [
        ("4BB8 0400 0220 FF0003B6", 0x4BB8, 0x0400, 0x0220, "95.0"),
        ("4182 0000 0AA0 00000050", 0x4182, 0x0000, 0x0AA0, "80"),
        ("4A05 2000 0F20 007FFFFF", 0x4A05, 0x2000, 0x0F20, "NaN"),
        ("0301 0001 0512 FFFFFFFE", 0x0301, 0x0001, 0x0512, "-0.2"),
    ] {
        with_attribute(0x0950, value, |attribute| {
            let Attribute::Numeric(numeric) = attribute else { panic!("{attribute:?}") };
            let NuObsValue { physio_id: physio, state: bits, unit: code, value } = *numeric;
            assert_eq!((physio, bits.0, code), (physio_id, state, unit));
            assert_eq!(value.to_string(), shown);
            assert_eq!(bits.is_usable(), value.value() != FloatValue::NaN);
        });
    }
    // ABP: mean, systolic, diastolic.
    with_attribute(
        0x094B,
        "0003 001E 4A17 0400 0F20 0000005B 4A15 0400 0F20 00000078 4A16 0400 0F20 00000046",
        |attribute| {
            let Attribute::NumericCompound(values) = attribute else { panic!("{attribute:?}") };
            let numbers = values.iter().map(|value| (value.physio_id, value.value));
            assert_eq!(
                numbers.collect::<Vec<_>>(),
                [(0x4A17, Float(91)), (0x4A15, Float(120)), (0x4A16, Float(70))]
            );
            assert!(values.iter().all(|value| value.state.has(MeasurementState::DEMO_DATA)));
        },
    );
}

#[test]
fn wave_descriptions() {
    with_attribute(0x096D, "0040 10 0E 3000", |attribute| {
        let Attribute::SampleArraySpec(spec) = attribute else { panic!("{attribute:?}") };
        assert_eq!((spec.array_size, spec.sample_bits, spec.value_mask()), (64, 16, 0x3FFF));
    });
    with_attribute(0x096D, "0020 10 0C 8000", |attribute| {
        let Attribute::SampleArraySpec(spec) = attribute else { panic!("{attribute:?}") };
        assert_eq!(spec.value_mask(), 0xFFFF);
    });
    with_attribute(0x096F, "FEFFF000 FD009FFB 0000 3FFF", |attribute| {
        let Attribute::ScaleAndRange(scale) = attribute else { panic!("{attribute:?}") };
        let shown = (scale.lower.to_string(), scale.upper.to_string());
        assert_eq!(shown, ("-40.96".to_owned(), "40.955".to_owned()));
        assert_eq!((scale.lower_scaled, scale.upper_scaled), (0, 0x3FFF));
    });
    with_attribute(0x0970, "FEFFF000 FD009FFB 00000000 00003FFF", |attribute| {
        assert!(matches!(attribute, Attribute::ScaleAndRange32(_)), "{attribute:?}");
    });
    with_attribute(0x0971, "FEFFF000 FD009FFB 00 FF", |attribute| {
        assert!(matches!(attribute, Attribute::ScaleAndRange8(_)), "{attribute:?}");
    });
    with_attribute(0x0A16, "0003 000C 0004 8008 0003 4001 0002 8004", |attribute| {
        let Attribute::FixedValues(values) = attribute else { panic!("{attribute:?}") };
        let masks = values.iter().map(|value| (u16::from(value.id), value.mask));
        assert_eq!(masks.collect::<Vec<_>>(), [(4, 0x8008), (3, 0x4001), (2, 0x8004)]);
    });
    with_attribute(0x096E, "4BB4 0000 0004 0102 0FFF", |attribute| {
        let Attribute::Wave(wave) = attribute else { panic!("{attribute:?}") };
        assert_eq!(wave.samples().collect::<Vec<_>>(), [0x0102, 0x0FFF]);
    });
}

#[test]
fn enumerations() {
    let value = |attribute: &Attribute| {
        let Attribute::Enumeration(observed) = attribute else { panic!("{attribute:?}") };
        format!("{:?}", observed.value)
    };
    with_attribute(0x099E, "D006 0000 0001 0002 1234", |attribute| {
        assert_eq!(value(attribute), format!("{:?}", EnumValue::Code(0x1234)));
    });
    with_attribute(0x099E, "D006 0000 0004 0008 1234 00000050 0AA0", |attribute| {
        let known = EnumValue::CodeNumber { code: 0x1234, value: Float(80), unit: 0x0AA0 };
        assert_eq!(value(attribute), format!("{known:?}"));
    });
    with_attribute(0x099E, "D006 0000 0009 0001 AA", |attribute| {
        let unknown = EnumValue::Unknown { choice: 9, bytes: &[0xAA] };
        assert_eq!(value(attribute), format!("{unknown:?}"));
    });
}

#[test]
fn a_value_of_another_layout_costs_that_value_alone() {
    for (id, value, error) in [
        (0x0924, "0002", WireError { offset: 0, field: "label", problem: Problem::Truncated }),
        (
            0x0924,
            "00024BB8 00",
            WireError { offset: 4, field: "label", problem: Problem::Leftover },
        ),
        (
            0x0950,
            "4BB8 0400 0220",
            WireError { offset: 6, field: "value", problem: Problem::Truncated },
        ),
    ] {
        with_attribute(id, value, |attribute| {
            let bytes = hex(value);
            assert_eq!(*attribute, Attribute::Misfit { id, bytes: &bytes, error });
        });
    }
}

#[test]
fn errors_name_the_place() {
    let poll = single_poll(1, 1, ObjectClass::Numeric, 0).emit().unwrap();
    let error = |offset, field, problem| Err(WireError { offset, field, problem });
    assert_eq!(Message::parse(&[]), error(0, "message type", Problem::Truncated));
    assert_eq!(Message::parse(&[0x42]), error(0, "message type", Problem::Unexpected));
    // The session header is a constant.
    let mut bytes = poll.clone();
    bytes[3] = 3;
    assert_eq!(Message::parse(&bytes), error(0, "session header", Problem::Unexpected));
    // A byte too few, a byte too many.
    assert_eq!(Message::parse(&poll[..35]), error(8, "remote operation", Problem::Truncated));
    bytes.clone_from(&poll);
    bytes.push(0);
    assert_eq!(Message::parse(&bytes), error(36, "message", Problem::Leftover));
    // Four bytes more inside the innermost length than the poll takes.
    bytes.clone_from(&poll);
    bytes.extend([0; 4]);
    for length in [7, 13, 27] {
        bytes[length] += 4;
    }
    assert_eq!(Message::parse(&bytes), error(36, "single poll", Problem::Leftover));
    // A list that counts more than it holds.
    let mut alarms = hex(ALARMS);
    let list = alarms.windows(4).position(|at| at == [0x00, 0x02, 0x00, 0x88]).unwrap();
    alarms[list + 1] = 3;
    let message = Message::parse(&alarms).unwrap();
    assert!(format!("{message:?}").contains("Misfit { id: 2308"), "{message:?}");
    assert_eq!(
        Message::parse(&poll[..35]).unwrap_err().to_string(),
        "remote operation at byte 8 is cut short"
    );
}

#[test]
fn linked_parts_and_unknown_operations_survive() {
    for state in [LinkState::First, LinkState::Middle, LinkState::Last, LinkState::Unknown(9)] {
        let message = Message::Data(Data::Linked {
            state,
            count: 2,
            invoke_id: 5,
            reply: Reply::Unknown { command: 99, bytes: &[1, 2] },
        });
        let bytes = message.emit().unwrap();
        assert_eq!(Message::parse(&bytes), Ok(message));
    }
    both_ways(
        "E1000002 0009 0003 010203",
        &Message::Data(Data::Unknown { operation: 9, bytes: &[1, 2, 3] }),
    );
    both_ways(
        "E1000002 0001 0008 0001 0063 0002 0102",
        &Message::Data(Data::Invoke {
            invoke_id: 1,
            request: Request::Unknown { command: 99, bytes: &[1, 2] },
        }),
    );
}

#[test]
fn what_is_too_long_is_not_sent() {
    let list = vec![TextId(0); 16_384];
    let message = Message::Data(Data::Result {
        invoke_id: 0,
        reply: Reply::Get(AttributeReport {
            object: ManagedObjectId::MDS,
            attributes: vec![Attribute::WavePriorityList(list)],
        }),
    });
    let error = message.emit().unwrap_err();
    assert_eq!((error.field, error.problem), ("list length", Problem::TooLong));
}
