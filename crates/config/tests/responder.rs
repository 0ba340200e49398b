//! The responder's file, judged by the real dnsmasq.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod toys;

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

const WARD: &str = "
network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
bed = [{ id = \"icu-3\", label = \"3 é\" }]
[[line]]
name = \"lan\"
protocol = \"monitor\"
udp = \"beacons\"
[[device]]
key = \"monitor:0009fb0a1b03\"
bed = \"icu-3\"
mac = \"00:09:FB:0A:1B:03\"
address = \"10.0.42.13\"
[[device]]
key = \"monitor:0009fb0a1b04\"
mac = \"00-09-fb-0a-1b-04\"
address = \"10.0.42.14\"
[[device]]
key = \"monitor:static\"
bed = \"icu-3\"
";

fn responder(text: &str) -> Result<String, String> {
    toys::read(text).expect("the text is right").responder()
}

/// What dnsmasq says of a file handed in on its standard input; nothing is started.
fn dnsmasq(file: &str) -> Output {
    let mut child = ["dnsmasq", "/usr/sbin/dnsmasq"]
        .into_iter()
        .find_map(|program| {
            Command::new(program)
                .args(["--test", "--conf-file=-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .ok()
        })
        .expect("dnsmasq is missing: apt-get install dnsmasq-base");
    child.stdin.take().expect("piped").write_all(file.as_bytes()).expect("dnsmasq reads its file");
    child.wait_with_output().expect("dnsmasq ends")
}

#[test]
fn dnsmasq_accepts_the_file() {
    let output = dnsmasq(&responder(WARD).expect("there is something to answer"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("syntax check OK"), "{said}");
    let output = dnsmasq("dhcp-range=10.0.42.0,sttic,255.255.255.0\n");
    assert!(!output.status.success(), "what judges the file must be able to refuse one");
}

#[test]
fn only_named_devices_on_the_one_interface() {
    let file = responder(WARD).expect("there is something to answer");
    let settings: Vec<&str> =
        file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(
        settings,
        [
            "port=0",
            "no-resolv",
            "no-hosts",
            "interface=enp3s0",
            "except-interface=lo",
            "bind-interfaces",
            "dhcp-range=10.0.42.0,static,255.255.255.0,infinite",
            "dhcp-ignore=tag:!known",
            "dhcp-authoritative",
            "dhcp-leasefile=/var/lib/misc/vigie-dnsmasq.leases",
            "dhcp-option=3",
            "dhcp-option=6",
            "log-dhcp",
            "dhcp-host=00:09:fb:0a:1b:03,10.0.42.13,infinite",
            "dhcp-host=00:09:fb:0a:1b:04,10.0.42.14,infinite",
        ]
    );
    assert!(file.contains("# monitor:0009fb0a1b03, bed 3 é\n"), "{file}");
}

#[test]
fn nothing_to_answer_is_said() {
    let no_network = "[[line]]\nname = \"a\"\nprotocol = \"monitor\"\nserial = \"/dev/ttyS0\"\n";
    assert_eq!(
        responder(no_network),
        Err("there is no [network] on which addresses could be given".into())
    );
    let network = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }\n";
    assert_eq!(
        responder(&format!("{network}{no_network}")),
        Err("no [[device]] has a mac and an address".into())
    );
}
