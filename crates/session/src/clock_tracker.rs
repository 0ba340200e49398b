//! A device's ticks on our time axis.
//!
//! Nothing tells when a sample was taken by our clock. What is known: a chunk cannot arrive before
//! its **last** sample was taken. So the arrival with the least delay of the last minute says where
//! the device's clock stands, and everything that came later than it was merely under way.
//!
//! | Question | Answer |
//! | --- | --- |
//! | Offset | least delay over [`WINDOW`]; bursts and jitter only ever add delay, so they do not bias it |
//! | Rate | the line under an hour of one-minute minima, see [`skew`](self#the-rate) |
//! | Correction | the mapping bends by at most [`SLEW_MAX`], and only ahead of what was placed: chunks join |
//! | More than [`STEP`] off | a new epoch: chunks of two epochs are never joined, a gap is drawn |
//! | A chunk behind the newest | lands in its hole by the mapping that held there |
//!
//! The constant part of the delay (cable, device buffers) cannot be seen from here: the trace lies
//! that much after the truth, the same for all waves of the device.
//!
//! # The start of an epoch
//!
//! Devices that deliver in bursts (IntelliVue: four chunks of 256 ms at once every 1.024 s) send the
//! oldest first. The first chunk of an epoch is therefore taken to be as old as the first of a burst
//! would be, once [`ClockTracker::expect_delivery_every`] has told the period. The
//! first arrival's jitter is then slewed away: within 50 ms of the truth after at most 20 minutes,
//! and until then off by no more than that jitter. Whoever joins in the middle of a burst, or hears
//! its datagrams out of order, guesses wrong by up to a period: less than [`STEP`] is slewed away,
//! more costs one step within seconds.
//!
//! # The rate
//!
//! A device's crystal is off by up to 200 ppm and keeps its error for hours. Of all straight lines
//! below the one-minute minima the one with the least total distance is taken: an edge of their
//! lower convex hull (Moon, Skelly, Towsley: "Estimation and Removal of Clock Skew from Network Delay
//! Measurements", INFOCOM 1999). It survives a reboot of the device: the crystal is the same.

mod skew;

use std::{collections::VecDeque, time::Duration};

use skew::SkewEstimator;
use vigie_model::{MonoTime, Placement, Tick, Timebase};

/// How long an arrival counts as evidence for the offset.
pub const WINDOW: Duration = Duration::from_secs(60);
/// The most by which the mapping bends to correct itself, relative to the device's measured rate.
pub const SLEW_MAX: f64 = 500e-6;
/// An error beyond this is not corrected by bending: a new epoch begins.
pub const STEP: Duration = Duration::from_millis(500);
/// How far behind the newest sample a chunk may end and still fill its hole.
pub const LATE_MAX: Duration = Duration::from_secs(2);

/// A longer delivery period is no burst of a live wave, and must not move an epoch's start.
pub const DELIVERY_MAX: Duration = Duration::from_secs(10);

/// After this long without a chunk, older arrivals are no evidence any more.
const SILENCE: Duration = Duration::from_secs(5);
/// Chunks that come late may be the first of a burst, or a backlog (after a suspend of this PC, from
/// a stalled network). Only when all evidence for this long says so does the mapping move later.
const BACKLOG_MAX: Duration = Duration::from_secs(5);
/// Ticks that went back further than any straggler can be: the device restarted.
const STRAGGLER_MAX: Duration = Duration::from_secs(30);
/// Small errors are slewed away over about this long, so that noise does not bend the trace.
const SMOOTHING_NS: f64 = 10e9;
/// A new line is laid at most this often: the trace needs no finer one, and it bounds [`LINES_MAX`].
const LINE_NS_MIN: f64 = 200e6;
/// Lines kept for late chunks: [`STRAGGLER_MAX`] of them at [`LINE_NS_MIN`].
const LINES_MAX: usize = 160;
/// Evidence is kept as the best arrival of each second: enough, and bounded by [`WINDOW`].
const BUCKET: Duration = Duration::from_secs(1);

/// Maps the ticks of one clock of one device, heard on one line, to our time.
#[derive(Clone, Debug)]
pub struct ClockTracker {
    tick_ns: f64,
    delivery: Duration,
    skew: SkewEstimator,
    epoch: Option<Epoch>,
}

