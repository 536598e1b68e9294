//! Where the files of an image are: in a directory, or in a tar archive.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::ImageError;
use super::layer::unpack;
use crate::domain::image::overlay::clean;
use crate::domain::image::tar::{self, Kind, Tar};

/// The most files of an archive that are remembered: an image has some hundred.
const MAX_FILES: usize = 1 << 16;

/// How many links are followed; old archives use them for layers that several images share.
const MAX_LINKS: usize = 8;

/// The files of one or several images.
#[derive(Debug)]
pub enum Store {
    /// A directory with an OCI layout.
    Directory(PathBuf),
    /// An archive of such a directory, or one that `docker save` wrote.
    Archive {
        /// The archive, unpacked where it was compressed.
        file: File,
        /// Its files.
        files: BTreeMap<String, Place>,
        /// Its size.
        size: u64,
    },
}

/// Where a file of an archive is.
#[derive(Clone, Debug)]
pub enum Place {
    /// Here, with so many bytes.
    At(u64, u64),
    /// Where this other name is.
    Link(String),
}

impl Store {
    /// Returns the layout in a directory, if it has one.
    pub fn in_directory(path: &Path) -> Option<Self> {
        let is_layout = path.join("oci-layout").is_file() && path.join("index.json").is_file();
        is_layout.then(|| Self::Directory(path.to_owned()))
    }

    /// Returns the files of an archive, which may be compressed; nothing where it is none.
    pub fn in_file(path: &Path) -> Result<Option<Self>, ImageError> {
        let name = path.display().to_string();
        let io = |source| ImageError::Io {
            name: name.clone(),
            source,
        };
        let mut file = File::open(path).map_err(io)?;
        if !starts_as_tar(&mut file).map_err(io)? {
            return Ok(None);
        }
        let mut file = spooled(file, &name)?;
        let size = file.seek(SeekFrom::End(0)).map_err(io)?;
        let files = index(&mut file, &name)?;
        Ok(Some(Self::Archive { file, files, size }))
    }

    /// Reports whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Directory(directory) => directory.join(name).is_file(),
            Self::Archive { .. } => self.place(name).is_some(),
        }
    }

    /// Opens a file and returns it with its size. An archive that is a layer itself has the name "".
    pub fn open(&self, name: &str) -> Result<(BufReader<io::Take<File>>, u64), ImageError> {
        let io = |source| ImageError::Io {
            name: name.to_owned(),
            source,
        };
        let (file, size) = match self {
            Self::Directory(directory) => {
                let file = File::open(directory.join(name)).map_err(|source| {
                    if source.kind() == io::ErrorKind::NotFound {
                        let name = name.to_owned();
                        ImageError::Missing { name }
                    } else {
                        io(source)
                    }
                })?;
                let size = file.metadata().map_err(io)?.len();
                (file, size)
            }
            Self::Archive { file, size, .. } => {
                let (start, size) = if name.is_empty() {
                    (0, *size)
                } else {
                    self.place(name).ok_or_else(|| ImageError::Missing {
                        name: name.to_owned(),
                    })?
                };
                let mut file = file.try_clone().map_err(io)?;
                file.seek(SeekFrom::Start(start)).map_err(io)?;
                (file, size)
            }
        };
        Ok((BufReader::with_capacity(128 << 10, file.take(size)), size))
    }

    fn place(&self, name: &str) -> Option<(u64, u64)> {
        let Self::Archive { files, .. } = self else {
            return None;
        };
        let mut name = name.to_owned();
        for _ in 0..MAX_LINKS {
            match files.get(&name)? {
                Place::At(start, size) => return Some((*start, *size)),
                Place::Link(target) => name.clone_from(target),
            }
        }
        None
    }
}

/// Reports whether a file is a tar archive, compressed perhaps; the file is at its start again.
fn starts_as_tar(file: &mut File) -> io::Result<bool> {
    let mut block = Vec::new();
    let is_tar = match unpack(BufReader::new(&mut *file)) {
        Ok(reader) => {
            // What cannot be decompressed is no archive.
            drop::<io::Result<usize>>(reader.take(512).read_to_end(&mut block));
            tar::is_header(&block)
        }
        Err(_) => false,
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(is_tar)
}

/// Returns the archive itself, or what it is decompressed to, in a file without a name.
fn spooled(mut file: File, name: &str) -> Result<File, ImageError> {
    let io = |source| ImageError::Io {
        name: name.to_owned(),
        source,
    };
    let mut head = [0; 512];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..]).map_err(io)? {
            0 => break,
            count => filled += count,
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    if tar::is_header(&head[..filled]) {
        return Ok(file);
    }
    let size = file.metadata().map_err(io)?.len();
    let mut spool = tempfile::tempfile().map_err(io)?;
    let mut reader = unpack(BufReader::new(file)).map_err(io)?;
    let limit = super::layer::limit(size);
    let copied = io::copy(&mut (&mut reader).take(limit + 1), &mut spool).map_err(io)?;
    if limit < copied {
        let name = name.to_owned();
        return Err(ImageError::TooLarge { name, limit });
    }
    Ok(spool)
}

/// Finds the files of an archive; only their headers are read.
fn index(file: &mut File, name: &str) -> Result<BTreeMap<String, Place>, ImageError> {
    let mut files = BTreeMap::new();
    let bad = |fault| ImageError::Tar {
        name: name.to_owned(),
        fault,
    };
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))
            .map_err(|error| bad(error.into()))?;
        let mut tar = Tar::new(&*file);
        let Some(entry) = tar.next_entry().map_err(bad)? else {
            return Ok(files);
        };
        let start = at + entry.start;
        at = start
            .checked_add(entry.size)
            .and_then(|end| end.checked_next_multiple_of(512))
            .ok_or_else(|| bad(tar::TarError::CutOff { at: start }))?;
        let Some(path) = clean(&entry.path).and_then(|path| String::from_utf8(path).ok()) else {
            continue;
        };
        let place = match entry.kind {
            Kind::File => Place::At(start, entry.size),
            Kind::HardLink => match target("", &entry.link) {
                Some(target) => Place::Link(target),
                None => continue,
            },
            Kind::Symlink => match target(&path, &entry.link) {
                Some(target) => Place::Link(target),
                None => continue,
            },
            Kind::Directory | Kind::Other => continue,
        };
        // A whole file system as an archive has many files, and is a layer itself: they need not be known by name.
        if files.len() < MAX_FILES {
            files.insert(path, place);
        }
    }
}

/// Returns the name that a link at `path` leads to, as long as it stays in the archive.
fn target(path: &str, link: &[u8]) -> Option<String> {
    let link = std::str::from_utf8(link).ok()?;
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
