//! `/users`: who may sign in, and what they may do. Admins only.

pub mod handlers;
mod input;
mod view;

pub use input::{AccountInput, UserInput};
pub use view::{RoleView, UserList, UserView};
