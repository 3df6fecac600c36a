//! Running agents, and command lines that show a credential to every user of the machine.

use memchr::memmem;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Facts;
use crate::redact::mention;
use crate::world::files;
use crate::world::unix::accounts;
use crate::world::unix::processes::{self, Process};

/// How many processes of one sort are named.
const MOST_NAMED: usize = 64;

/// The product's own program, and the name that some packages give its agent.
const PROGRAM: &[u8] = b"cmdop";
const AGENT_PROGRAM: &[u8] = b"cmdop-agent";

/// Programs that run a script, which is then their first argument; versions are left off.
const INTERPRETERS: [&[u8]; 9] =
    [b"sh", b"bash", b"dash", b"zsh", b"ksh", b"python", b"perl", b"ruby", b"node"];

/// The product's flags that take a value of their own.
const FLAGS_WITH_VALUE: [&[u8]; 3] = [b"--log-level", b"--log-format", b"--workspace"];

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    match processes::others() {
        Ok(others) => Reading::Found(describe(call, others)),
        Err(error) => {
            Reading::Unavailable(Why::Refused(format!("processes are not shown: {}", files::words(&error))))
        }
    }
}

fn describe(call: &Call, others: impl Iterator<Item = Process>) -> Facts {
    let (mut agents, mut exposing) = (Vec::new(), Vec::new());
    let (mut mine, mut foreign) = (0, 0);
    let mut own = Vec::new();
    let me = accounts::effective();
    let wants_exposing = call.wants(&["exposing"]);
    for process in others {
        // Command lines can be long, and few of them name the program at all.
        let named = memmem::find(&process.command, PROGRAM).is_some();
        if named && runs_doctor(&process) {
            continue;
        }
        if named
            && is_agent(&process)
            && let Some(user) = process.user()
        {
            *if user == me { &mut mine } else { &mut foreign } += 1;
            if user == me {
                own.push(process.mark());
            }
            agents.push(agent(&process, user, me));
        }
        if wants_exposing && exposing.len() < MOST_NAMED {
            exposing.extend(exposed(&process, me));
        }
    }
    agents.truncate(MOST_NAMED);
    let mut sheet = Sheet::new(call);
    sheet.put("agents", || agents);
    sheet.put("own", || if let [only] = own.as_mut_slice() { only.take() } else { None });
    sheet.put("mine", || sheet::count(mine));
    sheet.put("others", || sheet::count(foreign));
    sheet.put("exposing", || exposing);
    sheet.done()
}

fn agent(process: &Process, user: u32, me: u32) -> Facts {
    Facts::new()
        .with("pid", i64::from(process.pid))
        .with("uid", sheet::uid(user))
        .with("user", accounts::user_name(user))
        .with("mine", user == me)
}

/// What is said of a process whose command line holds a credential.
fn exposed(process: &Process, me: u32) -> Option<Facts> {
    let hit = mention::credentials_in(&process.command).next()?;
    let user = process.user()?;
    let program = process.arguments().next().map(base_name).unwrap_or_default();
    let program = String::from_utf8_lossy(program).into_owned();
    Some(
        Facts::new()
            .with("pid", i64::from(process.pid))
            .with("user", accounts::user_name(user))
            .with("program", (!mention::is_secret(&program)).then_some(program))
            .with("prefix", hit.prefix())
            .with("mine", user == me),
    )
}

/// Whether this is an agent: `cmdop connect`, or what other generations called it.
fn is_agent(process: &Process) -> bool {
    let words = title_or_arguments(process);
    let script = words.len() > 1 && INTERPRETERS.contains(&without_version(base_name(words[0])));
    let Some((program, rest)) = words[usize::from(script)..].split_first() else { return false };
    match base_name(program) {
        AGENT_PROGRAM => true,
        PROGRAM => matches!(verbs(rest).as_slice(), [b"connect" | b"serve", ..] | [b"agent", b"start", ..]),
        _ => false,
    }
}

/// The arguments, or the words of the title that a process gave itself instead of them.
fn title_or_arguments(process: &Process) -> Vec<&[u8]> {
    let arguments: Vec<&[u8]> = process.arguments().filter(|argument| !argument.is_empty()).collect();
    match arguments.as_slice() {
        [title] => title.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect(),
        _ => arguments,
    }
}

