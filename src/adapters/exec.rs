//! Other programs: started with a given environment and nothing else, bounded output, a time limit, and errors that name the command.
//!
//! A program is killed when the future that waits for it is dropped, so that a cancelled operation leaves nothing behind.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::http::redacted;

/// The time that a program may take unless its caller says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(10);
/// The bytes of standard output that are kept unless the caller says otherwise.
const DEFAULT_MAX_OUTPUT: u64 = 64 << 20;
/// The bytes of standard error that are kept; the rest is read and dropped.
const MAX_STDERR: u64 = 64 << 10;

/// The variables that programs are given: a snapshot, taken once at the start.
#[derive(Clone, Default)]
pub struct Environment(Arc<Vec<(OsString, OsString)>>);

/// A program to run: built step by step, then [`Program::run`] or [`Program::run_ok`].
#[derive(Clone)]
pub struct Program {
    name: OsString,
    args: Vec<OsString>,
    dir: Option<PathBuf>,
    env: Environment,
    stdin: Vec<u8>,
    timeout: Duration,
    max_output: u64,
}

/// A program that answers while it runs. It is killed when this is dropped.
pub struct Conversation {
    program: Program,
    stdin: ChildStdin,
    said: Said,
}

/// What such a program says.
struct Said {
    stdout: ChildStdout,
    stderr: ChildStderr,
    /// The beginning of what it wrote to standard error.
    messages: Vec<u8>,
    child: Child,
}

/// What a program that ended left behind.
#[derive(Clone, Debug)]
pub struct Output {
    /// The exit code; none when a signal ended the program.
    pub code: Option<i32>,
    /// Standard output, whole.
    pub stdout: Vec<u8>,
    /// The beginning of standard error.
    pub stderr: Vec<u8>,
}

/// A command line as errors show it: passwords in URLs replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine(String);

/// Why a program did not do what it was started for.
#[derive(Debug, Error)]
pub enum ExecError {
    /// There is no such program.
    #[error("{program}: program not found in PATH")]
    NotFound {
        /// The program's name.
        program: String,
    },
    /// The program could not be started, or its output not be read.
    #[error("{command}: {source}")]
    Io {
        /// What was started.
        command: CommandLine,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program took too long and was killed.
    #[error("{command}: killed after {} seconds", .after.as_secs())]
    TimedOut {
        /// What was started.
        command: CommandLine,
        /// The time that it had.
        after: Duration,
    },
    /// The program wrote more than was allowed and was killed.
    #[error("{command}: more than {limit} bytes of output")]
    TooMuchOutput {
        /// What was started.
        command: CommandLine,
        /// The number of bytes allowed.
        limit: u64,
    },
    /// The program ended with an exit code other than 0, or by a signal.
    #[error("{command}: {}{}", exit_text(*.code), stderr_text(.stderr))]
    Failed {
        /// What was started.
        command: CommandLine,
        /// The exit code; none when a signal ended the program.
        code: Option<i32>,
        /// The beginning of standard error.
        stderr: String,
    },
}

impl Environment {
    /// Takes the variables as they are given; of several with one name the last wins.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self(Arc::new(variables.into_iter().collect()))
    }

    /// Returns the value of `name`, if it is set.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        let name = name.as_ref();
        self.0
            .iter()
            .rev()
            .find(|(key, _)| same_name(key, name))
            .map(|(_, value)| value.as_os_str())
    }

    /// Returns these variables with `name` set to `value`.
    #[must_use]
    pub fn with(&self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        let name = name.into();
        let mut variables: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| !same_name(key, &name))
            .cloned()
            .collect();
        variables.push((name, value.into()));
        Self(Arc::new(variables))
    }

    /// Returns these variables with `name` set to `value` where it has no value or an empty one.
    #[must_use]
    pub fn with_default(&self, name: &str, value: impl Into<OsString>) -> Self {
        if self.get(name).is_some_and(|old| !old.is_empty()) {
            return self.clone();
        }
        self.with(name, value)
    }

    /// Returns these variables without `name`.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let name = OsStr::new(name);
        Self(Arc::new(
            self.0
                .iter()
                .filter(|(key, _)| !same_name(key, name))
                .cloned()
                .collect(),
        ))
    }
}

