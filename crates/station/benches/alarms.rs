//! How long an alarm takes from the wire to the view, to the loudspeaker and to the screen, with a ward
//! at work.
//!
//! `cargo bench -p vigie-station --bench alarms -- --beds 64 --alarms 1000 --window PATH`: simulated
//! IntelliVue monitors on loopback with all their waves, a station that records and sounds, and the
//! window of the program at PATH, as it is, in a process of its own. One monitor after the other raises
//! an alarm; it is answered, and when all is silent the next one comes, so that each makes a call of its
//! own. `--storm`: instead, two storms of over 200 alarms in a second, a bed open in the window. Without
//! `--window` there is no pixel; `--size WxH`: how large it is; `--no-record`: without a record.
//!
//! The monitors live on a thread of their own, whose time is counted apart. The loudspeaker takes
//! 10 ms of samples at a time, as a sound device does; what its own buffers add is not in here.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod common;

use std::{
    fmt::Write as _,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use common::{
    costs::{Costs, Spent},
    screen::{Row, Screen, row_of},
    storm::{self, Scene, kept},
    table::{self, ms},
    ward::{Raised, Ward, address},
};
use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_board::{
    Command, Receipt,
    view::{AttentionOf, BoardView, ConditionNo},
};
use vigie_clock::BootClock;
use vigie_config::Config;
use vigie_keyring::MachineKeyPlace;
use vigie_model::{AnswerKind, Clock, MonoTime, Text};
use vigie_speaker::{Capture, Output};
use vigie_station::{RecordOptions, Station, StationClient, StationOptions, Views, catalogue};

/// What the loudspeaker takes at once, and how fast.
const PERIOD: Duration = Duration::from_millis(10);
const RATE_HZ: u32 = 48_000;
/// An alarm that is seen nowhere for this long is lost.
const LOST: Duration = Duration::from_secs(10);
/// After an answer nothing sounds for so long that the next burst waits for no separation.
const SILENCE: Duration = Duration::from_millis(450);
/// A ward of 64 monitors that associate on a slow machine.
const START: Duration = Duration::from_secs(120);
/// Of view and sound, of 99 in 100 alarms.
const AIM: Duration = Duration::from_millis(50);
/// From the view to the pixel, of 99 in 100 alarms: so many median frame times.
const AIM_FRAMES: u32 = 3;

/// What the command line asks for.
struct Asked {
    beds: u8,
    alarms: usize,
    records: bool,
    /// The program whose window is opened.
    window: Option<PathBuf>,
    /// How large.
    size: String,
    storm: bool,
}

fn asked() -> Asked {
    let mut asked = Asked {
        beds: 64,
        alarms: 1_000,
        records: true,
        window: None,
        size: "1280x720".to_owned(),
        storm: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|number| number.parse::<u16>().ok());
        match word.as_str() {
            "--beds" => {
                let beds = number().and_then(|beds| u8::try_from(beds).ok());
                asked.beds = beds.filter(|beds| (1..=64).contains(beds)).expect("1 to 64 beds");
            }
            "--alarms" => asked.alarms = usize::from(number().expect("up to 65535 alarms")),
            "--no-record" => asked.records = false,
            "--window" => asked.window = Some(words.next().expect("a program").into()),
            "--size" => asked.size = words.next().expect("a size, such as 1920x1080"),
            "--storm" => asked.storm = true,
            // Cargo's own.
            "--bench" => {}
            other => panic!(
                "{other}: there are --beds, --alarms, --window, --size, --storm, --no-record"
            ),
        }
    }
    asked
}

