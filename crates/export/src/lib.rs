//! The record in formats of others.

/// CSV files: one for numbers, waves, alarms, log and gaps each.
pub mod csv {}
