//! Primitive types: codes, handles and times.

use std::fmt;

use super::codec::{Out, Wire, Writer, codes, packed};

packed! {
    /// The class of an object: partition of the nomenclature and code in it.
    #[derive(Copy, PartialOrd, Ord)]
    pub struct TypeId {
        /// Partition; 1 is "object oriented".
        pub partition: u16,
        /// Code in the partition.
        pub code: u16,
    }

    /// An object instance.
    #[derive(Copy, PartialOrd, Ord)]
    pub struct ManagedObjectId {
        /// Class, a code of partition 1.
        pub class: ObjectClass,
        /// Measuring-device context.
        pub context: u16,
        /// Handle, unique only inside its context.
        pub handle: u16,
    }

    /// An attribute whose value is not looked into.
    #[derive(Copy)]
    pub struct RawAttribute<'a> {
        /// Attribute id.
        pub id: u16,
        /// Its value.
        pub value: super::text::Counted<'a>,
    }
}

codes! {
    /// Object classes (guide, "Object classes"), codes of partition 1.
    pub enum ObjectClass {
        /// Virtual medical object; in alarm references.
        Vmo = 0x0001,
        /// Virtual medical device; in alarm references only.
        Vmd = 0x0002,
        /// Enumeration metric: rhythm and ectopic status.
        Enumeration = 0x0005,
        /// Numeric.
        Numeric = 0x0006,
        /// Sample array: a wave.
        SampleArray = 0x0009,
        /// The monitor itself.
        Mds = 0x0021,
        /// Composite single-bed monitor; the object of beacons.
        CompositeSingleBedMds = 0x0023,
        /// Simple monitor.
        SimpleMds = 0x0025,
        /// Battery.
        Battery = 0x0029,
        /// Patient demographics.
        PatientDemographics = 0x002A,
        /// Alert monitor: the alarm lists.
        AlertMonitor = 0x0036,
    }

    /// Attribute groups that a poll can ask for (guide, "Attribute groups").
    pub enum AttributeGroup {
        /// All attributes.
        All = 0x0000,
        /// Device alert condition and both alarm lists.
        AlertMonitor = 0x0801,
        /// Observed values and their time stamps.
        MetricObservedValue = 0x0803,
        /// All patient data.
        PatientDemographics = 0x0807,
        /// Bed label, mode, time.
        SystemApplication = 0x080A,
        /// System type, model, id, versions.
        SystemIdentification = 0x080B,
        /// Serial numbers and revisions.
        SystemProduction = 0x080C,
        /// Label, colour, unit, scale, calibration.
        VmoDynamic = 0x0810,
        /// Handle, type, metric and sample array specification.
        VmoStatic = 0x0811,
    }
}

impl TypeId {
    /// An object class of partition 1.
    pub fn object(class: ObjectClass) -> TypeId {
        TypeId { partition: 1, code: class.into() }
    }

    /// The object class, when the partition is 1.
    pub fn class(self) -> Option<ObjectClass> {
        (self.partition == 1).then(|| ObjectClass::from(self.code))
    }
}

impl ManagedObjectId {
    /// The monitor itself: every poll, get and set is addressed to it.
    pub const MDS: ManagedObjectId =
        ManagedObjectId { class: ObjectClass::Mds, context: 0, handle: 0 };
}

/// A label as a number that is the same in every language: partition and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextId(pub u32);

impl TextId {
    /// The partition: 2 is physiological ids, 0x0401 and 0x8xxx are the manufacturer's.
    pub fn partition(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The code inside the partition.
    pub fn code(self) -> u16 {
        self.0 as u16
    }
}

impl fmt::Display for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}_{:04X}", self.partition(), self.code())
    }
}

impl<'a> Wire<'a> for TextId {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, id) = u32::parse(input)?;
        Ok((rest, TextId(id)))
    }

    fn emit(&self, out: &mut Writer) {
        out.u32(self.0);
    }
}

/// The monitor's clock: ticks of 125 µs since it was switched on. Wraps after 6.2 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelativeTime(pub u32);

impl RelativeTime {
    /// Ticks in one second.
    pub const TICKS_PER_SECOND: u32 = 8_000;

    /// Ticks from `earlier` to this, through a wrap; huge when `earlier` is in truth later.
    pub fn ticks_since(self, earlier: RelativeTime) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

impl<'a> Wire<'a> for RelativeTime {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, ticks) = u32::parse(input)?;
        Ok((rest, RelativeTime(ticks)))
    }

    fn emit(&self, out: &mut Writer) {
        out.u32(self.0);
    }
}

