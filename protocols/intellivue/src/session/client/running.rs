//! What is asked within one association, and when: polls, lists, keep-alives.
//!
//! | First | Then |
//! | --- | --- |
//! | alarms, periodically, at once | renewed |
//! | labels and specifications of numbers | numbers, periodically; labels again every 60 s |
//! | labels and specifications of waves, the list of waves | the choice, the list again, waves periodically |
//! | system, demographics, values in words | the same every 60 s |
//! | | a keep-alive every 2.5 s |
//!
//! Where single polls bring no labels, an extended poll of all attributes does, for 15 s. Where
//! extended polls were not granted, single polls bring the values, one a second, and no waves.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use vigie_model::MonoTime;

use crate::wire::Attribute;
use crate::wire::association::PollProfileExtOptions;
use crate::wire::data::Data;
use crate::wire::failure::Failure;
use crate::wire::operation::{ActionReply, Reply};
use crate::wire::poll::PollResult;
use crate::wire::types::{AttributeGroup, ObjectClass};

use super::super::oddities::Oddity;
use super::super::requests::{self, Epoch, Kind};
use super::super::times;
use super::choice::Budget;
use super::denial::{self, Denial};
use super::extended::{Extended, Outcome};
use super::lists::Labels;
use super::single::Single;

/// Objects whose labels are known or were asked for.
const OBJECTS_MAX: usize = 1_024;
/// The polls that can be extended, the most important first.
const EXTENDED: [Kind; 3] = [Kind::Alarms, Kind::Numerics, Kind::Waves];
/// Groups that make up the system, where all at once is refused.
const SYSTEM_GROUPS: [AttributeGroup; 3] = [
    AttributeGroup::SystemApplication,
    AttributeGroup::SystemIdentification,
    AttributeGroup::SystemProduction,
];

/// Why an association is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No message of it for too long.
    NoData,
    /// Keep-alives were not answered.
    NoAnswers,
    /// One class of results does not come.
    Silent(Kind),
}

/// What is asked within one association.
#[derive(Debug)]
pub(super) struct Running {
    epoch: Epoch,
    budget: Budget,
    /// What may be polled periodically; `None`: nothing.
    granted: Option<PollProfileExtOptions>,
    began: MonoTime,
    last_data: MonoTime,
    /// The monitor's counter of associations.
    pub(super) counter: Option<u16>,
    poll_number: u16,
    singles: BTreeMap<Kind, Single>,
    extended: BTreeMap<Kind, Extended>,
    /// From when on a class may be polled again.
    class_free: BTreeMap<u16, MonoTime>,
    keep_alive_due: MonoTime,
    /// Keep-alives since the last answer.
    keep_alives_open: u8,
    /// The poll of the alert monitor is not to be had as keep-alive.
    is_kept_by_system: bool,
    /// Which of [`SYSTEM_GROUPS`] is next; `None`: all at once.
    system_group: Option<usize>,
    waves: Labels,
    /// The monitor gives this association no waves: the other serial port has them.
    is_without_waves: bool,
    numbers: Labels,
    /// Objects that need no more labels: class, context, handle.
    known: BTreeSet<(u16, u16, u16)>,
    /// When labels were last asked for because of an unknown handle.
    unknown_asked: Option<MonoTime>,
    oddities: Vec<Oddity>,
}

/// Something to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    KeepAlive,
    Extended(Kind),
    Single(Kind),
}

impl Running {
    pub(super) fn new(
        now: MonoTime,
        epoch: Epoch,
        budget: Budget,
        granted: Option<PollProfileExtOptions>,
    ) -> Running {
        let mut running = Running {
            epoch,
            budget,
            granted,
            began: now,
            last_data: now,
            counter: None,
            poll_number: 0,
            singles: BTreeMap::new(),
            extended: BTreeMap::new(),
            class_free: BTreeMap::new(),
            keep_alive_due: now + times::KEEP_ALIVE_PERIOD,
            keep_alives_open: 0,
            is_kept_by_system: false,
            system_group: None,
            waves: Labels::default(),
            is_without_waves: false,
            numbers: Labels::default(),
            known: BTreeSet::new(),
            unknown_asked: None,
            oddities: Vec::new(),
        };
        let has = |option| granted.is_some_and(|granted| granted.has(option));
        if granted.is_some() {
            let number = running.next_poll();
            running.extended(Kind::Alarms).start(number);
        } else {
            running
                .oddities
                .push(Oddity::Association("periodic results not granted: asked for one by one"));
            running.stand_in(now, Kind::Alarms);
            running.stand_in(now, Kind::Numerics);
        }
        for kind in [Kind::NumericLabels, Kind::NumericSpecs, Kind::Mds, Kind::Demographics] {
            running.single(kind).ask_at(now);
        }
        if has(PollProfileExtOptions::WAVES) {
            for kind in [Kind::WaveLabels, Kind::GetWaves, Kind::WaveSpecs] {
                running.single(kind).ask_at(now);
            }
        }
        if budget == Budget::Slow && has(PollProfileExtOptions::NUMERIC_PRIORITY_LIST) {
            running.single(Kind::GetNumerics).ask_at(now);
        }
        if has(PollProfileExtOptions::ENUMERATIONS) {
            running.single(Kind::Words).ask_at(now + times::RESULT_WAIT);
        }
        running
    }

