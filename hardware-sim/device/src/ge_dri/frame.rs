//! Frames, and requests out of them (M1017617, "Framing" and "Requests").

const FLAG: u8 = 0x7E;
const ESCAPE: u8 = 0x7D;
/// Requests are short; what is longer is none.
const REQUEST_BYTES_MAX: usize = 256;

/// A record as it goes over the line.
pub(super) fn framed(record: &[u8]) -> Vec<u8> {
    let sum = record.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let mut wire = vec![FLAG];
    for byte in record.iter().chain([&sum]) {
        match *byte {
            FLAG => wire.extend([ESCAPE, 0x5E]),
            ESCAPE => wire.extend([ESCAPE, 0x5D]),
            byte => wire.push(byte),
        }
    }
    wire.push(FLAG);
    wire
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Type of physiological records, seconds (0: never, negative: once), and whether classes are
    /// left out.
    Physiological { kind: u8, interval: i16, classes: u32 },
    /// These waves and no others.
    Waves(Vec<u8>),
    /// 0 once, 2 at each change, 3 no more.
    Alarms(u16),
}

/// What arrives on the line.
#[derive(Debug, Default)]
pub(super) struct Hearing {
    content: Vec<u8>,
    is_escaped: bool,
}

impl Hearing {
    /// Requests in these bytes. What is damaged is dropped without a word.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Request> {
        let mut requests = Vec::new();
        for byte in bytes {
            match *byte {
                FLAG => {
                    requests.extend(request(&self.content));
                    self.content.clear();
                    self.is_escaped = false;
                }
                ESCAPE => self.is_escaped = true,
                byte if self.content.len() < REQUEST_BYTES_MAX => {
                    self.content.push(if self.is_escaped { byte | 0x20 } else { byte });
                    self.is_escaped = false;
                }
                _ => {}
            }
        }
        requests
    }
}

fn request(content: &[u8]) -> Option<Request> {
    let (sum, record) = content.split_last()?;
    let ours = record.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let (header, data) = record.split_at_checked(40)?;
    let word = |bytes: &[u8], at: usize| {
        bytes.get(at..)?.first_chunk::<2>().map(|word| u16::from_le_bytes(*word))
    };
    if ours != *sum || usize::from(word(header, 0)?) != record.len() {
        return None;
    }
    match word(header, 14)? {
        0 => {
            let classes = data.get(3..)?.first_chunk::<4>()?;
            Some(Request::Physiological {
                kind: *data.first()?,
                interval: word(data, 1)?.cast_signed(),
                classes: u32::from_le_bytes(*classes),
            })
        }
        // Older clients send a longer list than the specification's.
        1 if data.len() >= 12 => {
            let kinds = data.get(4..)?.iter().copied().take(24).take_while(|kind| *kind != 0xFF);
            let is_stop = word(data, 0)? == 1;
            Some(Request::Waves(if is_stop { Vec::new() } else { kinds.collect() }))
        }
        4 => Some(Request::Alarms(word(data, 0)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_requests_are_understood() {
        // As the specification prints them: 60 s trend of all classes, with an escaped checksum.
        let mut wire = vec![0x7E, 0x31];
        wire.extend([0; 20]);
        wire.push(0xFF);
        wire.extend([0; 18]);
        wire.extend([3, 60, 0, 0x0E, 0, 0, 0, 0, 0, 0x7D, 0x5D, 0x7E]);
        let mut hearing = Hearing::default();
        let trend = Request::Physiological { kind: 3, interval: 60, classes: 14 };
        assert_eq!(hearing.push(&wire), [trend]);
        wire[5] ^= 1;
        assert_eq!(hearing.push(&wire), []);
    }
}
