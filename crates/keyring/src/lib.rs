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

mod check_word;
mod error;
mod keyring;
mod keys;
mod machine;
mod passphrase;
mod pin;
mod places;
mod prepare;
mod rekey;
mod sheet;
mod sign;
mod small_file;
mod stream;
mod unlock;

pub use error::KeyError;
pub use keyring::{Keyring, KeyringFile, Unlock};
pub use keys::{Identity, RawKey, Recipient, unwrap, wrap};
pub use machine::{MachineKey, MachineKeyPlace, is_open_to_others};
pub use passphrase::{CHARACTERS_MIN, Passphrase, WorkFactor, set_passphrase};
pub use pin::{PIN_DIGITS_MAX, PIN_DIGITS_MIN, hash_pin, is_pin, is_pin_hash, is_right_pin};
pub use prepare::{Prepared, is_rekeying, is_unprotected};
pub use rekey::Rekey;
pub use sheet::{SheetLine, key_lines, public_lines, read_sheet};
pub use sign::{PublicKey, Signature, Signer};
pub use small_file::{SMALL_BYTES_MAX, check_plain, open_plain, read_plain, replace, sync_folder};
pub use stream::{Opened, open_stream};
pub use unlock::{Secret, machine_unlock, unlock};
