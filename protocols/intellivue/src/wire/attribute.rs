//! The attribute catalogue: what each attribute id stands for, both ways, from one table.

use super::alarm::{AlarmEntry, DeviceAlertCondition};
use super::codec::{Out, Wire, Writer, counted, field, whole};
use super::error::WireError;
use super::numeric::{
    DisplayResolution, EnumObsValue, MetricModality, MetricSpec, MetricState, NuObsValue, Quantity,
};
use super::system::{
    ApplicationArea, BsaFormula, Colour, DemographicsState, GeneralInfo, LineFrequency,
    Localization, MdsStatus, Model, NetworkAddress, OperatingMode, PacedMode, PatientType,
    ProductionSpec, ProtocolEntry, Sex, SystemComponent,
};
use super::text::{Raw, VariableLabel, WireString};
use super::types::{AbsoluteTime, RelativeTime, TextId, TypeId};
use super::wave::{
    Calibration, FixedValue, GridLine, MeasureMode, PhysiologicalRange, SaObsValue,
    SampleArraySpec, ScaleAndRange, ScaleAndRange8, ScaleAndRange32,
};

macro_rules! catalogue {
    ($($id:literal $variant:ident($type:ty) $name:literal,)*) => {
        /// One attribute of an object: its id says what the value is.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Attribute<'a> {
            $(
                #[doc = concat!("`", stringify!($id), "`: ", $name, ".")]
                $variant($type),
            )*
            /// An id that the catalogue does not list.
            Unknown {
                /// The id.
                id: u16,
                /// The value as sent.
                bytes: &'a [u8],
            },
            /// A listed id whose value does not have the listed layout: another release of the
            /// monitor's software. Kept as sent, so that the rest of the message survives.
            Misfit {
                /// The id.
                id: u16,
                /// The value as sent.
                bytes: &'a [u8],
                /// What does not fit, counted from the start of the value.
                error: WireError,
            },
        }

        impl<'a> Attribute<'a> {
            /// The attribute id, a code of partition 1.
            pub fn id(&self) -> u16 {
                match self {
                    $(Attribute::$variant(_) => $id,)*
                    Attribute::Unknown { id, .. } | Attribute::Misfit { id, .. } => *id,
                }
            }

            /// What the attribute is called, when the catalogue lists it.
            pub fn name(&self) -> Option<&'static str> {
                attribute_name(self.id())
            }

            fn of(id: u16, bytes: &'a [u8]) -> Attribute<'a> {
                match id {
                    $($id => match whole($name, bytes, Wire::parse) {
                        Ok(value) => Attribute::$variant(value),
                        Err(error) => {
                            Attribute::Misfit { id, bytes, error: super::codec::place(error, bytes) }
                        }
                    },)*
                    _ => Attribute::Unknown { id, bytes },
                }
            }

            fn emit_value(&self, out: &mut Writer) {
                match self {
                    $(Attribute::$variant(value) => value.emit(out),)*
                    Attribute::Unknown { bytes, .. } | Attribute::Misfit { bytes, .. } => {
                        out.put(bytes);
                    }
                }
            }
        }

        /// What an attribute id is called; `None` for ids that the catalogue does not list.
        pub fn attribute_name(id: u16) -> Option<&'static str> {
            match id {
                $($id => Some($name),)*
                _ => None,
            }
        }
    };
}

