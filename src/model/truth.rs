//! Three-valued truth: what a comparison yields when a source cannot tell.

/// Kleene truth. `Unknown` means that this input cannot decide, which is neither yes nor no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    /// Kleene "and" over all members: one `False` decides, an empty set is `True`.
    pub fn all(members: impl IntoIterator<Item = Truth>) -> Truth {
        let mut answer = Truth::True;
        for member in members {
            match member {
                Truth::False => return Truth::False,
                Truth::Unknown => answer = Truth::Unknown,
                Truth::True => {}
            }
        }
        answer
    }

    /// Kleene "or" over all members: one `True` decides, an empty set is `False`.
    pub fn any(members: impl IntoIterator<Item = Truth>) -> Truth {
        !Truth::all(members.into_iter().map(|member| !member))
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(plain: bool) -> Truth {
        if plain { Truth::True } else { Truth::False }
    }
}
