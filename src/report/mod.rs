//! Report formats: each is a function of the [`Report`] and of how the reader wants it to look.
//! A format is one file and one line here.

pub mod diff;
mod entry;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod hidden;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod ndjson;
pub mod prometheus;
pub mod rule;
pub mod sarif;
pub mod tap;
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
    /// Events, one a line, while they happen.
    Ndjson "ndjson" "JSON events, one a line, as they happen" => |report, _| ndjson::render(report);
    /// SARIF 2.1.0.
    Sarif "sarif" "SARIF 2.1.0, for code scanning" => |report, _| sarif::render(report);
    /// JUnit XML.
    Junit "junit" "JUnit XML, for test reports" => |report, _| junit::render(report);
    /// The Test Anything Protocol.
    Tap "tap" "TAP version 14" => |report, _| tap::render(report);
    /// Workflow commands.
    Github "github" "annotations for GitHub Actions" => |report, _| github::render(report);
    /// Code Quality.
    Gitlab "gitlab" "GitLab's Code Quality report" => |report, _| gitlab::render(report);
    /// Markdown.
    Markdown "markdown" "Markdown, for job summaries and issues" => |report, _| markdown::render(report);
    /// A page.
    Html "html" "one page with a picture of the causes" => |report, _| html::render(report);
    /// Metrics.
    Prometheus "prometheus" "metrics for a textfile collector" => |report, _| prometheus::render(report);
}

impl Format {
    /// The format that `--format` calls `name`.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(known, ..)| *known == name).map(|(_, format, _)| *format)
    }
}
