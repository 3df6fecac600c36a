//! How often is asked, when it stops, and what a server may leave out.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::auth::oauth::discovery;
use crate::credential::rig::{Play, answer, context, head, json as answer_json, server};

/// Remembers what it is told.
#[derive(Default)]
struct Listener(Mutex<Vec<Notice>>);

impl Person for Listener {
    fn tell(&self, notice: &Notice) {
        if !matches!(notice, Notice::Left(_)) {
            self.0.lock().unwrap().push(notice.clone());
        }
    }
}

/// What comes of a device flow where the device endpoint answers `device`, and the polls `polls`, by
/// their number.
async fn flow(
    device: serde_json::Value,
    polls: impl Fn(usize, &str) -> Play + Send + Sync + 'static,
) -> (Result<Grant, NotSignedIn>, Vec<Notice>) {
    let polled = AtomicUsize::new(0);
    let address = server(move |request| {
        if request.starts_with("POST /api/system/oauth/device/ ") {
            answer_json("200 OK", &device)
        } else if request.starts_with("POST /api/system/oauth/token/ ") {
            polls(polled.fetch_add(1, Ordering::SeqCst), request)
        } else {
            head("HTTP/1.1 404 Not Found\r\nContent-Length: 0")
        }
    });
    let ctx = context(&format!("http://{}", address.await), &[]);
    let endpoints = discovery::endpoints(&ctx, Instant::now() + REQUEST).await.unwrap();
    let person = Listener::default();
    let done = grant(&ctx, &endpoints, &Wish::default(), None, &person).await;
    (done, person.0.into_inner().unwrap())
}

fn device() -> serde_json::Value {
    json!({
        "device_code": "dev-s3cr3t", "user_code": "ABC-XYZ", "verification_uri": "https://cmdop.test/device",
        "verification_uri_complete": "https://cmdop.test/device?user_code=ABC-XYZ",
        "expires_in": 60, "interval": 1,
    })
}

fn but(name: &str, value: serde_json::Value) -> serde_json::Value {
    let mut device = device();
    device[name] = value;
    device
}

fn refusal(code: &str) -> Play {
    answer_json("400 Bad Request", &json!({ "error": code }))
}

fn granted() -> Play {
    answer_json("200 OK", &json!({ "access_token": "a" }))
}

#[tokio::test]
async fn trouble_between_polls_is_survived() {
    let (done, told) = flow(device(), |poll, request| {
        assert!(request.contains("device_code=dev-s3cr3t") && request.contains("device_code&"), "{request}");
        match poll {
            0 => Play::Say(Vec::new()),
            1 => answer("502 Bad Gateway", "text/html", "<h1>proxy</h1>"),
            _ => granted(),
        }
    })
    .await;
    assert_eq!(done.unwrap().access.expose(), "a");
    let troubles = told.iter().filter(|notice| matches!(notice, Notice::Trouble(_))).count();
    assert_eq!(troubles, 1, "one word for one spell of trouble: {told:?}");
    let Notice::Code { user_code, page, complete, foreign_host, left } = &told[0] else { panic!("{told:?}") };
    assert_eq!((user_code.as_str(), page.as_str()), ("ABC-XYZ", "https://cmdop.test/device"));
    assert!(complete.is_some() && *left == Duration::from_secs(60));
    assert_eq!(foreign_host.as_deref(), Some("cmdop.test"));
}

#[tokio::test]
async fn it_stops_by_itself_when_the_code_ends() {
    for pending in ["authorization_pending", ""] {
        let (done, _) = flow(but("expires_in", json!(2)), move |_, _| match pending {
            "" => head("HTTP/1.1 400 Bad Request\r\nContent-Length: 0"),
            code => refusal(code),
        })
        .await;
        assert_eq!(done.unwrap_err(), NotSignedIn::DeviceExpired, "{pending}");
    }
}

#[tokio::test]
async fn a_clear_no_ends_it() {
    for (code, why) in
        [("access_denied", NotSignedIn::DeviceDenied(None)), ("expired_token", NotSignedIn::DeviceExpired)]
    {
        let (done, _) = flow(device(), move |_, _| refusal(code)).await;
        assert_eq!(done.unwrap_err(), why);
    }
    let (done, _) = flow(device(), |_, _| refusal("invalid_grant")).await;
    assert!(matches!(done.unwrap_err(), NotSignedIn::DeviceFailed(_)));
}

