//! The `modsmith` program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    modsmith::cli::run()
}
