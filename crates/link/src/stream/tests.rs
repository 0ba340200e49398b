//! Streams that misbehave as adapters do.

use std::task::Context;

use tokio::sync::mpsc;
use vigie_session::Line;

use super::*;
use crate::{
    Roots, What,
    allow::Rule,
    task::{Command, Handle, Packet, Surroundings, pair},
};

/// An adapter that takes a byte at a time, and reads nothing, or the end, for ever.
struct Adapter {
    taken: Vec<u8>,
    is_pulled: bool,
}

impl AsyncRead for Adapter {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_pulled { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

impl AsyncWrite for Adapter {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(first) = bytes.first() else { return Poll::Ready(Ok(0)) };
        self.taken.push(*first);
        Poll::Ready(Ok(1))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Stream for Adapter {
    fn set_pins(&mut self, _dtr: bool, _rts: bool) {}

    fn unsent(&self) -> usize {
        0
    }

    async fn finish(&mut self) {}
}

fn opened() -> (Handle, PortTask, mpsc::Receiver<Packet>) {
    let (events, heard) = mpsc::channel(8);
    let surroundings = Surroundings { events, tap: None, roots: Roots::default() };
    let (handle, mut task) =
        pair(Line::MAIN, "an adapter".to_owned(), Rule::One(None), true, &surroundings);
    task.opened();
    (handle, task, heard)
}

fn queue(handle: &Handle, generation: u64, bytes: &'static [u8]) {
    let what = Do::Send { to: None, bytes: Bytes::from_static(bytes) };
    handle.commands.try_send(Command { generation, what }).expect("room");
}

#[tokio::test]
async fn a_read_of_nothing_ends_the_line_at_once() {
    let (_handle, mut task, mut heard) = opened();
    let mut adapter = Adapter { taken: Vec::new(), is_pulled: true };
    let ran = run(&mut task, &mut adapter, || None).await;
    assert_eq!(ran.end, End::Down(Down::Closed));
    assert!(!ran.was_heard);
    task.down(Down::Unplugged).await;
    let told = heard.recv().await.expect("an event").event.what;
    assert!(matches!(told, What::Down(Down::Unplugged)), "{told:?}");
}

#[tokio::test]
async fn partial_writes_are_gone_on_with_and_old_transmits_left_out() {
    let (handle, mut task, _heard) = opened();
    let mut adapter = Adapter { taken: Vec::new(), is_pulled: false };
    queue(&handle, 0, b"of the conversation before");
    queue(&handle, 1, b"one ");
    queue(&handle, 1, b"two");
    handle.wish.send(crate::task::Wish::Close(1)).expect("a task");
    let ran = run(&mut task, &mut adapter, || None).await;
    assert_eq!(ran.end, End::Closed);
    assert_eq!(adapter.taken, b"one two");
    assert_eq!(task.shared.report().sent, 7);
}

#[test]
fn what_a_gone_device_says_is_unplugged() {
    for (number, why) in [
        (Errno::IO, Down::Unplugged),
        (Errno::NODEV, Down::Unplugged),
        (Errno::NXIO, Down::Unplugged),
        (Errno::CONNREFUSED, Down::Refused),
        (Errno::CONNRESET, Down::Closed),
    ] {
        assert_eq!(down_of(&io::Error::from(number)), why, "{number}");
    }
}
