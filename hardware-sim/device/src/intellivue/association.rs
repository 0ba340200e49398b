//! Opening an association: what a client asks for, what it is granted, when silence ends it.

use std::time::Duration;

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::association::{
    Association, Package, PollProfile, PollProfileExt, PollProfileExtOptions, PollProfileOptions,
    Profile, StartupMode, SystemType, UserInfo,
};
use vigie_intellivue::wire::types::RelativeTime;

use super::results::emit;

/// The monitor refuses (guide, "Refuse").
pub(super) const REFUSE: [u8; 5] = [0x0C, 0x03, 0x32, 0x01, 0x00];
/// The monitor agrees to a release.
pub(super) const RELEASE_RESPONSE: [u8; 26] = [
    0x0A, 0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x63, 0x80, 0x80,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
];
/// The monitor aborts.
pub(super) const ABORT: [u8; 48] = [
    0x19, 0x2E, 0x11, 0x01, 0x03, 0xC1, 0x29, 0xA0, 0x80, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01,
    0x06, 0x02, 0x51, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0,
    0x80, 0x64, 0x80, 0x80, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
];

/// What ends the fixed part of a request; the guide asks to look for it.
const MARKER: [u8; 22] = [
    0xBE, 0x80, 0x28, 0x80, 0x06, 0x0C, 0x2A, 0x86, 0x48, 0xCE, 0x14, 0x02, 0x01, 0x00, 0x00, 0x00,
    0x01, 0x01, 0x02, 0x01, 0x02, 0x81,
];
/// Versions, units, system type, start mode: before the lists of the user data.
const USER_HEAD_BYTES: usize = 20;
/// Id of the poll profile, and of its extension.
const POLL_PROFILE: u16 = 0x0001;
const POLL_PROFILE_EXT: u16 = 0xF001;
/// The smallest message size that is granted (guide, "Maximum Transmit Unit").
const MTU_LEAST: u32 = 300;
/// Objects appear and disappear.
const DYNAMIC: u32 = 0x6000_0000;

/// Numerics every second, waves, enumerations, numeric priority list: what is simulated.
const SUPPORTED: u32 = PollProfileExtOptions::NUMERICS_1S.0
    | PollProfileExtOptions::WAVES.0
    | PollProfileExtOptions::ENUMERATIONS.0
    | PollProfileExtOptions::NUMERIC_PRIORITY_LIST.0;

/// What a client was granted: the lesser of what both want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Granted {
    min_poll_period: u32,
    mtu_to_monitor: u32,
    mtu_to_client: u32,
    poll_options: u32,
    /// Periodic polls; `None` when there are none.
    extension: Option<u32>,
}

impl Granted {
    /// Reads a request. `None`: no user data, no poll profile; to be refused. Lengths outside the user
    /// data are not looked at, since clients are known to get them wrong.
    pub(super) fn of_request(request: &[u8], mtu: u32) -> Option<Granted> {
        let start = request.windows(MARKER.len()).position(|window| window == MARKER)?;
        let user = asn_counted(request.get(start + MARKER.len()..)?)?;
        let mut rest = Reader(user.get(USER_HEAD_BYTES..)?);
        rest.list()?;
        let mut profile = Reader(value_of(rest.list()?, POLL_PROFILE)?);
        let _revision = profile.long()?;
        let min_poll_period = profile.long()?;
        let rx = profile.long()?;
        let tx = profile.long()?;
        let _bandwidth = profile.long()?;
        let options = profile.long()?;
        let packages = profile.list().unwrap_or_default();
        let extension = value_of(packages, POLL_PROFILE_EXT).and_then(|value| Reader(value).long());
        let extension = extension.map(|asked| asked & SUPPORTED);
        // Without a kind of numerics the whole package is ignored.
        let has_numerics = |asked: &u32| asked & PollProfileExtOptions::NUMERICS_1S.0 != 0;
        Some(Granted {
            min_poll_period,
            mtu_to_monitor: tx.min(mtu).max(MTU_LEAST),
            mtu_to_client: rx.min(mtu).max(MTU_LEAST),
            poll_options: options & DYNAMIC,
            extension: extension.filter(has_numerics),
        })
    }

