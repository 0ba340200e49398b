//! Recorded bytes as lines: readers of captures, and the pace at which they are played.
//!
//! Nothing is opened here: a file's bytes come in, a [`Recording`] comes out, and [`Playback`] says
//! at any moment what the lines would deliver. What the bytes mean is the session's work. Nothing is
//! left out in silence: what is not played as it stands is counted in [`Recording::losses`].
//!
//! | File | Read by |
//! | --- | --- |
//! | classic pcap (Ethernet, Linux cooked, raw IP), UDP to and from monitors | [`read`] through `pcap` |
//! | RS-232 log of IntelliVue frames, un-escaped or as on the wire, no times | [`read`] through `intellivue_log` |
//! | RS-232 log of S/5 DRI frames as on the wire, no times | [`read`] through `ge_dri_log` |

mod ge_dri_log;
mod intellivue_log;
mod loss;
mod pace;
mod packet;
mod pcap;
mod playback;
mod recording;

pub use loss::{Loss, LossKind};
pub use playback::{Playback, PlaybackOptions, Step, StepKind};
pub use recording::{Family, Piece, ReadError, Recording, Transport, read};
