//! Wave records to chunks of samples.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{
    Before, Cadence, Category, Event, Fault, FaultKind, Mark, MarkKind, MetricKey, MonoTime, Scale,
    StreamInfo, Text, Tick, Unit, WaveChunk,
};

use crate::map::{self, ECG12, ECG12_LEADS, Source12, WaveKind, WaveNaming};
use crate::wire::ecg12::{Ecg12, Order};
use crate::wire::record::{Record, Subrecord};
use crate::wire::value::Value;
use crate::wire::wave::WaveData;

use super::numerics::Bedside;
use super::ticks::{Place, Run, SECOND, Stamp, TIMEBASE, Ticks, Verdict, period};

/// Type of the state of a spirometry loop: bits, which say nothing that the curves do not show.
const SPI_LOOP_STATUS: u8 = 29;
/// Rate of the 12-lead ECG.
const ECG12_RATE: u64 = 500;
/// How long waves wait for the record that names their lead or site: longer than the usual interval of
/// values. After that they are shown without.
const NAMELESS: u64 = 6 * SECOND;
/// How long a record whose count and clock disagree waits for the next one, which comes within a second.
const WAIT_MAX: Duration = Duration::from_millis(2_500);
/// Sets of waves that come in records of their own; CARESCAPE sends two.
const SETS_MAX: usize = 8;
/// A set that was left out of so many records is not sent any more.
const SET_MISSED: u8 = 32;

/// Waves of one monitor.
#[derive(Debug, Default)]
pub(super) struct Waves {
    order: Order,
    /// The latest last.
    sets: Vec<Set>,
    runs: BTreeMap<(u8, u8), Stream>,
    /// How much came before names were known.
    nameless: u64,
}

/// Waves that come in one record.
#[derive(Debug, Default)]
struct Set {
    kinds: Vec<u8>,
    ticks: Ticks,
    /// Records of other sets since the last of this one.
    missed: u8,
    /// What came last, so that a repetition is seen.
    last: Option<Kept>,
    /// Count and clock of this record disagree.
    held: Option<(MonoTime, Kept)>,
}

/// A record, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    stamp: Stamp,
    subrecords: Vec<(u8, Vec<u8>)>,
}

#[derive(Debug, Default)]
struct Stream {
    run: Run,
    told: Option<StreamInfo>,
}

/// One subrecord, read.
enum Part<'a> {
    Plain(&'static WaveKind, WaveData<'a>),
    Leads(Ecg12),
}

impl Part<'_> {
    fn ticks(&self) -> u64 {
        match self {
            Part::Plain(wave, data) => data.len() as u64 * step(u64::from(wave.rate)),
            Part::Leads(ecg) => {
                let samples = ecg.leads.first().map_or(0, Vec::len);
                samples as u64 * step(ECG12_RATE)
            }
        }
    }

    fn rate(&self) -> u64 {
        match self {
            Part::Plain(wave, _) => u64::from(wave.rate),
            Part::Leads(_) => ECG12_RATE,
        }
    }
}

/// Ticks from one sample to the next.
fn step(rate: u64) -> u64 {
    SECOND / rate.max(1)
}

impl Waves {
    pub(super) fn new(order: Order) -> Waves {
        Waves { order, ..Waves::default() }
    }

    /// All waves of a record.
    pub(super) fn take(
        &mut self,
        now: MonoTime,
        record: &Record<'_>,
        bedside: &Bedside,
        events: &mut Vec<Event>,
    ) {
        let parts: Vec<_> = record
            .subrecords
            .iter()
            .filter_map(|sub| self.read(sub, events).map(|part| (sub, part)))
            .collect();
        // The finest wave tells best how long the record is.
        let finest = parts
            .iter()
            .map(|(_, part)| part)
            .filter(|it| it.ticks() > 0)
            .max_by_key(|it| it.rate());
        let Some(span) = finest.map(Part::ticks) else { return };
        let stamp = Stamp { number: record.number, time: record.time, span };
        let subrecords = parts.iter().map(|(sub, _)| (sub.kind, sub.bytes.to_vec())).collect();
        let record = Kept { stamp, subrecords };
        let set = self.set_of(&record);
        if set.last.as_ref() == Some(&record) {
            return; // the same once more, out of a recording
        }
        let held = set.held.take();
        let (first, second) = match set.ticks.judge(stamp) {
            Verdict::Here(place) => (None, Some(place)),
            Verdict::Wait => (None, None),
            Verdict::Both(first, second) => (Some(first), Some(second)),
            Verdict::WaitAgain(first) => (Some(first), None),
        };
        if second.is_none() {
            set.held = Some((now, record.clone()));
        }
        set.last = Some(record.clone());
        if let (Some((_, held)), Some(place)) = (held, first) {
            self.place(&held, place, bedside, events);
        }
        if let Some(place) = second {
            self.place(&record, place, bedside, events);
        }
    }

