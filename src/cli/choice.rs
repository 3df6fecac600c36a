//! Keeping the choice of a workspace: one line of `config.yaml`, the rest of which stays as it is.
//! There it counts for logins and for keys alike, every command and the doctor see it, and it can be
//! taken back byte for byte.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::{self, Config, Found};
use super::failure::Failure;
use super::grammar::Global;
use crate::auth::workspaces::Workspace;
use crate::model::settings::Settings;
use crate::world::draft::Draft;
use crate::world::place::{self, Place};

/// The key of the line.
const KEY: &str = "workspace";

/// How long to wait for the file system.
const PATIENCE: Duration = Duration::from_secs(5);

/// What to call `workspace` for later commands: its name as people say it, or where another one has
/// that too, its id.
pub(super) fn lasting_name<'w>(workspace: &'w Workspace, yours: &[Workspace]) -> &'w str {
    let name = workspace.called();
    let others = yours.iter().filter(|other| *other != workspace);
    match &workspace.id {
        Some(id) if others.flat_map(Workspace::names).any(|taken| taken == name) => id,
        _ => name,
    }
}

/// Writes the choice down. Gives the file.
///
/// # Errors
/// When the file cannot be read or written, or its form lets no line be changed.
pub(super) fn keep(workspace: &str, settings: &Settings, global: &Global) -> Result<PathBuf, Failure> {
    let usual = || settings.config_dir.as_ref().map(|dir| dir.value.join(config::FILE));
    let file = global.config.clone().or_else(usual).ok_or_else(|| {
        Failure::new(
            "there is nowhere to keep the choice: no home folder is known, and CMDOP_CONFIG_DIR is unset",
        )
    })?;
    let before = text_of(&file)?;
    let after = with_choice(&before, workspace);
    let unreadable = || {
        Failure::new(format!(
            "{} is written in a way in which no line can be changed; write `workspace: {}` there yourself",
            file.display(),
            quoted(workspace)
        ))
    };
    let (old, new) = (parsed(&file, &before)?, parsed(&file, &after).map_err(|_| unreadable())?);
    if new != (Config { workspace: Some(workspace.to_owned()), ..old }) {
        return Err(unreadable());
    }
    write(&file, &after).map_err(|refused| Failure::new(format!("the choice cannot be kept: {refused}")))?;
    Ok(file)
}

fn parsed(file: &Path, text: &str) -> Result<Config, Failure> {
    config::parse(file, text.as_bytes())
}

/// The file's text as it is; nothing where it is not there.
fn text_of(file: &Path) -> Result<String, Failure> {
    let unreadable = |why: &str| Failure::new(format!("{} cannot be changed: {why}", file.display()));
    match config::bytes(file, false, PATIENCE)? {
        Found::There(bytes) => String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8")),
        Found::Hidden => Err(unreadable("permission denied")),
        Found::Stalled => Err(unreadable("the file system gives no answer")),
    }
}

fn write(file: &Path, text: &str) -> Result<(), place::Refused> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        place::make_folder(folder, false)?;
    }
    let place = Place::of(file)?;
    Draft::begin(&place, text.len())?.publish(text.as_bytes())
}

/// `text` with the line of the choice changed, or added.
fn with_choice(text: &str, workspace: &str) -> String {
    let line = format!("{KEY}: {}", quoted(workspace));
    let mut found = false;
    let mut changed = String::with_capacity(text.len() + line.len() + 2);
    for old in text.split_inclusive('\n') {
        let (content, end) = old.split_at(old.trim_end_matches(['\r', '\n']).len());
        match value_of(content) {
            Some(comment) => {
                found = true;
                changed.push_str(&line);
                changed.push_str(comment);
                changed.push_str(end);
            }
            None => changed.push_str(old),
        }
    }
    if !found {
        if !changed.is_empty() && !changed.ends_with('\n') {
            changed.push('\n');
        }
        changed.push_str(&line);
        changed.push('\n');
    }
    changed
}

/// The comment behind the value, if `line` is the line of the choice.
fn value_of(line: &str) -> Option<&str> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let rest = line.strip_prefix(KEY)?.trim_start().strip_prefix(':')?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    Some(rest.find(" #").map_or("", |at| &rest[at..]))
}

/// A name as a YAML scalar that is a text, whatever it looks like: in double quotes, whose escapes
/// are those of JSON (YAML 1.2 section 5.7), unless it is a plain word.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
    let word = !text.is_empty() && text.chars().all(|c| plain(c) || c.is_ascii_digit());
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    // Words that YAML 1.1 takes for something else.
    let odd = matches!(text, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n");
    if word && begins && !odd { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_changed_and_the_rest_stays() {
        let before = "# mine\nworkspace: acme  # for now\napi_url: https://x.dev\r\n";
        assert_eq!(
            with_choice(before, "staging"),
            "# mine\nworkspace: staging # for now\napi_url: https://x.dev\r\n"
        );
        assert_eq!(with_choice("", "staging"), "workspace: staging\n");
        assert_eq!(with_choice("api_url: x", "a b"), "api_url: x\nworkspace: \"a b\"\n");
        assert_eq!(with_choice("workspaces: x\n", "a"), "workspaces: x\nworkspace: a\n");
    }

    #[test]
    fn every_name_reads_back_as_itself() {
        for name in
            ["staging", "no", "7", "0600", "a: b", "x # y", "\"q\"", "日本", "- a", "~", "null", "a'b\\"]
        {
            let text = with_choice("client_id: own\n", name);
            let read = parsed(Path::new("config.yaml"), &text).unwrap();
            assert_eq!(read.workspace.as_deref(), Some(name), "{text}");
            assert_eq!(read.client_id.as_deref(), Some("own"));
        }
    }
}
