//! The rules of the filters, and their installation.
//!
//! Three programs, one for each answer, because a seccomp program of `seccompiler` gives one answer
//! to all that it matches. The kernel runs all of them on every call.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

use super::Reach;

/// Which sockets remain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// Unix sockets.
    UnixOnly,
    /// Unix sockets, TCP and UDP over IPv4, netlink route.
    StationLinks,
}

/// System calls with their rules; without any rule the call is always refused.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// `SOCK_TYPE_MASK` of `include/linux/net.h`: the other bits of the type are flags.
const SOCKET_TYPE_MASK: u64 = 0xf;
/// `__X32_SYSCALL_BIT` of `arch/x86/include/uapi/asm/unistd.h`: the same calls once more for x32
/// programs, under the machine's own name in a filter.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Refused whatever their arguments are: ways past the filter, and into other processes.
const NEVER: &[i64] = &[
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
];

/// New namespaces: in a new network namespace a process would be its own administrator.
const NAMESPACES: &[i32] = &[
    libc::CLONE_NEWNET,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Compiles and installs; nothing is installed unless all of it compiles.
pub fn install(sockets: &Sockets, reach: Reach) -> Result<(), String> {
    for program in compile(sockets)? {
        let installed = match reach {
            Reach::Thread => seccompiler::apply_filter(&program),
            Reach::Process => seccompiler::apply_filter_all_threads(&program),
        };
        installed.map_err(|error| {
            format!("the kernel refused its filter of system calls: {error}; it needs CONFIG_SECCOMP_FILTER (every kernel of Debian, Ubuntu and Fedora has it), and a container must allow seccomp")
        })?;
    }
    Ok(())
}

fn compile(sockets: &Sockets) -> Result<Vec<BpfProgram>, String> {
    let machine = TargetArch::try_from(std::env::consts::ARCH).map_err(|_| {
        format!(
            "there is no filter of system calls for {}: use x86_64 or aarch64",
            std::env::consts::ARCH
        )
    })?;
    let defect =
        |error: BackendError| format!("a defect in the filter of system calls: {error}; report it");
    let answers = [
        (libc::EACCES, socket_rules(*sockets)),
        (libc::EPERM, escape_rules()),
        // Its arguments lie in memory, where a filter cannot look; the C library goes on to clone().
        (libc::ENOSYS, Ok(Rules::from([(libc::SYS_clone3, Vec::new())]))),
    ];
    answers
        .into_iter()
        .map(|(errno, rules)| {
            let refusal = SeccompAction::Errno(errno.unsigned_abs());
            let rules = with_x32(rules?);
            SeccompFilter::new(rules, SeccompAction::Allow, refusal, machine)?.try_into()
        })
        .collect::<Result<Vec<BpfProgram>, BackendError>>()
        .map_err(defect)
}

/// `socket(family, type, protocol)` and `socketpair` of the same.
fn socket_rules(sockets: Sockets) -> Result<Rules, BackendError> {
    let unix_only = all(&[(0, SeccompCmpOp::Ne, libc::AF_UNIX)])?;
    let socket = match sockets {
        Sockets::UnixOnly => vec![unix_only.clone()],
        Sockets::StationLinks => station_rules()?,
    };
    Ok(Rules::from([(libc::SYS_socket, socket), (libc::SYS_socketpair, vec![unix_only])]))
}

/// What the station may not open: each rule by itself refuses.
fn station_rules() -> Result<Vec<SeccompRule>, BackendError> {
    use SeccompCmpOp::{Eq, Ne};
    let inet = (0, Eq, libc::AF_INET);
    let mut rules = vec![
        all(&[(0, Ne, libc::AF_UNIX), (0, Ne, libc::AF_INET), (0, Ne, libc::AF_NETLINK)])?,
        // ICMP, SCTP and MPTCP are datagrams and streams too.
        all(&[
            inet.clone(),
            (2, Ne, libc::IPPROTO_IP),
            (2, Ne, libc::IPPROTO_TCP),
            (2, Ne, libc::IPPROTO_UDP),
        ])?,
        all(&[(0, Eq, libc::AF_NETLINK), (2, Ne, libc::NETLINK_ROUTE)])?,
    ];
    // The filter knows "equal under a mask" and not its opposite: every other type is named.
    let allowed = [libc::SOCK_STREAM, libc::SOCK_DGRAM];
    for kind in (0..=15).filter(|kind| !allowed.contains(kind)) {
        rules.push(all(&[inet.clone(), (1, SeccompCmpOp::MaskedEq(SOCKET_TYPE_MASK), kind)])?);
    }
    Ok(rules)
}

fn escape_rules() -> Result<Rules, BackendError> {
    let mut rules: Rules = NEVER.iter().map(|call| (*call, Vec::new())).collect();
    for call in [libc::SYS_clone, libc::SYS_unshare] {
        let namespaces = NAMESPACES
            .iter()
            .map(|flag| all(&[(0, SeccompCmpOp::MaskedEq(u64::from(flag.unsigned_abs())), *flag)]));
        rules.insert(call, namespaces.collect::<Result<_, _>>()?);
    }
    Ok(rules)
}

/// All of these hold: argument, comparison, value. The kernel takes the low 32 bits of each.
fn all(conditions: &[(u8, SeccompCmpOp, i32)]) -> Result<SeccompRule, BackendError> {
    let conditions = conditions.iter().map(|(argument, comparison, value)| {
        let value = u64::from(value.unsigned_abs());
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, comparison.clone(), value)
    });
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}

#[cfg(target_arch = "x86_64")]
fn with_x32(rules: Rules) -> Rules {
    let twice =
        |(call, rules): (i64, Vec<SeccompRule>)| [(call, rules.clone()), (call | X32, rules)];
    rules.into_iter().flat_map(twice).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn with_x32(rules: Rules) -> Rules {
    rules
}