    fn single(&mut self, kind: Kind) -> &mut Single {
        self.singles.entry(kind).or_default()
    }

    fn extended(&mut self, kind: Kind) -> &mut Extended {
        self.extended.entry(kind).or_default()
    }

    fn is_settled(&self, kind: Kind) -> bool {
        self.singles.get(&kind).is_none_or(Single::is_settled)
    }

    fn next_poll(&mut self) -> u16 {
        self.poll_number = self.poll_number.wrapping_add(1);
        self.poll_number
    }

    fn has_waves(&self) -> bool {
        self.granted.is_some_and(|granted| granted.has(PollProfileExtOptions::WAVES))
    }

    /// Values by single polls. The keep-alive then needs another class than the alarms.
    fn stand_in(&mut self, now: MonoTime, kind: Kind) {
        self.extended(kind).stop();
        self.single(kind).ask_at(now);
        self.is_kept_by_system |= kind == Kind::Alarms;
    }

    /// When it began.
    pub(super) fn began(&self) -> MonoTime {
        self.began
    }

    /// When the last message of this association came.
    pub(super) fn last_data(&self) -> MonoTime {
        self.last_data
    }

    /// A message of this association came.
    pub(super) fn heard(&mut self, now: MonoTime) {
        self.last_data = now;
    }

    /// What was odd since the last call.
    pub(super) fn take_oddities(&mut self) -> Vec<Oddity> {
        std::mem::take(&mut self.oddities)
    }

    /// What is to be sent and from when on, the most urgent first.
    pub(super) fn wants(&self) -> impl Iterator<Item = (MonoTime, Want)> {
        let keep_alive = [(self.keep_alive_due, Want::KeepAlive)];
        let extended = EXTENDED.into_iter().filter_map(|kind| {
            let is_due = self.extended.get(&kind).is_some_and(Extended::is_due);
            is_due.then_some((self.began, Want::Extended(kind)))
        });
        let singles = self.singles.iter().filter_map(|(kind, single)| {
            let free = kind.class().and_then(|class| self.class_free.get(&class.into()));
            let due = single.due()?;
            Some((free.map_or(due, |free| due.max(*free)), Want::Single(*kind)))
        });
        keep_alive.into_iter().chain(extended).chain(singles)
    }

    /// Makes the message, and counts it as sent.
    pub(super) fn send(&mut self, now: MonoTime, want: Want) -> Bytes {
        match want {
            Want::KeepAlive => {
                self.keep_alive_due = now + times::KEEP_ALIVE_PERIOD;
                self.keep_alives_open = self.keep_alives_open.saturating_add(1);
                let (class, group) = if self.is_kept_by_system {
                    (ObjectClass::Mds, AttributeGroup::SystemApplication)
                } else {
                    (ObjectClass::AlertMonitor, AttributeGroup::VmoStatic)
                };
                let number = self.next_poll();
                self.class_free.insert(class.into(), now + times::CLASS_SPACING);
                requests::single_poll(self.epoch.id(Kind::KeepAlive), number, class, group)
            }
            Want::Extended(kind) => {
                let class = kind.class().unwrap_or(ObjectClass::Numeric);
                let id = self.epoch.id(kind);
                let poll = self.extended(kind);
                poll.sent(now);
                let (group, ticks) = match (poll.has_labels(), kind) {
                    (true, _) => (AttributeGroup::All, times::LABELS_TICKS),
                    (false, Kind::Alarms) => (AttributeGroup::AlertMonitor, times::ACTIVE_TICKS),
                    (false, _) => (AttributeGroup::MetricObservedValue, times::ACTIVE_TICKS),
                };
                requests::extended_poll(id, poll.poll_number, class, group, ticks)
            }
            Want::Single(kind) => self.send_single(now, kind),
        }
    }

