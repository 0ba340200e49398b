//! The words of the ward. Every other crate speaks them; this one does nothing.
//!
//! No clock, no thread, no file, no socket: a type here says what a thing *is*, in the terms of
//! ISO/IEEE 11073 (codes and RefIds), UCUM (units) and IEC 60601-1-8 (alarms). What is true *now*
//! is decided by `vigie-board`, what it looks like by `ui/`, what it is called by `vigie-words`.
//!
//! Start at [`Event`]: it lists all that a device can say.

mod alarm;
mod answer;
mod decimal;
mod device;
mod event;
mod log;
mod metric;
pub mod nomenclature;
mod reading;
mod role;
mod text;
mod time;
mod ward;
mod wave;

pub use alarm::{
    Alarm, AlarmId, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Inactivation, Limits,
    Priority,
};
pub use answer::{
    Acvpu, AnswerKind, Condition, Effort, Entered, EnteredBy, Lapse, OxygenFlow, Refill, Spo2Scale,
    StandbyReason, WatchLimit,
};
pub use decimal::Decimal;
pub use device::{
    DeviceInfo, DeviceKey, DeviceMode, Patient, PatientCategory, PatientPresence, Sex,
};
pub use event::{Event, Fault, FaultKind, Gap, Numeric, Observation, TextValue};
pub use log::{LogEntry, LogKind, StationAlarmKind};
pub use metric::{Cadence, Category, Measured, MetricKey, Parameter, StreamInfo, VendorCode};
pub use nomenclature::MdcCode;
pub use reading::{Nature, Reading, Validity};
pub use role::Role;
pub use text::{Text, Unit};
pub use time::{Clock, DeviceTime, MonoTime, Placement, RunId, Stamp, Tick, Timebase, WallTime};
pub use ward::{Assignment, Bed, BedId, StationMode, Stay, StayId};
pub use wave::{Before, Mark, MarkKind, Scale, WaveChunk};
