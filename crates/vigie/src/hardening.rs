//! Nothing of this process is left on a disk by a crash, and no other program of the user reads it.
//!
//! A core dump would hold keys and patients' data. Two ways of the kernel to none: the limit on the size of
//! cores is 0, for this process and those that it starts, and the process is marked as not dumpable
//! (`PR_SET_DUMPABLE`), which also keeps other programs of the same user from tracing it and from
//! reading its memory. What a guard reads of its children are pipes, not `/proc`.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Switches core dumps off. Where a kernel refuses one of the ways the other still holds; a warning says
/// so.
pub fn no_core_dumps() {
    let limit = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::warn!(%error, "the limit on core dumps cannot be set");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "core dumps cannot be switched off for this process");
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn no_core_is_left_of_this_process() {
        no_core_dumps();
        assert_eq!(dumpable_behavior().expect("told"), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
