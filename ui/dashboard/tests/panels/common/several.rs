//! Beds with several devices, merged as a board merges them, and single devices of which something is to
//! be said.

use std::{sync::Arc, time::Duration};

use vigie_board::view::{
    AlarmView, AnswerView, BlockShape, BlockView, BoardView, DeviceView, Freshness, LinkView,
    NumericView, Shown, SourceView, StationAlarmView, TextView, TileView, WaveView,
};
use vigie_model::{
    AlarmKind, AlarmTruth, Decimal, DeviceInfo, DeviceKey, DeviceMode, MetricKey, Nature,
    Parameter, Priority, StationAlarmKind, StationMode, Text, nomenclature,
};

use super::{ago, alarm, board, device, key, link, listed, normal, number, waves};

/// A ventilator as it names itself.
pub fn ventilator() -> DeviceView {
    let key = DeviceKey(Text::from("puritan-bennett:3510040801"));
    DeviceView {
        key: key.clone(),
        info: Some(DeviceInfo {
            key,
            family: Text::from("puritan-bennett"),
            manufacturer: Some(Text::from("Puritan Bennett")),
            model: None,
            serial: Some(Text::from("3510040801")),
            software: None,
            bed_label: None,
            clock: None,
        }),
    }
}

fn source(device: DeviceView, has_waves: bool, period: u64) -> SourceView {
    SourceView {
        device,
        link: link(Some(Freshness::Live), 0.3, 0),
        mode: DeviceMode::Normal,
        nature: Nature::Real,
        ventilates: false,
        has_waves,
        period: Some(Duration::from_millis(period)),
        relabelled: None,
    }
}

/// One number of the ventilator, with its maker's own label.
fn vent(id: &str, label: &str, value: Decimal, unit: &str) -> BlockView {
    let metric = nomenclature::by_id(id).expect("an id of ours");
    BlockView {
        group: Some(Text::from(metric.group())),
        parameter: metric.parameter,
        shape: BlockShape::Single,
        numerics: vec![NumericView { label: Some(Text::from(label)), ..number(id, value, unit) }],
        source: 1,
        is_second: false,
        is_preferred: false,
    }
}

/// A monitor alone, which sends waves.
pub fn monitored(index: usize) -> TileView {
    let mut tile = normal(index);
    tile.sources = vec![source(device(index), true, 1_024)];
    tile
}

/// A monitor and a ventilator that sends numbers only; the monitor's gas module measures the rate of the
/// airway too.
pub fn ventilated(index: usize) -> TileView {
    let mut tile = monitored(index);
    let ventilator = SourceView { ventilates: true, ..source(ventilator(), false, 2_000) };
    tile.sources.push(ventilator);
    let whole = Decimal::whole;
    let mut second = vent("vent.rr_total", "awRR", whole(13), "/min");
    (second.source, second.is_second) = (0, true);
    tile.blocks.extend([
        vent("vent.rr_total", "RESP RATE", whole(14), "/min"),
        second,
        vent("vent.pip", "PEAK PRESSURE", Decimal::new(224, -1), "cm[H2O]"),
        vent("vent.pmean", "MEAN AIRWAY PRESS", Decimal::new(112, -1), "cm[H2O]"),
        vent("vent.peep", "PEEP", Decimal::new(71, -1), "cm[H2O]"),
        vent("vent.vte", "EXH TIDAL VOL", whole(462), "mL"),
        vent("vent.mve", "EXH MINUTE VOL", Decimal::new(648, -2), "L/min"),
        vent("vent.set.peep", "PEEP SET", whole(7), "cm[H2O]"),
        vent("fio2", "O2 %", whole(40), "%"),
    ]);
    tile.texts = vec![TextView {
        key: MetricKey { code: None, vendor: Text::from("F9"), instance: 0 },
        label: Some(Text::from("MODE")),
        value: Some(Text::from("SIMV")),
        freshness: Freshness::Live,
        source: 1,
    }];
    tile
}

/// The same with an alarm of each.
pub fn ventilated_in_alarm(index: usize) -> TileView {
    let mut tile = ventilated(index);
    let apnoea = alarm(Priority::High, AlarmKind::Physiological, "APNEA");
    let rate = alarm(Priority::Medium, AlarmKind::Physiological, "**HR 121>120");
    tile.alarms.list = vec![AlarmView { source: 1, ..apnoea }, rate];
    tile
}

