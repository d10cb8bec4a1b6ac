//! Former slugs of articles and tags, as both resources show them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A former slug.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FormerSlug)]
pub struct FormerSlugView {
    /// The slug, which redirects to the resource.
    #[schema(example = "عودة-الصيادين")]
    pub slug: String,
}

/// The former slugs of an article or a tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FormerSlugList)]
pub struct FormerSlugList {
    /// The slugs, in alphabetical order.
    pub data: Vec<FormerSlugView>,
}

impl From<Vec<String>> for FormerSlugList {
    fn from(slugs: Vec<String>) -> Self {
        Self { data: slugs.into_iter().map(|slug| FormerSlugView { slug }).collect() }
    }
}

/// The path of a former slug.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FormerSlugPath {
    /// The id of the article or tag.
    #[param(minimum = 1, example = 1)]
    pub id: i64,
    /// The former slug, in any spelling.
    #[param(example = "عودة-الصيادين")]
    pub slug: String,
}
