//! [`export`]: asks, and writes as it reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use vigie_history::{
    Answer, At, GapRow, LogRow, NumericRow, Query, Slice, Source, StreamRow, WaveRun, What,
};
use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, Before, Cadence, Category, DeviceKey, Event, Inactivation,
    LogKind, MarkKind, MetricKey, Scale, Stamp, StationAlarmKind, WallTime,
};

use super::{
    Exported, Options, Progress,
    beds::Beds,
    cells::{self, key, text, text_of, unit, yes},
    gaps::Lost,
    lines,
    out::{Out, Table},
    readme,
};
use crate::{Ask, ExportError};

const STREAM: [&str; 7] = ["bed", "device", "code", "refid", "vendor", "instance", "label"];
const TIME: [&str; 4] = ["time_utc", "time_local", "run", "mono_ns"];

/// Writes a part of a record into a folder that is empty or holds an earlier export.
pub fn export(
    ask: &mut dyn Ask,
    folder: &Path,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Exported, ExportError> {
    if options.from >= options.to {
        return Err(ExportError::Unfit("the range is empty: --from lies before --to".to_owned()));
    }
    let out = Out::prepare(folder)?;
    out.readme(&readme::text(options))?;
    let mut work = Work {
        ask,
        options,
        out,
        progress,
        done: Exported::default(),
        rows: 0,
        beds: Beds::default(),
        lost: Lost::default(),
    };
    match work.run() {
        Ok(()) => {}
        Err(Stop::Asked) => work.done.is_stopped = true,
        Err(Stop::Error(error)) => return Err(error),
    }
    work.done.locked.sort_unstable();
    work.done.locked.dedup();
    Ok(work.done)
}

/// Why it ends early.
enum Stop {
    Asked,
    Error(ExportError),
}

impl<E: Into<ExportError>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Error(error.into())
    }
}

struct Work<'a> {
    ask: &'a mut dyn Ask,
    options: &'a Options,
    out: Out,
    progress: Progress<'a>,
    done: Exported,
    rows: u64,
    beds: Beds,
    lost: Lost,
}

