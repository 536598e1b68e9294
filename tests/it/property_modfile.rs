//! Properties of go.mod and go.work that hold for all inputs.

use modsmith::domain::modfile::change::{Change, Flag};
use modsmith::domain::modfile::{
    GoMod, GoWork, MAX_FILE_SIZE, ParseErrorKind, Requirement, Summary, module_path,
};
use modsmith::domain::module::{ModuleVersion, version};
use proptest::prelude::*;

/// A path, sometimes quoted.
fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a.b/c",
        "x.y/z",
        "\"q.r/s\"",
        "zz.z/z",
        "m.n/o",
        "gopkg.in/y.v1",
    ])
}

fn any_version() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "v1.0.0",
        "v1.2",
        "v0.1.0-pre.1",
        "v1.1.0+meta",
        "\"v1.10.0\"",
        "v1.9.0",
        "v1",
    ])
}

/// The arguments of a directive, nearly always right.
fn args(verb: &'static str) -> BoxedStrategy<String> {
    let right = match verb {
        "require" | "exclude" => (path(), any_version())
            .prop_map(|(path, version)| format!("{path} {version}"))
            .boxed(),
        "replace" => (path(), prop::option::of(any_version()), replacement())
            .prop_map(|(path, version, new)| {
                format!("{path} {} => {new}", version.unwrap_or_default())
            })
            .boxed(),
        "retract" => prop_oneof![
            any_version().prop_map(str::to_owned),
            (any_version(), any_version()).prop_map(|(low, high)| format!("[{low}, {high}]")),
        ]
        .boxed(),
        "godebug" => "[a-c]=[0-9]?".boxed(),
        _ => "(\\./)?[a-d]{1,3}|\"a b\"|\\.\\.".boxed(),
    };
    prop_oneof![40 => right, 1 => "[ -~é\u{a0}]{0,12}"].boxed()
}

fn replacement() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("./dir".to_owned()),
        Just("\"../a dir\"".to_owned()),
        (path(), any_version()).prop_map(|(path, version)| format!("{path} {version}")),
    ]
}

/// A comment at the end of a line, or none.
fn suffix() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just(""),
        1 => prop::sample::select(vec![
            " // indirect", "//indirect; why", " // é", " //", "\r", " // Deprecated: x",
        ]),
    ]
}

/// What stands between lines.
fn between() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just(""),
        1 => prop::sample::select(vec![
            "\n", "// c\n", "\t//d \n\n", "// Deprecated: y\n", "\n\n// e\n//\n// f\n",
        ]),
    ]
}

fn statement(verbs: &'static [&'static str]) -> BoxedStrategy<String> {
    let verb = prop::sample::select(verbs);
    verb.prop_flat_map(|verb| {
        let line = (args(verb), suffix(), between())
            .prop_map(|(args, suffix, between)| format!("{args}{suffix}\n{between}"))
            .boxed();
        let block = (
            suffix(),
            between(),
            prop::collection::vec(line.clone(), 0..5),
            suffix(),
        )
            .prop_map(move |(open, between, lines, close)| {
                format!("{verb} ({open}\n{between}\t{}){close}\n", lines.join("\t"))
            });
        prop_oneof![2 => line.prop_map(move |line| format!("{verb} {line}")), 1 => block]
    })
    .boxed()
}

const MOD_VERBS: &[&str] = &[
    "require", "require", "exclude", "replace", "retract", "godebug", "tool", "ignore",
];

fn go_mod() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "",
        "module a.b/m\n",
        "// Deprecated: no\nmodule \"a.b/m\" // x\ngo 1.21\n",
        "go 1.20\ntoolchain go1.21.3\n\nmodule m\n",
        "go 1.x\nunknown (\n\ta [ b\n)\n",
    ]);
    (
        head,
        between(),
        prop::collection::vec(statement(MOD_VERBS), 0..6),
    )
        .prop_map(|(head, between, rest)| format!("{head}{between}{}", rest.concat()))
}

fn go_work() -> impl Strategy<Value = String> {
    let verbs = &["use", "use", "replace", "godebug"];
    let head = prop::sample::select(vec![
        "",
        "go 1.21\n",
        "// c\n\ngo 1.20\ntoolchain default\n",
    ]);
    (head, prop::collection::vec(statement(verbs), 0..6))
        .prop_map(|(head, rest)| format!("{head}{}", rest.concat()))
}

