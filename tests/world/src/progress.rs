//! What is new on a line, read from the wire alone.
//!
//! A monitor stamps each result with its own running time. What is not newer than what was heard
//! before is no sign of life, however often it comes: this is kept here a second time, without a
//! question to the session.

use std::collections::BTreeMap;

use vigie_intellivue::wire::{
    Data, Message,
    frame::Deframer,
    operation::{ActionReply, Reply},
    types::{ObjectClass, RelativeTime},
};
use vigie_replay::Transport;

/// Class, invoke id and poll number.
type Poll = (u16, u16, u16);

/// The newest result of each poll.
#[derive(Debug, Default)]
pub struct Progress {
    newest: BTreeMap<Poll, (RelativeTime, Vec<Vec<u8>>)>,
}

/// What a message is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing newer was heard, and not this either.
    New,
    /// Waves again or late; each wave is judged by its own samples.
    OldWaves,
    /// As good as silence.
    Old,
}

impl Progress {
    /// Takes a message in.
    pub fn judge(&mut self, bytes: &[u8]) -> News {
        let Some((poll, class, time)) = poll_of(bytes) else { return News::New };
        let (newest, said) = self.newest.entry(poll).or_insert_with(|| (time, Vec::new()));
        let step = time.0.wrapping_sub(newest.0).cast_signed();
        if step > 0 {
            (*newest, *said) = (time, Vec::new());
        }
        // Parts of one result have one time.
        if step >= 0 && !said.iter().any(|known| known == bytes) {
            said.push(bytes.to_vec());
            News::New
        } else if class == ObjectClass::SampleArray {
            News::OldWaves
        } else {
            News::Old
        }
    }
}

/// Whether bytes that arrived together hold results and nothing that begins or ends a conversation.
pub fn is_results(transport: Transport, bytes: &[u8]) -> bool {
    let messages = messages(transport, &mut Deframer::new(), bytes);
    !messages.is_empty() && messages.iter().all(|message| poll_of(message).is_some())
}

/// The messages in bytes that arrived together; damaged ones are left out.
pub fn messages(transport: Transport, deframer: &mut Deframer, bytes: &[u8]) -> Vec<Vec<u8>> {
    if transport == Transport::Datagrams {
        return vec![bytes.to_vec()];
    }
    deframer.push(bytes);
    let mut messages = Vec::new();
    while let Some(frame) = deframer.next_frame() {
        messages.extend(frame.ok().map(<[u8]>::to_vec));
    }
    messages
}

/// A result with a time; 0 says "never measured" and tells nothing of now.
fn poll_of(bytes: &[u8]) -> Option<(Poll, ObjectClass, RelativeTime)> {
    let Ok(Message::Data(data)) = Message::parse(bytes) else { return None };
    let invoke_id = match &data {
        Data::Result { invoke_id, .. } | Data::Linked { invoke_id, .. } => *invoke_id,
        Data::Invoke { .. } | Data::Error { .. } | Data::Unknown { .. } => return None,
    };
    let Reply::Action(result) = data.reply()? else { return None };
    let ActionReply::Poll(poll) = &result.reply else { return None };
    let class = poll.class.class()?;
    let id = (poll.class.code, invoke_id, poll.poll_number);
    (poll.time.0 != 0).then_some((id, class, poll.time))
}
