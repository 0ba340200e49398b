//! What people write in the forms of the bed view, and what its numbers come to in words. Pure.

use std::{collections::BTreeMap, time::Duration};

use vigie_board::view::{HourView, ScoreBand, ScoreKind, ScoreView, ScoresView};
use vigie_model::{BedId, Decimal, DeviceKey, MonoTime, Text, WatchLimit};
use vigie_words::{TextKey, Words};

/// A proposal around values that are older is none around now: it goes by itself.
const PROPOSED_FOR: Duration = Duration::from_secs(60);
/// Digits that a limit may have: none needs more.
const DIGITS_MAX: usize = 6;

/// A form of the bed view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Scores, and what people enter for them.
    Scores,
    /// The station's own limits.
    Limits,
    /// The devices of the bed, and whose values come first.
    Devices,
    /// Where a device without a bed is to stand.
    Place,
}

/// One end of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The lower one.
    Low,
    /// The upper one.
    High,
}

/// What the forms keep from frame to frame.
#[derive(Debug, Default)]
pub struct Forms {
    /// Which is open.
    pub open: Option<Panel>,
    /// What was written into a field and is not asked for yet.
    pub drafts: BTreeMap<(Text, End), String>,
    /// Measurements that somebody wants to give limits, in the order of the wish.
    pub added: Vec<Text>,
    /// Which of the measurements without limits is offered.
    pub offered: usize,
    /// Which page of the limits is shown, when not all of them have room.
    pub page: usize,
    /// The bed that was chosen for a device, and waits for its second press.
    pub chosen: Option<BedId>,
    /// The device that somebody wants to take off, which waits for its second press.
    pub leaving: Option<DeviceKey>,
    /// The proposal that waits for its second press: as it stood at the first one, and when that was.
    pub proposal: Option<(MonoTime, Vec<WatchLimit>)>,
}

impl Forms {
    /// Opens a form, or closes it when it is the one that is open.
    pub fn turn(&mut self, panel: Panel) {
        let is_open = self.open == Some(panel);
        *self = Forms { open: (!is_open).then_some(panel), ..Forms::default() };
    }

    /// Lets a proposal go that nobody confirmed in time.
    pub fn pass(&mut self, now: MonoTime) {
        self.proposal.take_if(|(at, _)| now.since(*at) >= PROPOSED_FOR);
    }

    /// The limits that hold, then the measurements that somebody added, which have none yet.
    pub fn rows(&self, held: &[WatchLimit]) -> Vec<WatchLimit> {
        let is_new = |id: &&Text| held.iter().all(|limit| limit.id != **id);
        let added = self.added.iter().filter(is_new);
        let added = added.map(|id| WatchLimit { id: id.clone(), low: None, high: None });
        held.iter().cloned().chain(added).collect()
    }

    /// What can still be added.
    pub fn free<'a>(&self, free: &'a [Text]) -> Vec<&'a Text> {
        free.iter().filter(|id| !self.added.contains(id)).collect()
    }

    /// What stands in a field: what was written, else what holds.
    pub fn field(&self, limit: &WatchLimit, end: End, words: &Words) -> String {
        let draft = self.drafts.get(&(limit.id.clone(), end));
        draft.cloned().unwrap_or_else(|| shown(limit, end, words))
    }

    /// The limits as the fields have them; `None`: a field cannot be read, or a lower end is not the
    /// lower. A measurement without any end is not watched.
    pub fn limits(&self, held: &[WatchLimit], words: &Words) -> Option<Vec<WatchLimit>> {
        let sign = words.language().decimal_sign();
        let rows = self.rows(held);
        let mut limits = Vec::with_capacity(rows.len());
        for limit in &rows {
            let end =
                |end: End, now: Option<Decimal>| match self.drafts.get(&(limit.id.clone(), end)) {
                    None => Some(now),
                    Some(draft) if draft.trim().is_empty() => Some(None),
                    Some(draft) => {
                        let typed = parsed(draft, sign);
                        typed.map(|typed| Some(words.limit_typed(limit.id.as_str(), typed)))
                    }
                };
            let (low, high) = (end(End::Low, limit.low)?, end(End::High, limit.high)?);
            if low.zip(high).is_some_and(|(low, high)| low.to_f64() >= high.to_f64()) {
                return None;
            }
            if low.is_some() || high.is_some() {
                limits.push(WatchLimit { id: limit.id.clone(), low, high });
            }
        }
        Some(limits)
    }
}

/// One end as it stands on the screen; empty: there is none.
pub fn shown(limit: &WatchLimit, end: End, words: &Words) -> String {
    let value = match end {
        End::Low => limit.low,
        End::High => limit.high,
    };
    value.map(|value| words.measured(limit.id.as_str(), &value)).unwrap_or_default()
}

