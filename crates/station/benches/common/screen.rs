//! The real window, in a process of its own, and when it had painted what.
//!
//! `vigie window --paint-trace FILE` writes a line for each frame. A frame counts as presented when the
//! next one begins: its swap of buffers has returned by then. A frame that shows a new alarm asks for
//! the next one at once. What the display server, a compositor and the glass add is not in here.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde::Deserialize;
use vigie_board::view::{AttentionRow, ConditionNo};
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};

/// A window that shows no ward for this long will not.
const OPENS: Duration = Duration::from_secs(60);
/// A row of the list: its number, and how often its condition began.
pub type Row = (ConditionNo, u32);

/// Which row of the window's this is.
pub fn row_of(row: &AttentionRow) -> Row {
    (row.answer.no, row.count)
}

/// A line of the trace.
#[derive(Deserialize)]
struct Line {
    began: u64,
    presented: u64,
    new: Vec<Row>,
}

/// A frame: its first step, and when it was presented.
#[derive(Clone, Copy)]
struct Frame {
    began: MonoTime,
    presented: MonoTime,
    shows_new: bool,
}

/// A window that is open.
pub struct Screen {
    child: Child,
    trace: PathBuf,
    file: Option<File>,
    /// What was read and is no whole line yet.
    rest: Vec<u8>,
    frames: Vec<Frame>,
    painted: BTreeMap<Row, MonoTime>,
    spent: (MonoTime, Duration),
}

impl Screen {
    /// Opens a window of a size on the station of a record folder, on one bed or on the ward.
    pub fn open(
        (vigie, size): (&Path, &str),
        record: &Path,
        trace: PathBuf,
        bed: Option<&str>,
    ) -> Screen {
        let mut command = Command::new(vigie);
        command.arg("window").arg("--record").arg(record).arg("--paint-trace").arg(&trace);
        command.args(["--size", size]).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(bed) = bed {
            command.args(["--open", bed]);
        }
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{}: {error}", vigie.display()));
        Screen {
            child,
            trace,
            file: None,
            rest: Vec::new(),
            frames: Vec::new(),
            painted: BTreeMap::new(),
            spent: (BootClock.mono(), Duration::ZERO),
        }
    }

    /// Waits until it paints views.
    pub fn wait(&mut self) {
        let deadline = BootClock.mono() + OPENS;
        while self.frames.is_empty() {
            if let Some(ended) = self.child.try_wait().expect("a child of ours") {
                panic!("the window ended ({ended}): a display is needed, such as xvfb-run gives");
            }
            assert!(BootClock.mono() < deadline, "the window paints nothing");
            thread::park_timeout(Duration::from_millis(50));
            self.look();
        }
    }

    /// From here on its frames and its cost are counted.
    pub fn count(&mut self) {
        self.look();
        self.frames.clear();
        self.spent = (BootClock.mono(), self.on_processors());
    }

    /// Takes in what was written since.
    pub fn look(&mut self) {
        if self.file.is_none() {
            self.file = File::open(&self.trace).ok();
        }
        let Some(file) = &mut self.file else { return };
        file.read_to_end(&mut self.rest).expect("the trace");
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines: Vec<u8> = self.rest.drain(..whole).collect();
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Line { began, presented, new } = serde_json::from_slice(line).expect("a frame");
            let [began, presented] = [began, presented].map(MonoTime::from_nanos);
            self.frames.push(Frame { began, presented, shows_new: !new.is_empty() });
            for row in new {
                self.painted.entry(row).or_insert(presented);
            }
        }
    }

    /// When the first frame with this row was presented.
    pub fn painted(&self, row: Row) -> Option<MonoTime> {
        self.painted.get(&row).copied()
    }

    /// Frames that were presented after one moment and up to another.
    pub fn frames_between(&self, after: MonoTime, up_to: MonoTime) -> usize {
        let is_between = |frame: &&Frame| frame.presented > after && frame.presented <= up_to;
        self.frames
            .iter()
            .rev()
            .take_while(|frame| frame.presented > after)
            .filter(is_between)
            .count()
    }

    /// Waits until a frame with this row was presented.
    pub fn wait_for(&mut self, row: Row, deadline: MonoTime) -> Option<MonoTime> {
        loop {
            self.look();
            if let Some(at) = self.painted(row) {
                return Some(at);
            }
            if BootClock.mono() >= deadline {
                return None;
            }
            thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// From the beginning of one frame to that of the next. Frames that show something new are left out:
    /// the next one follows them at once.
    pub fn frame_times(&self) -> Vec<Duration> {
        let counted = self.frames.iter().filter(|frame| !frame.shows_new);
        counted.map(|frame| frame.presented.since(frame.began)).collect()
    }

    /// From the beginning of a frame that shows something new until it was presented: what painting
    /// costs.
    pub fn paint_times(&self) -> Vec<Duration> {
        let counted = self.frames.iter().filter(|frame| frame.shows_new);
        counted.map(|frame| frame.presented.since(frame.began)).collect()
    }

    /// Cores that the window used since its frames were counted.
    pub fn cores(&self) -> f64 {
        let (since, before) = self.spent;
        let spent = self.on_processors().saturating_sub(before);
        spent.as_secs_f64() / BootClock.mono().since(since).as_secs_f64()
    }

    /// Of all threads that live.
    fn on_processors(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let tasks = tasks.into_iter().flatten().filter_map(Result::ok);
        let spent = tasks.filter_map(|task| {
            let spent = fs::read_to_string(task.path().join("schedstat")).ok()?;
            spent.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
        });
        spent.sum()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
