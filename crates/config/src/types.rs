//! What the file says, as the station takes it.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::collections::BTreeMap;

use vigie_board::AlarmPolicy;
use vigie_model::{Bed, BedId, DeviceKey, Role, StationMode, Text};
use vigie_session::{Line, Parity};
use vigie_words::{Language, Units};

use crate::map::BedPlace;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Live, unless it says otherwise.
    pub mode: StationMode,
    /// Of the screen.
    pub language: Language,
    /// The one interface that lines may use; needed as soon as a line is not serial.
    pub network: Option<Network>,
    /// In the order of the bed map.
    pub beds: Vec<Bed>,
    /// Where beds lie on the map, of those that were drawn.
    pub places: BTreeMap<BedId, BedPlace>,
    /// The lines.
    pub lines: Vec<LineConfig>,
    /// Devices by their lasting names, and where they stand.
    pub devices: Vec<DeviceConfig>,
    /// What is kept, and where copies go.
    pub record: RecordConfig,
    /// What the unit decided about alarms and scores.
    pub alarms: AlarmPolicy,
    /// What the unit stated about the station's own limits; `None`: nothing, and they are off.
    pub limits: Option<LimitsStated>,
    /// How alarms are heard.
    pub sound: SoundConfig,
    /// How windows show.
    pub screen: ScreenConfig,
    /// Further windows that are opened with the first.
    pub windows: Vec<WindowConfig>,
    /// Who may do what at a window; empty: everybody everything.
    pub people: Vec<PersonConfig>,
}

/// Somebody with a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonConfig {
    /// Initials, as they stand in the log.
    pub initials: Text,
    /// What the PIN opens.
    pub role: Role,
    /// What is kept of the PIN: a string in the PHC format, of scrypt.
    pub pin: String,
}

/// Behind the station's own limits: who decided them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitsStated {
    /// The unit's policy, in its own words.
    pub policy: Option<Text>,
    /// Whether the program's defaults hold where nothing else is said.
    pub defaults: bool,
}

/// How alarms are heard. Volumes are hundredths of the way from [`SoundConfig::SOFTEST_DB`] to the
/// loudest that samples can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundConfig {
    /// Whether the station sounds; `None`: when a window belongs to it.
    pub enabled: Option<bool>,
    /// Of an alarm of high priority that has not been left unanswered; 0: silence, as the unit wants it.
    pub volume: u8,
    /// The organisation's minimum.
    pub floor: u8,
    /// The loudest that an unanswered alarm may grow.
    pub cap: u8,
    /// Which sound device; `None`: the one that the desktop uses.
    pub device: Option<String>,
}

/// How windows show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenConfig {
    /// How far away people stand who read it, in millimetres.
    pub viewing_distance_mm: u32,
    /// Beds on a page; `None`: as many as can be read from there.
    pub tiles: Option<u16>,
    /// Its colours.
    pub palette: Palette,
    /// Begin in the colours of the night.
    pub night: bool,
    /// Begin with the wall: numbers only, huge.
    pub wall: bool,
    /// Windows fill the screen for good.
    pub kiosk: bool,
    /// How large text and buttons are, in hundredths of the usual size.
    pub text_percent: u16,
    /// Paint with OpenGL instead of in memory.
    pub opengl: bool,
    /// In which units values are read.
    pub units: Units,
    /// Begin without names of patients.
    pub privacy: bool,
    /// Whoever came in by PIN is out again after so many minutes without a key or a touch.
    pub leave_minutes: u32,
    /// How waves are shown.
    pub waves: WavesConfig,
}

/// A further window. What is not said is as in the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowConfig {
    /// The page of the ward that it begins with, from 1 on; `None`: the one after the window before.
    pub page: Option<u16>,
    /// Whether it begins with the wall.
    pub wall: Option<bool>,
    /// Which screen it fills, from 0 on; `None`: the one after that of the window before.
    pub screen: Option<u8>,
    /// It fills the screen.
    pub full_screen: bool,
}

impl WindowConfig {
    /// Further windows that one guard opens: no PC of a nurse station has more screens.
    pub const MOST: usize = 3;
}