    /// A record of another kind that is counted with those of waves.
    pub(super) fn see_other(&mut self) {
        self.sets.iter_mut().for_each(|set| set.ticks.see_other());
    }

    /// When [`Waves::give_up`] has something to do.
    pub(super) fn deadline(&self) -> Option<MonoTime> {
        let held = self.sets.iter().filter_map(|set| set.held.as_ref());
        held.map(|(since, _)| *since + WAIT_MAX).min()
    }

    /// Records that waited long enough for another follow what was there.
    pub(super) fn give_up(
        &mut self,
        until: Option<MonoTime>,
        bedside: &Bedside,
        events: &mut Vec<Event>,
    ) {
        let is_due = |since: MonoTime| until.is_none_or(|now| since + WAIT_MAX <= now);
        let mut due = Vec::new();
        for set in &mut self.sets {
            if let Some((_, held)) = set.held.take_if(|(since, _)| is_due(*since)) {
                due.extend(set.ticks.give_up().map(|place| (held, place)));
            }
        }
        for (held, place) in due {
            self.place(&held, place, bedside, events);
        }
    }

    /// The set that a record is of, moved to the end. Waves that were sent together before are a set,
    /// also when some were added or left out since.
    fn set_of(&mut self, record: &Kept) -> &mut Set {
        let kinds: Vec<u8> = record.subrecords.iter().map(|(kind, _)| *kind).collect();
        for set in &mut self.sets {
            set.missed = set.missed.saturating_add(1);
        }
        let is_of = |set: &Set| set.kinds.iter().any(|kind| kinds.contains(kind));
        let known = self.sets.iter().rposition(is_of).map(|at| self.sets.remove(at));
        self.sets.retain(|set| !is_of(set) && set.missed < SET_MISSED);
        if self.sets.len() >= SETS_MAX {
            self.sets.remove(0);
        }
        let mut set = known.unwrap_or_else(|| {
            // It begins beside the others.
            let beside =
                self.sets.last().and_then(|set| set.ticks.last()).map_or(0, |(at, last)| {
                    let later = u64::from(record.stamp.time.wrapping_sub(last.time));
                    if later <= 2 { at + later * SECOND } else { at + last.span }
                });
            Set { ticks: Ticks::at(beside), ..Set::default() }
        });
        set.kinds = kinds;
        set.missed = 0;
        self.sets.iter_mut().for_each(|other| other.ticks.see_other());
        self.sets.push(set);
        let is_shared = self.sets.len() > 1;
        self.sets.iter_mut().for_each(|set| set.ticks.share(is_shared));
        let at = self.sets.len() - 1;
        &mut self.sets[at]
    }

    /// Tells a record at its place.
    fn place(&mut self, record: &Kept, place: Place, bedside: &Bedside, events: &mut Vec<Event>) {
        let span = record.stamp.span;
        let is_named = bedside.is_known || self.nameless >= NAMELESS;
        self.nameless = self.nameless.saturating_add(span);
        for (kind, bytes) in &record.subrecords {
            // Whatever is wrong with it was said when it came.
            match self.read(&Subrecord { kind: *kind, bytes }, &mut Vec::new()) {
                Some(Part::Plain(wave, data)) if is_named || !needs_name(wave.naming) => {
                    self.plain(wave, &data, place, period(span), bedside, events);
                }
                Some(Part::Leads(ecg)) => self.leads(&ecg, place, period(span), events),
                Some(Part::Plain(..)) | None => {}
            }
        }
    }

