//! What passes between station and window: frames of a length (32 bits, little-endian) and a body in
//! postcard, capped both ways.
//!
//! The first frame each way is a `Hello` with the version; its place in the enums and its first
//! field never change, so that two versions can always tell each other that they differ.

use std::io::{self, Read};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vigie_board::{Command, Receipt, view::ViewUpdate};
use vigie_history::{Query, Slice};
use vigie_model::{Priority, Text};

use crate::{Entry, SetupAsk, SetupSays, StationReport};

/// Changes whenever a frame or anything in it does.
pub(crate) const VERSION: u32 = 9;
/// No frame from a client is longer: beats, commands, questions, and a configuration with what it was.
pub(crate) const FROM_CLIENT_MAX: usize = 4 * 1024 * 1024;
/// No frame from a station is longer: the first whole view of a large ward.
pub(crate) const FROM_STATION_MAX: usize = 16 * 1024 * 1024;
/// Memory grows by as much as arrives, whatever length a frame claims.
const CHUNK: usize = 64 * 1024;
/// Bytes of the length.
const HEAD: usize = 4;

/// From the station.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum StationFrame {
    /// First of all.
    Hello { version: u32 },
    /// It will not serve this client: why, in English for engineers. Last of all.
    Refused(Text),
    /// What changed since the last one.
    View(Box<ViewUpdate>),
    /// What the station says of itself.
    Report(Box<StationReport>),
    /// Links and board work.
    Beat,
    /// What became of a command.
    Receipt { id: u64, receipt: Receipt },
    /// What the record has, or why there is no answer, in English for engineers.
    Slice { id: u64, slice: Result<Box<Slice>, Text> },
    /// The segment that was sealed, or why none was.
    Sealed { id: u64, sealed: Result<u32, Text> },
    /// A copy has begun, or why not.
    Copying { id: u64, begun: Result<(), Text> },
    /// A test of the sound was played to its end, or why not.
    SoundTested { id: u64, tested: Result<(), Text> },
    /// About setting up.
    Setup { id: u64, says: Box<SetupSays> },
    /// What became of a PIN.
    Entered { id: u64, entry: Entry },
}

/// From a client.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ClientFrame {
    /// First of all. `window`: it paints, and is missed when it does not.
    Hello { version: u32, window: bool },
    /// It is there, and has painted so often.
    Beat { painted: u64 },
    /// Somebody decided something.
    Command { id: u64, by: Text, command: Command },
    /// Somebody wants to read the record.
    Query { id: u64, query: Box<Query> },
    /// The open segment is to be closed and sealed.
    Seal { id: u64 },
    /// A copy is to be made to one of the configured places, counted from 0.
    Copy { id: u64, place: u32 },
    /// Somebody wants to hear that the sound can be heard.
    TestSound { id: u64, priority: Priority },
    /// Whether that person heard it; answered by a receipt.
    HeardSound { id: u64, by: Text, heard: bool },
    /// Somebody sets up.
    Setup { id: u64, ask: Box<SetupAsk> },
    /// Somebody comes in by PIN.
    Enter { id: u64, initials: Text, pin: String },
    /// Whoever came in goes out again.
    Leave,
}

/// Why a connection cannot go on.
#[derive(Debug)]
pub(crate) enum FrameError {
    /// The other end closed it.
    Closed,
    /// A frame is longer than allowed.
    TooLong(usize),
    /// A frame is not one.
    Malformed,
    /// It failed.
    Io(io::ErrorKind),
}

/// A frame as bytes.
pub(crate) fn encode(frame: &impl Serialize, bytes_max: usize) -> Result<Vec<u8>, FrameError> {
    let bytes = vec![0; HEAD];
    let mut bytes = postcard::to_extend(frame, bytes).map_err(|_| FrameError::Malformed)?;
    let length = bytes.len().saturating_sub(HEAD);
    if length > bytes_max {
        return Err(FrameError::TooLong(length));
    }
    let head = u32::try_from(length).map_err(|_| FrameError::TooLong(length))?.to_le_bytes();
    for (to, from) in bytes.iter_mut().zip(head) {
        *to = from;
    }
    Ok(bytes)
}

