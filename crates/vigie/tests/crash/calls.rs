//! System calls of a program as `strace` writes them down, and what they do to a [`ForgetfulDisk`].

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::forgetful::{FileId, ForgetfulDisk};

/// Calls that change files and names, or make that last.
pub const CHANGING: &[&str] = &[
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "ftruncate",
    "truncate",
    "fallocate",
    "copy_file_range",
    "sendfile",
    "splice",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "sync",
    "syncfs",
    "msync",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
];

/// Calls that tell which descriptor means which file, and where in it a write goes.
pub const NAMING: &[&str] =
    &["open", "openat", "openat2", "creat", "close", "dup", "dup2", "dup3", "fcntl", "lseek"];

/// A call that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// Its arguments as they were written down, without the strings in them.
    pub arguments: Vec<String>,
    /// The strings among them, in their order.
    pub strings: Vec<Vec<u8>>,
    /// What it answered; below zero: it failed.
    pub answer: i64,
}

impl Call {
    /// A line of the log, without the process id. `None`: not a call, or one that never came back.
    pub fn parse(line: &str) -> Option<Call> {
        let (name, rest) = line.split_once('(')?;
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || !is_name(name) {
            return None;
        }
        // Strings are all in hex: no parenthesis, comma or equals sign stands in one.
        let (inside, answer) = rest.rsplit_once(" = ")?;
        let inside = inside.trim_end().strip_suffix(')')?;
        let answer = answer.split_whitespace().next()?;
        let answer = match answer.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16).ok()?,
            None => answer.parse().ok()?,
        };
        assert!(!inside.contains("\"..."), "a string was cut short: {name}");
        let mut strings = Vec::new();
        let mut plain = String::new();
        for (index, piece) in inside.split('"').enumerate() {
            if index % 2 == 0 {
                plain.push_str(piece);
            } else {
                strings.push(from_hex(piece));
            }
        }
        let arguments = plain.split(", ").map(|argument| argument.trim().to_owned()).collect();
        Some(Call { name: name.to_owned(), arguments, strings, answer })
    }

    /// The calls of a log in the order in which they came back, with the process that made each.
    pub fn parse_log(log: &str) -> Vec<(u32, Call)> {
        const UNFINISHED: &str = " <unfinished ...>";
        let mut begun: BTreeMap<u32, String> = BTreeMap::new();
        let mut calls = Vec::new();
        for line in log.lines() {
            let Some((id, rest)) = line.split_once(char::is_whitespace) else { continue };
            let Ok(id) = id.parse::<u32>() else { continue };
            let rest = rest.trim_start();
            if let Some(beginning) = rest.strip_suffix(UNFINISHED) {
                begun.insert(id, beginning.to_owned());
                continue;
            }
            let whole =
                match rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
                    Some((_, end)) => begun.remove(&id).unwrap_or_default() + end,
                    None => rest.to_owned(),
                };
            calls.extend(Call::parse(&whole).map(|call| (id, call)));
        }
        calls
    }

    /// Whether it tells, on standard output, of a commit.
    pub fn tells_of_commit(&self) -> bool {
        self.name == "write"
            && self.arguments[0] == "1"
            && self.strings.iter().any(|text| text.starts_with(b"durable "))
    }

    fn number(&self, index: usize) -> i64 {
        self.arguments
            .get(index)
            .and_then(|argument| argument.split('<').next()?.parse().ok())
            .unwrap_or_else(|| panic!("argument {index} is no number: {self:?}"))
    }

    /// Anything like `O_CREAT` among the flags.
    fn has(&self, flag: &str) -> bool {
        self.arguments.iter().any(|argument| argument.split('|').any(|each| each == flag))
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    text.split("\\x")
        .skip(1)
        .map(|digits| u8::from_str_radix(digits, 16).expect("strace writes hex with -xx"))
        .collect()
}

/// What a call did, as far as a power cut is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing on the disk.
    None,
    /// A change that need not last.
    Changed,
    /// Something lasts from here on.
    Synced,
    /// A line went to standard output.
    Said(Vec<u8>),
}

/// Plays the calls of one process on a disk.
pub struct Player {
    root: PathBuf,
    pub disk: ForgetfulDisk,
    open: BTreeMap<i64, Open>,
}

#[derive(Clone)]
enum Open {
    File { file: FileId, at: u64, appends: bool },
    Folder(PathBuf),
    Elsewhere,
}

impl Player {
    /// What happens below `root` happens on `disk`, where it is the top folder.
    pub fn new(root: &Path, disk: ForgetfulDisk) -> Player {
        Player { root: root.to_owned(), disk, open: BTreeMap::new() }
    }

