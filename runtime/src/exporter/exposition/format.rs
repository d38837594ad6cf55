//! The formats of an exposition, with their media types.

use super::escaping::Escaping;

/// A format, and the escaping scheme of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exporter) struct Format {
    pub(in crate::exporter) syntax: Syntax,
    pub(in crate::exporter) escaping: Escaping,
}

/// The syntax of an exposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exporter) enum Syntax {
    /// Prometheus' text format 0.0.4, which allows only classic names.
    Text0,
    /// Prometheus' text format 1.0.0: the same with an escaping scheme.
    Text1,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
    /// `OpenMetrics` 2.0, which is a release candidate; only clients that request this version get it.
    OpenMetrics2,
    /// `io.prometheus.client.MetricFamily` messages, each preceded by its length.
    Protobuf,
}

impl Format {
    /// Prometheus' text format 0.0.4.
    pub(in crate::exporter) const TEXT: Self = Self::classic(Syntax::Text0);

    /// `OpenMetrics` 1.0.
    pub(in crate::exporter) const OPEN_METRICS: Self = Self::classic(Syntax::OpenMetrics);

    /// A format with names of the classic data model.
    pub(in crate::exporter) const fn classic(syntax: Syntax) -> Self {
        Self { syntax, escaping: Escaping::Underscores }
    }

    /// The media type, for `Content-Type`.
    pub(in crate::exporter) fn content_type(self) -> String {
        let escaping = Escaping::ALL.iter().find(|(scheme, _)| *scheme == self.escaping).map_or("", |(_, word)| word);
        match self.syntax {
            Syntax::Text0 => "text/plain; version=0.0.4; charset=utf-8".to_owned(),
            Syntax::Text1 => format!("text/plain; version=1.0.0; charset=utf-8; escaping={escaping}"),
            Syntax::OpenMetrics => {
                format!("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping={escaping}")
            }
            // The specification has no other parameters.
            Syntax::OpenMetrics2 if self.escaping == Escaping::default() => {
                "application/openmetrics-text; version=2.0.0; charset=utf-8".to_owned()
            }
            Syntax::OpenMetrics2 => {
                format!("application/openmetrics-text; version=2.0.0; charset=utf-8; escaping={escaping}")
            }
            Syntax::Protobuf => format!(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping={escaping}"
            ),
        }
    }
}
