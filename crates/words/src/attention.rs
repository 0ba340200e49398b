//! The attention list, answers, sound and standby, with places to fill. Times and ages are handed over
//! as written.

use std::time::Duration;

use vigie_model::{AnswerKind, Decimal, StandbyReason};

use crate::{TextKey, Words};

impl Words {
    /// `acknowledged by AB`, `AB is going`.
    pub fn answered(&self, how: AnswerKind, by: &str) -> String {
        let id = match how {
            AnswerKind::Acknowledged => "acknowledged-by",
            AnswerKind::Going => "is-going",
        };
        self.message(id, &[("by", by.into())])
    }

    /// `restored at 03:14:15`: taken over from before a restart.
    pub fn restored_at(&self, time: &str) -> String {
        self.message("restored-at", &[("time", time.into())])
    }

    /// `2 new`: rows that joined a list which holds still.
    pub fn new_count(&self, count: usize) -> String {
        self.message("new-count", &[("count", count.into())])
    }

    /// `no alarms, as of 03:14:15`.
    pub fn no_alarms_at(&self, time: &str) -> String {
        self.message("no-alarms-at", &[("time", time.into())])
    }

    /// `alarms of 2 beds not known`.
    pub fn beds_not_known(&self, count: usize) -> String {
        self.message("beds-not-known", &[("count", count.into())])
    }

    /// `unanswered for 2 min`.
    pub fn unanswered_for(&self, age: &str) -> String {
        self.message("unanswered-for", &[("age", age.into())])
    }

    /// `audio paused 1:43`.
    pub fn audio_paused_for(&self, left: Duration) -> String {
        self.message("audio-paused-for", &[("left", self.countdown(left).into())])
    }

    /// `audio off since 03:14:15`.
    pub fn audio_off_since(&self, time: &str) -> String {
        self.message("audio-off-since", &[("time", time.into())])
    }

    /// `3 times`.
    pub fn times(&self, count: u32) -> String {
        self.message("times", &[("count", count.to_string().into())])
    }

    /// `12 beds`.
    pub fn bed_count(&self, count: usize) -> String {
        self.message("bed-count", &[("count", count.into())])
    }

    /// `page 1 of 4`.
    pub fn page_of(&self, page: usize, pages: usize) -> String {
        let places = [("page", page.to_string().into()), ("pages", pages.to_string().into())];
        self.message("page-of", &places)
    }

    /// `64 beds on one page: digits 3.1 mm high, 4.7 mm are needed at 1 m`. Why a ward is divided into
    /// pages. All lengths in tenths of a millimetre, the distance too.
    pub fn too_small(&self, beds: usize, height: i64, least: i64, distance: i64) -> String {
        let tenths = |amount: i64| self.decimal(&Decimal::new(amount, -1));
        // Tenths of a millimetre to tenths of a metre.
        let metres = Decimal::new((distance + 500) / 1_000, -1);
        let metres = self.decimal(&metres);
        let places = [
            ("beds", self.bed_count(beds).into()),
            ("height", tenths(height).into()),
            ("least", tenths(least).into()),
            ("distance", metres.into()),
        ];
        self.message("too-small", &places)
    }

    /// `64 beds on one page: not all numbers have room`. Why a ward is divided into pages.
    pub fn too_many(&self, beds: usize) -> String {
        self.message("too-many", &[("beds", self.bed_count(beds).into())])
    }

    /// `switch A lost`: the mark of a bed behind it.
    pub fn path_mark(&self, path: &str) -> String {
        self.message("path-mark", &[("label", path.into())])
    }

    /// Why a bed is in standby.
    pub fn standby_reason(&self, why: StandbyReason) -> String {
        self.text(match why {
            StandbyReason::Empty => TextKey::StandbyEmpty,
            StandbyReason::Away => TextKey::StandbyAway,
            StandbyReason::Theatre => TextKey::StandbyTheatre,
        })
    }

    /// `in theatre, since 03:14:15`.
    pub fn standby_since(&self, why: StandbyReason, time: &str) -> String {
        let places = [("why", self.standby_reason(why).into()), ("time", time.into())];
        self.message("standby-since", &places)
    }
}
