//! Container images for tests: tar archives, OCI layouts, archives as `docker save` writes them.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Returns a tar archive of files; a name that ends in `/` is a directory, one with ` -> ` a hard link.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, data) in files {
        let (name, link) = name.split_once(" -> ").unwrap_or((name, ""));
        let flag = match name {
            _ if !link.is_empty() => b'1',
            name if name.ends_with('/') => b'5',
            _ => b'0',
        };
        let mut block = vec![0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        block[156] = flag;
        block[157..157 + link.len()].copy_from_slice(link.as_bytes());
        block[257..263].copy_from_slice(b"ustar\0");
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        bytes.extend(block);
        bytes.extend(*data);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.extend([0; 1024]);
    bytes
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Compresses with Zstandard, in two frames, with one between that is to be skipped.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let frame = |bytes| compress_to_vec(bytes, CompressionLevel::Fastest);
    [frame(first), skipped.to_vec(), frame(second)].concat()
}

/// Returns an archive as `docker save` wrote it before it wrote OCI layouts; layers from the lowest.
pub(crate) fn docker_save(layers: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<_> = (0..layers.len())
        .map(|at| format!("{at}/layer.tar"))
        .collect();
    let manifest = json!([{ "Config": "c.json", "RepoTags": ["app:1"], "Layers": names }]);
    let manifest = manifest.to_string();
    let mut files: Vec<(&str, &[u8])> = Vec::new();
    for (name, layer) in names.iter().zip(layers) {
        files.push((name, layer));
    }
    files.push(("manifest.json", manifest.as_bytes()));
    tar(&files)
}

/// Writes an OCI layout with one image for each platform; layers from the lowest.
pub(crate) fn oci_layout(directory: &Path, images: &[(&str, &[Vec<u8>])]) {
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let put = |bytes: &[u8]| {
        let hash = HEXLOWER.encode(&Sha256::digest(bytes));
        fs::write(blobs.join(&hash), bytes).unwrap();
        json!({ "digest": format!("sha256:{hash}"), "size": bytes.len() })
    };
    let manifests = images.iter().map(|(platform, layers)| {
        let layers: Vec<Value> = layers.iter().map(|layer| put(layer)).collect();
        let manifest = json!({ "schemaVersion": 2, "config": put(b"{}"), "layers": layers });
        let mut descriptor = put(manifest.to_string().as_bytes());
        let (os, architecture) = platform.split_once('/').unwrap();
        descriptor["platform"] = json!({ "os": os, "architecture": architecture });
        descriptor
    });
    let manifests: Vec<Value> = manifests.collect();
    let index = json!({ "schemaVersion": 2, "manifests": manifests });
    fs::write(directory.join("index.json"), index.to_string()).unwrap();
    fs::write(
        directory.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )
    .unwrap();
}
