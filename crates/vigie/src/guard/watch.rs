//! What the guard decides: pure, on a clock that is handed in.
//!
//! Beats, exits and the time go in; orders come out of [`Watch::poll_order`]. A child that was silent
//! for [`SILENCE`] is killed and started again, the longer it keeps failing the later. Both silent is
//! the one thing that neither of them can say, so the guard must.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use vigie_model::MonoTime;

/// A healthy child beats four times a second; one that missed eight is not healthy.
pub const SILENCE: Duration = Duration::from_secs(2);

/// Until the first beat of a station: ports are opened behind it, nothing slow stands before it.
const STATION_GRACE: Duration = Duration::from_secs(10);

/// Until the first beat of a window, which comes with its first frame: a PC without a graphics card
/// loads a software renderer and compiles its shaders before that.
const WINDOW_GRACE: Duration = Duration::from_secs(20);

/// Wait before a child is started again, doubled at each failure.
const BACKOFF_FIRST: Duration = Duration::from_millis(250);
/// Longest wait.
const BACKOFF_MAX: Duration = Duration::from_secs(10);

/// A further window that failed so often without ever being heard is given up while the first one works.
const TRIES: u32 = 6;

/// A child that beat for so long has recovered: its next failure counts as the first.
const RECOVERED: Duration = Duration::from_secs(30);

/// While another station works on the folder, this guard asks so often whether it still does.
const OCCUPIED_WAIT: Duration = Duration::from_secs(5);

/// While both are silent, the guard sounds this often.
const SOUND_PERIOD: Duration = Duration::from_secs(10);

/// Longer than this between two ticks and the guard itself did not run: suspended, stopped, starved.
/// It then heard nobody because it did not listen, and judges nobody by that time.
const TICK_MAX: Duration = Duration::from_secs(1);

/// Further windows that one guard starts: no PC of a nurse station has more screens.
pub const FURTHER_MAX: u8 = 3;

/// A process that the guard watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Child {
    /// `vigie record`
    Station,
    /// `vigie window`
    Window,
    /// One more window, by its number from 1 on: somebody asked a window for it.
    Further(u8),
}

impl Child {
    /// Whether it is a window.
    pub fn is_window(self) -> bool {
        self != Child::Station
    }
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With exit code 0: somebody closed the window, or asked the station to stop.
    Done,
    /// Another station works on the folder.
    Occupied,
    /// It can never start like this: configuration, folder.
    Unfit,
    /// There is no display that it could open.
    NoDisplay,
    /// It wants to be started again at once: that is no failure.
    Again,
    /// In any other way.
    Broken,
}

/// What the guard has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Start this child.
    Start(Child),
    /// Kill this child with SIGKILL; its exit is reported like any other.
    Kill(Child),
    /// Both are silent: sound, and say so.
    Sound,
    /// One of them is heard again: sound no more.
    Hush,
    /// Say something to whoever sits there.
    Tell(Told),
    /// End everything.
    Stop(Why),
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// This child fell silent, was killed, and is started again.
    FellSilent(Child),
    /// This child ended by itself and is started again.
    Ended(Child),
    /// The folder's station is somebody else's: this is one more window on it.
    Attached,
    /// The window cannot be opened: the terminal takes its place.
    NoDisplay,
    /// A further window never opened and is not tried again.
    GivenUp,
}

/// Why everything ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody closed the window.
    WindowClosed,
    /// The station can never start like this; it has said why.
    StationUnfit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not ours to start.
    Absent,
    /// Starts then.
    Waiting { at: MonoTime },
    /// Started then, not heard yet.
    Starting { since: MonoTime },
    /// Heard, the first time then.
    Beating { since: MonoTime },
    /// Killed; its exit has not been seen yet.
    Killed,
}

#[derive(Debug)]
struct Watched {
    phase: Phase,
    /// By when it should have been heard at all; moves with every beat.
    heard: MonoTime,
    has_beaten: bool,
    failures: u32,
    grace: Duration,
}

