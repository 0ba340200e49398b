//! Wave objects: ECG as one compound of three leads and as single leads, pleth, pressure, breath.
//!
//! Source of labels: guide, tables of waves; of context attributes, scales and their order: the
//! recorded network session. All ECG waves of a monitor stand under one handle.

use std::collections::BTreeSet;

use vigie_intellivue::wire::types::AttributeGroup;
use vigie_sim_patient::{Signal, Trace};

use super::bytes;
use super::results::{Attr, Object, Says};

/// Class of waves.
pub(super) const CLASS: u16 = 0x0009;
/// Label of the compound ECG.
pub(super) const COMPOUND: u32 = 0x0002_0100;
/// Made up; no sample can be trusted.
const DEMO: u16 = 0x0400;
const INVALID: u16 = 0x8000;

/// A wave object.
#[derive(Debug)]
pub(super) struct Row {
    context: u16,
    handle: u16,
    /// Label as a number, partition 2; of single waves also what they measure.
    label: u16,
    name: &'static str,
    /// Samples in a block, bits of a sample that count, flags.
    spec: (u16, u8, u16),
    unit: u16,
    mode: Option<u16>,
    colour: u16,
    /// 096F: two amounts as FLOAT, two samples.
    scale: ([u32; 2], [u16; 2]),
    /// 0964: two amounts, two samples, increment, kind.
    calibration: Option<([u32; 2], [u16; 4])>,
    /// 096A.
    range: Option<[u16; 2]>,
    source: Source,
}

/// Where the samples come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Leads II, V and aVR at half rate.
    Compound,
    /// So many parts of lead I and of lead II.
    Limb(f32, f32),
    Plain(Signal),
}

const fn ecg(label: u16, name: &'static str, source: Source) -> Row {
    Row {
        context: 1,
        handle: 0x02AE,
        label,
        name,
        spec: (128, 14, 0x3000),
        unit: 0x10B2,
        mode: Some(0x0120),
        colour: 2,
        scale: ([0xFEFF_F000, 0xFD00_9FFB], [0, 0x3FFF]),
        calibration: Some(([0, 1], [0x1FBD, 0x2085, 0, 0])),
        range: Some([0x1FBD, 0x2085]),
        source,
    }
}

/// All wave objects, in the order in which they are sent and in which priority lists name them.
static ROWS: &[Row] = &[
    Row {
        context: 0,
        handle: 0x091C,
        label: 0x4A14,
        name: "ABP",
        spec: (32, 13, 0xA000),
        unit: 0x0F20,
        mode: None,
        colour: 1,
        scale: ([0x00FF_FFD8, 520], [0x00A0, 0x23A0]),
        calibration: Some(([0, 150], [0x0320, 0x0C80, 0x0320, 1])),
        range: Some([0x0230, 0x0EB0]),
        source: Source::Plain(Signal::Abp),
    },
    Row {
        context: 0,
        handle: 0x0930,
        label: 0x50AC,
        name: "CO\u{2082}",
        spec: (16, 12, 0x8000),
        unit: 0x0F20,
        mode: Some(0x0400),
        colour: 3,
        // No recording holds carbon dioxide; 40 samples a mmHg are our choice.
        scale: ([0, 102], [0, 4_080]),
        calibration: None,
        range: None,
        source: Source::Plain(Signal::Co2),
    },
    Row {
        spec: (64, 14, 0x3000),
        calibration: Some(([0, 1], [0x1F9C, 0x2064, 0, 0])),
        range: None,
        ..ecg(0x0100, "ECG", Source::Compound)
    },
    ecg(0x0101, "I", Source::Limb(1.0, 0.0)),
    ecg(0x0102, "II", Source::Limb(0.0, 1.0)),
    ecg(0x013D, "III", Source::Limb(-1.0, 1.0)),
    ecg(0x013E, "aVR", Source::Limb(-0.5, -0.5)),
    ecg(0x013F, "aVL", Source::Limb(1.0, -0.5)),
    ecg(0x0140, "aVF", Source::Limb(-0.5, 1.0)),
    ecg(0x0143, "V", Source::Plain(Signal::EcgV)),
    Row {
        context: 1,
        handle: 0x03DA,
        label: 0x4BB4,
        name: "Pleth",
        spec: (32, 12, 0x8000),
        unit: 0x0200,
        mode: None,
        colour: 6,
        scale: ([bytes::NAN, bytes::NAN], [0, 0x0FFF]),
        calibration: None,
        range: None,
        source: Source::Plain(Signal::Pleth),
    },
    Row {
        context: 1,
        handle: 0x02B8,
        label: 0x5000,
        name: "Resp",
        spec: (16, 12, 0x8000),
        unit: 0x10C0,
        mode: Some(0),
        colour: 7,
        scale: ([0xFFFF_FFFA, 0xFF00_0013], [0, 0x0FFF]),
        calibration: Some(([0, 1], [0x04CE, 0x0B33, 0, 0])),
        range: None,
        source: Source::Plain(Signal::Resp),
    },
];

