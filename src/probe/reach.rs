//! What kind of address an address is.

use std::net::IpAddr;

/// Whose an address can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Public,
    /// Of a network of one's own: RFC 1918, RFC 6598, RFC 4193.
    Private,
    /// Of the same wire: RFC 3927, RFC 4291. Clouds keep their machines' credentials there.
    LinkLocal,
    Loopback,
    /// Of no server: "this network" (RFC 1122), the unspecified address, multicast, and class E (RFC
    /// 1112). Blocking resolvers answer so.
    Nobody,
}

impl Reach {
    /// The kind of `address`; an IPv4 address in IPv6 clothes counts as what it is.
    pub(super) fn of(address: IpAddr) -> Reach {
        let (private, link_local, nobody) = match address.to_canonical() {
            IpAddr::V4(address) => {
                let [first, second, ..] = address.octets();
                let shared = first == 100 && (64..128).contains(&second);
                (address.is_private() || shared, address.is_link_local(), matches!(first, 0 | 224..))
            }
            IpAddr::V6(address) => {
                let nobody = address.is_unspecified() || address.is_multicast();
                (address.is_unique_local(), address.is_unicast_link_local(), nobody)
            }
        };
        match (address.to_canonical().is_loopback(), private, link_local, nobody) {
            (true, ..) => Reach::Loopback,
            (_, true, ..) => Reach::Private,
            (_, _, true, _) => Reach::LinkLocal,
            (.., true) => Reach::Nobody,
            _ => Reach::Public,
        }
    }

    /// Whether it is of a network of one's own, in the widest sense.
    pub(super) fn is_inside(self) -> bool {
        matches!(self, Reach::Private | Reach::LinkLocal | Reach::Loopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (text, reach) in [
            ("8.8.8.8", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("2606:4700::1", Reach::Public),
            ("10.1.2.3", Reach::Private),
            ("172.31.0.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("fd00::1", Reach::Private),
            ("::ffff:10.0.0.1", Reach::Private),
            ("169.254.169.254", Reach::LinkLocal),
            ("fe80::1", Reach::LinkLocal),
            ("127.8.8.8", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("0.0.0.0", Reach::Nobody),
            ("::", Reach::Nobody),
            ("255.255.255.255", Reach::Nobody),
            ("ff02::1", Reach::Nobody),
        ] {
            assert_eq!(Reach::of(text.parse().unwrap()), reach, "{text}");
        }
    }
}