    fn send_single(&mut self, now: MonoTime, kind: Kind) -> Bytes {
        let number = self.next_poll();
        let id = self.epoch.id(kind);
        self.single(kind).sent(now, number);
        let group = match kind {
            Kind::GetWaves => return requests::get(id, 0xF23A),
            Kind::GetNumerics => return requests::get(id, 0xF239),
            Kind::SetWaves => {
                let list = requests::labels(self.waves.asked());
                return requests::set(id, Attribute::WavePriorityList(list));
            }
            Kind::SetNumerics => {
                let list = requests::labels(self.numbers.asked());
                return requests::set(id, Attribute::NumericPriorityList(list));
            }
            Kind::NumericLabels | Kind::WaveLabels => AttributeGroup::VmoDynamic,
            Kind::NumericSpecs | Kind::WaveSpecs => AttributeGroup::VmoStatic,
            Kind::Demographics => AttributeGroup::PatientDemographics,
            Kind::Numerics => AttributeGroup::MetricObservedValue,
            Kind::Alarms => AttributeGroup::AlertMonitor,
            Kind::Mds => {
                let group = self.system_group.and_then(|at| SYSTEM_GROUPS.get(at)).copied();
                group.unwrap_or(AttributeGroup::All)
            }
            Kind::Words | Kind::KeepAlive | Kind::Waves => AttributeGroup::All,
        };
        let class = kind.class().unwrap_or(ObjectClass::Mds);
        self.class_free.insert(class.into(), now + times::CLASS_SPACING);
        requests::single_poll(id, number, class, group)
    }

    /// Something that answers a request of this association.
    pub(super) fn handle_data(&mut self, now: MonoTime, kind: Kind, data: &Data<'_>) {
        self.last_data = now;
        if kind == Kind::KeepAlive {
            self.keep_alives_open = 0;
        }
        match data {
            Data::Error { failure, .. } => self.refused(now, kind, failure),
            Data::Result { reply, .. } => self.reply(now, kind, reply, true),
            Data::Linked { reply, .. } => self.reply(now, kind, reply, false),
            Data::Invoke { .. } | Data::Unknown { .. } => {}
        }
        self.advance(now);
    }

    fn reply(&mut self, now: MonoTime, kind: Kind, reply: &Reply<'_>, is_last: bool) {
        match reply {
            Reply::Action(result) => {
                if let ActionReply::Poll(poll) = &result.reply {
                    self.learn(now, poll);
                    self.polled(now, kind, poll, is_last);
                }
            }
            Reply::Get(report) | Reply::Set { report, .. } if is_last => {
                self.listed(now, kind, &report.attributes);
            }
            Reply::Get(_) | Reply::Set { .. } | Reply::Event { .. } | Reply::Unknown { .. } => {}
        }
    }

    fn polled(&mut self, now: MonoTime, kind: Kind, poll: &PollResult<'_>, is_last: bool) {
        if let Some(sequence) = poll.sequence {
            if let Some(extended) = self.extended.get_mut(&kind)
                && extended.poll_number == poll.poll_number
            {
                extended.result(now, sequence);
            }
            return;
        }
        let is_it = is_last && self.single(kind).answered(Some(poll.poll_number));
        if !is_it {
            return;
        }
        let again = match kind {
            Kind::Numerics | Kind::Alarms => now + times::VALUES_PERIOD,
            Kind::Demographics if poll.objects().next().is_none() => {
                now + times::DEMOGRAPHICS_AGAIN
            }
            Kind::Mds => {
                // The groups follow each other at once, as far as the class allows it.
                let next = self.system_group.map(|at| (at + 1) % SYSTEM_GROUPS.len());
                self.system_group = next;
                if next.unwrap_or(0) == 0 { now + times::REFRESH_PERIOD } else { now }
            }
            Kind::Words => now + times::WORDS_PERIOD,
            Kind::KeepAlive
            | Kind::Waves
            | Kind::Demographics
            | Kind::NumericLabels
            | Kind::NumericSpecs
            | Kind::WaveLabels
            | Kind::WaveSpecs
            | Kind::GetWaves
            | Kind::SetWaves
            | Kind::GetNumerics
            | Kind::SetNumerics => now + times::REFRESH_PERIOD,
        };
        self.single(kind).ask_at(again);
    }

