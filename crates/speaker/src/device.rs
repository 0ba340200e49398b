//! Sound devices of the PC, through ALSA: hardware, PipeWire and PulseAudio alike.

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use cpal::{
    BufferSize, FromSample, HostId, SampleFormat, SizedSample, Stream, StreamConfig,
    traits::{DeviceTrait, HostTrait, StreamTrait},
};

use vigie_model::MonoTime;

use crate::{
    feed::{Feed, Shared, StreamState},
    keeper::{Backend, Opened},
};

/// One callback's samples. The device keeps two of them: what is wanted now is heard 20 ms later.
const PERIOD: Duration = Duration::from_millis(10);

/// Periods of a PC that is too slow for [`PERIOD`] grow up to this.
const PERIOD_MAX: Duration = Duration::from_millis(80);

/// A rate that every device and every sound server has.
const RATE_HZ: u32 = 48_000;

/// A device that took more than twice the samples that could be heard meanwhile, and so much on top for
/// its buffers, is no loudspeaker: ALSA's `null` takes them as fast as they come.
const AHEAD_MAX: Duration = Duration::from_secs(2);

/// ALSA's device that nobody hears: it is always there, and always works.
const NULL: &str = "null";

/// A sound device, as it can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceName {
    /// ALSA's name, such as `plughw:CARD=PCH,DEV=0`, `pipewire` or `default`.
    pub id: String,
    /// What a person calls it.
    pub description: String,
}

/// The one that a configuration means by `wanted`: an ALSA name, or else a part of a description,
/// whatever its capitals.
pub fn named<'a>(devices: &'a [DeviceName], wanted: &str) -> Option<&'a DeviceName> {
    let part = wanted.to_lowercase();
    devices
        .iter()
        .find(|device| device.id == wanted)
        .or_else(|| devices.iter().find(|it| it.description.to_lowercase().contains(&part)))
}

/// All devices that say that they play, but for the one that nobody hears. Asked of ALSA's lists; none
/// is opened.
pub fn devices() -> Result<Vec<DeviceName>, String> {
    let quiet = Quiet::begin();
    let found =
        host().and_then(|host| host.output_devices().map_err(|error| quiet.tell(&error)))?;
    let mut names: Vec<DeviceName> =
        found.map(|device| name_of(&device)).filter(|name| name.id != NULL).collect();
    names.sort();
    Ok(names)
}

/// A device of ALSA by name, or the default one.
pub(crate) struct SoundCard {
    wanted: Option<String>,
    period: Duration,
}

impl SoundCard {
    pub(crate) const fn new(wanted: Option<String>) -> SoundCard {
        SoundCard { wanted, period: PERIOD }
    }
}

impl Backend for SoundCard {
    fn open(&mut self, shared: &Arc<Shared>, stream: &Arc<StreamState>) -> Result<Opened, String> {
        let quiet = Quiet::begin();
        // A host for each opening: ALSA's lists are read anew, and a device plugged in later is there.
        let host = host()?;
        let device = match &self.wanted {
            None => host.default_output_device().ok_or("there is no default one")?,
            Some(wanted) => find(&host, wanted, &quiet)?,
        };
        let name = name_of(&device);
        let tell = |error: &cpal::Error| format!("{}: {}", name.id, quiet.tell(error));
        let usual = device.default_output_config().map_err(|error| tell(&error))?;
        let mut config = usual.config();
        let frames = |period: Duration, rate: u32| (period.as_secs_f64() * f64::from(rate)) as u32;
        // Two channels at the usual rate where the device does not care, one sound on all.
        let offered = device.supported_output_configs().map_err(|error| tell(&error))?;
        let fits =
            offered.filter(|range| range.sample_format() == usual.sample_format()).find(|range| {
                range.channels() == 2
                    && (range.min_sample_rate()..=range.max_sample_rate()).contains(&RATE_HZ)
            });
        if fits.is_some() {
            config.channels = 2;
            config.sample_rate = RATE_HZ;
        }
        config.buffer_size = BufferSize::Fixed(frames(self.period, config.sample_rate));
        let format = usual.sample_format();
        let built = build(&device, config, format, shared, stream).or_else(|_| {
            // It does not take a period of ours: its own, then.
            config.buffer_size = BufferSize::Default;
            build(&device, config, format, shared, stream)
        });
        let held = built.map_err(|error| tell(&error))?;
        held.play().map_err(|error| tell(&error))?;
        tracing::debug!(
            rate_hz = config.sample_rate,
            channels = config.channels,
            period_frames = held.buffer_size().unwrap_or(0),
            "sound stream"
        );
        let device = if name.description == name.id {
            name.id
        } else {
            format!("{} ({})", name.description, name.id)
        };
        Ok(Opened { device, held: Box::new(held) })
    }

    fn enlarge(&mut self) -> bool {
        let larger = (self.period * 2).min(PERIOD_MAX);
        let grows = larger > self.period;
        self.period = larger;
        grows
    }
}

fn host() -> Result<cpal::Host, String> {
    cpal::host_from_id(HostId::Alsa).map_err(|error| error.to_string())
}

fn name_of(device: &cpal::Device) -> DeviceName {
    let id = device.id().map(|id| id.id().to_owned()).unwrap_or_default();
    let description =
        device.description().map(|text| text.name().to_owned()).unwrap_or_else(|_| id.clone());
    DeviceName { id, description }
}

