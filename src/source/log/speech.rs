//! Whether a line accuses anybody. Words such as "token expired" stand in help texts, in chats and in
//! the logs of other products too: it takes the shape of a message of this product, or of whoever
//! passes one on, to be one.

use std::sync::LazyLock;

use regex::Regex;

use super::entry::{Entry, Form, Level};
use super::prompt::Program;

/// What stands before a message whose speaker is not named: marks, words for errors, and what Go,
/// Rust and Python put around the error of somebody else.
static LEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:(?:[✗✖×⚠❌!•└→↳│├─]|\[[-!x]\])+\s*)?(?:",
        r"(?i:error|err|fatal|failed|failure|panic|warning|exception|critical)(?:\s?\[[^\]]{1,40}\]|\s\([^)]{1,40}\))?\s?[:!-]*\s*",
        r"|(?i:caused by|cause|reason|why|because|symptom|desc|details?|message|last error)\s*[:=]?\s*",
        r"|(?-u:\d){1,3}:\s*",
        r"|(?i:(?:[A-Za-z0-9_-]+[./])*cmdop(?:[-.](?-u:\w)+)?(?:\.exe)?)(?:\[(?-u:\d)+\])?\s?:\s*|(?i:cmdop[-.](?-u:\w)+) ",
        // Pipelines mark the lines of a job; npm its own; a shell says where in a script it stands.
        r"|::(?:error|warning)[^:]{0,80}::\s*|npm (?:ERR!|error) ",
        r"|[A-Za-z0-9_./-]*(?:sh|\.env)(?:\[(?-u:\d)+\])?: (?:line )?(?-u:\d)+: ",
        r"|rpc error:\s*|code = (?-u:\w)+\s*|desc = |curl: \((?-u:\d)+\)\s*|status\s*[:=]?\s*",
        r"|(?:(?-u:\w)+\.)*(?-u:\w)*(?:Error|Exception|Failure|Denied)(?: \[(?-u:\w){1,40}\])?(?:\(|:)\s*",
        r"|(?i:failed|could not|cannot|can't|unable|error|while|during)(?-u:\b)[^:]{0,80}:\s*",
        r"|(?i:(?:[a-z]+ ){1,6}(?:request|failed|error|denied)):\s*",
        r#"|(?:Get|Post|Put|Delete|Head) "[^"]*":\s*"#,
        r"|(?:dial|read|write) \S+(?: \S+)?:\s*|lookup \S+:\s*",
        r"|(?:tls|x509|oauth2?|http2?|grpc|net/http|auth|login):\s*",
        r"|HTTP(?:/[0-9.]+)? ?(?-u:\d){3}:?\s*|(?:StatusCode\.)?[A-Z_]{6,24}:\s*",
        r")*$"
    ))
    .ok()
});

/// What follows a message that is only talked about: a column of a table, a definition, a question.
static ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"^["'`*]*(?:\s*[|–—→]|\s+(?:-|=>|->)\s|[ \t]{2,}\w|\t|\s+(?:means?|is|are|usually|indicates?|happens|comes|when|if|or|and|error|errors|message)\b|[^.!]*\?\s*$)"#,
    )
    .ok()
});

/// An address in a line.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:https?|wss?)://(?:[^/\s"'@]*@)?(\[[^\]]*\]|[^/\s"':?]+)"#).ok());

/// What is known of the place in which a line stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'s> {
    /// The command whose output the line is, where a prompt shows one.
    pub(super) program: Option<Program>,
    /// This product has spoken before in this run.
    pub(super) is_known: bool,
    /// The host of the API and of the issuer that the log shows to be in force.
    pub(super) hosts: &'s [String],
}

/// Whether `entry`, in which a rule's pattern matched from `start` to `end` of the message, is said
/// of a fault that there was, by this product or of it.
pub(super) fn accuses(entry: &Entry, (start, end): (usize, usize), scene: Scene<'_>) -> bool {
    let (lead, rest) = (entry.message.get(..start).unwrap_or(""), entry.message.get(end..).unwrap_or(""));
    if !is_ours(entry, scene) || names_others(entry, scene.hosts) {
        return false;
    }
    let is_lead = LEAD.as_ref().is_some_and(|form| form.is_match(lead));
    let is_about = ABOUT.as_ref().is_some_and(|form| form.is_match(rest));
    match (entry.form, entry.level) {
        (Form::Curl, _) => entry.message.starts_with("* ") || entry.message.starts_with("< "),
        (Form::Plain, _) | (_, None) => is_lead && !is_about,
        // Whoever logs an error or a warning has one.
        (_, Some(Level::Error | Level::Warning)) => !is_about || is_lead,
        (_, Some(Level::Info | Level::Debug)) => is_lead && !lead.trim().is_empty() && !is_about,
    }
}

/// Whether the facts that `entry` shows may be taken for facts of this product.
pub(super) fn is_ours(entry: &Entry, scene: Scene<'_>) -> bool {
    if matches!(scene.program, Some(Program::Other | Program::Explaining)) {
        return false;
    }
    if let Some(program) = &entry.program {
        return program.to_ascii_lowercase().contains("cmdop");
    }
    for name in ["service", "app", "service.name", "application", "product"] {
        if let Some(value) = entry.field(name) {
            return value.to_ascii_lowercase().contains("cmdop");
        }
    }
    let speaks = |text: &str| text.to_ascii_lowercase().contains("cmdop");
    match (entry.form, &entry.component) {
        // A module of a program has its name in front.
        (_, Some(component)) if component.contains(['.', ':', '/']) => speaks(component),
        (Form::Python, Some(component)) => speaks(component) || component == "__main__",
        (Form::Console | Form::Json | Form::Logfmt, component) => {
            scene.is_known
                || scene.program.is_some()
                || component.as_deref().is_some_and(is_component)
                || speaks(&entry.message)
        }
        _ => true,
    }
}

