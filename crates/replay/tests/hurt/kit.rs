//! Logs and captures to be hurt.

use std::{fs, path::PathBuf, time::Duration};

use vigie_intellivue::wire::{
    Message,
    data::Data,
    frame::{DeframeFault, Deframer, emit_frame},
    operation::{ActionReply, Reply},
    types::{ObjectClass, RelativeTime},
};
use vigie_replay::{LossKind, Recording, read};

pub fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    fs::read(folder.join(name)).expect("a fixture")
}

/// User data of all frames of a log: 234 cycles of numerics, alarms and waves.
pub fn vtach() -> Vec<Vec<u8>> {
    let log = fixture("rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin");
    let mut frames = Vec::new();
    let mut rest = log.as_slice();
    while let [_, _, _, high, low, behind @ ..] = rest {
        let (data, behind) = behind.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        frames.push(data.to_vec());
        rest = &behind[3..];
    }
    frames
}

/// A frame as on the wire.
pub fn wire(data: &[u8]) -> Vec<u8> {
    emit_frame(data).expect("short enough")
}

/// A frame as a log keeps it: un-escaped.
pub fn plain(data: &[u8]) -> Vec<u8> {
    let wire = wire(data);
    let mut plain = vec![0xC0];
    let mut inside = wire[1..wire.len() - 1].iter();
    while let Some(byte) = inside.next() {
        plain.push(match byte {
            0x7D => inside.next().expect("an escaped byte") ^ 0x20,
            byte => *byte,
        });
    }
    plain.push(0xC1);
    plain
}

/// Class and time of a poll result.
pub fn result(data: &[u8]) -> Option<(ObjectClass, RelativeTime)> {
    let Ok(Message::Data(data)) = Message::parse(data) else { return None };
    let Reply::Action(action) = data.reply()? else { return None };
    match &action.reply {
        ActionReply::Poll(poll) => Some((poll.class.class()?, poll.time)),
        ActionReply::Unknown { .. } => None,
    }
}

/// The same poll result with another time.
pub fn with_time(data: &[u8], time: RelativeTime) -> Vec<u8> {
    let mut message = Message::parse(data).expect("a message");
    let Message::Data(Data::Result { reply: Reply::Action(action), .. }) = &mut message else {
        panic!("not a poll result: {message:?}")
    };
    let ActionReply::Poll(poll) = &mut action.reply else { panic!("not a poll result") };
    poll.time = time;
    message.emit().expect("no longer than before")
}

pub fn log(frames: &[Vec<u8>]) -> Vec<u8> {
    frames.iter().flat_map(|frame| plain(frame)).collect()
}

/// The one recording in a file.
pub fn one(file: &[u8]) -> Recording {
    let [recording] = read("file", file).expect("a recording").try_into().expect("only one");
    recording
}

pub fn losses(recording: &Recording) -> Vec<(LossKind, usize)> {
    recording.losses.iter().map(|loss| (loss.kind, loss.count)).collect()
}

pub fn cycles(count: u32) -> Duration {
    Duration::from_millis(1_024) * count
}

/// What a session's deframer makes of a recording: good user data and faults, with their time.
pub struct Heard {
    pub good: Vec<(Duration, Vec<u8>)>,
    pub faults: Vec<DeframeFault>,
}

pub fn heard(recording: &Recording) -> Heard {
    let mut deframer = Deframer::new();
    let mut heard = Heard { good: Vec::new(), faults: Vec::new() };
    for piece in &recording.pieces {
        deframer.push(&piece.bytes);
        while let Some(frame) = deframer.next_frame() {
            match frame {
                Ok(data) => heard.good.push((piece.at, data.to_vec())),
                Err(fault) => heard.faults.push(fault),
            }
        }
    }
    heard.faults.extend(deframer.close());
    heard
}
