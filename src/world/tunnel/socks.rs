//! SOCKS 5 (RFC 1928) with user names and passwords (RFC 1929), as far as one connection needs.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use super::{AnyWire, ProxyFault};
use crate::world::proxies::Login;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;

/// Agrees on a way to sign in, and signs in if the proxy wants that.
pub(super) async fn greet(wire: &mut AnyWire, login: Option<&Login>) -> Result<(), ProxyFault> {
    let methods: &[u8] = if login.is_some() { &[NO_LOGIN, PASSWORD] } else { &[NO_LOGIN] };
    let offer = [&[VERSION, methods.len() as u8], methods].concat();
    wire.write_all(&offer).await.map_err(broke)?;
    let mut chosen = [0; 2];
    wire.read_exact(&mut chosen).await.map_err(broke)?;
    match (chosen, login) {
        ([VERSION, NO_LOGIN], _) => Ok(()),
        ([VERSION, PASSWORD], Some(login)) => sign_in(wire, login).await,
        ([VERSION, _], login) => Err(login_fault(login.is_some(), "it wants a login")),
        _ => Err(ProxyFault::NotAProxy("it does not speak SOCKS 5".to_owned())),
    }
}

async fn sign_in(wire: &mut AnyWire, login: &Login) -> Result<(), ProxyFault> {
    let mut message = Zeroizing::new(vec![1]);
    for part in [&login.user, &login.password] {
        let part = part.expose().as_bytes();
        let length =
            u8::try_from(part.len()).map_err(|_| login_fault(true, "the login is too long for SOCKS 5"))?;
        message.push(length);
        message.extend_from_slice(part);
    }
    wire.write_all(&message).await.map_err(broke)?;
    let mut answer = [0; 2];
    wire.read_exact(&mut answer).await.map_err(broke)?;
    if answer[1] == 0 { Ok(()) } else { Err(login_fault(true, "it rejects the login")) }
}

/// Asks for a connection to `address` if there is one, or else to `host` by name.
pub(super) async fn open(
    wire: &mut AnyWire,
    host: &str,
    address: Option<IpAddr>,
    port: u16,
) -> Result<(), ProxyFault> {
    let mut message = vec![VERSION, 1, 0];
    match address.or_else(|| host.parse().ok()) {
        Some(IpAddr::V4(address)) => {
            message.push(1);
            message.extend_from_slice(&address.octets());
        }
        Some(IpAddr::V6(address)) => {
            message.push(4);
            message.extend_from_slice(&address.octets());
        }
        None => {
            let length = u8::try_from(host.len())
                .map_err(|_| ProxyFault::Refuses("the name is too long".to_owned()))?;
            message.extend_from_slice(&[3, length]);
            message.extend_from_slice(host.as_bytes());
        }
    }
    message.extend_from_slice(&port.to_be_bytes());
    wire.write_all(&message).await.map_err(broke)?;
    read_answer(wire).await
}

/// Reads the answer to the end, so that what follows is the server's.
async fn read_answer(wire: &mut AnyWire) -> Result<(), ProxyFault> {
    let mut start = [0; 4];
    wire.read_exact(&mut start).await.map_err(broke)?;
    if start[0] != VERSION {
        return Err(ProxyFault::NotAProxy("it does not speak SOCKS 5".to_owned()));
    }
    if start[1] != 0 {
        return Err(ProxyFault::Refuses(reason(start[1]).to_owned()));
    }
    let address = match start[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(wire.read_u8().await.map_err(broke)?),
    };
    let mut bound = vec![0; address + 2];
    wire.read_exact(&mut bound).await.map_err(broke)?;
    Ok(())
}

/// RFC 1928 section 6.
fn reason(code: u8) -> &'static str {
    match code {
        2 => "its rules do not allow the connection",
        3 => "it finds the network unreachable",
        4 => "it finds the server unreachable",
        5 => "the server refused its connection",
        6 => "its connection timed out",
        _ => "it could not connect",
    }
}

fn login_fault(sent: bool, words: &str) -> ProxyFault {
    ProxyFault::Login { sent, words: words.to_owned() }
}

fn broke(error: io::Error) -> ProxyFault {
    ProxyFault::NotAProxy(format!("it hung up: {}", error.kind()))
}
