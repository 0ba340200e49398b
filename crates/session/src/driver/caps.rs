//! What a hostile or broken peer may cost at most: texts of a sane length, that can be printed.
//!
//! Every text that can come from a wire is listed here once; the match has no wildcard, so that a
//! new event cannot slip through.

use std::sync::Arc;

use vigie_model::{Alarm, DeviceInfo, DeviceKey, Event, MetricKey, Patient, Text, Unit};

/// Longest text of an event, in bytes of UTF-8; cut at a character.
pub const TEXT_BYTES_MAX: usize = 256;

/// What was done to the texts of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capped {
    /// Texts that were too long.
    pub(super) cut: u32,
    /// Texts with characters that steer a terminal or turn the reading direction.
    pub(super) cleaned: u32,
}

/// Cuts all texts of an event, and takes out of them what would steer a screen: a text from a wire
/// must not be able to write a row of its own.
pub(super) fn cap_texts(event: &mut Event) -> Capped {
    let mut cutter = Cutter::default();
    match event {
        Event::Identity(info) => cutter.info(info),
        Event::Patient(patient) => cutter.patient(patient),
        Event::Numeric(numeric) => {
            cutter.key(&mut numeric.key);
            cutter.unit(&mut numeric.unit);
        }
        Event::Text(text) => {
            cutter.key(&mut text.key);
            cutter.option(&mut text.value);
        }
        Event::Wave(chunk) => {
            cutter.key(&mut chunk.key);
            cutter.unit(&mut chunk.unit);
        }
        Event::Limits(limits) => {
            cutter.key(&mut limits.key);
            cutter.unit(&mut limits.unit);
        }
        Event::Alarms(set) => {
            cutter.alarms(&mut set.active);
            // The same names, cut the same way.
            Arc::make_mut(&mut set.told).iter_mut().for_each(|id| cutter.text(id));
        }
        Event::Stream(stream) => {
            cutter.key(&mut stream.key);
            cutter.option(&mut stream.label);
            cutter.unit(&mut stream.unit);
        }
        Event::Gap(gap) => {
            if let Some(key) = &mut gap.key {
                cutter.key(key);
            }
            cutter.text(&mut gap.why);
        }
        Event::Fault(fault) => cutter.text(&mut fault.what),
        Event::Mode(_) | Event::Alive => {}
    }
    cutter.capped
}

/// Control characters, and the marks that turn the reading direction (Unicode UAX #9).
fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{061C}' | '\u{200E}' | '\u{200F}')
        || matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[derive(Default)]
struct Cutter {
    capped: Capped,
}

impl Cutter {
    fn text(&mut self, text: &mut Text) {
        if text.as_str().len() > TEXT_BYTES_MAX {
            *text = text.truncated(TEXT_BYTES_MAX);
            self.capped.cut += 1;
        }
        if text.as_str().contains(steers) {
            *text = Text::from(text.as_str().replace(steers, " "));
            self.capped.cleaned += 1;
        }
    }

    fn option(&mut self, text: &mut Option<Text>) {
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn key(&mut self, key: &mut MetricKey) {
        self.text(&mut key.vendor);
    }

    fn unit(&mut self, unit: &mut Unit) {
        match unit {
            Unit::Ucum(text) | Unit::AsSent(text) => self.text(text),
        }
    }

    fn info(&mut self, info: &mut DeviceInfo) {
        let DeviceInfo {
            key: DeviceKey(key),
            family,
            manufacturer,
            model,
            serial,
            software,
            bed_label,
            clock: _,
        } = info;
        self.text(key);
        self.text(family);
        for text in [manufacturer, model, serial, software, bed_label] {
            self.option(text);
        }
    }

    fn patient(&mut self, patient: &mut Patient) {
        let Patient {
            presence: _,
            id,
            context,
            family_name,
            given_name,
            category: _,
            sex: _,
            born,
            paced: _,
        } = patient;
        for text in [id, context, family_name, given_name, born] {
            self.option(text);
        }
    }

    fn alarms(&mut self, active: &mut Arc<[Alarm]>) {
        for alarm in Arc::make_mut(active) {
            self.text(&mut alarm.id);
            self.text(&mut alarm.vendor);
            self.text(&mut alarm.text);
            if let Some(subject) = &mut alarm.subject {
                self.key(subject);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::{
        AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Cadence, Category, Gap, Priority,
        StreamInfo,
    };

    use super::*;

    fn long() -> Text {
        Text::from("é".repeat(400))
    }

    fn key() -> MetricKey {
        MetricKey { code: None, vendor: long(), instance: 0 }
    }

    #[test]
    fn every_text_is_cut_at_a_character() {
        let info = DeviceInfo {
            key: DeviceKey(long()),
            family: long(),
            manufacturer: Some(long()),
            model: Some(long()),
            serial: Some(long()),
            software: Some(long()),
            bed_label: Some(long()),
            clock: None,
        };
        let patient = Patient {
            id: Some(long()),
            context: Some(long()),
            family_name: Some(long()),
            given_name: Some(long()),
            born: Some(long()),
            ..Patient::default()
        };
        let alarm = Alarm {
            id: long(),
            kind: AlarmKind::Technical,
            priority: Priority::Low,
            phase: AlarmPhase::Active,
            inactivation: None,
            code: None,
            vendor: long(),
            subject: Some(key()),
            value: None,
            limit: None,
            text: long(),
        };
        let set = AlarmSet {
            scope: AlarmScope::All,
            truth: AlarmTruth::Complete,
            active: Arc::from([alarm]),
            told: Arc::from([long()]),
        };
        let stream = StreamInfo {
            key: key(),
            label: Some(long()),
            unit: Unit::AsSent(long()),
            digits: None,
            category: Category::Measured,
            cadence: Cadence::Episodic { interval: None },
        };
        let gap = Gap { key: Some(key()), lost: None, why: long() };
        for (mut event, texts) in [
            (Event::Identity(info), 7),
            (Event::Patient(patient), 5),
            (Event::Alarms(set), 5),
            (Event::Stream(stream), 3),
            (Event::Gap(gap), 2),
            (Event::Alive, 0),
        ] {
            assert_eq!(cap_texts(&mut event), Capped { cut: texts, cleaned: 0 }, "{event:?}");
            assert_eq!(cap_texts(&mut event), Capped::default(), "cut once and for all");
            // Debug prints every text in quotes.
            let longest = format!("{event:?}").split('"').map(str::len).max().unwrap();
            assert!(texts == 0 || longest == TEXT_BYTES_MAX);
        }
    }

    #[test]
    fn a_text_cannot_steer_the_screen() {
        let why = Text::from("LOW\n1  HR  44\u{1b}[31m\u{202e}\u{85}é");
        let mut event = Event::Gap(Gap { key: None, lost: None, why });
        assert_eq!(cap_texts(&mut event), Capped { cut: 0, cleaned: 1 });
        let clean = Gap { key: None, lost: None, why: Text::from("LOW 1  HR  44 [31m  é") };
        assert_eq!(event, Event::Gap(clean));
        assert_eq!(cap_texts(&mut event), Capped::default(), "cleaned once and for all");
    }
}
