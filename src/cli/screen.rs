//! How a report should look on this terminal, or in this pipe.

use crate::report::theme::Style;
use crate::world::Env;

use super::grammar::ColorChoice;

/// What is written to a pipe or a file is this wide.
const PLAIN_WIDTH: usize = 80;

/// Longer lines are hard to read, however wide the terminal.
const WIDEST: usize = 110;

/// The style for standard output. `columns` is the width of the terminal, if it is one.
pub(super) fn style(color: ColorChoice, columns: Option<usize>, env: &Env) -> Style {
    Style {
        width: columns.map_or(PLAIN_WIDTH, |columns| columns.min(WIDEST)),
        color: wants_color(color, columns.is_some(), env),
        ascii: is_ascii(env),
        ..Style::PLAIN
    }
}

/// The width of the terminal on standard output, if there is one there.
pub(super) fn columns() -> Option<usize> {
    width(terminal_size::terminal_size_of(std::io::stdout()))
}

/// The same of standard error.
pub(super) fn error_columns() -> Option<usize> {
    width(terminal_size::terminal_size_of(std::io::stderr()))
}

fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    let terminal_size::Width(columns) = size?.0;
    // A terminal that does not know its width says 0.
    Some(if columns == 0 { PLAIN_WIDTH } else { usize::from(columns) })
}

/// The flag decides; then NO_COLOR (no-color.org), CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR
/// (bixense.com/clicolors); then whether a terminal that knows colours is there.
pub(super) fn wants_color(choice: ColorChoice, terminal: bool, env: &Env) -> bool {
    let on = |name: &str| env.text(name).is_some_and(|value| !matches!(value, "0" | "false"));
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if env.text("NO_COLOR").is_some() => false,
        ColorChoice::Auto if on("CLICOLOR_FORCE") || on("FORCE_COLOR") => true,
        ColorChoice::Auto if env.text("CLICOLOR") == Some("0") => false,
        ColorChoice::Auto => terminal && env.text("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Whether the locale (POSIX: the first of these that is set and not empty) or the terminal knows
/// nothing beyond ASCII. Without any the locale is "C", except where systems set none.
fn is_ascii(env: &Env) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env.text(name));
    let unicode = match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(any(target_os = "macos", windows)),
    };
    !unicode || env.text("TERM") == Some("dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        Env::made_of(pairs.iter().copied())
    }

    #[test]
    fn colour_follows_flag_then_variables_then_terminal() {
        let auto = |terminal, pairs: &[(&str, &str)]| wants_color(ColorChoice::Auto, terminal, &env(pairs));
        assert!(auto(true, &[]) && !auto(false, &[]));
        assert!(!auto(true, &[("NO_COLOR", "0")]) && auto(true, &[("NO_COLOR", "")]));
        assert!(auto(false, &[("CLICOLOR_FORCE", "1")]) && !auto(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(auto(false, &[("FORCE_COLOR", "3")]));
        assert!(!auto(true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        assert!(!auto(true, &[("CLICOLOR", "0")]) && !auto(true, &[("TERM", "dumb")]));
        assert!(wants_color(ColorChoice::Always, false, &env(&[("NO_COLOR", "1")])));
        assert!(!wants_color(ColorChoice::Never, true, &env(&[("FORCE_COLOR", "1")])));
    }

    #[test]
    fn the_locale_decides_about_signs() {
        assert!(!is_ascii(&env(&[("LANG", "de_DE.UTF-8")])));
        assert!(!is_ascii(&env(&[("LC_ALL", "C.utf8")])));
        assert!(is_ascii(&env(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])));
        assert!(!is_ascii(&env(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")])));
        assert!(is_ascii(&env(&[("LANG", "de_DE.UTF-8"), ("TERM", "dumb")])));
    }

    #[test]
    fn a_pipe_is_eighty_columns_and_a_wide_terminal_not_too_wide() {
        let width = |columns| style(ColorChoice::Auto, columns, &env(&[])).width;
        assert_eq!((width(None), width(Some(60)), width(Some(300))), (80, 60, 110));
    }
}
