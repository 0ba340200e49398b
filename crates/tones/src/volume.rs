//! How loud: the unit's volume, its floor, its cap, and the steps of what is unanswered.

use vigie_model::Priority;

/// By how much a step is louder; about "twice as near".
pub const STEP_DB: f32 = 6.0;

/// No floor is lower: a hundredth of the amplitude, which any working loudspeaker still makes heard in
/// a quiet room. Silence is not a volume, it is a state of the board, and shown.
pub const FLOOR_LEAST_DB: f32 = -40.0;

/// How much softer than HIGH a priority is: HIGH is never softer than MEDIUM, and that never softer
/// than LOW [2nd]; the differences are ours.
const fn below_high_db(priority: Priority) -> f32 {
    match priority {
        Priority::High => 0.0,
        Priority::Medium => 3.0,
        Priority::Low | Priority::Information => 6.0,
    }
}

/// Levels in decibels of full scale, 0 being the loudest that the samples can be. What comes out of
/// the loudspeaker depends on knobs and mixers behind it, which nobody here knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    floor_db: f32,
    volume_db: f32,
    cap_db: f32,
}

impl Default for Volume {
    /// HIGH at half of the full amplitude, the floor a tenth, louder by steps up to all there is.
    fn default() -> Volume {
        Volume { floor_db: -20.0, volume_db: -6.0, cap_db: 0.0 }
    }
}

impl Volume {
    /// A floor of at least [`FLOOR_LEAST_DB`], a cap not below the floor, nothing above 0 dB; what is
    /// no number is the default's.
    pub fn new(floor_db: f32, volume_db: f32, cap_db: f32) -> Volume {
        let default = Volume::default();
        let number = |given: f32, usual: f32| if given.is_nan() { usual } else { given };
        let floor_db = number(floor_db, default.floor_db).clamp(FLOOR_LEAST_DB, 0.0);
        let cap_db = number(cap_db, default.cap_db).clamp(floor_db, 0.0);
        let volume_db = number(volume_db, default.volume_db).clamp(floor_db, cap_db);
        Volume { floor_db, volume_db, cap_db }
    }

    /// The peak of a burst in decibels of full scale.
    pub fn level_db(&self, priority: Priority, step: u8) -> f32 {
        let wanted = self.volume_db - below_high_db(priority) + STEP_DB * f32::from(step);
        wanted.clamp(self.floor_db, self.cap_db)
    }

    /// The same as a factor, above 0 and at most 1.
    pub fn gain(&self, priority: Priority, step: u8) -> f32 {
        10f32.powf(self.level_db(priority, step) / 20.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_configured_is_heard_and_fits() {
        let strange = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e9, -60.0, -12.0, 0.0, 40.0];
        for floor in strange {
            for volume in strange {
                for cap in strange {
                    let made = Volume::new(floor, volume, cap);
                    for step in [0, 1, 9, u8::MAX] {
                        let levels = [Priority::Low, Priority::Medium, Priority::High]
                            .map(|priority| made.level_db(priority, step));
                        assert!(levels.is_sorted(), "{floor} {volume} {cap} {step}: {levels:?}");
                        assert!(levels[0] >= FLOOR_LEAST_DB && levels[2] <= 0.0);
                        assert!(made.gain(Priority::High, step) <= 1.0);
                    }
                }
            }
        }
    }

    #[test]
    fn steps_raise_by_six_decibels_up_to_the_cap_and_never_below_the_floor() {
        let volume = Volume::new(-25.0, -20.0, -10.0);
        let high = [0, 1, 2, 3].map(|step| volume.level_db(Priority::High, step));
        assert_eq!(high, [-20.0, -14.0, -10.0, -10.0]);
        assert_eq!(volume.level_db(Priority::Medium, 0), -23.0);
        assert_eq!(volume.level_db(Priority::Low, 0), -25.0);
    }
}
