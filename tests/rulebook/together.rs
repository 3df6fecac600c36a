//! What only all rules together show: ids, needs, order, and the built-in rules.

use super::*;

#[test]
fn faults_of_rules_that_name_each_other() {
    let check = |id: &str, needs: &str| {
        format!(
            "id: {id}\ntitle: t\nneeds: [{needs}]\nevidence: {{ k: {{ clock: {{}} }} }}\noutcomes: [{{ id: a }}]\n---\n"
        )
    };
    let text = check("x.one", "x.two")
        + &check("x.two", "x.three")
        + &check("x.three", "x.one")
        + &check("x.behind", "x.one")
        + &check("x.self", "x.self")
        + &check("x.behind", "")
        + &check("x.lost", "x.thre")
        + "id: cause.a\nwhen: { finding: x.one/b }\nexplains: []\n---\n"
        + "id: cause.b\nwhen: { any: [{ finding: x.on }] }\nexplains: [x.one/aa, x.one]\n---\n"
        + "id: profile.p\ntitle: t\nonly: [x, y, x.one]\nfail_on: warn\n---\n"
        + "id: shape.s\nsays: a thing\nfamily: key\npattern: '[a'\n---\n"
        + "outcmes: []\n---\n"
        + "[1]\n";
    assert_snapshot("links", &row("several rules", &text));
}

#[test]
fn checks_that_take_one_fact_of_one_probe_differently() {
    let check = |id: &str, name: &str, at: &str| {
        format!(
            "id: {id}\ntitle: t\nhosts: ['{{api}}']\nevidence:\n  {name}: {{ http: {{ get: '{{api}}/me', body: {{ ws: {{ at: /ws, type: text }} }} }} }}\n  \
             m: {{ http: {{ get: '{{api}}/ws/{{{name}.ws}}', body: {{ role: {{ at: {at}, type: text }} }} }} }}\n\
             outcomes: [{{ id: a }}]\n---\n"
        )
    };
    let text = check("x.a", "me", "/role") + &check("x.b", "who", "/role") + &check("x.c", "i", "/roles/0");
    assert_snapshot("bodies", &row("three checks", &text));
}

#[test]
fn the_path_of_a_built_in_rule_is_its_id() {
    let brief_of = |name: &str, text: &str| match parse(name, text, Trust::BuiltIn) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(brief).collect::<Vec<_>>(),
    };
    assert_eq!(brief_of("checks/x/good.yaml", GOOD), Vec::<String>::new());
    assert_eq!(brief_of("checks/x/bad.yaml", GOOD), ["1:5: the id `x.good` is not the file's path"]);
    let two = format!("{GOOD}---\n{}", GOOD.replace("x.good", "x.more"));
    assert_eq!(brief_of("checks/x/good.yaml", &two), Vec::<String>::new());
    let foreign = format!("{GOOD}---\n{}", GOOD.replace("x.good", "y.more"));
    assert_eq!(brief_of("checks/x/good.yaml", &foreign), ["22:5: the id `y.more` is not the file's path"]);
    assert_eq!(brief_of("rules/x/good.yaml", GOOD), ["1:1: no kind of rule lives in this folder"]);
}

#[test]
fn what_is_outside_joins_what_is_built_in() {
    let taken = GOOD.replace("x.good", "key.prefix");
    let extend = |text: &str| {
        rulebook::extend(rulebook::built_in(), &[RuleText { name: "a.yaml", text, trust: Trust::Config }])
    };
    let faults = extend(&taken).unwrap_err();
    assert_eq!(
        brief(&faults.0[0]),
        "1:1: the check `key.prefix` is there already (it is first in the built-in rules; `overrides: true` replaces it, `extends: key.prefix` changes it)"
    );
    let both = extend(&GOOD.replace("needs: []", "needs: [key.prefix]")).unwrap();
    assert_eq!(both.checks.len(), rulebook::built_in().checks.len() + 1);
    assert!(both.check("x.good").is_some() && both.check("key.prefix").is_some());
}

#[test]
fn checks_stand_after_what_they_need_and_else_by_id() {
    let check =
        |id: &str, needs: &str| GOOD.replace("x.good", id).replace("needs: []", &format!("needs: [{needs}]"));
    let text =
        [check("x.a", "x.z"), check("x.z", ""), check("x.c", ""), check("x.b", "x.a, x.c")].join("---\n");
    let rulebook = parse("a.yaml", &text, Trust::Named).unwrap();
    let ids: Vec<&str> = rulebook.checks.iter().map(|check| check.id).collect();
    assert_eq!(ids, ["x.c", "x.z", "x.a", "x.b"]);
}
