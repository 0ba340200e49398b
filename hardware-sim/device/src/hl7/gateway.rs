//! A gateway: connects, and pushes numbers, alarms and waves of its beds, a second at a time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use core::net::SocketAddr;
use vigie_model::MonoTime;
use vigie_session::{Deadline, Line};
use vigie_sim_patient::patient::LIMITS;
use vigie_sim_patient::script::{DeviceAct, PatientAct};
use vigie_sim_patient::{Finding, Vital};

use super::body::{Body, Second};
use super::table::{self, AlarmRow, MDC_NUMBERS, MDC_WAVES};
use super::text::{self, START_MILLIS, field, framed, time_with_fraction};
use crate::{Destination, Device, Outgoing, Sent};

/// What stands for no sample (Mindray's eGateway).
const NO_SAMPLE: i64 = 32_767;
/// An alarm that goes on is said again so often, so that a receiver that joins late learns of it.
const ALARM_AGAIN_SECS: u32 = 60;

/// How a simulated gateway is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayConfig {
    /// Its EUI-64; the station's keys of its beds are made of it. Begins with SIM, in ASCII.
    pub eui: String,
    /// Numbers of its beds, one patient each; their places are called SIM and the number.
    pub beds: Vec<u16>,
    /// Which patients.
    pub seed: u64,
    /// Numbers are sent every so many seconds.
    pub every_secs: u32,
    /// Whether waves are sent, every second.
    pub has_waves: bool,
    /// Whether values say that they are made up.
    pub is_demo: bool,
}

impl GatewayConfig {
    /// A gateway of these beds that sends numbers every 2 s and no waves.
    pub fn new(number: u16, beds: &[u16], seed: u64) -> GatewayConfig {
        GatewayConfig {
            // 53 49 4D is SIM.
            eui: format!("53494D000000{number:04X}"),
            beds: beds.to_vec(),
            seed,
            every_secs: 2,
            has_waves: false,
            is_demo: true,
        }
    }

    /// How the station names a bed, counted from 0.
    pub fn device_key(&self, bed: usize) -> String {
        let number = self.beds.get(bed).copied().unwrap_or(0);
        format!("hl7:{}/WARD//SIM{number}", self.eui.to_lowercase())
    }
}

/// What became of what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayCounts {
    /// Messages.
    pub sent: u64,
    /// Accepted: `AA` or `CA`.
    pub accepted: u64,
    /// Refused, or answered with something else.
    pub refused: u64,
}

/// A simulated gateway.
#[derive(Debug)]
pub struct Gateway {
    config: GatewayConfig,
    since: Option<MonoTime>,
    beds: Vec<Bed>,
    /// The second that comes next.
    second: u32,
    is_connected: bool,
    is_standby: bool,
    dark_until: MonoTime,
    /// What its calendar was set by, milliseconds.
    clock_step: i64,
    pending: Vec<u8>,
    counts: GatewayCounts,
    number: u64,
    outgoing: VecDeque<Outgoing>,
    sent: VecDeque<Sent>,
}

#[derive(Debug)]
struct Bed {
    body: Body,
    id: String,
    name: String,
    /// Alarms that are on, and whether somebody silenced them.
    active: BTreeMap<Finding, bool>,
}

impl Gateway {
    /// A gateway that is switched on as soon as it is told the time.
    pub fn new(config: GatewayConfig) -> Gateway {
        Gateway {
            config,
            since: None,
            beds: Vec::new(),
            second: 0,
            is_connected: false,
            is_standby: false,
            dark_until: MonoTime::START,
            clock_step: 0,
            pending: Vec::new(),
            counts: GatewayCounts::default(),
            number: 0,
            outgoing: VecDeque::new(),
            sent: VecDeque::new(),
        }
    }

    /// What it was set up with.
    pub fn config(&self) -> &GatewayConfig {
        &self.config
    }

    /// What became of what was sent.
    pub fn counts(&self) -> GatewayCounts {
        self.counts
    }

    fn begin(&mut self, now: MonoTime) {
        if self.since.is_some() {
            return;
        }
        self.since = Some(now);
        let seeds = self.config.seed..;
        let beds = seeds.zip(self.config.beds.iter());
        self.beds = beds
            .map(|(seed, number)| Bed {
                body: Body::new(seed, now),
                id: format!("SIM{number:04}"),
                name: format!("SIMULATED{number}"),
                active: BTreeMap::new(),
            })
            .collect();
    }

