//! Association control: opening and closing a conversation (guide, "Association Control Protocol").
//!
//! Outside, constant bytes of the OSI session and presentation layers; inside, the user data in which
//! the two parties agree on sizes, times and options.

use nom::Parser;
use nom::bytes::complete::{tag, take};

use super::codec::{Out, Wire, Writer, bits, counted, field, packed, rest, whole, within};
use super::error::{Fail, Problem};
use super::system::{OBJECT_SUPPORT, ObjectSupport};
use super::types::{RawAttribute, RelativeTime};

/// Id of the poll profile in the list of supported profiles.
const POLL_PROFILE: u16 = 0x0001;
/// Id of the extension in the list of optional packages.
const POLL_PROFILE_EXT: u16 = 0xF001;
/// Presentation parameter that carries the user data.
const PRESENTATION: u8 = 0xC1;

/// Association request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association<'a> {
    /// Session parameters, 14 bytes; [`Association::SESSION`] is what everybody sends.
    pub session: &'a [u8],
    /// Presentation and association headers up to the user data; what everybody sends is
    /// [`Association::REQUEST`] or [`Association::RESPONSE`].
    pub presentation: &'a [u8],
    /// How the length of the user data is written.
    pub length_form: LengthForm,
    /// The user data.
    pub user: UserInfo<'a>,
    /// Ends of the presentation headers; [`Association::TRAILER`] is what everybody sends.
    pub trailer: &'a [u8],
}

/// How an ASN.1 length is written. Some clients use more bytes than they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LengthForm {
    /// One byte, up to 127.
    Short,
    /// `81` and one byte.
    Long1,
    /// `82` and two bytes.
    Long2,
}

impl Association<'_> {
    /// Session parameters.
    pub const SESSION: [u8; 14] =
        [0x05, 0x08, 0x13, 0x01, 0x00, 0x16, 0x01, 0x02, 0x80, 0x00, 0x14, 0x02, 0x00, 0x02];

    /// Headers of a request.
    pub const REQUEST: [u8; 131] = [
        0x31, 0x80, 0xA0, 0x80, 0x80, 0x01, 0x01, 0x00, 0x00, 0xA2, 0x80, 0xA0, 0x03, 0x00, 0x00,
        0x01, 0xA4, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0x06, 0x04, 0x52, 0x01, 0x00, 0x01, 0x30,
        0x80, 0x06, 0x02, 0x51, 0x01, 0x00, 0x00, 0x00, 0x00, 0x30, 0x80, 0x02, 0x01, 0x02, 0x06,
        0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00, 0x00, 0x01, 0x01, 0x30, 0x80,
        0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00, 0x00, 0x02, 0x01, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x60,
        0x80, 0xA1, 0x80, 0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00, 0x00,
        0x03, 0x01, 0x00, 0x00, 0xBE, 0x80, 0x28, 0x80, 0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14,
        0x02, 0x01, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x01, 0x02, 0x81,
    ];

    /// Headers of a response.
    pub const RESPONSE: [u8; 101] = [
        0x31, 0x80, 0xA0, 0x80, 0x80, 0x01, 0x01, 0x00, 0x00, 0xA2, 0x80, 0xA0, 0x03, 0x00, 0x00,
        0x01, 0xA5, 0x80, 0x30, 0x80, 0x80, 0x01, 0x00, 0x81, 0x02, 0x51, 0x01, 0x00, 0x00, 0x30,
        0x80, 0x80, 0x01, 0x00, 0x81, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00,
        0x00, 0x02, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0,
        0x80, 0x61, 0x80, 0xA1, 0x80, 0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00,
        0x00, 0x00, 0x03, 0x01, 0x00, 0x00, 0xA2, 0x03, 0x02, 0x01, 0x00, 0xA3, 0x05, 0xA1, 0x03,
        0x02, 0x01, 0x00, 0xBE, 0x80, 0x28, 0x80, 0x02, 0x01, 0x02, 0x81,
    ];

    /// Ends of the presentation headers.
    pub const TRAILER: [u8; 16] = [0; 16];

    /// What ends the presentation part of a request: the guide asks to search for it, since what
    /// stands before may change.
    const REQUEST_MARKERS: [&'static [u8]; 1] = [&[
        0xBE, 0x80, 0x28, 0x80, 0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00,
        0x00, 0x01, 0x01, 0x02, 0x01, 0x02, 0x81,
    ]];

    /// What ends the presentation part of a response.
    const RESPONSE_MARKERS: [&'static [u8]; 2] =
        [&[0xBE, 0x80, 0x28, 0x80, 0x02, 0x01, 0x02, 0x81], &[0xBE, 0x80, 0x28, 0x80, 0x81]];
}

