//! Twelve beds of five families and a station as two processes, a minute over ptys, UDP and TCP in both
//! directions: messages are lost, cables pulled and connections cut. What left each device is what the
//! station was told, but for what the noise took; each family is counted by itself.
//!
//! Words differ between the two ends. The log has what stands on the wire, the trace what the board is
//! told; both are put into one form here, without the tables of the sessions.

use std::{collections::BTreeMap, fs};

use crate::counted::{self, TraceLine, Value};

/// The first seconds and the last are undisturbed; then the devices fall silent, so that nothing is on its
/// way when both sides are compared. A device is silent before its pty is pulled as well: what the kernel
/// holds of a pty goes with it, and nobody could say what that was.
const SCRIPT: &str = "\
at 6s  bed *  loss 1%
at 12s bed 2  mute 1s
at 13s bed 2  unplug 2s
at 16s bed 3  unplug 2s
at 20s bed 4  mute 1s
at 21s bed 4  unplug 2s
at 24s bed 6  mute 1s
at 25s bed 6  unplug 2s
at 27s bed 7  unplug 2s
at 30s bed 10 unplug 2s
at 33s bed 11 mute 1s
at 34s bed 11 unplug 2s
at 52s bed *  loss 0
at 55s bed *  mute 60s
";

/// Fields of the 840's `MISCF` in litres, which are told in millilitres.
const LITRES: [u16; 7] = [14, 21, 54, 61, 71, 78, 154];
/// Fields of `MISCF` that are alarm limits, and no numbers of their own.
const LIMITS: core::ops::RangeInclusive<u16> = 34..=43;
/// Waves of GE whose lead or site stands in a record of values. Until one has come they are not told, on
/// each opening of the line: it comes every five seconds.
const NAMED: [&str; 5] = ["ECG1", "ECG2", "ECG3", "INVP1", "CO2"];
const NAMELESS: u64 = 6;

/// Families, the least that each sends in the time, and over what.
const FAMILIES: [(&str, u64, &str); 5] = [
    ("intellivue", 2_000, "two ptys and UDP"),
    ("line", 1_000, "three ptys (GE)"),
    ("hl7", 400, "TCP, the gateway connects"),
    ("mindray-pds", 200, "TCP, the station connects"),
    ("puritan-bennett", 2_000, "eight ptys, two for each ventilator"),
];

/// What one family sent and told.
#[derive(Debug, Default)]
struct Sums {
    /// Values sent, and of these lost in hurt messages.
    sent: u64,
    lost: u64,
    told: u64,
    /// Samples of waves that nothing tells apart, by how they left: whole, or in a hurt message.
    whole: u64,
    hurt: u64,
    samples: u64,
    missing: Vec<Value>,
    invented: Vec<(Value, u32)>,
}

/// One value in the form of both ends.
enum Claim {
    /// It must be told if it arrived.
    Certain(Value),
    /// It may be: that there is no value is told of a stream that once had one.
    Possible(Value),
    /// So many samples of this wave.
    Samples(u64),
    /// Not a value: words, limits, what is computed of others.
    Nothing,
}

fn family_of(device: &str) -> &str {
    device.split(':').next().unwrap_or_default()
}

/// What a device says that it sent.
fn sent((device, stream, tick, what): Value) -> Claim {
    let value = |tick: u32, what: String| (device.clone(), stream.clone(), tick, what);
    match family_of(&device) {
        // The board is told of no clock that its line does not carry, or of seconds of a calendar.
        "line" if what == "-" => Claim::Possible(value(0, what)),
        "line" => Claim::Certain(value(0, what)),
        "puritan-bennett" if ["flow", "pressure"].contains(&stream.as_str()) => {
            Claim::Samples(what.parse().expect("a number of samples"))
        }
        "puritan-bennett" => ventilators(&stream, &what).map_or(Claim::Nothing, |what| {
            let claim = if what == "-" { Claim::Possible } else { Claim::Certain };
            claim(value(0, what))
        }),
        _ => Claim::Certain(value(tick, what)),
    }
}

/// A field of an answer as the board is told it; `None`: it holds no number.
fn ventilators(stream: &str, what: &str) -> Option<String> {
    let field: u16 = stream.strip_prefix('F')?.parse().ok()?;
    if LIMITS.contains(&field) {
        return None;
    }
    if what.is_empty() {
        return Some("-".to_owned());
    }
    let amount: f64 = what.parse().ok()?;
    let told = if LITRES.contains(&field) { format!("{:.0}", amount * 1e3) } else { what.into() };
    Some(told)
}

/// Devices by their lines, as they named themselves: what comes before a name is told of its line.
fn names(trace: &[TraceLine]) -> BTreeMap<String, String> {
    let identities = trace.iter().filter(|line| line.kind == "identity");
    identities.map(|line| (format!("line:{}", line.line), line.what.clone())).collect()
}

/// How many blocks of each wave may come before its name does.
fn nameless(trace: &[TraceLine]) -> BTreeMap<(String, String), u64> {
    let mut blocks = BTreeMap::new();
    let is_opening = |line: &&TraceLine| line.kind == "line" && line.what == "up 0";
    let again = |line: &&TraceLine| line.kind == "line" && line.what == "down";
    for line in trace.iter().filter(|line| is_opening(line) || again(line)) {
        for wave in NAMED {
            let key = (format!("line:{}", line.line), wave.to_owned());
            *blocks.entry(key).or_default() += NAMELESS;
        }
    }
    blocks
}

