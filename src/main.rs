//! Parse, run, exit.

/// Exits without joining threads: one that hangs in the kernel would hold up the end for ever.
fn main() {
    std::process::exit(cmdop_doctor::cli::run(std::env::args_os().collect()).into());
}
