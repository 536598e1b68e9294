//! The table of failures: error → kind, exit code and hint.
//!
//! Every error type of the layers below has one `From` here, so that this file alone answers which exit code
//! a user gets for which trouble.

use std::fmt;

use crate::adapters::config::{ConfigError, Place};
use crate::adapters::env::EnvError;
use crate::adapters::exec::ExecError;
use crate::adapters::fs::FsError;
use crate::adapters::git::{DirectZipError, GitError, RevisionError};
use crate::adapters::goproxy::{self, ProxyError, ProxyFault};
use crate::adapters::http::client::HttpError;
use crate::adapters::modcache::{CacheError, UnpackError};
use crate::adapters::repo_root::RepoRootError;
use crate::adapters::repository::RepositoryError;
use crate::adapters::sumdb::{SumDbError, SumDbFault};
use crate::adapters::vcs::DirectError;
use crate::adapters::zip_file::ZipFileError;
use crate::domain::gosum::GoSumError;
use crate::domain::modfile::{self, ParseError, ParseErrors};
use crate::domain::modzip::{CreateError, TreeError, ZipError};
use crate::domain::vendor::InconsistentVendor;
use crate::domain::{goenv, module, mvs, sumdb};
use crate::ops::get::GetError;
use crate::ops::load::LoadError;
use crate::ops::packages::PackageError;
use crate::ops::query::QueryError;
use crate::ops::source::{ModuleError, Reason};
use crate::ops::tidy::{Problem, TidyError};
use crate::ops::upstream::FetchError;

/// What to do when the network may not be used.
const FILL: &str = "run once without `--offline` to fill the module cache";

/// How many errors of one file are shown.
const MAX_EXCERPTS: usize = 10;

/// What kind of trouble ended an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The command line asks for something that does not exist or does not go together.
    Usage,
    /// A file, a setting or a module does not say what it must.
    Input,
    /// Network, disk or another program failed.
    Outside,
    /// Bytes, signature or proof do not match.
    Integrity,
    /// The program itself is wrong.
    Bug,
    /// The user stopped it.
    Interrupted,
}

impl FailureKind {
    /// Returns the exit code of a command that ends in this kind of failure.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Input => 3,
            Self::Outside => 4,
            Self::Integrity => 5,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// Returns the word for this kind in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Outside => "outside",
            Self::Integrity => "integrity",
            Self::Bug => "bug",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Why an operation has no result.
#[derive(Debug)]
pub struct Failure {
    /// Decides the exit code.
    pub kind: FailureKind,
    /// What failed, outermost first.
    pub source: anyhow::Error,
    /// What the user can do about it.
    pub hints: Vec<String>,
    /// The places in files that are at fault.
    pub excerpts: Vec<Excerpt>,
}

/// A place in a file, with the text that stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The file as the user knows it.
    pub file: String,
    /// Counts from one; zero where the whole file is at fault.
    pub line: usize,
    /// Counts from one, as the go command does for that kind of file.
    pub column: usize,
    /// The line without its end.
    pub text: String,
    /// How many characters of `text` stand before the fault.
    pub before: usize,
    /// How many characters of `text` are at fault.
    pub width: usize,
    /// What is wrong here.
    pub message: String,
}

impl Failure {
    /// Makes a failure of a kind from any error.
    pub fn new(kind: FailureKind, source: impl Into<anyhow::Error>) -> Self {
        Self {
            kind,
            source: source.into(),
            hints: Vec::new(),
            excerpts: Vec::new(),
        }
    }

    /// Makes a failure from a message alone.
    pub fn message(kind: FailureKind, message: impl fmt::Display) -> Self {
        Self::new(kind, anyhow::Error::msg(message.to_string()))
    }

    /// The command line is wrong.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::message(FailureKind::Usage, message)
    }

    /// A file, a setting or a module is wrong.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::message(FailureKind::Input, message)
    }

    /// The user stopped the program.
    pub fn interrupted() -> Self {
        Self::message(FailureKind::Interrupted, "interrupted")
    }

    /// Says what was being attempted; becomes the first line of the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display + Send + Sync + 'static) -> Self {
        self.source = self.source.context(what);
        self
    }

    /// Adds something that the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a place in a file.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpts.push(excerpt);
        self
    }
}

impl Failure {
    /// Returns what failed, outermost first, without the causes that an error before says in its own text.
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        for cause in self.source.chain() {
            let text = cause.to_string();
            if !told.iter().any(|said| said.contains(&text)) {
                told.push(text);
            }
        }
        told
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told().join(": "))
    }
}

