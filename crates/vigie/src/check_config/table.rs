//! A configuration as tables: what was understood, defaults written out.

use std::time::Duration;

use vigie_board::policy::{Latch, LimitPolicy};
use vigie_config::{
    Config, LineConfig, Palette, PortConfig, RecordConfig, ScreenConfig, SoundConfig, WavesConfig,
    WindowConfig, mac_text, parity_word, serial_name,
};
use vigie_model::{BedId, Decimal, StationMode};
use vigie_session::{Factory, Line};

/// The option by which a line names its one device (see `vigie_config`).
const MONITOR: &str = "monitor";

/// All of it, a table for each kind.
pub fn render(config: &Config) -> String {
    let network = config.network.as_ref().map_or("none".to_owned(), |network| {
        format!("{} on {}/{}", network.interface, network.address, network.prefix)
    });
    let mode = match config.mode {
        StationMode::Live => "live",
        StationMode::Simulation => "simulation",
        StationMode::Replay => "replay",
        StationMode::Drill => "drill",
    };
    let mut text =
        format!("\nmode      {mode}\nlanguage  {}\nnetwork   {network}\n", config.language.tag());
    text += &format!("record    {}\n", record(&config.record));
    text += &format!("alarms    {}\n", alarms(config));
    text += &format!("limits    {}\n", limits(config));
    text += &format!("scores    {}\n", scores(config));
    text += &format!("sound     {}\n", sound(&config.sound));
    text += &format!("screen    {}\n", screen(&config.screen));
    text += &columns(&["WINDOW", "PAGE", "SCREEN", "SHOWS"], windows(config));
    text += &columns(&["LIMIT", "CATEGORY", "LOW", "HIGH"], limit_rows(config));
    text += &columns(&["BED", "LABEL", "WATCHED BY"], beds(config));
    text += &columns(&["LINE", "PROTOCOL", "PORT", "BED", "SETTINGS"], lines(config));
    text += &columns(&["DEVICE", "BED", "MAC", "ADDRESS"], devices(config));
    text
}

/// Beside the first window.
fn windows(config: &Config) -> Vec<Vec<String>> {
    let or_next = |number: Option<String>| number.unwrap_or_else(|| "the next".to_owned());
    let row = |(nth, window): (usize, &WindowConfig)| {
        let wall = match window.wall {
            Some(true) => "wall",
            Some(false) => "ward",
            None => "as the first",
        };
        let full = if window.full_screen { ", full screen" } else { "" };
        vec![
            (nth + 2).to_string(),
            or_next(window.page.map(|page| page.to_string())),
            or_next(window.screen.map(|screen| screen.to_string())),
            format!("{wall}{full}"),
        ]
    };
    config.windows.iter().enumerate().map(row).collect()
}

fn record(record: &RecordConfig) -> String {
    /// Keeping and warning do not depend on the disk; sizes do, and are named only as written.
    const ANY_DISK: u64 = 1 << 40;
    let policy = vigie_station::policy(record, ANY_DISK);
    let days = policy.keep.as_secs() / 86_400;
    let mut parts = vec![format!("{days} days"), format!("warned {} before", policy.warn_days)];
    parts.extend(record.segment_mib.map(|mib| format!("segments of {mib} MiB")));
    parts.extend(record.reserve_mib.map(|mib| format!("reserve of {mib} MiB")));
    parts.push(match policy.copy_age_max {
        Some(age) => format!("a copy every {} h", age.as_secs() / 3_600),
        None => "no copies expected".to_owned(),
    });
    parts.extend((!record.copies.is_empty()).then(|| format!("to {}", record.copies.join(", "))));
    parts.join("; ")
}

fn alarms(config: &Config) -> String {
    let policy = &config.alarms;
    let minutes = |time: Duration| time.as_secs() / 60;
    let reminder = policy.acknowledged_reminder.map_or_else(
        || "acknowledged ones never ask again".to_owned(),
        |time| format!("acknowledged ones ask again after {} min", minutes(time)),
    );
    let audio_off = policy.audio_off.map_or_else(
        || "audio off not allowed".to_owned(),
        |time| format!("audio off reminds every {} min", minutes(time)),
    );
    let parts = [
        format!("pause {} min", minutes(policy.pause)),
        audio_off,
        reminder,
        format!("\"going\" lapses after {} min", minutes(policy.going_lapses)),
        format!(
            "unanswered: high larger after {} s and louder every {} s, medium reminds after {} min",
            policy.high_banner.as_secs(),
            policy.high_louder.as_secs(),
            minutes(policy.medium_reminder)
        ),
        format!("links remind every {} min", minutes(policy.link_reminder)),
        format!("standby every {} min", minutes(policy.standby_reminder)),
        match policy.latch {
            Latch::High => "high priority latches".to_owned(),
            Latch::Nothing => "nothing latches".to_owned(),
        },
        if policy.sounds_when_silenced_at_bedside {
            "sounds although silenced at the bedside".to_owned()
        } else {
            "silent when silenced at the bedside".to_owned()
        },
    ];
    parts.join("; ")
}

