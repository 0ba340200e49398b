//! UDP: to one device, to any device of the subnet, from groups.
//!
//! | Kind | Bound to | Hears | Sends to |
//! | --- | --- | --- | --- |
//! | to one | our address, own port; connected | that device's port | that device's port |
//! | subnet | our address, own port | devices of the subnet | devices of the subnet |
//! | group | any address, the port | devices of the subnet | nobody |
//!
//! A group's socket is bound to any address, since Linux hands broadcasts to no socket that is bound
//! to one of ours; the interface it is bound to and the filter on the sender keep others out. An
//! ICMP error closes nothing: UDP has no connection that could close.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::{io, time::Duration};

use rustix::io::Errno;
use socket2::Type;
use tokio::{
    net::UdpSocket,
    time::{MissedTickBehavior, interval, timeout},
};
use vigie_clock::BootClock;
use vigie_model::Clock;
use vigie_session::{Down, Peer};

use crate::{
    Nic,
    allow::peer_of,
    nic,
    task::{Do, End, LOOK_PERIOD, PortTask, ended, next_command, waiting_command},
};

/// The largest datagram (RFC 768).
const DATAGRAM_BYTES_MAX: usize = 65_535;
/// What the kernel keeps while we are busy: seconds of a ward, if the system allows it.
const KERNEL_BYTES: usize = 1024 * 1024;
/// A datagram that the kernel does not take for so long is dropped.
const SEND_PATIENCE: Duration = Duration::from_millis(200);
/// Pause before a port that is not fit is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Which kind of UDP port.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    To(SocketAddrV4),
    Subnet,
    Group { port: u16, group: Option<Ipv4Addr> },
}

/// An open socket, and where its datagrams are addressed, for captures.
struct Open {
    socket: UdpSocket,
    local: SocketAddrV4,
}

/// Keeps the port open until the owner has enough.
pub(crate) async fn keep(mut task: PortTask, nic: Nic, kind: Kind) {
    loop {
        match open(&nic, &kind, &task) {
            Ok(open) => {
                let peer = match kind {
                    Kind::To(remote) => Some(Peer {
                        local: open.local.into(),
                        remote: remote.into(),
                        certificate: None,
                    }),
                    Kind::Subnet | Kind::Group { .. } => None,
                };
                task.up(peer).await;
                let end = run(&mut task, &nic, &kind, &open).await;
                match end {
                    End::Down(why) => task.down(why).await,
                    End::Closed => task.down(Down::Closed).await,
                    End::Finished => return task.down(Down::Closed).await,
                }
            }
            Err(trouble) => task.trouble(trouble),
        }
        if !task.pause(RETRY).await {
            return;
        }
    }
}

fn open(nic: &Nic, kind: &Kind, task: &PortTask) -> Result<Open, String> {
    if let Some((_, text)) = nic::look(nic, &task.roots) {
        return Err(text);
    }
    let socket = nic::socket(nic, Type::DGRAM)?;
    let explain = |error: &io::Error, doing: &str| nic::explain(nic, error, doing);
    // The system may allow less; then a burst may be lost, and the session says so.
    let _ = socket.set_recv_buffer_size(KERNEL_BYTES);
    let bind = |address: SocketAddrV4| {
        let doing = format!("listen on UDP port {}", address.port());
        socket.bind(&address.into()).map_err(|error| explain(&error, &doing))
    };
    let local = match kind {
        Kind::To(peer) => {
            let remote = SocketAddr::V4(*peer);
            peer_of(nic, remote).map_err(|why| {
                let Nic { interface, address, prefix } = nic;
                format!("{peer} is no peer, {why}: {interface} is {address}/{prefix}; correct the line's address or the interface")
            })?;
            bind(SocketAddrV4::new(nic.address, 0))?;
            socket
                .connect(&remote.into())
                .map_err(|error| explain(&error, &format!("reach {peer}")))?;
            None
        }
        Kind::Subnet => {
            bind(SocketAddrV4::new(nic.address, 0))?;
            None
        }
        Kind::Group { port, group } => {
            socket
                .set_reuse_address(true)
                .and_then(|()| socket.set_multicast_all_v4(false))
                .map_err(|error| explain(&error, "share the port"))?;
            bind(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, *port))?;
            if let Some(group) = group {
                socket.join_multicast_v4(group, &nic.address).map_err(|error| {
                    explain(&error, &format!("join the multicast group {group}"))
                })?;
            }
            let addressed = group.or(nic.broadcast()).unwrap_or(Ipv4Addr::BROADCAST);
            Some(SocketAddrV4::new(addressed, *port))
        }
    };
    let socket =
        UdpSocket::from_std(socket.into()).map_err(|error| explain(&error, "use a socket"))?;
    let local = match (local, socket.local_addr()) {
        (Some(local), _) | (None, Ok(SocketAddr::V4(local))) => local,
        (None, Ok(SocketAddr::V6(_)) | Err(_)) => SocketAddrV4::new(nic.address, 0),
    };
    Ok(Open { socket, local })
}

