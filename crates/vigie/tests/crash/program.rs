//! The program under `strace`: traced, killed at one of its calls, or left alone.

use std::{
    env, fs,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::{
    calls::{CHANGING, Call, NAMING},
    forgetful::Image,
};

/// What a run told on standard output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Of each commit, in order: rows and samples that are durable since.
    pub durable: Vec<(u64, u64)>,
    /// Segments that are sealed.
    pub sealed: Vec<u32>,
    /// The record was closed.
    pub is_closed: bool,
}

impl Said {
    /// Takes over what else was told; lines it does not know are for people.
    pub fn hear(&mut self, text: &[u8]) {
        for line in String::from_utf8_lossy(text).lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["durable", rows, samples] => {
                    let number = |text: &str| text.parse().expect("a number");
                    self.durable.push((number(rows), number(samples)));
                }
                ["sealed", number] => self.sealed.push(number.parse().expect("a number")),
                ["closed"] => self.is_closed = true,
                _ => {}
            }
        }
    }
}

/// A folder in memory where there is one: what the machine's disk thinks of syncs is not the point.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
    tempfile::Builder::new().prefix("vigie-crash-").tempdir_in(folder).expect("a folder")
}

/// The program, or `strace` with it, with nothing around it that is not ours.
fn command(program: &str, root: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("TZ", "UTC")
        .env("HOME", root.join("home"))
        .env("XDG_CONFIG_HOME", root.join("home"));
    command
}

const VIGIE: &str = env!("CARGO_BIN_EXE_vigie");

/// Runs it to its end.
pub fn run(root: &Path, arguments: &[String]) -> Output {
    command(VIGIE, root).args(arguments).output().expect("the program starts")
}

/// Runs it to its end, which must be a good one.
pub fn run_well(root: &Path, arguments: &[String]) -> Result<Said, String> {
    let output = run(root, arguments);
    if !output.status.success() {
        return Err(format!(
            "vigie {}: {}\n{}{}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let mut said = Said::default();
    said.hear(&output.stdout);
    Ok(said)
}

/// Runs it to its end and writes down every call that matters to files.
pub fn traced(root: &Path, arguments: &[String]) -> Vec<Call> {
    traced_program(VIGIE, root, arguments)
}

/// The same for another program.
pub fn traced_program(program: &str, root: &Path, arguments: &[String]) -> Vec<Call> {
    let folder = scratch();
    let log = folder.path().join("log");
    let names: Vec<&str> = CHANGING.iter().chain(NAMING).copied().collect();
    let output = command("strace", root)
        // Strings whole and in hex, one process.
        .args(["-f", "-qq", "-xx", "-s", "67108864", "-e", "signal=none", "-o"])
        .arg(&log)
        .args(["-e", &format!("trace={}", names.join(",")), program])
        .args(arguments)
        .output()
        .expect("strace is there: apt-get install strace");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {stderr}", arguments.join(" "));
    let calls = Call::parse_log(&fs::read_to_string(&log).expect("a log"));
    let first = calls.first().expect("it made calls").0;
    // Descriptors of one process, counts of one thread: more would need more of the model.
    let others = calls.iter().find(|(id, call)| *id != first && call.answer >= 0);
    assert_eq!(others, None, "another thread or process changes files");
    calls.into_iter().map(|(_, call)| call).collect()
}

/// Kills it as it enters the `nth` call of this name; what it had told until then.
pub fn killed(root: &Path, arguments: &[String], name: &str, nth: usize) -> Result<Said, String> {
    let output = command("strace", root)
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={name}")])
        .args(["-e", &format!("inject={name}:signal=KILL:when={nth}"), VIGIE])
        .args(arguments)
        .output()
        .expect("strace is there: apt-get install strace");
    if output.status.success() {
        return Err(format!("there was no {nth}. {name}: the run is not what the first one was"));
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !stderr.trim().is_empty() {
        return Err(format!("killed at {name} {nth}, it complained: {stderr}"));
    }
    let mut said = Said::default();
    said.hear(&output.stdout);
    Ok(said)
}

/// A folder as it is, by paths below it.
pub fn read_image(folder: &Path) -> Image {
    let mut image = Image::new();
    let mut left = vec![PathBuf::new()];
    while let Some(below) = left.pop() {
        for entry in fs::read_dir(folder.join(&below)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = below.join(entry.file_name());
            if entry.file_type().expect("a kind").is_dir() {
                image.insert(path.clone(), None);
                left.push(path);
            } else if path.extension().is_none_or(|extension| extension != "vg-shm") {
                image.insert(path, Some(fs::read(entry.path()).expect("a file")));
            }
        }
    }
    image
}

/// Makes a folder what an image says.
pub fn write_image(folder: &Path, image: &Image) {
    for (path, content) in image {
        let path = folder.join(path);
        match content {
            None => fs::DirBuilder::new().mode(0o700).create(path).expect("a folder"),
            Some(content) => {
                let mut file = fs::OpenOptions::new();
                let file = file.write(true).create_new(true).mode(0o600).open(path);
                std::io::Write::write_all(&mut file.expect("a file"), content).expect("written");
            }
        }
    }
}

/// Path of a recorded fixture.
pub fn fixture(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    fs::canonicalize(folder.join(name)).expect("it is there").to_string_lossy().into_owned()
}
