//! The patient's lungs on the machine: one compartment, `P = PEEP + V / C + R × flow`.
//!
//! The simulated patient says when a breath begins: its impedance rises. The machine gives the breath,
//! and begins one by itself when the set rate, or the apnoea interval, has passed without one.

use std::collections::VecDeque;
use std::time::Duration;

use vigie_session::rng::Rng;
use vigie_sim_patient::patient::BLOCK;
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{Patient, Signal};

use super::config::Ventilation;

/// One sample of the waveform port: 20 ms.
pub(super) const SAMPLE: Duration = Duration::from_millis(20);
const SAMPLE_S: f64 = 0.020;
/// Breaths a minute that the machine gives by itself.
pub(super) const SET_RATE: f64 = 12.0;
/// Without a breath for so long, apnoea ventilation begins.
pub(super) const APNOEA_S: f64 = 20.0;
/// The patient cannot begin a breath so soon after the last.
const REFRACTORY_S: f64 = 1.2;
/// Pressure above PEEP of a supported breath, cmH2O.
pub(super) const SUPPORT: f64 = 12.0;
/// Inspiratory time of a breath that the machine gives, seconds.
pub(super) const MANDATORY_TI: f64 = 1.0;
/// Flow at which a supported breath ends, share of its peak.
const CYCLE_OFF: f64 = 0.25;
/// A breath holds no more samples; then the port waits for the next one.
const BREATH_SAMPLES_MAX: usize = 512;
/// Impedance noise: a swing under this is no breath, ohm.
const SWING_MIN: f64 = 0.2;
/// What a rate is counted over.
const RATE_WINDOW_S: f64 = 60.0;

/// What one breath measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measured {
    /// mL.
    pub(super) vt_in: f64,
    /// mL.
    pub(super) vt_out: f64,
    /// cmH2O.
    pub(super) peak: f64,
    /// cmH2O.
    pub(super) mean: f64,
    /// cmH2O, at the end of inspiration.
    pub(super) end_inspiration: f64,
    /// cmH2O.
    pub(super) peep: f64,
    /// Seconds.
    pub(super) ti: f64,
    /// Seconds.
    pub(super) te: f64,
    /// L/min.
    pub(super) peak_expiratory: f64,
    /// L/min.
    pub(super) end_expiratory: f64,
    /// The patient began it.
    pub(super) is_own: bool,
}

/// What the waveform port says next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line {
    /// A breath begins.
    Start(u32),
    /// L/min and cmH2O.
    Sample(f64, f64),
    /// It ends.
    End,
}

/// Lungs, machine, and what was measured.
#[derive(Debug)]
pub(super) struct Breathing {
    patient: Patient,
    rng: Rng,
    ventilation: Ventilation,
    /// Compliance, mL/cmH2O.
    pub(super) compliance: f64,
    /// Resistance, cmH2O/(L/s).
    pub(super) resistance: f64,
    /// cmH2O.
    pub(super) peep: f64,
    /// mL.
    pub(super) set_volume: f64,
    /// Impedance not used yet, and how far into its first sample we are.
    impedance: VecDeque<f64>,
    at: f64,
    low: f64,
    high: f64,
    was_high: bool,
    /// Samples lived.
    lived: u64,
    breath: Option<Breath>,
    number: u32,
    /// Volume above rest, mL.
    volume: f64,
    is_apnoea: bool,
    /// When each of the last breaths began, in seconds lived, with what it measured.
    past: VecDeque<(f64, Measured)>,
}

#[derive(Clone, Copy, Debug)]
struct Breath {
    began_s: f64,
    is_own: bool,
    is_mandatory: bool,
    is_in: bool,
    samples: usize,
    peak_flow: f64,
    flow: f64,
    sum: f64,
    so_far: Measured,
}

impl Breathing {
    pub(super) fn new(seed: u64, ventilation: Ventilation) -> Breathing {
        let mut rng = Rng::new(seed ^ 0x0840);
        let mut between = |low: f64, high: f64| low + (high - low) * rng.unit();
        let compliance = between(38.0, 60.0);
        let resistance = between(7.0, 13.0);
        let peep = between(5.0, 9.0).round();
        let set_volume = (between(420.0, 500.0) / 10.0).round() * 10.0;
        Breathing {
            patient: Patient::new(seed),
            rng,
            ventilation,
            compliance,
            resistance,
            peep,
            set_volume,
            impedance: VecDeque::new(),
            at: 0.0,
            low: 0.0,
            high: 0.0,
            was_high: false,
            lived: 0,
            breath: None,
            number: 1,
            volume: 0.0,
            is_apnoea: false,
            past: VecDeque::new(),
        }
    }

