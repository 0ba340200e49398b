//! One configured line: a task that joins ports, session and driver, and feeds the lanes.
//!
//! A second task looks after it: a session or driver that fails costs its own line a moment and no
//! other line anything. It is started anew after a wait, and counted.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use vigie_board::LineChange;
use vigie_config::{LineConfig, Network};
use vigie_link::{LinkConfig, What};
use vigie_model::{Clock, MonoTime, RunId, StationMode};
use vigie_session::{Down, Factory, Input, driver::Backoff};
use vigie_ward::{Item, WardLine};

use crate::{
    LineReport,
    captures::{Captures, Permitted},
    lanes::LineLane,
    shared::lock,
    wire::{Opener, Wire, link_config, misfit, missing, setup},
};

/// How long a device may take to be said goodbye to.
pub(crate) const FAREWELL: Duration = Duration::from_secs(2);
/// How long what was sent last may take to leave.
const CLOSING: Duration = Duration::from_millis(500);
/// How often a line tells how it is doing.
const STATUS_PERIOD: Duration = Duration::from_millis(250);
/// How often a line that is refused is looked at again: a port may lead elsewhere by then.
const REFUSED_PERIOD: Duration = Duration::from_secs(2);
/// A conversation wakes each [`STATUS_PERIOD`]. When it was asleep for this long the process, or the
/// whole PC, stood still, and nobody knows how old the bytes are that wait in the kernel.
const STANDSTILL: Duration = Duration::from_secs(2);
/// Events handled before other lines have their turn.
const TURN: usize = 32;

/// How a line is doing, for the report.
#[derive(Debug)]
pub(crate) struct LineStatus(Mutex<LineReport>);

impl LineStatus {
    pub(crate) fn report(&self) -> LineReport {
        lock(&self.0).clone()
    }

    fn change(&self, change: impl FnOnce(&mut LineReport)) {
        change(&mut lock(&self.0));
    }
}

/// Until when a line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// For ever.
    Run,
    /// It ends. `forgotten`: it is not configured any more, or begins anew.
    End {
        /// Whether the board forgets its devices.
        forgotten: bool,
    },
}

/// All that a line is made of.
pub(crate) struct LineRun {
    pub(crate) config: LineConfig,
    pub(crate) network: Option<Network>,
    pub(crate) mode: StationMode,
    pub(crate) family: Option<&'static dyn Factory>,
    pub(crate) seed: u64,
    pub(crate) run: RunId,
    pub(crate) lane: LineLane,
    pub(crate) opener: Opener,
    pub(crate) captures: Captures,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) status: Arc<LineStatus>,
}

/// Why a conversation ended.
enum Left {
    /// The line's fate.
    Ended,
    /// A port leads somewhere that does not fit.
    Misfit,
    /// The process or the PC stood still for so long.
    StoodStill(Duration),
}

impl LineRun {
    pub(crate) fn status_of(config: &LineConfig) -> Arc<LineStatus> {
        Arc::new(LineStatus(Mutex::new(LineReport {
            name: config.name.as_str().to_owned(),
            protocol: config.protocol.clone(),
            ..LineReport::default()
        })))
    }

    /// Runs the line until its fate.
    pub(crate) async fn run(self: Arc<LineRun>, mut fate: watch::Receiver<Fate>) {
        let mut backoff = Backoff::new(self.seed);
        loop {
            let (family, link) = match self.fitness() {
                Ok(fit) => fit,
                Err(why) => {
                    self.refuse(why);
                    if ends_within(&mut fate, REFUSED_PERIOD).await {
                        break;
                    }
                    continue;
                }
            };
            self.status.change(|report| report.refusal = None);
            let began = self.clock.mono();
            let task = tokio::spawn(self.clone().converse(family, link, fate.clone()));
            match task.await {
                Ok(Left::Ended) => break,
                Ok(Left::Misfit) => {}
                Ok(Left::StoodStill(time)) => tracing::warn!(
                    line = %self.config.name, ?time,
                    "the station stood still: what arrived meanwhile is dropped, the line opens anew"
                ),
                Err(error) => {
                    if self.clock.mono().since(began) > Duration::from_secs(60) {
                        backoff.reset();
                    }
                    let wait = backoff.next_delay();
                    self.restart_after(wait, &error).await;
                    if ends_within(&mut fate, wait).await {
                        break;
                    }
                }
            }
        }
        let forgotten = matches!(*fate.borrow(), Fate::End { forgotten: true });
        // A board that stands still is not waited for.
        _ = timeout(FAREWELL, self.lane.end(forgotten)).await;
    }

