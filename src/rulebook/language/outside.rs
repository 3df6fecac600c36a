//! What a rule may ask the network for. A credential goes to the API and the issuer alone,
//! whoever wrote the rule. A rule from outside the binary sends no credential at all, talks only to hosts
//! that it declares, and learns of files no more than what kind of file they are.

use super::fault::quoted;
use super::node::{Node, Pos};
use super::reader::Reader;
use crate::model::check::{Arg, ProbeCall, Trust};
use crate::model::list::{List, Str, keep_text};
use crate::model::probe::ProbeKind;
use crate::model::template::{Piece, Template};

/// The symbols for the servers that credentials belong to.
const OWN: [&str; 2] = ["api", "issuer"];

/// Reads `hosts:`, the hosts that a rule from outside may talk to: names, `host:port`, or the
/// symbols `{api}` and `{issuer}`.
pub(super) fn read_hosts(reader: &mut Reader<'_>, node: Option<&Node<'_>>) -> List<Str> {
    let Some(node) = node else { return List::EMPTY };
    if reader.document.trust == Trust::BuiltIn {
        let what = "a built-in rule declares no hosts: it talks to the API and the issuer";
        reader.report(reader.fault(node.pos, what));
    }
    let mut hosts = Vec::new();
    for (host, pos) in reader.texts(node, "host names") {
        if is_host(host) || OWN.iter().any(|own| host == format!("{{{own}}}")) {
            hosts.push(keep_text(host));
        } else {
            let fault = reader.fault(pos, format!("{} is no host", quoted(host)));
            reader.report(fault.expected("a host name such as status.example.com, `{api}` or `{issuer}`"));
        }
    }
    List::keep(hosts)
}

/// Letters, digits, dots and hyphens, and a port or not. Capital letters are not needed, and would
/// have to be compared without regard to case.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !name.is_empty()
        && name.chars().all(letter)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Reports a probe that a rule of this origin may not ask at all.
pub(super) fn check_kind(reader: &mut Reader<'_>, kind: ProbeKind, pos: Pos) {
    if kind == ProbeKind::Command && !reader.document.trust.may_run_commands() {
        let fault = reader.fault(pos, "this rule may not have a program run");
        let why = "only built-in rules may, and packs that are signed by a key that you trust";
        reader.report(fault.hint(format!("{why}: see `cmdop doctor rules sign --help`")));
    }
}

/// Reports what `call` may not do. `place_of` says where a parameter stands.
pub(super) fn check_probe(
    reader: &mut Reader<'_>,
    call: &ProbeCall,
    hosts: &[Str],
    place_of: impl Fn(&str) -> Pos,
) {
    let auth = call.args.iter().find(|arg| arg.name == "auth");
    let trusted = reader.document.trust == Trust::BuiltIn;
    if call.kind == ProbeKind::Http && auth.is_some() {
        for arg in call.args.iter().filter(|arg| arg.name != "auth") {
            check_own_server(reader, arg, place_of(arg.name));
        }
    }
    if trusted {
        return;
    }
    if auth.is_some() {
        let fault = reader.fault(place_of("auth"), "a rule from outside the program sends no credential");
        reader.report(fault.hint("leave `auth` out"));
    }
    if call.kind == ProbeKind::Json && !call.body.is_empty() {
        let what = "a rule from outside the program takes nothing out of files";
        reader.report(reader.fault(place_of("body"), what).hint("leave `body` out"));
    }
    // Where a command goes to, nobody can see.
    if call.kind.spec().network && call.kind != ProbeKind::Command {
        for arg in call.args.iter().filter(|arg| !matches!(arg.name, "auth" | "pages")) {
            check_destination(reader, call.kind, arg, hosts, place_of(arg.name));
        }
    }
}

/// A credential goes only where the URL begins with the API's or the issuer's own base.
fn check_own_server(reader: &mut Reader<'_>, arg: &Arg, pos: Pos) {
    if matches!(arg.name, "get" | "head") && own_server(&arg.value).is_none() {
        let fault = reader.fault(pos, "`auth` would send a credential to another server");
        reader.report(fault.expected("a URL that begins with `{api}/` or `{issuer}/`"));
    }
}

/// The symbol of the server whose base `url` begins with. What follows must be a path or a query,
/// or else the host would go on: `{api}.example.com`.
fn own_server(url: &Template) -> Option<Str> {
    let [Piece::Hole(base), after @ ..] = &*url.pieces else { return None };
    let own = base.fact.evidence.is_empty() && OWN.contains(&base.fact.fact) && base.filters.is_empty();
    let ends = match after.first() {
        None => true,
        Some(Piece::Words(words)) => words.starts_with(['/', '?']),
        Some(Piece::Hole(_)) => false,
    };
    (own && ends).then_some(base.fact.fact)
}

fn check_destination(reader: &mut Reader<'_>, kind: ProbeKind, arg: &Arg, hosts: &[Str], pos: Pos) {
    if arg.value.is_empty() {
        return; // It was reported when it was read.
    }
    let host = match own_server(&arg.value) {
        Some(symbol) => format!("{{{symbol}}}"),
        None => {
            let words = match &*arg.value.pieces {
                [Piece::Words(words)] => words,
                _ => {
                    let what = "a rule from outside the program may not send evidence to a host";
                    let fault = reader.fault(pos, what);
                    reader.report(fault.expected("a text without holes, or one that begins with `{api}/`"));
                    return;
                }
            };
            match host_of(words, kind == ProbeKind::Http) {
                Some(host) => host.to_owned(),
                None => {
                    let fault = reader.fault(pos, format!("{} names no host", quoted(words)));
                    reader.report(fault.expected(A_URL));
                    return;
                }
            }
        }
    };
    if !hosts.contains(&host.as_str()) {
        let fault = reader.fault(pos, format!("the host {} is not declared", quoted(&host)));
        reader
            .report(fault.hint(format!("a rule from outside the program says which: `hosts: [\"{host}\"]`")));
    }
}

/// What [`host_of`] takes, for messages.
const A_URL: &str = "an https URL with a plain host name, or an http one of this very machine";

/// The names of this machine that no name server is asked for (RFC 6761 section 6.3, RFC 5735).
const THIS_MACHINE: [&str; 2] = ["localhost", "127.0.0.1"];

/// The host, and the port if one is given, of a URL or, where no URL is needed, of `host:port`. What
/// does not leave the machine may be asked in the clear.
fn host_of(text: &str, must_be_url: bool) -> Option<&str> {
    let in_clear = text.strip_prefix("http://");
    let rest = match text.strip_prefix("https://").or(in_clear) {
        Some(rest) => rest,
        None if must_be_url || text.contains("://") => return None,
        None => text,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let name = host.split(':').next().unwrap_or_default();
    (is_host(host) && (in_clear.is_none() || THIS_MACHINE.contains(&name))).then_some(host)
}
