//! PINs of people at a window, as they stand in a file: scrypt (RFC 7914) in the PHC string format.
//!
//! A PIN is short: what keeps it is that each try costs a tenth of a second here, and far more by the
//! station's pauses after wrong ones. Whoever has the file can try at leisure: its PIN opens a window
//! and no record.

use scrypt::{
    Params, Scrypt,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};

use crate::KeyError;

/// Fewest digits.
pub const PIN_DIGITS_MIN: usize = 4;
/// Most digits.
pub const PIN_DIGITS_MAX: usize = 12;
/// 32 MiB and about a tenth of a second on an old PC.
const LOG_N: u8 = 15;
/// A string in a file that asks for more work than this was not written here: it would hold a window up.
const LOG_N_MAX: u8 = 17;
/// Block size and lanes, as RFC 7914 has them for interactive use.
const R: u32 = 8;
const P: u32 = 1;
/// Bytes of salt, and of what comes out.
const SALT: usize = 16;
const OUTPUT: usize = 32;

/// Whether it can be a PIN: digits, as a touch pad has them.
pub fn is_pin(pin: &str) -> bool {
    (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&pin.len())
        && pin.bytes().all(|sign| sign.is_ascii_digit())
}

/// What a file keeps of a PIN.
pub fn hash_pin(pin: &str) -> Result<String, KeyError> {
    if !is_pin(pin) {
        let digits = format!("a PIN is {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits");
        return Err(KeyError::Weak(digits));
    }
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| KeyError::NoRandom(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt);
    let salt = salt.map_err(|error| KeyError::NoRandom(error.to_string()))?;
    let params = Params::new(LOG_N, R, P, OUTPUT);
    let params = params.map_err(|error| KeyError::Weak(error.to_string()))?;
    let hash = Scrypt.hash_password_customized(pin.as_bytes(), None, None, params, &salt);
    Ok(hash.map_err(|error| KeyError::Weak(error.to_string()))?.to_string())
}

/// Whether a file can keep this: a string of [`hash_pin`], or of another program that asks for no more.
pub fn is_pin_hash(kept: &str) -> bool {
    let Ok(hash) = PasswordHash::new(kept) else { return false };
    let number = |name: &str| hash.params.get_decimal(name);
    hash.algorithm == scrypt::ALG_ID
        && hash.hash.is_some()
        && number("ln").is_some_and(|ln| ln <= u32::from(LOG_N_MAX))
        && number("r") == Some(R)
        && number("p") == Some(P)
}

/// Whether a PIN is the one of which this is kept. Takes the same time whether it is or not.
pub fn is_right_pin(pin: &str, kept: &str) -> bool {
    is_pin_hash(kept)
        && PasswordHash::new(kept)
            .is_ok_and(|hash| Scrypt.verify_password(pin.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_known_by_what_is_kept_of_it() {
        let kept = hash_pin("4711").expect("kept");
        assert!(kept.starts_with("$scrypt$ln=15,r=8,p=1$"), "{kept}");
        assert!(is_right_pin("4711", &kept));
        assert!(!is_right_pin("4712", &kept));
        assert!(!is_right_pin("", &kept));
        assert_ne!(kept, hash_pin("4711").expect("kept"), "each has its own salt");
    }

    #[test]
    fn what_costs_too_much_or_is_none_keeps_nobody_waiting() {
        let kept = hash_pin("4711").expect("kept");
        for wrong in [
            "",
            "4711",
            &kept.replace("ln=15", "ln=24"),
            &kept.replace("p=1", "p=900"),
            &kept.replace("scrypt", "argon2id"),
        ] {
            assert!(!is_pin_hash(wrong), "{wrong}");
            assert!(!is_right_pin("4711", wrong), "{wrong}");
        }
    }

    #[test]
    fn a_pin_is_digits() {
        for (pin, is) in [("4711", true), ("123456789012", true), ("471", false), ("47a1", false)] {
            assert_eq!(is_pin(pin), is, "{pin}");
        }
        assert!(!is_pin("1234567890123"));
    }
}
