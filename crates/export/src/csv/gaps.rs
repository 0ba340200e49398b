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
    /// Lines that are closed: since when.
    down: BTreeMap<Text, LinkRow>,
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

    /// A line that opened or closed: its devices lost what lies between, from here on.
    pub(super) fn take_link(&mut self, link: LinkRow) -> Vec<GapRow> {
        match (link.is_up, self.down.remove(&link.line)) {
            (true, Some(down)) => closed(&down, link.at),
            (true, None) => Vec::new(),
            (false, before) => {
                self.down.insert(link.line.clone(), before.unwrap_or(link));
                Vec::new()
            }
        }
    }

    /// Lines that stayed closed to the end.
    pub(super) fn end(&mut self, to: WallTime) -> Vec<GapRow> {
        let down = std::mem::take(&mut self.down);
        let end = |down: LinkRow| closed(&down, At { wall: to, ..down.at });
        down.into_values().flat_map(end).collect()
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

fn closed(down: &LinkRow, to: At) -> Vec<GapRow> {
    let gap = |device: &DeviceKey| GapRow {
        from: down.at,
        to,
        device: Some(device.clone()),
        key: None,
        lost: 0,
        why: Text::from(format!("line {} was closed", down.line)),
    };
    down.devices.iter().map(gap).collect()
}
