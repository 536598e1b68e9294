//! Setting all requirements of a go.mod at once, in one block or in one for direct and one for indirect ones.
//!
//! From go 1.17 on the go command keeps indirect requirements in a block of their own. See
//! <https://go.dev/ref/mod#go-mod-file-updates>.

use std::collections::{HashMap, HashSet};

use super::directive::{GoMod, Require};
use super::edit::{EditError, Requirement};
use super::quote::auto_quote;
use super::syntax::{BlockId, Comment, CommentSlot, Line, LineId, Statement, Syntax};

/// What becomes of blocks that hold other requirements than the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// They stay.
    Keep,
    /// Their lines move to the two blocks, and so do their comments.
    Merge,
}

/// The statements that requirements stand in.
#[derive(Default)]
struct Survey {
    /// The last statement with direct requirements only and without comments.
    direct: Option<usize>,
    /// The last statement with indirect requirements only and without comments.
    indirect: Option<usize>,
    /// The last statement with requirements.
    last: Option<usize>,
    /// How many statements have requirements.
    count: usize,
    /// The block each line stands in.
    block_of: HashMap<LineId, BlockId>,
    /// Comments of blocks that are to be merged.
    direct_comments: Vec<Comment>,
    indirect_comments: Vec<Comment>,
}

impl GoMod {
    /// Sets the requirements to exactly these, and sorts.
    ///
    /// The first line of each path keeps its place and comments, other lines go, new ones join the last
    /// block. [`cleanup`](Self::cleanup) is due afterwards.
    pub fn set_require(&mut self, wanted: &[Requirement]) -> Result<(), EditError> {
        let need = by_path(wanted)?;
        let mut have = HashSet::new();
        let syntax = &mut self.syntax;
        self.require.retain_mut(|require| {
            let path = require.module.path.as_str();
            let Some(wanted) = need.get(path).filter(|_| have.insert(path.to_owned())) else {
                syntax.remove_line(require.line);
                return false;
            };
            set(syntax, require, wanted);
            true
        });
        for wanted in wanted {
            if have.insert(wanted.module.path.as_str().to_owned()) {
                let module = &wanted.module;
                self.add_new_require(
                    module.path.as_str(),
                    module.version.as_str(),
                    wanted.indirect,
                );
            }
        }
        self.sort_blocks();
        Ok(())
    }

    /// Sets the requirements to exactly these, direct and indirect ones in blocks of their own, and sorts.
    ///
    /// Lines in blocks with comments, and in other blocks, keep their place. A file with one block without
    /// comments gets two. [`cleanup`](Self::cleanup) is due afterwards.
    pub fn set_require_separate_indirect(
        &mut self,
        wanted: &[Requirement],
    ) -> Result<(), EditError> {
        self.set_separately(wanted, Others::Keep)
    }

    /// Like [`set_require_separate_indirect`](Self::set_require_separate_indirect), but moves all
    /// requirements into the two blocks.
    pub fn set_require_at_most_two(&mut self, wanted: &[Requirement]) -> Result<(), EditError> {
        self.set_separately(wanted, Others::Merge)
    }

    fn set_separately(&mut self, wanted: &[Requirement], others: Others) -> Result<(), EditError> {
        let need = by_path(wanted)?;
        let mut survey = self.survey(&need, others);
        let one_plain = survey.count == 1
            && survey
                .last
                .is_some_and(|at| !self.comments_at(at).is_remarkable(&self.syntax));
        let (direct, indirect) = self.two_blocks(&mut survey);
        let mut have = HashSet::new();
        let syntax = &mut self.syntax;
        self.require.retain_mut(|require| {
            let path = require.module.path.as_str();
            let Some(wanted) = need.get(path).filter(|_| have.insert(path.to_owned())) else {
                syntax.remove_line(require.line);
                return false;
            };
            set(syntax, require, wanted);
            let (right, wrong) = if wanted.indirect {
                (indirect, direct)
            } else {
                (direct, indirect)
            };
            let in_wrong = survey.block_of.get(&require.line) == Some(&wrong);
            if others == Others::Merge || one_plain || in_wrong {
                require.line = syntax.move_requirement(require.line, right);
            }
            true
        });
        for wanted in wanted {
            let Requirement {
                module,
                indirect: is_indirect,
            } = wanted;
            if !have.insert(module.path.as_str().to_owned()) {
                continue;
            }
            let words: [&[u8]; 2] = [
                &auto_quote(module.path.as_str().as_bytes()),
                module.version.as_str().as_bytes(),
            ];
            let tokens = self.syntax.add_words(&words);
            let line = self.syntax.push_line(Line {
                tokens,
                in_block: true,
                ..Line::default()
            });
            self.syntax.set_indirect(line, *is_indirect);
            let block = if *is_indirect { indirect } else { direct };
            self.syntax.block_mut(block).lines.push(line);
            self.require.push(Require {
                module: module.clone(),
                indirect: *is_indirect,
                line,
            });
        }
        self.sort_blocks();
        Ok(())
    }

    fn comments_at(&self, at: usize) -> &CommentSlot {
        const NONE: &CommentSlot = &CommentSlot::EMPTY;
        match &self.syntax.statements[at] {
            Statement::Comments(_) => NONE,
            Statement::Line(line) => &self.syntax.line(*line).comments,
            Statement::Block(block) => &self.syntax.block(*block).comments,
        }
    }

