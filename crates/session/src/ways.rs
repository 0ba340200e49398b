//! [`Ways`]: on which of several connections one device is heard.
//!
//! Many devices connect to one listening line, and a name in a message is all that tells them apart. A
//! device whose connection closed is out of reach, whoever else is still connected. Two that give the
//! same name are two devices under one name: nobody can tell whose values are whose.

use core::net::IpAddr;
use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::MonoTime;

use crate::Line;

/// Two senders that both spoke within this time speak at once: two and a half minutes, so that two
/// feeds of a minute each are found whatever their phase.
pub const TWICE_WITHIN: Duration = Duration::from_secs(150);
/// Two senders that spoke by turns within this time do so too, however slow they are.
pub const TURNS_WITHIN: Duration = Duration::from_secs(1_800);

/// Who spoke on a connection for so long kept it from one message to the next, and is out of reach when
/// it closes. Some senders call anew for each message and hang up after it: that they hung up says
/// nothing, and their silence is judged by their period.
pub const KEPT_FOR: Duration = Duration::from_secs(5);

/// The open connections on which one device was heard.
///
/// Connections from one address are one sender, which may keep values and alarms apart. One whose
/// address says nothing (`None`) is a sender of its own.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    by_line: BTreeMap<Line, Way>,
    /// One of them was kept, since the device was last heard on none.
    is_kept: bool,
}

#[derive(Clone, Copy, Debug)]
struct Way {
    from: Option<IpAddr>,
    first: MonoTime,
    heard: MonoTime,
}

impl Ways {
    /// It spoke on `line`, whose other end is `from`. Whether another sender speaks under its name.
    pub fn heard(&mut self, now: MonoTime, line: Line, from: Option<IpAddr>) -> bool {
        let before = self.by_line.get(&line).copied();
        let first = before.map_or(now, |way| way.first);
        self.by_line.insert(line, Way { from, first, heard: now });
        self.is_kept |= now.since(first) >= KEPT_FOR;
        let before = before.map(|way| way.heard);
        self.by_line.iter().any(|(other, way)| {
            let is_other = *other != line && (way.from.is_none() || way.from != from);
            let by_turns = before.is_some_and(|before| way.heard > before);
            let within = if by_turns { TURNS_WITHIN } else { TWICE_WITHIN };
            is_other && now.since(way.heard) <= within
        })
    }

    /// A connection closed. Whether the device is out of reach by that: it was the last on which it was
    /// heard, and one of them was kept ([`KEPT_FOR`]).
    pub fn close(&mut self, line: Line) -> bool {
        let is_last = self.by_line.remove(&line).is_some() && self.by_line.is_empty();
        is_last && core::mem::take(&mut self.is_kept)
    }

    /// It is heard on none of them.
    pub fn clear(&mut self) {
        *self = Ways::default();
    }

    /// Whether it is heard on no open connection.
    pub fn is_empty(&self) -> bool {
        self.by_line.is_empty()
    }

    /// When it was heard last; `None`: on no open connection.
    pub fn last(&self) -> Option<MonoTime> {
        self.by_line.values().map(|way| way.heard).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(seconds)
    }

    fn from(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn connections_of_one_address_are_one_sender_and_of_two_are_two() {
        let mut ways = Ways::default();
        assert!(!ways.heard(at(0), Line(1), from(1)));
        assert!(!ways.heard(at(1), Line(2), from(1)), "alarms on a connection of their own");
        assert!(ways.heard(at(2), Line(3), from(2)));
        assert!(ways.heard(at(3), Line(1), from(1)), "both are doubtful");
        assert!(!ways.close(Line(3)));
        assert!(!ways.heard(at(5), Line(1), from(1)));
        assert!(!ways.close(Line(1)) && ways.close(Line(2)) && ways.is_empty());
        assert!(!ways.close(Line(2)), "it was not heard there");
    }

    #[test]
    fn who_calls_anew_for_each_message_is_not_gone_when_it_hangs_up() {
        let mut ways = Ways::default();
        for minute in 0..3 {
            ways.heard(at(60 * minute), Line(1), from(1));
            ways.heard(at(60 * minute + 1), Line(1), from(1));
            assert!(!ways.close(Line(1)));
        }
        ways.heard(at(200), Line(1), from(1));
        ways.heard(at(205), Line(1), from(1));
        assert!(ways.close(Line(1)), "kept for five seconds");
        ways.heard(at(206), Line(1), from(1));
        assert!(!ways.close(Line(1)), "judged anew");
    }

    #[test]
    fn a_sender_that_fell_silent_is_followed_by_another() {
        let mut ways = Ways::default();
        ways.heard(at(0), Line(1), from(1));
        assert!(ways.heard(at(100), Line(2), from(2)));
        assert!(!ways.heard(at(151), Line(2), from(2)));
        // A slow one: every ten minutes, by turns.
        assert!(ways.heard(at(600), Line(1), from(1)));
        assert!(ways.heard(at(900), Line(2), from(2)));
    }

    #[test]
    fn without_an_address_each_connection_is_a_sender() {
        let mut ways = Ways::default();
        assert!(!ways.heard(at(0), Line(1), None));
        assert!(!ways.heard(at(1), Line(1), None));
        assert!(ways.heard(at(2), Line(2), None));
    }
}
