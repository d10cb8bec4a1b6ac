//! Diesel's prelude without its `RunQueryDsl`: the queries' own, asynchronous one is brought in by
//! `with_backend!`, and the two would be ambiguous.

pub use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl,
    Queryable, Selectable, SelectableHelper,
};

pub use crate::domain::WireName;
