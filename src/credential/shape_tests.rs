//! Every shape with a made-up sample, cut in two so that no scanner takes this file for a leak.

use super::*;
use crate::credential::specimen::{shape_list, shapes};

/// `n` characters that are neither secret nor a placeholder.
fn noise(n: usize) -> String {
    "q7Rk2Wp9Zt4Lx8Vb3Nm6".chars().cycle().take(n).collect()
}

fn hex(n: usize) -> String {
    "7c1e9a5d3b".chars().cycle().take(n).collect()
}

fn lower(n: usize) -> String {
    noise(n).to_lowercase()
}

/// Shape, beginning, rest.
fn samples() -> Vec<(&'static str, &'static str, String)> {
    let uuid = format!("{}-{}-{}-{}-{}", hex(8), hex(4), hex(4), hex(4), hex(12));
    vec![
        ("cmdop_key", "cmd_", "acme_a1b2c3d4e5f6g7h8i9j0".into()),
        ("json_web_token", "eyJ", format!("{}.{}.{}", noise(20), noise(40), noise(43))),
        ("cmdop_live_key", "cmdop_live_", noise(24)),
        ("cmdop_test_key", "cmdop_test_", noise(24)),
        ("cmdop_apikey", "cmdop_apikey_", noise(24)),
        ("cmdop_enrolment_key", "cmdop_enroll_", noise(24)),
        ("cmdop_sdk_key", "cmdop_", noise(24)),
        ("cmdop_ck_live_key", "ck_live_", noise(24)),
        ("cmdop_ck_key", "ck_", noise(24)),
        ("cmdop_cli_token", "clit_", noise(24)),
        ("cmdop_cli_refresh_token", "clitr_", noise(24)),
        ("github_classic_token", "gh", format!("p_{}", noise(36))),
        ("github_fine_grained_token", "github", format!("_pat_{}_{}", noise(22), noise(59))),
        ("github_app_token", "gh", format!("s_{}", noise(36))),
        ("gitlab_token", "gl", format!("pat-{}", noise(20))),
        ("gitlab_machine_token", "gl", format!("rt-{}", noise(20))),
        ("bitbucket_app_password", "ATB", format!("B{}", noise(32))),
        ("bitbucket_access_token", "ATC", format!("TT3{}", noise(60))),
        ("atlassian_api_token", "ATA", format!("TT3{}", noise(180))),
        ("sourcegraph_token", "sg", format!("p_{}", hex(40))),
        ("npm_token", "np", format!("m_{}", noise(36))),
        ("pypi_token", "py", format!("pi-{}", noise(90))),
        ("rubygems_key", "ruby", format!("gems_{}", hex(48))),
        ("nuget_key", "oy", format!("2{}", lower(43))),
        ("docker_token", "dckr", format!("_pat_{}", noise(27))),
        ("artifactory_key", "AKC", format!("p{}", noise(69))),
        ("circleci_token", "CCI", format!("PAT_{}_{}", noise(22), hex(40))),
        ("buildkite_token", "bk", format!("ua_{}", hex(40))),
        ("postman_key", "PM", format!("AK-{}-{}", hex(24), hex(34))),
        ("pulumi_token", "pu", format!("l-{}", hex(40))),
        ("terraform_token", "", format!("{}.atlas{}.{}", noise(14), "v1", noise(67))),
        ("jetbrains_token", "pe", format!("rm:{}.{}.{}", noise(10), noise(10), noise(20))),
        ("aws_access_key_id", "AK", format!("IA{}", "Q7RKWP2ZTLXVBNMS")),
        ("google_api_key", "AI", format!("za{}", noise(35))),
        ("google_access_token", "ya", format!("29.{}", noise(60))),
        ("google_refresh_token", "1/", format!("/{}", noise(60))),
        ("google_client_secret", "GOC", format!("SPX-{}", noise(28))),
        ("azure_client_secret", "", format!("{}8Q{}{}", "abC", "~", noise(32))),
        ("azure_storage_key", "", format!("{}==", noise(86))),
        ("digitalocean_token", "do", format!("p_v1_{}", hex(64))),
        ("heroku_token", "HR", format!("KU-{}", noise(60))),
        ("cloudflare_token", "cf", format!("ut_{}", noise(40))),
        ("cloudflare_origin_key", "v1", format!(".0-{}-{}", hex(24), hex(146))),
        ("vercel_token", "vc", format!("p_{}", noise(50))),
        ("netlify_token", "nf", format!("p_{}", noise(36))),
        ("fly_token", "fo", format!("1_{}", noise(43))),
        ("render_key", "rn", format!("d_{}", noise(28))),
        ("supabase_token", "sb", format!("p_{}", hex(40))),
        ("supabase_project_key", "sb_", format!("secret_{}", noise(31))),
        ("planetscale_token", "psc", format!("ale_tkn_{}", noise(43))),
        ("neon_key", "na", format!("pi_{}", noise(64))),
        ("databricks_token", "da", format!("pi{}", hex(32))),
        ("vault_token", "hv", format!("s.{}", noise(90))),
        ("doppler_token", "dp", format!(".pt.{}", noise(43))),
        ("onepassword_service_token", "ops", format!("_eyJ{}", noise(200))),
        ("tailscale_key", "ts", format!("key-auth-{}-{}", noise(12), noise(32))),
        ("slack_token", "xo", format!("xb-{}-{}", "123456789012", noise(24))),
        ("slack_app_token", "xa", format!("pp-1-A{}-{}", noise(10), hex(64))),
        ("slack_webhook", "https://hooks", format!(".slack.com/services/T{}/B{}", noise(8), noise(24))),
        ("telegram_bot_token", "", format!("1234567890:{}", noise(35))),
        ("discord_bot_token", "", format!("M{}.{}.{}", noise(23), noise(6), noise(38))),
        ("twilio_key", "S", format!("K{}", hex(32))),
        ("sendgrid_key", "S", format!("G.{}.{}", noise(22), noise(43))),
        ("mailgun_key", "ke", format!("y-{}", hex(32))),
        ("mailchimp_key", "", format!("{}-us12", hex(32))),
        ("brevo_key", "xk", format!("eysib-{}-{}", hex(64), noise(16))),
        ("resend_key", "re", format!("_{}_{}", noise(8), noise(24))),
        ("stripe_key", "sk", format!("_live_{}", noise(24))),
        ("square_token", "sq", format!("0atp-{}", noise(22))),
        ("shopify_token", "sh", format!("pat_{}", hex(32))),
        ("datadog_token", "dd", format!("app_{}", noise(34))),
        ("new_relic_key", "NR", format!("AK-{}", noise(27))),
        ("sentry_token", "sn", format!("trys_{}", noise(120))),
        ("grafana_token", "gl", format!("sa_{}_{}", noise(32), hex(8))),
        ("posthog_key", "ph", format!("x_{}", noise(43))),
        ("launchdarkly_key", "sd", format!("k-{uuid}")),
        ("linear_key", "lin", format!("_api_{}", noise(40))),
        ("notion_token", "nt", format!("n_{}", noise(46))),
        ("figma_token", "fi", format!("gd_{}", noise(40))),
        ("airtable_token", "pa", format!("t{}.{}", noise(14), hex(64))),
        ("contentful_token", "CF", format!("PAT-{}", noise(43))),
        ("mapbox_token", "pk", format!(".eyJ{}.{}", noise(60), noise(22))),
        ("dropbox_token", "s", format!("l.{}", noise(130))),
        ("openai_key", "sk", format!("-proj-{}", noise(48))),
        ("anthropic_key", "sk", format!("-ant-api03-{}", noise(93))),
        ("openrouter_key", "sk", format!("-or-v1-{}", hex(64))),
        ("groq_key", "gs", format!("k_{}", noise(52))),
        ("xai_key", "xa", format!("i-{}", noise(80))),
        ("perplexity_key", "pp", format!("lx-{}", noise(48))),
        ("hugging_face_token", "h", format!("f_{}", noise(34))),
        ("replicate_token", "r", format!("8_{}", noise(37))),
        ("langsmith_key", "ls", format!("v2_pt_{}_{}", hex(32), hex(10))),
        ("pinecone_key", "pc", format!("sk_{}_{}", noise(6), noise(60))),
        ("ssh_public_key", "ssh-", format!("ed25519 {} ada@example", noise(68))),
        ("pem_block", "-----BEGIN ", format!("PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", noise(64))),
        ("age_secret_key", "AGE-SECRET", format!("-KEY-1{}", noise(58).to_uppercase())),
        ("password_hash", "$2b", format!("$12${}", noise(53))),
        ("url", "https://", "example.com/path".into()),
        ("connection_string", "postgres", "://db.example.com/app".into()),
        ("json_document", "{", "\"type\": \"service_account\", \"id\": 1}".into()),
        ("email_address", "", "ada@example.com".into()),
        ("uuid", "", uuid),
        ("hexadecimal_digits", "", hex(40)),
        ("cmdop_key_example", "cmd_", "acme_a1b2c3d4e5f6...".into()),
        ("placeholder_in_brackets", "<", "API_KEY>".into()),
        ("placeholder_words", "", "your-api-key-here".into()),
        ("placeholder_change_me", "", "CHANGEME".into()),
        ("placeholder_word", "", "xxxxxxxx".into()),
    ]
}

