//! A context for operations inside the test process: with its own environment, cache and directory.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use modsmith::adapters::exec::Environment;
use modsmith::adapters::http::client::{HttpClient, HttpSettings};
use modsmith::domain::goenv::GoEnv;
use modsmith::domain::goenv::resolve::{Inputs, ModuleRoot, Platform, WorkspaceSearch};
use modsmith::ops::context::{Context, Network};
use modsmith::ops::progress::Silent;
use tokio::runtime::Runtime;

/// Makes a context that works in `dir`; `top` is where the search for go.mod and go.work ends.
pub(crate) fn context(dir: &Path, top: &Path, env: &[(&str, &str)]) -> Context {
    let text = |path: &Path| {
        path.to_str()
            .expect("test directories have plain names")
            .to_owned()
    };
    let find = |name: &str| {
        dir.ancestors()
            .take_while(|dir| dir.starts_with(top))
            .find(|dir| dir.join(name).is_file())
            .map(text)
    };
    let inputs = Inputs {
        host: Platform {
            os: "linux".to_owned(),
            arch: "amd64".to_owned(),
        },
        env: env
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<BTreeMap<_, _>>(),
        module_root: find("go.mod").map(|dir| ModuleRoot {
            dir,
            is_temp_root: false,
        }),
        workspace: WorkspaceSearch {
            work_dir: text(dir),
            found_in: find("go.work"),
        },
        ..Inputs::default()
    };
    Context {
        dir: dir.to_owned(),
        config_dir: None,
        modcacherw: false,
        env: GoEnv::resolve(&inputs).unwrap(),
        network: Network::Allowed,
        environment: Environment::new([]),
        http: HttpClient::new(&HttpSettings::default()),
        reporter: Arc::new(Silent),
    }
}

/// Runs an operation to its end. The threads that write files serve the next operation as well.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static IDLE: Cell<Option<Runtime>> = const { Cell::new(None) };
    }
    let runtime = IDLE.take().unwrap_or_else(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    });
    let result = runtime.block_on(work);
    IDLE.set(Some(runtime));
    result
}