/// How waves are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavesConfig {
    /// Paper speed, in hundredths of a millimetre a second: one of [`WavesConfig::SPEEDS`].
    pub speed_centi_mm_s: u16,
    /// Height of a millivolt of an ECG, in hundredths of a millimetre: one of [`WavesConfig::GAINS`];
    /// `None`: as each trace fits.
    pub gain_centi_mm_mv: Option<u16>,
    /// All moves to the left, as on paper; else what is oldest is erased.
    pub scrolls: bool,
    /// Lines of millimetres under the waves.
    pub has_grid: bool,
    /// Thousandths of a pixel in a millimetre of the screen, as measured; `None`: nobody did.
    pub milli_pixels_per_mm: Option<u32>,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// The usual ones.
    #[default]
    Usual,
    /// As on Philips monitors.
    Philips,
    /// As on GE monitors.
    Ge,
    /// As on Dräger monitors.
    Draeger,
    /// As on Mindray monitors.
    Mindray,
    /// For those who cannot tell some of the usual ones apart.
    ColourBlind,
}

impl Palette {
    /// All of them.
    pub const ALL: [Palette; 6] = [
        Palette::Usual,
        Palette::Philips,
        Palette::Ge,
        Palette::Draeger,
        Palette::Mindray,
        Palette::ColourBlind,
    ];

    /// As the file writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Palette::Usual => "usual",
            Palette::Philips => "philips",
            Palette::Ge => "ge",
            Palette::Draeger => "draeger",
            Palette::Mindray => "mindray",
            Palette::ColourBlind => "colour_blind",
        }
    }
}

impl SoundConfig {
    /// Decibels of full scale of volume 0.
    pub const SOFTEST_DB: f32 = -40.0;

    /// A volume in decibels of full scale: even steps are heard as even.
    pub fn decibels(volume: u8) -> f32 {
        Self::SOFTEST_DB * (1.0 - f32::from(volume.min(100)) / 100.0)
    }

    /// The unit wants no sound at all: shown, as long as it is so.
    pub fn is_silent(&self) -> bool {
        self.volume == 0 || self.enabled == Some(false)
    }
}

impl Default for SoundConfig {
    /// High priority at half of the full amplitude (-6 dB), the floor a tenth (-20 dB).
    fn default() -> SoundConfig {
        SoundConfig { enabled: None, volume: 85, floor: 50, cap: 100, device: None }
    }
}

impl ScreenConfig {
    /// Least and greatest size of text, in hundredths of the usual one.
    pub const TEXT_PERCENT: (u16, u16) = (80, 200);

    /// What a page can be laid out in.
    pub const TILES: [u16; 11] = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];
}

impl WavesConfig {
    /// Paper speeds, in hundredths of a millimetre a second.
    pub const SPEEDS: [u16; 4] = [625, 1_250, 2_500, 5_000];
    /// Gains of an ECG, in hundredths of a millimetre a millivolt.
    pub const GAINS: [u16; 6] = [125, 250, 500, 1_000, 2_000, 4_000];
}

impl Default for WavesConfig {
    /// 25 mm/s, each trace as it fits, an erase bar.
    fn default() -> WavesConfig {
        WavesConfig {
            speed_centi_mm_s: 2_500,
            gain_centi_mm_mv: None,
            scrolls: false,
            has_grid: false,
            milli_pixels_per_mm: None,
        }
    }
}

impl Default for ScreenConfig {
    /// One metre: where text must be legible.
    fn default() -> ScreenConfig {
        ScreenConfig {
            viewing_distance_mm: 1_000,
            tiles: None,
            palette: Palette::Usual,
            night: false,
            wall: false,
            kiosk: false,
            text_percent: 100,
            opengl: false,
            units: Units::default(),
            waves: WavesConfig::default(),
            privacy: false,
            leave_minutes: 5,
        }
    }
}

