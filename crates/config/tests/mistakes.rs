//! Every mistake, with its line and its words.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod toys;

use toys::{read, read_bytes};

/// Five lines that are right; what a case adds begins in line 6.
const HEAD: &str = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
[[bed]]
id = \"icu-1\"
[[bed]]
id = \"icu-2\"
";

/// A line that is right, so that a case without one is not told of it.
const LINE: &str = "[[line]]\nname = \"a\"\nprotocol = \"monitor\"\nserial = \"/dev/ttyS0\"\n";

fn told(text: &str) -> Vec<String> {
    let mistakes = read(text).expect_err("mistakes are expected");
    mistakes.iter().map(|mistake| mistake.in_file("f")).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(told(text), expected, "{text}");
}

/// Below [`HEAD`].
#[track_caller]
fn below(text: &str, expected: &[&str]) {
    check(&format!("{HEAD}{text}"), expected);
}

/// A line of the family, with these keys from line 9 on.
#[track_caller]
fn line(family: &str, keys: &str, expected: &[&str]) {
    below(&format!("[[line]]\nname = \"x\"\nprotocol = \"{family}\"\n{keys}\n"), expected);
}

/// A device beside a right line, its table in line 10.
#[track_caller]
fn device(keys: &str, expected: &[&str]) {
    below(&format!("{LINE}[[device]]\n{keys}\n"), expected);
}

#[test]
fn what_is_no_toml() {
    check(
        "mode = live\n",
        &[
            "f:1: string values must be quoted, expected literal string: this is not TOML: look at the quotation marks and brackets",
        ],
    );
    check(
        "mode = \"live\nlanguage = \"fr\"\n[[bed\n",
        &[
            "f:1: invalid basic string, expected \"\"\": this is not TOML: look at the quotation marks and brackets",
            "f:3: unclosed array table, expected \"]]\": this is not TOML: look at the quotation marks and brackets",
        ],
    );
    check(
        "mode = \"live\"\nmode = \"drill\"\n",
        &["f:2: duplicate key: this is not TOML: look at the quotation marks and brackets"],
    );
}

#[test]
fn what_is_no_text() {
    let told = |bytes: &[u8]| read_bytes(bytes).expect_err("refused")[0].in_file("f");
    assert_eq!(told(b"# a\n# \xE9t\xE9\n"), "f:2: this is no UTF-8 text: save the file as UTF-8");
    assert_eq!(
        told(&vec![b'#'; (1 << 20) + 1]),
        "f:1: the file is longer than 1048576 bytes: this is no vigie.toml: name another file"
    );
    let marked = format!("\u{feff}{HEAD}{LINE}");
    assert!(read_bytes(marked.as_bytes()).is_ok(), "a byte order mark is no mistake");
}

#[test]
fn an_empty_file_lets_go_of_no_ward() {
    check(
        "",
        &[
            "f:1: there is no [[line]]: nothing would be watched: add one for each monitor, or write \
           no_lines = true at the top until there are some",
        ],
    );
    check(
        "no_lines = false",
        &["f:1: there is no [[line]]: nothing would be watched: add one for \
           each monitor, or write no_lines = true at the top until there are some"],
    );
}

#[test]
fn the_top_of_the_file() {
    check(
        &format!("moode = 1\nmode = \"lvie\"\nlanguage = \"de\"\n{LINE}"),
        &[
            "f:1: unknown key \"moode\": did you mean \"mode\"?",
            "f:2: unknown mode \"lvie\": did you mean \"live\"?",
            "f:3: unknown language \"de\": write en, fr or id",
        ],
    );
    check(
        &format!("mode = \"replay\"\nweather = 1\n{LINE}"),
        &[
            "f:1: unknown mode \"replay\": recordings are played by `vigie replay FILE`",
            "f:2: unknown key \"weather\": known here: mode, language, no_lines, network, record, alarms, scores, sound, screen, bed, line, device, person, window",
        ],
    );
    below(
        &format!("mode = \"live\"\n{LINE}"),
        &[
            "f:6: unknown key \"mode\": it stands above the first line in square brackets, not in [[bed]]",
        ],
    );
}

