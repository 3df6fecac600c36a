//! `cmdop sandbox`: serves until told to stop, and says how to point the doctor at it.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::faults::Fault;
use super::oauth::google;
use super::server::{Options, Sandbox};
use super::shell::word;
use super::store;
use crate::report::text::wrap::wrap;

/// Starts the sandbox, prints on `out` what to export and how to try it, and serves until Ctrl-C
/// or SIGTERM; then removes the folder that it made. `out` may be a pipe that closes.
///
/// Fails if the port is taken or the folder cannot be made.
pub async fn serve(options: Options, out: &mut dyn Write) -> io::Result<()> {
    let stop = told_to_stop()?;
    let faults = options.faults.clone();
    let sandbox = Sandbox::start(options)?;
    let folder = store::throw_away()?;
    store::write(&folder.path().join("auth.json"), store::signed_in(&sandbox).as_bytes(), 0o600)?;
    match out.write_all(introduction(&sandbox, folder.path(), &faults).as_bytes()).and_then(|()| out.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    stop.await;
    folder.close()
}

/// Lines for a shell to evaluate: exports, and comments for the person who reads them.
fn introduction(sandbox: &Sandbox, folder: &Path, faults: &[Fault]) -> String {
    let mut lines = vec![
        "# In another shell; Ctrl-C here ends the sandbox and removes the folder.".to_owned(),
        format!("export CMDOP_CONFIG_DIR={}", word(&folder.to_string_lossy())),
        format!("export CMDOP_API_URL={}", word(sandbox.base_url())),
        "unset CMDOP_API_KEY".to_owned(),
        "# Then: cmdop doctor auth".to_owned(),
        format!("# Device codes are typed at {}/device", sandbox.base_url()),
        format!("# A make-believe Google: {}", google(sandbox.base_url())),
        "# Or with a key instead of the login:".to_owned(),
    ];
    lines.extend(
        sandbox.keys().map(|(name, raw)| format!("#   export CMDOP_API_KEY={}   # {name}", word(raw))),
    );
    lines.extend(faults.iter().map(|fault| format!("# Broken: {}: {}", fault.name(), fault.about())));
    lines.push(String::new());
    lines.join("\n")
}

/// From now on catches Ctrl-C, SIGTERM and the end of the terminal, where there are signals; the
/// future is done when one has come.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// The future is done when Ctrl-C has come.
#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _no_console = tokio::signal::ctrl_c().await;
    })
}

/// As wide as a terminal is that nobody has made wider.
const COLUMNS: usize = 80;

/// `cmdop sandbox --list-faults`: every fault and what it does.
pub fn list_faults(out: &mut dyn Write) -> io::Result<()> {
    let width = Fault::ALL.iter().map(|fault| fault.name().len()).max().unwrap_or_default() + 2;
    Fault::ALL.iter().try_for_each(|fault| {
        let mut name = fault.name();
        wrap(fault.about(), COLUMNS - width)
            .into_iter()
            .try_for_each(|line| writeln!(out, "{:width$}{line}", std::mem::take(&mut name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throw_away_folder_is_exported_first_and_quoted() {
        let sandbox = Sandbox::start(Options::broken(&[Fault::Slow])).unwrap();
        let text = introduction(&sandbox, Path::new("/tmp/a b"), &[Fault::Slow]);
        let commands: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let api = format!("export CMDOP_API_URL={}", sandbox.base_url());
        assert_eq!(commands, ["export CMDOP_CONFIG_DIR='/tmp/a b'", api.as_str(), "unset CMDOP_API_KEY"]);
        assert!(text.contains("# Broken: slow: "));
    }

    /// A reader who looks at what was exported, and then ends the sandbox by signal.
    #[cfg(unix)]
    #[derive(Default)]
    struct Reader {
        text: String,
        store_mode: Option<u32>,
    }

    #[cfg(unix)]
    impl Reader {
        fn folder(&self) -> &Path {
            let exported = self.text.lines().find_map(|line| line.strip_prefix("export CMDOP_CONFIG_DIR="));
            Path::new(exported.unwrap())
        }
    }

    #[cfg(unix)]
    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.text.push_str(std::str::from_utf8(bytes).unwrap());
            Ok(bytes.len())
        }

        #[expect(clippy::disallowed_methods, reason = "looks at what the sandbox has made")]
        fn flush(&mut self) -> io::Result<()> {
            use std::os::unix::fs::PermissionsExt;
            let metadata = std::fs::metadata(self.folder().join("auth.json"))?;
            self.store_mode = Some(metadata.permissions().mode() & 0o7777);
            nix::sys::signal::raise(nix::sys::signal::Signal::SIGTERM)?;
            Ok(())
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn it_signs_in_and_cleans_up_when_told_to_stop() {
        let mut reader = Reader::default();
        serve(Options::default(), &mut reader).await.unwrap();
        assert_eq!(reader.store_mode, Some(0o600));
        assert!(!reader.folder().exists());
    }

    #[test]
    fn every_fault_is_listed_once() {
        let mut listed = Vec::new();
        list_faults(&mut listed).unwrap();
        let listed = String::from_utf8(listed).unwrap();
        assert_eq!(listed.lines().filter(|line| !line.starts_with(' ')).count(), Fault::ALL.len());
        assert!(listed.lines().all(|line| line.len() <= COLUMNS && !line.ends_with(' ')), "{listed}");
    }
}
