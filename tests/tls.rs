//! TLS to PostgreSQL in each `sslmode`. The certificate is for `localhost`, from a test authority.
//! The server accepts the role `tls` over TLS only, and the role `plain` without TLS only.

#[path = "faults/cluster.rs"]
#[allow(dead_code, reason = "the faults need more of it")]
mod cluster;
#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;

use cluster::{Cluster, or_skip};
use database::block_on;
use maqal::store::migrate::{Step, migrate};
use maqal::store::{DbConfig, DbUrl, StoreError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

const ACCESS: &str = "\
local     all maqal     trust
hostssl   all tls   all trust
hostnossl all plain all trust
";

struct Server {
    /// Keeps the server running.
    _cluster: Cluster,
    port: u16,
    /// The authority that signed its certificate, and another one.
    right_ca: PathBuf,
    wrong_ca: PathBuf,
}

static WITH_TLS: LazyLock<Result<Server, String>> = LazyLock::new(|| Server::start("on"));
static WITHOUT_TLS: LazyLock<Result<Server, String>> = LazyLock::new(|| Server::start("off"));

fn with_tls() -> Option<&'static Server> {
    or_skip(WITH_TLS.as_ref().map_err(Clone::clone))
}

fn without_tls() -> Option<&'static Server> {
    or_skip(WITHOUT_TLS.as_ref().map_err(Clone::clone))
}

fn authority() -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let pem = params.self_signed(&key).expect("a certificate").pem();
    (pem, Issuer::new(params, key))
}

