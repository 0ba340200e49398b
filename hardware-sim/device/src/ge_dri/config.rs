//! What a simulated monitor is set up with.

/// How a simulated monitor is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonitorConfig {
    /// Number of the bed, from 1.
    pub bed: u16,
    /// Which patient.
    pub seed: u64,
    /// Bits a second of the line: 19,200 or 115,200.
    pub baud: u32,
    /// Edition of the record specification that it follows; 10 is '09.
    pub level: u8,
    /// Sends alarm records when asked, as only CARESCAPE monitors do.
    pub has_alarms: bool,
    /// A case is open: without one there are no trends.
    pub has_case: bool,
    /// Seconds since 1970 that its clock shows when it is switched on.
    pub clock: u32,
}

impl MonitorConfig {
    /// A CARESCAPE monitor, in the morning of 2026-01-01.
    pub const fn new(bed: u16, seed: u64, baud: u32) -> MonitorConfig {
        let clock = 1_767_268_800;
        MonitorConfig { bed, seed, baud, level: 10, has_alarms: true, has_case: true, clock }
    }
}