    fn read<'a>(&self, sub: &Subrecord<'a>, events: &mut Vec<Event>) -> Option<Part<'a>> {
        let mut fault = |kind, what: String| {
            events.push(Event::Fault(Fault { kind, what: Text::from(what), count: 1 }));
        };
        if matches!(sub.kind, 0 | SPI_LOOP_STATUS) {
            return None; // a place that is not used; bits and no curve
        }
        if sub.kind == ECG12 {
            let ecg = Ecg12::parse(sub.bytes, self.order);
            if ecg.is_none() {
                fault(FaultKind::Malformed, "12-lead ECG is no whole number of blocks".into());
            }
            return ecg.map(Part::Leads);
        }
        let Some(wave) = map::wave(sub.kind) else {
            fault(FaultKind::Unknown, format!("wave of type {}", sub.kind));
            return None;
        };
        let Some(data) = WaveData::parse(sub.bytes) else {
            fault(
                FaultKind::Malformed,
                format!("wave {} has fewer samples than it says", wave.name),
            );
            return None;
        };
        Some(Part::Plain(wave, data))
    }

    fn plain(
        &mut self,
        wave: &'static WaveKind,
        data: &WaveData<'_>,
        place: Place,
        period: Duration,
        bedside: &Bedside,
        events: &mut Vec<Event>,
    ) {
        if data.is_empty() {
            return;
        }
        let looks = looks(wave, bedside);
        let mut samples = Vec::with_capacity(data.len());
        let mut marks = Vec::new();
        let mut last = 0;
        for (at, value) in (0..).zip(data.samples()) {
            let kind = match value {
                Value::Number(raw) => {
                    last = i32::from(raw);
                    None
                }
                Value::UnderRange | Value::OverRange => Some(MarkKind::Clipped),
                Value::NoData
                | Value::NotUpdated
                | Value::Discontinuity
                | Value::NotCalibrated
                | Value::Unknown(_) => Some(MarkKind::Invalid),
            };
            // The electrode is off: whatever is sent was not measured.
            let kind = if data.is_lead_off() { Some(MarkKind::Invalid) } else { kind };
            marks.extend(kind.map(|kind| Mark { at, kind }));
            samples.push(last);
        }
        let step = step(u64::from(wave.rate));
        let chunk = Chunk { samples, marks, step, has_gap: data.has_gap() };
        self.tell((wave.kind, 0), looks, chunk, place, period, events);
    }

    fn leads(&mut self, ecg: &Ecg12, place: Place, period: Duration, events: &mut Vec<Event>) {
        for (number, (lead, source)) in (0u8..).zip(ECG12_LEADS) {
            let (samples, marks, per_count) = lead_samples(ecg, source);
            if samples.is_empty() {
                continue;
            }
            let looks = Looks {
                code: map::code(&format!("w.ecg.{lead}")),
                vendor: Text::from(format!("ECG12.{lead}")),
                instance: 0,
                label: Text::from(lead),
                unit: "mV",
                scale: Scale::Physical { offset: 0.0, per_count, low: -1.0, high: 1.5 },
            };
            let chunk =
                Chunk { samples, marks, step: step(ECG12_RATE), has_gap: ecg.status & 1 == 1 };
            self.tell((ECG12, number), looks, chunk, place, period, events);
        }
    }

    fn tell(
        &mut self,
        key: (u8, u8),
        looks: Looks,
        chunk: Chunk,
        place: Place,
        period: Duration,
        events: &mut Vec<Event>,
    ) {
        let stream = self.runs.entry(key).or_default();
        let info = StreamInfo {
            key: MetricKey { code: looks.code, vendor: looks.vendor, instance: looks.instance },
            label: Some(looks.label),
            unit: Unit::ucum(looks.unit),
            digits: None,
            category: Category::Measured,
            cadence: Cadence::Periodic(period),
        };
        let is_renamed = stream.told.as_ref().is_some_and(|told| told.key != info.key);
        if stream.told.as_ref() != Some(&info) {
            events.push(Event::Stream(info.clone()));
            stream.told = Some(info.clone());
        }
        let ticks = chunk.samples.len() as u64 * chunk.step;
        let (first, before): (Tick, Before) =
            stream.run.join(place, chunk.has_gap || is_renamed, ticks);
        events.push(Event::Wave(WaveChunk {
            key: info.key,
            unit: info.unit,
            base: TIMEBASE,
            first,
            step: u32::try_from(chunk.step).unwrap_or(u32::MAX),
            before,
            scale: looks.scale,
            samples: chunk.samples.into(),
            marks: chunk.marks,
        }));
    }
}

