//! Waivers: findings that somebody has decided to live with.

use super::finding::Finding;

/// A finding that is known, and no reason to fail. It stays visible in every format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// What is waived: a check, a check's outcome (`check/outcome`), one element of a check
    /// (`check[element]`), or a cause rule.
    pub id: String,
    pub reason: String,
    /// The last day on which it counts, as `2026-12-31`.
    pub until: Option<String>,
    /// When it ends, in milliseconds since 1970.
    pub over_at: Option<i64>,
    /// Who decided that.
    pub owner: Option<String>,
    /// Where it is written, as `file:line`.
    pub place: String,
}

impl Waiver {
    /// Whether it is in force at `now`, in milliseconds since 1970.
    pub fn counts_at(&self, now: i64) -> bool {
        self.over_at.is_none_or(|end| now < end)
    }

    /// Whether it is about `finding`, as a check, an outcome of it, or one of its elements.
    pub fn covers(&self, finding: &Finding) -> bool {
        let element = finding.element.as_ref().map(|name| format!("[{name}]")).unwrap_or_default();
        let check = finding.check.id;
        let outcomes = || finding.open.iter().map(|open| format!("{check}/{}", open.outcome.id));
        let of_outcome = |id: &str| outcomes().next().is_some() && outcomes().all(|outcome| outcome == id);
        self.id == check
            || self.id == format!("{check}{element}")
            || of_outcome(&self.id)
            || !element.is_empty() && self.id.strip_suffix(&element).is_some_and(of_outcome)
    }

    /// Why, who and how long, in one sentence.
    pub fn words(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!("owner {owner}"));
        let until = self.until.as_ref().map(|until| format!("until {until}"));
        let more: Vec<String> = owner.into_iter().chain(until).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        format!("{}{more}", self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_who_and_how_long() {
        let mut waiver = Waiver {
            id: "token.file_mode".to_owned(),
            reason: "shared build host".to_owned(),
            until: None,
            over_at: None,
            owner: None,
            place: ".cmdop-doctor.yaml:2".to_owned(),
        };
        assert_eq!(waiver.words(), "shared build host");
        waiver.owner = Some("ada".to_owned());
        waiver.until = Some("2026-12-31".to_owned());
        assert_eq!(waiver.words(), "shared build host (owner ada, until 2026-12-31)");
    }
}