fn limits(config: &Config) -> String {
    let Some(LimitPolicy { delay, hysteresis_percent, sets: _ }) = &config.alarms.limits else {
        return "off".to_owned();
    };
    let policy = config.limits.as_ref().and_then(|limits| limits.policy.as_ref());
    let policy = policy.map_or_else(|| "on".to_owned(), |policy| format!("by {policy}"));
    let defaults = if config.limits.as_ref().is_some_and(|limits| limits.defaults) {
        "; defaults where nothing else is said"
    } else {
        ""
    };
    let seconds = delay.as_secs();
    format!("{policy}; after {seconds} s, back by {hysteresis_percent} %{defaults}")
}

fn limit_rows(config: &Config) -> Vec<Vec<String>> {
    let Some(policy) = &config.alarms.limits else { return Vec::new() };
    let end = |end: Option<Decimal>| end.map(|end| end.to_string()).unwrap_or_default();
    let rows = policy.sets.iter().flat_map(|(set, limits)| {
        let set = format!("{set:?}").to_lowercase();
        limits.iter().map(move |limit| {
            vec![limit.id.to_string(), set.clone(), end(limit.low), end(limit.high)]
        })
    });
    rows.collect()
}

fn scores(config: &Config) -> String {
    let scores = &config.alarms.scores;
    let named = [(scores.news2, "NEWS2"), (scores.qsofa, "qSOFA"), (scores.pews, "PEWS")];
    let shown: Vec<&str> =
        named.into_iter().filter(|(is_on, _)| *is_on).map(|(_, name)| name).collect();
    if shown.is_empty() {
        return "none".to_owned();
    }
    let minutes = scores.input_age.as_secs() / 60;
    format!("{}; values older than {minutes} min are marked", shown.join(", "))
}

fn sound(sound: &SoundConfig) -> String {
    if sound.is_silent() {
        return "SILENT: no alarm is heard".to_owned();
    }
    let SoundConfig { enabled, volume, floor, cap, device } = sound;
    let when = match enabled {
        Some(_) => "always",
        None => "when a window belongs to the station",
    };
    let device = device.as_deref().unwrap_or("the usual device");
    format!("{when}; volume {volume}, not below {floor}, up to {cap}; through {device}")
}

fn screen(screen: &ScreenConfig) -> String {
    let ScreenConfig {
        viewing_distance_mm,
        tiles,
        palette,
        night,
        wall,
        kiosk,
        text_percent,
        opengl,
        units,
        waves,
        privacy,
        ..
    } = screen;
    let palette = match palette {
        Palette::Usual => "usual colours",
        Palette::Philips => "colours as on Philips monitors",
        Palette::Ge => "colours as on GE monitors",
        Palette::Draeger => "colours as on Dräger monitors",
        Palette::Mindray => "colours as on Mindray monitors",
        Palette::ColourBlind => "colours for the colour-blind",
    };
    let night = if *night { "; begins in night colours" } else { "" };
    let wall = if *wall { "; begins with the wall" } else { "" };
    let kiosk = if *kiosk { "; fills the screen for good" } else { "" };
    let size = match text_percent {
        100 => String::new(),
        percent => format!("; text at {percent} %"),
    };
    let opengl = if *opengl { "; painted with OpenGL" } else { "" };
    let units = [units.pressure.name(), units.temperature.name(), units.airway.name()];
    let units: Vec<&str> = units.into_iter().filter(|name| !name.is_empty()).collect();
    let units = match units.is_empty() {
        true => String::new(),
        false => format!("; in {}", units.join(", ")),
    };
    let tiles = tiles.map_or_else(String::new, |tiles| format!("; {tiles} tiles on a page"));
    let metres = f64::from(*viewing_distance_mm) / 1_000.0;
    let privacy = if *privacy { "; begins without names of patients" } else { "" };
    let waves = shown(waves);
    format!(
        "seen from {metres:.1} m{tiles}; {palette}{night}{wall}{kiosk}{opengl}{size}{units}{privacy}{waves}"
    )
}

/// How waves are shown, where it is not as usual.
fn shown(waves: &WavesConfig) -> String {
    if *waves == WavesConfig::default() {
        return String::new();
    }
    let hundredths = |amount: u16| f64::from(amount) / 100.0;
    let WavesConfig { speed_centi_mm_s, gain_centi_mm_mv, scrolls, has_grid, milli_pixels_per_mm } =
        waves;
    let mut text = format!("; waves at {} mm/s", hundredths(*speed_centi_mm_s));
    if let Some(gain) = gain_centi_mm_mv {
        text += &format!(", {} mm/mV", hundredths(*gain));
    }
    if *scrolls {
        text += ", scrolling";
    }
    if *has_grid {
        text += ", on a grid";
    }
    match milli_pixels_per_mm {
        Some(pixels) => text += &format!(", {} pixels a mm", f64::from(*pixels) / 1_000.0),
        None => text += ", not to scale",
    }
    text
}

