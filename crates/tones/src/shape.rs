//! Pulses, gaps and notes of a burst, for each priority.
//!
//! A pulse lasts from the moment its envelope rises through half of its height to the moment it falls
//! through it, and gaps are measured between the same points. IEC 60601-1-8 draws its pulses between
//! points of the envelope as well; which height it takes is not known here, and the difference lies
//! within the tolerances of the table.

use std::time::Duration;

use vigie_model::Priority;

// Equal temperament, A4 = 440 Hz: within the 150 to 1000 Hz that a fundamental may have [2nd].
const C4_HZ: f32 = 261.63;
const E4_HZ: f32 = 329.63;

/// The general melody: one pitch. Of HIGH five notes, played twice; MEDIUM plays the first three.
/// Source: the alarm page of the University of Sydney's department of anaesthesia.
const GENERAL: [f32; 5] = [C4_HZ; 5];

/// That page gives LOW no notes. Two falling ones [m], so that an ear tells LOW from a MEDIUM of which
/// it missed a pulse.
const GENERAL_LOW: [f32; 2] = [E4_HZ, C4_HZ];

/// One burst and its repetition.
#[derive(Clone, Debug, PartialEq)]
pub struct BurstShape {
    /// The fundamental of each pulse, in hertz; as many pulses as notes.
    pub notes_hz: Vec<f32>,
    /// From half height to half height.
    pub pulse: Duration,
    /// The silence after each pulse but the last; what is missing counts as none.
    pub gaps: Vec<Duration>,
    /// From the beginning of a burst to the beginning of the next.
    pub repeat: Duration,
    /// How many pulses make a part that may stand alone when the alarm ended meanwhile.
    pub part: usize,
}

impl BurstShape {
    /// The default of a priority; `None` for [`Priority::Information`], which has no sound.
    pub fn of(priority: Priority) -> Option<BurstShape> {
        match priority {
            Priority::High => Some(BurstShape::high()),
            Priority::Medium => Some(BurstShape::medium()),
            Priority::Low => Some(BurstShape::low()),
            Priority::Information => None,
        }
    }

    /// Ten pulses, 3-2 and again 3-2 [2nd].
    fn high() -> BurstShape {
        // Pulse 75 to 200 ms, x 50 to 125 ms [2nd].
        let pulse = Duration::from_millis(150);
        let x = Duration::from_millis(100);
        // Third to fourth and eighth to ninth: 2x + the pulse's length [m].
        let in_group = 2 * x + pulse;
        // Fifth to sixth: 0.35 to 1.3 s [m].
        let between = Duration::from_millis(600);
        let five = [x, x, in_group, x];
        BurstShape {
            notes_hz: GENERAL.iter().chain(&GENERAL).copied().collect(),
            pulse,
            gaps: five.iter().chain(&[between]).chain(&five).copied().collect(),
            // The interval between bursts is 2.5 to 15 s [2nd]. Whether it counts from the end of a
            // burst or from its beginning is not known here; the burst takes 3.4 s, and 6 s hold
            // both ways.
            repeat: Duration::from_secs(6),
            // What ended meanwhile still sounds for half a burst [m].
            part: 5,
        }
    }

    /// Three pulses [2nd].
    fn medium() -> BurstShape {
        // Pulse and y each 125 to 250 ms [2nd].
        let y = Duration::from_millis(200);
        BurstShape {
            notes_hz: GENERAL.iter().take(3).copied().collect(),
            pulse: Duration::from_millis(200),
            gaps: vec![y; 2],
            // 2.5 to 30 s [2nd].
            repeat: Duration::from_secs(10),
            part: 3,
        }
    }

    /// Two pulses; one would do as well [2nd].
    fn low() -> BurstShape {
        BurstShape {
            notes_hz: GENERAL_LOW.to_vec(),
            // Pulse and y each 125 to 250 ms [2nd].
            pulse: Duration::from_millis(200),
            gaps: vec![Duration::from_millis(200)],
            // More than 15 s, or never [2nd].
            repeat: Duration::from_secs(20),
            part: 2,
        }
    }

    /// When each pulse rises through half of its height, counted from the first one's.
    pub fn onsets(&self) -> Vec<Duration> {
        let gaps = self.gaps.iter().copied().chain(std::iter::repeat(Duration::ZERO));
        let mut at = Duration::ZERO;
        let mut onsets = Vec::with_capacity(self.notes_hz.len());
        for (_, gap) in self.notes_hz.iter().zip(gaps) {
            onsets.push(at);
            at += self.pulse + gap;
        }
        onsets
    }
}

/// The bursts of all priorities that sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Shapes {
    /// Immediate response required.
    pub high: BurstShape,
    /// Prompt response required.
    pub medium: BurstShape,
    /// Awareness required.
    pub low: BurstShape,
}

impl Default for Shapes {
    fn default() -> Shapes {
        Shapes { high: BurstShape::high(), medium: BurstShape::medium(), low: BurstShape::low() }
    }
}
