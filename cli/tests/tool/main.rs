//! The tool as its users meet it: run as a program, on the catalogues of the four example systems and on files of one's own.

#![forbid(unsafe_code)]

mod audit;
mod bad_input;
mod catalogue;
mod command_line;
mod configuration;
mod configuration_values;
mod contradictions;
mod dashboard;
mod diff;
mod diff_revisions;
mod diff_served;
mod docs;
mod empty_histograms;
mod gaps;
mod generated;
mod lint;
mod live;
mod merged;
mod mutations;
mod numbers;
mod objectives;
mod package;
mod page;
mod reports;
mod rules;
mod rules_buckets;
mod rules_job;
mod rules_low_traffic;
mod rules_names;
mod rules_program;
mod rules_tests;
mod schemas;
mod scraping;
mod support;
mod syntax;
mod terminal;
mod verified;
mod views;
mod views_series;