fn beds(config: &Config) -> Vec<Vec<String>> {
    let watched_by = |id: &BedId| {
        let lines = config.lines.iter().filter(|line| line.bed.as_ref() == Some(id));
        let devices = config.devices.iter().filter(|device| device.bed.as_ref() == Some(id));
        let names: Vec<String> = lines
            .map(|line| line.name.to_string())
            .chain(devices.map(|device| device.key.0.to_string()))
            .collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let row = |bed: &vigie_model::Bed| {
        vec![bed.id.0.to_string(), bed.label.to_string(), watched_by(&bed.id)]
    };
    config.beds.iter().map(row).collect()
}

fn lines(config: &Config) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in &config.lines {
        let bed = line.bed.as_ref().map(|bed| bed.0.to_string()).unwrap_or_default();
        for (number, port) in &line.ports {
            let port = port_text(line, *number, port);
            rows.push(if *number == Line::MAIN {
                let [name, protocol] = [line.name.to_string(), line.protocol.clone()];
                vec![name, protocol, port, bed.clone(), settings(line)]
            } else {
                let name = format!("  {}", port_name(&line.protocol, *number));
                vec![name, String::new(), port, String::new(), String::new()]
            });
        }
    }
    rows
}

fn devices(config: &Config) -> Vec<Vec<String>> {
    let row = |device: &vigie_config::DeviceConfig| {
        vec![
            device.key.0.to_string(),
            device.bed.as_ref().map(|bed| bed.0.to_string()).unwrap_or_default(),
            device.mac.map(mac_text).unwrap_or_default(),
            device.address.map(|address| address.to_string()).unwrap_or_default(),
        ]
    };
    config.devices.iter().map(row).collect()
}

/// The family's own name of a port besides the main one.
fn port_name(protocol: &str, number: Line) -> String {
    let family: Option<&&dyn Factory> =
        vigie_station::catalogue().iter().find(|family| family.name() == protocol);
    let spec = family.and_then(|family| family.lines().iter().find(|spec| spec.line == number));
    spec.map_or_else(|| number.0.to_string(), |spec| spec.name.to_owned())
}

fn port_text(line: &LineConfig, number: Line, port: &PortConfig) -> String {
    let monitor = line.options.iter().find(|(name, _)| number == Line::MAIN && name == MONITOR);
    match (port, monitor) {
        (PortConfig::Serial { port, baud, parity, stop_bits }, _) => {
            let parity = parity_word(*parity);
            format!("{}, {baud} baud, parity {parity}, stop bits {stop_bits}", serial_name(port))
        }
        (PortConfig::UdpSubnet, Some((_, monitor))) => format!("UDP to {monitor}"),
        (PortConfig::UdpSubnet, None) => "UDP to every device that is heard".to_owned(),
        (PortConfig::UdpTo(peer), _) => format!("UDP to {peer}"),
        (PortConfig::UdpGroup { port, group: Some(group) }, _) => {
            format!("hears UDP port {port}, group {group}")
        }
        (PortConfig::UdpGroup { port, group: None }, _) => format!("hears UDP port {port}"),
        (PortConfig::TcpTo(peer), _) => format!("TCP to {peer}"),
        (PortConfig::TcpListen(port), _) => format!("listens on TCP port {port}"),
        (PortConfig::UnixTo(path), _) => format!("Unix socket {path}"),
    }
}

fn settings(line: &LineConfig) -> String {
    let flags = [(line.passive, "passive"), (line.real, "real")];
    let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name.to_owned());
    let path = line.path.as_ref().map(|path| format!("through {path}"));
    let capture = line.capture.as_ref().map(|path| format!("capture {path}"));
    let options = line.options.iter().filter(|(name, _)| name != MONITOR);
    let options = options.map(|(name, value)| format!("{name}={value}"));
    flags.chain(path).chain(capture).chain(options).collect::<Vec<_>>().join(", ")
}

