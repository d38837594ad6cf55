//! The programs of a catalogue, which may be merged from several.

use super::model::{Catalogue, Family, Program};

impl Catalogue {
    /// Returns its programs, with the families of each.
    pub(crate) fn each_program(&self) -> Vec<Program> {
        if self.programs.is_empty() { vec![self.as_one(&self.program)] } else { self.programs.clone() }
    }

    /// Returns all its programs as one of this name, with the families that all of them declare.
    pub(crate) fn as_one(&self, name: &str) -> Program {
        let is_common = |family: &&Family| self.programs.iter().all(|program| program.families.contains(&family.name));
        let families = self.families.iter().filter(is_common).map(|family| family.name.clone()).collect();
        Program { name: name.to_owned(), families }
    }

    /// Returns the names of its programs.
    pub(crate) fn program_names(&self) -> Vec<String> {
        self.each_program().into_iter().map(|program| program.name).collect()
    }

    /// Gives all its programs one name.
    pub(crate) fn rename(&mut self, program: &str) {
        if !self.programs.is_empty() {
            self.programs = vec![self.as_one(program)];
        }
        program.clone_into(&mut self.program);
    }
}
