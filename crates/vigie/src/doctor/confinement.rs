//! The filters of the kernel, tried in confined threads; systemd.

use super::check::Check;
use crate::{
    isolation::Surroundings,
    sandbox::{self, Attempt, Landlock},
};

/// All of them.
pub fn checks(here: &Surroundings) -> Vec<Check> {
    let test = sandbox::self_test();
    let mut checks = tried("window sandbox", test.window);
    checks.extend(tried("station sandbox", test.station));
    checks.push(landlock(test.landlock));
    checks.push(systemd(here));
    checks
}

/// One check an attempt, so that each stands in a protocol of acceptance.
fn tried(name: &'static str, attempts: Result<Vec<Attempt>, String>) -> Vec<Check> {
    let attempts = match attempts {
        Ok(attempts) => attempts,
        Err(problem) => {
            let remedy = "use a kernel and a container that allow seccomp; without it only cables keep Vigie off a network";
            return vec![Check::bad(name, problem, remedy)];
        }
    };
    let judged = |attempt: Attempt| {
        let what = format!("{}: {}", attempt.what, attempt.said());
        if attempt.is_right() {
            Check::ok(name, what)
        } else if attempt.expected.is_some() && attempt.outcome.is_err() {
            Check::warning(
                name,
                format!("{what}, but not by Vigie's filter"),
                "report it with the output of `uname -a`",
            )
        } else {
            Check::bad(name, what, "do not use this PC: report it with the output of `uname -a`")
        }
    };
    attempts.into_iter().map(judged).collect()
}

fn landlock(landlock: Result<Landlock, String>) -> Check {
    const NAME: &str = "Landlock";
    let behind = "the other filters hold without it; Linux 6.7 or newer has it";
    match landlock {
        Ok(Landlock::Ports(version)) => {
            Check::ok(NAME, format!("version {version}: TCP only to ports that vigie.toml names"))
        }
        Ok(Landlock::FilesOnly(version)) => {
            Check::warning(NAME, format!("version {version} filters no TCP ports"), behind)
        }
        Ok(Landlock::Off) => {
            let remedy = "boot with `landlock` in the list `lsm=` of the kernel's command line";
            Check::warning(NAME, "switched off: TCP ports are not filtered", remedy)
        }
        Ok(Landlock::Absent) => {
            Check::warning(NAME, "not in this kernel: TCP ports are not filtered", behind)
        }
        Err(problem) => Check::warning(NAME, problem, behind),
    }
}

fn systemd(here: &Surroundings) -> Check {
    // sd_booted(3): this folder is there exactly when systemd started the machine.
    if here.path("run/systemd/system").is_dir() {
        Check::ok("systemd", "runs this PC: it can start Vigie, watch it and filter its addresses")
    } else {
        Check::warning(
            "systemd",
            "does not run this PC: nothing starts Vigie again, and no address filter stands behind it",
            "install a Linux with systemd on a PC of a ward",
        )
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn what_is_not_refused_is_bad_and_what_another_refused_is_a_warning() {
        let expected = Some(Errno::ACCESS);
        let attempt = |outcome| Attempt { what: "TCP socket, IPv4", outcome, expected };
        let outcomes = [Err(Errno::ACCESS), Err(Errno::PERM), Ok(())];
        let checks = tried("window sandbox", Ok(outcomes.map(attempt).to_vec()));
        let states: Vec<State> = checks.iter().map(|check| check.state).collect();
        assert_eq!(states, [State::Ok, State::Warning, State::Bad]);
        assert_eq!(checks[2].what, "TCP socket, IPv4: NOT refused");
        let missing = Attempt { what: "Unix socket", outcome: Err(Errno::ACCESS), expected: None };
        assert_eq!(tried("window sandbox", Ok(vec![missing]))[0].state, State::Bad);
    }

    #[test]
    fn a_kernel_without_the_filter_is_bad_and_without_landlock_a_warning() {
        assert_eq!(tried("window sandbox", Err("no seccomp".to_owned()))[0].state, State::Bad);
        for old in [Landlock::FilesOnly(3), Landlock::Off, Landlock::Absent] {
            assert_eq!(landlock(Ok(old)).state, State::Warning, "{old:?}");
        }
        assert_eq!(landlock(Ok(Landlock::Ports(4))).state, State::Ok);
    }
}
