//! A real browser, driven by its debugging protocol over pipes.
#![allow(
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "tests start programs and read pipes"
)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// The program, where there is one.
pub const PROGRAM: &str = "/usr/bin/chromium";

/// How long the browser may take for one thing.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a page is looked at until it has what is waited for.
const LOOK: Duration = Duration::from_millis(50);

/// It speaks on file descriptor 4 and listens on 3; a shell can make those of two named pipes.
const START: &str = "exec \"$0\" --headless --no-sandbox --disable-gpu --no-first-run --disable-sync \
    --disable-background-networking --disable-component-update --user-data-dir=\"$1/profile\" \
    --remote-debugging-pipe about:blank 3<\"$1/in\" 4>\"$1/out\"";

/// A browser with one page.
pub struct Chromium {
    child: Child,
    speaks: File,
    answers: Receiver<Value>,
    last: u64,
    session: Option<String>,
    /// What happened on the page since it is watched.
    events: Vec<Value>,
    _folder: tempfile::TempDir,
}

impl Chromium {
    pub fn start() -> Chromium {
        let folder = tempfile::tempdir().unwrap();
        for pipe in ["in", "out"] {
            nix::unistd::mkfifo(&folder.path().join(pipe), nix::sys::stat::Mode::S_IRWXU).unwrap();
        }
        let child = Command::new("/bin/sh")
            .args(["-c", START, PROGRAM])
            .arg(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let speaks = OpenOptions::new().write(true).open(folder.path().join("in")).unwrap();
        let answers = listen(File::open(folder.path().join("out")).unwrap());
        let mut browser =
            Chromium { child, speaks, answers, last: 0, session: None, events: Vec::new(), _folder: folder };
        let page = browser.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            browser.ask("Target.attachToTarget", json!({ "targetId": page["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        browser
    }

    /// The answer to a command of the protocol.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = Value::from(session.clone());
        }
        self.speaks.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let Ok(answer) = self.answers.recv_timeout(PATIENCE) else { panic!("the browser is silent") };
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    pub fn open(&mut self, url: &str) {
        self.ask("Page.navigate", json!({ "url": url }));
    }

    /// What an expression is on the page.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        self.ask("Runtime.evaluate", json!({ "expression": expression }))["result"]["value"].clone()
    }

    /// Waits until the page has the heading `text`.
    pub fn wait_for(&mut self, text: &str) {
        let heading = "document.readyState == 'complete' && document.querySelector('h1')?.textContent";
        self.wait_until(heading, text);
    }

    /// Waits until `expression` is `wanted` on the page.
    pub fn wait_until(&mut self, expression: &str, wanted: &str) {
        let tries = PATIENCE.as_millis() / LOOK.as_millis();
        let mut seen = Value::Null;
        for _ in 0..tries {
            seen = self.evaluate(expression);
            if seen == wanted {
                return;
            }
            std::thread::sleep(LOOK);
        }
        panic!("{expression} is {seen}, not {wanted}");
    }

    /// Clicks into the middle of what `selector` finds.
    pub fn click(&mut self, selector: &str) {
        let middle = format!(
            "(box => JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]))\
             (document.querySelector('{selector}').getBoundingClientRect())"
        );
        let found: Vec<f64> = serde_json::from_str(self.evaluate(&middle).as_str().unwrap()).unwrap();
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({ "type": kind, "x": found[0], "y": found[1], "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", at);
        }
    }

    /// Types where the focus is.
    pub fn write(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// Notes from now on what the page asks for, and what goes wrong on it.
    pub fn watch(&mut self) {
        for domain in ["Page", "Network", "Runtime", "Log"] {
            self.ask(&format!("{domain}.enable"), json!({}));
        }
        self.events.clear();
    }

    /// The addresses that the page has asked for.
    pub fn requests(&self) -> Vec<String> {
        let asked = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        asked.map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    /// What scripts, styles and the policy of the page complained of.
    pub fn complaints(&self) -> Vec<String> {
        let signs = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        let heard = self.events.iter().filter(|event| signs.iter().any(|sign| event["method"] == *sign));
        heard.map(|event| event["params"].to_string()).collect()
    }

    /// The colours that the user likes.
    pub fn prefer_dark(&mut self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.ask("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Whether the page fits into a window of this width without scrolling sideways.
    pub fn fits(&mut self, width: u32) -> bool {
        let window = json!({ "width": width, "height": 760, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", window);
        self.evaluate("document.documentElement.scrollWidth <= innerWidth") == true
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Everything that the browser says, as it comes.
fn listen(out: File) -> Receiver<Value> {
    let (heard, answers) = channel();
    std::thread::spawn(move || {
        for message in BufReader::new(out).split(0) {
            let Ok(message) = message else { return };
            if heard.send(serde_json::from_slice(&message).unwrap_or_default()).is_err() {
                return;
            }
        }
    });
    answers
}
