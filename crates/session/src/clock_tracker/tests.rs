//! A simulated device, its line and the truth about both, on virtual time.

use std::collections::BTreeMap;

use super::*;
use crate::rng::Rng;

/// IntelliVue: ticks of 125 µs, chunks of 256 ms, four of them at once.
const BASE: Timebase = Timebase { id: 0, tick_ns: 125_000 };
const CHUNK_TICKS: u64 = 2_048;
const CHUNKS_PER_BURST: u64 = 4;
const BURST: Duration = Duration::from_millis(1_024);
/// Samples of 2 ms.
const SAMPLE_NS: f64 = 2e6;
/// What nobody can see from here: the shortest way from the device to us.
const DELAY_NS: f64 = 15e6;
const WARM_UP_NS: f64 = 20.0 * 60e9;

struct Device {
    skew: f64,
    jitter_ns: f64,
    loss: f64,
    /// Whether a datagram may overtake another.
    reorders: bool,
    rng: Rng,
    /// True time of tick 0, in nanoseconds.
    origin_ns: f64,
    next_tick: u64,
}

struct Datagram {
    arrival_ns: f64,
    first: u64,
}

impl Device {
    fn new(seed: u64, skew: f64) -> Device {
        let (jitter_ns, loss) = (300e6, 0.03);
        let rng = Rng::new(seed);
        Device { skew, jitter_ns, loss, reorders: false, rng, origin_ns: 1e12, next_tick: 77 }
    }

    fn truth_ns(&self, tick: u64) -> f64 {
        self.origin_ns + tick as f64 * 125_000.0 * (1.0 + self.skew)
    }

    /// The next burst as it arrives: delayed as one, or each datagram for itself, and some lost.
    fn burst(&mut self) -> Vec<Datagram> {
        let ready_ns = self.truth_ns(self.next_tick + CHUNKS_PER_BURST * CHUNK_TICKS) + DELAY_NS;
        let mut burst = Vec::new();
        let mut jitter_ns = self.rng.unit() * self.jitter_ns;
        for _ in 0..CHUNKS_PER_BURST {
            let first = self.next_tick;
            self.next_tick += CHUNK_TICKS;
            let arrival_ns = ready_ns + jitter_ns;
            if self.reorders {
                jitter_ns = self.rng.unit() * self.jitter_ns;
            }
            if !self.rng.chance(self.loss) {
                burst.push(Datagram { arrival_ns, first });
            }
        }
        burst.sort_by(|a, b| a.arrival_ns.total_cmp(&b.arrival_ns));
        burst
    }
}

/// Feeds a tracker and keeps what it said.
struct Trace {
    tracker: ClockTracker,
    placed: BTreeMap<u64, Placement>,
    errors_ns: Vec<f64>,
    joints: u64,
    now: MonoTime,
}

impl Trace {
    fn new() -> Trace {
        let mut tracker = ClockTracker::new(BASE);
        tracker.expect_delivery_every(BURST);
        Trace {
            tracker,
            placed: BTreeMap::new(),
            errors_ns: Vec::new(),
            joints: 0,
            now: MonoTime::START,
        }
    }

    /// Places a burst, checks that it joins what is there, and notes how far from the truth it is.
    fn take(&mut self, device: &mut Device) {
        for Datagram { arrival_ns, first } in device.burst() {
            self.now = self.now.max(MonoTime::from_nanos(arrival_ns as u64));
            let placement = self.tracker.place(self.now, Tick(first), Tick(first + CHUNK_TICKS));
            let truth_ns = device.truth_ns(first) + DELAY_NS;
            self.errors_ns.push(placement.start.as_nanos() as f64 - truth_ns);
            assert!(self.placed.insert(first, placement).is_none(), "placed once");
        }
        while self.placed.len() > 16
            && let Some((first, placement)) = self.placed.pop_first()
            && let Some((next, joined)) = self.placed.first_key_value()
        {
            if joined.epoch != placement.epoch {
                continue;
            }
            assert!(joined.start > placement.start, "time never runs back");
            if *next == first + CHUNK_TICKS {
                let end_ns =
                    placement.start.as_nanos() as f64 + CHUNK_TICKS as f64 * placement.ns_per_tick;
                let gap_ns = joined.start.as_nanos() as f64 - end_ns;
                assert!(gap_ns.abs() < SAMPLE_NS / 100.0, "chunks come apart by {gap_ns} ns");
                self.joints += 1;
            }
        }
    }

