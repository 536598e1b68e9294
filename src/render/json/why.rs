//! `graph why` as versioned JSON: `modsmith.why/1`. The schema stands beside this file in `why.schema.json`.

use serde::Serialize;

use crate::ops::why::{Answer, Link, Report};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    about: &'static str,
    vendor: bool,
    answers: Vec<AnswerDto<'a>>,
}

#[derive(Serialize)]
struct AnswerDto<'a> {
    path: &'a str,
    needed: bool,
    chains: Vec<Vec<LinkDto<'a>>>,
    more: bool,
}

#[derive(Serialize)]
struct LinkDto<'a> {
    path: &'a str,
    test: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<ModuleDto<'a>>,
}

#[derive(Serialize)]
struct ModuleDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.why/1",
        about: if report.is_about_modules {
            "modules"
        } else {
            "packages"
        },
        vendor: report.is_about_vendor,
        answers: report.answers.iter().map(answer).collect(),
    })
}

fn answer(answer: &Answer) -> AnswerDto<'_> {
    let chains = answer.chains.iter();
    AnswerDto {
        path: &answer.path,
        needed: !answer.chains.is_empty(),
        chains: chains
            .map(|chain| chain.iter().map(link).collect())
            .collect(),
        more: answer.has_more,
    }
}

fn link(link: &Link) -> LinkDto<'_> {
    LinkDto {
        path: &link.path,
        test: link.is_test,
        module: link.module.as_ref().map(|module| ModuleDto {
            path: module.path.as_str(),
            version: module.version.as_str(),
        }),
    }
}