    /// What the line needs, if it may run.
    fn fitness(&self) -> Result<(&'static dyn Factory, LinkConfig), String> {
        let family = self.family.ok_or_else(|| {
            format!("this version speaks no protocol called {}", self.config.protocol)
        })?;
        let link = link_config(&self.config, self.network.as_ref())?;
        match misfit(self.mode, self.config.real, &link.ports, vigie_link::nature) {
            // What a missing file would lead to cannot be told: it is looked for again.
            Some(why) => Err(missing(&link.ports).unwrap_or(why)),
            None => Ok((family, link)),
        }
    }

    fn refuse(&self, why: String) {
        self.status.change(|report| {
            if report.refusal.as_ref() != Some(&why) {
                tracing::error!(line = %self.config.name, "line refused: {why}");
                report.refused = report.refused.saturating_add(1);
            }
            report.is_open = false;
            report.refusal = Some(why);
        });
    }

    async fn restart_after(&self, wait: Duration, error: &tokio::task::JoinError) {
        tracing::error!(
            line = %self.config.name, ?wait,
            "the line failed and is started anew; this is a mistake in the program: {error}"
        );
        self.status.change(|report| {
            report.restarts = report.restarts.saturating_add(1);
            report.is_open = false;
        });
        // Its driver is gone and cannot say so itself.
        let down = Item::Line {
            at: self.clock.mono(),
            wall: self.clock.wall(),
            line: self.config.name.clone(),
            devices: Vec::new(),
            change: LineChange::Down,
        };
        let room = self.lane.room_for(&down).await;
        self.lane.put(room, down);
    }

    /// One conversation, from opening the ports to closing them.
    async fn converse(
        self: Arc<LineRun>,
        family: &'static dyn Factory,
        link: LinkConfig,
        mut fate: watch::Receiver<Fate>,
    ) -> Left {
        let session = family.session(&setup(&self.config, family, self.seed));
        let name = self.config.name.as_str();
        let Permitted { link, to, refusal } = self.captures.permit(link);
        if let Some(why) = &refusal {
            tracing::error!(line = %self.config.name, "{why}");
        }
        let mut talk = Talk {
            line: WardLine::live(name, self.run, self.config.passive, session),
            wire: (self.opener)(link.clone(), to.as_ref()),
            uncaptured: refusal,
            held: None,
            refused: lock(&self.status.0).refused,
            now: self.clock.mono(),
        };
        let mut status_due = interval(STATUS_PERIOD);
        status_due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut turn = 0;
        let left = loop {
            if *fate.borrow() != Fate::Run {
                break Left::Ended;
            }
            let wait = talk.line.poll_timeout().map(|due| due.at.since(self.clock.mono()));
            if wait == Some(Duration::ZERO) {
                let (now, wall) = (self.clock.mono(), self.clock.wall());
                talk.now = now;
                talk.line.handle_timeout(now, wall);
            } else {
                let asleep = self.clock.mono();
                let stood = || {
                    let time = self.clock.mono().since(asleep);
                    (time > STANDSTILL).then_some(Left::StoodStill(time))
                };
                tokio::select! {
                    biased;
                    () = ends(&mut fate) => break Left::Ended,
                    _ = status_due.tick() => {
                        if let Some(left) = stood() {
                            break left;
                        }
                        self.tell(&talk);
                        continue;
                    }
                    () = sleep(wait.unwrap_or(STATUS_PERIOD)), if wait.is_some() => {
                        if let Some(left) = stood() {
                            break left;
                        }
                        continue;
                    }
                    event = talk.wire.next() => {
                        if let Some(left) = stood() {
                            break left;
                        }
                        let opens = matches!(event.what, What::Up(_));
                        if opens && self.fitness().is_err() {
                            break Left::Misfit;
                        }
                        talk.now = event.at;
                        talk.line.handle_input(event.at, event.wall, event.input());
                        if opens || matches!(event.what, What::Down(_)) {
                            self.tell(&talk);
                        }
                    }
                }
            }
            tokio::select! {
                biased;
                () = self.drain(&mut talk) => {}
                () = ends(&mut fate) => break Left::Ended,
            }
            turn = (turn + 1) % TURN;
            if turn == 0 {
                tokio::task::yield_now().await;
            }
        };
        match left {
            Left::Ended | Left::Misfit => self.say_goodbye(&mut talk).await,
            // A farewell would read what is to be dropped.
            Left::StoodStill(_) => {}
        }
        self.close(talk, &link).await;
        left
    }

