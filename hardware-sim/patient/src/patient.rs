//! [`Patient`]: one simulated patient.
//!
//! Two sources make waves: a *body* (heart, vessels, lungs) and a *record* of a real patient. Both
//! name the moments at which beats, pulses and breaths begin; from waves and moments the *monitor*
//! derives every number, so that what is shown is what can be counted. Only saturation and
//! temperature come from the body itself: no wave here shows them.
//!
//! Acts on the body end a recording and hold until [`PatientAct::Sinus`], which ends all of them; a rhythm ends the one
//! before. What happens before the first block has been so for long: it does not begin, it is.

use std::time::Duration;

use crate::record::Player;
use crate::script::PatientAct;

mod body;
mod cuff;
mod heart;
mod limits;
mod lungs;
mod monitor;
mod person;
pub(crate) mod raw;
mod vessels;

use body::Body;
use cuff::Cuff;
use heart::Rhythm;
use monitor::Monitor;
use raw::{Connected, ECG_BLOCK, Raw};

pub use cuff::{CUFF_INTERVAL_SECONDS, CUFF_TAKES_SECONDS};
pub use limits::{
    APNOEA_AFTER_SECONDS, ASYSTOLE_AFTER_SECONDS, DISCONNECTED_UNDER, LIMITS, Limit,
    VENTRICULAR_RATE, VENTRICULAR_RUN,
};
pub use monitor::{BREATH_WINDOW_SECONDS, PRESSURE_WINDOW_SECONDS, RATE_WINDOW_SECONDS};

/// How much of a patient is made at once: the block of IntelliVue waves.
pub const BLOCK: Duration = Duration::from_millis(256);

/// What a sensor gives as a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// ECG lead I, millivolt, 500 a second.
    EcgI,
    /// ECG lead II, millivolt, 500 a second.
    EcgII,
    /// ECG chest lead V, millivolt, 500 a second.
    EcgV,
    /// Plethysmogram, 0 to 1, 125 a second.
    Pleth,
    /// Arterial blood pressure, mmHg, 125 a second.
    Abp,
    /// Impedance respiration, ohm, 62.5 a second.
    Resp,
    /// Airway carbon dioxide, mmHg, 62.5 a second.
    Co2,
}

/// A block of one signal: 128, 32 or 16 amounts. Absent while its sensor is off.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Which.
    pub signal: Signal,
    /// The amounts, oldest first; `NaN` where the sensor gives none.
    pub samples: Vec<f32>,
}

/// A number that a monitor derives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vital {
    /// Heart rate from the ECG, beats a minute.
    HeartRate,
    /// Pulse rate from the pleth, beats a minute.
    PulseRate,
    /// Oxygen saturation, per cent.
    SpO2,
    /// Perfusion index.
    Perfusion,
    /// Arterial pressure, mmHg.
    AbpSystolic,
    /// Arterial pressure, mmHg.
    AbpDiastolic,
    /// Arterial pressure, mmHg.
    AbpMean,
    /// Cuff pressure, mmHg; changes only when measured.
    NbpSystolic,
    /// Cuff pressure, mmHg.
    NbpDiastolic,
    /// Cuff pressure, mmHg.
    NbpMean,
    /// Breaths a minute from the impedance.
    RespRate,
    /// End-tidal carbon dioxide, mmHg.
    EtCo2,
    /// Breaths a minute from the carbon dioxide.
    AwayRespRate,
    /// Temperature, degree Celsius.
    Temp,
    /// Premature ventricular beats a minute.
    Pvc,
    /// ST segment of lead II, millimetre.
    StII,
}

/// What a monitor would find wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// No heart beat: red.
    Asystole,
    /// Ventricular fibrillation or tachycardia: red.
    VentricularTachycardia,
    /// Heart rate under its limit so far that it is red.
    ExtremeBradycardia,
    /// Heart rate over its limit so far that it is red.
    ExtremeTachycardia,
    /// Heart rate under its limit: yellow.
    HeartRateLow,
    /// Heart rate over its limit: yellow.
    HeartRateHigh,
    /// Saturation far under its limit: red.
    Desaturation,
    /// Saturation under its limit: yellow.
    SpO2Low,
    /// No breath: red.
    Apnoea,
    /// Breaths under their limit: yellow.
    RespLow,
    /// Breaths over their limit: yellow.
    RespHigh,
    /// Pressure under its limit: yellow.
    AbpLow,
    /// Pressure over its limit: yellow.
    AbpHigh,
    /// ECG electrodes off: technical.
    LeadsOff,
    /// Oximeter probe off: technical.
    SpO2SensorOff,
    /// Pressure line open or disconnected: technical.
    AbpDisconnected,
    /// Carbon dioxide sensor off: technical.
    Co2SensorOff,
}

/// The numbers at the end of a block. `None`: no value now (sensor off, not derivable).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vitals {
    /// In the order of [`Vital`]; what the patient is not connected to is not listed.
    pub values: Vec<(Vital, Option<f64>)>,
    /// When the cuff last measured, since the start.
    pub cuff_at: Option<Duration>,
    /// What is wrong now, most urgent first.
    pub findings: Vec<Finding>,
}

