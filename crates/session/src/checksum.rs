//! Checksums that more than one wire format uses.
//!
//! CRC-16/X-25 (ISO/IEC 13239 frame check sequence, "HDLC"; also called CRC-16/IBM-SDLC): polynomial
//! 0x1021 reflected to 0x8408, register starts at 0xFFFF, result inverted. A sender appends the
//! result low byte first; a receiver that runs the register over data **and** received check
//! sequence then always ends at [`RESIDUE_X25`].

/// Register after data and its own check sequence, before the final inversion.
pub const RESIDUE_X25: u16 = 0xF0B8;

/// One step of the register for every value of a byte, so that a byte costs one look-up and not
/// eight shifts.
const TABLE_X25: [u16; 256] = table(0x8408);

const fn table(polynomial_reflected: u16) -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut register = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            register = if register & 1 == 1 {
                (register >> 1) ^ polynomial_reflected
            } else {
                register >> 1
            };
            bit += 1;
        }
        table[byte] = register;
        byte += 1;
    }
    table
}

/// A CRC-16/X-25 that takes its bytes piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc16X25 {
    register: u16,
}

impl Crc16X25 {
    /// Nothing taken in yet.
    pub const fn new() -> Crc16X25 {
        Crc16X25 { register: 0xFFFF }
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let [low, _] = self.register.to_le_bytes();
            // A u8 always indexes a table of 256.
            let step = TABLE_X25[usize::from(low ^ byte)];
            self.register = (self.register >> 8) ^ step;
        }
    }

    /// The check sequence of all bytes so far; sent low byte first.
    pub const fn value(self) -> u16 {
        !self.register
    }

    /// Whether the bytes so far end with the check sequence of those before it.
    pub const fn residue_ok(self) -> bool {
        self.register == RESIDUE_X25
    }
}

impl Default for Crc16X25 {
    fn default() -> Crc16X25 {
        Crc16X25::new()
    }
}

/// The check sequence of `bytes`; sent low byte first.
pub fn crc16_x25(bytes: &[u8]) -> u16 {
    let mut crc = Crc16X25::new();
    crc.update(bytes);
    crc.value()
}

/// Whether `bytes` end with the check sequence (low byte first) of those before it.
pub fn residue_x25_ok(bytes: &[u8]) -> bool {
    let mut crc = Crc16X25::new();
    crc.update(bytes);
    crc.residue_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_vectors() {
        // The check value of the CRC catalogue, then two of the IntelliVue programming guide.
        assert_eq!(crc16_x25(b"123456789"), 0x906E);
        assert_eq!(crc16_x25(&[0x3A, 0x71]), 0x269B);
        assert_eq!(crc16_x25(&[0x3A, 0x91]), 0xC195);
        assert_eq!(crc16_x25(&[]), 0x0000);
    }

    #[test]
    fn a_receiver_ends_at_the_residue() {
        assert!(residue_x25_ok(&[0x3A, 0x71, 0x9B, 0x26]));
        assert!(!residue_x25_ok(&[0x3A, 0x71, 0x26, 0x9B]), "high byte first is wrong");
        assert!(!residue_x25_ok(&[]));
    }

    #[test]
    fn every_flipped_bit_of_a_frame_is_seen() {
        let frame = [0x3A, 0x91, 0x95, 0xC1];
        assert!(residue_x25_ok(&frame));
        for bit in 0..frame.len() * 8 {
            let mut hurt = frame;
            hurt[bit / 8] ^= 1 << (bit % 8);
            assert!(!residue_x25_ok(&hurt), "bit {bit}");
        }
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let bytes: Vec<u8> = (0..=255).collect();
        for cut in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            let mut crc = Crc16X25::new();
            crc.update(head);
            crc.update(tail);
            assert_eq!(crc.value(), crc16_x25(&bytes), "cut at {cut}");
        }
    }
}
