//! What clients ask of the record: questions to its reader, orders to its writer.
//!
//! Both queues are bounded and nobody waits for room in them: a station that is busy says so.

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_history::{Query, Slice};
use vigie_model::Text;

/// Questions of all clients that may wait for the reader.
pub(crate) const QUESTIONS: usize = 32;
/// Orders of all clients that may wait for the writer.
pub(crate) const ORDERS: usize = 8;

/// Takes an answer without waiting.
pub(crate) type Answer<T> = Box<dyn FnOnce(Result<T, Text>) + Send>;

/// A question, and who waits for its answer.
pub(crate) struct Question {
    pub(crate) query: Query,
    pub(crate) answer: Answer<Slice>,
}

/// What the record's writer is to do.
pub(crate) enum Order {
    /// Close the open segment and seal it; answers its number once it is sealed.
    Seal(Answer<u32>),
    /// Copy to the configured place of this number; answers once it has begun.
    Copy { place: usize, answer: Answer<()> },
}

/// Where clients hand in.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    questions: Sender<Question>,
    orders: Sender<Order>,
}

/// What those behind the desk take from.
#[derive(Clone, Debug)]
pub(crate) struct Baskets {
    pub(crate) questions: Receiver<Question>,
    pub(crate) orders: Receiver<Order>,
}

const BUSY: &str = "the record is busy: try again in a moment";

impl Desk {
    pub(crate) fn new() -> (Desk, Baskets) {
        let (questions, questioned) = bounded(QUESTIONS);
        let (orders, ordered) = bounded(ORDERS);
        (Desk { questions, orders }, Baskets { questions: questioned, orders: ordered })
    }

    /// Asks the reader.
    pub(crate) fn ask(&self, query: Query, answer: Answer<Slice>) {
        if let Err(refused) = self.questions.try_send(Question { query, answer }) {
            (refused.into_inner().answer)(Err(Text::from(BUSY)));
        }
    }

    /// Has the open segment sealed.
    pub(crate) fn seal(&self, answer: Answer<u32>) {
        self.order(Order::Seal(answer));
    }

    /// Has a copy made.
    pub(crate) fn copy(&self, place: usize, answer: Answer<()>) {
        self.order(Order::Copy { place, answer });
    }

    fn order(&self, order: Order) {
        if let Err(refused) = self.orders.try_send(order) {
            let busy = Text::from(BUSY);
            match refused.into_inner() {
                Order::Seal(answer) => answer(Err(busy)),
                Order::Copy { answer, .. } => answer(Err(busy)),
            }
        }
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("query", &self.query).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use vigie_history::What;
    use vigie_model::WallTime;

    use super::*;

    #[test]
    fn a_desk_that_is_full_answers_at_once() {
        let (desk, baskets) = Desk::new();
        let (told, answers) = bounded(QUESTIONS + ORDERS + 4);
        let query =
            || Query { from: WallTime::default(), to: WallTime::default(), what: What::Gaps };
        for _ in 0..=QUESTIONS {
            let told = told.clone();
            desk.ask(query(), Box::new(move |answer| told.send(answer.is_ok()).expect("room")));
        }
        assert_eq!(answers.try_iter().collect::<Vec<_>>(), [false]);
        for _ in 0..=ORDERS {
            let told = told.clone();
            desk.seal(Box::new(move |answer| told.send(answer.is_ok()).expect("room")));
        }
        assert_eq!(answers.try_iter().collect::<Vec<_>>(), [false]);
        drop(baskets);
        desk.copy(0, Box::new(move |answer| told.send(answer.is_ok()).expect("room")));
        assert_eq!(answers.try_iter().collect::<Vec<_>>(), [false], "nobody works any more");
    }
}
