//! Everything that the program writes: both streams and every file, in every form of a report.

use std::sync::LazyLock;

use cmdop_doctor::report::Format;

use crate::canary::{ACCESS, ADDRESS, Canary, FOREIGN, KEY, LEAKED_KEY, PROXY, QUERY, REFRESH, Watch};
use crate::support::{Home, Run};

/// All secrets that tests use; none may show, wherever it was put.
const ALL: [Canary; 8] = [KEY, LEAKED_KEY, ACCESS, REFRESH, PROXY, ADDRESS, QUERY, FOREIGN];

/// Every form of an examination; the second writes a file in every format besides.
const EXAMINATIONS: [&str; 3] = [
    "doctor auth --timeout 20s --all -v --color always",
    "doctor auth --timeout 20s --format ndjson -v --all --debug --log-level trace --capture c.bundle",
    "doctor auth --timeout 20s --log-level trace --log-format json --capture d.bundle --anonymize",
];

/// The file that a report in `format` is written to.
fn file_of(format: &str) -> String {
    format!("report.{format}")
}

/// Every operation that asks the API, with all that it logs.
const OPERATIONS: [&str; 9] = [
    "auth status --log-level trace",
    "auth status --json --debug --log-format json",
    "auth list-keys --debug",
    "auth list-keys --json",
    "auth create-key --name ci --debug",
    "auth revoke-key nobody -y --debug --log-format json",
    "workspace current --debug",
    "workspace members --json --debug",
    "workspace use nowhere --debug",
];

/// What some runs wrote, with the command lines.
pub(crate) struct Outputs(Vec<(String, Vec<u8>)>);

impl Outputs {
    /// Examines `home` in every form, with these variables.
    pub(crate) fn of_examining(home: &Home, env: &[(&str, &str)]) -> Outputs {
        let files = Format::ALL.iter().map(|(name, ..)| format!(" --output={name}={}", file_of(name)));
        let everywhere = format!("{}{}", EXAMINATIONS[1], files.collect::<String>());
        Outputs::of_running(home, env, &[EXAMINATIONS[0], &everywhere, EXAMINATIONS[2]])
    }

    /// Does in `home` all that can be done with the API, with these variables.
    pub(crate) fn of_operating(home: &Home, env: &[(&str, &str)]) -> Outputs {
        Outputs::of_running(home, env, &OPERATIONS)
    }

    /// Runs command lines, whose words are separated by blanks.
    pub(crate) fn of_running(home: &Home, env: &[(&str, &str)], lines: &[&str]) -> Outputs {
        let mut outputs = Outputs(Vec::new());
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let run = env.iter().fold(home.cmdop(&words), |run: Run, (name, value)| run.env(name, value));
            let output = run.output();
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code().is_some_and(|code| code <= 3),
                "{line}: {:?} {stderr}",
                output.status
            );
            assert!(!stderr.contains("panicked") && !stderr.contains("internal error"), "{line}: {stderr}");
            let reports = Format::ALL.iter().map(|(name, ..)| file_of(name));
            let files = reports.chain(["c.bundle", "d.bundle"].map(str::to_owned));
            let written = files.map(|file| std::fs::read(home.path().join(file)).unwrap_or_default());
            let all = [output.stdout, output.stderr].into_iter().chain(written);
            outputs.0.extend(all.map(|bytes| ((*line).to_owned(), bytes)));
        }
        outputs
    }

    /// No run wrote any of the known secrets, nor one of `others`.
    #[track_caller]
    pub(crate) fn hide(&self, others: &[&str]) {
        static KNOWN: LazyLock<Watch> =
            LazyLock::new(|| Watch::of(&ALL.map(|canary| (canary.secret, canary.public))));
        let others: Vec<(&str, usize)> = others.iter().map(|secret| (*secret, 0)).collect();
        let others = (!others.is_empty()).then(|| Watch::of(&others));
        for (line, bytes) in &self.0 {
            for watch in others.iter().chain([&*KNOWN]) {
                let leak = watch.leak(bytes);
                assert!(leak.is_none(), "`cmdop {line}` shows a secret: {}", leak.unwrap_or_default());
            }
        }
    }

    /// Some run wrote `words`: the test looked where it meant to.
    #[track_caller]
    pub(crate) fn tell(&self, words: &str) {
        let told = self.0.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(words));
        let shown: Vec<_> = self.0.iter().take(1).map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
        assert!(told, "nobody says {words:?}: {}", shown.concat());
    }
}
