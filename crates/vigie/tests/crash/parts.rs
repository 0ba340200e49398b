//! The parts of a record's life that are broken: what is on the disk before, what is run, and what must
//! hold afterwards.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use crate::{
    calls::Call,
    contents::{Contents, Lists, read},
    forgetful::Image,
    program::{Said, fixture, killed, read_image, run_well, scratch, traced, write_image},
};

/// Virtual seconds that are recorded: every group of numbers is flushed once, and waves ten times.
pub const RECORDED_S: usize = 130;

/// Virtual seconds of the start after a crash.
const AGAIN_S: usize = 2;

/// Where the record is, below the root.
pub fn record(root: &Path) -> PathBuf {
    root.join("record")
}

/// Where the copy is.
pub fn copy(root: &Path) -> PathBuf {
    root.join("copy")
}

fn words(words: &[&str], path: &Path) -> Vec<String> {
    let path = path.to_string_lossy();
    words.iter().map(|word| word.replace("DIR", &path)).collect()
}

/// Records two beds in virtual time. `hour`: which run it is; each begins an hour after the one before.
pub fn replay(root: &Path, hour: u32, seconds: &str) -> Vec<String> {
    let mut arguments = words(&["replay", "--record", "DIR", "--headless"], &record(root));
    arguments.extend(["--starting-at", &start_of(hour).to_string()].map(str::to_owned));
    arguments.extend(["--after", seconds, "--say-durable"].map(str::to_owned));
    for (bed, name) in [
        ("1B", "intellivue/rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin"),
        ("1D", "intellivue/rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin"),
    ] {
        arguments.push(format!("{bed}={}", fixture(name)));
    }
    arguments
}

/// Seconds since 1970. A night long ago: no run comes near midnight, when a segment ends.
fn start_of(hour: u32) -> u32 {
    1_000_000_000 + 3_600 * hour
}

/// The recording that is broken.
fn first(root: &Path) -> Vec<String> {
    replay(root, 0, &RECORDED_S.to_string())
}

/// The start after it.
fn again(root: &Path) -> Vec<String> {
    replay(root, 1, &AGAIN_S.to_string())
}

/// And the one that is never broken.
fn at_last(root: &Path) -> Vec<String> {
    replay(root, 2, &AGAIN_S.to_string())
}

/// Copies the record.
pub fn backup(root: &Path) -> Vec<String> {
    let mut arguments = words(&["backup", "--same-disk", "--record", "DIR"], &record(root));
    arguments.push(copy(root).to_string_lossy().into_owned());
    arguments
}

/// Makes a record of the copy.
pub fn restore(root: &Path) -> Vec<String> {
    let mut arguments = words(&["restore", "--record", "DIR"], &record(root));
    arguments.push(copy(root).to_string_lossy().into_owned());
    arguments
}

/// Checks a record or a copy.
pub fn verify(place: &Path) -> Vec<String> {
    words(&["verify", "DIR"], place)
}

/// What an uninterrupted run of the same input leaves, as of each second.
pub struct Reference {
    /// At the end.
    whole: Arc<Lists>,
    /// What it said.
    said: Said,
    by_commit: Mutex<BTreeMap<usize, Arc<Lists>>>,
    again: Lists,
}

impl Reference {
    /// The one that all tests share.
    pub fn get() -> &'static Reference {
        static REFERENCE: OnceLock<Reference> = OnceLock::new();
        REFERENCE.get_or_init(Reference::make)
    }

    fn make() -> Reference {
        let (whole, said) = recorded(&RECORDED_S.to_string());
        assert!(said.is_closed, "{said:?}");
        assert_eq!(said.durable.len(), RECORDED_S + 1, "a commit each second, and one to close");
        let counts = whole.counts();
        assert!(counts.rows > 50 && counts.values > 1_000 && counts.samples > 10_000, "{counts:?}");
        Reference {
            whole: Arc::new(whole),
            said,
            by_commit: Mutex::default(),
            again: recorded(&AGAIN_S.to_string()).0,
        }
    }

    /// What was durable after so many commits: the first is made a second after the start.
    fn after_commits(&self, commits: usize) -> Arc<Lists> {
        if commits == 0 {
            return Arc::default();
        }
        if commits > RECORDED_S {
            return self.whole.clone();
        }
        if let Some(lists) = self.by_commit.lock().expect("whole").get(&commits) {
            return lists.clone();
        }
        // What happens at the very moment of a commit comes after it.
        let (lists, said) = recorded(&format!("{}.999999999", commits - 1));
        assert_eq!(
            said.durable.last(),
            self.said.durable.get(commits - 1),
            "a run of {commits} s is not the beginning of a longer one"
        );
        let lists = Arc::new(lists);
        self.by_commit.lock().expect("whole").insert(commits, lists.clone());
        lists
    }

    /// Whether a run that was cut short after it had `said` this left what it must: what it lost.
    fn lost(&self, is: &Lists, said: &Said) -> Result<Loss, String> {
        let commits = said.durable.len();
        if let Some(fault) = is.fault_as_beginning_of(&self.whole) {
            return Err(format!("not what was recorded: {fault}"));
        }
        let durable = self.after_commits(commits);
        if let Some(fault) = durable.fault_as_beginning_of(is) {
            return Err(format!("durable since commit {commits}, and gone: {fault}"));
        }
        // Everything that the run had before it was cut: commits are a second apart.
        let heard = self.after_commits(commits + 1).counts();
        let is = is.counts();
        Ok(Loss {
            commits,
            rows: heard.rows.saturating_sub(is.rows),
            values: heard.values.saturating_sub(is.values),
            samples: heard.samples.saturating_sub(is.samples),
        })
    }
}

