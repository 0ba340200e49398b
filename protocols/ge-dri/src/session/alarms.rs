//! Alarms: the monitor's own list where it sends one, else what its status bits say.
//!
//! Only CARESCAPE monitors send alarm records. Each holds all that is on the screen, also in
//! differential mode, which sends one at each change; so each is a complete set. It is asked for again
//! every 30 s, and when none has come for [`TRUSTED`] the set is not known any more.
//!
//! Other monitors send none. Asystole, apnoea, lethal rhythms and electrodes that are off stand in the
//! status of groups; they go out as a set put together from what was seen, and their texts, which are
//! ours, say so.

use std::sync::Arc;
use std::time::Duration;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Event, Inactivation, MonoTime,
    Priority, Text,
};

use crate::map::RHYTHMS;
use crate::wire::alarm::{AlarmStatus, Color, Silence};
use crate::wire::phdb::{Class, Phdb};

/// How long a list counts after the monitor sent it: three times the interval at which it is asked for.
pub(super) const TRUSTED: Duration = Duration::from_secs(95);
/// Status bits count as long as records come; after three of the slowest they do not.
const DERIVED_TRUSTED: Duration = Duration::from_secs(185);

/// What the list or the bits said last.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    /// When the monitor's own list came last.
    listed: Option<MonoTime>,
    /// When bits were seen last.
    derived: Option<MonoTime>,
    basic: Vec<Alarm>,
    rhythm: Vec<Alarm>,
}

impl Alarms {
    /// The monitor's own list.
    pub(super) fn take_list(&mut self, now: MonoTime, status: &AlarmStatus) -> AlarmSet {
        self.listed = Some(now);
        let inactivation = if !status.is_sound_on {
            Some(Inactivation::Off)
        } else {
            match status.silence {
                Silence::All => Some(Inactivation::Acknowledged),
                Silence::AllForAWhile => Some(Inactivation::Paused),
                // Of which of the texts that is cannot be told.
                Silence::None
                | Silence::Apnoea
                | Silence::Asystole
                | Silence::ApnoeaAndAsystole => None,
            }
        };
        let mut active: Vec<Alarm> = Vec::new();
        for line in &status.lines {
            let priority = match line.color {
                Color::NoAlarm => continue,
                Color::White => Priority::Low,
                Color::Yellow => Priority::Medium,
                Color::Red => Priority::High,
            };
            let again = active.iter().filter(|alarm| alarm.text.as_str() == line.text).count();
            let id = if again == 0 { line.text.clone() } else { format!("{}#{again}", line.text) };
            active.push(Alarm {
                id: Text::from(id),
                // Texts are in the monitor's language and do not tell; a technical alarm among those of
                // the patient is the lesser mistake.
                kind: AlarmKind::Physiological,
                priority,
                phase: AlarmPhase::Active,
                inactivation,
                code: None,
                vendor: Text::from("alarm"),
                subject: None,
                value: None,
                limit: None,
                text: Text::from(line.text.as_str()),
            });
        }
        AlarmSet {
            scope: AlarmScope::All,
            truth: AlarmTruth::Complete,
            active: Arc::from(active),
            told: Arc::from([]),
        }
    }

    /// Status bits of values as displayed; `None` while the monitor's own list is there, or when the
    /// subrecord says nothing of alarms.
    pub(super) fn take_status(
        &mut self,
        now: MonoTime,
        level: u8,
        phdb: &Phdb<'_>,
    ) -> Option<AlarmSet> {
        match phdb.class {
            Class::Basic => self.basic = of_basic(phdb, level),
            Class::Ext1 => self.rhythm = of_rhythm(phdb, level),
            Class::Ext2 | Class::Ext3 | Class::Unknown(_) => return None,
        }
        if self.listed.is_some_and(|listed| now.since(listed) < TRUSTED) {
            return None;
        }
        self.derived = Some(now);
        let mut active = self.basic.clone();
        for alarm in &self.rhythm {
            if !active.iter().any(|known| known.text == alarm.text) {
                active.push(alarm.clone());
            }
        }
        // Each record says all bits of its class again.
        let told = if phdb.class == Class::Basic { &self.basic } else { &self.rhythm };
        let told = told.iter().map(|alarm| alarm.id.clone()).collect();
        let active = Arc::from(active);
        Some(AlarmSet { scope: AlarmScope::All, truth: AlarmTruth::FromEdges, active, told })
    }

