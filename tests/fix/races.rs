//! What is exchanged between the look and the change is not changed.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use cmdop_doctor::fix::apply::{Performer, Workplace, apply, places};
use cmdop_doctor::fix::plan::Planned;
use cmdop_doctor::model::fix::{Act, Audience, FileChange, FileVerb, Fix, FixStep, Object, Safety};
use cmdop_doctor::model::severity::Severity;
use cmdop_doctor::model::treatment::Fate;
use cmdop_doctor::world::unix::status;

struct Nobody;

impl Performer for Nobody {
    fn perform(&mut self, _: &[String]) -> Result<(), String> {
        Err("nobody is here".to_owned())
    }
}

struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(scene.at("config")).unwrap();
        scene.file("config/auth.json", "{}");
        scene.file("precious", "precious");
        scene
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).unwrap();
        std::fs::set_permissions(self.at(name), std::fs::Permissions::from_mode(0o644)).unwrap();
    }

    fn judged(&self, name: &str) -> Option<Object> {
        let seen = status::of_entry(&self.at(name)).ok()?;
        Some(Object { id: seen.identity(), mode: Some(seen.mode) })
    }

    /// A fix for what stands there now.
    fn plan(&self, verb: FileVerb, name: &str, to: &str) -> Planned {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let to = if to.is_empty() { String::new() } else { text(self.at(to)) };
        let change = FileChange {
            verb,
            path: text(self.at(name)),
            over: self.judged(&to),
            to,
            mode: 0o600,
            object: self.judged(name),
        };
        let step = FixStep {
            kind: "file",
            argv: vec!["x".to_owned()],
            command: "x".to_owned(),
            safety: Safety::Safe,
            audience: Audience::User,
            act: Act::File(change),
        };
        Planned {
            root: "a.b/c".to_owned(),
            finding: "a.b".to_owned(),
            title: String::new(),
            severity: Severity::Error,
            cause: String::new(),
            fix: Fix { steps: vec![step], safety: Safety::Safe, message: None },
            safety: Safety::Safe,
        }
    }

    fn apply(&self, planned: &Planned) -> Fate {
        let place =
            Workplace { journal: places(Some(&self.at("config")), None), store: None, settings: None };
        apply(planned, &place, &mut Nobody).steps.remove(0).fate
    }

    fn is_untouched(&self) {
        let precious = self.at("precious");
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
        assert_eq!(precious.metadata().unwrap().mode() & 0o777, 0o644);
        let left: Vec<_> = std::fs::read_dir(self.at("config/fixes")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

const VERBS: [FileVerb; 4] = [FileVerb::Chmod, FileVerb::Move, FileVerb::Remove, FileVerb::StripMark];

fn to(verb: FileVerb) -> &'static str {
    if verb == FileVerb::Move { "config/away" } else { "" }
}

#[test]
fn another_file_under_the_same_name_is_refused() {
    for verb in VERBS {
        let scene = Scene::new();
        let planned = scene.plan(verb, "config/auth.json", to(verb));
        scene.file("fresh", "\u{feff}{}");
        std::fs::rename(scene.at("fresh"), scene.at("config/auth.json")).unwrap();
        let fate = scene.apply(&planned);
        assert!(
            matches!(&fate, Fate::Failed(why) if why.ends_with("changed since it was looked at")),
            "{fate:?}"
        );
        assert_eq!(scene.at("config/auth.json").metadata().unwrap().mode() & 0o777, 0o644);
        assert!(!scene.at("config/away").exists());
        scene.is_untouched();
    }
}

#[test]
fn a_link_that_was_put_there_leads_nowhere() {
    for verb in VERBS {
        let scene = Scene::new();
        let planned = scene.plan(verb, "config/auth.json", to(verb));
        std::fs::remove_file(scene.at("config/auth.json")).unwrap();
        symlink(scene.at("precious"), scene.at("config/auth.json")).unwrap();
        assert!(matches!(scene.apply(&planned), Fate::Failed(_)));
        assert!(scene.at("config/auth.json").symlink_metadata().unwrap().is_symlink());
        scene.is_untouched();
    }
}

#[test]
fn a_folder_that_became_a_link_leads_to_nothing_that_was_judged() {
    let scene = Scene::new();
    std::fs::create_dir(scene.at("theirs")).unwrap();
    scene.file("theirs/auth.json", "theirs");
    std::fs::create_dir(scene.at("mine")).unwrap();
    scene.file("mine/auth.json", "mine");
    for verb in VERBS {
        let planned = scene.plan(verb, "mine/auth.json", to(verb));
        std::fs::rename(scene.at("mine"), scene.at("aside")).unwrap();
        symlink(scene.at("theirs"), scene.at("mine")).unwrap();
        assert!(matches!(scene.apply(&planned), Fate::Failed(_)));
        assert_eq!(std::fs::read_to_string(scene.at("theirs/auth.json")).unwrap(), "theirs");
        assert_eq!(scene.at("theirs/auth.json").metadata().unwrap().mode() & 0o777, 0o644);
        std::fs::remove_file(scene.at("mine")).unwrap();
        std::fs::rename(scene.at("aside"), scene.at("mine")).unwrap();
    }
    scene.is_untouched();
}

#[test]
fn what_came_into_the_way_is_not_replaced() {
    let scene = Scene::new();
    let planned = scene.plan(FileVerb::Move, "config/auth.json", "config/away");
    std::fs::copy(scene.at("precious"), scene.at("config/away")).unwrap();
    assert!(
        matches!(scene.apply(&planned), Fate::Failed(why) if why.starts_with("something else stands at"))
    );
    assert_eq!(std::fs::read_to_string(scene.at("config/away")).unwrap(), "precious");
    assert_eq!(std::fs::read_to_string(scene.at("config/auth.json")).unwrap(), "{}");
    scene.is_untouched();
}

#[test]
fn what_is_in_use_again_is_not_removed() {
    let scene = Scene::new();
    let planned = scene.plan(FileVerb::Remove, "config/auth.json", "");
    let held = std::fs::File::open(scene.at("config/auth.json")).unwrap();
    held.lock().unwrap();
    assert!(matches!(scene.apply(&planned), Fate::Failed(why) if why.starts_with("a process holds a lock")));
    assert!(scene.at("config/auth.json").exists());
    scene.is_untouched();
}

#[test]
fn nothing_is_changed_that_nobody_judged() {
    for verb in VERBS {
        let scene = Scene::new();
        let mut planned = scene.plan(verb, "config/auth.json", to(verb));
        if let Act::File(change) = &mut planned.fix.steps[0].act {
            change.object = None;
        }
        assert!(matches!(scene.apply(&planned), Fate::Failed(why) if why.starts_with("nothing tells")));
        scene.is_untouched();
    }
}

#[test]
fn a_journal_that_is_a_link_is_not_used() {
    let scene = Scene::new();
    std::fs::create_dir(scene.at("theirs")).unwrap();
    symlink(scene.at("theirs"), scene.at("config/fixes")).unwrap();
    let planned = scene.plan(FileVerb::Chmod, "config/auth.json", "");
    assert!(matches!(scene.apply(&planned), Fate::Failed(why) if why.contains("cannot be written down")));
    assert!(std::fs::read_dir(scene.at("theirs")).unwrap().next().is_none());
    assert_eq!(scene.at("config/auth.json").metadata().unwrap().mode() & 0o777, 0o644);
}

/// While two exchange the file as fast as they can, either the judged one is changed or nothing is.
#[test]
fn whoever_exchanges_names_all_the_time_gets_nothing_else_changed() {
    use std::sync::atomic::{AtomicBool, Ordering};
    for verb in [FileVerb::Chmod, FileVerb::Remove, FileVerb::Move] {
        let scene = Scene::new();
        let (store, other) = (scene.at("config/auth.json"), scene.at("config/other"));
        std::fs::hard_link(scene.at("precious"), &other).unwrap();
        let stop = AtomicBool::new(false);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    exchange(&store, &other);
                }
            });
            let judged = scene.judged("precious").unwrap();
            for _ in 0..200 {
                let planned = scene.plan(verb, "config/auth.json", to(verb));
                let Act::File(change) = &planned.fix.steps[0].act else { unreachable!() };
                // Only the other file may be changed, and it is not what is precious.
                if change.object.as_ref() == Some(&judged) {
                    continue;
                }
                if scene.apply(&planned) == Fate::Done {
                    break;
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
        let precious = scene.at("precious");
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
        assert_eq!(precious.metadata().unwrap().mode() & 0o777, 0o644);
        assert_eq!(precious.metadata().unwrap().nlink(), 2);
    }
}

fn exchange(a: &Path, b: &Path) {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    let _one_is_gone = renameat2(AT_FDCWD, a, AT_FDCWD, b, RenameFlags::RENAME_EXCHANGE);
}
