//! The labels of one class, and the list of those that the monitor is to send.

use vigie_model::MonoTime;

use super::super::times;
use super::choice::LABELS_MAX;

/// Choices that the monitor is asked to keep, when it shows another list afterwards.
const CHOICES_MAX: u8 = 2;

/// Labels of waves, or of numbers.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// In the order in which the monitor named them.
    named: Vec<u32>,
    /// Whether an object was heard with its label.
    pub(super) is_described: bool,
    /// The monitor's list, as it last told it.
    list: Option<Vec<u32>>,
    /// What was asked for, and what was said to be taken.
    asked: Option<Vec<u32>>,
    taken: Option<Vec<u32>>,
    choices: u8,
    /// When labels were last fetched by polling values with all attributes.
    by_values: Option<MonoTime>,
    is_by_values_due: bool,
}

impl Labels {
    /// An object was heard with this label.
    pub(super) fn describe(&mut self, label: u32) {
        self.is_described = true;
        self.name(label);
    }

    fn name(&mut self, label: u32) {
        if self.named.len() < LABELS_MAX && !self.named.contains(&label) {
            self.named.push(label);
        }
    }

    /// All labels that the monitor named.
    pub(super) fn named(&self) -> &[u32] {
        &self.named
    }

    /// The monitor told its list, as answer to a choice or when asked. When fewer were taken than were
    /// asked for, and that is news: how many were asked for, and taken.
    pub(super) fn told(&mut self, list: Vec<u32>, is_set: bool) -> Option<(usize, usize)> {
        for label in &list {
            self.name(*label);
        }
        let asked = self.asked.as_ref();
        let taken = asked.map(|asked| asked.iter().filter(|label| list.contains(label)).count());
        let before = self.taken.clone();
        if asked.is_some() {
            if !is_set && before.as_ref().is_some_and(|before| *before != list) {
                // Not kept: chosen once more.
                if self.choices < CHOICES_MAX {
                    self.asked = None;
                }
            }
            self.taken = Some(list.clone());
        }
        let is_news = before.as_ref() != Some(&list);
        let asked_count = self.asked.as_ref().map(Vec::len);
        self.list = Some(list);
        let (asked, taken) = asked_count.zip(taken)?;
        (is_news && taken < asked).then_some((asked, taken))
    }

    /// Whether this choice is still to be told to the monitor; then it counts as asked for.
    pub(super) fn choose(&mut self, choice: Vec<u32>) -> bool {
        let known = self.asked.as_ref().or(self.list.as_ref());
        if choice.is_empty() || known == Some(&choice) {
            return false;
        }
        if self.asked.is_none() {
            self.choices = self.choices.saturating_add(1);
        }
        (self.asked, self.taken) = (Some(choice), None);
        true
    }

    /// What was asked for.
    pub(super) fn asked(&self) -> &[u32] {
        self.asked.as_deref().unwrap_or_default()
    }

    /// Whether the monitor's list holds something, and nothing besides the choice.
    pub(super) fn is_within(&self, choice: &[u32]) -> bool {
        let list = self.list.as_deref().unwrap_or_default();
        !list.is_empty() && list.iter().all(|label| choice.contains(label))
    }

    /// An unknown object: if labels only come with values, they are to be fetched so again.
    pub(super) fn ask_again(&mut self) {
        self.is_by_values_due |= self.by_values.is_some();
    }

    /// Whether labels are to be fetched with values from now on.
    pub(super) fn begin_by_values(&mut self, now: MonoTime) -> bool {
        let is_due = match self.by_values {
            None => !self.is_described,
            Some(at) => self.is_by_values_due && now.since(at) >= times::REFRESH_PERIOD,
        };
        if is_due {
            (self.by_values, self.is_by_values_due) = (Some(now), false);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_choice_is_told_once_and_again_when_it_is_not_kept() {
        let mut labels = Labels::default();
        assert_eq!(labels.told(vec![1, 2, 3], false), None);
        assert_eq!(labels.named(), [1, 2, 3]);
        assert!(!labels.choose(vec![1, 2, 3]), "it is so already");
        assert!(labels.choose(vec![2, 3]));
        assert!(!labels.choose(vec![2, 3]));
        assert_eq!(labels.told(vec![2, 3], true), None);
        assert_eq!(labels.told(vec![2, 3], false), None);
        assert!(!labels.choose(vec![2, 3]));
        assert_eq!(labels.told(vec![1], false), None);
        assert!(labels.choose(vec![2, 3]), "not kept");
        labels.told(vec![2, 3], true);
        assert_eq!(labels.told(vec![1], false), Some((2, 0)));
        assert!(!labels.choose(vec![2, 3]), "enough");
    }

    #[test]
    fn a_short_answer_is_told_once() {
        let mut labels = Labels::default();
        assert!(labels.choose(vec![1, 2, 3]));
        assert_eq!(labels.told(vec![1, 3], true), Some((3, 2)));
        assert_eq!(labels.told(vec![1, 3], false), None);
        assert!(labels.is_within(&[1, 2, 3]));
        assert!(!labels.is_within(&[1]));
    }

    #[test]
    fn labels_are_fetched_with_values_where_nothing_else_helps() {
        let at = |secs| MonoTime::START + Duration::from_secs(secs);
        let mut labels = Labels::default();
        labels.describe(1);
        assert!(!labels.begin_by_values(at(0)));
        let mut labels = Labels::default();
        assert!(labels.begin_by_values(at(0)));
        assert!(!labels.begin_by_values(at(100)));
        labels.ask_again();
        assert!(!labels.begin_by_values(at(30)));
        assert!(labels.begin_by_values(at(60)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut labels = Labels::default();
        labels.told((0..10_000).collect(), false);
        (0..10_000).for_each(|label| labels.describe(label));
        assert_eq!(labels.named().len(), LABELS_MAX);
    }
}
