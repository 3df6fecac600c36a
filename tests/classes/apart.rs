//! Machines apart: a network, a folder of sockets and a resolver of their own, which the calling
//! thread and the programs that it starts see, and nobody else. This takes root.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket,
};
use tempfile::NamedTempFile;

use crate::broken::dns::{Answer, NameServer};
use crate::machine::Machine;
use crate::support::{CMDOP, is_root};

/// What `make` makes, in a network of its own: with a loopback interface or with none that works.
/// Where this machine cannot, a machine that lacks `netns`.
pub(crate) fn in_own_network(loopback: bool, make: impl FnOnce() -> Machine) -> Machine {
    let apart = is_root()
        && unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS).is_ok()
        && private_mounts().is_ok()
        && (!loopback || loopback_up().is_ok());
    make().unless(apart, "netns")
}

/// What `make` makes, with a /tmp of its own.
pub(crate) fn in_own_tmp(make: impl FnOnce() -> Machine) -> Machine {
    let apart = is_root() && unshare(CloneFlags::CLONE_NEWNS).is_ok() && own_tmp().is_ok();
    make().unless(apart, "root")
}

fn private_mounts() -> nix::Result<()> {
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>)
}

/// An empty /tmp, through which the program under test can still be seen, should it lie there.
fn own_tmp() -> nix::Result<()> {
    private_mounts()?;
    let program = File::open(CMDOP).map_err(|_| Errno::ENOENT)?;
    mount(Some("none"), "/tmp", Some("tmpfs"), MsFlags::empty(), Some("mode=1777"))?;
    if Path::new(CMDOP).exists() {
        return Ok(());
    }
    let folder = Path::new(CMDOP).parent().ok_or(Errno::ENOENT)?;
    std::fs::create_dir_all(folder).and_then(|()| File::create(CMDOP)).map_err(|_| Errno::EIO)?;
    bind(&format!("/proc/self/fd/{}", program.as_raw_fd()), CMDOP)
}

fn bind(from: &str, to: &str) -> nix::Result<()> {
    mount(Some(from), to, None::<&str>, MsFlags::MS_BIND, None::<&str>)
}

/// Where `lo` is in every network: first.
const LOOPBACK_INDEX: i32 = 1;

/// Asks the kernel for `ip link set lo up`: a netlink message RTM_NEWLINK, to be acknowledged, with
/// an `ifinfomsg` that sets the flag IFF_UP (netlink(7), rtnetlink(7)).
fn loopback_up() -> nix::Result<()> {
    let (newlink, request_ack, iff_up) = (16_u16, 5_u16, 1_u32);
    let mut message = Vec::new();
    message.extend(32_u32.to_ne_bytes());
    message.extend(newlink.to_ne_bytes());
    message.extend(request_ack.to_ne_bytes());
    message.extend([0; 8]);
    message.extend([0; 4]);
    message.extend(LOOPBACK_INDEX.to_ne_bytes());
    message.extend(iff_up.to_ne_bytes());
    message.extend(iff_up.to_ne_bytes());
    let kernel: OwnedFd =
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)?;
    sendto(kernel.as_raw_fd(), &message, &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
    let mut answer = [0; 64];
    let length = recv(kernel.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    // The header of 16 bytes, and then the error, negative, or 0.
    match answer[..length].get(16..20) {
        Some([0, 0, 0, 0]) => Ok(()),
        _ => Err(Errno::EPERM),
    }
}

impl Machine {
    /// Asks names of a server that gives this answer; only in a network of its own.
    pub(crate) fn names_answered(self, answer: Answer) -> Machine {
        if self.lacks.is_some() {
            return self;
        }
        let server = NameServer::start_at(answer, NAME_SERVER_PORT);
        self.resolver("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n").keep(server)
    }

    /// What /etc/resolv.conf says. Names are asked of the hosts file and of name servers alone,
    /// whatever this machine's own /etc/nsswitch.conf says.
    pub(crate) fn resolver(self, text: &str) -> Machine {
        self.in_place_of("/etc/resolv.conf", text).in_place_of("/etc/nsswitch.conf", "hosts: files dns\n")
    }

    /// Puts a file in the place of one of the system's.
    pub(crate) fn in_place_of(self, path: &'static str, text: &str) -> Machine {
        if self.lacks.is_some() {
            return self;
        }
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        set_mode(file.path(), 0o644);
        let bound = bind(file.path().to_str().unwrap(), path).is_ok();
        self.unless(bound, "netns").keep(file)
    }
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The port of name servers (RFC 1035, section 4.2).
const NAME_SERVER_PORT: u16 = 53;

/// The address of this machine in a network of its own.
pub(crate) const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
