//! Each finding on a made-up machine, and none on an isolated one.

use core::net::Ipv4Addr;

use vigie_words::{Language, Words};

use super::{machine::Machine, *};

const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);

fn found(machine: &Machine, allowed: Option<&str>) -> Vec<(Kind, String)> {
    let findings = check(machine.root(), allowed);
    for finding in &findings {
        assert!(!finding.remedy.is_empty(), "{finding:?}");
    }
    findings.into_iter().map(|finding| (finding.kind, finding.what)).collect()
}

fn default_route(interface: &str) -> Kind {
    Kind::DefaultRoute { interface: interface.to_owned() }
}

fn other(interface: &str) -> Kind {
    Kind::OtherInterface { interface: interface.to_owned() }
}

#[test]
fn loopback_alone_is_isolated() {
    assert_eq!(found(&Machine::isolated(), None), []);
}

#[test]
fn the_configured_interface_is_isolated_and_any_other_is_not() {
    let machine = Machine::isolated();
    machine.interface("enp3s0", true, Some("10.0.42.2/24"));
    assert_eq!(found(&machine, Some("enp3s0")), []);
    let expected = (other("enp3s0"), "interface enp3s0 is in use: 10.0.42.2/24".to_owned());
    assert_eq!(found(&machine, Some("enp4s0")), std::slice::from_ref(&expected));
    assert_eq!(found(&machine, None), [expected]);
}

#[test]
fn a_default_route_through_wifi_is_found_with_its_second_network() {
    let machine = Machine::isolated();
    machine.interface("wlan0", true, Some("192.168.1.23/24"));
    machine.write("sys/class/net/wlan0/wireless/status", "0\n");
    machine.route("wlan0", Ipv4Addr::UNSPECIFIED, GATEWAY, 0);
    let findings = check(machine.root(), Some("enp3s0"));
    assert_eq!(findings[0].what, "default route through wlan0 to gateway 192.168.1.1");
    assert_eq!(findings[1].what, "interface wlan0 is in use: 192.168.1.23/24");
    assert!(findings[1].remedy.contains("rfkill"), "{}", findings[1].remedy);
    assert_eq!(findings.len(), 2);
}

#[test]
fn a_default_route_through_the_configured_interface_is_one_too() {
    let machine = Machine::isolated();
    machine.interface("enp3s0", true, Some("10.0.42.2/24"));
    machine.route("enp3s0", Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(10, 0, 42, 1), 0);
    assert_eq!(found(&machine, Some("enp3s0")).len(), 1);
}

#[test]
fn a_route_to_half_of_the_world_is_a_way_out_and_one_to_a_subnet_is_none() {
    let machine = Machine::isolated();
    machine.route("tun0", Ipv4Addr::new(128, 0, 0, 0), Ipv4Addr::UNSPECIFIED, 1);
    machine.route("enp3s0", Ipv4Addr::new(10, 0, 0, 0), Ipv4Addr::new(10, 0, 42, 1), 8);
    let expected = (default_route("tun0"), "route to 128.0.0.0/1 through tun0".to_owned());
    assert_eq!(found(&machine, None), [expected]);
}

#[test]
fn a_default_route_of_ipv6_is_found_and_the_rejecting_one_is_not() {
    let machine = Machine::isolated();
    let zeros = "0".repeat(32);
    let row = format!(
        "{zeros} 00 {zeros} 00 fe80000000000000000000000000000a 00000400 00000002 00000000 00000003     eth0\n"
    );
    machine.append("proc/net/ipv6_route", &row);
    let expected =
        (default_route("eth0"), "IPv6 default route through eth0 to gateway fe80::a".to_owned());
    assert_eq!(found(&machine, None), [expected]);
}

#[test]
fn a_default_route_of_another_routing_table_is_found() {
    let machine = Machine::isolated();
    let table = "Id 200:\n  |-- 0.0.0.0\n     /0 universe UNICAST\n";
    machine.append("proc/net/fib_trie", table);
    assert_eq!(found(&machine, None)[0].0, default_route("table 200"));
    assert_eq!(found(&machine, None).len(), 1);
}

#[test]
fn name_servers_are_one_finding_and_this_pc_is_none() {
    let machine = Machine::isolated();
    machine.write("etc/resolv.conf", "nameserver 127.0.0.53\nnameserver ::1\noptions edns0\n");
    assert_eq!(found(&machine, None), []);
    machine
        .write("run/systemd/resolve/resolv.conf", "nameserver 10.1.1.1\nnameserver fe80::1%eth0\n");
    let expected = (Kind::NameServer, "name servers set: 10.1.1.1, fe80::1%eth0".to_owned());
    assert_eq!(found(&machine, None), [expected]);
    machine.write(
        "etc/resolv.conf",
        "nameserver 9.9.9.9\n  nameserver 10.1.1.1\n#nameserver 8.8.8.8\n",
    );
    let what = &found(&machine, None)[0].1;
    assert_eq!(what, "name servers set: 9.9.9.9, 10.1.1.1, fe80::1%eth0");
}

