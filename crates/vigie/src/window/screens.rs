//! What connected screens tell of their size, as the kernel has it under `/sys/class/drm`.

use std::{fs, path::Path};

use vigie_dashboard::{Edid, ScreenSeen};

/// Where the kernel lists connectors.
const CONNECTORS: &str = "/sys/class/drm"; // tidy: not for people

/// Screens that are connected and tell a size that can be.
pub fn connected() -> Vec<ScreenSeen> {
    connected_under(Path::new(CONNECTORS))
}

fn connected_under(folder: &Path) -> Vec<ScreenSeen> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut seen: Vec<ScreenSeen> =
        entries.flatten().filter_map(|entry| at(&entry.path())).collect();
    seen.sort_by(|a, b| a.name.cmp(&b.name));
    seen
}

/// A connector: `card0-HDMI-A-1`, with the files `status` and `edid`.
fn at(connector: &Path) -> Option<ScreenSeen> {
    let name = connector.file_name()?.to_str()?;
    let (_, name) = name.split_once('-')?;
    let status = fs::read_to_string(connector.join("status")).ok()?;
    if status.trim() != "connected" {
        return None;
    }
    let says = Edid::read(&fs::read(connector.join("edid")).ok()?).ok()?;
    Some(ScreenSeen { name: name.to_owned(), says })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with one timing of 1920 x 1080 on 531 x 299 mm, summed up.
    fn edid() -> Vec<u8> {
        let mut block = vec![0_u8; 128];
        block[..8].copy_from_slice(&[0, 255, 255, 255, 255, 255, 255, 0]);
        block[54..72].copy_from_slice(&[
            0x02, 0x3A, 0x80, 0x18, 0x71, 0x38, 0x2D, 0x40, 0x58, 0x2C, 0x45, 0x00, 0x13, 0x2B,
            0x21, 0x00, 0x00, 0x1E,
        ]);
        let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        block[127] = sum.wrapping_neg();
        block
    }

    #[test]
    fn connected_screens_with_a_size_are_offered_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let connector = |name: &str, status: &str, edid: &[u8]| {
            let place = folder.path().join(name);
            fs::create_dir(&place).expect("a connector");
            fs::write(place.join("status"), status).expect("a status");
            fs::write(place.join("edid"), edid).expect("a block");
        };
        connector("card1-HDMI-A-1", "connected\n", &edid());
        connector("card1-DP-1", "disconnected\n", &edid());
        connector("card1-DP-2", "connected\n", &[]);
        connector("card1", "connected\n", &edid());
        let seen = connected_under(folder.path());
        let says = Edid { size_mm: (531, 299), pixels: (1_920, 1_080) };
        assert_eq!(seen, [ScreenSeen { name: "HDMI-A-1".to_owned(), says }]);
        assert_eq!(connected_under(&folder.path().join("nothing")), []);
    }
}
