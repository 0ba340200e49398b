//! From codes of makers to MDC, units and words: tables, and a source for every row.
//!
//! | Module | Codes |
//! | --- | --- |
//! | [`codes`] | OBX-3: MDC by name before number, MDIL, Nihon Kohden, Mindray's own |
//! | [`units`] | OBX-6 |
//! | [`alerts`] | facets, phases and priorities of PCD-04; MDIL alarms |
//! | [`pds`] | ids of Mindray's PDS: numbers, waves, alarms |

pub mod alerts;
pub mod codes;
pub mod pds;
pub mod units;
