//! TCP: to a device, and from devices.

use core::net::{SocketAddr, SocketAddrV4};
use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustix::io::Errno;
use socket2::{Socket, TcpKeepalive, Type};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::{MissedTickBehavior, interval, timeout},
};
use vigie_session::{Down, Line, Peer};

use crate::{
    Nic, What,
    allow::{Rule, peer_of},
    nic,
    stream::{self, down_of},
    task::{Backoff, End, FIRST_GENERATION, LOOK_PERIOD, PortTask, ended, pair},
};

/// Time for a device to accept.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Silence after which the other end is asked whether it is there; asked twice more.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(4);
const KEEPALIVE_PERIOD: Duration = Duration::from_secs(2);
const KEEPALIVE_RETRIES: u32 = 3;
/// What was sent and not acknowledged for so long closes the connection.
const UNANSWERED_MAX: Duration = Duration::from_secs(10);
/// Connections of one listener at a time: more than a session keeps (64, a ward and as many again), so
/// that it sees one come that is too many and closes the one that was silent longest. Refused here, idle
/// connections would lock out every sender that comes.
pub(crate) const CONNECTIONS_MAX: usize = 80;
/// Callers that wait at the door; beyond, they are let in a second or more later.
const BACKLOG: i32 = 128;
/// The first number of an accepted line.
pub(crate) const ACCEPTED_FIRST: u16 = 0x8000;

/// The numbers of accepted lines of one link: free again when their `Down` was heard.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Mutex<BTreeSet<u16>>);

impl Numbers {
    /// A number for a new line; `None` when there are too many.
    fn take(&self) -> Option<Line> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= CONNECTIONS_MAX {
            return None;
        }
        let number = (ACCEPTED_FIRST..=u16::MAX).find(|number| !taken.contains(number))?;
        taken.insert(number);
        Some(Line(number))
    }

    pub(crate) fn free(&self, line: Line) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&line.0);
    }
}

/// Keeps a connection to a device until the owner has enough; `is_lasting` says whether it is opened
/// again after it closed.
pub(crate) async fn keep(mut task: PortTask, nic: Nic, peer: SocketAddrV4, is_lasting: bool) {
    let mut backoff = Backoff::new();
    // A lasting line cannot be closed before it is open; one that a session opened can.
    let closable = if is_lasting { u64::MAX } else { FIRST_GENERATION };
    loop {
        let connecting = connect(&nic, peer, &task.roots);
        let mut wish = task.wish.clone();
        let connected = tokio::select! {
            connected = connecting => connected,
            _ = ended(&mut wish, closable) => return task.down(Down::Closed).await,
        };
        let was_good = match connected {
            Ok((mut stream, ends)) => {
                task.up(Some(ends)).await;
                let roots = task.roots.clone();
                let ran = stream::run(&mut task, &mut stream, || nic::look(&nic, &roots)).await;
                drop(stream);
                match ran.end {
                    End::Down(why) => task.down(why).await,
                    End::Closed => task.down(Down::Closed).await,
                    End::Finished => return task.down(Down::Closed).await,
                }
                ran.was_heard
            }
            Err((why, trouble)) => {
                task.trouble(trouble);
                if !is_lasting {
                    task.down(why).await;
                }
                false
            }
        };
        if !is_lasting || !task.pause(backoff.after(was_good)).await {
            return;
        }
    }
}

async fn connect(
    nic: &Nic,
    peer: SocketAddrV4,
    roots: &crate::Roots,
) -> Result<(TcpStream, Peer), (Down, String)> {
    peer_of(nic, SocketAddr::V4(peer)).map_err(|why| {
        let Nic { interface, address, prefix } = nic;
        (Down::Refused, format!("{peer} is no peer, {why}: {interface} is {address}/{prefix}; correct the line's address or the interface"))
    })?;
    if let Some(unfit) = nic::look(nic, roots) {
        return Err(unfit);
    }
    let refused = |text: String| (Down::Refused, text);
    let failed = |error: &io::Error| {
        let text = match Errno::from_io_error(error) {
            Some(Errno::CONNREFUSED) => format!(
                "{} answers that nothing listens on its TCP port {}: switch the device's data export on",
                peer.ip(),
                peer.port()
            ),
            Some(_) | None => nic::explain(nic, error, &format!("reach {peer}")),
        };
        (down_of(error), text)
    };
    let socket = nic::socket(nic, Type::STREAM).map_err(refused)?;
    settle(&socket)
        .and_then(|()| socket.bind(&SocketAddrV4::new(nic.address, 0).into()))
        .map_err(|error| failed(&error))?;
    let connecting = TcpSocket::from_std_stream(socket.into()).connect(SocketAddr::V4(peer));
    let stream = match timeout(CONNECT_PATIENCE, connecting).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(failed(&error)),
        Err(_) => {
            let text = format!(
                "{peer} does not answer within {} s: check that it is switched on and on this switch",
                CONNECT_PATIENCE.as_secs()
            );
            return Err((Down::Refused, text));
        }
    };
    let local = stream.local_addr().map_err(|error| failed(&error))?;
    Ok((stream, Peer { local, remote: SocketAddr::V4(peer), certificate: None }))
}

