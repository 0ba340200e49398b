//! Random histories of alarms, answers, losses and restarts against a small second opinion.
//!
//! The opinion keeps no state: it is asked about one moment, and answers from the whole history by the
//! rules as they are written in the documentation of the board. What is on comes from what the test
//! said itself; whether it is confirmed, and which link alarms are on, from the tiles.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Board, BoardConfig, Command, LineChange, Receipt, policy::Latch, view::*,
};
use vigie_model::*;

const HISTORIES: u64 = 10_000;
const STEPS: usize = 12;
const HOLD: Duration = Duration::from_secs(3);
/// Nobody has seen a rise of the priority that is younger.
const SEEN_AFTER: Duration = Duration::from_millis(250);
const DEVICES: [(&str, &str); 2] = [("mp", "1"), ("nk", "2")];
const OF_STATION: [(StationAlarmKind, Priority); 2] = [
    (StationAlarmKind::RecordStopped, Priority::Medium),
    (StationAlarmKind::CopyOld, Priority::Low),
];

/// What is said of a condition while it is on.
#[derive(Clone, Debug, PartialEq)]
struct Fact {
    priority: Priority,
    silenced: Option<Inactivation>,
    latched: bool,
    confirmed: bool,
}

#[derive(Clone, Debug)]
enum Deed {
    Nothing,
    Answer(Condition, AnswerKind),
    Reset(Condition),
    Pause,
    Off,
    SoundOn,
    Admit(&'static str),
}

/// One moment: what was done then, and what was on after it.
#[derive(Clone)]
struct Entry {
    at: MonoTime,
    deed: Deed,
    on: BTreeMap<Condition, Fact>,
}

/// In few lines: a history that fails is read by a person.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nanos = self.at.since(START).as_nanos();
        write!(f, "{}.{:09} {:?}", nanos / 1_000_000_000, nanos % 1_000_000_000, self.deed)?;
        for (condition, fact) in &self.on {
            let name = match condition {
                Condition::Device { device, id, .. } => format!("{}:{id}", device.0),
                Condition::Station { device, kind } => {
                    format!("{}:{kind:?}", device.as_ref().map_or("-", |device| device.0.as_str()))
                }
            };
            let Fact { priority, silenced, latched, confirmed } = fact;
            let silenced = silenced.map_or_else(String::new, |how| format!(" {how:?}"));
            let latched = if *latched { " latched" } else { "" };
            let doubt = if *confirmed { "" } else { " ?" };
            write!(f, " | {name} {priority:?}{silenced}{latched}{doubt}")?;
        }
        Ok(())
    }
}

/// What is expected of a row.
#[derive(Clone, Debug, PartialEq)]
struct Expected {
    priority: Priority,
    count: u32,
    state: AnswerState,
    how: Option<AnswerKind>,
    escalated: u8,
    confirmed: bool,
    /// Of device alarms only.
    since: Option<MonoTime>,
}

/// What was answered about each entry, once it was.
type Memory<T> = Vec<Cell<Option<T>>>;

/// The second opinion about one condition. What it once answered about an entry is remembered, since
/// nothing that comes later changes it.
struct Opinion<'a> {
    policy: &'a AlarmPolicy,
    entries: &'a [Entry],
    condition: &'a Condition,
    rows: Memory<Option<usize>>,
    answers: Memory<Option<(usize, AnswerKind)>>,
    asking: Memory<bool>,
}

/// What the board showed after an entry.
struct Shown {
    entry: usize,
    view: Arc<BoardView>,
    /// The calls and the entry that the calls are compared with.
    before: (u64, usize),
}

fn remembered<T: Copy>(memory: &Cell<Option<T>>, find: impl FnOnce() -> T) -> T {
    let found = memory.get().unwrap_or_else(find);
    memory.set(Some(found));
    found
}