/// The words after the program that are neither flags nor values of flags.
fn verbs<'a>(arguments: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut words = Vec::new();
    let mut is_value = false;
    for argument in arguments {
        if !is_value && !argument.starts_with(b"-") {
            words.push(*argument);
        }
        is_value = !is_value && FLAGS_WITH_VALUE.contains(argument);
    }
    words
}

/// Whether this is a run of `cmdop doctor` or of the sandbox (whose keys are made up), or the shell
/// or sudo around one: what those show is
/// gone as soon as the report is there.
fn runs_doctor(process: &Process) -> bool {
    let is_gap = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"/._-".contains(byte);
    let mut words = process.command.split(is_gap).filter(|word| !word.is_empty());
    words.any(|word| base_name(word) == PROGRAM) && words.any(|word| word == b"doctor" || word == b"sandbox")
}

/// `python` of `python3.11`.
fn without_version(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| !byte.is_ascii_digit() && *byte != b'.').map_or(0, |at| at + 1);
    &name[..end]
}

/// The last component of a program's path, without the dash of a login shell.
fn base_name(program: &[u8]) -> &[u8] {
    let name = program.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.strip_prefix(b"-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::{Fact, Value};
    use crate::model::probe::ProbeKind;

    fn process(arguments: &[&str]) -> Process {
        let command = arguments.iter().flat_map(|argument| [argument.as_bytes(), b"\0"].concat()).collect();
        Process { pid: std::process::id(), command }
    }

    #[test]
    fn knows_agents_of_every_generation() {
        for agent in [
            &["cmdop", "connect"][..],
            &["/usr/local/bin/cmdop", "--debug", "connect", "--name", "x"],
            &["cmdop", "--log-level", "debug", "agent", "start"],
            &["cmdop", "serve"],
            &["/bin/sh", "/opt/cmdop", "connect"],
            &["/usr/bin/python3.11", "/opt/cmdop", "connect"],
            &["cmdop connect"],
            &["/usr/lib/cmdop-agent", "--foreground"],
        ] {
            assert!(is_agent(&process(agent)), "{agent:?}");
        }
    }

    #[test]
    fn does_not_take_other_programs_for_agents() {
        for other in [
            &["cmdop", "login"][..],
            &["cmdop"],
            &["cmdop", "terminal", "connect"],
            &["cmdop", "--workspace", "connect", "login"],
            &["cmdop", "agent", "stop"],
            &["sudo", "-u", "deploy", "cmdop", "connect"],
            &["sh", "-c", "cmdop connect"],
            &["vim", "cmdop", "connect"],
            &[""],
        ] {
            assert!(!is_agent(&process(other)), "{other:?}");
        }
    }

    #[test]
    fn a_run_of_the_doctor_is_left_out_with_what_is_around_it() {
        for doctor in [
            &["target/release/cmdop", "doctor", "auth"][..],
            &["cmdop", "sandbox", "--accept-key", "x"],
            &["sudo", "env", "CMDOP_API_KEY=x", "cmdop", "--json", "doctor"],
            &["bash", "-c", "export A=b;cmdop doctor auth|less"],
        ] {
            assert!(runs_doctor(&process(doctor)), "{doctor:?}");
        }
        assert!(!runs_doctor(&process(&["cmdop", "connect"])));
        assert!(!runs_doctor(&process(&["doctor", "cmdop"])));
    }

    #[test]
    fn an_exposed_key_is_shown_by_its_prefix_alone() {
        let key = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
        let others = [process(&["curl", "-H", &format!("Authorization: Bearer {key}")]), process(&["ls"])];
        let facts = describe(&Call::made_of(ProbeKind::Process, &[]), others.into_iter());
        let Some(Fact::Known(Value::Maps(exposing))) = facts.get("exposing") else { panic!("{facts:?}") };
        assert_eq!(exposing.len(), 1);
        assert_eq!(exposing[0].get("prefix"), Some(&Fact::from("cmd_acme_a1b")));
        assert_eq!(exposing[0].get("program"), Some(&Fact::from("curl")));
        assert!(!format!("{facts:?}").contains("a1b2"));
    }

    #[test]
    fn counts_agents_by_their_user() {
        let others = [process(&["cmdop", "connect"]), process(&["cmdop", "doctor"])];
        let facts = describe(&Call::made_of(ProbeKind::Process, &[]), others.into_iter());
        assert_eq!(facts.get("mine"), Some(&Fact::from(1)));
        assert_eq!(facts.get("others"), Some(&Fact::from(0)));
        for fact in ProbeKind::Process.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }
}