/// A number as a person writes it, with the language's decimal sign and no other: in a language with a
/// comma a point may mean thousands, and the other way round.
pub fn parsed(written: &str, sign: char) -> Option<Decimal> {
    let written = written.trim();
    let (is_negative, digits) = match written.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, written),
    };
    let (whole, fraction) = match digits.split_once(sign) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let all = format!("{whole}{fraction}");
    let is_number = !whole.is_empty()
        && all.len() <= DIGITS_MAX
        && all.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa: i64 = all.parse().ok().filter(|_| is_number)?;
    let exponent = i8::try_from(fraction.len()).ok()?;
    Some(Decimal::new(if is_negative { -mantissa } else { mantissa }, -exponent))
}

/// The name of a score, which is the same in every language.
pub fn score_name(kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::News2 => "NEWS2",
        ScoreKind::Qsofa => "qSOFA",
        // tidy: not for people
        ScoreKind::Pews => "PEWS",
    }
}

/// The greatest sum of a score, by its own publication.
pub fn score_max(kind: ScoreKind) -> u8 {
    match kind {
        ScoreKind::News2 => 20,
        ScoreKind::Qsofa => 3,
        ScoreKind::Pews => 26,
    }
}

/// Its sum, or how much of it is known.
pub fn score_total(score: &ScoreView, words: &Words) -> String {
    match score.total {
        Some(total) => total.to_string(),
        None => {
            let known = score.parts.iter().filter(|part| part.points.is_some()).count();
            words.score_incomplete(known, score.parts.len(), score.at_least)
        }
    }
}

/// How it is read, in words; `None` where its publication has no bands, or the sum is not known and
/// says so itself.
pub fn score_band(score: &ScoreView, words: &Words) -> Option<String> {
    let key = match score.band {
        ScoreBand::Incomplete => return None,
        ScoreBand::Zero => TextKey::BandZero,
        ScoreBand::Low => TextKey::BandLow,
        ScoreBand::LowMedium => TextKey::BandLowMedium,
        ScoreBand::Medium => TextKey::BandMedium,
        ScoreBand::High => TextKey::BandHigh,
    };
    Some(words.text(key))
}

/// `NEWS2 5, medium`; the word for scores where there is none.
pub fn score_line(scores: &ScoresView, words: &Words) -> String {
    let Some(score) = scores.scores.first() else { return words.text(TextKey::Scores) };
    let total = format!("{} {}", score_name(score.kind), score_total(score, words));
    match score_band(score, words) {
        Some(band) => format!("{total}, {band}"),
        None => total,
    }
}

/// The last hour in one line.
pub fn hour_line(hour: &HourView, words: &Words) -> String {
    let said = match hour {
        HourView::TooLittle => words.text(TextKey::HourTooLittle),
        HourView::Steady => words.text(TextKey::HourSteady),
        HourView::Changed(changes) => {
            let said = changes.iter().map(|change| {
                let label = words.score_part(change.id.as_str());
                let id = change.id.as_str();
                words.hour_change(
                    &label,
                    &words.measured(id, &change.from),
                    &words.measured(id, &change.to),
                )
            });
            said.collect::<Vec<String>>().join(", ")
        }
    };
    words.noted(&words.text(TextKey::HourTitle), &said)
}

#[cfg(test)]
mod tests {
    use vigie_board::view::{HourChange, ScorePart};
    use vigie_words::Language;

    use super::*;

    fn limit(id: &str, low: Option<i64>, high: Option<i64>) -> WatchLimit {
        WatchLimit {
            id: Text::from(id),
            low: low.map(Decimal::whole),
            high: high.map(Decimal::whole),
        }
    }

    #[test]
    fn numbers_are_read_with_the_sign_of_the_language_and_no_other() {
        for (written, sign, expected) in [
            ("120", '.', Some(Decimal::whole(120))),
            (" 37.5 ", '.', Some(Decimal::new(375, -1))),
            ("37,5", ',', Some(Decimal::new(375, -1))),
            ("-5", '.', Some(Decimal::whole(-5))),
            ("-0,25", ',', Some(Decimal::new(-25, -2))),
            ("37,5", '.', None),
            ("1.000", ',', None),
            ("", '.', None),
            ("-", '.', None),
            (".5", '.', None),
            ("5.", '.', None),
            ("1.2.3", '.', None),
            ("1e3", '.', None),
            ("+5", '.', None),
            ("--5", '.', None),
            ("1234567", '.', None),
            ("٣", '.', None),
        ] {
            assert_eq!(parsed(written, sign), expected, "{written:?}");
        }
    }

