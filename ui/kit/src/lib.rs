//! Tokens, widgets and the wave painter of the window.
//!
//! Widgets here know how something looks, not what it says: texts come ready from `vigie-words`,
//! facts from a view. Colours and sizes stand in [`tokens`] and nowhere else.

pub mod badge;
pub mod columns;
pub mod edid;
pub mod flash;
pub mod fonts;
pub mod mode_border;
pub mod numeric;
pub mod paper;
pub mod rows;
pub mod scale;
pub mod sight;
pub mod signs;
pub mod sweep;
pub mod text;
pub mod tokens;
