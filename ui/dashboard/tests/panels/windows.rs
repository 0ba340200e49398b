//! The window itself: another one, its end.

use std::{cell::Cell, rc::Rc, sync::Arc, time::Duration};

use egui::{Key, vec2};
use vigie_board::view::BoardView;
use vigie_dashboard::{Dashboard, Page, ViewSource};
use vigie_model::{MonoTime, StationMode};
use vigie_words::{Language, TextKey};

use crate::{
    common::{self, screen::Screen},
    overlap::{check, texts},
};

/// A ward with an alarm, and a clock that a test moves.
struct Later {
    view: Arc<BoardView>,
    after: Rc<Cell<Duration>>,
}

impl ViewSource for Later {
    fn view(&self) -> Arc<BoardView> {
        self.view.clone()
    }

    fn now(&self) -> MonoTime {
        self.view.at + self.after.get()
    }
}

fn ward() -> BoardView {
    let mut tiles: Vec<_> = (0..4).map(common::normal).collect();
    tiles[2] = common::high(2);
    common::board(StationMode::Live, tiles)
}

fn screen() -> (Screen, Rc<Cell<Duration>>) {
    let after = Rc::new(Cell::new(Duration::ZERO));
    let source = Later { view: Arc::new(ward()), after: after.clone() };
    (Screen::with(source, Language::English), after)
}

fn close(screen: &mut Screen, after: &Cell<Duration>) -> bool {
    let now = ward().at + after.get();
    let may = screen.dashboard.borrow_mut().wants_to_close(now);
    screen.step();
    may
}

#[test]
fn closing_asks_first_and_who_presses_enter_stays() {
    let (mut screen, after) = screen();
    assert!(!close(&mut screen, &after));
    screen.says("the bedside monitors must then be watched at the bed");
    assert_eq!(screen.dashboard.borrow().page(), Page::Closing);
    screen.press(Key::Enter);
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds, "to stay has the keyboard");
    assert!(!screen.dashboard.borrow().is_closed());
    assert!(!close(&mut screen, &after));
    screen.press(Key::Escape);
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
}

#[test]
fn who_says_close_is_believed_and_who_says_nothing_stays() {
    let (mut screen, after) = screen();
    assert!(!close(&mut screen, &after));
    after.set(Duration::from_secs(29));
    screen.step();
    assert_eq!(screen.dashboard.borrow().page(), Page::Closing);
    after.set(Duration::from_secs(31));
    screen.step();
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
    assert!(!close(&mut screen, &after));
    screen.press(Key::Tab);
    screen.press(Key::Enter);
    assert!(screen.dashboard.borrow().is_closed(), "{:#?}", screen.said());
    assert!(close(&mut screen, &after));
}

#[test]
fn a_window_that_shows_nothing_closes_without_a_word() {
    assert!(Dashboard::new(Language::English).wants_to_close(MonoTime::START));
}

#[test]
fn closing_asks_too_while_the_station_is_stopped() {
    let (mut screen, after) = screen();
    screen.dashboard.borrow_mut().set_stopped(Some(ward().wall));
    screen.step();
    assert!(!close(&mut screen, &after));
    screen.says("the bedside monitors must then be watched at the bed");
    screen.says("STATION STOPPED");
    screen.never_says("LIVE");
    screen.press(Key::Enter);
    assert!(!screen.dashboard.borrow().is_closed());
    screen.never_says("the bedside monitors must then be watched at the bed");
}

#[test]
fn n_asks_for_a_window_once_and_a_refusal_stands_in_the_bar() {
    let (mut screen, _) = screen();
    screen.press(Key::N);
    assert!(screen.dashboard.borrow_mut().poll_window());
    assert!(!screen.dashboard.borrow_mut().poll_window());
    screen.dashboard.borrow_mut().say_of_window(TextKey::WindowsFull, ward().at);
    screen.step();
    screen.says("four are open");
}

#[test]
fn the_question_covers_no_alarm_and_no_text_of_it_is_clipped() {
    for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
        for language in Language::ALL {
            let mut dashboard = Dashboard::new(language);
            let mut source = common::fixed(ward());
            // Below the bar, where seconds pass.
            let column = |painted: &[crate::overlap::Painted]| -> Vec<String> {
                let left = size.x - (size.x * 0.225).clamp(270.0, 420.0);
                let in_it =
                    painted.iter().filter(|one| one.ink.min.x >= left && one.ink.min.y > 90.0);
                let texts = in_it.map(|one| one.text.clone());
                texts.filter(|text| !text.contains(':')).collect()
            };
            let before = column(&texts(&mut dashboard, &mut source, size));
            assert!(before.len() >= 3, "{before:?}");
            assert!(!dashboard.wants_to_close(source.now));
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("closing, {size}, {language:?}"));
            assert_eq!(dashboard.page(), Page::Closing);
            assert_eq!(column(&painted), before, "{size}, {language:?}");
        }
    }
}
