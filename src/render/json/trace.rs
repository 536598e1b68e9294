//! `graph trace` as JSON lines: each step an object of `modsmith.trace/1`. The schema stands beside this file in
//! `trace.schema.json`.

use serde::Serialize;

use super::edges::{self, LineDto, ModuleDto};
use crate::domain::module::{ModulePath, Version};
use crate::ops::statements::Came;
use crate::ops::trace::{Report, Step};

#[derive(Serialize)]
struct Object<'a> {
    schema: &'static str,
    #[serde(flatten)]
    step: StepDto<'a>,
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
enum StepDto<'a> {
    Recorded {
        at: String,
    },
    Reading {
        file: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<&'a str>,
    },
    Resolving {
        module: ModuleDto<'a>,
        by: ModuleDto<'a>,
    },
    Replacing {
        module: ModuleDto<'a>,
        new: ModuleDto<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<LineDto<'a>>,
    },
    Loaded {
        module: ModuleDto<'a>,
        from: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        proxy: Option<&'a str>,
        micros: u128,
        requires: usize,
    },
    Excluded {
        module: ModuleDto<'a>,
        by: ModuleDto<'a>,
    },
    Pruned {
        module: ModuleDto<'a>,
    },
    Raising {
        module: ModuleDto<'a>,
        to: &'a str,
    },
    Using {
        module: ModuleDto<'a>,
        over: Vec<&'a str>,
    },
    Missing {
        path: &'a str,
        similar: Vec<&'a str>,
    },
}

/// Renders the report, one object a line.
pub fn render(report: &Report) -> Vec<u8> {
    let missing = report.missing.as_ref().map(|missing| StepDto::Missing {
        path: missing.wanted.path.as_str(),
        similar: missing.similar.iter().map(ModulePath::as_str).collect(),
    });
    let recorded = report
        .recorded
        .map(|at| StepDto::Recorded { at: at.to_string() });
    let steps = report.steps.iter().map(step);
    let steps = recorded.into_iter().chain(steps).chain(missing);
    let mut bytes = Vec::new();
    for step in steps {
        let object = Object {
            schema: "modsmith.trace/1",
            step,
        };
        serde_json::to_writer(&mut bytes, &object)
            .expect("our own types serialize, and memory takes any bytes");
        bytes.push(b'\n');
    }
    bytes
}

fn step(step: &Step) -> StepDto<'_> {
    match step {
        Step::Reading { file, module } => StepDto::Reading {
            file,
            path: module.as_ref().map(ModulePath::as_str),
        },
        Step::Resolving { module, by } => StepDto::Resolving {
            module: edges::module(module),
            by: edges::module(by),
        },
        Step::Replacing { module, new, line } => StepDto::Replacing {
            module: edges::module(module),
            new: edges::module(new),
            place: line.as_ref().map(edges::line),
        },
        Step::Loaded {
            module,
            came,
            time,
            requires,
        } => StepDto::Loaded {
            module: edges::module(module),
            from: match came {
                Came::Cache => "cache",
                Came::Directory => "directory",
                Came::Proxy(_) => "proxy",
                Came::Direct => "direct",
            },
            proxy: match came {
                Came::Proxy(url) => Some(url),
                Came::Cache | Came::Directory | Came::Direct => None,
            },
            micros: time.as_micros(),
            requires: *requires,
        },
        Step::Excluded { module, by } => StepDto::Excluded {
            module: edges::module(module),
            by: edges::module(by),
        },
        Step::Pruned { module } => StepDto::Pruned {
            module: edges::module(module),
        },
        Step::Raising { module, to } => StepDto::Raising {
            module: edges::module(module),
            to: to.as_str(),
        },
        Step::Using { module, over } => StepDto::Using {
            module: edges::module(module),
            over: over.iter().map(Version::as_str).collect(),
        },
    }
}
