//! The keys of a record. Recording needs no secret, reading does.
//!
//! | Key | Kind | Lies |
//! | --- | --- | --- |
//! | raw key of a segment | 32 random bytes | beside the segment, wrapped to the unit's public key |
//! | the unit's key | age (X25519) | under the passphrase, on the recovery sheet |
//! | the machine key | age (X25519) | outside the record folder, or a systemd credential |
//! | the signing key | Ed25519 | under the machine key |
//!
//! Files and reasons: `docs/format.md`, "Keys".

mod error;
mod keyring;
mod keys;
mod sign;
mod small_file;

pub use error::KeyError;
pub use keyring::{Keyring, KeyringFile, Unlock};
pub use keys::{Identity, RawKey, Recipient, unwrap, wrap};
pub use sign::{PublicKey, Signature, Signer};
pub use small_file::{replace, sync_folder};
