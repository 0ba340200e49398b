//! A record in memory whose disk can be full, or stuck, or hold a segment that does not get sealed.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use vigie_history::{LinkRow, RecordStatus};
use vigie_model::{Event, LogEntry, LogKind, MonoTime, Observation, RunId, WallTime};
use vigie_record::{AuditRow, Durable, Lost, Policy, RecordError, Recovered, Seal};

use super::{Book, Opened, Sealing, Shelf};
use crate::shared::lock;

/// The disk, as a test sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

/// What it does, and what was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) is_full: bool,
    pub(crate) is_stuck: bool,
    pub(crate) cannot_seal: bool,
    pub(crate) is_filling: bool,
    pub(crate) last_copy: Option<WallTime>,
    pub(crate) oldest: Option<WallTime>,
    /// Of the board, once something was committed.
    pub(crate) board: Option<Vec<u8>>,
    pub(crate) opened: usize,
    pub(crate) commits: usize,
    pub(crate) segment: u32,
    pub(crate) rows: Vec<String>,
    pub(crate) samples: u64,
    pub(crate) lost: u64,
    pub(crate) policy: Option<Policy>,
    pub(crate) closed: usize,
}

impl Disk {
    pub(crate) fn shelf(&self) -> Box<dyn Shelf> {
        Box::new(self.clone())
    }

    pub(crate) fn state(&self) -> State {
        lock(&self.0).clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.0));
    }

    /// A call that reaches the disk: it hangs while that is stuck.
    fn reach(&self) -> Result<(), RecordError> {
        while lock(&self.0).is_stuck {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        if lock(&self.0).is_full { Err(RecordError::Full { what: "disk".into() }) } else { Ok(()) }
    }
}

impl Shelf for Disk {
    fn board(&mut self) -> Result<Option<Vec<u8>>, String> {
        Ok(lock(&self.0).board.clone())
    }

    fn open(&mut self, _: RunId, _: MonoTime, _: WallTime) -> Result<Opened, RecordError> {
        self.reach()?;
        self.change(|disk| {
            disk.opened += 1;
            disk.segment += 1;
        });
        let book = Box::new(Pages { disk: self.clone(), new: State::default() });
        let damaged = vec![(7, "torn".to_owned())];
        Ok(Opened { book, recovered: Recovered { damaged, ..Recovered::default() } })
    }

    fn policy(&self) -> Policy {
        Policy::for_disk(1 << 36)
    }

    fn last_copy(&self) -> Option<WallTime> {
        lock(&self.0).last_copy
    }

    fn is_unprotected(&self) -> bool {
        true
    }
}

/// The open segment: what is new is not written yet.
struct Pages {
    disk: Disk,
    new: State,
}

impl Book for Pages {
    fn handle_observation(&mut self, observation: &Observation) {
        match &observation.event {
            Event::Numeric(_) | Event::Wave(_) => self.new.samples += 1,
            Event::Alarms(_) => self.new.rows.push("alarms".into()),
            Event::Identity(_) => self.new.rows.push("identity".into()),
            Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => self.new.rows.push("event".into()),
        }
    }

    fn handle_log(&mut self, entry: &LogEntry) {
        let kind = &entry.kind;
        self.new.rows.push(if let LogKind::DeviceAlarm(alarm) = kind {
            format!("alarm {}", alarm.text)
        } else if let LogKind::Assigned(_) = kind {
            "assigned".into()
        } else if let LogKind::StationAlarm(kind) = kind {
            format!("station {kind:?}")
        } else if let LogKind::StationAlarmEnded(kind) = kind {
            format!("station {kind:?} ended")
        } else if let LogKind::Note(note) = kind {
            format!("note {note}")
        } else {
            kind.name().into()
        });
    }

    fn handle_link(&mut self, link: &LinkRow) {
        self.new.rows.push(format!("link {} {}", link.line, link.is_up));
    }

    fn handle_lost(&mut self, lost: &Lost) {
        self.new.lost += lost.lost;
    }

    fn handle_audit(&mut self, row: &AuditRow) {
        assert_eq!((row.id.len(), row.who.as_str()), (32, "station"));
        self.new.rows.push(format!("audit {} {}", row.what, row.body));
    }

    fn handle_snapshot(&mut self, snapshot: Vec<u8>) {
        self.new.board = Some(snapshot);
    }

    fn set_policy(&mut self, policy: Policy) {
        self.disk.change(|disk| disk.policy = Some(policy));
    }

    fn commit(&mut self, _: MonoTime, _: WallTime) -> Result<Durable, RecordError> {
        self.disk.reach()?;
        let new = std::mem::take(&mut self.new);
        self.disk.change(|disk| {
            disk.commits += 1;
            disk.rows.extend(new.rows);
            disk.samples += new.samples;
            disk.lost += new.lost;
            disk.board = new.board.or(disk.board.take());
        });
        Ok(Durable::default())
    }

    fn wants_rotation(&self, _: WallTime) -> bool {
        false
    }

    fn rotate(&mut self, now: MonoTime, wall: WallTime) -> Result<Box<dyn Sealing>, RecordError> {
        self.commit(now, wall)?;
        let number = self.disk.state().segment;
        self.disk.change(|disk| disk.segment += 1);
        Ok(Box::new(Job { disk: self.disk.clone(), number }))
    }

    fn sealed(&mut self, seal: &Seal) {
        self.new.rows.push(format!("sealed {}", seal.number));
    }

    fn status(&self) -> RecordStatus {
        let disk = self.disk.state();
        RecordStatus {
            segment: disk.segment,
            is_filling: disk.is_filling,
            oldest: disk.oldest,
            ..RecordStatus::default()
        }
    }

    fn close(mut self: Box<Self>, now: MonoTime, wall: WallTime) -> Result<Seal, RecordError> {
        self.commit(now, wall)?;
        self.disk.change(|disk| disk.closed += 1);
        Ok(seal(self.disk.state().segment))
    }
}

struct Job {
    disk: Disk,
    number: u32,
}

impl Sealing for Job {
    fn number(&self) -> u32 {
        self.number
    }

    fn run(&self) -> Result<Seal, RecordError> {
        self.disk.reach()?;
        if self.disk.state().cannot_seal {
            let why = "a page is torn".into();
            return Err(RecordError::Damaged { what: "segment".into(), why });
        }
        Ok(seal(self.number))
    }
}

fn seal(number: u32) -> Seal {
    Seal {
        format: 1,
        number,
        files: Vec::new(),
        run: 0,
        opened_wall_ns: 0,
        closed_wall_ns: 0,
        first_wall_ns: 0,
        last_wall_ns: 0,
        rows: 0,
        samples: 0,
        as_found: None,
        key_blake3: String::new(),
        previous: String::new(),
        chain: String::new(),
        signer: String::new(),
        signature: String::new(),
    }
}
