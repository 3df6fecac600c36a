//! Each slip made on a good key, told by name, and undone.

use super::*;
use crate::credential::specimen::shapes;

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

/// The slips of `text`, and whether undoing them gives a key.
fn seen(text: &str) -> (Vec<&'static str>, bool) {
    let shapes = shapes();
    let examined = examine(text, shapes);
    (examined.slips.clone(), examined.mends_to_key())
}

/// What people do to a key; `@` stands for it.
const MENDED: &[(&str, &[&str])] = &[
    (" @", &["leading_blank"]),
    ("@  ", &["trailing_blank"]),
    ("  @ ", &["leading_blank", "trailing_blank"]),
    ("@\n", &["newline_end"]),
    ("@\r\n", &["crlf_end"]),
    ("@\r", &["crlf_end"]),
    ("\n@", &["newline_start"]),
    ("@\t", &["tab"]),
    ("\t@", &["tab"]),
    ("ci\t@\tactive", &["tab"]),
    ("\u{a0}@", &["non_breaking_space"]),
    ("@\u{202f}", &["non_breaking_space"]),
    ("\u{feff}@", &["bom"]),
    ("@\u{200b}", &["zero_width"]),
    ("\u{202a}@\u{202c}", &["zero_width"]),
    ("@\0", &["control_character"]),
    ("\u{8}@", &["control_character"]),
    ("\u{1b}[32m@\u{1b}[0m", &["ansi_escape"]),
    ("\\033[32m@\\033[0m", &["ansi_escape"]),
    ("^[[1m@^[[0m", &["ansi_escape"]),
    ("\u{1b}[200~@\u{1b}[201~", &["bracketed_paste"]),
    ("[200~@", &["bracketed_paste"]),
    ("00~@", &["bracketed_paste"]),
    ("\"@\"", &["double_quotes"]),
    ("\"@", &["double_quotes"]),
    ("'@'", &["single_quotes"]),
    ("'\"@\"'", &["single_quotes", "double_quotes"]),
    ("`@`", &["backticks"]),
    ("```\n@\n```", &["backticks", "newline_end"]),
    ("```text\n@\n```", &["backticks", "newline_end"]),
    ("“@”", &["typographic_quotes"]),
    ("„@“", &["typographic_quotes"]),
    ("‘@’", &["typographic_quotes"]),
    ("«\u{a0}@\u{a0}»", &["non_breaking_space", "typographic_quotes"]),
    ("<@>", &["angle_brackets"]),
    ("[@]", &["brackets"]),
    ("(@)", &["brackets"]),
    ("{@}", &["brackets"]),
    ("Bearer @", &["bearer_prefix"]),
    ("bearer: @", &["bearer_prefix"]),
    ("Authorization: Bearer @", &["authorization_header", "bearer_prefix"]),
    ("X-API-Key: @", &["authorization_header"]),
    ("CMDOP_API_KEY=@", &["variable_assignment"]),
    ("export CMDOP_API_KEY=@", &["variable_assignment"]),
    ("export CMDOP_API_KEY=\"@\"", &["variable_assignment", "double_quotes"]),
    ("set CMDOP_API_KEY=@", &["variable_assignment"]),
    ("setx CMDOP_API_KEY @", &["variable_assignment"]),
    ("$env:CMDOP_API_KEY = '@'", &["variable_assignment", "single_quotes"]),
    ("ENV CMDOP_API_KEY @", &["variable_assignment"]),
    ("set -gx CMDOP_API_KEY @", &["variable_assignment"]),
    ("api_key: @", &["yaml_line"]),
    ("CMDOP_API_KEY: \"@\"", &["yaml_line", "double_quotes"]),
    ("\"api_key\": \"@\",", &["json_fragment"]),
    ("{\"key\": \"@\"}", &["json_fragment"]),
    ("{\"id\": \"key_1\", \"raw_key\": \"@\", \"permissions\": []}", &["json_fragment"]),
    ("{'key': '@'}", &["json_fragment"]),
    ("{\n  \"key\": \"@\"\n}\n", &["newline_end", "json_fragment"]),
    ("&quot;@&quot;", &["html_entity", "double_quotes"]),
    ("<code>@</code>", &["html_tag"]),
    ("<p><b>@</b></p>", &["html_tag"]),
    ("@,", &["trailing_comma"]),
    ("@;", &["trailing_semicolon"]),
    ("\"@\";", &["double_quotes", "trailing_semicolon"]),
    ("@.", &["trailing_period"]),
    ("@ \\", &["trailing_backslash"]),
    ("@ # prod", &["trailing_comment"]),
    ("@ // from the dashboard", &["trailing_comment"]),
    ("=@", &["leading_equals"]),
    ("**@**", &["markdown"]),
    ("*@*", &["markdown"]),
    ("[@](https://my.cmdop.com)", &["markdown"]),
    ("- @", &["markdown"]),
    ("> @", &["markdown"]),
    ("https://@@api.cmdop.com/", &["url_userinfo"]),
    ("https://api:@@api.cmdop.com/v1", &["url_userinfo"]),
    ("https://api.cmdop.com/v1/machines?api_key=@&limit=1", &["url_query"]),
    ("--api-key @", &["command_line"]),
    ("--api-key=@", &["command_line"]),
    ("curl -H 'Authorization: Bearer @' https://api.cmdop.com/v1", &["command_line"]),
    ("$ @", &["command_line"]),
    ("API Key created: @", &["command_output"]),
    (
        "API Key created: @\n⚠ Copy this key now. It won't be shown again.\n",
        &["newline_end", "command_output"],
    ),
    ("# my keys\nCMDOP_API_KEY=@\nDEBUG=1", &["extra_lines", "variable_assignment"]),
    ("CMDOP_API_KEY=@\nOTHER=1\n", &["newline_end", "variable_assignment", "extra_lines"]),
    ("@\nkeep this safe!", &["extra_lines"]),
    ("@@", &["doubled"]),
    ("@\n@", &["doubled"]),
    ("@ @", &["doubled"]),
    ("cmd_@", &["prefix_twice"]),
    ("@\\n", &["backslash_escaped"]),
    ("b'@'", &["bytes_literal"]),
    ("b\"@\\n\"", &["backslash_escaped", "bytes_literal"]),
    ("@%", &["end_mark"]),
    ("@$", &["end_mark"]),
    ("@^M$", &["end_mark"]),
    ("@⏎", &["end_mark"]),
    ("@ production", &["extra_words"]),
    ("Your key is @.", &["trailing_period", "extra_words"]),
    ("ci   @   active", &["extra_words"]),
    ("\\\"@\\\"", &["backslash_escaped", "double_quotes"]),
];