#[test]
fn pins_that_could_never_be_right() {
    let person = |pin: &str| {
        format!("{LINE}[[person]]\ninitials = \"AB\"\nrole = \"configure\"\npin = \"{pin}\"\n")
    };
    let line = LINE.lines().count() + 4;
    let wanted = format!(
        "f:{line}: \"pin\" is no scrypt string: have it written by `vigie pin`: a PIN itself never \
         stands in the file"
    );
    for pin in ["4711", "$scrypt$ln=24,r=8,p=1$c2FsdA$aGFzaA", "$scrypt$ln=15,r=8,p=1$c2FsdA"] {
        check(&person(pin), &[&wanted]);
    }
}

#[test]
fn types() {
    check(
        &format!("mode = 1\nlanguage = true\nnetwork = \"lan\"\ndevice = {{}}\n{LINE}"),
        &[
            "f:1: \"mode\" is the number 1: write a text in quotation marks",
            "f:2: \"language\" is true or false: write a text in quotation marks",
            "f:3: \"network\" is a text: write a table: [network]",
            "f:4: \"device\" is a table: write a list of tables: [[device]]",
        ],
    );
    check(
        &format!("bed = [1.5, 1979-05-27]\n{LINE}"),
        &[
            "f:1: \"bed\" is a number with a fraction: write a list of tables: [[bed]]",
            "f:1: \"bed\" is a date or time: write a list of tables: [[bed]]",
        ],
    );
    line(
        "monitor",
        "serial = [\"/dev/ttyS0\"]\nbaud = \"115200\"\npassive = \"yes\"\nports = 3\noptions = 4",
        &[
            "f:9: \"serial\" is a list: write a text in quotation marks",
            "f:11: \"passive\" is a text: write true or false, without quotation marks",
            "f:12: \"ports\" is the number 3: write a table: [line.ports.NAME]",
            "f:13: \"options\" is the number 4: write a table: [line.options]",
        ],
    );
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\nbaud = \"115200\"",
        &["f:10: \"baud\" is a text: write a whole number without quotation marks"],
    );
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\nbaud = 99999999999999999999999999",
        &[
            "f:10: \"baud\" is the number 999999999999999999999999: write a whole number without quotation marks",
        ],
    );
}

#[test]
fn the_network() {
    let network = |keys: &str, expected: &[&str]| {
        check(&format!("[network]\n{keys}\n{LINE}"), expected);
    };
    network(
        "",
        &[
            "f:1: [network] has no interface: write interface = \"enp3s0\"",
            "f:1: [network] has no address: write address = \"10.0.42.1/24\"",
        ],
    );
    network(
        "interface = \"eth*\"\naddress = \"10.0.42.1\"",
        &[
            "f:2: \"eth*\" is no name of an interface: write the name that `ip address` shows, such as enp3s0",
            "f:3: \"10.0.42.1\" has no prefix from 8 to 30: write it behind a slash: 10.0.42.1/24",
        ],
    );
    network(
        "interface = \"a-name-too-long0\"\naddress = \"fd00::1/64\"",
        &[
            "f:2: \"a-name-too-long0\" is no name of an interface: write the name that `ip address` shows, such as enp3s0",
            "f:3: \"fd00::1/64\" is an IPv6 address: lines run over IPv4: write an address such as 10.0.42.1/24",
        ],
    );
    for (address, prefix) in
        [("10.0.42.0", 24), ("10.0.42.255", 24), ("224.0.0.5", 24), ("0.0.0.1", 8)]
    {
        network(
            &format!("interface = \"eth0\"\naddress = \"{address}/{prefix}\""),
            &[&format!(
                "f:3: {address} is no address that a PC can have in its /{prefix}: write this PC's own address on the interface, such as 10.0.42.1/24"
            )],
        );
    }
    for prefix in ["31", "7", "+24", "255.255.255.0", ""] {
        network(
            &format!("interface = \"eth0\"\naddress = \"10.0.42.1/{prefix}\""),
            &[&format!(
                "f:3: \"10.0.42.1/{prefix}\" has no prefix from 8 to 30: write it behind a slash: 10.0.42.1/24"
            )],
        );
    }
    let needs = "add [network] with interface = \"enp3s0\" and address = \"10.0.42.1/24\", as they are on this PC";
    check(
        "[[line]]\nname = \"x\"\nprotocol = \"pump\"\nudp = \"10.0.42.9\"\n",
        &[&format!("f:4: \"udp\" needs the network, and there is no [network]: {needs}")],
    );
    check(
        &format!(
            "{LINE}[[device]]\nkey = \"pump:1\"\nmac = \"00:09:fb:00:00:01\"\naddress = \"10.0.42.9\"\n"
        ),
        &[&format!("f:8: \"address\" needs the network, and there is no [network]: {needs}")],
    );
}