impl Program {
    /// Names a program, as PATH of `env` finds it, and the only variables it will see.
    pub fn new(name: impl Into<OsString>, env: &Environment) -> Self {
        Self {
            name: name.into(),
            args: Vec::new(),
            dir: None,
            env: env.clone(),
            stdin: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            max_output: DEFAULT_MAX_OUTPUT,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Sets what the program reads; without it standard input is empty.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Sets the time that the program may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how many bytes the program may write to standard output.
    #[must_use]
    pub fn max_output(mut self, bytes: u64) -> Self {
        self.max_output = bytes;
        self
    }

    /// Returns the command line as errors show it.
    pub fn command_line(&self) -> CommandLine {
        let words = std::iter::once(&self.name).chain(&self.args);
        let words: Vec<String> = words
            .map(|word| redacted::text(&word.to_string_lossy()))
            .collect();
        CommandLine(words.join(" "))
    }

    /// Runs the program to its end, whatever its exit code is.
    pub async fn run(&self) -> Result<Output, ExecError> {
        let mut stdout = Vec::new();
        let output = self.run_into(&mut stdout).await?;
        Ok(Output { stdout, ..output })
    }

    /// Runs the program to its end with `stdout` taking what it writes, at most the allowed number of bytes.
    pub async fn run_into(&self, stdout: &mut (dyn Write + Send)) -> Result<Output, ExecError> {
        let stdin = if self.stdin.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        let mut child = self.start(stdin)?;
        let communicate = self.communicate(&mut child, stdout);
        let ended = tokio::time::timeout(self.timeout, communicate).await;
        ended.unwrap_or_else(|_elapsed| {
            // Dropping the child kills it; nothing waits for grandchildren that hold the pipes.
            Err(ExecError::TimedOut {
                command: self.command_line(),
                after: self.timeout,
            })
        })
    }

    /// Runs the program and returns its standard output; any exit code but 0 is an error.
    pub async fn run_ok(&self) -> Result<Vec<u8>, ExecError> {
        let output = self.run().await?;
        if output.success() {
            return Ok(output.stdout);
        }
        Err(self.failed(&output))
    }

    /// Starts the program for questions and answers.
    pub fn talk(&self) -> Result<Conversation, ExecError> {
        let mut child = self.start(Stdio::piped())?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(self.io_error(std::io::ErrorKind::BrokenPipe.into()));
        };
        Ok(Conversation {
            program: self.clone(),
            stdin,
            said: Said {
                stdout,
                stderr,
                messages: Vec::new(),
                child,
            },
        })
    }

    /// Returns the error that says that this program ended as `output` shows.
    pub fn failed(&self, output: &Output) -> ExecError {
        let stderr = redacted::text(String::from_utf8_lossy(&output.stderr).trim());
        ExecError::Failed {
            command: self.command_line(),
            code: output.code,
            stderr,
        }
    }

    fn start(&self, stdin: Stdio) -> Result<Child, ExecError> {
        let mut command = Command::new(find(&self.name, &self.env)?);
        command.args(&self.args).env_clear();
        command.envs(self.env.0.iter().map(|(name, value)| (name, value)));
        if let Some(dir) = &self.dir {
            // Like the go command: programs that trust PWD more than getcwd see the same place.
            command.current_dir(dir).env("PWD", dir);
        }
        command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().map_err(|source| self.io_error(source))
    }

    async fn communicate(
        &self,
        child: &mut Child,
        sink: &mut (dyn Write + Send),
    ) -> Result<Output, ExecError> {
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut messages = Vec::new();
        let feed = async {
            if let Some(mut pipe) = stdin {
                // A program that ends without reading its input is no fault of ours: its exit code tells.
                pipe.write_all(&self.stdin).await.ok();
            }
            Ok(())
        };
        let out = self.collect(stdout, sink, self.max_output, Excess::Refuse);
        let err = self.collect(stderr, &mut messages, MAX_STDERR, Excess::Drop);
        tokio::try_join!(feed, out, err)?;
        let status = child.wait().await.map_err(|source| self.io_error(source))?;
        Ok(Output {
            code: status.code(),
            stdout: Vec::new(),
            stderr: messages,
        })
    }

    /// Reads one answer; a program that ends before it is whole has failed.
    async fn listen(
        &self,
        said: &mut Said,
        mut is_whole: impl FnMut(&[u8]) -> bool,
    ) -> Result<Vec<u8>, ExecError> {
        let mut answer = Vec::new();
        let mut message = vec![0; 4 << 10];
        let mut may_complain = true;
        while !is_whole(&answer) {
            answer.reserve(64 << 10);
            let count = tokio::select! {
                count = said.stdout.read_buf(&mut answer) => count,
                // A pipe that nobody reads would hold the program up.
                count = said.stderr.read(&mut message), if may_complain => {
                    let count = count.unwrap_or(0);
                    may_complain = 0 < count;
                    said.note(&message[..count]);
                    continue;
                }
            };
            let count = count.map_err(|source| self.io_error(source))?;
            if self.max_output < answer.len() as u64 {
                return Err(ExecError::TooMuchOutput {
                    command: self.command_line(),
                    limit: self.max_output,
                });
            }
            if count == 0 {
                return Err(self.gave_up(said).await);
            }
        }
        Ok(answer)
    }

    /// Returns the error that says how a program ended that had more to say.
    async fn gave_up(&self, said: &mut Said) -> ExecError {
        let mut message = Vec::new();
        let rest = (&mut said.stderr).take(MAX_STDERR);
        { rest }.read_to_end(&mut message).await.ok();
        said.note(&message);
        match said.child.wait().await {
            Ok(status) => self.failed(&Output {
                code: status.code(),
                stdout: Vec::new(),
                stderr: std::mem::take(&mut said.messages),
            }),
            Err(source) => self.io_error(source),
        }
    }

    async fn collect(
        &self,
        pipe: Option<impl AsyncRead + Unpin>,
        sink: &mut (dyn Write + Send),
        limit: u64,
        excess: Excess,
    ) -> Result<(), ExecError> {
        let Some(mut pipe) = pipe else { return Ok(()) };
        let mut left = limit;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = pipe
                .read(&mut buffer)
                .await
                .map_err(|source| self.io_error(source))?;
            if count == 0 {
                return Ok(());
            }
            let kept = usize::try_from(left).map_or(count, |left| left.min(count));
            left -= kept as u64;
            // A short wait for the disk: programs write to memory or to a new file.
            sink.write_all(&buffer[..kept])
                .map_err(|source| self.io_error(source))?;
            if kept < count && matches!(excess, Excess::Refuse) {
                return Err(ExecError::TooMuchOutput {
                    command: self.command_line(),
                    limit,
                });
            }
        }
    }

