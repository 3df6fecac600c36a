//! One line of a good check is changed at a time; the snapshots say what is found.

use super::*;

#[test]
fn faults_of_keys() {
    let mut table = String::new();
    for (from, to) in [
        ("title: The file is private", "titel: The file is private"),
        ("title: The file is private\n", ""),
        ("about: Why it matters.", "about: [1]"),
        ("about: Why it matters.", "about: ''"),
        ("about: Why it matters.", "title: again"),
        ("id: x.good", "id: good"),
        ("id: x.good", "id: cause.good"),
        ("needs: []", "needs: x.other"),
        ("needs: []", "needs: [x.other, x.goood]"),
        ("needs: []", "needs: [x.good]"),
    ] {
        table += &changed(from, [to]);
    }
    assert_snapshot("keys", &table);
}

#[test]
fn faults_of_outcomes() {
    let mut table = String::new();
    for (from, to) in [
        ("severity: warning", "severity: warn"),
        ("severity: warning", "severity: true"),
        ("otherwise: unknown", "otherwise: helthy"),
        ("otherwise: unknown", "otherwise: healthy"),
        ("otherwise: unknown\n", ""),
        ("    when: { f.mode: { not: none } }\notherwise: unknown\n", ""),
        ("id: healthy", "id: sick"),
        ("id: healthy", "id: unknown"),
        ("    severity: warning\n", ""),
        ("    symptom: others can read it\n", ""),
        ("when: { f.mode: { not: none } }", "when: { f.mode: { any_bits: \"0077\" }, f.mine: true }"),
        ("when: { f.mode: { not: none } }", "when: { f.present: false }"),
        ("when: { f.mode: { not: none } }", "wen: { f.mode: { not: none } }"),
    ] {
        table += &changed(from, [to]);
    }
    assert_snapshot("outcomes", &table);
}

#[test]
fn faults_of_evidence() {
    let mut table = changed(
        "k: { clock: {} }",
        [
            "k: { clok: {} }",
            "it: { clock: {} }",
            "k: { clock: {}, account: {} }",
            "k: clock",
            "k: { clock: { zone: UTC } }",
            "k: { clock: }",
            "k: { file: {} }",
            "k: { file: { path: \"{jj.path}\" } }",
            "k: { token: { slot: acces } }",
            "k: { file: { path: \"{s.found}\" } }",
            "k: { file: { path: \"{j.path}\" } }",
            "k: { clock: { body: { x: { at: /x, type: int } } } }",
            "k: { http: { auth: key } }",
        ],
    );
    table += &changed("f: { file: { path: \"{store}\" } }", ["f: { file: { path: \"{j.path}\" } }"]);
    assert_snapshot("evidence", &table);
}

#[test]
fn faults_of_body_facts() {
    let bodies = [
        "x: { at: /a/*/b, type: list, of: { c: { at: /d, type: time } } }",
        "status: { at: /x, type: int }",
        "x: { at: x, type: int }",
        "x: { at: /x, type: integer }",
        "x: { at: /x~2, type: int }",
        "x: { at: /x/*, type: int }",
        "x: { at: /x, type: int, of: { c: { at: /d, type: int } } }",
        "x: { type: int }",
    ];
    let table: String = bodies
        .iter()
        .map(|body| row(body, &asking(&format!("get: \"https://a.example/\", body: {{ {body} }}"))))
        .collect();
    assert_snapshot("body_facts", &table);
}

#[test]
fn faults_of_comparisons() {
    let rows = [
        "{ f.mod: \"0600\" }",
        "{ g.mode: \"0600\" }",
        "{ mode: \"0600\" }",
        "{ f.mode: 600 }",
        "{ f.mode: 0600 }",
        "{ f.mine: yes }",
        "{ f.mine: none }",
        "{ f.mine: ~ }",
        "{ f.kind: [file, link] }",
        "{ f.kind: 3 }",
        "{ f.links: 1.5 }",
        "{ f.size: { before: 3 } }",
        "{ f.size: { lss: 3 } }",
        "{ f.size: { less: 64KB } }",
        "{ f.size: { less: 64KiB, more: 3 } }",
        "{ f.mode: { any_bits: 77 } }",
        "{ f.kind: { matches: \"(\" } }",
        "{ f.kind: { in: [] } }",
        "{ f.kind: {} }",
    ];
    assert_snapshot("comparisons", &changed("{ f.mode: { not: none } }", rows));
}

#[test]
fn faults_of_references_and_lists() {
    let rows = [
        "{ f.modified_at: { before: yesterday } }",
        "{ f.modified_at: { before: { ref: k.time, plus: -5m } } }",
        "{ f.modified_at: { before: { ref: k.time, plus: 5 } } }",
        "{ f.modified_at: { before: { ref: f.size } } }",
        "{ f.modified_at: { before: { rf: k.time } } }",
        "{ f.size: { ref: j.size, plus: 5m } }",
        "{}",
        "{ it.kind: file }",
        "{ any: { of: f.kind, where: { it: x } } }",
        "{ any: { of: s.found, where: { it.knd: x } } }",
        "{ any: { of: s.found, where: { it: x } } }",
        "{ any: { of: s.found } }",
        "{ s.found: x }",
        "{ anny: [{ f.mine: true }] }",
        "{ any: [] }",
        "{ finding: x.good }",
        "{ no: { of: s.found, where: { not: { it.kind: socket } } } }",
    ];
    assert_snapshot("references", &changed("{ f.mode: { not: none } }", rows));
}

#[test]
fn faults_of_texts() {
    let rows = [
        "\"{f.pth} and {f.mode}\"",
        "\"{stor}\"",
        "\"{f.path} {\"",
        "\"a } b\"",
        "\"{{f.path}} {f.path}\"",
        "\"{f.path|nme}\"",
        "\"{f.path|date}\"",
        "\"{f.modified_at|since:k.time}\"",
        "\"{f.modified_at|since}\"",
        "\"{f.modified_at|since:f.size}\"",
        "\"{f.path|name:x}\"",
        "\"{s.found}\"",
        "\"{s.found|count}\"",
        "\"{it.path}\"",
        "|\n      one line\n      {f.pth} in the next",
        "5",
    ];
    assert_snapshot("texts", &changed("\"{f.path} has mode {f.mode}\"", rows));
}

#[test]
fn faults_of_fixes() {
    let rows = [
        "{ auth: lgoin }",
        "{ auth: login, args: --force }",
        "{ file: chmod, path: x }",
        "{ file: chmod, path: x, to: 600 }",
        "{ file: chmod, path: x, to: rw }",
        "{ file: remove, path: x, to: y }",
        "{ file: chmud, path: x }",
        "{ shell: unset, variable: \"A B\" }",
        "{ shell: unset, variable: A, value: x }",
        "{ shell: export, variable: A }",
        "{ shell: unset, variable: \"{f.kind}\" }",
        "{ run: rm -rf / }",
        "{ run: [] }",
        "{ manul: ask }",
        "{ auth: login, run: [x] }",
        "{ manual: ask, safety: safe }",
        "{ manual: ask, for: me }",
        "{ manual: ask, when: { f.mne: true } }",
        "[]",
        "chmod",
    ];
    assert_snapshot("fixes", &changed("{ file: chmod, path: \"{f.path}\", to: \"0600\" }", rows));
}

#[test]
fn a_fault_is_shown_with_its_line() {
    let text = GOOD.replace("severity: warning", "sevrity: warning").replace("f.mode: { not", "f.mod: { not");
    let shown = parse("rules/my.yaml", &text, Trust::Named).unwrap_err().to_string();
    assert_snapshot("rendered", &shown);
}
