//! One bed: from the groups of its messages to events.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{DeviceInfo, DeviceMode, Event, Limits, MetricKey, MonoTime, Nature, Patient};
use vigie_session::{DeviceIx, Line};

use super::alarms::{self, Alarms};
use super::numbers::{self, Context};
use super::rows::{Group, Row};
use super::samples;
use super::streams::Streams;
use super::who::{self, Sender};
use crate::wire::Message;
use crate::wire::time::Claimed;

/// Where the last second of a wave ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaveState {
    pub(super) start: Option<Claimed>,
    pub(super) end: u64,
    pub(super) rate_millihertz: u64,
}

/// A bed that was heard.
#[derive(Debug)]
pub(super) struct Bed {
    pub(super) device: DeviceIx,
    /// Where it was heard last.
    pub(super) line: Line,
    pub(super) streams: Streams,
    pub(super) limits: BTreeMap<MetricKey, Limits>,
    pub(super) waves: BTreeMap<MetricKey, WaveState>,
    pub(super) alarms: Alarms,
    info: Option<DeviceInfo>,
    patient: Option<Patient>,
    mode: DeviceMode,
    lateness: Lateness,
    /// Rows of the message so far that nothing tells apart.
    met: BTreeMap<String, u16>,
}

impl Bed {
    pub(super) fn new(device: DeviceIx, line: Line) -> Bed {
        Bed {
            device,
            line,
            streams: Streams::default(),
            limits: BTreeMap::new(),
            waves: BTreeMap::new(),
            alarms: Alarms::default(),
            info: None,
            patient: None,
            mode: DeviceMode::Normal,
            lateness: Lateness::default(),
            met: BTreeMap::new(),
        }
    }

    /// The connection that it was heard on is gone. What it last said stays; who it is will be said
    /// again on the next one.
    pub(super) fn lose(&mut self, events: &mut Vec<Event>) {
        self.alarms.lose(events);
        self.info = None;
        self.patient = None;
        self.streams.say_again();
    }

