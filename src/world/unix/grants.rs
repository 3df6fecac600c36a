//! Rights beyond the mode bits: access control lists and file attributes.

use std::path::Path;

/// What an access control list gives to somebody besides the owner, the group and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grants {
    pub read: bool,
    pub write: bool,
}

/// What the access control list of `path`, following links, gives to others than `owner` and the
/// effective user. `None` where the file system keeps no lists.
#[cfg(target_os = "linux")]
pub fn by_list(path: &Path, owner: u32) -> Option<Grants> {
    use rustix::io::Errno;
    /// Room for some 500 entries; a longer list is not judged.
    const LARGEST: usize = 4096;
    let mut list = vec![0_u8; LARGEST];
    match rustix::fs::getxattr(path, "system.posix_acl_access", &mut list[..]) {
        Ok(length) => granted(&list[..length], &[owner, 0, super::accounts::effective()]),
        Err(Errno::NODATA) => Some(Grants::default()),
        Err(_) => None,
    }
}

/// No other system's lists are read.
#[cfg(not(target_os = "linux"))]
pub fn by_list(_: &Path, _: u32) -> Option<Grants> {
    None
}

/// Reads a list in the kernel's form (`linux/posix_acl_xattr.h`): a version and then entries of
/// tag, rights and id, all little-endian. Named entries count as far as the mask lets them.
#[cfg(any(target_os = "linux", test))]
fn granted(list: &[u8], insiders: &[u32]) -> Option<Grants> {
    const VERSION: [u8; 4] = [2, 0, 0, 0];
    const USER: u16 = 0x02;
    const GROUP: u16 = 0x08;
    const MASK: u16 = 0x10;
    let entries = list.strip_prefix(&VERSION)?;
    let entries = || {
        entries.chunks_exact(8).map(|entry| {
            let half = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
            (half(0), half(2), u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]))
        })
    };
    let mask = entries().find(|(tag, ..)| *tag == MASK).map_or(7, |(_, rights, _)| rights);
    let given = entries()
        .filter(|(tag, _, id)| *tag == GROUP || *tag == USER && !insiders.contains(id))
        .fold(0, |given, (_, rights, _)| given | rights & mask);
    Some(Grants { read: given & 4 != 0, write: given & 2 != 0 })
}

/// Whether the immutable or the append-only attribute is set on `path`, following links. `None`
/// where the file system keeps no such attributes.
#[cfg(target_os = "linux")]
pub fn is_frozen(path: &Path) -> Option<bool> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags};
    let frozen = StatxAttributes::IMMUTABLE | StatxAttributes::APPEND;
    let found = rustix::fs::statx(CWD, path, AtFlags::empty(), StatxFlags::empty()).ok()?;
    found.stx_attributes_mask.intersects(frozen).then(|| found.stx_attributes.intersects(frozen))
}

/// No other system's attributes are read.
#[cfg(not(target_os = "linux"))]
pub fn is_frozen(_: &Path) -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in the kernel's form.
    fn list(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 0];
        for (tag, rights, id) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(rights.to_le_bytes());
            bytes.extend(id.to_le_bytes());
        }
        bytes
    }

    const NO_ID: u32 = u32::MAX;

    #[test]
    fn named_entries_count_as_far_as_the_mask_goes() {
        let with_mask = |mask| {
            let bytes =
                list(&[(1, 6, NO_ID), (2, 6, 1001), (4, 0, NO_ID), (0x10, mask, NO_ID), (0x20, 0, NO_ID)]);
            granted(&bytes, &[1000, 0]).unwrap()
        };
        assert_eq!(with_mask(7), Grants { read: true, write: true });
        assert_eq!(with_mask(4), Grants { read: true, write: false });
        assert_eq!(with_mask(0), Grants::default());
    }

    #[test]
    fn owner_group_and_root_are_no_strangers() {
        let own = list(&[
            (1, 7, NO_ID),
            (2, 7, 1000),
            (2, 7, 0),
            (4, 7, NO_ID),
            (0x10, 7, NO_ID),
            (0x20, 0, NO_ID),
        ]);
        assert_eq!(granted(&own, &[1000, 0]), Some(Grants::default()));
        let group = list(&[(8, 4, 50), (0x10, 7, NO_ID)]);
        assert_eq!(granted(&group, &[1000, 0]), Some(Grants { read: true, write: false }));
    }

    #[test]
    fn a_list_of_another_form_is_not_judged() {
        assert_eq!(granted(&[3, 0, 0, 0], &[]), None);
        assert_eq!(granted(&[], &[]), None);
    }

    #[test]
    fn an_ordinary_file_is_not_frozen() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_ne!(is_frozen(file.path()), Some(true));
        assert_eq!(by_list(file.path(), 0).unwrap_or_default(), Grants::default());
    }
}
