//! A sign of life on standard error while something slow runs.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

/// What is faster than this needs no sign of life.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long one picture stands.
const PICTURE: Duration = Duration::from_millis(100);

const PICTURES: [char; 4] = ['|', '/', '-', '\\'];

/// Does `work`, and turns a wheel beside `words` once it takes long; erased before this returns.
pub(super) async fn during<T>(words: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    let mut pictures = PICTURES.iter().cycle();
    let mut ticks = interval_at(Instant::now() + PATIENCE, PICTURE);
    let mut drawn = false;
    let done = loop {
        tokio::select! {
            biased;
            done = &mut work => break done,
            _ = ticks.tick() => {
                let picture = pictures.next().unwrap_or(&'-');
                draw(&format!("\r{picture} {words}"));
                drawn = true;
            }
        }
    };
    if drawn {
        // ECMA-48 EL: erase the line.
        draw("\r\x1b[K");
    }
    done
}

fn draw(text: &str) {
    let mut err = io::stderr().lock();
    let _nobody_is_looking = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}