/// Whether a stream with a time-out only ran into it.
pub(crate) fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Puts frames together from what a stream with a time-out delivers.
#[derive(Debug)]
pub(crate) struct FrameReader {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl FrameReader {
    pub(crate) const fn new(bytes_max: usize) -> FrameReader {
        FrameReader { bytes: Vec::new(), bytes_max }
    }

    /// The next frame, or `None` when the stream has nothing more for now.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        stream: &mut impl Read,
    ) -> Result<Option<T>, FrameError> {
        loop {
            let whole = match self.bytes.first_chunk::<HEAD>() {
                None => HEAD,
                Some(head) => {
                    let length = u32::from_le_bytes(*head);
                    let length = usize::try_from(length).unwrap_or(usize::MAX);
                    if length > self.bytes_max {
                        return Err(FrameError::TooLong(length));
                    }
                    HEAD + length
                }
            };
            let have = self.bytes.len();
            if have >= HEAD && have == whole {
                let body = self.bytes.get(HEAD..).unwrap_or_default();
                let frame = match postcard::take_from_bytes(body) {
                    Ok((frame, [])) => frame,
                    Ok(_) | Err(_) => return Err(FrameError::Malformed),
                };
                self.bytes.clear();
                // One large view must not hold its room for ever.
                self.bytes.shrink_to(CHUNK);
                return Ok(Some(frame));
            }
            let want = (whole - have).min(CHUNK);
            self.bytes.resize(have + want, 0);
            let read = stream.read(self.bytes.get_mut(have..).unwrap_or_default());
            self.bytes.truncate(have + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) => return Err(FrameError::Closed),
                Ok(_) => {}
                Err(error) if is_nothing_yet(&error) => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FrameError::Io(error.kind())),
            }
        }
    }
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FrameError::Closed => write!(f, "the other end closed it"),
            FrameError::TooLong(bytes) => write!(f, "a frame of {bytes} bytes is not allowed"),
            FrameError::Malformed => write!(f, "what was sent is no frame of this version"),
            FrameError::Io(kind) => write!(f, "{kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what it has in pieces of one size, then has nothing for now.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(into.len()).min(self.0.len());
            if count == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let (now, later) = self.0.split_at(count);
            into[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn frames_come_whole_however_they_are_cut() {
        let beat = |painted| encode(&ClientFrame::Beat { painted }, 100).expect("it fits");
        let bytes = [beat(1), beat(300), beat(2)].concat();
        for piece in 1..bytes.len() {
            let mut stream = Pieces(&bytes, piece);
            let mut reader = FrameReader::new(100);
            let mut painted = Vec::new();
            while let Some(frame) = reader.read(&mut stream).expect("frames") {
                let ClientFrame::Beat { painted: times } = frame else { panic!("{frame:?}") };
                painted.push(times);
            }
            assert_eq!(painted, [1, 300, 2], "pieces of {piece}");
        }
    }

    #[test]
    fn what_is_too_long_or_no_frame_ends_it_without_taking_memory() {
        let mut reader = FrameReader::new(100);
        let claim = 101_u32.to_le_bytes();
        let result = reader.read::<ClientFrame>(&mut Pieces(&claim, 9));
        assert!(matches!(result, Err(FrameError::TooLong(101))), "{result:?}");
        let mut reader = FrameReader::new(FROM_STATION_MAX);
        let claim = u32::try_from(FROM_STATION_MAX).expect("32 bits").to_le_bytes();
        assert!(matches!(reader.read::<StationFrame>(&mut Pieces(&claim, 9)), Ok(None)));
        assert!(reader.bytes.capacity() <= 2 * CHUNK);
        let mut longer = encode(&ClientFrame::Beat { painted: 1 }, 100).expect("it fits");
        longer.push(0);
        longer[0] += 1;
        let mut reader = FrameReader::new(100);
        let result = reader.read::<ClientFrame>(&mut Pieces(&longer, 99));
        assert!(matches!(result, Err(FrameError::Malformed)), "{result:?}");
        assert!(matches!(encode(&vec![0_u8; 200], 100), Err(FrameError::TooLong(202))));
    }
}
