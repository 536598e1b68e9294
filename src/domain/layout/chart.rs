//! What a drawing of a module graph shows, before anything is folded or placed.

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
        main.map(|item| item.path.as_str()).collect()
    }
}

/// One module version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The module path.
    pub path: String,
    /// The version; empty for a main module.
    pub version: String,
    /// The path without its major suffix.
    pub stem: String,
    /// Whether it is a main module.
    pub is_main: bool,
    /// Whether this is the selected version of its path.
    pub is_selected: bool,
    /// What stands for it, where it is replaced.
    pub replacement: Option<String>,
}

impl Item {
    /// Reports whether this is `go` or `toolchain`, which are in the graph but are no modules.
    pub fn is_toolchain(&self) -> bool {
        self.path == "go" || self.path == "toolchain"
    }

    /// Returns the module version as Go writes it.
    pub fn name(&self) -> String {
        if self.version.is_empty() {
            self.path.clone()
        } else {
            format!("{}@{}", self.path, self.version)
        }
    }
}

impl Chart {
    /// Returns the stems of which several majors are selected, in order.
    pub fn several_majors(&self) -> Vec<&str> {
        let mut paths: Vec<(&str, &str)> = self
            .items
            .iter()
            .filter(|item| item.is_selected && !item.is_main)
            .map(|item| (item.stem.as_str(), item.path.as_str()))
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
