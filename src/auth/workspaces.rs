//! Workspaces: those that one belongs to, who else does, and which one is in force.

use serde_json::Value as Json;

use super::api::{Api, Listed};
use super::fields::{count, segment, text, time};
use super::refusal::Refusal;

/// Where they are (facts: "REST API").
const WORKSPACES: &str = "/v1/workspaces";

/// A workspace that the caller belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    pub id: Option<String>,
    pub name: Option<String>,
    pub slug: Option<String>,
    /// `personal` or `team`.
    pub kind: Option<String>,
    pub role: Option<String>,
    pub members: Option<u64>,
    pub machines: Option<u64>,
}

/// Somebody in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: Option<String>,
    pub email: Option<String>,
    pub role: Option<String>,
    /// Milliseconds since 1970.
    pub joined_at: Option<i64>,
}

impl Workspace {
    fn read(object: &Json) -> Workspace {
        Workspace {
            id: text(object, "/id"),
            name: text(object, "/name"),
            slug: text(object, "/slug"),
            kind: text(object, "/type"),
            role: text(object, "/role"),
            members: count(object, "/member_count"),
            machines: count(object, "/machine_count"),
        }
    }

    /// What it is called: its name, or what else it has.
    pub fn called(&self) -> &str {
        [&self.name, &self.slug, &self.id].into_iter().find_map(Option::as_deref).unwrap_or("?")
    }

    /// Every name that it goes by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.name, &self.slug, &self.id].into_iter().filter_map(Option::as_deref)
    }
}

/// The workspaces that the caller belongs to.
///
/// # Errors
/// When the server does not list them.
pub async fn list(api: Api<'_>) -> Result<Listed<Workspace>, Refusal> {
    let listed = api.list(WORKSPACES).await?;
    let elements = listed.elements.iter().map(Workspace::read).collect();
    Ok(Listed { elements, incomplete: listed.incomplete })
}

/// The members of the workspace with this id.
///
/// # Errors
/// When the server does not list them.
pub async fn members(api: Api<'_>, id: &str) -> Result<Listed<Member>, Refusal> {
    let listed = api.list(&format!("{WORKSPACES}/{}/members", segment(id))).await?;
    let read = |object: &Json| Member {
        id: text(object, "/user/id"),
        email: text(object, "/user/email"),
        role: text(object, "/role"),
        joined_at: time(object, "/joined_at"),
    };
    Ok(Listed { elements: listed.elements.iter().map(read).collect(), incomplete: listed.incomplete })
}

/// The workspaces that `word` means: the one with this id, else those with this slug, else those
/// with this name, else those with it in other capitals.
pub fn meant<'w>(word: &str, workspaces: &'w [Workspace]) -> Vec<&'w Workspace> {
    let is = |text: &Option<String>| text.as_deref() == Some(word);
    let loosely =
        |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase() == word.to_lowercase());
    let tests: [&dyn Fn(&Workspace) -> bool; 4] = [
        &|workspace| is(&workspace.id),
        &|workspace| is(&workspace.slug),
        &|workspace| is(&workspace.name),
        &|workspace| loosely(&workspace.slug) || loosely(&workspace.name),
    ];
    let found = tests.iter().map(|fits| workspaces.iter().filter(|it| fits(it)).collect::<Vec<_>>());
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_workspace_is_meant_by_id_slug_or_name() {
        let read = |id: &str, name: &str, slug: &str| {
            Workspace::read(&json!({"id": id, "name": name, "slug": slug}))
        };
        let all =
            [read("ws_1", "Acme Corp", "acme"), read("ws_2", "Staging", "staging"), read("acme", "B", "b")];
        let ids = |word: &str| meant(word, &all).iter().filter_map(|it| it.id.as_deref()).collect::<Vec<_>>();
        assert_eq!(ids("acme"), ["acme"], "an id precedes a slug");
        assert_eq!(ids("Acme Corp"), ["ws_1"]);
        assert_eq!(ids("STAGING"), ["ws_2"]);
        assert_eq!(ids("stagin"), [""; 0]);
    }
}
