//! The `tls` probe against servers on loopback, good ones and broken ones.
#![expect(clippy::disallowed_methods, reason = "servers that misbehave are made here")]

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::model::evidence::Reading;
use crate::model::probe::ProbeKind;
use crate::model::settings::{Origin, Set};
use crate::probe::Context;
use crate::probe::rig::{act, all, call, closed_port, context, greeter, head, look, server, told};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::OrganizationName, name);
    params.distinguished_name.push(DnType::CommonName, format!("{name} Root"));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn leaf(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "leaf");
    params
}

/// A TLS server that shows the certificate of `params`, signed by `authority` or by itself.
async fn tls_server(params: CertificateParams, authority: Option<&Authority>) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let chain: Vec<CertificateDer<'static>> = match authority {
        Some(authority) => {
            vec![params.signed_by(&key, authority).unwrap().der().clone(), authority.der().clone()]
        }
        None => vec![params.self_signed(&key).unwrap().der().clone()],
    };
    tls_server_with(chain, &key).await
}

async fn tls_server_with(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let acceptor =
        TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let date = Arc::new(|request: &str| {
                    assert!(request.starts_with("HEAD / HTTP/1.1\r\n") && !request.contains("uthorization"));
                    head("HTTP/1.1 404 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT")
                });
                act(stream, date).await;
            });
        }
    });
    address
}

/// A context without system roots, and with those of `authority` as the CA file.
fn trusting(authority: Option<&Authority>) -> (Context, tempfile::NamedTempFile) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut ctx = context("https://127.0.0.1", &[("SSL_CERT_FILE", "/no/such.pem")]);
    if let Some(authority) = authority {
        file.write_all(authority.pem().as_bytes()).unwrap();
        ctx.settings.ca_file = Some(Set { value: file.path().to_owned(), from: Origin::Flag });
    }
    (ctx, file)
}

async fn shaken(address: SocketAddr, authority: Option<&Authority>) -> Reading {
    let (ctx, _file) = trusting(authority);
    look(&call(ProbeKind::Tls, &[("to", &format!("https://{address}/v1"))]), &ctx).await
}

#[tokio::test]
async fn a_private_authority_in_the_ca_file() {
    let ours = authority("Acme");
    let reading = shaken(tls_server(leaf("127.0.0.1"), Some(&ours)).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "fault", "trusted_by", "public"]), ["ok", "-", "configured", "false"]);
    assert_eq!(
        all(&reading, ["version", "names", "chain", "intercepted"]),
        ["TLS 1.3", "127.0.0.1", "2", "-"]
    );
    assert_eq!(all(&reading, ["issuer", "date"]), ["CN=Acme Root, O=Acme", "-"]);
}

#[tokio::test]
async fn the_same_without_the_ca_file() {
    let reading = shaken(tls_server(leaf("127.0.0.1"), Some(&authority("Acme"))).await, None).await;
    assert_eq!(all(&reading, ["state", "trusted_by"]), ["untrusted", "nobody"]);
}

#[tokio::test]
async fn a_certificate_that_signs_itself() {
    let reading = shaken(tls_server(leaf("127.0.0.1"), None).await, None).await;
    assert_eq!(all(&reading, ["state", "trusted_by", "chain"]), ["self_signed", "nobody", "1"]);
}

#[tokio::test]
async fn another_host() {
    let ours = authority("Acme");
    let reading = shaken(tls_server(leaf("other.test"), Some(&ours)).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "names", "trusted_by"]), ["wrong_host", "other.test", "configured"]);
}

#[tokio::test]
async fn dates_are_facts_and_not_the_state() {
    let ours = authority("Acme");
    let mut params = leaf("127.0.0.1");
    (params.not_before, params.not_after) = (date_time_ymd(1999, 1, 1), date_time_ymd(2000, 1, 1));
    let reading = shaken(tls_server(params, Some(&ours)).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "not_before", "not_after"]), ["ok", "915148800000", "946684800000"]);
    assert_eq!(all(&reading, ["chain_not_after", "date"]), ["946684800000", "784111777000"]);
}

#[tokio::test]
async fn somebody_looks_inside() {
    let proxy = authority("Zscaler Inc.");
    let reading = shaken(tls_server(leaf("127.0.0.1"), Some(&proxy)).await, Some(&proxy)).await;
    assert_eq!(all(&reading, ["state", "intercepted"]), ["ok", "Zscaler"]);
}

