//! Which images there are, and which layers each has.

use std::collections::BTreeMap;
use std::io::Read as _;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::ImageError;
use super::store::Store;

/// The largest description that is read.
const MAX_JSON: u64 = 16 << 20;

/// The most images of one layout, and the depth to which an index may name another one.
const MAX_IMAGES: usize = 256;
const MAX_DEPTH: usize = 4;

/// The annotations that hold a name, the best first.
const NAMES: [&str; 2] = [
    "io.containerd.image.name",
    "org.opencontainers.image.ref.name",
];
/// The annotation of what is no image, but says something of one.
const ABOUT_ANOTHER: &str = "vnd.docker.reference.type";

/// One image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What tells it from the others: name, platform; may be empty.
    pub label: String,
    /// Its layers, the lowest first.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The file.
    pub name: String,
    /// The SHA-256 that its bytes must have, in hexadecimal digits, where the file is named by it.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Descriptor>,
    /// Set where it is an index again.
    manifests: Option<Vec<Descriptor>>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    platform: Option<Platform>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

/// An image in the manifest.json of `docker save`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

impl Store {
    /// Returns the images, and what could not be found of them.
    ///
    /// An archive without any description is taken for the one layer of an image: a file system, as `docker export`
    /// writes it.
    pub fn images(&self) -> Result<(Vec<Image>, Vec<String>), ImageError> {
        if self.has("index.json") {
            let index: Index = self.json("index.json", None)?;
            let mut search = Search::default();
            search.walk(self, index.manifests, "", 0)?;
            return Ok((search.images, search.missing));
        }
        if self.has("manifest.json") {
            let saved: Vec<Saved> = self.json("manifest.json", None)?;
            return Ok((
                saved
                    .into_iter()
                    .take(MAX_IMAGES)
                    .map(saved_image)
                    .collect(),
                Vec::new(),
            ));
        }
        let layer = Layer {
            name: String::new(),
            sha256: None,
        };
        let image = Image {
            label: String::new(),
            layers: vec![layer],
        };
        Ok((vec![image], Vec::new()))
    }

    /// Reads a description, and checks it against its hash where one is known.
    fn json<T: DeserializeOwned>(&self, name: &str, sha256: Option<&str>) -> Result<T, ImageError> {
        let (reader, size) = self.open(name)?;
        if MAX_JSON < size {
            return Err(ImageError::TooLarge {
                name: name.to_owned(),
                limit: MAX_JSON,
            });
        }
        let mut bytes = Vec::new();
        reader
            .take(MAX_JSON)
            .read_to_end(&mut bytes)
            .map_err(|source| ImageError::Io {
                name: name.to_owned(),
                source,
            })?;
        let got = HEXLOWER.encode(&Sha256::digest(&bytes));
        if let Some(expected) = sha256.filter(|expected| *expected != got) {
            return Err(ImageError::Mismatch {
                name: name.to_owned(),
                expected: expected.to_owned(),
                got,
            });
        }
        serde_json::from_slice(&bytes).map_err(|error| ImageError::Malformed {
            name: name.to_owned(),
            fault: error.to_string(),
        })
    }
}

#[derive(Default)]
struct Search {
    images: Vec<Image>,
    missing: Vec<String>,
}

impl Search {
    fn walk(
        &mut self,
        store: &Store,
        descriptors: Vec<Descriptor>,
        label: &str,
        depth: usize,
    ) -> Result<(), ImageError> {
        for descriptor in descriptors {
            if descriptor.annotations.contains_key(ABOUT_ANOTHER) {
                continue;
            }
            if MAX_IMAGES <= self.images.len() + self.missing.len() || MAX_DEPTH < depth {
                return Err(ImageError::Malformed {
                    name: "index.json".to_owned(),
                    fault: "too many images".to_owned(),
                });
            }
            let blob = blob(&descriptor.digest)?;
            let label = descriptor.label(label);
            // An archive may hold one platform only, with the index of all.
            if !store.has(&blob.name) {
                self.missing
                    .push(if label.is_empty() { blob.name } else { label });
                continue;
            }
            let manifest: Manifest = store.json(&blob.name, blob.sha256.as_deref())?;
            if let Some(manifests) = manifest.manifests {
                self.walk(store, manifests, &label, depth + 1)?;
                continue;
            }
            let layers = manifest
                .layers
                .iter()
                .map(|layer| self::blob(&layer.digest));
            self.images.push(Image {
                label,
                layers: layers.collect::<Result<_, _>>()?,
            });
        }
        Ok(())
    }
}

impl Descriptor {
    /// Returns a label: the name, the platform, or the start of the hash; below the label of the index.
    fn label(&self, above: &str) -> String {
        let name = NAMES.iter().find_map(|name| self.annotations.get(*name));
        let platform = self.platform.as_ref().map(|platform| {
            let variant = platform.variant.as_ref();
            let variant = variant.map_or_else(String::new, |variant| format!("/{variant}"));
            format!("{}/{}{variant}", platform.os, platform.architecture)
        });
        let parts = [
            (!above.is_empty()).then(|| above.to_owned()),
            name.cloned(),
            platform,
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(",")
    }
}

fn saved_image(saved: Saved) -> Image {
    let tags = saved.repo_tags.unwrap_or_default();
    let layers = saved.layers.into_iter().map(|name| {
        // Newer versions write the layout's blobs here.
        let digest = name.strip_prefix("blobs/sha256/").map(str::to_owned);
        Layer {
            name,
            sha256: digest,
        }
    });
    Image {
        label: tags.into_iter().next().unwrap_or_default(),
        layers: layers.collect(),
    }
}

/// Returns the file of a digest, such as `sha256:…`; nothing else can become a path.
fn blob(digest: &str) -> Result<Layer, ImageError> {
    let parts = digest.split_once(':').filter(|(algorithm, hash)| {
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        is_word(algorithm) && is_word(hash)
    });
    let Some((algorithm, hash)) = parts else {
        return Err(ImageError::Malformed {
            name: "a digest".to_owned(),
            fault: format!("`{digest}`"),
        });
    };
    Ok(Layer {
        name: format!("blobs/{algorithm}/{hash}"),
        sha256: (algorithm == "sha256").then(|| hash.to_owned()),
    })
}
