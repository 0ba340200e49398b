//! What a screen tells of itself (EDID): its physical size and the picture that it is made for.
//!
//! Size in millimetres and preferred picture stand in the first detailed timing of the base block (VESA
//! E-EDID, 128 bytes). What cannot be is refused: a projector has no size, and some screens write their
//! aspect ratio where millimetres belong.

/// Length of the base block.
pub const EDID_BYTES: usize = 128;

const HEADER: [u8; 8] = [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00];
/// Where the four descriptors of 18 bytes stand.
const DESCRIPTORS: std::ops::Range<usize> = 54..126;
const DESCRIPTOR: usize = 18;
/// Aspect ratios that stand where millimetres belong, as drivers know them.
const NO_SIZES: [(u32, u32); 6] =
    [(16, 9), (16, 10), (160, 90), (160, 100), (1_600, 900), (1_600, 1_000)];
/// Pixels in a millimetre: from a wall to a telephone.
const PIXELS_PER_MM: std::ops::RangeInclusive<f32> = 0.5..=40.0;

/// What a screen tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edid {
    /// Width and height of the picture, in millimetres.
    pub size_mm: (u32, u32),
    /// The picture that it is made for, in pixels.
    pub pixels: (u32, u32),
}

/// Why a block says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdidFault {
    /// Shorter than a base block.
    Short,
    /// No EDID begins so.
    Header,
    /// Its bytes do not sum up.
    Checksum,
    /// It has no timing of its own.
    NoTiming,
    /// It says no size, as projectors do.
    NoSize,
    /// Its size cannot be that of such a picture.
    WrongSize,
}

impl Edid {
    /// Reads the base block; extension blocks behind it are left alone.
    pub fn read(bytes: &[u8]) -> Result<Edid, EdidFault> {
        let block = bytes.get(..EDID_BYTES).ok_or(EdidFault::Short)?;
        if !block.starts_with(&HEADER) {
            return Err(EdidFault::Header);
        }
        if block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) != 0 {
            return Err(EdidFault::Checksum);
        }
        let descriptors = block.get(DESCRIPTORS).ok_or(EdidFault::Short)?;
        let timing = descriptors.chunks_exact(DESCRIPTOR).find_map(timing);
        let edid = timing.ok_or(EdidFault::NoTiming)?;
        let (width, height) = edid.size_mm;
        if width == 0 || height == 0 {
            return Err(EdidFault::NoSize);
        }
        let [across, down] = edid.densities();
        let is_square = (across / down - 1.0).abs() <= 0.1;
        let is_one = is_square && PIXELS_PER_MM.contains(&across);
        if !is_one || NO_SIZES.contains(&edid.size_mm) {
            return Err(EdidFault::WrongSize);
        }
        Ok(edid)
    }

    /// Pixels in a millimetre across, of a picture so many pixels wide.
    pub fn pixels_per_mm(&self, width: u32) -> f32 {
        width as f32 / self.size_mm.0 as f32
    }

    fn densities(&self) -> [f32; 2] {
        [self.pixels.0 as f32 / self.size_mm.0 as f32, self.pixels.1 as f32 / self.size_mm.1 as f32]
    }
}

