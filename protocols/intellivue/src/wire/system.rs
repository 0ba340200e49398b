//! The monitor and the patient: what the MDS, the demographics and the beacon tell.

use super::codec::{Out, Wire, Writer, bits, codes, counted, field, packed, within};
use super::text::{Raw, VariableLabel};
use super::types::{ManagedObjectId, TypeId};

packed! {
    /// Manufacturer and model.
    #[derive(Copy)]
    pub struct Model<'a> {
        /// Manufacturer.
        pub manufacturer: VariableLabel<'a>,
        /// Model number.
        pub model: VariableLabel<'a>,
    }

    /// Serial numbers and revisions.
    pub struct ProductionSpec<'a> {
        /// The list.
        pub entries: Vec<ProductionEntry<'a>>,
        /// What stands behind the list inside the attribute: stale memory of the monitor.
        pub stale: Raw<'a>,
    }

    /// One serial number or revision.
    #[derive(Copy)]
    pub struct ProductionEntry<'a> {
        /// What it says.
        pub kind: ProductionKind,
        /// Which part it is about.
        pub component: ProductionComponent,
        /// The text.
        pub text: VariableLabel<'a>,
    }

    /// Language and kind of the texts.
    #[derive(Copy)]
    pub struct Localization {
        /// Revision of the text catalogue.
        pub text_revision: u32,
        /// Language; 1 English, 2 German, 3 French and so on (guide: "Language").
        pub language: u16,
        /// Kind of text; 11 is NUL-terminated Unicode, the only one seen.
        pub format: u16,
    }

    /// Addresses of a monitor's network interface.
    #[derive(Copy)]
    pub struct NetworkAddress {
        /// Hardware address.
        pub mac: [u8; 6],
        /// IPv4 address.
        pub ipv4: [u8; 4],
        /// IPv4 net mask.
        pub netmask: [u8; 4],
    }

    /// One service that a monitor offers.
    #[derive(Copy)]
    pub struct ProtocolEntry {
        /// Which service.
        pub application: ApplicationProtocol,
        /// Over which transport.
        pub transport: TransportProtocol,
        /// On which port.
        pub port: u16,
        /// More about it.
        pub options: ProtocolOptions,
    }

    /// How many objects of one class a party supports.
    #[derive(Copy)]
    pub struct ObjectSupport {
        /// The class.
        pub class: TypeId,
        /// At most so many.
        pub max_instances: u32,
    }

    /// Which object gives the system pulse.
    #[derive(Copy)]
    pub struct SystemPulse {
        /// The numeric that is the system pulse.
        pub pulse: ManagedObjectId,
        /// The numeric whose alarms count.
        pub alarm_source: ManagedObjectId,
    }
}

codes! {
    /// What a production entry says (guide: "ProdSpecEntry").
    pub enum ProductionKind {
        /// Not said.
        Unspecified = 0,
        /// Serial number.
        SerialNumber = 1,
        /// Part number.
        PartNumber = 2,
        /// Hardware revision.
        HardwareRevision = 3,
        /// Software revision.
        SoftwareRevision = 4,
        /// Firmware revision.
        FirmwareRevision = 5,
        /// Protocol revision.
        ProtocolRevision = 6,
    }

    /// The part that a production entry is about.
    pub enum ProductionComponent {
        /// The product as a whole.
        Product = 0x0008,
        /// Configuration.
        Configuration = 0x0010,
        /// Boot code.
        Boot = 0x0018,
        /// Main board.
        MainBoard = 0x0050,
        /// Application software.
        ApplicationSoftware = 0x0058,
    }

    /// A service of a monitor.
    pub enum ApplicationProtocol {
        /// Association control.
        Acse = 1,
        /// Data export: the protocol of this crate.
        DataOut = 5,
    }

    /// A transport of a monitor's service.
    pub enum TransportProtocol {
        /// UDP over IPv4.
        Udp = 1,
    }

    /// Where the monitor is used.
    pub enum ApplicationArea {
        /// Not said.
        Unspecified = 0,
        /// Operating room.
        OperatingRoom = 1,
        /// Intensive care.
        IntensiveCare = 2,
        /// Neonatal intensive care.
        NeonatalIntensiveCare = 3,
        /// Cardiology.
        Cardiology = 4,
    }

    /// Frequency of the mains.
    pub enum LineFrequency {
        /// Not said.
        Unspecified = 0,
        /// 50 Hz.
        Hz50 = 1,
        /// 60 Hz.
        Hz60 = 2,
    }

    /// State of the monitor's system.
    pub enum MdsStatus {
        /// Disconnected.
        Disconnected = 0,
        /// Unassociated.
        Unassociated = 1,
        /// Operating.
        Operating = 6,
    }

    /// Whether the monitor knows a patient.
    pub enum DemographicsState {
        /// No patient.
        Empty = 0,
        /// Expected.
        PreAdmitted = 1,
        /// Admitted.
        Admitted = 2,
        /// Gone. Also seen where there never was one.
        Discharged = 8,
    }

    /// Sex of the patient.
    pub enum Sex {
        /// Not known.
        NotKnown = 0,
        /// Male.
        Male = 1,
        /// Female.
        Female = 2,
        /// Not specified.
        NotSpecified = 9,
    }

    /// Patient category: a setting of the monitor, valid even without a patient.
    pub enum PatientType {
        /// Not said.
        Unspecified = 0,
        /// Adult.
        Adult = 1,
        /// Paediatric.
        Paediatric = 2,
        /// Neonatal.
        Neonatal = 3,
    }

    /// Formula for the body surface.
    pub enum BsaFormula {
        /// Not said.
        Unspecified = 0,
        /// Boyd.
        Boyd = 1,
        /// DuBois.
        DuBois = 2,
    }

    /// Pacing mode.
    pub enum PacedMode {
        /// Not paced. Every other value: paced.
        NotPaced = 0,
    }

    /// Colour in which the monitor draws a metric.
    pub enum Colour {
        /// Black.
        Black = 0,
        /// Red.
        Red = 1,
        /// Green.
        Green = 2,
        /// Yellow.
        Yellow = 3,
        /// Blue.
        Blue = 4,
        /// Magenta.
        Magenta = 5,
        /// Cyan.
        Cyan = 6,
        /// White.
        White = 7,
        /// Pink.
        Pink = 20,
        /// Orange.
        Orange = 35,
        /// Light green.
        LightGreen = 50,
        /// Light red.
        LightRed = 65,
    }
}

