//! Starts other programs. No other module does.
//!
//! Each program has a deadline and a limit for its output: one that hangs, or writes without end, does not hold up a build.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may run, and how much it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From its start to its end.
    pub time: Duration,
    /// The most bytes that it writes to its standard output.
    pub bytes: u64,
}

/// What a program has done.
#[derive(Debug)]
pub struct Finished {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it wrote to its standard output.
    pub output: Vec<u8>,
    /// What it wrote to its standard error; of more than 64 KiB, the end.
    pub errors: Vec<u8>,
}

/// What is kept of a program's standard error, in bytes.
const ERRORS_KEPT: usize = 64 << 10;

/// How long the end of a program's standard error is waited for when the program has ended: another program that it has
/// started may still have it open.
const ERRORS_WAITED: Duration = Duration::from_secs(1);

/// How many pieces of output wait until they are read, and how long each is.
const PIECES: usize = 16;
const PIECE: usize = 64 << 10;

/// How often a program that has closed its output is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(2);

/// Runs a program with `input` on its standard input and waits until it has ended.
///
/// # Errors
/// If it cannot be started, or exceeds a limit: [`io::ErrorKind::TimedOut`], [`io::ErrorKind::FileTooLarge`]. It is stopped
/// then.
///
/// ```
/// use std::process::Command;
/// use std::time::Duration;
///
/// use chapbook::child::{Limits, run};
///
/// let limits = Limits { time: Duration::from_secs(10), bytes: 1 << 20 };
/// let missing = run(&mut Command::new("no-such-program"), Vec::new(), limits);
/// assert_eq!(missing.map(|it| it.output).map_err(|error| error.kind()), Err(std::io::ErrorKind::NotFound));
/// ```
pub fn run(command: &mut Command, input: Vec<u8>, limits: Limits) -> io::Result<Finished> {
    let input_kind = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut running = Running::start(command.stdin(input_kind).stderr(Stdio::piped()), limits)?;
    if let Some(mut stdin) = running.child.stdin.take() {
        // A program may write before it has read everything, and need not read everything.
        thread::spawn(move || stdin.write_all(&input));
    }
    let errors = running.child.stderr.take().map(Errors::of);
    let mut output = Vec::new();
    running.read_to_end(&mut output)?;
    let status = running.end()?;
    Ok(Finished { status, output, errors: errors.map(Errors::kept).unwrap_or_default() })
}

/// Starts a program without input; its output is read while it runs. Dropping the value stops it.
///
/// # Errors
/// If it cannot be started. Reading fails when a limit is exceeded, as [`run`] does.
pub fn start(command: &mut Command, limits: Limits) -> io::Result<Running> {
    Running::start(command.stdin(Stdio::null()).stderr(Stdio::null()), limits)
}

/// Starts a program that goes on when chapbook ends, such as a browser. Its output is dropped.
///
/// # Errors
/// If it cannot be started.
pub fn detach(command: &mut Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(drop)
}

/// A program that runs. Reading from it gives its standard output.
#[derive(Debug)]
pub struct Running {
    child: Child,
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// The piece that is being read, and how much of it has been.
    piece: io::Cursor<Vec<u8>>,
    deadline: Instant,
    limits: Limits,
    /// How many more bytes it may write.
    left: u64,
}

impl Running {
    fn start(command: &mut Command, limits: Limits) -> io::Result<Self> {
        let deadline = Instant::now() + limits.time;
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let (sender, pieces) = sync_channel(PIECES);
        if let Some(mut output) = child.stdout.take() {
            // Reading may wait for ever, also when the program was stopped: one that it has started may have its output.
            thread::spawn(move || while sender.send(next_piece(&mut output)).is_ok() {});
        }
        Ok(Self { child, pieces, piece: io::Cursor::default(), deadline, limits, left: limits.bytes })
    }

