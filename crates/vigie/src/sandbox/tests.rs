//! The filters at work in threads of their own, and for a whole process in a process of its own.

use std::{
    ffi::OsStr,
    fs,
    io::{self, ErrorKind, IsTerminal, Read, Write},
    net::{TcpListener, UdpSocket},
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    process::Command,
    sync::Arc,
    thread,
    time::Duration,
};

use vigie_board::AlarmPolicy;
use vigie_clock::BootClock;
use vigie_config::{LineConfig, RecordConfig, ScreenConfig, SoundConfig};
use vigie_model::{Clock, Priority, StationMode};
use vigie_session::Line;
use vigie_speaker::{Health, Speaker, SpeakerOptions};
use vigie_tones::Wanted;
use vigie_words::Language;

use super::*;

/// Set in the process that a test starts of itself.
const INSIDE: &str = "VIGIE_TEST_INSIDE";

fn confined<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    thread::spawn(work).join().expect("the confined thread ends well")
}

/// Binding sends nothing, whatever the filter does.
fn internet() -> [io::Result<()>; 2] {
    [UdpSocket::bind("127.0.0.1:0").map(drop), TcpListener::bind("127.0.0.1:0").map(drop)]
}

fn assert_refused(answers: [io::Result<()>; 2]) {
    for answer in answers {
        let kind = answer.expect_err("no socket of the internet").kind();
        assert_eq!(kind, ErrorKind::PermissionDenied);
    }
}

#[test]
fn no_socket_of_the_internet_and_everything_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    confined(move || {
        no_internet().expect("this kernel filters");
        assert_refused(internet());
        let (mut near, mut far) = UnixStream::pair().expect("Unix sockets work");
        near.write_all(b"beat").expect("written");
        let mut beat = [0; 4];
        far.read_exact(&mut beat).expect("read");
        assert_eq!(&beat, b"beat");
        fs::create_dir(path.join("a")).expect("a folder");
        fs::write(path.join("file"), "text").expect("files work");
        fs::rename(path.join("file"), path.join("a/file")).expect("renamed");
        assert_eq!(fs::read_to_string(path.join("a/file")).expect("read"), "text");
    });
    internet().into_iter().for_each(|answer| answer.expect("the filter ended with its thread"));
}

#[test]
fn what_a_confined_thread_starts_is_confined() {
    confined(|| {
        no_internet().expect("this kernel filters");
        thread::spawn(|| assert_refused(internet())).join().expect("a thread of a confined thread");
        let status = fs::read_to_string("/proc/thread-self/status").expect("/proc");
        let child =
            Command::new("cat").arg("/proc/self/status").output().expect("a process starts");
        let child = String::from_utf8_lossy(&child.stdout).into_owned();
        for status in [status, child] {
            assert!(status.contains("\nSeccomp:\t2\n"), "{status}");
            assert!(status.contains("\nNoNewPrivs:\t1\n"), "{status}");
        }
    });
}

#[test]
fn a_filter_twice_is_no_harm() {
    confined(|| {
        no_internet().expect("once");
        no_internet().expect("twice");
        assert_refused(internet());
    });
}

#[test]
fn every_attempt_of_the_self_test_is_answered_by_the_filter() {
    let test = self_test();
    for attempts in [&test.window, &test.station] {
        for attempt in attempts.as_ref().expect("this kernel filters") {
            assert!(attempt.is_right(), "{}: {}", attempt.what, attempt.said());
        }
    }
    assert!(test.landlock.is_ok(), "{:?}", test.landlock);
    let window = test.window.expect("attempts");
    let asked: Vec<&str> = window.iter().map(|attempt| attempt.what).collect();
    for what in
        ["TCP socket, IPv4", "UDP socket, IPv6", "raw socket, IPv4", "packet socket", "io_uring"]
    {
        assert!(asked.contains(&what), "{asked:?}");
    }
    internet().into_iter().for_each(|answer| answer.expect("the process itself stays as it is"));
}

