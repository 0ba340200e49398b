//! [`ForgetfulDisk`]: what is left of files and names after a power cut.
//!
//! The model is stricter than any file system in use. A write lasts when its file was synced, a name
//! lasts when its folder was synced, and until then each sector of each write and each name for itself
//! is there or not. Nothing here touches a disk.

use std::{
    collections::BTreeMap,
    mem,
    path::{Path, PathBuf},
};

use vigie_session::rng::Rng;

/// Bytes that a disk writes as a whole or not at all.
const SECTOR_BYTES: u64 = 512;

/// How likely a sector or a name outlives the cut: seldom, evenly, mostly.
const ODDS: [f64; 3] = [0.1, 0.5, 0.9];

/// A file, under whatever name.
pub type FileId = usize;

/// What is on the disk: content by path, and `None` for folders.
pub type Image = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Which of what was not synced outlives the cut.
pub enum Cut<'a> {
    /// Nothing.
    Synced,
    /// Everything: the same as a kill.
    Everything,
    /// By chance, in sectors.
    Torn(&'a mut Rng),
}

/// Files and names, with what was synced of them.
#[derive(Clone, Default)]
pub struct ForgetfulDisk {
    files: Vec<File>,
    now: Names,
    synced: Names,
    /// Changes of names that no sync of their folder has made to last, in their order.
    pending: Vec<NameChange>,
}

type Names = BTreeMap<PathBuf, Node>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(FileId),
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    synced: Vec<u8>,
    pending: Vec<DataChange>,
}

#[derive(Clone)]
enum DataChange {
    Write { at: u64, bytes: Vec<u8> },
    Length(u64),
}

#[derive(Clone)]
enum NameChange {
    Made { path: PathBuf, node: Node },
    Gone { path: PathBuf },
    Moved { from: PathBuf, to: PathBuf, node: Node },
}

impl NameChange {
    fn is_in(&self, folder: &Path) -> bool {
        match self {
            NameChange::Made { path, .. } | NameChange::Gone { path } => {
                path.parent() == Some(folder)
            }
            NameChange::Moved { from, to, .. } => {
                to.parent() == Some(folder) || from.parent() == Some(folder)
            }
        }
    }

    fn apply(&self, names: &mut Names) {
        match self {
            NameChange::Made { path, node } => {
                names.insert(path.clone(), *node);
            }
            NameChange::Gone { path } => {
                names.remove(path);
            }
            NameChange::Moved { from, to, node } => {
                if names.get(from) == Some(node) {
                    names.remove(from);
                }
                names.insert(to.clone(), *node);
            }
        }
    }
}

impl DataChange {
    /// The whole change.
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            DataChange::Write { at, bytes } => put(content, *at, bytes),
            DataChange::Length(length) => content.resize(*length as usize, 0),
        }
    }

    /// What chance leaves of it.
    fn apply_torn(&self, content: &mut Vec<u8>, rng: &mut Rng, odds: f64) {
        match self {
            DataChange::Write { at, bytes } => {
                let (mut from, end) = (*at, at + bytes.len() as u64);
                while from < end {
                    let to = ((from / SECTOR_BYTES + 1) * SECTOR_BYTES).min(end);
                    if rng.chance(odds) {
                        put(content, from, &bytes[(from - at) as usize..(to - at) as usize]);
                    }
                    from = to;
                }
            }
            DataChange::Length(_) => {
                if rng.chance(odds) {
                    self.apply(content);
                }
            }
        }
    }
}

fn put(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let (from, to) = (at as usize, at as usize + bytes.len());
    if content.len() < to {
        content.resize(to, 0);
    }
    content[from..to].copy_from_slice(bytes);
}

impl ForgetfulDisk {
    /// A disk on which all of this has lasted.
    pub fn of(image: &Image) -> ForgetfulDisk {
        let mut disk = ForgetfulDisk::default();
        for (path, content) in image {
            let node = match content {
                None => Node::Folder,
                Some(content) => {
                    let file =
                        File { now: content.clone(), synced: content.clone(), pending: vec![] };
                    disk.files.push(file);
                    Node::File(disk.files.len() - 1)
                }
            };
            disk.now.insert(path.clone(), node);
            disk.synced.insert(path.clone(), node);
        }
        disk
    }

    /// The file of this name.
    pub fn find(&self, path: &Path) -> Option<FileId> {
        match self.now.get(path) {
            Some(Node::File(file)) => Some(*file),
            Some(Node::Folder) | None => None,
        }
    }

