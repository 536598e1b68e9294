//! The rules of `verify cache`.

use crate::ops::verify::report::{Level, Rule};

/// All rules of this part.
pub const RULES: &[Rule] = &[
    DIR_ADDED,
    DIR_MODIFIED,
    DIR_UNREADABLE,
    FILE_ADDED,
    FILE_MISSING,
    FILE_MODIFIED,
    FILE_UNREADABLE,
    INFO_WRONG,
    MOD_DIFFERS,
    MOD_MODIFIED,
    NOT_A_FILE,
    PARTIAL,
    ZIP_FOREIGN,
    ZIP_MODIFIED,
    ZIP_SUM,
    ZIP_UNREADABLE,
    ZIPHASH_MISSING,
    ZIPHASH_WRONG,
];

/// The rules that `go mod verify` has, too; their messages are its own.
pub const OF_GO: &[&str] = &[
    DIR_MODIFIED.id,
    DIR_UNREADABLE.id,
    ZIP_MODIFIED.id,
    ZIP_UNREADABLE.id,
    ZIPHASH_MISSING.id,
];

pub(super) const ZIP_MODIFIED: Rule = Rule {
    id: "cache-zip-modified",
    level: Level::Integrity,
    title: "A module zip is not the one that was downloaded",
    help: "The hash of the zip differs from the one that was kept in the .ziphash file beside it when the zip was \
           downloaded and verified. The go command unpacks such a zip without looking again. \
           `modsmith verify cache --repair` fetches it again.",
};

pub(super) const ZIP_UNREADABLE: Rule = Rule {
    id: "cache-zip-unreadable",
    level: Level::Integrity,
    title: "A module zip cannot be read",
    help: "The zip is truncated or damaged, or the file cannot be read at all. \
           `modsmith verify cache --repair` fetches it again.",
};

pub(super) const ZIP_SUM: Rule = Rule {
    id: "cache-zip-sum",
    level: Level::Integrity,
    title: "A module in the cache is not the one that go.sum names",
    help: "The hash of the zip, or of the unpacked files where there is no zip, differs from the line in go.sum. \
           `go mod verify` compares with the .ziphash file only and does not see this. Either the cache or go.sum was \
           changed: `modsmith verify sumdb` asks the checksum database which of them is right.",
};

pub(super) const ZIP_FOREIGN: Rule = Rule {
    id: "cache-zip-foreign",
    level: Level::Integrity,
    title: "A module zip holds what is no part of the module",
    help: "Every name in a module zip begins with the path and version of the module and follows the rules for names. \
           This zip is that of another module or version, or none at all; the go command refuses to unpack it.",
};

pub(super) const ZIPHASH_MISSING: Rule = Rule {
    id: "cache-ziphash-missing",
    level: Level::Problem,
    title: "The hash of a downloaded module is not there",
    help: "There is a zip or a directory, but no .ziphash file to compare it with; it may have been lost in a crash. \
           The go command hashes the zip again when it needs the module; `modsmith verify cache --repair` does it now.",
};

pub(super) const ZIPHASH_WRONG: Rule = Rule {
    id: "cache-ziphash-wrong",
    level: Level::Integrity,
    title: "The kept hash of a module is not its hash",
    help: "The .ziphash file was changed or cut off: the zip itself agrees with go.sum, or what stands in the file is \
           no hash at all. `modsmith verify cache --repair` writes it again once the zip is verified.",
};

pub(super) const DIR_MODIFIED: Rule = Rule {
    id: "cache-dir-modified",
    level: Level::Integrity,
    title: "An unpacked module was changed",
    help: "The files of the directory do not have the hash that the module had when it was downloaded. Builds use these \
           files. Other findings name them one by one; `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const DIR_UNREADABLE: Rule = Rule {
    id: "cache-dir-unreadable",
    level: Level::Problem,
    title: "An unpacked module cannot be read",
    help: "A file or directory of the module cannot be read, so nothing can be said of it. Check permissions and disk; \
           `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const DIR_ADDED: Rule = Rule {
    id: "cache-dir-added",
    level: Level::Problem,
    title: "An unpacked module has a directory too many",
    help: "The directory is not in the zip. The hash of a module is that of its files, so `go mod verify` does not see \
           empty directories; yet somebody has written to the module cache.",
};

pub(super) const FILE_MODIFIED: Rule = Rule {
    id: "cache-file-modified",
    level: Level::Integrity,
    title: "An unpacked file was changed",
    help: "The bytes of the file differ from those in the verified zip. If the change was made on purpose, for \
           debugging say, use a `replace` with a copy of the module instead. \
           `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const FILE_ADDED: Rule = Rule {
    id: "cache-file-added",
    level: Level::Integrity,
    title: "An unpacked module has a file too many",
    help: "The file is not in the verified zip, but a build would compile it. \
           `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const FILE_MISSING: Rule = Rule {
    id: "cache-file-missing",
    level: Level::Integrity,
    title: "A file of an unpacked module is not there",
    help: "The verified zip has the file, the directory has not. \
           `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const FILE_UNREADABLE: Rule = Rule {
    id: "cache-file-unreadable",
    level: Level::Problem,
    title: "A file of an unpacked module cannot be read",
    help: "Nothing can be said of a file that cannot be read. Check permissions and disk; \
           `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const NOT_A_FILE: Rule = Rule {
    id: "cache-not-a-file",
    level: Level::Integrity,
    title: "Something stands in place of a file of a module",
    help: "Modules consist of regular files. `go mod verify` follows symbolic links, so that a link to the same bytes \
           passes today and leads elsewhere tomorrow. `modsmith verify cache --repair` unpacks the module again.",
};

pub(super) const MOD_MODIFIED: Rule = Rule {
    id: "cache-mod-modified",
    level: Level::Integrity,
    title: "A go.mod in the cache is not the one that go.sum names",
    help: "The hash of the .mod file differs from the line in go.sum, so that every command that loads the module graph \
           fails. Either the cache or go.sum was changed. `modsmith verify cache --repair` fetches the file again if \
           what is fetched agrees with go.sum.",
};

pub(super) const MOD_DIFFERS: Rule = Rule {
    id: "cache-mod-differs",
    level: Level::Problem,
    title: "A go.mod in the cache is not the one in the zip",
    help: "Versions are selected with the .mod file, and packages built with the go.mod in the zip; they are the same \
           file. go.sum has no line for the .mod file, so nothing else protects it.",
};

pub(super) const INFO_WRONG: Rule = Rule {
    id: "cache-info-wrong",
    level: Level::Problem,
    title: "The information about a version cannot be right",
    help: "The .info file is no JSON, or speaks of another version. No hash protects it; the go command takes time and \
           version from it. `modsmith verify cache --repair` fetches it again.",
};

pub(super) const PARTIAL: Rule = Rule {
    id: "cache-partial",
    level: Level::Warning,
    title: "A module was unpacked only partly",
    help: "A process died while it unpacked the module. Nobody uses the directory: the go command unpacks the module \
           again when it needs it, and so does `modsmith verify cache --repair`.",
};