    /// Plays a call.
    pub fn play(&mut self, call: &Call) -> Effect {
        if call.answer < 0 {
            return Effect::None;
        }
        match call.name.as_str() {
            "open" | "creat" => self.open(call, 0),
            "openat" | "openat2" => self.open(call, 1),
            "close" => {
                self.open.remove(&call.number(0));
                Effect::None
            }
            // A copy of a descriptor would share its position: nobody writes through one.
            "dup" | "dup2" | "dup3" => self.copy_descriptor(call),
            "fcntl" if call.arguments[1].starts_with("F_DUPFD") => self.copy_descriptor(call),
            "fcntl" => Effect::None,
            "lseek" => {
                if let Some(Open::File { at, .. }) = self.open.get_mut(&call.number(0)) {
                    *at = call.answer as u64;
                }
                Effect::None
            }
            "write" | "writev" => self.write(call, None),
            "pwrite64" => self.write(call, Some(call.number(3) as u64)),
            "pwritev" | "pwritev2" => {
                let vectors = call.strings.len();
                // Pointer and length of each piece stand as two arguments.
                self.write(call, Some(call.number(2 * vectors + 2) as u64))
            }
            "ftruncate" => match self.file(call.number(0)) {
                Some(file) => {
                    self.disk.set_length(file, call.number(1) as u64);
                    Effect::Changed
                }
                None => Effect::None,
            },
            "fallocate" => match self.file(call.number(0)) {
                Some(file) => {
                    assert_eq!(call.arguments[1], "0", "not foreseen: {call:?}");
                    let length = (call.number(2) + call.number(3)) as u64;
                    self.disk.set_length(file, self.disk.length(file).max(length));
                    Effect::Changed
                }
                None => Effect::None,
            },
            "copy_file_range" => {
                self.copy(call, 0, 2, call.number_or_null(1), call.number_or_null(3))
            }
            "sendfile" => self.copy(call, 1, 0, call.number_or_null(2), None),
            "fsync" | "fdatasync" => self.sync(call),
            "rename" => self.rename(call, None, None),
            "renameat" | "renameat2" => {
                assert!(!call.has("RENAME_EXCHANGE"), "not foreseen: {call:?}");
                self.rename(call, Some(0), Some(2))
            }
            "unlink" | "rmdir" => self.remove(call, None),
            "unlinkat" => self.remove(call, Some(0)),
            "mkdir" => self.make_folder(call, None),
            "mkdirat" => self.make_folder(call, Some(0)),
            name => {
                assert!(
                    !self.concerns(call),
                    "a call that the model does not know: {name} {call:?}"
                );
                Effect::None
            }
        }
    }

    /// Whether a call that is not modelled would change our files.
    fn concerns(&self, call: &Call) -> bool {
        let by_name = call.strings.iter().any(|path| self.below(path, None).is_some());
        by_name || call.arguments[0].parse().is_ok_and(|number| self.file(number).is_some())
    }

    fn open(&mut self, call: &Call, path_index: usize) -> Effect {
        let folder = (path_index == 1).then_some(0);
        let Some(path) = self.below_of(call, 0, folder) else {
            self.open.insert(call.answer, Open::Elsewhere);
            return Effect::None;
        };
        if self.disk.has_folder(&path) || path.as_os_str().is_empty() {
            self.open.insert(call.answer, Open::Folder(path));
            return Effect::None;
        }
        let (file, is_new) = match self.disk.find(&path) {
            Some(file) => (file, false),
            // What was not there before the call came back was made by it.
            None if call.has("O_CREAT") || call.name == "creat" => (self.disk.create(&path), true),
            None => panic!("{}: opened, and never made: {call:?}", path.display()),
        };
        let cuts = !is_new && call.has("O_TRUNC") && self.disk.length(file) > 0;
        if cuts {
            self.disk.set_length(file, 0);
        }
        self.open.insert(call.answer, Open::File { file, at: 0, appends: call.has("O_APPEND") });
        if is_new || cuts { Effect::Changed } else { Effect::None }
    }

    fn copy_descriptor(&mut self, call: &Call) -> Effect {
        let from = self.open.get(&call.number(0)).cloned().unwrap_or(Open::Elsewhere);
        self.open.insert(call.answer, from);
        Effect::None
    }

