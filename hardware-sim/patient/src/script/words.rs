//! The one table of words: reading, writing and the help come from it.

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::record;

use super::{Act, DeviceAct, LineAct, PatientAct};

/// A word of the language.
pub(super) struct Word {
    /// As it is written.
    pub(super) name: &'static str,
    /// What may be written for it too.
    pub(super) also: &'static [&'static str],
    /// What follows it; empty: nothing.
    pub(super) argument: &'static str,
    /// What it does.
    pub(super) does: &'static str,
    /// The act, from what follows; or what would be right.
    pub(super) read: fn(&str) -> Result<Act, String>,
}

/// A word with nothing after it.
macro_rules! plain {
    ($name:literal, $also:expr, $act:expr, $does:literal) => {
        Word { name: $name, also: $also, argument: "", does: $does, read: |_| Ok($act) }
    };
}

/// A word with something after it.
macro_rules! with {
    ($name:literal, $argument:literal, $does:literal, $read:expr) => {
        Word { name: $name, also: &[], argument: $argument, does: $does, read: $read }
    };
}

use Act::{Device, Line, Patient};

/// All words, in the order of the help.
pub(super) const WORDS: &[Word] = &[
    plain!(
        "sinus",
        &["normal"],
        Patient(PatientAct::Sinus),
        "normal rhythm, breathing, pressure and saturation; sensors stay as they are"
    ),
    plain!("brady", &["bradycardia"], Patient(PatientAct::Bradycardia), "slow heart"),
    plain!("tachy", &["tachycardia"], Patient(PatientAct::Tachycardia), "fast heart"),
    plain!(
        "vtach",
        &["vt"],
        Patient(PatientAct::VentricularTachycardia),
        "ventricular tachycardia"
    ),
    plain!("asystole", &[], Patient(PatientAct::Asystole), "no beat"),
    plain!("desaturation", &["desat"], Patient(PatientAct::Desaturation), "saturation falls"),
    plain!("apnoea", &["apnea"], Patient(PatientAct::Apnoea), "no breath; saturation falls after"),
    plain!("hypotension", &[], Patient(PatientAct::Hypotension), "pressure falls"),
    plain!("leads-off", &[], Patient(PatientAct::Leads { on: false }), "ECG electrodes off"),
    plain!("leads-on", &[], Patient(PatientAct::Leads { on: true }), "ECG electrodes on"),
    plain!("spo2-off", &[], Patient(PatientAct::SpO2Sensor { on: false }), "oximeter probe off"),
    plain!("spo2-on", &[], Patient(PatientAct::SpO2Sensor { on: true }), "oximeter probe on"),
    plain!("abp-off", &[], Patient(PatientAct::AbpLine { on: false }), "arterial line open to air"),
    plain!("abp-on", &[], Patient(PatientAct::AbpLine { on: true }), "arterial line connected"),
    plain!(
        "co2-off",
        &[],
        Patient(PatientAct::Co2Sensor { on: false }),
        "carbon dioxide sensor off"
    ),
    plain!("co2-on", &[], Patient(PatientAct::Co2Sensor { on: true }), "carbon dioxide sensor on"),
    plain!("cuff", &[], Patient(PatientAct::Cuff), "the cuff measures once"),
    with!(
        "record",
        "NAME",
        "the waves of a recorded patient: v102s, 03700181, 3234460_0018",
        recorded
    ),
    with!("reboot", "DURATION", "the monitor is off for so long, then starts anew", |text| {
        Ok(Device(DeviceAct::Reboot { dark: duration(text)? }))
    }),
    plain!(
        "standby",
        &[],
        Device(DeviceAct::Standby { on: true }),
        "the monitor goes into standby"
    ),
    plain!(
        "standby-end",
        &[],
        Device(DeviceAct::Standby { on: false }),
        "the monitor comes back from standby"
    ),
    with!("clock", "+DURATION", "the monitor's wall clock is set forward, with - back", clock_step),
    plain!("silence", &[], Device(DeviceAct::Silence), "somebody presses Silence at the bedside"),
    plain!("abort", &[], Device(DeviceAct::Abort), "the monitor aborts the association"),
    with!("mute", "DURATION", "the monitor says nothing for so long but keeps its state", |text| {
        Ok(Device(DeviceAct::Mute { dark: duration(text)? }))
    }),
    plain!(
        "readdress",
        &[],
        Device(DeviceAct::Readdress),
        "the monitor gets another network address"
    ),
    with!("admit", "ID NAME", "another patient is admitted on the monitor", |text| {
        let (id, name) =
            text.split_once(' ').ok_or("an identifier and a name, as in `4711 DOE`")?;
        Ok(Device(DeviceAct::Admit { id: id.to_owned(), name: name.to_owned() }))
    }),
    with!("unplug", "DURATION", "the cable is pulled, and put back after so long", |text| {
        Ok(Line(LineAct::Unplug { dark: duration(text)? }))
    }),
    with!("loss", "SHARE", "this share is lost from now on: 5%, or 0.05; 0 ends it", |text| Ok(
        Line(LineAct::Loss { share: share(text)? })
    )),
    with!("flips", "BYTES", "one bit in so many bytes is flipped from now on; 0 ends it", |text| {
        let every = text.parse().map_err(|_| "a number of bytes, as in `10000`")?;
        Ok(Line(LineAct::Flips { every }))
    }),
    with!("delay", "DURATION", "bytes arrive late by up to this from now on; 0s ends it", |text| {
        Ok(Line(LineAct::Delay { most: duration(text)? }))
    }),
    plain!(
        "wrong-speed",
        &[],
        Line(LineAct::WrongSpeed { on: true }),
        "the two ends speak at different speeds"
    ),
    plain!(
        "right-speed",
        &[],
        Line(LineAct::WrongSpeed { on: false }),
        "the two ends speak at the same speed again"
    ),
];

