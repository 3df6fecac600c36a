//! What the tests of network probes stand on: a context, and servers on loopback that misbehave on
//! request.
#![expect(clippy::disallowed_methods, reason = "servers that misbehave are made here")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Call, Context, Wanted, look_on_runtime};
use crate::credential::Wallet;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Value};
use crate::model::list::Str;
use crate::model::probe::ProbeKind;
use crate::model::settings::{Origin, Set, Settings};
use crate::world::{Env, World};

/// What a server does with a connection after it has read the head of a request.
#[derive(Debug, Clone)]
pub(super) enum Play {
    /// Sends this and hangs up.
    Say(Vec<u8>),
    /// Sends this and then nothing more, for ever.
    SayAndHang(Vec<u8>),
}

/// An answer with a status line, a media type, a body and its length.
pub(super) fn answer(status: &str, media_type: &str, body: &str) -> Play {
    let length = body.len();
    Play::Say(
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

/// An answer with a JSON body.
pub(super) fn json(status: &str, body: &serde_json::Value) -> Play {
    answer(status, "application/json; charset=utf-8", &body.to_string())
}

/// A head and nothing else.
pub(super) fn head(lines: &str) -> Play {
    Play::Say(format!("{lines}\r\nConnection: close\r\n\r\n").into_bytes())
}

/// A server that does with each request, told by its head, what `play` says.
pub(super) async fn server(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let play = Arc::new(play);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(act(stream, play.clone()));
        }
    });
    address
}

/// Reads one head and answers it.
pub(super) async fn act(mut stream: impl AsyncRead + AsyncWrite + Unpin, play: Arc<impl Fn(&str) -> Play>) {
    let mut seen = Vec::new();
    while !seen.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read_buf(&mut seen).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let (bytes, hang) = match play(&String::from_utf8_lossy(&seen)) {
        Play::Say(bytes) => (bytes, false),
        Play::SayAndHang(bytes) => (bytes, true),
    };
    let _ = stream.write_all(&bytes).await;
    if hang {
        std::future::pending::<()>().await;
    }
    let _ = stream.shutdown().await;
    // Closing with unread bytes would reset the connection before the answer is read.
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

/// A server that says `greeting` at once, whatever it is sent; nothing at all if that is empty.
pub(super) async fn greeter(greeting: &'static [u8], hang: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(greeting).await;
                if hang {
                    std::future::pending::<()>().await;
                }
                let _ = stream.read(&mut [0; 1024]).await;
            });
        }
    });
    address
}

/// A port on which nobody listens.
pub(super) async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A context whose API is `api` and whose environment is `env`. Probes have two seconds.
pub(super) fn context(api: &str, env: &[(&str, &str)]) -> Context {
    let set = |value: &str| Set { value: value.to_owned(), from: Origin::Env };
    Context {
        world: World::with(Env::made_of(env.iter().copied())),
        settings: Settings {
            api: set(api),
            issuer: set(api),
            client_id: set("cmdop-cli"),
            workspace: None,
            config_dir: None,
            home: None,
            ca_file: None,
            callback_port: set("0"),
            probe_deadline: Duration::from_secs(2),
            offline: false,
        },
        wallet: Wallet::new(crate::credential::specimen::shape_list()),
    }
}

/// A call with these parameters.
pub(super) fn call(kind: ProbeKind, args: &[(Str, &str)]) -> Call {
    let args = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Call { kind, args, wanted: Wanted::All, body: Vec::new() }
}

/// Looks, and demands that every fact of the schema is told.
pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let reading = look_on_runtime(call, ctx).await;
    if let Reading::Found(facts) = &reading {
        for spec in call.kind.spec().facts {
            assert!(facts.get(spec.name).is_some(), "{} is not told", spec.name);
        }
    }
    reading
}

/// The value of a fact, as a text of any type; `-` for none.
pub(super) fn told(reading: &Reading, name: &str) -> String {
    match reading.fact(name) {
        Fact::Nothing => "-".to_owned(),
        Fact::Unknown => "?".to_owned(),
        Fact::Known(Value::Text(text)) => text,
        Fact::Known(Value::Bool(yes)) => yes.to_string(),
        Fact::Known(Value::Int(number) | Value::Time(number) | Value::Duration(number)) => number.to_string(),
        Fact::Known(Value::Texts(texts)) => texts.join(" "),
        Fact::Known(other) => format!("{other:?}"),
    }
}

/// Several facts at once.
pub(super) fn all<const N: usize>(reading: &Reading, names: [&str; N]) -> [String; N] {
    names.map(|name| told(reading, name))
}
