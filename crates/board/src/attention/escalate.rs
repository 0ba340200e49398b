//! When an alarm that nobody answered asks louder, and when an answer holds no longer.
//!
//! | Unanswered | Asks again |
//! | --- | --- |
//! | HIGH | step 1 (larger letters) after `high_banner`, step n + 1 (louder) after n × `high_louder`, up to 4 |
//! | about a link, below HIGH | a new call every `link_reminder` |
//! | MEDIUM | a new call every `medium_reminder` |
//! | LOW | never |
//!
//! | Answered | Holds for |
//! | --- | --- |
//! | acknowledged | `acknowledged_reminder` |
//! | going | `going_lapses` |
//! | about a link | the same, and never longer than `link_reminder` |

use std::time::Duration;

use vigie_model::{AnswerKind, Condition, Priority, StationAlarmKind};

use crate::policy::AlarmPolicy;

/// The highest step of an alarm of high priority: the banner, and three steps of volume.
pub(crate) const STEP_MAX: u32 = 4;

/// How somebody is reminded of an alarm that nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// In larger letters, then louder and louder.
    Louder,
    /// By a new call each time that this has passed.
    Every(Duration),
    /// It only goes on sounding.
    Never,
}

impl Way {
    fn of(condition: &Condition, priority: Priority, policy: &AlarmPolicy) -> Way {
        match priority {
            Priority::High => Way::Louder,
            Priority::Medium | Priority::Low if is_about_link(condition) => {
                Way::Every(policy.link_reminder)
            }
            Priority::Medium => Way::Every(policy.medium_reminder),
            Priority::Low | Priority::Information => Way::Never,
        }
    }
}

/// How often an alarm that has gone unanswered for so long has asked again by now.
pub(crate) fn step(
    condition: &Condition,
    priority: Priority,
    unanswered: Duration,
    policy: &AlarmPolicy,
) -> u32 {
    match Way::of(condition, priority, policy) {
        Way::Louder if unanswered < policy.high_banner => 0,
        Way::Louder => times(unanswered, policy.high_louder).saturating_add(1).min(STEP_MAX),
        Way::Every(period) => times(unanswered, period),
        Way::Never => 0,
    }
}

/// After how long unanswered it asks again, once it has asked so often.
pub(crate) fn next_step(
    condition: &Condition,
    priority: Priority,
    asked: u32,
    policy: &AlarmPolicy,
) -> Option<Duration> {
    let after = |period: Duration, times: u32| Some(period.saturating_mul(times));
    match Way::of(condition, priority, policy) {
        Way::Louder if asked == 0 => Some(policy.high_banner),
        Way::Louder if asked >= STEP_MAX || policy.high_louder.is_zero() => None,
        Way::Louder => after(policy.high_louder, asked),
        Way::Every(period) if period.is_zero() => None,
        Way::Every(period) => after(period, asked.checked_add(1)?),
        Way::Never => None,
    }
}

/// How long an answer holds; `None`: as long as the alarm is on.
pub(crate) fn answer_holds(
    condition: &Condition,
    how: AnswerKind,
    policy: &AlarmPolicy,
) -> Option<Duration> {
    let usual = match how {
        AnswerKind::Acknowledged => policy.acknowledged_reminder,
        AnswerKind::Going => Some(policy.going_lapses),
    };
    // Somebody must be reminded of a lost link until it is back or the bed is set to standby.
    let of_link = is_about_link(condition).then_some(policy.link_reminder);
    [usual, of_link].into_iter().flatten().min()
}

/// Whether it says that a device, or a part of what it sends, is not heard.
pub(crate) fn is_about_link(condition: &Condition) -> bool {
    match condition {
        Condition::Device { .. } => false,
        Condition::Station { kind, .. } => match kind {
            StationAlarmKind::StreamStale(_)
            | StationAlarmKind::StreamLost(_)
            | StationAlarmKind::DeviceStale
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::AlarmsNotConfirmed
            | StationAlarmKind::PathLost(_) => true,
            StationAlarmKind::DuplicateDevice
            | StationAlarmKind::PatientUnclear
            | StationAlarmKind::AboveLimit(_)
            | StationAlarmKind::BelowLimit(_)
            | StationAlarmKind::Implausible(_)
            | StationAlarmKind::ClockJumped
            | StationAlarmKind::NoSound
            | StationAlarmKind::WindowStalled
            | StationAlarmKind::RecordStopped
            | StationAlarmKind::RecordBehind
            | StationAlarmKind::DiskFilling
            | StationAlarmKind::CopyOld => false,
        },
    }
}

/// How often a period has passed; a period of nothing never does.
fn times(passed: Duration, period: Duration) -> u32 {
    let times = passed.as_nanos().checked_div(period.as_nanos()).unwrap_or(0);
    u32::try_from(times).unwrap_or(u32::MAX)
}
