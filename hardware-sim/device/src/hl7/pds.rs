//! A Mindray monitor with PDS: waits for a client, tells its configuration, answers queries.
//!
//! As real monitors do: a burst of configuration and then an echo; a query before that is not heard;
//! 204 and 205 in pairs by module; -100 with validity 2 while a sensor is off; 503 after a measurement
//! and after a query; whole lists of alarms; silence after 10 s without an echo.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use core::net::{Ipv4Addr, SocketAddr};
use vigie_model::MonoTime;
use vigie_session::{Deadline, Line};
use vigie_sim_patient::script::{DeviceAct, PatientAct};
use vigie_sim_patient::{Finding, Urgency};

use super::body::{Body, Second};
use super::table::{self, PDS_CUFF, PDS_NUMBERS, PDS_WAVES, PdsNumber, PdsWave};
use super::text::{self, START_MILLIS, field, framed};
use super::zmw;
use crate::{Destination, Device, Outgoing, Sent};

/// How long the configuration takes.
const BURST: Duration = Duration::from_millis(800);
/// Without an echo for so long it falls silent (a client's configuration: about 10 s).
const ECHO_WITHIN: Duration = Duration::from_secs(10);
/// Kinds of configuration messages that stand in the burst and say nothing to a client.
const BURST_KINDS: &[&str] =
    &["11", "12", "51", "58", "60", "53", "159", "160", "161", "251", "253", "256"];

/// How a simulated monitor is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdsConfig {
    /// Number of the bed, from 1.
    pub bed: u16,
    /// Which patient.
    pub seed: u64,
    /// Its address, told in PV1-3; the station's key of the monitor is made of it.
    pub address: Ipv4Addr,
}

impl PdsConfig {
    /// A monitor on a loopback address of its own.
    pub fn new(bed: u16, seed: u64) -> PdsConfig {
        let [high, low] = bed.to_be_bytes();
        PdsConfig { bed, seed, address: Ipv4Addr::new(127, 0, 78_u8.wrapping_add(high), low) }
    }

    /// How the station names this monitor.
    pub fn device_key(&self) -> String {
        format!("mindray-pds:{}", self.address)
    }
}

/// A simulated monitor.
#[derive(Debug)]
pub struct PdsMonitor {
    config: PdsConfig,
    body: Option<Body>,
    second: u32,
    since: MonoTime,
    client: Option<Client>,
    patient: (String, String),
    admissions: u32,
    is_standby: bool,
    dark_until: MonoTime,
    clock_step: i64,
    ignored_queries: u64,
    number: u64,
    outgoing: VecDeque<Outgoing>,
    sent: VecDeque<Sent>,
}

#[derive(Debug)]
struct Client {
    ready_at: MonoTime,
    is_ready: bool,
    heard_at: MonoTime,
    pending: Vec<u8>,
    wanted: Option<Wanted>,
    /// The measurement of the cuff that was sent last.
    cuff: Option<Option<Duration>>,
    in_alarm: BTreeSet<u16>,
    /// The second whose waves were sent first: clients count from there.
    first_waves: Option<u32>,
}

/// What a query asked for.
#[derive(Debug, Default)]
struct Wanted {
    numbers: BTreeSet<u16>,
    waves: BTreeSet<u16>,
    physiological: bool,
    technical: bool,
}

impl PdsMonitor {
    /// A monitor that is switched on as soon as it is told the time.
    pub fn new(config: PdsConfig) -> PdsMonitor {
        let patient = (format!("SIM{:04}", config.bed), format!("SIMULATED{}", config.bed));
        PdsMonitor {
            config,
            body: None,
            second: 0,
            since: MonoTime::START,
            client: None,
            patient,
            admissions: 1,
            is_standby: false,
            dark_until: MonoTime::START,
            clock_step: 0,
            ignored_queries: 0,
            number: 0,
            outgoing: VecDeque::new(),
            sent: VecDeque::new(),
        }
    }

    /// What it was set up with.
    pub fn config(&self) -> &PdsConfig {
        &self.config
    }

    /// Queries that came during the configuration and were not heard.
    pub fn ignored_queries(&self) -> u64 {
        self.ignored_queries
    }

