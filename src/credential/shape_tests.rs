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

/// Shape, beginning, rest: `<n36>` stands for 36 characters of noise, `h` for hexadecimal digits,
/// `l` and `u` for noise in lower and upper case.
const SAMPLES: &[(&str, &str, &str)] = &[
    ("cmdop_key", "cmd_", "acme_a1b2c3d4e5f6g7h8i9j0"),
    ("json_web_token", "eyJ", "<n20>.<n40>.<n43>"),
    ("cmdop_live_key", "cmdop_live_", "<n24>"),
    ("cmdop_test_key", "cmdop_test_", "<n24>"),
    ("cmdop_apikey", "cmdop_apikey_", "<n24>"),
    ("cmdop_enrolment_key", "cmdop_enroll_", "<n24>"),
    ("cmdop_sdk_key", "cmdop_", "<n24>"),
    ("cmdop_ck_live_key", "ck_live_", "<n24>"),
    ("cmdop_ck_key", "ck_", "<n24>"),
    ("cmdop_cli_token", "clit_", "<n24>"),
    ("cmdop_cli_refresh_token", "clitr_", "<n24>"),
    ("github_classic_token", "gh", "p_<n36>"),
    ("github_fine_grained_token", "github", "_pat_<n22>_<n59>"),
    ("github_app_token", "gh", "s_<n36>"),
    ("gitlab_token", "gl", "pat-<n20>"),
    ("gitlab_machine_token", "gl", "rt-<n20>"),
    ("bitbucket_app_password", "ATB", "B<n32>"),
    ("bitbucket_access_token", "ATC", "TT3<n60>"),
    ("atlassian_api_token", "ATA", "TT3<n180>"),
    ("sourcegraph_token", "sg", "p_<h40>"),
    ("npm_token", "np", "m_<n36>"),
    ("pypi_token", "py", "pi-<n90>"),
    ("rubygems_key", "ruby", "gems_<h48>"),
    ("nuget_key", "oy", "2<l43>"),
    ("docker_token", "dckr", "_pat_<n27>"),
    ("artifactory_key", "AKC", "p<n69>"),
    ("circleci_token", "CCI", "PAT_<n22>_<h40>"),
    ("buildkite_token", "bk", "ua_<h40>"),
    ("postman_key", "PM", "AK-<h24>-<h34>"),
    ("pulumi_token", "pu", "l-<h40>"),
    ("terraform_token", "", "<n14>.atlasv1.<n67>"),
    ("jetbrains_token", "pe", "rm:<n10>.<n10>.<n20>"),
    ("aws_access_key_id", "AK", "IAQ7RKWP2ZTLXVBNMS"),
    ("google_api_key", "AI", "za<n35>"),
    ("google_access_token", "ya", "29.<n60>"),
    ("google_refresh_token", "1/", "/<n60>"),
    ("google_client_secret", "GOC", "SPX-<n28>"),
    ("azure_client_secret", "", "abC8Q~<n32>"),
    ("azure_storage_key", "", "<n86>=="),
    ("digitalocean_token", "do", "p_v1_<h64>"),
    ("heroku_token", "HR", "KU-<n60>"),
    ("cloudflare_token", "cf", "ut_<n40>"),
    ("cloudflare_origin_key", "v1", ".0-<h24>-<h146>"),
    ("vercel_token", "vc", "p_<n50>"),
    ("netlify_token", "nf", "p_<n36>"),
    ("fly_token", "fo", "1_<n43>"),
    ("render_key", "rn", "d_<n28>"),
    ("supabase_token", "sb", "p_<h40>"),
    ("supabase_project_key", "sb_", "secret_<n31>"),
    ("planetscale_token", "psc", "ale_tkn_<n43>"),
    ("neon_key", "na", "pi_<n64>"),
    ("databricks_token", "da", "pi<h32>"),
    ("vault_token", "hv", "s.<n90>"),
    ("doppler_token", "dp", ".pt.<n43>"),
    ("onepassword_service_token", "ops", "_eyJ<n200>"),
    ("tailscale_key", "ts", "key-auth-<n12>-<n32>"),
    ("slack_token", "xo", "xb-123456789012-<n24>"),
    ("slack_app_token", "xa", "pp-1-A<n10>-<h64>"),
    ("slack_webhook", "https://hooks", ".slack.com/services/T<n8>/B<n24>"),
    ("telegram_bot_token", "", "1234567890:<n35>"),
    ("discord_bot_token", "", "M<n23>.<n6>.<n38>"),
    ("twilio_key", "S", "K<h32>"),
    ("sendgrid_key", "S", "G.<n22>.<n43>"),
    ("mailgun_key", "ke", "y-<h32>"),
    ("mailchimp_key", "", "<h32>-us12"),
    ("brevo_key", "xk", "eysib-<h64>-<n16>"),
    ("resend_key", "re", "_<n8>_<n24>"),
    ("stripe_key", "sk", "_live_<n24>"),
    ("square_token", "sq", "0atp-<n22>"),
    ("shopify_token", "sh", "pat_<h32>"),
    ("datadog_token", "dd", "app_<n34>"),
    ("new_relic_key", "NR", "AK-<n27>"),
    ("sentry_token", "sn", "trys_<n120>"),
    ("grafana_token", "gl", "sa_<n32>_<h8>"),
    ("posthog_key", "ph", "x_<n43>"),
    ("launchdarkly_key", "sd", "k-<h8>-<h4>-<h4>-<h4>-<h12>"),
    ("linear_key", "lin", "_api_<n40>"),
    ("notion_token", "nt", "n_<n46>"),
    ("figma_token", "fi", "gd_<n40>"),
    ("airtable_token", "pa", "t<n14>.<h64>"),
    ("contentful_token", "CF", "PAT-<n43>"),
    ("mapbox_token", "pk", ".eyJ<n60>.<n22>"),
    ("dropbox_token", "s", "l.<n130>"),
    ("openai_key", "sk", "-proj-<n48>"),
    ("anthropic_key", "sk", "-ant-api03-<n93>"),
    ("openrouter_key", "sk", "-or-v1-<h64>"),
    ("groq_key", "gs", "k_<n52>"),
    ("xai_key", "xa", "i-<n80>"),
    ("perplexity_key", "pp", "lx-<n48>"),
    ("hugging_face_token", "h", "f_<n34>"),
    ("replicate_token", "r", "8_<n37>"),
    ("langsmith_key", "ls", "v2_pt_<h32>_<h10>"),
    ("pinecone_key", "pc", "sk_<n6>_<n60>"),
    ("ssh_public_key", "ssh-", "ed25519 <n68> ada@example"),
    ("pem_block", "-----BEGIN ", "PRIVATE KEY-----\n<n64>\n-----END PRIVATE KEY-----\n"),
    ("age_secret_key", "AGE-SECRET", "-KEY-1<u58>"),
    ("password_hash", "$2b", "$12$<n53>"),
    ("url", "https://", "example.com/path"),
    ("connection_string", "postgres", "://db.example.com/app"),
    ("json_document", "{", "\"type\": \"service_account\", \"id\": 1}"),
    ("email_address", "", "ada@example.com"),
    ("uuid", "", "<h8>-<h4>-<h4>-<h4>-<h12>"),
    ("hexadecimal_digits", "", "<h40>"),
    ("cmdop_key_example", "cmd_", "acme_a1b2c3d4e5f6..."),
    ("placeholder_in_brackets", "<", "API_KEY>"),
    ("placeholder_words", "", "your-api-key-here"),
    ("placeholder_change_me", "", "CHANGEME"),
    ("placeholder_word", "", "xxxxxxxx"),
];

