//! Signed notes: verifier keys, signatures, opening a note.
//!
//! A note is a text, an empty line, and one line for each signature: `— <name> <base64>`, where the bytes are the
//! four bytes of the key's hash and the signature of the text. A verifier key is `<name>+<hash>+<key>`.
//! See <https://pkg.go.dev/golang.org/x/mod/sumdb/note>, whose verdicts and messages these are.

use std::collections::HashSet;
use std::fmt::Write as _;

use ed25519_dalek::{
    Signature as EdSignature, Signer as _, SigningKey, Verifier as _, VerifyingKey,
};
use sha2::{Digest as _, Sha256};

use super::base64;

/// The number of the only signature algorithm, Ed25519.
const ED25519: u8 = 1;

/// More signatures are not looked at: each costs the reader far more than the writer.
const MAX_SIGNATURES: usize = 100;

/// What each line of a signature begins with.
const SIGNATURE_MARK: &str = "— ";

/// The public key of somebody who signs notes.
#[derive(Clone, Debug)]
pub struct Verifier {
    name: String,
    key_hash: u32,
    /// None where the bytes are no point of the curve: such a key is well-formed, and no signature fits it.
    key: Option<VerifyingKey>,
}

/// The private key of somebody who signs notes.
pub struct Signer {
    name: String,
    key_hash: u32,
    key: SigningKey,
}

/// One signature of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The name of the signer.
    pub name: String,
    /// The hash of the signer's key.
    pub key_hash: u32,
    /// The key's hash and the signature, as they stand in the note.
    pub base64: String,
}

/// A note with its signatures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The text, with its last newline.
    pub text: String,
    /// The signatures that were verified.
    pub signatures: Vec<Signature>,
    /// The signatures of unknown signers.
    pub unverified: Vec<Signature>,
}

/// An error in a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text has not the form of a key.
    #[error("malformed verifier id")]
    Malformed,
    /// The key is for a signature algorithm that is not known.
    #[error("unknown verifier algorithm")]
    Algorithm,
    /// The hash in the text is not the hash of the key.
    #[error("invalid verifier hash")]
    Hash,
}

/// An error in a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text has not the form of a note.
    #[error("malformed note")]
    Malformed,
    /// A signature of a known signer is wrong.
    #[error("invalid signature for key {name}+{key_hash:08x}")]
    InvalidSignature {
        /// The name of the signer.
        name: String,
        /// The hash of the signer's key.
        key_hash: u32,
    },
    /// Two known keys have the same name and hash.
    #[error("ambiguous key {name}+{key_hash:08x}")]
    AmbiguousKey {
        /// The name of the signer.
        name: String,
        /// The hash of both keys.
        key_hash: u32,
    },
    /// No signer is known; the note is given all the same, with nothing verified.
    #[error("note has no verifiable signatures")]
    Unverified(Box<Note>),
}

impl Verifier {
    /// Reads a verifier key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.split_once('+').ok_or(KeyError::Malformed)?;
        let (key_hash, bytes) = parse_key(name, rest)?;
        if key_hash != hash_of_key(name, &bytes) {
            return Err(KeyError::Hash);
        }
        let key = VerifyingKey::from_bytes(&ed25519_bytes(&bytes)?).ok();
        Ok(Self {
            name: name.to_owned(),
            key_hash,
            key,
        })
    }

    /// Returns the name of the signer; for a checksum database its host, and a path perhaps.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the hash of the key.
    pub fn key_hash(&self) -> u32 {
        self.key_hash
    }

    /// Reports whether `signature` is one of `text` by this key, under the rules of Go's crypto/ed25519.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        // Not the strict check: like Go's, this one compares the encoded R and takes keys of small order.
        match (&self.key, EdSignature::from_slice(signature)) {
            (Some(key), Ok(signature)) => key.verify(text, &signature).is_ok(),
            (None, _) | (_, Err(_)) => false,
        }
    }
}

impl Signer {
    /// Reads a signer's private key: `PRIVATE+KEY+<name>+<hash>+<key>`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let rest = text
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(KeyError::Malformed)?;
        let (name, rest) = rest.split_once('+').ok_or(KeyError::Malformed)?;
        let (key_hash, bytes) = parse_key(name, rest)?;
        let key = SigningKey::from_bytes(&ed25519_bytes(&bytes)?);
        // The hash is that of the public key, for which the private one is needed first.
        if key_hash
            != hash_of_key(
                name,
                &[&[ED25519], key.verifying_key().as_bytes().as_slice()].concat(),
            )
        {
            return Err(KeyError::Hash);
        }
        Ok(Self {
            name: name.to_owned(),
            key_hash,
            key,
        })
    }

    /// Returns the name of the signer.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the hash of the public key.
    pub fn key_hash(&self) -> u32 {
        self.key_hash
    }

    fn sign(&self, text: &str) -> Signature {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let bytes = [self.key_hash.to_be_bytes().as_slice(), &signature].concat();
        Signature {
            name: self.name.clone(),
            key_hash: self.key_hash,
            base64: base64::encode(&bytes),
        }
    }
}

