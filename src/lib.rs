//! Maqal (مقال, "article"): a headless JSON content API for newsrooms and blogs, Arabic first.
//!
//! A request passes these modules: [`http`] authenticates and parses it; [`service`] runs a use
//! case by the rules of [`domain`]; [`store`] alone accesses the database; [`http`] renders the
//! response. [`text`] processes languages, [`auth`] handles tokens and passwords, and [`web`] sends
//! requests to other sites. [`server`] assembles all from [`config`]; [`cli`] is the command line.

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