    /// Takes all that a message says about this bed.
    pub(super) fn take(
        &mut self,
        now: MonoTime,
        message: &Message<'_>,
        sender: Sender,
        group: &Group<'_>,
        interval: Option<Duration>,
        events: &mut Vec<Event>,
    ) {
        self.say_who(sender, group, events);
        let made = Claimed::parse(message.header().field(7).text())
            .or_else(|| group.orders.iter().find_map(|order| order.start()));
        let context = Context {
            now,
            message: made,
            lag: made.map_or(Duration::ZERO, |made| self.lateness.of(now, made)),
            // HL7 table 0103: P production, T training, D debugging.
            nature: match message.header().field(11).component(1).text() {
                "T" | "D" => Nature::Test,
                _ => Nature::Real,
            },
            interval,
        };
        self.met.clear();
        self.say_mode(&context, group, events);
        let is_alarm_message = message.kind().1 == "R40";
        let (mut listed, mut is_mdil): (Vec<&Row<'_>>, bool) = (Vec::new(), false);
        let mut is_alarm = false;
        for order in &group.orders {
            if is_alarm_message || order.is_alarm() {
                is_alarm |= self.alarms.take(order, events);
                continue;
            }
            let (waves, rows) = samples::split(order);
            for wave in &waves {
                samples::take(self, &context, order, wave, events);
            }
            for row in rows {
                is_mdil |= row.coded().system == "MDIL";
                if alarms::is_mdil(row) {
                    listed.push(row);
                } else if !row.is_containment() {
                    numbers::take(self, &context, order, row, events);
                }
            }
        }
        if is_mdil || !listed.is_empty() {
            self.alarms.take_list(&listed, events);
        } else if !is_alarm && group.rows().next().is_none() {
            // A message without a result says that somebody is there.
            events.push(Event::Alive);
        }
    }

    fn say_who(&mut self, sender: Sender, group: &Group<'_>, events: &mut Vec<Event>) {
        if let Some(info) = sender.info {
            // Model and serial number stand in some messages and not in others.
            let known = self.info.as_ref().filter(|known| known.key == info.key);
            let info = match known {
                Some(known) => DeviceInfo {
                    manufacturer: info.manufacturer.or_else(|| known.manufacturer.clone()),
                    model: info.model.or_else(|| known.model.clone()),
                    serial: info.serial.or_else(|| known.serial.clone()),
                    bed_label: info.bed_label.or_else(|| known.bed_label.clone()),
                    ..info
                },
                None => info,
            };
            if self.info.as_ref() != Some(&info) {
                self.info = Some(info.clone());
                events.push(Event::Identity(info));
            }
        }
        if let Some(patient) = who::patient(group)
            && self.patient.as_ref() != Some(&patient)
        {
            self.patient = Some(patient.clone());
            events.push(Event::Patient(patient));
        }
    }

    fn say_mode(&mut self, context: &Context, group: &Group<'_>, events: &mut Vec<Event>) {
        let of_rows = group.rows().map(|row| numbers::nature(context, row)).max();
        // PIIC: 0402-f8f5, sMode.
        let told = group.rows().find(|row| row.coded().number == "0402-f8f5");
        let word = told.map(|row| row.field(5).plain().to_uppercase()).unwrap_or_default();
        let mode = match (of_rows, word.as_str()) {
            (_, "STANDBY") => DeviceMode::Standby,
            (Some(Nature::Demo), _) | (_, "DEMO") => DeviceMode::Demo,
            (Some(Nature::Test), _) => DeviceMode::Test,
            (Some(Nature::Real), _) => DeviceMode::Normal,
            (None, _) => return,
        };
        if mode != self.mode {
            self.mode = mode;
            events.push(Event::Mode(mode));
        }
    }

    /// What tells a row apart from others of its code: channel, body site, and where even these are the
    /// same, its number in the message.
    pub(super) fn apart(&mut self, vendor: &str, row: &Row<'_>) -> String {
        let site = row.field(20);
        let (number, name) = (site.component(1).text(), site.component(2).text());
        let site = if name.is_empty() { number } else { name.trim_start_matches("MDC_") };
        let mut apart = channel(row);
        if !site.is_empty() {
            apart = format!("{apart} {site}").trim_start().to_owned();
        }
        let met = self.met.entry(format!("{vendor} {apart}")).or_default();
        *met = met.saturating_add(1);
        if *met > 1 { format!("{apart} #{met}").trim_start().to_owned() } else { apart }
    }
}

/// Sub-id without the parts that all rows have (`1.`) or that repeat the code: `1.2.2.150344` of Mindray
/// is channel 2.2, `1.26.1.2` of GE is 26.1.2.
fn channel(row: &Row<'_>) -> String {
    let place = row.place();
    let [_, rest @ ..] = place.as_slice() else {
        let sub_id = row.sub_id();
        return if sub_id == "0" { String::new() } else { sub_id.to_owned() };
    };
    // A last part of five digits or more is a code.
    let rest = match rest {
        [head @ .., last] if *last >= 100 => head,
        all => all,
    };
    let parts: Vec<String> = rest.iter().map(u32::to_string).collect();
    parts.join(".")
}

/// How late messages are, by the device's own clock against ours.
///
/// What a gateway kept while the network was down comes in one burst, each message with its own time.
/// The quickest message heard sets the mark; a clock that runs slow may fall behind it by 500 ppm.
#[derive(Debug, Default)]
struct Lateness {
    /// Device milliseconds minus ours, and when that was found.
    mark: Option<(i128, MonoTime)>,
    doubts: u8,
    doubted: Option<MonoTime>,
}

/// Under this nothing is late: gateways wait for each other.
const LATE_MILLIS: i128 = 10_000;
/// So many late messages in a row, at different moments, are a clock that was set back.
const DOUBTS: u8 = 3;
const MOMENT: Duration = Duration::from_millis(500);

impl Lateness {
    fn of(&mut self, now: MonoTime, made: Claimed) -> Duration {
        let offset = i128::from(made.millis) - i128::from(now.as_nanos() / 1_000_000);
        let Some((mark, at)) = self.mark else {
            self.mark = Some((offset, now));
            return Duration::ZERO;
        };
        let slack = i128::try_from(now.since(at).as_millis() / 2_000).unwrap_or(0);
        let mark = mark - slack;
        if offset + LATE_MILLIS >= mark {
            self.mark = Some((mark.max(offset), now));
            self.doubts = 0;
            return Duration::ZERO;
        }
        if self.doubted.is_none_or(|doubted| now.since(doubted) >= MOMENT) {
            self.doubts += 1;
            self.doubted = Some(now);
        }
        if self.doubts >= DOUBTS {
            *self = Lateness { mark: Some((offset, now)), ..Lateness::default() };
            return Duration::ZERO;
        }
        Duration::from_millis(u64::try_from(mark - offset).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(seconds)
    }

    fn made(seconds: u64) -> Claimed {
        Claimed { millis: (1_000_000 + seconds) * 1_000 }
    }

    #[test]
    fn a_backlog_is_late_and_what_follows_is_not() {
        let mut lateness = Lateness::default();
        assert_eq!(lateness.of(at(0), made(0)), Duration::ZERO);
        assert_eq!(lateness.of(at(60), made(60)), Duration::ZERO);
        // Ten minutes of silence, then all of them at once.
        for minute in 2..=10 {
            let late = lateness.of(at(660), made(minute * 60)).as_secs();
            assert!(late.abs_diff(660 - minute * 60) <= 1, "{minute}: {late}");
        }
        assert_eq!(lateness.of(at(660), made(660)), Duration::ZERO);
        assert_eq!(lateness.of(at(720), made(720)), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_was_set_back_is_believed_at_the_third_message() {
        let mut lateness = Lateness::default();
        lateness.of(at(0), made(5_000));
        let late: Vec<bool> = (1..6)
            .map(|minute| !lateness.of(at(minute * 60), made(minute * 60)).is_zero())
            .collect();
        assert_eq!(late, [true, true, false, false, false]);
    }

    #[test]
    fn a_clock_that_drifts_is_never_late() {
        let mut lateness = Lateness::default();
        for minute in 0..100_000u64 {
            // 200 ppm slow.
            let told = minute * 60 - minute * 60 / 5_000;
            assert_eq!(lateness.of(at(minute * 60), made(told)), Duration::ZERO, "{minute}");
        }
    }
}
