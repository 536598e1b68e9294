//! The progress line on stderr: only where somebody watches, only when it takes long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::error::{printable, warning};
use crate::cli::settings::Verbosity;
use crate::cli::terminal;
use crate::ops::progress::{Event, Reporter};
use crate::render::human::style::Styles;

/// What takes less than this is never shown.
const PATIENCE: Duration = Duration::from_millis(250);

/// How things are counted.
const THINGS: &str = "{spinner} {pos}/{len} {wide_msg}";

/// How bytes are counted.
const BYTES: &str =
    "{spinner} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {wide_msg}";

/// Draws one line while an operation runs, and prints warnings above it.
#[derive(Debug)]
pub struct Line {
    bar: ProgressBar,
    styles: Styles,
    verbosity: Verbosity,
    draws: bool,
    started: Once,
    in_bytes: Once,
    finished: Arc<AtomicBool>,
}

impl Line {
    /// Makes a reporter; `watched` says whether stderr is a terminal.
    pub fn new(verbosity: Verbosity, watched: bool, styles: Styles) -> Self {
        Self {
            bar: ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()),
            styles,
            verbosity,
            draws: watched && verbosity == Verbosity::Normal,
            started: Once::new(),
            in_bytes: Once::new(),
            finished: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Removes the line; called before anything else is written.
    pub fn clear(&self) {
        self.finished.store(true, Ordering::Release);
        self.bar.finish_and_clear();
    }

    /// Starts the clock that shows the line once the patience is used up.
    fn start(&self) {
        self.bar.set_style(style(THINGS));
        let (bar, finished) = (self.bar.clone(), Arc::clone(&self.finished));
        let clock = move || {
            thread::sleep(PATIENCE);
            if !finished.load(Ordering::Acquire) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(120));
            }
        };
        // Without a thread there is no line; the work goes on.
        drop(
            thread::Builder::new()
                .name("progress".to_owned())
                .spawn(clock),
        );
    }

    /// Shows how many bytes are done, of how many, and how fast.
    fn draw_bytes(&self, what: &str, done: u64, total: Option<u64>) {
        self.started.call_once(|| self.start());
        self.in_bytes.call_once(|| {
            self.bar.reset();
            self.bar.set_style(style(BYTES));
        });
        // Events of several threads may overtake each other.
        if self.bar.position() < done {
            self.bar.set_position(done);
        }
        self.bar.set_length(total.unwrap_or(done).max(done));
        self.bar.set_message(printable(what));
    }

    fn print(&self, text: &str) {
        self.bar.suspend(|| terminal::write_stderr(text));
    }
}

impl Reporter for Line {
    fn report(&self, event: Event<'_>) {
        match event {
            Event::Wanted(count) if self.draws => {
                self.started.call_once(|| self.start());
                self.bar.inc_length(count);
            }
            Event::Arrived(name) if self.draws => {
                self.bar.inc(1);
                self.bar.set_message(printable(name));
            }
            Event::Bytes { what, done, total } if self.draws => self.draw_bytes(what, done, total),
            Event::Asked(name) if self.draws => {
                self.started.call_once(|| self.start());
                self.bar.set_message(printable(name));
            }
            Event::Asked(text) | Event::Detail(text) if Verbosity::Verbose <= self.verbosity => {
                self.print(&format!("{}\n", printable(text)));
            }
            Event::Warning(text) if Verbosity::Quiet < self.verbosity => {
                self.print(&warning(text, &self.styles));
            }
            Event::Wanted(_)
            | Event::Arrived(_)
            | Event::Asked(_)
            | Event::Bytes { .. }
            | Event::Detail(_)
            | Event::Warning(_) => {}
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_never_run_backwards() {
        let line = Line::new(Verbosity::Normal, true, Styles::plain());
        for done in [10, 30, 20] {
            line.report(Event::Bytes {
                what: "example.com/a@v1.0.0",
                done,
                total: Some(100),
            });
        }
        assert_eq!((line.bar.position(), line.bar.length()), (30, Some(100)));
        line.clear();
    }

    #[test]
    fn templates_are_valid() {
        style(THINGS);
        style(BYTES);
    }
}
