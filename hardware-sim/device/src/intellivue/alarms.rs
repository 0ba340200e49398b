//! The alert monitor: alarm lists from what is wrong with the patient.
//!
//! Source of codes, types, states and the layout of entries: guide, "Alert Monitor"; of texts, flags,
//! sources and latching: the recorded serial lines. Red alarms stay until somebody presses Silence;
//! yellow and technical ones go with their cause.

use vigie_intellivue::wire::types::AttributeGroup;
use vigie_sim_patient::Finding;

use super::bytes;
use super::numerics::object_of;
use super::results::{Attr, Object};

/// Class of the alert monitor.
pub(super) const CLASS: u16 = 0x0036;
/// Its handle at the first start, as recorded.
const HANDLE: u16 = 0x83C0;

const RED: u16 = 0x0400;
const YELLOW: u16 = 0x0200;
const TECHNICAL: u16 = 0x0002;

/// Alert states.
const LATCHED: u16 = 0x2000;
const SILENCED: u16 = 0x1000;
const DEVICE_STANDBY: u16 = 0x0200;
const DEVICE_DEMO: u16 = 0x0100;
const NEW: u16 = 0x0008;

/// An alarm that the monitor can give.
#[derive(Debug)]
struct Row {
    finding: Finding,
    /// What it is about.
    source: u16,
    code: u16,
    kind: u16,
    text: &'static str,
    /// Label of the numeric it belongs to; technical ones refer to their module.
    label: u16,
    /// Order inside its kind.
    priority: u16,
}

const fn row(
    finding: Finding,
    (source, code, kind): (u16, u16, u16),
    text: &'static str,
    (label, priority): (u16, u16),
) -> Row {
    Row { finding, source, code, kind, text, label, priority }
}

/// Codes: 3076 asystole, 61444 fibrillation, 3224 ventricular tachycardia, 3086 and 3122 extreme rates,
/// 3246 desaturation, 3072 apnoea, 62 low, 40 high, 274 leads off, 308 sensor and 336 transducer
/// disconnected (guide, "Alert codes").
static ROWS: &[Row] = &[
    row(Finding::Asystole, (0x4182, 3_076, RED), "*** ASYSTOLE", (0x4182, 1)),
    row(Finding::VentricularTachycardia, (0x4261, 3_224, RED), "*** VTACH", (0x4261, 2)),
    row(Finding::Apnoea, (0x500A, 3_072, RED), "*** APNEA", (0x500A, 3)),
    row(Finding::ExtremeBradycardia, (0x4182, 3_086, RED), "*** BRADY", (0x4182, 4)),
    row(Finding::ExtremeTachycardia, (0x4182, 3_122, RED), "*** TACHY", (0x4182, 5)),
    row(Finding::Desaturation, (0x4BB8, 3_246, RED), "*** DESAT", (0x4BB8, 6)),
    row(Finding::HeartRateLow, (0x4182, 62, YELLOW), "** HR     LOW", (0x4182, 1)),
    row(Finding::HeartRateHigh, (0x4182, 40, YELLOW), "** HR     HIGH", (0x4182, 1)),
    row(Finding::SpO2Low, (0x4BB8, 62, YELLOW), "** SpO\u{2082}   LOW", (0x4BB8, 1)),
    row(Finding::RespLow, (0x500A, 62, YELLOW), "** RR     LOW", (0x500A, 1)),
    row(Finding::RespHigh, (0x500A, 40, YELLOW), "** RR     HIGH", (0x500A, 1)),
    row(Finding::AbpLow, (0x4A15, 62, YELLOW), "** ABPs   LOW", (0x4A14, 1)),
    row(Finding::AbpHigh, (0x4A15, 40, YELLOW), "** ABPs   HIGH", (0x4A14, 1)),
    row(Finding::LeadsOff, (0x0100, 274, TECHNICAL), "ECG LEADS OFF", (0x4182, 4)),
    row(Finding::SpO2SensorOff, (0x4BB8, 308, TECHNICAL), "SpO\u{2082}   SENSOR OFF", (0x4BB8, 8)),
    row(Finding::AbpDisconnected, (0x4A14, 336, TECHNICAL), "ABP    NO TRANSDUC", (0x4A14, 6)),
    row(Finding::Co2SensorOff, (0x50AC, 308, TECHNICAL), "CO\u{2082}    SENSOR OFF", (0x50AC, 7)),
];

/// The alarms of now.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    entries: Vec<Entry>,
    changes: u16,
}

#[derive(Debug)]
struct Entry {
    row: &'static Row,
    is_latched: bool,
    is_silenced: bool,
    is_new: bool,
}

