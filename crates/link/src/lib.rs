//! Serial ports and sockets: the only library of the station that opens them.
//!
//! [`Link::open`] opens the ports of one configured line and keeps them open: what closes is opened
//! again. [`Link::next`] says what happened, [`Link::send`] takes what a session wants to send, and
//! refuses every peer that the configuration does not allow. What the bytes mean is the session's
//! work; nothing here looks at them.
//!
//! | Module | Duty |
//! | --- | --- |
//! | `link` | the ports of one line together |
//! | `task` | the frame around a port's task: queue, generations, events |
//! | `allow` | who is a peer |
//! | `serial`, `names`, `holder` | serial ports, names that outlive unplugging, who holds a port |
//! | `nic`, `udp`, `tcp` | the interface under a socket, and the sockets |
//! | `stream`, `unix` | bytes both ways on an open stream |
//! | [`capture`] | everything that moved, for engineers |
//!
//! | Bound | What happens beyond it |
//! | --- | --- |
//! | 256 events not yet heard | streams wait in the kernel, datagrams are dropped by it |
//! | 256 transmits or 256 KiB waiting on a port | the newest is dropped and counted, with a trouble text |
//! | 64 accepted connections | the next is closed and counted |
//! | 64 lines opened by a session | the next is refused |
//! | 8 MiB waiting for a capture's disk | left out and counted |
//!
//! Nothing leaves the interface's subnet, and IPv6 is never used.

pub mod capture;

mod allow;
mod config;
mod event;
mod holder;
mod link;
mod names;
mod nature;
mod nic;
mod peer;
mod roots;
mod serial;
mod status;
mod stream;
mod task;
mod tcp;
mod udp;
mod unix;

pub use config::{LinkConfig, Nic, Port, SerialName};
pub use event::{LinkEvent, What};
pub use link::Link;
pub use names::{SerialInfo, resolve, serial_ports, serial_ports_in};
pub use nature::{Nature, nature};
pub use peer::peer_uid;
pub use roots::Roots;
pub use status::PortStatus;
