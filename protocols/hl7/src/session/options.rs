//! The options of both families, from text.

use core::net::Ipv4Addr;
use std::time::Duration;

use vigie_model::{Event, Fault, FaultKind, Text};
use vigie_session::Setup;

use super::{ACK, ACK_AS_ASKED, CHARSET, CO2_UNIT, GAS_UNIT, INTERVAL, NUMBERS, TARGET, WAVES};
use crate::map::pds::WAVES_ASKED;
use crate::wire::ack::Policy;
use crate::wire::charset::Charset;

/// Most waves asked of a monitor.
const WAVES_MAX: usize = 16;
/// Most numbers asked for besides the usual ones.
const NUMBERS_MAX: usize = 64;

/// Options of `hl7`.
#[derive(Clone, Debug, Default)]
pub(super) struct GatewayOptions {
    pub(super) policy: Policy,
    pub(super) charset: Charset,
    pub(super) interval: Option<Duration>,
    /// Values that were not understood, as faults.
    pub(super) odd: Vec<Event>,
}

/// Options of `mindray-pds`.
#[derive(Clone, Debug)]
pub(super) struct PdsOptions {
    pub(super) charset: Charset,
    /// QRF-5, first component: a bed behind a gateway.
    pub(super) bed: Option<(Ipv4Addr, u16)>,
    /// Asked for besides what always is.
    pub(super) numbers: Vec<u16>,
    pub(super) waves: Vec<u16>,
    pub(super) co2_unit: String,
    pub(super) gas_unit: String,
    /// Values that were not understood, as faults.
    pub(super) odd: Vec<Event>,
}

fn last<'a>(setup: &'a Setup, wanted: &str) -> Option<&'a str> {
    let found = setup.options.iter().rev().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.as_str())
}

/// The value of an option, or the usual one and a fault that names it.
fn read<T>(
    setup: &Setup,
    name: &str,
    usual: T,
    odd: &mut Vec<Event>,
    parse: impl Fn(&str) -> Option<T>,
) -> T {
    let Some(text) = last(setup, name) else { return usual };
    parse(text.trim()).unwrap_or_else(|| {
        let what = Text::from(format!("option {name} is not understood"));
        odd.push(Event::Fault(Fault { kind: FaultKind::Unexpected, what, count: 1 }));
        usual
    })
}

impl GatewayOptions {
    pub(super) fn of(setup: &Setup) -> GatewayOptions {
        let mut odd = Vec::new();
        let policy = read(setup, ACK, Policy::AsAsked, &mut odd, |text| match text {
            ACK_AS_ASKED => Some(Policy::AsAsked),
            "aa" => Some(Policy::AlwaysAa),
            "ca" => Some(Policy::AlwaysCa),
            "none" => Some(Policy::Never),
            _ => None,
        });
        let charset = read(setup, CHARSET, Charset::Utf8, &mut odd, Charset::of);
        let interval = read(setup, INTERVAL, None, &mut odd, |text| {
            let seconds = text.parse::<u64>().ok().filter(|it| (1..=86_400).contains(it))?;
            Some(Some(Duration::from_secs(seconds)))
        });
        GatewayOptions { policy, charset, interval, odd }
    }
}

impl PdsOptions {
    pub(super) fn of(setup: &Setup) -> PdsOptions {
        let mut odd = Vec::new();
        let unit = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PdsOptions {
            charset: read(setup, CHARSET, Charset::Latin1, &mut odd, Charset::of),
            bed: read(setup, TARGET, None, &mut odd, |text| target(text).map(Some)),
            numbers: read(setup, NUMBERS, Vec::new(), &mut odd, |text| ids(text, NUMBERS_MAX)),
            waves: read(setup, WAVES, WAVES_ASKED.to_vec(), &mut odd, waves),
            co2_unit: read(setup, CO2_UNIT, String::new(), &mut odd, unit),
            gas_unit: read(setup, GAS_UNIT, String::new(), &mut odd, unit),
            odd,
        }
    }
}

/// `192.168.1.22/5`: the address, and the bed.
fn target(text: &str) -> Option<(Ipv4Addr, u16)> {
    let (address, bed) = text.split_once('/')?;
    Some((address.parse().ok()?, bed.parse().ok()?))
}

fn waves(text: &str) -> Option<Vec<u16>> {
    if text == "none" {
        return Some(Vec::new());
    }
    ids(text, WAVES_MAX)
}

fn ids(text: &str, most: usize) -> Option<Vec<u16>> {
    let ids: Option<Vec<u16>> = text.split(',').map(|id| id.trim().parse().ok()).collect();
    ids.filter(|ids| ids.len() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(options: &[(&str, &str)]) -> Setup {
        let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Setup { options: options.collect(), ..Setup::default() }
    }

    #[test]
    fn options_of_gateways() {
        let usual = GatewayOptions::of(&setup(&[]));
        assert_eq!(
            (usual.policy, usual.charset, usual.interval),
            (Policy::AsAsked, Charset::Utf8, None)
        );
        let set = GatewayOptions::of(&setup(&[(ACK, "aa"), (CHARSET, "gbk"), (INTERVAL, "60")]));
        assert_eq!((set.policy, set.charset), (Policy::AlwaysAa, Charset::Gbk));
        assert_eq!(set.interval, Some(Duration::from_secs(60)));
        let odd =
            GatewayOptions::of(&setup(&[(ACK, "yes"), (CHARSET, "klingon"), (INTERVAL, "0")]));
        assert_eq!((odd.policy, odd.odd.len()), (Policy::AsAsked, 3));
    }

    #[test]
    fn options_of_monitors() {
        let usual = PdsOptions::of(&setup(&[]));
        assert_eq!((usual.bed, usual.waves.len(), usual.odd.len()), (None, 5, 0));
        let set = PdsOptions::of(&setup(&[
            (TARGET, "192.168.22.230/5"),
            (WAVES, "1152, 1171"),
            (NUMBERS, "174,175,176"),
        ]));
        assert_eq!(set.bed, Some((Ipv4Addr::new(192, 168, 22, 230), 5)));
        assert_eq!((&*set.waves, &*set.numbers), (&[1152, 1171][..], &[174, 175, 176][..]));
        assert!(PdsOptions::of(&setup(&[(WAVES, "none")])).waves.is_empty());
        assert_eq!(PdsOptions::of(&setup(&[(TARGET, "bed5"), (WAVES, "x")])).odd.len(), 2);
    }
}
