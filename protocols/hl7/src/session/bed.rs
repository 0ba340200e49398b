//! One bed: from the groups of its messages to events.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{DeviceInfo, DeviceMode, Event, Limits, MetricKey, MonoTime, Nature, Patient};
use vigie_session::ways::Ways;
use vigie_session::{DeviceIx, Line};

use super::alarms::{self, Alarms};
use super::numbers::{self, Context};
use super::rows::{Group, Order, Row};
use super::samples;
use super::streams::Streams;
use super::who::{self, Sender};
use crate::wire::Message;
use crate::wire::time::Claimed;

/// The equipment that a bed is known by is another after so long, if another speaks: two feeds of a
/// minute each, whatever their phase.
const EQUIPMENT_SILENT: Duration = Duration::from_secs(150);

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
    /// The open connections on which it was heard.
    pub(super) ways: Ways,
    /// When it was heard last.
    pub(super) heard: MonoTime,
    /// The connection that last told its alarms: a gateway may have one for them.
    alarms_line: Option<Line>,
    pub(super) streams: Streams,
    pub(super) limits: BTreeMap<MetricKey, Limits>,
    pub(super) waves: BTreeMap<MetricKey, WaveState>,
    pub(super) alarms: Alarms,
    info: Option<DeviceInfo>,
    has_name: bool,
    patient: Option<Patient>,
    /// The patient was told on this connection.
    is_patient_told: bool,
    /// The equipment that most of its rows are of, and when it was last heard.
    equipment: Option<(String, MonoTime)>,
    mode: DeviceMode,
    lateness: Lateness,
    /// Rows of the message so far that nothing tells apart.
    met: BTreeMap<String, u16>,
}

impl Bed {
    pub(super) fn new(device: DeviceIx, now: MonoTime) -> Bed {
        Bed {
            device,
            line: Line::MAIN,
            ways: Ways::default(),
            heard: now,
            alarms_line: None,
            streams: Streams::default(),
            limits: BTreeMap::new(),
            waves: BTreeMap::new(),
            alarms: Alarms::default(),
            info: None,
            has_name: false,
            patient: None,
            is_patient_told: false,
            equipment: None,
            mode: DeviceMode::Normal,
            lateness: Lateness::default(),
            met: BTreeMap::new(),
        }
    }

    /// Whether it has a name that lasts.
    pub(super) fn is_named(&self) -> bool {
        self.has_name
    }

    /// A connection is gone. If it was the last on which the bed was heard, what it last said stays, and
    /// who it is will be said again on the next one.
    pub(super) fn close(&mut self, line: Line, events: &mut Vec<Event>) {
        let is_last = self.ways.close(line);
        if is_last || self.alarms_line == Some(line) {
            self.alarms_line = None;
            self.alarms.lose(events);
        }
        if is_last {
            self.info = None;
            self.is_patient_told = false;
            self.streams.say_again();
        }
    }