/// What a block of one object holds: identifier, state, samples.
type Lead = (u16, u16, Vec<u16>);

/// Labels of all waves, ECG first, as the recorded monitor lists them.
pub(super) fn labels() -> Vec<u32> {
    let mut rows: Vec<&Row> = ROWS.iter().collect();
    rows.sort_by_key(|row| (!row.is_ecg(), row.label == 0x4A14, row.label));
    rows.iter().map(|row| row.label_id()).collect()
}

/// Whether a label is that of a single ECG lead.
pub(super) fn is_lead(label: u32) -> bool {
    ROWS.iter().any(|row| row.is_ecg() && row.label_id() == label && label != COMPOUND)
}

/// The objects of one result. `block` is the time of the samples and what the sensors gave; objects
/// in `told` have told what their samples mean.
pub(super) fn objects(
    group: AttributeGroup,
    chosen: &[u32],
    block: Option<(u64, &[Trace])>,
    told: &mut BTreeSet<u32>,
    (is_demo, handle_shift): (bool, u16),
) -> Vec<Object> {
    let wants_samples = matches!(group, AttributeGroup::All | AttributeGroup::MetricObservedValue);
    let wants_context = !matches!(group, AttributeGroup::MetricObservedValue);
    let mut objects = Vec::new();
    for row in ROWS.iter().filter(|row| chosen.contains(&row.label_id())) {
        let leads = block.and_then(|(first, traces)| Some((first, row.leads(traces, is_demo)?)));
        if block.is_some() && leads.is_none() {
            continue;
        }
        let mut attributes = Vec::new();
        // With all attributes, the meaning comes first: clients crash over samples without a scale.
        if wants_context && (!told.contains(&row.label_id()) || block.is_none()) {
            told.insert(row.label_id());
            attributes.extend(row.context(group, handle_shift));
        }
        if wants_samples {
            attributes.extend(leads.map(|(first, leads)| row.observed(first, &leads)));
        }
        if !attributes.is_empty() {
            let handle = row.handle.wrapping_add(handle_shift);
            objects.push(Object { context: row.context, handle, attributes });
        }
    }
    objects
}

impl Row {
    fn label_id(&self) -> u32 {
        0x0002_0000 | u32::from(self.label)
    }

    fn is_ecg(&self) -> bool {
        self.unit == 0x10B2
    }

