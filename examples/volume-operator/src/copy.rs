//! Copying the files of one directory into another, and making sure that they arrived.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::AddAssign;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use example_shared::digest::Digest;
use serde::Serialize;

use super::Error;

/// How much is copied at a time.
const CHUNK: usize = 256 * 1024;

/// What a copy came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Files that were written.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were there as they should be.
    pub unchanged: u64,
    /// Files that were removed, because the source has none of that name.
    pub removed: u64,
}

impl AddAssign for Copied {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.unchanged += other.unchanged;
        self.removed += other.removed;
    }
}

/// Makes the files in `to` what they are in `from`. Files that are the same already are not written again, so that an
/// attempt continues where the last one ended. Ends early, with an error, when `stop` turns true.
pub(super) fn synchronise(from: &Path, to: &Path, stop: &AtomicBool) -> Result<Copied, Error> {
    let mut copied = Copied::default();
    let names = names(from)?;
    for name in self::names(to)?.difference(&names) {
        let path = to.join(name);
        fs::remove_file(&path).map_err(Error::file("remove", &path))?;
        copied.removed += 1;
    }
    for name in &names {
        copied += synchronise_file(&from.join(name), &to.join(name), stop)?;
    }
    Ok(copied)
}

/// Like [`synchronise`], on a blocking thread; it stops when the future is dropped.
pub(super) async fn in_background(from: PathBuf, to: PathBuf) -> Result<Copied, Error> {
    let stop = StopOnDrop::default();
    let told = Arc::clone(&stop.0);
    match tokio::task::spawn_blocking(move || synchronise(&from, &to, &told)).await {
        Ok(copied) => copied,
        Err(error) => resume_unwind(error.into_panic()),
    }
}

#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The names of the files in a directory.
pub(super) fn names(directory: &Path) -> Result<BTreeSet<OsString>, Error> {
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>().map_err(Error::file("read", directory))
}

fn synchronise_file(from: &Path, to: &Path, stop: &AtomicBool) -> Result<Copied, Error> {
    let wanted = digest(from, stop).map_err(Error::file("read", from))?;
    if digest(to, stop).is_ok_and(|found| found == wanted) {
        return Ok(Copied { unchanged: 1, ..Copied::default() });
    }
    let bytes = copy_file(from, to, stop).map_err(Error::file("write", to))?;
    match digest(to, stop).map_err(Error::file("read", to))? {
        written if written == wanted => Ok(Copied { files: 1, bytes, ..Copied::default() }),
        _ => Err(Error::Corrupt(to.to_owned())),
    }
}

fn copy_file(from: &Path, to: &Path, stop: &AtomicBool) -> io::Result<u64> {
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    let mut bytes = 0;
    each_chunk(&mut source, stop, |chunk| {
        bytes += chunk.len() as u64;
        target.write_all(chunk)
    })?;
    target.sync_all()?;
    Ok(bytes)
}

/// Size and digest of a file.
fn digest(path: &Path, stop: &AtomicBool) -> io::Result<(u64, u64)> {
    let (mut size, mut digest) = (0, Digest::new());
    each_chunk(&mut File::open(path)?, stop, |chunk| {
        size += chunk.len() as u64;
        digest.update(chunk);
        Ok(())
    })?;
    Ok((size, digest.value()))
}

fn each_chunk(file: &mut File, stop: &AtomicBool, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        if stop.load(Ordering::Relaxed) {
            // Not `Interrupted`: that kind asks to be tried again.
            return Err(io::Error::other("told to stop"));
        }
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            read => take(&chunk[..read])?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_copy_only_writes_what_changed() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let go_on = AtomicBool::new(false);
        fs::write(from.path().join("a"), vec![1; CHUNK + 1]).unwrap();
        fs::write(from.path().join("b"), "b").unwrap();
        fs::write(to.path().join("old"), "old").unwrap();
        let first = synchronise(from.path(), to.path(), &go_on).unwrap();
        assert_eq!(first, Copied { files: 2, bytes: CHUNK as u64 + 2, unchanged: 0, removed: 1 });
        assert_eq!(fs::read(to.path().join("a")).unwrap(), vec![1; CHUNK + 1]);

        fs::write(from.path().join("b"), "c").unwrap();
        let second = synchronise(from.path(), to.path(), &go_on).unwrap();
        assert_eq!(second, Copied { files: 1, bytes: 1, unchanged: 1, removed: 0 });
        assert_eq!(fs::read(to.path().join("b")).unwrap(), b"c");
    }

    #[test]
    fn a_copy_stops_on_request() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(from.path().join("a"), "a").unwrap();
        let stopped = synchronise(from.path(), to.path(), &AtomicBool::new(true)).unwrap_err();
        assert!(matches!(stopped, Error::File { .. }));
        assert!(names(to.path()).unwrap().is_empty());
    }
}
