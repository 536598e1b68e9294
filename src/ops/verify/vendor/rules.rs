//! What can be wrong with a vendor directory.

use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    DIRECTORY_ADDED,
    LINE_ENDS,
    FILE_ADDED,
    FILE_IRREGULAR,
    FILE_MISSING,
    FILE_MODIFIED,
    FILE_NOT_COPIED,
    GO_LINE,
    GO_TOO_LOW,
    GO_TOO_NEW,
    IMPORT_MISSING,
    INCONSISTENT,
    MODULE_SUPERFLUOUS,
    PACKAGE_IGNORED,
    PACKAGE_MISSING,
    PACKAGE_UNKNOWN,
    PACKAGE_UNUSED,
    SKIPPED_LINE,
    UNPROVEN,
    UNREADABLE,
    WORKSPACE_MARK,
    ZIP_MISMATCH,
];

/// A directory that no package accounts for.
pub(super) const DIRECTORY_ADDED: Rule = Rule {
    id: "vendor-directory-added",
    level: Level::Integrity,
    title: "A directory is in the vendor directory that belongs to no vendored package",
    help: "Nothing that go.sum vouches for accounts for these files. Find out who added them; `go mod vendor` makes the \
           directory anew without them.",
};

/// modules.txt with CRLF.
pub(super) const LINE_ENDS: Rule = Rule {
    id: "vendor-modules-txt-crlf",
    level: Level::Warning,
    title: "vendor/modules.txt has the line ends of Windows",
    help: "Go reads the file nevertheless, but never writes it so: something on the way, such as git's autocrlf, changes \
           line ends, and may do so to vendored files. The line `vendor/** -text` in .gitattributes stops git.",
};

/// A file that is not the module's.
pub(super) const FILE_ADDED: Rule = Rule {
    id: "vendor-file-added",
    level: Level::Integrity,
    title: "A file is in the vendor directory that is not in its module",
    help: "The file is compiled or embedded like the others although nothing vouches for it. Find out who added it; \
           `go mod vendor` makes the directory anew without it.",
};

/// A link or device.
pub(super) const FILE_IRREGULAR: Rule = Rule {
    id: "vendor-file-irregular",
    level: Level::Integrity,
    title: "Something in the vendor directory is neither a file nor a directory",
    help: "Modules hold ordinary files alone, and so does a vendor directory. A symbolic link can lead the compiler to \
           files that nobody has checked.",
};

/// A file that is not there.
pub(super) const FILE_MISSING: Rule = Rule {
    id: "vendor-file-missing",
    level: Level::Integrity,
    title: "A file of a vendored package is missing",
    help: "`go mod vendor` copies this file, so someone or something has removed it; a .gitignore that matches names in \
           the vendor directory is a common reason. Without it the package can mean something else.",
};

/// A file with other contents.
pub(super) const FILE_MODIFIED: Rule = Rule {
    id: "vendor-file-modified",
    level: Level::Integrity,
    title: "A vendored file differs from the file in its module",
    help: "The module zip has the hash that go.sum or the checksum database knows, and this file is not the one in it. \
           Go does not notice. To change a dependency openly, replace it by a fork or a directory in go.mod.",
};

/// A file that go mod vendor leaves out.
pub(super) const FILE_NOT_COPIED: Rule = Rule {
    id: "vendor-file-superfluous",
    level: Level::Problem,
    title: "A file of the module is in the vendor directory although `go mod vendor` does not copy it",
    help: "The bytes are those of the verified module, so this is no tampering: some other tool has copied tests, \
           directories without packages, or go.mod. `go mod vendor` makes the directory anew without them.",
};

/// The go version of a module in modules.txt is not that of its go.mod.
pub(super) const GO_LINE: Rule = Rule {
    id: "vendor-go-line",
    level: Level::Problem,
    title: "vendor/modules.txt names another Go version for a module than the module's go.mod",
    help: "The version decides which language the packages of the module are compiled as. Run `go mod vendor` again.",
};

/// The go line of the main module is below that of a dependency.
pub(super) const GO_TOO_LOW: Rule = Rule {
    id: "vendor-go-too-low",
    level: Level::Problem,
    title: "A vendored module requires a newer Go than go.mod or go.work names",
    help: "Without the vendor directory Go asks for an update of the `go` line; with it nobody notices. Run `go mod tidy` \
           or `go work sync`, then vendor again.",
};