    /// Whether there is a folder of this name.
    pub fn has_folder(&self, path: &Path) -> bool {
        self.now.get(path) == Some(&Node::Folder)
    }

    /// A new folder.
    pub fn make_folder(&mut self, path: &Path) {
        self.rename_all(NameChange::Made { path: path.to_owned(), node: Node::Folder });
    }

    /// A new, empty file.
    pub fn create(&mut self, path: &Path) -> FileId {
        self.files.push(File::default());
        let file = self.files.len() - 1;
        self.rename_all(NameChange::Made { path: path.to_owned(), node: Node::File(file) });
        file
    }

    /// A name goes; the file stays for whoever has it open.
    pub fn remove(&mut self, path: &Path) {
        self.rename_all(NameChange::Gone { path: path.to_owned() });
    }

    /// A name takes the place of another, at once.
    pub fn rename(&mut self, from: &Path, to: &Path) {
        if let Some(node) = self.now.get(from).copied() {
            self.rename_all(NameChange::Moved { from: from.to_owned(), to: to.to_owned(), node });
        }
    }

    fn rename_all(&mut self, change: NameChange) {
        change.apply(&mut self.now);
        self.pending.push(change);
    }

    /// How long a file is.
    pub fn length(&self, file: FileId) -> u64 {
        self.files[file].now.len() as u64
    }

    /// A part of a file.
    pub fn read(&self, file: FileId, at: u64, bytes: u64) -> Vec<u8> {
        let content = &self.files[file].now;
        let from = (at as usize).min(content.len());
        content[from..(from + bytes as usize).min(content.len())].to_vec()
    }

    /// Writes, beyond the end too.
    pub fn write(&mut self, file: FileId, at: u64, bytes: &[u8]) {
        self.change(file, DataChange::Write { at, bytes: bytes.to_vec() });
    }

    /// Cuts a file, or makes it longer by zeros.
    pub fn set_length(&mut self, file: FileId, length: u64) {
        self.change(file, DataChange::Length(length));
    }

    fn change(&mut self, file: FileId, change: DataChange) {
        let file = &mut self.files[file];
        change.apply(&mut file.now);
        file.pending.push(change);
    }

    /// All that was written to a file lasts. Its name is another matter.
    pub fn sync_file(&mut self, file: FileId) {
        let file = &mut self.files[file];
        for change in mem::take(&mut file.pending) {
            change.apply(&mut file.synced);
        }
    }

    /// The names in a folder last as they are now.
    pub fn sync_folder(&mut self, folder: &Path) {
        let (lasting, pending) =
            mem::take(&mut self.pending).into_iter().partition(|change| change.is_in(folder));
        self.pending = pending;
        let lasting: Vec<NameChange> = lasting;
        lasting.iter().for_each(|change| change.apply(&mut self.synced));
    }

    /// What is there after the cut. A file without a name is not, nor is what lies in a folder that
    /// has none.
    pub fn image(&self, mut cut: Cut<'_>) -> Image {
        let mut names = self.synced.clone();
        match &mut cut {
            Cut::Synced => {}
            Cut::Everything => names = self.now.clone(),
            Cut::Torn(rng) => {
                let odds = ODDS[rng.index(ODDS.len())];
                for change in &self.pending {
                    if rng.chance(odds) {
                        change.apply(&mut names);
                    }
                }
            }
        }
        let mut image = Image::new();
        for (path, node) in &names {
            // Folders come before what is in them.
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            if parent.is_some_and(|parent| image.get(parent) != Some(&None)) {
                continue;
            }
            let content = match node {
                Node::Folder => None,
                Node::File(file) => Some(self.content(*file, &mut cut)),
            };
            image.insert(path.clone(), content);
        }
        image
    }

