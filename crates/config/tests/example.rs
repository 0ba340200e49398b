//! The example of the documents, read with the program's real families.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use vigie_board::AlarmPolicy;
use vigie_config::{
    Config, Mistake, PortConfig, RecordConfig, ScreenConfig, SerialPort, SoundConfig,
};
use vigie_ge_dri::session::GeDriFactory;
use vigie_hl7::Hl7Factory;
use vigie_intellivue::session::IntellivueFactory;
use vigie_model::Text;
use vigie_puritan_bennett::session::{PuritanBennettFactory, WAVES};
use vigie_session::{Line, Parity, rng::Rng};

const EXAMPLE: &str = include_str!("../../../docs/vigie.toml");

fn read(text: &str) -> Result<Config, Vec<Mistake>> {
    Config::parse(text, &[&IntellivueFactory, &GeDriFactory, &Hl7Factory, &PuritanBennettFactory])
}

#[test]
fn the_example_means_what_it_says() {
    let config = read(EXAMPLE).expect("the example is right");
    let labels: Vec<&str> = config.beds.iter().map(|bed| bed.label.as_str()).collect();
    assert_eq!(labels, ["1", "2", "3", "4 isolation", "5", "6", "7"]);
    let serial = |port: SerialPort, baud| {
        let port = PortConfig::Serial { port, baud, parity: Parity::None, stop_bits: 1 };
        vec![(Line::MAIN, port)]
    };
    assert_eq!(config.lines[0].ports, serial(SerialPort::UsbSerial("FT4ABC12".into()), 115_200));
    assert_eq!(config.lines[1].ports, serial(SerialPort::Path("/dev/ttyS0".into()), 19_200));
    let group = Some(core::net::Ipv4Addr::new(224, 0, 23, 63));
    let ventilator = &config.lines[2];
    assert_eq!(ventilator.bed, config.lines[1].bed, "one tile");
    let adapter = |name: &str, baud| PortConfig::Serial {
        port: SerialPort::UsbSerial(name.into()),
        baud,
        parity: Parity::None,
        stop_bits: 1,
    };
    assert_eq!(
        ventilator.ports,
        [(Line::MAIN, adapter("FT4ABC13", 9_600)), (WAVES, adapter("FT4ABC14", 38_400))]
    );
    let ge = PortConfig::Serial {
        port: SerialPort::UsbPath("1-1.4:1.0".into()),
        baud: 19_200,
        parity: Parity::Even,
        stop_bits: 1,
    };
    assert_eq!(config.lines[3].ports, [(Line::MAIN, ge)]);
    assert_eq!(config.lines[4].ports, [(Line::MAIN, PortConfig::TcpListen(2_575))]);
    assert_eq!(
        config.lines[5].ports,
        [
            (Line::MAIN, PortConfig::UdpSubnet),
            (Line(1), PortConfig::UdpGroup { port: 24_005, group }),
        ]
    );
    assert_eq!(config.lines[5].options, []);
    assert_eq!(config.devices.len(), 4);
    let record = RecordConfig {
        station: Some("ICU, first floor".into()),
        keep_days: Some(30),
        copy_age_hours: Some(36),
        copies: vec!["/media/copy-a".into(), "/media/copy-b".into()],
        ..RecordConfig::default()
    };
    assert_eq!(config.record, record);
    assert_eq!(config.alarms, AlarmPolicy::default());
    assert_eq!(config.sound, SoundConfig::default());
    let distance = ScreenConfig { viewing_distance_mm: 1_500, ..ScreenConfig::default() };
    assert_eq!(config.screen, distance);
    let paths: Vec<Option<&str>> =
        config.lines.iter().map(|line| line.path.as_ref().map(Text::as_str)).collect();
    assert_eq!(paths, [None, None, None, None, Some("enp3s0"), Some("enp3s0")]);
}

