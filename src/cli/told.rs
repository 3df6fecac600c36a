//! Telling why something was not done: one message, the cause, and what to type; in a machine format
//! as a document as well.

use super::failure::Failure;
use super::operation::Operation;
use super::output::{complain, print};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Role, Style};

/// The exit code of what was refused, or failed.
pub(super) const REFUSED: u8 = 1;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.error/1";

/// Why something was not done, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The word for it, for programs.
    pub(super) why: &'static str,
    /// What stands after `Error: `, in the words of the documentation where it has some.
    pub(super) headline: String,
    pub(super) cause: Option<String>,
    /// Commands or advice, the best first.
    pub(super) fixes: Vec<String>,
    /// What a server said about it.
    pub(super) details: Details,
}

/// What else a program may want to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) permission: Option<String>,
    pub(super) retry_after_s: Option<i64>,
    pub(super) login_url: Option<String>,
    pub(super) request_id: Option<String>,
}

impl Told {
    /// A refusal that one line says all of.
    pub(super) fn new(why: &'static str, headline: impl Into<String>) -> Told {
        Told { why, headline: headline.into(), ..Told::default() }
    }

    pub(super) fn fix(mut self, fix: impl Into<String>) -> Told {
        self.fixes.push(fix.into());
        self
    }

    /// Tells it on standard error, in a machine format on standard output too, and gives the exit
    /// code.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn refuse(&self, operation: &Operation) -> Result<u8, Failure> {
        self.complain(operation);
        if operation.json {
            print(&Writer::document(|json| {
                json.text_at("schema", SCHEMA);
                self.error_at(json);
            }))?;
        }
        Ok(REFUSED)
    }

    /// Tells it on standard error, and in the log.
    pub(super) fn complain(&self, operation: &Operation) {
        tracing::error!(
            component = "cli",
            why = self.why,
            cause = self.cause,
            fix = self.fixes.first(),
            "Error: {}",
            self.headline
        );
        complain(&self.text(operation));
    }

    fn text(&self, operation: &Operation) -> String {
        let home = operation.home();
        let style = Style { color: false, ..operation.style };
        let mut page = Page::new(&style, home.as_deref());
        page.flow(Role::Plain, &format!("Error: {}", self.headline), 0, 2);
        if let Some(cause) = &self.cause {
            page.field("cause", cause);
        }
        for (at, fix) in self.fixes.iter().enumerate() {
            page.field(if at == 0 { "fix" } else { "or" }, fix);
        }
        page.finish()
    }

    /// The member `error` of a document.
    pub(super) fn error_at(&self, json: &mut Writer) {
        let details = &self.details;
        json.key("error");
        json.object(|json| {
            json.text_at("why", self.why);
            json.text_at("message", &self.headline);
            json.maybe_at("cause", self.cause.as_deref());
            json.texts("fix", &self.fixes);
            json.maybe_at("code", details.code.as_deref());
            let numbers =
                [("status", details.status.map(i64::from)), ("retry_after_s", details.retry_after_s)];
            for (name, number) in numbers {
                match number {
                    Some(number) => json.number_at(name, number),
                    None => json.maybe_at(name, None),
                }
            }
            json.maybe_at("permission", details.permission.as_deref());
            json.maybe_at("login_url", details.login_url.as_deref());
            json.maybe_at("request_id", details.request_id.as_deref());
        });
    }
}
