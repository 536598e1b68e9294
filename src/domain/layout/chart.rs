//! What a drawing of a module graph shows, before anything is folded or placed.

use crate::domain::module::ModuleVersion;
use crate::domain::module::path::split_path_version;

/// The module versions of a graph and their requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The module versions; main modules come first.
    pub items: Vec<Item>,
    /// Requirements, as positions in `items`.
    pub requirements: Vec<(usize, usize)>,
}

impl Chart {
    /// Returns the paths of the main modules.
    pub fn main_paths(&self) -> Vec<&str> {
        let main = self.items.iter().filter(|item| item.is_main);
        main.map(Item::path).collect()
    }
}

/// One module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The module version; the version of a main module is empty.
    pub module: ModuleVersion,
    /// Whether it is a main module.
    pub is_main: bool,
    /// Whether this is the selected version of its path.
    pub is_selected: bool,
    /// What stands for it, where it is replaced.
    pub replacement: Option<String>,
}

impl Item {
    /// Returns the module path.
    pub fn path(&self) -> &str {
        self.module.path.as_str()
    }

    /// Returns the version.
    pub fn version(&self) -> &str {
        self.module.version.as_str()
    }

    /// Returns the path without its major suffix.
    pub fn stem(&self) -> &str {
        split_path_version(self.path()).0
    }

    /// Reports whether this is `go` or `toolchain`, which are in the graph but are no modules.
    pub fn is_toolchain(&self) -> bool {
        self.path() == "go" || self.path() == "toolchain"
    }
}

impl Chart {
    /// Returns the stems of which several majors are selected, in order.
    pub fn several_majors(&self) -> Vec<&str> {
        let mut paths: Vec<(&str, &str)> = self
            .items
            .iter()
            .filter(|item| item.is_selected && !item.is_main)
            .map(|item| (item.stem(), item.path()))
            .collect();
        paths.dedup();
        paths.sort_unstable();
        paths.dedup();
        let mut stems: Vec<&str> = paths
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| pair[0].0)
            .collect();
        stems.dedup();
        stems
    }
}
