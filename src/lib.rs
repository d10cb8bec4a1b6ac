//! Maqal (مقال, "article"): a headless JSON content API for newsrooms and blogs, Arabic first.
//!
//! The tree shows the way of a request: [`http`] takes it in, guards it and reads it; [`service`]
//! carries out one use case in one transaction, by the rules of [`domain`]; [`store`] is the only
//! place that knows the database; and [`http`] shows what came of it. [`text`] knows language,
//! [`auth`] knows tokens and passwords, [`web`] goes out to other sites. [`server`] puts it all together from a [`config`], and
//! [`cli`] is the door for people.

#![forbid(unsafe_code)]

pub mod auth;
pub mod background;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod http;
pub mod server;
pub mod service;
pub mod store;
pub mod text;
pub mod web;