    /// When what was last said is not known any more.
    pub(super) fn doubtful_at(&self) -> Option<MonoTime> {
        let listed = self.listed.map(|at| at + TRUSTED);
        listed.or(self.derived.map(|at| at + DERIVED_TRUSTED))
    }

    /// The line closed, or nothing was said for too long: what was listed is not known any more.
    pub(super) fn doubt(&mut self) -> Option<Event> {
        let was_known = self.listed.is_some() || self.derived.is_some();
        *self = Alarms::default();
        was_known.then(|| {
            Event::Alarms(AlarmSet {
                scope: AlarmScope::All,
                truth: AlarmTruth::Unknown,
                active: Arc::from([]),
                told: Arc::from([]),
            })
        })
    }
}

/// An alarm out of a bit.
fn derived(vendor: &str, kind: AlarmKind, priority: Priority, text: &str) -> Alarm {
    Alarm {
        id: Text::from(vendor),
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(vendor),
        subject: None,
        value: None,
        limit: None,
        text: Text::from(format!("{text} (derived from status)")),
    }
}

fn of_basic(phdb: &Phdb<'_>, level: u8) -> Vec<Alarm> {
    use AlarmKind::{Physiological, Technical};
    let (ecg, co2) = (phdb.group(4), phdb.group(136));
    let mut found = Vec::new();
    let mut add = |is_on: bool, vendor, kind, priority, text| {
        if is_on {
            found.push(derived(vendor, kind, priority, text));
        }
    };
    // While the apnoea alarm is deactivated a real monitor keeps the bit set, at 16 breaths a minute.
    let is_deactivated = level >= 8 && co2.has(8);
    let leads_off = (11..=13).all(|bit| ecg.has(bit));
    add(
        ecg.is_active() && ecg.has(2),
        "status.ecg.asystole",
        Physiological,
        Priority::High,
        "Asystole",
    );
    add(
        co2.is_active() && co2.has(2) && !is_deactivated,
        "status.co2.apnoea",
        Physiological,
        Priority::High,
        "Apnoea (CO2)",
    );
    add(
        co2.is_active() && co2.has(7) && !is_deactivated,
        "status.co2.apnoea_imp",
        Physiological,
        Priority::High,
        "Apnoea (impedance)",
    );
    add(
        ecg.is_active() && leads_off,
        "status.ecg.leads_off",
        Technical,
        Priority::Low,
        "ECG leads off",
    );
    add(
        co2.is_active() && co2.has(5),
        "status.co2.occlusion",
        Technical,
        Priority::Low,
        "CO2 line occluded",
    );
    found
}

/// Bits of rhythms that alarm on any monitor; the others are events, and stand in the rhythm's text.
const LETHAL: [(u32, Priority); 7] = [
    (0, Priority::High),
    (1, Priority::High),
    (2, Priority::High),
    (3, Priority::High),
    (4, Priority::High),
    (5, Priority::High),
    (29, Priority::Medium),
];

fn of_rhythm(phdb: &Phdb<'_>, level: u8) -> Vec<Alarm> {
    let head = phdb.group(4);
    if !head.is_active() || level < 3 {
        return Vec::new();
    }
    let bits = phdb.bits(16);
    let on = LETHAL.iter().filter(|(bit, _)| bits >> bit & 1 == 1);
    on.filter_map(|(bit, priority)| {
        let word = RHYTHMS.get(usize::try_from(*bit).ok()?)?;
        let vendor = format!("status.arrh.{bit}");
        Some(derived(&vendor, AlarmKind::Physiological, *priority, word))
    })
    .collect()
}