#[test]
fn an_interface_without_carrier_or_address_does_not_count() {
    let machine = Machine::isolated();
    machine.interface("docker0", false, Some("172.17.0.1/16"));
    machine.interface("enp4s0", true, None);
    machine.write("sys/class/net/bonding_masters", "\n");
    assert_eq!(found(&machine, None), []);
    machine.write("sys/class/net/docker0/carrier", "1\n");
    assert_eq!(found(&machine, None)[0].0, other("docker0"));
    machine.write("sys/class/net/docker0/flags", "0x1002\n");
    assert_eq!(found(&machine, None), [], "switched off");
}

#[test]
fn an_address_of_ipv6_alone_counts() {
    let machine = Machine::isolated();
    machine.interface("enp4s0", true, None);
    machine.append("proc/net/if_inet6", "fe8000000000000000fc00fffe000001 04 40 20 80   enp4s0\n");
    let expected =
        (other("enp4s0"), "interface enp4s0 is in use: fe80::fc:ff:fe00:1/64".to_owned());
    assert_eq!(found(&machine, None), [expected]);
}

#[test]
fn forwarding_is_found_for_all_and_for_one_interface() {
    let machine = Machine::isolated();
    machine.write("proc/sys/net/ipv4/conf/enp3s0/forwarding", "1\n");
    let what = |machine: &Machine| found(machine, None)[0].1.clone();
    assert!(what(&machine).ends_with(": net.ipv4.conf.enp3s0.forwarding"), "{}", what(&machine));
    machine.write("proc/sys/net/ipv4/ip_forward", "1\n");
    machine.write("proc/sys/net/ipv6/conf/all/forwarding", "1\n");
    let expected = ": net.ipv4.ip_forward, net.ipv6.conf.all.forwarding";
    assert!(what(&machine).ends_with(expected), "{}", what(&machine));
}

#[test]
fn what_cannot_be_read_is_not_called_isolated() {
    let empty = tempfile::tempdir().expect("a folder");
    let kinds: Vec<Kind> =
        check(empty.path(), None).into_iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::Unknown, Kind::Unknown]);
}

#[test]
fn damaged_files_are_no_panic() {
    let machine = Machine::isolated();
    machine.append("proc/net/route", "eth0\nwlan0 xyz 0 0\n\u{fffd}\n");
    machine.append("proc/net/ipv6_route", "00 00\nfe80 zz\n");
    machine.append("proc/net/if_inet6", "fe80\n");
    machine.append("proc/net/fib_trie", "Id\n|-- \n/0 universe UNICAST\n");
    machine.write("sys/class/net/lo/flags", "up\n");
    assert_eq!(found(&machine, None), []);
}

#[test]
fn the_banner_says_the_worst_reason_in_each_language() {
    let machine = Machine::isolated();
    let words = Words::new(Language::English);
    assert_eq!(banner(&words, &texts(&check(machine.root(), None))), None);
    machine.interface("eth0", true, Some("192.168.1.23/24"));
    machine.route("eth0", Ipv4Addr::UNSPECIFIED, GATEWAY, 0);
    let crossed = texts(&check(machine.root(), Some("eth0")));
    assert_eq!(crossed, [Text::from("default-route eth0")]);
    let said = Language::ALL.map(|language| banner(&Words::new(language), &crossed));
    let expected = [
        "THIS PC IS NOT ISOLATED: default route through eth0",
        "CE PC N'EST PAS ISOLÉ : route par défaut par eth0",
        "PC INI TIDAK TERISOLASI: rute bawaan lewat eth0",
    ];
    assert_eq!(said, expected.map(|text| Some(text.to_owned())));
    let more = texts(&check(machine.root(), None));
    let line = banner(&words, &more).unwrap_or_default();
    assert_eq!(line, "THIS PC IS NOT ISOLATED: default route through eth0, +1 more");
}

#[test]
fn every_kind_crosses_the_socket_and_has_words() {
    let kinds =
        [Kind::Unknown, default_route("eth0"), Kind::NameServer, other("wlan0"), Kind::Forwarding];
    for kind in kinds {
        assert_eq!(Kind::from_text(kind.text().as_str()), kind);
        assert!(!kind.said(&Words::new(Language::French)).is_empty());
    }
    assert_eq!(Kind::from_text("a word of a later version"), Kind::Unknown);
}