    fn run(&mut self, now: MonoTime) {
        while let Some(due) = self.due().filter(|due| *due <= now) {
            let second = self.second;
            self.second += 1;
            let is_late = now.since(due) > Duration::from_secs(3);
            self.send_second(second, due.max(now), is_late);
            if is_late && let Some(bed) = self.beds.first() {
                self.second = bed.body.next_after(self.second, now);
            }
        }
    }

    fn due(&self) -> Option<MonoTime> {
        self.beds.first().map(|bed| bed.body.due(self.second))
    }

    /// The calendar at the end of a second.
    fn millis(&self, seconds: u32) -> u64 {
        (START_MILLIS + u64::from(seconds) * 1_000).saturating_add_signed(self.clock_step)
    }

    fn send_second(&mut self, second: u32, now: MonoTime, is_late: bool) {
        let is_silent = is_late || !self.is_connected || self.is_standby || now < self.dark_until;
        let made = self.millis(second + 1);
        let mut beds = std::mem::take(&mut self.beds);
        for (at, bed) in beds.iter_mut().enumerate() {
            let waves = bed.body.second(second);
            if is_silent {
                continue;
            }
            if self.config.has_waves {
                self.send_waves(at, bed, &waves, self.millis(second), made);
            }
            if (second + 1).is_multiple_of(self.config.every_secs.max(1)) {
                self.send_numbers(at, bed, made);
            }
            self.send_alarms(at, bed, second, made);
        }
        self.beds = beds;
    }

    fn head(&self, at: usize, bed: &Bed, kind: &str, made: u64) -> Vec<Vec<u8>> {
        let (eui, place) = (&self.config.eui, self.config.beds.get(at).copied().unwrap_or(0));
        let profile = if kind.ends_with("R40") {
            "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.4.1^ISO"
        } else {
            "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"
        };
        let id = self.number + 1;
        vec![
            format!(
                "MSH|^~\\&|SIM_GATEWAY^{eui}^EUI-64|VIGIE SIMULATOR|||{}||{kind}|{id}|P|2.6|||AL|NE||UNICODE UTF-8|||{profile}",
                time_with_fraction(made)
            )
            .into_bytes(),
            format!("PID|||{}||{}^SIM^^^^^L|||U", bed.id, bed.name).into_bytes(),
            format!("PV1||I|WARD^^SIM{place}").into_bytes(),
        ]
    }

    fn obr(&self, kind: &str, from: u64, to: u64) -> Vec<u8> {
        let (id, eui) = (self.number + 1, &self.config.eui);
        let (from, to) = (time_with_fraction(from), time_with_fraction(to));
        format!("OBR|1||{id}^SIM_GATEWAY^{eui}^EUI-64|{kind}|||{from}|{to}").into_bytes()
    }

