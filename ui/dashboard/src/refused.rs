//! What somebody asked for and the station did not do, in words, for a while.

use std::{collections::VecDeque, time::Duration};

use vigie_board::{Command, Refusal, view::BoardView};
use vigie_model::{AnswerKind, BedId, MonoTime, Text};
use vigie_words::{TextKey, Words};

use crate::dashboard::{Notice, NoticeText};

/// How long it is said.
const SAID_FOR: Duration = Duration::from_secs(12);
/// As many stand at a time; of more, the newest.
const SAID_MAX: usize = 4;

/// Why something was not done, as far as the window knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// The board refused it.
    Refused(Refusal),
    /// It could not be asked: there is no station, or too much was asked at once.
    Busy,
    /// It was asked, and no answer came: it may have been done.
    NoAnswer,
}

/// What was not done lately.
#[derive(Debug, Default)]
pub struct NotDoneLately(VecDeque<(Command, NotDone, MonoTime)>);

impl NotDoneLately {
    /// Takes one in.
    pub fn push(&mut self, command: Command, why: NotDone, now: MonoTime) {
        // Who presses a key twice is told once, and for longer.
        self.0.retain(|(known, reason, _)| (known, reason) != (&command, &why));
        self.0.push_back((command, why, now));
        while self.0.len() > SAID_MAX {
            self.0.pop_front();
        }
    }

    /// What is still said, the newest first.
    pub fn notices(&mut self, view: &BoardView, words: &Words, now: MonoTime) -> Vec<Notice> {
        self.0.retain(|(_, _, at)| now.since(*at) < SAID_FOR);
        let newest_first = self.0.iter().rev();
        newest_first.map(|(command, why, _)| notice(command, why, view, words)).collect()
    }
}

fn notice(command: &Command, why: &NotDone, view: &BoardView, words: &Words) -> Notice {
    let what = asked(command, words);
    let (said, reason) = match why {
        NotDone::Refused(refusal) => (words.refused(&what), reason(refusal)),
        NotDone::Busy => (words.refused(&what), TextKey::RefusedBusy),
        NotDone::NoAnswer => (words.unanswered_command(&what), TextKey::NoAnswerYet),
    };
    let door = |bed: &BedId| {
        let tile = view.tiles.iter().find(|tile| tile.bed.as_ref() == Some(bed));
        tile.map(|tile| tile.label.clone())
    };
    Notice {
        label: bed_of(command).and_then(door),
        text: NoticeText::Written(said),
        detail: Some(Text::from(words.text(reason))),
        since: None,
    }
}

/// What was asked for, as its button says it.
fn asked(command: &Command, words: &Words) -> String {
    words.text(match command {
        Command::Assign { bed: Some(_), .. } => TextKey::CommandAssign,
        Command::Assign { bed: None, .. } => TextKey::CommandTakeOff,
        Command::AssignBeside { .. } => TextKey::CommandBeside,
        Command::Prefer { .. } => TextKey::CommandPrefer,
        Command::Admit { .. } => TextKey::CommandAdmit,
        Command::Discharge { .. } => TextKey::CommandDischarge,
        Command::SamePatient { .. } => TextKey::CommandSamePatient,
        Command::Answer { how: AnswerKind::Acknowledged, .. } => TextKey::Acknowledge,
        Command::Answer { how: AnswerKind::Going, .. } => TextKey::IAmGoing,
        Command::Reset { .. } => TextKey::ResetAlarm,
        Command::PauseAudio => TextKey::PauseAudio,
        Command::AudioOff => TextKey::TurnAudioOff,
        Command::AudioOn => TextKey::TurnAudioOn,
        Command::Standby { .. } => TextKey::StandbyBegin,
        Command::EndStandby { .. } => TextKey::StandbyEnd,
        Command::SetLimits { limits: Some(_), .. } => TextKey::SetLimits,
        Command::SetLimits { limits: None, .. } => TextKey::LimitsAsCategory,
        Command::Enter { what, .. } => {
            return words.noted(&words.entered_about(*what), &words.entered(*what));
        }
    })
}

fn reason(refusal: &Refusal) -> TextKey {
    match refusal {
        Refusal::NoSuchBed => TextKey::RefusedNoSuchBed,
        Refusal::BedTaken(_) => TextKey::RefusedBedTaken,
        Refusal::NobodyThere => TextKey::RefusedNobodyThere,
        Refusal::NothingUnclear => TextKey::RefusedNothingUnclear,
        Refusal::NotAllowed => TextKey::RefusedNotAllowed,
        Refusal::NoInitials => TextKey::RefusedNoInitials,
        Refusal::BadLimit => TextKey::RefusedBadLimit,
        Refusal::OtherPatient => TextKey::RefusedOtherPatient,
        Refusal::Full => TextKey::RefusedFull,
        Refusal::NeedsRole(_) => TextKey::RefusedNeedsRole,
    }
}

/// The bed that a command is about, if it is about one.
fn bed_of(command: &Command) -> Option<&BedId> {
    match command {
        Command::Assign { bed, .. } => bed.as_ref(),
        Command::AssignBeside { bed, .. }
        | Command::Prefer { bed, .. }
        | Command::Admit { bed }
        | Command::Discharge { bed }
        | Command::SamePatient { bed }
        | Command::Standby { bed, .. }
        | Command::EndStandby { bed }
        | Command::SetLimits { bed, .. }
        | Command::Enter { bed, .. } => Some(bed),
        Command::Answer { .. }
        | Command::Reset { .. }
        | Command::PauseAudio
        | Command::AudioOff
        | Command::AudioOn => None,
    }
}