impl Signature {
    /// Returns the bytes of the signature, after the key's hash.
    fn bytes(&self) -> Option<Vec<u8>> {
        base64::decode(&self.base64).and_then(|bytes| bytes.get(4..).map(<[u8]>::to_vec))
    }
}

impl Note {
    /// Opens a note: its form is checked, and each signature of a known signer.
    pub fn open(message: &[u8], known: &[Verifier]) -> Result<Self, NoteError> {
        let Parts { text, signatures } = Parts::parse(message)?;
        let mut note = Self {
            text: text.to_owned(),
            signatures: Vec::new(),
            unverified: Vec::new(),
        };
        let mut seen = HashSet::new();
        for (at, line) in signatures.split_terminator('\n').enumerate() {
            let signature = parse_signature(line).ok_or(NoteError::Malformed)?;
            if at >= MAX_SIGNATURES {
                return Err(NoteError::Malformed);
            }
            match find_verifier(known, &signature)? {
                // A repeated line of an unknown signer says nothing new.
                None if note.unverified.contains(&signature) => {}
                None => note.unverified.push(signature),
                // Only the first signature of a known signer counts.
                Some(_) if !seen.insert((signature.name.clone(), signature.key_hash)) => {}
                Some(verifier) => {
                    if !signature
                        .bytes()
                        .is_some_and(|bytes| verifier.verify(text.as_bytes(), &bytes))
                    {
                        return Err(NoteError::InvalidSignature {
                            name: signature.name,
                            key_hash: signature.key_hash,
                        });
                    }
                    note.signatures.push(signature);
                }
            }
        }
        if note.signatures.is_empty() {
            Err(NoteError::Unverified(Box::new(note)))
        } else {
            Ok(note)
        }
    }

    /// Signs the note and writes it; signatures that it has already are kept, except older ones of these signers.
    pub fn sign(&self, signers: &[Signer]) -> Result<String, NoteError> {
        if !self.text.ends_with('\n') {
            return Err(NoteError::Malformed);
        }
        let mut message = format!("{}\n", self.text);
        for signature in self.signatures.iter().chain(&self.unverified) {
            if !is_name(&signature.name) {
                return Err(NoteError::Malformed);
            }
            if signers.iter().any(|signer| {
                (&signer.name, signer.key_hash) == (&signature.name, signature.key_hash)
            }) {
                continue;
            }
            let bytes = base64::decode(&signature.base64).ok_or(NoteError::Malformed)?;
            if bytes.get(..4) != Some(&signature.key_hash.to_be_bytes()) {
                return Err(NoteError::Malformed);
            }
            push_signature(&mut message, signature);
        }
        for signer in signers {
            push_signature(&mut message, &signer.sign(&self.text));
        }
        Ok(message)
    }
}

/// A note taken apart, its signatures not yet looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parts<'a> {
    /// The text, with its last newline.
    pub text: &'a str,
    /// The lines of the signatures.
    pub signatures: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes a note apart at the last empty line.
    pub fn parse(message: &'a [u8]) -> Result<Self, NoteError> {
        if !is_plain_text(message) {
            return Err(NoteError::Malformed);
        }
        let message = std::str::from_utf8(message).map_err(|_| NoteError::Malformed)?;
        let split = message.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = (&message[..=split], &message[split + 2..]);
        if signatures.ends_with('\n') {
            Ok(Self { text, signatures })
        } else {
            Err(NoteError::Malformed)
        }
    }

    /// Reports whether the signature lines are well-formed and one of them names this key, without checking the signature.
    pub fn names(&self, verifier: &Verifier) -> bool {
        let mut lines = self
            .signatures
            .split_terminator('\n')
            .take(MAX_SIGNATURES + 1)
            .map(parse_signature)
            .peekable();
        let mut named = false;
        let mut count = 0;
        for signature in &mut lines {
            let Some(signature) = signature else {
                return false;
            };
            named |= (signature.name.as_str(), signature.key_hash)
                == (verifier.name(), verifier.key_hash());
            count += 1;
        }
        named && count <= MAX_SIGNATURES
    }
}

