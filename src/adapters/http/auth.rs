//! Credentials for a URL: GOAUTH with netrc, git and commands.
