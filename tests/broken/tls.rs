//! TLS servers with certificates that something is wrong with. Without a change they are in
//! order, but for a private root that no machine trusts.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use super::tcp::{Server, Then, note, read_head};

/// The answer to a request that got through.
const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\
                    connection: close\r\n\r\n{\"data\":[]}";

/// The alert that a server gives who finds the protocol version too old or too new: record type
/// 21, fatal, `protocol_version` (RFC 8446, sections 5.1 and 6.2).
const PROTOCOL_VERSION_ALERT: [u8; 7] = [21, 3, 1, 0, 2, 2, 70];

/// The first byte of a record that opens a TLS connection (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;

/// What Go's servers say, in plain text.
const PLAIN_AT_A_TLS_PORT: &[u8] =
    b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

/// A TLS server to be.
pub(crate) struct Tls {
    names: Vec<String>,
    years: (i32, i32),
    chain: Chain,
    organisation: &'static str,
    inside: Inside,
    polite: bool,
}

/// What is inside of the connection.
#[derive(Clone)]
enum Inside {
    Answer(Vec<u8>),
    /// A server of plain HTTP on this port of this machine.
    Server(u16),
}

enum Chain {
    SelfSigned,
    Root,
    /// Signed by an intermediate that the server does not send.
    MissingIntermediate,
}

/// A running TLS server.
pub(crate) struct Running {
    pub(crate) server: Server,
    /// The root of its chain, for clients that shall trust it.
    pub(crate) root_pem: String,
}

impl Inside {
    fn answer(&self, head: &[u8]) -> io::Result<Vec<u8>> {
        let port = match self {
            Inside::Answer(bytes) => return Ok(bytes.clone()),
            Inside::Server(port) => *port,
        };
        let head = String::from_utf8_lossy(head);
        let kept =
            head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("host:") && !line.is_empty());
        let mut asked: Vec<&str> = kept.collect();
        let host = format!("host: 127.0.0.1:{port}");
        asked.extend([host.as_str(), "connection: close", "", ""]);
        let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        server.write_all(asked.join("\r\n").as_bytes())?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }
}

impl Tls {
    /// For `localhost` and `127.0.0.1`, from 2020 to 2120, signed by a root of its own.
    pub(crate) fn new() -> Tls {
        Tls {
            names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            years: (2020, 2120),
            chain: Chain::Root,
            organisation: "Broken Roots",
            inside: Inside::Answer(WELL.into()),
            polite: false,
        }
    }

    pub(crate) fn expired(self) -> Tls {
        Tls { years: (2020, 2021), ..self }
    }

    pub(crate) fn not_yet_valid(self) -> Tls {
        Tls { years: (2119, 2120), ..self }
    }

    pub(crate) fn for_host(self, name: &str) -> Tls {
        Tls { names: vec![name.to_owned()], ..self }
    }

    pub(crate) fn self_signed(self) -> Tls {
        Tls { chain: Chain::SelfSigned, ..self }
    }

    pub(crate) fn without_intermediate(self) -> Tls {
        Tls { chain: Chain::MissingIntermediate, ..self }
    }

    /// Signed in the name of an organisation, such as one that inspects traffic.
    pub(crate) fn signed_by(self, organisation: &'static str) -> Tls {
        Tls { organisation, ..self }
    }

    /// What is said inside of the connection, to any request.
    pub(crate) fn answering(self, bytes: impl Into<Vec<u8>>) -> Tls {
        Tls { inside: Inside::Answer(bytes.into()), ..self }
    }

    /// Hands requests on to a server of plain HTTP on this machine, in that server's name.
    pub(crate) fn in_front_of(self, port: u16) -> Tls {
        Tls { inside: Inside::Server(port), ..self }
    }

    /// Tells who speaks plain HTTP with it that this is a port of TLS, as nginx and Go do.
    pub(crate) fn and_polite(self) -> Tls {
        Tls { polite: true, ..self }
    }

    pub(crate) fn start(self) -> Running {
        let (chain, key, root_pem) = self.certificates();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let config = Arc::new(config);
        let (inside, polite) = (self.inside, self.polite);
        let server = Server::with(move |mut stream, heads| {
            let mut first = [0];
            if polite && stream.peek(&mut first)? == 1 && first[0] != HANDSHAKE {
                note(heads, read_head(&mut stream)?);
                stream.write_all(PLAIN_AT_A_TLS_PORT)?;
                return Ok(Then::Close);
            }
            let mut tls = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            let mut secured = Stream::new(&mut tls, &mut stream);
            let head = read_head(&mut secured)?;
            note(heads, head.clone());
            secured.write_all(&inside.answer(&head)?)?;
            secured.conn.send_close_notify();
            secured.flush()?;
            Ok(Then::Close)
        });
        Running { server, root_pem }
    }

    fn certificates(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String) {
        let key = KeyPair::generate().unwrap();
        let leaf = self.leaf();
        let (certificate, root) = match self.chain {
            Chain::SelfSigned => {
                let certificate = leaf.self_signed(&key).unwrap();
                (certificate.clone(), certificate)
            }
            Chain::Root => {
                let root = self.authority("Root");
                (leaf.signed_by(&key, &root).unwrap(), certificate_of(&root))
            }
            Chain::MissingIntermediate => {
                let root = self.authority("Root");
                let params = authority_params(self.organisation, "Intermediate");
                let below = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &root).unwrap();
                (leaf.signed_by(&key, &below).unwrap(), certificate_of(&root))
            }
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        (vec![certificate.der().clone()], key, root.pem())
    }

    fn leaf(&self) -> CertificateParams {
        let mut leaf = CertificateParams::new(self.names.clone()).unwrap();
        leaf.distinguished_name.push(DnType::CommonName, &self.names[0]);
        leaf.not_before = date_time_ymd(self.years.0, 1, 1);
        leaf.not_after = date_time_ymd(self.years.1, 1, 1);
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf
    }

    fn authority(&self, name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let params = authority_params(self.organisation, name);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }
}

fn certificate_of(authority: &CertifiedIssuer<'static, KeyPair>) -> Certificate {
    let certificate: &Certificate = authority.as_ref();
    certificate.clone()
}

fn authority_params(organisation: &str, name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, organisation);
    params.distinguished_name.push(DnType::CommonName, format!("{organisation} {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params
}

/// Speaks no version of TLS that the client speaks.
pub(crate) fn too_old() -> Server {
    Server::says(PROTOCOL_VERSION_ALERT)
}

/// Speaks plain HTTP where TLS is expected.
pub(crate) fn not_tls() -> Server {
    Server::says("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}
