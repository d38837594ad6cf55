//! Reads a program's declarations from the executable, without running it: the library's statics are in a section of their own.
//!
//! The compiler chooses the layout of the statics, so the library also writes a description of the layout into the section; see `docs/catalogue-schema.md`.

mod chained;
mod entries;
mod format;
mod layout;
mod memory;

use serde_json::{Map, Value, json};

use crate::catalogue::declarations::Declaration;
use crate::names::{Never, OutcomeClass, Role};
use entries::{Found, builds};
pub(crate) use format::parse;
use layout::Layout;
use memory::Memory;

/// All declarations in a file, of all builds of the library that are linked.
pub(crate) fn declarations(file: &object::File<'_>) -> Result<Vec<Declaration>, String> {
    let memory = Memory::of(file);
    let builds = builds(file, &memory)?;
    if builds.is_empty() {
        return Err(format!(
            "it contains no declarations; check that the program uses metrics-instrumented, or {}",
            format::PRINT_IT
        ));
    }
    let mut found = Vec::new();
    for build in builds.into_values() {
        let Some(layout) = build.layout else {
            return Err(format!("it links the library dynamically, as a Rust `dylib`; {}", format::PRINT_IT));
        };
        let reader = Reader { memory: &memory, layout: Layout::read(&memory, layout)? };
        for entry in build.declarations {
            let value = reader.declaration(&entry)?;
            found.push(serde_json::from_value(value).map_err(|error| error.to_string())?);
        }
    }
    found.sort_by(Declaration::by_place);
    Ok(found)
}

/// Reads the library's types, as the JSON that the library would print.
struct Reader<'a> {
    memory: &'a Memory<'a>,
    layout: Layout,
}

type Read<T> = Result<T, String>;

