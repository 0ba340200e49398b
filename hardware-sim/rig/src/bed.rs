//! One device at work: its cables, and what the script does to it.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use vigie_sim_device::Device;
use vigie_sim_patient::script::{Act, LineAct};

use crate::cable::Cable;
use crate::log::Log;

/// A port waits no longer than this without a look at the clock.
const LOOK: Duration = Duration::from_secs(1);
/// The largest datagram that is read, and the piece of a stream.
const BUFFER_BYTES: usize = 4_096;

/// One device: a monitor at a bed, or the gateway of several.
pub(crate) struct Bed {
    device: Box<dyn Device>,
    /// Of the devices that it speaks for; its own messages go by the first.
    names: Vec<String>,
    cables: Vec<Cable>,
    script: VecDeque<Due>,
    log: Log,
}

/// An entry of the script, at its time.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) at: MonoTime,
    /// Which of the device's beds; `None`: all.
    pub(crate) bed: Option<u16>,
    pub(crate) act: Act,
}

impl Bed {
    pub(crate) fn new(
        device: Box<dyn Device>,
        names: Vec<String>,
        cables: Vec<Cable>,
        loss: f64,
        log: Log,
    ) -> Bed {
        let mut bed = Bed { device, names, cables, script: VecDeque::new(), log };
        if loss > 0.0 {
            bed.disturb(BootClock.mono(), &LineAct::Loss { share: loss });
        }
        bed
    }

    fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// What happens to it, in the order of time.
    pub(crate) fn set_script(&mut self, script: VecDeque<Due>) {
        self.script = script;
    }

    /// Runs until told to stop.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let now = BootClock.mono();
            self.work(now, &mut buffer);
            let wait = self.next(now).since(BootClock.mono()).min(LOOK);
            tokio::select! {
                () = any_readable(&self.cables) => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.changed() => break,
            }
        }
        // What is still on its way arrives nowhere.
        let now = BootClock.mono();
        self.cables.iter_mut().for_each(|cable| cable.close(now));
        self.tell_hurt();
        self.log.flush();
    }

    /// Everything that is due.
    fn work(&mut self, now: MonoTime, buffer: &mut [u8]) {
        while let Some(due) = self.script.pop_front_if(|due| due.at <= now) {
            self.act(now, due.bed, &due.act);
        }
        for ix in 0..self.cables.len() {
            if let Some(cable) = self.cables.get_mut(ix) {
                cable.take_in(now, &mut *self.device, buffer);
            }
            self.take_out(now);
        }
        if self.device.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            self.device.handle_timeout(now);
            self.take_out(now);
        }
        self.cables.iter_mut().for_each(|cable| cable.deliver(now));
        self.tell_hurt();
        self.log.flush();
    }

    /// Which messages did not come out unchanged goes to the log.
    fn tell_hurt(&mut self) {
        for cable in &mut self.cables {
            while let Some(message) = cable.poll_hurt() {
                self.log.hurt(self.names.first().map_or("", String::as_str), message);
            }
        }
    }

    fn act(&mut self, now: MonoTime, bed: Option<u16>, act: &Act) {
        tracing::info!(device = self.name(), bed, ?act, "script");
        match act {
            Act::Patient(act) => self.device.handle_patient_act_at(now, bed, act),
            Act::Device(act) => {
                self.device.handle_device_act(now, act);
                for cable in &mut self.cables {
                    cable.follow(now, &*self.device);
                }
            }
            Act::Line(act) => self.disturb(now, act),
        }
        self.take_out(now);
    }

    fn disturb(&mut self, now: MonoTime, act: &LineAct) {
        for cable in &mut self.cables {
            cable.disturb(now, act);
        }
    }

    /// What the device sends goes into the noise, and into the log.
    fn take_out(&mut self, now: MonoTime) {
        while let Some(outgoing) = self.device.poll_transmit() {
            let mut cables = self.cables.iter_mut();
            let cable = cables.find(|cable| cable.line() == outgoing.line);
            if !cable.is_some_and(|cable| cable.send(now, &outgoing)) {
                self.log.hurt(self.name(), outgoing.number);
            }
        }
        while let Some(sent) = self.device.poll_sent() {
            let name = self.names.get(usize::from(sent.device)).map_or("", String::as_str);
            self.log.sent(now, name, &sent);
        }
    }

    /// When something is due next.
    fn next(&self, now: MonoTime) -> MonoTime {
        let times =
            [self.device.poll_timeout().map(|due| due.at), self.script.front().map(|due| due.at)];
        let cables = self.cables.iter().map(Cable::next_at);
        times.into_iter().flatten().chain(cables).fold(now + LOOK, MonoTime::min)
    }
}

/// Waits until one of the cables may have something to read.
async fn any_readable(cables: &[Cable]) {
    let mut waits: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
    for cable in cables {
        waits.push(Box::pin(cable.readable()));
    }
    poll_fn(|context| {
        let is_ready = waits.iter_mut().any(|wait| wait.as_mut().poll(context).is_ready());
        if is_ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