impl Server {
    fn start(ssl: &str) -> Result<Self, String> {
        let mut cluster = Cluster::new()?;
        let (right, issuer) = authority();
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(["localhost".to_owned()])
            .and_then(|params| params.signed_by(&key, &issuer))
            .expect("a certificate");
        let right_ca = cluster.write("right.pem", &right);
        let wrong_ca = cluster.write("wrong.pem", &authority().0);
        let certificate = cluster.write("server.pem", &certificate.pem());
        let key = cluster.write("server.key", &key.serialize_pem());
        cluster.write("data/pg_hba.conf", ACCESS);
        let options = format!(
            "-c ssl={ssl} -c ssl_cert_file={} -c ssl_key_file={} -c listen_addresses=localhost",
            certificate.display(),
            key.display()
        );
        let port = start_on_any_port(&mut cluster, &options)?;
        block_on(async {
            let config = format!(
                "host={} port={port} user=maqal dbname=postgres",
                cluster.folder().display()
            );
            let (client, connection) =
                tokio_postgres::connect(&config, tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            client
                .batch_execute("CREATE ROLE tls SUPERUSER LOGIN; CREATE ROLE plain SUPERUSER LOGIN")
                .await
        })
        .map_err(|error| error.to_string())?;
        Ok(Self { _cluster: cluster, port, right_ca, wrong_ca })
    }

    /// Connects to the host as the role, with these URL parameters.
    fn connect(&self, role: &str, host: &str, query: &str) -> Result<(), String> {
        connect(&format!("postgres://{role}@{host}:{}/postgres?{query}", self.port))
    }

    fn right(&self, mode: &str) -> String {
        format!("sslmode={mode}&sslrootcert={}", self.right_ca.display())
    }

    fn wrong(&self, mode: &str) -> String {
        format!("sslmode={mode}&sslrootcert={}", self.wrong_ca.display())
    }
}

/// Another program may take the free port before PostgreSQL; then the next one is tried.
fn start_on_any_port(cluster: &mut Cluster, options: &str) -> Result<u16, String> {
    let mut outcome = Err(String::new());
    for _ in 0..5 {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        outcome = cluster.start(&format!("{options} -c port={port}")).map(|()| port);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn connect(url: &str) -> Result<(), String> {
    let url = DbUrl::parse(url)?;
    let config = DbConfig { url, read_url: None, pool_size: 1, sqlite_full_sync: false };
    match block_on(migrate(&config, Step::Status)) {
        Ok(_) => Ok(()),
        Err(StoreError::Unavailable(reason)) => Err(reason),
        Err(other) => panic!("not called unavailable: {other}"),
    }
}

#[track_caller]
fn assert_refused(outcome: Result<(), String>, cause: &str) {
    let reason = outcome.expect_err("it must not connect");
    assert!(reason.contains(cause), "{reason:?} does not name {cause:?}");
}

#[test]
fn disable_never_encrypts() {
    let Some(server) = with_tls() else { return };
    server.connect("plain", "localhost", "sslmode=disable").expect("in plain text");
    assert_refused(server.connect("tls", "localhost", "sslmode=disable"), "no encryption");
}

#[test]
fn prefer_is_the_default_and_encrypts_if_possible() {
    let Some(server) = with_tls() else { return };
    for query in ["", "sslmode=prefer", "sslmode=allow"] {
        server
            .connect("tls", "localhost", query)
            .unwrap_or_else(|reason| panic!("{query}: {reason}"));
        server
            .connect("tls", "127.0.0.1", query)
            .unwrap_or_else(|reason| panic!("{query}: {reason}"));
    }
    let Some(server) = without_tls() else { return };
    server.connect("plain", "localhost", "sslmode=prefer").expect("in plain text");
}

#[test]
fn require_encrypts_without_checking_the_authority() {
    let Some(server) = with_tls() else { return };
    server.connect("tls", "localhost", "sslmode=require").expect("encrypted");
    server.connect("tls", "127.0.0.1", "sslmode=require").expect("encrypted");
    assert_refused(server.connect("plain", "localhost", "sslmode=require"), "plain");
}

#[test]
fn require_verifies_if_an_authority_is_given() {
    let Some(server) = with_tls() else { return };
    server.connect("tls", "127.0.0.1", &server.right("require")).expect("the right authority");
    assert_refused(server.connect("tls", "127.0.0.1", &server.wrong("require")), "certificate");
}

#[test]
fn verify_ca_accepts_any_name_of_the_right_authority() {
    let Some(server) = with_tls() else { return };
    server.connect("tls", "localhost", &server.right("verify-ca")).expect("the right authority");
    server.connect("tls", "127.0.0.1", &server.right("verify-ca")).expect("whatever the name");
    for host in ["localhost", "127.0.0.1"] {
        assert_refused(server.connect("tls", host, &server.wrong("verify-ca")), "certificate");
        assert_refused(server.connect("tls", host, "sslmode=verify-ca"), "certificate");
    }
}

#[test]
fn verify_full_accepts_only_the_right_name_of_the_right_authority() {
    let Some(server) = with_tls() else { return };
    server.connect("tls", "localhost", &server.right("verify-full")).expect("name and authority");
    assert_refused(
        server.connect("tls", "127.0.0.1", &server.right("verify-full")),
        "not valid for",
    );
    assert_refused(server.connect("tls", "localhost", &server.wrong("verify-full")), "certificate");
    // The test authority is not among the system's authorities.
    for query in ["sslmode=verify-full", "sslmode=verify-full&sslrootcert=system"] {
        assert_refused(server.connect("tls", "localhost", query), "certificate");
    }
}

#[test]
fn server_without_tls_is_refused_if_tls_is_required() {
    let Some(server) = without_tls() else { return };
    for query in
        ["sslmode=require".to_owned(), server.right("verify-ca"), server.right("verify-full")]
    {
        assert_refused(server.connect("plain", "localhost", &query), "does not support TLS");
    }
}

#[test]
fn unix_socket_needs_no_tls() {
    let Some(server) = with_tls() else { return };
    let socket = server.right_ca.parent().expect("a folder").display().to_string();
    let socket = socket.replace('/', "%2F");
    for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
        server.connect("maqal", &socket, &format!("sslmode={mode}")).expect(mode);
    }
}

#[test]
fn unreadable_authority_file_is_named() {
    let Some(server) = with_tls() else { return };
    for mode in ["verify-ca", "verify-full"] {
        let missing = format!("sslmode={mode}&sslrootcert=/nowhere/ca.pem");
        assert_refused(server.connect("tls", "localhost", &missing), "/nowhere/ca.pem");
        let folder = server.right_ca.parent().expect("a folder");
        let no_certificate = format!("sslmode={mode}&sslrootcert={}/server.key", folder.display());
        assert_refused(server.connect("tls", "localhost", &no_certificate), "certificate");
    }
}

#[test]
fn unknown_sslmode_is_refused_before_connecting() {
    for mode in ["verify_full", "VERIFY-FULL", "on", ""] {
        let reason = connect(&format!("postgres://maqal@localhost/x?sslmode={mode}"));
        let reason = reason.expect_err("an unknown mode");
        assert!(reason.contains("verify-full") && reason.contains("disable"), "{mode}: {reason}");
    }
}
