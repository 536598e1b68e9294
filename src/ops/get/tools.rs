//! `tool` lines of packages that are got as tools. See <https://go.dev/ref/mod#go-mod-file-tool>.

use super::GetError;
use super::resolver::Resolver;
use crate::domain::packages::import::is_meta;
use crate::ops::commit::Options as CommitOptions;
use crate::ops::failure::FailureKind;

impl Resolver<'_, '_, '_> {
    /// Finds the packages that get a `tool` line, and those that lose it.
    pub(super) async fn find_tools(&mut self, commit: &mut CommitOptions) -> Result<(), GetError> {
        let arguments = self.arguments.iter();
        let patterns: Vec<String> = arguments.map(|one| one.pattern.clone()).collect();
        for pattern in &patterns {
            if is_meta(pattern) || pattern == "toolchain" {
                let text = format!("go get -tool does not work with \"{pattern}\".");
                self.error(FailureKind::Usage, text);
                return self.check();
            }
        }
        let loaded = self.load_here(patterns).await?;
        for (argument, found) in self.arguments.iter().zip(&loaded.matches) {
            let tools = if argument.is_none() {
                &mut commit.drop_tools
            } else {
                &mut commit.add_tools
            };
            tools.extend(found.packages.iter().cloned());
        }
        self.loaded = Some(loaded);
        Ok(())
    }
}
