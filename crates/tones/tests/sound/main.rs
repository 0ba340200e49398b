//! The sound of alarms, heard: `measure` listens, `pcm` measures bursts, `rules` what sounds when.

#![allow(clippy::expect_used)]

mod measure;
mod pcm;
mod rules;
