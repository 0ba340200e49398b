//! Alarms of the station itself. A device's alarm keeps the device's own text and never comes here.

use vigie_model::{MetricKey, StationAlarmKind, Text};

use crate::Words;

impl Words {
    /// The text of a station alarm. A stream is named by the nomenclature, else by the maker's code.
    pub fn station_alarm(&self, kind: &StationAlarmKind) -> String {
        let label = if let StationAlarmKind::PathLost(path) = kind {
            path.to_string()
        } else {
            kind.stream().map(|key| self.stream_label(key, None)).unwrap_or_default()
        };
        self.station_alarm_about(kind, &label)
    }

    /// The same, with the stream's label as it stands on the tile.
    pub fn station_alarm_about(&self, kind: &StationAlarmKind, stream_label: &str) -> String {
        let id = match kind {
            StationAlarmKind::StreamStale(_) => "alarm-stream-stale",
            StationAlarmKind::StreamLost(_) => "alarm-stream-lost",
            StationAlarmKind::DeviceStale => "alarm-device-stale",
            StationAlarmKind::DeviceLost => "alarm-device-lost",
            StationAlarmKind::LineClosed => "alarm-line-closed",
            StationAlarmKind::AlarmsNotConfirmed => "alarm-alarms-not-confirmed",
            StationAlarmKind::DuplicateDevice => "alarm-duplicate-device",
            StationAlarmKind::PatientUnclear => "alarm-patient-unclear",
            StationAlarmKind::RecordStopped => "alarm-record-stopped",
            StationAlarmKind::RecordBehind => "alarm-record-behind",
            StationAlarmKind::DiskFilling => "alarm-disk-filling",
            StationAlarmKind::CopyOld => "alarm-copy-old",
            StationAlarmKind::AboveLimit(_) => "alarm-above-limit",
            StationAlarmKind::BelowLimit(_) => "alarm-below-limit",
            StationAlarmKind::Implausible(_) => "alarm-implausible",
            StationAlarmKind::PathLost(_) => "alarm-path-lost",
            StationAlarmKind::ClockJumped => "alarm-clock-jumped",
            StationAlarmKind::NoSound => "alarm-no-sound",
            StationAlarmKind::WindowStalled => "alarm-window-stalled",
        };
        self.message(id, &[("label", stream_label.into())])
    }

    /// What to call a stream: by the nomenclature where it is mapped, else as the device labels it,
    /// else by the maker's code. Nothing stays without a name.
    pub fn stream_label(&self, key: &MetricKey, device_label: Option<&Text>) -> String {
        key.metric()
            .and_then(|metric| self.metric_label(metric.id))
            .or_else(|| device_label.filter(|label| !label.is_empty()).map(Text::to_string))
            .unwrap_or_else(|| key.vendor.to_string())
    }
}