/// A stretch of time without a step. Inside it `x` is nanoseconds of the device's clock at its
/// nominal rate, and `y` an arrival's distance from `x` on our clock: delay plus drift.
#[derive(Clone, Debug)]
struct Epoch {
    number: u32,
    tick_ns: f64,
    origin_tick: Tick,
    origin: MonoTime,
    /// The mapping: each line holds from its `x` on, until the next one's.
    lines: VecDeque<Segment>,
    /// `x` of the newest sample placed.
    frontier: f64,
    window: VecDeque<Evidence>,
    /// When the last chunk arrived, and since when there was no [`SILENCE`].
    heard: MonoTime,
    heard_since: MonoTime,
    /// A chunk that was too far behind; a second one that goes on from it means a restart.
    straggler: Option<(MonoTime, f64)>,
    /// The line was closed since: whatever comes now cannot be a straggler.
    reconnected: bool,
}

/// Our nanoseconds since the epoch's origin, as a straight line over `x`.
#[derive(Clone, Copy, Debug)]
struct Segment {
    x: f64,
    ours: f64,
    slope: f64,
}

impl Segment {
    fn at(&self, x: f64) -> f64 {
        self.ours + (x - self.x) * self.slope
    }
}

/// One arrival.
#[derive(Clone, Copy, Debug)]
struct Evidence {
    at: MonoTime,
    x: f64,
    y: f64,
}

impl ClockTracker {
    /// A tracker that has heard nothing.
    pub fn new(base: Timebase) -> ClockTracker {
        ClockTracker {
            tick_ns: f64::from(base.tick_ns.max(1)),
            delivery: Duration::ZERO,
            skew: SkewEstimator::default(),
            epoch: None,
        }
    }

    /// The device delivers its waves in bursts this far apart. The longest period told counts, up to
    /// [`DELIVERY_MAX`].
    pub fn expect_delivery_every(&mut self, period: Duration) {
        self.delivery = self.delivery.max(period.min(DELIVERY_MAX));
    }

    /// The line was closed and is open again. If the same device goes on counting, so does the trace.
    pub fn reconnected(&mut self) {
        if let Some(epoch) = &mut self.epoch {
            epoch.reconnected = true;
        }
    }

    /// Places a chunk that arrived at `now`: its first sample was taken at `first`, and `end` is the
    /// tick after its last one, as [`vigie_model::WaveChunk::end`] gives it. `now` never goes back.
    ///
    /// Chunks with contiguous ticks get contiguous times; chunks with the same ticks the same times.
    pub fn place(&mut self, now: MonoTime, first: Tick, end: Tick) -> Placement {
        let end = end.max(first);
        let Some(epoch) = &mut self.epoch else {
            return self.open(now, first, end, None);
        };
        let x = epoch.x(end);
        let silent = epoch.reconnected || now - epoch.heard > SILENCE;
        if epoch.frontier - x > nanos(LATE_MAX) {
            if silent || epoch.frontier - x > nanos(STRAGGLER_MAX) || epoch.follows(now, x) {
                return self.open(now, first, end, None);
            }
            epoch.straggler = Some((now, x));
            return epoch.placement(first, end);
        }
        epoch.straggler = None;
        if silent {
            epoch.window.clear();
            epoch.heard_since = now;
            epoch.reconnected = false;
        }
        epoch.heard = now;
        let evidence = Evidence { at: now, x, y: epoch.arrival(now) - x };
        self.skew.push(evidence);
        let skew = self.skew.value();
        epoch.push(evidence, skew);
        let mapped = epoch.ours(x);
        // Too early is certain from one arrival. Too late may be a backlog that still has to end.
        let backlog = now - epoch.heard_since < BACKLOG_MAX;
        let target = epoch.target(x, skew);
        let target = if backlog { target.min(mapped) } else { target };
        if target < mapped - nanos(STEP) {
            return self.open(now, first, end, None);
        }
        if target > mapped + nanos(STEP) {
            // Many arrivals agree on how old this one is.
            let lag_ns = (epoch.arrival(now) - target).max(0.0);
            return self.open(now, first, end, Some(Duration::from_nanos(lag_ns as u64)));
        }
        epoch.advance(x, target, skew);
        epoch.placement(first, end)
    }

    /// The present epoch; grows by one with every step.
    pub fn epoch(&self) -> u32 {
        self.epoch.as_ref().map_or(0, |epoch| epoch.number)
    }

    /// The device's rate against our clock as measured so far: 0 is nominal, +200e-6 means that its
    /// ticks last 200 ppm longer than it says.
    pub fn skew(&self) -> f64 {
        self.skew.value()
    }

