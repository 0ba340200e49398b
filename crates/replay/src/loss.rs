//! What of a file is not played as it stands, counted and named.

use std::{collections::BTreeMap, fmt};

use vigie_intellivue::wire::frame::FRAME_BYTES_MAX;

/// Something of a file that is not played as it stands, and how often.
///
/// Damage that is played, because a line would have carried it, is not here: the session counts it.
/// The text is one line in English, for engineers; the caller adds the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub kind: LossKind,
    /// How many; for [`LossKind::CaptureCutOff`] bytes.
    pub count: usize,
}

/// What is not played as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossKind {
    /// Packets of which the capture kept only the beginning (snap length).
    PacketsCut,
    /// Packets whose headers contradict themselves.
    PacketsBroken,
    /// Pieces of UDP packets that IP cut up; they are not put together.
    Fragments,
    /// Datagrams whose UDP checksum is wrong.
    WrongChecksum,
    /// The end of a capture, from where no packet can be cut out any more; counted in bytes.
    CaptureCutOff,
    /// Undamaged frames longer than a session takes; they are passed on and count there as damage.
    FramesTooLong,
    /// Recorded times that step back, or ahead further than anybody waits.
    TimeSteps,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count;
        match self.kind {
            LossKind::PacketsCut => write!(
                f,
                "packets cut short by the capture, not played: {count} (capture without a snap length)"
            ),
            LossKind::PacketsBroken => write!(f, "broken packets, not played: {count}"),
            LossKind::Fragments => write!(f, "fragments of UDP packets, not played: {count}"),
            LossKind::WrongChecksum => {
                write!(f, "datagrams with a wrong checksum, not played: {count}")
            }
            LossKind::CaptureCutOff => {
                write!(f, "the capture breaks off, bytes at its end not played: {count}")
            }
            LossKind::FramesTooLong => {
                write!(f, "frames over {FRAME_BYTES_MAX} bytes, played as damage: {count}")
            }
            LossKind::TimeSteps => {
                write!(f, "times that do not follow the one before, not waited for: {count}")
            }
        }
    }
}

/// The losses of a file while it is being read.
#[derive(Debug, Default)]
pub(crate) struct Losses(BTreeMap<LossKind, usize>);

impl Losses {
    pub(crate) fn add(&mut self, kind: LossKind, count: usize) {
        if count > 0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    pub(crate) fn into_rows(self) -> Vec<Loss> {
        self.0.into_iter().map(|(kind, count)| Loss { kind, count }).collect()
    }
}
