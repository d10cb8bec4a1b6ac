//! Faults around a running server, tested on the built program: wrong settings, concurrent starts,
//! lost, locked and full databases, signals and key rotation. Each test has its own server and
//! database.

#[path = "faults/client.rs"]
#[allow(dead_code, reason = "the freshness tests need more of it")]
mod client;
#[path = "faults/cluster.rs"]
#[allow(dead_code, reason = "the TLS tests need more of it")]
mod cluster;
#[path = "faults/command_line.rs"]
mod command_line;
#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "faults/full_disk.rs"]
mod full_disk;
#[path = "faults/instances.rs"]
mod instances;
#[path = "faults/log.rs"]
mod log;
#[cfg(target_os = "linux")]
#[path = "faults/memory.rs"]
mod memory;
#[path = "faults/outage.rs"]
mod outage;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;
#[path = "faults/program.rs"]
mod program;
#[path = "faults/reindex.rs"]
mod reindex;
#[path = "faults/settings.rs"]
mod settings;
#[path = "faults/shutdown.rs"]
mod shutdown;
#[path = "faults/standby.rs"]
mod standby;
#[path = "faults/writers.rs"]
mod writers;