    /// Something happens to the patient. Electrodes and sensors are the monitor's, not ours.
    pub(super) fn apply(&mut self, act: &PatientAct) {
        match act {
            PatientAct::Leads { .. }
            | PatientAct::SpO2Sensor { .. }
            | PatientAct::AbpLine { .. }
            | PatientAct::Co2Sensor { .. }
            | PatientAct::Cuff => {}
            PatientAct::Sinus
            | PatientAct::Bradycardia
            | PatientAct::Tachycardia
            | PatientAct::VentricularTachycardia
            | PatientAct::Asystole
            | PatientAct::Desaturation
            | PatientAct::Apnoea
            | PatientAct::Hypotension
            | PatientAct::Record { .. } => self.patient.apply(act),
        }
    }

    /// Samples since the beginning: the running clock.
    pub(super) fn tick(&self) -> u64 {
        self.lived
    }

    /// The patient does not breathe, and the machine does it for now.
    pub(super) fn is_apnoea(&self) -> bool {
        self.is_apnoea
    }

    /// What the last whole breath measured.
    pub(super) fn last(&self) -> Option<Measured> {
        self.past.back().map(|(_, measured)| *measured)
    }

    /// Breaths a minute, of all and of the patient's own; minute volume and that of own breaths, L.
    pub(super) fn minute(&self) -> Option<(f64, f64, f64)> {
        let (first, _) = self.past.front()?;
        let (last, _) = self.past.back()?;
        let span = last - first;
        if self.past.len() < 2 || span <= 0.0 {
            return None;
        }
        let breaths = (self.past.len() - 1) as f64;
        let volume = |own: bool| -> f64 {
            let counted = self.past.iter().skip(1).filter(|(_, m)| !own || m.is_own);
            counted.map(|(_, measured)| measured.vt_out).sum::<f64>() / 1_000.0
        };
        let per_minute = 60.0 / span;
        Some((breaths * per_minute, volume(false) * per_minute, volume(true) * per_minute))
    }

    /// What was measured is gone, and nobody is connected: switched off, or standby.
    pub(super) fn rest(&mut self) {
        self.past.clear();
        self.breath = None;
        self.volume = 0.0;
        self.is_apnoea = false;
    }

    /// The next 20 ms; up to three lines. `connected`: the machine ventilates.
    pub(super) fn live(&mut self, connected: bool) -> Vec<Line> {
        let is_trigger = self.effort();
        self.lived += 1;
        if !connected {
            return Vec::new();
        }
        let now = self.lived as f64 * SAMPLE_S;
        let mut lines = Vec::new();
        let since = self.breath.map(|breath| now - breath.began_s);
        let set_rate = self.ventilation == Ventilation::Assist || self.is_apnoea;
        let is_own = is_trigger && since.is_none_or(|since| since > REFRACTORY_S);
        let is_given = match since {
            None => true,
            Some(since) if set_rate => since >= 60.0 / SET_RATE,
            Some(since) => since >= APNOEA_S,
        };
        if is_own || is_given {
            self.end_breath(now, &mut lines);
            let waited = since.unwrap_or_default();
            self.is_apnoea = !is_own
                && self.ventilation == Ventilation::Spontaneous
                && (self.is_apnoea || waited >= APNOEA_S);
            lines.push(Line::Start(self.number));
            self.number = self.number.wrapping_add(1);
            self.breath = Some(Breath {
                began_s: now,
                is_own,
                is_mandatory: self.ventilation == Ventilation::Assist || self.is_apnoea,
                is_in: true,
                samples: 0,
                peak_flow: 0.0,
                flow: 0.0,
                sum: 0.0,
                so_far: Measured { is_own, ..Measured::default() },
            });
        }
        if let Some(mut breath) = self.breath {
            let (flow, pressure) = self.sample(&mut breath, now);
            if breath.samples < BREATH_SAMPLES_MAX {
                lines.push(Line::Sample(flow, pressure));
            } else if breath.samples == BREATH_SAMPLES_MAX {
                lines.push(Line::End);
            }
            breath.samples += 1;
            self.breath = Some(breath);
        }
        lines
    }

