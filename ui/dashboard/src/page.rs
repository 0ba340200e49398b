//! What the main area shows.

/// One at a time, and never more than the main area: the bar, the strip and the attention column stay
/// where they are, so that no page covers an alarm. Under a page no bed is open: no answer goes to what
/// nobody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The ward, or the bed that is open.
    #[default]
    Beds,
    /// The alarm log.
    Log,
    /// The test of the sound.
    SoundTest,
    /// The copies of the record.
    Copies,
    /// Set-up: the first start, or what can be changed afterwards.
    Setup,
    /// Where beds lie in the unit.
    Map,
    /// Whether the window is to be closed.
    Closing,
    /// Somebody comes in by PIN.
    Pin,
    /// How large the millimetres of the screen are.
    Calibrate,
    /// Keys, and what this program is not.
    Help,
    /// Everything that can be done, as buttons.
    Menu,
    /// What this program is and is not.
    About,
}
