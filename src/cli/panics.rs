//! What is said when a part of the program panics: where, and never what, because what panics
//! holds may be a secret.

use std::panic;

use super::output::complain;

/// From now on panics are told in one short line on standard error.
pub(super) fn tell_only_where() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", shortened(at.file()), at.line()));
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        complain(&format_args!("cmdop: internal error at {place}; please report this\n"));
    }));
}

/// The last components of a file's path: who built the program, and where, concerns nobody.
fn shortened(file: &str) -> &str {
    const COMPONENTS: usize = 3;
    match file.rmatch_indices(['/', '\\']).nth(COMPONENTS - 1) {
        Some((at, _)) if file.starts_with(['/', '\\']) || file.contains(':') => &file[at + 1..],
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_building_machine_are_cut() {
        assert_eq!(shortened("src/probe/file.rs"), "src/probe/file.rs");
        assert_eq!(shortened("/home/b/.cargo/registry/src/x/url-2.5/src/lib.rs"), "url-2.5/src/lib.rs");
    }
}
