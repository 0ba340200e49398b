//! Set-up: what has something to fill in.

use crate::Words;

impl Words {
    /// `step 2 of 8`.
    pub fn setup_step_of(&self, step: usize, steps: usize) -> String {
        self.message("setup-step-of", &[("step", step.into()), ("steps", steps.into())])
    }

    /// `digits at least 4.7 mm high`; the height as written.
    pub fn setup_letter_mm(&self, height: &str) -> String {
        self.message("setup-letter-mm", &[("height", height.into())])
    }

    /// `Beds 1 to 8`.
    pub fn setup_beds_to(&self, count: usize) -> String {
        self.message("setup-beds-to", &[("count", count.into())])
    }

    /// `Philips MX800 is at bed 3`.
    pub fn setup_placed(&self, device: &str, bed: &str) -> String {
        self.message("setup-placed", &[("device", device.into()), ("bed", bed.into())])
    }

    /// `Beds: 8. Monitors at beds: 2.`
    pub fn setup_counts(&self, beds: usize, placed: usize) -> String {
        self.message("setup-counts", &[("beds", beds.into()), ("placed", placed.into())])
    }

    /// `bed 3`.
    pub fn setup_bed(&self, bed: &str) -> String {
        self.message("setup-bed-named", &[("bed", bed.into())])
    }

    /// `line 12`: of a file.
    pub fn setup_in_line(&self, line: usize) -> String {
        self.message("setup-in-line", &[("line", line.into())])
    }

    /// `3 steps since it was saved`.
    pub fn setup_changed(&self, count: usize) -> String {
        self.message("setup-changed", &[("count", count.into())])
    }

    /// `8 beds`: a step that can be undone.
    pub fn setup_beds_made(&self, count: usize) -> String {
        self.message("setup-beds-made", &[("count", count.into())])
    }

    /// `default 2 min`.
    pub fn setup_default(&self, value: &str) -> String {
        self.message("setup-default-is", &[("value", value.into())])
    }

    /// `A number from 1 to 10`: what was typed is none; the ends as written.
    pub fn setup_wrong_number(&self, least: &str, most: &str) -> String {
        self.message("setup-wrong-number", &[("least", least.into()), ("most", most.into())])
    }

    /// `Further window 2`.
    pub fn setup_window(&self, number: usize) -> String {
        self.message("setup-window", &[("number", number.into())])
    }

    /// `3 mistakes`.
    pub fn setup_mistakes(&self, count: usize) -> String {
        self.message("setup-mistake-count", &[("count", count.into())])
    }

    /// What a key of the file is called, and what it does; `None`: it has no name for people.
    pub fn setting(&self, place: &str) -> Option<(String, String)> {
        // Further windows are alike: their number tells no more.
        let window = place.strip_prefix("window.").and_then(|rest| rest.split_once('.'));
        let alike = window.map(|(_, key)| format!("window.{key}"));
        let place = alike.as_deref().unwrap_or(place);
        let (_, id) = SETTINGS.iter().find(|(own, _)| *own == place)?;
        let help = self.0.texts.find(id, Some("help"), &[]).unwrap_or_default();
        Some((self.message(id, &[]), help))
    }
}

/// Keys of the file, and the texts that name them.
const SETTINGS: &[(&str, &str)] = &[
    ("mode", "setting-mode"),
    ("language", "setting-language"),
    ("no_lines", "setting-no-lines"),
    ("network.interface", "setting-network-interface"),
    ("network.address", "setting-network-address"),
    ("record.station", "setting-record-station"),
    ("record.keep_days", "setting-record-keep-days"),
    ("record.segment_mib", "setting-record-segment-mib"),
    ("record.reserve_mib", "setting-record-reserve-mib"),
    ("record.warn_days", "setting-record-warn-days"),
    ("record.copy_age_hours", "setting-record-copy-age-hours"),
    ("record.copies", "setting-record-copies"),
    ("alarms.pause_minutes", "setting-alarms-pause-minutes"),
    ("alarms.audio_off", "setting-alarms-audio-off"),
    ("alarms.acknowledged_reminder_minutes", "setting-alarms-acknowledged-reminder-minutes"),
    ("alarms.going_lapses_minutes", "setting-alarms-going-lapses-minutes"),
    ("alarms.high_banner_seconds", "setting-alarms-high-banner-seconds"),
    ("alarms.high_louder_seconds", "setting-alarms-high-louder-seconds"),
    ("alarms.medium_reminder_minutes", "setting-alarms-medium-reminder-minutes"),
    ("alarms.link_reminder_minutes", "setting-alarms-link-reminder-minutes"),
    ("alarms.standby_reminder_minutes", "setting-alarms-standby-reminder-minutes"),
    ("alarms.latch", "setting-alarms-latch"),
    ("alarms.sounds_when_silenced_at_bedside", "setting-alarms-sounds-when-silenced-at-bedside"),
    ("alarms.limits.policy", "setting-alarms-limits-policy"),
    ("alarms.limits.enabled", "setting-alarms-limits-enabled"),
    ("alarms.limits.defaults", "setting-alarms-limits-defaults"),
    ("alarms.limits.delay_seconds", "setting-alarms-limits-delay-seconds"),
    ("alarms.limits.hysteresis_percent", "setting-alarms-limits-hysteresis-percent"),
    ("alarms.limits.adult", "setting-alarms-limits-adult"),
    ("alarms.limits.paediatric", "setting-alarms-limits-paediatric"),
    ("alarms.limits.neonate", "setting-alarms-limits-neonate"),
    ("scores.news2", "setting-scores-news2"),
    ("scores.qsofa", "setting-scores-qsofa"),
    ("scores.pews", "setting-scores-pews"),
    ("scores.input_age_minutes", "setting-scores-input-age-minutes"),
    ("sound.enabled", "setting-sound-enabled"),
    ("sound.volume", "setting-sound-volume"),
    ("sound.floor", "setting-sound-floor"),
    ("sound.cap", "setting-sound-cap"),
    ("sound.device", "setting-sound-device"),
    ("sound.allow_silent", "setting-sound-allow-silent"),
    ("screen.viewing_distance_m", "setting-screen-viewing-distance-m"),
    ("screen.palette", "setting-screen-palette"),
    ("screen.night", "setting-screen-night"),
    ("screen.wall", "setting-screen-wall"),
    ("screen.kiosk", "setting-screen-kiosk"),
    ("screen.opengl", "setting-screen-opengl"),
    ("screen.tiles", "setting-screen-tiles"),
    ("screen.speed_mm_s", "setting-screen-speed-mm-s"),
    ("screen.gain_mm_mv", "setting-screen-gain-mm-mv"),
    ("screen.sweep", "setting-screen-sweep"),
    ("screen.grid", "setting-screen-grid"),
    ("screen.pixels_per_mm", "setting-screen-pixels-per-mm"),
    ("screen.privacy", "setting-screen-privacy"),
    ("screen.leave_minutes", "setting-screen-leave-minutes"),
    ("window.page", "setting-window-page"),
    ("window.screen", "setting-window-screen"),
    ("window.wall", "setting-window-wall"),
    ("window.full_screen", "setting-window-full-screen"),
    ("screen.text_scale_percent", "setting-screen-text-scale-percent"),
    ("screen.pressure_unit", "setting-screen-pressure-unit"),
    ("screen.temperature_unit", "setting-screen-temperature-unit"),
    ("screen.airway_pressure_unit", "setting-screen-airway-pressure-unit"),
];
