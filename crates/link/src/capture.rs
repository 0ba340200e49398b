//! Raw captures for engineers: everything that arrived and was sent on a line, with its time.
//!
//! | Ports | Form | Read by |
//! | --- | --- | --- |
//! | UDP | classic pcap, microseconds, Ethernet, IPv4 and UDP headers put together by us | `vigie replay`, tcpdump, Wireshark |
//! | serial, TCP, Unix | the bytes that arrived, as they came off the wire, and beside them `FILE.times` | `vigie replay` (serial IntelliVue), any hex viewer |
//!
//! All UDP ports of a line share `FILE`. The first stream of a line without UDP has `FILE`; every
//! other stream has `FILE.lineN`, N being the session's number of it. A stream is kept raw since a
//! container of ours would have no reader but ours. `FILE.times` has a line per chunk, in the PC's
//! clock:
//!
//! ```text
//! # vigie capture of line "bed 3": unix time, direction, line, offset in the capture, bytes
//! 1700000000.123456789 < 0 0 214
//! 1700000000.223456789 > 0 - c0110101...c1
//! 1700000001.000000000 closed 0
//! ```
//!
//! `<` arrived, and stands at the offset of the capture; `>` was sent, and its bytes stand here in
//! hex. In a pcap the Ethernet addresses are made from the IP addresses (`02:00` and the address),
//! and what a group heard is addressed to the group, or to the subnet's broadcast address.
//!
//! No file is written over: where `FILE` exists the capture is called `FILE.2`, and so on. Files are
//! readable by the owner alone, since they hold what monitors say about patients. A capture that
//! cannot be written ends with a text in the status; it never holds the line up.
//!
//! Outside simulation and replay each file is an age file to the unit's public key, and `.age` follows
//! its name (`FILE.age`, `FILE.times.age`, `FILE.2.age`). `vigie key capture` opens it, and so does
//! `age -d -i KEYFILE`. age encrypts pieces of 64 KiB: a station that is killed or loses its power leaves
//! a file that opens up to its last whole piece, so that up to 64 KiB at the end of each file are lost. A
//! file that ended properly is whole.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use etherparse::PacketBuilder;
use tokio::sync::{mpsc, watch};
use vigie_keyring::Recipient;
use vigie_model::{Text, WallTime};
use vigie_session::Line;

