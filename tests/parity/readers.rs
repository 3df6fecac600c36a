//! Every format read back by a parser: which roots and findings does it tell of?

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// What a report tells, whatever its format. Ids are as they are shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The entry's id and its severity, for each root.
    pub(crate) roots: BTreeSet<(String, String)>,
    /// Verdicts by id; a format that lists roots alone has none.
    pub(crate) findings: Option<BTreeMap<String, String>>,
    /// Roots, errors, warnings, healthy, unknown and waived, where they are told as numbers.
    pub(crate) counts: Option<[u64; 6]>,
    pub(crate) exit_code: Option<u64>,
}

const COUNTS: [&str; 6] = ["roots", "errors", "warnings", "healthy", "unknown", "waived"];

/// The formats that [`read`] reads.
pub(crate) const FORMATS: [&str; 10] =
    ["json", "ndjson", "sarif", "junit", "tap", "github", "gitlab", "markdown", "html", "prometheus"];

/// Reads a report in `format`; panics where it is not of that format.
#[track_caller]
pub(crate) fn read(format: &str, bytes: &[u8]) -> Told {
    let text = std::str::from_utf8(bytes).unwrap();
    match format {
        "json" => json(text),
        "ndjson" => ndjson(text),
        "sarif" => sarif(text),
        "junit" => junit(text),
        "tap" => tap(text),
        "github" => github(text),
        "gitlab" => gitlab(text),
        "markdown" => markdown(text),
        "html" => html(text),
        "prometheus" => prometheus(text),
        other => panic!("no reader of {other}"),
    }
}

fn shown(text: &str) -> String {
    cmdop_doctor::report::hidden::visible(text).into_owned()
}

fn text(value: &Value) -> String {
    shown(value.as_str().unwrap())
}

fn counts(summary: &Value) -> Option<[u64; 6]> {
    Some(COUNTS.map(|name| summary[name].as_u64().unwrap()))
}

/// An entry's id: of a check with its element, or of a cause rule.
fn entry_id(root: &Value) -> String {
    let id = root["id"].as_str().unwrap();
    let element = id.find('[').map_or("", |at| &id[at..]);
    shown(&root["check"].as_str().map_or(id.to_owned(), |check| format!("{check}{element}")))
}

fn finding_id(finding: &Value) -> String {
    let element = finding["element"].as_str().map(|element| format!("[{element}]"));
    shown(&format!("{}{}", finding["check"].as_str().unwrap(), element.unwrap_or_default()))
}

fn json(source: &str) -> Told {
    let report: Value = serde_json::from_str(source).unwrap();
    let roots = report["roots"].as_array().unwrap().iter();
    let findings = report["findings"].as_array().unwrap().iter();
    Told {
        roots: roots.map(|root| (entry_id(root), text(&root["severity"]))).collect(),
        findings: Some(findings.map(|one| (finding_id(one), text(&one["verdict"]))).collect()),
        counts: counts(&report["summary"]),
        exit_code: report["exit_code"].as_u64(),
    }
}

fn ndjson(source: &str) -> Told {
    let events: Vec<Value> = source.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |name: &'static str| events.iter().filter(move |event| event["event"] == name);
    assert_eq!(events[0]["event"], "started");
    let last = events.last().unwrap();
    assert_eq!((&last["event"], named("summary").count()), (&Value::from("summary"), 1));
    let findings = named("finding").map(|event| &event["finding"]);
    Told {
        roots: named("root")
            .map(|event| (entry_id(&event["root"]), text(&event["root"]["severity"])))
            .collect(),
        findings: Some(findings.map(|one| (finding_id(one), text(&one["verdict"]))).collect()),
        counts: counts(&last["summary"]),
        exit_code: last["exit_code"].as_u64(),
    }
}

fn sarif(source: &str) -> Told {
    let log: Value = serde_json::from_str(source).unwrap();
    let faults = super::sarif_faults(&log);
    assert_eq!(faults, Vec::<String>::new());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut roots = BTreeSet::new();
    let mut prints = BTreeSet::new();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(prints.insert(result["partialFingerprints"]["finding/v1"].to_string()), "{result}");
        if result.get("suppressions").is_none() {
            roots.insert((text(&result["properties"]["id"]), text(&result["level"])));
        }
    }
    let findings = run["properties"]["findings"].as_array().unwrap().iter();
    Told {
        roots,
        findings: Some(findings.map(|one| (text(&one["id"]), text(&one["verdict"]))).collect()),
        counts: counts(&run["properties"]["summary"]),
        exit_code: run["invocations"][0]["exitCode"].as_u64(),
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).unwrap()?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned())
}