    /// Whether the patient begins to breathe in now.
    fn effort(&mut self) -> bool {
        // 62.5 Hz to 50 Hz.
        self.at += 62.5 * SAMPLE_S;
        while self.at >= 1.0 {
            self.at -= 1.0;
            if self.impedance.is_empty() {
                let block = self.patient.next_block();
                let samples = block.trace(Signal::Resp).map(<[f32]>::to_vec).unwrap_or_default();
                self.impedance.extend(samples.into_iter().map(f64::from));
                if self.impedance.is_empty() {
                    let none = (BLOCK.as_secs_f64() * 62.5) as usize;
                    self.impedance.extend(core::iter::repeat_n(self.low, none));
                }
            }
            let value = self.impedance.pop_front().unwrap_or(self.low);
            // The span follows at once and is forgotten over a quarter of a minute.
            self.low = value.min(self.low + (self.high - self.low) / (62.5 * 15.0));
            self.high = value.max(self.high - (self.high - self.low) / (62.5 * 15.0));
            let span = self.high - self.low;
            let is_high = value > self.low + 0.3 * span && span > SWING_MIN;
            let rises = is_high && !self.was_high;
            self.was_high = value > self.low + if self.was_high { 0.15 } else { 0.3 } * span;
            if rises {
                return true;
            }
        }
        false
    }

    fn sample(&mut self, breath: &mut Breath, now: f64) -> (f64, f64) {
        let t = now - breath.began_s;
        let elastic = self.volume / self.compliance;
        // mL/s.
        let flow = if !breath.is_in {
            -elastic / self.resistance * 1_000.0
        } else if breath.is_mandatory {
            // A ramp from its peak to 40 %, as much as the set volume needs.
            let peak = self.set_volume / (0.7 * MANDATORY_TI);
            peak * (1.0 - 0.6 * t / MANDATORY_TI)
        } else {
            let rise = (t / 0.12).min(1.0);
            ((SUPPORT * rise - elastic) / self.resistance * 1_000.0).max(0.0)
        };
        let pressure = if breath.is_in {
            self.peep + elastic + self.resistance * flow / 1_000.0
        } else {
            // The valve is not quite free.
            self.peep + 0.06 * elastic
        };
        self.volume = (self.volume + flow * SAMPLE_S).max(0.0);
        let so_far = &mut breath.so_far;
        if breath.is_in {
            so_far.vt_in += flow * SAMPLE_S;
            so_far.ti = t + SAMPLE_S;
            so_far.end_inspiration = pressure;
            breath.peak_flow = breath.peak_flow.max(flow);
            let is_over = if breath.is_mandatory {
                t + SAMPLE_S >= MANDATORY_TI
            } else {
                t > 0.3 && flow < CYCLE_OFF * breath.peak_flow
            };
            breath.is_in = !is_over;
        } else {
            so_far.vt_out -= flow * SAMPLE_S;
            so_far.te = t + SAMPLE_S - so_far.ti;
            so_far.peak_expiratory = so_far.peak_expiratory.max(-flow * 0.06);
            so_far.peep = pressure;
        }
        so_far.peak = so_far.peak.max(pressure);
        breath.sum += pressure;
        breath.flow = flow;
        let hiss = |rng: &mut Rng| (rng.unit() - 0.5) * 0.1;
        (flow * 0.06 + hiss(&mut self.rng), pressure + hiss(&mut self.rng))
    }

    fn end_breath(&mut self, now: f64, lines: &mut Vec<Line>) {
        let Some(breath) = self.breath.take() else { return };
        if breath.samples <= BREATH_SAMPLES_MAX {
            lines.push(Line::End);
        }
        let measured = Measured {
            mean: breath.sum / breath.samples.max(1) as f64,
            end_expiratory: (-breath.flow * 0.06).max(0.0),
            is_own: breath.is_own,
            ..breath.so_far
        };
        self.past.push_back((now, measured));
        while self.past.front().is_some_and(|(at, _)| now - at > RATE_WINDOW_S) {
            self.past.pop_front();
        }
    }
}
