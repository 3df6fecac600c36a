//! What can be typed: the whole command line, with the help that a stranger reads. What it means
//! is decided elsewhere.

mod account;
mod doctor;
mod global;
mod rules;
#[cfg(feature = "sandbox")]
mod sandbox;

pub use account::{Auth, CallbackHost, CreateKey, Life, Login, Workspace};
pub use doctor::{Diff, Doctor, DoctorVerb, Examine, FailOn, MakeBundle, Output, Redact, Undo};
pub use global::{ColorChoice, Global, LogFormat, LogLevel};
pub use rules::{
    CompileRules, LintFormat, LintRules, MakeCase, MakeKeys, NewKind, NewRule, RuleDoc, RuleFiles, Rules,
    SignPack, TestFormat, TestRules, VerifyPack,
};
#[cfg(feature = "sandbox")]
pub use sandbox::{Sandbox, SandboxVerb};

use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

use super::product;

/// What a newcomer does next.
const FIRST_STEPS: &str = "\
Try first:
  cmdop doctor auth                   why can I not sign in?
  cmdop doctor explain \"Error: …\"     what does this message mean?
  cmdop sandbox tour                  see it at work, without an account";

/// Says why a CMDOP user cannot authenticate, and what to type.
#[derive(Debug, Parser)]
#[command(name = "cmdop", version, max_term_width = 80, arg_required_else_help = true)]
#[command(after_help = FIRST_STEPS)]
pub struct CommandLine {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs of this program.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Examine this machine: why authentication fails, and what to type
    Doctor(Box<Doctor>),
    /// Sign in with a browser or a device code
    Login(Login),
    /// Sign out on this machine: revoke and remove the stored login
    Logout,
    /// Show which credential is in force; make, list and revoke API keys
    #[command(subcommand)]
    Auth(Auth),
    /// Show, list or choose workspaces
    #[command(subcommand)]
    Workspace(Workspace),
    /// Print a completion script for a shell
    #[command(
        after_help = "As in:  cmdop completions bash > ~/.local/share/bash-completion/completions/cmdop"
    )]
    Completions {
        /// The shell that is to complete
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write a man page for every command
    #[command(after_help = "As in:  cmdop man --dir ~/.local/share/man/man1")]
    Man {
        /// The folder to write them into
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// Serve a make-believe CMDOP on this machine, to try the doctor on
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
}

/// What was typed.
#[derive(Debug)]
pub enum Typed {
    /// A command of this program.
    Ours(Box<CommandLine>),
    /// A command of the product's own program.
    Product,
}

/// The grammar as a whole, with the verbs of the product's own program, which are not in the help.
pub fn command() -> Command {
    let words = || {
        let rest = Arg::new("words").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
        rest.value_parser(clap::value_parser!(OsString))
    };
    let verb = |name: &&'static str| Command::new(*name).hide(true).disable_help_flag(true).arg(words());
    CommandLine::command().subcommands(product::VERBS.iter().map(verb))
}

/// Understands a command line, the program's name first. Asks nothing and does nothing.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Typed, clap::Error> {
    let mut command = command();
    let mut matches = command.try_get_matches_from_mut(words)?;
    if matches.subcommand_name().is_some_and(|verb| product::VERBS.contains(&verb)) {
        return Ok(Typed::Product);
    }
    let ours = CommandLine::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))?;
    Ok(Typed::Ours(Box::new(ours)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fix::Action;
    use crate::model::list::List;
    use crate::model::template::Template;

    fn typed(line: &str) -> Result<Typed, clap::Error> {
        parse(line.split(' ').map(OsString::from))
    }

    fn ours(line: &str) -> CommandLine {
        match typed(line) {
            Ok(Typed::Ours(ours)) => *ours,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_grammar_has_no_contradiction() {
        command().debug_assert();
    }

    #[test]
    fn the_flags_of_an_examination_stand_before_or_after_what_is_examined() {
        for line in ["cmdop doctor --all auth", "cmdop doctor auth --all", "cmdop doctor --all"] {
            let Verb::Doctor(doctor) = ours(line).verb else { panic!("{line}") };
            assert!(doctor.examine.all && doctor.verb.is_none(), "{line}");
        }
    }

    #[test]
    fn fixes_are_all_or_safe_or_named() {
        let fix = |line: &str| match ours(line).verb {
            Verb::Doctor(doctor) => doctor.examine.fix,
            other => panic!("{other:?}"),
        };
        assert_eq!(fix("cmdop doctor auth"), None);
        for line in ["cmdop doctor auth --fix", "cmdop doctor --fix auth", "cmdop doctor auth --fix=all -y"] {
            assert_eq!(fix(line), Some(vec!["all".to_owned()]), "{line}");
        }
        let named = fix("cmdop doctor auth --fix=token.file_mode,net.proxy --dry-run");
        assert_eq!(named, Some(vec!["token.file_mode".to_owned(), "net.proxy".to_owned()]));
    }

    #[test]
    fn global_flags_stand_before_or_after_the_verb() {
        for line in ["cmdop --workspace acme doctor auth --json", "cmdop doctor --json auth --workspace acme"]
        {
            let line = ours(line);
            assert_eq!(line.global.workspace.as_deref(), Some("acme"));
            assert!(line.global.json);
        }
    }

    #[test]
    fn what_fixes_name_is_understood() {
        for line in [
            "cmdop login",
            "cmdop login --device-code",
            "cmdop login --provider google",
            "cmdop login --no-browser --timeout 90s --callback-host [::1]",
            "cmdop login --issuer https://auth.cmdop.com",
            "cmdop logout",
            "cmdop auth status",
            "cmdop auth refresh",
            "cmdop auth create-key --name ci --expires 7d --permissions sessions:read,machines:read",
            "cmdop auth list-keys",
            "cmdop auth revoke-key cmd_acme_xxx",
            "cmdop workspace current",
            "cmdop workspace list",
            "cmdop workspace use staging",
            "cmdop workspace members",
            "cmdop --debug login",
        ] {
            ours(line);
        }
    }

    /// The commands of this program that the built-in rules name, with `x` in their holes.
    fn commands_in_rules() -> Vec<String> {
        let rulebook = crate::rulebook::built_in();
        let fixes = rulebook.checks.iter().flat_map(|check| check.outcomes).map(|outcome| outcome.fix);
        let steps = fixes.chain(rulebook.causes.iter().map(|cause| cause.fix)).flatten();
        let filled = |text: &str| {
            let mut pieces = text.split('{');
            let first = pieces.next().unwrap_or_default().to_owned();
            pieces.fold(first, |text, piece| text + "x" + piece.split_once('}').unwrap_or(("", "")).1)
        };
        let line = |words: List<Template>| {
            words.iter().map(|word| filled(word.written)).collect::<Vec<_>>().join(" ")
        };
        let commands = steps.filter_map(|step| match &step.action {
            Action::Auth(action) => {
                Some(format!("cmdop {} {}", action.operation.argv().join(" "), line(action.args)))
            }
            Action::Run(words) => Some(line(*words)),
            Action::Manual(words) => words.written.split('`').nth(1).map(filled),
            _ => None,
        });
        commands.filter(|command| command.starts_with("cmdop ")).collect()
    }

    #[test]
    fn every_command_that_a_rule_names_is_understood() {
        let commands = commands_in_rules();
        assert!(!commands.is_empty());
        for command in commands {
            if let Err(error) = typed(command.trim_end()) {
                panic!("{command}: {error}");
            }
        }
    }

    #[test]
    fn product_verbs_take_any_words() {
        for line in ["cmdop connect", "cmdop terminal localhost", "cmdop --debug connect --any -x y"] {
            assert!(matches!(typed(line), Ok(Typed::Product)), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "cmdop doctor authh",
            "cmdop doctor --format yaml",
            "cmdop doctor --output json",
            "cmdop doctor --timeout 0",
            "cmdop doctor --dry-run",
            "cmdop doctor --yes",
            "cmdop doctor undo --list --purge",
            "cmdop doctor undo 1 --list",
            "cmdop --api-key cmd_acme_a doctor",
            "cmdop sing-in",
            "cmdop login --device-code --no-browser",
            "cmdop login --callback-host evil.test",
        ] {
            assert!(typed(line).is_err(), "{line}");
        }
    }
}
