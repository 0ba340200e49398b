//! Checks of the repository itself: what the architecture forbids stays absent.
//!
//! [`Tree`] reads the repository once. Each module holds one family of rules as functions from what
//! was read to [`Finding`]s, and proves every rule on a bad example; `tests/tree.rs` runs all of
//! them over the repository. A finding names the place and the remedy.
//!
//! What clippy can see by type (clock reads, sleeping, name lookup) stands in `clippy.toml`; what
//! cargo-deny can see in the lock file (licences, banned crates, sources) stands in `deny.toml`.

pub mod documents;
pub mod layers;
pub mod manifest;
pub mod purity;
pub mod queues;
pub mod screen;
pub mod shape;
pub mod sockets;
pub mod source;
pub mod tree;

mod tokens;

use std::fmt;

pub use manifest::Manifest;
pub use source::Source;
pub use tree::Tree;

/// One place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// File, from the root of the repository, with forward slashes.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
    /// What to do instead.
    pub remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { path, line, what, remedy } = self;
        write!(f, "{path}:{line}: {what}\n    remedy: {remedy}")
    }
}

/// All findings as one text for a failing test.
pub fn report(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    format!("{} place(s) to mend:\n{}\n", findings.len(), lines.join("\n"))
}