fn junit(source: &str) -> Told {
    let (mut roots, mut findings) = (BTreeSet::new(), BTreeMap::new());
    let (mut id, mut verdict, mut severity, mut failing) = (String::new(), String::new(), None, 0);
    let mut reader = Reader::from_str(source);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                b"testcase" => {
                    id = attribute(&tag, "name").unwrap();
                    severity = None;
                }
                b"failure" | b"error" => failing += 1,
                b"property" => {
                    let value = attribute(&tag, "value").unwrap();
                    match attribute(&tag, "name").unwrap().as_str() {
                        "verdict" => verdict = value,
                        "severity" => severity = Some(value),
                        _ => {}
                    }
                }
                _ => {}
            },
            Event::End(tag) if tag.name().as_ref() == b"testcase" => {
                roots.extend(severity.take().map(|severity| (id.clone(), severity)));
                findings.insert(id.clone(), verdict.clone());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Told { roots, findings: Some(findings), counts: None, exit_code: (failing == 0).then_some(0) }
}

fn tap(source: &str) -> Told {
    let mut lines = source.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan: usize = lines.next().unwrap().strip_prefix("1..").unwrap().parse().unwrap();
    let (mut roots, mut findings, mut points, mut failing) = (BTreeSet::new(), BTreeMap::new(), 0, 0);
    // What begins with a number sign is a comment (TAP 14, "Comments").
    let mut rest = lines.filter(|line| !line.starts_with('#')).peekable();
    while let Some(line) = rest.next() {
        let (ok, point) = match line.strip_prefix("not ok ") {
            Some(point) => (false, point),
            None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("{line}"))),
        };
        points += 1;
        let described = point.strip_prefix(&format!("{points} - ")).unwrap_or_else(|| panic!("{line}"));
        let described = described.split(" # ").next().unwrap();
        let id = described.replace("\\#", "#").replace("\\\\", "\\");
        failing += usize::from(!ok && !line.contains(" # TODO "));
        let mut verdict = "healthy".to_owned();
        if rest.next_if_eq(&"  ---").is_some() {
            let block: Vec<&str> = rest.by_ref().take_while(|line| *line != "  ...").collect();
            let block: BTreeMap<String, String> = serde_yaml::from_str(&block.join("\n")).unwrap();
            verdict = block["verdict"].clone();
            roots.extend(block.get("severity").map(|severity| (id.clone(), severity.clone())));
        }
        findings.insert(id, verdict);
    }
    assert_eq!(points, plan);
    Told { roots, findings: Some(findings), counts: None, exit_code: (failing == 0).then_some(0) }
}

/// What GitHub's runner makes of a line.
fn command(line: &str) -> Option<(&str, String, String)> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, title) = head.split_once(" title=").unwrap_or((head, ""));
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    assert!(!title.contains([':', ',']), "{line}");
    Some((name, data(&title.replace("%3A", ":").replace("%2C", ",")), data(message)))
}

fn github(source: &str) -> Told {
    let (mut roots, mut findings, mut grouped) = (BTreeSet::new(), BTreeMap::new(), false);
    let mut exit_code = None;
    for line in source.lines() {
        match command(line) {
            Some(("error" | "warning" | "notice", title, _)) => assert!(title.contains(": ")),
            Some(("group", ..)) => grouped = true,
            Some(("endgroup", ..)) => grouped = false,
            Some(other) => panic!("{other:?}"),
            None if grouped => {
                let (word, id) = line.split_once(' ').unwrap();
                if word == "error" || word == "warning" {
                    roots.insert((id.to_owned(), word.to_owned()));
                }
                findings.insert(id.to_owned(), word.to_owned());
            }
            None => exit_code = line.rsplit_once("exit code ").and_then(|(_, code)| code.parse().ok()),
        }
    }
    for (id, _) in &roots {
        findings.insert(id.clone(), "sick".to_owned());
    }
    Told { roots, findings: Some(findings), counts: None, exit_code }
}

fn gitlab(source: &str) -> Told {
    let list: Value = serde_json::from_str(source).unwrap();
    let mut roots = BTreeSet::new();
    for issue in list.as_array().unwrap() {
        assert!(issue["location"]["lines"]["begin"].is_u64() && issue["location"]["path"].is_string());
        assert_eq!(issue["fingerprint"].as_str().unwrap().len(), 32);
        let severity = match issue["severity"].as_str().unwrap() {
            "major" => "error",
            "minor" => "warning",
            "info" => continue,
            other => panic!("{other}"),
        };
        let id = text(&issue["description"]);
        roots.insert((id.split(": ").next().unwrap().to_owned(), severity.to_owned()));
    }
    Told { roots, ..Told::default() }
}

