//! The build list and what is known of each module.
