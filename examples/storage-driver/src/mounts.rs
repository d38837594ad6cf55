//! Mounts: a volume's file appears at its mount point.
//!
//! As with CSI's raw block volumes, the mount point is a file and the volume's file is bind-mounted onto it. Where the
//! process may not mount, the mount point is a symbolic link.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use metrics_instrumented::instrumented;
use serde::Serialize;

use super::driver::Driver;
use super::metrics::{EventReason, MountAction, MountOperation};
use super::{Error, Fault};

/// How a volume came to its mount point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MountKind {
    /// By a bind mount.
    Bind,
    /// By a symbolic link, because the process may not mount.
    Link,
}

/// A mount; dropping it takes it down as well as that goes.
#[derive(Debug)]
pub(super) struct Mount {
    point: PathBuf,
    kind: MountKind,
    attached: bool,
}

impl Mount {
    /// Makes `file` appear at `point`.
    pub(super) fn attach(file: &Path, point: PathBuf) -> io::Result<Self> {
        fs::metadata(file)?;
        File::create_new(&point)?;
        let kind = match bind(file, &point) {
            Ok(()) => MountKind::Bind,
            Err(error) => {
                fs::remove_file(&point)?;
                match error.kind() {
                    io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported => symlink(file, &point)?,
                    _ => return Err(error),
                }
                MountKind::Link
            }
        };
        Ok(Self { point, kind, attached: true })
    }

    /// Takes the mount down; refused while a process has the mount's file open.
    fn detach(&mut self) -> io::Result<()> {
        if self.kind == MountKind::Bind {
            unbind(&self.point, Unbind::IfIdle)?;
        }
        fs::remove_file(&self.point)?;
        self.attached = false;
        Ok(())
    }

    /// Whether something else than `file` is at the mount point, or `file` is gone.
    pub(super) fn is_stale(&self, file: &Path) -> bool {
        match (fs::metadata(file), fs::metadata(&self.point)) {
            (Ok(file), Ok(point)) => (file.dev(), file.ino()) != (point.dev(), point.ino()),
            _ => true,
        }
    }

    /// Where it is.
    pub(super) fn point(&self) -> &Path {
        &self.point
    }

    /// How it was made.
    pub(super) fn kind(&self) -> MountKind {
        self.kind
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.attached {
            if self.kind == MountKind::Bind {
                let _ = unbind(&self.point, Unbind::Now);
            }
            let _ = fs::remove_file(&self.point);
        }
    }
}

/// How to take a bind mount down.
#[derive(Clone, Copy)]
enum Unbind {
    /// Not while it is in use.
    IfIdle,
    /// Immediately; processes that use it keep their open files.
    Now,
}

#[cfg(target_os = "linux")]
fn bind(file: &Path, point: &Path) -> io::Result<()> {
    Ok(rustix::mount::mount_bind(file, point)?)
}

#[cfg(target_os = "linux")]
fn unbind(point: &Path, how: Unbind) -> io::Result<()> {
    use rustix::mount::{UnmountFlags, unmount};
    let flags = match how {
        Unbind::IfIdle => UnmountFlags::empty(),
        Unbind::Now => UnmountFlags::DETACH,
    };
    Ok(unmount(point, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn bind(_file: &Path, _point: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn unbind(_point: &Path, _how: Unbind) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

impl Driver {
    /// Mounts a volume and returns the mount point.
    ///
    /// # Errors
    /// If there is no such volume, it is mounted already, its file is lost, or the system refuses.
    #[instrumented(MountOperation { operation: MountAction::Mount })]
    pub fn mount(&self, name: &str, fault: Fault) -> Result<PathBuf, Error> {
        let result = self.attach(name, fault);
        if let Err(error) = &result {
            self.events.post(EventReason::MountFailed, name, error);
        }
        result
    }

    /// Unmounts a volume.
    ///
    /// # Errors
    /// If there is no such volume, it is not mounted, or its mount is in use.
    #[instrumented(MountOperation { operation: MountAction::Unmount })]
    pub fn unmount(&self, name: &str) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        self.with_volume(name, |volume| {
            let mount = volume.mount.as_mut().ok_or_else(|| Error::NotMounted(name.to_owned()))?;
            mount.detach().map_err(Error::file("unmount", &mount.point))?;
            volume.mount = None;
            Ok(())
        })
    }

    fn attach(&self, name: &str, fault: Fault) -> Result<PathBuf, Error> {
        let _lock = self.lock(name)?;
        fault.raise("the mount")?;
        self.with_volume(name, |volume| {
            if volume.mount.is_some() {
                return Err(Error::AlreadyMounted(name.to_owned()));
            }
            let file = self.pools.file(volume.pool, name);
            if !file.exists() {
                return Err(Error::Lost { name: name.to_owned(), pool: volume.pool });
            }
            let mount = Mount::attach(&file, self.mount_points.join(name)).map_err(Error::file("mount", &file))?;
            Ok(volume.mount.insert(mount).point().to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    async fn driver_with_volume() -> Driver {
        let driver = Driver::start(Config::default()).await.unwrap();
        driver.create("a", 4096, Fault::None).await.unwrap();
        driver
    }

    #[tokio::test]
    async fn what_is_written_to_the_mount_is_in_the_volume() {
        let driver = driver_with_volume().await;
        let point = driver.mount("a", Fault::None).unwrap();
        fs::write(&point, "data").unwrap();
        assert_eq!(fs::read(driver.volume("a").unwrap().file).unwrap(), b"data");
        assert!(matches!(driver.mount("a", Fault::None), Err(Error::AlreadyMounted(_))));
        driver.unmount("a").unwrap();
        assert!(!point.exists());
        assert!(matches!(driver.unmount("a"), Err(Error::NotMounted(_))));
    }

    #[tokio::test]
    async fn a_failed_mount_leaves_nothing_and_is_an_event() {
        let driver = driver_with_volume().await;
        assert!(matches!(driver.mount("a", Fault::Fail), Err(Error::Injected(_))));
        assert!(driver.volume("a").unwrap().mount.is_none());
        assert_eq!(driver.events().last().unwrap().reason, "MountFailed");
        driver.mount("a", Fault::None).unwrap();
    }

    #[tokio::test]
    async fn a_bind_mount_in_use_stays() {
        let driver = driver_with_volume().await;
        let point = driver.mount("a", Fault::None).unwrap();
        if !matches!(driver.volume("a").unwrap().mount, Some((_, MountKind::Bind))) {
            return; // A link is never in use.
        }
        let open = File::open(&point).unwrap();
        assert!(matches!(driver.unmount("a"), Err(Error::File { .. })));
        assert!(driver.volume("a").unwrap().mount.is_some());
        drop(open);
        driver.unmount("a").unwrap();
    }

    #[test]
    fn links_serve_where_binding_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let (file, point) = (dir.path().join("file"), dir.path().join("point"));
        fs::write(&file, "data").unwrap();
        symlink(&file, &point).unwrap();
        let mut mount = Mount { point: point.clone(), kind: MountKind::Link, attached: true };
        assert!(!mount.is_stale(&file));
        fs::remove_file(&file).unwrap();
        assert!(mount.is_stale(&file));
        mount.detach().unwrap();
        assert!(point.symlink_metadata().is_err());
    }
}
