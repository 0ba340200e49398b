//! Opening a record: what earlier runs left is ended, and the next segment begun.

use std::collections::BTreeSet;

use vigie_history::RecordState;
use vigie_keyring::KeyringFile;
use vigie_model::{MonoTime, RunId, Text, WallTime};

use super::{
    Durable, Recovered, SealJob, Writer, WriterOptions,
    capacity::{Capacity, Looked, finish_deletion, make_ballast, removed_row},
    folder,
    lane::sql,
    open::Pending,
    rows::{GapLine, Row},
    seal_job::{facts, is_counted, last_seal},
};
use crate::{
    AuditQueue, RecordError, Removed, layout,
    segment::{Mode, open_segment},
};

/// A segment larger than this is hashed while the recording goes on.
const INLINE_BYTES_MAX: u64 = 64 << 20;

pub(super) fn open(
    options: WriterOptions,
    run: RunId,
    now: MonoTime,
    wall: WallTime,
) -> Result<(Writer, Recovered), RecordError> {
    folder::prepare(&options)?;
    let record = options.folder.clone();
    folder::clean(&record)?;
    let mut capacity = Capacity::new(&record, options.policy)?;
    let mut recovered = Recovered::default();
    let mut durable = Durable::default();
    let mut last_wall = None;
    let mut known_audit = BTreeSet::new();

    let mut found = folder::scan(&record)?;
    for (&number, found) in &mut found {
        if found.is_removed && found.name.is_some() {
            // Only what this station signed ends a deletion: anybody can write such a file.
            if let Some(why) = fault_of_removed(&record, number)? {
                folder::remove(&layout::removed(&record, number))?;
                found.is_removed = false;
                recovered.damaged.push((number, format!("{why}: not followed, and removed")));
            }
        }
        if found.is_removed {
            finish_deletion(&record, number, found)?;
        } else if found.has_seal {
            match last_seal(&record, number, found) {
                Ok(seal) => capacity.add(&seal),
                Err(error) => recovered.damaged.push((number, error.to_string())),
            }
        }
    }
    // Segments that are full may stand in the way of what recovery writes.
    let signer = options.keyring.signer().clone();
    let Looked { rows: removed, error } = capacity.look(now, wall, 0, &signer);
    if let Some(error) = error {
        tracing::error!("old segments stay: {error}");
    }

    for (&number, found) in found.iter().filter(|(_, found)| found.is_unsealed()) {
        let job = SealJob::new(record.clone(), number, options.keyring.clone());
        let path = found.name.as_ref().map(|name| layout::segments(&record).join(name));
        let bytes = path.as_deref().map_or(0, folder::size);
        if let (Some(path), Ok(key)) = (&path, job.raw_key())
            && let Ok(connection) = open_segment(path, &key, Mode::Write)
        {
            if let Ok(facts) = facts(&connection) {
                if is_counted(facts.rows, facts.samples) {
                    durable.rows = durable.rows.max(facts.rows);
                    durable.samples = durable.samples.max(facts.samples);
                }
                last_wall = Some(facts.closed_wall_ns);
            }
            known_audit.extend(known(&record, &connection));
        }
        if bytes > INLINE_BYTES_MAX || !recovered.jobs.is_empty() {
            recovered.jobs.push(job);
            continue;
        }
        match job.run() {
            Ok(seal) => {
                if let Some(why) = &seal.as_found {
                    recovered.damaged.push((number, why.clone()));
                }
                recovered.sealed.push(number);
                capacity.add(&seal);
            }
            Err(error) => {
                tracing::warn!(segment = number, "sealed later: {error}");
                recovered.jobs.push(job);
            }
        }
    }
    capacity.estimate();

    let last = folder::scan(&record)?;
    let number = last.keys().next_back().copied().unwrap_or(0);
    // Of those that are sealed the last whole one tells how far the counting went.
    let mut sealed = last.iter().rev().filter(|(_, found)| !found.is_unsealed());
    let seal = sealed.find_map(|(&number, found)| last_seal(&record, number, found).ok());
    if let Some(seal) = &seal {
        last_wall = last_wall.max(Some(seal.closed_wall_ns));
    }
    // One that says more than there can be is not gone by: counting would end.
    let before = sealed.filter_map(|(&number, found)| last_seal(&record, number, found).ok());
    let mut counted = seal.iter().cloned().chain(before);
    if let Some(seal) = counted.find(|seal| is_counted(seal.rows, seal.samples)) {
        durable.rows = durable.rows.max(seal.rows);
        durable.samples = durable.samples.max(seal.samples);
    }
    recovered.durable = durable;

    let mut pending = Pending::default();
    for (&number, found) in found.iter().filter(|(_, found)| found.is_removed) {
        let Some(removed) = read_removed(&record, number) else { continue };
        // What was deleted after the last commit, or to its end just now, stands in no segment yet.
        let is_half = found.name.is_some() || found.has_key || found.has_seal;
        if is_half || last_wall.is_none_or(|last| removed.removed_wall_ns > last) {
            pending.rows.push(removed_row(&removed));
        }
    }
    removed.into_iter().for_each(|row| pending.rows.push(row));
    let mut handed = durable;
    if let Some(last_wall) = last_wall {
        handed.rows += 1;
        let away_ns = wall.as_unix_nanos().saturating_sub(last_wall).max(0);
        pending.rows.push(Row::Gap(GapLine {
            seq: handed.rows,
            from_ns: sql(now).saturating_sub(away_ns),
            to_ns: sql(now),
            device: None,
            stream: None,
            lost: 0,
            why: Text::from("the station did not run"),
        }));
    }
    make_ballast(&record);
    let mut writer = Writer {
        run,
        number,
        open: None,
        pending,
        handed,
        durable,
        capacity,
        state: RecordState::Off,
        refused: None,
        committed_wall: None,
        lost: 0,
        snapshot: None,
        known_audit,
        options,
    };
    if let Some(seal) = seal.filter(|seal| seal.number == number) {
        writer.pending.previous = Some(seal.chain);
    }
    match writer.commit(now, wall) {
        Ok(_) => {}
        // The watch goes on, and so does the asking.
        Err(RecordError::Full { what }) => {
            tracing::error!("recording waits for room: {}", what.display());
        }
        Err(error) => return Err(error),
    }
    Ok((writer, recovered))
}

