//! Texts with something to fill in. Times, labels and numbers are handed over as written: by
//! [`Words::dated`], [`Words::metric_label`], [`Words::number`].

use std::time::Duration;

use vigie_model::FaultKind;

use crate::{TextKey, Words};

impl Words {
    /// `not confirmed since 03:14:15`: alarms that were there when the line was lost.
    pub fn not_confirmed_since(&self, time: &str) -> String {
        self.message("not-confirmed-since", &[("time", time.into())])
    }

    /// `last 97 at 03:14:15`: small, under the dashes.
    pub fn last_value(&self, value: &str, time: &str) -> String {
        self.message("last-value", &[("value", value.into()), ("time", time.into())])
    }

    /// `no data since 03:14:15`.
    pub fn no_data_since(&self, time: &str) -> String {
        self.message("no-data-since", &[("time", time.into())])
    }

    /// `STATION STOPPED since 03:14:15`: what the window covers its tiles with.
    pub fn station_stopped_since(&self, time: &str) -> String {
        self.message("station-stopped-since", &[("time", time.into())])
    }

    /// `since 03:14:15`: below what has been so since then.
    pub fn since(&self, time: &str) -> String {
        self.message("since", &[("time", time.into())])
    }

    /// `data left out: 12`: what is so, and one detail of it.
    pub fn noted(&self, what: &str, detail: &str) -> String {
        self.message("noted", &[("what", what.into()), ("detail", detail.into())])
    }

    /// `4 digits typed`: of a PIN, which nobody says aloud.
    pub fn pin_digits(&self, count: usize) -> String {
        self.message("pin-digits", &[("count", count.into())])
    }

    /// `refused: set these limits`: what somebody asked for and was not done.
    pub fn refused(&self, what: &str) -> String {
        self.message("command-refused", &[("what", what.into())])
    }

    /// `not known: set these limits`: what somebody asked for, and nobody said whether it was done.
    pub fn unanswered_command(&self, what: &str) -> String {
        self.message("command-unanswered", &[("what", what.into())])
    }

    /// `numbers only, every 2 s`: what a device without waves sends, and how often where it tells so.
    pub fn numbers_only(&self, period: Option<Duration>) -> String {
        match period {
            Some(period) => {
                self.message("numbers-only-every", &[("period", self.period(period).into())])
            }
            None => self.text(TextKey::NumbersOnly),
        }
    }

    /// `numbers every 10 s`: of a device that sends waves besides.
    pub fn numbers_every(&self, period: Duration) -> String {
        self.message("numbers-every", &[("period", self.period(period).into())])
    }

    /// `every 10 s`: how often numbers come, beside words that say what comes.
    pub fn every(&self, period: Duration) -> String {
        self.message("every-period", &[("period", self.period(period).into())])
    }

    /// `0.5 s`, `2 s`, `3 min`.
    fn period(&self, period: Duration) -> String {
        let is_whole = period.subsec_millis() == 0 || period >= Duration::from_secs(10);
        if is_whole {
            return self.age(period);
        }
        let tenths = (period.as_secs_f64() * 10.0).round() / 10.0;
        self.message("age-seconds", &[("seconds", self.digits(&tenths.to_string()).into())])
    }

    /// `called ICU 3 before`: a device that gives its bed another label than when it was put there.
    pub fn relabelled(&self, label: &str) -> String {
        self.message("relabelled", &[("label", label.into())])
    }

    /// `on the device: Puls`: the maker's own label of what stands here under ours.
    pub fn on_device(&self, label: &str) -> String {
        self.message("on-device", &[("label", label.into())])
    }

    /// `from MP70`: whose value it is, where a bed has several devices.
    pub fn from_device(&self, device: &str) -> String {
        self.message("from-device", &[("device", device.into())])
    }

    /// `also from MP70`: whose value it is, where another device's comes first.
    pub fn also_from(&self, device: &str) -> String {
        self.message("also-from", &[("device", device.into())])
    }

    /// `beside MP70`: where another device would stand.
    pub fn beside(&self, devices: &str) -> String {
        self.message("beside", &[("devices", devices.into())])
    }

    /// `Evita on Bed 3`: what is about to be decided.
    pub fn put_device(&self, device: &str, bed: &str) -> String {
        self.message("put-device", &[("device", device.into()), ("bed", bed.into())])
    }

    /// `THIS PC IS NOT ISOLATED: default route through eth0`: the line that stays on every screen.
    pub fn not_isolated(&self, reason: &str) -> String {
        self.message("not-isolated", &[("reason", reason.into())])
    }

    /// `default route through eth0`: a way to the internet.
    pub fn default_route(&self, interface: &str) -> String {
        self.message("default-route", &[("interface", interface.into())])
    }

    /// `second network on wlan0`: an interface that the configuration does not name.
    pub fn other_interface(&self, interface: &str) -> String {
        self.message("other-interface", &[("interface", interface.into())])
    }

    /// `+3 more`: entries of a list that have no room.
    pub fn more(&self, count: usize) -> String {
        self.message("more", &[("count", count.to_string().into())])
    }

    /// `no alarm`, `1 alarm`, `2 alarms`.
    pub fn alarm_count(&self, count: usize) -> String {
        self.message("alarm-count", &[("count", count.into())])
    }

    /// `unassigned devices: 2`.
    pub fn unassigned_count(&self, count: usize) -> String {
        self.counted(&self.text(TextKey::UnassignedDevices), &count.to_string())
    }

    /// `wrong checksum: 12`.
    pub fn fault_count(&self, kind: FaultKind, count: u64) -> String {
        self.counted(&self.fault_kind(kind), &count.to_string())
    }

    /// `90 to 100`, `below 90`, `above 100`: alarm limits as written; empty when there are none.
    pub fn limits(&self, low: Option<&str>, high: Option<&str>) -> String {
        match (low, high) {
            (Some(low), Some(high)) => {
                self.message("limits-from-to", &[("low", low.into()), ("high", high.into())])
            }
            (Some(low), None) => self.message("limit-low", &[("low", low.into())]),
            (None, Some(high)) => self.message("limit-high", &[("high", high.into())]),
            (None, None) => String::new(),
        }
    }

    /// `2.5 times speed`.
    pub fn speed(&self, factor: f64) -> String {
        self.message("speed", &[("factor", self.digits(&factor.to_string()).into())])
    }

    /// `62.5 Hz`: samples of a wave a second.
    pub fn sampling_rate(&self, rate_hz: f64) -> String {
        // Device clocks are off by some 100 ppm: three digits behind the point say all there is.
        let hertz = (rate_hz * 1_000.0).round() / 1_000.0;
        self.message("sampling-rate", &[("hertz", self.digits(&hertz.to_string()).into())])
    }

    fn counted(&self, what: &str, count: &str) -> String {
        self.message("counted", &[("what", what.into()), ("count", count.into())])
    }
}