/// Moves datagrams until the interface is not fit any more or the owner wants the port closed.
async fn run(task: &mut PortTask, nic: &Nic, kind: &Kind, open: &Open) -> End {
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    let mut ticks = interval(LOOK_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            received = open.socket.recv_from(&mut buffer) => match received {
                Ok((count, from)) => {
                    let bytes = buffer.get(..count).unwrap_or_default();
                    match peer_of(nic, from) {
                        Ok(from) => task.heard_from(from, open.local, bytes).await,
                        Err(_) => task.shared.refuse(),
                    }
                }
                Err(error) => if let Some(end) = failed(task, nic, kind, &error, "receive") {
                    break end;
                },
            },
            what = next_command(&mut task.commands, &task.shared, task.generation) => {
                if let Some(end) = act(task, nic, kind, open, what).await {
                    break end;
                }
            }
            end = ended(&mut task.wish, task.generation) => {
                while let Some(what) =
                    waiting_command(&mut task.commands, &task.shared, task.generation)
                {
                    if act(task, nic, kind, open, what).await.is_some() {
                        break;
                    }
                }
                break end;
            }
            _ = ticks.tick() => if let Some((why, text)) = nic::look(nic, &task.roots) {
                task.trouble(text);
                break End::Down(why);
            },
        }
    }
}

/// Sends a datagram. That it may be sent was decided when it entered the queue.
async fn act(task: &PortTask, nic: &Nic, kind: &Kind, open: &Open, what: Do) -> Option<End> {
    // A socket has no modem pins.
    let Do::Send { to, bytes } = what else { return None };
    let (to, sending) = match (kind, to) {
        (Kind::To(peer), _) => (*peer, timeout(SEND_PATIENCE, open.socket.send(&bytes)).await),
        (Kind::Subnet, Some(to)) => {
            (to, timeout(SEND_PATIENCE, open.socket.send_to(&bytes, SocketAddr::V4(to))).await)
        }
        (Kind::Subnet, None) | (Kind::Group { .. }, _) => {
            task.shared.refuse();
            return None;
        }
    };
    match sending {
        Ok(Ok(count)) => {
            task.count_sent(count);
            if let Some(tap) = &task.tap {
                tap.datagram(BootClock.wall(), open.local, to, &bytes);
            }
            None
        }
        Ok(Err(error)) => failed(task, nic, kind, &error, &format!("send to {to}")),
        Err(_) => {
            let mut state = task.shared.lock();
            state.status.refused += 1;
            state.dropped += 1;
            None
        }
    }
}

/// What an error means: an end, or a text.
fn failed(task: &PortTask, nic: &Nic, kind: &Kind, error: &io::Error, doing: &str) -> Option<End> {
    match (Errno::from_io_error(error), kind) {
        (Some(Errno::CONNREFUSED), Kind::To(peer)) => {
            task.trouble(format!(
                "{} answers that nothing listens on its UDP port {}: switch the device's data export on",
                peer.ip(),
                peer.port()
            ));
            None
        }
        (Some(Errno::CONNREFUSED), Kind::Subnet | Kind::Group { .. }) => None,
        (Some(Errno::NETDOWN | Errno::NODEV | Errno::NXIO), _) => {
            task.trouble(nic::explain(nic, error, doing));
            Some(End::Down(Down::Unplugged))
        }
        (Some(_) | None, _) => {
            task.trouble(nic::explain(nic, error, doing));
            None
        }
    }
}
