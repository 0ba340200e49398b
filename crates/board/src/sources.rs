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
    /// Heard since the line last opened (`true`), or only before.
    devices: BTreeMap<DeviceKey, bool>,
}

/// What the lines say of one device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// A line it was ever heard on is open.
    pub(crate) open: bool,
    /// Every line it was ever heard on is closed.
    pub(crate) closed: bool,
    /// It is heard on more than one open line.
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
        match change {
            LineChange::Up if source.up => {}
            LineChange::Up => {
                // What was heard before the line closed may be another device by now.
                source.devices.values_mut().for_each(|heard| *heard = false);
                source.up = true;
            }
            LineChange::Down => source.up = false,
        }
        for device in devices {
            let is_full = source.devices.len() >= DEVICES_A_LINE_MAX;
            match source.devices.get_mut(device) {
                // Named with the opening itself: remembered from before, not heard yet.
                Some(heard) => *heard |= !opens,
                None if is_full => {}
                None => _ = source.devices.insert(device.clone(), true),
            }
            if source.devices.get(device) == Some(&true) {
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
                *kept |= heard;
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
            .filter(|(key, heard)| **heard && !key.is_of_line())
            .map(|(key, _)| key);
        match (named.next(), named.next()) {
            (Some(only), None) => Some(only.clone()),
            (None | Some(_), _) => None,
        }
    }

    /// What the lines say of a device; nothing when no line ever named it.
    pub(crate) fn reach(&self, device: &DeviceKey) -> Reach {
        let (mut known, mut open, mut heard_open) = (false, false, 0);
        for source in self.lines.values() {
            if let Some(heard) = source.devices.get(device) {
                known = true;
                open |= source.up;
                heard_open += usize::from(source.up && *heard);
            }
        }
        Reach { open, closed: known && !open, twice: heard_open > 1 }
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
    fn only_one_named_device_can_inherit_from_its_line() {
        let line = Text::from("gate");
        let mut sources = Sources::default();
        sources.change(&line, &[DeviceKey::of_line("gate"), key("a")], LineChange::Up);
        assert_eq!(sources.only_named(&line), Some(key("a")));
        sources.change(&line, &[key("b")], LineChange::Up);
        assert_eq!(sources.only_named(&line), None);
    }
}
