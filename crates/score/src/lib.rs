//! Scores, limits and the last hour: arithmetic on what others measured and entered.
//!
//! It has no clock, no file and no state but the minutes it is asked to keep; it says no sentence and
//! makes no sound. **A score is not an alarm**, and neither is a change of the last hour: nothing here
//! has a priority. What is missing is never made up: a score without all of its parts has no total.
//!
//! | Module | Duty |
//! | --- | --- |
//! | [`news2`] | National Early Warning Score 2, exactly as published |
//! | [`qsofa`] | quick SOFA |
//! | [`pews`] | Bedside PEWS and charts like it, from a file that is checked when it is read |
//! | [`hour`] | what the last hour changed against the patient's own baseline |
//! | [`limits`] | default watch limits, "tighten around now", plausible spans |
//!
//! All measured values are in the unit of the nomenclature (`/min`, `%`, `mm[Hg]`, `Cel`): whoever
//! calls converts. A value outside the plausible span of its nomenclature row counts as missing.
//! Sources, rounding and methods are told to people in `docs/scores.md`.

pub mod hour;
mod input;
pub mod limits;
pub mod news2;
pub mod pews;
pub mod qsofa;

pub use input::Missing;
