//! Large, malformed and malicious files.

use super::*;
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn three_thousand_documents_in_one_file() {
    let documents: Vec<String> = (0..3000).map(|n| GOOD.replace("x.good", &format!("x.c{n}"))).collect();
    let text = documents.join("---\n");
    let rulebook = parse("a.yaml", &text, Trust::Named).unwrap();
    assert_eq!(rulebook.checks.len(), 3000);
    let lines = GOOD.lines().count() + 1;
    assert_eq!(rulebook.check("x.c2999").unwrap().source.line as usize, 2999 * lines + 1);
    let bad = text.replace("id: x.c2999", "id: x.c2998").replace("id: x.c7\n", "id: x.c7\nidd: 1\n");
    let found: Vec<String> = faults(&bad).iter().map(brief).collect();
    assert_eq!(
        found,
        [
            format!("{}:1: unknown key `idd` in a check (did you mean `id`?)", 7 * lines + 2),
            format!(
                "{}:1: the check `x.c2998` is there already (it is first in a.yaml:{})",
                2999 * lines + 2,
                2998 * lines + 2
            ),
        ]
    );
}

#[test]
fn byte_order_mark_and_carriage_returns_change_nothing() {
    let two = format!("{GOOD}---\n{}", GOOD.replace("x.good", "x.more"));
    let plain = parse("a.yaml", &two, Trust::Named).unwrap();
    let windows = format!("\u{feff}{}", two.replace('\n', "\r\n"));
    assert_eq!(parse("a.yaml", &windows, Trust::Named).unwrap(), plain);
    let bad = windows.replace("title: The", "titel: The");
    assert_eq!(brief(&faults(&bad)[0]), "1:1: the key `title` is missing in a check");
    assert_eq!(brief(&faults(&bad)[1]), "2:1: unknown key `titel` in a check (did you mean `title`?)");
}

#[test]
fn too_much_is_refused_within_a_budget() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let wide: String = (0..15_000).map(|n| format!("k{n}: 1\n")).collect();
    let long = format!("title: {}\n", "x".repeat(300_000));
    let mut table = String::new();
    for (name, text) in [
        ("a YAML bomb", bomb),
        ("100,000 lists in each other", "[".repeat(100_000)),
        ("100,000 maps in each other", "{a: ".repeat(100_000)),
        ("100,000 entries in each other", "- ".repeat(100_000)),
        ("15,000 keys", wide),
        ("300,000 letters", long),
    ] {
        table += &row(name, &text);
    }
    assert_snapshot("budget", &table);
}

#[test]
fn many_faults_of_one_document_are_cut_off() {
    let text: String = (0..5_000).map(|n| format!("k{n}: 1\n")).collect();
    let found = faults(&format!("outcomes: []\n{text}"));
    assert_eq!(found.len(), 101);
    assert!(found.iter().any(|fault| fault.what.ends_with("more faults in this document")));
    let one_line = format!("outcomes: {{{}}}", (0..5_000).map(|n| format!("k{n}: 1, ")).collect::<String>());
    assert!(faults(&one_line).iter().all(|fault| fault.to_string().len() < 1_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever becomes of a rule, it is read or refused, and a fault names a place that exists.
    #[test]
    fn a_damaged_rule_is_read_or_refused(
        cuts in proptest::collection::vec((any::<Index>(), any::<Index>(), 0usize..DAMAGE.len()), 1..4),
    ) {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (from, length, with) in cuts {
            let from = from.index(text.len());
            let to = (from + length.index(12)).min(text.len());
            text.splice(from..to, DAMAGE[with].chars());
        }
        let text: String = text.into_iter().collect();
        for fault in faults(&text) {
            prop_assert!(fault.line >= 1 && fault.line as usize <= text.lines().count() + 1, "{fault}\n{text}");
        }
    }
}

/// What damaged files have in them.
const DAMAGE: [&str; 16] = [
    "", "{", "}", "[", ": ", "- ", "\n", "\n---\n", "\"", "'", "*a ", "&a ", "!x ", "{f.", "|since:",
    "\u{202e}",
];