/// What was lost of what no commit had made durable: at most a second, by the way it is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Commits that were told of.
    pub commits: usize,
    pub rows: usize,
    pub values: usize,
    pub samples: usize,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Loss { commits, rows, values, samples } = self;
        if (*rows, *values, *samples) == (0, 0, 0) {
            return write!(f, "nothing ({commits} commits)");
        }
        write!(
            f,
            "of the second after commit {commits}: {values} values, {samples} samples, {rows} rows"
        )
    }
}

fn recorded(seconds: &str) -> (Lists, Said) {
    let root = scratch();
    let said = well(root.path(), &replay(root.path(), 0, seconds));
    let contents = read(&record(root.path())).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(contents.named, [], "damage");
    let [(_, lists)] = contents.runs.as_slice() else {
        panic!("one run: {:?}", contents.runs.iter().map(|(run, _)| run).collect::<Vec<_>>());
    };
    (lists.clone(), said)
}

/// A part: a run of the program over what is on the disk before, and what must hold however it ends.
pub struct Part<'a> {
    /// For the table.
    pub name: &'static str,
    /// What is on the disk before, below the root.
    pub base: Image,
    /// What is run.
    pub arguments: fn(&Path) -> Vec<String>,
    /// Which of its calls it is about.
    pub scope: Scope,
    /// Starts again, and tells what was lost. The root, and what the run had said.
    pub check: Check<'a>,
}

/// Starts again in a root, after a run that had said this, and tells what was lost.
type Check<'a> = Box<dyn Fn(&Path, &Said) -> Result<String, String> + Sync + 'a>;

/// Which calls of a run a part is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those up to the last commit that it told of.
    Recording,
    /// Those after it.
    Sealing,
}

impl Scope {
    /// The calls it is about.
    pub fn of(self, calls: &[Call]) -> Range<usize> {
        let last = calls.iter().rposition(Call::tells_of_commit).map_or(0, |index| index + 1);
        match self {
            Scope::All => 0..calls.len(),
            Scope::Recording => 0..last,
            Scope::Sealing => last..calls.len(),
        }
    }
}

/// A run from an empty folder on, up to its end.
pub fn recording(reference: &Reference) -> Part<'_> {
    Part {
        name: "recording",
        base: Image::new(),
        arguments: first,
        scope: Scope::Recording,
        check: Box::new(|root, said| after_recording(root, reference, said)),
    }
}

/// The end of the same run.
pub fn sealing(reference: &Reference) -> Part<'_> {
    Part { name: "sealing", scope: Scope::Sealing, ..recording(reference) }
}

/// What a run left open is sealed by the next.
pub fn sealing_what_was_left(reference: &Reference) -> Part<'_> {
    let (base, left_said) = left_open();
    Part {
        name: "sealing what was left",
        base,
        arguments: again,
        scope: Scope::All,
        check: Box::new(move |root, _| after_recording(root, reference, &left_said)),
    }
}

/// A copy that has one segment of three.
pub fn backing_up() -> Part<'static> {
    let root = scratch();
    well(root.path(), &replay(root.path(), 0, "20"));
    well(root.path(), &backup(root.path()));
    well(root.path(), &replay(root.path(), 1, "15"));
    well(root.path(), &replay(root.path(), 2, "10"));
    let wanted = read(&record(root.path())).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(wanted.runs.len(), 3);
    Part {
        name: "backup",
        base: read_image(root.path()),
        arguments: backup,
        scope: Scope::All,
        check: Box::new(move |root, _| after_backup(root, &wanted)),
    }
}

/// A record of three segments and its copy.
pub fn copied() -> Image {
    let root = scratch();
    for (hour, seconds) in [(0, "20"), (1, "15"), (2, "10")] {
        well(root.path(), &replay(root.path(), hour, seconds));
    }
    well(root.path(), &backup(root.path()));
    read_image(root.path())
}

