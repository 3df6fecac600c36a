//! What the tests of all that asks servers stand on: a context, and servers on loopback that
//! misbehave on request.
#![expect(clippy::disallowed_methods, reason = "servers that misbehave are made here")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Context, Wallet};
use crate::model::settings::{Origin, Set, Settings};
use crate::world::{Env, World};

/// What a server does with a connection after it has read a request.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// Sends this and hangs up.
    Say(Vec<u8>),
    /// Sends this and then nothing more, for ever.
    SayAndHang(Vec<u8>),
}

/// An answer with a status line, a media type, a body and its length.
pub(crate) fn answer(status: &str, media_type: &str, body: &str) -> Play {
    let length = body.len();
    Play::Say(
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

/// An answer with a JSON body.
pub(crate) fn json(status: &str, body: &serde_json::Value) -> Play {
    answer(status, "application/json; charset=utf-8", &body.to_string())
}

/// A head and nothing else.
pub(crate) fn head(lines: &str) -> Play {
    Play::Say(format!("{lines}\r\nConnection: close\r\n\r\n").into_bytes())
}

/// A server that does with each request, told by its head and body, what `play` says.
pub(crate) async fn server(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> SocketAddr {
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

/// Whether the head of a request is there, and as much of a body as it announces.
fn is_whole(seen: &[u8]) -> bool {
    let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&seen[..end]).to_ascii_lowercase();
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    seen.len() >= end + 4 + announced.unwrap_or(0)
}

/// Reads one request and answers it.
pub(crate) async fn act(mut stream: impl AsyncRead + AsyncWrite + Unpin, play: Arc<impl Fn(&str) -> Play>) {
    let mut seen = Vec::new();
    while !is_whole(&seen) {
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
pub(crate) async fn greeter(greeting: &'static [u8], hang: bool) -> SocketAddr {
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
pub(crate) async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A context whose API is `api` and whose environment is `env`. Probes have two seconds.
pub(crate) fn context(api: &str, env: &[(&str, &str)]) -> Context {
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
            endpoints: Default::default(),
            providers: Vec::new(),
            keeping: Default::default(),
            probe_deadline: Duration::from_secs(2),
            offline: false,
            demand: Default::default(),
        },
        wallet: Wallet::new(super::specimen::shape_list()),
    }
}
