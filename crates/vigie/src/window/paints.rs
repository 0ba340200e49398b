//! `--paint-trace`: when the window had painted what, a line of JSON for each frame, for a bench.
//!
//! eframe says nothing between the end of the painting and the next frame. So a frame counts as
//! presented when the next one begins: by then its swap of buffers has returned. A frame that shows
//! something new asks for the next one at once, and the time is late by the way through the event loop
//! alone; any other frame's is late by the pause to the next one too.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write,
    path::Path,
};

use serde::Serialize;
use vigie_board::view::{BoardView, ConditionNo, TileView};
use vigie_model::MonoTime;

use crate::terminal::Problem;

/// A row of the attention list: its number, and how often its condition began.
type Row = (ConditionNo, u32);

/// One frame, as its line; times are nanoseconds of CLOCK_BOOTTIME.
#[derive(Debug, Serialize)]
struct Painted {
    /// Its first step.
    began: u64,
    /// The first step of the next one.
    presented: u64,
    /// When it was laid out; between this and `presented` lie tessellation, drawing, and the wait for the
    /// next frame.
    laid: u64,
    /// When the view that it shows was true.
    view: u64,
    /// Rows that the frame before did not have.
    new: Vec<Row>,
    /// Of each bed that was heard anew since the frame before: when, off the wire.
    heard: Vec<u64>,
}

/// A frame that is not presented yet.
#[derive(Debug)]
struct UnderWay {
    began: MonoTime,
    /// What it shows; `None`: no view.
    view: Option<MonoTime>,
    laid: MonoTime,
    new: Vec<Row>,
    heard: Vec<u64>,
}

/// The file, and what was painted last.
#[derive(Debug)]
pub struct PaintTrace {
    file: File,
    under_way: Option<UnderWay>,
    rows: BTreeSet<Row>,
    /// When each tile had last been heard, by its place.
    heard: BTreeMap<usize, MonoTime>,
    is_broken: bool,
}

impl PaintTrace {
    /// Begins the file anew.
    pub fn create(path: &Path) -> Result<PaintTrace, Problem> {
        let file = File::create(path).map_err(|error| {
            // tidy: not for people
            let text = format!("the trace {} cannot be written ({error})", path.display());
            Problem::new(text + ": name another file")
        })?;
        Ok(PaintTrace {
            file,
            under_way: None,
            rows: BTreeSet::new(),
            heard: BTreeMap::new(),
            is_broken: false,
        })
    }

    /// A frame begins: the one before it stands on the screen.
    pub fn begin(&mut self, now: MonoTime) {
        let next =
            UnderWay { began: now, view: None, laid: now, new: Vec::new(), heard: Vec::new() };
        let Some(UnderWay { began, view: Some(view), laid, new, heard }) =
            self.under_way.replace(next)
        else {
            return;
        };
        let [began, laid, presented, view] = [began, laid, now, view].map(MonoTime::as_nanos);
        if let Err(error) = self.write(&Painted { began, presented, laid, view, new, heard })
            && !self.is_broken
        {
            // Said once, not with every frame.
            self.is_broken = true;
            tracing::error!("the trace of frames has holes: it cannot be written ({error})");
        }
    }

    /// The frame shows this view. Whether there is something new in it: then the next frame is to be
    /// asked for at once. A second pass over the same frame adds to it.
    pub fn paint(&mut self, view: &BoardView, now: MonoTime) -> bool {
        let Some(frame) = &mut self.under_way else { return false };
        let rows = view.attention.iter().map(|row| (row.answer.no, row.count));
        let rows: BTreeSet<Row> = rows.collect();
        let new = rows.difference(&self.rows).copied();
        frame.new.extend(new);
        frame.view = Some(view.at);
        frame.laid = now;
        for (place, at) in (0..).zip(view.tiles.iter().map(|tile| heard(tile))) {
            if let Some(at) = at
                && self.heard.insert(place, at) != Some(at)
            {
                frame.heard.push(at.as_nanos());
            }
        }
        self.rows = rows;
        !frame.new.is_empty()
    }

    fn write(&mut self, painted: &Painted) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(painted)?;
        line.push(b'\n');
        // In one piece, so that who reads on meets no half of it for long.
        self.file.write_all(&line)
    }
}

fn heard(tile: &TileView) -> Option<MonoTime> {
    tile.link.heard.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use vigie_board::view::{AnswerView, AttentionOf, AttentionRow, SoundView};
    use vigie_model::{Priority, StationAlarmKind, StationMode, Text, WallTime};

    use super::*;

    const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

    fn ms(count: u64) -> MonoTime {
        MonoTime::START + Duration::from_millis(count)
    }

    fn row((no, count): (u64, u32)) -> AttentionRow {
        AttentionRow {
            bed: None,
            label: Text::from("1"),
            source: None,
            what: AttentionOf::Station { kind: StationAlarmKind::RecordBehind, beds: 0 },
            priority: Priority::Low,
            since: (MonoTime::START, WALL),
            count,
            inactivation: None,
            is_confirmed: true,
            answer: AnswerView { no: ConditionNo(no), ..AnswerView::default() },
        }
    }

    fn view(at: MonoTime, rows: &[(u64, u32)]) -> BoardView {
        BoardView {
            at,
            wall: WALL,
            mode: StationMode::Live,
            tiles: Vec::new(),
            unassigned: Vec::new(),
            station_alarms: Vec::new(),
            attention: rows.iter().copied().map(row).collect(),
            sound: SoundView::default(),
            heartbeat: 0,
        }
    }

    #[test]
    fn a_frame_is_written_when_the_next_begins_with_what_was_new_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("paints");
        let mut trace = PaintTrace::create(&file).expect("a file");
        // A frame without a view, as before the station was heard, has no line.
        trace.begin(ms(0));
        trace.begin(ms(10));
        assert!(trace.paint(&view(ms(9), &[(7, 1)]), ms(9)));
        assert_eq!(fs::read_to_string(&file).expect("a file"), "", "it is not presented yet");
        trace.begin(ms(20));
        assert!(!trace.paint(&view(ms(19), &[(7, 1)]), ms(19)), "nothing is new");
        trace.begin(ms(30));
        // Its condition came again; a second pass over the frame takes nothing back.
        assert!(trace.paint(&view(ms(29), &[(7, 2), (8, 1)]), ms(29)));
        assert!(trace.paint(&view(ms(29), &[(7, 2), (8, 1)]), ms(29)));
        trace.begin(ms(40));
        let written = fs::read_to_string(&file).expect("a file");
        let line = |began: u64, view: u64, new: &str| {
            let (began, presented, view) =
                (began * 1_000_000, (began + 10) * 1_000_000, view * 1_000_000);
            format!(
                "{{\"began\":{began},\"presented\":{presented},\"laid\":{view},\"view\":{view},\
                 \"new\":{new},\"heard\":[]}}\n"
            )
        };
        let wanted =
            [line(10, 9, "[[7,1]]"), line(20, 19, "[]"), line(30, 29, "[[7,2],[8,1]]")].concat();
        assert_eq!(written, wanted);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let problem = PaintTrace::create(Path::new("/nowhere/paints")).expect_err("no such folder");
        assert!(problem.to_string().contains("/nowhere/paints"), "{problem}");
    }
}
