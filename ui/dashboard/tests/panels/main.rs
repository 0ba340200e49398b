//! What the window shows and what is asked of it, panel by panel, as labels and as painted shapes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod asked;
mod attention;
mod common;
mod enlarged;
mod families;
mod flash;
mod forms;
mod kept;
mod keys;
mod labels;
mod layouts;
mod map;
mod measure;
mod overlap;
mod people;
mod reach;
mod setup;
mod setup_people;
mod setup_shown;
mod several;
mod snapshots;
mod units;
mod ventilator;
mod wall;
mod waves;
mod windows;
