//! Renewing by itself, before a request.
#![expect(clippy::disallowed_methods, reason = "tests make their own files")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::*;
use crate::credential::rig::{Play, context, head, json as answer, server};
use crate::credential::{KEY_VARIABLE, Slot};
use crate::model::settings::{Origin, Set};

struct Nobody;

impl Person for Nobody {
    fn tell(&self, _: &Notice) {}
}

/// A machine whose access token ends in `in_ms`, and a server that renews, or is troubled.
struct Lab {
    folder: tempfile::TempDir,
    ctx: Context,
    asked: Arc<AtomicUsize>,
}

impl Lab {
    async fn with(in_ms: i64, well: bool, env: &[(&str, &str)], others: Value) -> Lab {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let address = server(move |request| play(request, well, &count)).await;
        let folder = tempfile::tempdir().unwrap();
        let mut ctx = context(&format!("http://{address}"), env);
        let value = folder.path().canonicalize().unwrap();
        ctx.settings.config_dir = Some(Set { value, from: Origin::Env });
        let mut store =
            json!({ "access_token": "at-old", "refresh_token": "rt-old", "expires_at": now_ms() + in_ms });
        for (name, value) in others.as_object().unwrap() {
            store[name] = value.clone();
        }
        std::fs::write(folder.path().join("auth.json"), store.to_string()).unwrap();
        Lab { folder, ctx, asked }
    }

    async fn fresh(&mut self) -> Result<Option<Refreshed>, NotRefreshed> {
        fresh(&mut self.ctx, &Nobody).await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn access(&self) -> Value {
        let text = std::fs::read(self.folder.path().join("auth.json")).unwrap();
        serde_json::from_slice::<Value>(&text).unwrap()["access_token"].clone()
    }
}

fn play(request: &str, well: bool, count: &AtomicUsize) -> Play {
    if !request.starts_with("POST /oauth/token ") {
        return head("HTTP/1.1 404 Not Found\r\nContent-Length: 0");
    }
    count.fetch_add(1, Ordering::SeqCst);
    match well {
        true => answer("200 OK", &json!({ "access_token": "at-new", "expires_in": 3600 })),
        false => head("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0"),
    }
}

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn a_token_that_ends_within_five_minutes_is_renewed_and_seen_at_once() {
    for in_ms in [-MINUTE, 4 * MINUTE] {
        let mut lab = Lab::with(in_ms, true, &[], json!({})).await;
        // Somebody has looked before.
        assert!(matches!(
            lab.ctx.wallet.slot("access", &lab.ctx.settings, &lab.ctx.world),
            Slot::Stored { .. }
        ));
        assert!(!lab.fresh().await.unwrap().unwrap().by_another);
        assert_eq!((lab.asked(), lab.access()), (1, json!("at-new")));
        let Slot::Stored { held: Some(held), .. } =
            lab.ctx.wallet.slot("access", &lab.ctx.settings, &lab.ctx.world)
        else {
            panic!("the new token is there");
        };
        assert_eq!(held.appearance.length, "at-new".len());
        assert_eq!(lab.fresh().await, Ok(None));
        assert_eq!(lab.asked(), 1);
    }
}

#[tokio::test]
async fn nothing_is_asked_where_there_is_no_need_or_no_use() {
    let key = [(KEY_VARIABLE, "cmd_acme_a1b2c3d4e5f6g7h8i9j0")];
    let rejected = json!({ "refresh_rejected_at": "2026-01-01T00:00:00Z" });
    for (in_ms, env, others) in [
        (10 * MINUTE, &[][..], json!({})),
        (-MINUTE, &key[..], json!({})),
        (-MINUTE, &[(KEY_VARIABLE, "")][..], json!({})),
        (-MINUTE, &[][..], json!({ "refresh_token": null })),
        (-MINUTE, &[][..], rejected),
        (-MINUTE, &[][..], json!({ "issuer": "https://auth.elsewhere.test" })),
        (-MINUTE, &[][..], json!({ "expires_at": null })),
    ] {
        let mut lab = Lab::with(in_ms, true, env, others.clone()).await;
        assert_eq!(lab.fresh().await, Ok(None), "{others}");
        assert_eq!(lab.asked(), 0, "{others}");
    }
}

#[tokio::test]
async fn a_renewal_that_fails_spoils_only_what_has_ended() {
    let mut good = Lab::with(4 * MINUTE, false, &[], json!({})).await;
    assert_eq!(good.fresh().await, Ok(None));
    let mut ended = Lab::with(-MINUTE, false, &[], json!({})).await;
    assert!(matches!(ended.fresh().await, Err(NotRefreshed::Unclear(_))));
    assert_eq!((good.asked(), ended.asked()), (1, 1));
    assert_eq!((good.access(), ended.access()), (json!("at-old"), json!("at-old")));
}