    /// What the samples mean, in the order of the recording.
    fn context(&self, group: AttributeGroup, handle_shift: u16) -> Vec<Attr> {
        let (samples, bits, flags) = self.spec;
        let mut attributes = Vec::new();
        if matches!(group, AttributeGroup::All | AttributeGroup::VmoStatic) {
            let structure = if matches!(self.source, Source::Compound) { 0x0103 } else { 0x0000 };
            let mut metric = bytes::longs(&[2_048]);
            metric.extend(bytes::words(&[1, 0x4280, structure, 0]));
            let mut spec = bytes::words(&[samples]);
            spec.extend([16, bits]);
            spec.extend(bytes::words(&[flags]));
            let handle = self.handle.wrapping_add(handle_shift);
            attributes.extend([
                Attr::new(0x0921, bytes::words(&[handle])),
                Attr::new(0x092F, bytes::words(&[1, CLASS])),
                Attr::new(0x093F, metric),
                Attr::new(0x096D, spec),
            ]);
            if self.is_ecg() {
                let masks = [[4, 0x8008], [3, 0x4001], [2, 0x8004]];
                let masks = masks.map(|mask| bytes::words(&mask));
                attributes.push(Attr::new(0x0A16, bytes::list(&masks)));
            }
            attributes.push(Attr::new(0x098D, bytes::longs(&[2_048 / u32::from(samples)])));
        }
        if matches!(group, AttributeGroup::All | AttributeGroup::VmoDynamic) {
            attributes.push(Attr::new(0x0924, bytes::longs(&[self.label_id()])));
            attributes.push(Attr::new(0x0927, bytes::string(self.name, 6, 0x20)));
            attributes.push(Attr::new(0x0996, bytes::words(&[self.unit])));
            attributes.extend(self.mode.map(|mode| Attr::new(0x0945, bytes::words(&[mode]))));
            attributes.push(Attr::new(0x0911, bytes::words(&[self.colour])));
            attributes.push(Attr::new(0x0940, bytes::words(&[0])));
            let pair = |(amounts, samples): ([u32; 2], &[u16])| {
                let mut value = bytes::longs(&amounts);
                value.extend(bytes::words(samples));
                value
            };
            attributes.push(Attr::new(0x096F, pair((self.scale.0, &self.scale.1))));
            if let Some((amounts, samples)) = &self.calibration {
                attributes.push(Attr::new(0x0964, pair((*amounts, samples))));
            }
            attributes.extend(self.range.map(|range| Attr::new(0x096A, bytes::words(&range))));
        }
        attributes
    }

    fn observed(&self, first: u64, leads: &[Lead]) -> Attr {
        let values: Vec<Vec<u8>> = leads
            .iter()
            .map(|(physio_id, state, samples)| {
                let mut value = bytes::words(&[*physio_id, *state]);
                value.extend(bytes::counted(&bytes::words(samples)));
                value
            })
            .collect();
        let mut observed = match self.source {
            Source::Compound => Attr::new(0x0967, bytes::list(&values)),
            Source::Limb(..) | Source::Plain(_) => Attr::new(0x096E, values.concat()),
        };
        observed.says = leads
            .iter()
            .map(|(physio_id, _, samples)| Says {
                physio_id: *physio_id,
                tick: first,
                what: samples.len().to_string(),
            })
            .collect();
        observed
    }

    /// What the sensors gave for this object; `None` when one of them is off.
    fn leads(&self, traces: &[Trace], is_demo: bool) -> Option<Vec<Lead>> {
        let of = |signal: Signal| {
            traces.iter().find(|trace| trace.signal == signal).map(|trace| &trace.samples[..])
        };
        let limb = |first: f32, second: f32| -> Option<Vec<f32>> {
            let (one, two) = (of(Signal::EcgI), of(Signal::EcgII));
            match (first == 0.0, second == 0.0) {
                (false, true) => Some(one?.iter().map(|sample| first * sample).collect()),
                (true, _) => Some(two?.iter().map(|sample| second * sample).collect()),
                (false, false) => {
                    let pairs = one?.iter().zip(two?);
                    Some(pairs.map(|(one, two)| first * one + second * two).collect())
                }
            }
        };
        let halved = |samples: Vec<f32>| -> Vec<f32> { samples.into_iter().step_by(2).collect() };
        let waves: Vec<(u16, Vec<f32>)> = match self.source {
            Source::Compound => vec![
                (0x0102, halved(limb(0.0, 1.0)?)),
                (0x0143, halved(of(Signal::EcgV)?.to_vec())),
                (0x013E, halved(limb(-0.5, -0.5)?)),
            ],
            Source::Limb(first, second) => vec![(self.label, limb(first, second)?)],
            Source::Plain(signal) => vec![(self.label, of(signal)?.to_vec())],
        };
        let is_whole = |wave: &(u16, Vec<f32>)| wave.1.len() == usize::from(self.spec.0);
        let lead = |(physio_id, wave): (u16, Vec<f32>)| {
            let mut state = if is_demo { DEMO } else { 0 };
            if wave.iter().any(|sample| sample.is_nan()) {
                state |= INVALID;
            }
            (physio_id, state, wave.iter().map(|sample| self.raw(*sample)).collect())
        };
        waves.iter().all(is_whole).then(|| waves.into_iter().map(lead).collect())
    }

