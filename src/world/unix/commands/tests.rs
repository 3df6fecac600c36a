//! Commands end when they should, with all that they have started, and learn no secret.

use super::*;
use crate::world::Env;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn env() -> Env {
    Env::made_of([
        ("HOME", "/home/ada"),
        ("CMDOP_API_KEY", concat!("cmd_acme_", "a1b2c3d4e5f6")),
        ("GITHUB_TOKEN", "x"),
    ])
}

async fn run(argv: &[&str]) -> Ended {
    Commands::default().run(&words(argv), &env(), soon()).await.unwrap()
}

/// Whether the process is there, be it ended and not yet waited for.
fn is_there(pid: &str) -> bool {
    std::path::Path::new("/proc").join(pid.trim()).exists()
}

#[tokio::test]
async fn a_command_tells_what_it_says_and_how_it_ends() {
    let ended = run(&["sh", "-c", "echo out; echo err >&2; exit 3"]).await;
    assert_eq!((ended.exit_code(), ended.signal()), (Some(3), None));
    assert_eq!((ended.stdout, ended.stderr), (b"out\n".to_vec(), b"err\n".to_vec()));
    assert!(!ended.timed_out && !ended.truncated);
    let killed = run(&["sh", "-c", "kill -TERM $$"]).await;
    assert_eq!((killed.exit_code(), killed.signal()), (None, Some(15)));
}

#[tokio::test]
async fn it_gets_no_secret_no_input_and_a_folder_of_nobodys() {
    let ended = run(&["sh", "-c", "env; pwd; cat"]).await;
    let said = String::from_utf8(ended.stdout.clone()).unwrap();
    let mut names: Vec<&str> = said.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.retain(|name| !matches!(*name, "PWD" | "OLDPWD" | "SHLVL" | "_"));
    names.sort_unstable();
    assert_eq!(names, ["HOME", "LC_ALL", "PATH"], "{said}");
    assert_eq!(said.lines().last(), Some("/"));
    assert_eq!(ended.exit_code(), Some(0));
}

#[tokio::test]
async fn its_words_go_through_no_shell() {
    assert_eq!(run(&["echo", "a b", "$HOME", "`id`", ";"]).await.stdout, b"a b $HOME `id` ;\n");
}

#[tokio::test]
async fn only_the_systems_programs_are_found_by_name() {
    let missing = |argv: &'static [&'static str]| async move {
        matches!(Commands::default().run(&words(argv), &env(), soon()).await, Err(NotRun::Missing))
    };
    assert!(missing(&["no such program"]).await);
    assert!(
        missing(&["./sh"]).await && missing(&["bin/sh"]).await && missing(&[]).await && missing(&[""]).await
    );
    assert_eq!(run(&["/bin/sh", "-c", "exit 0"]).await.exit_code(), Some(0));
}

#[tokio::test]
async fn at_the_deadline_it_ends_with_all_that_it_has_started() {
    let soon = Instant::now() + Duration::from_secs(3);
    let argv = words(&["sh", "-c", "echo $$; sleep 600 & echo $!; wait"]);
    let ended = Commands::default().run(&argv, &env(), soon).await.unwrap();
    assert!(ended.timed_out && ended.status.is_none(), "{ended:?}");
    let said = String::from_utf8(ended.stdout).unwrap();
    let pids: Vec<&str> = said.lines().collect();
    assert_eq!(pids.len(), 2, "{said}");
    assert!(!is_there(pids[0]), "it is waited for");
    gone(pids[1]).await;
}

/// Waits until a killed process, which nobody here has to wait for, is gone or at least dead.
async fn gone(pid: &str) {
    let state = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    for _ in 0..1000 {
        let state = state();
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{pid} still runs");
}

#[tokio::test]
async fn what_it_leaves_behind_ends_with_it_and_holds_nobody_up() {
    let ended = run(&["sh", "-c", "sleep 600 & echo $!"]).await;
    assert_eq!(ended.exit_code(), Some(0));
    assert!(!ended.timed_out);
    gone(String::from_utf8(ended.stdout).unwrap().trim()).await;
}

#[tokio::test]
async fn what_says_too_much_is_cut_off() {
    let ended = run(&["yes"]).await;
    assert!(ended.truncated && !ended.timed_out && ended.status.is_none());
    assert_eq!(ended.stdout.len(), MOST);
    let exact = run(&["head", "-c", "65536", "/dev/zero"]).await;
    assert_eq!((exact.truncated, exact.stdout.len(), exact.exit_code()), (false, MOST, Some(0)));
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_any_more_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let argv = words(&["sh", "-c", "echo $$ > \"$0\"; exec sleep 600", file.to_str().unwrap()]);
    let commands = Commands::default();
    let pid = || std::fs::read_to_string(&file).unwrap_or_default();
    let env = env();
    tokio::select! {
        _ = commands.run(&argv, &env, soon()) => panic!("it does not end by itself"),
        () = async { while !pid().ends_with('\n') { tokio::time::sleep(Duration::from_millis(5)).await } } => {}
    }
    assert!(!is_there(&pid()), "it is waited for");
}

#[tokio::test]
async fn all_end_at_once_and_none_starts_afterwards() {
    let commands = Arc::new(Commands::default());
    let slow = Arc::clone(&commands);
    let running = tokio::spawn(async move { slow.run(&words(&["sleep", "600"]), &env(), soon()).await });
    while lock(&commands.0).groups.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    commands.end_all();
    let ended = running.await.unwrap().unwrap();
    assert!(!ended.timed_out, "{ended:?}");
    assert!(matches!(commands.run(&words(&["true"]), &env(), soon()).await, Err(NotRun::Io(_))));
}
