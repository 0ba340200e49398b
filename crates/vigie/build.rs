//! Tells the program from which commit it is built.
//!
//! `.git` is read as the files it is: no `git` needs to be there, and a source without it says that nobody
//! knows. Cargo runs this again when the commit changes, and at no other time.

use std::{env, path::Path};

#[path = "src/about/commit.rs"]
mod commit;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/about/commit.rs");
    // For whoever packages a source without `.git`.
    println!("cargo::rerun-if-env-changed=VIGIE_COMMIT");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let found = commit::head(&root.join(".git"));
    for file in &found.read {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    let given = env::var("VIGIE_COMMIT").ok();
    let commit = given.or(found.commit).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=VIGIE_COMMIT={}", commit.get(..10).unwrap_or(&commit));
}
