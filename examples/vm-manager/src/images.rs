//! Images: the data that disks begin with, prepared for a kind of provider.

use std::path::PathBuf;

use example_shared::digest::Digest;
use example_shared::sync::lock;
use fastrand::Rng;
use metrics_instrumented::instrumented;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::labels::{Kind, ProviderType};
use super::metrics::VmImagePrepare;
use super::resources::{ImageSpec, ready};
use super::{Error, VmManager};

/// How much is written at a time.
const CHUNK: usize = 64 * 1024;

impl VmManager {
    /// Makes an image ready, if it is not.
    pub(super) async fn reconcile_image(&self, name: &str) -> Result<(), Error> {
        let spec = lock(&self.resources).images.get(name).map(|entry| entry.spec);
        let Some(spec) = spec else { return Ok(()) };
        if lock(&self.prepared).get(name) != Some(&spec) {
            self.prepare_image(name, spec).await?;
            lock(&self.prepared).insert(name.to_owned(), spec);
        }
        Ok(())
    }

    /// The file of an image that machines can be made from.
    pub(super) fn ready_image(&self, name: &str, provider_type: ProviderType) -> Result<PathBuf, Error> {
        let spec = ready(&lock(&self.resources).images, Kind::VmImage, name)?;
        if spec.provider_type != provider_type {
            return Err(Error::DependencyNotReady { kind: Kind::VmImage, name: name.to_owned() });
        }
        Ok(self.image_file(name))
    }

    /// Fetches an image's data and writes it as the provider reads it. There is no server to fetch it from: the data is
    /// random, and the same for the same name.
    #[instrumented(VmImagePrepare { provider_type: spec.provider_type })]
    async fn prepare_image(&self, name: &str, spec: ImageSpec) -> Result<(), Error> {
        let part = self.images.join(format!("{name}.part"));
        let mut file = File::create(&part).await.map_err(Error::file("create", &part))?;
        file.write_all(magic(spec.provider_type)).await.map_err(Error::file("write", &part))?;
        let mut rng = Rng::with_seed(Digest::of(name.as_bytes()));
        let mut digest = Digest::new();
        let mut chunk = vec![0; CHUNK];
        let mut left = spec.size.0;
        while left > 0 {
            let taken = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            rng.fill(&mut chunk[..taken]);
            digest.update(&chunk[..taken]);
            file.write_all(&chunk[..taken]).await.map_err(Error::file("write", &part))?;
            left -= taken as u64;
        }
        file.sync_all().await.map_err(Error::file("write", &part))?;
        let found = digest.value();
        if let Some(wanted) = spec.checksum.filter(|wanted| *wanted != found) {
            return Err(Error::ImageCorrupt { name: name.to_owned(), wanted, found });
        }
        let image = self.image_file(name);
        tokio::fs::rename(&part, &image).await.map_err(Error::file("write", &image))
    }

    fn image_file(&self, name: &str) -> PathBuf {
        self.images.join(format!("{name}.image"))
    }
}

/// What the files of a kind of disk begin with.
fn magic(provider_type: ProviderType) -> &'static [u8] {
    match provider_type {
        ProviderType::Vsphere => b"KDMV",
        ProviderType::Libvirt => b"QFI\xfb",
    }
}

#[cfg(test)]
mod tests {
    use example_shared::size::ByteSize;

    use super::*;
    use crate::manager::tests::{manager, quick};
    use crate::resources::Phase;

    #[tokio::test]
    async fn an_image_is_written_as_its_provider_reads_it() {
        let manager = manager(quick(), &["host"]).await;
        let data = std::fs::read(manager.ready_image("disk", ProviderType::Libvirt).unwrap()).unwrap();
        assert_eq!((data.len(), &data[..4]), (100_004, &b"QFI\xfb"[..]));
        assert!(manager.ready_image("disk", ProviderType::Vsphere).is_err());
        let checksum = Some(Digest::of(&data[4..]));
        for (checksum, phase) in [(checksum, Phase::Ready), (Some(1), Phase::Failed)] {
            let spec = ImageSpec { provider_type: ProviderType::Libvirt, size: ByteSize(100_000), checksum };
            manager.apply_image("disk", spec).unwrap();
            assert_eq!(manager.settled(Kind::VmImage, "disk").await.unwrap().unwrap().phase, phase);
        }
    }

    #[tokio::test]
    async fn an_image_is_prepared_once() {
        let manager = manager(quick(), &["host"]).await;
        let file = manager.ready_image("disk", ProviderType::Libvirt).unwrap();
        let written = || std::fs::metadata(&file).unwrap().modified().unwrap();
        let first = written();
        manager.resync();
        manager.settled(Kind::VmImage, "disk").await.unwrap();
        assert_eq!(written(), first);
    }
}
