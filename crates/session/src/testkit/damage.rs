//! What lines do to bytes.

use crate::rng::Rng;

/// A copy of `bytes` hurt in one to four places: bits flipped, bytes cut out, bytes put in, or a
/// piece said twice.
pub fn damaged(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut hurt = bytes.to_vec();
    for _ in 0..=rng.below(4) {
        let start = rng.index(hurt.len() + 1);
        let length = rng.index(40).min(hurt.len() - start);
        match rng.below(4) {
            0 => {
                for byte in hurt.iter_mut().skip(start).take(1 + rng.index(4)) {
                    *byte ^= 1 << rng.below(8);
                }
            }
            1 => _ = hurt.drain(start..start + length),
            2 => {
                let noise: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
                hurt.splice(start..start, noise);
            }
            _ => {
                let again: Vec<u8> = hurt.iter().skip(start).take(length).copied().collect();
                hurt.splice(start..start, again);
            }
        }
    }
    hurt
}

/// `bytes` in pieces of random length, some empty; put together they are `bytes` again.
pub fn cut_at_random<'a>(bytes: &'a [u8], rng: &mut Rng) -> Vec<&'a [u8]> {
    // Some lines deliver a few bytes at a time, some a few thousand.
    let longest = [3, 17, 300, 5_000][rng.index(4)];
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rng.index(longest + 1).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_whole() {
        let bytes: Vec<u8> = (0..10_000).map(|number| number as u8).collect();
        for seed in 0..20 {
            let pieces = cut_at_random(&bytes, &mut Rng::new(seed));
            assert_eq!(pieces.concat(), bytes, "seed {seed}");
            assert!(pieces.len() > 1, "seed {seed}");
        }
    }

    #[test]
    fn damage_is_done_and_can_be_done_again() {
        let bytes = [0x5A; 200];
        let mut unhurt = 0;
        for seed in 0..200 {
            let hurt = damaged(&bytes, &mut Rng::new(seed));
            assert_eq!(hurt, damaged(&bytes, &mut Rng::new(seed)));
            unhurt += u32::from(hurt == bytes);
        }
        assert!(unhurt < 20, "{unhurt} of 200 unhurt");
        assert_eq!(damaged(&[], &mut Rng::new(1)).len(), damaged(&[], &mut Rng::new(1)).len());
    }
}
