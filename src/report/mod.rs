//! Report formats: each is a function of the [`Report`] and of how the reader wants it to look.
//! A format is one file and one line here.

pub mod diff;
pub mod hidden;
pub mod json;
pub mod text;
pub mod theme;
pub mod value;

use crate::model::report::Report;
use theme::Style;

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident $name:literal $about:literal => $render:expr;)*) => {
        /// A way to write a report down.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format { $($(#[$doc])* $variant,)* }

        impl Format {
            /// Every format, by the name that `--format` takes, with what it is good for.
            pub const ALL: &'static [(&'static str, Format, &'static str)] =
                &[$(($name, Format::$variant, $about),)*];

            /// Writes `report` down.
            pub fn render(self, report: &Report, style: &Style) -> Vec<u8> {
                let render: fn(&Report, &Style) -> Vec<u8> = match self {
                    $(Format::$variant => $render,)*
                };
                render(report, style)
            }
        }
    };
}

formats! {
    /// Roots with symptom, cause and fix, and one closing line.
    Text "text" "for people" => |report, style| text::render(report, style).into_bytes();
    /// One document that grows by addition only; frozen by `schemas/report-1.schema.json`.
    Json "json" "one JSON document, for programs" => |report, _| json::render(report);
}

impl Format {
    /// The format that `--format` calls `name`.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(known, ..)| *known == name).map(|(_, format, _)| *format)
    }
}