impl<'a> Association<'a> {
    /// A request with the headers that everybody sends.
    pub fn request(user: UserInfo<'a>) -> Association<'a> {
        Association::with_headers(&Association::REQUEST, user)
    }

    /// A response with the headers that everybody sends.
    pub fn response(user: UserInfo<'a>) -> Association<'a> {
        Association::with_headers(&Association::RESPONSE, user)
    }

    fn with_headers(presentation: &'a [u8], user: UserInfo<'a>) -> Association<'a> {
        Association {
            session: &Association::SESSION,
            presentation,
            length_form: LengthForm::Short,
            user,
            trailer: &Association::TRAILER,
        }
    }

    /// Reads what follows the first byte.
    pub(crate) fn parse(is_request: bool, input: &'a [u8]) -> Out<'a, Association<'a>> {
        let (rest, body) = field("session length", session_counted)(input)?;
        let (body, session) = field("session data", |input| take(14_usize).parse(input))(body)?;
        let tagged = |input| tag(&[PRESENTATION][..]).parse(input);
        let (body, _) = field("presentation header", tagged)(body)?;
        let (leftover, body) = field("presentation length", session_counted)(body)?;
        if !leftover.is_empty() {
            let fail = Fail::new(leftover, "presentation data", Problem::Leftover);
            return Err(nom::Err::Error(fail));
        }
        let markers: &[&[u8]] =
            if is_request { &Association::REQUEST_MARKERS } else { &Association::RESPONSE_MARKERS };
        let end = markers.iter().find_map(|marker| {
            let start = body.windows(marker.len()).position(|window| window == *marker);
            start.map(|start| start + marker.len())
        });
        let Some((presentation, body)) = end.and_then(|end| body.split_at_checked(end)) else {
            let fail = Fail::new(body, "end of presentation headers", Problem::Unexpected);
            return Err(nom::Err::Error(fail));
        };
        let (body, (length_form, length)) = field("user data length", asn_length)(body)?;
        let (trailer, user) = field("user data", |input| take(length).parse(input))(body)?;
        let user = whole("user data", user, UserInfo::parse)?;
        Ok((rest, Association { session, presentation, length_form, user, trailer }))
    }

    /// Appends what follows the first byte.
    pub(crate) fn emit(&self, out: &mut Writer) {
        let user = Writer::len_of(&self.user);
        let length = asn_bytes(self.length_form, user);
        let presentation = self.presentation.len() + length.len() + user + self.trailer.len();
        let session = self.session.len() + 1 + session_length(presentation).len() + presentation;
        if session > usize::from(u16::MAX) {
            out.refuse("association");
        }
        out.put(&session_length(session));
        out.put(self.session);
        out.u8(PRESENTATION);
        out.put(&session_length(presentation));
        out.put(self.presentation);
        out.put(&length);
        self.user.emit(out);
        out.put(self.trailer);
    }
}

packed! {
    /// What the two parties agree on (MDSEUserInfoStd). A response grants the lesser of both wishes.
    pub struct UserInfo<'a> {
        /// Version of the protocol; 0x80000000 is version 1.
        pub protocol_version: u32,
        /// Version of the nomenclature; 0x40000000.
        pub nomenclature_version: u32,
        /// 0.
        pub functional_units: u32,
        /// Client or server.
        pub system_type: SystemType,
        /// How the sender starts.
        pub startup_mode: StartupMode,
        /// Empty.
        pub options: Vec<RawAttribute<'a>>,
        /// What is supported.
        pub profiles: Vec<Profile<'a>>,
    }

