//! The parameter `fields`, such as `fields=id,slug,title`, which selects fields of an article.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::view::ArticleView;
use crate::domain::check::Violation;
use crate::http::problem::ApiError;
use crate::service::Error;

/// The names of an article's fields.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| match ArticleView::schema() {
    RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
    _ => Vec::new(),
});

/// The selected fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Option<Vec<String>>);

impl Fields {
    /// Parses the parameter.
    ///
    /// # Errors
    /// `invalid_parameter` for a name that is not a field of an article.
    pub fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        let Some(text) = text else { return Ok(Self(None)) };
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().all(|name| NAMES.contains(name)) {
            Ok(Self(Some(names)))
        } else {
            Err(ApiError::parameter("fields", Violation::NotOneOf { allowed: NAMES.clone() }))
        }
    }

    /// Selects all fields.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// Whether all fields are selected.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether the parameter names this field.
    #[must_use]
    pub fn contains(&self, field: &str) -> bool {
        self.0.as_ref().is_some_and(|names| names.iter().any(|name| name == field))
    }

    /// Returns the article, reduced to the selected fields.
    ///
    /// # Errors
    /// [`Error::Internal`] if serialisation fails.
    pub fn select(&self, article: ArticleView) -> Result<Selection, ApiError> {
        let Some(names) = &self.0 else { return Ok(Selection::All(Box::new(article))) };
        let value =
            serde_json::to_value(article).map_err(|error| Error::Internal(error.to_string()))?;
        let Value::Object(mut all) = value else { return Ok(Selection::Part(Value::Null)) };
        all.retain(|name, _| names.contains(name));
        Ok(Selection::Part(Value::Object(all)))
    }
}

/// An article, complete or reduced.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Selection {
    /// All fields.
    All(Box<ArticleView>),
    /// The selected fields.
    Part(Value),
}
