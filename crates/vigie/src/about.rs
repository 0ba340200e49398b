//! What the program knows of itself: its version, the commit, where its documents are.

#[cfg(test)]
mod commit;

#[cfg(any(feature = "window", test))]
use std::path::{Path, PathBuf};

/// The commit that this was built from, or that nobody knows it.
#[cfg(any(feature = "window", test))]
const COMMIT: &str = env!("VIGIE_COMMIT");

/// Version and commit, as `vigie --version` says them.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("VIGIE_COMMIT"));

/// The commit that this was built from; `None`: nobody knows.
#[cfg(feature = "window")]
pub fn commit() -> Option<&'static str> {
    (COMMIT != "unknown").then_some(COMMIT) // tidy: not for people
}

/// A page of the documents that is there if any is.
#[cfg(any(feature = "window", test))]
const A_PAGE: &str = "configuration.md";

/// Where the documents of the program that runs are.
#[cfg(feature = "window")]
pub fn documents_here() -> Option<PathBuf> {
    documents(&std::env::current_exe().ok()?)
}

/// The folder of the documents, for the program that stands at `exe`: as packages install it, or beside
/// the source that it was built from.
#[cfg(any(feature = "window", test))]
pub fn documents(exe: &Path) -> Option<PathBuf> {
    let folder = exe.parent()?;
    let installed = folder.parent().map(|prefix| prefix.join("share/doc/vigie"));
    let beside = folder.ancestors().take(4).map(|above| above.join("docs"));
    installed.into_iter().chain(beside).find(|docs| docs.join(A_PAGE).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const A: &str = "0123456789abcdef0123456789abcdef01234567";

    fn write(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }

    #[test]
    fn the_commit_is_found_on_a_branch_packed_away_without_one_and_in_a_worktree() {
        let temp = tempfile::tempdir().expect("a folder");
        let root = temp.path();
        let of = |git: &str| commit::head(&root.join(git)).commit;
        assert_eq!(commit::head(&root.join("none/.git")), commit::Head::default());

        write(root, "plain/.git/HEAD", "ref: refs/heads/main\n");
        assert_eq!(of("plain/.git"), None, "a branch without a commit");
        write(root, "plain/.git/packed-refs", &format!("# pack-refs\n{A} refs/heads/main\n"));
        assert_eq!(of("plain/.git").as_deref(), Some(A));
        let newer = A.replace('0', "f");
        write(root, "plain/.git/refs/heads/main", &format!("{newer}\n"));
        assert_eq!(of("plain/.git"), Some(newer.clone()));

        write(root, "loose/.git/HEAD", A);
        assert_eq!(of("loose/.git").as_deref(), Some(A));
        write(root, "loose/.git/HEAD", "something else");
        assert_eq!(of("loose/.git"), None);

        let beside = root.join("plain/.git/worktrees/other");
        write(root, "other/.git", &format!("gitdir: {}\n", beside.display()));
        write(&beside, "HEAD", "ref: refs/heads/main\n");
        write(&beside, "commondir", "../..\n");
        assert_eq!(of("other/.git"), Some(newer));
        let read = commit::head(&root.join("other/.git")).read;
        assert!(read.len() == 2 && read.iter().all(|file| file.is_file()), "{read:?}");
    }

    #[test]
    fn this_build_knows_its_commit_or_says_nothing() {
        let is_hex = COMMIT.len() == 10 && COMMIT.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_hex || COMMIT == "unknown", "{COMMIT}");
    }

    #[test]
    fn documents_are_found_where_packages_put_them_and_beside_the_source() {
        let temp = tempfile::tempdir().expect("a folder");
        let root = temp.path();
        assert_eq!(documents(&root.join("usr/bin/vigie")), None);
        write(root, "usr/share/doc/vigie/configuration.md", "");
        assert_eq!(documents(&root.join("usr/bin/vigie")), Some(root.join("usr/share/doc/vigie")));
        write(root, "src/docs/configuration.md", "");
        assert_eq!(documents(&root.join("src/target/debug/vigie")), Some(root.join("src/docs")));
    }
}