// Guide, "Attributes". The number of the middle name and of the encounter id are missing there; both
// are from captures. The 32-bit and 8-bit scales are from ISO/IEEE 11073-10201.
catalogue! {
    0x0902 PatientAlarms(Vec<AlarmEntry<'a>>) "P-alarm list",
    0x0904 TechnicalAlarms(Vec<AlarmEntry<'a>>) "T-alarm list",
    0x090C Altitude(i16) "altitude in metres",
    0x090D ApplicationArea(ApplicationArea) "application area",
    0x0911 Colour(Colour) "colour",
    0x0916 DeviceAlertCondition(DeviceAlertCondition) "device alert condition",
    0x0917 DisplayResolution(DisplayResolution) "display resolution",
    0x091A VisualGrid(Vec<GridLine>) "visual grid",
    0x091D AssociationInvokeId(u16) "association invoke id",
    0x091E BedLabel(WireString<'a>) "bed label",
    0x0921 Handle(u16) "handle",
    0x0924 Label(TextId) "label",
    0x0927 LabelString(WireString<'a>) "label string",
    0x0928 Model(Model<'a>) "model",
    0x092D ProductionSpec(ProductionSpec<'a>) "production specification",
    0x092F ObjectType(TypeId) "type",
    0x0935 LineFrequency(LineFrequency) "line frequency",
    0x0937 Localization(Localization) "localization",
    0x093C MetricInfoLabel(TextId) "metric info label",
    0x093D MetricInfoLabelString(WireString<'a>) "metric info label string",
    0x093F MetricSpec(MetricSpec) "metric specification",
    0x0940 MetricState(MetricState) "metric state",
    0x0945 MeasureMode(MeasureMode) "measure mode",
    0x0946 OperatingMode(OperatingMode) "operating mode",
    0x0948 NomenclatureVersion(u32) "nomenclature version",
    0x094B NumericCompound(Vec<NuObsValue>) "numeric compound observed value",
    0x0950 Numeric(NuObsValue) "numeric observed value",
    0x0956 BodySurfaceArea(Quantity) "body surface area",
    0x0957 DemographicsState(DemographicsState) "demographics state",
    0x0958 DateOfBirth(AbsoluteTime) "date of birth",
    0x095A PatientId(WireString<'a>) "patient id",
    0x095C FamilyName(WireString<'a>) "family name",
    0x095D GivenName(WireString<'a>) "given name",
    0x095F MiddleName(WireString<'a>) "middle name",
    0x0961 Sex(Sex) "sex",
    0x0962 PatientType(PatientType) "patient type",
    0x0964 Calibration(Calibration) "wave calibration",
    0x0967 WaveCompound(Vec<SaObsValue<'a>>) "wave compound observed value",
    0x096A PhysiologicalRange(PhysiologicalRange) "physiological range",
    0x096D SampleArraySpec(SampleArraySpec) "sample array specification",
    0x096E Wave(SaObsValue<'a>) "wave observed value",
    0x096F ScaleAndRange(ScaleAndRange) "scale and range",
    0x0970 ScaleAndRange32(ScaleAndRange32) "scale and range, 32-bit",
    0x0971 ScaleAndRange8(ScaleAndRange8) "scale and range, 8-bit",
    0x0982 SafetyStandard(u16) "safety standard",
    0x0984 SystemId(VariableLabel<'a>) "system id",
    0x0985 SystemSpec(Vec<SystemComponent<'a>>) "system specification",
    0x0986 SystemType(TypeId) "system type",
    0x0987 DateTime(AbsoluteTime) "date and time",
    0x098D SamplePeriod(RelativeTime) "sample period",
    0x098F RelativeTime(RelativeTime) "relative time",
    0x0990 AbsoluteTimeStamp(AbsoluteTime) "absolute time stamp",
    0x0991 RelativeTimeStamp(RelativeTime) "relative time stamp",
    0x0996 UnitCode(u16) "unit code",
    0x099E Enumeration(EnumObsValue<'a>) "enumeration observed value",
    0x09A7 MdsStatus(MdsStatus) "MDS status",
    0x09D8 Age(Quantity) "age",
    0x09DC Height(Quantity) "height",
    0x09DF Weight(Quantity) "weight",
    0x0A16 FixedValues(Vec<FixedValue>) "fixed values",
    0x0A1E PacedMode(PacedMode) "paced mode",
    0xF001 PatientInternalId(Raw<'a>) "patient internal id",
    0xF008 ToneFrequency(u16) "SpO2 tone frequency",
    0xF009 CompoundReferences(Raw<'a>) "compound reference list",
    0xF100 NetworkAddress(NetworkAddress) "network address",
    0xF101 ProtocolSupport(Vec<ProtocolEntry>) "protocol support",
    0xF129 Notes1(WireString<'a>) "patient notes 1",
    0xF12A Notes2(WireString<'a>) "patient notes 2",
    0xF13E ActivePeriod(RelativeTime) "poll active period",
    0xF1EC BsaFormula(BsaFormula) "body surface formula",
    0xF1FA GeneralInfo(Vec<GeneralInfo<'a>>) "general system information",
    0xF228 PrioritisedObjects(u16) "number of prioritised objects",
    0xF239 NumericPriorityList(Vec<TextId>) "numeric priority list",
    0xF23A WavePriorityList(Vec<TextId>) "wave priority list",
    0xF294 MetricModality(MetricModality) "metric modality",
    0xF2E1 EncounterId(WireString<'a>) "encounter id",
}

/// Attribute id, length, value.
impl<'a> Wire<'a> for Attribute<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, id) = field("attribute id", u16::parse)(input)?;
        let (rest, bytes) = field("attribute value", counted)(input)?;
        Ok((rest, Attribute::of(id, bytes)))
    }

    fn emit(&self, out: &mut Writer) {
        out.u16(self.id());
        out.counted("attribute value", |out| self.emit_value(out));
    }
}