    /// Whether a client has asked for values.
    pub fn is_asked(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.wanted.is_some())
    }

    fn begin(&mut self, now: MonoTime) {
        if self.body.is_none() {
            self.body = Some(Body::new(self.config.seed, now));
            self.since = now;
        }
    }

    fn run(&mut self, now: MonoTime) {
        let is_dark = now < self.dark_until;
        if let Some(client) = &mut self.client
            && !client.is_ready
            && client.ready_at <= now
        {
            client.is_ready = true;
            if !is_dark {
                self.demographics();
                BURST_KINDS
                    .iter()
                    .for_each(|kind| self.say(kind, "ORU^R01", Vec::new(), Vec::new()));
                self.echo();
            }
        }
        while let Some(due) = self.due().filter(|due| *due <= now) {
            let Some(body) = &mut self.body else { return };
            let second = self.second;
            self.second += 1;
            let waves = body.second(second);
            let is_late = now.since(due) > Duration::from_secs(3);
            if is_late {
                self.second = body.next_after(self.second, now);
            } else if !is_dark {
                self.send_second(now, second, &waves);
            }
        }
    }

    fn due(&self) -> Option<MonoTime> {
        self.body.as_ref().map(|body| body.due(self.second))
    }

    fn send_second(&mut self, now: MonoTime, second: u32, waves: &Second) {
        let Some(client) = &self.client else { return };
        if !client.is_ready || now.since(client.heard_at) > ECHO_WITHIN {
            return;
        }
        self.echo();
        if self.is_standby {
            return;
        }
        let (Some(body), Some(mut client)) = (self.body.take(), self.client.take()) else { return };
        if let Some(wanted) = &client.wanted {
            self.send_numbers(&body, wanted);
            if client.cuff != Some(body.cuff_at()) && wanted.numbers.contains(&170) {
                client.cuff = Some(body.cuff_at());
                self.send_cuff(&body);
            }
            self.send_alarms(&body, wanted, &mut client.in_alarm, second);
            let first = *client.first_waves.get_or_insert(second);
            self.send_waves(wanted, waves, second - first);
        }
        (self.body, self.client) = (Some(body), Some(client));
    }

    fn send_numbers(&mut self, body: &Body, wanted: &Wanted) {
        let is_wanted = |row: &&PdsNumber| wanted.numbers.contains(&row.id);
        let rows: Vec<&PdsNumber> = PDS_NUMBERS.iter().filter(is_wanted).collect();
        for module in rows.chunk_by(|one, other| one.module == other.module) {
            let (mut values, mut valid, mut says) = (Vec::new(), Vec::new(), Vec::new());
            for row in module {
                let Some(value) = body.vital(row.vital) else { continue };
                let digits = value.map(|value| Body::digits(row.vital, value));
                let shown = digits.as_deref().unwrap_or("-100");
                values
                    .push(format!("OBX||NM|{}^{}|{}|{shown}||||||F", row.id, row.name, row.module));
                let validity = if digits.is_some() { 3 } else { 2 };
                valid.push(format!("OBX||CE|2037^|{}|{validity}^||||||F", row.id));
                says.push((row.id, digits.unwrap_or_else(|| "-".into())));
            }
            if !values.is_empty() {
                let says = says.into_iter().map(|(id, what)| (id, 0, what));
                self.say("204", "ORU^R01", values, says.collect());
                self.say("205", "ORU^R01", valid, Vec::new());
            }
        }
    }

    fn send_cuff(&mut self, body: &Body) {
        let time = body.cuff_at().map(|at| {
            let millis = START_MILLIS + at.as_millis() as u64;
            text::time(millis.saturating_add_signed(self.clock_step))
        });
        let stamp = time.clone().unwrap_or_else(|| "00000000000000".into());
        let (mut rows, mut says) = (Vec::new(), Vec::new());
        for row in PDS_CUFF {
            let value = body.vital(row.vital).flatten().filter(|_| time.is_some());
            let digits = value.map(|value| Body::digits(row.vital, value));
            let shown = digits.as_deref().unwrap_or("-100");
            let (id, name, module) = (row.id, row.name, row.module);
            rows.push(format!("OBX||NM|{id}^{name}|{module}|{shown}||||||F||APERIODIC|{stamp}"));
            if let Some(digits) = digits {
                says.push((row.id, 0, digits));
            }
        }
        self.say("503", "ORU^R01", rows, says);
    }

    fn send_alarms(
        &mut self,
        body: &Body,
        wanted: &Wanted,
        in_alarm: &mut BTreeSet<u16>,
        second: u32,
    ) {
        let millis = START_MILLIS + u64::from(second) * 1_000;
        let time = text::time(millis.saturating_add_signed(self.clock_step));
        let (technical, physiological): (Vec<Finding>, Vec<Finding>) =
            body.findings().iter().partition(|finding| finding.urgency() == Urgency::Technical);
        let rows = |findings: &[Finding], code: &str, sub_id: &str, time: &str| -> Vec<String> {
            let known = findings.iter().filter_map(|finding| table::alarm_of(*finding));
            let row = |row: &table::AlarmRow| {
                let (number, text) = row.pds;
                format!("OBX||CE|{code}|{sub_id}|{number}^{text}||||||F|||{time}")
            };
            known.map(row).collect()
        };
        let about = physiological.iter().filter_map(|finding| table::alarm_of(*finding)?.about);
        let ids = about.filter_map(|vital| PDS_NUMBERS.iter().find(|row| row.vital == vital));
        let ids: BTreeSet<u16> = ids.map(|row| row.id).collect();
        if *in_alarm != ids {
            *in_alarm = ids;
            let rows = in_alarm.iter().map(|id| format!("OBX||CE|2009^|{id}|2^||||||F"));
            self.say("53", "ORU^R01", rows.collect(), Vec::new());
        }
        if wanted.physiological {
            self.say("54", "ORU^R01", rows(&physiological, "2", "1", &time), Vec::new());
        }
        if wanted.technical {
            self.say("56", "ORU^R01", rows(&technical, "4", "", ""), Vec::new());
        }
    }

    fn send_waves(&mut self, wanted: &Wanted, waves: &Second, second: u32) {
        let (mut segments, mut says) = (Vec::new(), Vec::new());
        for row in PDS_WAVES.iter().filter(|row| wanted.waves.contains(&row.id)) {
            let Some(samples) = waves.get(&row.signal) else { continue };
            if samples.iter().any(|sample| sample.is_nan()) {
                continue;
            }
            segments.push(zmw::segment(row.id, row.width, &counts(row, samples)));
            says.push((row.id, u64::from(second) * row.count as u64, row.count.to_string()));
        }
        if !segments.is_empty() {
            self.say_bytes("157", "ORU^R01", segments, says);
        }
    }

    /// Real monitors leave out the 0D that ends the only segment.
    fn echo(&mut self) {
        let number = self.number;
        self.number += 1;
        let bytes = Bytes::from_static(b"\x0bMSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\x1c\r");
        let to = Destination::Cable;
        self.outgoing.push_back(Outgoing { number, line: Line::MAIN, to, bytes });
    }

    fn demographics(&mut self) {
        let PdsConfig { bed, address, .. } = &self.config;
        let (id, name) = &self.patient;
        let address = u32::from(*address);
        let guid = format!("00000000-0000-0000-{bed:08}{:08}", self.admissions);
        let rows = [
            format!("PID|||{guid}||{name}^SIM||00000000|U|"),
            format!("PV1||I|^^SIM&{bed}&{address}&4601&&1|||||||||||||||A|||"),
            "OBR||||Mindray Monitor|||0|".to_owned(),
            "OBX||NM|52^||170.0||||||F".to_owned(),
            "OBX||NM|51^||70.0||||||F".to_owned(),
            format!("OBX||ST|2301^||{id}||||||F"),
            "OBX||CE|2302^Blood||0^N||||||F".to_owned(),
            "OBX||CE|2303^Paced||2^||||||F".to_owned(),
            format!("OBX||ST|2304^MonitorName||SIM{bed:04}||||||F"),
            format!("OBX||ST|2308^BedNoStr||SIM {bed}||||||F"),
        ];
        let says = [(52, 0, "170.0".to_owned()), (51, 0, "70.0".to_owned())];
        self.say("103", "ORU^R01", rows.to_vec(), says.to_vec());
    }

    fn query(&mut self, segments: &[String]) {
        let Some(client) = &mut self.client else { return };
        if !client.is_ready {
            self.ignored_queries += 1;
            return;
        }
        let mut wanted = Wanted::default();
        for segment in segments.iter().filter(|segment| segment.starts_with("QRF")) {
            let parts: Vec<&str> = field(segment, 5).split('^').collect();
            let ids = parts.get(4).copied().unwrap_or_default().split('&');
            let ids = ids.filter_map(|id| id.parse::<u16>().ok());
            match parts.get(1).copied() {
                Some("1") => wanted.numbers.extend(ids),
                Some("2") => wanted.waves.extend(ids),
                Some("3") => wanted.physiological = true,
                Some("4") => wanted.technical = true,
                Some(_) | None => {}
            }
        }
        client.wanted = Some(wanted);
        client.cuff = None;
        self.say("1202", "ORF^R04", vec!["MSA|AA|1203".to_owned()], Vec::new());
    }

    fn say(&mut self, kind: &str, event: &str, rows: Vec<String>, says: Vec<(u16, u64, String)>) {
        let rows = rows.into_iter().map(String::into_bytes).collect();
        self.say_bytes(kind, event, rows, says);
    }

    fn say_bytes(
        &mut self,
        kind: &str,
        event: &str,
        rows: Vec<Vec<u8>>,
        says: Vec<(u16, u64, String)>,
    ) {
        let number = self.number;
        self.number += 1;
        let mut segments = vec![format!("MSH|^~\\&|||||||{event}|{kind}|P|2.3.1|").into_bytes()];
        segments.extend(rows);
        let bytes = Bytes::from(framed(&segments));
        self.outgoing.push_back(Outgoing {
            number,
            line: Line::MAIN,
            to: Destination::Cable,
            bytes,
        });
        self.sent.extend(says.into_iter().map(|(id, tick, what)| Sent {
            message: number,
            device: 0,
            stream: id.to_string(),
            tick,
            what,
        }));
    }
}