impl Watched {
    fn new(now: MonoTime, is_there: bool, grace: Duration) -> Watched {
        let phase = if is_there { Phase::Waiting { at: now } } else { Phase::Absent };
        // Before its first beat ever, it is silent from the end of its grace on.
        let heard = now + grace.saturating_sub(SILENCE);
        Watched { phase, heard, has_beaten: false, failures: 0, grace }
    }

    fn is_silent(&self, now: MonoTime) -> bool {
        now.since(self.heard) > SILENCE
    }

    /// What happened `by` ago now happened as much later.
    fn forgive(&mut self, by: Duration) {
        self.heard = self.heard + by;
        self.phase = match self.phase {
            Phase::Starting { since } => Phase::Starting { since: since + by },
            Phase::Beating { since } => Phase::Beating { since: since + by },
            phase @ (Phase::Absent | Phase::Waiting { .. } | Phase::Killed) => phase,
        };
    }

    fn start_later(&mut self, now: MonoTime) {
        let wait = BACKOFF_FIRST.saturating_mul(1 << self.failures.min(8)).min(BACKOFF_MAX);
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Waiting { at: now + wait };
    }
}

/// The guard's judgement. After every call, drain [`Watch::poll_order`].
#[derive(Debug)]
pub struct Watch {
    station: Watched,
    window: Watched,
    /// Windows that somebody asked for.
    further: BTreeMap<u8, Watched>,
    last_tick: MonoTime,
    sounded: Option<MonoTime>,
    is_told_no_display: bool,
    /// Another station worked on the folder when this guard last asked: it is not ours to judge.
    is_attached: bool,
    /// It did once: no station of ours is the first on the folder any more.
    was_attached: bool,
    orders: VecDeque<Order>,
}

impl Watch {
    /// Both are started at the first tick. Without `has_window` there is a station alone.
    pub fn new(now: MonoTime, has_window: bool) -> Watch {
        Watch {
            station: Watched::new(now, true, STATION_GRACE),
            window: Watched::new(now, has_window, WINDOW_GRACE),
            further: BTreeMap::new(),
            last_tick: now,
            sounded: None,
            is_told_no_display: false,
            is_attached: false,
            was_attached: false,
            orders: VecDeque::new(),
        }
    }

    /// What is to be done next, until `None`.
    pub fn poll_order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    /// Somebody asked for one more window, which is started at the next tick. False: there are as many as
    /// there may be.
    pub fn open_further(&mut self, now: MonoTime) -> bool {
        let is_free = |number: &u8| {
            self.further.get(number).is_none_or(|further| further.phase == Phase::Absent)
        };
        let Some(number) = (1..=FURTHER_MAX).find(is_free) else { return false };
        self.further.insert(number, Watched::new(now, true, WINDOW_GRACE));
        true
    }

    /// A child was heard.
    pub fn beat(&mut self, child: Child, now: MonoTime) {
        let watched = self.of(child);
        watched.phase = match watched.phase {
            Phase::Starting { .. } => Phase::Beating { since: now },
            Phase::Beating { since } => {
                if now.since(since) > RECOVERED {
                    watched.failures = 0;
                }
                Phase::Beating { since }
            }
            // A beat that was under way when its sender was killed proves nothing.
            Phase::Absent | Phase::Waiting { .. } | Phase::Killed => return,
        };
        watched.heard = now;
        watched.has_beaten = true;
        if child == Child::Station {
            self.is_attached = false;
        }
    }

