//! The board's thread: what the lanes bring, what people ask, and time; out comes the newest view.
//!
//! It waits for nobody but the lanes: views go into a slot, copies for others into bounded queues
//! that count what they cannot take.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Select};
use vigie_board::{AlarmPolicy, Board, Command, Over, Receipt, Refusal};
use vigie_model::{Bed, BedId, DeviceKey, MonoTime, StationAlarmKind, Text, WallTime};

use crate::{
    jumps::JumpWatch,
    lanes::{Ordered, Taken},
    record::RecordTap,
    shared::{Half, Shared},
    tap::Tap,
};

/// Who decides what the configuration, rather than a person, has decided.
const BY_CONFIGURATION: &str = "configuration";
/// Shortest time between two views: nobody sees more than 30 a second.
const VIEW_PERIOD: Duration = Duration::from_millis(33);
/// The same when an alarm changed: at once, but a flood of alarms is no flood of views.
const ALARM_VIEW_PERIOD: Duration = Duration::from_millis(5);
/// Longest time between two views, and the thread's longest sleep.
const QUIET_PERIOD: Duration = Duration::from_millis(250);
/// Words of the control lane, and then waves, before anything else has its turn.
const TURN: usize = 256;
/// What people and reloads may ask before they wait, and the most that is answered in one turn.
pub(crate) const ASKS: usize = 64;
/// How often the record is handed the board's memory when something happened that belongs to it, and
/// otherwise.
const KEEP_CHANGED: Duration = Duration::from_secs(1);
const KEEP: Duration = Duration::from_secs(10);
/// Assignments that were refused and are named in the report.
const REFUSED_MAX: usize = 16;

/// What others ask of the board's thread.
pub(crate) enum Ask {
    /// A person decided something.
    Command {
        by: Text,
        command: Command,
        /// Takes the answer without waiting.
        answer: Box<dyn FnOnce(Receipt) + Send>,
    },
    /// Other beds, and who stands at them.
    Beds {
        /// `None`: as they were.
        beds: Option<Vec<Bed>>,
        /// Taken off first, so that two devices may change places.
        off: Vec<DeviceKey>,
        on: Vec<(DeviceKey, BedId)>,
        /// Where devices stand whichever line they are heard on.
        pinned: Vec<(DeviceKey, BedId)>,
        /// Where lines stand, for those that begin anew.
        lines: Vec<(DeviceKey, BedId)>,
    },
    /// Who stands where as the station starts.
    Defaults { pinned: Vec<(DeviceKey, BedId)>, lines: Vec<(DeviceKey, BedId)> },
    /// Alarms of the station as a whole: whether each is on.
    Station(Vec<(StationAlarmKind, bool)>),
    /// How alarms are treated, and what lines go through.
    Policy { policy: Box<AlarmPolicy>, paths: BTreeMap<Text, Text> },
    /// Something for whoever reads the log later.
    Note(Text),
    /// Whether somebody heard the test of the sound.
    Heard {
        by: Text,
        heard: bool,
        /// Takes the answer without waiting.
        answer: Box<dyn FnOnce(Receipt) + Send>,
    },
}

/// All that the thread owns.
pub(crate) struct BoardThread {
    pub(crate) board: Board,
    pub(crate) lanes: Ordered,
    pub(crate) asks: Receiver<Ask>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) taps: Vec<Tap>,
    /// The record's lanes.
    pub(crate) record: Option<RecordTap>,
    /// Devices that have a bed by their own names.
    pub(crate) pinned: Vec<(DeviceKey, BedId)>,
    /// Beds of lines, under the lines' keys.
    pub(crate) lines: Vec<(DeviceKey, BedId)>,
    /// What the configuration says and the board refused, until it holds or a person decides.
    pub(crate) refused: Vec<(DeviceKey, BedId, Refusal)>,
    /// When it is to stand still, in a test.
    pub(crate) stall_at: Option<MonoTime>,
    /// Closed when the station ends.
    pub(crate) stopped: Receiver<()>,
    /// Whether both clocks of the PC go on together.
    pub(crate) jumps: JumpWatch,
    /// A person decided something since the last view: what sounds may end at once.
    pub(crate) is_hushed: bool,
}

