//! Queries: their terms, and the role of each.

use super::analyse::QueryWord;
use super::phrase::Phrase;

/// Most required terms of a search. A longer query is answered by its rarest ones.
pub const MAX_TERMS: usize = 16;

/// Most required terms whose articles are counted, to find the rarest.
const MAX_COUNTED: usize = 64;

/// A condition on an article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word in any of its forms.
    Word(QueryWord),
    /// Exact forms, one after the other.
    Phrase(Phrase),
    /// Words that begin with any of these; at least one.
    Prefix(Vec<String>),
}

/// The part of a term in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An article with all words has it.
    Required,
    /// A function word beside other words. Articles without it match, too.
    Optional,
    /// No result has it.
    Excluded,
    /// All characters of a word in a script without spaces, in sequence. An article with all words
    /// has it. It doesn't count otherwise, since its n-grams are required terms of their own.
    Whole,
}

/// A term and its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The role.
    pub role: Role,
    /// The term.
    pub term: Term,
}

/// A query. At least one of its clauses is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The clauses in query order, without repeats.
    pub clauses: Vec<Clause>,
}

impl SearchQuery {
    /// Returns the terms of a role.
    pub fn terms(&self, role: Role) -> impl Iterator<Item = &Term> {
        self.clauses.iter().filter(move |clause| clause.role == role).map(|clause| &clause.term)
    }

    /// Returns the required terms.
    pub fn required(&self) -> impl Iterator<Item = &Term> {
        self.terms(Role::Required)
    }

    /// Returns the excluded terms.
    pub fn excluded(&self) -> impl Iterator<Item = &Term> {
        self.terms(Role::Excluded)
    }

    /// Returns the clauses that are ranked: required and optional ones.
    pub fn ranked(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| matches!(clause.role, Role::Required | Role::Optional))
    }

    /// Returns whether the query has more than [`MAX_TERMS`] required terms.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.required().nth(MAX_TERMS).is_some()
    }

    /// Returns the required terms to count before [`Self::keep_rarest`], by their indices among the
    /// clauses: all but the shortest words of a very long query.
    #[must_use]
    pub fn counted(&self) -> Vec<usize> {
        let mut counted: Vec<usize> =
            (0..self.clauses.len()).filter(|at| self.clauses[*at].role == Role::Required).collect();
        let length = |at: &usize| match &self.clauses[*at].term {
            Term::Word(word) => word.exact.chars().count(),
            Term::Phrase(_) | Term::Prefix(_) => usize::MAX,
        };
        counted.sort_by_key(|at| std::cmp::Reverse(length(at)));
        counted.truncate(MAX_COUNTED);
        counted
    }

    /// Keeps the rarest required terms, at most [`MAX_TERMS`], and as many optional ones. `counts`
    /// holds the number of articles of the counted clauses. A term without articles is kept once, so
    /// that no article has all words; more of them would leave none to search for.
    pub fn keep_rarest(&mut self, counts: &[(usize, u64)]) {
        let missing = counts.iter().find(|(_, count)| *count == 0).map(|(at, _)| *at);
        let mut kept: Vec<(u64, usize)> = counts
            .iter()
            .filter(|(at, count)| *count > 0 || Some(*at) == missing)
            .map(|(at, count)| (*count, *at))
            .collect();
        kept.sort_unstable();
        kept.truncate(MAX_TERMS);
        let mut optional = 0;
        let mut at = 0;
        self.clauses.retain(|clause| {
            at += 1;
            match clause.role {
                Role::Required => kept.iter().any(|(_, kept)| kept + 1 == at),
                Role::Optional => {
                    optional += 1;
                    optional <= MAX_TERMS
                }
                Role::Excluded => true,
                // Its n-grams are no longer complete.
                Role::Whole => false,
            }
        });
    }

    /// Returns the query with only these of its required terms, by their indices among them, and
    /// with its excluded terms.
    #[must_use]
    pub fn only(&self, required: &[usize]) -> Self {
        let mut at = 0;
        let is_kept = |clause: &&Clause| match clause.role {
            Role::Required => {
                at += 1;
                required.contains(&(at - 1))
            }
            role => role == Role::Excluded,
        };
        Self { clauses: self.clauses.iter().filter(is_kept).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::query::parse;

    #[test]
    fn a_long_query_keeps_its_rarest_terms() {
        let words: Vec<String> = (0..40).map(|n| format!("word{n}")).collect();
        let words: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let typed = format!("{} \"a phrase\" -excluded", words.join(" ").replace("word", "w-"));
        let mut query = parse(&typed, &[]).unwrap();
        assert!(query.is_long());
        let counts: Vec<(usize, u64)> = query
            .counted()
            .into_iter()
            .map(|at| (at, if at < 3 { 0 } else { 100 - at as u64 }))
            .collect();
        assert_eq!(counts.len(), 41);
        query.keep_rarest(&counts);
        assert!(!query.is_long());
        assert_eq!(query.required().count(), MAX_TERMS);
        assert_eq!(query.excluded().count(), 1);
        let sub = query.only(&[1, 2]);
        assert_eq!((sub.required().count(), sub.excluded().count()), (2, 1));
    }

    #[test]
    fn only_some_terms_of_an_endless_query_are_counted() {
        let words: String = (100..300).map(|n| format!("{n} ")).collect();
        let query = parse(&words, &[]).unwrap();
        assert_eq!(query.counted().len(), MAX_COUNTED);
    }
}