    /// Labels and handles in a result.
    fn learn(&mut self, now: MonoTime, poll: &PollResult<'_>) {
        let code = poll.class.code;
        let labels = match poll.class.class() {
            Some(ObjectClass::Numeric) => &mut self.numbers,
            Some(ObjectClass::SampleArray) => &mut self.waves,
            Some(_) | None => return,
        };
        let is_of_values = poll.group == AttributeGroup::MetricObservedValue;
        let mut is_unknown = false;
        for (context, object) in poll.objects() {
            let id = (code, context, object.handle);
            for attribute in &object.attributes {
                if let Attribute::Label(label) = attribute {
                    labels.describe(label.0);
                    if self.known.len() < OBJECTS_MAX {
                        self.known.insert(id);
                    }
                }
            }
            is_unknown |= is_of_values && !self.known.contains(&id);
        }
        // Objects that stay without a label must not be asked for without end.
        let may_ask = self.unknown_asked.is_none_or(|at| now.since(at) >= times::UNKNOWN_PERIOD);
        if is_unknown && may_ask && self.is_settled_labels() {
            self.unknown_asked = Some(now);
            for (context, object) in poll.objects() {
                if self.known.len() < OBJECTS_MAX {
                    self.known.insert((code, context, object.handle));
                }
            }
            self.ask_labels(now, code == u16::from(ObjectClass::SampleArray));
        }
    }

    fn is_settled_labels(&self) -> bool {
        [Kind::NumericLabels, Kind::NumericSpecs, Kind::WaveLabels, Kind::WaveSpecs]
            .into_iter()
            .all(|kind| self.is_settled(kind))
    }

