//! What the monitor is doing, from the three places that tell.
//!
//! The MDS tells it once, and again only when somebody polls it; the alert monitor every second; in
//! demonstration mode every value says so too. A join in mid-stream may have the last two only.

use vigie_model::{DeviceMode, Event, Nature};

use crate::wire::alarm::AlertState;
use crate::wire::numeric::MeasurementState;
use crate::wire::system::OperatingMode;

/// Weighs the sources.
#[derive(Debug, Default)]
pub(super) struct Mode {
    mds: Option<DeviceMode>,
    alerts: Option<DeviceMode>,
    values: Option<Nature>,
    /// What the alert monitor and the values have denied since the MDS told its mode.
    denied: Denied,
    /// Usable, periodic values came since the alert monitor told last.
    has_flow: bool,
    told: Option<DeviceMode>,
}

#[derive(Debug, Default)]
struct Denied {
    by_alerts: bool,
    by_values: bool,
}

impl Mode {
    /// The MDS told its operating mode.
    pub(super) fn take_mds(&mut self, mode: OperatingMode) {
        self.denied = Denied::default();
        self.mds = Some(if mode.has(OperatingMode::DEMO) {
            DeviceMode::Demo
        } else if mode.has(OperatingMode::STANDBY) {
            DeviceMode::Standby
        } else if mode.has(OperatingMode::SERVICE) || mode.has(OperatingMode::CONFIGURATION) {
            DeviceMode::Service
        } else {
            DeviceMode::Normal
        });
    }

    /// The alert monitor told the state of the device.
    pub(super) fn take_alerts(&mut self, state: AlertState) {
        let has_flow = std::mem::take(&mut self.has_flow);
        self.alerts = Some(if state.has(AlertState::DEVICE_DEMO) {
            DeviceMode::Demo
        } else if state.has(AlertState::DEVICE_TEST) {
            DeviceMode::Test
        } else if state.has(AlertState::DEVICE_STANDBY) && !has_flow {
            // Nothing is measured in standby: while values come, this is not believed.
            DeviceMode::Standby
        } else {
            DeviceMode::Normal
        });
        self.denied.by_alerts = self.alerts != Some(DeviceMode::Demo);
        self.forget_demo();
    }

    /// A result of numerics: whether its usable, periodic values are a patient's. `None`: it had none.
    pub(super) fn take_values(&mut self, nature: Option<Nature>) {
        let Some(nature) = nature else { return };
        self.values = Some(nature);
        self.has_flow = true;
        // Standby ends when values come again, whether or not somebody polls the MDS.
        for told in [&mut self.mds, &mut self.alerts] {
            told.take_if(|mode| *mode == DeviceMode::Standby);
        }
        self.denied.by_values = nature != Nature::Demo;
        self.forget_demo();
    }

    /// Demonstration mode shows in all three places: two that deny it outweigh an older MDS.
    fn forget_demo(&mut self) {
        let is_denied = self.denied.by_alerts && self.denied.by_values;
        if is_denied && self.mds == Some(DeviceMode::Demo) {
            self.mds = None;
        }
    }

    /// The mode: the most cautious of what the sources say.
    pub(super) fn now(&self) -> Option<DeviceMode> {
        let values = self.values.map(|nature| match nature {
            Nature::Real => DeviceMode::Normal,
            Nature::Demo => DeviceMode::Demo,
            Nature::Test => DeviceMode::Test,
        });
        let told = [self.mds, self.alerts, values];
        let order = [
            DeviceMode::Demo,
            DeviceMode::Test,
            DeviceMode::Service,
            DeviceMode::Standby,
            DeviceMode::Normal,
        ];
        order.into_iter().find(|mode| told.contains(&Some(*mode)))
    }

    /// The nature of a value: what it says itself, and never less than what the monitor does.
    pub(super) fn nature(&self, state: MeasurementState) -> Nature {
        if self.mds == Some(DeviceMode::Demo) { Nature::Demo } else { Mode::nature_of(state) }
    }

    /// The nature that a value states itself.
    pub(super) fn nature_of(state: MeasurementState) -> Nature {
        if state.has(MeasurementState::DEMO_DATA) {
            Nature::Demo
        } else if state.has(MeasurementState::TEST_DATA) {
            Nature::Test
        } else {
            Nature::Real
        }
    }

    /// The mode, when it is new.
    pub(super) fn tell(&mut self, events: &mut Vec<Event>) {
        let now = self.now();
        if let Some(mode) = now.filter(|mode| self.told != Some(*mode)) {
            self.told = Some(mode);
            events.push(Event::Mode(mode));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(take: impl FnOnce(&mut Mode)) -> Option<DeviceMode> {
        let mut mode = Mode::default();
        take(&mut mode);
        mode.now()
    }

    #[test]
    fn one_source_that_says_demo_is_enough() {
        let normal = OperatingMode::MONITORING;
        assert_eq!(mode(|_| ()), None);
        assert_eq!(mode(|mode| mode.take_mds(normal)), Some(DeviceMode::Normal));
        let alerts = |mode: &mut Mode| {
            mode.take_mds(normal);
            mode.take_alerts(AlertState(0x1100));
        };
        assert_eq!(mode(alerts), Some(DeviceMode::Demo));
        let values = |mode: &mut Mode| {
            mode.take_alerts(AlertState(0));
            mode.take_values(Some(Nature::Demo));
        };
        assert_eq!(mode(values), Some(DeviceMode::Demo));
    }

    #[test]
    fn standby_ends_when_values_come_again() {
        let mut mode = Mode::default();
        mode.take_mds(OperatingMode(0x4002));
        assert_eq!(mode.now(), Some(DeviceMode::Standby));
        mode.take_values(None);
        assert_eq!(mode.now(), Some(DeviceMode::Standby));
        mode.take_values(Some(Nature::Real));
        assert_eq!(mode.now(), Some(DeviceMode::Normal));
    }

    #[test]
    fn standby_is_not_believed_while_values_come() {
        let mut mode = Mode::default();
        for _ in 0..3 {
            mode.take_values(Some(Nature::Real));
            mode.take_alerts(AlertState(0x0200));
            assert_eq!(mode.now(), Some(DeviceMode::Normal));
        }
        mode.take_alerts(AlertState(0x0200));
        assert_eq!(mode.now(), Some(DeviceMode::Standby));
        mode.take_values(Some(Nature::Real));
        assert_eq!(mode.now(), Some(DeviceMode::Normal));
    }

    #[test]
    fn demo_ends_when_alerts_and_values_deny_it() {
        let mut mode = Mode::default();
        mode.take_mds(OperatingMode::DEMO);
        mode.take_values(Some(Nature::Real));
        assert_eq!(mode.now(), Some(DeviceMode::Demo));
        mode.take_alerts(AlertState(0));
        assert_eq!(mode.now(), Some(DeviceMode::Normal));
    }

    #[test]
    fn a_mode_is_told_once() {
        let mut mode = Mode::default();
        let mut events = Vec::new();
        for state in [0x0200, 0x0200, 0x0000, 0x0000] {
            mode.take_alerts(AlertState(state));
            mode.tell(&mut events);
        }
        assert_eq!(events, [Event::Mode(DeviceMode::Standby), Event::Mode(DeviceMode::Normal)]);
    }
}
