//! The wire format against recorded bytes, against the vectors of its description, and against
//! bytes that nobody should send.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod any_bytes;
mod captures;
mod damage;
mod recorded;
mod vectors;