/// What has been seen since the last view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    None,
    Some,
    Alarm,
}

impl BoardThread {
    /// Runs until all lanes are closed and empty.
    pub(crate) fn run(mut self) {
        let mut news = News::Alarm;
        let mut published = MonoTime::START;
        let mut closed = false;
        let mut kept = Kept::default();
        loop {
            let now = self.shared.clock.mono();
            self.shared.beat(Half::Board);
            if self.stall_at.is_some_and(|at| at <= now) {
                // Until the station ends: nothing is ever sent on this channel.
                _ = self.stopped.recv();
                return;
            }
            let mut busy = false;
            for _ in 0..TURN {
                match self.lanes.intake.control.try_recv() {
                    Ok(control) => {
                        busy = true;
                        // What was asked before a line spoke is decided before it is heard: a device
                        // that names itself at once finds its line's bed.
                        self.obey_all();
                        self.hear(control);
                    }
                    Err(error) => {
                        closed |= error.is_disconnected();
                        break;
                    }
                }
            }
            // A word that waits was said before this; the lane tells of new waves after it.
            while self.lanes.intake.waves.try_recv().is_ok() {}
            let (board, taps, record) = (&mut self.board, &mut self.taps, &self.record);
            let waves = self.lanes.waves(TURN, |taken| tell(board, taps, record, &taken));
            busy |= waves;
            busy |= self.obey_all();
            let (now, wall) = (self.shared.clock.mono(), self.shared.clock.wall());
            self.check_clocks(now, wall);
            if self.board.poll_timeout().is_some_and(|(due, _)| due <= now) {
                self.board.handle_timeout(now, wall);
                news = news.max(News::Some);
            }
            if busy {
                news = news.max(News::Some);
            }
            news = news.max(self.drain_log(&mut kept));
            self.keep(&mut kept, now, closed && !busy);
            let age = now.since(published);
            if age >= news.period() || (closed && !busy) {
                let is_hushed = std::mem::take(&mut self.is_hushed);
                self.shared.publish(self.board.view(now, wall), is_hushed);
                published = now;
                news = News::None;
            }
            if closed && !busy {
                return;
            }
            if !busy {
                self.wait(news, published, closed);
            }
        }
    }

    fn hear(&mut self, control: crate::lanes::Control) {
        let (board, taps, record) = (&mut self.board, &mut self.taps, &self.record);
        let ended = self.lanes.hear(control, |taken| tell(board, taps, record, &taken));
        if let Some(ended) = ended.filter(|ended| ended.forgotten) {
            let (now, wall) = (self.shared.clock.mono(), self.shared.clock.wall());
            self.board.forget_line(now, wall, &ended.line, &Text::from(BY_CONFIGURATION));
            // A line that begins anew has its bed again, and a device that changes its line was
            // forgotten with the old one.
            let of_line = DeviceKey::of_line(ended.line.as_str());
            let line = self.lines.iter().find(|(line, _)| *line == of_line);
            let again = line.into_iter().chain(&self.pinned).cloned().collect();
            self.assign(again, Over::Configured);
        }
    }

    fn check_clocks(&mut self, now: MonoTime, wall: WallTime) {
        if let Some(jump) = self.jumps.note(now, wall) {
            tracing::warn!("{jump}");
            self.board.handle_clock_jump(now, wall);
        }
    }

    /// Answers what was asked until now. `false`: nothing was.
    fn obey_all(&mut self) -> bool {
        let mut any = false;
        for _ in 0..ASKS {
            let Ok(ask) = self.asks.try_recv() else { break };
            any = true;
            self.obey(ask);
        }
        any
    }

