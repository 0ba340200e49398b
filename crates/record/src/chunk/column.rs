//! Columns: series of integers, each in the shortest of five forms.

use super::{
    ChunkError,
    bytes::{self, Cursor, put, put_signed},
};

const CONSTANT: u8 = 0;
const LINE: u8 = 1;
const PACKED: u8 = 2;
const DIFFERENCES: u8 = 3;
const REPEATS: u8 = 4;

/// Least value of a series, and how many bits the rest takes above it.
#[derive(Clone, Copy)]
struct Span {
    least: i64,
    width: u32,
}

impl Span {
    fn of(values: impl Iterator<Item = i64>) -> Span {
        let (low, high) =
            values.fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let range = if high < low { 0 } else { high.wrapping_sub(low) as u64 };
        Span { least: low, width: 64 - range.leading_zeros() }
    }

    fn bytes(self, count: usize) -> usize {
        bytes::len_signed(self.least) + 1 + (count * self.width as usize).div_ceil(8)
    }
}

/// Appends a series; of none, nothing.
pub(super) fn write(out: &mut Vec<u8>, values: &[i64]) {
    let Some((&first, rest)) = values.split_first() else { return };
    if rest.iter().all(|&value| value == first) {
        out.push(CONSTANT);
        put_signed(out, first);
        return;
    }
    let differences = || values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let of_differences = Span::of(differences());
    if of_differences.width == 0 {
        out.push(LINE);
        put_signed(out, first);
        put_signed(out, of_differences.least);
        return;
    }
    let of_values = Span::of(values.iter().copied());
    let packed = of_values.bytes(values.len());
    let as_differences = bytes::len_signed(first) + of_differences.bytes(rest.len());
    let as_repeats: usize = repeats(values)
        .map(|(value, count)| bytes::len_signed(value) + bytes::len(count as u64))
        .sum();
    if as_repeats <= packed.min(as_differences) {
        out.push(REPEATS);
        for (value, count) in repeats(values) {
            put_signed(out, value);
            put(out, count as u64);
        }
    } else if packed <= as_differences {
        out.push(PACKED);
        pack(out, of_values, values.iter().copied());
    } else {
        out.push(DIFFERENCES);
        put_signed(out, first);
        pack(out, of_differences, differences());
    }
}

/// Reads a series of so many.
pub(super) fn read(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<i64>, ChunkError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    match cursor.byte()? {
        CONSTANT => Ok(vec![cursor.get_signed()?; count]),
        LINE => {
            let (first, step) = (cursor.get_signed()?, cursor.get_signed()?);
            Ok(running(first, std::iter::repeat_n(step, count - 1)))
        }
        PACKED => unpack(cursor, count),
        DIFFERENCES => {
            let first = cursor.get_signed()?;
            Ok(running(first, unpack(cursor, count - 1)?.into_iter()))
        }
        REPEATS => {
            let mut values = Vec::with_capacity(count);
            while values.len() < count {
                let value = cursor.get_signed()?;
                let times = cursor.count(count - values.len())?;
                if times == 0 {
                    return Err(ChunkError("a value repeated no times"));
                }
                values.extend(std::iter::repeat_n(value, times));
            }
            Ok(values)
        }
        _ => Err(ChunkError("a column of unknown form")),
    }
}

fn running(first: i64, differences: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut value = first;
    let rest = differences.map(|difference| {
        value = value.wrapping_add(difference);
        value
    });
    std::iter::once(first).chain(rest).collect()
}

fn repeats(values: &[i64]) -> impl Iterator<Item = (i64, usize)> {
    values.chunk_by(|one, other| one == other).map(|same| (same[0], same.len()))
}

fn pack(out: &mut Vec<u8>, span: Span, values: impl Iterator<Item = i64>) {
    put_signed(out, span.least);
    out.push(span.width as u8);
    let (mut bits, mut held) = (0_u128, 0);
    for value in values {
        bits |= u128::from(value.wrapping_sub(span.least) as u64) << held;
        held += span.width;
        while held >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push(bits as u8);
    }
}

fn unpack(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<i64>, ChunkError> {
    let least = cursor.get_signed()?;
    let width = u32::from(cursor.byte()?);
    if width > 64 {
        return Err(ChunkError("a column of more than 64 bits"));
    }
    let packed = cursor.take((count * width as usize).div_ceil(8))?;
    let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
    let mut values = Vec::with_capacity(count);
    let (mut bits, mut held) = (0_u128, 0);
    let mut bytes = packed.iter();
    for _ in 0..count {
        while held < width {
            bits |= u128::from(*bytes.next().unwrap_or(&0)) << held;
            held += 8;
        }
        values.push(least.wrapping_add((bits as u64 & mask) as i64));
        bits >>= width;
        held -= width;
    }
    Ok(values)
}