/// What the board was told.
fn told(line: &TraceLine) -> Claim {
    let (Some(stream), is_wave) = (&line.stream, line.kind == "wave") else {
        return Claim::Nothing;
    };
    if !is_wave && line.kind != "numeric" {
        return Claim::Nothing;
    }
    let vendor = stream.split('/').next().unwrap_or_default();
    let family = family_of(&line.device);
    let tick = if family == "line" { 0 } else { line.tick.unwrap_or(0) as u32 };
    match family {
        "puritan-bennett" if is_wave => {
            Claim::Samples(line.what.parse().expect("a number of samples"))
        }
        // Computed of two values that are compared themselves.
        "line" if vendor.ends_with("_mmhg") => Claim::Nothing,
        _ => {
            let what = if line.what.is_empty() { "-" } else { &line.what };
            Claim::Certain((line.device.clone(), vendor.to_owned(), tick, what.to_owned()))
        }
    }
}

#[test]
fn of_every_family_sent_minus_lost_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("minute.script");
    fs::write(&script, SCRIPT).expect("a file");
    let script = script.display().to_string();
    let port = crate::judges::free_port().to_string();
    let simulated = ["mixed", "--seed", "61", "--address", "127.0.61.1", "--gateway-to", &port];
    let (messages, trace) = counted::run(&[&simulated[..], &["--script", &script][..]].concat());

    let mut families: BTreeMap<String, Sums> = BTreeMap::new();
    let mut heard: BTreeMap<Value, u32> = BTreeMap::new();
    let (names, mut nameless) = (names(&trace), nameless(&trace));
    for mut line in trace {
        if let Some(name) = names.get(&line.device) {
            line.device.clone_from(name);
        }
        match told(&line) {
            Claim::Certain(value) | Claim::Possible(value) => *heard.entry(value).or_default() += 1,
            Claim::Samples(count) => {
                families.entry(family_of(&line.device).to_owned()).or_default().samples += count;
            }
            Claim::Nothing => {}
        }
    }
    // What came whole is looked for first: a value in a hurt message may be that of a whole one too.
    let (whole, hurt): (Vec<_>, Vec<_>) = messages.into_values().partition(|(_, hurt)| !hurt);
    for (values, is_hurt) in whole.into_iter().chain(hurt) {
        for value in values {
            let sums = families.entry(family_of(&value.0).to_owned()).or_default();
            let (value, is_certain) = match sent(value) {
                Claim::Certain(value) => (value, true),
                Claim::Possible(value) => (value, false),
                Claim::Samples(count) if is_hurt => {
                    sums.hurt += count;
                    continue;
                }
                Claim::Samples(count) => {
                    sums.whole += count;
                    continue;
                }
                Claim::Nothing => continue,
            };
            let is_told = heard.get_mut(&value).is_some_and(|count| {
                let is_left = *count > 0;
                *count -= u32::from(is_left);
                is_left
            });
            if is_told {
                sums.told += 1;
            } else if is_hurt {
                sums.lost += u64::from(is_certain);
            } else if let Some(left) = nameless.get_mut(&(value.0.clone(), value.1.clone()))
                && *left > 0
            {
                *left -= 1;
                continue;
            } else if is_certain {
                sums.missing.push(value.clone());
            }
            sums.sent += u64::from(is_told || is_certain);
        }
    }
    for (value, count) in heard.into_iter().filter(|(_, count)| *count > 0) {
        let family = family_of(&value.0).to_owned();
        families.entry(family).or_default().invented.push((value, count));
    }
    for (family, least, ways) in FAMILIES {
        let sums = families.remove(family).unwrap_or_default();
        check(family, least, ways, &sums);
    }
    assert_eq!(families.keys().collect::<Vec<_>>(), Vec::<&String>::new(), "no other family");
}

#[expect(clippy::print_stdout, reason = "the totals are what the minute is for")]
fn check(family: &str, least: u64, ways: &str, sums: &Sums) {
    let Sums { sent, lost, told, whole, hurt, samples, missing, invented } = sums;
    let waves = if *whole > 0 {
        format!("; {whole} samples whole and {hurt} in hurt messages, {samples} told")
    } else {
        String::new()
    };
    println!("{family} over {ways}: {sent} values sent, {lost} lost, {told} told{waves}");
    let few = |values: &[Value]| values.iter().take(10).cloned().collect::<Vec<_>>();
    assert_eq!(few(missing), Vec::new(), "{family}: arrived, not told");
    assert_eq!(
        invented.iter().take(10).collect::<Vec<_>>(),
        Vec::<&(Value, u32)>::new(),
        "{family}: told, not sent"
    );
    assert_eq!(sent - lost, *told, "{family}");
    assert!(sent + whole >= least, "{family}: {sums:?}");
    assert!(lost + hurt > 0, "{family}: the noise took something");
    assert!((*whole..=whole + hurt).contains(samples), "{family}: {sums:?}");
}
