//! Playing a page: one shell, in a home of its own, types what the page says, from top to bottom.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};

use crate::alike::difference;
use crate::blocks::fault_in;
use crate::page::{Block, Command, Page, written};
use crate::support::{CMDOP, Home};

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The home that pages show in place of the throw-away one.
const SHOWN_HOME: &str = "/home/ada";

/// Where pages show the sandbox in place of the port that it got.
const SHOWN_SERVER: &str = "http://127.0.0.1:41234";

/// The key that the sandbox of a page accepts.
const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

/// What a page may use beside the program.
const TOOLS: &str = "sh cat chmod cp cut date dirname echo env false grep head id ln ls mkdir mv printf rm sed sort tail tee touch true wc";

/// How wide an answer may be.
const COLUMNS: usize = 80;

/// Stands between answers: no command writes it.
const MARK: char = '\u{1e}';

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(50);

/// Holds a page to what it says, or writes down what is the case.
#[track_caller]
pub(crate) fn examine(path: &Path) {
    let page = Page::read(path);
    let mut faults: Vec<String> = page
        .blocks
        .iter()
        .filter_map(|block| Some(format!("{}: {}", page.place(block), fault_in(block)?)))
        .collect();
    let answers = played(&page);
    faults.extend(too_wide(&page, &answers));
    if std::env::var_os("CMDOP_BOOK_ACCEPT").is_some() {
        accept(&page, &answers);
    } else {
        faults.extend(differences(&page, &answers));
    }
    assert!(faults.is_empty(), "{}\n{}", path.display(), faults.join("\n"));
}

/// The answers of a page's console blocks, in order: each as the block would be written today.
pub(crate) struct Answers<'a>(Vec<(&'a Block, Vec<Command>)>);

/// Where the page promises another answer than the one that was given.
pub(crate) fn differences(page: &Page, answers: &Answers) -> Vec<String> {
    let mut faults = Vec::new();
    for (block, given) in &answers.0 {
        for (promised, given) in block.commands().iter().zip(given) {
            if let Some(lines) = difference(&promised.answer, &given.answer) {
                faults.push(format!("{}: $ {}{lines}", page.place(block), promised.typed));
            }
        }
    }
    faults
}

/// What people read fits a terminal, unless the block is marked: a command that is to be copied whole is as
/// wide as it is.
fn too_wide(page: &Page, answers: &Answers) -> Vec<String> {
    let narrow = answers.0.iter().filter(|(block, _)| !block.has("wide"));
    let lines = narrow.flat_map(|(block, given)| {
        given.iter().flat_map(|given| given.answer.lines()).map(|line| (page.place(block), line))
    });
    let wide = lines.filter(|(_, line)| line.chars().count() > COLUMNS);
    wide.map(|(place, line)| format!("{place}: wider than {COLUMNS} columns: {line}")).collect()
}

/// Writes the answers into the page. An answer that is right but for what may differ stays as it is.
fn accept(page: &Page, answers: &Answers) {
    let mut text = page.text.clone();
    for (block, given) in answers.0.iter().rev() {
        let kept = block.commands().into_iter().zip(given).map(|(promised, given)| {
            let right = difference(&promised.answer, &given.answer).is_none();
            let answer = if right { promised.answer } else { given.answer.clone() };
            Command { typed: promised.typed, answer }
        });
        text.replace_range(block.range.clone(), &written(&kept.collect::<Vec<_>>()));
    }
    if text != page.text {
        std::fs::write(&page.path, text).unwrap();
    }
}

/// Types everything that is to be typed.
pub(crate) fn played(page: &Page) -> Answers<'_> {
    let home = Home::new();
    let mut sandboxes = Vec::new();
    let script: String = page.blocks.iter().map(|block| lines_for(block, &mut sandboxes)).collect();
    let told = shell(&home, &script);
    let mut told = told.split_inclusive(MARK).filter_map(|answer| answer.strip_suffix(MARK));
    let run = page.blocks.iter().filter(|block| is_run(block));
    let answers = run.map(|block| {
        let given = block.commands().into_iter().map(|command| {
            let answer = told.next().unwrap_or("(the shell did not come so far)");
            Command { typed: command.typed, answer: shown(answer, &home, &sandboxes) }
        });
        (block, given.collect())
    });
    Answers(answers.collect())
}

fn is_run(block: &Block) -> bool {
    block.language == "console" && !block.has("norun")
}

