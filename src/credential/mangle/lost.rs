//! Slips that cannot be undone: the key is not there, or not all of it.

/// Longer in bytes than any credential is; servers refuse header lines beyond 8 to 16 KiB.
const LONGEST: usize = 16 * 1024;

pub(super) fn too_long(text: &str) -> bool {
    text.len() > LONGEST
}

/// Bytes that are no UTF-8, which reading replaced, or which somebody replaced before.
pub(super) fn not_utf8(text: &str) -> bool {
    text.contains('\u{fffd}')
}

/// Two different keys run together, or half a key in front of a whole one.
pub(super) fn two_keys(text: &str) -> bool {
    text.strip_prefix("cmd_").is_some_and(|rest| rest.match_indices("cmd_").any(|(at, _)| at >= 4))
}

/// A page, such as the one that a portal or a wrong address answers with.
pub(super) fn html_page(text: &str) -> bool {
    let start = lowered_start(text);
    ["<!doctype", "<html", "<?xml"].iter().any(|page| start.starts_with(page))
}

/// A secret store's ciphertext, never decrypted (SOPS, Ansible Vault, age, git-crypt).
pub(super) fn encrypted(text: &str) -> bool {
    const MARKS: [&str; 6] = [
        "ENC[",
        "$ANSIBLE_VAULT",
        "!vault",
        "age-encryption.org",
        "-----BEGIN AGE ENCRYPTED",
        "-----BEGIN PGP MESSAGE",
    ];
    MARKS.iter().any(|mark| text.starts_with(mark)) || text.contains("GITCRYPT")
}

/// An expression of a CI system, not evaluated: `${{ secrets.X }}`, `$[variables.x]`, `<<pipeline.x>>`.
pub(super) fn ci_expression(text: &str) -> bool {
    text.starts_with("${{") || text.starts_with("$[") || (text.starts_with("<<") && text.ends_with(">>"))
}

/// A template's hole, not filled: `{{ .Values.key }}`, `<%= key %>`, `#{key}`.
pub(super) fn template_expression(text: &str) -> bool {
    ["{{", "{%", "<%", "#{"].iter().any(|hole| text.starts_with(hole))
}

/// A command that should have been run: `$(cat file)`.
pub(super) fn unexpanded_command(text: &str) -> bool {
    text.starts_with("$(") || (text.len() > 2 && text.starts_with('`') && text.contains(' '))
}

/// A variable's name in place of its value: `$X`, `${X}`, `%X%`, `!X!`, `$env:X`.
pub(super) fn unexpanded_variable(text: &str) -> bool {
    let name = between(text, "${", "}")
        .or_else(|| between(text, "%", "%"))
        .or_else(|| between(text, "!", "!"))
        .or_else(|| text.strip_prefix("$env:"))
        .or_else(|| text.strip_prefix('$'));
    name.is_some_and(|name| {
        let stem = name.split([':', '-', '?', '@']).next().unwrap_or_default();
        stem.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    })
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

/// A pointer into a secret store, not resolved.
pub(super) fn secret_reference(text: &str) -> bool {
    const STORES: [&str; 22] = [
        "op://",
        "vault:",
        "vault://",
        "ref+",
        "arn:aws",
        "awssm://",
        "aws-sm://",
        "aws-ssm://",
        "ssm:",
        "ssm://",
        "secretsmanager:",
        "gcp-sm://",
        "gcpsm://",
        "gsm://",
        "sm://",
        "azurekv://",
        "akv://",
        "@microsoft.keyvault(",
        "keyring:",
        "doppler://",
        "infisical://",
        "bw://",
    ];
    let start = lowered_start(text);
    STORES.iter().any(|store| start.starts_with(store))
        || (start.starts_with("projects/") && start.contains("/secrets/"))
        || (start.starts_with("{resolve:") || start.starts_with("{{resolve:"))
}

/// A program's word for "nothing" or "an object", made text.
pub(super) fn literal_null(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "null",
        "(null)",
        "none",
        "nil",
        "<nil>",
        "<null>",
        "undefined",
        "nan",
        "n/a",
        "na",
        "true",
        "false",
        "yes",
        "no",
        "0",
        "1",
        "[object object]",
        "<no value>",
    ];
    let word = lowered_start(text);
    WORDS.contains(&word.as_str()) || matches!(text, "\"\"" | "''" | "{}" | "[]" | "-")
}

/// What a failed command printed in place of the key.
pub(super) fn error_text(text: &str) -> bool {
    const SAYINGS: [&str; 8] = [
        "error:",
        "command not found",
        "no such file",
        "permission denied",
        "not found",
        "fatal:",
        "cannot open",
        "traceback (most recent",
    ];
    let start = lowered_start(text);
    text.contains(' ') && !text.contains("cmd_") && SAYINGS.iter().any(|saying| start.contains(saying))
}

/// Characters that a log, a CI system or a page put in the place of the real ones.
pub(super) fn masked(text: &str) -> bool {
    const MARKS: [&str; 12] = [
        "***",
        "•••",
        "●●●",
        "∗∗∗",
        "????",
        "[redacted",
        "[masked",
        "[hidden",
        "[filtered",
        "[secure",
        "<redacted",
        "(sensitive",
    ];
    let start = lowered_start(text);
    MARKS.iter().any(|mark| start.contains(mark))
}

/// Shortened for show: `cmd_acme_a1b2...`, or with the middle left out.
pub(super) fn ellipsis_cut(text: &str) -> bool {
    text.contains('…') || text.contains("...") || text.ends_with("..")
}

/// The file that holds the key, in place of the key.
pub(super) fn file_path(text: &str) -> bool {
    const ENDINGS: [&str; 9] = [".txt", ".json", ".env", ".key", ".pem", ".yaml", ".yml", ".toml", ".secret"];
    if text.contains(char::is_whitespace) || text.contains("cmd_") {
        return false;
    }
    let path = text.strip_prefix("file://").or(text.strip_prefix('@')).unwrap_or(text);
    let rooted = ["/", "./", "../", "~/", "\\\\"].iter().any(|root| path.starts_with(root));
    let drive = path.get(1..3).is_some_and(|after| after == ":\\" || after == ":/");
    let deep = path.get(1..).is_some_and(|rest| rest.contains(['/', '\\']));
    (rooted && deep && !path.contains(['+', '=']))
        || drive
        || path.len() < text.len() && !path.is_empty()
        || ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// A page took the underscores for emphasis: `cmdacmea1b2…`.
pub(super) fn lost_underscores(text: &str) -> bool {
    text.len() >= 20
        && text.strip_prefix("cmd").is_some_and(|rest| {
            !rest.starts_with("op") && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// A character that no key has.
pub(super) fn odd_character(text: &str) -> bool {
    text.starts_with("cmd_")
        && text.contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.' | '='))
}

/// The first characters in lower case: enough to know a mark, and bounded.
fn lowered_start(text: &str) -> String {
    text.chars().take(256).collect::<String>().to_lowercase()
}
