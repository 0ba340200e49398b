//! Eight beds: half on serial cables, half on a switch.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use vigie_intellivue::session::{
    DATA_PORT, FRAMING, FRAMING_DATAGRAM, FRAMING_RS232, IntellivueFactory,
};
use vigie_session::{Factory, Session, Setup};
use vigie_sim_device::intellivue::{Monitor, MonitorConfig, Transport};
use vigie_world::{LiveBed, LiveCable, LiveWorld};

/// Speed of the serial cables.
pub const BAUD: u32 = 115_200;

/// A ward of `serial` beds on cables, and after them `lan` beds on a switch.
pub fn ward(serial: u16, lan: u16, seed: u64) -> LiveWorld {
    ward_at(serial, lan, seed, 0)
}

/// The same, with monitors whose running clocks begin at `start_tick`.
pub fn ward_at(serial: u16, lan: u16, seed: u64, start_tick: u32) -> LiveWorld {
    LiveWorld::new(beds(1, serial, lan, seed, start_tick), seed)
}

/// The same, with beds and monitors numbered from `first` on.
pub fn ward_from(first: u16, serial: u16, lan: u16, seed: u64) -> LiveWorld {
    LiveWorld::with_beds_from(first.into(), beds(first, serial, lan, seed, 0), seed)
}

fn beds(first: u16, serial: u16, lan: u16, seed: u64, start_tick: u32) -> Vec<LiveBed> {
    let on_cables = (first..first + serial).map(|number| on_cable(number, seed, start_tick));
    let on_switch =
        (first + serial..first + serial + lan).map(|number| on_switch(number, seed, start_tick));
    on_cables.chain(on_switch).collect()
}

fn on_cable(number: u16, seed: u64, start_tick: u32) -> LiveBed {
    let transport = Transport::Rs232 { baud: BAUD };
    let mut config = MonitorConfig::new(number, seed + u64::from(number), transport);
    config.start_tick = start_tick;
    LiveBed {
        keys: vec![config.device_key()],
        device: Box::new(Monitor::new(config)),
        session: session(seed, &[(FRAMING, FRAMING_RS232), ("baud", "115200")]),
        cables: vec![LiveCable::Serial { bytes_per_second: BAUD / 10 }],
    }
}

fn on_switch(number: u16, seed: u64, start_tick: u32) -> LiveBed {
    let address = SocketAddrV4::new(Ipv4Addr::new(10, 0, 42, 10 + number as u8), DATA_PORT);
    let mut config = MonitorConfig::new(number, seed + u64::from(number), Transport::LAN);
    config.address = address;
    config.start_tick = start_tick;
    LiveBed {
        keys: vec![config.device_key()],
        device: Box::new(Monitor::new(config)),
        session: lan_session(seed, address),
        cables: vec![LiveCable::Udp(SocketAddr::V4(address))],
    }
}

/// A session that speaks with one monitor on the network.
pub fn lan_session(seed: u64, address: SocketAddrV4) -> Box<dyn Session> {
    session(seed, &[(FRAMING, FRAMING_DATAGRAM), ("monitor", &address.to_string())])
}

fn session(seed: u64, options: &[(&str, &str)]) -> Box<dyn Session> {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    IntellivueFactory.session(&Setup { passive: false, seed, options })
}
