//! Diesel's prelude without its `RunQueryDsl`. `with_backend!` imports the asynchronous one, and
//! the two together would be ambiguous.

pub use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl,
    Queryable, Selectable, SelectableHelper,
};

pub use crate::domain::WireName;