/// What the shell is told to do for a block.
fn lines_for(block: &Block, sandboxes: &mut Vec<Sandbox>) -> String {
    if block.language == "setup" {
        return format!("{{\n{}}} >/dev/null\n", block.text);
    }
    if let Some(file) = block.mark("file") {
        return format!(
            "mkdir -p \"$(dirname {file})\"\ncat > {file} <<'END OF FILE'\n{}END OF FILE\n",
            block.text
        );
    }
    if !is_run(block) {
        return String::new();
    }
    let server = match block.mark("sandbox") {
        Some(faults) => {
            let sandbox = sandbox(&faults);
            let server = format!("export CMDOP_API_URL={}\n", sandbox.base_url());
            sandboxes.push(sandbox);
            server
        }
        None => "unset CMDOP_API_URL\n".to_owned(),
    };
    let typed =
        |command: Command| format!("{}{{ ended=$?; printf '\\036'; (exit $ended); }}\n", command.typed);
    server + &block.commands().into_iter().map(typed).collect::<String>()
}

/// A sandbox that is broken in these ways (their names, with commas), and knows the key of the book.
fn sandbox(faults: &str) -> Sandbox {
    let faults = faults.split(',').filter(|name| !name.is_empty());
    let faults: Vec<Fault> = faults.map(|name| name.parse().unwrap()).collect();
    Sandbox::start(Options { accept_keys: vec![KEY.to_owned()], ..Options::broken(&faults) }).unwrap()
}

/// Runs `script` in `home`, and nothing of this machine but the tools. Returns all that it wrote.
fn shell(home: &Home, script: &str) -> String {
    let tools = tools();
    let file = home.file(".script", format!("exec 2>&1\nrm ~/.script\n{script}"));
    let mut shell = Process::new("/bin/sh");
    shell.arg(file).env_clear().current_dir(home.path()).process_group(0);
    shell.env("HOME", home.path()).env("PATH", tools.path()).env("LANG", "C.UTF-8").env("DISPLAY", ":0");
    let answers = home.path().with_extension("answers");
    shell.stdin(Stdio::null()).stdout(std::fs::File::create(&answers).unwrap());
    let mut child = shell.spawn().unwrap();
    let group = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    let end = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    // Whatever the page left running ends with it.
    let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
    let _ = child.wait();
    let told = String::from_utf8_lossy(&std::fs::read(&answers).unwrap()).into_owned();
    std::fs::remove_file(&answers).unwrap();
    told
}

/// A folder with the program and the tools.
fn tools() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("bin").tempdir().unwrap();
    let link =
        |program: &Path, name: &str| std::os::unix::fs::symlink(program, folder.path().join(name)).unwrap();
    link(Path::new(CMDOP), "cmdop");
    for tool in TOOLS.split(' ') {
        let found = ["/usr/bin", "/bin"].iter().map(|folder| PathBuf::from(folder).join(tool));
        let found = found.into_iter().find(|program| program.exists());
        link(&found.unwrap_or_else(|| panic!("this machine has no {tool}")), tool);
    }
    folder
}

/// The answer as the page shows it: at home with Ada, and served at one port.
fn shown(answer: &str, home: &Home, sandboxes: &[Sandbox]) -> String {
    let at_home = answer.replace(&*home.path().to_string_lossy(), SHOWN_HOME);
    let mut text = sandboxes.iter().fold(at_home, |text, one| text.replace(one.base_url(), SHOWN_SERVER));
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[test]
fn a_page_that_promises_something_else_fails() {
    let text = "```yaml file=a/b.yaml\nx: 1\n```\n<!-- setup\nchmod 600 a/b.yaml\n-->\n\n```console sandbox\n$ cat a/b.yaml\nx: 1\n\
        $ cmdop --nothing\n$ echo $?\n2\n$ echo $HOME; printf $CMDOP_API_URL\n/home/ada\nhttp://127.0.0.1:1\n```\n";
    let page = Page::of(Path::new("a.md"), text.to_owned());
    let faults = differences(&page, &played(&page));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with("a.md:9: $ cmdop --nothing\n+ "), "{faults:#?}");
}

#[test]
fn a_page_that_breaks_its_shell_fails() {
    let page = Page::of(Path::new("a.md"), "```console\n$ exit 0\n$ true\n```\n".to_owned());
    assert_eq!(differences(&page, &played(&page)).len(), 2);
}