/// Records that wait for the disk.
const RECORDS_MAX: usize = 4_096;
/// Bytes that wait for the disk; what comes on top is left out and counted.
const WAITING_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Files of one name before a capture gives up.
const NAMES_MAX: u32 = 9_999;
/// Streams of one line that are captured: its ports and what was accepted.
const STREAMS_MAX: usize = 72;
/// Magic number, version 2.4, time zone, accuracy, snap length, Ethernet (libpcap, "Capture file
/// format").
const PCAP_HEAD: [u8; 24] =
    [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
const NANOS_PER_SEC: i64 = 1_000_000_000;

/// What is written.
#[derive(Debug)]
enum Record {
    Datagram { wall: WallTime, from: SocketAddrV4, to: SocketAddrV4, bytes: Bytes },
    Stream { line: Line, wall: WallTime, is_sent: bool, bytes: Bytes },
    Mark { line: Line, wall: WallTime, what: &'static str },
}

impl Record {
    fn bytes(&self) -> usize {
        match self {
            Record::Datagram { bytes, .. } | Record::Stream { bytes, .. } => bytes.len(),
            Record::Mark { .. } => 0,
        }
    }
}

/// Where ports leave what they move.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    records: mpsc::Sender<Record>,
    state: Arc<State>,
}

/// What ports, the writer and the status share.
#[derive(Debug)]
struct State {
    place: String,
    waiting_bytes: AtomicUsize,
    left_out: AtomicUsize,
    trouble: Mutex<Option<String>>,
}

/// The status's end of a capture.
#[derive(Debug)]
pub(crate) struct Capture {
    state: Arc<State>,
    done: watch::Receiver<bool>,
}

impl Capture {
    /// Why the capture has not all of the line; `None` while it has.
    pub(crate) fn trouble(&self) -> Option<String> {
        let trouble = self.state.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let left_out = self.state.left_out.load(Ordering::Relaxed);
        trouble.or_else(|| {
            let place = &self.state.place;
            (left_out > 0).then(|| {
                format!("capture {place}: {left_out} records left out, the disk is too slow: choose another disk")
            })
        })
    }

    /// Waits until all is on the disk; the taps must be gone by then.
    pub(crate) async fn ended(&mut self) {
        let _ = self.done.wait_for(|done| *done).await;
    }
}

impl Tap {
    pub(crate) fn datagram(
        &self,
        wall: WallTime,
        from: SocketAddrV4,
        to: SocketAddrV4,
        bytes: &Bytes,
    ) {
        self.leave(Record::Datagram { wall, from, to, bytes: bytes.clone() });
    }

    pub(crate) fn stream(&self, line: Line, wall: WallTime, is_sent: bool, bytes: &Bytes) {
        self.leave(Record::Stream { line, wall, is_sent, bytes: bytes.clone() });
    }

    pub(crate) fn mark(&self, line: Line, wall: WallTime, what: &'static str) {
        self.leave(Record::Mark { line, wall, what });
    }

    /// Never waits: what the writer cannot take is left out.
    fn leave(&self, record: Record) {
        let bytes = record.bytes();
        let waiting = self.state.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        if waiting.saturating_add(bytes) <= WAITING_BYTES_MAX
            && self.records.try_send(record).is_ok()
        {
            return;
        }
        self.state.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.state.left_out.fetch_add(1, Ordering::Relaxed);
    }
}

/// Starts a capture on a thread of its own, since a disk may stand still.
/// `to`: who can read it; `None`: everybody who has the file.
pub(crate) fn start(
    path: &Path,
    name: &Text,
    has_datagrams: bool,
    to: Option<&Recipient>,
) -> (Option<Tap>, Capture) {
    let (records, mut taken) = mpsc::channel(RECORDS_MAX);
    let state = Arc::new(State {
        place: path.display().to_string(),
        waiting_bytes: AtomicUsize::new(0),
        left_out: AtomicUsize::new(0),
        trouble: Mutex::new(None),
    });
    let (done, heard) = watch::channel(false);
    let capture = Capture { state: Arc::clone(&state), done: heard };
    let mut writer = Writer {
        path: path.to_owned(),
        name: name.clone(),
        pcap: None,
        streams: BTreeMap::new(),
        to: to.cloned(),
        has_datagrams,
        has_main: has_datagrams,
    };
    let of_writer = Arc::clone(&state);
    let thread = std::thread::Builder::new().name("capture".to_owned()).spawn(move || {
        if let Err(error) = writer.write_all(&mut taken, &of_writer) {
            let place = &of_writer.place;
            let text = format!(
                "capture {place} has stopped: {error}; make room or correct the folder, and start the station again"
            );
            tracing::warn!("{text}");
            *of_writer.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        }
        let _ = done.send(true);
    });
    match thread {
        Ok(_) => (Some(Tap { records, state }), capture),
        Err(error) => {
            let text = format!("capture {} was not started: {error}", state.place);
            *state.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            (None, capture)
        }
    }
}

/// The files.
struct Writer {
    path: PathBuf,
    name: Text,
    to: Option<Recipient>,
    pcap: Option<Output>,
    streams: BTreeMap<Line, StreamFiles>,
    has_datagrams: bool,
    /// Whether `FILE` itself is taken.
    has_main: bool,
}

struct StreamFiles {
    raw: Output,
    times: Output,
    offset: u64,
}

/// A file, in clear or as age.
enum Output {
    Clear(BufWriter<File>),
    Sealed(Box<age::stream::StreamWriter<BufWriter<File>>>),
}

impl Output {
    /// A new file, and its path without the end that tells what is in it.
    fn create(wanted: &Path, to: Option<&Recipient>) -> io::Result<(Output, PathBuf)> {
        let Some(to) = to else {
            let (file, path) = create(wanted, "")?;
            return Ok((Output::Clear(BufWriter::new(file)), path));
        };
        let (file, path) = create(wanted, ".age")?;
        let recipients = std::iter::once(to.as_age() as &dyn age::Recipient);
        let sealer = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let sealed = sealer.wrap_output(BufWriter::new(file))?;
        Ok((Output::Sealed(Box::new(sealed)), path))
    }

    /// Without it an age file is cut off.
    fn finish(self) -> io::Result<()> {
        match self {
            Output::Clear(mut file) => file.flush(),
            Output::Sealed(sealed) => sealed.finish()?.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Clear(file) => file.write(bytes),
            Output::Sealed(sealed) => sealed.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Clear(file) => file.flush(),
            Output::Sealed(sealed) => sealed.flush(),
        }
    }
}

impl Writer {
    fn write_all(&mut self, records: &mut mpsc::Receiver<Record>, state: &State) -> io::Result<()> {
        if self.has_datagrams {
            let mut pcap = Output::create(&self.path, self.to.as_ref())?.0;
            pcap.write_all(&PCAP_HEAD)?;
            pcap.flush()?;
            self.pcap = Some(pcap);
        }
        while let Some(record) = records.blocking_recv() {
            let mut next = Some(record);
            while let Some(record) = next {
                state.waiting_bytes.fetch_sub(record.bytes(), Ordering::Relaxed);
                self.write(&record)?;
                next = records.try_recv().ok();
            }
            self.flush()?;
        }
        self.finish()
    }

    /// Every file is ended, also when one cannot be.
    fn finish(&mut self) -> io::Result<()> {
        let streams = std::mem::take(&mut self.streams).into_values();
        let outputs = streams.flat_map(|files| [files.raw, files.times]);
        let outcomes: Vec<io::Result<()>> =
            self.pcap.take().into_iter().chain(outputs).map(Output::finish).collect();
        outcomes.into_iter().collect()
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(pcap) = &mut self.pcap {
            pcap.flush()?;
        }
        for files in self.streams.values_mut() {
            files.raw.flush()?;
            files.times.flush()?;
        }
        Ok(())
    }

    fn write(&mut self, record: &Record) -> io::Result<()> {
        match record {
            Record::Datagram { wall, from, to, bytes } => match &mut self.pcap {
                Some(pcap) => pcap.write_all(&packet(*wall, *from, *to, bytes)?),
                None => Ok(()),
            },
            Record::Stream { line, wall, is_sent: false, bytes } => {
                let Some(files) = self.stream(*line)? else { return Ok(()) };
                files.raw.write_all(bytes)?;
                let offset = files.offset;
                files.offset += bytes.len() as u64;
                writeln!(files.times, "{} < {} {offset} {}", Moment(*wall), line.0, bytes.len())
            }
            Record::Stream { line, wall, is_sent: true, bytes } => {
                let Some(files) = self.stream(*line)? else { return Ok(()) };
                write!(files.times, "{} > {} - ", Moment(*wall), line.0)?;
                bytes.iter().try_for_each(|byte| write!(files.times, "{byte:02x}"))?;
                writeln!(files.times)
            }
            Record::Mark { line, wall, what } => match self.streams.get_mut(line) {
                Some(files) => writeln!(files.times, "{} {what} {}", Moment(*wall), line.0),
                None => Ok(()),
            },
        }
    }

    /// The files of a stream; `None` beyond the last that is captured.
    fn stream(&mut self, line: Line) -> io::Result<Option<&mut StreamFiles>> {
        if !self.streams.contains_key(&line) {
            if self.streams.len() >= STREAMS_MAX {
                return Ok(None);
            }
            let wanted = if self.has_main {
                with(&self.path, &format!(".line{}", line.0))
            } else {
                self.path.clone()
            };
            self.has_main = true;
            let (raw, path) = Output::create(&wanted, self.to.as_ref())?;
            let (mut times, _) = Output::create(&with(&path, ".times"), self.to.as_ref())?;
            writeln!(
                times,
                "# vigie capture of line {:?}: unix time, direction, line, offset in the capture, bytes",
                self.name
            )?;
            let files = StreamFiles { raw, times, offset: 0 };
            self.streams.insert(line, files);
        }
        Ok(self.streams.get_mut(&line))
    }
}

/// A new file of this name and end, or of the first name behind it that is free: `FILE.2` and the end.
/// Gives the name without the end.
fn create(wanted: &Path, end: &str) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut path = wanted.to_owned();
    for number in 2..=NAMES_MAX {
        match options.open(with(&path, end)) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                path = with(wanted, &format!(".{number}"));
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many captures of this name: move some away"))
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Seconds since 1970 with nanoseconds.
struct Moment(WallTime);

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nanos = self.0.as_unix_nanos();
        let (secs, rest) = (nanos.div_euclid(NANOS_PER_SEC), nanos.rem_euclid(NANOS_PER_SEC));
        write!(f, "{secs}.{rest:09}")
    }
}

