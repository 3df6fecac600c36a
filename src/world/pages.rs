//! Lists that come in pages: `meta` says how many there are, and `offset` and `limit` ask for more.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::exchange::Ask;

/// The most pages that are read.
pub const MOST: usize = 20;

/// What follows a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    End,
    /// The page from this offset on, with this limit.
    Page(u64, u64),
    /// There is more, and the server does not let itself be asked for it.
    Stuck,
}

/// `question` for `limit` elements from `offset` on; its other parameters stay.
pub fn page(question: &Ask, offset: u64, limit: u64) -> Ask {
    let mut ask = question.clone();
    let kept: Vec<(String, String)> = question
        .url
        .query_pairs()
        .filter(|(name, _)| name != "offset" && name != "limit")
        .map(owned)
        .collect();
    ask.url
        .query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs([("offset", offset.to_string()), ("limit", limit.to_string())]);
    ask
}

fn owned((name, value): (Cow<'_, str>, Cow<'_, str>)) -> (String, String) {
    (name.into_owned(), value.into_owned())
}

/// What follows `page`, which was asked for from `offset` on; `lists` are the pointers of its lists.
/// An empty page is the end, whatever the server says of it.
pub fn after(page: &Json, lists: &[&str], offset: u64) -> Next {
    let Some(meta) = page.get("meta") else { return Next::End };
    let number = |key: &str| meta.get(key).and_then(Json::as_u64);
    let lengths = lists.iter().filter_map(|list| page.pointer(list)?.as_array()).map(Vec::len);
    let count = lengths.max().unwrap_or(0) as u64;
    let start = number("offset").unwrap_or(offset);
    let end = start.saturating_add(count);
    let more = match (meta.get("has_more").and_then(Json::as_bool), number("total")) {
        (Some(more), _) => more,
        (None, Some(total)) => end < total,
        (None, None) => false,
    };
    match (more && count > 0, start == offset) {
        (false, _) => Next::End,
        (true, true) => Next::Page(end, number("limit").filter(|limit| *limit > 0).unwrap_or(count)),
        (true, false) => Next::Stuck,
    }
}

/// Adds the lists of `page` to those of `whole`; whether there was anything new.
pub fn add(whole: &mut Json, page: &Json, lists: &[&str]) -> bool {
    let mut grew = false;
    for list in lists {
        let more = page.pointer(list).and_then(Json::as_array);
        if let (Some(Json::Array(known)), Some(more)) = (whole.pointer_mut(list), more) {
            let same = known.len() >= more.len() && known[known.len() - more.len()..] == more[..];
            if !same {
                known.extend(more.iter().cloned());
                grew = true;
            }
        }
    }
    grew
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    fn page_of(ids: &[u32], meta: Json) -> Json {
        json!({"data": ids, "meta": meta})
    }

    #[test]
    fn the_next_page_by_total_or_has_more() {
        let next = |meta: Json, asked: u64| after(&page_of(&[1, 2], meta), &["/data"], asked);
        assert_eq!(next(json!({"total": 5, "limit": 2, "offset": 0}), 0), Next::Page(2, 2));
        assert_eq!(next(json!({"total": 4, "limit": 2, "offset": 2}), 2), Next::End);
        assert_eq!(next(json!({"has_more": true}), 4), Next::Page(6, 2));
        assert_eq!(next(json!({"has_more": false, "total": 9}), 0), Next::End);
        assert_eq!(next(json!({}), 0), Next::End);
        assert_eq!(
            next(json!({"has_more": true, "offset": 0}), 2),
            Next::Stuck,
            "the server ignores the offset"
        );
        assert_eq!(after(&page_of(&[], json!({"has_more": true})), &["/data"], 0), Next::End);
    }

    #[test]
    fn other_parameters_stay() {
        let ask = Ask::get(Url::parse("https://x.test/m?tag=a%20b&limit=9").unwrap());
        assert_eq!(page(&ask, 4, 2).url.as_str(), "https://x.test/m?tag=a+b&offset=4&limit=2");
    }

    #[test]
    fn lists_grow_and_repeats_do_not_count() {
        let mut whole = page_of(&[1, 2], json!({}));
        assert!(add(&mut whole, &page_of(&[3], json!({})), &["/data"]));
        assert!(!add(&mut whole, &page_of(&[3], json!({})), &["/data"]));
        assert_eq!(whole["data"], json!([1, 2, 3]));
    }
}
