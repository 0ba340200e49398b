//! GE / Datex-Ohmeda S/5 DRI, the "computer interface" of AS/3, CS/3, S/5, B-series and CARESCAPE
//! monitors: wire format, meaning, session.
//!
//! The monitor sends what it was asked to send, over a serial line of 19,200 or 115,200 baud, 8 data
//! bits, even parity, 1 stop bit. There is no login, acknowledgement, keep-alive or sequence recovery,
//! and the checksum is a sum of eight bits. What we send stands in `docs/sent.md`: requests for
//! records, and their ends.
//!
//! | Module | Duty |
//! | --- | --- |
//! | [`wire`] | frames, records, subrecords, requests |
//! | [`map`] | fields and waves to MDC, unit, label |
//! | [`session`] | asks again what falls silent; gates every group by its status; says what was heard |

pub mod map;
pub mod session;
pub mod wire;

pub use session::GeDriFactory;
