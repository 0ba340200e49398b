//! `README.txt` of an export.

use vigie_model::WallTime;

use super::{Options, cells, out::FIRST_LINE};

/// What it says: the range, then every column.
pub(super) fn text(options: &Options) -> String {
    let list =
        |names: &[String]| if names.is_empty() { "all".to_owned() } else { names.join(", ") };
    let said = |at: WallTime| {
        format!("{}  (local {})", cells::utc(at, 3), cells::local(at, &options.zone, 3))
    };
    let from = match options.from.as_unix_nanos() {
        ..=0 => "the beginning of the record".to_owned(),
        _ => said(options.from),
    };
    format!(
        "{FIRST_LINE}
NOT ENCRYPTED, and about patients: keep and delete it as the hospital's rules say.

From        {from}
To          {}, exclusive
Beds        {}
Streams     {}

{COLUMNS}",
        said(options.to),
        list(&options.beds),
        list(&options.streams),
    )
}

const COLUMNS: &str = "\
All files: CSV as in RFC 4180, UTF-8, comma, lines end with CR LF, the first line names the columns.
A text that begins with = + - @ has an apostrophe before it, so that no spreadsheet takes it for a
formula; numbers are never changed. An empty cell: not known, or no value.

Columns that several files have
  bed            where the device stood at that time, as assigned on the station
  device         the device's lasting name
  code, refid    ISO/IEEE 11073-10101 code (context-free, decimal) and reference identifier
  vendor         the maker's own code; instance tells streams of one code apart
  label          the device's own name for the stream
  time_utc       the PC's date and time, RFC 3339; time_local the same with the zone's offset
  run, mono_ns   run of the station, and nanoseconds of its CLOCK_BOOTTIME: measures within a run,
                 whatever was done to the PC's date
  unit           UCUM code; unit_as_sent: the device's text where no UCUM code is known
  gap_before     1: something is missing between the row before and this one

numerics.csv     one row a value, by stream and time of arrival
  value          exactly as sent; empty when the device gave no valid number
  validity       ISO/IEEE 11073-10207: Vld, Vldated, Ong, Qst, Calib, Inv, Oflw, Uflw, NA
  nature         real, demo, test
  measured       now, ago, backfill, unknown: how old it was on arrival; age_ms where it is told
  device_time    what the device claims, in a zone of its own; tick: its running clock
  in_alarm, alarms_off   1: so stated by the device for this value
  late           1: sent later from the device's memory
waves/BED_DEVICE_STREAM.csv   one row a sample; streams.csv names the file
  time_utc       when the sample was taken, to the microsecond; tick: by the device's clock
  raw            as sent; value: scaled, in unit; with scale = relative 0 to 1 of the device's own span
  marks          invalid (no value), clipped, pacer, defibrillator, qrs; several with |
alarms.csv       alarms of devices and of the station as they came, changed and went
log.csv          what else the station decided: assignments, stays, notes
gaps.csv         what is missing: by the station's own loss, a closed line, or the device's word
devices.csv      devices heard; streams.csv: their streams
";
