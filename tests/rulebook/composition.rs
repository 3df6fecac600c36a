//! What rules from outside make of built-in checks: they extend, override and disable them, and gain no
//! right by it.

use super::*;
use cmdop_doctor::model::change::How;
use cmdop_doctor::model::fix::Safety;

fn extend(text: &str) -> Result<Rulebook, RuleFaults> {
    rulebook::extend(rulebook::built_in(), &[RuleText { name: "corp.yaml", text, trust: Trust::Config }])
}

fn extended(text: &str) -> Rulebook {
    extend(text).unwrap_or_else(|faults| panic!("{faults}"))
}

const EXTENDS: &str = "\
extends: token.accepted
reason: our gateway answers for the API at night
needs: [host.clock]
before:
  - id: maintenance
    when: { list.status: 503 }
    severity: warning
    symptom: nothing works between two and three
    cause: 'the gateway is closed: {list.message}'
    fix: { file: chmod, path: \"{store}\", to: \"0600\" }
outcomes:
  rejected:
    severity: warning
    fix: { manual: 'ask the identity team to look at {token.fingerprint}' }
";

#[test]
fn an_extension_changes_answers_and_not_what_is_looked_at() {
    let (before, after) = (rulebook::built_in(), extended(EXTENDS));
    let (old, new) = (before.check("token.accepted").unwrap(), after.check("token.accepted").unwrap());
    assert_eq!(
        (new.evidence, new.applies, new.each, new.title),
        (old.evidence, old.applies, old.each, old.title)
    );
    assert_eq!(after.checks.len(), before.checks.len());
    let ids = |check: &cmdop_doctor::model::check::Check| {
        check.outcomes.iter().map(|outcome| outcome.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(new), [vec!["maintenance"], ids(old)].concat());
    let outcome = |id: &str| *new.outcomes.iter().find(|outcome| outcome.id == id).unwrap();
    let was = |id: &str| *old.outcomes.iter().find(|outcome| outcome.id == id).unwrap();
    assert_eq!(outcome("rejected").severity.map(|severity| severity.name()), Some("warning"));
    assert_eq!(outcome("rejected").cause, was("rejected").cause);
    assert_eq!(outcome("rejected").when, was("rejected").when);
    // What is new is shown only, what is built in stays as it is.
    assert!(
        outcome("maintenance")
            .fix
            .into_iter()
            .chain(outcome("rejected").fix)
            .all(|step| step.safety == Safety::ShowOnly)
    );
    assert!(new.needs.contains(&"host.clock") && old.needs.iter().all(|need| new.needs.contains(need)));
    let change = after.change("token.accepted").unwrap();
    assert_eq!(change.to_string(), "extended by corp.yaml:1: our gateway answers for the API at night");
    assert_eq!((change.how, change.title), (How::Extended, old.title));
}

#[test]
fn an_answer_after_the_others_is_asked_last_and_the_rest_falls_as_before() {
    let text = "extends: token.leftover\nbefore:\n  - { id: ours, when: { copy.size: 0B } }\n";
    let check = extended(text).check("token.leftover").copied().unwrap();
    let Otherwise::Falls(at) = check.otherwise else { panic!("{:?}", check.otherwise) };
    assert_eq!(check.outcomes[at].id, "under_way");
    let text = "extends: token.accepted\nafter:\n  - { id: odd, when: { list.status: 418 }, severity: error, symptom: s, cause: c }\n";
    assert_eq!(extended(text).check("token.accepted").unwrap().outcomes.last().unwrap().id, "odd");
}

#[test]
fn an_override_stands_in_the_place_of_a_check_with_the_rights_of_its_own_file() {
    let text = GOOD.replace("id: x.good", "id: token.accepted\noverrides: true");
    let after = extended(&text);
    let check = after.check("token.accepted").unwrap();
    assert_eq!((check.title, check.source.trust), ("The file is private", Trust::Config));
    assert_eq!(check.outcomes[0].fix[0].safety, Safety::ShowOnly);
    assert_eq!(after.checks.len(), rulebook::built_in().checks.len());
    assert_eq!(after.change("token.accepted").unwrap().how, How::Overridden);
    let with_credential =
        text.replace("k: { clock: {} }", "k: { http: { get: \"{api}/v1/machines\", auth: active } }");
    let found: Vec<String> = extend(&with_credential).unwrap_err().0.iter().map(brief).collect();
    assert_eq!(
        found,
        [
            "10:21: the host `{api}` is not declared (a rule from outside the program says which: `hosts: [\"{api}\"]`)",
            "10:48: a rule from outside the program sends no credential (leave `auth` out)",
        ]
    );
}

#[test]
fn nobody_waits_for_what_is_disabled() {
    let text = "disable: [key.empty, sso]\nreason: we use neither\n---\n".to_owned()
        + &GOOD.replace("x.good", "sso.ours").replace("needs: []", "needs: [key.empty]");
    let after = extended(&text);
    assert!(after.check("key.empty").is_none() && after.check("sso.session").is_none());
    assert!(after.check("sso.ours").is_some_and(|check| check.needs.is_empty()));
    let needs = |check: &cmdop_doctor::model::check::Check| check.needs.contains(&"key.empty");
    assert!(rulebook::built_in().checks.iter().any(needs) && !after.checks.iter().any(needs));
    assert_eq!(after.disabled("sso.session").unwrap().to_string(), "disabled by corp.yaml:1: we use neither");
    let book = rulebook::built_in();
    let speaker = book.causes.iter().find(|cause| cause.root.is_some()).unwrap();
    let mute = extended(&format!("disable: [{}]\nreason: r\n", speaker.root.unwrap()));
    assert!(mute.causes.iter().all(|cause| cause.id != speaker.id));
}

#[test]
fn an_area_that_is_disabled_leaves_what_stands_in_the_place_of_its_checks() {
    let text = "disable: [sso]\nreason: r\n---\n".to_owned()
        + &GOOD.replace("id: x.good", "id: sso.session\noverrides: true");
    let after = extended(&text);
    let left: Vec<&str> =
        after.checks.iter().filter(|check| check.id.starts_with("sso.")).map(|check| check.id).collect();
    assert_eq!(left, ["sso.session"]);
}

#[test]
fn what_is_not_changed_is_as_it_was() {
    let before = rulebook::built_in();
    let after = extended("disable: [key.of_a_robot]\nreason: r\n");
    let mut left: Vec<&str> = after.checks.iter().map(|check| check.id).collect();
    let mut others: Vec<&str> =
        before.checks.iter().map(|check| check.id).filter(|id| *id != "key.of_a_robot").collect();
    left.sort_unstable();
    others.sort_unstable();
    assert_eq!(left, others);
    assert!(
        after.causes == before.causes && after.shapes == before.shapes && after.profiles == before.profiles
    );
    assert_eq!(extended(GOOD).changes, cmdop_doctor::model::list::List::EMPTY);
}

#[test]
fn faults_of_rules_that_change_built_in_ones() {
    let over = |id: &str| GOOD.replace("id: x.good", &format!("id: {id}\noverrides: true"));
    let rows = [
        ("an id that is taken".to_owned(), GOOD.replace("x.good", "key.prefix")),
        ("overrides nothing".to_owned(), over("key.prefx")),
        ("overrides: yes".to_owned(), over("key.prefix").replace("overrides: true", "overrides: maybe")),
        ("overridden twice".to_owned(), over("key.prefix") + "---\n" + &over("key.prefix")),
        ("extends nothing".to_owned(), "extends: key.prefx\n".to_owned()),
        ("extended twice".to_owned(), EXTENDS.to_owned() + "---\nextends: token.accepted\ntitle: t\n"),
        ("extended and overridden".to_owned(), EXTENDS.to_owned() + "---\n" + &over("token.accepted")),
        (
            "other evidence".to_owned(),
            "extends: token.accepted\nevidence: { me: { http: { get: \"{api}/x\", auth: active } } }\n"
                .to_owned(),
        ),
        (
            "an outcome that there is".to_owned(),
            "extends: token.accepted\nafter:\n  - { id: rejected }\n".to_owned(),
        ),
        (
            "an outcome before and after the others".to_owned(),
            "extends: token.accepted\nbefore:\n  - { id: a, when: { list.status: 418 } }\nafter:\n  - { id: a, when: { list.status: 419 } }\n".to_owned(),
        ),
        (
            "an outcome that there is not".to_owned(),
            "extends: token.accepted\noutcomes: { rejectd: { severity: warning } }\n".to_owned(),
        ),
        (
            "a fact that nobody reads".to_owned(),
            "extends: token.accepted\nafter:\n  - { id: a, when: { list.statuss: 1 } }\n".to_owned(),
        ),
        (
            "a healthy one that is sick now".to_owned(),
            "extends: token.accepted\noutcomes: { healthy: { severity: error } }\n".to_owned(),
        ),
        (
            "an answer to everything".to_owned(),
            "extends: token.leftover\nbefore:\n  - { id: fine }\n".to_owned(),
        ),
        ("disables nothing".to_owned(), "disable: [key.prefx, sos]\nreason: r\n".to_owned()),
        ("disables without a reason".to_owned(), "disable: [key.prefix]\n".to_owned()),
        ("disables one of its own".to_owned(), "disable: [x.good]\nreason: r\n---\n".to_owned() + GOOD),
        (
            "disables what it extends".to_owned(),
            "disable: [token.accepted]\nreason: r\n---\n".to_owned() + EXTENDS,
        ),
    ];
    let table: String = rows
        .iter()
        .map(|(what, text)| {
            let found = extend(text).err().map_or(Vec::new(), |faults| faults.0);
            let found: String = found.iter().map(|fault| format!("  {}\n", brief(fault))).collect();
            format!("{what}\n{}", if found.is_empty() { "  good\n".to_owned() } else { found })
        })
        .collect();
    assert_snapshot("composition", &table);
}
