//! The lines of the station's log. The device's own text stands as it was sent; keys of devices, which
//! may be serial numbers or addresses, and names of patients never stand in a line.

use vigie_model::{Alarm, Condition, Lapse, LogKind};

use crate::{TextKey, Words};

impl Words {
    /// A line of the log, without its time and its bed. `about`: the text of the device alarm that a
    /// line is about and does not carry itself, where it is known. `offset_minutes`: east of UTC.
    pub fn log_line(&self, kind: &LogKind, about: Option<&str>, offset_minutes: i32) -> String {
        let of_alarm = |id: &str, condition: &Condition| {
            self.message(id, &[("alarm", self.condition(condition, about).into())])
        };
        let by = |id: &str, by: &str| self.message(id, &[("by", by.into())]);
        match kind {
            LogKind::DeviceAlarm(alarm) => self.device_alarm(alarm),
            LogKind::DeviceAlarmEnded(_) => {
                self.message("log-ended", &[("alarm", self.device_text(about).into())])
            }
            LogKind::StationAlarm(kind) => self.station_alarm(kind),
            LogKind::StationAlarmEnded(kind) => {
                self.message("log-ended", &[("alarm", self.station_alarm(kind).into())])
            }
            LogKind::Assigned(row) if row.bed.is_some() => by("log-put-on-bed", row.by.as_str()),
            LogKind::Assigned(row) => by("log-taken-off", row.by.as_str()),
            LogKind::Named { .. } => self.message("log-named", &[]),
            LogKind::StayBegan(stay) => by("log-stay-began", stay.by.as_str()),
            LogKind::StayEnded(stay) => by("log-stay-ended", stay.by.as_str()),
            LogKind::PatientUnclear => self.message("alarm-patient-unclear", &[]),
            LogKind::Answered { condition, how, by } => {
                self.noted(&self.condition(condition, about), &self.answered(*how, by.as_str()))
            }
            LogKind::AnswerLapsed { condition, why } => {
                let id = match why {
                    Lapse::Reminder => "log-lapse-reminder",
                    Lapse::Raised => "log-lapse-raised",
                    Lapse::Returned => "log-lapse-returned",
                };
                of_alarm(id, condition)
            }
            LogKind::Latched(condition) => {
                self.noted(&self.condition(condition, about), &self.text(TextKey::Latched))
            }
            LogKind::Reset { condition, by } => {
                let alarm = self.condition(condition, about);
                self.message("log-reset", &[("alarm", alarm.into()), ("by", by.as_str().into())])
            }
            LogKind::Escalated { condition, step } => {
                let alarm = self.condition(condition, about);
                let step = step.to_string();
                self.message("log-escalated", &[("alarm", alarm.into()), ("step", step.into())])
            }
            LogKind::AudioPaused { until, by } => {
                let time = self.clock(*until, offset_minutes);
                let places = [("time", time.into()), ("by", by.as_str().into())];
                self.message("log-audio-paused", &places)
            }
            LogKind::AudioOff { by: who } => by("log-audio-off", who.as_str()),
            LogKind::AudioOn { by: Some(who) } => by("log-audio-on", who.as_str()),
            LogKind::AudioOn { by: None } => self.message("log-audio-back", &[]),
            LogKind::Standby { why, by } => {
                let why = self.standby_reason(*why);
                self.message("log-standby", &[("why", why.into()), ("by", by.as_str().into())])
            }
            LogKind::StandbyEnded { by: Some(who) } => by("log-standby-ended", who.as_str()),
            LogKind::StandbyEnded { by: None } => self.message("log-standby-back", &[]),
            LogKind::WatchLimits { limits: Some(limits), by } => {
                let written: Vec<String> =
                    limits.iter().map(|limit| self.watch_limit(limit)).collect();
                let written = if written.is_empty() {
                    self.text(TextKey::Dashes)
                } else {
                    written.join(", ")
                };
                let places = [("by", by.as_str().into()), ("limits", written.into())];
                self.message("log-limits", &places)
            }
            LogKind::WatchLimits { limits: None, by: who } => {
                by("log-limits-category", who.as_str())
            }
            LogKind::Entered { what, by } => {
                let said = self.noted(&self.entered_about(*what), &self.entered(*what));
                self.message("log-entered", &[("what", said.into()), ("by", by.as_str().into())])
            }
            LogKind::Note(note) => note.to_string(),
        }
    }

    /// `***VTACH, 171, alarm limit 120, high priority, silenced at bedside`.
    fn device_alarm(&self, alarm: &Alarm) -> String {
        let value = alarm.value.map(|value| self.decimal(&value));
        let limit = alarm
            .limit
            .map(|limit| format!("{} {}", self.text(TextKey::AlarmLimit), self.decimal(&limit)));
        let parts = [
            Some(alarm.text.to_string()).filter(|text| !text.is_empty()),
            value,
            limit,
            Some(self.priority(alarm.priority)),
            self.alarm_phase(alarm.phase),
            alarm.inactivation.map(|inactivation| self.inactivation(inactivation)),
        ];
        parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
    }

    fn device_text(&self, about: Option<&str>) -> String {
        // The id of an alarm is the device's own bookkeeping: nothing that people can read.
        about.map_or_else(|| self.text(TextKey::Alarm), str::to_owned)
    }

    fn condition(&self, condition: &Condition, about: Option<&str>) -> String {
        match condition {
            Condition::Device { .. } => self.device_text(about),
            Condition::Station { kind, .. } => self.station_alarm(kind),
        }
    }
}
