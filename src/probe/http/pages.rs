//! Lists that come in pages: all of them are read, to a limit.

use tokio::time::Instant;

use super::Told;
use crate::credential::ask::ask;
use crate::model::check::BodyFact;
use crate::model::fact::FactType;
use crate::probe::Context;
use crate::world::exchange::Ask;
use crate::world::pages::{MOST, Next, add, after, page};

/// Reads the pages after the first and adds their lists to its. An answer that is no page ends it:
/// what is said then is said of that answer, since half a list would prove things that are not so.
pub(super) async fn all(
    ctx: &Context,
    question: &Ask,
    mut told: Told,
    body: &[BodyFact],
    deadline: Instant,
) -> Told {
    let lists = lists(body);
    let Some(mut whole) = told.document.take() else { return told };
    let mut next = after(&whole, &lists, 0);
    for _ in 1..MOST {
        let Next::Page(offset, limit) = next else { break };
        let asked = ask(ctx, page(question, offset, limit), deadline).await;
        let page = match (asked.answer.as_ref(), asked.document()) {
            (Ok(answer), Some(page)) if answer.status.is_success() => page,
            (_, document) => return Told { document, asked, incomplete: false },
        };
        next = after(&page, &lists, offset);
        if !add(&mut whole, &page, &lists) {
            break;
        }
        told.asked = asked;
    }
    Told { document: Some(whole), incomplete: next != Next::End, ..told }
}

/// Whether `fact` is taken from a list.
pub(super) fn is_list(fact: &BodyFact) -> bool {
    matches!(fact.fact.kind, FactType::Texts | FactType::Maps(_)) || fact.at.contains('*')
}

/// The pointers of the lists that `body` reads.
fn lists(body: &[BodyFact]) -> Vec<&'static str> {
    let root = |fact: &BodyFact| fact.at.split("/*").next().unwrap_or(fact.at);
    let mut lists: Vec<&str> = body.iter().filter(|fact| is_list(fact)).map(root).collect();
    lists.dedup();
    lists
}
