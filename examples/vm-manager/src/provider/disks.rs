//! Disks: a file each, and one more for each snapshot. A linked clone's disk holds the name of the one below it.

use std::path::{Path, PathBuf};

use tokio::fs;

use super::ProviderError;

/// The disks of one provider.
#[derive(Debug)]
pub(super) struct Disks {
    root: PathBuf,
}

impl Disks {
    /// Disks in `root`, which is made.
    pub(super) fn create(root: PathBuf) -> Result<Self, ProviderError> {
        std::fs::create_dir_all(&root).map_err(ProviderError::disk("make", &root))?;
        Ok(Self { root })
    }

    /// Makes a machine's disk with the data of an image.
    pub(super) async fn make(&self, machine: &str, image: &Path) -> Result<(), ProviderError> {
        copy(image, &self.disk(machine)).await
    }

    /// Makes a machine's disk from another machine's: a copy of it, or a layer on it.
    pub(super) async fn clone_of(&self, source: &str, machine: &str, linked: bool) -> Result<(), ProviderError> {
        let (below, disk) = (self.disk(source), self.disk(machine));
        if linked {
            let layer = format!("backing {}\n", below.display());
            fs::write(&disk, layer).await.map_err(ProviderError::disk("write", &disk))
        } else {
            copy(&below, &disk).await
        }
    }

    /// Copies a machine's disk aside.
    pub(super) async fn take_snapshot(&self, machine: &str, snapshot: &str) -> Result<(), ProviderError> {
        copy(&self.disk(machine), &self.snapshot(machine, snapshot)).await
    }

    /// Makes a machine's disk what it was.
    pub(super) async fn revert(&self, machine: &str, snapshot: &str) -> Result<(), ProviderError> {
        copy(&self.snapshot(machine, snapshot), &self.disk(machine)).await
    }

    /// Removes a snapshot.
    pub(super) async fn remove_snapshot(&self, machine: &str, snapshot: &str) -> Result<(), ProviderError> {
        remove(&self.snapshot(machine, snapshot)).await
    }

    /// Removes a machine's disk.
    pub(super) async fn remove(&self, machine: &str) -> Result<(), ProviderError> {
        remove(&self.disk(machine)).await
    }

    pub(super) fn disk(&self, machine: &str) -> PathBuf {
        self.root.join(format!("{machine}.disk"))
    }

    fn snapshot(&self, machine: &str, snapshot: &str) -> PathBuf {
        self.root.join(format!("{machine}.{snapshot}.snapshot"))
    }
}

async fn copy(from: &Path, to: &Path) -> Result<(), ProviderError> {
    fs::copy(from, to).await.map(drop).map_err(ProviderError::disk("write", to))
}

async fn remove(path: &Path) -> Result<(), ProviderError> {
    fs::remove_file(path).await.map_err(ProviderError::disk("remove", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_disk_is_copied_layered_and_brought_back() {
        let root = tempfile::tempdir().unwrap();
        let image = root.path().join("image");
        std::fs::write(&image, "data").unwrap();
        let disks = Disks::create(root.path().join("disks")).unwrap();
        disks.make("a", &image).await.unwrap();
        disks.clone_of("a", "copy", false).await.unwrap();
        disks.clone_of("a", "layer", true).await.unwrap();
        assert_eq!(std::fs::read(disks.disk("copy")).unwrap(), b"data");
        assert!(std::fs::read(disks.disk("layer")).unwrap().starts_with(b"backing /"));

        disks.take_snapshot("a", "one").await.unwrap();
        std::fs::write(disks.disk("a"), "changed").unwrap();
        disks.revert("a", "one").await.unwrap();
        assert_eq!(std::fs::read(disks.disk("a")).unwrap(), b"data");
        disks.remove_snapshot("a", "one").await.unwrap();
        assert!(matches!(disks.revert("a", "one").await, Err(ProviderError::Disk { action: "write", .. })));
        disks.remove("a").await.unwrap();
        assert!(!disks.disk("a").exists());
    }
}