    /// Looks at all statements with requirements; with [`Others::Merge`], takes the comments off blocks.
    fn survey(&mut self, need: &HashMap<&str, &Requirement>, others: Others) -> Survey {
        let will_be_direct: HashSet<_> = self
            .require
            .iter()
            .filter(|require| {
                need.get(require.module.path.as_str())
                    .is_some_and(|wanted| !wanted.indirect)
            })
            .map(|require| require.line)
            .collect();
        let mut survey = Survey::default();
        for at in 0..self.syntax.statements.len() {
            match self.syntax.statements[at] {
                Statement::Comments(_) => {}
                Statement::Line(line) => survey.line(&self.syntax, at, line),
                Statement::Block(block) => {
                    if self.syntax.verb(self.syntax.block(block).tokens) != Some(b"require") {
                        continue;
                    }
                    survey.block(&self.syntax, at, block);
                    if others == Others::Merge {
                        survey.take_comments(&mut self.syntax, block, &will_be_direct);
                    }
                }
            }
        }
        survey
    }

    /// Returns the blocks for direct and for indirect requirements; makes those that are missing.
    fn two_blocks(&mut self, survey: &mut Survey) -> (BlockId, BlockId) {
        let syntax = &mut self.syntax;
        let mut indirect_at = survey.indirect;
        let (direct_at, direct) = if let Some(at) = survey.direct {
            (at, syntax.ensure_block(at))
        } else {
            let after_last = survey.last.map_or(syntax.statements.len(), |last| last + 1);
            let at = indirect_at.unwrap_or(after_last);
            indirect_at = indirect_at.map(|at| at + 1);
            (at, Some(syntax.insert_block(at, b"require")))
        };
        let indirect = match indirect_at {
            Some(at) => syntax.ensure_block(at),
            None => Some(syntax.insert_block(direct_at + 1, b"require")),
        };
        let direct = direct.expect("the survey names lines and blocks only");
        let indirect = indirect.expect("the survey names lines and blocks only");
        syntax.append_comments(direct, std::mem::take(&mut survey.direct_comments));
        syntax.append_comments(indirect, std::mem::take(&mut survey.indirect_comments));
        (direct, indirect)
    }
}

impl Survey {
    fn line(&mut self, syntax: &Syntax, at: usize, id: LineId) {
        let line = syntax.line(id);
        if line.removed || syntax.verb(line.tokens) != Some(b"require") {
            return;
        }
        self.last = Some(at);
        self.count += 1;
        if line.comments.is_remarkable(syntax) {
            return;
        }
        if syntax.is_indirect(id) {
            self.indirect = Some(at);
        } else {
            self.direct = Some(at);
        }
    }

    fn block(&mut self, syntax: &Syntax, at: usize, id: BlockId) {
        let block = syntax.block(id);
        self.last = Some(at);
        self.count += 1;
        let plain = !block.lines.is_empty() && !block.comments.is_remarkable(syntax);
        let (mut all_direct, mut all_indirect) = (plain, plain);
        for line in &block.lines {
            self.block_of.insert(*line, id);
            let remarkable = syntax.line(*line).comments.is_remarkable(syntax);
            let indirect = syntax.is_indirect(*line);
            all_direct &= !remarkable && !indirect;
            all_indirect &= !remarkable && indirect;
        }
        if all_direct {
            self.direct = Some(at);
        }
        if all_indirect {
            self.indirect = Some(at);
        }
    }

    fn take_comments(
        &mut self,
        syntax: &mut Syntax,
        id: BlockId,
        will_be_direct: &HashSet<LineId>,
    ) {
        let lines = &syntax.block(id).lines;
        let direct = lines.is_empty() || lines.iter().any(|line| will_be_direct.contains(line));
        let before = syntax.block(id).comments.before().to_vec();
        syntax.block_mut(id).comments.set_before(Vec::new());
        let target = if direct {
            &mut self.direct_comments
        } else {
            &mut self.indirect_comments
        };
        if !target.is_empty() && !before.is_empty() {
            target.push(syntax.add_comment(b"//"));
        }
        target.extend(before);
    }
}

impl Syntax {
    /// Moves a `require` line with its comments to the end of a block; returns the line there.
    fn move_requirement(&mut self, from: LineId, block: BlockId) -> LineId {
        let old = self.line_mut(from);
        let mut line = old.clone();
        old.removed = true;
        if !line.in_block && self.verb(line.tokens) == Some(b"require") {
            line.tokens = line.tokens.tail();
        }
        line.in_block = true;
        let id = self.push_line(line);
        self.block_mut(block).lines.push(id);
        id
    }

    fn append_comments(&mut self, block: BlockId, comments: Vec<Comment>) {
        if !comments.is_empty() {
            self.block_mut(block)
                .comments
                .get_mut()
                .before
                .extend(comments);
        }
    }
}

fn set(syntax: &mut Syntax, require: &mut Require, wanted: &Requirement) {
    require.module.version = wanted.module.version.clone();
    require.indirect = wanted.indirect;
    syntax.set_version(require.line, wanted.module.version.as_str());
    syntax.set_indirect(require.line, wanted.indirect);
}

fn by_path(wanted: &[Requirement]) -> Result<HashMap<&str, &Requirement>, EditError> {
    let mut need: HashMap<&str, &Requirement> = HashMap::new();
    for requirement in wanted {
        let module = &requirement.module;
        let Some(before) = need.insert(module.path.as_str(), requirement) else {
            continue;
        };
        if before.module.version != module.version {
            return Err(EditError::ConflictingVersions {
                path: module.path.as_str().to_owned(),
                first: before.module.version.as_str().to_owned(),
                second: module.version.as_str().to_owned(),
            });
        }
    }
    Ok(need)
}
