//! Memory and processors.

use super::check::Check;
use crate::isolation::Surroundings;

/// Window and station of a full ward take well below one; the desktop needs the rest.
const MEMORY_GIB_LOW: f64 = 2.0;
const KIB_PER_GIB: f64 = 1_048_576.0;

/// All of them.
pub fn checks(here: &Surroundings) -> Vec<Check> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    vec![memory(here), processors(cores)]
}

fn memory(here: &Surroundings) -> Check {
    const NAME: &str = "memory";
    let text = here.read("proc/meminfo").unwrap_or_default();
    // `MemTotal:       16263084 kB`
    let gib = |label: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(label))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / KIB_PER_GIB)
    };
    let (Some(size), Some(free)) = (gib("MemTotal:"), gib("MemAvailable:")) else {
        return Check::warning(NAME, "not known: /proc/meminfo cannot be read", "mount /proc");
    };
    let what = format!("{free:.1} of {size:.1} GiB available");
    if free < MEMORY_GIB_LOW / 2.0 || size < MEMORY_GIB_LOW {
        Check::warning(NAME, what, "end other programs; a PC for a ward has 4 GiB or more")
    } else {
        Check::ok(NAME, what)
    }
}

fn processors(cores: usize) -> Check {
    if cores < 2 {
        let remedy = "use a PC with two cores or more: the window must not take the station's time";
        Check::warning("processors", "one core", remedy)
    } else {
        Check::ok("processors", format!("{cores} cores"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    #[test]
    fn little_memory_and_one_core_are_risks() {
        let machine = Machine::isolated();
        let told = |total: u64, free: u64| {
            machine.write(
                "proc/meminfo",
                &format!("MemTotal: {total} kB\nMemFree: 1 kB\nMemAvailable: {free} kB\n"),
            );
            memory(&machine.surroundings())
        };
        assert_eq!(told(8_388_608, 4_194_304), Check::ok("memory", "4.0 of 8.0 GiB available"));
        assert_eq!(told(1_048_576, 1_048_576).state, State::Warning);
        assert_eq!(told(8_388_608, 262_144).state, State::Warning);
        assert_eq!((processors(1).state, processors(4).state), (State::Warning, State::Ok));
    }
}
