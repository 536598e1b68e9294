//! A `checksum mismatch`: what the message says, what each witness says, and which of the known causes it is.
//!
//! See <https://go.dev/ref/mod#authenticating>.

mod cause;
mod contents;
mod message;

pub use cause::{Cause, Evidence, Statement, Testimony, Witness, classify};
pub use contents::{Contents, Difference};
pub use message::{Message, MessageForm, parse};