    fn write(&mut self, call: &Call, place: Option<u64>) -> Effect {
        let descriptor = call.number(0);
        let bytes: Vec<u8> = call.strings.concat();
        let bytes = &bytes[..call.answer as usize];
        let Some(Open::File { file, at, appends }) = self.open.get_mut(&descriptor) else {
            // Standard output is open from the beginning.
            return if descriptor == 1 && !self.open.contains_key(&1) {
                Effect::Said(bytes.to_vec())
            } else {
                Effect::None
            };
        };
        let from = match place {
            Some(place) => place,
            None => {
                let from = if *appends { self.disk.length(*file) } else { *at };
                *at = from + bytes.len() as u64;
                from
            }
        };
        let file = *file;
        self.disk.write(file, from, bytes);
        Effect::Changed
    }

    fn copy(
        &mut self,
        call: &Call,
        from: usize,
        to: usize,
        from_at: Option<u64>,
        to_at: Option<u64>,
    ) -> Effect {
        let Some(target) = self.file(call.number(to)) else { return Effect::None };
        let source = self.file(call.number(from)).unwrap_or_else(|| panic!("copied in: {call:?}"));
        let bytes = call.answer as u64;
        let from_at = from_at.unwrap_or_else(|| self.advance(call.number(from), bytes));
        let to_at = to_at.unwrap_or_else(|| self.advance(call.number(to), bytes));
        let content = self.disk.read(source, from_at, bytes);
        assert_eq!(content.len() as u64, bytes, "{call:?}");
        self.disk.write(target, to_at, &content);
        Effect::Changed
    }

    /// Where a descriptor stood before these bytes.
    fn advance(&mut self, descriptor: i64, bytes: u64) -> u64 {
        match self.open.get_mut(&descriptor) {
            Some(Open::File { at, .. }) => {
                *at += bytes;
                *at - bytes
            }
            Some(Open::Folder(_) | Open::Elsewhere) | None => 0,
        }
    }

    fn sync(&mut self, call: &Call) -> Effect {
        match self.open.get(&call.number(0)) {
            Some(Open::File { file, .. }) => self.disk.sync_file(*file),
            Some(Open::Folder(folder)) => self.disk.sync_folder(folder),
            Some(Open::Elsewhere) | None => return Effect::None,
        }
        Effect::Synced
    }

    fn rename(&mut self, call: &Call, from: Option<usize>, to: Option<usize>) -> Effect {
        match (self.below_of(call, 0, from), self.below_of(call, 1, to)) {
            (Some(from), Some(to)) => {
                self.disk.rename(&from, &to);
                Effect::Changed
            }
            (None, None) => Effect::None,
            (Some(_), None) | (None, Some(_)) => panic!("moved in or out: {call:?}"),
        }
    }

    fn remove(&mut self, call: &Call, folder: Option<usize>) -> Effect {
        self.below_of(call, 0, folder).map_or(Effect::None, |path| {
            self.disk.remove(&path);
            Effect::Changed
        })
    }

    fn make_folder(&mut self, call: &Call, folder: Option<usize>) -> Effect {
        self.below_of(call, 0, folder).map_or(Effect::None, |path| {
            self.disk.make_folder(&path);
            Effect::Changed
        })
    }

    fn file(&self, descriptor: i64) -> Option<FileId> {
        match self.open.get(&descriptor) {
            Some(Open::File { file, .. }) => Some(*file),
            Some(Open::Folder(_) | Open::Elsewhere) | None => None,
        }
    }

    /// The path of a call's string, below the root; relative to a folder that an argument names.
    fn below_of(&self, call: &Call, string: usize, folder: Option<usize>) -> Option<PathBuf> {
        let folder = folder.and_then(|index| call.arguments[index].parse::<i64>().ok());
        self.below(&call.strings[string], folder)
    }

    fn below(&self, path: &[u8], folder: Option<i64>) -> Option<PathBuf> {
        let path = Path::new(std::str::from_utf8(path).ok()?);
        if path.is_absolute() {
            return path.strip_prefix(&self.root).ok().map(Path::to_owned).filter(|path| {
                // SQLite's shared memory is mapped, made anew at every start, and not durable.
                path.extension().is_none_or(|extension| extension != "vg-shm")
            });
        }
        match self.open.get(&folder?)? {
            Open::Folder(folder) => Some(folder.join(path)),
            Open::File { .. } | Open::Elsewhere => None,
        }
    }
}

