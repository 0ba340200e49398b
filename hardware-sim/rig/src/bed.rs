//! One bed at work: a monitor, noise in both directions, a port, and what the script does to them.

use core::net::SocketAddr;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use vigie_session::Line;

use vigie_sim_device::intellivue::{Monitor, Transport};
use vigie_sim_device::{Destination, Device};
use vigie_sim_patient::noise::{Carrier, Noise};
use vigie_sim_patient::script::{Act, LineAct};

use crate::address;
use crate::log::Log;
use crate::port::{Beacons, Port};

/// A serial line that is behind by more than this takes no more messages: the monitor leaves them out.
const BACKLOG_MAX: Duration = Duration::from_secs(3);
/// How long to wait with a port that cannot be opened, and how often it is tended.
const AGAIN: Duration = Duration::from_secs(1);
const TEND: Duration = Duration::from_millis(250);
/// A port waits no longer than this without a look at the clock.
const LOOK: Duration = Duration::from_secs(1);
/// The largest datagram that is read, and the piece of a serial line.
const BUFFER_BYTES: usize = 4_096;

/// How a port is opened again.
#[derive(Clone, Debug)]
pub(crate) enum Opening {
    Udp(Beacons),
    Pty(PathBuf),
    Serial(PathBuf, u32),
}

impl Opening {
    /// Opens the port of a monitor.
    pub(crate) fn open(&self, monitor: &Monitor) -> io::Result<Port> {
        match self {
            Opening::Udp(beacons) => Port::udp(monitor.config().address, *beacons),
            Opening::Pty(link) => Port::pty(link),
            Opening::Serial(path, baud) => Port::serial(path, *baud),
        }
    }
}

/// One bed.
#[derive(Debug)]
pub(crate) struct Bed {
    monitor: Monitor,
    device: String,
    to_client: Noise,
    to_monitor: Noise,
    /// Numbers in the noise and at the monitor, of messages whose fate is open.
    open_fates: VecDeque<(u64, u64)>,
    port: Option<Port>,
    opening: Opening,
    open_again_at: MonoTime,
    tend_at: MonoTime,
    script: VecDeque<(MonoTime, Act)>,
    log: Log,
}

impl Bed {
    pub(crate) fn new(
        monitor: Monitor,
        (port, opening): (Port, Opening),
        (seed, loss): (u64, f64),
        log: Log,
    ) -> Bed {
        let carrier = match monitor.config().transport {
            Transport::Lan { .. } => Carrier::Datagrams,
            // A start bit, eight bits, a stop bit.
            Transport::Rs232 { baud } => Carrier::Serial { bytes_per_second: baud / 10 },
        };
        let mut bed = Bed {
            device: monitor.config().device_key(),
            to_client: Noise::new(seed, carrier),
            to_monitor: Noise::new(!seed, carrier),
            monitor,
            open_fates: VecDeque::new(),
            port: Some(port),
            opening,
            open_again_at: MonoTime::START,
            tend_at: MonoTime::START,
            script: VecDeque::new(),
            log,
        };
        if loss > 0.0 {
            bed.disturb(BootClock.mono(), &LineAct::Loss { share: loss });
        }
        bed
    }

    /// What happens to it, in the order of time.
    pub(crate) fn set_script(&mut self, script: VecDeque<(MonoTime, Act)>) {
        self.script = script;
    }

