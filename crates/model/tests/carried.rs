//! What crosses the window's socket and lies in the record comes back as it was.

use std::{sync::Arc, time::Duration};

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Before, Decimal, DeviceKey,
    Event, Inactivation, Mark, MarkKind, MdcCode, Measured, MetricKey, MonoTime, Nature, Numeric,
    Observation, Placement, Priority, Reading, RunId, Scale, Stamp, Text, Tick, Timebase, Unit,
    Validity, WallTime, WaveChunk,
};

fn key(code: u32, vendor: &str) -> MetricKey {
    MetricKey { code: Some(MdcCode(code)), vendor: Text::from(vendor), instance: 0 }
}

fn base() -> Timebase {
    Timebase { id: 0, tick_ns: 125_000 }
}

fn numeric() -> Event {
    Event::Numeric(Numeric {
        key: key(150_456, "4BB8"),
        unit: Unit::ucum("%"),
        reading: Reading::of(Decimal::new(970, -1), Validity::Questionable),
        measured: Measured::Ago(Duration::from_millis(1_024)),
        device_time: None,
        tick: Some((base(), Tick(u64::MAX))),
        nature: Nature::Demo,
        in_alarm: true,
        alarms_off: false,
    })
}

fn wave() -> Event {
    Event::Wave(WaveChunk {
        key: key(131_330, "0102"),
        unit: Unit::ucum("mV"),
        base: base(),
        first: Tick(65_535),
        step: 16,
        before: Before::Gap,
        scale: Scale::Physical { offset: -40.96, per_count: 0.005, low: -40.96, high: 40.955 },
        samples: Arc::from([i32::MIN, -1, 0, 8_192, i32::MAX]),
        marks: vec![Mark { at: 3, kind: MarkKind::Pacer }],
    })
}

fn alarms() -> Event {
    Event::Alarms(AlarmSet {
        scope: AlarmScope::Physiological,
        truth: AlarmTruth::FromEdges,
        active: Arc::from([Alarm {
            id: Text::from("3224/4182"),
            kind: AlarmKind::Physiological,
            priority: Priority::High,
            phase: AlarmPhase::Latched,
            inactivation: Some(Inactivation::Acknowledged),
            code: Some(MdcCode(199_832)),
            vendor: Text::from("3224"),
            subject: Some(key(147_842, "4182")),
            value: Some(Decimal::whole(188)),
            limit: None,
            text: Text::from("***VTACH « é »"),
        }]),
        told: Arc::from([Text::from("3224/4182")]),
    })
}

#[test]
fn an_observation_survives_the_way_to_text_and_back() {
    for event in [numeric(), wave(), alarms(), Event::Alive] {
        let sent = Observation {
            stamp: Stamp {
                run: RunId(3),
                seq: 41,
                mono: MonoTime::from_nanos(u64::MAX),
                wall: WallTime::from_unix_nanos(-1),
            },
            device: DeviceKey(Text::from("intellivue:00:09:FB")),
            event,
            placed: Some(Placement {
                start: MonoTime::from_nanos(7),
                ns_per_tick: 125_012.5,
                epoch: 2,
            }),
        };
        let text = serde_json::to_string(&sent).unwrap();
        assert_eq!(serde_json::from_str::<Observation>(&text).unwrap(), sent, "{text}");
    }
}

#[test]
fn what_is_not_an_observation_is_refused() {
    for text in ["", "{}", "[1,2]", r#"{"stamp":null}"#] {
        assert!(serde_json::from_str::<Observation>(text).is_err(), "{text}");
    }
}