/// A descriptor that is a timing.
fn timing(descriptor: &[u8]) -> Option<Edid> {
    let byte = |at: usize| descriptor.get(at).copied().map(u32::from);
    if byte(0)? == 0 && byte(1)? == 0 {
        return None; // a text or a range: its pixel clock is zero
    }
    let active = |low: usize, high: usize| Some(byte(low)? | (byte(high)? >> 4) << 8);
    let lines = active(5, 7)?;
    let is_interlaced = byte(17)? & 0x80 != 0;
    let sizes = byte(14)?;
    Some(Edid {
        size_mm: (byte(12)? | (sizes >> 4) << 8, byte(13)? | (sizes & 0x0F) << 8),
        pixels: (active(2, 4)?, if is_interlaced { lines * 2 } else { lines }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with one timing, summed up.
    fn block(pixels: (u32, u32), size_mm: (u32, u32)) -> Vec<u8> {
        let mut block = vec![0; EDID_BYTES];
        block[..8].copy_from_slice(&HEADER);
        let low = |value: u32| (value & 0xFF) as u8;
        let high = |value: u32| (value >> 8) as u8;
        let timing = &mut block[54..72];
        (timing[0], timing[1]) = (0x02, 0x3A); // 148.5 MHz
        (timing[2], timing[4]) = (low(pixels.0), high(pixels.0) << 4);
        (timing[5], timing[7]) = (low(pixels.1), high(pixels.1) << 4);
        (timing[12], timing[13]) = (low(size_mm.0), low(size_mm.1));
        timing[14] = high(size_mm.0) << 4 | high(size_mm.1);
        summed(block)
    }

    fn summed(mut block: Vec<u8>) -> Vec<u8> {
        block[127] = 0;
        let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        block[127] = sum.wrapping_neg();
        block
    }

    #[test]
    fn size_and_picture_of_a_screen_are_read() {
        let edid = Edid::read(&block((1_920, 1_080), (531, 299))).unwrap();
        assert_eq!(edid, Edid { size_mm: (531, 299), pixels: (1_920, 1_080) });
        assert!((edid.pixels_per_mm(1_920) - 3.616).abs() < 0.001);
        // A smaller picture on the same screen has fewer of them.
        assert!((edid.pixels_per_mm(1_280) - 2.411).abs() < 0.001);
        // Blocks behind the first change nothing.
        let mut longer = block((3_840, 2_160), (621, 341));
        longer.extend([0x02; EDID_BYTES]);
        assert_eq!(Edid::read(&longer).unwrap().size_mm, (621, 341));
    }

    #[test]
    fn a_text_before_the_timing_is_passed_over_and_without_a_timing_there_is_nothing() {
        let mut with_text = block((1_920, 1_080), (531, 299));
        with_text.copy_within(54..72, 72);
        with_text[54..72].fill(0);
        with_text[57] = 0xFC; // a name
        assert_eq!(Edid::read(&summed(with_text.clone())).unwrap().pixels, (1_920, 1_080));
        with_text[72..90].fill(0);
        assert_eq!(Edid::read(&summed(with_text)), Err(EdidFault::NoTiming));
    }

    #[test]
    fn an_interlaced_picture_has_twice_its_lines() {
        let mut interlaced = block((1_920, 540), (531, 299));
        interlaced[54 + 17] = 0x80;
        assert_eq!(Edid::read(&summed(interlaced)).unwrap().pixels, (1_920, 1_080));
    }

    #[test]
    fn nonsense_is_refused() {
        let wrong = |block: &[u8], why| assert_eq!(Edid::read(block), Err(why));
        wrong(&[], EdidFault::Short);
        wrong(&block((1_920, 1_080), (531, 299))[..127], EdidFault::Short);
        wrong(&[0; EDID_BYTES], EdidFault::Header);
        // A projector; an aspect ratio; a picture that would be three times as dense across as down.
        wrong(&block((1_920, 1_080), (0, 0)), EdidFault::NoSize);
        wrong(&block((1_920, 1_080), (160, 90)), EdidFault::WrongSize);
        wrong(&block((1_920, 1_080), (16, 9)), EdidFault::WrongSize);
        wrong(&block((1_920, 1_080), (531, 900)), EdidFault::WrongSize);
        wrong(&block((100, 100), (4_000, 4_000)), EdidFault::WrongSize);
    }

    #[test]
    fn no_damage_passes_the_sum_and_no_bytes_make_it_panic() {
        let right = block((1_920, 1_080), (531, 299));
        for at in 0..EDID_BYTES {
            for bit in 0..8 {
                let mut damaged = right.clone();
                damaged[at] ^= 1 << bit;
                assert!(Edid::read(&damaged).is_err(), "byte {at}, bit {bit}");
            }
            assert!(Edid::read(&right[..at]).is_err());
            let _any = Edid::read(&summed(vec![at as u8 * 2 + 1; EDID_BYTES]));
        }
    }
}