#[test]
fn beds() {
    below(
        &format!(
            "[[bed]]\nlabel = \"7\"\n[[bed]]\nid = \"icu-1\"\n[[bed]]\nid = \"x\"\nlabel = \"icu-2\"\n[[bed]]\nid = \" \"\nlable = \"9\"\n{LINE}"
        ),
        &[
            "f:6: [[bed]] has no id: write id = \"icu-1\"",
            "f:9: id \"icu-1\" is already that of the bed in line 3: give every bed its own id",
            "f:12: label \"icu-2\" is already that of the bed in line 5: give every bed its own label",
            "f:14: \"id\" is empty: write at least one letter or digit",
            "f:15: unknown key \"lable\": did you mean \"label\"?",
        ],
    );
    let long = "x".repeat(65);
    below(
        &format!(
            "[[bed]]\nid = \"{long}\"\n[[bed]]\nid = \"b\"\nlabel = \"a\\u0007\"\n[[bed]]\nid = \"c \"\n[[bed]]\nid = \"d\"\nlabel = \"\u{202e}1\"\n{LINE}"
        ),
        &[
            "f:7: \"id\" has 65 bytes: shorten it to 64",
            "f:10: \"label\" holds U+0007, which cannot be seen: remove it",
            "f:12: \"c \" begins or ends with a space: remove the space",
            "f:15: \"label\" holds U+202E, which cannot be seen: remove it",
        ],
    );
    let many: String = (0..65).map(|bed| format!("[[bed]]\nid = \"b{bed}\"\n")).collect();
    check(&format!("{many}{LINE}"), &["f:129: there are 65 beds: at most 64 fit one station"]);
}

#[test]
fn lines_and_their_families() {
    below(
        "[[line]]\nserial = \"/dev/ttyS0\"\n",
        &[
            "f:6: [[line]] has no name: write name = \"bed-1\"",
            "f:6: [[line]] has no protocol: write protocol = \"monitor\"",
        ],
    );
    line(
        "moniter",
        "serial = \"/dev/ttyS0\"\nseriell = 1\nbed = \"icu-11\"",
        &[
            "f:8: unknown protocol \"moniter\": did you mean \"monitor\"?",
            "f:10: unknown key \"seriell\": did you mean \"serial\"?",
            "f:11: there is no bed with the id \"icu-11\": did you mean \"icu-1\"?",
        ],
    );
    line(
        "x",
        "bed = \"theatre\"",
        &[
            "f:8: unknown protocol \"x\": known are monitor, ventilator, gateway, pump, caller, sealed",
            "f:9: there is no bed with the id \"theatre\": add [[bed]] with id = \"theatre\"",
        ],
    );
    below(
        &format!("{LINE}[[line]]\nname = \"a\"\nprotocol = \"monitor\"\nserial = \"/dev/ttyS1\"\n"),
        &["f:11: \"a\" is already the name of the line in line 7: give every line its own name"],
    );
    let many: String = (0..257)
        .map(|n| {
            format!("[[line]]\nname = \"{n}\"\nprotocol = \"monitor\"\nserial = \"/dev/ttyS{n}\"\n")
        })
        .collect();
    check(&many, &["f:1025: there are 257 lines: at most 256 fit one station"]);
}

