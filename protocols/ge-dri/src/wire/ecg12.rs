//! The 12-lead ECG: eight leads at 500 Hz, packed as differences.
//!
//! After the usual head comes one of its own, then a block of 56 bytes for each 10 ms. A block holds
//! the first of five samples of each lead, and the amounts and signs of four differences (DRI, "12-lead
//! ECG waveform"). No public recording holds any of it. Which byte of a word holds which difference is
//! not stated; [`Order`] says it.

use super::{i16_at, u16_at, value::VALUE_MIN, wave::WAVE_HEAD_BYTES};

/// Leads that are sent; III, aVR, aVL and aVF follow from I and II.
pub const LEADS: usize = 8;
/// Samples of a lead in a block.
pub const BLOCK_SAMPLES: usize = 5;
/// A block of 10 ms.
const BLOCK_BYTES: usize = 56;
/// Head of its own: size and six status words.
const HEAD_BYTES: usize = 14;

/// In which byte of a word the earlier of two differences stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// In the low byte, which comes first on the line.
    #[default]
    LowFirst,
    /// In the high byte.
    HighFirst,
}

/// Samples of eight leads: I, II, V1 to V6. `None` where a lead is not valid. One count is 4 µV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecg12 {
    /// The samples of each lead, oldest first.
    pub leads: [Vec<Option<i16>>; LEADS],
    /// Places of pacemaker pulses, as indices of samples.
    pub pacers: Vec<u32>,
    /// Bit 0: gap before these samples.
    pub status: u16,
    /// Counts blocks of 10 ms, modulo 8,000; of the first block.
    pub block_number: u16,
}

impl Ecg12 {
    /// Reads a subrecord; `None` when it is no whole number of blocks.
    pub fn parse(bytes: &[u8], order: Order) -> Option<Ecg12> {
        let status = u16_at(bytes, 2)?;
        let size = usize::from(u16_at(bytes, WAVE_HEAD_BYTES)?);
        if size != HEAD_BYTES {
            return None;
        }
        let (blocks, rest) = bytes.get(WAVE_HEAD_BYTES + HEAD_BYTES..)?.as_chunks::<BLOCK_BYTES>();
        let first = blocks.first().filter(|_| rest.is_empty())?;
        let block_number = u16_at(first, 52)? & 0x1FFF;
        let mut ecg = Ecg12 { leads: Default::default(), pacers: Vec::new(), status, block_number };
        for (index, block) in blocks.iter().enumerate() {
            ecg.take(index, block, order)?;
        }
        Some(ecg)
    }

    fn take(&mut self, index: usize, block: &[u8; BLOCK_BYTES], order: Order) -> Option<()> {
        // Bit 15 is the first difference of the first lead, bit 14 its second, and so on.
        let signs = [u16_at(block, 48)?, u16_at(block, 50)?];
        for (number, lead) in self.leads.iter_mut().enumerate() {
            let at = 6 * number;
            let first = i16_at(block, at)?;
            if first <= VALUE_MIN {
                lead.extend([None; BLOCK_SAMPLES]);
                continue;
            }
            let mut sample = i32::from(first);
            lead.push(Some(first));
            for (pair, signs) in signs.iter().enumerate() {
                let [low, high] = u16_at(block, at + 2 + 2 * pair)?.to_le_bytes();
                let amounts = match order {
                    Order::LowFirst => [low, high],
                    Order::HighFirst => [high, low],
                };
                for (place, amount) in amounts.into_iter().enumerate() {
                    let is_negative = signs >> (15 - 2 * number - place) & 1 == 1;
                    let step = i32::from(amount);
                    sample += if is_negative { -step } else { step };
                    lead.push(i16::try_from(sample).ok());
                }
            }
        }
        let pacer = u16_at(block, 52)? >> 13;
        if (1..=BLOCK_SAMPLES as u16).contains(&pacer) {
            let at = index * BLOCK_SAMPLES + usize::from(pacer) - 1;
            self.pacers.extend(u32::try_from(at).ok());
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One block in which lead k begins at 100 k and goes +1, -2, +3, -4.
    fn block(order: Order, pacer: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        for lead in 0..8i16 {
            bytes.extend((100 * lead).to_le_bytes());
            let pair = |a: u8, b: u8| if order == Order::LowFirst { [a, b] } else { [b, a] };
            bytes.extend(pair(1, 2));
            bytes.extend(pair(3, 4));
        }
        // The second of each two is negative.
        bytes.extend([0x55, 0x55, 0x55, 0x55]);
        bytes.extend((pacer << 13 | 77).to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }

    fn subrecord(blocks: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 1, 0, 0xFF, 1];
        bytes.extend([14, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(blocks.concat());
        bytes
    }

    #[test]
    fn differences_become_samples_in_both_orders() {
        for order in [Order::LowFirst, Order::HighFirst] {
            let mut second = block(order, 3);
            second[..2].copy_from_slice(&(-32_767i16).to_le_bytes());
            let ecg = Ecg12::parse(&subrecord(&[block(order, 0), second]), order).unwrap();
            let samples = |start: i16| [0, 1, -1, 2, -2].map(|step| Some(start + step));
            assert_eq!(ecg.leads[0], [samples(0), [None; 5]].concat());
            assert_eq!(ecg.leads[7], [samples(700), samples(700)].concat());
            assert_eq!((ecg.pacers, ecg.block_number, ecg.status), (vec![7], 77, 1));
        }
    }

    #[test]
    fn half_a_block_is_none() {
        let whole = subrecord(&[block(Order::LowFirst, 0)]);
        assert_eq!(Ecg12::parse(&whole[..whole.len() - 1], Order::LowFirst), None);
        assert_eq!(Ecg12::parse(&whole[..20], Order::LowFirst), None);
        assert_eq!(Ecg12::parse(&[], Order::LowFirst), None);
    }
}
