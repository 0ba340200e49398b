//! The device's end of HL7 v2 over MLLP: a gateway with several beds, and a Mindray monitor with PDS.
//!
//! Messages are built from published samples of such devices (IHE PCD-01 and PCD-04 of Mindray's
//! eGateway; PDS as read from a BeneView T8), byte by byte here and not with the parser's own words, so
//! that both ends cannot share a misreading.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`gateway`] | connects to a listener and pushes numbers, alarms and waves of its beds |
//! | [`pds`] | waits for a client, tells its configuration, answers queries |
//! | `body` | a patient in whole seconds |
//! | `table` | codes, units and texts of both |
//! | `text` | times and frames |
//! | `zmw` | Mindray's wave segment |
//!
//! Not simulated: closing a connection from the device's side. A monitor that hangs up after 10 s falls
//! silent instead.

mod body;
pub mod gateway;
pub mod pds;
mod table;
mod text;
mod zmw;

pub use gateway::{Gateway, GatewayConfig};
pub use pds::{PdsConfig, PdsMonitor};