    fn worst_ns(&self) -> f64 {
        self.errors_ns.iter().fold(0.0, |worst, error| error.abs().max(worst))
    }
}

#[test]
fn three_days_off_by_200_ppm_stay_within_50_ms_of_the_truth() {
    for (seed, skew) in [(11, 200e-6), (12, -200e-6), (13, 35e-6)] {
        let mut device = Device::new(seed, skew);
        let mut trace = Trace::new();
        let begin_ns = device.truth_ns(device.next_tick);
        while device.truth_ns(device.next_tick) < begin_ns + WARM_UP_NS {
            trace.take(&mut device);
        }
        assert!(
            trace.worst_ns() < 400e6,
            "seed {seed}: {} ms while warming up",
            trace.worst_ns() / 1e6
        );
        let warm_up_chunks = trace.errors_ns.len();
        device.reorders = true;
        trace.errors_ns.clear();
        while device.truth_ns(device.next_tick) < begin_ns + 72.0 * 3600e9 {
            trace.take(&mut device);
        }
        let chunks = trace.errors_ns.len();
        let sent = (72.0 * 3600.0 / 0.256 / (1.0 + skew)) as usize - warm_up_chunks;
        println!(
            "seed {seed}: {skew:+.6}, {chunks} of {sent} chunks, {} joints, worst {:.1} ms, measured {:+.6}",
            trace.joints,
            trace.worst_ns() / 1e6,
            trace.tracker.skew(),
        );
        assert!(trace.worst_ns() < 50e6, "seed {seed}: {} ms off", trace.worst_ns() / 1e6);
        assert_eq!(trace.tracker.epoch(), 0, "seed {seed}: nothing stepped");
        assert!((trace.tracker.skew() - skew).abs() < 10e-6, "seed {seed}");
        // Nothing invented, nothing lost but what the line lost: about 3 %.
        assert!((0.965..0.975).contains(&(chunks as f64 / sent as f64)), "seed {seed}");
        assert!(trace.joints as f64 > 0.92 * chunks as f64, "seed {seed}");
    }
}

#[test]
fn without_jitter_the_first_burst_already_lies_right() {
    let mut device = Device::new(1, 0.0);
    (device.jitter_ns, device.loss) = (0.0, 0.0);
    let mut trace = Trace::new();
    trace.take(&mut device);
    assert!(trace.worst_ns() < 1e3, "{} ns", trace.worst_ns());
}

#[test]
fn a_first_burst_out_of_order_costs_one_step_at_most() {
    for seed in 100..130 {
        let mut device = Device::new(seed, 0.0);
        device.reorders = true;
        let mut trace = Trace::new();
        for _ in 0..10 {
            trace.take(&mut device);
        }
        assert!(trace.tracker.epoch() <= 1, "seed {seed}");
    }
}

#[test]
fn a_burst_that_nobody_announced_costs_one_step_at_most() {
    let mut device = Device::new(1, 0.0);
    let mut trace = Trace::new();
    trace.tracker = ClockTracker::new(BASE);
    for _ in 0..2_000 {
        trace.take(&mut device);
    }
    assert!(trace.tracker.epoch() <= 2);
    trace.errors_ns.clear();
    trace.take(&mut device);
    assert!(trace.worst_ns() < 50e6);
}