impl Alarms {
    /// A new round with what is wrong in it.
    pub(super) fn round(&mut self, findings: &[Finding]) {
        let before: Vec<(Finding, bool)> =
            self.entries.iter().map(|entry| (entry.row.finding, entry.is_latched)).collect();
        for entry in &mut self.entries {
            entry.is_new = false;
            let is_there = findings.contains(&entry.row.finding);
            if entry.is_latched && is_there {
                // It sounds again.
                entry.is_silenced = false;
            }
            entry.is_latched = !is_there;
        }
        let stays =
            |entry: &Entry| !entry.is_latched || entry.row.kind == RED && !entry.is_silenced;
        self.entries.retain(stays);
        for row in ROWS {
            let is_known = self.entries.iter().any(|entry| entry.row.finding == row.finding);
            if findings.contains(&row.finding) && !is_known {
                let (is_latched, is_silenced, is_new) = (false, false, true);
                self.entries.push(Entry { row, is_latched, is_silenced, is_new });
            }
        }
        self.entries.sort_by_key(|entry| (u16::MAX - entry.row.kind, entry.row.priority));
        let after = self.entries.iter().map(|entry| (entry.row.finding, entry.is_latched));
        if !after.eq(before) {
            self.changes = self.changes.wrapping_add(1);
        }
    }

    /// Somebody presses Silence: what latched goes, the rest is silent.
    pub(super) fn silence(&mut self) {
        self.entries.retain(|entry| !entry.is_latched);
        for entry in &mut self.entries {
            entry.is_silenced = true;
        }
        self.changes = self.changes.wrapping_add(1);
    }

    /// All alarms end: standby, or power off.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.changes = self.changes.wrapping_add(1);
    }

    /// Identifiers of the numbers that drive an alarm.
    pub(super) fn driving(&self) -> Vec<u16> {
        let is_driving = |entry: &&Entry| !entry.is_latched && entry.row.kind != TECHNICAL;
        self.entries.iter().filter(is_driving).map(|entry| entry.row.source).collect()
    }

    /// The alert monitor with the attributes of a group.
    pub(super) fn object(
        &self,
        group: AttributeGroup,
        (is_demo, is_standby): (bool, bool),
        handle_shift: u16,
    ) -> Object {
        let handle = HANDLE.wrapping_add(handle_shift);
        let mut attributes = Vec::new();
        if matches!(group, AttributeGroup::All | AttributeGroup::VmoStatic) {
            attributes.push(Attr::new(0x0921, bytes::words(&[handle])));
            attributes.push(Attr::new(0x092F, bytes::words(&[1, CLASS])));
        }
        if matches!(group, AttributeGroup::All | AttributeGroup::AlertMonitor) {
            let highest = |is_it: &dyn Fn(&Entry) -> bool| {
                let kinds = self.entries.iter().filter(|entry| is_it(entry));
                kinds.map(|entry| entry.row.kind).max().unwrap_or(0)
            };
            let is_patient = |entry: &Entry| entry.row.kind != TECHNICAL;
            let state =
                if is_demo { DEVICE_DEMO } else { 0 } | if is_standby { DEVICE_STANDBY } else { 0 };
            let condition = [
                state,
                self.changes,
                highest(&is_patient),
                highest(&|entry| !is_patient(entry)),
                highest(&|entry| !entry.is_silenced),
            ];
            let entries = |is_it: &dyn Fn(&Entry) -> bool| {
                let entries = self.entries.iter().filter(|entry| is_it(entry));
                entries.map(|entry| entry.bytes(handle_shift)).collect()
            };
            attributes.push(Attr::new(0x0916, bytes::words(&condition)));
            attributes.push(Attr::list(0x0902, entries(&is_patient)));
            attributes.push(Attr::list(0x0904, entries(&|entry| !is_patient(entry))));
        }
        Object { context: 0, handle, attributes }
    }
}

impl Entry {
    /// 68 bytes, as recorded.
    fn bytes(&self, handle_shift: u16) -> Vec<u8> {
        let row = self.row;
        let state = if self.is_latched { LATCHED } else { 0 }
            | if self.is_silenced { SILENCED } else { 0 }
            | if self.is_new { NEW } else { 0 };
        let (context, handle) = object_of(row.label);
        // Patient alarms refer to the numeric; technical ones to their module, of which nothing
        // else is told: it stands under a handle of its own.
        let (class, handle) =
            if row.kind == TECHNICAL { (0x0002, handle & 0xFFF0) } else { (0x0006, handle) };
        let handle = handle.wrapping_add(handle_shift);
        let text_id = 0x0003_0000 | u32::from(row.code);
        let mut entry = bytes::words(&[row.source, row.code, row.kind, state]);
        entry.extend(bytes::words(&[class, context, handle]));
        let mut info = bytes::words(&[0]);
        info.extend(bytes::longs(&[text_id]));
        info.extend(bytes::words(&[row.priority, 0x7800]));
        info.extend(bytes::string(row.text, 18, 0x20));
        entry.extend(bytes::words(&[516]));
        entry.extend(bytes::counted(&info));
        entry
    }
}
