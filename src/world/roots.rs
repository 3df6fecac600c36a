//! Root certificates: the system's, as `SSL_CERT_FILE` and `SSL_CERT_DIR` may replace them, and those
//! of the configured CA file, which are added to them.
#![expect(clippy::disallowed_methods, reason = "this is a door to the file system")]

mod anchors;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::Env;
use super::files::{self, Kind, ReadError};

pub use anchors::Anchors;
pub(super) use anchors::trusting;

/// The most that is read of one file of certificates. Public bundles have about 250 KiB.
const FILE_LIMIT: u64 = 8 << 20;

/// The most files of one folder that are read. Public folders hold about 300.
const FOLDER_LIMIT: usize = 4096;

/// The bundles of the common Linux and BSD families, for when a variable that is set to nothing keeps
/// `rustls_native_certs` from looking for them.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What a file or folder of root certificates turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Good,
    Missing,
    Unreadable,
    Empty,
    NotPem,
}

impl State {
    /// The word that facts use.
    pub fn name(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Missing => "missing",
            State::Unreadable => "unreadable",
            State::Empty => "empty",
            State::NotPem => "not_pem",
        }
    }
}

/// What the environment says about root certificates. A variable that is set to nothing says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`, which may name several.
    pub folders: Vec<PathBuf>,
    silenced: bool,
}

impl Places {
    /// Reads the variables of `env`.
    pub fn of(env: &Env) -> Places {
        let folders = env.raw("SSL_CERT_DIR").map(|raw| std::env::split_paths(raw).collect());
        let mut folders: Vec<PathBuf> = folders.unwrap_or_default();
        folders.retain(|folder| !folder.as_os_str().is_empty());
        Places {
            file: env.raw("SSL_CERT_FILE").filter(|raw| !raw.is_empty()).map(PathBuf::from),
            folders,
            silenced: env.is_set("SSL_CERT_FILE") || env.is_set("SSL_CERT_DIR"),
        }
    }
}

/// Root certificates by who says that they may be trusted.
#[derive(Debug)]
pub struct Roots {
    pub system: Anchors,
    /// Those of the configured CA file.
    pub configured: Anchors,
    /// All of them.
    pub all: Arc<Anchors>,
}

impl Roots {
    /// Reads them all, which takes milliseconds and may block on a dead mount. What cannot be read
    /// is left out; [`state_of_file`] and [`state_of_folder`] say why.
    pub fn load(places: &Places, ca_file: Option<&Path>) -> Roots {
        let system = Anchors::of(system(places));
        let configured = Anchors::of(ca_file.map(in_file).unwrap_or_default());
        let all = Arc::new(system.and(&configured));
        Roots { system, configured, all }
    }
}

/// The system's certificates. The variables replace all others, as `rustls_native_certs` has it; it
/// is not asked to follow them itself, since it would open whatever they name.
fn system(places: &Places) -> Vec<CertificateDer<'static>> {
    if places.file.is_none() && places.folders.is_empty() {
        return if places.silenced { usual_bundle() } else { rustls_native_certs::load_native_certs().certs };
    }
    let mut found = places.file.as_deref().map(in_file).unwrap_or_default();
    for folder in &places.folders {
        let files = files_in(folder).unwrap_or_default();
        found.extend(files.iter().flat_map(|file| in_file(file)));
    }
    found
}

fn usual_bundle() -> Vec<CertificateDer<'static>> {
    BUNDLES
        .iter()
        .map(|bundle| in_file(Path::new(bundle)))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn in_file(path: &Path) -> Vec<CertificateDer<'static>> {
    files::read_plain(path, FILE_LIMIT).map(|bytes| in_pem(&bytes)).unwrap_or_default()
}

fn in_pem(bytes: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).collect()
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let entries = std::fs::read_dir(folder)?.take(FOLDER_LIMIT);
    Ok(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect())
}

/// What the file of certificates at `path` is. Reads that file alone.
pub fn state_of_file(path: &Path) -> State {
    match files::read_plain(path, FILE_LIMIT) {
        Ok(bytes) if bytes.trim_ascii().is_empty() => State::Empty,
        Ok(bytes) if holds_a_root(&bytes) => State::Good,
        Ok(_) | Err(ReadError::TooLarge) => State::NotPem,
        Err(fault) => of_fault(&fault),
    }
}

/// What the folder of certificates at `path` is. Looks no further than the first good file.
pub fn state_of_folder(path: &Path) -> State {
    let files = match files_in(path) {
        Ok(files) if files.is_empty() => return State::Empty,
        Ok(files) => files,
        Err(fault) => return of_fault(&fault),
    };
    let good =
        |file: &PathBuf| matches!(files::read_plain(file, FILE_LIMIT), Ok(bytes) if holds_a_root(&bytes));
    if files.iter().any(good) { State::Good } else { State::NotPem }
}

fn of_fault(fault: &ReadError) -> State {
    match fault {
        ReadError::Missing | ReadError::NotPlain(Kind::Link) => State::Missing,
        _ => State::Unreadable,
    }
}

fn holds_a_root(pem: &[u8]) -> bool {
    let mut found = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
    found.any(|certificate| RootCertStore::empty().add(certificate).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn root() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.self_signed(&key).unwrap().pem()
    }

    fn file(contents: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(contents).unwrap();
        file
    }

    #[test]
    fn tells_what_a_file_is() {
        assert_eq!(state_of_file(file(root().as_bytes()).path()), State::Good);
        assert_eq!(state_of_file(file(b" \n").path()), State::Empty);
        assert_eq!(state_of_file(file(b"\x30\x82\x01").path()), State::NotPem);
        let garbage = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(state_of_file(file(garbage).path()), State::NotPem);
        assert_eq!(state_of_file(Path::new("/no/such.pem")), State::Missing);
        assert_eq!(state_of_file(tempfile::tempdir().unwrap().path()), State::Unreadable);
    }

    #[test]
    fn tells_what_a_folder_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(state_of_folder(folder.path()), State::Empty);
        std::fs::write(folder.path().join("README"), "none").unwrap();
        assert_eq!(state_of_folder(folder.path()), State::NotPem);
        std::fs::write(folder.path().join("ca.pem"), root()).unwrap();
        assert_eq!(state_of_folder(folder.path()), State::Good);
        assert_eq!(state_of_folder(&folder.path().join("not")), State::Missing);
    }

    #[test]
    fn the_variables_replace_and_the_ca_file_adds() {
        let (one, two) = (file(root().as_bytes()), file(root().as_bytes()));
        let env = Env::made_of([("SSL_CERT_FILE", one.path())]);
        let roots = Roots::load(&Places::of(&env), Some(two.path()));
        assert_eq!((roots.system.len(), roots.configured.len(), roots.all.len()), (1, 1, 2));
        let nothing = Places::of(&Env::made_of([("SSL_CERT_FILE", "/no/such.pem")]));
        assert_eq!(Roots::load(&nothing, None).all.len(), 0);
    }

    #[test]
    fn a_variable_set_to_nothing_names_nothing() {
        let places = Places::of(&Env::made_of([("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", ":")]));
        assert_eq!((places.file, places.folders), (None, Vec::new()));
    }
}