    /// Sends what is to be sent and hands on what was heard. Cancel-safe: an item that has no room
    /// yet stays in hand.
    async fn drain(&self, talk: &mut Talk) {
        let wall = self.clock.wall();
        while let Some(transmit) = talk.line.poll_transmit() {
            talk.wire.send(transmit);
        }
        loop {
            let Some(item) = talk.held.take().or_else(|| talk.line.poll_item(talk.now, wall))
            else {
                return;
            };
            talk.held = Some(item.clone());
            let room = self.lane.room_for(&item).await;
            talk.held = None;
            self.lane.put(room, item);
        }
    }

    /// Takes leave of all devices.
    async fn say_goodbye(&self, talk: &mut Talk) {
        let until = self.clock.mono() + FAREWELL;
        talk.now = self.clock.mono();
        talk.line.handle_farewell(talk.now, self.clock.wall());
        loop {
            // What is still to be said must leave even when the board stands still.
            while let Some(transmit) = talk.line.poll_transmit() {
                talk.wire.send(transmit);
            }
            let left = until.since(self.clock.mono());
            _ = timeout(left, self.drain(talk)).await;
            let (Some(due), left) = (talk.line.poll_timeout(), until.since(self.clock.mono()))
            else {
                break;
            };
            if left.is_zero() {
                break;
            }
            let wait = due.at.since(self.clock.mono()).min(left);
            tokio::select! {
                biased;
                () = sleep(wait) => {
                    talk.now = self.clock.mono();
                    talk.line.handle_timeout(talk.now, self.clock.wall());
                }
                event = talk.wire.next() => {
                    talk.now = event.at;
                    talk.line.handle_input(event.at, event.wall, event.input());
                }
            }
        }
    }

    /// Closes, and tells the board. What waits in the kernel is dropped with the ports.
    async fn close(&self, mut talk: Talk, link: &LinkConfig) {
        for (number, _) in &link.ports {
            let down = Input::Down { line: *number, why: Down::Closed };
            talk.now = self.clock.mono();
            talk.line.handle_input(talk.now, self.clock.wall(), down);
        }
        _ = timeout(CLOSING, self.drain(&mut talk)).await;
        self.tell(&talk);
        talk.wire.close(CLOSING).await;
        self.status.change(|report| report.is_open = false);
    }

    /// Brings the report up to date.
    fn tell(&self, talk: &Talk) {
        let ports = talk.wire.status();
        let devices = talk.line.devices();
        self.status.change(|report| {
            report.is_open = talk.line.is_up();
            report.ports = ports
                .iter()
                .map(|port| match &port.trouble {
                    Some(trouble) => format!("{}: {trouble}", port.what),
                    None => port.what.clone(),
                })
                .chain(talk.uncaptured.clone())
                .collect();
            report.devices = devices.iter().map(|key| key.0.as_str().to_owned()).collect();
            report.observations = self.lane.observations();
            let refused: u64 = ports.iter().map(|port| port.refused).sum();
            report.refused = talk.refused.saturating_add(refused);
        });
    }
}

/// A conversation under way.
struct Talk {
    line: WardLine,
    wire: Box<dyn Wire>,
    /// Why what is said is not captured although it is wanted.
    uncaptured: Option<String>,
    /// An item that waits for room.
    held: Option<Item>,
    /// Refused in conversations before this one.
    refused: u64,
    /// The time of the last `handle_*`.
    now: MonoTime,
}

/// Waits for the end of the line.
async fn ends(fate: &mut watch::Receiver<Fate>) {
    // A station that is gone has ended too.
    _ = fate.wait_for(|fate| *fate != Fate::Run).await;
}

async fn ends_within(fate: &mut watch::Receiver<Fate>, wait: Duration) -> bool {
    timeout(wait, ends(fate)).await.is_ok()
}
