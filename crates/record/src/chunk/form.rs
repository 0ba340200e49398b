//! Forms: what all values of a run of a chunk have in common. A segment holds each once.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use vigie_model::{Numeric, Scale, Text, Timebase, Unit, WaveChunk};

/// What a chunk points at: a row of `form`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub(crate) enum Form {
    /// Of samples.
    Wave(WaveForm),
    /// Of values.
    Numeric(NumericForm),
}

/// What samples have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WaveForm {
    /// Unit of a sample once scaled.
    #[serde(with = "unit")]
    pub(crate) unit: Unit,
    /// The device's clock.
    pub(crate) base: Timebase,
    /// Ticks from one sample to the next.
    pub(crate) step: u32,
    /// What a raw sample means.
    #[serde(with = "scale")]
    pub(crate) scale: Scale,
}

/// What values have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NumericForm {
    /// Unit of a value.
    #[serde(with = "unit")]
    pub(crate) unit: Unit,
    /// The device's clock that the ticks count; `None`: the values have no ticks.
    pub(crate) base: Option<Timebase>,
}

impl Form {
    /// That of some samples.
    pub(crate) fn of_wave(chunk: &WaveChunk) -> Form {
        Form::Wave(WaveForm {
            unit: chunk.unit.clone(),
            base: chunk.base,
            step: chunk.step,
            scale: chunk.scale,
        })
    }

    /// That of a value.
    pub(crate) fn of_numeric(numeric: &Numeric) -> Form {
        Form::Numeric(NumericForm {
            unit: numeric.unit.clone(),
            base: numeric.tick.map(|(base, _)| base),
        })
    }

    /// As it stands in `form.body`: equal forms have equal bodies.
    pub(crate) fn body(&self) -> String {
        // Structs of numbers and texts: they always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From `form.body`.
    pub(crate) fn parse(body: &str) -> Result<Form, serde_json::Error> {
        serde_json::from_str(body)
    }
}

/// `{"ucum":"mV"}` or `{"as_sent":"mV/xyz"}`.
mod unit {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Text, Unit};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Form {
        Ucum(Text),
        AsSent(Text),
    }

    pub(super) fn serialize<S: Serializer>(unit: &Unit, to: S) -> Result<S::Ok, S::Error> {
        match unit.clone() {
            Unit::Ucum(text) => Form::Ucum(text),
            Unit::AsSent(text) => Form::AsSent(text),
        }
        .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Unit, D::Error> {
        Ok(match Form::deserialize(from)? {
            Form::Ucum(text) => Unit::Ucum(text),
            Form::AsSent(text) => Unit::AsSent(text),
        })
    }
}

/// `{"physical":{"offset":"-40","per_count":"0.005",...}}`, `{"relative":{"low":0,"high":4095}}`,
/// `"unknown"`.
mod scale {
    use super::{Deserialize, Deserializer, Exact, Scale, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Form {
        Physical { offset: Exact, per_count: Exact, low: Exact, high: Exact },
        Relative { low: i32, high: i32 },
        Unknown,
    }

    pub(super) fn serialize<S: Serializer>(scale: &Scale, to: S) -> Result<S::Ok, S::Error> {
        match *scale {
            Scale::Physical { offset, per_count, low, high } => Form::Physical {
                offset: Exact(offset),
                per_count: Exact(per_count),
                low: Exact(low),
                high: Exact(high),
            },
            Scale::Relative { low, high } => Form::Relative { low, high },
            Scale::Unknown => Form::Unknown,
        }
        .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Scale, D::Error> {
        Ok(match Form::deserialize(from)? {
            Form::Physical { offset, per_count, low, high } => Scale::Physical {
                offset: offset.0,
                per_count: per_count.0,
                low: low.0,
                high: high.0,
            },
            Form::Relative { low, high } => Scale::Relative { low, high },
            Form::Unknown => Scale::Unknown,
        })
    }
}

/// A float as text, in the fewest digits that read back to the same float: JSON numbers have no NaN,
/// and not every reader of JSON rounds them correctly.
struct Exact(f64);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Exact, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Exact).map_err(D::Error::custom)
    }
}
