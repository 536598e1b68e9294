//! Certificate authorities: the system's, `SSL_CERT_FILE`, `SSL_CERT_DIR` and `--ca-file`; and TLS as GOINSECURE allows it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use thiserror::Error;

/// Directories where Unix systems keep certificates, as Go's `crypto/x509` knows them.
const SYSTEM_DIRS: &[&str] = &["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// Which certificate authorities are trusted.
#[derive(Clone, Debug, Default)]
pub struct RootSettings {
    /// A file of certificates that are trusted besides all others: `--ca-file`.
    pub ca_file: Option<PathBuf>,
    /// The value of `SSL_CERT_FILE`: takes the place of the system's file.
    pub cert_file: Option<PathBuf>,
    /// The value of `SSL_CERT_DIR`, a list: takes the place of the system's directories.
    pub cert_dirs: Option<OsString>,
}

/// Why no secure connection can be made at all.
#[derive(Clone, Debug, Error)]
pub enum RootError {
    /// The file named by `--ca-file` cannot be read, or is not PEM.
    #[error("cannot read certificates from {}: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file named by `--ca-file` has no certificate that can be used.
    #[error("no usable certificate in {}", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The cryptography does not offer what TLS needs.
    #[error("cannot set up TLS: {reason}")]
    Setup {
        /// What the TLS library said.
        reason: String,
    },
}

/// Builds the TLS settings that trust what `settings` names.
pub(super) fn secure(settings: &RootSettings) -> Result<ClientConfig, RootError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(system_certificates(settings));
    if roots.is_empty() {
        // A container without certificates, typically: better Mozilla's list than no connection.
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(path) = &settings.ca_file {
        add_file(&mut roots, path)?;
    }
    Ok(builder()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Builds TLS settings that accept any certificate, for hosts that GOINSECURE names.
pub(super) fn insecure() -> Result<ClientConfig, RootError> {
    let verifier = AnyCertificate(ring::default_provider().signature_verification_algorithms);
    let builder = builder()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    Ok(builder.with_no_client_auth())
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, RootError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions();
    builder.map_err(|error| RootError::Setup {
        reason: error.to_string(),
    })
}

/// Returns the certificates of the system, with `SSL_CERT_FILE` and `SSL_CERT_DIR` in place of the system's own places.
///
/// What cannot be read there is passed over, as in Go: a store with one broken entry still serves.
fn system_certificates(settings: &RootSettings) -> Vec<CertificateDer<'static>> {
    let (file, dirs) = (settings.cert_file.as_deref(), settings.cert_dirs.as_deref());
    let (file, dirs) = (
        file.filter(|file| !file.as_os_str().is_empty()),
        dirs.filter(|dirs| !dirs.is_empty()),
    );
    if file.is_none() && dirs.is_none() {
        return rustls_native_certs::load_native_certs().certs;
    }
    let mut certificates = Vec::new();
    if let Some(file) = file {
        certificates.extend(load(Some(file), None));
    }
    // Go keeps reading the system's directories when only the file is named.
    let dirs: Vec<PathBuf> = match dirs {
        Some(dirs) => std::env::split_paths(dirs).collect(),
        None => SYSTEM_DIRS.iter().map(PathBuf::from).collect(),
    };
    certificates.extend(dirs.iter().flat_map(|dir| load(None, Some(dir))));
    certificates
}

fn load(file: Option<&Path>, dir: Option<&Path>) -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_certs_from_paths(file, dir).certs
}

/// Adds the certificates of a file that the user named; there, silence about a mistake would be wrong.
fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), RootError> {
    let unreadable = |reason: String| RootError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let mut added = 0;
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| unreadable(error.to_string()))?;
        added += 1;
    }
    if added == 0 {
        return Err(RootError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// Accepts any certificate, but still demands that the server holds its key.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
