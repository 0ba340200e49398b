//! What the benches of the station share.

pub mod costs;
pub mod ward;
