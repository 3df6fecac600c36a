//! What stands between this machine and the API.

use std::net::Ipv4Addr;

use cmdop_doctor::sandbox::Fault;

use crate::apart::{HERE, in_own_network};
use crate::broken::dns::Answer;
use crate::broken::proxy;
use crate::broken::tcp::{Full, Refusing, Server};
use crate::broken::tls::{self, Tls};
use crate::machine::Machine;
use crate::table::rows;

/// A server whose name has to be resolved.
const FAR: &str = "https://api.example.test";

/// A machine of a network of its own, that asks names and is answered so.
fn far(answer: Answer) -> Machine {
    in_own_network(true, || Machine::at(FAR)).names_answered(answer)
}

/// A machine whose API is this server of TLS, and that trusts the root of its chain.
fn trusting(tls: Tls) -> Machine {
    let running = tls.start();
    let machine = Machine::at(running.server.url("https")).file("root.pem", &running.root_pem);
    machine.env("CMDOP_CA_FILE", "{home}/root.pem").keep(running)
}

/// The same, but it does not know the root.
fn doubting(tls: Tls) -> Machine {
    let running = tls.start();
    Machine::at(running.server.url("https")).keep(running)
}

fn serving(scheme: &str, server: Server) -> Machine {
    Machine::at(server.url(scheme)).keep(server)
}

/// A machine that is told to use a proxy, which this is not, or not for everybody.
fn behind(server: Server) -> Machine {
    let url = server.url("http");
    Machine::at(FAR).env("HTTPS_PROXY", url).keep(server)
}

fn dead_proxy(variable: &'static str, machine: Machine) -> Machine {
    let dead = Refusing::start();
    machine.env(variable, dead.url("http")).keep(dead)
}

/// A proxy that lets everything through to a server which is not the one that was asked for.
fn intercepted() -> Machine {
    let proxy = proxy::works();
    doubting(Tls::new().signed_by("Fortinet")).env("https_proxy", proxy.url("http")).keep(proxy)
}

/// The clock is years ahead of the server's, whose certificate ended since.
fn years_ahead() -> Machine {
    trusting(Tls::new().expired().answering(
        "HTTP/1.1 401 Unauthorized\r\ndate: Mon, 01 Jun 2020 10:00:00 GMT\r\ncontent-type: application/json\r\n\
         content-length: 35\r\nconnection: close\r\n\r\n{\"error\":{\"code\":\"unauthorized\"}}",
    ))
}

fn pinned() -> Machine {
    let machine = in_own_network(true, || {
        let running = Tls::new().for_host("api.example.test").start();
        Machine::at(format!("https://api.example.test:{}", running.server.port())).keep(running)
    });
    machine.names_answered(Answer::Address(HERE)).in_place_of("/etc/hosts", "127.0.0.2 api.example.test\n")
}

