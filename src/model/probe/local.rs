//! The probes that look at this machine without talking to anybody.
#![expect(non_upper_case_globals, reason = "each table is named like the variant it belongs to")]

use super::{ProbeSpec, Waits, facts, maps, params};
use crate::model::fact::FactType::*;

const LOCAL: ProbeSpec = ProbeSpec {
    name: "",
    about: "",
    params: &[],
    one_of: &[],
    facts: &[],
    waits: Waits::InKernel,
    network: false,
    body: false,
    output: false,
};

pub(super) const Account: ProbeSpec = ProbeSpec {
    name: "account",
    about: "who runs this: user ids, the home folder, sudo",
    facts: facts! {
        uid: Uid, "the real user id";
        euid: Uid, "the effective user id";
        root: Bool, "the effective user is root";
        user: Text, "the name of the effective user in the passwd database";
        has_passwd: Bool, "the effective user has a passwd entry";
        home: Text, "the home folder in force: HOME, or else the passwd entry's";
        home_from: Text, "where it comes from: env or passwd";
        home_env: Text, "the value of HOME; none when unset or empty";
        home_passwd: Text, "the passwd entry's home folder";
        home_differs: Bool, "HOME is set and is another folder than the passwd entry's";
        home_exists: Bool, "the home folder in force is there and is a folder";
        home_owner: Uid, "the owner of the home folder in force";
        home_owner_name: Text, "that owner's name, or number";
        home_foreign: Bool, "the home folder belongs to neither the effective user nor root";
        sudo: Bool, "started through sudo by somebody else: SUDO_USER is set, is not root, and the effective user is root";
        sudo_user: Text, "the user who called sudo";
        sudo_home: Text, "the home folder of the user who called sudo, by the passwd database";
    },
    ..LOCAL
};

pub(super) const Clock: ProbeSpec = ProbeSpec {
    name: "clock",
    about: "what this machine believes the time is",
    facts: facts! {
        time: Time, "the machine's clock";
    },
    ..LOCAL
};

pub(super) const Disk: ProbeSpec = ProbeSpec {
    name: "disk",
    about: "whether a file could be saved at a path, found out without writing",
    params: params! { path "" required []; },
    facts: facts! {
        folder: Text, "the deepest folder on the way to the path that exists";
        exists: Bool, "the path itself is there";
        writable: Bool, "the user may create files in the folder";
        read_only: Bool, "the file system is mounted read-only";
        free: Bytes, "what is free for an ordinary user";
        full: Bool, "fewer than 16 KiB are free for an ordinary user";
        inodes: Int, "free inodes; none where the file system counts none";
        no_inodes: Bool, "the file system counts inodes and has none left";
        not_a_folder: Text, "a component of the path that is in the way: not a folder";
    },
    ..LOCAL
};

pub(super) const Env: ProbeSpec = ProbeSpec {
    name: "env",
    about: "one environment variable: set, unset or empty; never a secret's value",
    params: params! { name "" required []; },
    facts: facts! {
        empty: Bool, "set to nothing, or to blanks alone";
        length: Int, "characters";
        blank_ends: Bool, "begins or ends with white space";
        utf8: Bool, "is valid UTF-8";
        value: Text, "the value, only of variables that are known to hold no secret";
    },
    ..LOCAL
};

