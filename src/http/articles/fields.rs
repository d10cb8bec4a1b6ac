//! `fields=id,slug,title`: just those of an article's fields.

use serde::Serialize;
use serde_json::Value;

use super::view::ArticleView;
use crate::domain::check::Violation;
use crate::http::openapi;
use crate::http::problem::ApiError;
use crate::service::Error;

/// The fields that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Option<Vec<String>>);

impl Fields {
    /// Reads the parameter.
    ///
    /// # Errors
    /// `invalid_parameter` for a name that is no field of an article.
    pub fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        let Some(text) = text else { return Ok(Self(None)) };
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        let known = openapi::article_fields();
        if names.iter().all(|name| known.contains(name)) {
            Ok(Self(Some(names)))
        } else {
            Err(ApiError::parameter("fields", Violation::NotOneOf { allowed: known.join(", ") }))
        }
    }

    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// Whether no selection was made.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a field was asked for by its name.
    #[must_use]
    pub fn name(&self, field: &str) -> bool {
        self.0.as_ref().is_some_and(|names| names.iter().any(|name| name == field))
    }

    /// The article, or what was asked for of it.
    ///
    /// # Errors
    /// [`Error::Internal`] when it can't be serialised.
    pub fn of(&self, article: ArticleView) -> Result<Sparse, ApiError> {
        let Some(names) = &self.0 else { return Ok(Sparse::Json(Box::new(article))) };
        let value =
            serde_json::to_value(article).map_err(|error| Error::Internal(error.to_string()))?;
        let Value::Object(mut all) = value else { return Ok(Sparse::Part(Value::Null)) };
        all.retain(|name, _| names.contains(name));
        Ok(Sparse::Part(Value::Object(all)))
    }
}

/// An article, whole or in part.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Sparse {
    /// All of it.
    Json(Box<ArticleView>),
    /// The fields that were asked for.
    Part(Value),
}
