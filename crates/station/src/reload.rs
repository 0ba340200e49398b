//! From one configuration to another without ending what did not change.

use std::collections::BTreeSet;

use vigie_config::{Config, LineConfig};
use vigie_model::{BedId, DeviceKey};

use crate::{
    LineReport,
    board::Ask,
    links::{is_begun_anew, is_same_line},
};

/// Why a configuration cannot be taken over by a station that runs.
pub(crate) fn refusal(current: &Config, wanted: &Config) -> Option<String> {
    let changed = match (current.mode != wanted.mode, current.network != wanted.network) {
        (false, false) => return None,
        (true, false) => "the mode",
        (false, true) => "the network",
        (true, true) => "mode and network",
    };
    Some(format!("{changed} changed: restart needed"))
}

/// What the board must be told of how alarms are treated, if that changed.
pub(crate) fn policy(current: &Config, wanted: &Config) -> Option<Ask> {
    let (policy, paths) = (&wanted.alarms, wanted.paths());
    let is_same = current.alarms == *policy && current.paths() == paths;
    (!is_same).then(|| Ask::Policy { policy: Box::new(policy.clone()), paths })
}

/// Who stands where as a station starts.
pub(crate) fn assignments(config: &Config) -> Ask {
    Ask::Defaults { pinned: pinned(config), lines: beds_of_lines(config) }
}

/// The beds of lines, under the lines' keys.
fn beds_of_lines(config: &Config) -> Vec<(DeviceKey, BedId)> {
    let lines = config.lines.iter();
    lines.filter_map(|line| Some((key_of(line), line.bed.clone()?))).collect()
}

/// Devices that have a bed by their own names.
fn pinned(config: &Config) -> Vec<(DeviceKey, BedId)> {
    let devices = config.devices.iter();
    devices.filter_map(|device| Some((device.key.clone(), device.bed.clone()?))).collect()
}

/// What the board must be told of a change, if anything. `lines`: what is heard on the lines now.
///
/// Only what the configuration says otherwise than before moves: where a person has put a device
/// meanwhile, it stays. A line with a bed that is made otherwise is another line, as it is after a
/// restart: whoever was heard on it leaves, and when it has ended the bed is its own again.
pub(crate) fn beds(current: &Config, wanted: &Config, lines: &[LineReport]) -> Option<Ask> {
    let beds = (current.beds != wanted.beds).then(|| wanted.beds.clone());
    let mut off: BTreeSet<DeviceKey> = BTreeSet::new();
    let mut on: Vec<(DeviceKey, BedId)> = Vec::new();
    let mut moves = |device: DeviceKey, was: Option<&BedId>, is: Option<&BedId>| {
        if was == is {
            return;
        }
        if let Some(bed) = is {
            on.push((device.clone(), bed.clone()));
        }
        off.insert(device);
    };
    let mut anew: Vec<DeviceKey> = Vec::new();
    let line = |config: &Config, name| {
        let found = |line: &&LineConfig| line.name == name;
        config.lines.iter().find(found).cloned()
    };
    for new in &wanted.lines {
        let old = line(current, new.name.clone());
        if let Some(old) = old.as_ref().filter(|old| !is_same_line(old, new)) {
            if is_begun_anew(old, new) {
                anew.extend(all_heard_on(old, lines));
            }
            continue;
        }
        let was = old.as_ref().and_then(|line| line.bed.as_ref());
        moves(heard_on(new, lines), was, new.bed.as_ref());
    }
    for old in &current.lines {
        if line(wanted, old.name.clone()).is_none() {
            moves(heard_on(old, lines), old.bed.as_ref(), None);
        }
    }
    let bed_of = |config: &Config, key: &DeviceKey| {
        let found = config.devices.iter().find(|device| device.key == *key);
        found.and_then(|device| device.bed.clone())
    };
    let devices: BTreeSet<&DeviceKey> =
        current.devices.iter().chain(&wanted.devices).map(|device| &device.key).collect();
    for key in devices {
        moves(key.clone(), bed_of(current, key).as_ref(), bed_of(wanted, key).as_ref());
    }
    off.extend(anew);
    if beds.is_none() && off.is_empty() && on.is_empty() {
        return None;
    }
    let (pinned, of_lines) = (pinned(wanted), beds_of_lines(wanted));
    Some(Ask::Beds { beds, off: off.into_iter().collect(), on, pinned, lines: of_lines })
}

fn key_of(line: &LineConfig) -> DeviceKey {
    DeviceKey::of_line(line.name.as_str())
}

/// Whom a line's bed is for: the one device that named itself there, else whoever is heard on it.
fn heard_on(line: &LineConfig, lines: &[LineReport]) -> DeviceKey {
    let report = lines.iter().find(|report| report.name == line.name.as_str());
    let named = |key: &&String| !DeviceKey(key.as_str().into()).is_of_line();
    let mut named = report.into_iter().flat_map(|report| report.devices.iter().filter(named));
    match (named.next(), named.next()) {
        (Some(only), None) => DeviceKey(only.as_str().into()),
        (None | Some(_), _) => key_of(line),
    }
}

/// Everybody who was heard on a line, and the line itself.
fn all_heard_on(line: &LineConfig, lines: &[LineReport]) -> Vec<DeviceKey> {
    let report = lines.iter().find(|report| report.name == line.name.as_str());
    let named = report.into_iter().flat_map(|report| &report.devices);
    named.map(|key| DeviceKey(key.as_str().into())).chain([key_of(line)]).collect()
}
