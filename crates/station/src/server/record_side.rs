//! What one client asks of the record, and how much of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crossbeam_channel::Sender;
use vigie_history::{Query, Slice};
use vigie_model::{MonoTime, Text};

use super::QUESTIONS;
use crate::{
    bucket::TokenBucket,
    desk::{Answer, Desk},
    frames::{FROM_STATION_MAX, FrameError, StationFrame, encode},
};

/// What one client has under way at the record.
pub(super) struct RecordSide {
    pub(super) desk: Desk,
    pub(super) rate: TokenBucket,
    pub(super) under_way: Arc<AtomicUsize>,
    /// Frames for the client, as bytes. Never waited for.
    pub(super) answers: Sender<Vec<u8>>,
}

/// One of the places for what is under way; free again when dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RecordSide {
    pub(super) fn ask(&mut self, now: MonoTime, id: u64, query: Query) -> Result<(), FrameError> {
        match self.admit(now) {
            Ok(place) => {
                let answer =
                    self.answer(place, move |slice: Result<Slice, Text>| slice_frame(id, slice));
                self.desk.ask(query, answer);
                Ok(())
            }
            Err(why) => self.refuse(&StationFrame::Slice { id, slice: Err(why) }),
        }
    }

    pub(super) fn seal(&mut self, now: MonoTime, id: u64) -> Result<(), FrameError> {
        match self.admit(now) {
            Ok(place) => {
                let frame = move |sealed| frame(&StationFrame::Sealed { id, sealed });
                self.desk.seal(self.answer(place, frame));
                Ok(())
            }
            Err(why) => self.refuse(&StationFrame::Sealed { id, sealed: Err(why) }),
        }
    }

    pub(super) fn copy(&mut self, now: MonoTime, id: u64, place: u32) -> Result<(), FrameError> {
        match self.admit(now) {
            Ok(room) => {
                let frame = move |begun| frame(&StationFrame::Copying { id, begun });
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                self.desk.copy(place, self.answer(room, frame));
                Ok(())
            }
            Err(why) => self.refuse(&StationFrame::Copying { id, begun: Err(why) }),
        }
    }

    /// A place, unless too much is under way.
    fn admit(&mut self, now: MonoTime) -> Result<Place, Text> {
        let place = Place(self.under_way.clone());
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        if before >= QUESTIONS {
            return Err(Text::from("too many questions under way: wait for an answer"));
        }
        match self.rate.take(now) {
            Ok(()) => Ok(place),
            Err(_) => Err(Text::from("too many questions in one second: ask later")),
        }
    }

    fn refuse(&self, refusal: &StationFrame) -> Result<(), FrameError> {
        // A client that asks on and on and fetches nothing is let go.
        self.answers.try_send(frame(refusal)).map_err(|_| FrameError::Closed)
    }

    /// Takes an answer and puts it where the client's other thread sends it from.
    fn answer<T: 'static>(
        &self,
        place: Place,
        frame: impl FnOnce(Result<T, Text>) -> Vec<u8> + Send + 'static,
    ) -> Answer<T> {
        let answers = self.answers.clone();
        Box::new(move |answer| {
            // The client may be gone by now.
            _ = answers.try_send(frame(answer));
            drop(place);
        })
    }
}

/// Small frames of our own: they always fit.
pub(super) fn frame(frame: &StationFrame) -> Vec<u8> {
    encode(frame, FROM_STATION_MAX).unwrap_or_default()
}

fn slice_frame(id: u64, slice: Result<Slice, Text>) -> Vec<u8> {
    let slice = slice.map(Box::new);
    encode(&StationFrame::Slice { id, slice }, FROM_STATION_MAX).unwrap_or_else(|error| {
        let why = format!("the answer is too long ({error}): ask for a shorter time");
        frame(&StationFrame::Slice { id, slice: Err(Text::from(why)) })
    })
}
