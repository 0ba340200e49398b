//! Views of real recordings, told as updates: what arrives is what was sent, and it is small.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use vigie_board::{
    Board, BoardConfig, BoardView,
    view::{TileView, UpdateError, ViewUpdate},
};
use vigie_intellivue::session::{FRAMING, FRAMING_RS232, IntellivueFactory};
use vigie_model::{Bed, BedId, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_replay::{Playback, PlaybackOptions, Recording, StepKind, read};
use vigie_session::{Down, Factory, Input, Line, Setup, rng::Rng};
use vigie_ward::Ward;

const FIXTURES: [&str; 3] = [
    "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin",
    "rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin",
    "rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin",
];
const START: MonoTime = MonoTime::from_nanos(1_000_000_000_000);
const START_WALL: WallTime = WallTime::from_unix_nanos(1_790_000_000_000_000_000);
/// As often as the station publishes.
const FRAME: Duration = Duration::from_millis(33);

fn recording(name: &str) -> Recording {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    read(name, &fs::read(folder.join(name)).expect("a fixture")).expect("a recording").remove(0)
}

/// A ward of recordings that begin one after the other, as monitors do.
struct Recorded {
    ward: Ward,
    playback: Playback,
}

impl Recorded {
    fn new(beds: usize, options: PlaybackOptions) -> Recorded {
        let bed = |number: usize| {
            let name = Text::from(number.to_string());
            Bed { id: BedId(name.clone()), label: name }
        };
        let config = BoardConfig {
            mode: StationMode::Replay,
            // The last one stands in the tray.
            beds: (1..beds).map(bed).collect(),
            run: RunId(1),
        };
        let mut ward = Ward::new(Board::new(config), RunId(1));
        let sources: Vec<Recording> = FIXTURES.map(recording).into();
        let mut recordings = Vec::new();
        for number in 1..=beds {
            let name = number.to_string();
            let options = vec![(FRAMING.into(), FRAMING_RS232.into())];
            let setup = Setup { passive: true, seed: 0, options };
            ward.add_recording(&name, IntellivueFactory.session(&setup));
            ward.assign_line(START, START_WALL, &name, BedId(Text::from(name.as_str())));
            let mut recording = sources[number % sources.len()].clone();
            let late = Duration::from_millis(16 * (number as u64 % 64));
            recording.pieces.iter_mut().for_each(|piece| piece.at += late);
            recordings.push(recording);
        }
        Recorded { ward, playback: Playback::new(recordings, options, START) }
    }

    fn view(&mut self, now: MonoTime) -> Arc<BoardView> {
        let wall = |at: MonoTime| START_WALL.after(at - START);
        while let Some(at) = self.playback.next_at().filter(|at| *at <= now) {
            let Some(step) = self.playback.poll(at) else { break };
            let input = match &step.kind {
                StepKind::Up => Input::Up { line: Line::MAIN, peer: None },
                StepKind::Bytes { from, bytes } => {
                    Input::Bytes { line: Line::MAIN, from: *from, bytes }
                }
                StepKind::Down => Input::Down { line: Line::MAIN, why: Down::Closed },
            };
            self.ward.handle_input(step.at, wall(step.at), step.line, input);
        }
        self.ward.handle_timeout(now, wall(now));
        self.ward.view(now, wall(now))
    }
}

/// An update as it is at the other end of the socket, and how long it was.
fn carried(update: &ViewUpdate) -> (ViewUpdate, usize) {
    let bytes = postcard::to_stdvec(update).expect("it can be written");
    (postcard::from_bytes(&bytes).expect("it can be read"), bytes.len())
}

fn tiles(view: &BoardView) -> impl Iterator<Item = &Arc<TileView>> {
    view.tiles.iter().chain(&view.unassigned)
}

#[test]
fn what_arrives_is_what_was_sent_whatever_was_skipped() {
    for seed in 1..=4 {
        let mut rng = Rng::new(seed);
        let looped = PlaybackOptions { looped: true, pause_at: None };
        let mut recorded = Recorded::new(5, looped);
        let mut now = START;
        let mut theirs: Option<Arc<BoardView>> = None;
        let mut ours: Option<Arc<BoardView>> = None;
        let (mut kept, mut chunks_kept) = (0, 0);
        for _ in 0..250 {
            // A reader that is slow at times, up to a minute.
            let frames = if rng.chance(0.02) { rng.below(2_000) } else { rng.below(6) };
            now = now + FRAME * frames as u32;
            let new = recorded.view(now);
            let (update, _) = carried(&ViewUpdate::between(ours.as_deref(), &new));
            let applied = update.apply(theirs.as_ref()).expect("it builds on the last one");
            assert_eq!(*applied, *new, "seed {seed} at {now:?}");
            if let (Some(ours), Some(theirs)) = (&ours, &theirs) {
                for ((old, their_old), (new, their_new)) in
                    tiles(ours).zip(tiles(theirs)).zip(tiles(&new).zip(tiles(&applied)))
                {
                    let same = Arc::ptr_eq(old, new);
                    assert_eq!(Arc::ptr_eq(their_old, their_new), same, "seed {seed}");
                    kept += usize::from(same);
                    for (old, new) in their_old.waves.iter().zip(&their_new.waves) {
                        let is_kept =
                            |chunk: &&Arc<_>| old.trace.iter().any(|o| Arc::ptr_eq(o, chunk));
                        chunks_kept += new.trace.iter().filter(is_kept).count();
                    }
                }
            }
            (ours, theirs) = (Some(new), Some(applied));
        }
        assert!(kept > 100 && chunks_kept > 1_000, "{kept} tiles, {chunks_kept} chunks");
    }
}

#[test]
fn an_update_for_another_view_is_refused() {
    let mut recorded = Recorded::new(2, PlaybackOptions::default());
    let first = recorded.view(START + Duration::from_secs(3));
    let second = recorded.view(START + Duration::from_secs(4));
    let third = recorded.view(START + Duration::from_secs(6));
    let update = ViewUpdate::between(Some(&second), &third);
    assert_eq!(update.clone().apply(Some(&first)), Err(UpdateError::OtherBase));
    assert_eq!(update.clone().apply(None), Err(UpdateError::OtherBase));
    assert_eq!(update.apply(Some(&second)), Ok(third.clone()));
    assert_eq!(ViewUpdate::between(None, &third).apply(Some(&first)), Ok(third));
}

#[test]
fn damaged_updates_are_refused_or_make_some_view_and_never_more() {
    let mut recorded = Recorded::new(3, PlaybackOptions::default());
    let old = recorded.view(START + Duration::from_secs(20));
    let new = recorded.view(START + Duration::from_secs(22));
    let bytes = postcard::to_stdvec(&ViewUpdate::between(Some(&old), &new)).expect("bytes");
    let mut refused = 0;
    for seed in 0..2_000 {
        let mut rng = Rng::new(seed);
        let mut damaged = bytes.clone();
        for _ in 0..=rng.below(3) {
            let place = rng.index(damaged.len());
            damaged[place] = rng.next_u64() as u8;
        }
        match postcard::from_bytes::<ViewUpdate>(&damaged).map(|update| update.apply(Some(&old))) {
            Ok(Ok(view)) => assert!(view.tiles.len() <= bytes.len(), "seed {seed}"),
            Ok(Err(_)) | Err(_) => refused += 1,
        }
    }
    assert!(refused > 200, "{refused} of 2000");
}

/// Twenty seconds after all began, 30 views a second for four seconds.
#[test]
fn a_ward_costs_so_many_bytes_a_second() {
    for (beds, bytes_max, whole_max) in [(8, 20_000, 400_000), (64, 160_000, 3_200_000)] {
        let mut recorded = Recorded::new(beds, PlaybackOptions::default());
        let settled = START + Duration::from_secs(40);
        let mut has = recorded.view(settled);
        let (_, whole) = carried(&ViewUpdate::between(None, &has));
        let (mut bytes, mut longest) = (0, 0);
        for frame in 1..=120_u32 {
            let new = recorded.view(settled + FRAME * frame);
            let (_, length) = carried(&ViewUpdate::between(Some(&has), &new));
            bytes += length;
            longest = longest.max(length);
            has = new;
        }
        let a_second = bytes / 4;
        println!("{beds} beds: {a_second} bytes a second, longest {longest}, whole view {whole}");
        assert!(a_second < bytes_max, "{beds} beds: {a_second} bytes a second");
        assert!(whole < whole_max, "{beds} beds: {whole} bytes for the whole view");
    }
}
