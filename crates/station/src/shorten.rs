//! A view with shorter traces, for a client that cannot be told a whole one in one frame.

use std::{sync::Arc, time::Duration};

use vigie_board::view::BoardView;

/// The same view with the last `kept` of each trace.
pub(crate) fn shortened(view: &BoardView, kept: Duration) -> BoardView {
    let mut short = view.clone();
    for tile in short.tiles.iter_mut().chain(&mut short.unassigned) {
        for wave in &mut Arc::make_mut(tile).waves {
            let Some(end) = wave.trace.last().map(|chunk| chunk.end()) else { continue };
            wave.trace.retain(|chunk| chunk.end() > end.before(kept));
        }
    }
    short
}
