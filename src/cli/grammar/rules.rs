//! Where rules come from, and `cmdop doctor rules`: help with writing them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};

use crate::rulebook::schema;

/// Where rules come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleFiles {
    /// Rules to read besides the built-in ones and those in the config folder
    #[arg(long, global = true, value_name = "FILE|DIR")]
    pub rules: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long, global = true)]
    pub no_builtin: bool,
}

/// Help with writing rules.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Print every probe: what it is asked with, which facts it tells
    Probes,
    /// Print the JSON Schema of rule files, so that an editor completes and checks them
    #[command(after_help = SCHEMA_HELP)]
    Schema {
        /// Only this kind of file [default: all kinds in one schema]
        #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(schema::names()))]
        kind: Option<String>,
    },
    /// Write all rules as a book, in Markdown
    Doc(RuleDoc),
    /// Begin a rule: write a file for it, and one for its cases
    New(NewRule),
    /// Find what is wrong with rules and cases, and what could be better
    Lint(LintRules),
    /// Write a recording as a case of the checks that found something: a test of the rules
    Case(MakeCase),
    /// Try the cases of rules: yours, or those in files and folders
    Test(TestRules),
    /// Put rules into one file that is read at once: a pack
    Compile(CompileRules),
    /// Make a pair of keys for signing packs
    Keygen(MakeKeys),
    /// Sign a pack: who trusts your key trusts its rules further than rules that anybody wrote
    Sign(SignPack),
    /// Tell whether a pack is whole, and whose signature it carries
    Verify(VerifyPack),
}

/// `cmdop doctor rules doc`.
#[derive(Debug, Args)]
pub struct RuleDoc {
    /// Write the book to this file [default: standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    pub output: Option<PathBuf>,
    /// Write a page for each rule into this folder, and one that lists them
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    pub dir: Option<PathBuf>,
}

/// `cmdop doctor rules new`.
#[derive(Debug, Args)]
#[command(after_help = "Nothing is overwritten. The cases fail until what the files say is yours.")]
pub struct NewRule {
    /// What kind of rule
    #[arg(value_name = "KIND")]
    pub kind: NewKind,
    /// Its id, as in corp.proxy [default: my.example]
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// The folder of rules [default: `rules` in the config folder]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// What can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    Check,
    Cause,
    Symptom,
    Log,
    Profile,
}

/// `cmdop doctor rules lint`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing found, 1 something is left, 2 usage, or a file cannot be written"
)]
pub struct LintRules {
    /// Rules, their cases, or the .cmdop-doctor.yaml of a project [default: the rules in the config folder,
    /// and those of --rules]
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// Mend what can be mended without a doubt, and tell what that was
    #[arg(long)]
    pub fix: bool,
    /// Print the findings in this format [default: text]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub format: Option<LintFormat>,
}

/// `rules lint --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    Text,
    Json,
    Github,
    Sarif,
}

/// `cmdop doctor rules test`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all as expected, 1 a case ends otherwise, none is there, or (--coverage) something \
                  has none, 2 rules or cases cannot be read"
)]
pub struct TestRules {
    /// Rules, or their cases [default: the rules in the config folder, and those of --rules]
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// Also tell which outcomes no case expects and which comparisons could be broken unnoticed, and fail
    /// where there are any
    #[arg(long)]
    pub coverage: bool,
    /// Print the result in this format [default: text]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub format: Option<TestFormat>,
}

/// `cmdop doctor rules compile`.
#[derive(Debug, Args)]
pub struct CompileRules {
    /// Rules, folders of rules, or packs of any version
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
    /// The pack to write, for --rules or for `rules/` in the config folder; its name ends in .pack
    #[arg(long, value_name = "PACK")]
    pub output: PathBuf,
}

/// `cmdop doctor rules keygen`.
#[derive(Debug, Args)]
pub struct MakeKeys {
    /// The file for the private key; the public one is written beside it, with .pub at its end
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Whose key it is, for those who read the public one
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub comment: String,
}

/// `cmdop doctor rules sign`.
#[derive(Debug, Args)]
pub struct SignPack {
    /// The pack, which gets the signature
    #[arg(value_name = "PACK")]
    pub pack: PathBuf,
    /// The private key: a file that only its owner can read
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// `cmdop doctor rules verify`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 signed by that key, 1 not, 2 it is no pack, or not whole")]
pub struct VerifyPack {
    /// The pack
    #[arg(value_name = "PACK")]
    pub pack: PathBuf,
    /// A public key [default: those of `trusted_keys` in config.yaml]
    #[arg(long, value_name = "FILE.pub")]
    pub key: Option<PathBuf>,
}

/// `rules test --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    Text,
    Json,
    Junit,
}

const SCHEMA_HELP: &str = "\
Write it to a file, and begin rule files with a line that says where it is:
  cmdop doctor rules schema > rules.schema.json
  # yaml-language-server: $schema=rules.schema.json";

/// `cmdop doctor rules case`.
#[derive(Debug, Args)]
pub struct MakeCase {
    /// A bundle, as --capture writes it
    #[arg(long, value_name = "FILE", required = true)]
    pub from: Vec<PathBuf>,
    /// The check or the cause that the case is of [default: every one that is sick, and every cause]
    #[arg(long, value_name = "ID")]
    pub check: Option<String>,
}
