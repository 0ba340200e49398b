//! What to make of a no.

use crate::wire::failure::Failure;

/// Whether the same may be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denial {
    /// Not in this association: the monitor does not have it or does not give it.
    ForGood,
    /// Something went wrong inside the monitor.
    ForNow,
}

/// How a failure is to be taken. A code that the guide does not list may pass by itself.
pub(super) fn of(failure: &Failure<'_>) -> Denial {
    match failure {
        Failure::Processing(_) => Denial::ForNow,
        Failure::Unknown { code, .. } if ![0, 1, 2, 7, 8, 9, 15, 16, 17].contains(code) => {
            Denial::ForNow
        }
        Failure::Unknown { .. }
        | Failure::NoSuchObjectClass(_)
        | Failure::NoSuchObjectInstance(_)
        | Failure::AccessDenied
        | Failure::Get(_)
        | Failure::Set(_)
        | Failure::NoSuchAction(_)
        | Failure::InvalidArgument(_)
        | Failure::InvalidScope(_)
        | Failure::InvalidObjectInstance(_) => Denial::ForGood,
    }
}

/// The error in words (guide, "Error messages").
pub(super) fn name(failure: &Failure<'_>) -> &'static str {
    match failure.code() {
        0 => "no such object class",
        1 => "no such object instance",
        2 => "access denied",
        7 => "attributes cannot be read",
        8 => "attributes cannot be set",
        9 => "no such action",
        10 => "processing failure",
        15 => "invalid argument",
        16 => "invalid scope",
        17 => "invalid object instance",
        _ => "error that the guide does not list",
    }
}
