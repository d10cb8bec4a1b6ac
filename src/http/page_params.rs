//! The query parameters that all lists in pages share.

use serde::Deserialize;
use utoipa::IntoParams;

use super::page;
use super::problem::ApiError;
use crate::domain::listing::PageRequest;

/// The parameters of a page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items per page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<u8>,
    /// A cursor of the previous answer: `page.next` or `page.prev`. It belongs to its list and order.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether the answer counts all items of the list.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

impl PageParams {
    /// Checks the parameters of a list in this order.
    ///
    /// # Errors
    /// `malformed_cursor`.
    pub fn request(&self, order: &str) -> Result<PageRequest, ApiError> {
        page::request(order, self.limit, self.cursor.as_deref(), self.total)
    }
}