#[test]
fn ports() {
    line(
        "monitor",
        "",
        &[
            "f:6: no port for main: monitor runs over serial = \"/dev/ttyUSB0\", udp = \"10.0.42.9\" or udp = \"beacons\"",
        ],
    );
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\nudp = \"10.0.42.9\"",
        &["f:10: \"udp\" beside \"serial\": a line has one port: keep one of them"],
    );
    line(
        "monitor",
        "udp = \"10.0.42.9\"\nbaud = 9600",
        &["f:10: \"baud\" beside \"udp\": only serial ports have it: remove it"],
    );
    line(
        "monitor",
        "tcp = \"10.0.42.9\"",
        &[
            "f:9: monitor has no tcp for main: it runs over serial = \"/dev/ttyUSB0\", udp = \"10.0.42.9\" or udp = \"beacons\"",
        ],
    );
    line(
        "monitor",
        "udp = \"listen\"",
        &[
            "f:9: monitor has no udp = \"listen\" for main: it runs over serial = \"/dev/ttyUSB0\", udp = \"10.0.42.9\" or udp = \"beacons\"",
        ],
    );
    line(
        "pump",
        "udp = \"beacons\"",
        &["f:9: pump has no udp = \"beacons\" for main: it runs over udp = \"10.0.42.9\""],
    );
    line(
        "caller",
        "udp = \"10.0.42.9\"",
        &["f:9: caller has no udp = \"10.0.42.9\" for main: it runs over udp = \"listen\""],
    );
    line(
        "sealed",
        "tcp = \"10.0.42.9\"",
        &["f:9: sealed has no tcp for main: it runs over nothing"],
    );
    line(
        "gateway",
        "unix = \"run/x\"",
        &[
            "f:9: \"run/x\" is no absolute path: begin it with /: nobody knows where the station starts",
        ],
    );
    line(
        "gateway",
        &format!("unix = \"/{}\"", "x".repeat(107)),
        &["f:9: \"unix\" has 108 bytes: shorten it to 107"],
    );
    line(
        "gateway",
        "tcp = \"listen:80\"\ncapture = \"a\"",
        &[
            "f:9: \"80\" is no port to listen on: write one from 1024 to 65535",
            "f:10: \"a\" is no absolute path: begin it with /: nobody knows where the station starts",
        ],
    );
}

#[test]
fn serial_ports() {
    let wrong = "write a path such as /dev/ttyUSB0, usb-serial: and the adapter's serial number, or usb-path: and its socket";
    line(
        "monitor",
        "serial = \"ttyUSB0\"\nbaud = 9600",
        &[
            &format!("f:9: \"ttyUSB0\" is no serial port: {wrong}"),
            "f:10: monitor has no 9600 baud: it has 115200 (parity none, 1 stop bits) or 19200 (parity none, 1 stop bits)",
        ],
    );
    line(
        "monitor",
        "serial = \"usb-serial:\"",
        &["f:9: \"usb-serial:\" is empty: write at least one letter or digit"],
    );
    for path in ["", "1-1.4", "1-:1.0", "a-1:1.0", "1-1:1", "1-1..2:1.0"] {
        line(
            "monitor",
            &format!("serial = \"usb-path:{path}\""),
            &[&format!(
                "f:9: \"{path}\" is no USB socket: write bus, socket and interface as the kernel does: usb-path:1-1.4:1.0"
            )],
        );
    }
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\nparity = \"mark\"",
        &["f:10: \"mark\" is no parity: write none, even or odd"],
    );
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\nparity = \"even\"\nstop_bits = 2",
        &[
            "f:10: monitor has no such serial settings: it has 115200 (parity none, 1 stop bits) or 19200 (parity none, 1 stop bits)",
        ],
    );
}

#[test]
fn second_ports() {
    line(
        "ventilator",
        "serial = \"/dev/ttyS0\"",
        &[
            "f:6: ventilator has a second port, waveform: add [line.ports.waveform] with serial, udp, tcp or unix",
        ],
    );
    line(
        "ventilator",
        "serial = \"/dev/ttyS0\"\nports.waveform = false",
        &["f:10: ventilator does not work without waveform: give it a port"],
    );
    line(
        "ventilator",
        "serial = \"/dev/ttyS0\"\nports.wavform.serial = \"/dev/ttyS1\"\nports.main.serial = \"/dev/ttyS2\"\nports.waveform = true",
        &[
            "f:10: ventilator has no port \"wavform\": did you mean \"waveform\"?",
            "f:11: ventilator has no port \"main\": write the keys of the main port into [[line]] itself",
            "f:12: \"waveform\" is true or false: write false, or a table: [line.ports.waveform]",
        ],
    );
    line(
        "ventilator",
        "serial = \"/dev/ttyS0\"\n[line.ports.waveform]\nserial = \"/dev/ttyS0\"\nbuad = 38400",
        &[
            "f:11: \"/dev/ttyS0\" is already taken in line 9: two lines cannot share it: name another, or remove one of them",
            "f:12: unknown key \"buad\": did you mean \"baud\"?",
        ],
    );
    line(
        "pump",
        "udp = \"10.0.42.9\"\nports.beacon = false",
        &[
            "f:10: pump has no port \"beacon\": it has one port, whose keys stand in [[line]] itself",
        ],
    );
    line(
        "monitor",
        "udp = \"beacons\"\nports.beacon = false\nbed = \"icu-1\"",
        &[
            "f:10: without beacon no monitor is heard: remove this, or name one monitor by its address in udp",
            "f:11: a line that takes every monitor has no bed: give each monitor its bed with [[device]]",
        ],
    );
}