pub(super) const File: ProbeSpec = ProbeSpec {
    name: "file",
    about: "one file: what it is, whose, who else may read or replace it; never its contents. A \
            link is followed, and what is said of kind, mode, owner and size is said of its target",
    params: params! { path "" required []; },
    facts: facts! {
        path: Text, "the path as asked";
        kind: Text, "file, folder, link (one that leads nowhere), fifo, socket, device";
        mode: Mode, "permission bits";
        owner: Uid, "owner";
        owner_name: Text, "the owner's name, or number";
        group_name: Text, "the group's name, or number";
        mine: Bool, "the owner is the effective user";
        size: Bytes, "size";
        links: Int, "hard links";
        modified_at: Time, "last change of the contents";
        entry: Text, "what stands at the path itself, be it a link: device, inode, owner, kind and birth";
        object: Text, "the same of what the path leads to";
        link: Bool, "the path itself is a symbolic link";
        target: Text, "where the link leads";
        link_owner_name: Text, "the owner of the link itself";
        link_foreign: Bool, "the link itself belongs to neither the effective user nor root";
        dangling: Bool, "the link leads to nothing, or in a circle";
        others_can_read: Bool, "mode bits let group or others read it";
        others_can_write: Bool, "mode bits let group or others write it";
        acl_grants: Bool, "an access control list lets somebody else read or write it; none where there are no lists";
        immutable: Bool, "the immutable or append-only attribute is set; none where there are no attributes";
        readable: Bool, "the effective user may read it";
        writable: Bool, "the effective user may write it";
        denied_by: Text, "the folder on the way that the effective user may not enter";
        loose_folder: Text, "the first folder on the way in which others could replace it";
        loose_folder_mode: Mode, "that folder's mode";
        loose_folder_owner: Text, "that folder's owner, by name or number";
        loose_folder_foreign: Bool, "that folder belongs to neither the effective user nor root";
    },
    ..LOCAL
};

pub(super) const Json: ProbeSpec = ProbeSpec {
    name: "json",
    about: "a JSON file, parsed strictly, with the position of the fault",
    params: params! { path "" required []; },
    facts: facts! {
        path: Text, "the path as asked";
        object: Text, "the file that was read: device, inode, owner, kind and birth";
        readable: Bool, "it is a plain file that could be read";
        size: Bytes, "size";
        too_large: Bool, "larger than 1 MiB, so not read";
        empty: Bool, "nothing in it, or white space alone";
        valid: Bool, "it parses";
        fault: Text, "what the parser met; where it is not readable, the system's words, if it is not a matter of rights";
        fault_line: Int, "one-based";
        fault_column: Int, "one-based, in bytes";
        fault_offset: Int, "bytes from the start of the file";
        cut: Bool, "it ends in the middle of a value";
        trailing: Bool, "something follows after the document's end";
        bom: Bool, "it starts with a UTF-8 byte-order mark";
        utf16: Bool, "it is UTF-16";
        utf8: Bool, "it is valid UTF-8";
        utf8_offset: Int, "bytes before the first that is not UTF-8";
        nuls: Bool, "it contains NUL bytes, as a file does that a crash left unwritten";
        html: Bool, "it is an HTML page";
        root: Text, "object, array, string, number, boolean, null";
        duplicate_keys: Texts, "keys that stand more than once in the root object";
    },
    body: true,
    ..LOCAL
};

pub(super) const Key: ProbeSpec = ProbeSpec {
    name: "key",
    about: "the shape of the API key in an environment variable, judged by rules/shapes",
    params: params! { of "" required []; },
    facts: facts! {
        name: Text, "the variable";
        empty: Bool, "set to nothing, or to blanks alone";
        length: Int, "characters";
        prefix: Text, "its public prefix: 12 characters of a key of ours, less of anything else";
        fingerprint: Text, "8 hexadecimal digits, the same for the same secret within one run";
        family: Text, "key, token, other_generation, foreign, example or unknown";
        shape: Text, "the id of the shape that it has";
        says: Text, "what that shape is, as words";
        workspace: Text, "the workspace that a key of ours names";
        well_shaped: Bool, "it is, as it stands, a key of ours";
        short: Bool, "a key of ours whose random part has fewer than 16 characters";
        mangled: Texts, "what happened to it: the names are in rules/shapes/README.md";
        mends_to_key: Bool, "undoing what happened to it gives a key of ours";
    },
    ..LOCAL
};

pub(super) const Leak: ProbeSpec = ProbeSpec {
    name: "leak",
    about: "a plain text file searched for CMDOP credentials, by rules/shapes; at most its last 8 MiB",
    params: params! { in_file "" required []; },
    facts: facts! {
        path: Text, "the path as asked";
        count: Int, "how many credentials stand in it";
        line: Int, "the one-based line of the first, in what was searched";
        prefix: Text, "the public prefix of the first";
        says: Text, "what the first is";
        others_can_read: Bool, "mode bits let group or others read the file";
        in_repository: Bool, "the file lies in a git working tree";
        tracked: Bool, "git's index names it; none outside of a repository, and where the index cannot be read";
        ignored: Bool, "git would not add it: its ignore files name it or a folder on the way, and it is not tracked; none outside of a repository";
    },
    ..LOCAL
};