/// A datagram as a packet of a pcap.
fn packet(
    wall: WallTime,
    from: SocketAddrV4,
    to: SocketAddrV4,
    payload: &[u8],
) -> io::Result<Vec<u8>> {
    let mut frame = Vec::with_capacity(payload.len() + 42);
    PacketBuilder::ethernet2(ethernet(*from.ip()), ethernet(*to.ip()))
        .ipv4(from.ip().octets(), to.ip().octets(), 1)
        .udp(from.port(), to.port())
        .write(&mut frame, payload)
        .map_err(io::Error::other)?;
    let nanos = wall.as_unix_nanos();
    // A pcap's seconds have 32 bits (until 2106).
    let secs = u32::try_from(nanos.div_euclid(NANOS_PER_SEC)).unwrap_or(0);
    let micros = u32::try_from(nanos.rem_euclid(NANOS_PER_SEC) / 1_000).unwrap_or(0);
    let bytes = u32::try_from(frame.len()).map_err(io::Error::other)?;
    let mut packet = Vec::with_capacity(frame.len() + 16);
    for word in [secs, micros, bytes, bytes] {
        packet.extend(word.to_le_bytes());
    }
    packet.append(&mut frame);
    Ok(packet)
}

/// An Ethernet address made from an IP address; a group's is its real one (RFC 1112, section 6.4).
fn ethernet(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    if address.is_broadcast() {
        [0xFF; 6]
    } else if address.is_multicast() {
        [0x01, 0x00, 0x5E, b & 0x7F, c, d]
    } else {
        [0x02, 0x00, a, b, c, d]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_capture_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let wanted = folder.path().join("bed.bin");
        for end in ["", ".age"] {
            let (_, first) = create(&wanted, end).expect("a file");
            let (_, second) = create(&wanted, end).expect("a file");
            assert_eq!(first, wanted);
            assert_eq!(second, folder.path().join("bed.bin.2"));
            assert!(with(&second, end).exists());
        }
    }

    #[test]
    fn a_group_has_its_own_ethernet_address() {
        assert_eq!(ethernet(Ipv4Addr::new(224, 0, 23, 63)), [0x01, 0x00, 0x5E, 0, 23, 63]);
        assert_eq!(ethernet(Ipv4Addr::new(10, 0, 42, 9)), [0x02, 0x00, 10, 0, 42, 9]);
    }

    #[test]
    fn a_writer_that_stands_still_costs_bounded_memory() {
        let (records, _taken) = mpsc::channel(RECORDS_MAX);
        let state = Arc::new(State {
            place: "here".to_owned(),
            waiting_bytes: AtomicUsize::new(0),
            left_out: AtomicUsize::new(0),
            trouble: Mutex::new(None),
        });
        let tap = Tap { records, state: Arc::clone(&state) };
        let chunk = Bytes::from(vec![0; 1024 * 1024]);
        for _ in 0..20 {
            tap.stream(Line::MAIN, WallTime::default(), false, &chunk);
        }
        assert_eq!(state.waiting_bytes.load(Ordering::Relaxed), WAITING_BYTES_MAX);
        assert_eq!(state.left_out.load(Ordering::Relaxed), 12);
        let (_, heard) = watch::channel(false);
        let capture = Capture { state, done: heard };
        assert!(capture.trouble().is_some_and(|text| text.contains("12 records left out")));
    }
}
