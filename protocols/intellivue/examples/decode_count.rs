//! Decodes the recorded serial lines and datagrams so many times, and says how many messages that
//! were. `benches/callgrind.sh` counts the instructions of it.
//!
//! ```sh
//! cargo run --release --example decode_count -- 3
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../tests/wire/recorded.rs"]
mod recorded;

use std::hint::black_box;

use recorded::{SERIAL, datagrams, hexdump_beacon, serial_contents};
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::frame::{Deframer, emit_frame};

fn main() {
    let times: usize = std::env::args().nth(1).map_or(1, |times| times.parse().unwrap());
    // Before the counted part: each recorded frame as it was on the line.
    let contents = SERIAL.iter().flat_map(|(name, _)| serial_contents(name));
    let frames = contents.map(|content| emit_frame(&content[4..content.len() - 2]).unwrap());
    let wire: Vec<Vec<u8>> = frames.collect();
    let mut payloads: Vec<Vec<u8>> = datagrams().into_iter().map(|datagram| datagram.2).collect();
    payloads.push(hexdump_beacon());

    let mut messages = 0;
    for _ in 0..times {
        let mut deframer = Deframer::new();
        for frame in &wire {
            deframer.push(frame);
            while let Some(user_data) = deframer.next_frame() {
                black_box(Message::parse(user_data.unwrap()).unwrap());
                messages += 1;
            }
        }
        for payload in &payloads {
            black_box(Message::parse(payload).unwrap());
            messages += 1;
        }
    }
    println!("{messages} messages");
}