    /// Assigns as configured, several at one bed too. What is refused stands in the report.
    fn assign(&mut self, on: Vec<(DeviceKey, BedId)>, over: Over) {
        let (now, wall) = (self.shared.clock.mono(), self.shared.clock.wall());
        let by = Text::from(BY_CONFIGURATION);
        for (device, bed) in on {
            self.refused.retain(|(refused, _, _)| *refused != device);
            let where_to = (&device, &bed);
            let receipt = self.board.handle_configured(now, wall, &by, where_to, over);
            if let Receipt::Refused(why) = receipt {
                tracing::warn!(?device, ?bed, ?why, "not assigned as configured");
                self.refused.push((device, bed, why));
            }
        }
        self.tell_refused();
    }

    fn tell_refused(&self) {
        let said = self.refused.iter().take(REFUSED_MAX).map(|(device, bed, why)| {
            let why = match why {
                Refusal::BedTaken(there) => format!("{} stands there: take it off", there.0),
                Refusal::NoSuchBed => "there is no such bed: configure it".to_owned(),
                Refusal::Full => {
                    "the bed or the board is full: take a device off, or restart the station"
                        .to_owned()
                }
                Refusal::OtherPatient => {
                    "it names another patient than the one there: correct it on the device, or \
                     discharge the bed"
                        .to_owned()
                }
                Refusal::NobodyThere
                | Refusal::NothingUnclear
                | Refusal::NotAllowed
                | Refusal::BadLimit
                | Refusal::NeedsRole(_)
                | Refusal::NoInitials => format!("{why:?}"),
            };
            format!("{} is not at bed {} as configured ({why})", device.0, bed.0)
        });
        let said: Vec<String> = said.collect();
        let text = (!said.is_empty()).then(|| Text::from(said.join("; ")));
        self.shared.set_not_assigned(text);
    }

    fn obey(&mut self, ask: Ask) {
        let (now, wall) = (self.shared.clock.mono(), self.shared.clock.wall());
        match ask {
            Ask::Command { by, command, answer } => {
                let decided = match &command {
                    Command::Assign { device, bed } => Some((device.clone(), bed.clone())),
                    Command::AssignBeside { device, bed } => {
                        Some((device.clone(), Some(bed.clone())))
                    }
                    Command::Admit { .. }
                    | Command::Discharge { .. }
                    | Command::SamePatient { .. }
                    | Command::Prefer { .. }
                    | Command::Answer { .. }
                    | Command::Reset { .. }
                    | Command::PauseAudio
                    | Command::AudioOff
                    | Command::AudioOn
                    | Command::Standby { .. }
                    | Command::EndStandby { .. }
                    | Command::SetLimits { .. }
                    | Command::Enter { .. } => None,
                };
                let receipt = self.board.handle_command(now, wall, by, command);
                self.is_hushed |= receipt == Receipt::Done;
                if let (Receipt::Done, Some((device, bed))) = (&receipt, decided) {
                    // A person's decision takes the place of what was configured.
                    self.refused.retain(|(refused, wanted, _)| {
                        *refused != device && Some(wanted) != bed.as_ref()
                    });
                    self.tell_refused();
                }
                answer(receipt);
            }
            Ask::Defaults { pinned, lines } => {
                (self.pinned, self.lines) = (pinned, lines);
                let by = Text::from(BY_CONFIGURATION);
                let defaults: Vec<(DeviceKey, BedId)> =
                    self.lines.iter().chain(&self.pinned).cloned().collect();
                self.refused = self.board.handle_defaults(now, wall, &by, &defaults);
                for (device, bed, why) in &self.refused {
                    tracing::warn!(?device, ?bed, ?why, "not assigned as configured");
                }
                self.tell_refused();
            }
            Ask::Station(alarms) => {
                for (kind, is_on) in alarms {
                    self.board.handle_station(now, wall, kind, is_on);
                }
            }
            Ask::Policy { policy, paths } => {
                self.board.set_policy(*policy);
                self.board.set_paths(paths);
            }
            Ask::Note(note) => self.board.handle_note(now, wall, note),
            Ask::Heard { by, heard, answer } => {
                let not = if heard { "" } else { " not" };
                let note = format!("the test of the sound was{not} heard: {by}");
                self.board.handle_note(now, wall, Text::from(note));
                if heard {
                    self.shared.sound.heard(wall, by);
                }
                answer(Receipt::Done);
            }
            Ask::Beds { beds, off, on, pinned, lines } => {
                (self.pinned, self.lines) = (pinned, lines);
                let by = Text::from(BY_CONFIGURATION);
                if let Some(beds) = beds {
                    self.board.set_beds(now, wall, &by, beds);
                }
                // What was refused before and is wanted still may have room now.
                self.refused.retain(|(device, _, _)| !off.contains(device));
                let before = self.refused.iter().map(|(device, bed, _)| (device, bed));
                let again: Vec<(DeviceKey, BedId)> =
                    before.map(|(device, bed)| (device.clone(), bed.clone())).collect();
                for device in off {
                    let command = Command::Assign { device, bed: None };
                    _ = self.board.handle_command(now, wall, by.clone(), command);
                }
                self.assign(again.into_iter().chain(on).collect(), Over::All);
            }
        }
    }

