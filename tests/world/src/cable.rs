//! One cable of the live world: noise in both directions, and what each end knows of the plug.

use core::net::SocketAddr;
use std::{collections::BTreeMap, time::Duration};

use vigie_intellivue::session::BEACON;
use vigie_model::{MonoTime, WallTime};
use vigie_session::{Down, Input, Line, Peer};
use vigie_sim_device::Device;
use vigie_sim_patient::noise::Noise;
use vigie_ward::Ward;

use crate::live::{LiveCable, OURS};

/// Who lost a connection tries again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// The first number of an accepted connection.
const ACCEPTED: u16 = 0x8000;

pub(crate) struct Cable {
    kind: LiveCable,
    /// As the device and the configuration number it.
    pub(crate) line: Line,
    /// Under which number the session hears what comes over it.
    pub(crate) spoken: Line,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) to_us: Noise,
    pub(crate) to_device: Noise,
    /// Numbers of the cable and of the device, of messages whose fate is not known yet.
    pub(crate) on_the_way: BTreeMap<u64, u64>,
    /// The cable as both ends see it.
    pub(crate) is_up: bool,
    /// The station listens here, and said so.
    listens: bool,
    /// A connection that ended is made again.
    again_at: MonoTime,
}

impl Cable {
    pub(crate) fn new(line: Line, kind: LiveCable, seed: u64) -> Cable {
        let address = match kind {
            LiveCable::Serial { .. } => None,
            LiveCable::Udp(address) | LiveCable::TcpTo(address) | LiveCable::TcpListen(address) => {
                Some(address)
            }
        };
        let spoken = match kind {
            LiveCable::TcpListen(_) => Line(ACCEPTED + line.0),
            LiveCable::Serial { .. } | LiveCable::Udp(_) | LiveCable::TcpTo(_) => line,
        };
        Cable {
            kind,
            line,
            spoken,
            address,
            to_us: Noise::new(seed, kind.carrier()),
            to_device: Noise::new(seed + 1, kind.carrier()),
            on_the_way: BTreeMap::new(),
            is_up: false,
            listens: false,
            again_at: MonoTime::START,
        }
    }

    /// From whom its datagrams are.
    pub(crate) fn from(&self) -> Option<SocketAddr> {
        self.address.filter(|_| matches!(self.kind, LiveCable::Udp(_)))
    }

    /// Whether nothing changes here by itself.
    pub(crate) fn is_settled(&self) -> bool {
        self.to_us.plugged_at().is_none() && self.is_up
    }

    /// When something happens here next.
    pub(crate) fn next_at(&self) -> Option<MonoTime> {
        let again = (!self.is_up && self.is_connection())
            .then(|| self.to_us.plugged_at().map_or(self.again_at, |at| at.max(self.again_at)));
        [self.to_us.next_at(), self.to_device.next_at(), again].into_iter().flatten().min()
    }

    fn is_connection(&self) -> bool {
        matches!(self.kind, LiveCable::TcpTo(_) | LiveCable::TcpListen(_))
    }

    /// Either end closes a connection.
    pub(crate) fn hang_up(&mut self, now: MonoTime) {
        self.to_us.close(now);
        self.to_device.close(now);
        self.again_at = now + AGAIN;
    }

    /// Tells both ends of a plug or a connection that came or went.
    pub(crate) fn plug(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        ward: &mut Ward,
        ix: usize,
        device: &mut dyn Device,
    ) {
        if let LiveCable::TcpListen(_) = self.kind
            && !self.listens
        {
            self.listens = true;
            ward.handle_input(now, wall, ix, Input::Up { line: self.line, peer: None });
        }
        if self.to_us.poll_end() | self.to_device.poll_end() {
            self.hang_up(now);
        }
        let is_up = match self.kind {
            LiveCable::Serial { .. } => self.to_us.is_plugged(),
            // A network card does not notice that the monitor's cable was pulled.
            LiveCable::Udp(_) => true,
            LiveCable::TcpTo(_) | LiveCable::TcpListen(_) => {
                self.to_us.is_plugged() && self.again_at <= now
            }
        };
        if is_up == self.is_up {
            return;
        }
        self.is_up = is_up;
        let line = self.spoken;
        let peer = self.address.map(|remote| Peer { local: OURS, remote, certificate: None });
        let input = match (self.kind, is_up, &peer) {
            (LiveCable::TcpListen(_), true, Some(peer)) => {
                Input::Accepted { listener: self.line, line, peer }
            }
            (LiveCable::TcpTo(_), true, peer) => Input::Up { line, peer: peer.as_ref() },
            (_, true, _) => Input::Up { line, peer: None },
            (LiveCable::TcpTo(_) | LiveCable::TcpListen(_), false, _) => {
                Input::Down { line, why: Down::Closed }
            }
            (_, false, _) => Input::Down { line, why: Down::Unplugged },
        };
        ward.handle_input(now, wall, ix, input);
        match is_up {
            true => device.handle_up(now, self.line),
            false => device.handle_down(now, self.line),
        }
        if is_up && matches!(self.kind, LiveCable::Udp(_)) {
            ward.handle_input(now, wall, ix, Input::Up { line: BEACON, peer: None });
        }
    }
}
