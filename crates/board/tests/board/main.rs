//! The board, hour by hour on a virtual clock: one file for each thing that it decides.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alarms;
mod answers;
mod attention;
mod audio;
mod beds;
mod common;
mod entered;
mod hands;
mod histories;
mod limits;
mod marks;
mod model;
mod paths;
mod plausible;
mod restart;
mod restart_ends;
mod scores;
mod several;
mod several_alarms;
mod several_places;
mod silence;
mod standby;
mod storm;
mod view;
mod ward;
mod waves;