#[tokio::test]
async fn servers_that_do_not_shake_hands() {
    let state = async |address: SocketAddr| told(&shaken(address, None).await, "state");
    assert_eq!(state(server(|_| head("HTTP/1.1 400 Bad Request")).await).await, "timeout");
    assert_eq!(state(greeter(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await).await, "not_tls");
    assert_eq!(state(greeter(b"SSH-2.0-OpenSSH\r\n", false).await).await, "not_tls");
    assert_eq!(state(greeter(b"", false).await).await, "closed");
    assert_eq!(state(greeter(b"", true).await).await, "timeout");
    // A fatal alert: protocol_version, handshake_failure (RFC 8446 section 6).
    assert_eq!(state(greeter(b"\x15\x03\x01\x00\x02\x02\x46", false).await).await, "too_old");
    assert_eq!(state(greeter(b"\x15\x03\x01\x00\x02\x02\x28", false).await).await, "too_old");
    assert_eq!(state(closed_port().await).await, "unreachable");
}

#[tokio::test]
async fn plain_http_has_no_tls() {
    let (ctx, _file) = trusting(None);
    assert_eq!(look(&call(ProbeKind::Tls, &[("to", "http://127.0.0.1:1")]), &ctx).await, Reading::Absent);
}

#[tokio::test]
async fn through_a_proxy() {
    let ours = authority("Acme");
    let behind = tls_server(leaf("127.0.0.1"), Some(&ours)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut seen = [0; 4096];
        let count = tokio::io::AsyncReadExt::read(&mut near, &mut seen).await.unwrap();
        assert!(seen[..count].starts_with(format!("CONNECT {behind} HTTP/1.1\r\n").as_bytes()));
        tokio::io::AsyncWriteExt::write_all(&mut near, b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut far = tokio::net::TcpStream::connect(behind).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
    });
    let (mut ctx, _file) = trusting(Some(&ours));
    ctx.world = crate::world::World::with(crate::world::Env::made_of([
        ("HTTPS_PROXY", proxy.as_str()),
        ("SSL_CERT_FILE", "/none"),
    ]));
    let reading = look(&call(ProbeKind::Tls, &[("to", &format!("https://{behind}"))]), &ctx).await;
    assert_eq!(all(&reading, ["state", "trusted_by"]), ["ok", "configured"]);
}

#[tokio::test]
async fn a_certificate_of_ones_own_in_the_ca_file() {
    let mut params = leaf("127.0.0.1");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ours = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let chain = vec![ours.der().clone()];
    let reading = shaken(tls_server_with(chain, ours.key()).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "trusted_by", "public"]), ["ok", "configured", "false"]);
}

#[tokio::test]
async fn requests_are_made_to_the_trusted_alone() {
    let ours = authority("Acme");
    let status = async |address: SocketAddr, authority: Option<&Authority>| {
        let (ctx, _file) = trusting(authority);
        let reading = look(&call(ProbeKind::Http, &[("head", &format!("https://{address}/"))]), &ctx).await;
        told(&reading, "phase")
    };
    let good = tls_server(leaf("127.0.0.1"), Some(&ours)).await;
    assert_eq!(status(good, Some(&ours)).await, "answered");
    assert_eq!(status(good, None).await, "tls");
    let mut old = leaf("127.0.0.1");
    (old.not_before, old.not_after) = (date_time_ymd(1999, 1, 1), date_time_ymd(2000, 1, 1));
    assert_eq!(status(tls_server(old, Some(&ours)).await, Some(&ours)).await, "tls");
    assert_eq!(status(tls_server(leaf("other.test"), Some(&ours)).await, Some(&ours)).await, "tls");
}

/// A chain of three: leaf, intermediate (valid until 2010, or for long), root.
async fn three(until: i32, sent: usize, root: &Authority) -> SocketAddr {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Acme Intermediate 1");
    params.not_after = date_time_ymd(until, 1, 1);
    let middle = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), root).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = leaf("127.0.0.1").signed_by(&key, &middle).unwrap().der().clone();
    let chain = [leaf, middle.der().clone(), root.der().clone()];
    tls_server_with(chain[..sent].to_vec(), &key).await
}

#[tokio::test]
async fn certificates_that_no_client_takes() {
    let ours = authority("Acme");
    let mut nameless = CertificateParams::default();
    nameless.distinguished_name.push(DnType::CommonName, "127.0.0.1");
    let reading = shaken(tls_server(nameless, Some(&ours)).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "names", "trusted_by"]), ["no_names", "", "configured"]);
    let mut for_clients = leaf("127.0.0.1");
    for_clients.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let reading = shaken(tls_server(for_clients, Some(&ours)).await, Some(&ours)).await;
    assert_eq!(all(&reading, ["state", "asks_client", "trusted_by"]), ["wrong_purpose", "false", "nobody"]);
}

#[tokio::test]
async fn intermediates_left_out_or_over() {
    let root = authority("Acme");
    let whole = shaken(three(2040, 3, &root).await, Some(&root)).await;
    assert_eq!(all(&whole, ["state", "chain_not_after"]), ["ok", "2208988800000"]);
    let old = shaken(three(2010, 2, &root).await, Some(&root)).await;
    assert_eq!(all(&old, ["state", "chain_not_after"]), ["ok", "1262304000000"]);
    let alone = shaken(three(2040, 1, &root).await, Some(&root)).await;
    assert_eq!(all(&alone, ["state", "chain_not_after"]), ["bad_chain", "-"]);
}