/// Writes an act as it is read.
pub(super) fn write(act: &Act, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match act {
        Patient(PatientAct::Record { name }) => write!(f, "record {name}"),
        Device(DeviceAct::Reboot { dark }) => write!(f, "reboot {}", Written(*dark)),
        Device(DeviceAct::ClockStep { seconds }) => {
            let sign = if *seconds < 0 { '-' } else { '+' };
            write!(f, "clock {sign}{}", Written(Duration::from_secs(seconds.unsigned_abs())))
        }
        Device(DeviceAct::Mute { dark }) => write!(f, "mute {}", Written(*dark)),
        Device(DeviceAct::Admit { id, name }) => write!(f, "admit {id} {name}"),
        Line(LineAct::Unplug { dark }) => write!(f, "unplug {}", Written(*dark)),
        Line(LineAct::Loss { share }) => write!(f, "loss {share}"),
        Line(LineAct::Flips { every }) => write!(f, "flips {every}"),
        Line(LineAct::Delay { most }) => write!(f, "delay {}", Written(*most)),
        plain @ (Patient(
            PatientAct::Sinus
            | PatientAct::Bradycardia
            | PatientAct::Tachycardia
            | PatientAct::VentricularTachycardia
            | PatientAct::Asystole
            | PatientAct::Desaturation
            | PatientAct::Apnoea
            | PatientAct::Hypotension
            | PatientAct::Leads { .. }
            | PatientAct::SpO2Sensor { .. }
            | PatientAct::AbpLine { .. }
            | PatientAct::Co2Sensor { .. }
            | PatientAct::Cuff,
        )
        | Device(
            DeviceAct::Standby { .. }
            | DeviceAct::Silence
            | DeviceAct::Abort
            | DeviceAct::Readdress,
        )
        | Line(LineAct::WrongSpeed { .. })) => {
            let same =
                |word: &&Word| word.argument.is_empty() && (word.read)("").as_ref() == Ok(plain);
            f.write_str(WORDS.iter().find(same).map_or("", |word| word.name))
        }
    }
}

/// The help: how lines are written, and all words.
pub(super) fn help() -> String {
    let mut help = String::from(
        "One line an act: at TIME bed BED WORD. TIME from the start: 500ms, 30s, 5m, 2h, 1h30m.\n\
         BED: 3, or 1-4, or * for all. After # stands a comment.\n\n",
    );
    let written = |word: &Word| format!("{} {}", word.name, word.argument);
    let width = WORDS.iter().map(|word| written(word).len()).max().unwrap_or(0);
    for word in WORDS {
        // Writing to a string cannot fail.
        let _ = writeln!(help, "  {:width$}  {}", written(word), word.does);
    }
    help
}

fn recorded(text: &str) -> Result<Act, String> {
    match record::names().find(|name| *name == text) {
        Some(name) => Ok(Patient(PatientAct::Record { name: name.to_owned() })),
        None => {
            let names: Vec<&str> = record::names().collect();
            Err(format!("one of {}", names.join(", ")))
        }
    }
}

fn clock_step(text: &str) -> Result<Act, String> {
    const RIGHT: &str = "whole seconds forward or back, as in `+90s` or `-1h`";
    let (forward, size) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(size), _) => (true, size),
        (_, Some(size)) => (false, size),
        _ => return Err(RIGHT.to_owned()),
    };
    let size = duration(size)?;
    if size.subsec_nanos() != 0 {
        return Err(RIGHT.to_owned());
    }
    // At most a hundred years.
    let size = size.as_secs().cast_signed();
    Ok(Device(DeviceAct::ClockStep { seconds: if forward { size } else { -size } }))
}

fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.parse::<f64>().map(|number| number / scale).ok();
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a share from 0 to 1, as in `5%` or `0.05`".to_owned())
}

/// The units of a time, the longest first, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
/// No time is longer: a hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

/// Reads `1h30m`: numbers with units, the longest first.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let right = || "a time, as in `500ms`, `30s`, `5m` or `1h30m`".to_owned();
    let mut rest = text;
    let mut sum = Duration::ZERO;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.find(|sign: char| !sign.is_ascii_digit()).ok_or_else(right)?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|sign: char| sign.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let number: u64 = number.parse().map_err(|_| right())?;
        let (_, millis) = units.find(|(name, _)| *name == unit).ok_or_else(right)?;
        let part = Duration::from_millis(number.checked_mul(*millis).ok_or_else(right)?);
        sum = sum.saturating_add(part);
        rest = after;
    }
    if text.is_empty() || sum > LONGEST { Err(right()) } else { Ok(sum) }
}

/// A duration as it is read; what is under a millisecond is left out.
pub(super) struct Written(pub(super) Duration);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if rest == 0 {
            return f.write_str("0s");
        }
        for (name, millis) in UNITS {
            if rest >= millis {
                write!(f, "{}{name}", rest / millis)?;
                rest %= millis;
            }
        }
        Ok(())
    }
}
