//! What the threads of this process have spent: the station's, and those that stand for its world.

use std::{collections::BTreeMap, fmt, fs, time::Duration};

use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};

/// Threads that are no part of a station: monitors, loudspeaker, the window's end of the socket, which
/// calls its thread after its other end, and who looks at its view; the bench itself.
const WORLD: [&str; 4] = ["devices", "ear", "station", "eye"];

/// Spent so far, by thread.
pub struct Costs {
    at: MonoTime,
    /// Name, and time on a processor.
    threads: BTreeMap<u32, (String, Duration)>,
}

/// Spent meanwhile.
pub struct Spent {
    time: Duration,
    /// Cores, by the name of threads.
    cores: BTreeMap<String, f64>,
}

impl Costs {
    pub fn now() -> Costs {
        let tasks = fs::read_dir("/proc/self/task").expect("Linux tells");
        let thread = |task: fs::DirEntry| {
            let id: u32 = task.file_name().to_str()?.parse().ok()?;
            let name = fs::read_to_string(task.path().join("comm")).ok()?;
            let spent = fs::read_to_string(task.path().join("schedstat")).ok()?;
            let nanos = spent.split_whitespace().next()?.parse().ok()?;
            // The first thread has the name of the program.
            let name = if id == std::process::id() { "bench" } else { name.trim() };
            Some((id, (name.to_owned(), Duration::from_nanos(nanos))))
        };
        let threads = tasks.filter_map(|task| thread(task.ok()?)).collect();
        Costs { at: BootClock.mono(), threads }
    }

    pub fn since(&self, before: &Costs) -> Spent {
        let time = self.at.since(before.at);
        let mut cores = BTreeMap::new();
        for (id, (name, spent)) in &self.threads {
            let had = before.threads.get(id).map_or(Duration::ZERO, |(_, spent)| *spent);
            let share = spent.saturating_sub(had).as_secs_f64() / time.as_secs_f64();
            *cores.entry(name.clone()).or_insert(0.0) += share;
        }
        Spent { time, cores }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_of_world = |name: &str| name == "bench" || WORLD.contains(&name);
        let sum = |of_world: bool| -> f64 {
            let of = self.cores.iter().filter(|(name, _)| is_of_world(name) == of_world);
            of.map(|(_, cores)| cores).sum()
        };
        let (station, world) = (sum(false), sum(true));
        let seconds = self.time.as_secs();
        write!(f, "over {seconds} s the station used {station:.2} cores (")?;
        let mut first = true;
        for (name, cores) in self.cores.iter().filter(|(name, _)| !is_of_world(name)) {
            if *cores >= 0.005 {
                write!(f, "{}{name} {cores:.2}", if first { "" } else { ", " })?;
                first = false;
            }
        }
        write!(f, "), monitors and bench {world:.2}")
    }
}
