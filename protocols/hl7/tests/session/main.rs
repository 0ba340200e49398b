//! Both sessions: fixtures to events, scripts, the testkit, any bytes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alarms;
mod any_bytes;
mod common;
mod golden;
mod script;
mod senders;
mod values;