fn main() {
    let asked = asked();
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("record");
    std::fs::create_dir(&place).expect("a folder");
    let record = asked.records.then(|| RecordOptions {
        machine: MachineKeyPlace::file(folder.path().join("machine.key")),
        program: Text::from("vigie bench"),
    });
    let options = StationOptions {
        config: config(asked.beds),
        folder: place.clone(),
        expects_window: false,
        sounds: true,
        setup: None,
        seed: 1,
        record,
        trace: None,
        confine: None,
        fault: None,
    };
    let loudspeaker = Capture::new(RATE_HZ);
    let (ward, raised) = Ward::start(asked.beds);
    let station = Station::start_heard_by(options, Output::Capture(loudspeaker.clone()));
    let station = station.expect("the station starts");
    let window = Arc::new(Window::new(StationClient::connect(&place)));
    let ends = Arc::new(AtomicBool::new(false));
    let (seen_by, seen) = bounded(4);
    let pcm = Arc::new(Mutex::new(Vec::new()));
    let kept_of = asked.storm.then(|| pcm.clone());
    let ear = beside("ear", &ends, move |ends| listen(&loudspeaker, kept_of.as_deref(), ends));
    let (window_looks, window_of) = (window.clone(), seen_by);
    let eye = beside("eye", &ends, move |ends| window_looks.look(&window_of, ends));
    let trace = folder.path().join("paints");
    let screen = asked.window.as_ref().map(|vigie| {
        let bed = asked.storm.then_some("1");
        Screen::open((vigie, &asked.size), &place, trace, bed)
    });
    let mut bench = Bench { station, ward, raised, window, seen, screen, lost: 0 };
    bench.begin(asked.beds);
    let all_held = if asked.storm {
        let Bench { station, ward, raised, screen, .. } = &mut bench;
        let (screen, beds) = (screen.as_mut(), asked.beds);
        storm::run(Scene { station, ward, raised, screen, beds, pcm: &pcm, rate_hz: RATE_HZ })
    } else {
        let before = Costs::now();
        let delays: Vec<Delays> = (0..asked.alarms).filter_map(|_| bench.alarm()).collect();
        let spent = Costs::now().since(&before);
        report(&asked, &delays, &bench, &spent);
        bench.lost == 0
    };
    drop(bench);
    ends.store(true, Ordering::Relaxed);
    ear.join().expect("it listened");
    eye.join().expect("it looked");
    assert!(all_held, "not all was as it must be");
}

fn beside(
    name: &str,
    ends: &Arc<AtomicBool>,
    run: impl FnOnce(&AtomicBool) + Send + 'static,
) -> thread::JoinHandle<()> {
    let ends = ends.clone();
    thread::Builder::new().name(name.to_owned()).spawn(move || run(&ends)).expect("a thread")
}