    /// The response.
    pub(super) fn response(&self) -> Vec<u8> {
        let packages = self.extension.map(|options| {
            Package::PollProfileExt(PollProfileExt {
                options: PollProfileExtOptions(options),
                attributes: Vec::new(),
            })
        });
        let profile = PollProfile {
            revision: 0x8000_0000,
            min_poll_period: RelativeTime(self.min_poll_period),
            max_mtu_rx: self.mtu_to_monitor,
            max_mtu_tx: self.mtu_to_client,
            max_bw_tx: u32::MAX,
            options: PollProfileOptions(self.poll_options),
            packages: packages.into_iter().collect(),
        };
        emit(&Message::AssociationResponse(Association::response(UserInfo {
            protocol_version: 0x8000_0000,
            nomenclature_version: 0x4000_0000,
            functional_units: 0,
            system_type: SystemType::SERVER,
            startup_mode: StartupMode::HOT,
            options: Vec::new(),
            profiles: vec![Profile::Poll(profile)],
        })))
    }

    /// The largest message to the client, bytes.
    pub(super) fn mtu(&self) -> usize {
        self.mtu_to_client as usize
    }

    /// Whether there are periodic polls.
    pub(super) fn has_extended_polls(&self) -> bool {
        self.extension.is_some()
    }

    /// Whether one of these options was granted.
    pub(super) fn has(&self, options: PollProfileExtOptions) -> bool {
        self.extension.is_some_and(|granted| granted & options.0 != 0)
    }

    /// How long a client may be silent (guide, "Association time-out").
    pub(super) fn time_out(&self) -> Duration {
        let period = Duration::from_micros(u64::from(self.min_poll_period) * 125);
        if period < Duration::from_millis(3_300) {
            Duration::from_secs(10)
        } else if period > Duration::from_secs(43) {
            Duration::from_secs(130)
        } else {
            period * 3
        }
    }
}

/// An ASN.1 length (one byte, or `81` and one, or `82` and two) and that many bytes.
fn asn_counted(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [length @ 0..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => {
            rest.get(..usize::from(*length))
        }
        [0x82, high, low, rest @ ..] => rest.get(..usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// The value of an id in the items of an attribute list.
fn value_of(items: &[u8], id: u16) -> Option<&[u8]> {
    let mut items = Reader(items);
    loop {
        let known = items.word()?;
        let length = items.word()?;
        let value = items.take(usize::from(length))?;
        if known == id {
            return Some(value);
        }
    }
}

/// Reads big-endian fields.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn word(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// `count, length, items`: the items.
    fn list(&mut self) -> Option<&'a [u8]> {
        let _count = self.word()?;
        let length = self.word()?;
        self.take(usize::from(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(min_poll_period: u32) -> Granted {
        Granted {
            min_poll_period,
            mtu_to_monitor: 1_456,
            mtu_to_client: 1_456,
            poll_options: DYNAMIC,
            extension: None,
        }
    }

    #[test]
    fn time_outs_are_those_of_the_guide() {
        let secs = |ms: u32| granted(ms * 8).time_out().as_secs_f64();
        assert_eq!(secs(500), 10.0);
        assert_eq!(secs(3_299), 10.0);
        assert_eq!(secs(3_300), 9.9);
        assert_eq!(secs(40_000), 120.0);
        assert_eq!(secs(43_000), 129.0);
        assert_eq!(secs(43_001), 130.0);
    }

    #[test]
    fn what_has_no_user_data_is_nothing_to_grant() {
        assert_eq!(Granted::of_request(&[0x0D, 0x00], 1_456), None);
        let mut cut = vec![0x0D, 0x30];
        cut.extend(MARKER);
        cut.extend([0x48, 0x80, 0, 0]);
        assert_eq!(Granted::of_request(&cut, 1_456), None);
    }
}
