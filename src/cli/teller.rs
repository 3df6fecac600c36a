//! What an operation tells while it works, in words on standard error.

use std::fmt::Display;
use std::sync::Mutex;
use std::time::Duration;

use super::output::complain;
use crate::auth::{Due, Notice, Person, Way};
use crate::report::hidden::visible;
use crate::world::terminal::terminals;

/// Somebody at a terminal, or whatever collects standard error.
#[derive(Debug)]
pub(super) struct Teller {
    /// A line can be drawn over.
    terminal: bool,
    /// The time that is drawn now, in seconds.
    drawn: Mutex<Option<u64>>,
}

impl Teller {
    pub(super) fn new() -> Teller {
        Teller { terminal: terminals().stderr, drawn: Mutex::default() }
    }

    fn say(&self, words: &dyn Display) {
        self.erase();
        complain(words);
    }

    /// Draws the time left, once for every second, where that can be drawn over.
    fn draw(&self, left: Duration) {
        let Ok(mut drawn) = self.drawn.lock() else { return };
        let seconds = left.as_secs();
        if self.terminal && *drawn != Some(seconds) {
            // ECMA-48 EL: erase the line.
            complain(&format_args!("\r\x1b[K{:>2}:{:02} left", seconds / 60, seconds % 60));
            *drawn = Some(seconds);
        }
    }

    fn erase(&self) {
        if let Ok(mut drawn) = self.drawn.lock()
            && drawn.take().is_some()
        {
            complain(&"\r\x1b[K");
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.erase();
    }
}

impl Person for Teller {
    fn tell(&self, notice: &Notice) {
        match notice {
            Notice::Left(left) => self.draw(*left),
            Notice::Committed(_) => {}
            other => self.say(&words(other)),
        }
    }
}

/// A notice as people read it, in whole lines. Addresses and codes stand in lines of their own.
fn words(notice: &Notice) -> String {
    match notice {
        Notice::Chosen { way: Way::Device, why } => {
            format!("Signing in with a device code: {}.\n", visible(why))
        }
        Notice::Chosen { way: Way::Browser, why } => {
            format!("Signing in with a browser: {}.\n", visible(why))
        }
        Notice::Page { url, foreign_host } => {
            format!(
                "Open this page in your browser:\n{}\n{}",
                visible(url),
                elsewhere(foreign_host.as_deref())
            )
        }
        Notice::Opened { by, running: false } => {
            format!("`{}` was asked to open it. Waiting for the browser to come back.\n", visible(by))
        }
        Notice::Opened { by, running: true } => format!(
            "`{}` was started to open it, and runs on. If no page appears, open it yourself.\n",
            visible(by)
        ),
        Notice::NotOpened(why) => {
            format!("No browser opened ({}): open the page yourself.\n", visible(&why.join(", ")))
        }
        Notice::Stray(why) => {
            format!("A request to the callback address was refused: {why} Still waiting.\n")
        }
        Notice::Code { user_code, page, complete, foreign_host, left } => {
            let complete = complete
                .as_deref()
                .map(|url| format!("The same page with the code in it:\n{}\n", visible(url)));
            format!(
                "Open this page in a browser, on this or any other machine:\n{}\n{}and enter this code there:\n{}\n{}\
                 The code is good for {}.\n",
                visible(page),
                elsewhere(foreign_host.as_deref()),
                visible(user_code),
                complete.unwrap_or_default(),
                span(*left)
            )
        }
        Notice::Trouble(what) => format!("No usable answer ({}); still asking.\n", visible(what)),
        Notice::Due(Due::SecondFactor) => {
            "You are signed in, and the server wants a second factor: give it in the browser.\n".to_owned()
        }
        Notice::Due(Due::SignOn) => {
            "You are signed in, and your organisation's single sign-on is due: do it in the browser.\n"
                .to_owned()
        }
        Notice::Left(_) | Notice::Committed(_) => String::new(),
    }
}

fn elsewhere(host: Option<&str>) -> String {
    let words =
        |host| format!("(That is at {}, not at the address of the server in force.)\n", visible(host));
    host.map(words).unwrap_or_default()
}

/// Minutes where they are whole, or else seconds.
fn span(span: Duration) -> String {
    match span.as_secs() {
        60 => "1 minute".to_owned(),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_in_a_line_of_its_own() {
        let url = "https://auth.cmdop.com/oauth/authorize?a=b".to_owned();
        let said = words(&Notice::Page { url: url.clone(), foreign_host: None });
        assert!(said.lines().any(|line| line == url));
        let said = words(&Notice::Page { url, foreign_host: Some("evil\u{202e}.test".to_owned()) });
        assert!(said.contains("evil\\u{202e}.test"), "{said}");
    }

    #[test]
    fn a_device_code_and_its_page_stand_in_lines_of_their_own() {
        let said = words(&Notice::Code {
            user_code: "ABC-XYZ".to_owned(),
            page: "https://cmdop.com/device".to_owned(),
            complete: Some("https://cmdop.com/device?user_code=ABC-XYZ".to_owned()),
            foreign_host: None,
            left: Duration::from_secs(900),
        });
        let lines: Vec<_> = said.lines().collect();
        assert_eq!(lines[1], "https://cmdop.com/device");
        assert_eq!(lines[3], "ABC-XYZ");
        assert_eq!(*lines.last().unwrap(), "The code is good for 15 minutes.");
    }
}