    fn ask_labels(&mut self, now: MonoTime, is_wave: bool) {
        let (kinds, labels) = if is_wave {
            ([Kind::WaveLabels, Kind::WaveSpecs], &mut self.waves)
        } else {
            ([Kind::NumericLabels, Kind::NumericSpecs], &mut self.numbers)
        };
        labels.ask_again();
        for kind in kinds {
            self.single(kind).ask_at(now);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "of 70 attributes, 2 are lists")]
    fn listed(&mut self, now: MonoTime, kind: Kind, attributes: &[Attribute<'_>]) {
        if !self.single(kind).answered(None) {
            return;
        }
        let is_set = matches!(kind, Kind::SetWaves | Kind::SetNumerics);
        let is_wave = matches!(kind, Kind::SetWaves | Kind::GetWaves);
        let told = attributes.iter().find_map(|attribute| {
            let list = match attribute {
                Attribute::WavePriorityList(list) if is_wave => list,
                Attribute::NumericPriorityList(list) if !is_wave => list,
                _ => return None,
            };
            Some(list.iter().map(|label| label.0).collect::<Vec<u32>>())
        });
        let Some(told) = told else {
            self.oddities.push(Oddity::Unanswered { what: kind.name() });
            return;
        };
        let labels = if is_wave { &mut self.waves } else { &mut self.numbers };
        if let Some((asked, taken)) = labels.told(told, is_set) {
            let what = if is_wave { Kind::SetWaves } else { Kind::SetNumerics }.name();
            self.oddities.push(Oddity::Shortened { what, asked, taken });
        }
        if is_set {
            // Read again what was really taken.
            let get = if is_wave { Kind::GetWaves } else { Kind::GetNumerics };
            self.single(get).ask_at(now);
            // What was not on the list had no labels and scales to tell.
            self.ask_labels(now, is_wave);
        }
    }

    fn refused(&mut self, now: MonoTime, kind: Kind, failure: &Failure<'_>) {
        self.oddities.push(Oddity::Denied { what: kind.name(), why: denial::name(failure) });
        let denial = denial::of(failure);
        match (kind, denial) {
            (Kind::KeepAlive, Denial::ForGood) => self.is_kept_by_system = true,
            (Kind::KeepAlive, Denial::ForNow) => {}
            (Kind::Alarms | Kind::Numerics | Kind::Waves, _)
                if self.extended.get(&kind).is_some_and(Extended::is_on) =>
            {
                match denial {
                    Denial::ForNow => self.extended(kind).rest(now),
                    Denial::ForGood if kind == Kind::Waves => {
                        self.is_without_waves = true;
                        self.extended(kind).stop();
                    }
                    Denial::ForGood => self.stand_in(now, kind),
                }
            }
            (Kind::Mds, Denial::ForGood) if self.system_group.is_none() => {
                self.system_group = Some(0);
                self.single(kind).answered(None);
                self.single(kind).ask_at(now);
            }
            (_, Denial::ForGood) => self.single(kind).refuse(),
            (_, Denial::ForNow) => {
                self.single(kind).answered(None);
                self.single(kind).ask_at(now + times::QUIET_PERIOD);
            }
        }
    }

    /// What follows from what is known by now.
    fn advance(&mut self, now: MonoTime) {
        self.advance_numbers(now);
        if self.has_waves() {
            self.advance_waves(now);
        }
    }

    fn advance_numbers(&mut self, now: MonoTime) {
        let has_list = self.singles.contains_key(&Kind::GetNumerics);
        if has_list && self.is_settled(Kind::GetNumerics) {
            let choice = self.budget.numbers(self.numbers.named());
            if choice.is_some_and(|choice| self.numbers.choose(choice)) {
                self.single(Kind::SetNumerics).ask_at(now);
            }
        }
        if self.granted.is_none() || self.singles.contains_key(&Kind::Numerics) {
            return;
        }
        let is_settled =
            self.is_settled(Kind::NumericLabels) && self.is_settled(Kind::NumericSpecs);
        let is_new = !self.extended(Kind::Numerics).is_on();
        let is_late = now.since(self.began) >= times::LABELS_WAIT;
        if is_settled && self.numbers.begin_by_values(now) {
            let number = self.next_poll();
            self.extended(Kind::Numerics).start_with_labels(now, number);
        } else if is_new && (self.numbers.is_described || is_settled || is_late) {
            let number = self.next_poll();
            self.extended(Kind::Numerics).start(number);
        }
    }

    fn advance_waves(&mut self, now: MonoTime) {
        let is_settled = [Kind::WaveLabels, Kind::WaveSpecs, Kind::GetWaves]
            .into_iter()
            .all(|kind| self.is_settled(kind));
        if !is_settled {
            return;
        }
        let choice = self.budget.waves(self.waves.named());
        // With nothing to choose from, the monitor's own list stands.
        if self.waves.choose(choice.clone()) {
            self.single(Kind::SetWaves).ask_at(now);
        }
        if self.singles.get(&Kind::SetWaves).is_some_and(|set| !set.is_settled()) {
            return;
        }
        // Waves that nobody chose do not fit a slow line.
        let fits = self.budget == Budget::Full || self.waves.is_within(&choice);
        if !fits || self.is_without_waves {
            return;
        }
        let is_new = !self.extended(Kind::Waves).is_on();
        if self.waves.begin_by_values(now) {
            let number = self.next_poll();
            self.extended(Kind::Waves).start_with_labels(now, number);
        } else if is_new {
            let number = self.next_poll();
            self.extended(Kind::Waves).start(number);
        }
    }

    /// When [`Running::handle_timeout`] has something to do.
    pub(super) fn deadline(&self) -> MonoTime {
        let singles = self.singles.values().filter_map(Single::deadline);
        let extended = self.extended.values().filter_map(Extended::deadline);
        let labels = (!self.extended.get(&Kind::Numerics).is_some_and(Extended::is_on)
            && !self.singles.contains_key(&Kind::Numerics))
        .then(|| self.began + times::LABELS_WAIT);
        let end = [self.last_data + times::DATA_WAIT];
        singles.chain(extended).chain(labels).chain(end).min().unwrap_or(self.last_data)
    }

    /// The time has come. Whether the association is over.
    pub(super) fn handle_timeout(&mut self, now: MonoTime, blamed: &BTreeSet<Kind>) -> Option<End> {
        if now.since(self.last_data) >= times::DATA_WAIT {
            return Some(End::NoData);
        }
        if self.keep_alives_open >= times::KEEP_ALIVES_LOST_MAX && self.keep_alive_due <= now {
            return Some(End::NoAnswers);
        }
        for (kind, single) in &mut self.singles {
            if single.handle_timeout(now) {
                self.oddities.push(Oddity::Unanswered { what: kind.name() });
                if matches!(kind, Kind::Alarms | Kind::Numerics) {
                    single.ask_at(now);
                }
            }
        }
        for (kind, poll) in &mut self.extended {
            if poll.handle_timeout(now) == Outcome::Silent {
                self.oddities.push(Oddity::Unanswered { what: kind.name() });
                if !blamed.contains(kind) {
                    return Some(End::Silent(*kind));
                }
                // A new association did not help: standby, or nothing is measured.
                poll.rest(now);
            }
        }
        for kind in [Kind::Numerics, Kind::Waves] {
            let is_done = self.extended.get_mut(&kind).is_some_and(|poll| poll.labels_done(now));
            if is_done {
                let number = self.next_poll();
                self.extended(kind).start(number);
            }
        }
        self.advance(now);
        None
    }

    /// Whether results of this class come.
    pub(super) fn is_flowing(&self, now: MonoTime, kind: Kind) -> bool {
        self.extended.get(&kind).is_some_and(|poll| poll.is_flowing(now))
    }
}