#[test]
fn what_stands_around_a_key_is_told_and_taken_off() {
    for (made, names) in MENDED {
        let text = made.replace("@@api", &format!("{KEY}\u{1}api")).replace('@', KEY).replace('\u{1}', "@");
        let (slips, mends) = seen(&text);
        assert_eq!(slips, *names, "{made:?}");
        assert!(mends, "{made:?}");
    }
}

#[test]
fn what_was_done_to_its_characters_is_told_and_undone() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let lined = format!("{KEY}\n");
    let (head, tail) = KEY.split_at(16);
    let (most, rest) = KEY.split_at(KEY.len() - 2);
    let changed: &[(String, &[&str])] = &[
        (format!("{head}\n{tail}"), &["inner_newline"]),
        (format!("{head}\r\n  {tail}"), &["inner_newline"]),
        (format!("{most}\n{rest}"), &["inner_newline"]),
        (format!("{head} {tail}"), &["inner_blank"]),
        (format!("{head}\u{a0}{tail}"), &["non_breaking_space"]),
        (format!("{head}\u{ad}{tail}"), &["zero_width"]),
        (format!("{head}\u{feff}{tail}"), &["zero_width"]),
        (KEY.replacen('a', "а", 1), &["homoglyph"]),
        (KEY.replacen('c', "с", 1), &["homoglyph"]),
        (format!("ｃｍｄ＿{}", &KEY[4..]), &["full_width"]),
        (KEY.replacen("cmd_", "CMD_", 1), &["wrong_case"]),
        (KEY.replacen("cmd_", "Cmd_", 1), &["wrong_case"]),
        (KEY.to_uppercase(), &["wrong_case"]),
        (KEY.replace('_', "-"), &["hyphen_for_underscore"]),
        (KEY.replacen('_', "-", 1), &["hyphen_for_underscore"]),
        (KEY.replace('_', "–"), &["non_ascii_dash", "hyphen_for_underscore"]),
        (KEY.replace("acme", "ac‑me"), &["non_ascii_dash"]),
        (KEY.replace('_', "%5F"), &["url_encoded"]),
        (KEY.replace('_', "=5F"), &["quoted_printable"]),
        (format!("{head}=\n{tail}"), &["quoted_printable"]),
        (format!("{KEY}%0A"), &["url_encoded", "newline_end"]),
        (KEY.replace('_', "\\_"), &["backslash_escaped"]),
        (KEY.replace('_', "&#95;"), &["html_entity"]),
        (STANDARD.encode(KEY), &["base64_wrapped"]),
        (URL_SAFE_NO_PAD.encode(KEY), &["base64_wrapped"]),
        (STANDARD.encode(&lined), &["base64_wrapped", "newline_end"]),
        (format!("{}\n", STANDARD.encode(&lined)), &["newline_end", "base64_wrapped"]),
        (KEY[1..].to_owned(), &["missing_prefix"]),
        (KEY[3..].to_owned(), &["missing_prefix"]),
    ];
    for (text, names) in changed {
        let (slips, mends) = seen(text);
        assert_eq!(slips, *names, "{text:?}");
        assert!(mends, "{text:?}");
    }
}

