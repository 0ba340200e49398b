#![allow(clippy::all)]
#[path = "../tests/common/mod.rs"]
mod common;
use eframe::egui;
use std::time::{Duration, Instant};
fn main() {
    let count: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut source = common::fixed(common::ward(vigie_model::StationMode::Replay, count));
    let ctx = egui::Context::default();
    let mut d = vigie_dashboard::Dashboard::new(vigie_words::Language::English);
    let mut t_ui = Duration::ZERO; let mut t_tess = Duration::ZERO; let mut verts = 0; let mut n = 0;
    for frame in 0..130 {
        let input = egui::RawInput { screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1920.0, 1080.0))), ..Default::default() };
        let a = Instant::now();
        let mut out = ctx.run_ui(input, |ui| d.ui(ui, &source));
        let b = Instant::now();
        let prims = ctx.tessellate(std::mem::take(&mut out.shapes), 1.0);
        let c = Instant::now();
        out.drop_without_applying_deltas();
        if frame >= 30 { t_ui += b - a; t_tess += c - b; n += 1; verts = prims.iter().map(|p| match &p.primitive { egui::epaint::Primitive::Mesh(m) => m.vertices.len(), _ => 0 }).sum(); }
        source.now = source.now + Duration::from_millis(33);
    }
    println!("{count}: ui {:?}, tess {:?}, {verts} vertices", t_ui / n, t_tess / n);
}
