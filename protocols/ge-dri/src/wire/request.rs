//! Requests: all that a monitor can be sent.
//!
//! Each is a record with one subrecord. All reserved fields and the level are 0, as in the examples
//! that CI prints; the tests below hold these bytes against them.

use super::{phdb, record};

/// Length, main type and the description of one subrecord are all that a header needs.
fn request(main_type: i16, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; record::HEADER_BYTES];
    let length = (record::HEADER_BYTES + data.len()) as i16;
    for (at, field) in [(0, length), (14, main_type)] {
        for (byte, value) in bytes.iter_mut().skip(at).zip(field.to_le_bytes()) {
            *byte = value;
        }
    }
    // The first subrecord is of type 0 at offset 0, the second ends the list.
    if let Some(end) = bytes.get_mut(16 + 3 + 2) {
        *end = 0xFF;
    }
    bytes.extend(data);
    bytes
}

/// Which physiological records to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Physiological {
    /// Values as displayed.
    Displayed,
    /// 10-second trends.
    Trend10,
    /// 60-second trends.
    Trend60,
    /// Auxiliary information.
    AuxInfo,
}

/// How often to send them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Not any more.
    Never,
    /// One record, now.
    Once,
    /// Every so many seconds; trends come at their own pace.
    Seconds(u8),
}

/// All four classes (CI, "phdb_class_bf"; bit 0 would deny the basic one).
const ALL_CLASSES: u32 = 0x0E;

/// Asks for physiological records of all classes, or for their end.
pub fn physiological(what: Physiological, interval: Interval) -> Vec<u8> {
    let kind = match what {
        Physiological::Displayed => phdb::DISPLAYED,
        Physiological::Trend10 => phdb::TREND_10_S,
        Physiological::Trend60 => phdb::TREND_60_S,
        Physiological::AuxInfo => phdb::AUX_INFO,
    };
    let has_classes = what != Physiological::AuxInfo && interval != Interval::Never;
    let interval: i16 = match interval {
        Interval::Never => 0,
        Interval::Once => -1,
        Interval::Seconds(seconds) => i16::from(seconds),
    };
    let mut data = vec![kind];
    data.extend(interval.to_le_bytes());
    data.extend(if has_classes { ALL_CLASSES } else { 0 }.to_le_bytes());
    data.extend([0; 2]);
    request(record::PHDB, &data)
}

/// Waves in both lists.
pub const WAVES_MAX: usize = 24;

/// Asks for these waves and no others; those beyond [`WAVES_MAX`] are left out. For no waves at all,
/// for the end of all waves.
pub fn waves(kinds: &[u8]) -> Vec<u8> {
    let is_stop = kinds.is_empty();
    let mut data = vec![0; 32];
    if is_stop && let Some(command) = data.first_mut() {
        *command = 1;
    }
    let kinds = kinds.iter().copied().take(WAVES_MAX);
    // Where not all places are used the list is ended, and it never runs over into the next one.
    for (place, kind) in data.iter_mut().skip(4).zip(kinds.chain([0xFF])).take(WAVES_MAX) {
        *place = kind;
    }
    request(record::WAVE, &data)
}

/// What is wanted of alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmCommand {
    /// The list as it is, once.
    Status,
    /// The list now, and again whenever it changes.
    EnterDifferential,
    /// No more of that.
    LeaveDifferential,
}

/// Asks for alarms, or for their end.
pub fn alarms(command: AlarmCommand) -> Vec<u8> {
    let command: u16 = match command {
        AlarmCommand::Status => 0,
        AlarmCommand::EnterDifferential => 2,
        AlarmCommand::LeaveDifferential => 3,
    };
    let mut data = command.to_le_bytes().to_vec();
    data.extend([0; 10]);
    request(record::ALARM, &data)
}

#[cfg(test)]
mod tests {
    use super::super::frame::checksum;
    use super::*;

    fn bytes(head: u8, main_type: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 40];
        (bytes[0], bytes[14], bytes[21]) = (head, main_type, 0xFF);
        bytes.extend(data);
        bytes
    }

    /// CI prints the first six; the others follow from the same layout.
    #[test]
    fn requests_are_those_of_the_specification() {
        use Interval::{Never, Once, Seconds};
        use Physiological::{AuxInfo, Displayed, Trend10, Trend60};
        for (what, interval, data, sum) in [
            (Displayed, Seconds(10), [1, 10, 0, 0x0E, 0, 0, 0, 0, 0], 0x49),
            (Displayed, Never, [1, 0, 0, 0, 0, 0, 0, 0, 0], 0x31),
            (Trend60, Seconds(60), [3, 60, 0, 0x0E, 0, 0, 0, 0, 0], 0x7D),
            (Trend60, Never, [3, 0, 0, 0, 0, 0, 0, 0, 0], 0x33),
            (Displayed, Seconds(5), [1, 5, 0, 0x0E, 0, 0, 0, 0, 0], 0x44),
            (Displayed, Once, [1, 0xFF, 0xFF, 0x0E, 0, 0, 0, 0, 0], 0x3D),
            (Trend10, Seconds(10), [2, 10, 0, 0x0E, 0, 0, 0, 0, 0], 0x4A),
            (AuxInfo, Once, [4, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0], 0x32),
        ] {
            let request = physiological(what, interval);
            assert_eq!(request, bytes(0x31, 0, &data), "{what:?} {interval:?}");
            assert_eq!(checksum(&request), sum, "{what:?} {interval:?}");
        }
        let mut data = [0; 32];
        (data[4], data[5]) = (1, 0xFF);
        assert_eq!((waves(&[1]), checksum(&waves(&[1]))), (bytes(0x48, 1, &data), 0x48));
        assert_eq!(checksum(&waves(&[1, 4, 8, 9, 15])), 0x6C);
        let mut data = [0; 32];
        (data[0], data[4]) = (1, 0xFF);
        assert_eq!((waves(&[]), checksum(&waves(&[]))), (bytes(0x48, 1, &data), 0x48));
        for (command, number, sum) in [
            (AlarmCommand::Status, 0, 0x37),
            (AlarmCommand::EnterDifferential, 2, 0x39),
            (AlarmCommand::LeaveDifferential, 3, 0x3A),
        ] {
            let mut data = [0; 12];
            data[0] = number;
            let request = alarms(command);
            assert_eq!((checksum(&request), request), (sum, bytes(0x34, 4, &data)));
        }
    }

    #[test]
    fn a_list_of_waves_never_runs_over_its_end() {
        let all: Vec<u8> = (1..=30).collect();
        for count in 0..=all.len() {
            let request = waves(&all[..count]);
            assert_eq!(request.len(), 72);
            assert_eq!(request[68..], [0; 4], "{count} waves reach the reserved words");
            let ended = request[44..68].iter().position(|kind| *kind == 0xFF);
            assert_eq!(ended, Some(count).filter(|count| *count < WAVES_MAX), "{count}");
        }
    }
}
