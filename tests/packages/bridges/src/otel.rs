//! The SDK of OpenTelemetry, in the two versions that the exporters use.

macro_rules! sdk {
    ($module:ident $api:ident $sdk:ident) => {
        pub mod $module {
            use std::collections::BTreeMap;

            use $api::KeyValue;
            use $sdk::metrics::InMemoryMetricExporter;
            use $sdk::metrics::data::{AggregatedMetrics, MetricData};
            use $sdk::metrics::{PeriodicReader, SdkMeterProvider};

            use crate::{Backend, Family};

            /// An exporter that keeps what it is given in memory.
            pub struct Memory {
                exporter: InMemoryMetricExporter,
                provider: Option<SdkMeterProvider>,
            }

            impl Memory {
                pub fn new() -> (Self, PeriodicReader<InMemoryMetricExporter>) {
                    let exporter = InMemoryMetricExporter::default();
                    let reader = PeriodicReader::builder(exporter.clone()).build();
                    (Self { exporter, provider: None }, reader)
                }

                pub fn set_provider(&mut self, provider: SdkMeterProvider) {
                    self.provider = Some(provider);
                }
            }

            fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<(String, String)> {
                let mut labels: Vec<_> =
                    attributes.map(|pair| (pair.key.to_string(), pair.value.to_string())).collect();
                labels.sort();
                labels
            }

            impl Backend for Memory {
                fn arrived(&mut self) -> BTreeMap<String, Family> {
                    self.exporter.reset();
                    self.provider.as_ref().expect("a provider").force_flush().expect("a flush");
                    let mut families = BTreeMap::new();
                    for resource in self.exporter.get_finished_metrics().expect("metrics") {
                        for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
                            let family: &mut Family = families.entry(metric.name().to_owned()).or_default();
                            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
                            (family.help, family.unit) = (text(metric.description()), text(metric.unit()));
                            match metric.data() {
                                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                                    for point in sum.data_points() {
                                        family.series.insert(labels(point.attributes()), point.value() as f64);
                                    }
                                }
                                AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
                                    for point in gauge.data_points() {
                                        family.series.insert(labels(point.attributes()), point.value());
                                    }
                                }
                                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                                    for point in histogram.data_points() {
                                        family.observations += point.count();
                                        family.bounds = Some(point.bounds().collect());
                                    }
                                }
                                _ => {}
                            }
                        }
                    }
                    families
                }
            }
        }
    };
}

sdk!(current opentelemetry opentelemetry_sdk);
sdk!(v0_31 opentelemetry_0_31 opentelemetry_sdk_0_31);