#[test]
fn an_open_filter_is_reported() {
    // Outside of any filter: at least TCP and UDP open here.
    let attempts = confined(probe::window_attempts);
    let wrong: Vec<&str> =
        attempts.iter().filter(|attempt| !attempt.is_right()).map(|attempt| attempt.what).collect();
    assert!(
        wrong.contains(&"TCP socket, IPv4") && wrong.contains(&"UDP socket, IPv4"),
        "{wrong:?}"
    );
    assert_eq!(attempts[0].said(), "NOT refused");
}

/// Runs one test of this file again, alone in a process.
fn in_own_process(name: &str) {
    in_own_process_with(name, &[]);
}

fn in_own_process_with(name: &str, variables: &[(&str, &OsStr)]) {
    let this = std::env::current_exe().expect("the test program");
    let name = format!("{}::{name}", module_path!().split_once("::").expect("a module").1);
    let output = Command::new(this)
        .args(["--exact", &name, "--nocapture"])
        .env(INSIDE, "1")
        .envs(variables.iter().copied())
        .output()
        .expect("the test program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn the_filter_of_the_station_holds_the_whole_process() {
    if std::env::var_os(INSIDE).is_none() {
        return in_own_process("the_filter_of_the_station_holds_the_whole_process");
    }
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let before = thread::spawn(move || {
        wait.recv().expect("told to go on");
        UdpSocket::bind("[::1]:0").map(drop)
    });
    station_links().expect("this kernel filters");
    internet().into_iter().for_each(|answer| answer.expect("IPv4 stays"));
    go.send(()).expect("the thread waits");
    let answer = before.join().expect("the older thread ends well");
    let kind = answer.expect_err("it started before the filter and is held too").kind();
    assert_eq!(kind, ErrorKind::PermissionDenied);
    for attempt in probe::station_attempts() {
        assert!(attempt.is_right(), "{}: {}", attempt.what, attempt.said());
    }
}

/// What the way to a loudspeaker needs, tried: how each attempt was answered.
fn way_to_a_loudspeaker(folder: &Path) -> Vec<(String, Result<(), ErrorKind>)> {
    let mut tried = Vec::new();
    let mut attempt = |what: String, answer: io::Result<()>| {
        tried.push((what, answer.map_err(|error| error.kind())));
    };
    // A device of characters, read and written, and asked something by `ioctl`.
    let device = fs::OpenOptions::new().read(true).write(true).open("/dev/ptmx");
    attempt("character device".to_owned(), device.map(|device| _ = device.is_terminal()));
    // The sound card's own, where this PC has one; not the samples, which a station may be playing.
    let cards = fs::read_dir("/dev/snd");
    attempt("/dev/snd".to_owned(), cards.map(|_| ()));
    for entry in fs::read_dir("/dev/snd").into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("control") {
            let control = fs::OpenOptions::new().read(true).write(true).open(entry.path());
            attempt(entry.path().display().to_string(), control.map(|_| ()));
        }
    }
    // The sound server's: PulseAudio's and PipeWire's are Unix sockets of streams.
    let server = folder.join("native");
    let answer = UnixListener::bind(&server).and_then(|listener| {
        let mut near = UnixStream::connect(&server)?;
        let (mut far, _) = listener.accept()?;
        near.write_all(b"play")?;
        far.read_exact(&mut [0; 4])
    });
    _ = fs::remove_file(&server);
    attempt("sound server's socket".to_owned(), answer);
    // Samples go to it by memory that both share.
    let memory = rustix::fs::memfd_create("samples", rustix::fs::MemfdFlags::CLOEXEC);
    let sized = memory.and_then(|memory| rustix::fs::ftruncate(memory, 4_096));
    attempt("shared memory".to_owned(), sized.map_err(io::Error::from));
    // The callback has a thread of its own.
    let thread = thread::Builder::new().spawn(|| ());
    attempt("thread".to_owned(), thread.map(|thread| thread.join().expect("it ends well")));
    tried
}

