//! Samples: chunks and tail together, in the order in which they were taken.

use std::{collections::BTreeMap, sync::Arc};

use vigie_history::{Answer, At, Query, Source, WaveRun};
use vigie_model::{Before, Mark, Tick};

use super::{
    Found, Page, Reader, SAMPLES_MAX,
    beds::Meant,
    numerics::{LANE_WAVES, at, pieces, slots_there, tail},
    opened::Opened,
    page,
    paged::{Paged, Sorter},
    times::{Piece, RunClock},
};
use crate::{
    chunk::{self, DecodedWave, Form, WaveForm, WavePart},
    layout::{self, WAVE_SLOT_NS},
};

/// How far a part may lie from where the run before it leads and still be told as one with it: times
/// of samples are true to 1 ms.
const JOIN_WITHIN_NS: u64 = 500_000;
/// How far the PC's clock may go from the run's within what is told as one.
const WALL_WITHIN_NS: i64 = 2_000_000;
/// Most samples of a run of an answer.
const RUN_SAMPLES_MAX: usize = 1 << 20;
/// What arrives may have been measured so much earlier, whatever the segment says.
const LATE_LEAST_NS: u64 = 10_000_000_000;

/// Samples on their way into an answer: what of a part lies in the time asked for.
#[derive(Debug)]
struct Samples {
    at: At,
    clock: Arc<RunClock>,
    meant: Meant,
    form: WaveForm,
    /// The whole part, as it stands in the chunk.
    part: WavePart,
    /// From which of its samples on.
    begin: usize,
    samples: Vec<i32>,
    marks: Vec<Mark>,
}

impl Reader {
    /// Every sample of a wave.
    pub(super) fn waves(&mut self, query: &Query, source: &Source, found: &mut Found) -> Page {
        let mut paged: Paged<Samples> = page(query, SAMPLES_MAX);
        self.each_segment((query.from, query.to), found, |reader, opened, found| {
            let meant = reader.meant(opened, source, found);
            for piece in pieces(opened, query) {
                if !meant.is_empty() && paged.begin_piece(opened.clock.wall(piece.from)) {
                    waves_of(opened, &meant, piece, &mut paged);
                }
            }
        });
        let (mut parts, more_from) = paged.finish();
        if let Some(until) = more_from {
            // The last parts may reach beyond the page's end; the next page begins there.
            for part in &mut parts {
                let step = part.form.step;
                let clock = part.clock.clone();
                let end = part.part.find(step, |mono| clock.wall(mono) < until);
                part.cut(end);
            }
            parts.retain(|part| !part.samples.is_empty());
        }
        (Answer::Waves(joined(parts)), more_from)
    }
}

fn waves_of(opened: &mut Opened, meant: &[Meant], piece: Piece, paged: &mut Paged<Samples>) {
    let late_ns = opened.late_max_ns.max(LATE_LEAST_NS);
    let mut sorter = Sorter::new();
    let mut streams: Vec<u32> = meant.iter().map(|of| of.stream).collect();
    streams.sort_unstable();
    streams.dedup();
    for (stream, data) in tail(opened, LANE_WAVES, Some(&streams)) {
        hold(
            opened,
            meant,
            piece,
            (stream, &format!("tail of stream {stream}")),
            &data,
            &mut sorter,
        );
    }
    let first = (piece.from / WAVE_SLOT_NS).saturating_sub(2);
    let last = piece.to.saturating_add(late_ns) / WAVE_SLOT_NS;
    let (first, last) = slots_there(opened, "wave", (first, last)).unwrap_or((1, 0));
    for slot in first..=last {
        for &stream in &streams {
            let id = layout::chunk_id(slot, stream);
            let place = format!("wave {id}");
            if !opened.is_lost()
                && reaches(opened, &place, id, piece)
                && let Some(data) = opened.data(&place, WAVE_DATA, id)
            {
                hold(opened, meant, piece, (stream, &place), &data, &mut sorter);
            }
        }
        let settled = ((slot + 1) * WAVE_SLOT_NS).saturating_sub(late_ns);
        if !push(opened, piece, sorter.release(settled), paged) {
            return;
        }
    }
    push(opened, piece, sorter.release(u64::MAX), paged);
}

const WAVE_SPAN: &str = "SELECT start_mono_ns, end_mono_ns FROM wave WHERE id = ?1";
pub(super) const WAVE_DATA: &str =
    "SELECT CASE WHEN length(data) <= ?2 THEN data END FROM wave WHERE id = ?1";

/// Whether a chunk is there and holds something of a piece.
fn reaches(opened: &mut Opened, place: &str, id: i64, piece: Piece) -> bool {
    let span = opened.one(place, WAVE_SPAN, [id], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
    });
    // The columns are exact, times in the chunk are rounded down to the microsecond.
    span.is_some_and(|(start, end)| {
        start.saturating_sub(1_000) < piece.to && end.saturating_add(1_000) >= piece.from
    })
}

