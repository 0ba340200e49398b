//! Chunks of samples.

use std::ops::Range;

use pco::{ChunkConfig, DeltaSpec, ModeSpec, standalone};
use vigie_model::{Before, Mark, MarkKind, MonoTime, Placement, Tick, WaveChunk};

use super::{
    ChunkError, MARKS_MAX, PARTS_MAX, SAMPLES_MAX, VERSION,
    bytes::{Cursor, put},
    column,
};

const NS_PER_US: u64 = 1_000;
/// Before the samples: they are a column.
const AS_COLUMN: u8 = 0;
/// Before the samples: they are a pco file.
const AS_PCO: u8 = 1;
/// pco's effort. On real and simulated waves 4 needs 2.5 % more bytes; 8 saves 0.1 % at most and takes a
/// third longer (`cargo bench --package vigie-record --bench bytes`).
const LEVEL: usize = 6;

/// Collects the samples of one stream for one chunk.
#[derive(Clone, Debug, Default)]
pub(crate) struct WaveBuilder {
    runs: Vec<Run>,
    /// Of each part: samples, before, start, length of a tick, arrival.
    parts: [Vec<i64>; 5],
    /// Of each mark: position, kind.
    marks: [Vec<i64>; 2],
    samples: Vec<i32>,
    start: MonoTime,
    end: MonoTime,
}

#[derive(Clone, Debug)]
struct Run {
    form: u32,
    epoch: u32,
    first: u64,
    parts: usize,
    /// Where the next part would go on.
    next: u64,
}

/// A chunk's samples, part by part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DecodedWave {
    /// Parts in the order in which they arrived.
    pub(crate) parts: Vec<WavePart>,
    /// Samples of all of them.
    pub(crate) samples: Vec<i32>,
}

/// What a device sent at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WavePart {
    /// Its row of `form`.
    pub(crate) form: u32,
    /// Changes when the mapping of clocks stepped.
    pub(crate) epoch: u32,
    /// How it follows what came before.
    pub(crate) before: Before,
    /// When the first sample was taken, to the microsecond.
    pub(crate) start: MonoTime,
    /// Length of a tick by our clock.
    pub(crate) ns_per_tick: f64,
    /// When it arrived, to the microsecond.
    pub(crate) arrival: MonoTime,
    /// Where in the chunk's samples it lies.
    pub(crate) samples: Range<usize>,
    /// Samples that are not plain.
    pub(crate) marks: Vec<Mark>,
    /// Tick of the first sample of the run.
    run_first: u64,
    /// Samples of the run before this part.
    run_before: usize,
}

impl WavePart {
    /// Tick of its first sample; `step` is that of its form.
    pub(crate) fn first(&self, step: u32) -> Tick {
        Tick(self.run_first.wrapping_add(u64::from(step).wrapping_mul(self.run_before as u64)))
    }
}