    fn io_error(&self, source: std::io::Error) -> ExecError {
        if source.kind() == std::io::ErrorKind::NotFound
            && self.dir.as_ref().is_none_or(|dir| dir.is_dir())
        {
            return not_found(&self.name);
        }
        ExecError::Io {
            command: self.command_line(),
            source,
        }
    }
}

impl Said {
    fn note(&mut self, message: &[u8]) {
        let room = usize::try_from(MAX_STDERR).unwrap_or(usize::MAX);
        let room = room.saturating_sub(self.messages.len());
        self.messages
            .extend_from_slice(&message[..message.len().min(room)]);
    }
}

impl Conversation {
    /// Asks, and returns what comes until `is_whole` says of all that has come that it is the answer.
    pub async fn ask(
        &mut self,
        question: &[u8],
        is_whole: impl FnMut(&[u8]) -> bool,
    ) -> Result<Vec<u8>, ExecError> {
        let Self {
            program,
            stdin,
            said,
        } = self;
        let feed = async {
            // A program that ended tells why when its answer is read.
            stdin.write_all(question).await.ok();
            Ok(())
        };
        let answer = program.listen(said, is_whole);
        let both = async { tokio::try_join!(feed, answer) };
        let answered = tokio::time::timeout(program.timeout, both).await;
        let answered = answered.unwrap_or_else(|_elapsed| {
            Err(ExecError::TimedOut {
                command: program.command_line(),
                after: program.timeout,
            })
        });
        answered.map(|((), answer)| answer)
    }
}

