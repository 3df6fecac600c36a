//! Names of users for probes on the runtime, which must not wait for a directory server.

use std::collections::HashMap;

use tokio::time::{Instant, timeout_at};

use super::accounts;

/// The names of some users, as far as they came in time.
#[derive(Debug, Default)]
pub struct Names(HashMap<u32, String>);

impl Names {
    /// Names `uids` from `/etc/passwd`; whoever is not there is asked for on a thread that may be
    /// left behind at the `deadline`.
    pub async fn of(uids: impl Iterator<Item = u32>, deadline: Instant) -> Names {
        let mut names = HashMap::new();
        for uid in uids {
            if names.contains_key(&uid) {
                continue;
            }
            let name = match accounts::local_name(uid) {
                Some(name) => name,
                None => asked(uid, deadline).await.unwrap_or_else(|| uid.to_string()),
            };
            names.insert(uid, name);
        }
        Names(names)
    }

    /// The name of user `uid`, or the number.
    pub fn name(&self, uid: u32) -> String {
        self.0.get(&uid).cloned().unwrap_or_else(|| uid.to_string())
    }
}

async fn asked(uid: u32, deadline: Instant) -> Option<String> {
    if Instant::now() >= deadline {
        return None;
    }
    let answer = tokio::task::spawn_blocking(move || accounts::user_name(uid));
    timeout_at(deadline, answer).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_whom_it_knows_and_numbers_the_rest() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let names = runtime.block_on(async {
            Names::of([0, 4_123_456_789, 0].into_iter(), Instant::now() + std::time::Duration::from_secs(5))
                .await
        });
        assert_eq!(names.name(0), "root");
        assert_eq!(names.name(4_123_456_789), "4123456789");
        assert_eq!(names.name(7), "7");
    }
}
