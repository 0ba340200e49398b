//! Alarms: the alarm lists of the alert monitor.

use super::codec::{Out, Wire, Writer, bits, codes, counted, field, packed, within};
use super::text::WireString;
use super::types::{ManagedObjectId, TextId};

packed! {
    /// Device alert condition: the alarms of the monitor summed up.
    #[derive(Copy)]
    pub struct DeviceAlertCondition {
        /// State of the device's alarms.
        pub state: AlertState,
        /// Changes with the lists; nothing more may be derived from it.
        pub change_counter: u16,
        /// Most severe patient alarm; 0 for none.
        pub highest_patient: AlertType,
        /// Most severe technical alarm; 0 for none.
        pub highest_technical: AlertType,
        /// Most severe alarm that sounds; 0 for none.
        pub highest_audible: AlertType,
    }

    /// One entry of an alarm list (DevAlarmEntry).
    #[derive(Copy)]
    pub struct AlarmEntry<'a> {
        /// What the alarm is about: a physiological identifier, or an object class when the lowest
        /// bit of `code` is set (for exceptions see the note on odd codes).
        pub source: u16,
        /// What is wrong, a code of the event partition.
        pub code: u16,
        /// Kind and severity.
        pub kind: AlertType,
        /// What became of it.
        pub state: AlertState,
        /// The object it belongs to: for patient alarms the numeric.
        pub object: ManagedObjectId,
        /// Text and more.
        pub info: AlertInfo<'a>,
    }

    /// What is known of an alarm in general (GenAlMonInfo).
    #[derive(Copy)]
    pub struct AlertDetail {
        /// Number of the alarm.
        pub instance: u16,
        /// Its text, the same in every language.
        pub text_id: TextId,
        /// Order inside one alert type.
        pub priority: u16,
        /// How it is signalled.
        pub flags: AlertFlags,
    }
}

codes! {
    /// Kind and severity of an alarm (guide: "AlertType").
    pub enum AlertType {
        /// No alarm; in [`DeviceAlertCondition`] only.
        None = 0x0000,
        /// Technical, low: "soft INOP".
        TechnicalLow = 0x0001,
        /// Technical, medium: "hard INOP".
        TechnicalMedium = 0x0002,
        /// Technical, high: "severe INOP".
        TechnicalHigh = 0x0004,
        /// Patient, short yellow.
        PatientShortYellow = 0x0100,
        /// Patient, yellow.
        PatientYellow = 0x0200,
        /// Patient, red.
        PatientRed = 0x0400,
    }
}

bits! {
    /// What became of an alarm (guide: "AlertState").
    pub struct AlertState(u16) {
        /// Switched off.
        INHIBITED = 0x8000,
        /// Paused.
        SUSPENDED = 0x4000,
        /// The cause is gone, the alarm is still shown.
        LATCHED = 0x2000,
        /// Silenced. The guide keeps it for the device condition; monitors set it in entries too.
        SILENCED = 0x1000,
        /// The device is in test mode.
        DEVICE_TEST = 0x0400,
        /// The device is in standby.
        DEVICE_STANDBY = 0x0200,
        /// The device is in demonstration mode.
        DEVICE_DEMO = 0x0100,
        /// New.
        NEW = 0x0008,
    }

    /// How an alarm is signalled (guide: "AlertFlags").
    pub struct AlertFlags(u16) {
        /// Sounds at the bedside.
        BEDSIDE_AUDIBLE = 0x4000,
        /// Sounds at the central station.
        CENTRAL_AUDIBLE = 0x2000,
        /// Stays visible when the cause is gone.
        VISUAL_LATCHING = 0x1000,
        /// Stays audible when the cause is gone.
        AUDIBLE_LATCHING = 0x0800,
        /// Short-yellow extension.
        SHORT_YELLOW_EXTENSION = 0x0400,
        /// Derived from other alarms.
        DERIVED = 0x0200,
    }
}

/// What an alarm entry says beside its codes, by its alert-info id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertInfo<'a> {
    /// 513: no text.
    General(AlertDetail),
    /// 516: with the text that the monitor shows. The only kind seen.
    WithText {
        /// The same as in 513.
        detail: AlertDetail,
        /// The text in the monitor's language.
        text: WireString<'a>,
    },
    /// Another id.
    Unknown {
        /// The id.
        id: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

impl AlertInfo<'_> {
    /// The part that both known kinds have.
    pub fn detail(&self) -> Option<AlertDetail> {
        match self {
            AlertInfo::General(detail) | AlertInfo::WithText { detail, .. } => Some(*detail),
            AlertInfo::Unknown { .. } => None,
        }
    }

    /// The text, when there is one.
    pub fn text(&self) -> Option<String> {
        match self {
            AlertInfo::WithText { text, .. } => Some(text.text()),
            AlertInfo::General(_) | AlertInfo::Unknown { .. } => None,
        }
    }
}

impl<'a> Wire<'a> for AlertInfo<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, id) = field("alert info id", u16::parse)(input)?;
        match id {
            513 => within("alert info", |input| {
                let (rest, detail) = AlertDetail::parse(input)?;
                Ok((rest, AlertInfo::General(detail)))
            })(input),
            516 => within("alert info", |input| {
                let (input, detail) = AlertDetail::parse(input)?;
                let (rest, text) = WireString::parse(input)?;
                Ok((rest, AlertInfo::WithText { detail, text }))
            })(input),
            _ => {
                let (rest, bytes) = field("alert info", counted)(input)?;
                Ok((rest, AlertInfo::Unknown { id, bytes }))
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        let id = match self {
            AlertInfo::General(_) => 513,
            AlertInfo::WithText { .. } => 516,
            AlertInfo::Unknown { id, .. } => *id,
        };
        out.u16(id);
        out.counted("alert info", |out| match self {
            AlertInfo::General(detail) => detail.emit(out),
            AlertInfo::WithText { detail, text } => {
                detail.emit(out);
                text.emit(out);
            }
            AlertInfo::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}