#[test]
fn addresses() {
    let choice = "write the device's address, from 10.0.42.1 to 10.0.42.254 without 10.0.42.1";
    let cases = [
        ("10.0.43.9", format!("10.0.43.9 is outside the network 10.0.42.0/24: {choice}")),
        ("10.0.42.1", format!("10.0.42.1 is this PC's own address: {choice}")),
        ("10.0.42.0", format!("10.0.42.0 names the network itself: {choice}")),
        ("10.0.42.255", format!("10.0.42.255 is the broadcast address of the network: {choice}")),
        ("10.0.42.9:0", "port 0 is no port: write a port from 1 to 65535".into()),
        ("fe80::1%eth0", "\"fe80::1%eth0\" is an IPv6 address: lines run over IPv4: write an address such as 10.0.42.9, or 10.0.42.9:24105 with a port".into()),
        ("[fd00::1]:24105", "\"[fd00::1]:24105\" is an IPv6 address: lines run over IPv4: write an address such as 10.0.42.9, or 10.0.42.9:24105 with a port".into()),
        ("10.0.42.256", "\"10.0.42.256\" is no IPv4 address: write four numbers from 0 to 255, such as 10.0.42.9, or 10.0.42.9:24105 with a port".into()),
        ("10.0.42.9:99999", "\"10.0.42.9:99999\" is no IPv4 address: write four numbers from 0 to 255, such as 10.0.42.9, or 10.0.42.9:24105 with a port".into()),
        ("monitor-3.ward", "\"monitor-3.ward\" is a name, not an address: peers are addresses, names are never looked up: write one such as 10.0.42.9, or 10.0.42.9:24105 with a port".into()),
        ("beacon", "\"beacon\" is no address: did you mean \"beacons\"?".into()),
    ];
    for (address, expected) in cases {
        line("monitor", &format!("udp = \"{address}\""), &[&format!("f:9: {expected}")]);
    }
    line(
        "gateway",
        "tcp = \"localhost:7000\"",
        &[
            "f:9: \"localhost:7000\" is a name, not an address: peers are addresses, names are never looked up: write one such as 10.0.42.9, or 10.0.42.9:24105 with a port",
        ],
    );
}

#[test]
fn what_two_lines_cannot_share() {
    let share = "two lines cannot share it: name another, or remove one of them";
    let cases = [
        ("monitor", "serial = \"/dev/ttyS0\"", "\"/dev/ttyS0\""),
        ("monitor", "serial = \"usb-serial:A1\"", "\"usb-serial:A1\""),
        ("monitor", "udp = \"10.0.42.9\"", "UDP to 10.0.42.9:24105"),
        ("monitor", "udp = \"beacons\"", "every monitor device that is heard"),
        ("pump", "udp = \"10.0.42.9\"", "UDP to 10.0.42.9:4000"),
        ("caller", "udp = \"listen\"", "UDP port 5000"),
        ("gateway", "tcp = \"10.0.42.9:7001\"", "TCP to 10.0.42.9:7001"),
        ("gateway", "tcp = \"listen:6001\"", "TCP port 6001"),
        ("gateway", "unix = \"/run/x\"", "\"/run/x\""),
    ];
    for (family, port, name) in cases {
        let second = format!("[[line]]\nname = \"y\"\nprotocol = \"{family}\"\n{port}");
        line(
            family,
            &format!("{port}\n{second}"),
            &[&format!("f:13: {name} is already taken in line 9: {share}")],
        );
    }
    line(
        "monitor",
        "udp = \"10.0.42.9\"\ncapture = \"/var/c\"\n[[line]]\nname = \"y\"\nprotocol = \"monitor\"\ncapture = \"/var/c\"\nudp = \"beacons\"",
        &[
            "f:9: 10.0.42.9 is also heard by the line that takes every monitor, in line 15: keep one of both: [[device]] gives a monitor its bed without a line of its own",
            &format!("f:14: \"/var/c\" is already taken in line 10: {share}"),
        ],
    );
}