/// The ventilator's line is closed; the monitor goes on.
pub fn ventilator_lost(index: usize) -> TileView {
    let mut tile = ventilated(index);
    for numeric in of_source(&mut tile, 1) {
        if let Shown::Number { value, .. } = numeric.shown {
            numeric.shown = Shown::Dashes { last: Some((value, ago(75.0).1)) };
        }
        numeric.freshness = Freshness::Lost;
    }
    let lost = link(Some(Freshness::Lost), 75.0, 0);
    tile.sources[1].link = LinkView { closed: true, ..lost };
    tile.station_alarms = vec![StationAlarmView {
        kind: StationAlarmKind::LineClosed,
        priority: Priority::Medium,
        since: ago(75.0),
        answer: AnswerView::default(),
        source: Some(1),
    }];
    tile
}

/// The ventilator rests and tells its settings only.
pub fn ventilator_resting(index: usize) -> TileView {
    let mut tile = ventilated(index);
    let is_setting = |block: &BlockView| {
        let id = block.numerics[0].id.as_ref();
        block.source == 0 || id.is_some_and(|id| id.as_str().contains(".set."))
    };
    tile.blocks.retain(is_setting);
    for block in &mut tile.blocks {
        block.is_second = false;
    }
    tile.sources[1].mode = DeviceMode::Standby;
    tile
}

/// Two monitors of one model whose streams have equal keys; all that the other one measures is second.
pub fn twins(index: usize) -> TileView {
    let mut tile = monitored(index);
    tile.sources.push(source(device(index + 100), true, 1_024));
    let other = waves(index as u64 + 9, super::NOW);
    let blocks = super::blocks(index as u64 + 3);
    let second_blocks: Vec<BlockView> =
        blocks.into_iter().map(|block| BlockView { source: 1, is_second: true, ..block }).collect();
    // Beside the same of the first, as the board orders them.
    let first = std::mem::take(&mut tile.blocks);
    for (first, second) in first.into_iter().zip(second_blocks) {
        tile.blocks.extend([first, second]);
    }
    let second = |wave| WaveView { source: 1, is_second: true, ..wave };
    tile.waves.extend(other.into_iter().map(second));
    tile
}

/// A ventilator at a bed of its own, with its waves or numbers only.
pub fn ventilator_alone(index: usize) -> TileView {
    let both = ventilated_with_waves(index);
    let mut tile = without_first(both);
    tile.texts[0].source = 0;
    tile.patient = None;
    tile
}

/// The same without the line of its waves.
pub fn ventilator_of_numbers(index: usize) -> TileView {
    let mut tile = ventilator_alone(index);
    tile.waves.clear();
    tile.sources[0].has_waves = false;
    tile
}

/// The same, of which nothing but waves came so far.
pub fn ventilator_of_waves(index: usize) -> TileView {
    let mut tile = ventilator_alone(index);
    (tile.blocks, tile.texts) = (Vec::new(), Vec::new());
    tile.sources[0].ventilates = false;
    tile
}

/// A monitor whose ECG and oximeter are off, and which no longer lists what they measure.
pub fn sensors_off(index: usize) -> TileView {
    let mut tile = monitored(index);
    let is_left = |parameter| !matches!(parameter, Parameter::Ecg | Parameter::Spo2);
    tile.blocks.retain(|block| is_left(block.parameter));
    tile.waves.retain(|wave| is_left(wave.parameter));
    tile
}

/// The same with a ventilator beside it.
pub fn sensors_off_ventilated(index: usize) -> TileView {
    let mut tile = ventilated(index);
    let is_left = |parameter| !matches!(parameter, Parameter::Ecg | Parameter::Spo2);
    tile.blocks.retain(|block| is_left(block.parameter));
    tile.waves.retain(|wave| is_left(wave.parameter));
    tile
}

/// A ventilator whose line is lost with an alarm on it, beside a monitor in alarm.
pub fn doubtful_beside_certain(index: usize) -> TileView {
    let mut tile = ventilator_lost(index);
    tile.alarms = ventilated_in_alarm(index).alarms;
    let since = Some(ago(75.0).1);
    (tile.alarms.truth, tile.alarms.unconfirmed_since) = (AlarmTruth::Unknown, since);
    let of_lost = &mut tile.alarms.list[0];
    (of_lost.truth, of_lost.unconfirmed_since) = (AlarmTruth::Unknown, since);
    tile
}

