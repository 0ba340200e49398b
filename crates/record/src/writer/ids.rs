//! Numbers of devices, streams and forms within a segment.

use std::collections::BTreeMap;

use rusqlite::Connection;
use vigie_model::{DeviceKey, MetricKey};

use crate::{chunk::Form, layout::STREAM_BITS};

/// A segment with more streams than this is closed; more than twice as many cannot be numbered.
const STREAMS_WANTED: u32 = 1 << (STREAM_BITS - 1);
/// A segment with more forms than this is closed: a device that changes its scales all the time.
const FORMS_WANTED: usize = 1 << 16;

#[derive(Debug)]
struct Device {
    id: u32,
    streams: BTreeMap<MetricKey, Stream>,
}

#[derive(Debug)]
struct Stream {
    id: u32,
    /// The form of what it sent last.
    form: Option<(Form, u32)>,
}

/// Numbers given so far, those that are not on the disk yet among them.
#[derive(Debug, Default)]
pub(super) struct Ids {
    devices: BTreeMap<DeviceKey, Device>,
    streams: u32,
    forms: BTreeMap<String, u32>,
    new: New,
    /// How many of the new ones the last commit took.
    tried: [usize; 3],
}

#[derive(Debug, Default)]
struct New {
    devices: Vec<(u32, DeviceKey)>,
    streams: Vec<(u32, u32, MetricKey)>,
    forms: Vec<(u32, String)>,
}

impl Ids {
    /// The device's number.
    pub(super) fn device(&mut self, key: &DeviceKey) -> u32 {
        if let Some(device) = self.devices.get(key) {
            return device.id;
        }
        let id = self.devices.len() as u32;
        self.devices.insert(key.clone(), Device { id, streams: BTreeMap::new() });
        self.new.devices.push((id, key.clone()));
        id
    }

    /// The stream's number; `None`: no more can be numbered.
    pub(super) fn stream(&mut self, device: &DeviceKey, key: &MetricKey) -> Option<u32> {
        self.stream_of(device, key).map(|stream| stream.id)
    }

    /// The numbers of a stream and of the form of what it sent.
    pub(super) fn form(
        &mut self,
        device: &DeviceKey,
        key: &MetricKey,
        form: Form,
    ) -> Option<(u32, u32)> {
        let stream = self.stream_of(device, key)?;
        let id = stream.id;
        if let Some((last, number)) = &stream.form
            && *last == form
        {
            return Some((id, *number));
        }
        let body = form.body();
        let number = match self.forms.get(&body) {
            Some(number) => *number,
            None => {
                let number = self.forms.len() as u32;
                self.forms.insert(body.clone(), number);
                self.new.forms.push((number, body));
                number
            }
        };
        self.stream_of(device, key)?.form = Some((form, number));
        Some((id, number))
    }

    fn stream_of(&mut self, device: &DeviceKey, key: &MetricKey) -> Option<&mut Stream> {
        let of_device = self.device(device);
        let streams = &mut self.devices.get_mut(device)?.streams;
        if !streams.contains_key(key) {
            if self.streams >= 1 << STREAM_BITS {
                return None;
            }
            streams.insert(key.clone(), Stream { id: self.streams, form: None });
            self.new.streams.push((self.streams, of_device, key.clone()));
            self.streams += 1;
        }
        streams.get_mut(key)
    }

    /// Whether there are so many that the next segment should begin.
    pub(super) fn are_many(&self) -> bool {
        self.streams > STREAMS_WANTED || self.forms.len() > FORMS_WANTED
    }

    /// Writes those that are new.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let New { devices, streams, forms } = &self.new;
        for (id, key) in devices {
            connection
                .prepare_cached("INSERT INTO device (id, key) VALUES (?1, ?2)")?
                .execute((id, key.0.as_str()))?;
        }
        for (id, device, key) in streams {
            connection
                .prepare_cached(
                    "INSERT INTO stream (id, device, code, vendor, instance)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((
                    id,
                    device,
                    key.code.map(|code| code.0),
                    key.vendor.as_str(),
                    key.instance,
                ))?;
        }
        for (id, body) in forms {
            connection
                .prepare_cached("INSERT INTO form (id, body) VALUES (?1, ?2)")?
                .execute((id, body))?;
        }
        self.tried = [devices.len(), streams.len(), forms.len()];
        Ok(())
    }

    /// What was written last is on the disk.
    pub(super) fn committed(&mut self) {
        let [devices, streams, forms] = std::mem::take(&mut self.tried);
        self.new.devices.drain(..devices);
        self.new.streams.drain(..streams);
        self.new.forms.drain(..forms);
    }
}
