//! A module proxy on 127.0.0.1 that serves a directory and can misbehave on request.
