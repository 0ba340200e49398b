//! Where views come from.

use std::sync::Arc;

use vigie_board::view::BoardView;
use vigie_model::{BedId, DeviceKey, MetricKey, MonoTime};

use crate::{
    log::{Log, LogWanted},
    trend::Trend,
};

/// Hands out what is true now. One maker is in the process itself, another reads the station's
/// socket.
pub trait ViewSource {
    /// The newest view.
    fn view(&self) -> Arc<BoardView>;
    /// Now, by the clock that the view's times are of.
    fn now(&self) -> MonoTime;
    /// The last hour of a number at a bed. Asked in each frame for each chart that is painted, and
    /// for no other: the maker asks the record for it as long as it is wanted.
    fn trend(&self, _bed: &BedId, _key: &MetricKey) -> Trend {
        Trend::Off
    }
    /// The same of one of several devices of the bed, where two of them have streams of equal keys: else
    /// a chart would mix both. As [`ViewSource::trend`] where the maker does not tell them apart.
    fn trend_of(&self, bed: &BedId, _device: &DeviceKey, key: &MetricKey) -> Trend {
        self.trend(bed, key)
    }
    /// The log of a time. Asked in each frame while it is shown, and only then.
    fn log(&self, _wanted: &LogWanted) -> Log {
        Log::Off
    }
}
