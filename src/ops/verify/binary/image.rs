//! Go binaries in the layers of container images: what is there in the end, read without unpacking anything to disk but
//! one large file at a time, which has no name.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use super::{Found, rules};
use crate::adapters::image::{Image, ImageError, Layer, LayerReader, Store};
use crate::domain::binary::{self, GoBinary, HEAD, ReadError};
use crate::domain::image::overlay::{Meaning, Overlay, clean};
use crate::domain::image::tar::{Entry, Kind, Tar, TarError};
use crate::ops::progress::{Event, Reporter};
use crate::ops::verify::report::{Binary, Finding};

/// The largest file that is kept in memory while it is looked at.
const IN_MEMORY: u64 = 8 << 20;
/// The largest file that is looked at.
const MAX_FILE: u64 = 4 << 30;
/// The most executables of one image.
const MAX_BINARIES: usize = 100_000;

/// Looks for binaries in all images of a store.
pub(super) fn search(found: &mut Found, name: &str, store: &Store, reporter: &Arc<dyn Reporter>) {
    let images = match store.images() {
        Ok((images, missing)) => {
            for missing in missing {
                let note = format!("{name}: {missing} is in the index, and not here");
                found.notes.push(note);
            }
            images
        }
        Err(error) => return found.damaged(name, &error),
    };
    if images.is_empty() {
        let finding = Finding::new(&rules::IMAGE_DAMAGED, name, "there is no image in it");
        found.findings.push(finding);
    }
    let is_alone = images.len() == 1;
    for (index, image) in images.iter().enumerate() {
        let name = match image.label.as_str() {
            _ if is_alone => name.to_owned(),
            "" => format!("{name}#{}", index + 1),
            label => format!("{name}#{label}"),
        };
        let mut search = Search {
            found,
            name: &name,
            store,
            reporter,
            overlay: Overlay::default(),
            binaries: BTreeMap::new(),
            is_full: false,
        };
        search.image(image);
    }
}

/// What an executable says, or why it says nothing.
type Answer = Result<GoBinary, ReadError>;

/// The search in one image.
struct Search<'a> {
    found: &'a mut Found,
    name: &'a str,
    store: &'a Store,
    reporter: &'a Arc<dyn Reporter>,
    overlay: Overlay,
    binaries: BTreeMap<Vec<u8>, Answer>,
    is_full: bool,
}

/// The executables of one layer, with those that upper layers hide: other names may lead to them.
type OfLayer = BTreeMap<Vec<u8>, (bool, Option<Answer>)>;