#[test]
fn joining_in_the_middle_of_a_burst_is_put_right() {
    let mut device = Device::new(1, 0.0);
    device.jitter_ns = 0.0;
    let mut trace = Trace::new();
    let last = device.burst().pop().unwrap();
    trace.tracker.place(
        MonoTime::from_nanos(last.arrival_ns as u64),
        Tick(last.first),
        Tick(last.first + CHUNK_TICKS),
    );
    for _ in 0..30 {
        trace.take(&mut device);
    }
    trace.errors_ns.clear();
    trace.take(&mut device);
    assert!(trace.worst_ns() < 50e6, "{} ms", trace.worst_ns() / 1e6);
    assert_eq!(trace.tracker.epoch(), 1);
}

/// An hour of ordinary service.
fn warm(seed: u64, skew: f64) -> (Device, Trace) {
    println!("seed {seed}");
    let mut device = Device::new(seed, skew);
    let mut trace = Trace::new();
    for _ in 0..3_600 {
        trace.take(&mut device);
    }
    assert_eq!(trace.tracker.epoch(), 0);
    trace.errors_ns.clear();
    (device, trace)
}

/// From now on the trace lies right; how many epochs it took since `warm`.
fn settles(device: &mut Device, trace: &mut Trace, bursts: u32) -> u32 {
    for _ in 0..bursts {
        trace.take(device);
    }
    trace.errors_ns.clear();
    for _ in 0..60 {
        trace.take(device);
    }
    assert!(trace.worst_ns() < 50e6, "{} ms off", trace.worst_ns() / 1e6);
    trace.tracker.epoch()
}

#[test]
fn a_reboot_of_the_device_opens_one_epoch_at_its_first_chunk() {
    let (mut device, mut trace) = warm(21, 150e-6);
    device.origin_ns = device.truth_ns(device.next_tick) + 40e9;
    device.next_tick = 8;
    trace.placed.clear();
    trace.take(&mut device);
    assert_eq!(trace.tracker.epoch(), 1);
    assert!(trace.worst_ns() < 350e6, "the first arrival's jitter and no more");
    assert_eq!(settles(&mut device, &mut trace, 900), 1);
    assert!((trace.tracker.skew() - 150e-6).abs() < 20e-6, "the crystal is the same");
}

#[test]
fn a_step_of_the_device_clock_opens_one_epoch() {
    for (seed, step_ticks, steps) in
        [(31, 40_000, 1), (32, -40_000, 1), (33, 8_000_000, 1), (34, -8_000_000, 1)]
    {
        let (mut device, mut trace) = warm(seed, -80e-6);
        device.origin_ns -= step_ticks as f64 * 125_000.0 * (1.0 + device.skew);
        device.next_tick = device.next_tick.checked_add_signed(step_ticks).unwrap();
        trace.placed.clear();
        assert_eq!(settles(&mut device, &mut trace, 900), steps, "seed {seed}");
    }
}

#[test]
fn a_small_step_is_bent_away() {
    let (mut device, mut trace) = warm(41, 0.0);
    device.origin_ns += 300e6;
    assert_eq!(settles(&mut device, &mut trace, 900), 0);
}

#[test]
fn a_suspend_of_ours_needs_no_step() {
    let (mut device, mut trace) = warm(51, 180e-6);
    // Eight hours pass; the last burst before them waited in a buffer and is read now.
    let stale = device.burst();
    let slept_ns = 8.0 * 3600e9;
    let now = MonoTime::from_nanos((stale[0].arrival_ns + slept_ns) as u64);
    for Datagram { first, .. } in stale {
        let placement = trace.tracker.place(now, Tick(first), Tick(first + CHUNK_TICKS));
        let error_ns = placement.start.as_nanos() as f64 - device.truth_ns(first) - DELAY_NS;
        assert!(error_ns.abs() < 50e6, "old samples stay old: {error_ns} ns");
    }
    device.next_tick += (slept_ns / 125_000.0 / (1.0 + device.skew)) as u64;
    trace.placed.clear();
    trace.take(&mut device);
    assert!(trace.worst_ns() < 250e6, "{} ms", trace.worst_ns() / 1e6);
    assert_eq!(settles(&mut device, &mut trace, 600), 0);
}

