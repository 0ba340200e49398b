//! Every time of the active session, with where it comes from.
//!
//! "Guide" is the document named in the README; "capture" are the recordings in the fixtures; the rest
//! is ours. A monitor gives an association up when its client is silent for too long, and then does
//! not take the next one before it noticed: hence the short period that is asked for, and goodbyes.

use std::time::Duration;

/// Longest time between two messages of ours, as asked for: 3 s in ticks. Below 3.3 s the monitor
/// gives up after 10 s of silence (guide, "Association Control": time-outs).
pub(super) const MIN_POLL_PERIOD_TICKS: u32 = 24_000;
/// Between two messages to one monitor. The serial port takes 4 frames in 128 ms and ignores more
/// (guide, "MIB/RS232 interface"); on a network nothing is gained by being faster.
pub(super) const SPACING: Duration = Duration::from_millis(64);

/// How long an answer to a release is waited for. Recorded: 90 ms.
pub(super) const RELEASE_WAIT: Duration = Duration::from_secs(1);
/// The same where nothing at all was heard for a whole round of requests.
pub(super) const RELEASE_WAIT_SILENT: Duration = Duration::from_millis(200);
/// Between two equal association requests. Recorded: answered after 2.2 s, the copies are discarded.
pub(super) const REQUEST_PERIOD: Duration = Duration::from_millis(1_500);
/// How long requests are repeated before a pause.
pub(super) const REQUEST_WAIT: Duration = Duration::from_secs(20);
/// How long the announcement is waited for; it is sent every 3 s, three times.
pub(super) const CREATE_WAIT: Duration = Duration::from_secs(20);
/// The longest pause after silence. A monitor that is switched on again in the middle of it shows a
/// first number within 10 s.
pub(super) const SILENCE_PAUSE_MAX: Duration = Duration::from_secs(3);
/// An association that lasted as long was a good one: the next pause is a first one again.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(30);

/// Between two keep-alives: three of them fit into the monitor's 10 s.
pub(super) const KEEP_ALIVE_PERIOD: Duration = Duration::from_millis(2_500);
/// Unanswered keep-alives that end an association.
pub(super) const KEEP_ALIVES_LOST_MAX: u8 = 3;
/// Without any message of the association for so long, it is over.
pub(super) const DATA_WAIT: Duration = Duration::from_secs(10);
/// A monitor that spoke within this has not moved to another address.
pub(super) const MOVED_AFTER: Duration = Duration::from_secs(3);

/// How long an answer is waited for. Single polls may take more than 1 s (guide, "Poll services").
pub(super) const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// Tries of one request before it is given up.
pub(super) const TRIES_MAX: u8 = 3;
/// Between two single polls of one class: more than one a second is ignored (guide).
pub(super) const CLASS_SPACING: Duration = Duration::from_millis(1_060);
/// Between two single polls of values, where periodic ones were not granted.
pub(super) const VALUES_PERIOD: Duration = Duration::from_millis(1_100);
/// How long the first numbers wait for their labels.
pub(super) const LABELS_WAIT: Duration = Duration::from_millis(1_500);

/// What an extended poll asks for: 600 s in ticks.
pub(super) const ACTIVE_TICKS: u32 = 4_800_000;
/// When an extended poll is asked for again: at 80 % of its time.
pub(super) const RENEW_AFTER: Duration = Duration::from_secs(480);
/// An extended poll that fetches labels, where single polls bring none: 15 s in ticks.
pub(super) const LABELS_TICKS: u32 = 120_000;
/// The same as a time.
pub(super) const LABELS_PERIOD: Duration = Duration::from_secs(15);
/// A first result takes 1.1 s at most (capture), a renewal shows in the next one.
pub(super) const RESULT_WAIT: Duration = Duration::from_secs(5);
/// Until a class that stays silent, or whose renewal does not show, is asked for again.
pub(super) const QUIET_PERIOD: Duration = Duration::from_secs(30);

/// Between two polls of the system, of demographics and of labels.
pub(super) const REFRESH_PERIOD: Duration = Duration::from_secs(60);
/// Between two polls of values in words: rhythm and ectopic status.
pub(super) const WORDS_PERIOD: Duration = Duration::from_secs(10);
/// Demographics are there 10 s after the association began (guide); until then an empty answer says
/// nothing.
pub(super) const DEMOGRAPHICS_AGAIN: Duration = Duration::from_secs(10);
/// Between two polls of labels because of unknown handles.
pub(super) const UNKNOWN_PERIOD: Duration = Duration::from_secs(10);
