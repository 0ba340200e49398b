//! The recorded bytes, for the tests of this folder.

use std::path::PathBuf;

use pcap_file::pcap::PcapReader;

/// The three recorded serial lines with their numbers of frames.
pub const SERIAL: [(&str, usize); 3] = [
    ("rs232_mp90_1A_normal_sinus_spo2_100.frames.bin", 1_426),
    ("rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin", 1_414),
    ("rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin", 1_402),
];

/// The bytes of a fixture file.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    std::fs::read(folder.join(name)).unwrap()
}

/// The frames of a recorded serial line between their delimiters: header, user data, check sequence.
/// The recordings are un-escaped, so the length field cuts them, not the end byte.
pub fn serial_contents(name: &str) -> Vec<Vec<u8>> {
    let bytes = fixture(name);
    let mut rest = bytes.as_slice();
    let mut contents = Vec::new();
    while let [0xC0, 0x11, 0x01, high, low, ..] = rest {
        let content = 4 + usize::from(u16::from_be_bytes([*high, *low])) + 2;
        assert_eq!(rest[content + 1], 0xC1, "end of frame {}", contents.len());
        contents.push(rest[1..=content].to_vec());
        rest = &rest[content + 2..];
    }
    assert!(rest.is_empty(), "{} bytes left over in {name}", rest.len());
    contents
}

/// The UDP payloads of the recorded network session, with source and destination port.
pub fn datagrams() -> Vec<(u16, u16, Vec<u8>)> {
    let file = fixture("lan_mp40_G0180_frames_001-100_141-152.pcap");
    let mut reader = PcapReader::new(file.as_slice()).unwrap();
    let mut datagrams = Vec::new();
    while let Some(packet) = reader.next_packet() {
        let packet = packet.unwrap();
        let sliced = etherparse::SlicedPacket::from_ethernet(&packet.data).unwrap();
        if let Some(etherparse::TransportSlice::Udp(udp)) = sliced.transport {
            let ports = (udp.source_port(), udp.destination_port());
            datagrams.push((ports.0, ports.1, udp.payload().to_vec()));
        }
    }
    datagrams
}

/// The user data of the beacon of the newer monitor, out of its hex dump of an Ethernet frame.
pub fn hexdump_beacon() -> Vec<u8> {
    let dump = String::from_utf8(fixture("lan_866062_L0118_beacon_ethernet_hexdump.txt")).unwrap();
    let frame = hex(&dump.lines().map(|line| &line[4..]).collect::<String>());
    let sliced = etherparse::SlicedPacket::from_ethernet(&frame).unwrap();
    let Some(etherparse::TransportSlice::Udp(udp)) = sliced.transport else {
        panic!("the dump is no UDP datagram");
    };
    udp.payload().to_vec()
}

/// Bytes from hexadecimal digits; spaces and line ends between them do not matter.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    assert_eq!(digits.len() % 2, 0, "odd number of digits");
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}
