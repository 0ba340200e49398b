//! What a reload changes: lines that did not change are not touched.

use std::collections::BTreeMap;

use vigie_model::{BedId, DeviceKey, Text};

use crate::{Config, LineConfig};

/// From one configuration to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Names of lines to close: gone, or to be opened anew.
    pub removed: Vec<Text>,
    /// Lines to open: new, or changed.
    pub added: Vec<LineConfig>,
    /// Whether the bed map is another one: beds, labels or their order.
    pub beds_changed: bool,
    /// Lines and devices that stand somewhere else now. A line that only moves is not touched.
    pub moved: Vec<Moved>,
    /// Whether windows are to speak another language.
    pub language_changed: bool,
    /// Whether other amounts are kept, or copies go elsewhere.
    pub record_changed: bool,
    /// Whether alarms or scores are treated otherwise, the station's own limits included.
    pub alarms_changed: bool,
    /// Whether alarms are heard otherwise.
    pub sound_changed: bool,
    /// Whether windows are to show otherwise.
    pub screen_changed: bool,
    /// Whether other people have PINs, or other ones.
    pub people_changed: bool,
    /// Whether lines go through other switches, hubs or adapters.
    pub paths_changed: bool,
    /// What cannot change while the station runs, in words; empty: nothing of that.
    pub needs_restart: Vec<String>,
}

/// A line or a device at another bed than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub who: Who,
    /// Where it stood by the old configuration.
    pub from: Option<BedId>,
    /// Where it stands by the new one.
    pub to: Option<BedId>,
}

/// Who stands at a bed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Whatever device is on this line.
    Line(Text),
    /// A device by its lasting name.
    Device(DeviceKey),
}

impl Changes {
    /// Whether both configurations mean the same.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

impl Config {
    /// What changes when `new` takes this one's place.
    pub fn changes_to(&self, new: &Config) -> Changes {
        let (old_lines, new_lines) = (lines(self), lines(new));
        let is_same = |line: &LineConfig| {
            let other = |lines: &BTreeMap<&str, &LineConfig>| {
                lines.get(line.name.as_str()).is_some_and(|other| is_same_port(line, other))
            };
            other(&old_lines) && other(&new_lines)
        };
        let changed = |config: &'_ Config| -> Vec<LineConfig> {
            config.lines.iter().filter(|line| !is_same(line)).cloned().collect()
        };
        Changes {
            removed: changed(self).into_iter().map(|line| line.name).collect(),
            added: changed(new),
            beds_changed: self.beds != new.beds,
            moved: moved(self, new),
            language_changed: self.language != new.language,
            record_changed: self.record != new.record,
            alarms_changed: self.alarms != new.alarms || self.limits != new.limits,
            sound_changed: self.sound != new.sound,
            screen_changed: self.screen != new.screen || self.windows != new.windows,
            people_changed: self.people != new.people,
            paths_changed: self.paths() != new.paths(),
            needs_restart: needs_restart(self, new),
        }
    }

    /// What lines go through, by their names: those for which there is a name.
    pub fn paths(&self) -> BTreeMap<Text, Text> {
        let named =
            self.lines.iter().filter_map(|line| Some((line.name.clone(), line.path.clone()?)));
        named.collect()
    }

    /// Where lines and devices stand by this configuration.
    fn places(&self) -> BTreeMap<Who, &BedId> {
        let lines = self
            .lines
            .iter()
            .filter_map(|line| Some((Who::Line(line.name.clone()), line.bed.as_ref()?)));
        let devices = self
            .devices
            .iter()
            .filter_map(|device| Some((Who::Device(device.key.clone()), device.bed.as_ref()?)));
        lines.chain(devices).collect()
    }
}

fn lines(config: &Config) -> BTreeMap<&str, &LineConfig> {
    config.lines.iter().map(|line| (line.name.as_str(), line)).collect()
}

/// Whether two lines differ in nothing but their bed and what they go through: neither is a reason to
/// let go of a monitor.
fn is_same_port(line: &LineConfig, other: &LineConfig) -> bool {
    let LineConfig { name, protocol, passive, real, bed: _, ports, options, capture, path: _ } =
        line;
    *name == other.name
        && *protocol == other.protocol
        && *passive == other.passive
        && *real == other.real
        && *ports == other.ports
        && *options == other.options
        && *capture == other.capture
}

fn moved(old: &Config, new: &Config) -> Vec<Moved> {
    let (before, after) = (old.places(), new.places());
    let mut who: Vec<&Who> = before.keys().chain(after.keys()).collect();
    who.sort_unstable();
    who.dedup();
    who.into_iter()
        .filter(|who| before.get(who) != after.get(who))
        .map(|who| Moved {
            who: who.clone(),
            from: before.get(who).map(|bed| (*bed).clone()),
            to: after.get(who).map(|bed| (*bed).clone()),
        })
        .collect()
}

fn needs_restart(old: &Config, new: &Config) -> Vec<String> {
    let mut reasons = Vec::new();
    if old.mode != new.mode {
        reasons.push(format!("mode: {:?} instead of {:?}", new.mode, old.mode).to_lowercase());
    }
    if old.network != new.network {
        let said = |config: &Config| match &config.network {
            Some(network) => {
                format!("{} on {}/{}", network.interface, network.address, network.prefix)
            }
            None => "none".to_owned(),
        };
        reasons.push(format!("network: {} instead of {}", said(new), said(old)));
    }
    reasons
}
