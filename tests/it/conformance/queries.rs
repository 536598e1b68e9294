//! Version queries, versions, updates, retractions: queries, message.