    #[test]
    fn fields_change_what_was_written_and_nothing_else() {
        let words = Words::new(Language::French);
        let held = [limit("hr.ecg", Some(50), Some(120)), limit("spo2", Some(90), None)];
        let mut forms = Forms::default();
        assert_eq!(forms.limits(&held, &words).as_deref(), Some(&held[..]));
        assert_eq!(forms.field(&held[0], End::Low, &words), "50");
        forms.drafts.insert((Text::from("hr.ecg"), End::High), "130".to_owned());
        forms.drafts.insert((Text::from("spo2"), End::Low), "  ".to_owned());
        let set = forms.limits(&held, &words);
        assert_eq!(set, Some(vec![limit("hr.ecg", Some(50), Some(130))]), "no end: not watched");
        for bad in ["50", "49,9", "abc", "120.5"] {
            forms.drafts.insert((Text::from("hr.ecg"), End::High), bad.to_owned());
            assert_eq!(forms.limits(&held, &words), None, "{bad}");
        }
        forms.drafts.insert((Text::from("hr.ecg"), End::High), "120,5".to_owned());
        let set = forms.limits(&held, &words).unwrap();
        assert_eq!(set[0].high, Some(Decimal::new(1_205, -1)));
    }

    #[test]
    fn a_measurement_that_was_added_is_watched_once_it_has_an_end() {
        let words = Words::new(Language::English);
        let held = [limit("hr.ecg", Some(50), Some(120))];
        let free = ["etco2", "rr"].map(Text::from);
        let mut forms = Forms { added: vec![Text::from("rr")], ..Forms::default() };
        assert_eq!(forms.free(&free), [&free[0]]);
        assert_eq!(forms.rows(&held)[1], limit("rr", None, None));
        assert_eq!(forms.limits(&held, &words).as_deref(), Some(&held[..]), "no end: not watched");
        forms.drafts.insert((Text::from("rr"), End::High), "30".to_owned());
        let set = forms.limits(&held, &words).unwrap();
        assert_eq!(set, [held[0].clone(), limit("rr", None, Some(30))]);
        // When the board has it, it stands there once.
        assert_eq!(forms.rows(&set), set);
    }

    #[test]
    fn another_form_begins_empty() {
        let mut forms = Forms::default();
        forms.turn(Panel::Limits);
        forms.drafts.insert((Text::from("hr.ecg"), End::Low), "5".to_owned());
        forms.proposal = Some((MonoTime::START, Vec::new()));
        forms.turn(Panel::Scores);
        assert!(forms.drafts.is_empty() && forms.proposal.is_none());
        assert_eq!(forms.open, Some(Panel::Scores));
        forms.turn(Panel::Scores);
        assert_eq!(forms.open, None);
    }

    #[test]
    fn a_proposal_that_nobody_confirms_goes_by_itself() {
        let at = MonoTime::from_nanos(1 << 45);
        let mut forms = Forms { proposal: Some((at, Vec::new())), ..Forms::default() };
        forms.pass(at + Duration::from_secs(59));
        assert!(forms.proposal.is_some());
        forms.pass(at + Duration::from_secs(60));
        assert!(forms.proposal.is_none());
    }

    #[test]
    fn a_score_says_its_sum_and_band_or_what_is_missing() {
        let words = Words::new(Language::English);
        let part = |points| ScorePart {
            id: Text::from("rr"),
            value: None,
            points,
            age: None,
            is_old: false,
        };
        let mut score = ScoreView {
            kind: ScoreKind::News2,
            total: None,
            at_least: 3,
            band: ScoreBand::Incomplete,
            parts: vec![part(Some(3)), part(None), part(Some(0))],
            trend: Vec::new(),
        };
        let line = |score: &ScoreView| {
            let scores = ScoresView { entered: Vec::new(), scores: vec![score.clone()] };
            score_line(&scores, &words)
        };
        assert_eq!(line(&score), "NEWS2 incomplete 2/3, at least 3");
        (score.total, score.band) = (Some(5), ScoreBand::Medium);
        assert_eq!(line(&score), "NEWS2 5, medium");
        assert_eq!(score_line(&ScoresView::default(), &words), "scores");
        let bands = [
            ScoreBand::Zero,
            ScoreBand::Low,
            ScoreBand::LowMedium,
            ScoreBand::Medium,
            ScoreBand::High,
        ];
        let said = bands.map(|band| {
            score.band = band;
            score_band(&score, &words).unwrap()
        });
        assert_eq!(said, ["no points", "low", "low to medium", "medium", "high"]);
    }

    #[test]
    fn the_last_hour_is_one_line() {
        let [english, french, _] = Language::ALL.map(Words::new);
        let change = |id: &str, from: i64, to: i64| HourChange {
            id: Text::from(id),
            from: Decimal::whole(from),
            to: Decimal::whole(to),
        };
        let changed = HourView::Changed(vec![change("hr.ecg", 82, 118), change("spo2", 97, 91)]);
        assert_eq!(hour_line(&changed, &english), "changes in 60 min: HR 82 -> 118, SpO2 97 -> 91");
        assert_eq!(
            hour_line(&changed, &french),
            "évolution sur 60 min : FC 82 -> 118, SpO2 97 -> 91"
        );
        assert_eq!(hour_line(&HourView::Steady, &english), "changes in 60 min: no change");
        assert_eq!(
            hour_line(&HourView::TooLittle, &english),
            "changes in 60 min: too little is known"
        );
    }
}
