//! Who can read what lines capture.
//!
//! Where there are patients that is whoever has the unit's private key, and a capture that nobody could
//! be named for is not begun: the line works all the same. Simulated monitors have nothing to hide.

use std::sync::Arc;

use vigie_keyring::Recipient;
use vigie_link::LinkConfig;
use vigie_model::StationMode;

use crate::record::RecordState;

/// What is asked before a line opens its ports.
#[derive(Clone, Debug)]
pub(crate) struct Captures {
    pub(crate) mode: StationMode,
    /// Knows the unit's public key, once the record's keys were opened.
    pub(crate) record: Option<Arc<RecordState>>,
}

/// What a line may do.
#[derive(Debug)]
pub(crate) struct Permitted {
    /// Without its capture, if there may be none.
    pub(crate) link: LinkConfig,
    /// Who can read the capture; `None`: everybody who has the file.
    pub(crate) to: Option<Recipient>,
    /// Why a capture that is wanted is not written, for an engineer.
    pub(crate) refusal: Option<String>,
}

impl Captures {
    pub(crate) fn permit(&self, mut link: LinkConfig) -> Permitted {
        match self.mode {
            StationMode::Simulation | StationMode::Replay => {
                return Permitted { link, to: None, refusal: None };
            }
            StationMode::Live | StationMode::Drill => {}
        }
        let Some(path) = link.capture.take() else {
            return Permitted { link, to: None, refusal: None };
        };
        match self.record.as_ref().and_then(|record| record.unit()) {
            Some(unit) => {
                link.capture = Some(path);
                Permitted { link, to: Some(unit), refusal: None }
            }
            None => {
                let refusal = format!(
                    "capture {} is not written: the record has no key yet to encrypt it to; look at the \
                     record, and start the station again when it is written",
                    path.display()
                );
                Permitted { link, to: None, refusal: Some(refusal) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use vigie_clock::BootClock;
    use vigie_config::RecordConfig;
    use vigie_keyring::{Identity, Signer};
    use vigie_model::Text;

    use super::*;

    fn link(capture: Option<&str>) -> LinkConfig {
        LinkConfig {
            name: Text::from("com1"),
            ports: Vec::new(),
            capture: capture.map(PathBuf::from),
        }
    }

    fn record() -> Arc<RecordState> {
        Arc::new(RecordState::new(Arc::new(BootClock), RecordConfig::default()))
    }

    #[test]
    fn with_patients_a_capture_is_for_the_unit_or_is_not_written() {
        let unit = Identity::generate().recipient();
        for mode in [StationMode::Live, StationMode::Drill] {
            let record = record();
            let captures = Captures { mode, record: Some(record.clone()) };
            let before = captures.permit(link(Some("/captures/com1")));
            assert_eq!(before.link.capture, None, "{mode:?}: never in clear");
            let why = before.refusal.expect("said");
            assert!(why.starts_with("capture /captures/com1 is not written"), "{why}");
            assert!(captures.permit(link(None)).refusal.is_none(), "none was wanted");

            record.set_keys(Signer::random().expect("randomness"), unit.clone());
            let after = captures.permit(link(Some("/captures/com1")));
            assert_eq!(after.link.capture, Some(PathBuf::from("/captures/com1")), "{mode:?}");
            assert_eq!(after.to.map(|to| to.to_string()), Some(unit.to_string()), "{mode:?}");
            assert!(after.refusal.is_none());
        }
        let captures = Captures { mode: StationMode::Live, record: None };
        assert!(
            captures.permit(link(Some("/captures/com1"))).refusal.is_some(),
            "without a record"
        );
    }

    #[test]
    fn simulated_monitors_are_captured_in_clear() {
        let captures = Captures { mode: StationMode::Simulation, record: Some(record()) };
        let permitted = captures.permit(link(Some("/captures/com1")));
        assert!(permitted.link.capture.is_some() && permitted.to.is_none());
        assert!(permitted.refusal.is_none());
    }
}
