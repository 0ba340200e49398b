//! The recovery sheet: plain text for one page of A4, black on white, in the three languages, since
//! nobody knows who will hold it.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use vigie_clock::BootClock;
use vigie_keyring::{Identity, KeyringFile, SheetLine, key_lines, public_lines};
use vigie_model::{Clock, WallTime};
use vigie_words::{Language, TextKey, Words};
use zeroize::Zeroizing;

use crate::{
    audit, config_file,
    terminal::{Problem, print, say},
    unlock::{self, UnlockOptions, problem},
};

/// Letters of a line.
const WIDTH: usize = 80;

/// Prints the sheet, or writes it to a file that is not there yet.
pub fn run(
    record: &Path,
    options: &UnlockOptions,
    out: Option<&Path>,
    unit: Option<&str>,
) -> Result<(), Problem> {
    let key = unlock::unit(record, options)?;
    super::refuse_simulated(record)?;
    let file = KeyringFile::read(record).map_err(problem)?;
    let name = unit.map(ToOwned::to_owned).or_else(configured).unwrap_or_else(machine);
    audit::note(record, "sheet", "recovery sheet printed")?;
    let now = BootClock.wall();
    let sheet = render(&key, &file, &name, now, vigie_clock::local_offset_minutes(now));
    let Some(path) = out else { return print(&sheet) };
    let written = || -> std::io::Result<()> {
        let mut opening = OpenOptions::new();
        let mut file = opening.write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(sheet.as_bytes())?;
        file.sync_all()
    };
    written().map_err(|error| Problem::new(format!("{}: {error}", path.display())))?;
    say(&format!(
        "{}: print it, put the paper into the safe, and delete the file: who has it reads everything",
        path.display()
    ));
    Ok(())
}

/// The sheet as a window shows it.
#[cfg(feature = "window")]
pub enum SheetMade {
    /// The page.
    Page {
        /// All of it.
        text: Zeroizing<String>,
        /// The keys stand in the source: it is an example.
        is_simulated: bool,
    },
    /// A passphrase is set, which no window asks for.
    Locked,
}

/// Makes the sheet for a screen: with the key at hand, and noted like one that is printed.
#[cfg(feature = "window")]
pub fn sheet_for_screen(record: &Path) -> Result<SheetMade, Problem> {
    let unlock::Opened::Unit(key) = unlock::at_hand(record, &UnlockOptions::default())? else {
        return Ok(SheetMade::Locked);
    };
    let file = KeyringFile::read(record).map_err(problem)?;
    audit::note(record, "sheet", "recovery sheet shown in a window")?;
    let now = BootClock.wall();
    let name = configured().unwrap_or_else(machine);
    let text = render(&key, &file, &name, now, vigie_clock::local_offset_minutes(now));
    Ok(SheetMade::Page { text, is_simulated: file.is_simulated() })
}

/// The unit's name in the configuration, where there is one.
fn configured() -> Option<String> {
    let (_, config) = config_file::load(None).ok()?;
    config.record.station.map(|name| name.to_string())
}

fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The page.
fn render(
    key: &Identity,
    file: &KeyringFile,
    name: &str,
    now: WallTime,
    offset_minutes: i32,
) -> Zeroizing<String> {
    let mut page = Zeroizing::new(String::with_capacity(8 * 1024));
    let languages = [Language::English, Language::French, Language::Indonesian].map(Words::new);
    let mut line = |text: &str| {
        page.push_str(text.trim_end());
        page.push('\n');
    };
    let rule = "=".repeat(WIDTH);
    line(&rule);
    for words in &languages {
        line(&format!("  {}", words.text(TextKey::SheetTitle)));
    }
    line(&rule);
    line("");
    let shown: String = name.chars().filter(|letter| !letter.is_control()).take(60).collect();
    line(&format!("  VIGIE   {shown}"));
    let [english, ..] = &languages;
    line(&format!("          {}", english.date_and_clock(now, offset_minutes)));
    line(&format!("          {}", file.fingerprint()));
    line("");
    for text in all(&languages, TextKey::SheetKey) {
        line(&text);
    }
    line("");
    for part in key_lines(key) {
        line(&spaced(&part));
    }
    line("");
    for text in all(&languages, TextKey::SheetSigner) {
        line(&text);
    }
    line("");
    // Oldest first; the last one signs now.
    let signer = file.signers.last().and_then(|signer| signer.parse().ok());
    for part in signer.iter().flat_map(public_lines) {
        line(&spaced(&part));
    }
    line("");
    for words in &languages {
        line(&"-".repeat(WIDTH));
        for key in [
            TextKey::SheetUseSafe,
            TextKey::SheetUseType,
            TextKey::SheetUseOpen,
            TextKey::SheetUseLetters,
        ] {
            line(&format!("  {}", words.text(key)));
        }
    }
    line(&"-".repeat(WIDTH));
    line("  https://age-encryption.org/v1: AGE-SECRET-KEY-1 + K1 + K2 + K3");
    page
}

/// A text in all languages: on one line where that is wide enough, else on one each.
fn all(languages: &[Words], key: TextKey) -> Vec<String> {
    let texts: Vec<String> = languages.iter().map(|words| words.text(key)).collect();
    let joined = format!("  {}", texts.join(" / "));
    if joined.chars().count() <= WIDTH {
        return vec![joined];
    }
    texts.into_iter().map(|text| format!("  {text}")).collect()
}

/// Wide, so that a finger finds the line.
fn spaced(line: &SheetLine) -> String {
    format!("      {}", line.printed().as_str())
}

#[cfg(test)]
mod tests {
    use vigie_keyring::{Keyring, read_sheet};
    use vigie_model::StationMode;

    use super::*;

    #[test]
    fn the_sheet_fits_a_page_and_is_read_back_whole() {
        let (keyring, key) = Keyring::simulation().expect("fixed keys");
        let file = KeyringFile::of(&keyring, StationMode::Live);
        let now = WallTime::from_unix_nanos(1_790_000_000_000_000_000);
        let page = render(&key, &file, "Soins intensifs\u{1b}[2J", now, 60);
        let lines: Vec<&str> = page.lines().collect();
        assert!(lines.len() <= 60, "{} lines", lines.len());
        for line in &lines {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
        assert!(page.contains("Soins intensifs") && !page.contains('\u{1b}'));
        assert!(page.contains(&file.fingerprint()) && page.contains("/2026"), "{}", page.as_str());
        let back = read_sheet(&page).expect("the whole page, typed or scanned");
        assert_eq!(back.recipient(), key.recipient());
        let hex: String = keyring.public().to_string();
        let joined = page.replace([' ', '\n'], "").to_lowercase();
        assert!(joined.contains(&hex[..16]) && joined.contains(&hex[48..]));
    }
}