/// Sends at once, and notices when the other end is gone.
fn settle(socket: &Socket) -> io::Result<()> {
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_AFTER)
        .with_interval(KEEPALIVE_PERIOD)
        .with_retries(KEEPALIVE_RETRIES);
    socket.set_tcp_keepalive(&keepalive)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_user_timeout(Some(UNANSWERED_MAX))
}

/// Keeps listening until the owner has enough. What was accepted lives on its own.
pub(crate) async fn listen(mut task: PortTask, nic: Nic, port: u16, numbers: Arc<Numbers>) {
    loop {
        match open(&nic, port, &task.roots) {
            Ok(listener) => {
                task.up(None).await;
                match accept(&mut task, &nic, &listener, &numbers).await {
                    End::Down(why) => task.down(why).await,
                    End::Closed => task.down(Down::Closed).await,
                    End::Finished => return task.down(Down::Closed).await,
                }
            }
            Err(trouble) => task.trouble(trouble),
        }
        if !task.pause(LOOK_PERIOD).await {
            return;
        }
    }
}

fn open(nic: &Nic, port: u16, roots: &crate::Roots) -> Result<TcpListener, String> {
    if let Some((_, text)) = nic::look(nic, roots) {
        return Err(text);
    }
    let socket = nic::socket(nic, Type::STREAM)?;
    let listening = settle(&socket)
        .and_then(|()| socket.set_reuse_address(true))
        .and_then(|()| socket.bind(&SocketAddrV4::new(nic.address, port).into()))
        .and_then(|()| socket.listen(BACKLOG))
        .and_then(|()| TcpListener::from_std(socket.into()));
    listening.map_err(|error| nic::explain(nic, &error, &format!("listen on TCP port {port}")))
}

async fn accept(
    task: &mut PortTask,
    nic: &Nic,
    listener: &TcpListener,
    numbers: &Arc<Numbers>,
) -> End {
    let mut ticks = interval(LOOK_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => admit(task, nic, stream, from, numbers).await,
                Err(error) => {
                    // Too many open files, or a caller who hung up: the listener itself is well.
                    task.trouble(nic::explain(nic, &error, "accept a connection"));
                    if !task.pause(Duration::from_millis(100)).await {
                        break End::Finished;
                    }
                }
            },
            // A listener's line sends nothing: what waits in its queue is nothing.
            end = ended(&mut task.wish, task.generation) => break end,
            _ = ticks.tick() => if let Some((why, text)) = nic::look(nic, &task.roots) {
                task.trouble(text);
                break End::Down(why);
            },
        }
    }
}

async fn admit(
    task: &PortTask,
    nic: &Nic,
    mut stream: TcpStream,
    from: SocketAddr,
    numbers: &Arc<Numbers>,
) {
    let (Ok(remote), Ok(local)) = (peer_of(nic, from), stream.local_addr()) else {
        return task.shared.refuse();
    };
    let Some(line) = numbers.take() else {
        task.shared.refuse();
        return task.trouble(format!(
            "{CONNECTIONS_MAX} connections are open, {from} was refused: find out which device connects again and again"
        ));
    };
    task.shared.trouble(None);
    let what = format!("TCP from {remote}");
    let rule = Rule::One(Some(remote));
    let (handle, mut child) = pair(line, what, rule, false, &task.surroundings());
    child.opened();
    let (nic, roots) = (nic.clone(), task.roots.clone());
    let peer = Peer { local, remote: from, certificate: None };
    // The connection speaks only after it was announced.
    let (announce, announced) = tokio::sync::oneshot::channel::<()>();
    let handle = handle.with(async move {
        if announced.await.is_err() {
            return;
        }
        let ran = stream::run(&mut child, &mut stream, || nic::look(&nic, &roots)).await;
        drop(stream);
        match ran.end {
            End::Down(why) => child.down(why).await,
            End::Closed | End::Finished => child.down(Down::Closed).await,
        }
    });
    task.say_of(line, FIRST_GENERATION, What::Accepted { listener: task.line, peer }, handle).await;
    let _ = announce.send(());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded_and_used_again() {
        let numbers = Numbers::default();
        let taken: Vec<Line> = std::iter::from_fn(|| numbers.take()).collect();
        assert_eq!(taken.len(), CONNECTIONS_MAX);
        assert_eq!(taken.first(), Some(&Line(0x8000)));
        numbers.free(Line(0x8003));
        assert_eq!(numbers.take(), Some(Line(0x8003)));
        assert_eq!(numbers.take(), None);
    }
}
