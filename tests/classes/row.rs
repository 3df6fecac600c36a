//! What a row of the tables claims, and how it is put to the proof.

use regex::Regex;

use crate::machine::Machine;
use crate::support::{Home, Told, has};

/// A cause class, a fault of that class, and what the doctor must say of it.
pub(crate) struct Row {
    /// The name of its test.
    pub(crate) name: &'static str,
    /// The words of the design for it.
    pub(crate) class: &'static str,
    /// The outcome that stands for it, as `area.name/outcome`.
    pub(crate) outcome: &'static str,
    /// The only root: the outcome, unless a cause that folds it is named.
    pub(crate) root: &'static str,
    /// The command line of the fix, with placeholders of [`Machine::filled`].
    pub(crate) fix: &'static str,
    /// How the program ends.
    pub(crate) code: i32,
    /// Makes the fault.
    pub(crate) make: fn() -> Machine,
}

impl Row {
    #[track_caller]
    pub(crate) fn prove(&self) {
        let machine = (self.make)();
        let Some(told) = examined(&machine) else { return };
        let said = said(&told);
        assert_eq!(told.roots(), [self.root], "{said}");
        assert_eq!(plain(&machine, told.fix().unwrap_or_default()), self.fix, "{said}");
        assert_eq!(told.code, Some(self.code), "{said}");
        assert_eq!(left_open(&told), 0, "{said}");
        machine.prove_parity();
        self.prove_by_log(&machine);
    }
}

impl Row {
    /// A command that meets the fault is run with `--debug`, and its log alone is examined elsewhere.
    #[track_caller]
    fn prove_by_log(&self, machine: &Machine) {
        let desk = Home::new();
        let log = machine.logged(&["--debug", "auth", "status"]);
        std::fs::write(desk.path().join("auth-debug.log"), &log).unwrap();
        let file = desk.path().join("auth-debug.log").to_string_lossy().into_owned();
        let told = desk.cmdop(&["doctor", "auth", "--format", "json", "--from", &file]).report();
        let said = format!("{}\n{}", said(&told), String::from_utf8_lossy(&log));
        // The command may have changed it, as a renewal does.
        let left = machine.examined();
        assert_eq!(told.roots(), left.roots(), "{said}");
        assert_eq!(told.code, left.code, "{said}");
        if left.roots().is_empty() {
            return;
        }
        let lines = told.json["roots"][0]["lines"].as_array().unwrap();
        assert!(lines.iter().any(|line| line["file"] == file.as_str()), "{said}");
    }
}

/// Two faults at once. Neither may hide the other, nor may a third be made up.
#[track_caller]
pub(crate) fn prove_both(machine: &Machine, roots: [&str; 2]) {
    let Some(told) = examined(machine) else { return };
    let (mut found, mut due) = (told.roots(), roots.map(str::to_owned).to_vec());
    found.sort();
    due.sort();
    assert_eq!(found, due, "{}", said(&told));
    let errors = told.json["summary"]["errors"] != 0;
    assert_eq!(told.code, Some(i32::from(errors)), "{}", said(&told));
    assert_eq!(left_open(&told), 0, "{}", said(&told));
}

/// Nothing is wrong, and nothing is left open.
#[track_caller]
pub(crate) fn prove_well(machine: &Machine) {
    let Some(told) = examined(machine) else { return };
    let said = said(&told);
    assert_eq!(told.roots(), [""; 0], "{said}");
    assert_eq!(left_open(&told), 0, "{said}");
    assert_eq!(told.code, Some(0), "{said}");
}

fn examined(machine: &Machine) -> Option<Told> {
    match machine.lacks {
        Some(what) if !has(what, false) => None,
        _ => Some(machine.examined()),
    }
}

/// How many checks could not be judged, or crashed: neither is due where the fault is known.
fn left_open(told: &Told) -> u64 {
    ["unknown", "crashed"].iter().filter_map(|verdict| told.json["summary"][*verdict].as_u64()).sum()
}

/// `text` with what changes from run to run put back into placeholders.
fn plain(machine: &Machine, text: &str) -> String {
    let known = ["{home}", "{api}", "{host}", "{port}", "{key}", "{prefix}"];
    let text = known.iter().fold(text.to_owned(), |text, name| text.replace(&machine.filled(name), name));
    let counted = [(r"\breq_[0-9a-f]+", "{request}"), (r"\b([0-9]+ s|1 min)\b", "{seconds}")];
    counted
        .iter()
        .fold(text, |text, (form, name)| Regex::new(form).unwrap().replace_all(&text, *name).into_owned())
}

/// The report in short, for whoever has to find out why a row fails.
fn said(told: &Told) -> String {
    let mut lines = vec![format!("verdict {}, exit code {:?}", told.json["verdict"], told.code)];
    for root in told.json["roots"].as_array().unwrap() {
        let row = ["severity", "id", "cause", "explains"].map(|name| root[name].to_string());
        lines.push(format!("root {}\n  fix {}", row.join(" "), root["fix"]["command"]));
    }
    for finding in told.json["findings"].as_array().unwrap() {
        if finding["verdict"] == "unknown" || finding["verdict"] == "crashed" {
            lines.push(format!("{} {} {}", finding["verdict"], finding["check"], finding["missing"]));
        }
    }
    for read in told.json["evidence"].as_array().unwrap() {
        if read["reading"] == "unavailable" {
            lines.push(format!("unavailable {} {}", read["probe"], read["why"]));
        }
    }
    if told.json["roots"].as_array().is_none_or(Vec::is_empty) && told.json["verdict"] != "healthy" {
        lines.push(told.stderr.clone());
    }
    lines.join("\n")
}

/// Proves the row of that name.
#[track_caller]
pub(crate) fn prove_named(rows: &'static [Row], name: &str) {
    let row = rows.iter().find(|row| row.name == name).unwrap();
    on_own_thread(|| row.prove());
}

/// Runs a proof on a thread that may leave the network and the folders of all the others.
#[track_caller]
pub(crate) fn on_own_thread(proof: impl FnOnce() + Send) {
    let proven = std::thread::scope(|scope| scope.spawn(proof).join());
    if let Err(panic) = proven {
        std::panic::resume_unwind(panic);
    }
}