/// A copy of three segments, and no record.
pub fn restoring() -> Part<'static> {
    let mut base = copied();
    let root = scratch();
    write_image(root.path(), &base);
    let wanted = read(&record(root.path())).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(wanted.runs.len(), 3);
    base.retain(|path, _| path.starts_with("copy"));
    Part {
        name: "restore",
        base,
        arguments: restore,
        scope: Scope::All,
        check: Box::new(move |root, _| after_restore(root, &wanted)),
    }
}

/// A recording that was killed in the middle of a commit, and what it had said.
fn left_open() -> (Image, Said) {
    let root = scratch();
    let arguments = first(root.path());
    let calls = traced(root.path(), &arguments);
    let half = calls
        .iter()
        .scan(0, |commits, call| {
            *commits += usize::from(call.tells_of_commit());
            Some((call, *commits))
        })
        .take_while(|(_, commits)| *commits <= RECORDED_S / 2);
    let writes = half.filter(|(call, _)| call.name == "pwrite64").count();
    let root = scratch();
    let arguments = first(root.path());
    let said =
        killed(root.path(), &arguments, "pwrite64", writes).unwrap_or_else(|why| panic!("{why}"));
    assert!(said.durable.len() >= RECORDED_S / 2 && !said.is_closed, "{said:?}");
    (read_image(root.path()), said)
}

fn well(root: &Path, arguments: &[String]) -> Said {
    run_well(root, arguments).unwrap_or_else(|why| panic!("{why}"))
}

/// The program starts by itself, and everything that was durable is there once.
fn after_recording(root: &Path, reference: &Reference, said: &Said) -> Result<String, String> {
    run_well(root, &at_last(root))?;
    run_well(root, &verify(&record(root)))?;
    let contents = read(&record(root))?;
    let commits = said.durable.len();
    // A segment whose tables were not made yet is sealed as what it is: empty.
    let empty: Vec<u32> = contents
        .named
        .iter()
        .filter(|(_, why)| why.contains("nothing was recorded"))
        .map(|(number, _)| *number)
        .collect();
    if let Some(damage) = contents.named.iter().find(|(number, _)| !empty.contains(number)) {
        return Err(format!("after {commits} commits there is damage: {damage:?}"));
    }
    let nothing = Lists::default();
    let lists = |hour: u32| {
        let start_ns = u64::from(start_of(hour)) * 1_000_000_000;
        let run = contents.runs.iter().find(|(run, _)| run.0 == start_ns);
        run.map_or(&nothing, |(_, lists)| lists)
    };
    let again = lists(2);
    if let Some(fault) = reference.again.fault_of_samples_of(again) {
        return Err(format!("the run after it: {fault}"));
    }
    if let Some(fault) = lists(1).fault_of_samples_as_beginning_of(again) {
        return Err(format!("the run in between: {fault}"));
    }
    let lost = reference.lost(lists(0), said)?;
    Ok(lost.to_string())
}

/// What the copy's manifest names is whole at every moment; once resumed it is complete, and the record
/// is what it was.
fn after_backup(root: &Path, wanted: &Contents) -> Result<String, String> {
    run_well(root, &verify(&copy(root))).map_err(|why| format!("before it goes on: {why}"))?;
    run_well(root, &backup(root))?;
    run_well(root, &verify(&copy(root)))?;
    run_well(root, &verify(&record(root)))?;
    same(&read(&copy(root))?, wanted, "the copy")?;
    same(&read(&record(root))?, wanted, "the record")?;
    Ok("nothing".into())
}

/// There is no record before all of it is there; once resumed it is that of the copy.
fn after_restore(root: &Path, wanted: &Contents) -> Result<String, String> {
    if !record(root).join("record.json").exists() {
        run_well(root, &restore(root))?;
    }
    run_well(root, &verify(&record(root)))?;
    same(&read(&record(root))?, wanted, "the record")?;
    Ok("nothing".into())
}

fn same(is: &Contents, wanted: &Contents, what: &str) -> Result<(), String> {
    if !is.named.is_empty() {
        return Err(format!("{what} has damage: {:?}", is.named));
    }
    if is.runs.len() != wanted.runs.len() {
        return Err(format!("{what} has {} runs of {}", is.runs.len(), wanted.runs.len()));
    }
    for ((is_run, is), (run, wanted)) in is.runs.iter().zip(&wanted.runs) {
        let fault = is.fault_as_beginning_of(wanted).or_else(|| wanted.fault_as_beginning_of(is));
        if is_run != run || fault.is_some() {
            return Err(format!("{what}, {run:?}: {}", fault.unwrap_or_default()));
        }
    }
    Ok(())
}