/// Reports whether a text is UTF-8 without control characters below the space, except newlines.
pub(super) fn is_plain_text(text: &[u8]) -> bool {
    text.iter().all(|byte| *byte >= 0x20 || *byte == b'\n') && std::str::from_utf8(text).is_ok()
}

/// Reports whether a name can stand in a key and in a signature.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// Reads the hash and the bytes of a key from `<hash>+<base64>`.
fn parse_key(name: &str, text: &str) -> Result<(u32, Vec<u8>), KeyError> {
    let (hash, key) = text.split_once('+').ok_or(KeyError::Malformed)?;
    let hash = if hash.len() == 8 {
        u32::from_str_radix(hash, 16).ok()
    } else {
        None
    };
    match (hash, base64::decode(key)) {
        (Some(hash), Some(key)) if !key.is_empty() && is_name(name) => Ok((hash, key)),
        _ => Err(KeyError::Malformed),
    }
}

/// Returns the 32 bytes of an Ed25519 key behind the byte for the algorithm.
fn ed25519_bytes(key: &[u8]) -> Result<[u8; 32], KeyError> {
    match key {
        [ED25519, bytes @ ..] => bytes.try_into().map_err(|_| KeyError::Malformed),
        _ => Err(KeyError::Algorithm),
    }
}

/// Returns the hash that tells keys of one name apart.
fn hash_of_key(name: &str, key: &[u8]) -> u32 {
    let sum = Sha256::new()
        .chain_update(name)
        .chain_update("\n")
        .chain_update(key)
        .finalize();
    u32::from_be_bytes([sum[0], sum[1], sum[2], sum[3]])
}

/// Finds the known key of a signature.
fn find_verifier<'a>(
    known: &'a [Verifier],
    signature: &Signature,
) -> Result<Option<&'a Verifier>, NoteError> {
    let mut fitting = known
        .iter()
        .filter(|key| key.name == signature.name && key.key_hash == signature.key_hash);
    match (fitting.next(), fitting.next()) {
        (found, None) => Ok(found),
        (_, Some(_)) => Err(NoteError::AmbiguousKey {
            name: signature.name.clone(),
            key_hash: signature.key_hash,
        }),
    }
}

/// Reads one line of a signature.
fn parse_signature(line: &str) -> Option<Signature> {
    let (name, base64) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    let bytes = base64::decode(base64)?;
    let (key_hash, signature) = bytes.split_first_chunk::<4>()?;
    if signature.is_empty() || !is_name(name) {
        return None;
    }
    Some(Signature {
        name: name.to_owned(),
        key_hash: u32::from_be_bytes(*key_hash),
        base64: base64.to_owned(),
    })
}

fn push_signature(message: &mut String, signature: &Signature) {
    writeln!(
        message,
        "{SIGNATURE_MARK}{} {}",
        signature.name, signature.base64
    )
    .expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNER: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_signed_note_opens_and_any_flipped_bit_closes_it() {
        let note = Note {
            text: "one\n\ntwo\n".to_owned(),
            signatures: Vec::new(),
            unverified: Vec::new(),
        };
        let message = note.sign(&[Signer::parse(SIGNER).unwrap()]).unwrap();
        let known = [Verifier::parse(VERIFIER).unwrap()];
        let opened = Note::open(message.as_bytes(), &known).unwrap();
        assert_eq!(opened.text, note.text);
        assert!(Parts::parse(message.as_bytes()).unwrap().names(&known[0]));
        for bit in 0..message.len() * 8 {
            let mut changed = message.clone().into_bytes();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(Note::open(&changed, &known).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_key_that_is_no_point_verifies_nothing() {
        // About half of all 32 bytes are the coordinate of no point.
        let bytes = (0..=255_u8)
            .map(|byte| [byte; 32])
            .find(|bytes| VerifyingKey::from_bytes(bytes).is_err())
            .unwrap();
        let key = [&[ED25519], bytes.as_slice()].concat();
        let text = format!("x+{:08x}+{}", hash_of_key("x", &key), base64::encode(&key));
        let verifier = Verifier::parse(&text).unwrap();
        assert!(!verifier.verify(b"text\n", &[0; 64]));
    }

    #[test]
    fn more_signatures_than_anybody_needs_are_refused() {
        let line = "— a AAAAAAA=\n";
        let note = |count| Note::open(format!("text\n\n{}", line.repeat(count)).as_bytes(), &[]);
        assert!(matches!(
            note(MAX_SIGNATURES),
            Err(NoteError::Unverified(_))
        ));
        assert_eq!(note(MAX_SIGNATURES + 1), Err(NoteError::Malformed));
    }
}
