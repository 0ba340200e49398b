//! Which line each device is heard on, as the station tells it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_model::{DeviceKey, Text};

/// Devices remembered a line; the driver's own cap is the same.
const DEVICES_A_LINE_MAX: usize = 256;

/// What a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineChange {
    /// It is open. Devices named with it are heard on it now.
    Up,
    /// It is closed, with all devices that were heard on it.
    Down,
    /// It is open, and the devices named with it are no longer reached there: they had connected to it,
    /// and their connection is closed. Named with `Up` they are heard there again.
    Left,
    /// It is open, and under each of the names named with it two senders speak there at once. Named with
    /// `Up` there is one again.
    Doubled,
}

/// All lines that were told of.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    lines: BTreeMap<Text, Source>,
    /// On which line each device was last heard.
    last: BTreeMap<DeviceKey, Text>,
}

#[derive(Debug, Default)]
struct Source {
    up: bool,
    devices: BTreeMap<DeviceKey, Hearing>,
}

/// How a device is heard on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hearing {
    /// Only before the line last opened.
    Before,
    /// Since it did.
    Heard,
    /// Its connection to the open line is closed.
    Left,
    /// By two senders at once.
    Doubled,
}

impl Hearing {
    const fn is_heard(self) -> bool {
        matches!(self, Hearing::Heard | Hearing::Doubled)
    }
}

/// What the lines say of one device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// A line it was ever heard on is open.
    pub(crate) open: bool,
    /// Every line it was ever heard on is closed.
    pub(crate) closed: bool,
    /// It is heard on more than one open line, or from two senders on one.
    pub(crate) twice: bool,
}

impl Reach {
    /// Nothing that it says can be shown: no line is open, or two devices speak under its name, of
    /// which nobody knows whose values are whose.
    pub(crate) fn is_unusable(self) -> bool {
        self.closed || self.twice
    }
}

impl Sources {
    /// Takes a change in; gives all devices whose [`Reach`] may be another now.
    pub(crate) fn change(
        &mut self,
        line: &Text,
        devices: &[DeviceKey],
        change: LineChange,
    ) -> Vec<DeviceKey> {
        let source = self.lines.entry(line.clone()).or_default();
        let opens = change == LineChange::Up && !source.up;
        let told = match change {
            // Named with the opening itself: remembered from before, not heard yet.
            LineChange::Up if opens => None,
            LineChange::Up => Some(Hearing::Heard),
            LineChange::Down => None,
            LineChange::Left => Some(Hearing::Left),
            LineChange::Doubled => Some(Hearing::Doubled),
        };
        if opens {
            // What was heard before the line closed may be another device by now. Whose own connection
            // was closed is not reached by the line's listening.
            for hearing in source.devices.values_mut().filter(|it| it.is_heard()) {
                *hearing = Hearing::Before;
            }
        }
        source.up = match change {
            LineChange::Up => true,
            LineChange::Down => false,
            LineChange::Left | LineChange::Doubled => source.up,
        };
        for device in devices {
            if !source.devices.contains_key(device) && source.devices.len() >= DEVICES_A_LINE_MAX {
                // Who left makes room for who came.
                let left = source.devices.iter().find(|(_, hearing)| **hearing == Hearing::Left);
                let Some(left) = left.map(|(left, _)| left.clone()) else { continue };
                source.devices.remove(&left);
            }
            let hearing = source.devices.entry(device.clone()).or_insert(Hearing::Heard);
            *hearing = told.unwrap_or(*hearing);
            if hearing.is_heard() {
                self.last.insert(device.clone(), line.clone());
            }
        }
        source.devices.keys().cloned().collect()
    }

    /// The line is no longer there.
    pub(crate) fn forget(&mut self, line: &Text) {
        self.lines.remove(line);
        self.last.retain(|_, last| last != line);
    }

    /// The line on which a device was last heard.
    pub(crate) fn last_line(&self, device: &DeviceKey) -> Option<&Text> {
        self.last.get(device)
    }

    /// A device gave its name: the lines know it by that one from now on.
    pub(crate) fn rename(&mut self, was: &DeviceKey, is: &DeviceKey) {
        for source in self.lines.values_mut() {
            if let Some(heard) = source.devices.remove(was) {
                let kept = source.devices.entry(is.clone()).or_insert(heard);
                if heard.is_heard() {
                    *kept = heard;
                }
            }
        }
        if let Some(line) = self.last.remove(was) {
            self.last.insert(is.clone(), line);
        }
    }