impl Call {
    /// `NULL` or `[12]` or `12`.
    fn number_or_null(&self, index: usize) -> Option<u64> {
        let argument = self.arguments.get(index)?.trim_matches(['[', ']']);
        // An offset that is written back stands as `[0] => [512]`.
        argument.split(']').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forgetful::{Cut, Image};

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    fn play(player: &mut Player, line: &str) -> Effect {
        player.play(&Call::parse(line).unwrap_or_else(|| panic!("no call: {line}")))
    }

    #[test]
    fn lines_are_read_and_halves_joined() {
        let path = hex("/r/a,(b) = c");
        let log = format!(
            "17 openat(AT_FDCWD, \"{path}\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3\n\
             17 fdatasync(3 <unfinished ...>\n18 close(9)   = -1 EBADF (Bad file descriptor)\n\
             17 <... fdatasync resumed>)   = 0\n17 pwrite64(3, \"{}\", 2, 100) = ?\n\
             17 --- SIGCHLD {{si_signo=SIGCHLD}} ---\n17 +++ exited with 0 +++\n",
            hex("ab")
        );
        let calls = Call::parse_log(&log);
        let names: Vec<_> = calls.iter().map(|(id, call)| (*id, call.name.as_str())).collect();
        assert_eq!(names, [(17, "openat"), (18, "close"), (17, "fdatasync")]);
        assert_eq!(calls[0].1.strings, [b"/r/a,(b) = c".to_vec()]);
        assert!(calls[0].1.has("O_CREAT") && !calls[0].1.has("O_TRUNC"));
        assert_eq!(calls[1].1.answer, -1);
    }

    #[test]
    fn calls_do_to_the_disk_what_they_did_to_files() {
        let mut player = Player::new(Path::new("/r"), ForgetfulDisk::default());
        let (new, name) = (hex("/r/d/x.new"), hex("/r/d/x"));
        play(&mut player, &format!("mkdir(\"{}\", 0700) = 0", hex("/r/d")));
        play(
            &mut player,
            &format!("openat(AT_FDCWD, \"{new}\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3"),
        );
        assert_eq!(
            play(&mut player, &format!("write(3, \"{}\", 5) = 5", hex("hello"))),
            Effect::Changed
        );
        play(&mut player, &format!("write(3, \"{}\", 6) = 3", hex(" world")));
        play(&mut player, &format!("pwrite64(3, \"{}\", 1, 0) = 1", hex("H")));
        play(
            &mut player,
            &format!(
                "pwritev(3, [{{iov_base=\"{}\", iov_len=1}}, {{iov_base=\"{}\", iov_len=1}}], 2, 10) = 2",
                hex("x"),
                hex("y")
            ),
        );
        assert_eq!(play(&mut player, "fsync(3) = 0"), Effect::Synced);
        play(&mut player, "ftruncate(3, 11) = 0");
        play(&mut player, "close(3) = 0");
        play(&mut player, &format!("rename(\"{new}\", \"{name}\") = 0"));
        play(
            &mut player,
            &format!("openat(AT_FDCWD, \"{}\", O_RDONLY|O_DIRECTORY) = 3", hex("/r/d")),
        );
        assert_eq!(play(&mut player, "fsync(3) = 0"), Effect::Synced);
        assert_eq!(player.disk.image(Cut::Synced), Image::new(), "the folder's own name");
        play(&mut player, &format!("openat(AT_FDCWD, \"{}\", O_RDONLY) = 4", hex("/r")));
        play(&mut player, "fsync(4) = 0");
        let wanted = |content: &[u8]| {
            Image::from([("d".into(), None), ("d/x".into(), Some(content.to_vec()))])
        };
        assert_eq!(player.disk.image(Cut::Synced), wanted(b"Hello wo\0\0xy"));
        assert_eq!(player.disk.image(Cut::Everything), wanted(b"Hello wo\0\0x"));
        play(&mut player, &format!("unlinkat(3, \"{}\", 0) = 0", hex("x")));
        assert_eq!(player.disk.find(Path::new("d/x")), None);
    }

    #[test]
    fn what_lies_elsewhere_is_left_alone_and_standard_output_is_heard() {
        let mut player = Player::new(Path::new("/r"), ForgetfulDisk::default());
        play(
            &mut player,
            &format!("openat(AT_FDCWD, \"{}\", O_WRONLY|O_CREAT, 0600) = 5", hex("/etc/x")),
        );
        assert_eq!(play(&mut player, &format!("write(5, \"{}\", 1) = 1", hex("x"))), Effect::None);
        assert_eq!(play(&mut player, "fsync(5) = 0"), Effect::None);
        let said = play(&mut player, &format!("write(1, \"{}\", 8) = 8", hex("sealed 1")));
        assert_eq!(said, Effect::Said(b"sealed 1".to_vec()));
        assert_eq!(player.disk.image(Cut::Everything), Image::new());
    }
}