impl Work<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        self.read_beds()?;
        self.are_beds_known()?;
        self.gaps()?;
        self.devices()?;
        let streams = self.read_streams()?;
        self.log()?;
        self.numerics(&streams)?;
        let files = self.waves(&streams)?;
        self.streams(&streams, &files)
    }

    /// Every answer to a question, piece by piece.
    fn pages(
        &mut self,
        from: WallTime,
        what: &What,
        mut take: impl FnMut(&mut Self, Answer) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut from = from;
        loop {
            let query = Query { from, to: self.options.to, what: what.clone() };
            let Slice { answer, more_from, damage, locked } = self.ask.ask(&query)?;
            for damage in damage {
                if !self.done.damage.contains(&damage) {
                    self.done.damage.push(damage);
                }
            }
            self.done.locked.extend(locked);
            self.done.locked.sort_unstable();
            self.done.locked.dedup();
            take(self, answer)?;
            if !(self.progress)(self.rows) {
                return Err(Stop::Asked);
            }
            match more_from {
                Some(next) if next > from && next < self.options.to => from = next,
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// Assignments hold until the next one: those before the range count.
    fn read_beds(&mut self) -> Result<(), Stop> {
        let what = What::Log { bed: None, alarms_only: false };
        self.pages(WallTime::from_unix_nanos(0), &what, |work, answer| {
            if let Answer::Log(rows) = answer {
                rows.iter().for_each(|row| work.beds.take(row));
            }
            Ok(())
        })
    }

    /// A mistyped bed is no empty export. What cannot be read may have it.
    fn are_beds_known(&self) -> Result<(), ExportError> {
        let known = self.beds.all();
        let unknown = self.options.beds.iter().find(|bed| !known.contains(bed.as_str()));
        match unknown {
            Some(bed) if self.done.locked.is_empty() && self.done.damage.is_empty() => {
                let known: Vec<&str> = known.into_iter().collect();
                Err(ExportError::Unfit(format!(
                    "--beds {bed}: no device ever stood at a bed of this name; there are: {}",
                    known.join(", ")
                )))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn bed(&self, device: &DeviceKey, at: WallTime) -> String {
        self.beds.at(device, at).map(|bed| bed.0.as_str().to_owned()).unwrap_or_default()
    }

    fn wants_bed(&self, bed: &str) -> bool {
        self.options.beds.is_empty() || self.options.beds.iter().any(|wanted| wanted == bed)
    }

    fn wants_stream(&self, stream: &StreamRow) -> bool {
        let key = &stream.key;
        let names = [
            key.code.map(|code| code.to_string()),
            cells::refid(key),
            key.metric().and_then(|metric| metric.refid).map(ToOwned::to_owned),
            key.metric().map(|metric| metric.id.to_owned()),
            Some(key.vendor.as_str().to_owned()),
            stream.label.as_ref().map(|label| label.as_str().to_owned()),
        ];
        let is_named =
            |wanted: &String| names.iter().flatten().any(|name| name.eq_ignore_ascii_case(wanted));
        self.options.streams.is_empty() || self.options.streams.iter().any(is_named)
    }

    fn time(&self, at: At) -> [String; 4] {
        [
            cells::utc(at.wall, 3),
            cells::local(at.wall, &self.options.zone, 3),
            at.run.0.to_string(),
            at.mono.as_nanos().to_string(),
        ]
    }

    fn gaps(&mut self) -> Result<(), Stop> {
        let head = [
            "bed",
            "device",
            "code",
            "refid",
            "vendor",
            "instance",
            "from_utc",
            "from_local",
            "run",
            "from_mono_ns",
            "to_utc",
            "to_local",
            "to_mono_ns",
            "lost",
            "told_by",
            "why",
        ];
        let mut table = self.out.table("gaps.csv", &head)?;
        let from = self.options.from;
        self.pages(from, &What::Gaps, |work, answer| {
            let Answer::Gaps(rows) = answer else { return Ok(()) };
            rows.iter().try_for_each(|row| work.gap(&mut table, row, "station"))
        })?;
        self.pages(from, &What::Links, |work, answer| {
            let Answer::Links(rows) = answer else { return Ok(()) };
            for link in rows {
                for row in work.lost.take_link(link) {
                    work.gap(&mut table, &row, "line")?;
                }
            }
            Ok(())
        })?;
        for row in self.lost.end(self.options.to) {
            self.gap(&mut table, &row, "line")?;
        }
        self.pages(from, &What::Said { device: None }, |work, answer| {
            let Answer::Said(rows) = answer else { return Ok(()) };
            for (stamp, device, event) in rows {
                if let Event::Gap(gap) = event {
                    let at = at_of(stamp);
                    let row = GapRow {
                        from: at,
                        to: at,
                        device: Some(device),
                        key: gap.key,
                        lost: gap.lost.unwrap_or(0),
                        why: gap.why,
                    };
                    work.gap(&mut table, &row, "device")?;
                }
            }
            Ok(())
        })?;
        self.done.gaps = table.end()?;
        Ok(())
    }

    fn gap(&mut self, table: &mut Table, row: &GapRow, told_by: &str) -> Result<(), Stop> {
        self.lost.take(row);
        let bed =
            row.device.as_ref().map(|device| self.bed(device, row.from.wall)).unwrap_or_default();
        if row.device.is_some() && !self.wants_bed(&bed) {
            return Ok(());
        }
        let mut cells = vec![text(&bed), text_of(row.device.as_ref().map(|device| &device.0))];
        cells.extend(row.key.as_ref().map(key).unwrap_or_default());
        cells.extend(self.time(row.from));
        let [utc, local, _, mono] = self.time(row.to);
        cells.extend([utc, local, mono]);
        let lost = if row.lost > 0 { row.lost.to_string() } else { String::new() };
        cells.extend([lost, told_by.to_owned(), text(row.why.as_str())]);
        self.rows += 1;
        Ok(table.write(&cells)?)
    }

    fn devices(&mut self) -> Result<(), Stop> {
        let head = [
            "device",
            "family",
            "manufacturer",
            "model",
            "serial",
            "software",
            "bed_label",
            "bed",
            "first_utc",
            "first_local",
            "last_utc",
            "last_local",
        ];
        let mut table = self.out.table("devices.csv", &head)?;
        let mut known = BTreeSet::new();
        self.pages(self.options.from, &What::Devices, |work, answer| {
            let Answer::Devices(rows) = answer else { return Ok(()) };
            for row in rows {
                let bed = work.bed(&row.device, row.last.wall);
                if !known.insert(row.device.clone()) || !work.wants_bed(&bed) {
                    continue;
                }
                let info = row.info.as_ref();
                let [first, first_local, ..] = work.time(row.first);
                let [last, last_local, ..] = work.time(row.last);
                work.rows += 1;
                table.write([
                    text(row.device.0.as_str()),
                    text_of(info.map(|info| &info.family)),
                    text_of(info.and_then(|info| info.manufacturer.as_ref())),
                    text_of(info.and_then(|info| info.model.as_ref())),
                    text_of(info.and_then(|info| info.serial.as_ref())),
                    text_of(info.and_then(|info| info.software.as_ref())),
                    text_of(info.and_then(|info| info.bed_label.as_ref())),
                    text(&bed),
                    first,
                    first_local,
                    last,
                    last_local,
                ])?;
            }
            Ok(())
        })?;
        self.done.devices = table.end()?;
        Ok(())
    }

    fn read_streams(&mut self) -> Result<Vec<StreamRow>, Stop> {
        let mut streams: Vec<StreamRow> = Vec::new();
        let mut known = BTreeSet::new();
        self.pages(self.options.from, &What::Streams { device: None }, |work, answer| {
            let Answer::Streams(rows) = answer else { return Ok(()) };
            for row in rows {
                let is_new = known.insert((row.device.clone(), row.key.clone(), row.is_wave));
                if is_new && work.wants_stream(&row) {
                    streams.push(row);
                }
            }
            Ok(())
        })?;
        let order = |stream: &StreamRow| (stream.device.clone(), stream.key.clone());
        streams.sort_by_key(order);
        Ok(streams)
    }

    fn streams(
        &mut self,
        streams: &[StreamRow],
        files: &BTreeMap<(DeviceKey, MetricKey), String>,
    ) -> Result<(), Stop> {
        let head = [
            "device",
            "code",
            "refid",
            "vendor",
            "instance",
            "label",
            "kind",
            "unit",
            "unit_as_sent",
            "digits",
            "category",
            "cadence",
            "period_ms",
            "file",
        ];
        let mut table = self.out.table("streams.csv", &head)?;
        for stream in streams {
            let mut cells = vec![text(stream.device.0.as_str())];
            cells.extend(key(&stream.key));
            cells.push(text_of(stream.label.as_ref()));
            cells.push(if stream.is_wave { "wave" } else { "numeric" }.to_owned());
            cells.extend(unit(&stream.unit));
            cells.push(stream.digits.map(|digits| digits.to_string()).unwrap_or_default());
            cells.push(stream.category.map(category).unwrap_or_default().to_owned());
            cells.extend(stream.cadence.map(cadence).unwrap_or_default());
            let place = (stream.device.clone(), stream.key.clone());
            let file = match stream.is_wave {
                true => files.get(&place).cloned().unwrap_or_default(),
                false => "numerics.csv".to_owned(),
            };
            cells.push(file);
            self.rows += 1;
            table.write(&cells)?;
        }
        self.done.streams = table.end()?;
        Ok(())
    }

    fn log(&mut self) -> Result<(), Stop> {
        let mut head = vec!["bed", "device"];
        head.extend(TIME);
        let mut alarm_head = head.clone();
        alarm_head.extend([
            "what",
            "alarm",
            "kind",
            "priority",
            "phase",
            "inactivation",
            "code",
            "vendor",
            "subject_code",
            "subject_refid",
            "subject_vendor",
            "subject_instance",
            "value",
            "limit",
            "text",
        ]);
        head.extend(["what", "text"]);
        let mut alarms = self.out.table("alarms.csv", &alarm_head)?;
        let mut log = self.out.table("log.csv", &head)?;
        let what = What::Log { bed: None, alarms_only: false };
        self.pages(self.options.from, &what, |work, answer| {
            let Answer::Log(rows) = answer else { return Ok(()) };
            for row in rows {
                let bed = row.bed.as_ref().map(|bed| bed.0.as_str()).unwrap_or_default();
                if row.bed.is_some() && !work.wants_bed(bed) {
                    continue;
                }
                let mut cells = vec![text(bed), text_of(row.device.as_ref().map(|key| &key.0))];
                cells.extend(work.time(at_of(row.stamp)));
                work.rows += 1;
                match alarm_cells(&row) {
                    Some(more) => {
                        cells.extend(more);
                        alarms.write(&cells)?;
                    }
                    None => {
                        cells.extend(lines::cells(&row));
                        log.write(&cells)?;
                    }
                }
            }
            Ok(())
        })?;
        self.done.alarms = alarms.end()?;
        self.done.log = log.end()?;
        Ok(())
    }

    fn numerics(&mut self, streams: &[StreamRow]) -> Result<(), Stop> {
        let mut head = STREAM.to_vec();
        head.extend(TIME);
        head.extend([
            "value",
            "unit",
            "unit_as_sent",
            "validity",
            "nature",
            "measured",
            "age_ms",
            "device_time",
            "tick",
            "in_alarm",
            "alarms_off",
            "late",
            "gap_before",
        ]);
        let mut table = self.out.table("numerics.csv", &head)?;
        for stream in streams.iter().filter(|stream| !stream.is_wave) {
            let (device, of) = (stream.device.clone(), stream.key.clone());
            let what = What::Numerics { source: Source::Device { device, key: of } };
            let mut before = None;
            self.pages(self.options.from, &what, |work, answer| {
                let Answer::Numerics(rows) = answer else { return Ok(()) };
                for row in rows {
                    work.numeric(&mut table, stream, &row, before)?;
                    before = Some(row.at.wall);
                }
                Ok(())
            })?;
        }
        self.done.numerics = table.end()?;
        Ok(())
    }

    fn numeric(
        &mut self,
        table: &mut Table,
        stream: &StreamRow,
        row: &NumericRow,
        before: Option<WallTime>,
    ) -> Result<(), Stop> {
        let bed = self.bed(&row.device, row.at.wall);
        if !self.wants_bed(&bed) {
            return Ok(());
        }
        let numeric = &row.numeric;
        let is_gap = self.lost.between(&row.device, &numeric.key, before, row.at.wall);
        let mut cells = vec![text(&bed), text(row.device.0.as_str())];
        cells.extend(key(&numeric.key));
        cells.push(text_of(stream.label.as_ref()));
        cells.extend(self.time(row.at));
        cells.push(numeric.reading.value().map(|value| value.to_string()).unwrap_or_default());
        cells.extend(unit(&numeric.unit));
        cells.push(cells::validity(numeric.reading.validity()).to_owned());
        cells.push(cells::nature(numeric.nature).to_owned());
        cells.extend(cells::measured(numeric.measured));
        cells.push(numeric.device_time.map(|time| time.to_string()).unwrap_or_default());
        cells.push(numeric.tick.map(|(_, tick)| tick.0.to_string()).unwrap_or_default());
        cells.extend([numeric.in_alarm, numeric.alarms_off, row.is_late, is_gap].map(yes));
        self.rows += 1;
        Ok(table.write(&cells)?)
    }

    /// One file a stream; a stream without a sample has none.
    fn waves(
        &mut self,
        streams: &[StreamRow],
    ) -> Result<BTreeMap<(DeviceKey, MetricKey), String>, Stop> {
        let mut files = BTreeMap::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for stream in streams.iter().filter(|stream| stream.is_wave) {
            let (device, of) = (stream.device.clone(), stream.key.clone());
            let what = What::Waves { source: Source::Device { device, key: of } };
            let mut table: Option<Table> = None;
            self.pages(self.options.from, &what, |work, answer| {
                let Answer::Waves(runs) = answer else { return Ok(()) };
                for run in runs {
                    let bed = work.bed(&run.device, run.at.wall);
                    if !work.wants_bed(&bed) {
                        continue;
                    }
                    let table = match &mut table {
                        Some(table) => table,
                        None => {
                            let name = wave_name(&mut names, &bed, stream);
                            let place = (stream.device.clone(), stream.key.clone());
                            files.insert(place, name.clone());
                            table.insert(work.wave_table(&name)?)
                        }
                    };
                    work.wave(table, &bed, &run)?;
                }
                Ok(())
            })?;
            if let Some(table) = table {
                self.done.waves += 1;
                self.done.samples += table.end()?;
            }
        }
        Ok(files)
    }

    fn wave_table(&self, name: &str) -> Result<Table, ExportError> {
        let mut head = vec!["bed"];
        head.extend(TIME);
        head.extend([
            "tick",
            "raw",
            "value",
            "unit",
            "unit_as_sent",
            "scale",
            "marks",
            "gap_before",
        ]);
        self.out.table(name, &head)
    }

    fn wave(&mut self, table: &mut Table, bed: &str, run: &WaveRun) -> Result<(), Stop> {
        let (from, to) = (self.options.from.as_unix_nanos(), self.options.to.as_unix_nanos());
        let [ucum, as_sent] = unit(&run.unit);
        let (bed, number) = (text(bed), run.at.run.0.to_string());
        let zone = &self.options.zone;
        let mut marks = run.marks.iter().peekable();
        for (place, raw) in run.samples.iter().enumerate() {
            let mut words: Vec<&str> = Vec::new();
            let mut is_invalid = false;
            while let Some(mark) = marks.next_if(|mark| mark.at as usize <= place) {
                is_invalid |= mark.kind == MarkKind::Invalid;
                words.push(cells::mark(mark.kind));
            }
            let ticks = place as u64 * u64::from(run.step);
            // Chunks are far shorter than the 104 days at which this f64 loses a nanosecond.
            let after = (ticks as f64 * run.ns_per_tick) as i64;
            let wall = run.at.wall.as_unix_nanos().saturating_add(after);
            if wall < from || wall >= to {
                continue;
            }
            let wall = WallTime::from_unix_nanos(wall);
            let mono = run.at.mono.as_nanos().saturating_add_signed(after);
            let (value, scale) = amount(run.scale, *raw);
            let is_gap = place == 0 && run.before == Before::Gap;
            self.rows += 1;
            table.write([
                bed.as_str(),
                &cells::utc(wall, 6),
                &cells::local(wall, zone, 6),
                &number,
                &mono.to_string(),
                &(run.first.0 + ticks).to_string(),
                &raw.to_string(),
                &value.filter(|_| !is_invalid).map(|value| value.to_string()).unwrap_or_default(),
                &ucum,
                &as_sent,
                scale,
                &words.join("|"),
                if is_gap { "1" } else { "" },
            ])?;
        }
        Ok(())
    }
}

fn at_of(stamp: Stamp) -> At {
    At { run: stamp.run, mono: stamp.mono, wall: stamp.wall }
}

fn amount(scale: Scale, raw: i32) -> (Option<f64>, &'static str) {
    match scale {
        Scale::Physical { .. } => (scale.amount(raw), "physical"),
        Scale::Relative { low, high } if high != low => {
            let span = f64::from(high) - f64::from(low);
            (Some((f64::from(raw) - f64::from(low)) / span), "relative")
        }
        Scale::Relative { .. } => (None, "relative"),
        Scale::Unknown => (None, "unknown"),
    }
}

/// `waves/BED_DEVICE_STREAM.csv`, with a number behind it where two would be the same.
fn wave_name(names: &mut BTreeSet<String>, bed: &str, stream: &StreamRow) -> String {
    let label = match (&stream.label, stream.key.metric()) {
        (_, Some(metric)) => metric.id.to_owned(),
        (Some(label), None) => label.as_str().to_owned(),
        (None, None) => stream.key.vendor.as_str().to_owned(),
    };
    let parts = [bed, stream.device.0.as_str(), &label].map(cells::file_part);
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let stem = format!("waves/{}", parts.join("_"));
    let mut name = format!("{stem}.csv");
    let mut number = 2_u64;
    // A file system that does not tell case apart takes them for one.
    while !names.insert(name.to_ascii_lowercase()) {
        name = format!("{stem}_{number}.csv");
        number += 1;
    }
    name
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Measured => "measured",
        Category::Derived => "derived",
        Category::Setting => "setting",
    }
}

fn cadence(cadence: Cadence) -> [String; 2] {
    let (word, period) = match cadence {
        Cadence::Periodic(period) => ("periodic", Some(period)),
        Cadence::OnChange { proof } => ("on change", Some(proof)),
        Cadence::Episodic { interval } => ("episodic", interval),
    };
    [word.to_owned(), period.map(|period| period.as_millis().to_string()).unwrap_or_default()]
}

/// From `what` on; none: no alarm.
fn alarm_cells(row: &LogRow) -> Option<Vec<String>> {
    if let LogKind::DeviceAlarm(alarm) = &row.kind {
        Some(device_alarm(alarm))
    } else if let LogKind::DeviceAlarmEnded(id) = &row.kind {
        let mut cells = vec!["device alarm ended".to_owned(), text(id.as_str())];
        cells.resize(15, String::new());
        Some(cells)
    } else if let LogKind::StationAlarm(kind) = &row.kind {
        Some(station_alarm("station alarm", kind))
    } else if let LogKind::StationAlarmEnded(kind) = &row.kind {
        Some(station_alarm("station alarm ended", kind))
    } else {
        None
    }
}

fn device_alarm(alarm: &Alarm) -> Vec<String> {
    let kind = match alarm.kind {
        AlarmKind::Physiological => "physiological",
        AlarmKind::Technical => "technical",
    };
    let phase = match alarm.phase {
        AlarmPhase::Active => "active",
        AlarmPhase::Latched => "latched",
    };
    let inactivation = match alarm.inactivation {
        Some(Inactivation::Acknowledged) => "acknowledged",
        Some(Inactivation::Paused) => "paused",
        Some(Inactivation::Off) => "off",
        None => "",
    };
    let mut cells = vec!["device alarm".to_owned(), text(alarm.id.as_str())];
    let words = [kind, cells::priority(alarm.priority), phase, inactivation];
    cells.extend(words.map(ToOwned::to_owned));
    cells.push(alarm.code.map(|code| code.to_string()).unwrap_or_default());
    cells.push(text(alarm.vendor.as_str()));
    cells.extend(alarm.subject.as_ref().map(key).unwrap_or_default());
    let numbers = [alarm.value, alarm.limit];
    cells.extend(numbers.map(|value| value.map(|value| value.to_string()).unwrap_or_default()));
    cells.push(text(alarm.text.as_str()));
    cells
}

fn station_alarm(what: &str, kind: &StationAlarmKind) -> Vec<String> {
    // The name of the variant is its name in the record too.
    let name = format!("{kind:?}");
    let name = name.split_once('(').map_or(name.as_str(), |(name, _)| name);
    let mut cells = vec![what.to_owned(), name.to_owned()];
    cells.resize(8, String::new());
    cells.extend(kind.stream().map(key).unwrap_or_default());
    cells.extend([String::new(), String::new(), String::new()]);
    cells
}