    /// Runs until told to stop.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let now = BootClock.mono();
            self.work(now, &mut buffer);
            let wait = self.next(now).since(BootClock.mono()).min(LOOK);
            let readable = async {
                match &self.port {
                    Some(port) => port.readable().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = readable => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.changed() => break,
            }
        }
        self.log.flush();
    }

    /// Everything that is due.
    fn work(&mut self, now: MonoTime, buffer: &mut [u8]) {
        while let Some((_, act)) = self.script.pop_front_if(|(at, _)| *at <= now) {
            self.act(now, &act);
        }
        self.keep_open(now);
        self.read(now, buffer);
        while let Some(delivery) = self.to_monitor.poll(now) {
            match self.opening {
                Opening::Udp(_) => {
                    if let Some((Destination::Client(from), bytes)) =
                        address::unwrap(&delivery.bytes)
                    {
                        self.monitor.handle_input(now, Line::MAIN, Some(from), bytes);
                    }
                }
                Opening::Pty(_) | Opening::Serial(..) => {
                    self.monitor.handle_input(now, Line::MAIN, None, &delivery.bytes);
                }
            }
            self.take_out(now);
        }
        while self.to_monitor.poll_fate().is_some() {}
        if self.monitor.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            self.monitor.handle_timeout(now);
            self.take_out(now);
        }
        self.deliver(now);
    }

    fn act(&mut self, now: MonoTime, act: &Act) {
        tracing::info!(device = self.device, ?act, "script");
        match act {
            Act::Patient(act) => self.monitor.handle_patient_act(now, act),
            Act::Device(act) => {
                let before = self.monitor.config().address;
                self.monitor.handle_device_act(now, act);
                if self.monitor.config().address != before
                    && matches!(self.opening, Opening::Udp(_))
                {
                    self.port = None;
                    self.open_again_at = now;
                }
            }
            Act::Line(act) => self.disturb(now, act),
        }
        self.take_out(now);
    }

    fn disturb(&mut self, now: MonoTime, act: &LineAct) {
        self.to_client.apply(now, act);
        self.to_monitor.apply(now, act);
        if let (LineAct::Unplug { dark }, Opening::Pty(_)) = (act, &self.opening) {
            // A pulled adapter takes its name with it; plugged in again it is a new one.
            self.port = None;
            self.open_again_at = now + *dark;
        }
    }

    fn keep_open(&mut self, now: MonoTime) {
        if self.port.is_none() && now >= self.open_again_at {
            match self.opening.open(&self.monitor) {
                Ok(port) => self.port = Some(port),
                Err(error) => {
                    tracing::warn!(device = self.device, %error, "the port does not open");
                    self.open_again_at = now + AGAIN;
                }
            }
        }
        if now >= self.tend_at {
            self.tend_at = now + TEND;
            if let Some(port) = &mut self.port {
                port.tend();
            }
        }
    }

    fn read(&mut self, now: MonoTime, buffer: &mut [u8]) {
        while let Some(port) = &mut self.port {
            match port.read(buffer) {
                Ok(Some((count, from))) => {
                    let bytes = buffer.get(..count).unwrap_or_default();
                    self.take_in(now, from, bytes);
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(device = self.device, %error, "the port fails");
                    self.port = None;
                    self.open_again_at = now + AGAIN;
                }
            }
        }
    }

    fn take_in(&mut self, now: MonoTime, from: Option<SocketAddr>, bytes: &[u8]) {
        match from {
            Some(from) => {
                if let Some(wrapped) = address::wrap(Destination::Client(from), bytes) {
                    self.to_monitor.send(now, &wrapped);
                }
            }
            None => {
                self.to_monitor.send(now, bytes);
            }
        }
    }

    /// What the monitor sends goes into the noise, and into the log.
    fn take_out(&mut self, now: MonoTime) {
        while let Some(outgoing) = self.monitor.poll_transmit() {
            let is_late = self.to_client.backlog(now) > BACKLOG_MAX;
            let bytes = match self.opening {
                Opening::Udp(_) => address::wrap(outgoing.to, &outgoing.bytes),
                Opening::Pty(_) | Opening::Serial(..) => Some(outgoing.bytes.to_vec()),
            };
            match bytes.filter(|_| !is_late) {
                Some(bytes) => {
                    let number = self.to_client.send(now, &bytes);
                    self.open_fates.push_back((number, outgoing.number));
                }
                None => self.log.hurt(&self.device, outgoing.number),
            }
        }
        while let Some(sent) = self.monitor.poll_sent() {
            self.log.sent(now, &self.device, &sent);
        }
    }

    /// What has come through the noise goes out.
    fn deliver(&mut self, now: MonoTime) {
        while let Some(delivery) = self.to_client.poll(now) {
            let Some(port) = &mut self.port else { continue };
            let sent = match self.opening {
                Opening::Udp(_) => match address::unwrap(&delivery.bytes) {
                    Some((to, bytes)) => port.write(to, bytes),
                    None => Ok(()),
                },
                Opening::Pty(_) | Opening::Serial(..) => {
                    port.write(Destination::Cable, &delivery.bytes)
                }
            };
            if let Err(error) = sent {
                tracing::warn!(device = self.device, %error, "not sent");
            }
        }
        while let Some(fate) = self.to_client.poll_fate() {
            let at = self.open_fates.iter().position(|(number, _)| *number == fate.message);
            if let Some((_, message)) = at.and_then(|at| self.open_fates.remove(at))
                && fate.hurt
            {
                self.log.hurt(&self.device, message);
            }
        }
        self.log.flush();
    }

    /// When something is due next.
    fn next(&self, now: MonoTime) -> MonoTime {
        let mut next = now + LOOK;
        let times = [
            self.monitor.poll_timeout().map(|deadline| deadline.at),
            self.to_client.next_at(),
            self.to_monitor.next_at(),
            self.script.front().map(|(at, _)| *at),
            self.port.is_none().then_some(self.open_again_at),
            Some(self.tend_at),
        ];
        for at in times.into_iter().flatten() {
            next = next.min(at);
        }
        next
    }
}
