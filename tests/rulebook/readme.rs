//! The tables in `checks/README.md` are those of the code.

use cmdop_doctor::model::settings::SYMBOLS;
use cmdop_doctor::model::template::Filter;
use cmdop_doctor::rulebook::cases;

const README: &str = include_str!("../../checks/README.md");

/// The rows below the line that begins with `head`, without their bars.
fn table(head: &str) -> Vec<Vec<String>> {
    let below = README.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = below.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells = row.trim_matches('|').replace("\\|", "\u{0}");
        cells.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
    })
    .collect()
}

#[test]
fn variables_stand_there_with_what_they_mean_and_what_they_are_in_a_case() {
    let in_case = |name: &str| cases::SYMBOLS.iter().find(|(known, _)| *known == name).unwrap().1.to_owned();
    let wanted: Vec<Vec<String>> = SYMBOLS
        .iter()
        .map(|(name, about)| vec![format!("`{{{name}}}`"), (*about).to_owned(), in_case(name)])
        .collect();
    assert_eq!(table("| variable |"), wanted);
    assert_eq!(cases::SYMBOLS.len(), SYMBOLS.len());
}

#[test]
fn filters_stand_there() {
    let mut told: Vec<String> = Vec::new();
    for row in table("| filter |") {
        let names = row[0].split('`').filter_map(|word| word.strip_prefix('|'));
        told.extend(names.map(|name| name.split(':').next().unwrap().to_owned()));
    }
    let plain = Filter::PLAIN.iter().map(|(name, _)| *name);
    let wanted: Vec<&str> = Filter::WITH_TIME.into_iter().chain(plain).collect();
    assert_eq!(told, wanted);
}
