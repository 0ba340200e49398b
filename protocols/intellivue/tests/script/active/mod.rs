//! Dialogues of the active session with a scripted monitor, on virtual time.

mod answers;
mod bedside;
mod checks;
mod days;
mod devices;
mod pair;
mod polls;
mod sent;
