//! What is not run is read by who reads such things: YAML and JSON by their parsers, shell by the shell,
//! tables of commands by the grammar.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use cmdop_doctor::cli::grammar;
use cmdop_doctor::sandbox::Fault;

use serde_json::Value;

use crate::page::Block;
use crate::play::ROOT;

/// What is wrong with a block, if anything is.
pub(crate) fn fault_in(block: &Block) -> Option<String> {
    if let Some(mark) = block.unknown_mark() {
        return Some(format!("a block of `{}` has no mark `{mark}`", block.language));
    }
    match block.language.as_str() {
        "console" => bad_fault(block),
        "setup" | "text" => None,
        "yaml" => block.text.split("---\n").find_map(|text| yaml_fault(text).or_else(|| unknown_input(text))),
        "json" => serde_json::from_str::<Value>(&block.text).err().map(|fault| fault.to_string()),
        "sh" => shell_fault(&block.text),
        "" | "indented" => commands(&block.text).iter().find_map(|command| command_fault(command)),
        other => Some(format!("nobody reads `{other}` here")),
    }
}

fn bad_fault(block: &Block) -> Option<String> {
    let faults = block.mark("sandbox")?;
    let names: Vec<&str> = faults.split(',').filter(|name| !name.is_empty()).collect();
    names.into_iter().find_map(|name| Some(name.parse::<Fault>().err()?.to_string()))
}

fn yaml_fault(text: &str) -> Option<String> {
    serde_yaml::from_str::<Value>(text).err().map(|fault| fault.to_string())
}

/// What a pipeline sets and the integration that it uses does not know.
fn unknown_input(text: &str) -> Option<String> {
    let integration = |file: &str| -> Value {
        let path = Path::new(ROOT).join("integrations").join(file);
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let page: Value = serde_yaml::from_str(text).ok()?;
    let steps = page["jobs"].as_object().into_iter().flat_map(|jobs| jobs.values());
    let steps = steps.flat_map(|job| job["steps"].as_array().into_iter().flatten());
    let ours =
        steps.filter(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("integrations/github")));
    let action = integration("github/action.yml");
    let lacks = |known: &Value, set: &Value| {
        set.as_object()
            .into_iter()
            .flat_map(|set| set.keys())
            .find(|name| known.get(name.as_str()).is_none())
            .cloned()
    };
    let of_action = ours.into_iter().find_map(|step| lacks(&action["inputs"], &step["with"]));
    let of_template = page.get("include").and_then(|_| {
        lacks(&integration("gitlab/cmdop-doctor.yml")[".cmdop-doctor"]["variables"], &page["variables"])
    });
    of_action.or(of_template).map(|name| format!("the integration knows no `{name}`"))
}

fn shell_fault(text: &str) -> Option<String> {
    let said = Command::new("/bin/sh").args(["-n", "-c", text]).stdin(Stdio::null()).output().unwrap();
    (!said.status.success()).then(|| String::from_utf8_lossy(&said.stderr).into_owned())
}

/// The commands of a table: a command, two blanks, and what it does. A line that is set in and begins with
/// a flag goes on with the command above it.
pub(crate) fn commands(table: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut stem = String::new();
    for line in table.lines() {
        let line = line.strip_prefix("    ").unwrap_or(line);
        let (set_in, line) = (line.starts_with("  "), line.trim_start());
        let command = line.split("  ").next().unwrap_or_default();
        if set_in && command.starts_with("--") {
            found.push(format!("{stem} {command}"));
        } else if let Some(command) = ours(command) {
            stem.clone_from(&command);
            found.push(command);
        }
    }
    found
}

/// The part of a shell line that is a command of this program.
pub(crate) fn ours(line: &str) -> Option<String> {
    let line = line.replace("cargo run --release -- ", "cmdop ");
    let start = line.find("cmdop ").filter(|start| *start == 0 || line[..*start].ends_with(['(', ' ']))?;
    let end = line[start..].find([')', '|', '>']).map_or(line.len(), |end| start + end);
    Some(line[start..end].trim().trim_end_matches(" 2").to_owned())
}

/// What the grammar says against a command, in which `[…]` marks what may be left out.
pub(crate) fn command_fault(command: &str) -> Option<String> {
    refusal(command).map(|fault| format!("{command}: {fault}"))
}

/// The same of a command that is named in passing: `cmdop doctor diff` alone, or with `KIND` for one of several.
pub(crate) fn misnamed(command: &str) -> Option<String> {
    use clap::error::ErrorKind::{InvalidValue, MissingRequiredArgument};
    let stands_for_others =
        |word: &str| word.chars().all(|letter| letter.is_ascii_uppercase() || "[]".contains(letter));
    let placeholder = command.split(' ').any(stands_for_others);
    let fault = refusal(command).filter(|fault| match fault.kind() {
        MissingRequiredArgument => false,
        InvalidValue => !placeholder,
        _ => true,
    });
    fault.map(|fault| format!("{command}: {fault}"))
}

fn refusal(command: &str) -> Option<clap::Error> {
    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
    let words = words(&command.replace(['[', ']'], ""));
    let fault = grammar::parse(words.into_iter().map(OsString::from)).err();
    fault.filter(|fault| !matches!(fault.kind(), DisplayHelp | DisplayVersion))
}

/// The words of a command, as the shell tells them apart by blanks and quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in command.chars() {
        match letter {
            _ if quote == Some(letter) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(letter),
            ' ' if quote.is_none() => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

#[test]
fn a_table_gives_its_commands() {
    let table = "cmdop doctor auth  look\n  --fix=all  heal\ncmdop --debug login 2>&1 | tee a.log\nKEY=$(cmdop auth list-keys | jq .)\n";
    let found = commands(table);
    assert_eq!(
        found,
        ["cmdop doctor auth", "cmdop doctor auth --fix=all", "cmdop --debug login", "cmdop auth list-keys"]
    );
    assert!(found.iter().all(|command| command_fault(command).is_none()));
    assert!(
        command_fault("cmdop doctor auth --fixx").is_some() && misnamed("cmdop doctor auth --fixx").is_some()
    );
    assert!(command_fault("cmdop doctor diff").is_some() && misnamed("cmdop doctor diff").is_none());
    assert!(misnamed("cmdop completions SHELL").is_none() && misnamed("cmdop completions bush").is_some());
    assert_eq!(command_fault("cmdop doctor explain \"Error: permission denied\""), None);
}

#[test]
fn what_an_integration_does_not_know_is_found() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/ci.md")).unwrap();
    let page = crate::page::Page::of(
        Path::new("ci.md"),
        page.replace("valid-for:", "valid:").replace("DOCTOR_NEEDS", "NEEDS"),
    );
    let faults: Vec<String> = page.blocks.iter().filter_map(fault_in).collect();
    assert_eq!(faults, ["the integration knows no `valid`", "the integration knows no `NEEDS`"]);
}

#[test]
fn what_nobody_reads_is_a_fault() {
    let text = "```console sandbx\n$ true\n```\n\n<!-- set up\ntrue\n-->\n\n```jsn\n```\n\n```console sandbox=slw\n```\n";
    let page = crate::page::Page::of(Path::new("a.md"), text.to_owned());
    let faults: Vec<String> = page.blocks.iter().filter_map(fault_in).collect();
    assert_eq!(faults.len(), 4, "{faults:#?}");
}
