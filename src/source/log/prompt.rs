//! Prompts in a pasted terminal: which command the lines below one are the output of, and whose.

use std::sync::LazyLock;

use regex::Regex;

/// A line on which somebody typed a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    /// `ada@laptop`, as far as the prompt says.
    pub(super) user: Option<String>,
    pub(super) command: String,
}

/// `ada@laptop:~/src$ `, `[ada@laptop src]$ `, `(venv) ada@laptop % `, `root@box:/# `.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:\([\w.-]+\) ?)?\[?([\w.-]+@[\w.-]+)(?::[^\s$%#]*|[ ][^$%#\]]{0,60})?\]? ?[$%#>❯] +(\S.*)$",
    )
    .ok()
});

/// `PS C:\Users\ada> `, `C:\Users\ada>`.
static WINDOWS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:PS [A-Za-z]:\\[^>]*> ?|PS /[^>]*> |[A-Za-z]:\\[^>]*>)(\S.*)$").ok());

/// `$ `, `~/src $ `, `% `, `❯ `, `➜  src git:(main) `, `+ ` of a shell that traces.
static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:~|/)[\w./~-]* )?(?:[$%❯] |➜  ?(?:\S+ (?:git:\(\S+\) (?:✗ )?)?)?|\+{1,3} )(\S.*)$")
        .ok()
});

/// `# ` and `> `, which begin much else too.
static DOUBTFUL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[#>] ((?:sudo (?:-\S+ (?:\w+ )?)*)?(?:\S*/)?cmdop(?:\.exe)?\b.*)$").ok());

/// `##[command]` and `##[group]Run ` of a pipeline, which writes the time first.
static PIPELINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?(?:##\[command\]|##\[group\]Run |\[command\])(\S.*)$").ok()
});

impl Prompt {
    /// The prompt and the command on `line`, if that is what it is.
    pub(super) fn on(line: &str) -> Option<Prompt> {
        let line = line.trim_end();
        if line.contains('@')
            && let Some(found) = NAMED.as_ref()?.captures(line)
        {
            let user = found.get(1).map(|user| user.as_str().to_owned());
            return Some(Prompt { user, command: found.get(2)?.as_str().to_owned() });
        }
        // Most lines begin otherwise, and in most logs no expression is needed.
        let forms: &[&LazyLock<Option<Regex>>] = match line.as_bytes() {
            [b'P', b'S', b' ', ..] | [_, b':', b'\\', ..] => &[&WINDOWS],
            [b'#', b'#', ..] | [b'[' | b'0'..=b'9', ..]
                if line.contains("##[") || line.contains("[command]") =>
            {
                &[&PIPELINE]
            }
            [b'#' | b'>', ..] => &[&DOUBTFUL],
            [b'~' | b'/' | b'$' | b'%' | b'+' | 0x80.., ..] => &[&BARE],
            _ => &[],
        };
        forms.iter().find_map(|form| {
            let command = form.as_ref()?.captures(line)?.get(1)?.as_str();
            Some(Prompt { user: None, command: command.to_owned() })
        })
    }

    /// What the command is about.
    pub(super) fn program(&self) -> Program {
        program(&self.command)
    }
}

/// Whose words the output of a command are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// This product's, doing something.
    Ours,
    /// This product's, explaining itself: its words are about errors, not of one.
    Explaining,
    /// curl's: what it says of a server is told by the server.
    Curl,
    Other,
}

/// Words before the command that is meant.
const LEADS: [&str; 10] =
    ["sudo", "env", "time", "nohup", "exec", "command", "stdbuf", "timeout", "strace", "then"];

/// Whose output the output of `command` is.
fn program(command: &str) -> Program {
    // Of a pipe the first command speaks, unless a later one only passes on what it reads.
    let mut words = command.split_whitespace().skip_while(|word| {
        LEADS.contains(word) || word.starts_with('-') || word.contains('=') || word.parse::<f64>().is_ok()
    });
    let mut first = words.next().unwrap_or_default();
    // `sudo -u deploy cmdop`: the user's name is no command.
    if command.split_whitespace().any(|word| word == "sudo") && base(first) != "cmdop" {
        first = words.clone().find(|word| base(word) == "cmdop").unwrap_or(first);
    }
    match base(first) {
        "cmdop" if explains(command) => Program::Explaining,
        "cmdop" => Program::Ours,
        // A saved log is looked at.
        "cat" | "tail" | "less" | "zcat" | "journalctl" | "docker" | "kubectl"
            if command.contains("cmdop") || command.contains("auth-debug") =>
        {
            Program::Ours
        }
        "python" | "python3" | "node" | "npm" | "make" | "bash" | "sh" => Program::Ours,
        name if name.starts_with("./") => Program::Ours,
        "curl" => Program::Curl,
        _ => Program::Other,
    }
}

fn explains(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    words.iter().any(|word| matches!(*word, "--help" | "-h" | "help" | "explain" | "completions" | "rules"))
}

fn base(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    if word.starts_with("./") && name != "cmdop" { word } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_of_many_shells() {
        let lines = [
            ("$ cmdop login", None),
            ("% cmdop login", None),
            ("❯ cmdop login", None),
            ("➜  src git:(main) ✗ cmdop login", None),
            ("~/src $ cmdop login", None),
            ("+ cmdop login", None),
            ("# cmdop login", None),
            ("PS C:\\Users\\ada> cmdop login", None),
            ("C:\\Users\\ada>cmdop login", None),
            ("##[group]Run cmdop login", None),
            ("2026-11-29T08:00:01.1234567Z ##[command]cmdop login", None),
            ("ada@laptop:~$ cmdop login", Some("ada@laptop")),
            ("(venv) ada@laptop:~/my-src$ cmdop login", Some("ada@laptop")),
            ("[ada@laptop src]$ cmdop login", Some("ada@laptop")),
            ("ada@laptop src % cmdop login", Some("ada@laptop")),
            ("root@box:/# cmdop login", Some("root@box")),
        ];
        for (line, user) in lines {
            let prompt = Prompt::on(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((prompt.user.as_deref(), prompt.command.as_str()), (user, "cmdop login"), "{line}");
        }
    }

    #[test]
    fn what_is_no_prompt() {
        for line in [
            "Error: token expired",
            "# Authentication",
            "> GET /v1 HTTP/2",
            "50 % done",
            "",
            "$",
            "a@b.c wrote",
        ] {
            assert_eq!(Prompt::on(line), None, "{line}");
        }
    }

    #[test]
    fn commands_are_ours_or_not() {
        let cases = [
            ("cmdop --debug login 2>&1 | tee auth-debug.log", Program::Ours),
            ("CMDOP_API_KEY=x sudo -u deploy ./cmdop.exe auth status", Program::Ours),
            ("sudo -u deploy cmdop terminal localhost", Program::Ours),
            ("timeout 5 /usr/local/bin/cmdop login", Program::Ours),
            ("cmdop login --help", Program::Explaining),
            ("cmdop doctor explain token.unexpired", Program::Explaining),
            ("curl -v https://api.cmdop.com/v1/machines", Program::Curl),
            ("kubectl get pods", Program::Other),
            ("grep -r 'token expired' .", Program::Other),
            ("cat README.md", Program::Other),
            ("cat auth-debug.log", Program::Ours),
        ];
        for (command, whose) in cases {
            assert_eq!(program(command), whose, "{command}");
        }
    }
}
