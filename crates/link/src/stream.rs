//! Bytes both ways on an open stream: serial, TCP, Unix.

use std::{future::poll_fn, io, pin::Pin, task::Poll};

use bytes::{Buf, Bytes};
use rustix::io::Errno;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use vigie_clock::BootClock;
use vigie_model::Clock;
use vigie_session::Down;

use crate::task::{
    CLOSE_PATIENCE, Do, End, LOOK_PERIOD, PortTask, ended, next_command, waiting_command,
};

/// Bytes that are read at once: more than a second of the fastest serial line.
const READ_BYTES_MAX: usize = 16 * 1024;

/// What runs over [`run`].
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// Sets the modem control pins, where there are any.
    fn set_pins(&mut self, dtr: bool, rts: bool);
    /// Bytes that the kernel has not passed on yet.
    fn unsent(&self) -> usize;
    /// Tells the other end that nothing follows.
    fn finish(&mut self) -> impl Future<Output = ()> + Send;
}

impl Stream for tokio::net::TcpStream {
    fn set_pins(&mut self, _dtr: bool, _rts: bool) {}

    /// The kernel goes on sending after the socket is closed.
    fn unsent(&self) -> usize {
        0
    }

    async fn finish(&mut self) {
        let _ = self.shutdown().await;
    }
}

impl Stream for tokio::net::UnixStream {
    fn set_pins(&mut self, _dtr: bool, _rts: bool) {}

    fn unsent(&self) -> usize {
        0
    }

    async fn finish(&mut self) {
        let _ = self.shutdown().await;
    }
}

/// How a stream ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ran {
    pub(crate) end: End,
    /// Whether anything arrived.
    pub(crate) was_heard: bool,
}

/// Moves bytes until the stream closes or the owner wants it closed. `look` is asked twice a second
/// whether what the port rests on is still there; its text becomes the port's trouble.
pub(crate) async fn run<S: Stream>(
    task: &mut PortTask,
    stream: &mut S,
    mut look: impl FnMut() -> Option<(Down, String)>,
) -> Ran {
    let mut buffer = vec![0; READ_BYTES_MAX];
    let mut out: Option<Bytes> = None;
    let mut was_heard = false;
    let mut ticks = interval(LOOK_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end = loop {
        tokio::select! {
            turn = turn(stream, &mut buffer, out.as_ref()) => match turn {
                Turn::Read(Ok(0)) => break closed(task, Down::Closed, "the other end closed it"),
                Turn::Read(Ok(count)) => {
                    was_heard = true;
                    task.heard(buffer.get(..count).unwrap_or_default()).await;
                }
                Turn::Wrote(Ok(0)) => break closed(task, Down::Closed, "it takes no bytes any more"),
                Turn::Wrote(Ok(count)) => wrote(task, &mut out, count),
                Turn::Read(Err(error)) | Turn::Wrote(Err(error)) => {
                    break closed(task, down_of(&error), &error.to_string());
                }
            },
            what = next_command(&mut task.commands, &task.shared, task.generation),
                if out.is_none() => match what {
                Do::Send { bytes, .. } => out = Some(bytes).filter(|bytes| !bytes.is_empty()),
                Do::Pins { dtr, rts } => stream.set_pins(dtr, rts),
            },
            end = ended(&mut task.wish, task.generation) => {
                drain(task, stream, out.take(), end).await;
                break end;
            }
            _ = ticks.tick() => if let Some((why, text)) = look() {
                task.trouble(text);
                break End::Down(why);
            },
        }
    };
    Ran { end, was_heard }
}

fn closed(task: &PortTask, why: Down, text: &str) -> End {
    let what = task.shared.lock().status.what.clone();
    let remedy = match why {
        Down::Unplugged => "plug it in again",
        Down::Closed | Down::Refused | Down::Tls => "it is tried again",
    };
    task.trouble(format!("{what}: {text}; {remedy}"));
    End::Down(why)
}

fn wrote(task: &PortTask, out: &mut Option<Bytes>, count: usize) {
    let Some(bytes) = out else { return };
    if let Some(tap) = &task.tap {
        let left = bytes.slice(..count.min(bytes.len()));
        tap.stream(task.line, BootClock.wall(), true, &left);
    }
    task.count_sent(count);
    bytes.advance(count.min(bytes.len()));
    if bytes.is_empty() {
        *out = None;
    }
}

/// Sends what waits, for as long as the kind of end allows; a [`End::Finished`] is bounded by the
/// owner, who then drops the task.
async fn drain<S: Stream>(task: &mut PortTask, stream: &mut S, mut out: Option<Bytes>, end: End) {
    let all = async {
        loop {
            while let Some(bytes) = &out {
                match poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, bytes)).await {
                    Ok(count) if count > 0 => wrote(task, &mut out, count),
                    Ok(_) | Err(_) => return,
                }
            }
            match waiting_command(&mut task.commands, &task.shared, task.generation) {
                Some(Do::Send { bytes, .. }) => out = Some(bytes).filter(|bytes| !bytes.is_empty()),
                Some(Do::Pins { dtr, rts }) => stream.set_pins(dtr, rts),
                None => break,
            }
        }
        while stream.unsent() > 0 {
            sleep(std::time::Duration::from_millis(5)).await;
        }
        stream.finish().await;
    };
    match end {
        End::Finished => all.await,
        End::Closed | End::Down(_) => {
            let _ = timeout(CLOSE_PATIENCE, all).await;
        }
    }
}

/// One step of a stream.
enum Turn {
    Read(io::Result<usize>),
    Wrote(io::Result<usize>),
}

/// Reads or writes, whichever comes first. Cancel-safe: a step that was taken is told at once.
async fn turn<S: Stream>(stream: &mut S, buffer: &mut [u8], out: Option<&Bytes>) -> Turn {
    poll_fn(|cx| {
        if let Some(bytes) = out
            && let Poll::Ready(wrote) = Pin::new(&mut *stream).poll_write(cx, bytes)
        {
            return Poll::Ready(Turn::Wrote(wrote));
        }
        let mut into = ReadBuf::new(buffer);
        match Pin::new(&mut *stream).poll_read(cx, &mut into) {
            Poll::Ready(Ok(())) => Poll::Ready(Turn::Read(Ok(into.filled().len()))),
            Poll::Ready(Err(error)) => Poll::Ready(Turn::Read(Err(error))),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// What an error on an open line means.
pub(crate) fn down_of(error: &io::Error) -> Down {
    match Errno::from_io_error(error) {
        // What a tty says whose device is gone: on read, on a control call, on write.
        Some(Errno::IO | Errno::NODEV | Errno::NXIO | Errno::NETDOWN) => Down::Unplugged,
        Some(Errno::CONNREFUSED | Errno::ACCESS | Errno::PERM) => Down::Refused,
        Some(_) | None => Down::Closed,
    }
}

#[cfg(test)]
mod tests;
