//! Every JSON output agrees with its schema.