pub(super) const Lock: ProbeSpec = ProbeSpec {
    name: "lock",
    about: "a lock file: who holds it",
    params: params! { path "" required []; },
    facts: facts! {
        path: Text, "the path as asked";
        object: Text, "the file that was looked into: device, inode, owner, kind and birth";
        held: Bool, "a process holds an advisory lock on it";
        pid: Int, "the process id that stands in it";
        alive: Bool, "that process runs";
        age: Duration, "since its last change";
    },
    ..LOCAL
};

pub(super) const Process: ProbeSpec = ProbeSpec {
    name: "process",
    about: "running agents, and command lines that show a credential to every user of the machine",
    facts: facts! {
        agents: maps(facts! {
            pid: Int, "process id";
            uid: Uid, "its user";
            user: Text, "that user's name, or number";
            mine: Bool, "it runs as the effective user";
        }), "processes that are a CMDOP agent";
        own: Text, "the one agent of the effective user: process id and start, as in 4711@123456; none where there is none, or several";
        mine: Int, "agents of the effective user";
        others: Int, "agents of other users";
        exposing: maps(facts! {
            pid: Int, "process id";
            user: Text, "its user";
            program: Text, "its program's name";
            prefix: Text, "the public prefix of the credential";
            mine: Bool, "it runs as the effective user";
        }), "processes whose command line holds a CMDOP credential";
    },
    ..LOCAL
};

pub(super) const Program: ProbeSpec = ProbeSpec {
    name: "program",
    about: "a program on PATH: where, and how many of that name",
    params: params! { name "" required []; },
    facts: facts! {
        first: Text, "the one that a shell would start";
        all: Texts, "all files of that name on PATH, each file once";
        count: Int, "how many there are";
    },
    ..LOCAL
};

pub(super) const Roots: ProbeSpec = ProbeSpec {
    name: "roots",
    about: "the root certificates that TLS is judged by",
    facts: facts! {
        ca_file: Text, "the CA file or folder that a variable or setting names";
        ca_variable: Text, "the variable (SSL_CERT_FILE, SSL_CERT_DIR, CMDOP_CA_FILE) or setting that names it";
        ca_state: Text, "ok, missing, unreadable, empty or not_pem; none where nothing names one";
        count: Int, "root certificates in force";
    },
    ..LOCAL
};

pub(super) const Settings: ProbeSpec = ProbeSpec {
    name: "settings",
    about: "which server, workspace and folders are in force, and who said so",
    facts: facts! {
        api: Text, "the API base without credentials";
        api_from: Text, "flag, env, config or default";
        api_valid: Bool, "it is an absolute http or https URL";
        api_host: Text, "its host";
        api_loopback: Bool, "its host is this machine";
        api_plain: Bool, "it is plain http";
        api_secure: Text, "the same base with https for http";
        api_secret: Bool, "it carries a user name or password";
        environment: Text, "production, development or custom";
        issuer: Text, "the authorization server";
        issuer_from: Text, "flag, env, config or default";
        workspace: Text, "the workspace that the user chose; none when the credential decides";
        workspace_from: Text, "flag, env or config";
        config_dir: Text, "the config folder";
        config_dir_from: Text, "env or default";
        store: Text, "the credential file";
        ca_file: Text, "the extra CA file";
        ca_file_from: Text, "flag, env or config";
        client_id: Text, "the OAuth client";
        profile: Text, "the profile that was asked for, as in ci";
        needs: maps(facts! { permission: Text, "as in machines:read"; }), "the permissions that the run needs (--needs)";
        good_until: Time, "until when the credential must be good (--valid-for)";
    },
    ..LOCAL
};

