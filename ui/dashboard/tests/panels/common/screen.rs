//! A dashboard over a view, without a window: painted, pressed, and read as a screen reader reads it.

use std::{cell::RefCell, rc::Rc};

use egui::Key;
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use vigie_board::view::{BoardView, TileView};
use vigie_dashboard::{Dashboard, Place, ViewSource};
use vigie_words::Language;

use super::fixed;

/// A dashboard over a fixed view, run until fonts and layout have settled.
pub struct Screen {
    pub harness: Harness<'static>,
    pub dashboard: Rc<RefCell<Dashboard>>,
}

impl Screen {
    pub fn of(view: BoardView, language: Language) -> Screen {
        Screen::with(fixed(view), language)
    }

    /// A live ward of one bed.
    pub fn one(tile: TileView) -> Screen {
        Screen::of(super::live(vec![tile]), Language::English)
    }

    /// The same with the bed opened.
    pub fn opened(tile: TileView) -> Screen {
        let place = Place::of(&tile);
        let mut screen = Screen::one(tile);
        screen.dashboard.borrow_mut().open(Some(place));
        screen.step();
        screen
    }

    pub fn with(source: impl ViewSource + 'static, language: Language) -> Screen {
        let dashboard = Rc::new(RefCell::new(Dashboard::new(language)));
        let painted = dashboard.clone();
        let harness = Harness::builder()
            .with_size(egui::vec2(1280.0, 720.0))
            .build_ui(move |ui| painted.borrow_mut().ui(ui, &source));
        let mut screen = Screen { harness, dashboard };
        screen.step();
        screen
    }

    pub fn step(&mut self) {
        self.harness.step();
        self.harness.step();
    }

    pub fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.step();
    }

    /// Clicks what is called so.
    #[track_caller]
    pub fn click(&mut self, what: &str) {
        self.harness.get_by_label(what).click();
        self.step();
    }

    /// Clicks the first thing whose name begins so.
    #[track_caller]
    pub fn click_starting(&mut self, what: &str) {
        let name = self.said().into_iter().find(|line| line.starts_with(what));
        self.click(&name.expect("something is called so"));
    }

    /// All that is said, one line a node.
    pub fn said(&self) -> Vec<String> {
        let mut said = Vec::new();
        let mut nodes = vec![self.harness.root()];
        while let Some(node) = nodes.pop() {
            let node_ref = node.accesskit_node();
            said.extend(node_ref.label().or_else(|| node_ref.value()));
            nodes.extend(node.children());
        }
        said
    }

    #[track_caller]
    pub fn says(&self, what: &str) {
        let said = self.said();
        assert!(said.iter().any(|line| line.contains(what)), "{what:?} is not said:\n{said:#?}");
    }

    #[track_caller]
    pub fn never_says(&self, what: &str) {
        let said = self.said();
        assert!(!said.iter().any(|line| line.contains(what)), "{what:?} is said:\n{said:#?}");
    }
}