    /// The one named device that is heard on a line, when there is exactly one.
    pub(crate) fn only_named(&self, line: &Text) -> Option<DeviceKey> {
        let source = self.lines.get(line)?;
        let mut named = source
            .devices
            .iter()
            .filter(|(key, heard)| heard.is_heard() && !key.is_of_line())
            .map(|(key, _)| key);
        match (named.next(), named.next()) {
            (Some(only), None) => Some(only.clone()),
            (None | Some(_), _) => None,
        }
    }

    /// What the lines say of a device; nothing when no line ever named it.
    pub(crate) fn reach(&self, device: &DeviceKey) -> Reach {
        let (mut known, mut open, mut senders) = (false, false, 0);
        for source in self.lines.values() {
            let Some(hearing) = source.devices.get(device) else { continue };
            known = true;
            open |= source.up && *hearing != Hearing::Left;
            senders += match hearing {
                Hearing::Heard if source.up => 1,
                Hearing::Doubled if source.up => 2,
                Hearing::Before | Hearing::Heard | Hearing::Left | Hearing::Doubled => 0,
            };
        }
        Reach { open, closed: known && !open, twice: senders > 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> DeviceKey {
        DeviceKey(Text::from(name))
    }

    #[test]
    fn a_device_that_moves_to_another_line_is_neither_closed_nor_double() {
        let (a, b) = (Text::from("a"), Text::from("b"));
        let mut sources = Sources::default();
        assert_eq!(sources.reach(&key("mp")), Reach::default());
        sources.change(&a, &[key("mp")], LineChange::Up);
        sources.change(&a, &[], LineChange::Down);
        assert_eq!(sources.reach(&key("mp")), Reach { open: false, closed: true, twice: false });
        sources.change(&b, &[key("mp")], LineChange::Up);
        sources.change(&a, &[key("mp")], LineChange::Up);
        assert_eq!(sources.reach(&key("mp")), Reach { open: true, closed: false, twice: false });
        sources.change(&a, &[key("mp")], LineChange::Up);
        assert_eq!(sources.reach(&key("mp")), Reach { open: true, closed: false, twice: true });
        sources.change(&b, &[], LineChange::Down);
        assert_eq!(sources.reach(&key("mp")), Reach { open: true, closed: false, twice: false });
    }

    #[test]
    fn a_device_leaves_an_open_line_and_comes_back() {
        let line = Text::from("gate");
        let mut sources = Sources::default();
        sources.change(&line, &[], LineChange::Up);
        sources.change(&line, &[key("a"), key("b")], LineChange::Up);
        sources.change(&line, &[key("a")], LineChange::Left);
        let left = Reach { open: false, closed: true, twice: false };
        let heard = Reach { open: true, closed: false, twice: false };
        assert_eq!((sources.reach(&key("a")), sources.reach(&key("b"))), (left, heard));
        sources.change(&line, &[], LineChange::Down);
        sources.change(&line, &[key("a"), key("b")], LineChange::Up);
        assert_eq!(sources.reach(&key("a")), left, "that the line listens brings nobody back");
        assert_eq!(sources.reach(&key("b")), heard);
        sources.change(&line, &[key("a"), key("b")], LineChange::Up);
        assert_eq!(sources.reach(&key("a")), heard);
        sources.change(&line, &[key("a")], LineChange::Doubled);
        assert!(sources.reach(&key("a")).twice && !sources.reach(&key("b")).twice);
        sources.change(&line, &[key("a")], LineChange::Up);
        assert_eq!(sources.reach(&key("a")), heard);
    }

    #[test]
    fn who_left_makes_room() {
        let line = Text::from("gate");
        let mut sources = Sources::default();
        sources.change(&line, &[], LineChange::Up);
        for number in 0..DEVICES_A_LINE_MAX {
            sources.change(&line, &[key(&format!("a{number}"))], LineChange::Up);
        }
        sources.change(&line, &[key("b")], LineChange::Up);
        assert_eq!(sources.reach(&key("b")), Reach::default(), "no room");
        sources.change(&line, &[key("a7")], LineChange::Left);
        sources.change(&line, &[key("b")], LineChange::Up);
        assert!(sources.reach(&key("b")).open);
    }

    #[test]
    fn only_one_named_device_can_inherit_from_its_line() {
        let line = Text::from("gate");
        let mut sources = Sources::default();
        sources.change(&line, &[DeviceKey::of_line("gate"), key("a")], LineChange::Up);
        assert_eq!(sources.only_named(&line), Some(key("a")));
        sources.change(&line, &[key("b")], LineChange::Up);
        assert_eq!(sources.only_named(&line), None);
    }
}