/// A second at the monitor's own rate.
fn counts(row: &PdsWave, samples: &[f32]) -> Vec<u16> {
    let limit = if row.width == 1 { 255.0 } else { 65_535.0 };
    let count = |at: usize| {
        let sample = samples.get(at * samples.len() / row.count).copied().unwrap_or(0.0);
        (row.offset + sample * row.gain).round().clamp(0.0, limit) as u16
    };
    (0..row.count).map(count).collect()
}

impl Device for PdsMonitor {
    fn handle_up(&mut self, now: MonoTime, _line: Line) {
        self.begin(now);
        self.client = Some(Client {
            ready_at: now + BURST,
            is_ready: false,
            heard_at: now,
            pending: Vec::new(),
            wanted: None,
            cuff: None,
            in_alarm: BTreeSet::new(),
            first_waves: None,
        });
    }

    fn handle_down(&mut self, _now: MonoTime, _line: Line) {
        self.client = None;
    }

    fn handle_input(&mut self, now: MonoTime, _: Line, _: Option<SocketAddr>, bytes: &[u8]) {
        self.begin(now);
        let Some(client) = &mut self.client else { return };
        let mut pending = std::mem::take(&mut client.pending);
        let messages = text::messages(&mut pending, bytes);
        client.pending = pending;
        for message in messages {
            let header = message.first().map_or("", String::as_str);
            match field(header, 10) {
                "106" => {
                    if let Some(client) = &mut self.client {
                        client.heard_at = now;
                    }
                }
                "1203" => self.query(&message),
                _ => {}
            }
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.begin(now);
        self.run(now);
    }

    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct) {
        self.begin(now);
        if let Some(body) = &mut self.body {
            body.apply(act);
        }
    }

    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct) {
        self.begin(now);
        match act {
            DeviceAct::Reboot { dark } => {
                self.dark_until = now + *dark;
                if let Some(client) = &mut self.client {
                    client.wanted = None;
                    client.is_ready = false;
                    client.ready_at = now + *dark + BURST;
                    client.heard_at = client.ready_at;
                }
            }
            DeviceAct::Mute { dark } => self.dark_until = now + *dark,
            DeviceAct::Standby { on } => self.is_standby = *on,
            DeviceAct::ClockStep { seconds } => self.clock_step += seconds * 1_000,
            DeviceAct::Admit { id, name } => {
                self.patient = (id.clone(), name.clone());
                self.admissions += 1;
                if self.client.as_ref().is_some_and(|client| client.is_ready) {
                    self.demographics();
                }
            }
            // The lists do not say what was silenced; there is no association; its address is the link's.
            DeviceAct::Silence | DeviceAct::Abort | DeviceAct::Readdress => {}
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    fn poll_sent(&mut self) -> Option<Sent> {
        self.sent.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let second = self.due().map_or(MonoTime::START, |due| due);
        let burst = self.client.as_ref().filter(|client| !client.is_ready);
        let at = burst.map_or(second, |client| client.ready_at.min(second));
        Some(Deadline { at, why: "next second" })
    }
}
