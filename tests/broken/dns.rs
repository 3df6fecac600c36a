//! A name server that gives every question the same answer. It listens on a port of its own
//! unless told otherwise, UDP only.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// The answer to every question. Codes are those of RFC 1035, section 4.1.1.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Address(Ipv4Addr),
    /// The name exists, and has no address.
    NoAddress,
    ServerFailure,
    NoSuchName,
    Refused,
    /// Nothing is said.
    Silence,
}

impl Answer {
    fn code(self) -> u8 {
        match self {
            Answer::Address(_) | Answer::NoAddress | Answer::Silence => 0,
            Answer::ServerFailure => 2,
            Answer::NoSuchName => 3,
            Answer::Refused => 5,
        }
    }
}

/// A running name server.
pub(crate) struct NameServer {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    pub(crate) fn start(answer: Answer) -> NameServer {
        NameServer::start_at(answer, 0)
    }

    /// On a port that may be taken, such as the one that resolvers ask.
    pub(crate) fn start_at(answer: Answer, port: u16) -> NameServer {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let address = socket.local_addr().unwrap();
        let stopping = Arc::new(AtomicBool::new(false));
        let thread = {
            let stopping = stopping.clone();
            std::thread::spawn(move || serve(&socket, answer, &stopping))
        };
        NameServer { address, stopping, thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let wake = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
        let _woken = wake.and_then(|socket| socket.send_to(&[], self.address));
        let _panicked = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(socket: &UdpSocket, answer: Answer, stopping: &AtomicBool) {
    let mut query = [0; 512];
    while let Ok((length, client)) = socket.recv_from(&mut query) {
        if stopping.load(Ordering::SeqCst) {
            break;
        }
        if let Some(reply) = reply(&query[..length], answer) {
            let _gone = socket.send_to(&reply, client);
        }
    }
}

/// Length of a message's header, and of what follows a question's name.
const HEADER: usize = 12;
const TYPE_AND_CLASS: usize = 4;

/// The question type for IPv4 addresses.
const A: [u8; 2] = [0, 1];

fn reply(query: &[u8], answer: Answer) -> Option<Vec<u8>> {
    if matches!(answer, Answer::Silence) {
        return None;
    }
    let name = query.get(HEADER..)?.iter().position(|byte| *byte == 0)?;
    let question = query.get(HEADER..HEADER + name + 1 + TYPE_AND_CLASS)?;
    let kind = &question[name + 1..name + 3];
    let record = match answer {
        Answer::Address(address) if kind == A => Some(address),
        _ => None,
    };
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80 | answer.code(), 0, 1, 0, u8::from(record.is_some()), 0, 0, 0, 0]);
    reply.extend(question);
    if let Some(address) = record {
        // The question's name by reference, type A, class IN, a minute to live, four bytes.
        reply.extend([0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        reply.extend(address.octets());
    }
    Some(reply)
}
