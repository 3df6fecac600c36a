//! `cmdop doctor undo`: take a fix back, list what was applied, forget it.

use std::time::Duration;

use super::failure::{Failure, conceal};
use super::grammar::{Global, Undo};
use super::output::print;
use super::settings::in_force;
use super::treat::journal_places;
use super::{rules, screen};
use crate::fix::journal::{Entry, Places, State};
use crate::fix::undo::{NotFound, Undone, undo};
use crate::report::json::writer::Writer;
use crate::report::text::page::Page;
use crate::report::theme::{Glyph, Role, Style};
use crate::report::value;
use crate::rulebook::language::spell::nearest;
use crate::world::{World, clock};

/// The names of the JSON documents' contracts.
const LIST_SCHEMA: &str = "cmdop.doctor.fixes/1";
const UNDO_SCHEMA: &str = "cmdop.doctor.undo/1";

/// The exit code where something could not be taken back.
const STILL_THERE: u8 = 1;

/// Takes a fix back, lists them, or forgets them.
pub(super) fn run(typed: &Undo, global: &Global, world: &World) -> Result<u8, Failure> {
    let patience: Duration = rules::PATIENCE;
    let settings = in_force(global, world, patience, true)?.settings;
    let places = journal_places(&settings, world);
    let style = screen::style(global.color, screen::columns(), &world.env);
    let home = settings.home.as_deref().map(|home| home.to_string_lossy().into_owned());
    let told = Told { style, home, json: global.json };
    places.for_reading().tidy(clock::now_ms());
    if typed.purge {
        let many = places.for_reading().purge();
        return print(&told.purged(many)).map(|()| 0);
    }
    if typed.list {
        let journal = places.for_reading();
        let entries: Vec<Entry> = journal.pages().into_iter().map(|page| page.entry).collect();
        return print(&told.list(&entries)).map(|()| 0);
    }
    take_back(typed.id.as_deref(), &places, &told)
}

fn take_back(id: Option<&str>, places: &Places, told: &Told) -> Result<u8, Failure> {
    match undo(places, id) {
        Ok(undone) => {
            let all = undone.steps.iter().all(|(_, done)| done.is_ok());
            print(&told.undone(&undone)).map(|()| if all { 0 } else { STILL_THERE })
        }
        Err(NotFound::Nothing) => print(&told.nothing()).map(|()| 0),
        Err(missing @ NotFound::NoSuch(_)) => {
            let journal = places.for_reading();
            let pages = journal.pages();
            let ids = pages.iter().map(|page| page.entry.id.as_str());
            let hint = match id.and_then(|id| nearest(id, ids)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`cmdop doctor undo --list` shows what there is".to_owned(),
            };
            let typed = id.unwrap_or_default();
            Err(Failure::new(conceal(&format!("{missing}; {hint}"), [typed])))
        }
    }
}

/// How things are told.
struct Told {
    style: Style,
    home: Option<String>,
    json: bool,
}

impl Told {
    fn page(&self, fill: impl FnOnce(&mut Page)) -> Vec<u8> {
        let mut page = Page::new(&self.style, self.home.as_deref());
        fill(&mut page);
        page.finish().into_bytes()
    }

    fn nothing(&self) -> Vec<u8> {
        if self.json {
            return Writer::document(|json| {
                json.text_at("schema", UNDO_SCHEMA);
                json.maybe_at("id", None);
                json.key("steps");
                json.list([(); 0], |_, ()| {});
            });
        }
        self.page(|page| page.line(&[(Role::Plain, "nothing to take back")]))
    }

    fn purged(&self, many: usize) -> Vec<u8> {
        if self.json {
            return Writer::document(|json| {
                json.text_at("schema", LIST_SCHEMA);
                json.number_at("purged", many);
            });
        }
        let words = format!("{many} fix{} forgotten", if many == 1 { "" } else { "es" });
        self.page(|page| page.line(&[(Role::Plain, &words)]))
    }

    fn undone(&self, undone: &Undone) -> Vec<u8> {
        if self.json {
            return Writer::document(|json| {
                json.text_at("schema", UNDO_SCHEMA);
                json.text_at("id", &undone.entry.id);
                json.text_at("finding", &undone.entry.finding);
                json.break_lines(1);
                json.key("steps");
                json.list(&undone.steps, |json, (command, done)| {
                    json.object(|json| {
                        json.text_at("command", command);
                        json.flag_at("undone", done.is_ok());
                        json.maybe_at("why", done.as_ref().err().map(ToString::to_string).as_deref());
                    });
                });
            });
        }
        self.page(|page| {
            let lead = page.lead(&[(Role::Strong, &undone.entry.id), (Role::Plain, "   ")]);
            page.flow(Role::Plain, &undone.entry.finding, lead, lead);
            if undone.steps.is_empty() {
                page.field("", "taken back already");
            }
            for (command, done) in &undone.steps {
                match done {
                    Ok(()) => page.command("undone", command, "", 0),
                    Err(why) => {
                        page.command("not", command, "", 0);
                        page.field("", &why.to_string());
                    }
                }
            }
        })
    }

    fn list(&self, entries: &[Entry]) -> Vec<u8> {
        if self.json {
            return Writer::document(|json| {
                json.text_at("schema", LIST_SCHEMA);
                json.break_lines(2);
                json.key("fixes");
                json.list(entries, row);
            });
        }
        self.page(|page| {
            if entries.is_empty() {
                page.line(&[(Role::Plain, "no fix was applied, or all are forgotten")]);
            }
            for entry in entries {
                let glyph = if entry.is_open() { Glyph::Good } else { Glyph::Idle };
                let glyph = page.style.glyph(glyph);
                let lead = page.lead(&[
                    (Role::Plain, glyph),
                    (Role::Plain, " "),
                    (Role::Strong, &entry.id),
                    (Role::Plain, "   "),
                ]);
                page.flow(Role::Plain, &entry.finding, lead, lead);
                for step in &entry.steps {
                    page.command(word(step.state, step.change.is_undoable()), &step.command, "", 0);
                }
            }
        })
    }
}

fn word(state: State, undoable: bool) -> &'static str {
    match (state, undoable) {
        (State::Undone, _) => "undone",
        (_, false) => "for good",
        (State::Begun, _) => "begun",
        (State::Done, _) => "done",
    }
}

fn row(json: &mut Writer, entry: &Entry) {
    json.object(|json| {
        json.text_at("id", &entry.id);
        json.text_at("at", &value::rfc3339(entry.at));
        json.text_at("finding", &entry.finding);
        json.key("steps");
        json.list(&entry.steps, |json, step| {
            json.object(|json| {
                json.text_at("command", &step.command);
                json.text_at("state", word(step.state, true));
                json.flag_at("undoable", step.change.is_undoable());
            });
        });
    });
}
