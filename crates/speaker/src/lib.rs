//! The one sound stream of the station: what the board wants heard, through a sound device.
//!
//! [`Speaker::want`] puts down what is to be heard now and returns; the device's callback takes the
//! newest and asks the sequencer of `vigie-tones` for samples. The stream plays always, silence too:
//! a call out of silence does not wait for a device to wake, and a device that has gone is noticed
//! while nothing sounds. A thread opens the device, watches it, and opens it again.
//!
//! | What happens | [`Speaker::health`] |
//! | --- | --- |
//! | no device, or it cannot be opened | [`Health::NoDevice`], tried again after 1 s, then 2, up to 30 |
//! | it was pulled out, the sound server ended | [`Health::Stopped`] at once |
//! | it takes no samples for [`STALLED`] | [`Health::Stopped`] |
//! | it takes far more than could be heard: it only says that it plays | [`Health::Stopped`] |
//!
//! Nothing here blocks a caller, and nothing panics for want of a device. Nobody here knows whether a
//! loudspeaker is plugged in, switched on and turned up: a person has to listen
//! ([`Speaker::test`]).

mod capture;
mod device;
mod feed;
mod keeper;
#[cfg(test)]
mod tests;

use std::{sync::Arc, thread, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use vigie_model::{Clock, MonoTime, Priority};
use vigie_tones::{FADE, Tested, Volume, Wanted};

pub use self::{
    capture::Capture,
    device::{DeviceName, devices, named},
};

use self::{
    device::SoundCard,
    feed::Shared,
    keeper::{Backend, Keeper},
};

/// A device that took no samples for so long has stopped. Its buffers hold hundredths of a second.
pub const STALLED: Duration = Duration::from_secs(2);

/// How often the thread looks after its device.
const TICK: Duration = Duration::from_millis(100);

/// How long the end of a speaker waits for a device that does not let go.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// How loud, and through what. The levels are those of [`Volume::new`], in decibels of full scale.
#[derive(Clone, Debug)]
pub struct SpeakerOptions {
    /// Nothing is softer.
    pub volume_floor_db: f32,
    /// Of HIGH, before anything is raised.
    pub volume_db: f32,
    /// How far the steps of what is unanswered may raise it.
    pub cap_db: f32,
    /// An ALSA name as [`devices`] lists it, or part of a description; `None` for the default one.
    pub device: Option<String>,
    /// A device, or a test that listens.
    pub output: Output,
}

impl Default for SpeakerOptions {
    fn default() -> SpeakerOptions {
        SpeakerOptions {
            volume_floor_db: -20.0,
            volume_db: -6.0,
            cap_db: 0.0,
            device: None,
            output: Output::Device,
        }
    }
}

/// Where samples go.
#[derive(Clone, Debug, Default)]
pub enum Output {
    /// A sound device of this PC.
    #[default]
    Device,
    /// Whoever holds the other end of it takes them, at their own pace.
    Capture(Capture),
}

/// Whether what is wanted can be heard, as far as a PC knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// The device is being opened for the first time, for at most [`STALLED`].
    Starting,
    /// The device takes samples.
    Working {
        /// As the system calls it.
        device: String,
    },
    /// There is none that can be opened; tried again by itself.
    NoDevice {
        /// What the system answered.
        why: String,
    },
    /// It worked and does no longer; opened again by itself.
    Stopped {
        /// What was noticed.
        why: String,
    },
}

/// The station's loudspeaker. When it is dropped the sound fades and the device is let go.
#[derive(Debug)]
pub struct Speaker {
    shared: Arc<Shared>,
    /// Dropped to end the thread.
    stop: Option<Sender<()>>,
    /// Disconnected when the thread has ended.
    ended: Receiver<()>,
}

impl Speaker {
    /// Starts the thread and returns; the device is opened by and by. `clock` is asked in the device's
    /// callback and must not wait for anything.
    pub fn start(options: SpeakerOptions, clock: Arc<dyn Clock>) -> Speaker {
        let volume = Volume::new(options.volume_floor_db, options.volume_db, options.cap_db);
        let backend: Box<dyn Backend> = match options.output {
            Output::Device => Box::new(SoundCard::new(options.device)),
            Output::Capture(capture) => Box::new(capture),
        };
        let shared = Arc::new(Shared::new(volume, clock));
        let (stop, stopped) = bounded(0);
        let (ending, ended) = bounded(0);
        let keeper = Keeper::new(backend, Arc::clone(&shared));
        let run = move || {
            keep(keeper, &stopped);
            drop::<Sender<()>>(ending);
        };
        if let Err(error) = thread::Builder::new().name("speaker".to_owned()).spawn(run) {
            shared.no_device(format!("no thread for it ({error}): end other programs"));
        }
        Speaker { shared, stop: Some(stop), ended }
    }

    /// What is to be heard from now on. The newest word counts. A condition that ended by itself is
    /// still heard to the end of its burst, of HIGH half of it.
    pub fn want(&self, wanted: Wanted) {
        self.shared.want(wanted, false);
    }

    /// The same, because a person acknowledged, paused or reset: what is no longer wanted fades within
    /// [`FADE`].
    pub fn hush(&self, wanted: Wanted) {
        self.shared.want(wanted, true);
    }

    /// Plays one burst of `priority`, for a person to hear that it can be heard. Any alarm goes first.
    /// Returns its number, for [`Speaker::tested`].
    pub fn test(&self, priority: Priority) -> u64 {
        self.shared.test(priority)
    }

    /// How the test of that number ended; `None` while it has not. Without a device it waits.
    pub fn tested(&self, number: u64) -> Option<Tested> {
        self.shared.tested(number)
    }

    /// Whether what is wanted can be heard.
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// When the first sample of the burst that answered `call` was handed to the device; `None` before
    /// that, and for calls more than a thousand bursts old.
    pub fn queued(&self, call: u64) -> Option<MonoTime> {
        self.shared.queued(call)
    }

    /// Times that the device ran dry since the start: gaps in the sound, and clicks.
    pub fn dry_count(&self) -> u64 {
        self.shared.dry_count()
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.hush(Wanted::SILENCE);
        self.stop = None;
        // Nobody sends: it ends when the thread has let go of the other end.
        _ = self.ended.recv_timeout(END_PATIENCE);
    }
}

/// The thread.
fn keep(mut keeper: Keeper, stopped: &Receiver<()>) {
    loop {
        keeper.tick();
        match stopped.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if keeper.is_open() {
        // What sounded fades; it is in the device's buffer, and that is let go next.
        thread::park_timeout(FADE + 2 * TICK / 5);
    }
}