/// What is left when the key itself never arrived.
const LOST: &[(&str, &str)] = &[
    ("$CMDOP_API_KEY", "unexpanded_variable"),
    ("${CMDOP_API_KEY}", "unexpanded_variable"),
    ("${CMDOP_API_KEY:-}", "unexpanded_variable"),
    ("\"$CMDOP_API_KEY\"", "unexpanded_variable"),
    ("%CMDOP_API_KEY%", "unexpanded_variable"),
    ("$env:CMDOP_API_KEY", "unexpanded_variable"),
    ("$(cat /run/secrets/key)", "unexpanded_command"),
    ("`cat key`", "unexpanded_command"),
    ("${{ secrets.CMDOP_API_KEY }}", "ci_expression"),
    ("$[variables.key]", "ci_expression"),
    ("{{ .Values.cmdop.key }}", "template_expression"),
    ("<%= ENV['X'] %>", "template_expression"),
    ("***", "masked"),
    ("cmd_acme_****", "masked"),
    ("cmd_acme_••••••••", "masked"),
    ("[REDACTED]", "masked"),
    ("[MASKED]", "masked"),
    ("cmd_acme_b7c8d9...", "ellipsis_cut"),
    ("cmd_acme_b7c8d9…", "ellipsis_cut"),
    ("\"cmd_acme_b7c8...9j0k\"", "ellipsis_cut"),
    ("API Key created: cmd_acme_b7c8d9...", "ellipsis_cut"),
    ("/run/secrets/cmdop", "file_path"),
    ("~/keys/cmdop", "file_path"),
    ("./key.txt", "file_path"),
    ("@/run/secrets/cmdop", "file_path"),
    ("@key", "file_path"),
    ("file:///etc/key", "file_path"),
    ("C:\\keys\\cmdop.txt", "file_path"),
    ("op://Work/CMDOP/credential", "secret_reference"),
    ("vault:secret/data/cmdop#key", "secret_reference"),
    ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:cmdop", "secret_reference"),
    ("projects/acme/secrets/cmdop/versions/latest", "secret_reference"),
    ("@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/k)", "secret_reference"),
    ("null", "literal_null"),
    ("None", "literal_null"),
    ("undefined", "literal_null"),
    ("\"\"", "literal_null"),
    ("true", "literal_null"),
    ("[object Object]", "literal_null"),
    ("<!DOCTYPE html><html><body>Sign in</body></html>", "html_page"),
    ("ENC[AES256_GCM,data:xyz,iv:abc,tag:def,type:str]", "encrypted"),
    ("$ANSIBLE_VAULT;1.1;AES256\n6638", "encrypted"),
    ("cat: /run/secrets/key: No such file or directory", "error_text"),
    ("Error: not signed in", "error_text"),
    ("cmd_acme_b7c8\u{fffd}d9e0f1a2b3c4", "not_utf8"),
    ("cmd_acme_b7c8d9e0f1a2b3c4cmd_acme_a1b2c3d4e5f6g7h8i9j0", "two_keys"),
    ("cmdacmeb7c8d9e0f1a2b3c4", "lost_underscores"),
    ("cmd_acme_b7c8!d9e0f1a2b3c4", "odd_character"),
    ("cmd_acme_b7c8éd9e0f1a2b3c4", "odd_character"),
];

