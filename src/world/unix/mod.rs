//! What only Unix has: owners, permission bits, peers of sockets, `/proc`.

pub mod access;
pub mod accounts;
pub mod commands;
pub mod disk;
pub mod folders;
pub mod grants;
pub mod names;
pub mod objects;
pub mod processes;
pub mod restart;
pub mod sockets;
pub mod status;
