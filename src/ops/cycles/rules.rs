//! The rules of `graph cycles`.

use crate::ops::verify::report::{Level, Rule};

/// Modules that require each other.
pub const MODULE_CYCLE: Rule = Rule {
    id: "module-cycle",
    level: Level::Problem,
    title: "modules require each other",
    help: "Go allows modules that require each other, but none of them can leave an old version of another behind: each \
           release brings in the versions that the others had when it was made. Remove one of the requirements, join the \
           modules, or allow the cycle by name under `[[cycles.allow]]` in modsmith.toml, with a reason and a day.",
};

/// Main modules whose packages import each other's.
pub const IMPORT_CYCLE: Rule = Rule {
    id: "import-cycle",
    level: Level::Problem,
    title: "main modules import each other's packages",
    help: "Packages of these main modules import each other's, so that none can be built, tested or released without the \
           others. Move what both need into one of them or into a third, or allow the cycle by name under \
           `[[cycles.allow]]` in modsmith.toml, with a reason and a day.",
};

/// An exception that has ended.
pub const EXPIRED: Rule = Rule {
    id: "cycle-exception-expired",
    level: Level::Warning,
    title: "an exception has ended",
    help: "The day of this entry of `[[cycles.allow]]` has passed, so that it lets nothing pass any more. Break the cycle, \
           or set another day.",
};

/// An exception that nothing needs.
pub const UNUSED: Rule = Rule {
    id: "cycle-exception-unused",
    level: Level::Warning,
    title: "an exception that nothing needs",
    help: "No cycle consists of modules that this entry of `[[cycles.allow]]` names. Remove it, so that the same cycle does \
           not come back unseen.",
};

/// Every rule.
pub const RULES: [&Rule; 4] = [&EXPIRED, &UNUSED, &IMPORT_CYCLE, &MODULE_CYCLE];