    /// Sizes and times (PollProfileSupport).
    pub struct PollProfile<'a> {
        /// 0x80000000.
        pub revision: u32,
        /// Longest time between two messages of the client; sets the monitor's time-out.
        pub min_poll_period: RelativeTime,
        /// Largest message that the sender can receive, in bytes.
        pub max_mtu_rx: u32,
        /// Largest message that the sender sends, in bytes.
        pub max_mtu_tx: u32,
        /// Bandwidth; 0xFFFFFFFF for no estimate.
        pub max_bw_tx: u32,
        /// Whether objects come and go.
        pub options: PollProfileOptions,
        /// What is supported beyond.
        pub packages: Vec<Package<'a>>,
    }

    /// Extended polls (PollProfileExt).
    pub struct PollProfileExt<'a> {
        /// What can be polled.
        pub options: PollProfileExtOptions,
        /// Empty.
        pub attributes: Vec<RawAttribute<'a>>,
    }
}

bits! {
    /// Which side of an association.
    pub struct SystemType(u32) {
        /// Client.
        CLIENT = 0x8000_0000,
        /// Server: the monitor.
        SERVER = 0x0080_0000,
    }

    /// How a party starts.
    pub struct StartupMode(u32) {
        /// Hot start; monitors answer it.
        HOT = 0x8000_0000,
        /// Warm start.
        WARM = 0x4000_0000,
        /// Cold start; clients ask for it.
        COLD = 0x2000_0000,
    }

    /// Whether objects come and go.
    pub struct PollProfileOptions(u32) {
        /// Objects appear.
        DYNAMIC_CREATION = 0x4000_0000,
        /// Objects disappear.
        DYNAMIC_DELETION = 0x2000_0000,
    }

    /// What can be polled periodically. Alarms need no bit.
    pub struct PollProfileExtOptions(u32) {
        /// Numerics every second.
        NUMERICS_1S = 0x8000_0000,
        /// Numerics, average of 12 s.
        NUMERICS_12S = 0x4000_0000,
        /// Numerics, average of 1 min.
        NUMERICS_60S = 0x2000_0000,
        /// Numerics, average of 5 min.
        NUMERICS_300S = 0x1000_0000,
        /// Waves.
        WAVES = 0x0800_0000,
        /// Enumerations.
        ENUMERATIONS = 0x0400_0000,
        /// The numeric priority list can be set.
        NUMERIC_PRIORITY_LIST = 0x0200_0000,
        /// Time stamps for metrics whose modality changes.
        DYNAMIC_MODALITY = 0x0100_0000,
    }
}

