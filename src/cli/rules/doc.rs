//! `cmdop doctor rules doc`: all rules of a run as a book.

use std::path::Path;

use super::load::{PATIENCE, load};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Global, RuleDoc, RuleFiles};
use crate::cli::output::print;
use crate::cli::settings::in_force;
use crate::model::rulebook::{Family, Rulebook};
use crate::report::json::writer::Writer;
use crate::report::rule::markdown::{Chapter, page, render};
use crate::report::rule::{Told, json};
use crate::rulebook::unpacked;
use crate::world::World;
use crate::world::files::words;
use crate::world::save::{make_folder, save};

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.rules/1";

/// Writes the book to where it is wanted.
pub(in crate::cli) fn run(
    typed: &RuleDoc,
    files: &RuleFiles,
    global: &Global,
    world: &World,
) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let chapters = chapters(&unpacked(&load(files, &in_force, PATIENCE)?.rulebook));
    if let Some(folder) = &typed.dir {
        return pages(folder, &chapters).map(|()| 0);
    }
    let book = if global.json { as_json(&chapters) } else { render(&chapters) };
    match &typed.output {
        Some(file) => write(file, &book).map(|()| 0),
        None => print(&book).map(|()| 0),
    }
}

fn chapters(book: &Rulebook) -> Vec<Chapter> {
    let family = |of: Family| Family::ALL.iter().find(|(_, known)| *known == of).map_or("", |(name, _)| name);
    let checks = book.checks.iter().map(|check| Told::of_check(check, book.change(check.id)));
    vec![
        chapter(
            "Checks",
            "Questions, each about one thing. The first answer that certainly holds is the finding.",
            checks,
        ),
        chapter("Causes", "What explains several findings at once.", book.causes.iter().map(Told::of_cause)),
        chapter(
            "Symptoms",
            "Messages that people see, and what can be the reason.",
            book.symptoms.iter().map(Told::of_symptom),
        ),
        chapter("Logs", "Lines of logs, and what they show or can mean.", book.logs.iter().map(Told::of_log)),
        chapter(
            "Shapes",
            "What credentials look like.",
            book.shapes.iter().map(|shape| Told::of_shape(shape, family(shape.family))),
        ),
        chapter(
            "Profiles",
            "Selections of checks, for `--profile`.",
            book.profiles.iter().map(Told::of_profile),
        ),
    ]
}

fn chapter(title: &'static str, about: &'static str, rules: impl Iterator<Item = Told>) -> Chapter {
    let mut rules: Vec<Told> = rules.collect();
    rules.sort_by_key(|told| told.id);
    Chapter { title, about, rules }
}

/// Writes a page for each rule, and one that lists them.
fn pages(folder: &Path, chapters: &[Chapter]) -> Result<(), Failure> {
    let mut list = "# The rules of cmdop doctor\n".to_owned();
    for chapter in chapters {
        let below = chapter.title.to_lowercase();
        let place = folder.join(&below);
        make_folder(&place).map_err(|error| unwritten(&place, &error))?;
        list.push_str(&format!("\n## {}\n\n{}\n\n", chapter.title, chapter.about));
        for told in &chapter.rules {
            // Ids are made of small letters, digits, dots and underscores.
            write(&place.join(format!("{}.md", told.id)), &page(told))?;
            list.push_str(&format!("- [`{0}`]({below}/{0}.md)\n", told.id));
        }
    }
    write(&folder.join("README.md"), list.as_bytes())
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    save(file, bytes).map_err(|error| unwritten(file, &error))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {}", path.display(), words(error)))
}

fn as_json(chapters: &[Chapter]) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.break_lines(1);
        for chapter in chapters {
            json.free_key(&chapter.title.to_lowercase());
            json.list(&chapter.rules, |json, told| json.object(|json| json::members(json, told)));
        }
    })
}
