//! The only place that retries: back-off on server errors and time-outs.