impl Reader<'_> {
    fn declaration(&self, entry: &Found) -> Read<Value> {
        let (layout, what, at) = (&self.layout, entry.declares, entry.at);
        match what {
            "operation" => {
                // Its first word is null, unlike that of a function without a `name`.
                let source = self.memory.pointer(at + layout.families_source + layout.pointer)?;
                let meta = self.memory.pointer(source)?;
                let place = self.memory.text(source + layout.pointer)?;
                self.operation(if meta == 0 { layout.unnamed } else { meta }, &place)
            }
            "function" => self.operation(layout.unnamed, &self.place(entry)?),
            "site" => {
                let place = self.memory.text(at + layout.site_location)?;
                let mut object = declaration("site", &place)?;
                object.insert("operation".to_owned(), place.split('\0').nth(4).into());
                Ok(object.into())
            }
            "counter" => self.metric(what, at + layout.counter_meta),
            "gauge" => self.metric(what, at + layout.gauge_meta),
            "histogram" => self.metric(what, at + layout.histogram_meta),
            _ => self.metric(what, at + layout.info_meta),
        }
    }

    /// The location of a function without a `name`: its module and file are in its families, its line and its name are behind its families.
    fn place(&self, entry: &Found) -> Read<String> {
        let (memory, layout) = (self.memory, &self.layout);
        let module = memory.text(entry.at + layout.families_source)?;
        let (module, file) = module.split_once('\0').ok_or_else(|| format!("invalid module: {module:?}"))?;
        let line = entry.at + layout.families;
        let name = memory.padded(line + 4, entry.end)?;
        let never = Never::of_number(entry.detail).as_str();
        Ok(format!("{module}\0{name}\0{file}\0{}\0{never}", memory.word(line)?))
    }

    fn operation(&self, meta: u64, place: &str) -> Read<Value> {
        let (memory, layout) = (self.memory, &self.layout);
        let mut object = declaration("operation", place)?;
        let mut parts = place.split('\0');
        let (module, item) = (parts.next(), parts.next());
        let never = Never::parse(parts.nth(2).unwrap_or_default());
        let fixed = match memory.byte(meta + layout.operation_const_labels)? {
            0 => json!([]),
            1 => json!([["function", item]]),
            2 => json!([["module", module], ["function", item]]),
            other => return Err(format!("unknown kind of constant label: {other}")),
        };
        object.insert("fixed".to_owned(), fixed);
        object.insert("labels".to_owned(), self.labels(meta + layout.operation_labels)?);
        for at in memory.slice(meta + layout.operation_families, layout.role_family)? {
            let role = known(Role::ALL, memory.byte(at + layout.role_family_role)?, "role of a family")?;
            let Some(mut family) = self.family(at + layout.role_family_family)? else { continue };
            let errors = meta + layout.operation_errors;
            if let (Role::Errors, Some(label)) = (role, memory.optional_text(errors + layout.errors_label)?) {
                family["label"] = label.into();
                family["kinds"] = memory.texts(errors + layout.errors_kinds)?.into();
            }
            if role == Role::Duration && memory.byte(meta + layout.operation_outcome + layout.outcome_on_duration)? == 1
            {
                family["outcome"] = true.into();
            }
            object.insert(role.word().to_owned(), family);
        }
        let outcome = meta + layout.operation_outcome;
        object.insert(
            "outcome".to_owned(),
            json!({
                "label": memory.optional_text(outcome + layout.outcome_label)?,
                "finished": memory.texts(outcome + layout.outcome_finished)?,
                "classes": self.classes(outcome + layout.outcome_classes)?,
                "panic": memory.text(outcome + layout.outcome_panic)?,
                "cancelled": memory.text(outcome + layout.outcome_cancelled)?,
                "cancelled_class": self.class(outcome + layout.outcome_cancelled_class)?,
                "started": memory.optional_text(outcome + layout.outcome_started)?,
                "never": never.words().collect::<Vec<_>>(),
            }),
        );
        object.insert("buckets".to_owned(), memory.numbers(meta + layout.operation_buckets)?.into());
        if let Some(native) = self.native(meta + layout.operation_native)? {
            object.insert("native".to_owned(), native);
        }
        object.insert("max_series".to_owned(), memory.size(meta + layout.operation_max_series)?.into());
        object.insert("sample".to_owned(), memory.number(meta + layout.operation_sample)?.into());
        let objective = memory.pointer(meta + layout.operation_objective)?;
        if objective != 0 {
            object.insert("objective".to_owned(), self.objective(objective)?);
        }
        Ok(object.into())
    }

    /// A slice of classes.
    fn classes(&self, at: u64) -> Read<Vec<&'static str>> {
        self.memory.slice(at, 1)?.map(|at| self.class(at)).collect()
    }

    fn class(&self, at: u64) -> Read<&'static str> {
        Ok(known(OutcomeClass::ALL, self.memory.byte(at)?, "class of an outcome")?.word())
    }

    /// The objective of an operation; 0 means that a part is not set.
    fn objective(&self, at: u64) -> Read<Value> {
        let (memory, layout) = (self.memory, &self.layout);
        let number = |offset: u64| memory.number(at + offset).map(f64::from_bits);
        let (success, seconds) = (number(layout.objective_success)?, number(layout.objective_latency)?);
        let percent = number(layout.objective_percent)?;
        let latency = (seconds > 0.0).then(|| json!({ "seconds": seconds, "percent": percent }));
        Ok(json!({ "success": (success > 0.0).then_some(success), "latency": latency }))
    }

    /// The native buckets at a pointer; 0 means that there are none.
    fn native(&self, pointer: u64) -> Read<Option<Value>> {
        let (memory, layout) = (self.memory, &self.layout);
        let at = memory.pointer(pointer)?;
        if at == 0 {
            return Ok(None);
        }
        let schema = i8::from_ne_bytes([memory.byte(at + layout.native_schema)?]);
        let classic = memory.byte(at + layout.native_classic)? != 0;
        Ok(Some(json!({ "schema": schema, "classic": classic })))
    }

    /// A counter, gauge, histogram or info gauge; `pointer` is the address of the pointer to its description.
    fn metric(&self, declares: &str, pointer: u64) -> Read<Value> {
        let (memory, layout) = (self.memory, &self.layout);
        let meta = memory.pointer(pointer)?;
        let mut object = declaration(declares, &memory.text(meta + layout.metric_location)?)?;
        object.insert("family".to_owned(), self.family(meta + layout.metric_family)?.into());
        object.insert("labels".to_owned(), self.labels(meta + layout.metric_labels)?);
        object.insert("buckets".to_owned(), memory.numbers(meta + layout.metric_buckets)?.into());
        if let Some(native) = self.native(meta + layout.metric_native)? {
            object.insert("native".to_owned(), native);
        }
        object.insert("max_series".to_owned(), memory.size(meta + layout.metric_max_series)?.into());
        let pairs = memory.slice(meta + layout.metric_const_labels, 4 * layout.pointer)?;
        let fixed: Vec<Value> = pairs
            .map(|at| Ok(json!([memory.text(at + layout.pair_first)?, memory.text(at + layout.pair_second)?])))
            .collect::<Read<_>>()?;
        object.insert("fixed".to_owned(), fixed.into());
        Ok(object.into())
    }

    /// A family; `None` if its name is a null pointer.
    fn family(&self, at: u64) -> Read<Option<Value>> {
        let (memory, layout) = (self.memory, &self.layout);
        let Some(name) = memory.optional_text(at + layout.family_name)? else { return Ok(None) };
        let help = memory.text(at + layout.family_help + layout.payload)?;
        Ok(Some(json!({ "name": name, "help": help, "labels": memory.byte(at + layout.family_labels)? })))
    }

    fn labels(&self, at: u64) -> Read<Value> {
        let (memory, layout) = (self.memory, &self.layout);
        let label = |at: u64| {
            let name = memory.text(at + layout.label_name)?;
            let values = at + layout.label_values;
            Ok(match memory.byte(values)? {
                0 => {
                    let mut label = json!({ "name": name, "values": memory.texts(values + layout.payload)? });
                    let classes = self.classes(at + layout.label_classes)?;
                    if !classes.is_empty() {
                        label["classes"] = classes.into();
                    }
                    label
                }
                1 => json!({ "name": name }),
                2 => {
                    let cap = values + layout.payload;
                    let mut label = json!({ "name": name, "open": memory.size(cap)? });
                    let idle = memory.size(cap + layout.pointer)?;
                    if idle != 0 {
                        label["idle"] = idle.into();
                    }
                    label
                }
                other => return Err(format!("unknown kind of label values: {other}")),
            })
        };
        memory.slice(at, layout.label)?.map(label).collect()
    }
}

/// The variant of an enum with this number.
fn known<T: Copy>(all: &[T], number: u8, what: &str) -> Read<T> {
    all.get(usize::from(number)).copied().ok_or_else(|| format!("unknown {what}: {number}"))
}

/// The fields at the beginning of every declaration, with the location that the library wrote.
fn declaration(declares: &str, place: &str) -> Read<Map<String, Value>> {
    let parts: Vec<&str> = place.split('\0').collect();
    let [module, item, file, line, ..] = parts[..] else {
        return Err(format!("invalid source location: {place:?}"));
    };
    let line: u32 = line.parse().map_err(|error| format!("invalid line number: {line:?}: {error}"))?;
    let fields = [("v", 1.into()), ("declares", declares.into()), ("at", json!([module, item, file, line]))];
    Ok(fields.map(|(key, value): (&str, Value)| (key.to_owned(), value)).into_iter().collect())
}