/// A table with a heading, its columns as wide as what stands in them; nothing when it has no rows.
fn columns(heading: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heading: Vec<String> = heading.iter().map(|word| (*word).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let mut text = String::from("\n");
    for row in &rows {
        let cells = row.iter().enumerate();
        let line: String =
            cells.map(|(column, cell)| format!("{cell:<0$}  ", width(column))).collect();
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../docs/vigie.toml");

    #[test]
    fn the_example_as_tables() {
        let config = Config::parse(EXAMPLE, vigie_station::catalogue()).expect("right");
        let expected = "
mode      live
language  en
network   enp3s0 on 10.0.42.1/24
record    30 days; warned 7 before; a copy every 36 h; to /media/copy-a, /media/copy-b
alarms    pause 2 min; audio off not allowed; acknowledged ones ask again after 10 min; \"going\" lapses after 3 min; unanswered: high larger after 15 s and louder every 60 s, medium reminds after 3 min; links remind every 3 min; standby every 30 min; high priority latches; silent when silenced at the bedside
limits    off
scores    NEWS2; values older than 60 min are marked
sound     when a window belongs to the station; volume 85, not below 50, up to 100; through the usual device
screen    seen from 1.5 m; usual colours

BED    LABEL        WATCHED BY
icu-1  1            monitor-1
icu-2  2            monitor-2, ventilator-2
icu-3  3            intellivue:0009fb0a1b03
icu-4  4 isolation  intellivue:0009fb0a1b04
icu-5  5            intellivue:0009fb0a1b05
icu-6  6            monitor-6
icu-7  7            hl7:00a037009a3c01f2/icu//07

LINE       PROTOCOL    PORT                                                       BED    SETTINGS
monitor-1  intellivue  usb-serial:FT4ABC12, 115200 baud, parity none, stop bits 1  icu-1
monitor-2  intellivue  /dev/ttyS0, 19200 baud, parity none, stop bits 1            icu-2
ventilator-2  puritan-bennett  usb-serial:FT4ABC13, 9600 baud, parity none, stop bits 1  icu-2
  waves                usb-serial:FT4ABC14, 38400 baud, parity none, stop bits 1
monitor-6  ge-dri      usb-path:1-1.4:1.0, 19200 baud, parity even, stop bits 1      icu-6
gateway    hl7         listens on TCP port 2575  through enp3s0
lan        intellivue  UDP to every device that is heard  through enp3s0
  beacon               hears UDP port 24005, group 224.0.23.63

DEVICE                   BED    MAC                ADDRESS
intellivue:0009fb0a1b03  icu-3  00:09:fb:0a:1b:03  10.0.42.13
intellivue:0009fb0a1b04  icu-4  00:09:fb:0a:1b:04  10.0.42.14
intellivue:0009fb0a1b05  icu-5
hl7:00a037009a3c01f2/icu//07  icu-7
";
        let spaces = |text: &str| -> Vec<Vec<String>> {
            text.lines()
                .map(|line| line.split_whitespace().map(ToOwned::to_owned).collect())
                .collect()
        };
        assert_eq!(spaces(&render(&config)), spaces(expected));
    }

    #[test]
    fn what_the_unit_decided_stands_there() {
        let text = "[alarms]
audio_off = 5
acknowledged_reminder_minutes = 0
latch = \"nothing\"
sounds_when_silenced_at_bedside = true
[alarms.limits]
policy = \"Dr A, 2026\"
adult = { spo2 = [88, 100], rr = { high = 30 } }
[scores]
news2 = false
[sound]
volume = 0
allow_silent = true
[screen]
palette = \"colour_blind\"
night = true
[[line]]
name = \"m\"
protocol = \"intellivue\"
serial = \"/dev/ttyS0\"
";
        let config = Config::parse(text, vigie_station::catalogue()).expect("right");
        let tables = render(&config);
        for expected in [
            "audio off reminds every 5 min; acknowledged ones never ask again",
            "nothing latches; sounds although silenced at the bedside\n",
            "\nlimits    by Dr A, 2026; after 6 s, back by 2 %\n",
            "\nscores    none\n",
            "\nsound     SILENT: no alarm is heard\n",
            "\nscreen    seen from 1.0 m; colours for the colour-blind; begins in night colours\n",
            "\nLIMIT  CATEGORY  LOW  HIGH\nspo2   adult     88   100\nrr     adult          30\n",
        ] {
            assert!(tables.contains(expected), "{expected}: {tables}");
        }
    }

    #[test]
    fn one_monitor_by_its_address_and_what_is_set() {
        let text = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
[[bed]]
id = \"1\"
[[line]]
name = \"m\"
protocol = \"intellivue\"
udp = \"10.0.42.9\"
passive = true
real = true
capture = \"/var/c\"
ports.beacon = false
options.x = \"y\"
";
        let config = Config::parse(text, vigie_station::catalogue()).expect("right");
        let tables = render(&config);
        assert!(
            tables.ends_with(
                "UDP to 10.0.42.9:24105       passive, real, through enp3s0, capture /var/c, x=y\n"
            ),
            "{tables}"
        );
        assert!(tables.contains("\n1    1      nothing\n"), "{tables}");
        assert!(!tables.contains("beacon") && !tables.contains("DEVICE"), "{tables}");
    }
}