rows! {
    no_name_server "no DNS: no server" "net.name_resolves/no_server" exits 1
        "connect to the network, or add a line `nameserver ADDRESS` to /etc/resolv.conf"
        || in_own_network(true, || Machine::at(FAR)).resolver("");
    no_such_name "no DNS: NXDOMAIN" "net.name_resolves/no_such_name" exits 1
        "look for a typing error in CMDOP_API_URL; for a name inside a company, connect to its network"
        || far(Answer::NoSuchName);
    default_name_unknown "no DNS: NXDOMAIN" "net.name_resolves/no_such_name" exits 1
        "connect to the internet (a closed network, or one that waits for a sign-in, knows no outside names), or use another name server in /etc/resolv.conf"
        || far(Answer::NoSuchName).field("issuer", serde_json::Value::Null).unset("CMDOP_API_URL");
    name_without_address "no DNS: NXDOMAIN" "net.name_resolves/no_address" exits 1
        "look for a typing error in CMDOP_API_URL"
        || far(Answer::NoAddress);
    name_server_fails "no DNS: SERVFAIL" "net.name_resolves/server_fault" exits 1
        "use another name server in /etc/resolv.conf, or try again later"
        || far(Answer::ServerFailure);
    name_server_refuses "no DNS: SERVFAIL" "net.name_resolves/server_refuses" exits 1
        "use another name server in /etc/resolv.conf: this one is not running, or not for you"
        || far(Answer::Refused);
    name_server_mute "no DNS: timeout" "net.name_resolves/server_mute" exits 1
        "connect to the network or VPN that this name server belongs to, or use another one in /etc/resolv.conf"
        || far(Answer::Silence);
    name_server_unreachable "no DNS: timeout" "net.name_resolves/server_unreachable" exits 1
        "connect to the network: ip route"
        || in_own_network(false, || Machine::at(FAR)).resolver("nameserver 192.0.2.53\n");
    name_blocked "no DNS: wrong address" "net.name_resolves/sinkhole" exits 1
        "allow {host} in the DNS filter (Pi-hole, router, company resolver, hosts file), or use another name server"
        || far(Answer::Address(Ipv4Addr::UNSPECIFIED));
    resolver_not_asked "no DNS: no server" "net.name_resolves/not_by_the_system" exits 1
        "look at the line `hosts:` in /etc/nsswitch.conf: it needs `dns` (getent hosts {host})"
        || far(Answer::Address(HERE)).in_place_of("/etc/nsswitch.conf", "hosts: files\n");
    name_pinned "no DNS: pinned in the hosts file" "net.name_resolves/pinned_elsewhere" exits 1
        "sudo sed -i /api.example.test/d /etc/hosts"
        pinned;

    refused "refused" "net.api_connects/refused" exits 1
        "check that 127.0.0.1 port {port} is right; if it is your own server, start it"
        Machine::refused;
    timed_out "timed out" "net.api_connects/timed_out" exits 1
        "allow connections from here to 127.0.0.1 port {port}, or set HTTPS_PROXY if your network demands a proxy"
        || { let full = Full::start(); Machine::at(full.url("http")).keep(full) };
    mute "timed out" "net.api_reachable/mute" exits 1
        "try again in a few minutes; if it stays so, tell whoever runs 127.0.0.1"
        || serving("http", Server::mute());
    no_route "no route" "net.api_connects/no_route" exits 1
        "connect to the network (or its VPN): ip route"
        || in_own_network(false, || Machine::at("http://127.0.0.1:4100"));

    untrusted "TLS untrusted" "net.tls_trusted/unknown_issuer" exits 1
        "export CMDOP_CA_FILE=/path/to/the/root/certificate.pem; or, where that is no root, ask whoever runs 127.0.0.1 to install the full certificate chain"
        || doubting(Tls::new());
    self_signed "TLS untrusted" "net.tls_trusted/self_signed" exits 1
        "export CMDOP_CA_FILE=/path/to/the/certificate/of/the/server.pem"
        || doubting(Tls::new().self_signed());
    chain_incomplete "TLS untrusted" "net.tls_trusted/bad_chain" exits 1
        "ask whoever runs 127.0.0.1 to install the full certificate chain"
        || trusting(Tls::new().without_intermediate());
    certificate_expired "TLS expired" "net.tls_valid/expired" exits 1
        "ask whoever runs 127.0.0.1 to renew the certificate"
        || trusting(Tls::new().expired());
    certificate_early "TLS not yet valid" "net.tls_valid/not_yet_valid" exits 1
        "ask whoever runs 127.0.0.1 to install a certificate that is valid today"
        || trusting(Tls::new().not_yet_valid());
    certificate_of_another "TLS wrong host" "net.tls_trusted/wrong_host" exits 1
        "check the name 127.0.0.1, and where it leads: getent hosts 127.0.0.1"
        || trusting(Tls::new().for_host("other.example"));
    protocol_too_old "TLS too old" "net.tls_trusted/too_old" exits 1
        "ask whoever runs 127.0.0.1 to switch on TLS 1.2 or 1.3"
        || serving("https", tls::too_old());
    plain_http "TLS too old" "net.tls_trusted/not_tls" exits 1
        "check the port in CMDOP_API_URL; for a server on this very machine write http for https"
        || serving("https", tls::not_tls());
    tls_closed "TLS too old" "net.tls_trusted/closed" exits 1
        "try another network; if it fails there too, the server is at fault: try again later"
        || serving("https", Server::closes());
    tls_mute "timed out" "net.tls_trusted/mute" exits 1
        "try another network, or a smaller packet size on a VPN: sudo ip link set dev tun0 mtu 1280"
        || serving("https", Server::mute());
    intercepted "intercepting proxy" "net.tls_trusted/intercepted" exits 1
        "export CMDOP_CA_FILE=/path/to/the/company/root.pem; ask the IT department for the root certificate CN=Zscaler Inc. Root, O=Zscaler Inc. as a PEM file"
        || doubting(Tls::new().signed_by("Zscaler Inc."));
    intercepted_by_proxy "intercepting proxy" "net.tls_trusted/intercepted" exits 1
        "export CMDOP_CA_FILE=/path/to/the/company/root.pem; ask the IT department for the root certificate CN=Fortinet Root, O=Fortinet as a PEM file"
        intercepted;
    no_certificates "TLS untrusted" "net.ca_file/missing" exits 1
        "unset SSL_CERT_FILE"
        || doubting(Tls::new()).env("SSL_CERT_FILE", "{home}/no/such.pem");

    proxy_dead "proxy dead" "net.proxy/refused" exits 1
        "unset HTTPS_PROXY"
        || dead_proxy("HTTPS_PROXY", Machine::at(FAR));
    proxy_dead_for_http "proxy dead" "net.proxy/refused" exits 1
        "unset http_proxy"
        || dead_proxy("http_proxy", Machine::well());
    proxy_dead_for_all "proxy dead" "net.proxy/refused" exits 1
        "unset ALL_PROXY"
        || dead_proxy("ALL_PROXY", Machine::at(FAR));
    proxy_mute "proxy dead" "net.proxy/timed_out" exits 1
        "unset HTTPS_PROXY"
        || behind(Server::mute());
    proxy_unnamed "proxy dead" "net.proxy/bad_url" exits 1
        "unset HTTPS_PROXY"
        || Machine::at(FAR).env("HTTPS_PROXY", "http://");
    proxy_wants_auth "proxy wants authentication" "net.proxy/wants_auth" exits 1
        "put them into the variable: export HTTPS_PROXY=http://NAME:PASSWORD@…"
        || behind(proxy::wants_auth());
    proxy_rejects_auth "proxy wants authentication" "net.proxy/auth_rejected" exits 1
        "correct them in the variable: export HTTPS_PROXY=http://NAME:PASSWORD@…" || {
            let proxy = proxy::wants_auth();
            let url = format!("http://ada:secret@127.0.0.1:{}", proxy.port());
            Machine::at(FAR).env("HTTPS_PROXY", url).keep(proxy)
        };
    proxy_wants_auth_for_http "proxy wants authentication" "net.proxy/wants_auth" exits 1
        "put them into the variable: export http_proxy=http://NAME:PASSWORD@…" || {
            let proxy = proxy::wants_auth();
            Machine::well().env("http_proxy", proxy.url("http")).keep(proxy)
        };
    proxy_forbids "proxy dead" "net.proxy/blocked" exits 1
        "ask whoever runs the proxy to allow {host}"
        || behind(proxy::blocks());
    socks_cannot_reach "proxy dead" "net.proxy/blocked" exits 1
        "ask whoever runs the proxy to allow {host}" || {
            let socks = proxy::socks_refuses();
            Machine::at(FAR).env("ALL_PROXY", format!("socks5h://127.0.0.1:{}", socks.port())).keep(socks)
        };
    https_to_plain_http "TLS too old" "net.tls_trusted/not_tls" => "cause.not_tls" exits 1
        "check the port in CMDOP_API_URL; for a server on this very machine write http for https" || {
            let machine = Machine::well();
            let api = machine.api.replace("http:", "https:");
            machine.env("CMDOP_API_URL", api)
        };
    not_a_proxy "proxy dead" "net.proxy/not_a_proxy" exits 1
        "unset HTTPS_PROXY"
        || behind(proxy::not_a_proxy());
    proxies_contradict "proxy dead" "net.proxy/refused" => "cause.proxy_conflict" exits 1
        "unset HTTPS_PROXY"
        || dead_proxy("HTTPS_PROXY", Machine::at(FAR)).env("https_proxy", "http://127.0.0.1:9");

    captive_portal "captive portal" "net.api_reachable/captive_portal" exits 1
        "open any page in a browser on this network and sign in there; else check the address {api}"
        || Machine::served(&[Fault::CaptivePortal]);
    portal_redirects "captive portal" "net.api_reachable/sent_elsewhere" exits 1
        "open any page in a browser on this network and sign in there; else check the address {api}"
        || Machine::served(&[Fault::PortalRedirect]);
    web_filter "captive portal" "net.api_reachable/blocked" exits 1
        "ask whoever runs this network to allow 127.0.0.1"
        || Machine::served(&[Fault::FilteredPage]);
    rate_limited "rate limited" "net.api_reachable/rate_limited" exits 1
        "wait {seconds}, then run `cmdop doctor auth` again"
        || Machine::served(&[Fault::RateLimited]);
    server_error "server fault" "net.api_reachable/server_fault" exits 1
        "try again in a few minutes; if it stays so, tell the support request {request}"
        || Machine::served(&[Fault::ServerError]);
    bad_gateway "server fault" "net.api_reachable/server_fault" exits 1
        "try again in a few minutes"
        || Machine::served(&[Fault::BadGateway]);
    maintenance "server fault" "net.api_reachable/server_fault" exits 1
        "wait {seconds}, then run `cmdop doctor auth` again; if it stays so, tell the support request {request}"
        || Machine::served(&[Fault::Unavailable]);
    gateway_timeout "server fault" "net.api_reachable/server_fault" exits 1
        "try again in a few minutes"
        || Machine::served(&[Fault::GatewayTimeout]);
    cut_body "broken answer: cut" "net.api_reachable/cut" exits 1
        "try again in a few minutes; if it stays so, try another network"
        || Machine::served(&[Fault::CutBody]);
    cut_json "broken answer: cut" "net.api_reachable/cut" exits 1
        "try again in a few minutes; if it stays so, try another network"
        || Machine::served(&[Fault::CutJson]);
    not_json "broken answer: not JSON" "net.api_reachable/not_json" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::NotJson]);
    not_utf8 "broken answer: not JSON" "net.api_reachable/not_json" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::NotUtf8]);
    empty_body "broken answer: not JSON" "net.api_reachable/not_json" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::EmptyBody]);
    deep_json "broken answer: not JSON" "net.api_reachable/not_json" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::DeepJson]);
    http_to_tls "broken answer: not JSON" "net.api_reachable/tls_spoken" exits 1
        "export CMDOP_API_URL=https://{host}"
        || { let running = Tls::new().start(); Machine::at(running.server.url("http")).keep(running) };
    http_to_tls_told "broken answer: not JSON" "net.api_reachable/tls_spoken" exits 1
        "export CMDOP_API_URL=https://{host}"
        || { let running = Tls::new().and_polite().start(); Machine::at(running.server.url("http")).keep(running) };
    not_http "broken answer: not JSON" "net.api_reachable/not_http" exits 1
        "check the address {api}, its port above all"
        || serving("http", Server::says("220 smtp.example ESMTP\r\n"));
    reset "broken answer: cut" "net.api_reachable/cut" exits 1
        "try again in a few minutes; if it stays so, try another network"
        || serving("http", Server::resets());
    too_large "broken answer: too large" "net.api_reachable/too_large" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::TooLarge]);
    redirect_loop "broken answer: not JSON" "net.api_reachable/redirected" exits 1
        "check the address {api}"
        || Machine::served(&[Fault::RedirectLoop]);
    website "broken answer: not JSON" "net.api_reachable/wrong_base" exits 1
        "unset CMDOP_API_URL"
        || Machine::served(&[Fault::Website]);
    no_such_route "broken answer: not JSON" "net.api_reachable/wrong_base" exits 1
        "unset CMDOP_API_URL"
        || Machine::served(&[Fault::NoRoute]);

    version_twice "broken answer: not JSON" "net.api_reachable/version_twice" exits 1
        "export CMDOP_API_URL={api}"
        || Machine::well().env("CMDOP_API_URL", "{api}/v1");
    no_address "no DNS: wrong address" "net.api_url/not_a_url" => "cause.url_unusable" exits 1
        "unset CMDOP_API_URL"
        || Machine::well().env("CMDOP_API_URL", "api.cmdop.com");
    in_the_clear "no DNS: wrong address" "net.api_url/in_the_clear" exits 1
        "export CMDOP_API_URL=https://api.cmdop.com"
        || Machine::at("https://auth.cmdop.com").env("CMDOP_API_URL", "http://api.cmdop.com");
    in_the_clear_elsewhere "no DNS: wrong address" "net.api_url/in_the_clear" => "cause.url_unusable" exits 1
        "export CMDOP_API_URL={api}"
        || Machine::at("https://cmdop.example.test").env("CMDOP_API_URL", "http://cmdop.example.test");

    clock_ahead "clock skew" "host.clock/ahead" => "cause.clock_wrong" exits 1
        "sudo timedatectl set-ntp true"
        || Machine::served(&[Fault::ClockAhead]);
    clock_behind "clock skew" "host.clock/behind" => "cause.clock_wrong" exits 1
        "sudo timedatectl set-ntp true"
        || Machine::served(&[Fault::ClockBehind]);
    clock_years_ahead "clock skew" "host.clock/ahead_at_handshake" => "cause.clock_breaks_tls" exits 1
        "sudo timedatectl set-ntp true"
        years_ahead;
}
