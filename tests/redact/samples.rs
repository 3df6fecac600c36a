//! What stands in place of each kind of secret, in the texts that people post. Samples are cut in
//! two so that no scanner takes this file for a leak.

use crate::{clean, redactor, without_prints};

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
const SHOWN: &str = "[cmd_acme_…, 29 characters, prefix ok, fingerprint #]";
const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ";
const JWT_SHOWN: &str = "[JWT, 54 characters, fingerprint #]";

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(clean(text), expected);
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

#[test]
fn credentials_wherever_they_stand() {
    for (before, after) in [
        ("", ""),
        ("> x-api-key: ", "\n"),
        ("CMDOP_API_KEY=", " cmdop doctor"),
        ("https://host/?key=", "&x=1"),
        ("{\"raw_key\": \"", "\"}"),
        ("\x1b[36m", "\x1b[0m"),
        ("{\\\"key\\\":\\\"", "\\\"}"),
        ("line\\n", "\\n"),
        ("a%3D", "%26b"),
        ("(", ")."),
        ("backup-", " gone"),
    ] {
        becomes(&format!("{before}{KEY}{after}"), &format!("{before}{SHOWN}{after}"));
        becomes(&format!("{before}{JWT}{after}"), &format!("{before}{JWT_SHOWN}{after}"));
    }
}

#[test]
fn vendors_are_named() {
    let github = format!("gh{}", "p_16C7e42F292c6912E7710c838347Ae178B4a");
    let shown = "[ghp_…, a GitHub personal access token, 40 characters, fingerprint #]";
    becomes(&format!("with {github}, then"), &format!("with {shown}, then"));
    let google = format!("ya{}", "29.a0AfH6SMBx3vQwErTyUiOpAsDfGhJk");
    becomes(
        &google,
        &format!("[ya29.…, a Google OAuth access token, {} characters, fingerprint #]", google.len()),
    );
    let telegram = format!("123456{}", "7890:AAq7Rk2Wp9Zt4Lx8Vb3Nm6q7Rk2Wp9Zt4Lx");
    becomes(&telegram, "[…, a Telegram bot token, 46 characters, fingerprint #]");
}

#[test]
fn headers() {
    becomes(&format!("Authorization: Bearer {KEY}\r\n"), &format!("Authorization: Bearer {SHOWN}\r\n"));
    becomes(
        "curl -H 'authorization: Basic YWRhOmh1bnRlcjI=' https://h",
        "curl -H 'authorization: Basic [secret, 16 characters, fingerprint #]' https://h",
    );
    becomes(
        "Proxy-Authorization: Bearer abc",
        "Proxy-Authorization: Bearer [secret, 3 characters, fingerprint #]",
    );
    becomes(
        "Set-Cookie: sid=q7Rk2Wp9Zt4Lx8Vb3Nm6; Path=/; HttpOnly",
        "Set-Cookie: sid=[secret, 20 characters, fingerprint #]; Path=/; HttpOnly",
    );
    becomes("< cookie: a=1; b=two", "< cookie: a=***; b=***");
}

#[test]
fn what_only_its_name_tells() {
    becomes("password=hunter2 user=ada", "password=*** user=ada");
    becomes("password: correct horse\nuser: ada", "password: *** horse\nuser: ada");
    becomes("{\"password\": \"cor\\\"rect horse\", \"a\": 1}", "{\"password\": \"***\", \"a\": 1}");
    becomes("export DB_PASSWORD='p;a,s&s'", "export DB_PASSWORD='***'");
    becomes("DB_PASS=p;a,s&s next", "DB_PASS=*** next");
    becomes("mysql --password hunter2 -h db", "mysql --password *** -h db");
    becomes("curl -u ada:hunter2 https://h", "curl -u ada:*** https://h");
    becomes("client_secret%3Dabc%2Fdef%26x", "client_secret%3D***%26x");
    becomes(
        "%22access_token%22%3A%22q7Rk2Wp9Zt4Lx8Vb%22",
        "%22access_token%22%3A%22[secret, 16 characters, fingerprint #]%22",
    );
    becomes("{'refresh_token': 'q7Rk2Wp9'}", "{'refresh_token': '***'}");
    becomes(
        "\"user_code\": \"WDJB-MJHT\", \"expires_in\": 900",
        "\"user_code\": \"***\", \"expires_in\": 900",
    );
    becomes("code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "code_verifier=***");
    becomes("GET /callback?code=abcd&state=xyz HTTP/1.1", "GET /callback?code=***&state=*** HTTP/1.1");
    becomes("one-time code: 123456.", "one-time code: ***.");
}

#[test]
fn logins_in_addresses() {
    becomes("http://ada:hunter2@proxy:3128/", "http://ada:***@proxy:3128/");
    becomes("https_proxy=http://ada:p/w:x@proxy", "https_proxy=http://ada:***@proxy");
    becomes("proxy ada:hunter2@proxy.corp:3128", "proxy ada:***@proxy.corp:3128");
    becomes("postgres://u:p%40w@db/x", "postgres://u:***@db/x");
    stays("https://host:8080/path/@scope/name and git@github.com:a/b.git and ada@example.com");
}

#[test]
fn private_keys_are_gone_as_a_whole() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n".repeat(20);
    let begin = format!("-----BEGIN RSA {}-----", "PRIVATE KEY");
    let key = format!("{begin}\n{body}-----END RSA PRIVATE KEY-----");
    becomes(&format!("a\n{key}\nb"), "a\n[private key, fingerprint #]\nb");
    becomes(&key.replace('\n', "\\n"), "[private key, fingerprint #]");
    becomes(&format!("{begin}\n{body}and more"), "[private key, fingerprint #]\nand more");
    stays(
        "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END CERTIFICATE-----",
    );
}

