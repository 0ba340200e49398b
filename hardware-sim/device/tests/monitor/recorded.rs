//! The recorded bytes of real monitors, cut out by hand.

use std::path::PathBuf;

/// The three recorded serial lines.
pub const SERIAL: [&str; 3] = [
    "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin",
    "rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin",
    "rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin",
];
const NETWORK: &str = "lan_mp40_G0180_frames_001-100_141-152.pcap";

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    std::fs::read(folder.join(name)).unwrap()
}

/// The messages of a recorded serial line. Its frames are un-escaped, so the length cuts them.
pub fn serial_messages(name: &str) -> Vec<Vec<u8>> {
    let bytes = fixture(name);
    let mut rest = &bytes[..];
    let mut messages = Vec::new();
    while let [0xC0, 0x11, 0x01, high, low, ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        messages.push(rest[5..5 + length].to_vec());
        rest = &rest[length + 8..];
    }
    assert!(rest.is_empty(), "{} bytes left over in {name}", rest.len());
    messages
}

/// The UDP payloads of the recorded network session: a classic pcap file of Ethernet frames.
pub fn datagrams() -> Vec<Vec<u8>> {
    let bytes = fixture(NETWORK);
    assert_eq!(bytes[..4], [0xD4, 0xC3, 0xB2, 0xA1], "little-endian, microseconds");
    let mut rest = &bytes[24..];
    let mut datagrams = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes([rest[8], rest[9], rest[10], rest[11]]) as usize;
        let frame = &rest[16..16 + length];
        // Ethernet type IPv4, protocol UDP.
        if frame[12..14] == [0x08, 0x00] && frame[23] == 17 {
            let udp = &frame[14 + usize::from(frame[14] & 0x0F) * 4..];
            let length = usize::from(u16::from_be_bytes([udp[4], udp[5]]));
            datagrams.push(udp[8..length].to_vec());
        }
        rest = &rest[16 + length..];
    }
    datagrams
}

/// Bytes from hexadecimal digits; spaces, line ends and underscores between them do not matter.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    assert_eq!(digits.len() % 2, 0, "odd number of digits");
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}