/// 256 ms of a patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Since the start, the time of the first samples.
    pub start: Duration,
    /// The waves of all sensors that are on.
    pub traces: Vec<Trace>,
    /// The numbers at the end of the block.
    pub vitals: Vitals,
}

/// How urgent a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// A life is in danger.
    Red,
    /// A limit is passed.
    Yellow,
    /// A sensor does not measure.
    Technical,
}

impl Finding {
    /// How urgent it is.
    pub fn urgency(self) -> Urgency {
        match self {
            Finding::Asystole
            | Finding::VentricularTachycardia
            | Finding::ExtremeBradycardia
            | Finding::ExtremeTachycardia
            | Finding::Desaturation
            | Finding::Apnoea => Urgency::Red,
            Finding::HeartRateLow
            | Finding::HeartRateHigh
            | Finding::SpO2Low
            | Finding::RespLow
            | Finding::RespHigh
            | Finding::AbpLow
            | Finding::AbpHigh => Urgency::Yellow,
            Finding::LeadsOff
            | Finding::SpO2SensorOff
            | Finding::AbpDisconnected
            | Finding::Co2SensorOff => Urgency::Technical,
        }
    }
}

impl Vital {
    /// Digits after the point that a monitor shows, and to which [`Vitals`] are rounded.
    pub fn digits(self) -> u8 {
        match self {
            Vital::HeartRate
            | Vital::PulseRate
            | Vital::SpO2
            | Vital::AbpSystolic
            | Vital::AbpDiastolic
            | Vital::AbpMean
            | Vital::NbpSystolic
            | Vital::NbpDiastolic
            | Vital::NbpMean
            | Vital::RespRate
            | Vital::EtCo2
            | Vital::AwayRespRate
            | Vital::Pvc => 0,
            Vital::Perfusion | Vital::Temp | Vital::StII => 1,
        }
    }

    /// To the digits shown; never -0.
    fn rounded(self, value: f64) -> f64 {
        let scale = if self.digits() == 0 { 1.0 } else { 10.0 };
        (value * scale).round() / scale + 0.0
    }
}

impl Signal {
    /// Samples of a block of [`BLOCK`].
    pub fn samples_of_block(self) -> usize {
        match self {
            Signal::EcgI | Signal::EcgII | Signal::EcgV => raw::ECG_BLOCK,
            Signal::Pleth | Signal::Abp => raw::PULSE_BLOCK,
            Signal::Resp | Signal::Co2 => raw::BREATH_BLOCK,
        }
    }
}

impl Vitals {
    /// A number; `None` when it is not listed or has no value.
    pub fn get(&self, vital: Vital) -> Option<f64> {
        self.values.iter().find(|(of, _)| *of == vital).and_then(|(_, value)| *value)
    }
}

impl Block {
    /// A wave, when its sensor is on.
    pub fn trace(&self, signal: Signal) -> Option<&[f32]> {
        self.traces.iter().find(|trace| trace.signal == signal).map(|trace| &*trace.samples)
    }
}

/// Blocks a body lives before the first one that is seen, so that its waves are steady.
const BEFORE_START: i64 = 80;

/// Which sensors are on.
#[derive(Clone, Copy, Debug)]
struct Sensors {
    leads: bool,
    probe: bool,
    line: bool,
    airway: bool,
}

/// One simulated patient.
#[derive(Debug)]
pub struct Patient {
    body: Body,
    player: Option<Player>,
    sensors: Sensors,
    monitor: Monitor,
    cuff: Cuff,
    blocks: u32,
}

impl Patient {
    /// A patient in a stable state, another one for each seed. All sensors are on.
    pub fn new(seed: u64) -> Patient {
        let body = Body::new(seed, -BEFORE_START * ECG_BLOCK as i64);
        let first_cuff = heart::samples(body.person().first_cuff);
        Patient {
            body,
            player: None,
            sensors: Sensors { leads: true, probe: true, line: true, airway: true },
            monitor: Monitor::new(0),
            cuff: Cuff::new(first_cuff),
            blocks: 0,
        }
    }

    /// Something happens now. A recording of an unknown name changes nothing; scripts are checked for
    /// that when they are read.
    pub fn apply(&mut self, act: &PatientAct) {
        let settled = self.blocks == 0;
        match act {
            PatientAct::Leads { on } => self.sensors.leads = *on,
            PatientAct::SpO2Sensor { on } => self.sensors.probe = *on,
            PatientAct::AbpLine { on } => self.sensors.line = *on,
            PatientAct::Co2Sensor { on } => self.sensors.airway = *on,
            PatientAct::Cuff => self.cuff.start(self.now()),
            PatientAct::Record { name } => {
                if let Some(player) = Player::new(name) {
                    self.body.recover();
                    self.change_source(Some(player));
                }
            }
            PatientAct::Sinus
            | PatientAct::Bradycardia
            | PatientAct::Tachycardia
            | PatientAct::VentricularTachycardia
            | PatientAct::Asystole
            | PatientAct::Desaturation
            | PatientAct::Apnoea
            | PatientAct::Hypotension => {
                if self.player.is_some() {
                    self.change_source(None);
                }
                self.apply_to_body(act, settled);
            }
        }
    }

