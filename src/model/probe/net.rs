//! The probes that wait for somebody: sockets, names, servers, programs.
#![expect(non_upper_case_globals, reason = "each table is named like the variant it belongs to")]

use super::{ParamSpec, ProbeSpec, Waits, facts, maps, params};
use crate::model::fact::FactType::*;

const NET: ProbeSpec = ProbeSpec {
    name: "",
    about: "",
    params: &[],
    one_of: &[],
    facts: &[],
    waits: Waits::OnRuntime,
    network: true,
    body: false,
    output: false,
};

pub(super) const Command: ProbeSpec = ProbeSpec {
    name: "command",
    about: "a command: how it ends, and what it says. No shell takes its words apart; it is found in the system's \
            folders or by its whole path, runs in / without any secret in its environment, and is ended with all \
            that it has started when it takes too long or says more than 64 KiB. Absent where there is no such \
            program. Only built-in rules, and packs that are signed by a key that the user trusts, may ask it",
    params: &[ParamSpec { name: "run", lead: "", required: true, choices: &[], many: true }],
    facts: facts! {
        exit_code: Int, "what it ends with; none where a signal, or this program, ended it";
        signal: Int, "the signal that ended it, but for one of this program's";
        timed_out: Bool, "it was ended because it took too long";
        truncated: Bool, "it was ended because it said too much; what came until then is looked at";
        latency: Duration, "how long it ran";
    },
    body: true,
    output: true,
    ..NET
};

pub(super) const Dns: ProbeSpec = ProbeSpec {
    name: "dns",
    about: "a host name asked of the system's resolver and of the configured name servers",
    params: params! { of "" required []; },
    facts: facts! {
        host: Text, "the name";
        literal: Bool, "it is an address, not a name; nothing was asked";
        answer: Text, "ok, no_server, nxdomain, no_address, servfail, refused, timeout or unreachable";
        addresses: Texts, "what the system's resolver says";
        servers: Texts, "the configured name servers";
        pinned: Bool, "the hosts file names it";
        pinned_to: Texts, "the addresses there";
        hosts_file: Text, "the hosts file";
        system_ok: Bool, "the system's resolver finds an address";
        differs: Bool, "the system's resolver and the name servers have no address in common";
        sinkhole: Bool, "all addresses are unroutable ones such as 0.0.0.0, as blocking resolvers answer";
        private: Bool, "an address is a private one";
    },
    ..NET
};

pub(super) const Tcp: ProbeSpec = ProbeSpec {
    name: "tcp",
    about: "a direct TCP connection; absent where a proxy stands between",
    params: params! { to "" required []; },
    facts: facts! {
        host: Text, "the host";
        port: Int, "the port";
        state: Text, "open, refused, timeout, no_route, denied, reset or no_address";
        address: Text, "the address that answered, or the last one tried";
        tried: Int, "how many addresses were tried";
        latency: Duration, "until it was open";
    },
    ..NET
};

pub(super) const Tls: ProbeSpec = ProbeSpec {
    name: "tls",
    about: "a TLS handshake, through the proxy if one applies; absent for plain http. Validity \
            dates are facts, not part of the state: a check compares them with the clock",
    params: params! { to "" required []; },
    facts: facts! {
        host: Text, "the name asked for";
        port: Int, "the port asked for";
        state: Text, "ok, untrusted, self_signed, wrong_host, no_names, wrong_purpose, weak_key, weak_signature, client_certificate, too_old, not_tls, closed, timeout, unreachable, bad_chain or revoked";
        fault: Text, "the library's words";
        version: Text, "the protocol version";
        subject: Text, "the certificate's subject";
        issuer: Text, "who signed it";
        root: Text, "the last certificate of the chain: its issuer";
        names: Texts, "the names that it is for";
        not_before: Time, "its begin";
        not_after: Time, "its end";
        chain: Int, "certificates that the server sent";
        chain_not_after: Time, "the last moment at which the chain leads to a trusted root; none where it leads to none";
        trusted_by: Text, "system, configured, or nobody";
        public: Bool, "the public (Mozilla) roots trust it too";
        asks_client: Bool, "the server asks for a certificate of the client; many do without";
        intercepted: Text, "the product or organisation that re-signs the connection; none if nothing hints at one";
        date: Time, "the Date of an answer over this connection; asked, without credentials, only where the certificate's dates and the clock disagree";
    },
    ..NET
};

pub(super) const Proxy: ProbeSpec = ProbeSpec {
    name: "proxy",
    about: "the proxy variables in both spellings, and the proxy that applies to a URL",
    params: params! { to "" required []; },
    facts: facts! {
        state: Text, "none, answers, refused, timeout, no_address, no_route, wants_auth, auth_rejected, blocked, not_a_proxy or bad_url";
        fault: Text, "the words that came with it";
        variable: Text, "the variable that applies";
        url: Text, "the proxy without credentials";
        secret: Bool, "its URL carries a user name or password";
        bypass: Text, "the NO_PROXY entry that exempts this URL";
        variables: Texts, "the proxy variables that are set";
        conflict: Bool, "a variable is set differently in its two spellings";
        conflicting: Texts, "the names that are";
        ignored: Text, "a variable that is set but that this program must ignore (HTTP_PROXY under CGI)";
    },
    ..NET
};