    /// A child ended.
    pub fn exited(&mut self, child: Child, end: End, now: MonoTime) {
        let is_first = !self.of(child).has_beaten && !self.was_attached;
        match (child, end) {
            // Closed by a person, and for good. With the last one everything ends.
            (Child::Window | Child::Further(_), End::Done) => {
                self.of(child).phase = Phase::Absent;
                if self.windows().next().is_none() {
                    self.orders.push_back(Order::Stop(Why::WindowClosed));
                }
            }
            (Child::Station, End::Unfit) if is_first => {
                self.orders.push_back(Order::Stop(Why::StationUnfit));
            }
            // The lock on the folder decides whose station works. Asking for it again is how this
            // guard takes over when the other station is gone for good.
            (Child::Station, End::Occupied) => {
                if !self.is_attached {
                    (self.is_attached, self.was_attached) = (true, true);
                    self.orders.push_back(Order::Tell(Told::Attached));
                }
                self.station.phase = Phase::Waiting { at: now + OCCUPIED_WAIT };
            }
            (Child::Window, End::NoDisplay) => {
                if !self.is_told_no_display {
                    self.is_told_no_display = true;
                    self.orders.push_back(Order::Tell(Told::NoDisplay));
                }
                self.window.start_later(now);
            }
            (child, End::Again) => self.of(child).phase = Phase::Waiting { at: now },
            (Child::Further(_), _) if self.is_hopeless(child) => {
                self.of(child).phase = Phase::Absent;
                self.orders.push_back(Order::Tell(Told::GivenUp));
            }
            (Child::Further(_), End::NoDisplay) => self.of(child).start_later(now),
            (Child::Station | Child::Window | Child::Further(_), _) => {
                if child == Child::Station {
                    // Not turned away: whether anybody has the folder is open, and silence is ours.
                    self.is_attached = false;
                }
                let told = if self.of(child).phase == Phase::Killed {
                    Told::FellSilent(child)
                } else {
                    Told::Ended(child)
                };
                self.orders.push_back(Order::Tell(told));
                self.of(child).start_later(now);
            }
        }
    }

    /// The time; call it several times a second.
    pub fn tick(&mut self, now: MonoTime) {
        let slept = now.since(self.last_tick);
        if slept > TICK_MAX {
            self.station.forgive(slept);
            self.window.forgive(slept);
            self.further.values_mut().for_each(|further| further.forgive(slept));
        }
        self.last_tick = now;
        let further = self.further.keys().map(|number| Child::Further(*number));
        let children: Vec<Child> =
            [Child::Station, Child::Window].into_iter().chain(further).collect();
        for child in children {
            let watched = self.of(child);
            match watched.phase {
                Phase::Waiting { at } if at <= now => {
                    watched.phase = Phase::Starting { since: now };
                    self.orders.push_back(Order::Start(child));
                }
                Phase::Starting { since } if now.since(since) > watched.grace => {
                    self.kill(child);
                }
                Phase::Beating { .. } if watched.is_silent(now) => self.kill(child),
                Phase::Absent
                | Phase::Waiting { .. }
                | Phase::Starting { .. }
                | Phase::Beating { .. }
                | Phase::Killed => {}
            }
        }
        self.sound(now);
    }

    /// Whether a child that failed once more is not worth another try: the first window can be seen, it could
    /// not.
    fn is_hopeless(&mut self, child: Child) -> bool {
        let is_seen = matches!(self.window.phase, Phase::Beating { .. });
        let tried = self.of(child);
        is_seen && !tried.has_beaten && tried.failures + 1 >= TRIES
    }

    fn kill(&mut self, child: Child) {
        self.of(child).phase = Phase::Killed;
        self.orders.push_back(Order::Kill(child));
    }

    /// A station that is not ours, or a window that there never was, can be silent without us.
    fn sound(&mut self, now: MonoTime) {
        // A further window that was never heard says nothing to anybody: nobody waits for its grace to end.
        let further = self.further.values().filter(|further| further.has_beaten);
        let all_silent = !self.is_attached
            && self.station.is_silent(now)
            && self.windows().next().is_some()
            && std::iter::once(&self.window)
                .chain(further)
                .filter(|window| window.phase != Phase::Absent)
                .all(|window| window.is_silent(now));
        if !all_silent {
            if self.sounded.take().is_some() {
                self.orders.push_back(Order::Hush);
            }
        } else if self.sounded.is_none_or(|at| now.since(at) >= SOUND_PERIOD) {
            self.sounded = Some(now);
            self.orders.push_back(Order::Sound);
        }
    }

