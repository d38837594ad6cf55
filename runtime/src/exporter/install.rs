//! Builds the recorder from the settings, and installs it.

use std::sync::PoisonError;

use super::builder::Exporter;
use super::doctor::doctor;
use super::error::Error;
use super::handle::Handle;
use super::http::endpoint::{Diagnose, Diagnosed};
use super::installed::{INSTALLED, INSTALLING};
use super::listener::address::Address;
use super::recorder::Recorder;
use super::registry::sink::Sink;
use super::registry::zero_series::ZeroSeriesRecorder;
use super::settings::global_label_error;
use crate::catalog::{announce_apart, check_catalog};
#[cfg(feature = "exemplars")]
use crate::exemplar;
use crate::recorder::begin_sharding;
use crate::ticks::Clock;

impl Exporter {
    /// Installs the recorder for the process, and serves the metrics from a thread of its own. It works with and without a tokio runtime.
    ///
    /// The exporter runs until [`Handle::shutdown`] or the end of the process; the handle can be dropped.
    ///
    /// # Errors
    /// - [`Error::Listen`] if the address is in use or cannot be resolved.
    /// - [`Error::AlreadyInstalled`] or [`Error::ForeignRecorder`] if the process already has a recorder.
    /// - [`Error::Catalog`] if two declarations of one family differ.
    /// - [`Error::GlobalLabel`], [`Error::Buckets`], [`Error::Setting`], [`Error::Environment`], `Error::Tls`, `Error::Views` or `Error::ViewsUnreadable` if a setting is invalid.
    /// - [`Error::Thread`] if the system cannot start a thread.
    ///
    /// After an error, nothing is installed and nothing listens.
    pub fn install(mut self) -> Result<Handle, Error> {
        let address = self.settings.address.take();
        self.install_with(|handle| {
            let address = address.map_or_else(Address::default, Ok)?;
            handle.listen_at(&address).map(|_| ())
        })
    }

    /// Installs the recorder for the process without listening, even if an address was set. Serve what [`Handle::render`] returns, or mount
    /// [`Handle::routes`] in your server.
    ///
    /// # Errors
    /// The errors of [`install`](Self::install), except [`Error::Listen`].
    pub fn install_recorder(self) -> Result<Handle, Error> {
        self.install_with(|_| Ok(()))
    }

    /// Returns the recorder without installing it, for layers such as `metrics-util`'s `Fanout`, or for `metrics::with_local_recorder`.
    /// [`Recorder::handle`] returns its handle. Its calls are not counted in per-thread shards, so they cost as much as with other recorders.
    ///
    /// # Errors
    /// The errors of [`install`](Self::install), except those of listening and installing.
    pub fn build(self) -> Result<Recorder, Error> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        self.settings.check()?;
        check_catalog().map_err(Error::Catalog)?;
        let (default_buckets, native) = self.settings.buckets()?;
        let global_labels = self.settings.global_labels.clone();
        for (at, (name, _)) in global_labels.iter().enumerate() {
            if let Some(reason) = global_label_error(&global_labels[..at], name) {
                return Err(Error::GlobalLabel { name: name.clone(), reason });
            }
        }
        let sink = Sink::new(global_labels, default_buckets, native, self.settings.created);
        #[cfg(feature = "views")]
        if let Some(file) = &self.settings.views {
            sink.set_views(file, default_buckets)?;
        }
        announce_apart(&ZeroSeriesRecorder(&sink), &sink, self.settings.zero_series);
        let admission = self.settings.admission(&sink)?;
        let page: Option<Diagnose> = self.settings.page.then_some(|| {
            let diagnosis = doctor();
            let findings = diagnosis.findings().iter().map(ToString::to_string).collect();
            Diagnosed { findings, linked: diagnosis.linked() }
        });
        let handle = Handle::new(sink.clone(), self.settings.path, self.settings.credentials, page, admission);
        let recorder = Recorder::new(sink, handle.clone());
        self.collectors.into_iter().try_for_each(|add| add(&handle))?;
        #[cfg(feature = "otlp")]
        if let Err(error) = self.settings.otlp.into_iter().try_for_each(|otlp| handle.start_otlp(otlp)) {
            handle.cancel_otlp();
            return Err(error);
        }
        Ok(recorder)
    }

    fn install_with(self, listen: impl FnOnce(&Handle) -> Result<(), Error>) -> Result<Handle, Error> {
        let mut failure = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
        let installed = self.install_alone(listen);
        // A program that ignores the error still hears of it from the doctor.
        *failure = installed.as_ref().err().map(ToString::to_string);
        installed
    }

    #[cfg_attr(not(feature = "exemplars"), allow(unused_mut, reason = "what asks for exemplars is taken out"))]
    fn install_alone(mut self, listen: impl FnOnce(&Handle) -> Result<(), Error>) -> Result<Handle, Error> {
        if INSTALLED.get().is_some() {
            return Err(Error::AlreadyInstalled);
        }
        #[cfg(feature = "exemplars")]
        let exemplars = self.exemplars.take();
        let recorder = self.build()?;
        let handle = recorder.handle();
        handle.show_shards();
        let started = listen(&handle).and_then(|()| {
            Clock::get();
            metrics::set_global_recorder(recorder).map_err(|_| Error::ForeignRecorder)
        });
        if let Err(error) = started {
            #[cfg(feature = "otlp")]
            handle.cancel_otlp();
            handle.shutdown();
            return Err(error);
        }
        #[cfg(feature = "exemplars")]
        if let Some(ask) = exemplars {
            exemplar::start(ask);
        }
        // Calls go to the shards from here on. Not earlier: they recognise the process-wide recorder by its address.
        begin_sharding();
        Ok(INSTALLED.get_or_init(|| handle).clone())
    }
}

#[cfg(all(test, not(miri), not(metrics_instrumented_loom)))]
mod tests {
    use std::process::Command;
    use std::{env, thread};

    use crate::exporter;
    use crate::recorder::{Destination, current, is_nowhere};

    /// Calls on the facade are counted as well, and take longer.
    #[test]
    fn an_installed_exporter_is_recognised_by_calls() {
        const NAME: &str = "exporter::install::tests::an_installed_exporter_is_recognised_by_calls";
        const ALONE: &str = "METRICS_INSTRUMENTED_TEST_ALONE";
        if env::var_os(ALONE).is_none() {
            // In a process of its own, because the recorder is that of the process.
            let test = env::current_exe().unwrap();
            let output = Command::new(test).args(["--exact", NAME]).env(ALONE, "1").output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
            return;
        }
        assert!(is_nowhere() && current().is_nothing());
        exporter().install_recorder().unwrap();
        let destination = || {
            let current = current();
            (!current.is_nothing()).then(|| current.destination())
        };
        assert_eq!(destination(), Some(Destination::Shards));
        assert_eq!(thread::spawn(destination).join().unwrap(), Some(Destination::Shards));
        metrics::with_local_recorder(&metrics::NoopRecorder, || assert_ne!(destination(), Some(Destination::Shards)));
        assert_eq!(destination(), Some(Destination::Shards));
    }
}
