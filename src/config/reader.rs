//! Parses variables by name, and collects every invalid one.

use super::{ConfigError, Problem, variables};

/// Parses variables and collects the invalid ones.
pub(super) struct VariableReader<L> {
    lookup: L,
    problems: Vec<Problem>,
}

impl<L: Fn(&str) -> Option<String>> VariableReader<L> {
    pub(super) fn new(lookup: L) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// Returns the text of a variable. A blank one counts as not set.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        // Compose files and `.env` leave a variable blank to choose its default.
        (self.lookup)(name).filter(|text| !text.trim().is_empty())
    }

    /// Parses the variable, or its default.
    pub(super) fn get<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let set = self.text(name);
        let text = set.as_deref().or(variables::default_of(name))?.trim();
        match parse(text) {
            Ok(value) => Some(value),
            Err(expected) => {
                let value = (!variables::is_secret(name)).then(|| text.to_owned());
                let requirement = format!("be {expected}");
                self.problems.push(Problem { name, value, requirement });
                None
            }
        }
    }

    /// Parses the variable, or derives its value from other settings if it is not set.
    pub(super) fn get_or_derive<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
        derive: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        match self.text(name) {
            Some(_) => self.get(name, parse),
            None => derive(),
        }
    }

    /// Records a problem. The requirement follows "must".
    pub(super) fn reject(&mut self, name: &'static str, requirement: &str) {
        let requirement = requirement.to_owned();
        self.problems.push(Problem { name, value: None, requirement });
    }

    /// Returns the settings, or all problems. `None` needs a problem that explains it.
    pub(super) fn finish<T>(self, settings: Option<T>) -> Result<T, ConfigError> {
        match settings {
            Some(settings) if self.problems.is_empty() => Ok(settings),
            _ => Err(ConfigError::Invalid(self.problems)),
        }
    }
}