    fn flag(&self) -> &'static str {
        if self.config.is_demo { "DEMO" } else { "" }
    }

    fn send_numbers(&mut self, at: usize, bed: &Bed, made: u64) {
        let mut segments = self.head(at, bed, "ORU^R01^ORU_R01", made);
        segments.push(self.obr("182777000^monitoring of patient^SCT", made, made));
        let cuff_at = bed.body.cuff_at().map(|at| {
            (START_MILLIS + at.as_millis() as u64).saturating_add_signed(self.clock_step)
        });
        let mut says = Vec::new();
        for row in MDC_NUMBERS {
            let Some(value) = bed.body.vital(row.vital) else { continue };
            let (time, aperiodic) = match (row.is_cuff, cuff_at) {
                (true, Some(at)) => (at, "APERIODIC"),
                (true, None) => continue,
                (false, _) => (made, ""),
            };
            let digits = value.map(|value| Body::digits(row.vital, value));
            let (status, flag) = (if digits.is_some() { "R" } else { "X" }, self.flag());
            segments.push(
                format!(
                    "OBX|{}|NM|{}^{}^MDC|{}|{}|{}||{flag}|||{status}||{aperiodic}|{}",
                    segments.len() - 3,
                    row.code,
                    row.name,
                    row.sub_id,
                    digits.clone().unwrap_or_default(),
                    row.unit,
                    time_with_fraction(time),
                )
                .into_bytes(),
            );
            says.push((row.name.to_owned(), time, digits.unwrap_or_else(|| "-".into())));
        }
        self.say(at, &segments, says);
    }

    fn send_waves(&mut self, at: usize, bed: &Bed, waves: &Second, from: u64, made: u64) {
        let mut segments = self.head(at, bed, "ORU^R01^ORU_R01", made);
        segments.push(self.obr("CONTINUOUS WAVEFORM", from, made));
        let (mut says, flag) = (Vec::new(), self.flag());
        for row in MDC_WAVES {
            let Some(samples) = waves.get(&row.signal) else { continue };
            if samples.iter().all(|sample| sample.is_nan()) {
                continue;
            }
            let counts: Vec<String> = samples
                .iter()
                .map(|sample| {
                    let count = (f64::from(*sample) / row.per_count).round() as i64;
                    (if sample.is_nan() { NO_SAMPLE } else { count }).to_string()
                })
                .collect();
            let number = segments.len();
            for row in [
                format!(
                    "OBX|{number}|NA|{}^{}^MDC|{}|{}|||{flag}|||R",
                    row.code,
                    row.name,
                    row.sub_id,
                    counts.join("^")
                ),
                format!(
                    "OBX|{number}|NM|0^MDC_ATTR_SAMP_RATE^MDC|{}.1|{}|264640^MDC_DIM_HZ^MDC|||||R",
                    row.sub_id, row.rate
                ),
                format!(
                    "OBX|{number}|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|{}.2|{}|{}|||||R",
                    row.sub_id, row.step, row.unit
                ),
                format!(
                    "OBX|{number}|NM|262196^MDC_EVT_INOP^MDC|{}.3|{NO_SAMPLE}||||||R",
                    row.sub_id
                ),
            ] {
                segments.push(row.into_bytes());
            }
            let first = (from as f64 * row.rate as f64 / 1e3).round() as u64;
            says.push((format!("{} wave", row.name), first, counts.len().to_string()));
        }
        if !says.is_empty() {
            self.say(at, &segments, says);
        }
    }

    fn send_alarms(&mut self, at: usize, bed: &mut Bed, second: u32, made: u64) {
        let now: Vec<Finding> = bed.body.findings().to_vec();
        let ended: Vec<Finding> =
            bed.active.keys().copied().filter(|finding| !now.contains(finding)).collect();
        for finding in ended {
            bed.active.remove(&finding);
            self.send_alarm(at, bed, finding, "end", "", made);
        }
        let is_time = second.is_multiple_of(ALARM_AGAIN_SECS);
        for finding in now {
            let known = bed.active.get(&finding).copied();
            let silenced = if known == Some(true) { "audio-paused" } else { "" };
            match known {
                None => {
                    bed.active.insert(finding, false);
                    self.send_alarm(at, bed, finding, "start", "", made);
                }
                Some(_) if is_time => {
                    self.send_alarm(at, bed, finding, "continue", silenced, made);
                }
                Some(_) => {}
            }
        }
    }

    fn send_alarm(
        &mut self,
        at: usize,
        bed: &Bed,
        finding: Finding,
        phase: &str,
        inactivation: &str,
        made: u64,
    ) {
        let Some(AlarmRow { event, stem, about, flag, .. }) = table::alarm_of(finding) else {
            return;
        };
        let (priority, kind) = table::rank(finding);
        let state = if phase == "end" { "inactive" } else { "active" };
        let time = time_with_fraction(made);
        let mut segments = self.head(at, bed, "ORU^R40^ORU_R40", made);
        segments.push(self.obr("196616^MDC_EVT_ALARM^MDC", made, made));
        let mut rows = vec![
            "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X".to_owned(),
            format!(
                "OBX|2|CWE|196616^MDC_EVT_ALARM^MDC|{stem}.1|{event}|||{flag}~{priority}~{kind}|||R|||{time}"
            ),
        ];
        if let Some(row) = about.and_then(|vital| MDC_NUMBERS.iter().find(|row| row.vital == vital))
        {
            let value = bed.body.vital(row.vital).flatten();
            let digits = value.map(|value| Body::digits(row.vital, value)).unwrap_or_default();
            rows.push(format!(
                "OBX|3|NM|{}^{}^MDC|{stem}.2|{digits}|{}|{}||||R|||{time}",
                row.code,
                row.name,
                row.unit,
                limits_of(row.vital)
            ));
        }
        for (facet, attribute, value) in [
            (3, "68481^MDC_ATTR_EVENT_PHASE", phase),
            (4, "68482^MDC_ATTR_ALARM_STATE", state),
            (5, "68483^MDC_ATTR_ALARM_INACTIVATION_STATE", inactivation),
            (6, "68484^MDC_ATTR_ALARM_PRIORITY", priority),
        ] {
            rows.push(format!(
                "OBX|{}|ST|{attribute}^MDC|{stem}.{facet}|{value}||||||R",
                facet + 1
            ));
        }
        segments.extend(rows.into_iter().map(String::into_bytes));
        self.say(at, &segments, Vec::new());
    }

    fn say(&mut self, at: usize, segments: &[Vec<u8>], says: Vec<(String, u64, String)>) {
        let number = self.number;
        let device = u16::try_from(at).unwrap_or(u16::MAX);
        self.number += 1;
        self.counts.sent += 1;
        let bytes = Bytes::from(framed(segments));
        self.outgoing.push_back(Outgoing {
            number,
            line: Line::MAIN,
            to: Destination::Cable,
            bytes,
        });
        self.sent.extend(says.into_iter().map(|(vendor, tick, what)| Sent {
            message: number,
            device,
            stream: vendor,
            tick,
            what,
        }));
    }
}