impl WaveBuilder {
    /// Takes samples. `form` is the number of their row of `form`. Marks beyond the samples are left
    /// out. `false`: the chunk is full, and they were not taken.
    pub(crate) fn push(
        &mut self,
        chunk: &WaveChunk,
        placed: &Placement,
        arrival: MonoTime,
        form: u32,
    ) -> bool {
        let count = chunk.samples.len();
        if count == 0 {
            return true;
        }
        if self.samples.len() + count > SAMPLES_MAX
            || self.parts[0].len() >= PARTS_MAX
            || self.marks[0].len() + chunk.marks.len() > MARKS_MAX
        {
            return false;
        }
        let span_ns = count as f64 * f64::from(chunk.step) * placed.ns_per_tick;
        // A cast of a float saturates, and makes 0 of NaN.
        let end = MonoTime::from_nanos(placed.start.as_nanos().saturating_add(span_ns as u64));
        if self.samples.is_empty() {
            self.start = placed.start;
            self.end = end;
        }
        self.start = self.start.min(placed.start);
        self.end = self.end.max(end);

        let next = chunk.first.0.wrapping_add(u64::from(chunk.step).wrapping_mul(count as u64));
        match self.runs.last_mut() {
            Some(run)
                if run.form == form && run.epoch == placed.epoch && run.next == chunk.first.0 =>
            {
                run.parts += 1;
                run.next = next;
            }
            Some(_) | None => self.runs.push(Run {
                form,
                epoch: placed.epoch,
                first: chunk.first.0,
                parts: 1,
                next,
            }),
        }
        let part = [
            count as i64,
            match chunk.before {
                Before::Joined => 0,
                Before::Gap => 1,
            },
            (placed.start.as_nanos() / NS_PER_US) as i64,
            placed.ns_per_tick.to_bits() as i64,
            (arrival.as_nanos() / NS_PER_US) as i64,
        ];
        for (column, value) in self.parts.iter_mut().zip(part) {
            column.push(value);
        }
        for mark in chunk.marks.iter().filter(|mark| (mark.at as usize) < count) {
            self.marks[0].push(self.samples.len() as i64 + i64::from(mark.at));
            self.marks[1].push(of_kind(mark.kind));
        }
        self.samples.extend_from_slice(&chunk.samples);
        true
    }

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// How many samples it holds.
    pub(crate) fn samples(&self) -> u32 {
        self.samples.len() as u32
    }

    /// When its earliest sample was taken.
    pub(crate) fn start(&self) -> MonoTime {
        self.start
    }

    /// When its latest sample ends.
    pub(crate) fn end(&self) -> MonoTime {
        self.end
    }

    /// The chunk, as small as may be: for `wave`.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = self.encode_without_samples();
        let config = ChunkConfig::default()
            .with_compression_level(LEVEL)
            .with_mode_spec(ModeSpec::Classic)
            .with_delta_spec(DeltaSpec::Auto);
        match standalone::simple_compress(&self.samples, &config) {
            Ok(packed) => {
                out.push(AS_PCO);
                out.extend_from_slice(&packed);
            }
            // pco refuses wrong settings only. Samples are never lost to that.
            Err(_) => self.append_column(&mut out),
        }
        out
    }

    /// The chunk with less effort and somewhat larger: for `tail`, which lasts for seconds.
    pub(crate) fn encode_fast(&self) -> Vec<u8> {
        let mut out = self.encode_without_samples();
        self.append_column(&mut out);
        out
    }

    fn encode_without_samples(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        put(&mut out, self.runs.len() as u64);
        for run in &self.runs {
            put(&mut out, u64::from(run.form));
            put(&mut out, u64::from(run.epoch));
            put(&mut out, run.first);
            put(&mut out, run.parts as u64);
        }
        for values in &self.parts {
            column::write(&mut out, values);
        }
        put(&mut out, self.marks[0].len() as u64);
        for values in &self.marks {
            column::write(&mut out, values);
        }
        out
    }

    fn append_column(&self, out: &mut Vec<u8>) {
        out.push(AS_COLUMN);
        let samples: Vec<i64> = self.samples.iter().map(|&sample| i64::from(sample)).collect();
        column::write(out, &samples);
    }
}

/// The samples of a chunk.
pub(crate) fn decode_wave(data: &[u8]) -> Result<DecodedWave, ChunkError> {
    let mut cursor = Cursor(data);
    cursor.version()?;
    let mut runs = Vec::new();
    let mut count = 0_usize;
    for _ in 0..cursor.count(PARTS_MAX)? {
        let (form, epoch, first) = (cursor.get_u32()?, cursor.get_u32()?, cursor.get()?);
        let parts = cursor.count(PARTS_MAX - count)?;
        count += parts;
        runs.push(Run { form, epoch, first, parts, next: 0 });
    }
    let mut columns: [Vec<i64>; 5] = Default::default();
    for values in &mut columns {
        *values = column::read(&mut cursor, count)?;
    }
    let mut parts = parts_of(&runs, columns)?;
    let samples = parts.last().map_or(0, |part| part.samples.end);
    read_marks(&mut cursor, &mut parts)?;
    Ok(DecodedWave { parts, samples: read_samples(cursor, samples)? })
}