/// What the pages say of a section can be written so: every block of TOML that is a whole table.
#[test]
fn the_blocks_of_the_documents_are_right() {
    const LINE: &str =
        "[[line]]\nname = \"a\"\nprotocol = \"intellivue\"\nserial = \"/dev/ttyS0\"\n";
    let page = include_str!("../../../docs/configuration.md");
    let mut read_blocks = 0;
    for section in ["[alarms]", "[alarms.limits]", "[sound]", "[record]"] {
        let block = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let block = block.into_iter().find(|block| block.starts_with(section));
        let block = block.unwrap_or_else(|| panic!("no block of {section}"));
        read(&format!("{block}{LINE}")).unwrap_or_else(|mistakes| panic!("{block}: {mistakes:?}"));
        read_blocks += 1;
    }
    assert_eq!(read_blocks, 4);
}

/// What is commented out in the example can be taken as it stands.
#[test]
fn the_limits_of_the_example_hold_when_they_are_uncommented() {
    let text: String = EXAMPLE
        .lines()
        .map(|line| {
            let is_key = |rest: &str| {
                rest.starts_with(|sign: char| sign == '[' || sign.is_ascii_lowercase())
            };
            format!("{}\n", line.strip_prefix('#').filter(|rest| is_key(rest)).unwrap_or(line))
        })
        .collect();
    let config = read(&text).expect("right");
    assert!(config.alarms.limits.is_some_and(|limits| limits.sets.len() == 3));
}

/// Every key that a section takes stands in the page.
#[test]
fn the_documents_name_every_key() {
    let page = include_str!("../../../docs/configuration.md");
    for (section, before) in
        [("alarms", ""), ("scores", ""), ("sound", ""), ("screen", ""), ("limits", "[alarms]\n")]
    {
        let table = if section == "limits" { "alarms.limits" } else { section };
        let mistakes = read(&format!("{before}[{table}]\nno_such_key = 1\n")).expect_err("unknown");
        let told = mistakes.iter().find(|mistake| mistake.what.contains("no_such_key"));
        let known =
            told.expect("told").remedy.strip_prefix("known here: ").expect("all").to_owned();
        for key in known.split(", ") {
            assert!(page.contains(&format!("`{key}`")), "[{table}] {key}");
        }
    }
}

/// Bytes taken out, doubled, exchanged or replaced: whatever comes of it is an answer with lines of
/// the file, and never a panic.
#[test]
fn a_damaged_example_is_answered_and_never_a_panic() {
    // What stands in such a file anyway reaches further than noise.
    const PIECES: &[&str] = &[
        "[[line]]",
        "[[bed]]",
        "[network]",
        "[line.ports.beacon]",
        "[line.options]",
        "\"\"\"",
        "'",
        "=",
        "udp = \"10.0.42.9\"\n",
        "udp = 7\n",
        "ports.beacon = false\n",
        "{",
        "[",
        "\u{202e}",
        "\0",
        "999999999999",
        "bed = \"icu-1\"\n",
        "::1",
        "-1",
        "true",
        "1979-05-27",
        "#",
        ".",
        "\r",
    ];
    for seed in 0..3_000 {
        let mut rng = Rng::new(seed);
        let mut text: Vec<char> = EXAMPLE.chars().collect();
        for _ in 0..=rng.below(6) {
            let place = rng.below(text.len() as u64) as usize;
            let end = (place + 1 + rng.below(40) as usize).min(text.len());
            match rng.below(4) {
                0 => drop(text.drain(place..end)),
                1 => {
                    let copy = text[place..end].to_vec();
                    text.splice(place..place, copy);
                }
                2 => {
                    let other = rng.below(text.len() as u64) as usize;
                    text.swap(place, other);
                }
                _ => {
                    let piece = PIECES[rng.below(PIECES.len() as u64) as usize];
                    text.splice(place..place, piece.chars());
                }
            }
        }
        let text: String = text.into_iter().collect();
        let lines = text.lines().count().max(1) + 1;
        if let Err(mistakes) = read(&text) {
            assert!(!mistakes.is_empty(), "seed {seed}: refused without a reason");
            assert!(mistakes.is_sorted_by_key(|mistake| mistake.line), "seed {seed}");
            for mistake in mistakes {
                assert!((1..=lines).contains(&mistake.line), "seed {seed}: {mistake:?}");
                let told = mistake.in_file("vigie.toml");
                assert!(!told.contains('\n') && told.len() < 500, "seed {seed}: {told:?}");
                assert!(!mistake.what.is_empty() && !mistake.remedy.is_empty(), "seed {seed}");
            }
        }
    }
}