    /// The next piece of output; an empty one at the end.
    fn next(&mut self) -> io::Result<Vec<u8>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let piece = match self.pieces.recv_timeout(left) {
            Ok(piece) => piece?,
            Err(RecvTimeoutError::Timeout) => return Err(self.too_slow()),
            Err(RecvTimeoutError::Disconnected) => Vec::new(),
        };
        self.left = self.left.checked_sub(piece.len() as u64).ok_or_else(|| {
            let message = format!("it wrote more than {} MiB", self.limits.bytes >> 20);
            io::Error::new(io::ErrorKind::FileTooLarge, message)
        })?;
        Ok(piece)
    }

    fn too_slow(&self) -> io::Error {
        let message = format!("it did not end within {} seconds, and was stopped", self.limits.time.as_secs());
        io::Error::new(io::ErrorKind::TimedOut, message)
    }

    /// Waits until the program has ended.
    fn end(mut self) -> io::Result<ExitStatus> {
        while Instant::now() < self.deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(PAUSE);
        }
        Err(self.too_slow())
    }
}

impl Read for Running {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.position() == self.piece.get_ref().len() as u64 {
            self.piece = io::Cursor::new(self.next()?);
        }
        self.piece.read(buffer)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next_piece(output: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; PIECE];
    let length = output.read(&mut piece)?;
    piece.truncate(length);
    Ok(piece)
}

/// The end of what a program writes to its standard error.
struct Errors {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Errors {
    fn of(mut errors: impl Read + Send + 'static) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&kept);
        let (sender, ended) = sync_channel(1);
        thread::spawn(move || {
            while let Ok(piece) = next_piece(&mut errors)
                && !piece.is_empty()
            {
                let mut kept = shared.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(piece);
                let surplus = kept.len().saturating_sub(ERRORS_KEPT);
                kept.drain(..surplus);
            }
            // The program may have been given up meanwhile.
            let _ = sender.send(());
        });
        Self { kept, ended }
    }

    fn kept(self) -> Vec<u8> {
        // What was written until then is used.
        let _ = self.ended.recv_timeout(ERRORS_WAITED);
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const LIMITS: Limits = Limits { time: Duration::from_secs(20), bytes: 1 << 20 };

    #[test]
    fn a_program_is_run_to_its_end() {
        let input = b"x".repeat(300_000);
        let finished = run(&mut shell("cat; echo why >&2; exit 3"), input.clone(), LIMITS).unwrap();
        assert_eq!((finished.status.code(), finished.output, finished.errors), (Some(3), input, b"why\n".to_vec()));
        let finished = run(&mut shell("head -c 200000 /dev/zero >&2; echo end >&2"), Vec::new(), LIMITS).unwrap();
        assert_eq!((finished.errors.len(), finished.errors.ends_with(b"end\n")), (ERRORS_KEPT, true));
        assert!(run(&mut shell("exit 0"), b"not read".repeat(100_000), LIMITS).is_ok());
    }

    #[test]
    fn a_program_that_exceeds_a_limit_is_stopped() {
        let short = Limits { time: Duration::from_millis(300), ..LIMITS };
        for script in ["sleep 30", "sleep 30 & wait", "exec >&-; sleep 30", "sleep 30 & exit 0"] {
            let start = Instant::now();
            let failed = run(&mut shell(script), Vec::new(), short).unwrap_err();
            assert_eq!(failed.kind(), io::ErrorKind::TimedOut, "{script}");
            assert!(start.elapsed() < Duration::from_secs(10), "{script}");
        }
        let failed = run(&mut shell("yes"), Vec::new(), LIMITS).unwrap_err();
        assert_eq!(
            (failed.kind(), failed.to_string().as_str()),
            (io::ErrorKind::FileTooLarge, "it wrote more than 1 MiB")
        );
    }

    #[test]
    fn output_is_read_while_the_program_runs() {
        let mut running = start(&mut shell("echo a; sleep 30"), LIMITS).unwrap();
        let mut line = [0; 2];
        running.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"a\n");
    }
}