/// What becomes of a device that a speaker opens: that it takes samples, and that it is none.
fn speaker_on(device: &str) -> (bool, Health) {
    let options = SpeakerOptions { device: Some(device.to_owned()), ..SpeakerOptions::default() };
    let speaker = Speaker::start(options, Arc::new(BootClock));
    let call = Wanted { priority: Some(Priority::High), call: 1, step: 0 };
    speaker.want(call);
    let end = BootClock.mono() + Duration::from_secs(30);
    loop {
        let health = speaker.health();
        let is_settled = !matches!(health, Health::Starting | Health::Working { .. });
        if is_settled || BootClock.mono() >= end {
            return (speaker.queued(1).is_some(), health);
        }
        thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn the_way_to_a_loudspeaker_is_open_to_a_confined_station() {
    const NAME: &str = "the_way_to_a_loudspeaker_is_open_to_a_confined_station";
    /// A device of ALSA that takes samples and needs no card.
    const ALSA: &str = "pcm.proof { type null hint { show on description \"Proof\" } }\n";
    if std::env::var_os(INSIDE).is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("alsa.conf");
        fs::write(&file, ALSA).expect("written");
        return in_own_process_with(NAME, &[("ALSA_CONFIG_PATH", file.as_os_str())]);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let open = way_to_a_loudspeaker(folder.path());
    let heard = speaker_on("proof");
    assert!(heard.0, "{heard:?}: samples were taken without any filter");
    // As `vigie record` does it: the process first, then the sound's own thread.
    station_links().expect("this kernel filters");
    tcp_ports(&TcpPorts::default()).expect("Landlock answers");
    let path = folder.path().to_owned();
    let (confined_open, confined_heard, internet) = confined(move || {
        no_internet().expect("the thread's own");
        (way_to_a_loudspeaker(&path), speaker_on("proof"), internet())
    });
    assert_refused(internet);
    assert_eq!(confined_open, open);
    for what in ["sound server's socket", "shared memory", "thread"] {
        assert!(open.contains(&(what.to_owned(), Ok(()))), "{open:?}");
    }
    assert_eq!(confined_heard, heard);
}

#[test]
fn tcp_is_held_to_the_ports_named() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let named = free.local_addr().expect("its address").port();
    drop(free);
    confined(move || {
        let ports = TcpPorts { connect: BTreeSet::new(), listen: BTreeSet::from([named]) };
        let landlock = tcp_ports(&ports).expect("Landlock answers");
        let other = TcpListener::bind(("127.0.0.1", 0)).map(drop);
        match landlock {
            Landlock::Ports(version) => {
                assert!(version >= 4);
                let kind = other.expect_err("any other port").kind();
                assert_eq!(kind, ErrorKind::PermissionDenied);
            }
            Landlock::FilesOnly(_) | Landlock::Off | Landlock::Absent => other.expect("no filter"),
        }
        // Another test may have taken the port meanwhile; forbidden it is not.
        if let Err(error) = TcpListener::bind(("127.0.0.1", named)) {
            assert_eq!(error.kind(), ErrorKind::AddrInUse);
        }
    });
}

#[test]
fn the_ports_are_those_of_the_configuration() {
    let line = |ports| LineConfig {
        name: "pump".into(),
        protocol: "any".to_owned(),
        passive: false,
        real: false,
        bed: None,
        ports,
        options: Vec::new(),
        capture: None,
        path: None,
    };
    let peer = "10.0.42.9:4001".parse().expect("an address");
    let lines = vec![
        line(vec![(Line(0), PortConfig::TcpTo(peer)), (Line(1), PortConfig::UdpSubnet)]),
        line(vec![(Line(0), PortConfig::TcpListen(3502))]),
    ];
    let config = Config {
        mode: StationMode::Live,
        language: Language::English,
        network: None,
        beds: Vec::new(),
        places: std::collections::BTreeMap::new(),
        lines,
        devices: Vec::new(),
        record: RecordConfig::default(),
        alarms: AlarmPolicy::default(),
        limits: None,
        sound: SoundConfig::default(),
        screen: ScreenConfig::default(),
        windows: Vec::new(),
        people: Vec::new(),
    };
    let ports = TcpPorts::of(&config);
    assert_eq!((ports.connect, ports.listen), (BTreeSet::from([4001]), BTreeSet::from([3502])));
}
