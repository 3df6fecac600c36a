//! The credential file of somebody who signed in to the sandbox, and the folder that holds it.
#![expect(clippy::disallowed_methods, reason = "the sandbox makes throw-away folders; it is not the doctor")]

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::records::from_now;
use super::server::Sandbox;

/// A new folder that nobody else may enter, removed when dropped.
pub(super) fn throw_away() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("cmdop-sandbox-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// A file with these permission bits, whatever the umask; where files have none, without them.
/// Fails if it is there already.
pub(super) fn write(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(contents)?;
    set_mode(path, mode)
}

/// Sets permission bits, where files have them.
#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Sets permission bits, where files have them: not here.
#[cfg(not(unix))]
pub(super) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// The contents of `auth.json` after signing in to `sandbox` (facts: credential files).
pub(super) fn signed_in(sandbox: &Sandbox) -> String {
    let file = json!({
        "access_token": sandbox.token(),
        "refresh_token": sandbox.refresh_token(),
        "token_type": "Bearer",
        "expires_at": from_now(sandbox.terms().token_life).to_string(),
        "scope": "workspace:access",
        "workspace_id": "ws_acme",
        "workspace_name": "acme-corp",
        "user_id": "user_ada",
        "user_email": "ada@acme.example",
        "issuer": sandbox.base_url(),
    });
    format!("{file:#}\n")
}