#[test]
fn options() {
    line(
        "monitor",
        "serial = \"/dev/ttyS0\"\n[line.options]\nmonitor = \"x\"\nframing = \"datagram\"\nrate = 4\nname = \"\"",
        &[
            "f:11: the option \"monitor\" is made of udp: remove it here",
            "f:12: the option \"framing\" is made of the kind of port: remove it here",
            "f:13: \"rate\" is the number 4: write a text in quotation marks",
            "f:14: \"value of the option\" is empty: write at least one letter or digit",
        ],
    );
    let many: String = (0..17).map(|n| format!("o{n} = \"1\"\n")).collect();
    line(
        "monitor",
        &format!("serial = \"/dev/ttyS0\"\n[line.options]\n{many}"),
        &["f:10: there are 17 options: a line takes at most 16"],
    );
}

#[test]
fn devices() {
    device(
        "",
        &[
            "f:10: [[device]] has no key: write key = \"intellivue:0009fb123456\"",
            "f:10: [[device]] says nothing of its device: write its bed, or mac and address for the responder",
        ],
    );
    let tray = "write it as the unassigned tray shows it, such as intellivue:0009fb123456";
    device(
        "key = \"0009fb\"\nbed = \"icu-1\"",
        &[&format!("f:11: \"0009fb\" is no device's lasting name: {tray}")],
    );
    device(
        "key = \"monitor:\"\nbed = \"icu-1\"",
        &[&format!("f:11: \"monitor:\" is no device's lasting name: {tray}")],
    );
    device(
        "key = \"moniter:1\"\nbed = \"icu-3\"",
        &[
            "f:11: \"moniter:1\" is no device's lasting name: did you mean \"monitor:1\"?",
            "f:12: there is no bed with the id \"icu-3\": did you mean \"icu-1\"?",
        ],
    );
    device(
        "key = \"line:a\"\nbed = \"icu-1\"",
        &[
            "f:11: \"line:a\" is no device's lasting name: a line's own device gets its bed by bed = \"...\" in [[line]]",
        ],
    );
    for mac in [
        "00:09:FB:12:34",
        "00:09:FB:12:34:5G",
        "01:00:5E:00:00:01",
        "00:00:00:00:00:00",
        "0009FB123456",
        "00:09-FB:12:34:56",
    ] {
        device(
            &format!("key = \"monitor:1\"\nmac = \"{mac}\"\naddress = \"10.0.42.9\""),
            &[&format!(
                "f:12: \"{mac}\" is no network card's address: write six bytes such as 00:09:FB:12:34:56"
            )],
        );
    }
    device(
        "key = \"monitor:1\"\nmac = \"00-09-fb-12-34-56\"",
        &[
            "f:12: \"mac\" without \"address\": the responder needs both: write the other one too, or neither",
        ],
    );
    device(
        "key = \"monitor:1\"\nmac = \"00:09:fb:12:34:56\"\naddress = \"10.0.42.1\"\n[[device]]\nkey = \"monitor:1\"\nmac = \"00-09-FB-12-34-56\"\naddress = \"10.0.42.1\"",
        &[
            "f:13: 10.0.42.1 is this PC's own address: write the device's address, from 10.0.42.1 to 10.0.42.254 without 10.0.42.1",
            "f:15: the device \"monitor:1\" stands in line 11 already: one [[device]] for each: remove or correct one of them",
            "f:16: the network card \"00:09:fb:12:34:56\" stands in line 12 already: one [[device]] for each: remove or correct one of them",
            "f:17: the address \"10.0.42.1\" stands in line 13 already: one [[device]] for each: remove or correct one of them",
            "f:17: 10.0.42.1 is this PC's own address: write the device's address, from 10.0.42.1 to 10.0.42.254 without 10.0.42.1",
        ],
    );
    line(
        "monitor",
        "udp = \"10.0.42.9\"\nbed = \"icu-1\"\n[[device]]\nkey = \"monitor:1\"\nbed = \"icu-2\"\nmac = \"00:09:fb:12:34:56\"\naddress = \"10.0.42.9\"",
        &[
            "f:13: the line for 10.0.42.9, in line 9, stands at \"icu-1\": one device stands at one bed: remove one of the two",
        ],
    );
    let beds: String = (0..33).map(|n| format!("[[bed]]\nid = \"b{n}\"\n")).collect();
    let device = |n: usize| format!("[[device]]\nkey = \"monitor:{n}\"\nbed = \"b{}\"\n", n / 8);
    let many: String = (0..257).map(device).collect();
    below(
        &format!("{LINE}{beds}{many}"),
        &["f:844: there are 257 devices: at most 256 fit one station"],
    );
}