pub(super) const Http: ProbeSpec = ProbeSpec {
    name: "http",
    about: "one request. A credential goes only to the API's or the issuer's own origin, over https or to this machine",
    params: params! {
        get "GET" optional [];
        head "HEAD" optional [];
        auth "as" optional ["active", "access", "key"];
        pages "pages" optional ["all"];
    },
    one_of: &["get", "head"],
    facts: facts! {
        phase: Text, "how far it came: answered, dns, connect, proxy, tls, send, read, timeout, redirect, or withheld (no credential that may be sent)";
        fault: Text, "what went wrong, in the library's words";
        status: Int, "the HTTP status";
        date: Time, "the server's Date";
        skew: Duration, "the server's Date less this machine's clock, both at the moment of the answer";
        latency: Duration, "until the head of the answer";
        retry_after: Duration, "the server's Retry-After, or what its rate-limit headers say";
        content_type: Text, "the media type without parameters";
        json: Bool, "the body is JSON";
        html: Bool, "the body is HTML";
        cut: Bool, "the body ended early";
        too_large: Bool, "the body passed 1 MiB and was left";
        code: Text, "the error code in the body, in any shape that is known";
        message: Text, "the error's words";
        permission: Text, "the permission that the error says is lacking";
        login_url: Text, "where the error says one has to sign in";
        challenge: Text, "the error that WWW-Authenticate names";
        reason: Text, "why it refuses, in its own words: WWW-Authenticate's description, or else the error's message";
        request_id: Text, "the server's id for this request";
        server: Text, "the Server header";
        location: Text, "where a redirect leads";
        redirect_foreign: Bool, "that is another origin; it was not followed";
        speaks_tls: Bool, "asked in plain http, and not answered as http does, the server shows a certificate to who speaks TLS";
        route_missing: Bool, "404 for the route, not for an object: nothing of ours answered";
    },
    body: true,
    ..NET
};

pub(super) const Oidc: ProbeSpec = ProbeSpec {
    name: "oidc",
    about: "the discovery document of an authorization server (RFC 8414, OpenID Connect Discovery)",
    params: params! { of "" required []; },
    facts: facts! {
        state: Text, "ok, none (no document), broken, mismatch, other_name (a mismatch between two names of this machine) or unreachable";
        issuer: Text, "the issuer that the document names";
        document: Text, "the well-known path that answered";
        status: Int, "the HTTP status of the last answer";
        fault: Text, "what went wrong";
        authorization_endpoint: Text, "its URL";
        token_endpoint: Text, "its URL";
        device_endpoint: Text, "its URL";
        foreign_endpoints: Texts, "endpoints on another origin than the issuer's";
        pkce: Bool, "it offers S256; none where it says nothing";
    },
    ..NET
};

pub(super) const Saml: ProbeSpec = ProbeSpec {
    name: "saml",
    about: "an identity provider's SAML metadata, fetched without credentials",
    params: params! { of "" required []; },
    facts: facts! {
        state: Text, "ok, unreachable, refused_address, not_found, not_xml, not_metadata or no_certificate";
        fault: Text, "what went wrong";
        status: Int, "the HTTP status";
        entity_id: Text, "the provider's name for itself";
        sign_on: Texts, "its sign-on endpoints";
        certificates: Int, "its signing certificates";
        not_before: Time, "the earliest begin of a signing certificate";
        not_after: Time, "the latest end of a signing certificate";
        valid_until: Time, "the end of the document's own validity";
    },
    ..NET
};

pub(super) const Port: ProbeSpec = ProbeSpec {
    name: "port",
    about: "whether the sign-in callback can listen on this machine's loopback",
    params: params! { number "" required []; },
    facts: facts! {
        number: Int, "the port asked for; 0 is any free one";
        state: Text, "free, busy, denied, no_loopback or bad_number";
        ipv6: Bool, "the same on [::1]";
    },
    network: false,
    ..NET
};

pub(super) const Socket: ProbeSpec = ProbeSpec {
    name: "socket",
    about: "local agent sockets: whose they are and whether anybody answers; nothing is sent",
    params: params! { glob "" required []; },
    facts: facts! {
        found: maps(facts! {
            path: Text, "the path";
            kind: Text, "socket, file, folder, link, fifo or device";
            entry: Text, "what stands at the path: device, inode, owner, kind and birth";
            mode: Mode, "permission bits";
            owner: Uid, "the file's owner";
            owner_name: Text, "that owner's name, or number";
            state: Text, "listening, stale (nobody listens), denied, mute (accepts no more) or not_a_socket";
            peer_uid: Uid, "who listens";
            peer_user: Text, "that user's name, or number";
            peer_pid: Int, "the process that listens";
            mine: Bool, "the listener, or else the file's owner, is the effective user";
            planted: Bool, "the file's owner and the listener are different users";
        }), "what matches the pattern, by path";
        count: Int, "how many there are";
        mine: Int, "listening sockets of the effective user";
        others: Int, "listening sockets of other users";
    },
    network: false,
    ..NET
};