#[test]
fn a_key_that_never_arrived_is_told_by_what_came_instead() {
    for (text, name) in LOST {
        let (slips, mends) = seen(text);
        assert_eq!(slips.last(), Some(name), "{text:?}: {slips:?}");
        assert!(!mends, "{text:?}");
    }
    assert_eq!(seen(&"x".repeat(20_000)).0, ["too_long"]);
}

#[test]
fn what_nothing_happened_to_has_no_slips() {
    let vendor = format!("gh{}{}", "p_", "q7Rk2Wp9Zt4Lx8Vb3Nm6q7Rk2Wp9Zt4Lx8Vb");
    let sound = [
        KEY,
        "cmd_my-team_Zk3Q9pLr81TnWabc",
        "cmd_acme_a-b_c=d9e0f1a2b3c4=",
        &vendor,
        "your-api-key-here",
        "<API_KEY>",
        "cmd_acme_xxx",
        "cmd_acme_a1b2c3d4e5f6...",
        "cmdop_live_abcdef",
        "https://api.cmdop.com/v1",
        "ada@example.com",
        "at-1700000000",
        "correct horse battery staple",
        "p4ss'word",
        "4a7d1ed4-14f7-4e2f-8a6b-0c1d2e3f4a5b",
    ];
    for text in sound {
        assert_eq!(seen(text), (vec![], false), "{text}");
    }
}

#[test]
fn a_vendor_s_key_is_known_through_what_happened_to_it() {
    let shapes = shapes();
    let examined = examine(&format!("\"gh{}{}\"\n", "p_", "q7Rk2Wp9Zt4Lx8Vb3Nm6q7Rk2Wp9Zt4Lx8Vb"), shapes);
    assert_eq!(examined.slips, ["newline_end", "double_quotes"]);
    assert_eq!(examined.likeness.unwrap().shape.id, "github_classic_token");
    assert!(!examined.mends_to_key() && !examined.is_key());
}

#[test]
fn the_guide_tells_every_slip_and_only_those() {
    let guide = include_str!("../../../rules/shapes/README.md");
    let (_, table) = guide.split_once("| name | what happened | undone |").unwrap();
    let told: Vec<(&str, bool)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|line| (line.split('`').next().unwrap(), line.ends_with("| yes |")))
        .collect();
    let known: Vec<(&str, bool)> =
        SLIPS.iter().map(|slip| (slip.name, matches!(slip.act, Act::Undo(_)))).collect();
    assert_eq!(told, known);
}

#[test]
fn every_slip_is_tried_above() {
    let spelled = [
        "inner_newline",
        "inner_blank",
        "homoglyph",
        "full_width",
        "wrong_case",
        "hyphen_for_underscore",
        "non_ascii_dash",
        "url_encoded",
        "base64_wrapped",
        "missing_prefix",
        "quoted_printable",
        "too_long",
    ];
    for slip in SLIPS {
        let tried = MENDED.iter().any(|(_, names)| names.contains(&slip.name))
            || LOST.iter().any(|(_, name)| *name == slip.name)
            || spelled.contains(&slip.name);
        assert!(tried, "{}", slip.name);
    }
}

#[test]
fn what_is_in_disguise_stands_first() {
    let first: Vec<&str> = SLIPS[..IN_DISGUISE].iter().map(|slip| slip.name).collect();
    assert_eq!(first, ["prefix_twice", "doubled", "too_long", "not_utf8", "two_keys"]);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_examined_without_a_panic(text in ".{0,80}", wrapped in "[\"'`<>\\[\\]{}()*$%@:=,;. \\\\\n\r\t…“”cmd_]{0,24}") {
        let shapes = shapes();
        let whole = format!("{wrapped}{KEY}{text}");
        for text in [&text, &wrapped, &whole, &format!("{text}{KEY}{wrapped}")] {
            let examined = examine(text, shapes);
            proptest::prop_assert!(examined.slips.len() <= MOST_ROUNDS);
            // Whatever was lost, nothing is called a key that is not one.
            proptest::prop_assert_eq!(examined.is_key(), examined.slips.is_empty() && shapes.is_key(text));
        }
    }
}