    /// Nobody can tell whether a message is about this bed: nothing of it is taken, and what was in
    /// alarm is not known.
    pub(super) fn doubt(&mut self, now: MonoTime, events: &mut Vec<Event>) {
        self.heard = now;
        self.alarms.lose(events);
        self.is_patient_told = false;
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
        self.heard = now;
        self.choose_equipment(now, group);
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
        let before = events.len();
        let is_alarm_message = message.kind().1 == "R40";
        let (mut listed, mut is_mdil): (Vec<&Row<'_>>, bool) = (Vec::new(), false);
        let (mut is_alarm, mut is_list) = (false, false);
        for order in &group.orders {
            // Beside its alarms such a message may hold a strip and the values of that moment.
            if order.is_alarm() || is_alarm_message && alarms::are_in(order) {
                if self.alarms.take(order, events) {
                    self.alarms_line = Some(self.line);
                    is_alarm = true;
                }
                continue;
            }
            is_list |= alarms::is_list(order);
            let (waves, rows) = samples::split(order);
            for wave in &waves {
                samples::take(self, &context, order, wave, events);
            }
            for row in rows {
                is_mdil |= row.coded().system == "MDIL";
                if alarms::is_mdil(row) {
                    listed.push(row);
                } else if !row.is_containment() && !row.is_heartbeat() {
                    numbers::take(self, &context, order, row, events);
                }
            }
        }
        if is_mdil || is_list || !listed.is_empty() {
            self.alarms_line = Some(self.line);
            self.alarms.take_list(&listed, is_list, events);
        }
        if !is_alarm && !is_list && listed.is_empty() && events.len() == before {
            // A message without a result, a heartbeat too, says that somebody is there.
            events.push(Event::Alive);
        }
        self.alarms.tell(events);
    }

    fn say_who(&mut self, sender: Sender, group: &Group<'_>, events: &mut Vec<Event>) {
        if let Some(info) = sender.info {
            self.has_name = true;
            // Model and serial number stand in some messages and not in others.
            let known = self.info.as_ref().filter(|known| known.key == info.key);
            let info = match known {
                // Of several machines at a bed the first names it, for as long as it speaks.
                Some(known) if known.serial.is_some() && !self.is_of_equipment(&info) => {
                    DeviceInfo {
                        manufacturer: known.manufacturer.clone(),
                        model: known.model.clone(),
                        serial: known.serial.clone(),
                        bed_label: info.bed_label.or_else(|| known.bed_label.clone()),
                        ..info
                    }
                }
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
        let Some(patient) = who::patient(group) else { return };
        let known = self.patient.as_ref().filter(|known| is_same(known, &patient));
        let patient = match known {
            // The order of the names, and what only some messages tell, is as first told.
            Some(known) => Patient {
                family_name: known.family_name.clone().or(patient.family_name),
                given_name: known.given_name.clone().or(patient.given_name),
                category: patient.category.or(known.category),
                sex: patient.sex.or(known.sex),
                born: patient.born.or_else(|| known.born.clone()),
                ..patient
            },
            None => patient,
        };
        if !self.is_patient_told || self.patient.as_ref() != Some(&patient) {
            self.is_patient_told = true;
            self.patient = Some(patient.clone());
            events.push(Event::Patient(patient));
        }
    }

    /// Which equipment its values are of where nothing else is said: the first that spoke, until it falls
    /// silent while another speaks.
    fn choose_equipment(&mut self, now: MonoTime, group: &Group<'_>) {
        let named = || group.rows().map(Row::device).filter(|device| !device.is_empty());
        let Some(first) = named().next() else { return };
        match &mut self.equipment {
            Some((known, heard)) if named().any(|device| device.eq_ignore_ascii_case(known)) => {
                *heard = now;
            }
            Some((_, heard)) if now.since(*heard) < EQUIPMENT_SILENT => {}
            known => *known = Some((first.to_lowercase(), now)),
        }
    }

    /// Whether what a message says of its sender is of the equipment that the bed is known by.
    fn is_of_equipment(&self, info: &DeviceInfo) -> bool {
        info.serial.as_ref().is_some_and(|serial| {
            self.equipment.as_ref().is_some_and(|(known, _)| serial.as_str() == known)
        })
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
        let is_end = matches!(self.mode, DeviceMode::Demo | DeviceMode::Test);
        if is_end && mode == DeviceMode::Normal && !group.orders.iter().any(has_values) {
            // Only values are marked: a wave or an alarm between them says nothing of it.
            return;
        }
        if mode != self.mode {
            self.mode = mode;
            events.push(Event::Mode(mode));
        }
    }

    /// What tells a row apart from others of its code: channel, another machine's name, body site, and where even these are the
    /// same, its number in the message.
    pub(super) fn apart(&mut self, vendor: &str, row: &Row<'_>) -> String {
        let site = row.field(20);
        let (number, name) = (site.component(1).text(), site.component(2).text());
        let site = if name.is_empty() { number } else { name.trim_start_matches("MDC_") };
        let mut apart = channel(row);
        let device = row.device();
        let is_other = |(known, _): &(String, MonoTime)| !device.eq_ignore_ascii_case(known);
        if !device.is_empty() && self.equipment.as_ref().is_some_and(is_other) {
            apart = format!("{apart} {device}").trim_start().to_owned();
        }
        if !site.is_empty() {
            apart = format!("{apart} {site}").trim_start().to_owned();
        }
        let met = self.met.entry(format!("{vendor} {apart}")).or_default();
        *met = met.saturating_add(1);
        if *met > 1 { format!("{apart} #{met}").trim_start().to_owned() } else { apart }
    }
}

/// Whether two messages are about one patient: Mindray's eGateway gives the names in one order with
/// values and in the other with alarms.
fn is_same(known: &Patient, told: &Patient) -> bool {
    let names = |patient: &Patient| {
        let mut names = [patient.family_name.clone(), patient.given_name.clone()];
        names.sort();
        names
    };
    let is_nameless = told.family_name.is_none() && told.given_name.is_none();
    known.id == told.id && (names(known) == names(told) || told.id.is_some() && is_nameless)
}

/// Whether an order holds values, other than what belongs to its waves and alarms.
fn has_values(order: &Order<'_>) -> bool {
    if order.is_alarm() {
        return false;
    }
    let (_, rows) = samples::split(order);
    rows.iter().any(|row| {
        !row.is_containment() && !alarms::is_mdil(row) && !row.is_heartbeat() && !row.is_alarm()
    })
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
        let offset = i128::from(made.common_millis()) - i128::from(now.as_nanos() / 1_000_000);
        let Some((mark, at)) = self.mark else {
            self.mark = Some((offset, now));
            return Duration::ZERO;
        };
        let slack = i128::try_from(now.since(at).as_millis() / 2_000).unwrap_or(0);
        let mark = mark - slack;
        // Of a time without seconds up to a minute is missing.
        if offset + LATE_MILLIS + i128::from(made.grain_millis) >= mark {
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
        let millis = (1_000_000 + seconds) * 1_000;
        Claimed { millis, zone_minutes: None, grain_millis: 1_000 }
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
    fn a_time_without_seconds_is_not_late() {
        let mut lateness = Lateness::default();
        for second in (0..600).step_by(10) {
            let made = Claimed { grain_millis: 60_000, ..made(second / 60 * 60) };
            assert_eq!(lateness.of(at(second), made), Duration::ZERO, "{second}");
        }
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