#[test]
fn what_is_kept() {
    below(
        &format!(
            "{LINE}[record]\nstation = \" a\"\nkeep_days = 0\nsegment_mib = 65537\nreserve_mib = -1\nwarn_days = 3651\ncopy_age_hours = 1.5\ncopies = \"/media/a\"\nkeep_day = 3"
        ),
        &[
            "f:11: \" a\" begins or ends with a space: remove the space",
            "f:12: \"keep_days\" is 0: write a number from 1 to 3650",
            "f:13: \"segment_mib\" is 65537: write a number from 1 to 65536",
            "f:14: \"reserve_mib\" is the number -1: write a whole number without quotation marks",
            "f:15: \"warn_days\" is 3651: write a number from 0 to 3650",
            "f:16: \"copy_age_hours\" is a number with a fraction: write a whole number without quotation marks",
            "f:17: \"copies\" is a text: write a list of texts: [\"/media/stick\"]",
            "f:18: unknown key \"keep_day\": did you mean \"keep_days\"?",
        ],
    );
    below(
        &format!("{LINE}[record]\ncopies = [\n  \"/media/a\",\n  \"b\",\n  7,\n  \"/media/a\",\n]"),
        &[
            "f:13: \"b\" is no absolute path: begin it with /: nobody knows where the station starts",
            "f:14: \"copies\" is the number 7: write a list of texts: [\"/media/stick\"]",
            "f:15: \"/media/a\" stands twice among the copies: remove one of them",
        ],
    );
    let many: Vec<String> = (0..9).map(|n| format!("\"/media/{n}\"")).collect();
    below(
        &format!("{LINE}[record]\ncopies = [{}]", many.join(", ")),
        &["f:11: there are 9 places for copies: at most 8 are watched"],
    );
}

#[test]
fn what_stands_twice_on_one_line() {
    check(
        &format!("bed = [{{ id = \"a\" }}, {{ id = \"a\" }}]\n{LINE}"),
        &["f:1: id \"a\" is already that of the bed in line 1: give every bed its own id"],
    );
}

#[test]
fn a_flood_of_mistakes_is_counted() {
    let text: String = (0..20_000).map(|n| format!("key{n} = 1\n")).collect();
    let told = told(&text);
    assert_eq!(told.len(), 51);
    assert!(told[0].starts_with("f:1: "), "{}", told[0]);
    assert_eq!(told[50], "f:49: and 19951 more mistakes: mend those above first");
}

#[test]
fn further_windows_are_few_and_their_mistakes_are_told_with_place_and_remedy() {
    let tail = "[[window]]\npage = 0\nwall = \"yes\"\n[[window]]\nscreen = 16\nfulscreen = true\n\
                [[window]]\n[[window]]\n";
    let told = read_bytes(format!("{HEAD}{LINE}{tail}").as_bytes()).expect_err("refused");
    let told: Vec<String> = told.iter().map(|mistake| mistake.in_file("f")).collect();
    let first = (HEAD.to_owned() + LINE).lines().count() + 1;
    let line = |nth: usize| format!("f:{}: ", first + nth);
    assert_eq!(
        told,
        [
            line(1) + "\"page\" is 0: write a number from 1 to 64: a ward has no more pages",
            line(2) + "\"wall\" is a text: write true or false, without quotation marks",
            line(4) + "\"screen\" is 16: write a number from 0 to 15: screens are counted from 0",
            line(5) + "unknown key \"fulscreen\": did you mean \"full_screen\"?",
            line(7) + "there are 4 further windows: at most 3 open beside the first",
        ]
    );
}
