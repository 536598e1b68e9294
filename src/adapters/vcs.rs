//! `direct`: modules straight from their repositories.
