//! Alarm subrecords: whether alarms sound, and up to five lines of the monitor's screen.
//!
//! DRI gives the fields and not the size of an enumeration, and no public recording holds an alarm
//! record. A client that its authors used on a real monitor reads enumerations of two bytes, so that
//! layout comes first; four bytes are tried when the first makes no sense.

use super::{field, u16_at};

/// Lines that a monitor shows at most.
pub const LINES: usize = 5;
/// Bytes of a line's text, with the zero that ends it.
const TEXT_BYTES: usize = 80;

/// Subrecord type of the alarm status.
pub const ALARM_STATUS: u8 = 1;

/// The alarms that a monitor shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmStatus {
    /// Alarms sound.
    pub is_sound_on: bool,
    /// What was silenced.
    pub silence: Silence,
    /// Lines that say something, the most urgent first.
    pub lines: Vec<AlarmLine>,
}

/// What was silenced at the bedside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing.
    None,
    /// Apnoea.
    Apnoea,
    /// Asystole.
    Asystole,
    /// Apnoea and asystole.
    ApnoeaAndAsystole,
    /// Everything, until it is switched on again.
    All,
    /// Everything, for a while.
    AllForAWhile,
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmLine {
    /// As on the monitor's screen, in its language; line feeds are spaces.
    pub text: String,
    /// Its priority.
    pub color: Color,
}

/// The colour of an alarm is its priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Color {
    /// A text that is no alarm.
    NoAlarm,
    /// Low.
    White,
    /// Medium.
    Yellow,
    /// High.
    Red,
}

/// Where the fields are.
#[derive(Clone, Copy)]
struct Layout {
    enum_bytes: usize,
    /// Where the lines begin.
    base: usize,
    /// From one line to the next.
    stride: usize,
}

/// i16, enum, i16, i16, enum; then text, boolean, enum, boolean and six i16 a line.
const LAYOUTS: [Layout; 2] = [
    Layout { enum_bytes: 2, base: 10, stride: 98 },
    Layout { enum_bytes: 4, base: 12, stride: 100 },
];

impl AlarmStatus {
    /// Reads a subrecord; `None` when no layout makes sense of it.
    pub fn parse(bytes: &[u8]) -> Option<AlarmStatus> {
        LAYOUTS.iter().find_map(|layout| layout.read(bytes))
    }
}

impl Layout {
    fn read(&self, bytes: &[u8]) -> Option<AlarmStatus> {
        let is_sound_on = boolean(u16_at(bytes, 2)?)?;
        let silence = self.enumeration(bytes, self.base - self.enum_bytes)?;
        let silence = match silence {
            0 => Silence::None,
            1 => Silence::Apnoea,
            2 => Silence::Asystole,
            3 => Silence::ApnoeaAndAsystole,
            4 => Silence::All,
            5..=7 => Silence::AllForAWhile,
            _ => return None,
        };
        let mut lines = Vec::new();
        for index in 0..LINES {
            let at = self.base + index * self.stride;
            let text = bytes.get(at..)?.get(..TEXT_BYTES)?;
            let after = at + TEXT_BYTES;
            boolean(u16_at(bytes, after)?)?;
            let color = match self.enumeration(bytes, after + 2)? {
                0 => Color::NoAlarm,
                1 => Color::White,
                2 => Color::Yellow,
                3 => Color::Red,
                _ => return None,
            };
            boolean(u16_at(bytes, after + 2 + self.enum_bytes)?)?;
            let text = text_of(text);
            if !text.is_empty() || color != Color::NoAlarm {
                lines.push(AlarmLine { text, color });
            }
        }
        Some(AlarmStatus { is_sound_on, silence, lines })
    }

    fn enumeration(&self, bytes: &[u8], at: usize) -> Option<u32> {
        if self.enum_bytes == 2 {
            return u16_at(bytes, at).map(u32::from);
        }
        field(bytes, at).map(u32::from_le_bytes)
    }
}

fn boolean(word: u16) -> Option<bool> {
    match word {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// Up to the first zero, control characters as spaces. Bytes above 7F are read as Latin-1: the
/// specification does not name a character set, and a wrong letter is better than a lost alarm.
fn text_of(bytes: &[u8]) -> String {
    let text = bytes.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte));
    let text: String = text.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A subrecord in the given layout.
    fn subrecord(enum_bytes: usize, sound: u16, silence: u8, lines: &[(&str, u8)]) -> Vec<u8> {
        let (base, stride) = (8 + enum_bytes, 96 + enum_bytes);
        let mut bytes = vec![0; base + LINES * stride + 10];
        bytes[2..4].copy_from_slice(&sound.to_le_bytes());
        bytes[8] = silence;
        for (index, (text, color)) in lines.iter().enumerate() {
            let at = base + index * stride;
            bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
            bytes[at + 80] = 1;
            bytes[at + 82] = *color;
        }
        bytes
    }

    fn line(text: &str, color: Color) -> AlarmLine {
        AlarmLine { text: text.into(), color }
    }

    #[test]
    fn both_sizes_of_enumerations_are_read() {
        for enum_bytes in [2, 4] {
            let texts = [("ASYSTOLE", 3), ("SpO2\nlow  88", 2), ("Check NIBP", 1)];
            let bytes = subrecord(enum_bytes, 1, 6, &texts);
            assert_eq!(bytes.len(), if enum_bytes == 2 { 510 } else { 522 });
            let status = AlarmStatus::parse(&bytes).unwrap();
            assert!(status.is_sound_on);
            assert_eq!(status.silence, Silence::AllForAWhile);
            let lines = [
                line("ASYSTOLE", Color::Red),
                line("SpO2 low 88", Color::Yellow),
                line("Check NIBP", Color::White),
            ];
            assert_eq!(status.lines, lines, "enumerations of {enum_bytes} bytes");
        }
    }

    #[test]
    fn an_empty_list_is_a_list() {
        let status = AlarmStatus::parse(&subrecord(2, 0, 0, &[])).unwrap();
        let empty = AlarmStatus { is_sound_on: false, silence: Silence::None, lines: Vec::new() };
        assert_eq!(status, empty);
    }

    #[test]
    fn what_no_layout_explains_is_no_list() {
        assert_eq!(AlarmStatus::parse(&subrecord(2, 7, 0, &[])), None);
        assert_eq!(AlarmStatus::parse(&subrecord(2, 1, 0, &[("A", 9)])), None);
        assert_eq!(AlarmStatus::parse(&[0; 400]), None);
        assert_eq!(AlarmStatus::parse(&[0xFF; 600]), None);
    }
}