/// The parts of this product that speak in logs (ARCHITECTURE.md, "The log"; facts, section 7).
fn is_component(name: &str) -> bool {
    const COMPONENTS: [&str; 17] = [
        "cli",
        "settings",
        "proxy",
        "credential",
        "auth",
        "store",
        "http",
        "api",
        "keys",
        "workspace",
        "doctor",
        "oauth",
        "agent",
        "daemon",
        "update-scheduler",
        "session",
        "router",
    ];
    COMPONENTS.contains(&name) || name.contains("cmdop")
}

/// Whether `entry` is about a server that is neither this product's nor the one in force.
fn names_others(entry: &Entry, hosts: &[String]) -> bool {
    let Some(form) = ADDRESS.as_ref() else { return false };
    let texts = std::iter::once(&entry.message).chain(entry.fields.iter().map(|(_, value)| value));
    let named: Vec<&str> = texts
        .flat_map(|text| form.captures_iter(text))
        .filter_map(|found| found.get(1).map(|host| host.as_str()))
        .collect();
    let is_ours = |host: &&str| {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        host == "cmdop.com"
            || host.ends_with(".cmdop.com")
            || is_loopback(&host)
            || hosts.contains(&host)
            || host.contains("cmdop")
            || host.starts_with("router")
    };
    !named.is_empty() && !named.iter().any(is_ours)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "[::1]" | "127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Scene<'static> = Scene { program: None, is_known: false, hosts: &[] };

    /// Whether a line accuses with the words `token expired` or `permission denied` in it.
    fn accused(line: &str, scene: Scene<'_>) -> bool {
        let entry = Entry::read(1, line.as_bytes());
        let words = ["token expired", "permission denied", "UNAUTHENTICATED"];
        let Some((start, words)) = words.iter().find_map(|words| Some((entry.message.find(words)?, words)))
        else {
            panic!("no such words: {line}")
        };
        accuses(&entry, (start, start + words.len()), scene)
    }

    #[test]
    fn messages_accuse() {
        let lines = [
            "Error: token expired",
            "error: token expired",
            "Error: permission denied: deploy",
            "  cause    token expired",
            "✗ token expired",
            "token expired",
            "Error: login: token expired (3h ago)",
            "rpc error: code = Unauthenticated desc = token expired",
            "2026-11-23 09:12:00 cmdop: Error: token expired",
            "Caused by: token expired",
            "    0: token expired",
            "cmdop.errors.AuthError: token expired",
            "failed to list machines: token expired",
            "cmdop: token expired",
            "cmdop : Error: token expired",
            "::error file=a.sh,line=3::token expired",
            "npm ERR! cmdop-sdk AuthError [UNAUTHENTICATED]: token expired",
            "2026/11/29 09:12:01 [ERROR] provider.cmdop: Error: rpc error: code = Unauthenticated desc = token expired",
            "/scripts/build.sh: line 12: token expired",
            "Error: OAuth callback failed: dial tcp: lookup auth.cmdop.com: token expired",
            "2026-11-23T09:12:00Z WRN token expired component=credential",
            "2026-11-23 09:12:00 | ERROR    | cmdop.client:12 - request failed: UNAUTHENTICATED",
            "Nov 23 09:12:00 box cmdop[12]: Error: token expired",
            "* token expired",
        ];
        for line in lines {
            assert!(accused(line, NOWHERE), "{line}");
        }
    }

    #[test]
    fn words_about_messages_accuse_nobody() {
        let lines = [
            "bob: I get token expired all the time",
            "bob: token expired",
            "<bob> Error: token expired",
            "> Error: token expired",
            "If you see \"Error: token expired\", run cmdop login",
            "Error: token expired   run cmdop login",
            "Error: token expired means that the access token has ended",
            "| Error: token expired | log in again |",
            "- `Error: token expired`: log in again",
            "Error: token expired — log in again",
            "what does Error: token expired mean?",
            "Error: token expired?",
            "token expired or revoked tokens have to be replaced",
            "2026-11-23T09:12:00Z INF loaded help topic token expired component=cli",
            "2026-11-23 09:12:00 | ERROR    | django.request:12 - token expired",
            "2026-11-23T09:12:00Z ERROR vault::core: permission denied",
            r#"{"level":"error","component":"x","service":"vault","message":"token expired"}"#,
            r#"{"level":"error","url":"https://api.github.com/user","component":"http","message":"token expired"}"#,
            "Nov 23 09:12:00 box sshd[12]: error: permission denied",
            "gitlab-1  | Error: token expired",
            "Error: GET https://api.github.com/user: token expired",
        ];
        for line in lines {
            assert!(!accused(line, NOWHERE), "{line}");
        }
        let under = |program| Scene { program: Some(program), ..NOWHERE };
        assert!(!accused("Error: token expired", under(Program::Other)));
        assert!(!accused("Error: token expired", under(Program::Explaining)));
        assert!(accused("Error: token expired", under(Program::Ours)));
    }

    #[test]
    fn a_stranger_in_our_form_is_ours_where_we_have_spoken() {
        let line = r#"{"level":"error","component":"planner","message":"token expired"}"#;
        assert!(!accused(line, NOWHERE));
        assert!(accused(line, Scene { is_known: true, ..NOWHERE }));
        let elsewhere = r#"{"level":"error","component":"http","url":"https://cmd.corp.example/v1/machines","message":"token expired"}"#;
        assert!(!accused(elsewhere, NOWHERE));
        assert!(accused(elsewhere, Scene { hosts: &["cmd.corp.example".to_owned()], ..NOWHERE }));
    }
}
