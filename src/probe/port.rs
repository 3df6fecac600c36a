//! Whether the sign-in callback can listen on this machine's loopback.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::world::loopback;

pub(super) async fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call.required("number"))
}

fn read(number: &str) -> Reading {
    let Ok(port) = number.trim().parse::<u16>() else {
        let facts = Facts::new().with("number", number.trim().parse::<i64>().ok());
        return Reading::Found(facts.with("state", "bad_number").with("ipv6", Fact::Nothing));
    };
    let four = loopback::try_listen(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let six = loopback::try_listen(IpAddr::V6(Ipv6Addr::LOCALHOST), port);
    let facts = Facts::new().with("number", i64::from(port)).with("state", state(&four));
    Reading::Found(facts.with("ipv6", six.is_ok()))
}

fn state(answer: &io::Result<()>) -> &'static str {
    match answer.as_ref().map_err(io::Error::kind) {
        Ok(()) => "free",
        Err(ErrorKind::AddrInUse) => "busy",
        Err(ErrorKind::PermissionDenied) => "denied",
        Err(_) => "no_loopback",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_of(number: &str) -> Option<Fact> {
        let Reading::Found(facts) = read(number) else { return None };
        facts.get("state").cloned()
    }

    #[test]
    fn any_free_port_is_free() {
        assert_eq!(state_of("0"), Some(Fact::from("free")));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test takes the port")]
    fn a_taken_port_is_busy() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        assert_eq!(state_of(&port), Some(Fact::from("busy")));
    }

    #[test]
    fn what_is_no_port_is_a_bad_number() {
        for number in ["70000", "-1", "http", ""] {
            assert_eq!(state_of(number), Some(Fact::from("bad_number")), "{number}");
        }
    }
}