#[test]
fn base64_of_secrets() {
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("export CMDOP_API_KEY={KEY}\n"));
    let expected = format!("data: [base64 of a secret, {} characters, fingerprint #]", encoded.len());
    becomes(&format!("data: {encoded}"), &expected);
    stays("data: aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0IG9mIG5vdGhpbmc=");
}

#[test]
fn a_password_that_looks_like_a_host_is_a_password() {
    let out = redactor(true).text(b"password=db.example.com otp=ada@example.com at db.example.com");
    assert_eq!(String::from_utf8(out).unwrap(), "password=*** otp=*** at host-1");
}

#[test]
fn names_on_request_have_numbers() {
    let mut redactor = redactor(true);
    let mut clean = |text: &str| without_prints(&String::from_utf8(redactor.text(text.as_bytes())).unwrap());
    assert_eq!(
        clean(
            "ada@example.com at build7.corp.example.com, then Ada@Example.com, https://db.internal:5432/x."
        ),
        "user-1 at host-1, then user-1, https://host-2:5432/x."
    );
    assert_eq!(clean("db.internal and bob@x.org"), "host-2 and user-2");
    assert_eq!(
        clean("api.cmdop.com cmdop.v1.Sessions main.rs 10.0.0.1 v1.2.3"),
        "api.cmdop.com cmdop.v1.Sessions main.rs 10.0.0.1 v1.2.3"
    );
    assert_eq!(clean("user-1 at host-2"), "user-1 at host-2");
}

#[test]
fn equal_secrets_have_equal_fingerprints() {
    let text = redactor(false).text(format!("{KEY} {KEY} {JWT}").as_bytes());
    let text = String::from_utf8(text).unwrap();
    let prints: Vec<&str> = text.split("fingerprint ").skip(1).map(|part| &part[..8]).collect();
    assert!(prints[0] == prints[1] && prints[0] != prints[2]);
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "id 123e4567-e89b-12d3-a456-426614174000 sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\">",
        "\"integrity\": \"sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==\"",
        "Error: token expired, token: expired, token is invalid; password: incorrect",
        "rpc error: code = PermissionDenied desc = x; status code=404; \"code\":\"two_factor_required\",\"code\": 401",
        "{\"state\":\"active\",\"error\":null}, OAuth callback failed: state mismatch, exit code: 3, state=STATE_RUNNING",
        "CMDOP_API_KEY is unset, api_key=, token=\"\", password=$DB_PASSWORD, secret: ${{ secrets.KEY }}",
        "2026-11-01T00:00:00.022Z DEBUG cmdop::auth: token cache hit, expires in 1724s tokens=4096 max_tokens: 12",
        "cmd_list_directories cmdop_agent_configuration cmdop_debug_20261123 sk-learn-estimators-are-nice",
        "/usr/lib/x86_64-linux-gnu/libssl.so.3 and a-very-long-name-of-something-with-many-parts",
        "authorization: required, Authorization Server, permission check passed for scope sessions:read",
        "-v --verbose -p 8080 --user ada -u root",
    ] {
        stays(text);
    }
}

#[test]
fn redacted_texts_stay_redacted() {
    for text in [
        format!("Authorization: Bearer {KEY}\npassword=hunter2&x"),
        format!("{{\"access_token\":\"{JWT}\",\"refresh_token\":\"clitr_0123456789abcdef0\"}} https://a:b@h"),
        "Cookie: a=1; b=q7Rk2Wp9Zt4Lx8Vb3Nm6 \nset-cookie: x=y".to_owned(),
        format!("curl -u ada:hunter2 -H 'Authorization: Basic YWRhOmh1bnRlcjI=' --token {JWT}"),
    ] {
        let once = redactor(false).text(text.as_bytes());
        let twice = redactor(false).text(&once);
        assert_eq!(String::from_utf8(twice).unwrap(), String::from_utf8(once).unwrap());
    }
}

#[test]
fn broken_tokens_are_whole_secrets() {
    let token = format!("eyJhbGciOiJSUzI1NiJ9.eyJ{}.{}", "aB3_".repeat(40), "xY-7".repeat(30));
    for width in [40, 72, 80, 132] {
        let pasted = format!("curl -H \"Authorization: Bearer {token}\" https://api.cmdop.com/");
        let lines: Vec<&str> =
            pasted.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let left = clean(&lines.join("\n"));
        for part in ["aB3_aB3_", "xY-7xY-7"] {
            assert!(!left.contains(part), "{width}: {left}");
        }
    }
}
