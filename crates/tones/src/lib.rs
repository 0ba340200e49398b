//! Alarm sounds by the burst structure of IEC 60601-1-8, as samples.
//!
//! [`BurstShape`] holds the timings and the melody of a priority, [`burst`] makes its samples,
//! [`Volume`] says how loud, [`Sequencer`] decides what is heard when: one stream, the most urgent
//! first. Nothing here knows a clock or a sound device: time is counted in samples, by whoever takes
//! them. A burst is rendered once; what runs in a device's callback copies and multiplies.
//!
//! Nothing here is a claim of conformity. The standard itself was not at hand: each constant says
//! where it comes from. `[2nd]` is a value of the standard seen in manuals and data sheets of others,
//! `[m]` one from memory, a default to be configured.

mod render;
mod sequencer;
mod shape;
mod volume;
mod wav;

use vigie_model::Priority;

pub use self::{
    render::burst,
    sequencer::{Began, FADE, SEPARATION, Sequencer, Tested},
    shape::{BurstShape, Shapes},
    volume::{FLOOR_LEAST_DB, STEP_DB, Volume},
    wav::wav,
};

/// What is to be heard now. The newest one counts; there is no queue of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The highest priority that sounds, `None` for silence. [`Priority::Information`] is silent.
    pub priority: Option<Priority>,
    /// Rises with every condition that begins to sound: a burst begins for it without waiting for
    /// the repetition. A number that went back is new as well: whoever counts has started again.
    pub call: u64,
    /// Steps of [`STEP_DB`] by which what is unanswered grows louder, up to [`Volume`]'s cap.
    pub step: u8,
}

impl Wanted {
    /// Silence.
    pub const SILENCE: Wanted = Wanted { priority: None, call: 0, step: 0 };

    /// The priority, if it has a sound.
    const fn audible(self) -> Option<Priority> {
        match self.priority {
            Some(Priority::Information) | None => None,
            Some(Priority::Low | Priority::Medium | Priority::High) => self.priority,
        }
    }
}
