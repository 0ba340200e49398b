//! What a simulated monitor is set up with.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use vigie_intellivue::session::DATA_PORT;
use vigie_intellivue::wire::types::Civil;

/// The largest message that monitors grant on a network, bytes (recorded; the guide says 1,364).
const LAN_MTU: u32 = 1_456;
/// First bytes of a simulated monitor's hardware address: locally administered, "SIM".
const MAC_START: [u8; 4] = [0x02, 0x53, 0x49, 0x4D];

/// How a simulated monitor is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorConfig {
    /// Number of the bed, from 1; names the simulated patient.
    pub bed: u16,
    /// What stands on the monitor's screen; at most 16 characters are sent.
    pub label: String,
    /// Which patient, and all other chance.
    pub seed: u64,
    /// Hardware address; the station's key of the monitor is made of it.
    pub mac: [u8; 6],
    /// How a client is connected.
    pub transport: Transport,
    /// Where the monitor is on the network; told in beacons, and who is asked for on a network.
    pub address: SocketAddrV4,
    /// Net mask of `address`.
    pub netmask: Ipv4Addr,
    /// How often beacons are sent; `None`: never. There are none on a serial line.
    pub beacons: Option<BeaconGaps>,
    /// Whether every message says that the values are made up.
    pub is_demo: bool,
    /// The running clock when it is switched on, ticks of 125 µs; near 2^32 it soon wraps. After a
    /// reboot the clock begins at 0.
    pub start_tick: u32,
    /// What the wall clock shows when it is switched on.
    pub clock: Civil,
}

/// How a client is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A network: each datagram is one message.
    Lan {
        /// The largest message that is granted, bytes.
        mtu: u32,
    },
    /// A serial line: frames.
    Rs232 {
        /// Bits a second: 19,200 or 115,200.
        baud: u32,
    },
}

impl Transport {
    /// A network as real monitors grant it.
    pub const LAN: Transport = Transport::Lan { mtu: LAN_MTU };
}

/// Gaps between beacons: the first, doubling up to the last (RFC 951).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeaconGaps {
    /// The first.
    pub first: Duration,
    /// The longest.
    pub last: Duration,
}

impl BeaconGaps {
    /// As real monitors do: 4 s, doubling to 64 s.
    pub const REAL: BeaconGaps =
        BeaconGaps { first: Duration::from_secs(4), last: Duration::from_secs(64) };
    /// Every 5 s: nobody wants to wait a minute for a simulator.
    pub const BRISK: BeaconGaps =
        BeaconGaps { first: Duration::from_secs(5), last: Duration::from_secs(5) };
}

impl MonitorConfig {
    /// A monitor in demonstration mode, as all simulated ones are.
    pub fn new(bed: u16, seed: u64, transport: Transport) -> MonitorConfig {
        let [high, low] = bed.to_be_bytes();
        let [a, b, c, d] = MAC_START;
        MonitorConfig {
            bed,
            label: format!("SIM {bed}"),
            seed,
            mac: [a, b, c, d, high, low],
            transport,
            address: SocketAddrV4::new(Ipv4Addr::new(127, 0, 77, low), DATA_PORT),
            netmask: Ipv4Addr::new(255, 255, 255, 0),
            beacons: matches!(transport, Transport::Lan { .. }).then_some(BeaconGaps::BRISK),
            is_demo: true,
            start_tick: 0,
            clock: Civil { year: 2026, month: 1, day: 1, hour: 12, minute: 0, second: 0 },
        }
    }

    /// How the station names this monitor.
    pub fn device_key(&self) -> String {
        let hex: String = self.mac.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("intellivue:{hex}")
    }
}
