//! Certificate authorities: the system's, SSL_CERT_FILE, SSL_CERT_DIR and --ca-file.
