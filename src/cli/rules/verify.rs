//! `cmdop doctor rules verify`: whose rules are these?

use std::path::Path;

use super::load::PATIENCE;
use crate::cli::failure::Failure;
use crate::cli::grammar::{Global, VerifyPack};
use crate::cli::output::print;
use crate::cli::settings::in_force;
use crate::credential::signing::PublicKey;
use crate::redact::encodings::hex;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::rulebook::base;
use crate::rulebook::pack::{Honesty, Whole};
use crate::world::{World, guarded};

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.rules-verify/1";

/// A file with a public key has one line.
const LIMIT: u64 = 4096;

/// Tells what the pack is, and whether one of the keys signed it.
pub(super) fn run(typed: &VerifyPack, global: &Global, world: &World) -> Result<u8, Failure> {
    let keys = match &typed.key {
        Some(file) => vec![read_key(file)?],
        None => in_force(global, world, PATIENCE, true)?.trusted_keys,
    };
    let name = typed.pack.display().to_string();
    let not_read = |why: String| Failure::new(format!("{name} is not verified: {why}"));
    let pack = Whole::read(&typed.pack).map_err(|why| not_read(why.to_string()))?;
    let honesty = pack.honesty(base).map_err(|why| not_read(why.to_string()))?;
    let trusted = pack.signer().and_then(|signer| keys.iter().find(|key| key.is(signer)));
    let told =
        if global.json { json(&name, &pack, trusted, honesty) } else { text(&name, &pack, trusted, honesty) };
    print(&told)?;
    Ok(u8::from(trusted.is_none() || honesty == Honesty::Dishonest))
}

fn read_key(file: &Path) -> Result<PublicKey, Failure> {
    let not_read = |why: String| Failure::new(format!("the key {} is not used: {why}", file.display()));
    let bytes = guarded::read(file, LIMIT).map_err(|why| not_read(why.to_string()))?;
    PublicKey::parse(&String::from_utf8_lossy(&bytes)).map_err(|why| not_read(why.to_string()))
}

fn text(name: &str, pack: &Whole, trusted: Option<&PublicKey>, honesty: Honesty) -> Vec<u8> {
    let signature = match (pack.signer(), trusted) {
        (_, Some(key)) => format!("signed by {key}, which is trusted"),
        (Some(key), None) => format!("signed by {key}, which is not trusted"),
        (None, _) => "not signed".to_owned(),
    };
    let parts = match honesty {
        Honesty::Honest => "its compiled rules are what its texts say",
        Honesty::Dishonest => "its compiled rules are NOT what its texts say",
        Honesty::OtherVersion => "another version of this program compiled it: its texts are read",
    };
    let lines = [format!("{name}: {signature}"), parts.to_owned(), format!("sha256 {}", hex(&pack.hash()))];
    lines.iter().map(|line| format!("{}\n", visible(line))).collect::<String>().into_bytes()
}

fn json(name: &str, pack: &Whole, trusted: Option<&PublicKey>, honesty: Honesty) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.text_at("pack", name);
        json.text_at("sha256", &hex(&pack.hash()));
        json.maybe_at("signer", pack.signer().map(ToString::to_string).as_deref());
        json.flag_at("trusted", trusted.is_some());
        let compiled = match honesty {
            Honesty::Honest => "as the texts say",
            Honesty::Dishonest => "not as the texts say",
            Honesty::OtherVersion => "by another version",
        };
        json.text_at("compiled", compiled);
    })
}