    fn of(&mut self, child: Child) -> &mut Watched {
        match child {
            Child::Station => &mut self.station,
            Child::Window => &mut self.window,
            Child::Further(number) => self
                .further
                .entry(number)
                .or_insert_with(|| Watched::new(MonoTime::START, false, WINDOW_GRACE)),
        }
    }

    /// The windows that are there, or will be again.
    fn windows(&self) -> impl Iterator<Item = &Watched> {
        let all = std::iter::once(&self.window).chain(self.further.values());
        all.filter(|window| window.phase != Phase::Absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Time in steps of 50 ms, as the guard's loop makes them; children beat every fifth step.
    struct Ward {
        watch: Watch,
        now: MonoTime,
        beating: Vec<Child>,
        steps: u32,
        orders: Vec<(Duration, Order)>,
    }

    const START: MonoTime = MonoTime::from_nanos(1 << 40);

    impl Ward {
        fn new(has_window: bool) -> Ward {
            let watch = Watch::new(START, has_window);
            Ward { watch, now: START, beating: Vec::new(), steps: 0, orders: Vec::new() }
        }

        /// Both started and heard.
        fn running() -> Ward {
            let mut ward = Ward::new(true);
            ward.run(0.1);
            assert_eq!(
                ward.take(),
                [Order::Start(Child::Station), Order::Start(Child::Window)],
                "the station comes first"
            );
            ward.beating = vec![Child::Station, Child::Window];
            ward.run(5.0);
            assert_eq!(ward.take(), []);
            ward
        }

        fn run(&mut self, secs: f64) {
            let end = self.now + Duration::from_secs_f64(secs);
            while self.now < end {
                self.now = self.now + Duration::from_millis(50);
                self.steps += 1;
                if self.steps.is_multiple_of(5) {
                    for child in &self.beating {
                        self.watch.beat(*child, self.now);
                    }
                }
                self.watch.tick(self.now);
                self.drain();
            }
        }

        fn drain(&mut self) {
            while let Some(order) = self.watch.poll_order() {
                self.orders.push((self.now.since(START), order));
            }
        }

        fn exits(&mut self, child: Child, end: End) {
            self.beating.retain(|beating| *beating != child);
            self.watch.exited(child, end, self.now);
            self.drain();
        }

        fn take(&mut self) -> Vec<Order> {
            self.orders.drain(..).map(|(_, order)| order).collect()
        }
    }

    #[test]
    fn a_further_window_starts_again_after_a_crash_and_is_gone_when_somebody_closes_it() {
        let mut ward = Ward::running();
        let further = Child::Further(1);
        assert!(ward.watch.open_further(ward.now));
        ward.run(0.1);
        assert_eq!(ward.take(), [Order::Start(further)]);
        ward.beating.push(further);
        ward.run(5.0);
        assert_eq!(ward.take(), []);
        ward.exits(further, End::Broken);
        ward.run(0.5);
        assert_eq!(ward.take(), [Order::Tell(Told::Ended(further)), Order::Start(further)]);
        ward.beating.push(further);
        ward.run(1.0);
        ward.beating.retain(|child| *child != further);
        ward.run(3.0);
        assert_eq!(ward.take(), [Order::Kill(further)], "silent");
        ward.exits(further, End::Broken);
        ward.run(1.0);
        assert_eq!(ward.take(), [Order::Tell(Told::FellSilent(further)), Order::Start(further)]);
        ward.beating.push(further);
        ward.run(1.0);
        ward.exits(further, End::Done);
        ward.run(60.0);
        assert_eq!(ward.take(), [], "closed for good, and the first window goes on");
    }

    #[test]
    fn everything_ends_with_the_last_window_whichever_that_is() {
        let mut ward = Ward::running();
        assert!(ward.watch.open_further(ward.now));
        ward.run(0.1);
        ward.beating.push(Child::Further(1));
        ward.run(1.0);
        ward.take();
        ward.exits(Child::Window, End::Done);
        ward.run(5.0);
        assert_eq!(ward.take(), [], "one is left");
        ward.exits(Child::Further(1), End::Done);
        assert_eq!(ward.take(), [Order::Stop(Why::WindowClosed)]);
    }

    #[test]
    fn there_are_so_many_further_windows_and_a_closed_one_makes_room() {
        let mut ward = Ward::running();
        for _ in 0..FURTHER_MAX {
            assert!(ward.watch.open_further(ward.now));
        }
        assert!(!ward.watch.open_further(ward.now), "refused");
        ward.run(0.1);
        assert_eq!(ward.take().len(), usize::from(FURTHER_MAX));
        ward.exits(Child::Further(2), End::Done);
        assert!(ward.watch.open_further(ward.now));
        ward.run(0.1);
        assert_eq!(ward.take(), [Order::Start(Child::Further(2))]);
    }

    #[test]
    fn the_guard_sounds_only_when_no_window_is_heard() {
        let mut ward = Ward::running();
        assert!(ward.watch.open_further(ward.now));
        ward.run(0.1);
        ward.beating = vec![Child::Further(1)];
        ward.run(4.0);
        assert!(!ward.take().contains(&Order::Sound), "one window is left to say it");
        ward.beating.clear();
        ward.run(4.0);
        assert!(ward.take().contains(&Order::Sound));
    }

    #[test]
    fn a_further_window_that_never_opens_holds_no_sound_back() {
        let mut ward = Ward::running();
        assert!(ward.watch.open_further(ward.now));
        ward.run(0.1);
        ward.beating.clear();
        ward.run(2.5);
        assert!(ward.take().contains(&Order::Sound));
    }

    #[test]
    fn a_further_window_that_never_opens_is_given_up_while_another_can_be_seen() {
        let mut ward = Ward::running();
        assert!(ward.watch.open_further(ward.now));
        let mut starts = 0;
        let mut run = |ward: &mut Ward, secs: u32| {
            let mut said = Vec::new();
            for _ in 0..secs * 10 {
                ward.run(0.1);
                for order in ward.take() {
                    match order {
                        Order::Start(child @ Child::Further(_)) => {
                            starts += 1;
                            ward.exits(child, End::NoDisplay);
                        }
                        Order::Start(_) => {}
                        Order::Kill(_)
                        | Order::Sound
                        | Order::Hush
                        | Order::Tell(_)
                        | Order::Stop(_) => said.push(order),
                    }
                }
            }
            (starts, said)
        };
        assert_eq!(run(&mut ward, 120), (TRIES, vec![Order::Tell(Told::GivenUp)]));
        // Somebody may ask for it again.
        assert!(ward.watch.open_further(ward.now));
        assert_eq!(run(&mut ward, 120), (2 * TRIES, vec![Order::Tell(Told::GivenUp)]));
        // It is all there is: tried for ever.
        assert!(ward.watch.open_further(ward.now));
        ward.exits(Child::Window, End::Done);
        let (starts, said) = run(&mut ward, 120);
        assert!(starts > 3 * TRIES, "{starts}");
        assert_eq!(said, []);
    }

    #[test]
    fn who_wants_to_be_started_again_is_started_at_once_without_a_word() {
        let mut watch = Watch::new(START, true);
        watch.tick(START);
        while watch.poll_order().is_some() {}
        for _ in 0..5 {
            watch.beat(Child::Station, START);
            watch.exited(Child::Station, End::Again, START);
            watch.tick(START);
            assert_eq!(watch.poll_order(), Some(Order::Start(Child::Station)));
            assert_eq!(watch.poll_order(), None);
        }
    }

    #[test]
    fn a_child_that_falls_silent_is_killed_within_the_limit_and_started_again() {
        for child in [Child::Station, Child::Window] {
            let mut ward = Ward::running();
            ward.beating.retain(|beating| *beating != child);
            let silent = ward.now.since(START);
            ward.run(2.5);
            let [(at, Order::Kill(killed))] = ward.orders[..] else {
                panic!("one order, not {:?}", ward.orders)
            };
            assert_eq!(killed, child);
            let after = at.saturating_sub(silent);
            assert!(after <= SILENCE + Duration::from_millis(100), "{after:?}");
            ward.orders.clear();
            ward.exits(child, End::Broken);
            ward.run(0.3);
            assert_eq!(ward.take(), [Order::Tell(Told::FellSilent(child)), Order::Start(child)]);
        }
    }

    #[test]
    fn who_keeps_failing_is_started_later_each_time_and_at_most_every_ten_seconds() {
        let mut ward = Ward::running();
        let mut waits = Vec::new();
        for _ in 0..9 {
            ward.exits(Child::Window, End::Broken);
            let ended = ward.now;
            ward.orders.clear();
            while ward.orders.is_empty() {
                ward.run(0.05);
            }
            assert_eq!(ward.take(), [Order::Start(Child::Window)]);
            waits.push(ward.now.since(ended));
        }
        assert!(waits[0] <= Duration::from_millis(300), "{waits:?}");
        assert!(waits.is_sorted() && waits[5] >= Duration::from_secs(5), "{waits:?}");
        assert!(waits[8] <= BACKOFF_MAX + Duration::from_millis(50), "{waits:?}");
        // Half a minute of beats later it is trusted again.
        ward.beating.push(Child::Window);
        ward.run(31.0);
        ward.exits(Child::Window, End::Broken);
        ward.orders.clear();
        ward.run(0.3);
        assert_eq!(ward.take(), [Order::Start(Child::Window)]);
    }

    #[test]
    fn a_window_that_never_paints_is_killed_at_the_end_of_its_grace() {
        let mut ward = Ward::new(true);
        ward.beating = vec![Child::Station];
        ward.run(19.9);
        assert!(!ward.take().contains(&Order::Kill(Child::Window)));
        ward.run(0.5);
        assert_eq!(ward.take(), [Order::Kill(Child::Window)], "and nobody sounds: one is heard");
    }

    #[test]
    fn both_silent_sounds_at_once_and_again_until_one_is_heard() {
        let mut ward = Ward::running();
        ward.beating.clear();
        ward.run(2.5);
        let orders = ward.take();
        assert!(orders.contains(&Order::Sound), "{orders:?}");
        ward.run(21.0);
        let again = ward.take().into_iter().filter(|order| *order == Order::Sound).count();
        assert_eq!(again, 2);
        ward.exits(Child::Station, End::Broken);
        ward.run(0.5);
        ward.beating.push(Child::Station);
        ward.run(30.0);
        assert!(!ward.take().contains(&Order::Sound));
    }

    #[test]
    fn neither_ever_heard_is_silence_too() {
        let mut ward = Ward::new(true);
        ward.run(22.0);
        assert!(ward.take().contains(&Order::Sound));
    }

    #[test]
    fn a_guard_that_slept_blames_nobody_for_it() {
        let mut ward = Ward::running();
        ward.now = ward.now + Duration::from_secs(7 * 3_600);
        ward.watch.tick(ward.now);
        ward.drain();
        ward.run(1.0);
        assert_eq!(ward.take(), []);
        // Who is silent from then on is still found.
        ward.beating.clear();
        ward.run(3.0);
        assert!(ward.take().contains(&Order::Kill(Child::Station)));
    }

    #[test]
    fn a_window_that_a_person_closes_ends_everything() {
        let mut ward = Ward::running();
        ward.exits(Child::Window, End::Done);
        assert_eq!(ward.take(), [Order::Stop(Why::WindowClosed)]);
    }

    #[test]
    fn a_station_that_can_never_start_ends_everything_and_one_that_worked_does_not() {
        let mut ward = Ward::new(true);
        ward.run(0.1);
        ward.orders.clear();
        ward.exits(Child::Station, End::Unfit);
        assert_eq!(ward.take(), [Order::Stop(Why::StationUnfit)]);
        // Somebody broke the file while it ran, then it fell: it is tried for ever.
        let mut ward = Ward::running();
        for end in [End::Broken, End::Unfit, End::Occupied, End::Done] {
            ward.exits(Child::Station, end);
            ward.run(11.0);
            let orders = ward.take();
            assert!(orders.contains(&Order::Start(Child::Station)), "{end:?}: {orders:?}");
            assert!(!orders.iter().any(|order| matches!(order, Order::Stop(_))), "{orders:?}");
        }
    }

    /// Lets time pass while every station that is started finds the folder occupied; how many did.
    fn attached(ward: &mut Ward, secs: u32) -> usize {
        let mut asked = 0;
        for _ in 0..secs * 10 {
            ward.run(0.1);
            let orders = ward.take();
            assert!(
                orders.iter().all(|order| *order == Order::Start(Child::Station)),
                "{orders:?}"
            );
            for _ in orders {
                asked += 1;
                ward.exits(Child::Station, End::Occupied);
            }
        }
        asked
    }

    /// A window on a folder that has a station already.
    fn attaching() -> Ward {
        let mut ward = Ward::new(true);
        ward.run(0.1);
        ward.orders.clear();
        ward.exits(Child::Station, End::Occupied);
        assert_eq!(ward.take(), [Order::Tell(Told::Attached)]);
        ward.beating = vec![Child::Window];
        ward
    }

    #[test]
    fn a_folder_that_has_a_station_gets_one_more_window_and_is_asked_for_in_silence() {
        let mut ward = attaching();
        let asked = attached(&mut ward, 61);
        assert!((10..=13).contains(&asked), "every five seconds, not {asked} times in a minute");
        // Somebody breaks the configuration meanwhile: the window stays.
        ward.run(5.5);
        ward.exits(Child::Station, End::Unfit);
        let orders = ward.take();
        assert!(!orders.iter().any(|order| matches!(order, Order::Stop(_))), "{orders:?}");
        ward.exits(Child::Window, End::Done);
        assert_eq!(ward.take(), [Order::Stop(Why::WindowClosed)]);
    }

    #[test]
    fn a_guard_takes_over_when_the_other_station_is_gone_and_steps_back_when_it_is_taken() {
        let mut ward = attaching();
        attached(&mut ward, 20);
        // Nobody has the folder any more: the next station beats, and is watched like any other.
        ward.run(5.5);
        assert_eq!(ward.take(), [Order::Start(Child::Station)]);
        ward.beating.push(Child::Station);
        ward.run(60.0);
        assert_eq!(ward.take(), []);
        ward.exits(Child::Station, End::Broken);
        ward.run(0.3);
        let again = [Order::Tell(Told::Ended(Child::Station)), Order::Start(Child::Station)];
        assert_eq!(ward.take(), again);
        // Somebody else was faster: that is said once more.
        ward.exits(Child::Station, End::Occupied);
        assert_eq!(ward.take(), [Order::Tell(Told::Attached)]);
        attached(&mut ward, 20);
    }

    #[test]
    fn a_silent_window_does_not_sound_for_a_station_that_is_not_ours() {
        let mut ward = attaching();
        ward.beating.clear();
        ward.watch.beat(Child::Window, ward.now);
        ward.run(4.5);
        let orders = ward.take();
        assert!(!orders.contains(&Order::Sound), "{orders:?}");
    }

    #[test]
    fn a_display_that_is_away_is_said_once_and_tried_again() {
        let mut ward = Ward::running();
        ward.exits(Child::Window, End::NoDisplay);
        ward.run(0.5);
        assert_eq!(ward.take(), [Order::Tell(Told::NoDisplay), Order::Start(Child::Window)]);
        ward.exits(Child::Window, End::NoDisplay);
        ward.run(1.0);
        assert_eq!(ward.take(), [Order::Start(Child::Window)]);
    }

    #[test]
    fn without_a_window_the_station_alone_is_watched() {
        let mut ward = Ward::new(false);
        ward.run(0.1);
        assert_eq!(ward.take(), [Order::Start(Child::Station)]);
        ward.run(60.0);
        let orders = ward.take();
        assert_eq!(orders[0], Order::Kill(Child::Station), "{orders:?}");
        assert!(!orders.contains(&Order::Sound));
    }
}
