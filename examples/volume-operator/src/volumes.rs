//! Volumes and clones on disk: a directory each, below one for the namespace.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use example_shared::digest::Digest;
use fastrand::Rng;
use serde::Serialize;

use super::{Error, VolumeName, copy};

/// A volume as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeInfo {
    /// Its namespace and name.
    #[serde(flatten)]
    pub name: VolumeName,
    /// How many files are in it.
    pub files: usize,
    /// How many bytes they have together.
    pub bytes: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// A directory of volumes, or of their clones.
#[derive(Debug)]
pub(super) struct Volumes {
    root: PathBuf,
}

impl Volumes {
    /// Volumes below `root`, which is made.
    pub(super) fn create(root: PathBuf) -> Result<Self, Error> {
        fs::create_dir(&root).map_err(Error::file("make", &root))?;
        Ok(Self { root })
    }

    /// The directory of a volume, whether it is there or not.
    pub(super) fn path(&self, name: &VolumeName) -> PathBuf {
        name.below(&self.root)
    }

    /// The directory of a volume that is there.
    pub(super) fn existing(&self, name: &VolumeName) -> Result<PathBuf, Error> {
        let path = self.path(name);
        if path.is_dir() { Ok(path) } else { Err(Error::NotFound(name.clone())) }
    }

    /// Creates an empty volume, if it does not exist.
    pub(super) fn ensure(&self, name: &VolumeName) -> Result<PathBuf, Error> {
        let path = self.path(name);
        fs::create_dir_all(&path).map_err(Error::file("make", &path))?;
        Ok(path)
    }

    /// Makes a volume of `files` files with `size` bytes each. The same name gives the same data.
    pub(super) fn fill(&self, name: &VolumeName, files: usize, size: u64) -> Result<VolumeInfo, Error> {
        if self.path(name).exists() {
            return Err(Error::AlreadyExists(name.clone()));
        }
        let path = self.ensure(name)?;
        let mut rng = Rng::with_seed(Digest::of(name.to_string().as_bytes()));
        for number in 0..files {
            let file = path.join(format!("file-{number:03}"));
            write_random(&file, size, &mut rng).map_err(Error::file("write", &file))?;
        }
        self.info(name)
    }

    /// Removes a volume, there or not.
    pub(super) fn remove(&self, name: &VolumeName) -> Result<(), Error> {
        let path = self.path(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// What others see of a volume.
    pub(super) fn info(&self, name: &VolumeName) -> Result<VolumeInfo, Error> {
        let path = self.existing(name)?;
        let mut bytes = 0;
        let names = copy::names(&path)?;
        for file in &names {
            let file = path.join(file);
            bytes += fs::metadata(&file).map_err(Error::file("look at", &file))?.len();
        }
        Ok(VolumeInfo { name: name.clone(), files: names.len(), bytes, path })
    }

    /// The names of all volumes, sorted.
    pub(super) fn names(&self) -> Result<Vec<VolumeName>, Error> {
        let mut all = Vec::new();
        for namespace in copy::names(&self.root)? {
            for name in copy::names(&self.root.join(&namespace))? {
                all.push(VolumeName::new(&namespace.to_string_lossy(), &name.to_string_lossy())?);
            }
        }
        Ok(all)
    }
}

/// Writes a file that no compression would make smaller.
fn write_random(path: &Path, size: u64, rng: &mut Rng) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(fs::File::create_new(path)?);
    let mut left = usize::try_from(size).map_err(std::io::Error::other)?;
    let mut block = [0; 4096];
    while left > 0 {
        let part = left.min(block.len());
        rng.fill(&mut block[..part]);
        file.write_all(&block[..part])?;
        left -= part;
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_filled_seen_and_removed() {
        let root = tempfile::tempdir().unwrap();
        let volumes = Volumes::create(root.path().join("volumes")).unwrap();
        let name = VolumeName::new("team", "data").unwrap();
        let info = volumes.fill(&name, 3, 5_000).unwrap();
        assert_eq!((info.files, info.bytes), (3, 15_000));
        assert!(matches!(volumes.fill(&name, 1, 1), Err(Error::AlreadyExists(_))));
        assert_eq!(volumes.names().unwrap(), std::slice::from_ref(&name));
        volumes.remove(&name).unwrap();
        volumes.remove(&name).unwrap();
        assert!(matches!(volumes.info(&name), Err(Error::NotFound(_))));
    }
}
