//! A made patient: heart, vessels and lungs that act upon each other.

use vigie_session::rng::Rng;

use super::heart::{Heart, Rhythm};
use super::lungs::Lungs;
use super::person::{Drift, Person};
use super::raw::{ECG_BLOCK, Qrs, Raw};
use super::vessels::Vessels;

/// Seconds of a block.
const BLOCK_SECONDS: f64 = 0.256;
/// Where saturation goes by itself when it falls, per cent, and how fast, per cent a second.
const DESATURATED: f64 = 70.0;
const DESATURATION_SPEED: f64 = 0.25;
/// After so many seconds without breath the oxygen in the lungs is used up, and saturation falls.
const OXYGEN_LASTS: f64 = 25.0;
const APNOEA_SPEED: f64 = 0.35;
const APNOEA_FLOOR: f64 = 55.0;
/// How fast saturation comes back, per cent a second.
const RECOVERY_SPEED: f64 = 0.8;
/// Resistance of the vessels, strength of the heart and its rate in hypotension, against rest.
const LOW_TONE: f64 = 0.45;
const LOW_STROKE: f64 = 0.85;
const LOW_DRIVE: f64 = 1.12;

/// A made patient.
#[derive(Debug)]
pub(super) struct Body {
    person: Person,
    rng: Rng,
    heart: Heart,
    vessels: Vessels,
    lungs: Lungs,
    /// Of the next block, 500 Hz.
    now: i64,
    desaturating: bool,
    hypotensive: bool,
    spo2: f64,
    spo2_drift: Drift,
    spo2_sway: f64,
    temp_drift: Drift,
    temp_sway: f64,
    /// Seconds without breath, and without beat.
    breathless: f64,
    last_resp: f32,
}

impl Body {
    /// A body that has lived long enough before `now` for its waves to be steady is made by starting
    /// earlier.
    pub(super) fn new(seed: u64, now: i64) -> Body {
        let person = Person::new(seed);
        let mut rng = Rng::new(seed ^ 0x6865_6172_7462_6561);
        let mut part = || Rng::new(rng.next_u64());
        let heart = Heart::new(&person, part(), now);
        let vessels = Vessels::new(&person, part());
        let lungs = Lungs::new(part());
        Body {
            rng: part(),
            heart,
            vessels,
            lungs,
            now,
            desaturating: false,
            hypotensive: false,
            spo2: person.spo2,
            spo2_drift: Drift::default(),
            spo2_sway: 0.0,
            temp_drift: Drift::default(),
            temp_sway: 0.0,
            breathless: 0.0,
            last_resp: 0.0,
            person,
        }
    }

    pub(super) fn person(&self) -> &Person {
        &self.person
    }

    /// Saturation of the arterial blood, per cent.
    pub(super) fn spo2(&self) -> f64 {
        (self.spo2 + self.spo2_sway).clamp(30.0, 100.0)
    }

    /// Degree Celsius.
    pub(super) fn temp(&self) -> f64 {
        self.person.temp + self.temp_sway
    }

    /// The rhythm changes; `settled`: it was so long since.
    pub(super) fn set_rhythm(&mut self, rhythm: Rhythm, settled: bool) {
        self.heart.set_rhythm(&self.person, rhythm, self.now, settled);
        self.vessels.forget_after(&self.person, self.heart.last_at());
    }

    /// Everything is as at rest again, at its own pace.
    pub(super) fn recover(&mut self) {
        self.set_rhythm(Rhythm::Sinus, false);
        self.lungs.set_stopped(false);
        self.desaturating = false;
        self.hypotensive = false;
    }

    /// Saturation falls; `settled`: it has fallen.
    pub(super) fn desaturate(&mut self, settled: bool) {
        self.desaturating = true;
        if settled {
            self.spo2 = DESATURATED;
        }
    }

    /// Breathing stops at the end of this breath.
    pub(super) fn stop_breathing(&mut self) {
        self.lungs.set_stopped(true);
    }

    /// Pressure falls; `settled`: it has fallen.
    pub(super) fn lose_pressure(&mut self, settled: bool) {
        self.hypotensive = true;
        if settled {
            self.vessels.set_tone(LOW_TONE, f64::MAX);
        }
    }

    /// The next 256 ms.
    pub(super) fn block(&mut self) -> Raw {
        self.live();
        let start = self.now;
        self.now += ECG_BLOCK as i64;
        let (drive, strength) = if self.hypotensive { (LOW_DRIVE, LOW_STROKE) } else { (1.0, 1.0) };
        let depth = self.lungs.depth();
        let flow = match self.heart.rhythm() {
            Rhythm::Sinus | Rhythm::Bradycardia | Rhythm::Tachycardia => strength,
            Rhythm::Ventricular => 0.6,
            Rhythm::Asystole => 0.15,
        };
        let (resp, co2) = self.lungs.waves(&self.person, flow);
        let (person, vessels) = (&self.person, &mut self.vessels);
        self.heart.schedule(person, start, depth, drive, |beat| {
            vessels.beat(person, beat, depth, strength);
        });
        let mut wander = [self.last_resp; 17];
        for (to, from) in wander.iter_mut().skip(1).zip(&resp.samples) {
            *to = *from;
        }
        self.last_resp = wander[16];
        let beats = self.heart.beats_in(start);
        let beats = beats.map(|beat| Qrs { at: beat.at, ventricular: beat.ventricular }).collect();
        let ecg = self.heart.ecg(start, &wander).map(Some);
        let (abp, pleth) = self.vessels.waves(&self.person, start);
        Raw { ecg, beats, pleth: Some(pleth), abp: Some(abp), resp: Some(resp), co2: Some(co2) }
    }

    /// What changes slowly.
    fn live(&mut self) {
        let dt = BLOCK_SECONDS;
        self.breathless = if self.lungs.is_still() || self.heart.rhythm() == Rhythm::Asystole {
            self.breathless + dt
        } else {
            0.0
        };
        let (toward, speed) = if self.breathless > OXYGEN_LASTS {
            (APNOEA_FLOOR, APNOEA_SPEED)
        } else if self.desaturating {
            (DESATURATED, DESATURATION_SPEED)
        } else {
            (self.person.spo2, RECOVERY_SPEED)
        };
        self.spo2 += (toward - self.spo2).clamp(-speed * dt, RECOVERY_SPEED * dt);
        self.spo2_sway = self.spo2_drift.step(&mut self.rng, dt, 60.0, 0.5);
        self.temp_sway = self.temp_drift.step(&mut self.rng, dt, 3_600.0, 0.2);
        self.vessels.set_tone(if self.hypotensive { LOW_TONE } else { 1.0 }, dt);
    }
}
