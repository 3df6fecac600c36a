//! Each broken server is broken in the way that it claims, and in no other.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, Stream};

use super::dns::{Answer, NameServer};
use super::tcp::{Full, Refusing, Server};
use super::tls::{Running, Tls, not_tls, too_old};
use super::{proxy, tls};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// How long silence has to last to be taken for silence.
const SILENCE: Duration = Duration::from_millis(200);

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Sends `request` and reads to the end.
fn ask(port: u16, request: &[u8]) -> io::Result<String> {
    let mut stream = connect(port);
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_refusing_port_refuses() {
    let refusing = Refusing::start();
    let error = TcpStream::connect((Ipv4Addr::LOCALHOST, refusing.port())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(refusing.url("http"), format!("http://127.0.0.1:{}", refusing.port()));
}

#[test]
fn a_full_port_does_not_answer() {
    let full = Full::start();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, full.port()));
    let error = TcpStream::connect_timeout(&address, SILENCE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(full.url("http"), format!("http://127.0.0.1:{}", full.port()));
}

#[test]
fn a_mute_server_says_nothing_and_stops_nevertheless() {
    let server = Server::mute();
    let mut stream = connect(server.port());
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    stream.write_all(GET).unwrap();
    let error = stream.read(&mut [0]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    drop(server);
}

#[test]
fn closing_and_resetting_are_different_things() {
    assert_eq!(connect(Server::closes().port()).read(&mut [0]).unwrap(), 0);
    let resetting = Server::resets();
    let error = ask(resetting.port(), GET).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn exact_words_are_said() {
    let server = Server::says("HTTP/1.0 204 No\r\n\r\n");
    assert_eq!(ask(server.port(), GET).unwrap(), "HTTP/1.0 204 No\r\n\r\n");
    assert_eq!(server.heads(), ["GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"]);
    assert_eq!(server.url("http"), format!("http://127.0.0.1:{}", server.port()));

    let stalling = Server::says_and_stalls("HTTP/1.1 200 OK\r\n");
    let mut stream = connect(stalling.port());
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    stream.write_all(GET).unwrap();
    let mut said = Vec::new();
    assert!(stream.read_to_end(&mut said).is_err());
    assert!(b"HTTP/1.1 200 OK\r\n".starts_with(&said));
}

/// What a client that trusts `root_pem` makes of a TLS server, asked for `localhost`.
fn handshake(port: u16, root_pem: &str) -> Result<String, io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = connect(port);
    let mut inside = Stream::new(&mut tls, &mut stream);
    inside.write_all(GET)?;
    let mut answer = String::new();
    inside.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The certificate error that such a client meets.
fn refused_for(running: &Running, root_pem: &str) -> Option<CertificateError> {
    let error = handshake(running.server.port(), root_pem).unwrap_err();
    match error.into_inner()?.downcast_ref::<Error>()? {
        Error::InvalidCertificate(why) => Some(why.clone()),
        _ => None,
    }
}

#[test]
fn a_certificate_in_order_works_for_who_trusts_the_root() {
    let running = Tls::new().answering("HTTP/1.1 204 No\r\n\r\n").start();
    assert_eq!(handshake(running.server.port(), &running.root_pem).unwrap(), "HTTP/1.1 204 No\r\n\r\n");
    let stranger = Tls::new().signed_by("Somebody Else").start();
    let why = refused_for(&running, &stranger.root_pem);
    assert_eq!(why, Some(CertificateError::UnknownIssuer));
}

#[test]
fn requests_are_handed_on_to_the_server_behind() {
    let behind = Server::says("HTTP/1.1 204 No\r\n\r\n");
    let running = Tls::new().in_front_of(behind.port()).start();
    assert_eq!(handshake(running.server.port(), &running.root_pem).unwrap(), "HTTP/1.1 204 No\r\n\r\n");
    let asked = format!("GET / HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n", behind.port());
    assert_eq!(behind.heads(), [asked]);
}

#[test]
fn a_polite_server_tells_who_speaks_plain_http() {
    let running = Tls::new().and_polite().start();
    let told = ask(running.server.port(), GET).unwrap();
    assert!(told.starts_with("HTTP/1.0 400 ") && told.contains("HTTPS server"), "{told}");
}

#[test]
fn broken_certificates_are_broken_in_one_way() {
    let refused = |tls: tls::Tls| {
        let running = tls.start();
        refused_for(&running, &running.root_pem)
    };
    let expired = refused(Tls::new().expired());
    assert!(matches!(expired, Some(CertificateError::ExpiredContext { .. })), "{expired:?}");
    let early = refused(Tls::new().not_yet_valid());
    assert!(matches!(early, Some(CertificateError::NotValidYetContext { .. })), "{early:?}");
    let elsewhere = refused(Tls::new().for_host("other.example"));
    assert!(matches!(elsewhere, Some(CertificateError::NotValidForNameContext { .. })), "{elsewhere:?}");
    assert_eq!(refused(Tls::new().without_intermediate()), Some(CertificateError::UnknownIssuer));
}

#[test]
fn a_self_signed_certificate_is_its_own_root() {
    let running = Tls::new().self_signed().start();
    assert!(handshake(running.server.port(), &running.root_pem).is_ok());
    let stranger = Tls::new().start();
    assert_eq!(refused_for(&running, &stranger.root_pem), Some(CertificateError::UnknownIssuer));
}

#[test]
fn servers_that_do_not_speak_our_tls() {
    let root = Tls::new().start().root_pem;
    let old = handshake(too_old().port(), &root).unwrap_err().to_string();
    assert!(old.contains("ProtocolVersion"), "{old}");
    assert_eq!(handshake(not_tls().port(), &root).unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn proxies_refuse_as_they_claim() {
    let connect = b"CONNECT api.example:443 HTTP/1.1\r\nhost: api.example:443\r\n\r\n";
    let first_line = |server: Server| {
        let answer = ask(server.port(), connect).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(first_line(proxy::wants_auth()), "HTTP/1.1 407 Proxy Authentication Required");
    assert_eq!(first_line(proxy::blocks()), "HTTP/1.1 403 Forbidden");
    assert_eq!(first_line(proxy::not_a_proxy()), "HTTP/1.1 405 Method Not Allowed");
}

#[test]
fn a_socks_proxy_says_that_the_server_refused() {
    let server = proxy::socks_refuses();
    let mut stream = connect(server.port());
    stream.write_all(&[5, 1, 0]).unwrap();
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen).unwrap();
    stream.write_all(&[5, 1, 0, 1, 127, 0, 0, 1, 0, 9]).unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!((chosen, answer[1]), ([5, 0], 5));
}

#[test]
fn a_proxy_that_works_tunnels_and_forwards() {
    let target = Server::says("HTTP/1.1 204 No\r\n\r\n");
    let through = proxy::works();
    let forwarded = format!("GET {}/ HTTP/1.1\r\nhost: x\r\n\r\n", target.url("http"));
    assert_eq!(ask(through.port(), forwarded.as_bytes()).unwrap(), "HTTP/1.1 204 No\r\n\r\n");

    let mut tunnel = connect(through.port());
    let request = format!("CONNECT 127.0.0.1:{} HTTP/1.1\r\nhost: x\r\n\r\n", target.port());
    tunnel.write_all(request.as_bytes()).unwrap();
    let mut established = [0; 39];
    tunnel.read_exact(&mut established).unwrap();
    assert!(established.starts_with(b"HTTP/1.1 200"));
    tunnel.write_all(GET).unwrap();
    let mut answer = String::new();
    tunnel.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "HTTP/1.1 204 No\r\n\r\n");
    assert_eq!(through.heads().len(), 2);
}

/// Asks for the address of `a.example`: the response code, and the last four bytes.
fn resolve(answer: Answer, patience: Duration) -> io::Result<(u8, [u8; 4])> {
    let server = NameServer::start(answer);
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(patience))?;
    let mut query = vec![7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    query.extend(b"\x01a\x07example\0\0\x01\0\x01");
    socket.send_to(&query, server.address())?;
    let mut reply = [0; 512];
    let length = socket.recv(&mut reply)?;
    assert_eq!(reply[..2], query[..2]);
    Ok((reply[3] & 0x0F, *reply[..length].last_chunk().unwrap()))
}

#[test]
fn a_name_server_answers_as_told() {
    let code = |answer| resolve(answer, Duration::from_secs(10)).unwrap().0;
    assert_eq!(code(Answer::NoAddress), 0);
    assert_eq!(code(Answer::ServerFailure), 2);
    assert_eq!(code(Answer::NoSuchName), 3);
    assert_eq!(code(Answer::Refused), 5);
    let address = Answer::Address(Ipv4Addr::new(192, 0, 2, 7));
    assert_eq!(resolve(address, Duration::from_secs(10)).unwrap(), (0, [192, 0, 2, 7]));
    assert!(resolve(Answer::Silence, SILENCE).is_err());
}
