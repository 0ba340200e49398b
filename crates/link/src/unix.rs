//! Unix sockets to something on this PC: simulators, gateways.

use std::{io, path::PathBuf};

use rustix::io::Errno;
use tokio::net::UnixStream;
use vigie_session::Down;

use crate::{
    stream,
    task::{Backoff, End, PortTask},
};

/// Keeps a connection until the owner has enough.
pub(crate) async fn keep(mut task: PortTask, path: PathBuf) {
    let mut backoff = Backoff::new();
    loop {
        let was_good = match UnixStream::connect(&path).await {
            Ok(mut stream) => {
                task.up(None).await;
                let ran = stream::run(&mut task, &mut stream, || None).await;
                drop(stream);
                match ran.end {
                    End::Down(why) => task.down(why).await,
                    End::Closed => task.down(Down::Closed).await,
                    End::Finished => return task.down(Down::Closed).await,
                }
                ran.was_heard
            }
            Err(error) => {
                task.trouble(explain(&path, &error));
                false
            }
        };
        if !task.pause(backoff.after(was_good)).await {
            return;
        }
    }
}

fn explain(path: &std::path::Path, error: &io::Error) -> String {
    let place = path.display();
    match Errno::from_io_error(error) {
        Some(Errno::NOENT) => {
            format!("{place} does not exist: start the program that makes it, or correct the path")
        }
        Some(Errno::CONNREFUSED) => {
            format!("nobody listens on {place}: start the program that makes it")
        }
        Some(Errno::ACCESS | Errno::PERM) => {
            format!("this user may not open {place}: change its owner or permissions")
        }
        Some(_) | None => format!("{place} cannot be opened: {error}; it is tried again"),
    }
}