/// A person wants the rate of breathing from the monitor, which has none to give just now.
pub fn preferred(index: usize) -> TileView {
    let mut tile = ventilated(index);
    for block in &mut tile.blocks {
        let is_rate = block.group.as_ref().is_some_and(|group| group.as_str() == "vent.rr_total");
        block.is_preferred = is_rate && block.source == 0;
    }
    tile.waves[3].is_preferred = true;
    tile
}

/// A gateway that sends once a minute; the newest is 43 s old.
pub fn once_a_minute(index: usize) -> TileView {
    let mut tile = numbers_only(index);
    tile.sources[0].period = Some(Duration::from_secs(60));
    tile.link = link(Some(Freshness::Live), 43.0, 0);
    tile.sources[0].link = tile.link.clone();
    tile
}

/// A monitor behind a gateway: numbers only, every 10 s.
pub fn numbers_only(index: usize) -> TileView {
    let mut tile = monitored(index);
    tile.waves.clear();
    tile.sources[0].has_waves = false;
    tile.sources[0].period = Some(Duration::from_secs(10));
    tile
}

/// The gateway calls the bed otherwise by now.
pub fn relabelled(index: usize) -> TileView {
    let mut tile = numbers_only(index);
    tile.sources[0].relabelled = Some(Text::from("ICU 3"));
    tile
}

/// All numbers of a device.
pub fn of_source(tile: &mut TileView, source: u16) -> impl Iterator<Item = &mut NumericView> {
    let blocks = tile.blocks.iter_mut().filter(move |block| block.source == source);
    blocks.flat_map(|block| &mut block.numerics)
}

/// What stays at a bed when its first device is taken off.
pub fn without_first(mut tile: TileView) -> TileView {
    tile.sources.remove(0);
    tile.device = tile.sources.first().map(|source| source.device.clone());
    tile.blocks.retain(|block| block.source > 0);
    tile.waves.retain(|wave| wave.source > 0);
    for block in &mut tile.blocks {
        (block.source, block.is_second) = (block.source - 1, false);
    }
    for wave in &mut tile.waves {
        (wave.source, wave.is_second) = (wave.source - 1, false);
    }
    tile
}

/// A ventilator that waits for a bed.
pub fn waiting() -> Arc<TileView> {
    let mut tile = ventilated(90);
    tile.sources.remove(0);
    tile.bed = None;
    tile.label = Text::from("Puritan Bennett");
    tile.device = Some(ventilator());
    tile.blocks.retain(|block| block.source > 0);
    for block in &mut tile.blocks {
        block.source = 0;
    }
    tile.texts[0].source = 0;
    tile.waves.clear();
    Arc::new(tile)
}

/// A wave of the ventilator's.
fn airway(id: &str, like: &WaveView) -> WaveView {
    WaveView {
        key: key(id),
        id: Some(Text::from(id)),
        label: Some(Text::from(id)),
        parameter: Parameter::Vent,
        source: 1,
        ..like.clone()
    }
}

/// A ventilator that sends waves, and CO2 that both show.
pub fn ventilated_with_waves(index: usize) -> TileView {
    let mut tile = ventilated(index);
    tile.sources[1].has_waves = true;
    let (resp, co2) = (tile.waves[3].clone(), tile.waves[4].clone());
    tile.waves.extend([airway("w.paw", &resp), airway("w.flow", &resp)]);
    tile.waves.push(WaveView { source: 1, is_second: true, ..co2 });
    tile
}

/// A ward in which all of these occur.
pub fn ward(mode: StationMode, count: usize) -> BoardView {
    let makers = [
        ventilated,
        ventilated_in_alarm,
        ventilator_lost,
        ventilator_resting,
        twins,
        numbers_only,
        relabelled,
        monitored,
        ventilated_with_waves,
        ventilator_alone,
        ventilator_of_numbers,
        once_a_minute,
        sensors_off_ventilated,
        doubtful_beside_certain,
        preferred,
    ];
    let tiles = (0..count).map(|index| makers[index % makers.len()](index)).collect();
    let mut view = board(mode, tiles);
    view.unassigned = vec![waiting()];
    listed(view)
}
