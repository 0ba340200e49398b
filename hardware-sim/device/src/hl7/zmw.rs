//! Mindray's wave segment: eight bytes for seven, all with bit 7 set, over a block with a checksum.

/// A second of a wave, ready to stand between two segment ends. `width` is 1 or 2 bytes a sample.
pub(super) fn segment(wave: u16, width: u8, samples: &[u16]) -> Vec<u8> {
    let count = u16::try_from(samples.len()).unwrap_or(u16::MAX);
    let mut block = vec![0, 0];
    block.extend(wave.to_be_bytes());
    block.push(width);
    block.extend(count.to_be_bytes());
    block.push(0);
    for sample in samples {
        let [high, low] = sample.to_be_bytes();
        if width == 2 {
            block.push(high);
        }
        block.push(low);
    }
    while block.len() % 7 != 0 {
        block.push(0);
    }
    let mut sum: u32 = 0;
    for pair in block.chunks(2) {
        sum += u32::from(pair[0]) * 256 + pair.get(1).map_or(0, |low| u32::from(*low));
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    let check = !(sum as u16);
    block.splice(0..2, check.to_be_bytes());
    let mut coded = b"ZMW|".to_vec();
    for seven in block.chunks(7) {
        let mut tops = 0x80;
        for (bit, byte) in seven.iter().enumerate() {
            coded.push(byte | 0x80);
            tops |= (byte >> 7) << bit;
        }
        coded.push(tops);
    }
    coded
}