/// How much of the record is kept, and where copies go. What is not said follows the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordConfig {
    /// The unit's name, for people who find a copy.
    pub station: Option<Text>,
    /// Segments older than so many days are deleted.
    pub keep_days: Option<u32>,
    /// A segment of so many MiB is closed and the next one opened.
    pub segment_mib: Option<u32>,
    /// MiB of the disk that the record leaves free.
    pub reserve_mib: Option<u32>,
    /// Fewer days left than this are told.
    pub warn_days: Option<u32>,
    /// A last good copy older than this is told; 0: none is expected.
    pub copy_age_hours: Option<u32>,
    /// Folders that a copy can be started to from the screen.
    pub copies: Vec<String>,
}

/// The isolated network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Name of the interface.
    pub interface: String,
    /// Our address on it.
    pub address: Ipv4Addr,
    /// Bits of its subnet.
    pub prefix: u8,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineConfig {
    /// Its name; device keys of devices that never name themselves are made of it.
    pub name: Text,
    /// The protocol family's name in the catalogue.
    pub protocol: String,
    /// Only listen.
    pub passive: bool,
    /// A pty, loopback or Unix socket behind which a real device stands.
    pub real: bool,
    /// Where its device stands.
    pub bed: Option<BedId>,
    /// Its ports, by the session's numbers.
    pub ports: Vec<(Line, PortConfig)>,
    /// For the session.
    pub options: Vec<(String, String)>,
    /// Write what arrives to this file.
    pub capture: Option<String>,
    /// The switch, hub or adapter that it goes through: lines that share one are lost together.
    pub path: Option<Text>,
}

/// One port of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortConfig {
    /// A serial port.
    Serial {
        /// Which.
        port: SerialPort,
        /// Speed.
        baud: u32,
        /// Parity.
        parity: Parity,
        /// 1 or 2.
        stop_bits: u8,
    },
    /// UDP to one device.
    UdpTo(SocketAddrV4),
    /// UDP to whichever device of the subnet the session finds.
    UdpSubnet,
    /// UDP that devices broadcast or multicast.
    UdpGroup {
        /// To this port.
        port: u16,
        /// To this group.
        group: Option<Ipv4Addr>,
    },
    /// TCP to one device.
    TcpTo(SocketAddrV4),
    /// TCP from devices.
    TcpListen(u16),
    /// A Unix socket.
    UnixTo(String),
}

/// A serial port by a name that outlives unplugging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SerialPort {
    /// `/dev/ttyS0`
    Path(String),
    /// `usb-serial:FT4ABC12`
    UsbSerial(String),
    /// `usb-path:1-1.4:1.0`
    UsbPath(String),
}

/// A device by its lasting name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceConfig {
    /// As the station shows it in the unassigned tray.
    pub key: DeviceKey,
    /// Where it stands.
    pub bed: Option<BedId>,
    /// Its network card, for the responder's file.
    pub mac: Option<[u8; 6]>,
    /// The address that the responder gives it.
    pub address: Option<Ipv4Addr>,
}

impl Config {
    /// Of a PC on which nobody has set anything up: no bed, no line, every default.
    pub fn of_nothing() -> Config {
        Config {
            mode: StationMode::Live,
            language: Language::default(),
            network: None,
            beds: Vec::new(),
            places: BTreeMap::new(),
            lines: Vec::new(),
            devices: Vec::new(),
            record: RecordConfig::default(),
            alarms: AlarmPolicy::default(),
            limits: None,
            sound: SoundConfig::default(),
            screen: ScreenConfig::default(),
            windows: Vec::new(),
            people: Vec::new(),
        }
    }
}

impl Network {
    /// The first address of the subnet, which names the subnet itself.
    pub fn subnet(&self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.address.to_bits() & self.mask().to_bits())
    }

    /// The last address of the subnet, which all its devices hear.
    pub fn broadcast(&self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.address.to_bits() | !self.mask().to_bits())
    }

    /// Its mask, such as 255.255.255.0.
    pub fn mask(&self) -> Ipv4Addr {
        let host_bits = 32_u32.saturating_sub(u32::from(self.prefix));
        Ipv4Addr::from_bits(u32::MAX.checked_shl(host_bits).unwrap_or(0))
    }

    /// Whether an address is in the subnet.
    pub fn holds(&self, address: Ipv4Addr) -> bool {
        address.to_bits() & self.mask().to_bits() == self.subnet().to_bits()
    }
}
