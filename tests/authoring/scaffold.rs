//! `cmdop doctor rules new`.

use crate::run;
use crate::support::Home;

#[test]
fn what_is_begun_is_clean_and_its_cases_fail() {
    for kind in ["check", "cause", "symptom", "log"] {
        let home = Home::new();
        let (told, code) = run(&home, &["new", kind, "--dir", "mine"]);
        assert_eq!(code, Some(0), "{told}");
        let files: Vec<&str> = told.lines().collect();
        assert_eq!(files.len(), 2, "{told}");
        for path in ["mine", files[0]] {
            let (told, code) = run(&home, &["lint", path]);
            assert_eq!((told.as_str(), code), ("nothing to say of 2 files\n", Some(0)), "{kind}");
            let (told, code) = run(&home, &["test", path]);
            assert_eq!(code, Some(1), "{kind}: {told}");
            assert!(told.contains("TODO"), "{told}");
        }
        let text = std::fs::read_to_string(home.path().join(files[0])).unwrap();
        assert!(
            text.contains(&format!("cmdop doctor rules lint {}", files[0])) && !text.contains('$'),
            "{text}"
        );
    }
}

#[test]
fn a_check_that_is_filled_in_passes() {
    let home = Home::new();
    run(&home, &["new", "check", "corp.proxy", "--dir", "."]);
    let cases = home.path().join("corp/proxy.cases.yaml");
    let text = std::fs::read_to_string(&cases).unwrap();
    let kept: String = text
        .lines()
        .filter(|line| !line.contains(": TODO the whole"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(&cases, kept).unwrap();
    let (told, code) = run(&home, &["test", "--coverage", "corp"]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn a_profile_is_used_at_once() {
    let home = Home::new();
    assert_eq!(run(&home, &["new", "profile", "quick"]).1, Some(0));
    assert_eq!(run(&home, &["lint"]), ("nothing to say of 1 file\n".to_owned(), Some(0)));
    let looked = home.cmdop(&["doctor", "auth", "--offline", "--profile", "quick", "--json"]).output();
    assert!(serde_json::from_slice::<serde_json::Value>(&looked.stdout).is_ok());
}

#[test]
fn nothing_is_overwritten_and_no_id_is_given_twice() {
    let home = Home::new();
    home.folder_in("corp", 0o700);
    home.file("corp/proxy.cases.yaml", "mine");
    let (told, code) = run(&home, &["new", "check", "corp.proxy", "--dir", "."]);
    assert_eq!(code, Some(2), "{told}");
    assert_eq!(std::fs::read_to_string(home.path().join("corp/proxy.cases.yaml")).unwrap(), "mine");
    assert!(!home.path().join("corp/proxy.yaml").exists());
    for (kind, id) in [("check", "net.proxy"), ("cause", "clock_wrong"), ("profile", "ci")] {
        let (told, code) = run(&home, &["new", kind, id]);
        assert!(code == Some(2) && told.contains("already"), "{told}");
    }
    for (kind, id) in
        [("check", "proxy"), ("check", "cause.x"), ("cause", "a.b"), ("log", "A"), ("check", "../x.y")]
    {
        let (told, code) = run(&home, &["new", kind, id]);
        assert!(code == Some(2) && told.contains("expected"), "{told}");
    }
}
