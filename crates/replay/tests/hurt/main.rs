//! Hurt recordings: what is played of them, when, and what is said about the rest.
//!
//! All bytes are made here, from the real recordings and by our own emitters.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod captures;
mod damage;
mod kit;
mod times;