impl Search<'_> {
    fn image(&mut self, image: &Image) {
        for layer in image.layers.iter().rev() {
            match self.layer(layer) {
                Ok(()) => {}
                Err(error) => self.found.damaged(self.name, &error),
            }
            self.overlay.end_layer();
        }
        for (path, answer) in std::mem::take(&mut self.binaries) {
            let name = format!("{}!/{}", self.name, String::from_utf8_lossy(&path));
            match answer {
                Ok(go) => self.found.binaries.push(Binary { name, go }),
                Err(error) => {
                    let message = error.to_string();
                    let finding = Finding::new(&rules::INFO_MALFORMED, name, message);
                    self.found.findings.push(finding);
                }
            }
        }
    }

    fn layer(&mut self, layer: &Layer) -> Result<(), ImageError> {
        let (reader, size) = self.store.open(&layer.name)?;
        let (reporter, what) = (Arc::clone(self.reporter), self.name.to_owned());
        let progress = Box::new(move |done| {
            reporter.report(Event::Bytes {
                what: &what,
                done,
                total: Some(size),
            });
        });
        let mut reader = LayerReader::new(reader, progress);
        let mut of_layer = OfLayer::new();
        let read = match reader.unpack(size) {
            Ok(unpacked) => self.entries(Tar::new(unpacked), &mut of_layer),
            Err(error) => Err(error.into()),
        };
        for (path, (is_visible, answer)) in of_layer {
            if let Some(answer) = answer.filter(|_| is_visible) {
                self.binaries.insert(path, answer);
            }
        }
        let io = |source| ImageError::Io {
            name: layer.name.clone(),
            source,
        };
        let (got, count) = reader.finish().map_err(io)?;
        self.found.bytes += count;
        if let Some(expected) = layer.sha256.as_ref().filter(|expected| **expected != got) {
            return Err(ImageError::Mismatch {
                name: layer.name.clone(),
                expected: expected.clone(),
                got,
            });
        }
        read.map_err(|fault| ImageError::Tar {
            name: layer.name.clone(),
            fault,
        })
    }

    fn entries<R: Read>(
        &mut self,
        mut tar: Tar<R>,
        of_layer: &mut OfLayer,
    ) -> Result<(), TarError> {
        while let Some(entry) = tar.next_entry()? {
            let (path, is_visible) = match self.overlay.take(&entry.path, entry.kind) {
                Meaning::Visible(path) => (path, true),
                Meaning::Hidden(path) => (path, false),
                Meaning::Whiteout | Meaning::Root => continue,
                Meaning::Outside => {
                    self.outside(&entry);
                    continue;
                }
                Meaning::TooMany => {
                    self.full("more names than are searched");
                    return Ok(());
                }
            };
            let answer = match entry.kind {
                Kind::File => self.file(&mut tar, &entry, &path)?,
                Kind::HardLink => {
                    let target = clean(&entry.link).and_then(|target| of_layer.get(&target));
                    target.and_then(|(_, answer)| copy(answer.as_ref()?))
                }
                Kind::Symlink | Kind::Directory | Kind::Other => None,
            };
            // A name that comes again replaces what was there; nothing need be kept of what never was.
            if answer.is_some() || of_layer.contains_key(&path) {
                of_layer.insert(path, (is_visible, answer));
            }
            if MAX_BINARIES <= of_layer.len() + self.binaries.len() {
                self.full("more executables than are searched");
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads a file that begins as an executable.
    fn file<R: Read>(
        &mut self,
        tar: &mut Tar<R>,
        entry: &Entry,
        path: &[u8],
    ) -> Result<Option<Answer>, TarError> {
        let mut head = Vec::new();
        (&mut *tar).take(HEAD as u64).read_to_end(&mut head)?;
        if binary::sniff(&head).is_none() {
            return Ok(None);
        }
        if MAX_FILE < entry.size {
            let message = format!("{} bytes, more than is searched", entry.size);
            let name = format!("{}!/{}", self.name, String::from_utf8_lossy(path));
            let finding = Finding::new(&rules::IMAGE_DAMAGED, name, message);
            self.found.findings.push(finding);
            return Ok(None);
        }
        let answer = if entry.size <= IN_MEMORY {
            (&mut *tar).read_to_end(&mut head)?;
            binary::read(&mut Cursor::new(head))
        } else {
            let mut spool = tempfile::tempfile()?;
            spool.write_all(&head)?;
            io::copy(&mut &mut *tar, &mut spool)?;
            spool.seek(SeekFrom::Start(0))?;
            binary::read(&mut spool)
        };
        Ok(match answer {
            Err(error) if error.is_other_file() => None,
            answer => Some(answer),
        })
    }

    fn outside(&mut self, entry: &Entry) {
        let path = String::from_utf8_lossy(&entry.path);
        let message = format!("the name `{path}` leads out of the image; it was skipped");
        let finding = Finding::new(&rules::IMAGE_DAMAGED, self.name, message);
        // One is enough to know the image by.
        if !self
            .found
            .findings
            .iter()
            .any(|known| known.rule == finding.rule && known.subject == finding.subject)
        {
            self.found.findings.push(finding);
        }
    }

    fn full(&mut self, message: &str) {
        if !std::mem::replace(&mut self.is_full, true) {
            let finding = Finding::new(&rules::IMAGE_DAMAGED, self.name, message);
            self.found.findings.push(finding);
        }
    }
}

/// Another name for the same file says the same; one that is malformed is named once.
fn copy(answer: &Answer) -> Option<Answer> {
    answer.as_ref().ok().cloned().map(Ok)
}

impl Found {
    pub(super) fn damaged(&mut self, name: &str, error: &ImageError) {
        let finding = match error {
            ImageError::Mismatch { expected, got, .. } => {
                Finding::new(&rules::IMAGE_MISMATCH, name, error.to_string())
                    .differs(format!("sha256:{expected}"), format!("sha256:{got}"))
            }
            ImageError::Io { .. }
            | ImageError::Missing { .. }
            | ImageError::Malformed { .. }
            | ImageError::TooLarge { .. }
            | ImageError::Tar { .. } => {
                Finding::new(&rules::IMAGE_DAMAGED, name, error.to_string())
            }
        };
        self.findings.push(finding);
    }
}
