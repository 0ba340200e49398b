//! The ward as a table in the terminal: the same view as the window's, in words and numbers.

use std::{
    io::{self, IsTerminal},
    path::Path,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use vigie_board::view::{
    AlarmView, BlockView, BoardView, Freshness, NumericView, Shown, SourceView, TileView, WaveView,
};
use vigie_clock::{BootClock, local_offset_minutes};
use vigie_model::{AlarmTruth, Clock, DeviceMode};
use vigie_station::StationClient;
use vigie_words::{TextKey, Words};

use crate::{
    replay::{LiveReplay, Published},
    seen::{self, State},
    terminal::{Problem, print, try_print},
};

/// Time between two tables, in life.
const TABLE_PERIOD: Duration = Duration::from_secs(1);

/// How long a table that is ended may take for its last lines: nobody may read them.
const END_PATIENCE: Duration = Duration::from_millis(200);

/// Clears the screen and goes to its first line (ECMA-48 CUP, ED).
const CLEAR: &str = "\x1b[H\x1b[2J";

/// What stands in the table.
struct Sheet<'a> {
    view: &'a BoardView,
    /// How long it has been running, where that is worth a word.
    elapsed: Option<Duration>,
    /// What there is to say beside the view.
    said: Vec<String>,
}

impl<'a> Sheet<'a> {
    fn of_replay(words: &Words, published: &'a Published) -> Sheet<'a> {
        let progress = &published.progress;
        let said =
            [(progress.paused, TextKey::InputPaused), (progress.ended, TextKey::RecordingEnded)];
        let said = said.into_iter().filter(|(is_so, _)| *is_so);
        Sheet {
            view: &published.view,
            elapsed: Some(progress.elapsed),
            said: said.map(|(_, key)| words.text(key)).collect(),
        }
    }
}

/// Prints one moment.
pub fn print_once(words: &Words, published: &Published) -> Result<(), Problem> {
    print(&render(words, &Sheet::of_replay(words, published)))
}

/// Prints the ward once a second until the recordings are over.
pub fn follow(words: &Words, live: &LiveReplay) -> Result<(), Problem> {
    let redraw = io::stdout().is_terminal();
    loop {
        let published = live.published();
        if live.has_stopped(&published) {
            let since = words.clock(published.view.wall, local_offset_minutes(published.view.wall));
            let stopped = words.station_stopped_since(&since);
            print(&if redraw { format!("{CLEAR}{stopped}") } else { stopped })?;
            return Err(Problem::new("the ward has stopped: start the program again"));
        }
        let table = render(words, &Sheet::of_replay(words, &published));
        print(&if redraw { format!("{CLEAR}{table}") } else { table })?;
        if published.progress.ended {
            return Ok(());
        }
        thread::park_timeout(TABLE_PERIOD);
    }
}

/// The table of a running station, printed once a second by a thread of its own until dropped.
#[derive(Debug)]
pub struct StationTable {
    /// Dropped to end the thread; nothing is ever sent on it.
    running: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StationTable {
    /// Starts the thread.
    pub fn start(words: &Words, folder: &Path) -> Result<StationTable, Problem> {
        let (running, stopped) = bounded(0);
        let (words, client) = (words.clone(), StationClient::listen(folder));
        let thread = thread::Builder::new()
            .name("table".into())
            .spawn(move || follow_station(&words, &client, &stopped))
            // tidy: not for people
            .map_err(|error| Problem::new(format!("no thread for the table ({error})")))?;
        Ok(StationTable { running: Some(running), thread: Some(thread) })
    }
}

impl StationTable {
    /// Nobody reads it any more.
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// No table is begun any more; one that is being printed may still come.
    pub fn end(&mut self) {
        self.running = None;
    }
}

impl Drop for StationTable {
    fn drop(&mut self) {
        const STEP: Duration = Duration::from_millis(10);
        self.end();
        // What is printed after the window opened, or after the program's last word, is in the way. A
        // thread that waits for a reader of its pipe is left to itself.
        let mut waited = Duration::ZERO;
        while !self.is_over() && waited < END_PATIENCE {
            thread::park_timeout(STEP);
            waited += STEP;
        }
    }
}

/// Ends when told to, or when its output is closed: the station goes on without it.
fn follow_station(words: &Words, client: &StationClient, stopped: &Receiver<()>) {
    let redraw = io::stdout().is_terminal();
    loop {
        let text = station(words, client);
        if try_print(&if redraw { format!("{CLEAR}{text}") } else { text }).is_err() {
            return;
        }
        match stopped.recv_timeout(TABLE_PERIOD) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// What a station's client knows, as text.
fn station(words: &Words, client: &StationClient) -> String {
    let seen = client.seen();
    match State::of(seen.as_ref(), BootClock.mono(), BootClock.wall()) {
        State::Waiting => words.text(TextKey::WaitingForStation),
        State::Stopped { since, .. } => {
            words.station_stopped_since(&words.clock(since, local_offset_minutes(since)))
        }
        State::Heard(seen) => {
            let notices = seen::notices(words, seen);
            let record = seen::record(words, &seen.report.record, seen.view.wall);
            let record = record.and_then(|note| note.line.into_iter().next());
            let said = notices.iter().map(|said| said.written(words)).chain(record).collect();
            render(words, &Sheet { view: &seen.view, elapsed: None, said })
        }
    }
}

/// The table as text.
fn render(words: &Words, sheet: &Sheet<'_>) -> String {
    let view = sheet.view;
    let offset = local_offset_minutes(view.wall);
    let mut lines =
        vec![heading(words, sheet, offset), words.text(TextKey::SecondaryDisplay), String::new()];
    let heads = [
        TextKey::ColumnBed,
        TextKey::ColumnParameter,
        TextKey::ColumnValue,
        TextKey::ColumnUnit,
        TextKey::ColumnAge,
        TextKey::ColumnState,
    ];
    let mut rows = vec![heads.map(|key| words.text(key))];
    for tile in view.tiles.iter().chain(&view.unassigned) {
        rows.extend(TileRows { words, view, tile, offset }.all());
    }
    lines.extend(aligned(&rows));
    lines.join("\n")
}

fn heading(words: &Words, sheet: &Sheet<'_>, offset: i32) -> String {
    let mut parts = vec![words.station_mode(sheet.view.mode)];
    parts.extend(sheet.elapsed.map(|elapsed| words.age(elapsed)));
    parts.push(words.date_and_clock(sheet.view.wall, offset));
    parts.extend(sheet.said.iter().cloned());
    parts.join("   ")
}

type Row = [String; 6];

/// The rows of one bed: its state, its alarms, its numbers, its waves.
struct TileRows<'a> {
    words: &'a Words,
    view: &'a BoardView,
    tile: &'a TileView,
    offset: i32,
}

impl TileRows<'_> {
    fn all(&self) -> Vec<Row> {
        let mut rows = vec![self.link()];
        if self.tile.sources.len() > 1 {
            let devices = (0..).zip(&self.tile.sources);
            rows.extend(devices.map(|(place, source)| self.device(place, source)));
        }
        rows.extend(self.tile.alarms.list.iter().map(|alarm| self.alarm(alarm)));
        rows.extend(self.tile.station_alarms.iter().map(|alarm| {
            let text = self.words.station_alarm(&alarm.kind);
            let priority = self.words.priority(alarm.priority);
            let label = self.words.text(TextKey::StationAlarm);
            let label = match alarm.source {
                Some(source) => self.marked(label, source),
                None => label,
            };
            self.row(&label, &text, "", "", &priority)
        }));
        let numerics =
            self.tile.blocks.iter().flat_map(|block| {
                block.numerics.iter().map(|numeric| self.numeric(numeric, block))
            });
        rows.extend(numerics);
        rows.extend(self.tile.texts.iter().map(|text| {
            let label = self.words.stream_label(&text.key, text.label.as_ref());
            let label = self.marked(label, text.source);
            let value = text.value.as_ref().map(ToString::to_string);
            let value = value.unwrap_or_else(|| self.words.text(TextKey::Dashes));
            self.row(&label, &value, "", "", &self.freshness(text.freshness))
        }));
        rows.extend(self.tile.waves.iter().map(|wave| self.wave(wave)));
        rows.extend(self.tile.faults.iter().map(|fault| {
            let text = self.words.fault_count(fault.kind, u64::from(fault.count));
            self.row(&self.words.text(TextKey::UnusedData), &text, "", "", fault.what.as_str())
        }));
        rows.push(Row::default());
        rows
    }

    /// One of several devices, with its own state: its values carry its mark.
    fn device(&self, place: u16, source: &SourceView) -> Row {
        let info = source.device.info.as_ref();
        let name = info.and_then(|info| info.model.as_ref().or(info.manufacturer.as_ref()));
        let mut state = vec![match source.link.freshness {
            None => self.words.text(TextKey::NothingHeard),
            Some(_) if source.link.closed => self.words.text(TextKey::LineClosed),
            Some(freshness) => self.freshness(freshness),
        }];
        if let DeviceMode::Standby | DeviceMode::Service = source.mode {
            state.push(self.words.device_mode(source.mode));
        }
        state.extend(self.delivers(source));
        let label = self.marked(self.words.text(TextKey::ColumnDevice), place);
        let name = name.map(ToString::to_string).unwrap_or_default();
        self.row(&label, &name, "", "", &state.join(", "))
    }

    /// What a device called its bed before, and how often it sends what, where it sends no waves.
    fn delivers(&self, source: &SourceView) -> Vec<String> {
        let is_heard = source.link.freshness.is_some() && !source.link.closed;
        let relabelled = source.relabelled.as_ref().map(|was| self.words.relabelled(was.as_str()));
        let numbers_only =
            (is_heard && !source.has_waves).then(|| self.words.numbers_only(source.period));
        relabelled.into_iter().chain(numbers_only).collect()
    }

    /// A label with the mark of its device, where there are several.
    fn marked(&self, label: String, source: u16) -> String {
        if self.tile.sources.len() > 1 { format!("{label} [{}]", source + 1) } else { label }
    }

    fn row(&self, parameter: &str, value: &str, unit: &str, age: &str, state: &str) -> Row {
        [self.tile.label.as_str(), parameter, value, unit, age, state].map(str::to_owned)
    }

    fn link(&self) -> Row {
        let link = &self.tile.link;
        let state = match link.freshness {
            None => self.words.text(TextKey::NothingHeard),
            Some(_) if link.closed => self.words.text(TextKey::LineClosed),
            Some(freshness) => self.freshness(freshness),
        };
        let alarms = match self.tile.alarms.truth {
            AlarmTruth::Complete | AlarmTruth::FromEdges => {
                self.words.alarm_count(self.tile.alarms.list.len())
            }
            AlarmTruth::Unknown => match self.tile.alarms.unconfirmed_since {
                Some(since) => {
                    self.words.not_confirmed_since(&self.words.clock(since, self.offset))
                }
                None => self.words.text(TextKey::AlarmsUnknown),
            },
        };
        let nature = self.words.nature(self.tile.nature).unwrap_or_default();
        let state = match self.tile.mode {
            DeviceMode::Normal | DeviceMode::Demo | DeviceMode::Test => state,
            mode @ (DeviceMode::Standby | DeviceMode::Service) => {
                format!("{state}, {}", self.words.device_mode(mode))
            }
        };
        // Of several each has a row of its own.
        let said = match self.tile.sources.as_slice() {
            [only] => self.delivers(only),
            _ => Vec::new(),
        };
        let state = std::iter::once(state).chain(said).collect::<Vec<_>>().join(", ");
        self.row(&self.words.text(TextKey::Alarms), &alarms, &nature, "", &state)
    }

    fn alarm(&self, alarm: &AlarmView) -> Row {
        let states = [
            self.words.alarm_phase(alarm.phase),
            alarm.inactivation.map(|it| self.words.inactivation(it)),
        ];
        let mut state =
            vec![self.words.priority(alarm.priority), self.words.alarm_kind(alarm.kind)];
        state.extend(states.into_iter().flatten());
        // By its own device: one that is lost makes nothing of another's doubtful.
        match (alarm.truth, alarm.unconfirmed_since) {
            (AlarmTruth::Complete | AlarmTruth::FromEdges, _) => {}
            (AlarmTruth::Unknown, None) => state.push(self.words.text(TextKey::NotConfirmed)),
            (AlarmTruth::Unknown, Some(since)) => {
                let since = self.words.dated(since, self.view.wall, self.offset);
                state.push(self.words.not_confirmed_since(&since));
            }
        }
        let label = self.marked(self.words.text(TextKey::Alarm), alarm.source);
        self.row(&label, alarm.text.as_str(), "", "", &state.join(", "))
    }

    fn numeric(&self, numeric: &NumericView, block: &BlockView) -> Row {
        let label = self.words.stream_label(&numeric.key, numeric.label.as_ref());
        let label = self.marked(label, block.source);
        let mut state = vec![self.freshness(numeric.freshness)];
        let value = match &numeric.shown {
            Shown::Number { value, validity } => self.words.number(value, *validity),
            Shown::Absent(why) => {
                state.push(self.words.validity(*why));
                self.words.text(TextKey::Dashes)
            }
            Shown::Dashes { last } => {
                if let Some((value, at)) = last {
                    let at = self.words.dated(*at, self.view.wall, self.offset);
                    state.push(self.words.last_value(&self.words.decimal(value), &at));
                }
                self.words.text(TextKey::Dashes)
            }
        };
        state.extend(numeric.alarm.map(|alarm| self.words.priority(alarm.priority)));
        if numeric.alarms_off {
            state.push(self.words.text(TextKey::AlarmOff));
        }
        state.extend(self.words.nature(numeric.nature));
        state.extend(block.is_preferred.then(|| self.words.text(TextKey::PreferredSource)));
        let age = if numeric.show_age { self.words.age(numeric.age) } else { String::new() };
        self.row(&label, &value, &self.words.unit(&numeric.unit), &age, &state.join(", "))
    }

    fn wave(&self, wave: &WaveView) -> Row {
        let label = self.words.stream_label(&wave.key, wave.label.as_ref());
        let label = self.marked(label, wave.source);
        let rate = self.words.sampling_rate(wave.rate_hz);
        self.row(
            &label,
            &self.words.text(TextKey::ColumnWave),
            &rate,
            "",
            &self.freshness(wave.freshness),
        )
    }

    fn freshness(&self, freshness: Freshness) -> String {
        self.words.text(match freshness {
            Freshness::Live => TextKey::StateLive,
            Freshness::Late => TextKey::StateLate,
            Freshness::Stale => TextKey::StateStale,
            Freshness::Lost => TextKey::StateLost,
        })
    }
}

/// Rows as lines, every column as wide as its widest cell.
fn aligned(rows: &[Row]) -> Vec<String> {
    let mut widths = [0; 6];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}
