//! Where the simulated monitors are, for people and for programs that started them.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use vigie_sim_rig::Opened;

use crate::terminal::Problem;

/// What a program waits for that started the simulator.
const READY: &str = "ready";

/// Prints where each bed is, what `vigie.toml` needs for it, and that all are ready.
pub fn print(opened: &[Opened]) -> Result<(), Problem> {
    let text = text(opened);
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever started it does not listen: it simulates all the same.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Problem::new(format!("the places cannot be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}

fn text(opened: &[Opened]) -> String {
    let mut text = String::from("SIMULATION: there is no patient; every value is made up\n");
    for bed in opened {
        let Opened { bed, label, device, place, .. } = bed;
        // Writing into a text never fails.
        let _ = writeln!(text, "bed {bed} | {label} | {device} | {place}");
    }
    text.push_str("\n# For vigie.toml, with mode = \"simulation\":\n");
    if opened.iter().any(|bed| !bed.is_serial && bed.place.starts_with("127.")) {
        text.push_str("[network]\ninterface = \"lo\"\naddress = \"127.0.0.1/8\"\n");
    }
    for bed in opened {
        let number = bed.bed;
        let _ = writeln!(text, "[[bed]]\nid = \"sim-{number}\"\nlabel = \"{number}\"");
    }
    for bed in opened {
        let number = bed.bed;
        let _ = writeln!(text, "[[line]]\nname = \"sim-{number}\"\nprotocol = \"intellivue\"");
        match bed.baud {
            Some(baud) => {
                let path = std::path::absolute(Path::new(&bed.place));
                let path = path.map_or_else(|_| bed.place.clone(), |p| p.display().to_string());
                let _ = writeln!(text, "serial = {path:?}\nbaud = {baud}");
            }
            None => {
                let place = bed.place.strip_suffix(":24105").unwrap_or(&bed.place);
                let _ = writeln!(text, "udp = \"{place}\"");
            }
        }
        let _ = writeln!(text, "bed = \"sim-{number}\"");
    }
    let _ = writeln!(text, "\n{READY}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bed: u16, place: &str, baud: Option<u32>) -> Opened {
        Opened {
            bed,
            label: format!("SIM {bed}"),
            device: format!("intellivue:0253494d{bed:04x}"),
            place: place.into(),
            is_serial: baud.is_some(),
            baud,
        }
    }

    #[test]
    fn what_vigie_toml_needs_is_understood_by_it() {
        let beds = [
            opened(1, "links/bed-1.tty", Some(115_200)),
            opened(2, "127.0.77.1:24105", None),
            opened(3, "127.0.77.2:24200", None),
        ];
        let text = text(&beds);
        assert!(text.starts_with("SIMULATION"));
        assert!(text.contains("bed 2 | SIM 2 | intellivue:0253494d0002 | 127.0.77.1:24105\n"));
        assert!(text.ends_with("\nready\n"));
        let (_, toml) = text.split_once("# For vigie.toml").unwrap();
        let toml = toml.split_once('\n').unwrap().1.trim_end().trim_end_matches("ready");
        let file = format!("mode = \"simulation\"\n{toml}");
        let families: [&dyn vigie_session::Factory; 1] =
            [&vigie_intellivue::session::IntellivueFactory];
        let config = vigie_config::Config::parse(&file, &families);
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:?} in\n{file}"));
        assert_eq!((config.beds.len(), config.lines.len()), (3, 3));
    }
}
