//! Ward and window, hour by hour.

use crate::{
    memory::{self, Hour},
    ward::Ward,
    window::{self, Window},
};

/// How fast things go, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// New alarms of a bed in an hour. A bed had 187 audible ones a day where it was counted (Drew 2014).
    pub alarms_an_hour: u64,
    /// From one value of a number to the next.
    pub second: u64,
    /// From one frame to the next.
    pub frame: u64,
}

impl Pace {
    pub const USUAL: Pace = Pace { alarms_an_hour: 8, second: 1, frame: 10 };
}

/// Seconds of an hour in which waves run: one minute in sixty.
const WAVES: std::ops::Range<u64> = 290..350;
/// How often somebody comes by.
const ROUND: u64 = 60;

pub struct Week {
    ward: Ward,
    window: Window,
    pace: Pace,
    hours: u64,
    began: f64,
}

impl Week {
    pub fn new(pace: Pace) -> Week {
        let began = memory::live();
        let ward = Ward::new(20_261_121, pace.second, pace.alarms_an_hour);
        Week { ward, window: Window::new(), pace, hours: 0, began }
    }

    /// The next hour.
    pub fn hour(&mut self) -> Hour {
        let (mut sum, mut frames) = (0.0, 0_u32);
        for second in 0..3_600 {
            self.ward.pass(WAVES.contains(&second));
            while let Some(entry) = self.ward.board.poll_log() {
                self.window.note(entry);
            }
            if (second + 1) % self.pace.frame == 0 {
                let now = self.ward.now();
                let view = self.ward.board.view(now, self.ward.wall_at(now));
                self.window.paint(&view, now);
                if (second + 1) % ROUND == 0 {
                    self.ward.attend(&view);
                }
                sum += memory::live() - self.began;
                frames += 1;
            }
        }
        self.hours += 1;
        Hour { live: sum / f64::from(frames), rss_mib: memory::rss_mib() }
    }

    /// The hours in which everything is done at the window once: mean of what is live.
    pub fn round(&mut self) -> f64 {
        let hours = (window::HABITS * self.pace.frame).div_ceil(3_600);
        (0..hours).map(|_| self.hour().live).sum::<f64>() / hours as f64
    }

    pub fn set_alarms(&mut self, an_hour: u64) {
        self.ward.alarms_an_hour = an_hour;
    }

    pub fn alarms(&self) -> u64 {
        self.ward.alarms
    }

    pub fn rows_kept(&self) -> usize {
        self.window.rows_kept()
    }

    pub fn waves_painted(&self) -> u64 {
        self.window.waves_painted
    }

    /// What happened.
    pub fn told(&self) -> String {
        format!(
            "{} h: {} alarms, {} answers, {} rows of the log kept, {} million triangles painted",
            self.hours,
            self.ward.alarms,
            self.ward.answers,
            self.window.rows_kept(),
            self.window.triangles / 1_000_000
        )
    }
}
