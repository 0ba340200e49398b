//! Fonts and the dark look, installed once.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily, FontId, Theme, Visuals};

use crate::tokens;

/// Which face a text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Labels, units, ages.
    Plain,
    /// Bed labels, alarm texts, mode words.
    Strong,
    /// Numbers.
    Digits,
}

const FILES: [(Face, &str, &[u8]); 3] = [
    (Face::Plain, "vigie-plain", include_bytes!("../assets/RobotoCondensed-Regular.ttf")),
    (Face::Strong, "vigie-strong", include_bytes!("../assets/RobotoCondensed-Bold.ttf")),
    (Face::Digits, "vigie-digits", include_bytes!("../assets/RobotoCondensed-Medium.ttf")),
];

impl Face {
    /// The font of this face at a size in points.
    pub fn id(self, size: f32) -> FontId {
        FontId::new(size, self.family())
    }

    fn family(self) -> FontFamily {
        match self {
            Face::Plain => FontFamily::Proportional,
            Face::Strong => FontFamily::Name("vigie-strong".into()),
            Face::Digits => FontFamily::Name("vigie-digits".into()),
        }
    }
}

/// Installs fonts and the dark look. Call once, before the first frame; text is painted with the
/// new fonts from the frame after the one in which it is called.
pub fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (face, name, bytes) in FILES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut chain = vec![name.to_owned()];
        // A sign that only the plain cut has still beats a foreign face.
        if face != Face::Plain {
            chain.push("vigie-plain".to_owned());
        }
        chain.extend(fallback.iter().cloned());
        fonts.families.insert(face.family(), chain);
    }
    ctx.set_fonts(fonts);
    ctx.set_theme(Theme::Dark);
    let mut visuals = Visuals::dark();
    visuals.panel_fill = tokens::TILE;
    // Of the toolkit's own widgets only the field for initials is used, which brings its own ink.
    let palette = tokens::Theme::DAY.palette();
    visuals.window_fill = palette.bar;
    visuals.extreme_bg_color = tokens::TILE;
    visuals.override_text_color = Some(palette.text);
    ctx.set_visuals(visuals);
}
