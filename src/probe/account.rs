//! Who runs this, and where their home folder is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::Fact;
use crate::world::unix::accounts::{self, Account, NoAnswer};
use crate::world::unix::status;
use crate::world::{Env, files};

pub(super) fn look(call: &Call, ctx: &Context) -> Reading {
    read(call, &ctx.world.env)
}

fn read(call: &Call, env: &Env) -> Reading {
    let euid = accounts::effective();
    let mut sheet = Sheet::new(call);
    sheet.put("uid", || sheet::uid(accounts::real()));
    sheet.put("euid", || sheet::uid(euid));
    sheet.put("root", || euid == 0);
    describe_sudo(&mut sheet, env, euid);
    if call.wants(&["user", "has_passwd"]) || call.wants(HOME_FACTS) {
        let entry = accounts::by_id(euid);
        sheet.put("user", || known(&entry, |account| Fact::from(account.name.as_str())));
        sheet.put("has_passwd", || entry.as_ref().map_or(Fact::Unknown, |entry| entry.is_some().into()));
        describe_home(&mut sheet, env, &entry);
    }
    Reading::Found(sheet.done())
}

const HOME_FACTS: &[&str] = &[
    "home",
    "home_from",
    "home_env",
    "home_passwd",
    "home_differs",
    "home_exists",
    "home_owner",
    "home_owner_name",
    "home_foreign",
];

type Answer = Result<Option<Account>, NoAnswer>;

/// A fact of the passwd entry: none where there is no entry, unknown where nobody answered.
fn known(entry: &Answer, fact: impl FnOnce(&Account) -> Fact) -> Fact {
    match entry {
        Ok(Some(account)) => fact(account),
        Ok(None) => Fact::Nothing,
        Err(_) => Fact::Unknown,
    }
}

fn describe_home(sheet: &mut Sheet, env: &Env, entry: &Answer) {
    let by_env = env.raw("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let by_passwd = entry.as_ref().ok().and_then(|entry| entry.as_ref()).map(|account| account.home.clone());
    let by_passwd = by_passwd.filter(|home| !home.as_os_str().is_empty());
    let folder = |path: Option<&Path>| path.map_or(Fact::Nothing, sheet::path);
    sheet.put("home_env", || folder(by_env.as_deref()));
    sheet.put("home_passwd", || known(entry, |_| folder(by_passwd.as_deref())));
    sheet.put("home_differs", || match (&by_env, &by_passwd) {
        (None, _) => Fact::from(false),
        (Some(env), Some(passwd)) => Fact::from(!is_same(env, passwd)),
        (Some(_), None) => known(entry, |_| Fact::Nothing),
    });
    sheet.put("home_from", || match (&by_env, &by_passwd) {
        (Some(_), _) => Fact::from("env"),
        (None, Some(_)) => Fact::from("passwd"),
        (None, None) => known(entry, |_| Fact::Nothing),
    });
    match by_env.or(by_passwd) {
        Some(home) => describe_folder(sheet, &home),
        None => sheet.put_nothing(HOME_FACTS_OF_FOLDER),
    }
}

const HOME_FACTS_OF_FOLDER: &[&str] =
    &["home", "home_exists", "home_owner", "home_owner_name", "home_foreign"];

fn describe_folder(sheet: &mut Sheet, home: &Path) {
    let found = status::of_target(home).ok();
    let owner = found.map(|found| found.owner);
    sheet.put("home", || sheet::path(home));
    sheet.put("home_exists", || found.is_some_and(|found| found.kind == files::Kind::Folder));
    sheet.put("home_owner", || owner.map_or(Fact::Nothing, sheet::uid));
    sheet.put("home_owner_name", || owner.map(accounts::user_name));
    sheet.put("home_foreign", || owner.map(accounts::is_foreign));
}

/// Whether two paths are one folder, through links as well.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || files::real(one).is_some_and(|real| Some(real) == files::real(other))
}

/// Sudo tells who called it in `SUDO_USER` (sudo(8), "ENVIRONMENT"). Root calling it changes nothing.
fn describe_sudo(sheet: &mut Sheet, env: &Env, euid: u32) {
    let caller = env.raw("SUDO_USER").and_then(OsStr::to_str).filter(|name| !name.is_empty());
    let caller = caller.filter(|name| euid == 0 && *name != "root");
    sheet.put("sudo", || caller.is_some());
    sheet.put("sudo_user", || caller);
    sheet.put("sudo_home", || match caller.map(accounts::by_name) {
        Some(entry) => known(&entry, |account| sheet::path(&account.home)),
        None => Fact::Nothing,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::Facts;
    use crate::model::probe::ProbeKind;

    fn with(env: &[(&str, &str)]) -> Facts {
        let call = Call::made_of(ProbeKind::Account, &[]);
        match read(&call, &Env::made_of(env.iter().copied())) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn says_every_fact_that_its_table_declares() {
        for env in [vec![], vec![("HOME", "/nonexistent")], vec![("SUDO_USER", "nobody"), ("HOME", "/")]] {
            let facts = with(&env);
            for fact in ProbeKind::Account.spec().facts {
                assert!(facts.get(fact.name).is_some(), "{} with {env:?}", fact.name);
            }
        }
    }

    #[test]
    fn the_variable_decides_unless_it_is_empty() {
        let facts = with(&[("HOME", "/nonexistent")]);
        assert_eq!(facts.get("home"), Some(&Fact::from("/nonexistent")));
        assert_eq!(facts.get("home_from"), Some(&Fact::from("env")));
        assert_eq!(facts.get("home_exists"), Some(&Fact::from(false)));
        assert_eq!(facts.get("home_owner"), Some(&Fact::Nothing));
        let unset = with(&[("HOME", "")]);
        assert_eq!(unset.get("home_env"), Some(&Fact::Nothing));
        assert_eq!(unset.get("home"), unset.get("home_passwd"));
        assert_eq!(unset.get("home_differs"), Some(&Fact::from(false)));
    }

    #[test]
    fn a_slash_at_the_end_makes_no_other_folder() {
        assert!(is_same(Path::new("/tmp/"), Path::new("/tmp")));
        assert!(is_same(Path::new("/proc/self/root/"), Path::new("/")));
        assert!(!is_same(Path::new("/nonexistent"), Path::new("/tmp")));
    }

    #[test]
    fn sudo_counts_for_root_called_by_somebody_else() {
        let root = accounts::effective() == 0;
        assert_eq!(with(&[("SUDO_USER", "nobody")]).get("sudo"), Some(&Fact::from(root)));
        assert_eq!(with(&[("SUDO_USER", "root")]).get("sudo"), Some(&Fact::from(false)));
        assert_eq!(with(&[]).get("sudo_user"), Some(&Fact::Nothing));
    }
}