    /// What the board decided goes to the record, and to the log for engineers. It names no patient.
    fn drain_log(&mut self, kept: &mut Kept) -> News {
        let mut news = News::None;
        while let Some(entry) = self.board.poll_log() {
            let is_alarm = entry.kind.is_of_alarms();
            kept.is_changed |= entry.kind.is_remembered();
            news = news.max(if is_alarm { News::Alarm } else { News::Some });
            tracing::info!(bed = ?entry.bed, device = ?entry.device, kind = ?entry.kind, "board");
            if let Some(record) = &self.record {
                record.log(entry);
            }
        }
        news
    }

    /// Hands the board's memory to the record when it is due.
    fn keep(&self, kept: &mut Kept, now: MonoTime, is_last: bool) {
        let Some(record) = &self.record else { return };
        if is_last || kept.is_due(now) {
            record.snapshot(self.board.snapshot());
            *kept = Kept { at: Some(now), is_changed: false };
        }
    }

    /// Sleeps until something comes, or something is due.
    fn wait(&self, news: News, published: MonoTime, closed: bool) {
        let now = self.shared.clock.mono();
        let view = (published + news.period()).since(now);
        let board = self.board.poll_timeout().map(|(due, _)| due.since(now));
        let wait = board.map_or(view, |board| board.min(view)).min(QUIET_PERIOD);
        let mut select = Select::new();
        if !closed {
            select.recv(&self.lanes.intake.control);
            select.recv(&self.lanes.intake.waves);
        }
        select.recv(&self.asks);
        // Which of them it was is asked again anyway.
        _ = select.ready_timeout(wait);
    }
}

impl News {
    const fn period(self) -> Duration {
        match self {
            News::None => QUIET_PERIOD,
            News::Some => VIEW_PERIOD,
            News::Alarm => ALARM_VIEW_PERIOD,
        }
    }
}

/// When the record was last handed the board's memory.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    at: Option<MonoTime>,
    /// Something happened since that belongs to it.
    is_changed: bool,
}

impl Kept {
    fn is_due(self, now: MonoTime) -> bool {
        let period = if self.is_changed { KEEP_CHANGED } else { KEEP };
        self.at.is_none_or(|at| now.since(at) >= period)
    }
}

/// Tells the board, and shows it to all who listen along.
fn tell(board: &mut Board, taps: &mut [Tap], record: &Option<RecordTap>, taken: &Taken) {
    for tap in taps {
        tap.offer(taken);
    }
    if let Some(record) = record {
        record.offer(taken);
    }
    taken.item.tell(board);
}
