//! The ward grid and the bed view: paints a view, keeps the window's own state.
//!
//! Entry: [`Dashboard::ui`] with a [`ViewSource`]. One file a panel, each a function that takes a
//! place and a part of the view. Nothing is decided here: no rounding, no staleness, no limits; that
//! arrives in the view. No colour stands here, that is `vigie-ui-kit`'s; no sentence, that is
//! `vigie-words`'s.

mod about_ui;
mod alarms;
mod attention;
mod attention_ui;
mod bed_forms_ui;
mod bed_ui;
mod button;
mod calibrate_ui;
mod closing_ui;
mod copies_ui;
mod cover_ui;
mod dashboard;
mod desk;
mod devices;
mod devices_ui;
mod forms;
mod freeze_ui;
mod head_ui;
mod help_ui;
mod kept;
mod keymap;
mod layout;
mod legible;
mod limits_ui;
mod log;
mod log_ui;
mod map_ui;
mod menu_ui;
mod numbers;
mod options;
mod order;
mod page;
mod pages;
mod pages_ui;
mod people;
mod phrases;
mod pin_ui;
mod place_ui;
mod refused;
mod scores_ui;
pub mod setup;
mod sound_test_ui;
mod source;
mod strip_ui;
mod tile_ui;
mod top_bar_ui;
mod trend;
mod trend_ui;
mod wall;
mod wall_ui;
mod ward_ui;
mod wave_ui;

pub use about_ui::About;
pub use calibrate_ui::{Kept, ScreenSeen};
pub use copies_ui::RecordNote;
pub use dashboard::{Dashboard, Notice, NoticeText, Place, clear_color};
pub use desk::Request;
pub use forms::Panel;
pub use legible::{Legibility, Legible, WallLegible, legibility};
pub use log::{Log, LogPage, LogWanted, Untold};
pub use options::{VIEWING_DISTANCE_MM, ViewOptions};
pub use page::Page;
pub use pages::LAYOUTS;
pub use people::{PersonSeen, PinNews, PinWish};
pub use refused::NotDone;
pub use sound_test_ui::SoundTest;
pub use source::ViewSource;
pub use trend::{Trend, TrendMark, TrendView};
pub use vigie_ui_kit::{
    edid::Edid,
    scale::Gain,
    sight::ARC_MINUTES_MIN,
    sweep::{Motion, Speed},
    tokens::{Inks, Theme},
};
