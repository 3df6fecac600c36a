//! Waivers: findings that somebody has decided to live with.

/// A finding that is known, and no reason to fail. It stays visible in every format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// What is waived: a check, a check's outcome (`check/outcome`), one element of a check
    /// (`check[element]`), or a cause rule.
    pub id: String,
    pub reason: String,
    /// The last day on which it counts, as `2026-12-31`.
    pub until: Option<String>,
    /// Who decided that.
    pub owner: Option<String>,
    /// Where it is written, as `file:line`.
    pub place: String,
}

impl Waiver {
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
            owner: None,
            place: ".cmdop-doctor.yaml:2".to_owned(),
        };
        assert_eq!(waiver.words(), "shared build host");
        waiver.owner = Some("ada".to_owned());
        waiver.until = Some("2026-12-31".to_owned());
        assert_eq!(waiver.words(), "shared build host (owner ada, until 2026-12-31)");
    }
}