impl Opinion<'_> {
    fn at(&self, i: usize) -> MonoTime {
        self.entries[i].at
    }

    fn on(&self, i: usize) -> Option<&Fact> {
        self.entries[i].on.get(self.condition)
    }

    fn is_active(&self, i: usize) -> bool {
        self.on(i).is_some_and(|fact| !fact.latched)
    }

    /// The last thing said of it up to an entry.
    fn last(&self, i: usize) -> Option<&Fact> {
        (0..=i).rev().find_map(|j| self.on(j))
    }

    fn ended(&self, i: usize) -> Option<usize> {
        (1..=i).rev().find(|j| self.on(*j).is_none() && self.on(j - 1).is_some())
    }

    fn is_of_patient(&self) -> bool {
        matches!(self.condition, Condition::Device { kind: AlarmKind::Physiological, .. })
    }

    fn is_link(&self) -> bool {
        matches!(
            self.condition,
            Condition::Station {
                kind: StationAlarmKind::LineClosed
                    | StationAlarmKind::DeviceLost
                    | StationAlarmKind::DeviceStale
                    | StationAlarmKind::AlarmsNotConfirmed,
                ..
            }
        )
    }

    fn is_admission(&self, i: usize) -> bool {
        let device = match self.condition {
            Condition::Device { device, .. } => Some(device),
            Condition::Station { device, .. } => device.as_ref(),
        };
        let Deed::Admit(bed) = &self.entries[i].deed else { return false };
        let of_bed = DEVICES.iter().find(|(_, of)| of == bed).map(|(name, _)| *name);
        device.map(|device| device.0.as_str()) == of_bed
    }

    /// Whether what ended at an entry is still listed at another: the end does not count yet, or it
    /// has latched.
    fn is_kept(&self, ended: usize, i: usize, at: MonoTime) -> bool {
        let before = self.on(ended - 1).unwrap();
        let is_worse = |kind: StationAlarmKind| {
            let Condition::Station { device, .. } = self.condition else { return false };
            let worse = Condition::Station { device: device.clone(), kind };
            self.entries[ended].on.contains_key(&worse)
        };
        let is_replaced = match self.condition {
            Condition::Station { kind: StationAlarmKind::DeviceLost, .. } => {
                is_worse(StationAlarmKind::LineClosed)
            }
            Condition::Station { kind: StationAlarmKind::DeviceStale, .. } => {
                is_worse(StationAlarmKind::LineClosed) || is_worse(StationAlarmKind::DeviceLost)
            }
            Condition::Device { .. } | Condition::Station { .. } => false,
        };
        let is_dropped = (ended..=i).any(|j| {
            let is_reset = matches!(&self.entries[j].deed, Deed::Reset(of) if of == self.condition);
            self.is_admission(j) || is_reset
        });
        // A person's command ends alarms of the station at once.
        let is_decided = !matches!(self.entries[ended].deed, Deed::Nothing)
            && matches!(self.condition, Condition::Station { .. });
        if before.latched || is_replaced || is_dropped || is_decided {
            return false;
        }
        let over = self.at(ended) + HOLD;
        if at < over {
            return true;
        }
        let last = (ended..=i).rev().find(|j| self.at(*j) < over).unwrap();
        self.policy.latch == Latch::High
            && self.is_of_patient()
            && before.priority == Priority::High
            && before.silenced != Some(Inactivation::Acknowledged)
            && self.answered(last).is_none()
    }

    /// The entry at which the row of an entry began; `None`: there is no row.
    fn row_since(&self, i: usize) -> Option<usize> {
        remembered(&self.rows[i], || self.find_row_since(i))
    }

    fn find_row_since(&self, i: usize) -> Option<usize> {
        let mut i = i;
        if self.on(i).is_none() {
            let ended = self.ended(i)?;
            if !self.is_kept(ended, i, self.at(i)) {
                return None;
            }
            i = ended - 1;
        }
        loop {
            if self.is_admission(i) || i == 0 {
                return Some(i);
            }
            if self.on(i - 1).is_some() {
                i -= 1;
                continue;
            }
            let Some(ended) = self.ended(i - 1) else { return Some(i) };
            if !self.is_kept(ended, i - 1, self.at(i)) {
                return Some(i);
            }
            i = ended - 1;
        }
    }

    /// The answer that holds at an entry, and when it was given.
    fn answered(&self, i: usize) -> Option<(usize, AnswerKind)> {
        remembered(&self.answers[i], || self.find_answer(i))
    }

    fn find_answer(&self, i: usize) -> Option<(usize, AnswerKind)> {
        let since = self.row_since(i)?;
        let is_taken =
            |j: usize| self.on(j).is_some() || self.at(j) < self.at(self.ended(j).unwrap()) + HOLD;
        let (given, how) = (since..=i).rev().find_map(|j| match &self.entries[j].deed {
            Deed::Answer(of, how) if of == self.condition && is_taken(j) => Some((j, *how)),
            Deed::Answer(..)
            | Deed::Nothing
            | Deed::Reset(_)
            | Deed::Pause
            | Deed::Off
            | Deed::SoundOn
            | Deed::Admit(_) => None,
        })?;
        let priority = self.seen_priority(since, given);
        let usual = match how {
            AnswerKind::Acknowledged => self.policy.acknowledged_reminder,
            AnswerKind::Going => Some(self.policy.going_lapses),
        };
        let holds = match (usual, self.is_link()) {
            (Some(usual), true) => Some(usual.min(self.policy.link_reminder)),
            (None, true) => Some(self.policy.link_reminder),
            (usual, false) => usual,
        };
        let is_reminded = holds.is_some_and(|holds| {
            (given..=i).any(|j| {
                let until = if j < i { self.at(j + 1) } else { self.at(i) };
                self.is_active(j) && until >= self.at(given) + holds
            })
        });
        let is_lapsed = (given..=i).any(|j| {
            let is_back = j > given && self.is_active(j) && !self.is_active(j - 1);
            is_back || self.on(j).is_some_and(|fact| fact.priority > priority)
        });
        (!is_reminded && !is_lapsed).then_some((given, how))
    }

    /// The priority that whoever answered at an entry can have seen.
    fn seen_priority(&self, since: usize, given: usize) -> Priority {
        let priority = |j: usize| self.last(j).unwrap().priority;
        let rose = (since + 1..=given).rev().find(|j| priority(*j) > priority(j - 1));
        match rose.filter(|j| self.at(given).since(self.at(*j)) < SEEN_AFTER) {
            Some(j) => priority(j - 1).min(priority(given)),
            None => priority(given),
        }
    }

    fn asks(&self, i: usize) -> bool {
        remembered(&self.asking[i], || self.find_asks(i))
    }

    fn find_asks(&self, i: usize) -> bool {
        let Some(fact) = self.on(i) else {
            let Some(ended) = self.ended(i) else { return false };
            let is_held = self.is_kept(ended, i, self.at(i)) && self.at(i) < self.at(ended) + HOLD;
            return is_held && self.asks(ended - 1) && self.answered(i).is_none();
        };
        self.answered(i).is_none()
            && (fact.silenced.is_none() || self.policy.sounds_when_silenced_at_bedside)
            && fact.priority > Priority::Information
            && ((fact.confirmed && !fact.latched) || fact.priority == Priority::High)
    }

    /// How often it has asked again, by the time that it went unanswered.
    fn asked(&self, i: usize) -> u32 {
        if !self.asks(i) {
            return 0;
        }
        let priority = self.last(i).unwrap().priority;
        let row = self.row_since(i).unwrap();
        let mut from = i;
        while from > row && self.asks(from - 1) && self.last(from - 1).unwrap().priority == priority
        {
            from -= 1;
        }
        // The time of what ended does not run; what came back has caught it up.
        let until = if self.on(i).is_some() { self.at(i) } else { self.at(self.ended(i).unwrap()) };
        let unanswered = until.since(self.at(from));
        let policy = self.policy;
        let passed = |every: Duration| {
            (1..100).take_while(|times| every * *times <= unanswered).count() as u32
        };
        match priority {
            Priority::High if unanswered < policy.high_banner => 0,
            Priority::High => (1 + passed(policy.high_louder)).min(4),
            Priority::Medium | Priority::Low if self.is_link() => passed(policy.link_reminder),
            Priority::Medium => passed(policy.medium_reminder),
            Priority::Low | Priority::Information => 0,
        }
    }

    fn escalated(&self, i: usize) -> u8 {
        let asked = self.asked(i);
        let is_high = self.last(i).is_some_and(|fact| fact.priority == Priority::High);
        if is_high { asked as u8 } else { asked.min(1) as u8 }
    }

    fn row(&self, i: usize) -> Option<Expected> {
        let since = self.row_since(i)?;
        let fact = self.last(i)?;
        if fact.priority == Priority::Information {
            return None;
        }
        let count = (since..=i)
            .filter(|j| *j == since || (self.is_active(*j) && !self.is_active(j - 1)))
            .count();
        let how = self.answered(i).map(|(_, how)| how);
        let is_latched = match self.on(i) {
            Some(fact) => fact.latched,
            None => self.at(i) >= self.at(self.ended(i)?) + HOLD,
        };
        Some(Expected {
            priority: fact.priority,
            count: count as u32,
            state: match how {
                Some(_) => AnswerState::Answered,
                None if is_latched => AnswerState::Latched,
                None => AnswerState::Active,
            },
            how,
            escalated: self.escalated(i),
            confirmed: fact.confirmed,
            since: matches!(self.condition, Condition::Device { .. }).then(|| self.at(since)),
        })
    }

    /// Whether somebody is called at an entry, if anything sounds.
    fn calls(&self, i: usize) -> bool {
        if !self.asks(i) {
            return false;
        }
        if i == 0 || !self.asks(i - 1) || self.is_admission(i) {
            return true;
        }
        let priority = |j: usize| self.last(j).unwrap().priority;
        let is_reminder = priority(i) < Priority::High && self.asked(i) > self.asked(i - 1);
        // A new row, where the old one went at this very moment.
        let is_new = self.row_since(i) == Some(i);
        priority(i) > priority(i - 1) || is_reminder || is_new
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Audio {
    On,
    Paused(MonoTime),
    Off(MonoTime),
}

fn audio(policy: &AlarmPolicy, entries: &[Entry], i: usize) -> Audio {
    let now = entries[i].at;
    let mut off = None;
    for j in (0..=i).rev() {
        match entries[j].deed {
            Deed::SoundOn => break,
            Deed::Pause if off.is_none() => {
                let until = entries[j].at + policy.pause;
                return if now < until { Audio::Paused(until) } else { Audio::On };
            }
            Deed::Pause => {
                // The pause before it matters only in that the sound was not off yet.
                break;
            }
            Deed::Off => off = Some(entries[j].at),
            Deed::Nothing | Deed::Answer(..) | Deed::Reset(_) | Deed::Admit(_) => {}
        }
    }
    off.map_or(Audio::On, Audio::Off)
}

/// One history under way.
struct Run {
    bench: Bench,
    policy: AlarmPolicy,
    said: BTreeMap<&'static str, Vec<Alarm>>,
    of_station: Vec<StationAlarmKind>,
    entries: Vec<Entry>,
    call: u64,
    /// The entry up to which the calls were compared.
    compared: usize,
    shown: Vec<Shown>,
    seed: u64,
}

impl Run {
    fn new(seed: u64, chance: &mut Chance) -> Run {
        let policy = AlarmPolicy {
            latch: if chance.below(4) == 0 { Latch::Nothing } else { Latch::High },
            audio_off: Some(secs(60)),
            acknowledged_reminder: Some(secs(600)).filter(|_| chance.below(3) > 0),
            sounds_when_silenced_at_bedside: chance.below(4) == 0,
            ..AlarmPolicy::default()
        };
        let mut bench = Bench::without_device();
        bench.board.set_policy(policy.clone());
        for (name, bed) in DEVICES {
            assert_eq!(bench.assign(name, Some(bed)), Receipt::Done);
            bench.line(name, &[name], LineChange::Up);
        }
        let (said, of_station) = (BTreeMap::new(), Vec::new());
        let entries = Vec::new();
        let mut run = Run {
            bench,
            policy,
            said,
            of_station,
            entries,
            call: 0,
            compared: 0,
            shown: Vec::new(),
            seed,
        };
        for (name, _) in DEVICES {
            run.say(name, Vec::new());
        }
        run.note(Deed::Nothing);
        run
    }

    /// A value that is measured now and then, so that silence alone says nothing; and a set.
    fn say(&mut self, name: &'static str, set: Vec<Alarm>) {
        self.bench.says(name, stream(unmapped("note"), Cadence::Episodic { interval: None }));
        let note = TextValue {
            key: unmapped("note"),
            value: Some(text("x")),
            measured: Measured::Now,
            nature: Nature::Real,
        };
        self.bench.says(name, Event::Text(note));
        self.bench.says(name, alarms(AlarmScope::All, AlarmTruth::Complete, &set));
        self.said.insert(name, set);
    }

    fn note(&mut self, deed: Deed) {
        let view = self.bench.view();
        let mut on = BTreeMap::new();
        for (name, bed) in DEVICES {
            let tile = view.tiles.iter().find(|tile| tile.label.as_str() == bed).unwrap();
            let confirmed = tile.alarms.truth != AlarmTruth::Unknown;
            for alarm in &self.said[name] {
                let (kind, id) = (alarm.kind, alarm.id.clone());
                let condition = Condition::Device { device: device(name), kind, id };
                let latched = alarm.phase == AlarmPhase::Latched;
                let (priority, silenced) = (alarm.priority, alarm.inactivation);
                on.insert(condition, Fact { priority, silenced, latched, confirmed });
            }
            for alarm in &tile.station_alarms {
                let kind = alarm.kind.clone();
                let condition = Condition::Station { device: Some(device(name)), kind };
                on.insert(condition, of_station(alarm.priority));
            }
        }
        for kind in &self.of_station {
            let priority = OF_STATION.iter().find(|(of, _)| of == kind).unwrap().1;
            let condition = Condition::Station { device: None, kind: kind.clone() };
            on.insert(condition, of_station(priority));
        }
        self.entries.push(Entry { at: self.bench.now, deed, on });
    }

    /// Lets time pass, noting what is on whenever the board asked to be woken.
    fn run(&mut self, by: Duration) {
        let end = self.bench.now + by;
        while let Some((due, _)) = self.bench.board.poll_timeout().filter(|(due, _)| *due <= end) {
            self.bench.now = due;
            let wall = self.bench.wall();
            self.bench.board.handle_timeout(due, wall);
            self.note(Deed::Nothing);
        }
        self.bench.now = end;
    }

    fn rows(&mut self) -> Vec<(Condition, AttentionRow)> {
        let view = self.bench.view();
        view.attention.iter().map(|row| (condition_of(row), row.clone())).collect()
    }

    fn act(&mut self, chance: &mut Chance) {
        let rows = self.rows();
        let (name, bed) = *chance.pick(&DEVICES);
        match chance.below(24) {
            0..9 => {
                let set = set_of(chance);
                self.say(name, set);
                self.note(Deed::Nothing);
            }
            9 => {
                let change = *chance.pick(&[LineChange::Up, LineChange::Down]);
                self.bench.line(name, &[name], change);
                self.note(Deed::Nothing);
            }
            10 | 11 => {
                let kind = chance.pick(&OF_STATION).0.clone();
                let was_on = self.of_station.contains(&kind);
                let wall = self.bench.wall();
                self.bench.board.handle_station(self.bench.now, wall, kind.clone(), !was_on);
                if was_on {
                    self.of_station.retain(|on| *on != kind);
                } else {
                    self.of_station.push(kind);
                }
                self.note(Deed::Nothing);
            }
            12..17 if !rows.is_empty() => {
                let (condition, row) = chance.pick(&rows).clone();
                let how = *chance.pick(&[AnswerKind::Acknowledged, AnswerKind::Going]);
                let command = Command::Answer { alarms: vec![row.answer.no], how };
                assert_eq!(self.bench.command(command), Receipt::Done);
                self.note(Deed::Answer(condition, how));
            }
            17 | 18 if !rows.is_empty() => {
                let latched = rows.iter().find(|(_, row)| row.answer.state == AnswerState::Latched);
                let (condition, row) = latched.unwrap_or(chance.pick(&rows)).clone();
                let command = Command::Reset { alarms: vec![row.answer.no] };
                assert_eq!(self.bench.command(command), Receipt::Done);
                self.note(Deed::Reset(condition));
            }
            19 => {
                let choices = [
                    (Command::PauseAudio, Deed::Pause),
                    (Command::AudioOff, Deed::Off),
                    (Command::AudioOn, Deed::SoundOn),
                    (Command::AudioOn, Deed::SoundOn),
                ];
                let (command, deed) = chance.pick(&choices).clone();
                let is_off = matches!(
                    audio(&self.policy, &self.entries, self.entries.len() - 1),
                    Audio::Off(_)
                );
                assert_eq!(self.bench.command(command), Receipt::Done);
                // Off is off already.
                let is_known = is_off && matches!(deed, Deed::Off);
                self.note(if is_known { Deed::Nothing } else { deed });
            }
            20 => {
                let command = Command::Admit { bed: crate::common::bed(bed) };
                assert_eq!(self.bench.command(command), Receipt::Done);
                self.note(Deed::Admit(bed));
            }
            21 => self.restart(),
            _ => self.note(Deed::Nothing),
        }
    }

    /// A restart in the middle of an end, or of a lost link, is a test of its own.
    fn restart(&mut self) {
        let last = self.entries.last().unwrap();
        let is_link = |of: &Condition| matches!(of, Condition::Station { device: Some(_), .. });
        // All that was on within the hold is still on.
        let from = self.entries.iter().rposition(|entry| entry.at + HOLD <= self.bench.now);
        let lately = &self.entries[from.unwrap_or(0)..];
        let is_ending =
            lately.iter().flat_map(|entry| entry.on.keys()).any(|of| !last.on.contains_key(of));
        if is_ending || last.on.keys().any(is_link) {
            return self.note(Deed::Nothing);
        }
        let snapshot = serde_json::to_string(&self.bench.board.snapshot()).unwrap();
        let snapshot = serde_json::from_str(&snapshot).unwrap();
        let beds = ["1", "2"].map(|name| Bed { id: crate::common::bed(name), label: text(name) });
        let config = BoardConfig { mode: StationMode::Replay, beds: beds.into(), run: RunId(2) };
        self.bench.board = Board::new(config);
        self.bench.board.set_policy(self.policy.clone());
        let (now, wall) = (self.bench.now, self.bench.wall());
        self.bench.board.restore(now, wall, &snapshot, wall);
        for kind in self.of_station.clone() {
            self.bench.board.handle_station(now, wall, kind, true);
        }
        for (name, _) in DEVICES {
            self.bench.line(name, &[name], LineChange::Up);
        }
        self.note(Deed::Nothing);
        self.call = self.bench.view().sound.call;
        self.compared = self.entries.len() - 1;
    }

    /// Notes what the board shows now.
    fn show(&mut self, tally: &mut Tally) {
        let view = self.bench.view();
        let entry = self.entries.len() - 1;
        self.mirror_is_complete(&view, &format!("seed {} entry {entry}", self.seed));
        tally.note(&view);
        let before = (self.call, self.compared);
        (self.call, self.compared) = (view.sound.call, entry);
        self.shown.push(Shown { entry, view, before });
    }

    /// Compares all that the board showed with the second opinion.
    fn compare(&self) {
        let entries = &self.entries;
        let conditions: BTreeSet<&Condition> =
            entries.iter().flat_map(|entry| entry.on.keys()).collect();
        let opinions: Vec<Opinion> = conditions
            .into_iter()
            .map(|condition| Opinion {
                policy: &self.policy,
                entries,
                condition,
                rows: vec![Cell::new(None); entries.len()],
                answers: vec![Cell::new(None); entries.len()],
                asking: vec![Cell::new(None); entries.len()],
            })
            .collect();
        for shown in &self.shown {
            self.compare_shown(shown, &opinions);
        }
    }

    fn compare_shown(&self, shown: &Shown, opinions: &[Opinion<'_>]) {
        let (i, view, entries) = (shown.entry, &shown.view, &self.entries);
        let (call_before, compared) = shown.before;
        let told = format!("seed {} entry {i}", self.seed);
        let expected: BTreeMap<Condition, Expected> = opinions
            .iter()
            .filter_map(|opinion| Some((opinion.condition.clone(), opinion.row(i)?)))
            .collect();
        let seen: BTreeMap<Condition, Expected> = view
            .attention
            .iter()
            .map(|row| {
                let condition = condition_of(row);
                let since = matches!(condition, Condition::Device { .. }).then_some(row.since.0);
                let how = row.answer.answered.as_ref().map(|answered| answered.how);
                let seen = Expected {
                    priority: row.priority,
                    count: row.count,
                    state: row.answer.state,
                    how,
                    escalated: row.answer.escalated,
                    confirmed: row.is_confirmed,
                    since,
                };
                (condition, seen)
            })
            .collect();
        assert_eq!(seen, expected, "{told}\n{entries:#?}");
        assert_eq!(seen.len(), view.attention.len(), "{told}: one row a condition");
        let audio_now = audio(&self.policy, entries, i);
        let audio_seen = match view.sound.audio {
            AudioState::On => Audio::On,
            AudioState::Paused { until, .. } => Audio::Paused(until.0),
            AudioState::Off { since, .. } => Audio::Off(since.0),
        };
        assert_eq!(audio_seen, audio_now, "{told}\n{entries:#?}");
        let reminders = |audio: Audio, now: MonoTime| match audio {
            Audio::Off(since) => now.since(since).as_secs() / 60,
            Audio::On | Audio::Paused(_) => 0,
        };
        let asking = opinions.iter().filter(|opinion| opinion.asks(i));
        let loudest = asking
            .map(|opinion| {
                let priority = opinion.last(i).unwrap().priority;
                (priority, opinion.escalated(i).saturating_sub(1))
            })
            .max();
        let sound = match audio_now {
            Audio::On => loudest,
            Audio::Paused(_) => None,
            Audio::Off(since) => {
                let rounds = reminders(audio_now, entries[i].at);
                let is_heard = rounds > 0 && entries[i].at < since + secs(60 * rounds + 5);
                is_heard.then_some((Priority::Low, 0))
            }
        };
        assert_eq!(
            (view.sound.priority, view.sound.step),
            (sound.map(|(priority, _)| priority), sound.map_or(0, |(_, step)| step)),
            "{told}\n{entries:#?}"
        );
        let calls = (compared + 1..=i).any(|j| {
            let (before, now) =
                (audio(&self.policy, entries, j - 1), audio(&self.policy, entries, j));
            let resumes = before != Audio::On && now == Audio::On;
            let is_reminder = matches!(now, Audio::Off(_))
                && reminders(now, entries[j].at) > reminders(before, entries[j - 1].at);
            is_reminder
                || (now == Audio::On
                    && opinions.iter().any(|of| of.calls(j) || (resumes && of.asks(j - 1))))
        });
        assert_eq!(view.sound.call > call_before, calls, "{told}\n{entries:#?}");
        assert!(view.sound.call >= call_before, "{told}");
        let ranks: Vec<_> = view
            .attention
            .iter()
            .map(|row| {
                let state = match row.answer.state {
                    AnswerState::Active => 0,
                    AnswerState::Latched => 1,
                    AnswerState::Answered => 2,
                };
                (std::cmp::Reverse(row.priority), state, row.since.0, row.answer.no)
            })
            .collect();
        assert!(ranks.is_sorted(), "{told}");
    }

    /// Every alarm that a device states is on its tile and in the list, as it was stated.
    fn mirror_is_complete(&self, view: &BoardView, told: &str) {
        for (name, bed) in DEVICES {
            let tile = view.tiles.iter().find(|tile| tile.label.as_str() == bed).unwrap();
            let words = |text: &Text, priority: Priority, silenced: Option<Inactivation>| {
                (text.clone(), priority, silenced.is_some())
            };
            let mut said: Vec<_> = self.said[name]
                .iter()
                .map(|alarm| words(&alarm.text, alarm.priority, alarm.inactivation))
                .collect();
            let mut shown: Vec<_> = tile
                .alarms
                .list
                .iter()
                .map(|alarm| words(&alarm.text, alarm.priority, alarm.inactivation))
                .collect();
            said.sort();
            shown.sort();
            assert_eq!(shown, said, "{told} {name}");
            let listed: BTreeMap<Text, (Priority, AnswerView)> = view
                .attention
                .iter()
                .filter(|row| row.bed == Some(crate::common::bed(bed)))
                .filter_map(|row| match &row.what {
                    AttentionOf::Device { text, .. } => {
                        Some((text.clone(), (row.priority, row.answer.clone())))
                    }
                    AttentionOf::Station { .. } => None,
                })
                .collect();
            for alarm in &tile.alarms.list {
                let row = listed.get(&alarm.text);
                if alarm.priority == Priority::Information {
                    assert_eq!((row, &alarm.answer), (None, &AnswerView::default()), "{told}");
                } else {
                    let row = row.unwrap_or_else(|| panic!("{told}: {alarm:?} is not listed"));
                    assert_eq!((row.0, &row.1), (alarm.priority, &alarm.answer), "{told}");
                }
            }
        }
    }
}

/// What the histories came across, so that none of them is empty talk.
#[derive(Debug, Default)]
struct Tally {
    active: u32,
    latched: u32,
    answered: u32,
    counted: u32,
    escalated: u32,
    louder: u32,
    restored: u32,
    unconfirmed: u32,
    silent: u32,
}

impl Tally {
    fn note(&mut self, view: &BoardView) {
        self.silent += u32::from(view.sound.audio != AudioState::On);
        self.louder += u32::from(view.sound.step > 0);
        for row in &view.attention {
            match row.answer.state {
                AnswerState::Active => self.active += 1,
                AnswerState::Latched => self.latched += 1,
                AnswerState::Answered => self.answered += 1,
            }
            self.counted += u32::from(row.count > 1);
            self.escalated += u32::from(row.answer.escalated > 0);
            self.restored += u32::from(row.answer.restored.is_some());
            self.unconfirmed += u32::from(!row.is_confirmed);
        }
    }
}

fn of_station(priority: Priority) -> Fact {
    Fact { priority, silenced: None, latched: false, confirmed: true }
}

fn condition_of(row: &AttentionRow) -> Condition {
    let of_bed = |bed: &BedId| DEVICES.iter().find(|(_, of)| *of == bed.0.as_str()).unwrap().0;
    let device = row.bed.as_ref().map(|bed| crate::common::device(of_bed(bed)));
    match &row.what {
        AttentionOf::Device { kind, text, .. } => {
            Condition::Device { device: device.unwrap(), kind: *kind, id: text.clone() }
        }
        AttentionOf::Station { kind, .. } => Condition::Station { device, kind: kind.clone() },
    }
}

fn set_of(chance: &mut Chance) -> Vec<Alarm> {
    let names = [
        ("ASYSTOLE", AlarmKind::Physiological),
        ("HR", AlarmKind::Physiological),
        ("LEADS", AlarmKind::Technical),
    ];
    let mut set = Vec::new();
    for (name, kind) in names {
        if chance.below(2) == 0 {
            continue;
        }
        let usual = if name == "ASYSTOLE" { Priority::High } else { Priority::Medium };
        let priority = match chance.below(5) {
            0 => *chance.pick(&[Priority::Information, Priority::Low, Priority::High]),
            _ => usual,
        };
        let inactivation = match chance.below(8) {
            0 => Some(*chance.pick(&[Inactivation::Acknowledged, Inactivation::Paused])),
            _ => None,
        };
        let phase = if chance.below(8) == 0 { AlarmPhase::Latched } else { AlarmPhase::Active };
        set.push(Alarm { inactivation, phase, ..alarm(name, kind, priority) });
    }
    set
}

/// Mostly short, often to a timer exactly or a nanosecond beside it.
fn pause(chance: &mut Chance) -> Duration {
    match chance.below(8) {
        0..3 => NS + Duration::from_nanos(chance.below(4_000_000_000)),
        3 => NS + Duration::from_nanos(chance.below(90_000_000_000)),
        _ => {
            let timer = secs(*chance.pick(&[3, 3, 3, 15, 60, 120, 180, 600]));
            [timer - NS, timer, timer + NS][chance.below(3) as usize]
        }
    }
}

fn histories(seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let mut chance = Chance::new(seed);
        let mut run = Run::new(seed, &mut chance);
        run.show(&mut tally);
        for _ in 0..STEPS {
            run.run(pause(&mut chance));
            run.act(&mut chance);
            run.show(&mut tally);
        }
        run.compare();
    }
    tally
}

#[test]
fn the_board_agrees_with_the_rules_at_every_step_first_half() {
    let seen = histories(0..HISTORIES / 2);
    assert_rich(&seen);
}

#[test]
fn the_board_agrees_with_the_rules_at_every_step_second_half() {
    let seen = histories(HISTORIES / 2..HISTORIES);
    assert_rich(&seen);
}

fn assert_rich(seen: &Tally) {
    let least = [
        seen.active,
        seen.latched,
        seen.answered,
        seen.counted,
        seen.escalated,
        seen.louder,
        seen.restored,
        seen.unconfirmed,
        seen.silent,
    ];
    assert!(least.iter().all(|count| *count > 500), "{seen:?}");
}