#[test]
fn every_shape_knows_its_own_and_no_other_does() {
    let shapes = shapes();
    for (id, start, rest) in samples() {
        let sample = format!("{start}{rest}");
        let found = shapes.classify(&sample).unwrap_or_else(|| panic!("{id}: nobody's"));
        assert_eq!((found.shape.id, found.whole), (id, true), "{sample}");
    }
}

#[test]
fn every_shape_has_a_sample_and_compiles_and_reads_after_this_is() {
    let samples = samples();
    for shape in shape_list() {
        assert!(samples.iter().any(|(id, _, _)| *id == shape.id), "{} has no sample", shape.id);
        assert!(compile(shape.pattern).is_some(), "{}", shape.id);
        let article = ["a ", "an ", "the "].iter().any(|article| shape.says.starts_with(article));
        assert!(article && !shape.says.ends_with('.'), "{}: {}", shape.id, shape.says);
    }
}

#[test]
fn ids_are_unique_and_forty_vendors_are_known() {
    let mut ids: Vec<&str> = shape_list().iter().map(|shape| shape.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(shape_list().iter().filter(|shape| shape.family == Family::Foreign).count() >= 40);
}

#[test]
fn a_beginning_alone_tells_the_vendor() {
    let shapes = shapes();
    for (text, id) in
        [("ghp_short", "github_classic_token"), ("cmd_acme", "cmdop_key"), ("cmd_acme_", "cmdop_key")]
    {
        let found = shapes.classify(text).unwrap();
        assert_eq!((found.shape.id, found.whole), (id, false), "{text}");
        assert!(!shapes.is_key(text));
    }
    assert_eq!(shapes.classify("SKanything"), None);
}

#[test]
fn placeholders_are_told_from_keys() {
    let shapes = shapes();
    let placeholders = [
        "cmd_acme_a1b2c3d4e5f6...",
        "cmd_acme_a1b2c3d4e5f6…",
        "cmd_acme_xxx",
        "cmd_acme_XXXXXXXXXXXX",
        "cmd_xxx",
        "cmd_<workspace>_<random>",
        "cmd_...",
        "cmd_your_api_key",
        "your-api-key-here",
        "YOUR_API_KEY",
        "<your-key>",
        "<API_KEY>",
        "[API KEY]",
        "CHANGEME",
        "change-me",
        "REPLACE_ME",
        "TODO",
        "placeholder",
        "xxx",
        "api_key",
        "CMDOP_API_KEY",
        "insert your key here",
        "test",
        "secret",
        "123456",
        "my-secret-key",
    ];
    for text in placeholders {
        let found = shapes.classify(text);
        assert_eq!(family_name(found), "example", "{text}");
        assert!(found.is_some_and(|found| found.whole), "{text}");
    }
    for text in ["cmd_acme_a1b2c3d4e5f6g7h8i9j0", "cmd_my-team_Zk3xxxQ9pLr81TnW", "cmd_acme_a1b2c3d4e5f6"] {
        assert!(shapes.is_key(text), "{text}");
    }
}

#[test]
fn opaque_tokens_of_any_server_are_nobody_s() {
    let shapes = shapes();
    for text in ["at-1700000000", "kzrUq2tMN0c8pQd5", "Xy.12~ab", "tok"] {
        assert_eq!(shapes.classify(text), None, "{text}");
    }
    for text in ["4a7d1ed4-14f7-4e2f-8a6b-0c1d2e3f4a5b", "test", &hex(40)] {
        assert!(shapes.classify(text).is_some(), "{text}");
        assert_eq!(shapes.classify_token(text), None, "{text}");
    }
}

#[test]
fn a_prefix_shows_what_is_public_and_no_more() {
    let shapes = shapes();
    let prefix = |text: &str| public_prefix(text, shapes.classify(text));
    assert_eq!(prefix("cmd_acme_a1b2c3d4e5f6g7h8i9j0"), "cmd_acme_a1b");
    assert_eq!(prefix("cmd_a_12345678"), "cmd_a_1");
    assert_eq!(prefix("cmd_acme"), "cmd_");
    assert_eq!(prefix(&format!("gh{}{}", "p_", noise(36))), concat!("gh", "p_"));
    assert_eq!(prefix("at-1700000000"), "at-");
    assert_eq!(prefix("hunter22"), "hu");
    assert_eq!(prefix("pw"), "");
}

#[test]
fn a_key_has_a_workspace_and_a_random_part() {
    let shape = shapes().classify("cmd_acme_a1b2c3d4e5f6g7h8i9j0").unwrap().shape;
    assert_eq!(parts_of_key("cmd_acme-corp_ab_cd", shape), ("acme-corp", "ab_cd"));
    assert_eq!(parts_of_key("cmd_acme", shape), ("acme", ""));
    assert!(is_cut_short("a1b2c3d4e5f") && !is_cut_short("a1b2c3d4e5f6g7h8"));
}

#[test]
fn a_shape_that_does_not_compile_fits_nothing() {
    let broken = Shape { id: "b", says: "a b", family: Family::Key, prefixes: List(&["b"]), pattern: "b(" };
    let shapes = Shapes::new(List::keep(vec![broken]));
    assert_eq!(shapes.classify("b("), None);
}
