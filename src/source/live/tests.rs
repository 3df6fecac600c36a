//! Commands on a live machine: run for the rules that may, and gone when the looking is over.

use std::path::Path;

use super::*;
use crate::credential::rig::context;
use crate::engine::{Selection, Symbols, evaluate, plan};
use crate::model::check::Trust;
use crate::model::finding::Verdict;
use crate::model::rulebook::Rulebook;
use crate::rulebook::{RuleText, parse_all};

/// A built-in rule that asks `argv`, a list of words.
fn asking(argv: &str) -> Rulebook {
    let text = format!(
        "id: x.y\ntitle: t\nevidence:\n  k:\n    command:\n      run: {argv}\n      body: {{ first: {{ match: '^(\\w+) ', type: text }} }}\n\
         outcomes:\n  - {{ id: said, when: {{ k.exit_code: 0, k.first: one }} }}\notherwise: unknown\n"
    );
    let file = RuleText { name: "checks/x/y.yaml", text: &text, trust: Trust::BuiltIn };
    parse_all(&[file]).unwrap_or_else(|faults| panic!("{faults}"))
}

async fn gathered(rulebook: &Rulebook, ctx: Context, stop: impl Future<Output = ()>) -> (Plan, Gathered) {
    let plan = plan(rulebook, &Selection::default(), &Symbols::unknown(), false);
    let gathered = gather(&plan, &Arc::new(ctx), Duration::from_secs(60), &mut |_, _| {}, stop).await;
    (plan, gathered)
}

fn ctx() -> Context {
    let mut ctx = context("https://api.test", &[]);
    ctx.settings.probe_deadline = Duration::from_secs(30);
    ctx
}

#[tokio::test]
async fn a_command_of_a_built_in_rule_is_run_and_judged() {
    let (plan, gathered) = gathered(&asking("[echo, one, two]"), ctx(), std::future::pending()).await;
    let found = evaluate(&plan, &gathered.evidence, &Symbols::unknown());
    assert_eq!(found[0].verdict, Verdict::Healthy);
    assert!(gathered.evidence.get("command echo one two").is_some());
}

#[tokio::test]
async fn none_is_run_where_nothing_is_to_be_asked_over_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ran");
    let mut ctx = ctx();
    ctx.settings.offline = true;
    let (_, gathered) =
        gathered(&asking(&format!("[touch, {}]", file.display())), ctx, std::future::pending()).await;
    assert!(
        gathered.evidence.iter().any(|(_, evidence)| evidence.reading == Reading::Unavailable(Why::Offline))
    );
    assert!(!file.exists());
}

#[tokio::test]
async fn it_does_not_outlive_a_run_that_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let argv = format!(r#"[sh, -c, 'echo $$ > "$0"; exec sleep 600', {}]"#, file.display());
    let pid = || std::fs::read_to_string(&file).unwrap_or_default();
    let started = async {
        while !pid().ends_with('\n') {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (_, gathered) = gathered(&asking(&argv), ctx(), started).await;
    assert!(gathered.interrupted);
    assert!(!Path::new("/proc").join(pid().trim()).exists(), "it is waited for as well");
}