fn config(beds: u8) -> Config {
    let mut text = String::from(
        "mode = \"simulation\"\n[network]\ninterface = \"lo\"\naddress = \"127.0.0.1/8\"\n",
    );
    for bed in 1..=beds {
        let ip = *address(bed).ip();
        writeln!(text, "[[bed]]\nid = \"{bed}\"\nlabel = \"{bed}\"").expect("a text");
        writeln!(text, "[[line]]\nname = \"{bed}\"\nprotocol = \"intellivue\"\nudp = \"{ip}\"")
            .expect("a text");
        writeln!(text, "bed = \"{bed}\"").expect("a text");
    }
    Config::parse(&text, catalogue()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// Takes samples at the pace of a device, and keeps them for who wants to know what was played.
fn listen(loudspeaker: &Capture, keeps: Option<&Mutex<Vec<f32>>>, ends: &AtomicBool) {
    let (begin, mut periods) = (BootClock.mono(), 0_u32);
    let count = (PERIOD.as_secs_f64() * f64::from(RATE_HZ)) as usize;
    while !ends.load(Ordering::Relaxed) {
        let samples = loudspeaker.take(count);
        if let Some(pcm) = keeps {
            pcm.lock().expect("no panic").extend(samples);
        }
        periods += 1;
        thread::park_timeout((begin + PERIOD * periods).since(BootClock.mono()));
    }
}

/// A window on the socket, and whose alarm it looks for.
struct Window {
    client: StationClient,
    bed: Mutex<Option<u8>>,
}

impl Window {
    fn new(client: StationClient) -> Window {
        Window { client, bed: Mutex::new(None) }
    }

    /// Looks each millisecond, far more often than a screen has frames.
    fn look(&self, seen: &Sender<MonoTime>, ends: &AtomicBool) {
        while !ends.load(Ordering::Relaxed) {
            let bed = *self.bed.lock().expect("no panic");
            if let Some(bed) = bed
                && let Some(view) = self.client.seen().map(|seen| seen.view)
                && shown(&view, bed).is_some()
            {
                *self.bed.lock().expect("no panic") = None;
                seen.send(BootClock.mono()).expect("somebody waits");
            }
            thread::park_timeout(Duration::from_millis(1));
        }
    }
}

/// The row of a bed's unanswered alarm, where it stands in the list and on the tile.
fn shown(view: &BoardView, bed: u8) -> Option<Row> {
    let tile = view.tiles.get(usize::from(bed) - 1)?;
    tile.alarms.list.first()?;
    let is_it = |row: &&vigie_board::view::AttentionRow| {
        row.bed.as_ref() == tile.bed.as_ref()
            && matches!(row.what, AttentionOf::Device { .. })
            && row.answer.answered.is_none()
    };
    view.attention.iter().find(is_it).map(row_of)
}

/// From the frame's last byte.
struct Delays {
    view: Duration,
    window: Duration,
    sound: Duration,
    /// With a window alone; and its frame, counted from the one under way when the view was published.
    pixel: Option<(Duration, usize)>,
}

struct Bench {
    station: Station,
    ward: Ward,
    raised: Receiver<Raised>,
    window: Arc<Window>,
    seen: Receiver<MonoTime>,
    screen: Option<Screen>,
    lost: usize,
}

impl Bench {
    /// Waits until all beds live, with waves, and nothing sounds.
    fn begin(&mut self, beds: u8) {
        let views = self.station.views();
        let deadline = BootClock.mono() + START;
        let mut live = 0;
        let mut waves = 0;
        while BootClock.mono() < deadline {
            let Some(view) = views.next(Duration::from_secs(1)) else { continue };
            let with_waves = view.tiles.iter().filter(|tile| !tile.waves.is_empty());
            live = with_waves.count();
            waves = view.tiles.iter().map(|tile| tile.waves.len()).sum();
            if live == usize::from(beds) && self.window.client.seen().is_some() {
                break;
            }
        }
        assert_eq!(live, usize::from(beds), "beds live with waves");
        println!("{live} beds live, with {waves} waves");
        if let Some(screen) = &mut self.screen {
            screen.wait();
        }
        // What has begun meanwhile settles.
        thread::park_timeout(Duration::from_secs(5));
        self.answer_all();
        thread::park_timeout(SILENCE);
        if let Some(screen) = &mut self.screen {
            screen.count();
        }
    }

    /// Answers whatever asks, so that it does not sound.
    fn answer_all(&self) {
        let Some(view) = self.station.view() else { return };
        let asking = view.attention.iter().filter(|row| row.answer.answered.is_none());
        let alarms: Vec<ConditionNo> = asking.map(|row| row.answer.no).collect();
        if !alarms.is_empty() {
            self.answer(alarms);
        }
    }

    fn answer(&self, alarms: Vec<ConditionNo>) {
        let answer = Command::Answer { alarms, how: AnswerKind::Acknowledged };
        let receipt = self.window.client.command(Text::from("AB"), answer, LOST);
        if receipt != Some(Receipt::Done) {
            println!("an answer became {receipt:?}");
        }
    }

    /// One alarm, answered; `None`: it was lost, and counted.
    fn alarm(&mut self) -> Option<Delays> {
        let views = self.station.views();
        self.ward.raise();
        let Raised { bed, at, .. } = self.raised.recv_timeout(LOST).expect("a monitor raises one");
        *self.window.bed.lock().expect("no panic") = Some(bed);
        let delays = self.follow(&views, bed, at);
        if delays.is_none() {
            println!("the alarm of bed {bed} was lost");
            self.lost += 1;
        }
        *self.window.bed.lock().expect("no panic") = None;
        while self.seen.try_recv().is_ok() {}
        self.answer_all();
        self.ward.restore(bed);
        thread::park_timeout(SILENCE);
        delays
    }

    fn follow(&mut self, views: &Views, bed: u8, at: MonoTime) -> Option<Delays> {
        let deadline = at + LOST;
        let left = || Some(deadline.since(BootClock.mono())).filter(|left| !left.is_zero());
        let (view, row, published) = loop {
            let view = views.next(left()?)?;
            let published = BootClock.mono();
            if let Some(row) = shown(&view, bed) {
                break (view, row, published);
            }
        };
        let window = self.seen.recv_timeout(left()?).ok()?;
        let queued = loop {
            left()?;
            if let Some(queued) = self.station.queued(view.sound.call) {
                break queued;
            }
            thread::park_timeout(Duration::from_millis(1));
        };
        // Each alarm makes a call of its own: nothing sounded before it.
        assert!(queued > at, "bed {bed} was called for before its alarm came");
        let pixel = match &mut self.screen {
            Some(screen) => {
                let painted = screen.wait_for(row, deadline)?;
                Some((painted.since(at), screen.frames_between(published, painted)))
            }
            None => None,
        };
        let since = |then: MonoTime| then.since(at);
        Some(Delays { view: since(published), window: since(window), sound: since(queued), pixel })
    }
}

fn report(asked: &Asked, delays: &[Delays], bench: &Bench, spent: &Spent) {
    let Asked { beds, alarms, records, .. } = asked;
    let recorded = if *records { "recorded" } else { "not recorded" };
    let lost = bench.lost;
    println!("\n{beds} beds with waves, {recorded}: {alarms} alarms, {lost} lost");
    table::head("from the last byte of the frame");
    let row = |name: &str, of: &dyn Fn(&Delays) -> Duration| -> Duration {
        let [_, p99, _] = table::row(name, delays.iter().map(of).collect());
        p99
    };
    let view = row("to the published view", &|delays| delays.view);
    row("to a window over the socket", &|delays| delays.window);
    let sound = row("to the first sample handed to the device", &|delays| delays.sound);
    match &bench.screen {
        Some(screen) => report_pixels(delays, screen),
        None => println!("{:<52}not measured: --window names no program", "to the pixel"),
    }
    let held = view < AIM && sound < AIM;
    println!("aim, 99 of 100 within {} ms to view and sound: {}", AIM.as_millis(), kept(held));
    println!("{spent}");
    println!("load {}", table::load());
}

fn report_pixels(delays: &[Delays], screen: &Screen) {
    let pixels: Vec<(Duration, usize)> = delays.iter().filter_map(|delays| delays.pixel).collect();
    let after =
        delays.iter().filter_map(|delays| Some(delays.pixel?.0.saturating_sub(delays.view)));
    let after: Vec<Duration> = after.collect();
    let frames = |wanted: &dyn Fn(usize) -> bool| -> usize {
        pixels.iter().filter(|(_, frames)| wanted(*frames)).count()
    };
    let [one, two, three, more] =
        [frames(&|n| n <= 1), frames(&|n| n == 2), frames(&|n| n == 3), frames(&|n| n > 3)];
    let pixels: Vec<Duration> = pixels.iter().map(|(pixel, _)| *pixel).collect();
    table::row("to the pixel: the frame that shows it is presented", pixels);
    println!();
    table::head("the window");
    let [_, late, _] = table::row("from the published view to the pixel", after.clone());
    let [frame, slow, _] = table::row("from one frame to the next", screen.frame_times());
    table::row("to paint a frame with a new alarm", screen.paint_times());
    let aim = frame * AIM_FRAMES;
    let within = after.iter().filter(|after| **after <= aim).count();
    println!(
        "the frame that shows it was under way when the view was published: {one}; began as the first after \
         it: {two}, as the second: {three}, later: {more}"
    );
    println!(
        "aim, 99 of 100 within {AIM_FRAMES} frame times from view to pixel: {} by the median ({}; {within} of \
         {} were), {} by the time of 99 in 100 frames ({})",
        kept(late <= aim),
        ms(aim),
        after.len(),
        kept(late <= slow * AIM_FRAMES),
        ms(slow * AIM_FRAMES)
    );
    println!("the window used {:.2} cores", screen.cores());
}