/// Takes what of a chunk is meant.
fn hold(
    opened: &mut Opened,
    meant: &[Meant],
    piece: Piece,
    (stream, place): (u32, &str),
    data: &[u8],
    sorter: &mut Sorter<Samples>,
) {
    let DecodedWave { parts, samples } = match chunk::decode_wave(data) {
        Ok(decoded) => decoded,
        Err(error) => {
            opened.note(format!("{place}: {error}"));
            return;
        }
    };
    for part in parts {
        let Some(Form::Wave(form)) = opened.forms.get(&part.form).cloned() else {
            opened.note(format!("form {} of stream {stream}: there is none", part.form));
            continue;
        };
        for of in meant.iter().filter(|of| of.stream == stream) {
            let (low, high) = (piece.from.max(of.from), piece.to.min(of.to));
            let begin = part.find(form.step, |mono| mono < low);
            let end = part.find(form.step, |mono| mono < high);
            let all = samples.get(part.samples.clone()).unwrap_or_default();
            let Some(wanted) = all.get(begin..end).filter(|wanted| !wanted.is_empty()) else {
                continue;
            };
            let within = |mark: &&Mark| (begin..end).contains(&(mark.at as usize));
            let shifted = |mark: &Mark| Mark { at: mark.at - begin as u32, ..*mark };
            let samples = Samples {
                at: at(opened, part.time(form.step, begin)),
                clock: opened.clock.clone(),
                meant: of.clone(),
                form: form.clone(),
                begin,
                samples: wanted.to_vec(),
                marks: part.marks.iter().filter(within).map(shifted).collect(),
                part: part.clone(),
            };
            sorter.hold(samples.at.mono.as_nanos(), samples);
        }
    }
}

fn push(
    opened: &Opened,
    piece: Piece,
    parts: impl Iterator<Item = (u64, Samples)>,
    paged: &mut Paged<Samples>,
) -> bool {
    for (mono, part) in parts {
        if !(piece.from..piece.to).contains(&mono) {
            continue;
        }
        let weight = part.samples.len();
        if !paged.push(part.at.wall, (opened.number, mono), weight, part) {
            return false;
        }
    }
    true
}

impl WavePart {
    /// When a sample was taken. A length of a tick that is none makes all of one moment.
    fn time(&self, step: u32, sample: usize) -> u64 {
        let after = f64::from(step) * self.ns_per_tick * sample as f64;
        self.start.as_nanos().saturating_add(after as u64)
    }

    /// The first sample for which `is_before` does not hold.
    fn find(&self, step: u32, is_before: impl Fn(u64) -> bool) -> usize {
        let (mut low, mut high) = (0, self.samples.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.time(step, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl Samples {
    /// Leaves out what lies behind the part's sample `end`.
    fn cut(&mut self, end: usize) {
        let count = end.saturating_sub(self.begin);
        self.samples.truncate(count);
        self.marks.retain(|mark| (mark.at as usize) < count);
    }

    fn first(&self) -> Tick {
        let step = self.form.step;
        let skipped = u64::from(step).wrapping_mul(self.begin as u64);
        Tick(self.part.first(step).0.wrapping_add(skipped))
    }

    fn before(&self) -> Before {
        if self.begin > 0 { Before::Joined } else { self.part.before }
    }

    fn run(self) -> WaveRun {
        let (first, before) = (self.first(), self.before());
        WaveRun {
            at: self.at,
            arrived: self.part.arrival,
            first,
            device: self.meant.device,
            key: self.meant.key,
            unit: self.form.unit,
            base: self.form.base,
            step: self.form.step,
            before,
            scale: self.form.scale,
            ns_per_tick: self.part.ns_per_tick,
            epoch: self.part.epoch,
            samples: self.samples.into(),
            marks: self.marks,
        }
    }

    /// Whether `next` goes on where this ends.
    fn goes_on_with(&self, next: &Samples) -> bool {
        let count = self.samples.len();
        let ticks = u64::from(self.form.step).wrapping_mul(count as u64);
        let first = self.first().0.wrapping_add(ticks);
        let start = self.part.time(self.form.step, self.begin + count);
        let wall_ns = next.at.wall.as_unix_nanos().saturating_sub(self.at.wall.as_unix_nanos());
        let mono_ns = next.at.mono.as_nanos() as i64 - self.at.mono.as_nanos() as i64;
        next.before() == Before::Joined
            && next.form == self.form
            && next.part.epoch == self.part.epoch
            && next.at.run == self.at.run
            && next.first().0 == first
            && next.at.mono.as_nanos().abs_diff(start) <= JOIN_WITHIN_NS
            && wall_ns.saturating_sub(mono_ns).abs() <= WALL_WITHIN_NS
            && count + next.samples.len() <= RUN_SAMPLES_MAX
    }

    fn append(&mut self, next: Samples) {
        let count = self.samples.len() as u32;
        self.samples.extend(next.samples);
        self.marks.extend(next.marks.into_iter().map(|mark| Mark { at: mark.at + count, ..mark }));
    }
}

/// Parts that follow each other without a break, told as one: however they were cut into chunks.
fn joined(parts: Vec<Samples>) -> Vec<WaveRun> {
    let mut runs: Vec<Samples> = Vec::new();
    let mut last_of: BTreeMap<_, usize> = BTreeMap::new();
    for part in parts {
        let stream = (part.meant.device.clone(), part.meant.key.clone());
        if let Some(last) = last_of.get(&stream).and_then(|&at| runs.get_mut(at))
            && last.goes_on_with(&part)
        {
            last.append(part);
            continue;
        }
        last_of.insert(stream, runs.len());
        runs.push(part);
    }
    runs.into_iter().map(Samples::run).collect()
}