#[test]
fn a_counter_that_stood_still_while_we_slept_steps_once() {
    let (mut device, mut trace) = warm(61, 0.0);
    device.origin_ns += 3600e9;
    trace.placed.clear();
    assert_eq!(settles(&mut device, &mut trace, 900), 1);
}

#[test]
fn a_late_datagram_fills_its_hole() {
    let (mut device, mut trace) = warm(71, 100e-6);
    let mut burst = device.burst();
    burst.sort_by_key(|datagram| datagram.first);
    let hole = burst.remove(1);
    let mut placed = BTreeMap::new();
    for Datagram { arrival_ns, first } in burst {
        trace.now = trace.now.max(MonoTime::from_nanos(arrival_ns as u64));
        placed
            .insert(first, trace.tracker.place(trace.now, Tick(first), Tick(first + CHUNK_TICKS)));
    }
    trace.take(&mut device);
    let late = trace.tracker.place(trace.now, Tick(hole.first), Tick(hole.first + CHUNK_TICKS));
    let next = placed[&(hole.first + CHUNK_TICKS)];
    let end_ns = late.start.as_nanos() as f64 + CHUNK_TICKS as f64 * late.ns_per_tick;
    assert!((next.start.as_nanos() as f64 - end_ns).abs() < SAMPLE_NS / 100.0);
    assert_eq!(late.epoch, next.epoch);
}

#[test]
fn one_straggler_opens_no_epoch() {
    let (mut device, mut trace) = warm(81, 0.0);
    let behind = device.next_tick - 5 * CHUNK_TICKS * CHUNKS_PER_BURST;
    let placement = trace.tracker.place(trace.now, Tick(behind), Tick(behind + CHUNK_TICKS));
    assert!(trace.now.secs_f64_since(placement.start) > 3.0, "it stays as old as it is");
    assert_eq!(settles(&mut device, &mut trace, 10), 0);
}

#[test]
fn behind_a_reconnection_ticks_may_go_back_at_once() {
    let mut tracker = ClockTracker::new(BASE);
    let now = MonoTime::from_nanos(60_000_000_000);
    tracker.place(now, Tick(80_000), Tick(82_048));
    tracker.reconnected();
    let again = tracker.place(now, Tick(40_000), Tick(42_048));
    assert_eq!((again.epoch, again.start), (1, now.before(Duration::from_millis(256))));
    tracker.reconnected();
    let joined = tracker.place(now, Tick(42_048), Tick(44_096));
    assert_eq!((joined.epoch, joined.start), (1, now), "the same device goes on");
}

#[test]
fn waves_of_one_clock_share_their_times() {
    let mut tracker = ClockTracker::new(BASE);
    let now = MonoTime::from_nanos(1_000_000_000);
    let ecg = tracker.place(now, Tick(1_000), Tick(3_048));
    let pleth = tracker.place(now, Tick(1_000), Tick(3_048));
    assert_eq!(ecg, pleth);
}

#[test]
fn absurd_ticks_are_survived() {
    let mut rng = Rng::new(91);
    let mut tracker = ClockTracker::new(Timebase { id: 0, tick_ns: 0 });
    let mut now = MonoTime::START;
    for _ in 0..10_000 {
        now = now + Duration::from_nanos(rng.below(3_000_000_000));
        let mut tick = || match rng.below(4) {
            0 => Tick(0),
            1 => Tick(u64::MAX),
            2 => Tick(rng.next_u64()),
            _ => Tick(rng.below(100_000)),
        };
        let (first, end) = (tick(), tick());
        let placement = tracker.place(now, first, end);
        assert!(
            placement.ns_per_tick.is_finite() && placement.ns_per_tick > 0.0,
            "{first:?} {end:?}"
        );
    }
}