fn markdown(source: &str) -> Told {
    use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
    let (mut roots, mut heading, mut level) = (BTreeSet::new(), String::new(), None);
    for event in Parser::new_ext(source, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level: at, .. }) => (level, heading) = (Some(at), String::new()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in {source}"),
            Event::InlineHtml(html) => panic!("{html}"),
            Event::Html(html) => {
                let ours = ["<details><summary>", "</details>"];
                assert!(ours.iter().any(|ours| html.trim().starts_with(ours)), "{html}");
            }
            Event::Text(words) | Event::Code(words) if level.is_some() => heading.push_str(&words),
            Event::End(TagEnd::Heading(HeadingLevel::H3)) => {
                let (sign, id) = heading.split_once(": ").unwrap();
                roots.insert((id.to_owned(), sign.rsplit(' ').next().unwrap().to_owned()));
                level = None;
            }
            Event::End(TagEnd::Heading(_)) => level = None,
            _ => {}
        }
    }
    Told { roots, ..Told::default() }
}

/// The page is written so that an XML parser reads it as well.
fn html(source: &str) -> Told {
    let (mut roots, mut findings) = (BTreeSet::new(), BTreeMap::new());
    let mut reader = Reader::from_str(source);
    reader.config_mut().check_end_names = true;
    let mut articles = Vec::new();
    let mut inside = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                assert!(
                    !["script", "iframe", "img", "object", "a", "form"].contains(&name.as_str()),
                    "{name}"
                );
                let on = |attribute: &[u8]| attribute.starts_with(b"on");
                assert!(tag.attributes().all(|one| !on(one.unwrap().key.as_ref())), "{tag:?}");
                if name == "article" {
                    articles.push(attribute(&tag, "class").unwrap());
                    inside = Some(String::new());
                }
                if let Some(id) = attribute(&tag, "data-finding") {
                    findings.insert(id, attribute(&tag, "data-verdict").unwrap());
                }
            }
            Event::End(tag) if tag.name().as_ref() == b"h3" => {
                // The sign, the severity and the id, which may hold blanks.
                let heading = inside.take().unwrap();
                let severity = articles.last().unwrap().clone();
                let id = heading.split_once(&format!("{severity} ")).unwrap().1.to_owned();
                roots.insert((id, severity));
            }
            Event::Text(words) => {
                inside.iter_mut().for_each(|inside| inside.push_str(&words.decode().unwrap()));
            }
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().unwrap().unwrap();
                inside.iter_mut().for_each(|inside| inside.push(resolved));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Told { roots, findings: Some(findings), ..Told::default() }
}

/// One sample: name, labels, value.
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
    let mut labels = BTreeMap::new();
    let mut chars = rest.chars().peekable();
    if chars.next_if_eq(&'{').is_some() {
        while chars.next_if_eq(&'}').is_none() {
            let label: String = std::iter::from_fn(|| chars.next_if(|c| *c != '=')).collect();
            assert_eq!((chars.next(), chars.next()), (Some('='), Some('"')), "{line}");
            let mut value = String::new();
            loop {
                match chars.next().unwrap() {
                    '"' => break,
                    '\\' => value.push(match chars.next().unwrap() {
                        'n' => '\n',
                        escaped => escaped,
                    }),
                    c => value.push(c),
                }
            }
            labels.insert(label, value);
            let _comma = chars.next_if_eq(&',');
        }
    }
    let value: String = chars.collect();
    (name.to_owned(), labels, value.trim().parse().unwrap())
}

fn prometheus(source: &str) -> Told {
    let (mut told, mut findings, mut numbers) = (Told::default(), BTreeMap::new(), BTreeMap::new());
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let (name, labels, value) = sample(line);
        match name.as_str() {
            "cmdop_doctor_root" => {
                told.roots.insert((labels["finding"].clone(), labels["severity"].clone()));
            }
            "cmdop_doctor_finding" => {
                findings.insert(labels["id"].clone(), labels["verdict"].clone());
            }
            "cmdop_doctor_summary" => {
                numbers.insert(labels["count"].clone(), value as u64);
            }
            "cmdop_doctor_exit_code" => told.exit_code = Some(value as u64),
            _ => {}
        }
    }
    Told { findings: Some(findings), counts: Some(COUNTS.map(|name| numbers[name])), ..told }
}
