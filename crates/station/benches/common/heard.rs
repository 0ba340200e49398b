//! Which bursts were played, and whether two ever sounded at once.

use std::time::Duration;

use vigie_config::SoundConfig;
use vigie_model::Priority;
use vigie_station::speaker_options;
use vigie_tones::{BurstShape, FADE, Volume, burst};

/// What is taken for the same sample.
const ALIKE: f32 = 1e-4;

/// The bursts in some samples, one after the other; the error is the first sample at which no burst
/// alone accounts for what is heard.
pub fn bursts(pcm: &[f32], rate_hz: u32) -> Result<Vec<Priority>, usize> {
    let known = [Priority::High, Priority::Medium, Priority::Low]
        .map(|priority| (priority, burst_of(priority, rate_hz)));
    let fade = samples(FADE, rate_hz);
    let (mut heard, mut at, mut faded) = (Vec::new(), 0, false);
    while let Some(silence) = pcm[at..].iter().position(|sample| *sample != 0.0) {
        let first = at + silence;
        // What fades is over within its time: the next burst begins in it, or after it.
        let late = if faded { fade } else { 0 };
        let found = known.iter().flat_map(|(priority, burst)| {
            let leading = burst.iter().position(|sample| *sample != 0.0).unwrap_or(0);
            let begins = first.saturating_sub(leading)..=(first + late).min(pcm.len() - 1);
            begins.filter_map(move |begin| {
                let (length, fades) = length(burst, &pcm[begin..], fade)?;
                Some((begin + length, *priority, fades))
            })
        });
        let (end, priority, fades) = found.max_by_key(|(end, ..)| *end).ok_or(first)?;
        (at, faded) = (end.min(pcm.len()), fades);
        heard.push(priority);
    }
    Ok(heard)
}

/// A burst as loud as the station plays it.
fn burst_of(priority: Priority, rate_hz: u32) -> Vec<f32> {
    let options = speaker_options(&SoundConfig::default());
    let volume = Volume::new(options.volume_floor_db, options.volume_db, options.cap_db);
    let (shape, gain) = (BurstShape::of(priority).expect("it sounds"), volume.gain(priority, 0));
    burst(&shape, rate_hz).into_iter().map(|sample| sample * gain).collect()
}

fn samples(time: Duration, rate_hz: u32) -> usize {
    (time.as_secs_f64() * f64::from(rate_hz)).round() as usize
}

/// How much of `pcm` this burst alone is, and whether it fades then: all of it, a part, or what came
/// before a fade. `None`: it is something else.
fn length(burst: &[f32], pcm: &[f32], fade: usize) -> Option<(usize, bool)> {
    let alike = |(wanted, is): (&f32, &f32)| (wanted - is).abs() <= ALIKE;
    let Some(other) = burst.iter().zip(pcm).position(|pair| !alike(pair)) else {
        return Some((burst.len().min(pcm.len()), false));
    };
    // Shorter than the rise of a pulse: too little to know it by.
    if other < fade / 4 {
        return None;
    }
    if burst[other - 1] == 0.0 || pcm[other] == 0.0 {
        // Only a part of it was played; what differs is silence, or the next burst.
        let last = burst[..other].iter().rposition(|sample| *sample != 0.0)?;
        return Some((last + 1, false));
    }
    // A fade is softer than the burst from its first sample on, until it is over or has given way.
    (pcm[other].abs() < burst[other].abs()).then_some((other, true))
}