#[tokio::test]
async fn a_device_answer_without_what_it_takes_is_refused() {
    for (lacking, value) in [
        ("device_code", json!(null)),
        ("user_code", json!("")),
        ("verification_uri", json!("javascript:alert(1)")),
        ("verification_uri", json!("http://evil.test/")),
        ("verification_uri", json!("https://ada:pw@evil.test/")),
    ] {
        let (done, told) = flow(but(lacking, value), |_, _| granted()).await;
        assert!(matches!(done.unwrap_err(), NotSignedIn::NoDeviceCode(_)), "{lacking}");
        assert!(told.is_empty(), "{told:?}");
    }
}

async fn endpoints(pending_status: Option<u16>) -> Endpoints {
    let ctx = context("http://127.0.0.1:1", &[]);
    let base = Url::parse(&ctx.settings.issuer.value).unwrap();
    let mut endpoints = Endpoints::documented(&ctx.settings.issuer.value, &base, &ctx.settings);
    endpoints.quirks.pending_status = pending_status;
    endpoints
}

fn by_server(status: u16, code: Option<&str>) -> Refused {
    let code = code.map(str::to_owned);
    Refused::ByServer(Refusal { code, description: None, login_url: None, status, retry_after: None })
}

#[tokio::test]
async fn slow_down_adds_five_seconds_each_time() {
    let endpoints = endpoints(None).await;
    let mut pace = Pace { interval: INTERVAL, extra: Duration::ZERO, oddities: 0 };
    for seconds in [10, 15, 20] {
        assert!(matches!(pace.after(&by_server(400, Some("slow_down")), &endpoints), Next::Wait));
        assert_eq!(pace.wait(), Duration::from_secs(seconds));
    }
    for _ in 0..20 {
        pace.after(&by_server(400, Some("slow_down")), &endpoints);
    }
    assert_eq!(pace.wait(), SLOWEST);
}

#[tokio::test]
async fn trouble_is_waited_out_longer_each_time_and_forgotten() {
    let endpoints = endpoints(None).await;
    let mut pace = Pace { interval: INTERVAL, extra: Duration::ZERO, oddities: 0 };
    assert!(matches!(pace.after(&by_server(503, None), &endpoints), Next::WaitAndSay));
    assert!(matches!(pace.after(&by_server(503, None), &endpoints), Next::Wait));
    assert_eq!(pace.wait(), INTERVAL + Duration::from_secs(2));
    pace.after(&by_server(400, Some("authorization_pending")), &endpoints);
    assert_eq!(pace.wait(), INTERVAL);
    let page = Refused::Odd { status: 200, what: "it is a web page".to_owned() };
    for _ in 1..ODDITIES {
        assert!(!matches!(pace.after(&page, &endpoints), Next::Stop(_)));
    }
    assert!(matches!(pace.after(&page, &endpoints), Next::Stop(NotSignedIn::DeviceFailed(_))));
}

#[tokio::test]
async fn a_provider_s_own_status_means_not_yet() {
    let mut pace = Pace { interval: INTERVAL, extra: Duration::ZERO, oddities: 0 };
    assert!(matches!(pace.after(&by_server(428, None), &endpoints(Some(428)).await), Next::Wait));
    let stop = pace.after(&by_server(428, None), &endpoints(None).await);
    assert!(matches!(stop, Next::Stop(NotSignedIn::DeviceFailed(_))));
}

#[test]
fn what_a_device_answer_leaves_out_has_defaults() {
    let fields = json!({ "device_code": "d", "user_code": "u", "verification_url": "https://x.test/" });
    let reply = Reply::of(fields.as_object().unwrap().clone());
    let ctx = context("http://127.0.0.1:1", &[]);
    let base = Url::parse(&ctx.settings.issuer.value).unwrap();
    let endpoints = Endpoints::documented(&ctx.settings.issuer.value, &base, &ctx.settings);
    let code = read(&reply, &endpoints).unwrap();
    assert_eq!((code.interval, code.life), (INTERVAL, LIFE));
    for (interval, seconds) in
        [(json!(0), 5), (json!(-1), 5), (json!("2"), 2), (json!(1e9), 60), (json!(0.2), 1)]
    {
        let mut fields = fields.clone();
        fields["interval"] = interval.clone();
        let code = read(&Reply::of(fields.as_object().unwrap().clone()), &endpoints).unwrap();
        assert_eq!(code.interval, Duration::from_secs(seconds), "{interval}");
    }
}