/// The monitor's wall clock, in its own time zone, as binary-coded decimal: century, year, month,
/// day, hour, minute, second, fraction. Kept as sent; often wrong by minutes, in demo by months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsoluteTime(pub [u8; 8]);

/// A date and time of day in no particular zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year with century.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
}

impl AbsoluteTime {
    /// Not available, as monitors send it.
    pub const UNSET: AbsoluteTime = AbsoluteTime([0xFF; 8]);

    /// The date and time; `None` when unset (all FF or all 00) or not a date.
    pub fn civil(self) -> Option<Civil> {
        let digits = |byte: u8| {
            let (tens, ones) = (byte >> 4, byte & 0x0F);
            (tens < 10 && ones < 10).then_some(tens * 10 + ones)
        };
        let [century, year, month, day, hour, minute, second, _] = self.0.map(digits);
        let civil = Civil {
            year: u16::from(century?) * 100 + u16::from(year?),
            month: month?,
            day: day?,
            hour: hour?,
            minute: minute?,
            second: second?,
        };
        let in_range = (1..=12).contains(&civil.month)
            && (1..=31).contains(&civil.day)
            && civil.hour <= 23
            && civil.minute <= 59
            && civil.second <= 60;
        in_range.then_some(civil)
    }

    /// From a date and time; the fraction is 0, as monitors send it.
    pub fn from_civil(civil: Civil) -> AbsoluteTime {
        let bcd = |value: u8| ((value / 10 % 10) << 4) | (value % 10);
        let (century, year) = ((civil.year / 100 % 100) as u8, (civil.year % 100) as u8);
        let Civil { month, day, hour, minute, second, .. } = civil;
        let [century, year, month, day, hour, minute, second] =
            [century, year, month, day, hour, minute, second].map(bcd);
        AbsoluteTime([century, year, month, day, hour, minute, second, 0])
    }
}

impl<'a> Wire<'a> for AbsoluteTime {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, bytes) = Wire::parse(input)?;
        Ok((rest, AbsoluteTime(bytes)))
    }

    fn emit(&self, out: &mut Writer) {
        out.put(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_in_binary_coded_decimal() {
        let sent = AbsoluteTime([0x20, 0x18, 0x05, 0x27, 0x13, 0x59, 0x07, 0x00]);
        let civil = Civil { year: 2018, month: 5, day: 27, hour: 13, minute: 59, second: 7 };
        assert_eq!(sent.civil(), Some(civil));
        assert_eq!(AbsoluteTime::from_civil(civil), sent);
        assert_eq!(AbsoluteTime::UNSET.civil(), None);
        // An unset date of birth.
        assert_eq!(AbsoluteTime([0; 8]).civil(), None);
        // Not decimal; no such month.
        assert_eq!(AbsoluteTime([0x20, 0x1A, 5, 1, 0, 0, 0, 0]).civil(), None);
        assert_eq!(AbsoluteTime([0x20, 0x18, 0x13, 1, 0, 0, 0, 0]).civil(), None);
    }

    #[test]
    fn counts_ticks_through_a_wrap() {
        let before = RelativeTime(u32::MAX - 1_023);
        let after = RelativeTime(1_024);
        assert_eq!(after.ticks_since(before), 2_048);
        // 2^32 ticks: 6 d 5 h 7 min 50.9 s.
        let wrap_secs = (1_u64 << 32) / u64::from(RelativeTime::TICKS_PER_SECOND);
        assert_eq!(wrap_secs, 6 * 86_400 + 5 * 3_600 + 7 * 60 + 50);
    }

    #[test]
    fn keeps_codes_that_nobody_listed() {
        assert_eq!(ObjectClass::from(0x0006), ObjectClass::Numeric);
        assert_eq!(ObjectClass::from(0x1234), ObjectClass::Unknown(0x1234));
        assert_eq!(u16::from(ObjectClass::Unknown(0x1234)), 0x1234);
        let other = TypeId { partition: 0x0401, code: 6 };
        assert_eq!(other.class(), None);
        assert_eq!(TypeId::object(ObjectClass::Numeric).class(), Some(ObjectClass::Numeric));
        assert_eq!(TextId(0x8015_543D).to_string(), "8015_543D");
    }
}
