//! Certificates that were made to be read.

use crate::broken::tls::Tls;
use crate::corpus::{TEXTS, examine};
use crate::support::{Home, far_future};

#[test]
fn issued_in_a_hostile_name() {
    for text in TEXTS {
        let server = Tls::new().signed_by(text).start();
        let home = Home::new();
        home.sign_in("at-4711", far_future());
        examine(&home, |run| run.env("CMDOP_API_URL", server.server.url("https")));
    }
}