fn parts_of(runs: &[Run], columns: [Vec<i64>; 5]) -> Result<Vec<WavePart>, ChunkError> {
    let [lengths, befores, starts, ticks, arrivals] = columns;
    let mut values = lengths.into_iter().zip(befores).zip(starts).zip(ticks).zip(arrivals);
    let mut parts = Vec::new();
    let mut at = 0;
    for run in runs {
        let first_of_run = at;
        for ((((length, before), start), tick), arrival) in values.by_ref().take(run.parts) {
            let length = usize::try_from(length)
                .ok()
                .filter(|&length| length <= SAMPLES_MAX - at)
                .ok_or(ChunkError("more samples than a chunk has"))?;
            let before = match before {
                0 => Before::Joined,
                1 => Before::Gap,
                _ => return Err(ChunkError("a join that is none")),
            };
            parts.push(WavePart {
                form: run.form,
                epoch: run.epoch,
                before,
                start: of_us(start)?,
                ns_per_tick: f64::from_bits(tick as u64),
                arrival: of_us(arrival)?,
                samples: at..at + length,
                marks: Vec::new(),
                run_first: run.first,
                run_before: at - first_of_run,
            });
            at += length;
        }
    }
    Ok(parts)
}

fn read_marks(cursor: &mut Cursor<'_>, parts: &mut [WavePart]) -> Result<(), ChunkError> {
    let count = cursor.count(MARKS_MAX)?;
    let positions = column::read(cursor, count)?;
    let kinds = column::read(cursor, count)?;
    for (position, kind) in positions.into_iter().zip(kinds) {
        let position =
            usize::try_from(position).map_err(|_| ChunkError("a mark outside its samples"))?;
        let at = parts.partition_point(|part| part.samples.end <= position);
        let part = parts.get_mut(at).ok_or(ChunkError("a mark outside its samples"))?;
        let at = (position - part.samples.start) as u32;
        part.marks.push(Mark { at, kind: kind_of(kind)? });
    }
    Ok(())
}

fn read_samples(mut cursor: Cursor<'_>, count: usize) -> Result<Vec<i32>, ChunkError> {
    match cursor.byte()? {
        AS_COLUMN => {
            let samples = column::read(&mut cursor, count)?;
            cursor.end()?;
            samples
                .into_iter()
                .map(|sample| i32::try_from(sample).map_err(|_| ChunkError("a sample too large")))
                .collect()
        }
        AS_PCO => {
            let mut samples = vec![0; count];
            let progress = standalone::simple_decompress_into(cursor.0, &mut samples)
                .map_err(|_| ChunkError("its samples do not decompress"))?;
            if progress.n_processed != count || !progress.finished {
                return Err(ChunkError("another number of samples than it says"));
            }
            Ok(samples)
        }
        _ => Err(ChunkError("samples of unknown form")),
    }
}

fn of_us(us: i64) -> Result<MonoTime, ChunkError> {
    u64::try_from(us)
        .ok()
        .and_then(|us| us.checked_mul(NS_PER_US))
        .map(MonoTime::from_nanos)
        .ok_or(ChunkError("a time that is none"))
}

fn of_kind(kind: MarkKind) -> i64 {
    match kind {
        MarkKind::Invalid => 0,
        MarkKind::Clipped => 1,
        MarkKind::Pacer => 2,
        MarkKind::Defibrillator => 3,
        MarkKind::Qrs => 4,
        MarkKind::Inspiration => 5,
    }
}

fn kind_of(kind: i64) -> Result<MarkKind, ChunkError> {
    Ok(match kind {
        0 => MarkKind::Invalid,
        1 => MarkKind::Clipped,
        2 => MarkKind::Pacer,
        3 => MarkKind::Defibrillator,
        4 => MarkKind::Qrs,
        5 => MarkKind::Inspiration,
        _ => return Err(ChunkError("a mark that is none")),
    })
}