pub(super) const SignIn: ProbeSpec = ProbeSpec {
    name: "sign_in",
    about: "the last attempt to sign in, as a log or a bundle shows it; absent on a live machine",
    facts: facts! {
        browser_opened: Bool, "the browser command was started and did not fail";
        url_shown: Bool, "the sign-in URL was shown";
        callback: Text, "arrived, error, wrong_state, wrong_host or never";
        error: Text, "the error that the callback carried";
        method: Text, "browser, device or provider";
    },
    ..LOCAL
};

pub(super) const Terminal: ProbeSpec = ProbeSpec {
    name: "terminal",
    about: "whether a person is there, and whether a browser can open for them",
    facts: facts! {
        platform: Text, "linux, macos, windows, or another";
        stdin_tty: Bool, "standard input is a terminal";
        stdout_tty: Bool, "standard output is a terminal";
        stderr_tty: Bool, "standard error is a terminal";
        interactive: Bool, "a person can be asked: input and error output are terminals, and it is no CI";
        display: Bool, "there is a graphical display";
        browser: Text, "the command in BROWSER";
        browser_found: Bool, "the command in BROWSER exists; none when BROWSER is unset";
        browser_useless: Bool, "the command in BROWSER is one that opens nothing (true, false, echo, none)";
        can_open_browser: Bool, "a browser can open here and reach this machine's loopback";
        ssh: Bool, "in an SSH session";
        container: Text, "docker, podman, kubernetes, lxc or another; none outside";
        ci: Text, "which CI system this is; none outside";
        wsl: Bool, "in the Windows Subsystem for Linux";
    },
    ..LOCAL
};

pub(super) const Token: ProbeSpec = ProbeSpec {
    name: "token",
    about: "a credential: where it comes from, what it hides, how long it lasts; never its value. \
            `active` is the one that a command would send, `access` and `refresh` are the stored ones",
    params: params! { slot "" required ["active", "access", "refresh"]; },
    facts: facts! {
        origin: Text, "flag, env, file or keyring";
        source: Text, "the variable or the path";
        kind: Text, "key or token";
        family: Text, "key, token, other_generation, foreign, example, provider (what the identity provider of a login gives) or unknown";
        says: Text, "what it looks like, as words";
        sendable: Bool, "it may be sent: nothing about it says that it belongs elsewhere or is mangled";
        length: Int, "characters";
        prefix: Text, "its public prefix";
        fingerprint: Text, "8 hexadecimal digits, the same for the same secret within one run";
        expires_at: Time, "its end: the file's, or the JWT's own; none where nothing says";
        expires_from: Text, "file or jwt";
        file_expires_at: Time, "the end that the file states";
        file_expires_unit: Text, "text, seconds or milliseconds";
        jwt: Bool, "it is a JSON Web Token";
        jwt_expires_at: Time, "the JWT's exp";
        jwt_issued_at: Time, "the JWT's iat";
        jwt_not_before: Time, "the JWT's nbf";
        jwt_issuer: Text, "the JWT's iss";
        refreshable: Bool, "a refresh token stands beside it";
        issuer: Text, "the server that the file says it comes from";
        provider: Text, "the identity provider that it came by way of, as far as this machine knows one by that issuer";
        api: Text, "the API that a provider's login was made for; none where the file does not say";
        scope: Text, "the scope that the file states";
        workspace: Text, "the workspace that the file names, by name or id";
        workspace_id: Text, "the workspace that the file names, by id";
        user: Text, "the user that the file names";
        shadows: Texts, "credentials that it hides, by where they are";
        version: Int, "the file's format version";
        newer: Bool, "the file is of a newer format than this program writes";
        refresh_started_at: Time, "when a renewal was begun whose answer is not in the file";
        refresh_rejected_at: Time, "when the server refused the refresh token";
        missing: Texts, "fields that a stored credential needs and the file lacks";
        wrong_types: Texts, "fields of the wrong type, as `name: text where number was expected`";
        unit_suspect: Bool, "the stated end is in milliseconds where seconds are the rule";
    },
    ..LOCAL
};
