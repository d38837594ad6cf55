//! The programs of a catalogue, which may be merged from several.

use super::model::{Catalogue, Family, Program};

impl Catalogue {
    /// Returns its programs, with the families of each.
    pub(crate) fn each_program(&self) -> Vec<Program> {
        if !self.programs.is_empty() {
            return self.programs.clone();
        }
        let families = self.families.iter().map(|family| family.name.clone()).collect();
        vec![Program { name: self.program.clone(), families }]
    }

    /// Returns the families that all its programs declare.
    pub(crate) fn common_families(&self) -> Vec<String> {
        let is_common = |family: &&Family| self.programs.iter().all(|program| program.families.contains(&family.name));
        self.families.iter().filter(is_common).map(|family| family.name.clone()).collect()
    }

    /// Returns the names of its programs, as titles show them.
    pub(crate) fn title(&self) -> String {
        let programs: Vec<String> = self.each_program().into_iter().map(|program| program.name).collect();
        programs.join(", ")
    }

    /// Gives all its programs one name.
    pub(crate) fn rename(&mut self, program: &str) {
        if !self.programs.is_empty() {
            self.programs = vec![Program { name: program.to_owned(), families: self.common_families() }];
        }
        program.clone_into(&mut self.program);
    }
}
