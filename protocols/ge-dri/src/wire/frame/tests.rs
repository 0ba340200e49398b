//! Frames, whole, hurt and cut.

use super::*;

/// A record without subrecords whose last bytes are these.
fn record(tail: &[u8]) -> Vec<u8> {
    let mut record = vec![0; HEADER_BYTES];
    record.extend(tail);
    record[0] = record.len() as u8;
    record[18] = 0xFF;
    record
}

fn drain(deframer: &mut Deframer) -> Vec<Result<Vec<u8>, DeframeFault>> {
    let mut all = Vec::new();
    while let Some(found) = deframer.next_record() {
        all.push(found.map(<[u8]>::to_vec));
    }
    all
}

fn found(bytes: &[u8]) -> Vec<Result<Vec<u8>, DeframeFault>> {
    let mut deframer = Deframer::new();
    deframer.push(bytes);
    drain(&mut deframer)
}

#[test]
fn reserved_bytes_are_escaped_in_content_and_checksum() {
    let mut escaped = record(&[0x7E, 0x7D]);
    // Makes the checksum 7E.
    escaped[39] = 0x7Eu8.wrapping_sub(checksum(&escaped));
    assert_eq!(checksum(&escaped), 0x7E);
    let wire = emit_frame(&escaped);
    assert!(wire.ends_with(&[0x7D, 0x5E, 0x7D, 0x5D, 0x7D, 0x5E, 0x7E]), "{wire:02X?}");
    assert_eq!(found(&wire), [Ok(escaped)]);
}

#[test]
fn one_flag_or_two_between_frames() {
    let (a, b) = (record(&[1]), record(&[2]));
    let two = [emit_frame(&a), emit_frame(&b)].concat();
    assert_eq!(found(&two), [Ok(a.clone()), Ok(b.clone())]);
    let mut one = emit_frame(&a);
    one.extend(&emit_frame(&b)[1..]);
    assert_eq!(found(&one), [Ok(a), Ok(b)]);
}

#[test]
fn a_lost_flag_never_puts_later_frames_out_of_step() {
    let frame = emit_frame(&record(&[1]));
    let mut wire = frame.clone();
    wire.pop();
    wire.extend(&frame);
    wire.extend(&frame[1..]);
    // The first end is lost: both flags of the second frame do their work.
    assert_eq!(found(&wire), [Ok(record(&[1])), Ok(record(&[1])), Ok(record(&[1]))]);
    let mut wire = frame[..frame.len() - 1].to_vec();
    wire.extend(&frame[1..]);
    wire.extend(&frame);
    let bytes = 2 * (frame.len() - 2);
    let lost = found(&wire);
    assert!(lost[0].is_err_and_bytes(bytes), "{lost:?}");
    assert_eq!(lost[1..], [Ok(record(&[1]))]);
}

trait IsErrAndBytes {
    fn is_err_and_bytes(&self, bytes: usize) -> bool;
}

impl IsErrAndBytes for Result<Vec<u8>, DeframeFault> {
    fn is_err_and_bytes(&self, bytes: usize) -> bool {
        self.as_ref().is_err_and(|fault| fault.bytes() == bytes)
    }
}

#[test]
fn sum_and_length_must_both_agree() {
    let good = record(&[5, 6]);
    let mut stray = vec![0];
    stray.extend(&good);
    // A zero that came from nowhere does not change the sum.
    assert_eq!(checksum(&stray), checksum(&good));
    assert_eq!(found(&emit_frame(&stray)), [Err(DeframeFault::Length { bytes: 44 })]);
    let mut wire = emit_frame(&good);
    wire[30] ^= 0x10;
    assert_eq!(found(&wire), [Err(DeframeFault::Checksum { bytes: 43 })]);
    assert_eq!(found(&[FLAG, 1, 2, 3, FLAG]), [Err(DeframeFault::TooShort { bytes: 3 })]);
    let mut negative = record(&[]);
    negative[..2].copy_from_slice(&(-40i16).to_le_bytes());
    assert_eq!(found(&emit_frame(&negative)), [Err(DeframeFault::Length { bytes: 41 })]);
}

#[test]
fn a_line_that_begins_within_a_frame_has_noise() {
    let frame = emit_frame(&record(&[1]));
    let wire = [&frame[20..], &frame].concat();
    let noise = DeframeFault::Framing(FrameFault::Noise { bytes: frame.len() - 21 });
    assert_eq!(found(&wire), [Err(noise), Ok(record(&[1]))]);
}

#[test]
fn a_frame_that_never_ends_is_told_and_costs_no_memory() {
    let mut deframer = Deframer::new();
    deframer.push(&[FLAG]);
    deframer.push(&vec![1; 20_000]);
    let faults = drain(&mut deframer);
    assert_eq!(
        faults[0],
        Err(DeframeFault::Framing(FrameFault::TooLong { bytes: RECORD_BYTES_MAX + 2 }))
    );
    assert!(faults.len() >= 3, "{faults:?}");
    assert!(deframer.content.capacity() < 2 * RECORD_BYTES_MAX + 10);
    deframer.push(&emit_frame(&record(&[3])));
    assert_eq!(drain(&mut deframer).last(), Some(&Ok(record(&[3]))));
}

#[test]
fn a_caller_that_never_drains_is_bounded_and_told() {
    let mut deframer = Deframer::new();
    deframer.push(&vec![1; PENDING_BYTES_MAX + 1]);
    deframer.push(&emit_frame(&record(&[3])));
    assert!(deframer.inbox.len() <= PENDING_BYTES_MAX + 1);
    let all = drain(&mut deframer);
    let lost: usize = all.iter().filter_map(|one| one.as_ref().err()).map(|f| f.bytes()).sum();
    assert_eq!(lost, PENDING_BYTES_MAX + 1 + emit_frame(&record(&[3])).len());
    deframer.push(&emit_frame(&record(&[4])));
    assert_eq!(drain(&mut deframer), [Ok(record(&[4]))]);
}

#[test]
fn an_escape_before_a_flag_is_no_frame() {
    let mut wire = emit_frame(&record(&[5]));
    wire.insert(wire.len() - 1, ESCAPE);
    let bytes = wire.len() - 2;
    assert_eq!(found(&wire), [Err(DeframeFault::Framing(FrameFault::Aborted { bytes }))]);
}

#[test]
fn closing_says_what_is_unfinished() {
    let frame = emit_frame(&record(&[1]));
    let mut deframer = Deframer::new();
    deframer.push(&frame[..20]);
    assert_eq!(drain(&mut deframer), []);
    let unfinished = DeframeFault::Framing(FrameFault::Unfinished { bytes: 19 });
    assert_eq!(deframer.close(), Some(unfinished));
    assert_eq!(deframer.close(), None);
    deframer.push(&frame);
    assert_eq!(drain(&mut deframer), [Ok(record(&[1]))]);
}