/// Go refuses the module.
pub(super) const GO_TOO_NEW: Rule = Rule {
    id: "vendor-go-too-new",
    level: Level::Problem,
    title: "A vendored module requires a newer Go than there is",
    help: "Go refuses to build with this vendor directory. Use a newer Go, or an older version of the module.",
};

/// An import that no vendored package answers.
pub(super) const IMPORT_MISSING: Rule = Rule {
    id: "vendor-import-missing",
    level: Level::Problem,
    title: "An imported package is not in the vendor directory",
    help: "A build with this vendor directory fails, on some platform at least. Run `go mod vendor` again.",
};

/// modules.txt disagrees with go.mod.
pub(super) const INCONSISTENT: Rule = Rule {
    id: "vendor-inconsistent",
    level: Level::Problem,
    title: "vendor/modules.txt does not agree with go.mod or go.work",
    help: "Go refuses to use such a vendor directory. Run `go mod vendor`, or `go work vendor` in a workspace.",
};

/// A module entry that nothing asks for.
pub(super) const MODULE_SUPERFLUOUS: Rule = Rule {
    id: "vendor-module-superfluous",
    level: Level::Problem,
    title: "vendor/modules.txt lists a module that is neither required nor provides a package",
    help: "Go passes over the entry, and never writes one like it. Run `go mod vendor` again.",
};

/// A package directory that modules.txt does not list.
pub(super) const PACKAGE_IGNORED: Rule = Rule {
    id: "vendor-package-ignored",
    level: Level::Problem,
    title: "An imported package is in the vendor directory but not in vendor/modules.txt",
    help: "From Go 1.23 on such a package is ignored, so the build fails. Run `go mod vendor` again.",
};

/// A listed package without directory.
pub(super) const PACKAGE_MISSING: Rule = Rule {
    id: "vendor-package-missing",
    level: Level::Integrity,
    title: "A package is in vendor/modules.txt but not in the vendor directory",
    help: "All of its files are missing. A .gitignore that matches its directory is a common reason. Run `go mod vendor` \
           again.",
};

/// A listed package that the module does not have.
pub(super) const PACKAGE_UNKNOWN: Rule = Rule {
    id: "vendor-package-unknown",
    level: Level::Integrity,
    title: "vendor/modules.txt lists a package that its module does not have",
    help: "The verified module has no Go files there, so whatever is vendored for this package did not come from it.",
};

/// A listed package that nothing imports.
pub(super) const PACKAGE_UNUSED: Rule = Rule {
    id: "vendor-package-unused",
    level: Level::Warning,
    title: "A vendored package is imported by nothing",
    help: "`go mod vendor` would leave the package out. It is there because imports were removed since, or because \
           somebody listed it by hand.",
};

/// A line of modules.txt that Go skips.
pub(super) const SKIPPED_LINE: Rule = Rule {
    id: "vendor-modules-txt-line",
    level: Level::Warning,
    title: "Go skips a line of vendor/modules.txt",
    help: "The file is written by `go mod vendor` and not meant to be edited; what Go does not understand it skips \
           silently, so a mistyped line loses its meaning.",
};

/// A module that nobody could compare with.
pub(super) const UNPROVEN: Rule = Rule {
    id: "vendor-unproven",
    level: Level::Problem,
    title: "The module of vendored packages could not be had",
    help: "Its files could be compared with nothing. Fetch it with `go mod download`, or run again with network.",
};

/// A file that could not be read.
pub(super) const UNREADABLE: Rule = Rule {
    id: "vendor-file-unreadable",
    level: Level::Problem,
    title: "A vendored file cannot be read",
    help: "The file could not be compared with its module.",
};

/// A vendor directory of the other kind.
pub(super) const WORKSPACE_MARK: Rule = Rule {
    id: "vendor-workspace-mark",
    level: Level::Problem,
    title: "The vendor directory was made for a workspace and there is none, or the other way round",
    help: "Unless `-mod=vendor` is given, Go leaves such a vendor directory aside and uses the module cache. Run \
           `go work vendor` for a workspace, `go mod vendor` for a module.",
};

/// A zip that is not the one go.sum knows.
pub(super) const ZIP_MISMATCH: Rule = Rule {
    id: "vendor-zip-mismatch",
    level: Level::Integrity,
    title: "The module zip to compare with does not have the hash that go.sum or the checksum database has",
    help: "The vendored files of this module were not compared: there is nothing trustworthy to compare them with. \
           `modsmith verify explain MODULE@VERSION` tells who differs.",
};