/// OBX-7: the widest limits that a number has.
fn limits_of(vital: Vital) -> String {
    let of = |low: bool| {
        let found = LIMITS.iter().filter(move |limit| limit.vital == vital && limit.low == low);
        let ends = found.map(|limit| limit.limit);
        // The yellow limit is crossed first.
        if low { ends.reduce(f64::max) } else { ends.reduce(f64::min) }
    };
    match (of(true), of(false)) {
        (Some(low), Some(high)) => format!("{low}-{high}"),
        (Some(low), None) => format!(">{low}"),
        (None, Some(high)) => format!("<{high}"),
        (None, None) => String::new(),
    }
}

impl Device for Gateway {
    fn handle_up(&mut self, now: MonoTime, _line: Line) {
        self.begin(now);
        self.is_connected = true;
        self.pending.clear();
        // A receiver that was away knows of no alarm: all that are on begin for it.
        for bed in &mut self.beds {
            bed.active.clear();
        }
    }

    fn handle_down(&mut self, _now: MonoTime, _line: Line) {
        self.is_connected = false;
    }

    fn handle_input(&mut self, now: MonoTime, _: Line, _: Option<SocketAddr>, bytes: &[u8]) {
        self.begin(now);
        let mut pending = std::mem::take(&mut self.pending);
        for message in text::messages(&mut pending, bytes) {
            let answer = message.iter().find(|segment| segment.starts_with("MSA"));
            match answer.map(|segment| field(segment, 1)) {
                Some("AA" | "CA") => self.counts.accepted += 1,
                Some(_) | None => self.counts.refused += 1,
            }
        }
        self.pending = pending;
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.begin(now);
        self.run(now);
    }

    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct) {
        self.handle_patient_act_at(now, None, act);
    }

    fn handle_patient_act_at(&mut self, now: MonoTime, bed: Option<u16>, act: &PatientAct) {
        self.begin(now);
        for (number, of) in self.config.beds.iter().zip(&mut self.beds) {
            if bed.is_none_or(|bed| bed == *number) {
                of.body.apply(act);
            }
        }
    }

    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct) {
        self.begin(now);
        match act {
            DeviceAct::Reboot { dark } => {
                self.dark_until = now + *dark;
                self.beds.iter_mut().for_each(|bed| bed.active.clear());
            }
            DeviceAct::Mute { dark } => self.dark_until = now + *dark,
            DeviceAct::Standby { on } => self.is_standby = *on,
            DeviceAct::ClockStep { seconds } => self.clock_step += seconds * 1_000,
            DeviceAct::Silence => {
                let made = self.millis(self.second);
                let mut beds = std::mem::take(&mut self.beds);
                for (at, bed) in beds.iter_mut().enumerate() {
                    let active: Vec<Finding> = bed.active.keys().copied().collect();
                    for finding in active {
                        bed.active.insert(finding, true);
                        if self.is_connected {
                            self.send_alarm(at, bed, finding, "update", "audio-paused", made);
                        }
                    }
                }
                self.beds = beds;
            }
            DeviceAct::Admit { id, name } => {
                if let Some(bed) = self.beds.first_mut() {
                    (bed.id, bed.name) = (id.clone(), name.clone());
                }
            }
            // There is no association, and its address is the link's.
            DeviceAct::Abort | DeviceAct::Readdress => {}
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    fn poll_sent(&mut self) -> Option<Sent> {
        self.sent.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let at = if self.since.is_none() { Some(MonoTime::START) } else { self.due() };
        at.map(|at| Deadline { at, why: "next second" })
    }
}