fn find(host: &cpal::Host, wanted: &str, quiet: &Quiet) -> Result<cpal::Device, String> {
    let all = host.output_devices().map_err(|error| quiet.tell(&error))?;
    let mut all: Vec<(DeviceName, cpal::Device)> =
        all.map(|device| (name_of(&device), device)).filter(|(name, _)| name.id != NULL).collect();
    let mut names: Vec<DeviceName> = all.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    let missing = || format!("there is no device \"{wanted}\"");
    let name = named(&names, wanted).ok_or_else(missing)?;
    let place = all.iter().position(|(known, _)| known == name).ok_or_else(missing)?;
    Ok(all.swap_remove(place).1)
}

fn build(
    device: &cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    shared: &Arc<Shared>,
    stream: &Arc<StreamState>,
) -> Result<Stream, cpal::Error> {
    match format {
        SampleFormat::F32 => build_of::<f32>(device, config, shared, stream),
        SampleFormat::F64 => build_of::<f64>(device, config, shared, stream),
        SampleFormat::I32 => build_of::<i32>(device, config, shared, stream),
        SampleFormat::I24 => build_of::<cpal::I24>(device, config, shared, stream),
        SampleFormat::I8 => build_of::<i8>(device, config, shared, stream),
        SampleFormat::U8 => build_of::<u8>(device, config, shared, stream),
        SampleFormat::U16 => build_of::<u16>(device, config, shared, stream),
        SampleFormat::U32 => build_of::<u32>(device, config, shared, stream),
        // What every device has; those of the rest are refused with their reason.
        SampleFormat::I16
        | SampleFormat::I64
        | SampleFormat::U24
        | SampleFormat::U64
        | SampleFormat::DsdU8
        | SampleFormat::DsdU16
        | SampleFormat::DsdU32
        | _ => build_of::<i16>(device, config, shared, stream),
    }
}

/// How fast a device takes samples.
#[derive(Debug)]
pub(crate) struct Pace {
    rate_hz: u32,
    since: MonoTime,
    taken: u64,
}

impl Pace {
    pub(crate) const fn new(rate_hz: u32, since: MonoTime) -> Pace {
        Pace { rate_hz, since, taken: 0 }
    }

    /// So many more were taken: whether that is more than any loudspeaker could have played.
    pub(crate) fn is_impossible(&mut self, frames: usize, now: MonoTime) -> bool {
        self.taken = self.taken.saturating_add(frames as u64);
        let played = Duration::from_secs_f64(self.taken as f64 / f64::from(self.rate_hz.max(1)));
        played > now.since(self.since) * 2 + AHEAD_MAX
    }
}

fn build_of<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    shared: &Arc<Shared>,
    stream: &Arc<StreamState>,
) -> Result<Stream, cpal::Error> {
    let channels = usize::from(config.channels.max(1));
    let mut feed = Feed::new(shared, stream, config.sample_rate);
    // Grown once at most: callbacks ask for a period each.
    let mut mono = vec![0.0; config.sample_rate as usize / 4];
    let mut is_quiet = false;
    let mut pace = Pace::new(config.sample_rate, shared.now());
    let (paced, clock) = (Arc::clone(stream), Arc::clone(shared));
    let take = move |samples: &mut [T], _: &cpal::OutputCallbackInfo| {
        // The callback has a thread of its own, to which libasound speaks as well.
        if !is_quiet {
            Quiet::begin();
            is_quiet = true;
        }
        let frames = samples.len() / channels;
        if mono.len() < frames {
            mono.resize(frames, 0.0);
        }
        feed.fill(&mut mono[..frames]);
        if pace.is_impossible(frames, clock.now()) {
            paced.fail(
                "it takes samples faster than anybody can hear them: it is no loudspeaker"
                    .to_owned(),
            );
        }
        for (frame, sample) in samples.chunks_mut(channels).zip(&mono) {
            frame.fill(T::from_sample(*sample));
        }
    };
    let (state, all) = (Arc::clone(stream), Arc::clone(shared));
    let fail = move |error: cpal::Error| {
        let kind = error.kind();
        // It plays on, somewhere else or with less haste.
        let plays_on =
            matches!(kind, cpal::ErrorKind::DeviceChanged | cpal::ErrorKind::RealtimeDenied);
        if kind == cpal::ErrorKind::Xrun {
            Feed::ran_dry(&state, &all);
        } else if !plays_on {
            state.fail(error.to_string());
        }
    };
    device.build_output_stream::<T, _, _>(config, take, fail, None)
}

/// What libasound says on this thread goes here instead of to standard error, until the next one of
/// these is made; each begins empty.
struct Quiet(Option<Rc<RefCell<alsa::Output>>>);

impl Quiet {
    fn begin() -> Quiet {
        Quiet(alsa::Output::local_error_handler().ok())
    }

    /// An error with libasound's last line, which often names the file or the card.
    fn tell(&self, error: &cpal::Error) -> String {
        let said = self.0.as_ref().map(|output| output.borrow().to_string()).unwrap_or_default();
        match said.lines().last().map(str::trim) {
            Some(last) if !last.is_empty() => format!("{error} ({last})"),
            Some(_) | None => error.to_string(),
        }
    }
}