    /// An amount as a sample, by [`Row::scale`].
    fn raw(&self, amount: f32) -> u16 {
        let most = (1u32 << self.spec.1) - 1;
        let raw = match self.source {
            // 5 µV a sample, 0 at half the range.
            Source::Compound | Source::Limb(..) | Source::Plain(Signal::EcgI | Signal::EcgII) => {
                amount * 200.0 + 8_192.0
            }
            Source::Plain(Signal::EcgV) => amount * 200.0 + 8_192.0,
            Source::Plain(Signal::Pleth) => amount * 4_095.0,
            Source::Plain(Signal::Abp) => (amount + 40.0) * 16.0 + 160.0,
            Source::Plain(Signal::Resp) => (amount + 0.6) * (4_095.0 / 2.5),
            Source::Plain(Signal::Co2) => amount * 40.0,
        };
        if raw.is_nan() {
            return if self.is_ecg() { 0x2000 } else { 0 };
        }
        raw.round().clamp(0.0, most as f32) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: u16) -> &'static Row {
        ROWS.iter().find(|row| row.label == label).unwrap()
    }

    #[test]
    fn samples_are_what_the_scale_says() {
        assert_eq!(row(0x0101).raw(0.0), 0x2000);
        assert_eq!(row(0x0143).raw(1.0), 0x2000 + 200);
        assert_eq!(row(0x0101).raw(-100.0), 0);
        assert_eq!(row(0x4A14).raw(0.0), 0x0320);
        assert_eq!(row(0x4A14).raw(150.0), 0x0C80);
        assert_eq!(row(0x5000).raw(-0.6), 0);
        assert_eq!(row(0x5000).raw(1.9), 0x0FFF);
        assert_eq!(row(0x4BB4).raw(1.0), 0x0FFF);
        assert_eq!(row(0x50AC).raw(38.0), 1_520);
        assert_eq!(row(0x4BB4).raw(f32::NAN), 0);
    }

    #[test]
    fn derived_leads_follow_einthoven() {
        let trace = |signal, sample| Trace { signal, samples: vec![sample; 128] };
        let traces =
            [trace(Signal::EcgI, 0.4), trace(Signal::EcgII, 1.0), trace(Signal::EcgV, -0.2)];
        let one = |label: u16| row(label).leads(&traces, true).unwrap()[0].clone();
        assert_eq!(one(0x013D).2[0], 0x2000 + 120);
        assert_eq!(one(0x013E).2[0], 0x2000 - 140);
        assert_eq!(one(0x013F).2[0], 0x2000 - 20);
        assert_eq!(one(0x0140).2[0], 0x2000 + 160);
        let compound = row(0x0100).leads(&traces, true).unwrap();
        let ids: Vec<_> = compound.iter().map(|lead| (lead.0, lead.1, lead.2.len())).collect();
        assert_eq!(ids, [(0x0102, DEMO, 64), (0x0143, DEMO, 64), (0x013E, DEMO, 64)]);
        assert!(row(0x0100).leads(&traces[..2], true).is_none(), "a lead is off");
        assert!(row(0x0102).leads(&traces[1..], false).is_some());
    }

    #[test]
    fn labels_come_as_the_recorded_monitor_lists_them() {
        let recorded = [0x0100, 0x0101, 0x0102, 0x013D, 0x013E, 0x013F, 0x0140, 0x0143];
        let labels = labels();
        assert!(labels.iter().zip(recorded).all(|(label, code)| *label == 0x0002_0000 | code));
        assert_eq!(labels[8..], [0x0002_4BB4, 0x0002_5000, 0x0002_50AC, 0x0002_4A14]);
        assert!(is_lead(0x0002_0143) && !is_lead(COMPOUND) && !is_lead(0x0002_4BB4));
    }
}