/// Samples as they go out.
struct Chunk {
    samples: Vec<i32>,
    marks: Vec<Mark>,
    step: u64,
    has_gap: bool,
}

/// What a wave is called and how it is drawn.
struct Looks {
    code: Option<vigie_model::MdcCode>,
    vendor: Text,
    instance: u16,
    label: Text,
    unit: &'static str,
    scale: Scale,
}

fn needs_name(naming: WaveNaming) -> bool {
    match naming {
        WaveNaming::Lead(_) | WaveNaming::Pressure(_) | WaveNaming::Co2 => true,
        WaveNaming::Id(_) | WaveNaming::Unmapped => false,
    }
}

fn looks(wave: &WaveKind, bedside: &Bedside) -> Looks {
    let (low, high) = wave.span;
    let mut looks = Looks {
        code: None,
        vendor: Text::from(wave.name),
        instance: 0,
        label: Text::from(wave.name),
        unit: wave.unit,
        scale: Scale::Physical { offset: 0.0, per_count: wave.per_count, low, high },
    };
    match wave.naming {
        WaveNaming::Id(id) => {
            looks.code = map::code(id);
            looks.instance = u16::from(wave.name == "PLETH_2");
            let label = match wave.name {
                "PLETH" => "Pleth",
                "PLETH_2" => "Pleth 2",
                "RESP" | "RESP_100" => "Resp",
                "AWP" => "Paw",
                "FLOW" => "Flow",
                "VOL" => "Vol",
                name => name,
            };
            looks.label = Text::from(label);
        }
        WaveNaming::Unmapped => {}
        WaveNaming::Lead(channel) => {
            looks.instance = u16::from(channel) - 1;
            let lead = Some(bedside).filter(|bedside| bedside.is_known);
            match lead.and_then(|bedside| map::lead(bedside.ecg_label, channel)) {
                Some(lead) => {
                    looks.code = map::code(&format!("w.ecg.{lead}"));
                    looks.label = Text::from(lead);
                }
                None => looks.code = map::code("w.ecg"),
            }
        }
        WaveNaming::Pressure(channel) => {
            looks.instance = channel;
            let label = bedside.pressure_labels.get(usize::from(channel)).copied().unwrap_or(0);
            let site = map::pressure(label, channel);
            looks.code = site.id.and_then(map::code);
            looks.label = Text::from(site.label);
        }
        WaveNaming::Co2 => {
            looks.label = Text::from("CO2");
            looks.code = map::code("w.co2");
            if let Some(ambient) = bedside.ambient_mmhg {
                // One count is 0.01 % of the ambient pressure.
                let per_count = f64::from(ambient) / 10_000.0;
                looks.code = map::code("w.co2.pp");
                looks.unit = "mm[Hg]";
                looks.scale = Scale::Physical { offset: 0.0, per_count, low: 0.0, high: 60.0 };
            }
        }
    }
    looks
}

/// The samples of a lead, sent or computed, with the amount of one count in millivolt.
fn lead_samples(ecg: &Ecg12, source: Source12) -> (Vec<i32>, Vec<Mark>, f64) {
    let lead = |number: usize| ecg.leads.get(number).map(Vec::as_slice).unwrap_or_default();
    // One count on the line is 4 µV (DRI, "12-lead ECG waveform").
    let (amounts, per_count): (Vec<Option<i32>>, f64) = match source {
        Source12::Sent(number) => {
            (lead(number).iter().map(|sample| sample.map(i32::from)).collect(), 0.004)
        }
        Source12::Halves(of_i, of_ii) => {
            let both = lead(0).iter().zip(lead(1));
            let sum = |(i, ii): (&Option<i16>, &Option<i16>)| {
                Some(of_i * i32::from((*i)?) + of_ii * i32::from((*ii)?))
            };
            (both.map(sum).collect(), 0.002)
        }
    };
    let mut marks = Vec::new();
    let mut last = 0;
    let samples = (0..)
        .zip(amounts)
        .map(|(at, amount)| {
            match amount {
                Some(amount) => last = amount,
                None => marks.push(Mark { at, kind: MarkKind::Invalid }),
            }
            last
        })
        .collect();
    if let Source12::Sent(_) = source {
        marks.extend(ecg.pacers.iter().map(|at| Mark { at: *at, kind: MarkKind::Pacer }));
        marks.sort_by_key(|mark| mark.at);
    }
    (samples, marks, per_count)
}
