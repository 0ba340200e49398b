//! [`Lost`]: what is missing, and whether it lies between two values.

use std::collections::BTreeMap;

use vigie_history::{At, GapRow, LinkRow};
use vigie_model::{DeviceKey, MetricKey, Text, WallTime};

/// Losses that are kept at once to mark values by; `gaps.csv` has all.
const KEPT_MAX: usize = 1_000_000;

/// Losses of the time exported.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// Of every device.
    of_all: Vec<(WallTime, WallTime)>,
    of_device: BTreeMap<DeviceKey, Vec<(WallTime, WallTime, Option<MetricKey>)>>,
    kept: usize,
    /// Devices that are not reached on a line: since when.
    down: BTreeMap<Text, BTreeMap<DeviceKey, At>>,
}

impl Lost {
    pub(super) fn take(&mut self, row: &GapRow) {
        if self.kept == KEPT_MAX {
            return;
        }
        self.kept += 1;
        let span = (row.from.wall, row.to.wall);
        match &row.device {
            None => self.of_all.push(span),
            Some(device) => {
                let of_device = self.of_device.entry(device.clone()).or_default();
                of_device.push((span.0, span.1, row.key.clone()));
            }
        }
    }

    /// A line that opened or closed, or some of its devices that came or went: those named lost what
    /// lies between, from here on.
    pub(super) fn take_link(&mut self, link: LinkRow) -> Vec<GapRow> {
        let LinkRow { at, line, is_up, devices } = link;
        let down = self.down.entry(line.clone()).or_default();
        if !is_up {
            for device in devices {
                down.entry(device).or_insert(at);
            }
            return Vec::new();
        }
        let back = devices.into_iter().filter_map(|device| down.remove_entry(&device));
        back.map(|(device, from)| closed(&line, device, from, at)).collect()
    }

    /// Devices that were not reached to the end.
    pub(super) fn end(&mut self, to: WallTime) -> Vec<GapRow> {
        let down = std::mem::take(&mut self.down);
        let of_line = |(line, devices): (Text, BTreeMap<DeviceKey, At>)| {
            let gap = |(device, from)| closed(&line, device, from, At { wall: to, ..from });
            devices.into_iter().map(gap).collect::<Vec<_>>()
        };
        down.into_iter().flat_map(of_line).collect()
    }

    /// Whether anything was lost after `before`, up to `at`.
    pub(super) fn between(
        &self,
        device: &DeviceKey,
        key: &MetricKey,
        before: Option<WallTime>,
        at: WallTime,
    ) -> bool {
        let before = before.unwrap_or(WallTime::from_unix_nanos(i64::MIN));
        let is_between = |from: WallTime, to: WallTime| from <= at && to > before;
        self.of_all.iter().any(|(from, to)| is_between(*from, *to))
            || self.of_device.get(device).is_some_and(|gaps| {
                gaps.iter().any(|(from, to, of)| {
                    is_between(*from, *to) && of.as_ref().is_none_or(|of| of == key)
                })
            })
    }
}

fn closed(line: &Text, device: DeviceKey, from: At, to: At) -> GapRow {
    GapRow {
        from,
        to,
        device: Some(device),
        key: None,
        lost: 0,
        why: Text::from(format!("line {line} was closed")),
    }
}