/// Errors of one kind that need no hint.
macro_rules! plain {
    ($kind:ident: $($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(FailureKind::$kind, error)
            }
        }
    )+};
}

plain!(Input:
    goenv::auth::AuthError,
    goenv::checksum_db::SumDbError,
    goenv::flags::GoFlagsError,
    goenv::proxy_list::ProxyListError,
    goenv::resolve::GoEnvError,
    goproxy::ProxyUrlError,
    modfile::edit::EditError,
    modfile::parse::FixError,
    module::path::CheckError,
    module::path::EscapeError,
    module::path::PathError,
    module::path::UnescapeError,
    module::path::VersionError,
    module::query::Disallowed,
    module::query::NoMatchingVersion,
    module::query::QueryError,
    mvs::replace::ReplaceConflict,
);

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::Read { .. } => Self::new(FailureKind::Input, error),
            ConfigError::Invalid { place, message } => {
                let excerpt = config_excerpt(place, message);
                Self::new(FailureKind::Input, error).excerpt(excerpt)
            }
            ConfigError::Untrusted { place, key } => {
                let excerpt = config_excerpt(place, "counts only in a file named by `--config`");
                let file = place.file.display();
                let hint = format!(
                    "read {file} and, if you trust it, name it: `--config {file}`; or remove `{key}`"
                );
                Self::new(FailureKind::Input, error)
                    .excerpt(excerpt)
                    .hint(hint)
            }
        }
    }
}

impl From<EnvError> for Failure {
    fn from(error: EnvError) -> Self {
        let kind = match &error {
            EnvError::NotText { .. } => FailureKind::Input,
            EnvError::WorkDir { .. } => FailureKind::Outside,
        };
        Self::new(kind, error)
    }
}

impl From<FsError> for Failure {
    fn from(error: FsError) -> Self {
        let is_input = error.is_not_found() || matches!(error, FsError::TooLarge { .. });
        let kind = if is_input {
            FailureKind::Input
        } else {
            FailureKind::Outside
        };
        Self::new(kind, error)
    }
}

