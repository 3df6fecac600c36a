//! Asking the API (facts: "REST API") with the credential in force, which attaches itself and is
//! never seen here: one object, a whole list, something to be made or removed.

use reqwest::Method;
use serde_json::Value as Json;
use tokio::time::{Instant, timeout_at};
use url::Url;
use zeroize::Zeroize;

use super::refusal::{Refusal, Why};
use crate::credential::ask::{Asked, ask};
use crate::credential::{Context, Slot, Withheld};
use crate::model::secret::Secret;
use crate::world::exchange::{Ask, Body, shown};
use crate::world::pages::{MOST, Next, add, after, page};

/// Where the elements of a list stand, and the only object.
const DATA: &str = "/data";

/// How many probe deadlines an operation waits for one answer: somebody wants it done, not judged.
const PATIENCE: u32 = 2;

/// The API, as the credential in force sees it.
#[derive(Debug, Clone, Copy)]
pub struct Api<'c> {
    ctx: &'c Context,
}

/// A list, and whether it is all of it.
#[derive(Debug)]
pub struct Listed<T> {
    pub elements: Vec<T>,
    /// The server has more than it gave, or than is read.
    pub incomplete: bool,
}

impl<'c> Api<'c> {
    pub fn new(ctx: &'c Context) -> Api<'c> {
        Api { ctx }
    }

    /// What is asked with.
    pub fn context(&self) -> &'c Context {
        self.ctx
    }

    /// The object at `path`, such as `/v1/auth/me`.
    ///
    /// # Errors
    /// When the server refuses, does not answer, or answers something else.
    pub async fn object(&self, path: &str) -> Result<Json, Refusal> {
        let question = self.question(Method::GET, path)?;
        let (name, asked) = self.put(question).await?;
        self.data(&name, asked)
    }

    /// All elements of the list at `path`, to a limit of pages.
    ///
    /// # Errors
    /// When a page of it cannot be had.
    pub async fn list(&self, path: &str) -> Result<Listed<Json>, Refusal> {
        let question = self.question(Method::GET, path)?;
        let (name, first) = self.put(question.clone()).await?;
        let mut whole = first.document().unwrap_or_default();
        let mut next = after(&whole, &[DATA], 0);
        for _ in 1..MOST {
            let Next::Page(offset, limit) = next else { break };
            let (_, more) = self.put(page(&question, offset, limit)).await?;
            let more = more.document().unwrap_or_default();
            next = after(&more, &[DATA], offset);
            if !add(&mut whole, &more, &[DATA]) {
                break;
            }
        }
        let incomplete = next != Next::End;
        tracing::debug!(component = "api", request = name, incomplete, "list read");
        match whole.get_mut("data").map(Json::take) {
            Some(Json::Array(mut elements)) => {
                elements.iter_mut().for_each(|element| self.scrub(element));
                Ok(Listed { elements, incomplete })
            }
            _ => Err(Refusal::odd(&name, "no list of data")),
        }
    }

    /// Makes an object at `path`. A secret in the answer's field `raw` is taken out of it.
    ///
    /// # Errors
    /// When the server refuses, does not answer, or answers something else. Where no answer came,
    /// the object may have been made all the same.
    pub async fn make(
        &self,
        path: &str,
        document: &Json,
        raw: &str,
    ) -> Result<(Json, Option<Secret<String>>), Refusal> {
        let mut question = self.question(Method::POST, path)?;
        question.body = Some(Body::json(document));
        let (name, asked) = self.put(question).await?;
        let mut document = asked.document().unwrap_or_default();
        if let Ok(mut answer) = asked.answer {
            answer.body.zeroize();
        }
        let secret = match document.pointer_mut(DATA).and_then(|data| data.get_mut(raw)).map(Json::take) {
            Some(Json::String(text)) => Some(Secret::new(text)),
            _ => None,
        };
        self.taken(&name, document).map(|data| (data, secret))
    }

    /// Removes the object at `path`.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn remove(&self, path: &str) -> Result<(), Refusal> {
        let question = self.question(Method::DELETE, path)?;
        self.put(question).await.map(drop)
    }

    fn question(&self, method: Method, path: &str) -> Result<Ask, Refusal> {
        let base = &self.ctx.settings.api.value;
        match Url::parse(&format!("{base}{path}")) {
            Ok(mut url) if url.has_host() && matches!(url.scheme(), "http" | "https") => {
                // Neither can fail where there is a host.
                let _ = url.set_username("");
                let _ = url.set_password(None);
                Ok(Ask { method, ..Ask::get(url) })
            }
            _ => Err(Refusal::unasked(Why::NoAddress)),
        }
    }

    /// Asks with the credential in force. Gives the question's name, and a good answer.
    async fn put(&self, mut question: Ask) -> Result<(String, Asked), Refusal> {
        let ctx = self.ctx;
        let deadline = Instant::now() + ctx.settings.probe_deadline * PATIENCE;
        if timeout_at(deadline, ctx.wallet.read(&ctx.settings, &ctx.world)).await.is_err() {
            return Err(Refusal::unasked(Why::Stalled));
        }
        let attached = ctx.wallet.attach("active", &question.url, &ctx.settings, &ctx.world);
        question.authorization = Some(attached.map_err(|why| self.withheld(why))?.header());
        let name = format!("{} {}", question.method, shown(&question.url));
        let asked = ask(ctx, question, deadline).await;
        match Refusal::in_answer(ctx, &name, &asked) {
            Some(refusal) => Err(refusal),
            None => Ok((name, asked)),
        }
    }

    fn withheld(&self, why: Withheld) -> Refusal {
        let ctx = self.ctx;
        Refusal::unasked(match (why, ctx.wallet.slot("active", &ctx.settings, &ctx.world)) {
            (Withheld::NoCredential, Slot::Unreadable(words)) => Why::NotSignedIn(Some(words.to_owned())),
            (Withheld::NoCredential, Slot::Stored { source, .. }) => {
                Why::NotSignedIn(Some(format!("{source} holds no access token")))
            }
            (Withheld::NoCredential, _) => Why::NotSignedIn(None),
            (other, _) => Why::Withheld(other),
        })
    }

    fn data(&self, name: &str, asked: Asked) -> Result<Json, Refusal> {
        self.taken(name, asked.document().unwrap_or_default())
    }

    /// What the envelope holds, without the secrets of this machine.
    fn taken(&self, name: &str, mut document: Json) -> Result<Json, Refusal> {
        match document.get_mut("data").map(Json::take) {
            Some(mut data @ Json::Object(_)) => {
                self.scrub(&mut data);
                Ok(data)
            }
            _ => Err(Refusal::odd(name, "no data in it")),
        }
    }

    fn scrub(&self, value: &mut Json) {
        match value {
            Json::String(text) => self.ctx.scrub(text),
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.scrub(element)),
            Json::Object(fields) => fields.values_mut().for_each(|value| self.scrub(value)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}
