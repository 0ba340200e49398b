//! Where views come from.

use std::sync::Arc;

use vigie_board::view::BoardView;
use vigie_model::MonoTime;

/// Hands out what is true now. One maker is in the process itself, another reads the station's
/// socket.
pub trait ViewSource {
    /// The newest view.
    fn view(&self) -> Arc<BoardView>;
    /// Now, by the clock that the view's times are of.
    fn now(&self) -> MonoTime;
}
