//! The keys that a station has at hand, and those that a reader has.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vigie_model::StationMode;

use crate::{Identity, KeyError, PublicKey, RawKey, Recipient, Signer, small_file};

/// The format of a record: `docs/format.md`.
pub(crate) const FORMAT: u32 = 1;

/// A mode as `record.json` names it.
pub(crate) fn mode_name(mode: StationMode) -> &'static str {
    match mode {
        StationMode::Live => "live",
        StationMode::Simulation => "simulation",
        StationMode::Replay => "replay",
        StationMode::Drill => "drill",
    }
}

/// `record.json`: what a record says of its keys to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyringFile {
    /// Of the record's format.
    pub format: u32,
    /// `live`, `simulation`, `replay` or `drill`.
    pub mode: String,
    /// The unit's public key, `age1...`.
    pub unit: String,
    /// Public keys of those who signed and sign, oldest first, 64 hex digits each. The last signs now.
    pub signers: Vec<String>,
}

/// What a station needs to record: public keys, the machine key, the signing key.
#[derive(Clone, Debug)]
pub struct Keyring {
    unit: Recipient,
    machine: Identity,
    signer: Signer,
}

/// The private keys of simulation, replay and drills without patients. They stand in the source on
/// purpose: their records protect nothing.
const SIMULATION_UNIT_SEED: &str =
    "AGE-SECRET-KEY-1ERGWKW4KWD6LE6TNM4AMF800PWKCFC9LCGVYG6ZCRZWH59CKN2ZSLQCETD";

impl Keyring {
    /// From its parts.
    pub fn new(unit: Recipient, machine: Identity, signer: Signer) -> Keyring {
        Keyring { unit, machine, signer }
    }

    /// The unit's public key.
    pub fn unit(&self) -> &Recipient {
        &self.unit
    }

    /// The machine key.
    pub fn machine(&self) -> &Identity {
        &self.machine
    }

    /// Signs seals and manifests.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The public half of the signing key.
    pub fn public(&self) -> PublicKey {
        self.signer.public()
    }

    /// The fixed keys of a simulation, and the unit's private key that opens what is recorded with them.
    pub fn simulation() -> Result<(Keyring, Identity), KeyError> {
        let damaged = |why: String| KeyError::Damaged { what: PathBuf::from("simulation"), why };
        let unit: Identity = SIMULATION_UNIT_SEED.parse().map_err(damaged)?;
        let keyring = Keyring::new(
            unit.recipient(),
            unit.clone(),
            Signer::from_seed(b"vigie: signs for simulations 001"),
        );
        Ok((keyring, unit))
    }
}

/// What a reader has to open segments with.
#[derive(Clone, Debug, Default)]
pub struct Unlock {
    /// The unit's private key opens every segment.
    pub unit: Option<Identity>,
    /// The machine key opens those whose `.machine.key` is still there.
    pub machine: Option<Identity>,
}

impl Unlock {
    /// The raw key of a segment, from `key` (wrapped to the unit) or `machine_key` (to the machine).
    pub fn raw_key(&self, key: &Path, machine_key: &Path) -> Result<RawKey, KeyError> {
        if let Some(unit) = &self.unit {
            return RawKey::unwrap(unit, &small_file::read(key)?, key);
        }
        if let Some(machine) = &self.machine
            && machine_key.exists()
        {
            return RawKey::unwrap(machine, &small_file::read(machine_key)?, machine_key);
        }
        Err(KeyError::Locked { what: key.to_owned() })
    }
}