    /// Begins an epoch with a chunk whose end is `lag` old, or as old as bursts make it.
    fn open(&mut self, now: MonoTime, first: Tick, end: Tick, lag: Option<Duration>) -> Placement {
        let number = self.epoch.as_ref().map_or(0, |before| before.number.saturating_add(1));
        self.skew.forget_points();
        let chunk_ns = ticks_between(first, end) * self.tick_ns;
        let lag_ns = lag.map_or_else(|| (nanos(self.delivery) - chunk_ns).max(0.0), nanos);
        let line = Segment { x: 0.0, ours: -lag_ns, slope: 1.0 + self.skew.value() };
        let evidence = Evidence { at: now, x: 0.0, y: 0.0 };
        self.skew.push(evidence);
        let epoch = Epoch {
            number,
            tick_ns: self.tick_ns,
            origin_tick: end,
            origin: now,
            lines: VecDeque::from([line]),
            frontier: 0.0,
            window: VecDeque::from([evidence]),
            heard: now,
            heard_since: now,
            straggler: None,
            reconnected: false,
        };
        let placement = epoch.placement(first, end);
        self.epoch = Some(epoch);
        placement
    }
}

impl Epoch {
    fn placement(&self, first: Tick, end: Tick) -> Placement {
        let start = self.ours(self.x(first));
        let length = self.ours(self.x(end)) - start;
        let ticks = ticks_between(first, end);
        let ns_per_tick = if ticks > 0.0 { length / ticks } else { self.tick_ns };
        Placement { start: self.moment(start), ns_per_tick, epoch: self.number }
    }

    fn x(&self, tick: Tick) -> f64 {
        ticks_between(self.origin_tick, tick) * self.tick_ns
    }

    /// Our time of an arrival, in nanoseconds since the origin.
    fn arrival(&self, now: MonoTime) -> f64 {
        nanos(now - self.origin)
    }

    fn moment(&self, ours: f64) -> MonoTime {
        if ours < 0.0 {
            self.origin.before(Duration::from_nanos(-ours.round() as u64))
        } else {
            self.origin + Duration::from_nanos(ours.round() as u64)
        }
    }

    /// Where the mapping puts `x`.
    fn ours(&self, x: f64) -> f64 {
        let after = self.lines.partition_point(|line| line.x <= x);
        self.lines.get(after.saturating_sub(1)).map_or(x, |line| line.at(x))
    }

    /// Where the evidence would have it.
    fn target(&self, x: f64, skew: f64) -> f64 {
        let least = self.window.iter().map(|e| e.y - skew * e.x).fold(f64::INFINITY, f64::min);
        x + skew * x + least
    }

    /// Whether a chunk that is far behind goes on from another such.
    fn follows(&self, now: MonoTime, x: f64) -> bool {
        self.straggler.is_some_and(|(at, before)| now - at <= SILENCE && x > before)
    }

    fn push(&mut self, new: Evidence, skew: f64) {
        while self.window.front().is_some_and(|oldest| new.at - oldest.at > WINDOW) {
            self.window.pop_front();
        }
        match self.window.back_mut() {
            Some(last) if new.at.as_nanos() / BUCKET_NS == last.at.as_nanos() / BUCKET_NS => {
                if new.y - skew * new.x < last.y - skew * last.x {
                    *last = new;
                }
            }
            Some(_) | None => self.window.push_back(new),
        }
    }

    /// Takes the mapping on to `x`, bending it towards `target` from the newest sample on.
    fn advance(&mut self, x: f64, target: f64, skew: f64) {
        if x <= self.frontier {
            return;
        }
        if self.lines.back().is_none_or(|line| self.frontier - line.x >= LINE_NS_MIN) {
            let ours = self.ours(self.frontier);
            let length = x - self.frontier;
            let error = target - (ours + length * (1.0 + skew));
            let slew = (error / length.max(SMOOTHING_NS)).clamp(-SLEW_MAX, SLEW_MAX);
            self.lines.push_back(Segment { x: self.frontier, ours, slope: 1.0 + skew + slew });
            if self.lines.len() > LINES_MAX {
                self.lines.pop_front();
            }
        }
        self.frontier = x;
    }
}

const BUCKET_NS: u64 = BUCKET.as_nanos() as u64;

fn nanos(duration: Duration) -> f64 {
    duration.as_nanos() as f64
}

/// Signed; exact up to 2^53 ticks, which is 35,000 years of 125 µs.
fn ticks_between(from: Tick, to: Tick) -> f64 {
    (i128::from(to.0) - i128::from(from.0)) as f64
}

#[cfg(test)]
mod tests;