impl Output {
    /// Reports whether the program ended with exit code 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// The names alone: values are where tokens are.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What to do with output beyond the limit.
#[derive(Clone, Copy)]
enum Excess {
    Refuse,
    Drop,
}

/// Finds `name` in PATH of `env`, where only absolute directories count.
///
/// A relative entry, such as `.` or the empty one, would run programs of whatever directory the caller happens to be in:
/// the go command refuses those, too. Windows is left to the system, whose search knows extensions.
fn find(name: &OsStr, env: &Environment) -> Result<PathBuf, ExecError> {
    let program = Path::new(name);
    if cfg!(windows) || program.components().count() != 1 {
        return Ok(program.to_owned());
    }
    let path = env.get("PATH").unwrap_or_default();
    let candidates = std::env::split_paths(path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(program));
    candidates
        .into_iter()
        .find(|file| is_executable(file))
        .ok_or_else(|| not_found(name))
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

fn not_found(name: &OsStr) -> ExecError {
    ExecError::NotFound {
        program: name.to_string_lossy().into_owned(),
    }
}

/// Compares names of variables as the platform does.
fn same_name(a: &OsStr, b: &OsStr) -> bool {
    if cfg!(windows) {
        a.eq_ignore_ascii_case(b)
    } else {
        a == b
    }
}

fn exit_text(code: Option<i32>) -> String {
    match code {
        Some(code) => format!("exit status {code}"),
        None => "ended by a signal".to_owned(),
    }
}

fn stderr_text(stderr: &str) -> String {
    if stderr.is_empty() {
        return String::new();
    }
    format!(":\n\t{}", stderr.replace('\n', "\n\t"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        let env = Environment::new([
            ("PATH".into(), "/usr/bin:/bin".into()),
            ("GREETING".into(), "hello".into()),
        ]);
        Program::new("sh", &env).args(["-c", script])
    }

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn sees_only_its_environment_and_its_input() {
        let output = wait(
            shell("printf '%s-%s-' \"$GREETING\" \"$HOME\"; cat")
                .stdin("in")
                .run_ok(),
        )
        .unwrap();
        assert_eq!(output, b"hello--in");
    }

    #[test]
    fn a_conversation_has_several_answers_and_ends_with_the_program() {
        let lines = |count: usize| move |text: &[u8]| text.split(|&b| b == b'\n').count() > count;
        let script = "read a; echo 1$a; read b; echo 2$b; head -c 200000 /dev/zero >&2; echo 3; echo bad >&2; exit 4";
        let (first, second, end) = wait(async {
            let mut talk = shell(script).talk().unwrap();
            let first = talk.ask(b"x\n", lines(1)).await.unwrap();
            let second = talk.ask(b"y\n", lines(2)).await.unwrap();
            (first, second, talk.ask(b"z\n", lines(1)).await.unwrap_err())
        });
        assert_eq!((&first[..], &second[..]), (&b"1x\n"[..], &b"2y\n3\n"[..]));
        assert!(
            matches!(end, ExecError::Failed { code: Some(4), .. }),
            "{end}"
        );
    }

    #[test]
    fn large_input_and_output_do_not_block_each_other() {
        let input = vec![b'x'; 1 << 20];
        let output = wait(
            shell("cat; cat <&- 2>/dev/null; true")
                .stdin(input.clone())
                .run_ok(),
        )
        .unwrap();
        assert_eq!(output.len(), input.len());
    }

    #[test]
    fn failure_names_command_code_and_reason() {
        let program = shell("echo why >&2; exit 3").arg("https://me:secret@example.com/x");
        let error = wait(program.run_ok()).unwrap_err().to_string();
        assert_eq!(
            error,
            "sh -c echo why >&2; exit 3 https://me:xxxxx@example.com/x: exit status 3:\n\twhy"
        );
    }

    #[test]
    fn slow_program_is_killed() {
        let program = shell("sleep 100").timeout(Duration::from_millis(50));
        assert!(matches!(
            wait(program.run()),
            Err(ExecError::TimedOut { .. })
        ));
    }

    #[test]
    fn endless_output_is_refused_and_endless_errors_are_dropped() {
        let program = shell("yes").max_output(1000);
        assert!(matches!(
            wait(program.run()),
            Err(ExecError::TooMuchOutput { limit: 1000, .. })
        ));
        let output = wait(shell("head -c 1000000 /dev/zero >&2").run()).unwrap();
        assert_eq!(output.stderr.len() as u64, MAX_STDERR);
        assert!(output.success());
    }

    #[test]
    fn missing_program_and_relative_path_entries() {
        let env = Environment::new([("PATH".into(), ".::relative".into())]);
        for name in ["no-such-program", "sh"] {
            let error = wait(Program::new(name, &env).run()).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{name}: program not found in PATH")
            );
        }
    }
}