bits! {
    /// Mode of the monitor (guide: "OperatingMode").
    pub struct OperatingMode(u16) {
        /// Not said.
        UNSPECIFIED = 0x8000,
        /// Monitoring a patient.
        MONITORING = 0x4000,
        /// Showing made-up data: none of it is a patient's.
        DEMO = 0x2000,
        /// In service.
        SERVICE = 0x1000,
        /// In standby: numerics stop.
        STANDBY = 0x0002,
        /// Being configured.
        CONFIGURATION = 0x0001,
    }

    /// More about a service.
    pub struct ProtocolOptions(u16) {
        /// Over the air.
        WIRELESS = 0x8000,
    }
}

/// One entry of the system specification, by its component id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemComponent<'a> {
    /// 0102: which objects the monitor has.
    Objects(Vec<ObjectSupport>),
    /// Another component.
    Unknown {
        /// Its id.
        id: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

impl<'a> Wire<'a> for SystemComponent<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, id) = field("component id", u16::parse)(input)?;
        if id == OBJECT_SUPPORT {
            let (rest, objects) = within("object support", Vec::parse)(input)?;
            return Ok((rest, SystemComponent::Objects(objects)));
        }
        let (rest, bytes) = field("component", counted)(input)?;
        Ok((rest, SystemComponent::Unknown { id, bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            SystemComponent::Objects(objects) => {
                out.u16(OBJECT_SUPPORT);
                out.counted("object support", |out| objects.emit(out));
            }
            SystemComponent::Unknown { id, bytes } => {
                out.u16(*id);
                out.counted("component", |out| out.put(bytes));
            }
        }
    }
}

/// The id of an object support list, here and in associations.
pub(crate) const OBJECT_SUPPORT: u16 = 0x0102;

/// One entry of the general system information, by its choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneralInfo<'a> {
    /// 1: the system pulse.
    SystemPulse(SystemPulse),
    /// Another choice.
    Unknown {
        /// Its number.
        choice: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

impl<'a> Wire<'a> for GeneralInfo<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, choice) = field("information choice", u16::parse)(input)?;
        if choice == 1 {
            let (rest, pulse) = within("system pulse", SystemPulse::parse)(input)?;
            return Ok((rest, GeneralInfo::SystemPulse(pulse)));
        }
        let (rest, bytes) = field("information", counted)(input)?;
        Ok((rest, GeneralInfo::Unknown { choice, bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            GeneralInfo::SystemPulse(pulse) => {
                out.u16(1);
                out.counted("system pulse", |out| pulse.emit(out));
            }
            GeneralInfo::Unknown { choice, bytes } => {
                out.u16(*choice);
                out.counted("information", |out| out.put(bytes));
            }
        }
    }
}
