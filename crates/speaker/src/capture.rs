//! A sound device that is a test: it takes samples when it is told to, and fails when it is told to.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    feed::{Feed, Shared, StreamState},
    keeper::{Backend, Opened},
};

/// Both ends of it: one goes into [`crate::Output::Capture`], the other stays with whoever listens.
#[derive(Clone)]
pub struct Capture {
    state: Arc<Mutex<State>>,
}

struct State {
    rate_hz: u32,
    flow: Option<(Feed, Arc<StreamState>, Arc<Shared>)>,
    refusal: Option<String>,
    openings: u64,
    enlarged: u32,
}

impl Capture {
    /// A device that can be opened, with this many samples a second.
    pub fn new(rate_hz: u32) -> Capture {
        let state = State { rate_hz, flow: None, refusal: None, openings: 0, enlarged: 0 };
        Capture { state: Arc::new(Mutex::new(state)) }
    }

    /// Takes the next `count` samples, as a device's callback would; none when it is not open.
    pub fn take(&self, count: usize) -> Vec<f32> {
        let mut samples = vec![0.0; count];
        match &mut self.lock().flow {
            Some((feed, _, _)) => feed.fill(&mut samples),
            None => samples.clear(),
        }
        samples
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.lock().flow.is_some()
    }

    /// How often it was opened, or asked to open.
    pub fn openings(&self) -> u64 {
        self.lock().openings
    }

    /// How often larger buffers were asked for.
    pub fn enlarged(&self) -> u32 {
        self.lock().enlarged
    }

    /// From now on it cannot be opened; `None`: it can.
    pub fn refuse(&self, why: Option<&str>) {
        self.lock().refusal = why.map(str::to_owned);
    }

    /// What is open fails, as when a plug is pulled.
    pub fn fail(&self, why: &str) {
        if let Some((_, stream, _)) = &self.lock().flow {
            stream.fail(why.to_owned());
        }
    }

    /// It ran dry.
    pub fn run_dry(&self) {
        if let Some((_, stream, shared)) = &self.lock().flow {
            Feed::ran_dry(stream, shared);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("is_open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Backend for Capture {
    fn open(&mut self, shared: &Arc<Shared>, stream: &Arc<StreamState>) -> Result<Opened, String> {
        let mut state = self.lock();
        state.openings += 1;
        if let Some(why) = &state.refusal {
            return Err(why.clone());
        }
        let feed = Feed::new(shared, stream, state.rate_hz);
        state.flow = Some((feed, Arc::clone(stream), Arc::clone(shared)));
        drop(state);
        Ok(Opened { device: "capture".to_owned(), held: Box::new(Held(self.clone())) })
    }

    fn enlarge(&mut self) -> bool {
        let mut state = self.lock();
        state.enlarged += 1;
        true
    }
}

/// Closes it.
struct Held(Capture);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.lock().flow = None;
    }
}
