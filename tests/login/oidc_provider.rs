//! End to end against a certified authorization server that nobody here wrote: the npm package
//! `oidc-provider`, installed in the folder that `CMDOP_TEST_OIDC_PROVIDER` names (`.ci/run` does).
#![expect(clippy::disallowed_methods, reason = "a test starts servers")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::lab::{Ended, Login};
use crate::support::{Home, Run, has};

struct Rig {
    server: Child,
    issuer: String,
    home: Home,
    ca_file: Option<std::path::PathBuf>,
}

/// The server, or nothing where the package is not installed.
fn rig(args: &[&str]) -> Option<Rig> {
    let folder = std::env::var_os("CMDOP_TEST_OIDC_PROVIDER");
    if !has("oidc-provider", folder.is_some()) {
        return None;
    }
    let mut command = node("server.mjs");
    command.arg(folder.unwrap()).args(args);
    let mut server =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let ready = lines.filter_map(|line| line.strip_prefix("READY ").map(str::to_owned)).next();
    Some(Rig { server, issuer: ready.expect("the server starts"), home: Home::new(), ca_file: None })
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(format!("{}/tests/rig/{script}", env!("CARGO_MANIFEST_DIR")));
    command
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ended = self.server.kill();
        let _gone = self.server.wait();
    }
}

impl Rig {
    fn cmdop(&self, args: &[&str]) -> Run {
        let run = self.home.cmdop(args).env("CMDOP_API_URL", &self.issuer);
        match &self.ca_file {
            Some(file) => run.env("CMDOP_CA_FILE", file),
            None => run,
        }
    }

    fn person(&self, words: &[&str]) -> String {
        let mut command = node("person.mjs");
        if let Some(file) = &self.ca_file {
            command.env("NODE_EXTRA_CA_CERTS", file);
        }
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn log_in(&self) -> Ended {
        let mut login = Login::start(self.cmdop(&["login", "--no-browser"]));
        let page = self.person(&["authorize", &login.url()]);
        assert!(page.contains("You are signed in as ada@example.test"), "{page}");
        login.end().good()
    }

    fn store(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.home.store()).unwrap()).unwrap()
    }

    /// The device flow up to the code, and the page with the code in it.
    fn device(&self) -> (Login, String) {
        let mut login = Login::start(self.cmdop(&["login", "--device-code"]));
        login.line(|line| line.len() == 9 && line.as_bytes()[4] == b'-');
        let page = login.url();
        (login, page)
    }
}

#[test]
fn signing_in_renewing_and_signing_out() {
    let Some(rig) = rig(&[]) else { return };
    assert_eq!(rig.log_in().stdout, "✓ Authenticated as: ada@example.test\n");
    let first = rig.store();
    assert_eq!(first["issuer"], rig.issuer);
    let refreshed = rig.cmdop(&["auth", "refresh"]).output();
    assert!(refreshed.status.success(), "{}", String::from_utf8_lossy(&refreshed.stderr));
    let second = rig.store();
    assert_ne!(first["access_token"], second["access_token"]);
    assert_ne!(first["refresh_token"], second["refresh_token"], "it rotates");
    let gone = rig.cmdop(&["logout"]).output();
    assert!(gone.status.success() && !rig.home.store().exists());
    assert!(!String::from_utf8_lossy(&gone.stderr).contains("could not be told"));
}

#[test]
fn saying_no() {
    let Some(rig) = rig(&[]) else { return };
    let mut login = Login::start(rig.cmdop(&["login", "--no-browser"]));
    let page = rig.person(&["authorize", &login.url(), "--deny"]);
    assert!(page.contains("You are not signed in"), "{page}");
    login.end().refused("access_denied");
}

#[test]
fn device_codes() {
    let Some(rig) = rig(&["--device-life", "8"]) else { return };
    let (login, page) = rig.device();
    rig.person(&["device", &page]);
    assert!(login.end().good().stdout.contains("ada@example.test"));
    let (login, page) = rig.device();
    rig.person(&["device", &page, "--deny"]);
    login.end().refused("the sign-in was denied");
    let (login, _) = rig.device();
    login.end().refused("the code expired");
}

#[test]
fn a_private_certificate_authority() {
    if !has("oidc-provider", std::env::var_os("CMDOP_TEST_OIDC_PROVIDER").is_some()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let authority =
        rcgen::CertifiedIssuer::self_signed(authority(), rcgen::KeyPair::generate().unwrap()).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let own =
        rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (cert, key) = (write("cert.pem", own.pem()), write("key.pem", key.serialize_pem()));
    let ca_file = write("ca.pem", authority.pem());
    let words = ["--cert", cert.to_str().unwrap(), "--key", key.to_str().unwrap()];
    let Some(mut rig) = rig(&words) else { return };
    Login::start(rig.cmdop(&["login", "--no-browser"])).end().refused("(tls)");
    rig.ca_file = Some(ca_file);
    rig.log_in();
}

fn authority() -> rcgen::CertificateParams {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "cmdop test authority");
    params
}
