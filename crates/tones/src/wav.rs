//! Samples as a WAV file, to listen to and to measure.

/// Samples as 16-bit PCM, mono, with the 44 bytes of header that this format has had since 1991. A
/// library for files of many formats would be more to trust than these lines.
///
/// Samples outside -1 to 1 are cut. What does not fit the format's 4 GiB is left out.
pub fn wav(samples: &[f32], rate_hz: u32) -> Vec<u8> {
    const BYTES_A_SAMPLE: u32 = 2;
    const AFTER_RIFF: u32 = 36;
    let samples_max = ((u32::MAX - AFTER_RIFF) / BYTES_A_SAMPLE) as usize;
    let samples = samples.get(..samples_max).unwrap_or(samples);
    let data_bytes = samples.len() as u32 * BYTES_A_SAMPLE;
    let mut bytes = Vec::with_capacity(samples.len() * 2 + 44);
    bytes.extend(b"RIFF");
    bytes.extend((AFTER_RIFF + data_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend(rate_hz.saturating_mul(BYTES_A_SAMPLE).to_le_bytes());
    bytes.extend((BYTES_A_SAMPLE as u16).to_le_bytes());
    bytes.extend((BYTES_A_SAMPLE as u16 * 8).to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(data_bytes.to_le_bytes());
    for sample in samples {
        let scaled = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        bytes.extend(scaled.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_by_its_bytes() {
        // Written down from the format's description, not made by the function.
        let expected = [
            b"RIFF\x2C\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".as_slice(),
            b"\x80\xBB\0\0\x00\x77\x01\0\x02\0\x10\0data\x08\0\0\0",
            b"\0\0\xFF\x7F\x01\x80\x00\x40",
        ]
        .concat();
        assert_eq!(wav(&[0.0, 1.5, -1.0, 0.5], 48_000), expected);
    }
}
