//! Scores, what people enter for them, the station's own limits, and what the last hour changed.

use vigie_model::{Acvpu, Effort, Entered, OxygenFlow, Refill, Spo2Scale, WatchLimit};

use crate::{TextKey, Words};

impl Words {
    /// `incomplete 5/7, at least 3`: a score of which parts are missing.
    pub fn score_incomplete(&self, known: usize, parts: usize, least: u8) -> String {
        let places = [
            ("known", known.to_string().into()),
            ("parts", parts.to_string().into()),
            ("least", least.to_string().into()),
        ];
        self.message("score-incomplete", &places)
    }

    /// What a part of a score is called, by its id: a measurement, or what people enter.
    pub fn score_part(&self, id: &str) -> String {
        let key = match id {
            "oxygen" => TextKey::Oxygen,
            "consciousness" | "mentation" => TextKey::Consciousness,
            "refill" => TextKey::Refill,
            "effort" => TextKey::Effort,
            _ => return self.metric_label(id).unwrap_or_else(|| id.to_owned()),
        };
        self.text(key)
    }

    /// Consciousness in words.
    pub fn acvpu(&self, acvpu: Acvpu) -> String {
        self.text(match acvpu {
            Acvpu::Alert => TextKey::AcvpuAlert,
            Acvpu::Confusion => TextKey::AcvpuConfusion,
            Acvpu::Voice => TextKey::AcvpuVoice,
            Acvpu::Pain => TextKey::AcvpuPain,
            Acvpu::Unresponsive => TextKey::AcvpuUnresponsive,
        })
    }

    /// What a person entered, in words.
    pub fn entered(&self, what: Entered) -> String {
        match what {
            Entered::Oxygen(true) => self.text(TextKey::OnOxygen),
            Entered::Oxygen(false) => self.text(TextKey::OnAir),
            Entered::Consciousness(acvpu) => self.acvpu(acvpu),
            Entered::Spo2Scale(Spo2Scale::One) => self.text(TextKey::Spo2ScaleOne),
            Entered::Spo2Scale(Spo2Scale::Two) => self.text(TextKey::Spo2ScaleTwo),
            Entered::OxygenFlow(flow) => self.text(match flow {
                OxygenFlow::Air => TextKey::OnAir,
                OxygenFlow::Low => TextKey::OxygenFlowLow,
                OxygenFlow::High => TextKey::OxygenFlowHigh,
            }),
            Entered::Refill(Refill::Under3s) => self.text(TextKey::RefillUnder),
            Entered::Refill(Refill::From3s) => self.text(TextKey::RefillFrom),
            Entered::Effort(effort) => self.text(match effort {
                Effort::Normal => TextKey::EffortNormal,
                Effort::Mild => TextKey::EffortMild,
                Effort::Moderate => TextKey::EffortModerate,
                Effort::Severe => TextKey::EffortSevere,
            }),
        }
    }

    /// What question that answers.
    pub fn entered_about(&self, what: Entered) -> String {
        self.text(match what {
            Entered::Oxygen(_) | Entered::OxygenFlow(_) => TextKey::Oxygen,
            Entered::Refill(_) => TextKey::Refill,
            Entered::Effort(_) => TextKey::Effort,
            Entered::Consciousness(_) => TextKey::Consciousness,
            Entered::Spo2Scale(_) => TextKey::Spo2Scale,
        })
    }

    /// `AB, 03:14:15, 12 min ago`.
    pub fn entered_by(&self, by: &str, time: &str, age: &str) -> String {
        self.message("entered-by", &[("by", by.into()), ("time", time.into()), ("age", age.into())])
    }

    /// `set by AB, 03:14:15`.
    pub fn limits_set_by(&self, by: &str, time: &str) -> String {
        self.message("limits-set-by", &[("by", by.into()), ("time", time.into())])
    }

    /// `bedside limits 50 to 120`.
    pub fn limits_of_device(&self, limits: &str) -> String {
        self.message("limits-of-device", &[("limits", limits.into())])
    }

    /// `limits of the station 50 to 120`.
    pub fn limits_of_station(&self, limits: &str) -> String {
        self.message("limits-of-station", &[("limits", limits.into())])
    }

    /// `HR 50 to 120`: a limit of the station's own.
    pub fn watch_limit(&self, limit: &WatchLimit) -> String {
        let label = self.score_part(limit.id.as_str());
        let [low, high] = [limit.low, limit.high]
            .map(|end| end.map(|end| self.measured(limit.id.as_str(), &end)));
        format!("{label} {}", self.limits(low.as_deref(), high.as_deref())).trim_end().to_owned()
    }

    /// `HR 82 -> 118`: one change of the last hour.
    pub fn hour_change(&self, label: &str, from: &str, to: &str) -> String {
        let places = [("label", label.into()), ("from", from.into()), ("to", to.into())];
        self.message("hour-change", &places)
    }
}