impl From<ExecError> for Failure {
    fn from(error: ExecError) -> Self {
        let hint = match &error {
            ExecError::NotFound { program } => Some(format!(
                "install `{program}`, or set GOPROXY so that it is not needed"
            )),
            _ => None,
        };
        let failure = Self::new(FailureKind::Outside, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<RevisionError> for Failure {
    fn from(error: RevisionError) -> Self {
        match error {
            RevisionError::Run(error) => error.into(),
            RevisionError::Output | RevisionError::Absent { .. } => {
                Self::new(FailureKind::Outside, error)
            }
            RevisionError::NoRepository { .. }
            | RevisionError::Unknown { .. }
            | RevisionError::Unrelated { .. } => Self::new(FailureKind::Input, error),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        let (kind, hint) = http(&error);
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<ProxyError> for Failure {
    fn from(error: ProxyError) -> Self {
        let (kind, hint) = proxy(&error.fault);
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<DirectError> for Failure {
    fn from(error: DirectError) -> Self {
        let kind = direct(&error);
        let hint = error.hint();
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<ModuleError> for Failure {
    fn from(error: ModuleError) -> Self {
        let (kind, hint) = (kind_of_module(&error), hint_of_module(&error));
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<RepositoryError> for Failure {
    fn from(error: RepositoryError) -> Self {
        let is_input = match &error {
            RepositoryError::Code(code) => code.host().is_none() || code.is_not_found(),
            RepositoryError::Host(host) | RepositoryError::Zip(DirectZipError::Host(host)) => {
                host.is_not_found()
            }
            RepositoryError::Git(GitError::NotRemote { .. } | GitError::Transport { .. }) => true,
            RepositoryError::Git(_) | RepositoryError::Temporary(_) | RepositoryError::Zip(_) => {
                false
            }
        };
        let kind = if is_input {
            FailureKind::Input
        } else {
            FailureKind::Outside
        };
        let hint = error.hint();
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<ZipError> for Failure {
    fn from(error: ZipError) -> Self {
        let kind = match &error {
            ZipError::Read(_) => FailureKind::Outside,
            _ => FailureKind::Input,
        };
        Self::new(kind, error)
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        let kind = match &error {
            CreateError::Module(_) | CreateError::Files(_) => FailureKind::Input,
            CreateError::Larger { .. } | CreateError::Read { .. } | CreateError::Write(_) => {
                FailureKind::Outside
            }
        };
        Self::new(kind, error)
    }
}

impl From<TreeError> for Failure {
    fn from(error: TreeError) -> Self {
        Self::new(FailureKind::Outside, error)
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        let kind = match &error {
            CacheError::NotSet
            | CacheError::Relative { .. }
            | CacheError::NotDirectory { .. }
            | CacheError::NoPlace { .. } => FailureKind::Input,
            CacheError::File(_) => FailureKind::Outside,
        };
        Self::new(kind, error)
    }
}

impl From<UnpackError> for Failure {
    fn from(error: UnpackError) -> Self {
        let kind = match &error {
            UnpackError::Cache(_) | UnpackError::File(_) => FailureKind::Outside,
            UnpackError::Zip { .. } | UnpackError::Contents { .. } => FailureKind::Input,
        };
        Self::new(kind, error)
    }
}

impl From<SumDbError> for Failure {
    fn from(error: SumDbError) -> Self {
        let (kind, hint) = match &*error.fault {
            SumDbFault::Check { .. } => (FailureKind::Integrity, None),
            SumDbFault::Remote { fault, .. } => proxy(fault),
            SumDbFault::Offline { .. } => (FailureKind::Outside, Some(FILL)),
            SumDbFault::Private | SumDbFault::Url(_) | SumDbFault::NoDirectory => {
                (FailureKind::Input, None)
            }
            SumDbFault::File(_) => (FailureKind::Outside, None),
        };
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<sumdb::checker::CheckError> for Failure {
    fn from(error: sumdb::checker::CheckError) -> Self {
        use sumdb::checker::CheckError::{Escape, Key};
        let kind = match &error {
            Key(_) | Escape(_) => FailureKind::Input,
            _ => FailureKind::Integrity,
        };
        Self::new(kind, error)
    }
}

impl From<GoSumError> for Failure {
    fn from(error: GoSumError) -> Self {
        let excerpt = Excerpt {
            file: error.file.clone(),
            line: error.line,
            column: error.column,
            before: characters(&error.text, error.column.saturating_sub(1)),
            width: 1,
            text: error.text.clone(),
            message: error.fault.to_string(),
        };
        let hint = error.fault.hint();
        Self::new(FailureKind::Input, error)
            .excerpt(excerpt)
            .hint(hint)
    }
}

impl From<InconsistentVendor> for Failure {
    fn from(error: InconsistentVendor) -> Self {
        Self::new(FailureKind::Input, error)
            .hint("`--mod=mod` or `--mod=readonly` leaves the vendor directory aside")
    }
}

impl From<ParseErrors> for Failure {
    fn from(errors: ParseErrors) -> Self {
        let all = errors.errors();
        let file = all.first().map_or("go.mod", |error| error.file.as_str());
        let count = all.len() + errors.omitted();
        let message = match count {
            0 | 1 => format!("cannot parse `{file}`"),
            _ if count <= MAX_EXCERPTS => format!("cannot parse `{file}`: {count} errors"),
            _ => format!(
                "cannot parse `{file}`: {count} errors, the first {MAX_EXCERPTS} of them are"
            ),
        };
        let excerpts: Vec<_> = all.iter().take(MAX_EXCERPTS).map(modfile_excerpt).collect();
        let has_conflict = excerpts
            .iter()
            .any(|place| place.text.starts_with("<<<<<<<"));
        let failure = Self {
            excerpts,
            ..Self::new(FailureKind::Input, errors).context(message)
        };
        if has_conflict {
            failure.hint("the file has a merge conflict: choose what is to stay, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`")
        } else {
            failure
        }
    }
}

/// Returns the kind of an error of the HTTP client, and what to do about it.
impl From<GetError> for Failure {
    fn from(error: GetError) -> Self {
        match error {
            GetError::Load(error) => error.into(),
            GetError::Edit(error) => error.into(),
            GetError::Refused { kind, .. } => Self::new(kind, error),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let kind = match error {
            LoadError::Parse(errors) => return errors.into(),
            LoadError::GoSum(error) => return error.into(),
            LoadError::Vendor(error) => return error.into(),
            LoadError::File(error) => return error.into(),
            LoadError::Replace(error) => return error.into(),
            ref error => kind_of_load(error),
        };
        let hint = hint_of_load(&error);
        let failure = Self::new(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

fn kind_of_load(error: &LoadError) -> FailureKind {
    match error {
        LoadError::Argument(_) | LoadError::GoTooOld { .. } => FailureKind::Usage,
        LoadError::Offline { .. } => FailureKind::Outside,
        LoadError::File(error) if !error.is_not_found() => FailureKind::Outside,
        LoadError::Module { error, .. } | LoadError::Added { error, .. } => kind_of_module(error),
        LoadError::Contents(error) => kind_of_module(error),
        LoadError::Query(error) => kind_of_query(error),
        LoadError::Parse(_)
        | LoadError::GoSum(_)
        | LoadError::Vendor(_)
        | LoadError::File(_)
        | LoadError::Replace(_)
        | LoadError::NoMainModule { .. }
        | LoadError::EmptyWorkspace { .. }
        | LoadError::Setting(_)
        | LoadError::Invalid { .. }
        | LoadError::UpdatesNeeded
        | LoadError::SumsNeeded
        | LoadError::UsedTwice { .. }
        | LoadError::NotWithVendor { .. }
        | LoadError::Modules { .. } => FailureKind::Input,
    }
}

fn kind_of_query(error: &QueryError) -> FailureKind {
    match error {
        QueryError::Fetch(error) if !error.is_not_found() => FailureKind::Outside,
        _ => FailureKind::Input,
    }
}

fn kind_of_module(error: &ModuleError) -> FailureKind {
    match &*error.reason {
        _ if error.is_integrity() => FailureKind::Integrity,
        Reason::Fetch(error) if error.is_not_found() => FailureKind::Input,
        Reason::Unpack(UnpackError::Cache(_) | UnpackError::File(_))
        | Reason::Zip(ZipFileError::Fs(_))
        | Reason::SumDb { .. }
        | Reason::Fetch(_)
        | Reason::Offline
        | Reason::Cache(_)
        | Reason::File(_) => FailureKind::Outside,
        _ => FailureKind::Input,
    }
}

fn hint_of_load(error: &LoadError) -> Option<String> {
    let hint = match error {
        LoadError::NoMainModule { .. } => {
            "run it in a module, or name its directory with `-C DIR`".to_owned()
        }
        LoadError::Offline { .. } => {
            "run it once without `--offline`, or point GOPROXY at a `file://` tree that has them"
                .to_owned()
        }
        LoadError::UpdatesNeeded => {
            "see what would change with `--mod mod`; `go mod tidy` writes it".to_owned()
        }
        LoadError::SumsNeeded => "run it with `--mod mod`".to_owned(),
        LoadError::NotWithVendor { .. } => {
            "use `--mod readonly` or `--mod mod` to look past the vendor directory".to_owned()
        }
        LoadError::Module { error, .. } | LoadError::Added { error, .. } => {
            return hint_of_module(error);
        }
        LoadError::Contents(error) => return hint_of_module(error),
        _ => return None,
    };
    Some(hint)
}

/// The gravest of all that is wrong decides.
impl From<TidyError> for Failure {
    fn from(error: TidyError) -> Self {
        let rank = |kind: &FailureKind| match kind {
            FailureKind::Integrity => 2,
            FailureKind::Outside => 1,
            _ => 0,
        };
        let kinds = error.problems.iter().map(|problem| match problem {
            Problem::Package { error, .. } => kind_of_package(error),
            Problem::Requirements(error) => kind_of_load(error),
            Problem::Other(_) => FailureKind::Input,
        });
        let kind = kinds.max_by_key(rank).unwrap_or(FailureKind::Input);
        Self::new(kind, error)
    }
}

fn kind_of_package(error: &PackageError) -> FailureKind {
    match error {
        PackageError::Module(error) => kind_of_module(error),
        PackageError::Graph(error) => kind_of_load(error),
        PackageError::Query(error) => kind_of_query(error),
        PackageError::File(_) => FailureKind::Outside,
        _ => FailureKind::Input,
    }
}

fn hint_of_module(error: &ModuleError) -> Option<String> {
    let hint = match &*error.reason {
        Reason::MissingSum { needed_by } => {
            format!("add it with `go mod download {needed_by}`, or use `--mod mod` to ask the checksum database instead")
        }
        Reason::SumMismatch { .. } | Reason::DatabaseMismatch { .. } => {
            "do not use these bytes: the module was changed after it was published, or on the way here; compare with another proxy before you touch go.sum".to_owned()
        }
        Reason::NotInDatabase { .. } => "if the module is private, name it in GOPRIVATE".to_owned(),
        Reason::ZipModified { .. } => "fetch it again with `modsmith verify cache --repair`".to_owned(),
        Reason::SumDb { .. } => "if the module is private, name it in GOPRIVATE; if the database cannot be reached, see GOSUMDB".to_owned(),
        Reason::Fetch(error) => return hint_of_fetch(error).map(str::to_owned),
        _ => return None,
    };
    Some(hint)
}

/// Names GOPRIVATE only where a proxy was asked: what is listed there already never is.
fn hint_of_fetch(error: &FetchError) -> Option<&'static str> {
    if !error.is_not_found() {
        return None;
    }
    match error {
        FetchError::Proxy(_) => Some(
            "if the module is private, name it in GOPRIVATE so that it is asked for at its origin",
        ),
        FetchError::Direct(_) => Some(
            "see whether path and version are right, and whether `git ls-remote` of the repository works here",
        ),
        FetchError::NoProxy => Some("add `direct` to the end of GOPROXY"),
        FetchError::Off => {
            Some("GOPROXY=off lets nobody be asked; name a proxy, a `file://` tree or `direct`")
        }
        _ => None,
    }
}

fn http(error: &HttpError) -> (FailureKind, Option<&'static str>) {
    match error {
        HttpError::Roots(_)
        | HttpError::Auth(_)
        | HttpError::InvalidUrl { .. }
        | HttpError::Scheme { .. } => (FailureKind::Input, None),
        HttpError::Insecure { .. } | HttpError::InsecureCredentials { .. } => (
            FailureKind::Input,
            Some("GOINSECURE names the modules that may be fetched without TLS"),
        ),
        HttpError::Offline { .. } => (FailureKind::Outside, Some(FILL)),
        _ => (FailureKind::Outside, None),
    }
}

/// Returns the kind of a proxy's failure, and what to do about it.
fn proxy(fault: &ProxyFault) -> (FailureKind, Option<&'static str>) {
    match fault {
        ProxyFault::Http(error) => http(error),
        ProxyFault::Escape(_) | ProxyFault::NoCommits => (FailureKind::Input, None),
        // The proxy is fine; it is the module that does not exist.
        _ if fault.is_not_found() => (FailureKind::Input, None),
        _ => (FailureKind::Outside, None),
    }
}

/// Returns the kind of a failure of `direct`.
fn direct(error: &DirectError) -> FailureKind {
    match error {
        DirectError::Proxy(error) => proxy(&error.fault).0,
        DirectError::GoVcs(_)
        | DirectError::UnsupportedVcs { .. }
        | DirectError::Zip { .. }
        | DirectError::ProxyUrl { .. } => FailureKind::Input,
        DirectError::Root(RepoRootError::Path(_) | RepoRootError::Disallowed(_)) => {
            FailureKind::Input
        }
        // The repository is fine; it does not have what was asked for.
        DirectError::Code(_) | DirectError::Repo(_) if error.is_not_found() => FailureKind::Input,
        DirectError::Code(code) if code.host().is_none() => FailureKind::Input,
        DirectError::Offline { .. }
        | DirectError::Root(_)
        | DirectError::Repo(_)
        | DirectError::Code(_) => FailureKind::Outside,
    }
}

fn modfile_excerpt(error: &ParseError) -> Excerpt {
    let mut message = String::new();
    if let Some(subject) = &error.subject {
        message.push_str(&subject.verb);
        message.push_str(if subject.path.is_empty() { "" } else { " " });
        message.push_str(&subject.path);
        message.push_str(": ");
    }
    message.push_str(&error.kind.to_string());
    if let Some(expected) = error.kind.expected()
        && !message.contains(expected)
    {
        message.push_str("; expected ");
        message.push_str(expected);
    }
    let start = error.span.start;
    Excerpt {
        file: error.file.clone(),
        line: start.line as usize,
        column: start.column as usize,
        text: error.excerpt.line.clone(),
        before: error.excerpt.before,
        width: error.excerpt.width,
        message,
    }
}

fn config_excerpt(place: &Place, message: &str) -> Excerpt {
    let before = characters(&place.text, place.column.saturating_sub(1));
    let end = characters(&place.text, place.column.saturating_sub(1) + place.length);
    Excerpt {
        file: place.file.display().to_string(),
        line: place.line,
        column: place.column,
        text: place.text.clone(),
        before,
        width: end - before,
        message: message.to_owned(),
    }
}

/// Counts the characters in the first `bytes` of a text.
fn characters(text: &str, bytes: usize) -> usize {
    text.char_indices()
        .take_while(|(at, _)| *at < bytes)
        .count()
}
