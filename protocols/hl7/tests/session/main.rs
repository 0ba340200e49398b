//! Both sessions: fixtures to events, scripts, the testkit, any bytes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod any_bytes;
mod common;
mod golden;
mod script;
