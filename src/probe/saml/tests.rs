//! The `saml` probe against servers on loopback, good ones and broken ones.

use crate::model::evidence::Reading;
use crate::model::probe::ProbeKind;
use crate::probe::rig::{Play, all, answer, call, closed_port, context, head, look, server, told};

async fn asked(api: &str, url: &str) -> Reading {
    look(&call(ProbeKind::Saml, &[("of", url)]), &context(api, &[("SSL_CERT_FILE", "/none")])).await
}

async fn fetched(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Reading {
    let url = format!("http://{}/metadata", server(play).await);
    asked("http://127.0.0.1:4100", &url).await
}

#[tokio::test]
async fn metadata_without_certificates() {
    let document = "<EntityDescriptor entityID='urn:idp'><IDPSSODescriptor><SingleSignOnService Location='https://i/s'/>\
                    </IDPSSODescriptor></EntityDescriptor>";
    let reading = fetched(move |request| {
        assert!(!request.to_lowercase().contains("authorization"));
        answer("200 OK", "application/xml", document)
    });
    let facts = ["state", "status", "entity_id", "sign_on", "certificates", "not_after"];
    assert_eq!(all(&reading.await, facts), ["no_certificate", "200", "urn:idp", "https://i/s", "0", "-"]);
}

#[tokio::test]
async fn answers_that_are_none() {
    assert_eq!(told(&fetched(|_| head("HTTP/1.1 404 x")).await, "state"), "not_found");
    assert_eq!(told(&fetched(|_| head("HTTP/1.1 500 x")).await, "state"), "unreachable");
    assert_eq!(
        told(&fetched(|_| answer("200 OK", "text/html", "<!doctype html><html>")).await, "state"),
        "not_xml"
    );
    assert_eq!(told(&fetched(|_| answer("200 OK", "text/xml", "<a/>")).await, "state"), "not_metadata");
    let gone = format!("http://{}/", closed_port().await);
    assert_eq!(told(&asked("http://127.0.0.1:4100", &gone).await, "state"), "unreachable");
}

#[tokio::test]
async fn addresses_that_are_not_asked() {
    for url in [
        "https://127.0.0.1:1/",
        "https://localhost:1/",
        "https://[::1]:1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::ffff:192.168.0.1]/",
        "https://0.0.0.0/",
        "http://192.0.2.1/",
    ] {
        assert_eq!(told(&asked("https://192.0.2.10", url).await, "state"), "refused_address", "{url}");
    }
    // Where the API is on this machine, so may be the provider, but not in the cloud's own network.
    assert_eq!(
        told(&asked("http://127.0.0.1:1", "https://169.254.169.254/").await, "state"),
        "refused_address"
    );
}

#[tokio::test]
async fn a_redirect_is_judged_anew() {
    let reading =
        fetched(|_| head("HTTP/1.1 302 x\r\nLocation: https://169.254.169.254/latest/meta-data")).await;
    assert_eq!(told(&reading, "state"), "refused_address");
}
