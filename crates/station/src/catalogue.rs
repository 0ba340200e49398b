//! The protocol families that this station speaks.

use vigie_ge_dri::GeDriFactory;
use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_intellivue::session::IntellivueFactory;
use vigie_puritan_bennett::PuritanBennettFactory;
use vigie_session::{Carrier, Factory};

/// All families; a configuration names one of them for each line.
pub fn catalogue() -> &'static [&'static dyn Factory] {
    &[&IntellivueFactory, &GeDriFactory, &Hl7Factory, &MindrayPdsFactory, &PuritanBennettFactory]
}

/// TCP ports on which devices of all families usually call.
pub fn usual_listen_ports() -> Vec<u16> {
    let lines = catalogue().iter().flat_map(|family| family.lines());
    lines
        .flat_map(|line| line.carriers)
        .filter_map(|carrier| match carrier {
            Carrier::TcpListen { port, tls: false } => Some(*port),
            Carrier::Serial { .. }
            | Carrier::TcpTo { .. }
            | Carrier::TcpListen { .. }
            | Carrier::UdpTo { .. }
            | Carrier::UdpSubnet { .. }
            | Carrier::UdpGroup { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_families_share_a_name() {
        let mut names: Vec<&str> = catalogue().iter().map(|family| family.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), catalogue().len());
        assert!(names.contains(&"intellivue"));
    }
}