/// Anything: words, punctuation, strings and comments in any order, and bytes that are not UTF-8.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\n".to_vec()),
        Just(b" ".to_vec()),
        prop::sample::select(vec![
            "module",
            "require",
            "retract",
            "(",
            ")",
            "[",
            "]",
            ",",
            "=>",
            "\"",
            "`",
            "'",
            "\\",
            "//",
            "/*",
            "\r",
            "v1.0.0",
            "a.b/c",
            "\"a\\\nb\" ",
            "\u{feff}",
            "\0",
            "go 1.2\n",
            "require (\n",
            "\n)\n",
            "// indirect",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Returns what a file says, without the places where it says it.
fn said(file: &GoMod) -> Vec<String> {
    let mut said = vec![format!(
        "{:?} {:?}",
        file.go.as_ref().map(|go| &go.version),
        file.toolchain.as_ref().map(|it| &it.name)
    )];
    said.extend(
        file.module
            .iter()
            .map(|it| format!("module {} {:?}", it.path, it.deprecated)),
    );
    said.extend(
        file.godebug
            .iter()
            .map(|it| format!("godebug {} {}", it.key, it.value)),
    );
    said.extend(
        file.require
            .iter()
            .map(|it| format!("require {} {}", it.module, it.indirect)),
    );
    said.extend(
        file.exclude
            .iter()
            .map(|it| format!("exclude {}", it.module)),
    );
    said.extend(
        file.replace
            .iter()
            .map(|it| format!("replace {} {}", it.old, it.new)),
    );
    said.extend(
        file.retract
            .iter()
            .map(|it| format!("retract {:?} {:?}", it.interval, it.rationale)),
    );
    said.extend(file.tool.iter().map(|it| format!("tool {}", it.path)));
    said.extend(file.ignore.iter().map(|it| format!("ignore {}", it.path)));
    said
}

fn edit() -> impl Strategy<Value = (Flag, String)> {
    let flag = prop::sample::select(Flag::ALL.to_vec());
    let value = prop_oneof![
        (path(), any_version())
            .prop_map(|(path, version)| format!("{path}@{version}").replace('"', "")),
        path().prop_map(|path| path.replace('"', "")),
        any_version().prop_map(|version| version.replace('"', "")),
        (path(), any_version())
            .prop_map(|(path, version)| format!("{path}@{version}=./new dir").replace('"', "")),
        "[a-c]=[0-9]|1\\.2[0-9]|go1\\.2[0-9]\\.[0-9]|\\./[a-d]|none|\\[v1\\.0\\.0,v1\\.2\\.0\\]",
    ];
    (flag, value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is written says the same, and is written the same again.
    #[test]
    fn print_and_parse_agree(text in go_mod()) {
        if let Ok(file) = GoMod::parse("go.mod", text.as_bytes(), None) {
            let printed = file.format();
            let again = GoMod::parse("go.mod", &printed, None).expect("what was written can be read");
            prop_assert_eq!(said(&again), said(&file));
            prop_assert_eq!(again.format(), printed);
        }
    }

    #[test]
    fn print_and_parse_agree_on_workspaces(text in go_work()) {
        if let Ok(mut file) = GoWork::parse("go.work", text.as_bytes(), None) {
            let printed = file.format();
            let mut again = GoWork::parse("go.work", &printed, None).expect("what was written can be read");
            let uses = |file: &GoWork| file.uses.iter().map(|item| item.path.clone()).collect::<Vec<_>>();
            prop_assert_eq!(uses(&again), uses(&file));
            prop_assert_eq!(again.format(), printed);
            // Sorting can leave a blank line at the begin of a block, as in Go; the next time it goes.
            for file in [&mut file, &mut again] {
                file.sort_blocks();
                file.cleanup();
            }
            prop_assert_eq!(again.format(), file.format());
        }
    }

    /// The two readers of dependencies agree on good files, wrong ones and garbage.
    #[test]
    fn readers_agree(text in prop_oneof![go_mod().prop_map(String::into_bytes), soup()]) {
        let full = GoMod::parse_lax("go.mod", &text, None).map(|file| Summary::from(&file));
        prop_assert_eq!(Summary::read("go.mod", &text), full);
        module_path(&text);
    }

    /// What a main module may say, a dependency may say.
    #[test]
    fn strict_files_pass_as_lax(text in go_mod()) {
        if let Ok(strict) = GoMod::parse("go.mod", text.as_bytes(), None) {
            let lax = GoMod::parse_lax("go.mod", text.as_bytes(), None).expect("lax accepts more");
            prop_assert_eq!(lax.require, strict.require);
            prop_assert_eq!(lax.retract, strict.retract);
            prop_assert_eq!(lax.ignore, strict.ignore);
        }
    }

    /// Edits in any order leave a file that can be read and says what its lists say.
    #[test]
    fn edits_keep_lists_and_text_together(text in go_mod(), edits in prop::collection::vec(edit(), 0..8)) {
        let Ok(mut file) = GoMod::parse("go.mod", text.as_bytes(), None) else { return Ok(()) };
        for (flag, value) in &edits {
            // Neither we nor Go quote these.
            let torn = matches!(flag, Flag::Godebug | Flag::Ignore) && value.contains([' ', ',', '[']);
            if let Some(change) = Change::parse(*flag, value).ok().filter(|_| !torn) {
                change.apply_to_mod(&mut file).ok();
            }
        }
        file.sort_blocks();
        file.cleanup();
        let again = match GoMod::parse("go.mod", &file.format(), None) {
            Ok(again) => again,
            Err(errors) => {
                // Like Go, `--require` takes a version of the wrong major version; that is for the next reader to say.
                let fine = |kind: &ParseErrorKind| matches!(kind, ParseErrorKind::PathMajor(_) | ParseErrorKind::InvalidVersion { .. });
                prop_assert!(errors.errors().iter().all(|error| fine(&error.kind)), "{errors}");
                return Ok(());
            }
        };
        let modules = |file: &GoMod| {
            let mut list: Vec<_> = file
                .require
                .iter()
                .map(|item| {
                    // An edit writes what it is given; reading makes it canonical.
                    let version = version::canonical_version(item.module.version.as_str()).into_owned();
                    (item.module.path.clone(), version, item.indirect)
                })
                .collect();
            list.sort();
            list
        };
        prop_assert_eq!(modules(&again), modules(&file));
        let excludes = |file: &GoMod| {
            let mut list: Vec<_> = file.exclude.iter().map(|item| item.module.clone()).collect();
            list.sort();
            list
        };
        prop_assert_eq!(excludes(&again), excludes(&file));
    }

    /// Setting requirements gives exactly these, in at most as many blocks as promised.
    #[test]
    fn requirements_are_set_exactly(text in go_mod(), wanted in prop::collection::btree_map("[a-e]\\.b/[c-e]", any::<bool>(), 0..6), how in 0..3) {
        let Ok(mut file) = GoMod::parse("go.mod", text.as_bytes(), None) else { return Ok(()) };
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(path, indirect)| Requirement { module: ModuleVersion::new(path.as_str(), "v1.5.0"), indirect: *indirect })
            .collect();
        match how {
            0 => file.set_require(&wanted),
            1 => file.set_require_separate_indirect(&wanted),
            _ => file.set_require_at_most_two(&wanted),
        }
        .unwrap();
        file.cleanup();
        let printed = file.format();
        let again = GoMod::parse("go.mod", &printed, None).expect("an edited file can be read");
        let mut got: Vec<_> = again.require.iter().map(|item| (item.module.clone(), item.indirect)).collect();
        let mut want: Vec<_> = wanted.iter().map(|item| (item.module.clone(), item.indirect)).collect();
        got.sort();
        want.sort();
        prop_assert_eq!(got, want);
        if how == 2 {
            let printed = String::from_utf8(printed).unwrap();
            prop_assert!(printed.lines().filter(|line| line.starts_with("require")).count() <= 2, "{printed}");
        }
    }

    #[test]
    fn garbage_does_no_harm(text in soup()) {
        if let Ok(mut file) = GoMod::parse_lax("go.mod", &text, None) {
            file.sort_blocks();
            file.cleanup();
            file.format();
        }
        if let Err(errors) = GoMod::parse("go.mod", &text, None) {
            for error in errors.errors() {
                prop_assert!(!error.to_string().is_empty());
                prop_assert!(error.excerpt.before <= error.excerpt.line.chars().count());
            }
        }
        GoWork::parse("go.work", &text, None).ok();
    }
}

/// Shapes that would hurt a parser that nests, or looks back too far.
#[test]
fn big_files_are_read_in_linear_time_or_refused() {
    let size = 1 << 19;
    for unit in [
        "(",
        "((a\n",
        "a\n",
        "x //\n",
        "\"\\\n",
        "// c\n",
        "{",
        "é",
        "x y ",
        "require a.b/c v1.0.0\n",
        "require (\n",
    ] {
        let text = unit.repeat(size / unit.len());
        GoMod::parse("go.mod", text.as_bytes(), None).ok();
        assert_eq!(
            Summary::read("go.mod", text.as_bytes()).is_ok(),
            GoMod::parse_lax("go.mod", text.as_bytes(), None).is_ok(),
            "{unit:?}"
        );
    }
    let text = vec![b'\n'; MAX_FILE_SIZE + 1];
    let errors = GoMod::parse("dir/go.mod", &text, None).unwrap_err();
    assert!(matches!(
        errors.errors()[0].kind,
        ParseErrorKind::TooLarge { .. }
    ));
    assert_eq!(
        errors.to_string(),
        "dir/go.mod: file of 16777217 bytes is too large (limit is 16777216 bytes)"
    );
    assert_eq!(Summary::read("dir/go.mod", &text).unwrap_err(), errors);
}
