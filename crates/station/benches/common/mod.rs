//! What the benches of the station share.

pub mod costs;
pub mod heard;
pub mod screen;
pub mod storm;
pub mod table;
pub mod ward;
