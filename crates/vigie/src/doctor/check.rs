//! One check: what was looked at, how it is, and what to do.

use std::fmt::Write as _;

use serde::Serialize;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Works, with a risk.
    Warning,
    /// Not isolated, or will not work.
    Bad,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Bad => "BAD",
        }
    }
}

/// One line of the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, in lower case; several checks may share it.
    #[serde(rename = "check")]
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub what: String,
    /// What to do; only where something is not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Check {
    /// As it should be.
    pub fn ok(name: &'static str, what: impl Into<String>) -> Check {
        Check { name, state: State::Ok, what: what.into(), remedy: None }
    }

    /// A risk.
    pub fn warning(
        name: &'static str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Check {
        Check { name, state: State::Warning, what: what.into(), remedy: Some(remedy.into()) }
    }

    /// Not isolated, or will not work.
    pub fn bad(name: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Check {
        Check { name, state: State::Bad, what: what.into(), remedy: Some(remedy.into()) }
    }
}

/// Lines for a terminal: state, check, finding; a remedy on a line of its own below it.
pub fn render(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let indent = 10 + width + 2;
        let what = check.what.replace('\n', &format!("\n{:indent$}", ""));
        let word = check.state.word();
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{word:<8}  {:<width$}  {what}", check.name);
        if let Some(remedy) = &check.remedy {
            let _ = writeln!(text, "{:indent$}-> {remedy}", "");
        }
    }
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (ok, warnings, bad) = (count(State::Ok), count(State::Warning), count(State::Bad));
    let _ = writeln!(text, "{ok} ok, {warnings} warnings, {bad} bad");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned_and_remedies_stand_below() {
        let checks = [
            Check::ok("clock", "2026-01-02"),
            Check::warning("swap", "on /dev/sda2", "swapoff -a"),
            Check::bad("default route", "through eth0\nand eth1", "unplug it"),
        ];
        let expected = "\
ok        clock          2026-01-02
warning   swap           on /dev/sda2
                         -> swapoff -a
BAD       default route  through eth0
                         and eth1
                         -> unplug it
1 ok, 1 warnings, 1 bad
";
        assert_eq!(render(&checks), expected);
    }
}
