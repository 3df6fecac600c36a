//! Fixes: one command per line, and beside each what it takes to run it.

use super::page::Page;
use super::wrap::columns;
use crate::model::fix::{Audience, Fix, FixStep, Safety};
use crate::model::report::Report;

/// Writes the steps of `fix`, their safety beginning at column `right`.
pub(super) fn write(page: &mut Page, fix: &Fix, right: usize) {
    for (number, step) in fix.steps.iter().enumerate() {
        let label = if number == 0 { "fix" } else { "" };
        if step.argv.is_empty() && step.kind == "manual" {
            page.step(label, &step.command);
        } else {
            page.command(label, &step.command, &safety(step), right);
        }
    }
    if let Some(message) = &fix.message {
        page.field("message", message);
    }
}

/// Where the safeties of this report begin: as far right as the longest of them lets them.
pub(super) fn column(page: &Page, report: &Report) -> usize {
    let roots = &report.diagnosis.roots;
    let candidates = roots.iter().flat_map(|root| root.candidates.iter().filter_map(|c| c.fix.as_ref()));
    let fixes = roots.iter().filter_map(|root| root.fix.as_ref()).chain(candidates);
    let longest = fixes.flat_map(|fix| &fix.steps).map(|step| columns(&safety(step))).max().unwrap_or(0);
    page.style.width.saturating_sub(longest).max(super::page::INDENT)
}

/// What it takes to run a step: `safe`, `asks: opens a browser`, `shown only: needs sudo`.
pub(super) fn safety(step: &FixStep) -> String {
    let (word, why) = match step.safety {
        Safety::Safe => return "safe".to_owned(),
        Safety::Asks => ("asks", asks_because(step)),
        Safety::ShowOnly => ("shown only", shown_because(step)),
    };
    if why.is_empty() { word.to_owned() } else { format!("{word}: {why}") }
}

fn asks_because(step: &FixStep) -> &'static str {
    let has = |word: &str| step.argv.iter().any(|arg| arg == word);
    match step.kind {
        "auth" if has("--device-code") => "shows a code to enter",
        "auth" if has("login") => "opens a browser",
        "auth" if has("logout") => "ends the session",
        "auth" if has("create-key") => "creates a key",
        "auth" if has("revoke-key") => "revokes a key",
        "restart" => "restarts your agent",
        "file" if has("rm") => "deletes a file",
        "file" if has("mv") => "moves a file",
        _ => "",
    }
}

fn shown_because(step: &FixStep) -> &'static str {
    match (step.audience, step.kind, step.argv.first().map(String::as_str)) {
        (Audience::WorkspaceAdmin, ..) => "for a workspace admin",
        (Audience::ItAdmin, ..) => "for your IT admin",
        (_, "shell", _) => "in your own shell",
        (_, _, Some("sudo")) => "needs sudo",
        (_, _, Some("pkill" | "kill")) => "stops a process",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fix::Act;

    fn step(kind: &'static str, argv: &[&str], safety: Safety) -> FixStep {
        let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
        let (command, audience, act) = (argv.join(" "), Audience::User, Act::Shown);
        FixStep { kind, command, argv, safety, audience, act }
    }

    #[test]
    fn safeties_say_why() {
        assert_eq!(safety(&step("file", &["chmod", "600", "x"], Safety::Safe)), "safe");
        assert_eq!(safety(&step("auth", &["cmdop", "login"], Safety::Asks)), "asks: opens a browser");
        let device = step("auth", &["cmdop", "login", "--device-code"], Safety::Asks);
        assert_eq!(safety(&device), "asks: shows a code to enter");
        assert_eq!(safety(&step("file", &["rm", "x"], Safety::Asks)), "asks: deletes a file");
        assert_eq!(safety(&step("run", &["sudo", "id"], Safety::ShowOnly)), "shown only: needs sudo");
        assert_eq!(
            safety(&step("shell", &["unset", "X"], Safety::ShowOnly)),
            "shown only: in your own shell"
        );
        let admin = FixStep { audience: Audience::WorkspaceAdmin, ..step("run", &["x"], Safety::ShowOnly) };
        assert_eq!(safety(&admin), "shown only: for a workspace admin");
    }
}
