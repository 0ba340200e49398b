//! A board on a virtual clock, with one device to speak for and short words for what it says.

use std::{sync::Arc, time::Duration};

use vigie_board::{Board, BoardConfig, BoardView, Command, LineChange, Receipt, view::*};
use vigie_model::{nomenclature::by_id, *};

pub const NS: Duration = Duration::from_nanos(1);
/// When every test begins, by both clocks.
pub const START: MonoTime = MonoTime::from_nanos(1_000_000_000_000);
pub const START_WALL: WallTime = WallTime::from_unix_nanos(1_790_000_000_000_000_000);

/// A device names itself, and says nothing else of itself.
pub fn identity(name: &str) -> Event {
    Event::Identity(DeviceInfo {
        key: device(name),
        family: text("intellivue"),
        manufacturer: None,
        model: None,
        serial: None,
        software: None,
        bed_label: None,
        clock: None,
    })
}

pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn text(text: &str) -> Text {
    Text::from(text)
}

pub fn device(name: &str) -> DeviceKey {
    DeviceKey(text(name))
}

pub fn bed(name: &str) -> BedId {
    BedId(text(name))
}

/// The stream of one of our nomenclature ids.
pub fn key(id: &str) -> MetricKey {
    let metric = by_id(id).unwrap_or_else(|| panic!("{id} is not in the table"));
    MetricKey { code: Some(metric.code), vendor: text(id), instance: 0 }
}

pub fn unmapped(vendor: &str) -> MetricKey {
    MetricKey { code: None, vendor: text(vendor), instance: 0 }
}

pub fn reading(value: i64) -> Reading {
    Reading::of(Decimal::whole(value), Validity::Valid)
}

pub fn numeric_of(key: MetricKey, reading: Reading) -> Numeric {
    Numeric {
        key,
        unit: Unit::one(),
        reading,
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}

pub fn numeric(id: &str, value: i64) -> Event {
    Event::Numeric(numeric_of(key(id), reading(value)))
}

pub fn stream(key: MetricKey, cadence: Cadence) -> Event {
    Event::Stream(info(key, cadence))
}

pub fn info(key: MetricKey, cadence: Cadence) -> StreamInfo {
    let category = Category::Measured;
    StreamInfo { key, label: None, unit: Unit::one(), digits: None, category, cadence }
}

pub fn every(millis: u64) -> Cadence {
    Cadence::Periodic(ms(millis))
}

pub fn alarm(id: &str, kind: AlarmKind, priority: Priority) -> Alarm {
    Alarm {
        id: text(id),
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: text(id),
        subject: None,
        value: None,
        limit: None,
        text: text(id),
    }
}

pub fn alarms(scope: AlarmScope, truth: AlarmTruth, active: &[Alarm]) -> Event {
    Event::Alarms(AlarmSet { scope, truth, active: active.into(), told: [].into() })
}

pub fn patient(id: &str, name: &str) -> Event {
    let told = |told: &str| Some(text(told)).filter(|text| !text.is_empty());
    Event::Patient(Patient { id: told(id), family_name: told(name), ..Patient::default() })
}

/// A monitor named `mp` on bed `1` of a ward with beds `1` and `2`.
pub struct Bench {
    pub board: Board,
    pub now: MonoTime,
}

impl Bench {
    /// With `mp` on bed `1`.
    pub fn new() -> Bench {
        let mut bench = Bench::without_device();
        assert_eq!(bench.assign("mp", Some("1")), Receipt::Done);
        bench.log();
        bench
    }

    pub fn without_device() -> Bench {
        Bench::with_beds(2)
    }

    pub fn with_beds(count: usize) -> Bench {
        let bed_of = |number: usize| {
            let name = text(&number.to_string());
            Bed { id: BedId(name.clone()), label: name }
        };
        let beds = (1..=count).map(bed_of).collect();
        let config = BoardConfig { mode: StationMode::Replay, beds, run: RunId(1) };
        Bench { board: Board::new(config), now: START }
    }

    pub fn wall(&self) -> WallTime {
        START_WALL.after(self.now - START)
    }

    /// Lets time pass without telling the board.
    pub fn pass(&mut self, by: Duration) -> &mut Bench {
        self.now = self.now + by;
        self
    }

    /// Lets time pass, waking the board whenever it asked for it.
    pub fn run(&mut self, by: Duration) -> &mut Bench {
        let end = self.now + by;
        while let Some((due, _)) = self.board.poll_timeout().filter(|(due, _)| *due <= end) {
            assert!(due > self.now, "a timeout that does not move on");
            self.now = due;
            self.board.handle_timeout(self.now, self.wall());
        }
        self.now = end;
        self.board.handle_timeout(end, self.wall());
        self
    }

    /// `mp` says something.
    pub fn say(&mut self, event: Event) -> &mut Bench {
        self.says("mp", event)
    }

    pub fn says(&mut self, name: &str, event: Event) -> &mut Bench {
        self.says_placed(name, event, None)
    }

    pub fn says_placed(
        &mut self,
        name: &str,
        event: Event,
        placed: Option<Placement>,
    ) -> &mut Bench {
        let stamp = Stamp { run: RunId(1), seq: 0, mono: self.now, wall: self.wall() };
        let observation = Observation { stamp, device: device(name), event, placed };
        self.board.handle_observation(&Arc::new(observation));
        self
    }

    pub fn line(&mut self, line: &str, devices: &[&str], change: LineChange) -> &mut Bench {
        let devices: Vec<DeviceKey> = devices.iter().map(|name| device(name)).collect();
        let wall = self.wall();
        self.board.handle_line(self.now, wall, &text(line), &devices, change);
        self
    }

    pub fn command(&mut self, command: Command) -> Receipt {
        let wall = self.wall();
        self.board.handle_command(self.now, wall, text("AB"), command)
    }

    pub fn assign(&mut self, name: &str, to: Option<&str>) -> Receipt {
        self.command(Command::Assign { device: device(name), bed: to.map(bed) })
    }

    pub fn view(&mut self) -> Arc<BoardView> {
        let wall = self.wall();
        self.board.view(self.now, wall)
    }

    /// The tile of bed `1`.
    pub fn tile(&mut self) -> Arc<TileView> {
        self.view().tiles[0].clone()
    }

    /// A number on bed `1`.
    pub fn number(&mut self, id: &str) -> NumericView {
        let key = key(id);
        let tile = self.tile();
        let mut numbers = tile.blocks.iter().flat_map(|block| &block.numerics);
        numbers.find(|number| number.key == key).expect("the number stands on the tile").clone()
    }

    pub fn freshness(&mut self, id: &str) -> Freshness {
        self.number(id).freshness
    }

    /// The station alarms of bed `1` with their priorities.
    pub fn station_alarms(&mut self) -> Vec<(StationAlarmKind, Priority)> {
        let tile = self.tile();
        tile.station_alarms.iter().map(|alarm| (alarm.kind.clone(), alarm.priority)).collect()
    }

    /// All log lines since the last call.
    pub fn log(&mut self) -> Vec<LogKind> {
        std::iter::from_fn(|| self.board.poll_log()).map(|entry| entry.kind).collect()
    }
}

/// A small generator (SplitMix64): the same seed gives the same history everywhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}