/// A sample, put together.
fn sample(start: &str, rest: &str) -> String {
    let hole = Regex::new("<([nhlu])([0-9]+)>").unwrap();
    let filled = hole.replace_all(rest, |found: &regex::Captures<'_>| {
        let length = found[2].parse().unwrap();
        match &found[1] {
            "h" => hex(length),
            "l" => noise(length).to_lowercase(),
            "u" => noise(length).to_uppercase(),
            _ => noise(length),
        }
    });
    format!("{start}{filled}")
}

#[test]
fn every_shape_knows_its_own_and_no_other_does() {
    let shapes = shapes();
    for (id, start, rest) in SAMPLES {
        let sample = sample(start, rest);
        let found = shapes.classify(&sample).unwrap_or_else(|| panic!("{id}: nobody's"));
        assert_eq!((found.shape.id, found.whole), (*id, true), "{sample}");
    }
}

#[test]
fn every_shape_has_a_sample_and_compiles_and_reads_after_this_is() {
    for shape in shape_list() {
        assert!(SAMPLES.iter().any(|(id, _, _)| *id == shape.id), "{} has no sample", shape.id);
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
        concat!("TO", "DO"),
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
    let broken =
        Shape { id: "b", says: "a b", family: Family::Key, prefixes: List::of(&["b"]), pattern: "b(" };
    let shapes = Shapes::new(List::keep(vec![broken]));
    assert_eq!(shapes.classify("b("), None);
}
