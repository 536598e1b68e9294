//! The rules of `graph lint`. Their ids are public and never used again for something else.

use crate::ops::verify::report::{Level, Rule};

macro_rules! rules {
    ($($name:ident = $id:literal, $level:ident, $title:literal, $help:literal;)+) => {
        $(
            #[doc = $title]
            pub const $name: Rule = Rule {
                id: $id,
                level: Level::$level,
                title: $title,
                help: $help,
            };
        )+

        /// Every rule, by id.
        pub const RULES: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    INCOMPATIBLE = "SEM-001", Warning, "`+incompatible` on a module that has a go.mod",
        "A version with `+incompatible` is that of a module without a go.mod. This one has a go.mod, so that its path should \
         end in the major version; newer releases of Go refuse such a version. Require the path with `/vN`.";
    NO_TAG = "SEM-002", Warning, "a path with a major version that has no tag",
        "The path ends in `/vN`, but no version vN was ever tagged: only pseudo-versions can be required, and `latest` has \
         nothing to choose from. Ask the author for a tag, or use the path without the suffix.";
    MAJORS = "SEM-003", Note, "several majors of one module",
        "Each major version is a module of its own with its own types and its own state: where packages of two are built, code \
         is linked in twice, and values of one do not fit the other.";
    TAG_AFTER = "SEM-004", Warning, "a pseudo-version although a tag was made at or after that commit",
        "The requirement names a commit, and a release was tagged at that commit or later. Release versions can be compared, \
         retracted and looked up; require the release, if it has what the commit has.";
    WRONG_TIME = "SEM-005", Problem, "a pseudo-version that disagrees with the time of its commit",
        "The time in a pseudo-version is that of the commit, and Go refuses one that is not. This one is of a later time than \
         that at which the version was known. Where a cache or proxy lets it pass, it sorts wrongly against others.";
    V0_MINOR = "SEM-006", Note, "a v0 module raised across minors",
        "Before v1 a new minor may break what the old one had. A module in the build asks for an older minor than the one that \
         was selected, so that it is built with a version that it may never have been tested with.";
    RETRACTED = "SEM-007", Warning, "a retracted version",
        "The author has retracted this version. Go goes on using it where go.mod names it; choose another one.";
    DEPRECATED = "SEM-008", Warning, "a deprecated module",
        "The author has deprecated the module; the comment usually names what to use instead.";
    GO_LOW = "SEM-009", Problem, "the `go` line is lower than that of a dependency",
        "From Go 1.21 on a module must not name a lower version of Go than any of its dependencies: the go command would have \
         to change go.mod, and fails with `-mod=readonly`.";
    GO_HIGH = "SEM-010", Note, "the `go` line is higher than any dependency needs",
        "Whoever requires this module needs at least the version of Go that its `go` line names. No dependency asks for that \
         much: if the module itself does not, either, a lower line lets more people use it.";
    NOT_DIRECT = "SEM-011", Warning, "`// indirect` is missing",
        "No package of the main module imports a package of this module, tests included, whatever the build tags: the line is an \
         indirect requirement, or superfluous. The module of a `tool` line is an indirect one as well.";
    NOT_INDIRECT = "SEM-012", Warning, "`// indirect` is superfluous",
        "A package of the main module imports a package of this module: the requirement is a direct one.";
    EXPIRED = "SEM-901", Warning, "an exception has ended",
        "The day of this entry of `[[lint.allow]]` has passed, so that it lets nothing pass any more.";
    UNUSED = "SEM-902", Warning, "an exception that nothing needs",
        "Nothing is found that this entry of `[[lint.allow]]` lets pass. Remove it, so that the same does not come back unseen.";
}

/// Reports whether a rule may lack facts that only proxies have.
pub(super) fn needs_network(id: &str) -> bool {
    [&NO_TAG, &TAG_AFTER, &RETRACTED, &DEPRECATED]
        .iter()
        .any(|rule| rule.id == id)
}