    fn content(&self, file: FileId, cut: &mut Cut<'_>) -> Vec<u8> {
        let file = &self.files[file];
        match cut {
            Cut::Synced => file.synced.clone(),
            Cut::Everything => file.now.clone(),
            Cut::Torn(rng) => {
                let mut content = file.synced.clone();
                let odds = ODDS[rng.index(ODDS.len())];
                for change in &file.pending {
                    change.apply_torn(&mut content, rng, odds);
                }
                content
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> &Path {
        Path::new(text)
    }

    /// Content of a file of an image; `None`: it is not there.
    fn text(image: &Image, name: &str) -> Option<String> {
        let content = image.get(path(name))?.as_ref().expect("a file");
        Some(String::from_utf8(content.clone()).expect("text"))
    }

    #[test]
    fn a_file_lasts_when_both_it_and_its_folder_were_synced() {
        let mut disk = ForgetfulDisk::default();
        disk.make_folder(path("a"));
        disk.sync_folder(path(""));
        let file = disk.create(path("a/x"));
        disk.write(file, 0, b"first");
        assert_eq!(text(&disk.image(Cut::Synced), "a/x"), None);
        disk.sync_file(file);
        assert_eq!(text(&disk.image(Cut::Synced), "a/x"), None, "synced, and without a name");
        disk.sync_folder(path("a"));
        assert_eq!(text(&disk.image(Cut::Synced), "a/x").as_deref(), Some("first"));
        disk.write(file, 5, b" second");
        disk.set_length(file, 9);
        assert_eq!(text(&disk.image(Cut::Synced), "a/x").as_deref(), Some("first"));
        assert_eq!(text(&disk.image(Cut::Everything), "a/x").as_deref(), Some("first sec"));
        disk.sync_file(file);
        assert_eq!(text(&disk.image(Cut::Synced), "a/x").as_deref(), Some("first sec"));
    }

    #[test]
    fn a_name_of_a_folder_that_was_not_synced_takes_everything_with_it() {
        let mut disk = ForgetfulDisk::default();
        disk.make_folder(path("a"));
        let file = disk.create(path("a/x"));
        disk.write(file, 0, b"kept");
        disk.sync_file(file);
        disk.sync_folder(path("a"));
        assert_eq!(disk.image(Cut::Synced), Image::new());
        disk.sync_folder(path(""));
        assert_eq!(text(&disk.image(Cut::Synced), "a/x").as_deref(), Some("kept"));
    }

    #[test]
    fn a_rename_is_the_old_or_the_new_and_its_content_only_what_was_synced() {
        let mut disk = ForgetfulDisk::of(&Image::from([("x".into(), Some(b"old".to_vec()))]));
        let file = disk.create(path("x.new"));
        disk.write(file, 0, b"new");
        disk.rename(path("x.new"), path("x"));
        assert_eq!(text(&disk.image(Cut::Synced), "x").as_deref(), Some("old"));
        assert_eq!(text(&disk.image(Cut::Everything), "x").as_deref(), Some("new"));
        disk.sync_folder(path(""));
        assert_eq!(text(&disk.image(Cut::Synced), "x").as_deref(), Some(""), "the classic mistake");
        disk.sync_file(file);
        assert_eq!(text(&disk.image(Cut::Synced), "x").as_deref(), Some("new"));
        assert_eq!(text(&disk.image(Cut::Synced), "x.new"), None);
    }

    #[test]
    fn a_removed_file_is_back_until_its_folder_is_synced() {
        let mut disk = ForgetfulDisk::of(&Image::from([("x".into(), Some(b"there".to_vec()))]));
        disk.remove(path("x"));
        assert_eq!(disk.find(path("x")), None);
        assert_eq!(text(&disk.image(Cut::Synced), "x").as_deref(), Some("there"));
        disk.sync_folder(path(""));
        assert_eq!(text(&disk.image(Cut::Synced), "x"), None);
    }

    #[test]
    fn torn_writes_keep_whole_sectors_and_never_touch_what_was_synced() {
        let before = vec![b'a'; 2_048];
        let mut disk = ForgetfulDisk::of(&Image::from([("x".into(), Some(before))]));
        let file = disk.find(path("x")).expect("there");
        disk.write(file, 512, &[b'b'; 4_096]);
        let mut seen = [0_u32; 2];
        for seed in 0..50 {
            let image = disk.image(Cut::Torn(&mut Rng::new(seed)));
            let content = image[path("x")].as_ref().expect("a file");
            assert!(content.len() >= 2_048 && content.len() <= 4_608, "seed {seed}");
            assert!(content[..512].iter().all(|byte| *byte == b'a'), "seed {seed}: not written to");
            for sector in content[512..2_048].chunks(512) {
                assert!(sector.iter().all(|byte| *byte == sector[0]), "seed {seed}: a torn sector");
                seen[usize::from(sector[0] == b'b')] += 1;
            }
        }
        assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
        assert_eq!(
            disk.image(Cut::Torn(&mut Rng::new(7))),
            disk.image(Cut::Torn(&mut Rng::new(7))),
            "a seed gives one image"
        );
        disk.sync_file(file);
        assert_eq!(disk.image(Cut::Torn(&mut Rng::new(1))), disk.image(Cut::Everything));
    }
}