/// Rows of `audit.jsonl` that are in a segment already: a crash came before the file was emptied.
fn known(record: &std::path::Path, connection: &rusqlite::Connection) -> Vec<String> {
    // What cannot be read now is told at each commit.
    let Ok(Some(audit)) = AuditQueue::open(record) else { return Vec::new() };
    let is_there = |id: &str| {
        connection
            .prepare_cached("SELECT 1 FROM audit WHERE id = ?1")
            .and_then(|mut query| query.exists([id]))
            .unwrap_or(false)
    };
    audit.rows.iter().map(|row| row.id.clone()).filter(|id| is_there(id)).collect()
}

/// What is wrong with `N.removed` of a segment of which the file is still there.
fn fault_of_removed(record: &std::path::Path, number: u32) -> Result<Option<String>, RecordError> {
    let path = layout::removed(record, number);
    let removed = match folder::read(&path).and_then(|bytes| Removed::parse(&bytes, &path)) {
        Ok(removed) => removed,
        Err(error @ RecordError::Full { .. }) => return Err(error),
        Err(error) => return Ok(Some(error.to_string())),
    };
    let signers = KeyringFile::read(record)?.signers;
    let why = if removed.seal.number != number {
        Some("the removal of another segment".to_owned())
    } else if !signers.contains(&removed.signer) {
        Some("signed by nobody whom record.json names".to_owned())
    } else {
        removed.fault()
    };
    Ok(why.map(|why| format!("{}: {why}", path.display())))
}

/// `N.removed`; one that is damaged is named when a chain is checked.
fn read_removed(record: &std::path::Path, number: u32) -> Option<Removed> {
    let path = layout::removed(record, number);
    let removed = Removed::parse(&folder::read(&path).ok()?, &path).ok()?;
    (removed.seal.number == number && removed.fault().is_none()).then_some(removed)
}