/// One supported profile, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile<'a> {
    /// 0001: polls.
    Poll(PollProfile<'a>),
    /// 0102: which objects the sender can handle.
    Objects(Vec<ObjectSupport>),
    /// Another profile.
    Unknown {
        /// Its id.
        id: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

impl<'a> Wire<'a> for Profile<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, id) = field("profile id", u16::parse)(input)?;
        match id {
            POLL_PROFILE => within("poll profile", |input| {
                let (rest, profile) = PollProfile::parse(input)?;
                Ok((rest, Profile::Poll(profile)))
            })(input),
            OBJECT_SUPPORT => within("object support", |input| {
                let (rest, objects) = Vec::parse(input)?;
                Ok((rest, Profile::Objects(objects)))
            })(input),
            _ => {
                let (rest, bytes) = field("profile", counted)(input)?;
                Ok((rest, Profile::Unknown { id, bytes }))
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        out.u16(match self {
            Profile::Poll(_) => POLL_PROFILE,
            Profile::Objects(_) => OBJECT_SUPPORT,
            Profile::Unknown { id, .. } => *id,
        });
        out.counted("profile", |out| match self {
            Profile::Poll(profile) => profile.emit(out),
            Profile::Objects(objects) => objects.emit(out),
            Profile::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

/// One optional package, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Package<'a> {
    /// F001: extended polls.
    PollProfileExt(PollProfileExt<'a>),
    /// Another package.
    Unknown {
        /// Its id.
        id: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

impl<'a> Wire<'a> for Package<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, id) = field("package id", u16::parse)(input)?;
        if id == POLL_PROFILE_EXT {
            return within("poll profile extension", |input| {
                let (rest, extension) = PollProfileExt::parse(input)?;
                Ok((rest, Package::PollProfileExt(extension)))
            })(input);
        }
        let (rest, bytes) = field("package", counted)(input)?;
        Ok((rest, Package::Unknown { id, bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            Package::PollProfileExt(extension) => {
                out.u16(POLL_PROFILE_EXT);
                out.counted("poll profile extension", |out| extension.emit(out));
            }
            Package::Unknown { id, bytes } => {
                out.u16(*id);
                out.counted("package", |out| out.put(bytes));
            }
        }
    }
}

/// Refuse, release or abort: one meaning each, told by the first byte alone. The rest is constant,
/// and kept as sent, since the guide lets nobody depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control<'a> {
    /// What follows the first byte.
    pub body: &'a [u8],
}

impl Control<'static> {
    /// What follows the first byte of a refusal.
    pub const REFUSE: Control<'static> = Control { body: &[0x03, 0x32, 0x01, 0x00] };

    /// What follows the first byte of a release request.
    pub const RELEASE_REQUEST: Control<'static> = Control {
        body: &[
            0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x62, 0x80,
            0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ],
    };

    /// What follows the first byte of a release response.
    pub const RELEASE_RESPONSE: Control<'static> = Control {
        body: &[
            0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x63, 0x80,
            0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ],
    };

    /// What follows the first byte of an abort.
    pub const ABORT: Control<'static> = Control {
        body: &[
            0x2E, 0x11, 0x01, 0x03, 0xC1, 0x29, 0xA0, 0x80, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01,
            0x01, 0x06, 0x02, 0x51, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x80, 0x30, 0x80, 0x02,
            0x01, 0x01, 0xA0, 0x80, 0x64, 0x80, 0x80, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x00,
        ],
    };
}

impl<'a> Wire<'a> for Control<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, body) = rest(input)?;
        Ok((rest, Control { body }))
    }

    fn emit(&self, out: &mut Writer) {
        out.put(self.body);
    }
}

/// A session length (one byte, or `FF` and two bytes) and that many bytes.
fn session_counted(input: &[u8]) -> Out<'_, &[u8]> {
    let (input, short) = u8::parse(input)?;
    let (input, length) =
        if short == 0xFF { u16::parse(input)? } else { (input, u16::from(short)) };
    take(length).parse(input)
}

/// The bytes of a session length.
fn session_length(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short) if short < 0xFF => vec![short],
        Ok(_) | Err(_) => {
            let [.., high, low] = length.to_be_bytes();
            vec![0xFF, high, low]
        }
    }
}

/// An ASN.1 length: one byte, or `81` and one, or `82` and two.
fn asn_length(input: &[u8]) -> Out<'_, (LengthForm, u16)> {
    let (rest, first) = u8::parse(input)?;
    match first {
        0..=0x7F => Ok((rest, (LengthForm::Short, u16::from(first)))),
        0x81 => {
            let (rest, length) = u8::parse(rest)?;
            Ok((rest, (LengthForm::Long1, u16::from(length))))
        }
        0x82 => {
            let (rest, length) = u16::parse(rest)?;
            Ok((rest, (LengthForm::Long2, length)))
        }
        _ => Err(nom::Err::Error(Fail::new(input, "", Problem::Unexpected))),
    }
}

/// The bytes of an ASN.1 length, in the given form or the next one that is long enough.
fn asn_bytes(form: LengthForm, length: usize) -> Vec<u8> {
    let [.., high, low] = length.to_be_bytes();
    let needed = match length {
        0..=0x7F => LengthForm::Short,
        0x80..=0xFF => LengthForm::Long1,
        _ => LengthForm::Long2,
    };
    match form.max(needed) {
        LengthForm::Short => vec![low],
        LengthForm::Long1 => vec![0x81, low],
        LengthForm::Long2 => vec![0x82, high, low],
    }
}