    fn apply_to_body(&mut self, act: &PatientAct, settled: bool) {
        match act {
            PatientAct::Sinus => self.body.recover(),
            PatientAct::Bradycardia => self.body.set_rhythm(Rhythm::Bradycardia, settled),
            PatientAct::Tachycardia => self.body.set_rhythm(Rhythm::Tachycardia, settled),
            PatientAct::VentricularTachycardia => {
                self.body.set_rhythm(Rhythm::Ventricular, settled);
            }
            PatientAct::Asystole => self.body.set_rhythm(Rhythm::Asystole, settled),
            PatientAct::Desaturation => self.body.desaturate(settled),
            PatientAct::Apnoea => self.body.stop_breathing(),
            PatientAct::Hypotension => self.body.lose_pressure(settled),
            PatientAct::Leads { .. }
            | PatientAct::SpO2Sensor { .. }
            | PatientAct::AbpLine { .. }
            | PatientAct::Co2Sensor { .. }
            | PatientAct::Cuff
            | PatientAct::Record { .. } => {}
        }
    }

    /// The monitor is on somebody else from now on.
    fn change_source(&mut self, player: Option<Player>) {
        self.player = player;
        self.monitor = Monitor::new(self.now());
        self.cuff.reset();
    }

    /// The first sample of the next block, 500 Hz.
    fn now(&self) -> i64 {
        i64::from(self.blocks) * ECG_BLOCK as i64
    }

    /// The next 256 ms.
    pub fn next_block(&mut self) -> Block {
        if self.blocks == 0 {
            (0..BEFORE_START).for_each(|_| drop(self.body.block()));
        }
        let start = self.now();
        // The body lives on behind a recording.
        let made = self.body.block();
        let mut raw = match &mut self.player {
            Some(player) => player.block(start),
            None => made,
        };
        let connected = Connected::of(&raw);
        self.cuff.take(start, raw.abp.as_ref());
        self.sensors.cut(&mut raw);
        self.monitor.take(start, &raw);
        let time = BLOCK * self.blocks;
        // 2^32 blocks are 34 years.
        self.blocks = self.blocks.saturating_add(1);
        let (mut values, findings) =
            self.monitor.vitals(self.now(), &raw, connected, self.body.spo2(), self.body.temp());
        if connected.abp {
            let place = values.iter().position(|(vital, _)| *vital > Vital::NbpSystolic);
            let place = place.unwrap_or(values.len());
            let names = [Vital::NbpSystolic, Vital::NbpDiastolic, Vital::NbpMean];
            let cuff = names.into_iter().zip(self.cuff.values());
            let cuff = cuff.map(|(vital, value)| (vital, value.map(|value| vital.rounded(value))));
            values.splice(place..place, cuff);
        }
        let vitals = Vitals { values, cuff_at: self.cuff.measured_at(), findings };
        Block { start: time, traces: traces(&raw), vitals }
    }
}

impl Sensors {
    /// Takes away what sensors that are off do not give.
    fn cut(self, raw: &mut Raw) {
        if !self.leads {
            // Impedance is measured between ECG electrodes.
            raw.ecg = [None; 3];
            raw.beats.clear();
            raw.resp = None;
        }
        if !self.probe {
            raw.pleth = None;
        }
        if !self.airway {
            raw.co2 = None;
        }
        if let Some(abp) = raw.abp.as_mut().filter(|_| !self.line) {
            // Open to air, the transducer measures that.
            abp.samples = [0.0; raw::PULSE_BLOCK];
            abp.starts.clear();
        }
    }
}

/// The waves that there are, in the order of [`Signal`].
fn traces(raw: &Raw) -> Vec<Trace> {
    let ecg = [Signal::EcgI, Signal::EcgII, Signal::EcgV].into_iter().zip(&raw.ecg);
    let ecg = ecg.filter_map(|(signal, lead)| Some((signal, lead.as_ref()?.to_vec())));
    let pulse = [(Signal::Pleth, &raw.pleth), (Signal::Abp, &raw.abp)].into_iter();
    let pulse = pulse.filter_map(|(signal, wave)| Some((signal, wave.as_ref()?.samples.to_vec())));
    let breath = [(Signal::Resp, &raw.resp), (Signal::Co2, &raw.co2)].into_iter();
    let breath =
        breath.filter_map(|(signal, wave)| Some((signal, wave.as_ref()?.samples.to_vec())));
    let all = ecg.chain(pulse).chain(breath);
    all.map(|(signal, samples)| Trace { signal, samples }).collect()
}
