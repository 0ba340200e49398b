//! Reads a record of PhysioNet's WFDB format: a text header and a file of samples.
//!
//! Source: G. Moody, "WFDB Applications Guide", pages header(5) and signal(5). Formats 16, 80 and 212,
//! several samples in a frame, skew, gain and baseline. Length, first value and checksum of every
//! signal must be as the header says. All signals stand in one file.

use std::fmt;

/// A record that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Frames a second.
    pub frames_per_second: f64,
    /// Its signals, in the order of the header.
    pub signals: Vec<Signal>,
}

/// One signal of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// What the header calls it.
    pub name: String,
    /// Unit of its amounts.
    pub unit: String,
    /// Samples a second.
    pub rate: f64,
    /// As the file holds them, the skew taken out; `None` where the file says that there is none.
    pub digital: Vec<Option<i16>>,
    /// Bits of a stored sample.
    pub bits: u32,
    /// Digital steps in one unit.
    pub gain: f64,
    /// The digital value that means 0.
    pub baseline: i32,
}

impl Signal {
    /// The amounts in the signal's unit, `NaN` where there is none.
    pub fn amounts(&self) -> Vec<f32> {
        self.digital.iter().map(|digital| self.amount(digital.map(i32::from))).collect()
    }

    /// What a digital value means.
    pub fn amount(&self, digital: Option<i32>) -> f32 {
        let amount = |digital: i32| (f64::from(digital) - f64::from(self.baseline)) / self.gain;
        digital.map_or(f32::NAN, |digital| amount(digital) as f32)
    }
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A line of the header does not have this field.
    Header {
        /// From 1, comments and empty lines counted.
        line: usize,
        /// The field.
        field: &'static str,
    },
    /// A way of storing samples that is not known here.
    Format(u16),
    /// The signals are not all in one file, or not all in one format.
    Mixed,
    /// There are fewer or more bytes than the header's frames need.
    Length {
        /// Bytes that the header's frames need.
        needed: usize,
        /// Bytes in the file.
        found: usize,
    },
    /// A signal does not begin with the value that its header line states.
    First {
        /// Counted from 0.
        signal: usize,
    },
    /// The sum of a signal's samples is not the one that its header line states.
    Checksum {
        /// Counted from 0.
        signal: usize,
        /// As stated.
        stated: i16,
        /// As found.
        found: i16,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Header { line, field } => write!(f, "header line {line}: no valid {field}"),
            Error::Format(format) => {
                write!(f, "format {format} is not known; 16, 80 and 212 are")
            }
            Error::Mixed => f.write_str("the signals stand in several files or formats"),
            Error::Length { needed, found } => {
                write!(f, "the header's frames need {needed} bytes, the file has {found}")
            }
            Error::First { signal } => {
                write!(f, "signal {signal} does not begin with the value its header states")
            }
            Error::Checksum { signal, stated, found } => {
                write!(f, "signal {signal} has the checksum {found}, its header states {stated}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// More signals or samples in a frame than any bedside record has.
const PER_FRAME_MAX: usize = 64;

/// A signal line of the header.
#[derive(Debug)]
struct Line {
    file: String,
    format: u16,
    per_frame: usize,
    skew: usize,
    gain: f64,
    unit: String,
    baseline: i32,
    first: i16,
    checksum: i16,
    name: String,
}

impl Record {
    /// From the texts of both files.
    pub fn read(header: &str, samples: &[u8]) -> Result<Record, Error> {
        let mut lines = (1usize..).zip(header.lines()).filter(|(_, line)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        let (number, first) =
            lines.next().ok_or(Error::Header { line: 1, field: "record line" })?;
        let field = |field| Error::Header { line: number, field };
        let mut words = first.split_whitespace();
        let name = words.next().ok_or(field("record name"))?.to_owned();
        let signals: usize = parse(words.next()).ok_or(field("number of signals"))?;
        // `frequency/counter frequency(base)`: only the first is for us.
        let rate = words.next().and_then(|word| word.split('/').next());
        let frames_per_second: f64 = parse(rate).ok_or(field("frequency"))?;
        let frames: usize = parse(words.next()).ok_or(field("number of samples"))?;
        let is_rate = frames_per_second.is_finite() && frames_per_second > 0.0;
        if !is_rate || signals > PER_FRAME_MAX {
            return Err(field("frequency and number of signals"));
        }
        let mut described = Vec::new();
        for _ in 0..signals {
            let (number, line) = lines.next().ok_or(field("line for each signal"))?;
            described.push(Line::read(number, line)?);
        }
        let Some(one) = described.first() else { return Err(field("signal")) };
        if described.iter().any(|line| line.format != one.format || line.file != one.file) {
            return Err(Error::Mixed);
        }
        let per_frame: usize = described.iter().map(|line| line.per_frame).sum();
        if per_frame > PER_FRAME_MAX {
            return Err(field("number of samples in a frame"));
        }
        let all = unpack(one.format, samples, frames.saturating_mul(per_frame))?;
        let mut place = 0;
        let mut read = Vec::new();
        for (signal, line) in described.into_iter().enumerate() {
            let (from, to) = (place, place + line.per_frame);
            place = to;
            let own = all.chunks_exact(per_frame).flat_map(|frame| frame.get(from..to));
            let mut digital: Vec<i16> = own.flatten().copied().collect();
            if digital.first() != Some(&line.first) {
                return Err(Error::First { signal });
            }
            let found = digital.iter().fold(0i16, |sum, sample| sum.wrapping_add(*sample));
            if found != line.checksum {
                return Err(Error::Checksum { signal, stated: line.checksum, found });
            }
            let missing = missing(line.format);
            // A skewed signal was written so many frames late: its first samples have no time.
            digital.drain(..(line.skew * line.per_frame).min(digital.len()));
            let mut digital: Vec<Option<i16>> = digital
                .into_iter()
                .map(|sample| Some(sample).filter(|sample| *sample != missing))
                .collect();
            digital.resize(frames * line.per_frame, None);
            read.push(Signal {
                name: line.name,
                unit: line.unit,
                rate: frames_per_second * line.per_frame as f64,
                digital,
                bits: match line.format {
                    80 => 8,
                    212 => 12,
                    _ => 16,
                },
                gain: line.gain,
                baseline: line.baseline,
            });
        }
        Ok(Record { name, frames_per_second, signals: read })
    }
}

impl Line {
    fn read(number: usize, line: &str) -> Result<Line, Error> {
        let field = |field| Error::Header { line: number, field };
        let mut words = line.split_whitespace();
        let file = words.next().ok_or(field("file name"))?.to_owned();
        // `format[xSAMPLES][:SKEW][+OFFSET]`
        let format = words.next().ok_or(field("format"))?;
        if format.contains('+') {
            return Err(field("format: a byte offset is not known here"));
        }
        let (format, skew) = format.split_once(':').unwrap_or((format, "0"));
        let (format, per_frame) = format.split_once('x').unwrap_or((format, "1"));
        let per_frame: usize = parse(Some(per_frame)).ok_or(field("samples in a frame"))?;
        if !(1..=PER_FRAME_MAX).contains(&per_frame) {
            return Err(field("samples in a frame"));
        }
        // `gain[(baseline)][/unit]`; a gain of 0 is not calibrated: 200 by the format's own default.
        let gain = words.next().ok_or(field("gain"))?;
        let (gain, unit) = gain.split_once('/').unwrap_or((gain, "mV"));
        let (gain, baseline) = match gain.split_once('(') {
            Some((gain, rest)) => (gain, Some(rest.trim_end_matches(')'))),
            None => (gain, None),
        };
        let gain: f64 = parse(Some(gain)).ok_or(field("gain"))?;
        let gain = if gain == 0.0 { 200.0 } else { gain };
        let _resolution: u32 = parse(words.next()).ok_or(field("ADC resolution"))?;
        let zero: i32 = parse(words.next()).ok_or(field("ADC zero"))?;
        let baseline = match baseline {
            Some(baseline) => parse(Some(baseline)).ok_or(field("baseline"))?,
            None => zero,
        };
        let first = parse(words.next()).ok_or(field("initial value"))?;
        // Written signed or unsigned.
        let checksum: i32 = parse(words.next()).ok_or(field("checksum"))?;
        let _block_size = words.next();
        Ok(Line {
            file,
            format: parse(Some(format)).ok_or(field("format"))?,
            per_frame,
            skew: parse(Some(skew)).ok_or(field("skew"))?,
            gain,
            unit: unit.to_owned(),
            baseline,
            first,
            checksum: checksum as i16,
            name: words.collect::<Vec<_>>().join(" "),
        })
    }
}

fn parse<T: std::str::FromStr>(word: Option<&str>) -> Option<T> {
    word?.parse().ok()
}

/// The value that means that there is no sample: the lowest one.
fn missing(format: u16) -> i16 {
    match format {
        80 => -128,
        212 => -2_048,
        _ => i16::MIN,
    }
}

/// All samples of the file, in its order.
fn unpack(format: u16, bytes: &[u8], samples: usize) -> Result<Vec<i16>, Error> {
    let needed = match format {
        16 => samples.saturating_mul(2),
        80 => samples,
        212 => samples.saturating_mul(3).div_ceil(2),
        other => return Err(Error::Format(other)),
    };
    if bytes.len() != needed {
        return Err(Error::Length { needed, found: bytes.len() });
    }
    let mut all: Vec<i16> = match format {
        16 => bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect(),
        80 => bytes.iter().map(|byte| i16::from(*byte) - 128).collect(),
        // Two samples in three bytes: the middle one holds the high bits of both, the first's low.
        _ => {
            let sign = |value: u16| (value << 4).cast_signed() >> 4;
            let both = |bytes: &[u8]| {
                let at = |n: usize| u16::from(bytes.get(n).copied().unwrap_or(0));
                [sign(at(0) | (at(1) & 0x0F) << 8), sign(at(2) | (at(1) & 0xF0) << 4)]
            };
            bytes.chunks(3).flat_map(both).collect()
        }
    };
    all.truncate(samples);
    Ok(all)
}
